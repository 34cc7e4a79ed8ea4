/// Domains where anybody may have an address, so that sharing one means nothing.
/// The big providers, and per country the ones in everyday use.
const FREE: &[&str] = &[
    "126.com", "163.com", "aim.com", "alice.it", "aol.com", "arcor.de", "att.net", "bellsouth.net",
    "bigpond.com", "bk.ru", "bluewin.ch", "bol.com.br", "bt.com", "btinternet.com", "charter.net",
    "comcast.net", "cox.net", "daum.net", "duck.com", "earthlink.net", "email.com", "email.cz",
    "eircom.net", "fastmail.com", "fastmail.fm", "foxmail.com", "free.fr", "freemail.hu",
    "freenet.de", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com",
    "hanmail.net", "hey.com", "home.nl", "hotmail.be", "hotmail.co.uk", "hotmail.com", "hotmail.de",
    "hotmail.es", "hotmail.fr", "hotmail.it", "hotmail.nl", "hotmail.se", "hushmail.com",
    "icloud.com", "ig.com.br", "inbox.lv", "inbox.ru", "interia.pl", "iol.pt", "juno.com",
    "kpnmail.nl", "laposte.net", "libero.it", "list.ru", "live.ca", "live.co.uk", "live.com",
    "live.de", "live.fr", "live.nl", "live.se", "mac.com", "mail.com", "mail.de", "mail.ee",
    "mail.ru", "mailbox.org", "me.com", "msn.com", "naver.com", "netscape.net", "nifty.com",
    "ntlworld.com", "o2.pl", "onet.pl", "online.de", "op.pl", "optonline.net", "orange.fr",
    "outlook.at", "outlook.com", "outlook.com.br", "outlook.de", "outlook.es", "outlook.fr",
    "outlook.it", "outlook.jp", "planet.nl", "pm.me", "posteo.de", "proton.me", "protonmail.ch",
    "protonmail.com", "qq.com", "rambler.ru", "rediffmail.com", "rocketmail.com", "sapo.pt",
    "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca", "sina.com", "sky.com", "skynet.be",
    "sohu.com", "t-online.de", "talktalk.net", "telenet.be", "telia.com", "terra.com.br",
    "tin.it", "tiscali.co.uk", "tiscali.it", "tuta.com", "tuta.io", "tutanota.com", "ukr.net",
    "uol.com.br", "verizon.net", "virgilio.it", "virginmedia.com", "vodafone.it", "wanadoo.fr",
    "web.de", "wp.pl", "xs4all.nl", "xtra.co.nz", "ya.ru", "yahoo.ca", "yahoo.co.id",
    "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk", "yahoo.com", "yahoo.com.ar", "yahoo.com.au",
    "yahoo.com.br", "yahoo.com.mx", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.in", "yahoo.it",
    "yandex.com", "yandex.ru", "yeah.net", "ymail.com", "zoho.com", "zohomail.com",
];

/// Whether people of this mail domain are strangers to each other.
pub fn is_free_mail(domain: &str) -> bool {
    FREE.binary_search(&domain).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_used() {
        assert!(FREE.is_sorted());
        assert!(is_free_mail("gmail.com") && !is_free_mail("kestrel.example"));
    }
}

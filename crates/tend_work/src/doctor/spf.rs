//! Which servers may send for a domain.

use tend_core::dns::{Kind, Mark, Record};

use super::{
    Answer,
    records::{found, unknown},
};

/// Hosts of those who send for many, and what their customers publish.
const PROVIDERS: [(&str, &str); 13] = [
    ("gmail.com", "_spf.google.com"),
    ("google.com", "_spf.google.com"),
    ("office365.com", "spf.protection.outlook.com"),
    ("outlook.com", "spf.protection.outlook.com"),
    ("amazonaws.com", "amazonses.com"),
    ("mailgun.org", "mailgun.org"),
    ("sendgrid.net", "sendgrid.net"),
    ("postmarkapp.com", "spf.mtasv.net"),
    ("messagingengine.com", "spf.messagingengine.com"),
    ("fastmail.com", "spf.messagingengine.com"),
    ("mailjet.com", "spf.mailjet.com"),
    ("mandrillapp.com", "spf.mandrillapp.com"),
    ("protonmail.ch", "_spf.protonmail.ch"),
];

/// What a known sender's customers include.
pub(super) fn provider(host: &str) -> Option<&'static str> {
    let host = host.to_lowercase();
    let of = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
    PROVIDERS.iter().find(|it| of(it.0)).map(|it| it.1)
}

pub(super) fn record(domain: &str, through: Option<&str>, answer: &Answer) -> Record {
    let text = found(answer.clone());
    let ours = ours(&text);
    let (mark, says, good) = match (answer, ours.as_slice()) {
        (Answer::Unknown, _) => (unknown().0, unknown().1, None),
        (_, []) => (
            Mark::Think,
            format!("{domain} does not say which servers may send for it."),
            Some(proposed(through)),
        ),
        (_, [one]) => one_record(domain, through, one),
        (_, many) => (
            Mark::Wrong,
            format!(
                "{domain} has {} SPF records, which others take for none. Put them into one.",
                many.len()
            ),
            None,
        ),
    };
    let found = ours.join("\n");
    Record { kind: Kind::Spf, place: domain.to_owned(), found, mark, says, good }
}

fn one_record(domain: &str, through: Option<&str>, it: &str) -> (Mark, String, Option<String>) {
    let lower = it.to_lowercase();
    if lower.split_whitespace().any(|it| it == "+all" || it == "all") {
        let says = format!("The record of {domain} lets everybody send for it.");
        return (Mark::Wrong, says, Some(proposed(through)));
    }
    match through.and_then(|host| Some((host, provider(host)?))) {
        Some((host, include)) if !lower.contains(include) => {
            let says = format!(
                "The record of {domain} does not name the servers of {host}, through which your \
                 mail leaves."
            );
            (
                Mark::Think,
                says,
                Some(it.replacen("v=spf1", &format!("v=spf1 include:{include}"), 1)),
            )
        }
        _ => (Mark::Well, format!("{domain} says which servers may send for it."), None),
    }
}

fn proposed(through: Option<&str>) -> String {
    match through.map(|host| (host, provider(host))) {
        Some((_, Some(include))) => format!("v=spf1 include:{include} ~all"),
        Some((host, None)) => format!("v=spf1 mx a:{host} ~all"),
        None => "v=spf1 mx ~all".to_owned(),
    }
}

/// The SPF records among all texts of a domain, which come without a mark between them.
fn ours(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let begins: Vec<usize> = lower.match_indices("v=spf1").map(|it| it.0).collect();
    let ends = begins.iter().skip(1).copied().chain([text.len()]);
    let whole = begins.iter().zip(ends).filter_map(|(from, to)| text.get(*from..to));
    whole.map(|it| until_all(it).trim().to_owned()).collect()
}

/// After `all` nothing counts.
fn until_all(text: &str) -> &str {
    let lower = text.to_lowercase();
    let end = ["-all", "~all", "?all", "+all"].iter().filter_map(|it| lower.find(it)).min();
    end.and_then(|it| text.get(..it + 4)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_told_apart_and_weighed() {
        let weigh = |text: &str, through: Option<&str>| {
            record("x.test", through, &Answer::Found(text.to_owned()))
        };
        let whole = weigh("verify=1v=spf1 mx -allother=2", None);
        assert_eq!((whole.mark, whole.found.as_str()), (Mark::Well, "v=spf1 mx -all"));
        assert_eq!(weigh("v=spf1 mx -allv=spf1 a -all", None).mark, Mark::Wrong);
        assert_eq!(weigh("v=spf1 +all", None).mark, Mark::Wrong);
        let lacks = weigh("v=spf1 mx ~all", Some("smtp.gmail.com"));
        let good = "v=spf1 include:_spf.google.com mx ~all";
        assert_eq!((lacks.mark, lacks.good.as_deref()), (Mark::Think, Some(good)));
        let has = weigh("v=spf1 include:_spf.google.com ~all", Some("smtp.gmail.com"));
        assert_eq!((has.mark, has.good), (Mark::Well, None));
        let none = record("x.test", Some("mail.x.test"), &Answer::Nothing);
        assert_eq!(none.good.as_deref(), Some("v=spf1 mx a:mail.x.test ~all"));
    }
}

//! What we say.

use std::sync::Arc;

use tend_outside::Stream;
use tokio::net::TcpStream;

use super::{Accept, Options, conn::Conn};

pub const OK: &str = "250 2.0.0 OK\r\n";
pub const BYE: &str = "221 2.0.0 Good bye\r\n";
pub const GO_ON: &str = "354 Go on, and end with a dot on a line of its own\r\n";
pub const TLS_NOW: &str = "220 2.0.0 Ready for TLS\r\n";
pub const SENDER_OK: &str = "250 2.1.0 Sender OK\r\n";
pub const RECIPIENT_OK: &str = "250 2.1.5 Recipient OK\r\n";
pub const CANNOT_VERIFY: &str = "252 2.5.0 Send a mail and see\r\n";
pub const HELP: &str = "214 2.0.0 RFC 5321\r\n";

pub const STOPPING: &str = "421 4.3.2 The service stops; please come back\r\n";
pub const TOO_MANY: &str = "421 4.7.0 Too many connections; please come back\r\n";
pub const SILENT: &str = "421 4.4.2 Nothing was said for too long\r\n";
pub const TOO_SLOW: &str = "421 4.4.2 The mail took too long\r\n";
pub const MISTAKES: &str = "421 4.7.0 Too many mistakes\r\n";
pub const LATER: &str = "451 4.3.0 Try again later\r\n";
pub const FULL: &str = "452 4.3.1 There is no room now; try again later\r\n";
pub const RECIPIENTS: &str = "452 4.5.3 Too many recipients\r\n";

pub const UNKNOWN_COMMAND: &str = "500 5.5.2 Command not understood\r\n";
pub const LINE_TOO_LONG: &str = "500 5.5.2 Line too long\r\n";
pub const LONE_LF: &str = "500 5.5.2 Lines end with CR LF\r\n";
pub const BAD_SYNTAX: &str = "501 5.5.4 Syntax error\r\n";
pub const BAD_SENDER: &str = "501 5.1.7 Bad address of the sender\r\n";
pub const BAD_RECIPIENT: &str = "501 5.1.3 Bad address of the recipient\r\n";
pub const NOT_HERE: &str = "502 5.5.1 Command not implemented\r\n";
pub const ONLY_LMTP: &str = "500 5.5.1 This is LMTP: say LHLO\r\n";
pub const GREET_FIRST: &str = "503 5.5.1 Say EHLO first\r\n";
pub const SENDER_FIRST: &str = "503 5.5.1 Say MAIL first\r\n";
pub const RECIPIENT_FIRST: &str = "503 5.5.1 Say RCPT first\r\n";
pub const NESTED: &str = "503 5.5.1 A mail is under way\r\n";
pub const NO_TLS: &str = "502 5.5.1 TLS is not offered\r\n";
pub const MIXED: &str = "503 5.5.1 DATA and BDAT can't be mixed\r\n";
pub const NOBODY: &str = "550 5.1.1 No such mailbox here\r\n";
pub const TOO_LARGE: &str = "552 5.3.4 The mail is larger than we take\r\n";
pub const NO_VALID: &str = "554 5.5.1 No valid recipients\r\n";
pub const NOT_YOUR_TURN: &str = "554 5.5.0 You spoke before it was your turn\r\n";
pub const PARAMETER: &str = "555 5.5.4 Parameter not supported\r\n";

/// To who says EHLO or LHLO.
pub fn offer(options: &Options, encrypted: bool) -> String {
    let mut lines = vec![
        options.host.clone(),
        "PIPELINING".to_owned(),
        format!("SIZE {}", options.largest),
        "8BITMIME".to_owned(),
        "SMTPUTF8".to_owned(),
        "CHUNKING".to_owned(),
        "ENHANCEDSTATUSCODES".to_owned(),
    ];
    if options.tls.is_some() && !encrypted {
        lines.push("STARTTLS".to_owned());
    }
    let last = lines.len() - 1;
    let line =
        |(at, it): (usize, &String)| format!("250{}{it}\r\n", if at < last { '-' } else { ' ' });
    lines.iter().enumerate().map(line).collect()
}

pub fn of(accept: &Accept) -> String {
    match accept {
        Accept::Taken => "250 2.0.0 Taken\r\n".to_owned(),
        Accept::Later => LATER.to_owned(),
        Accept::Full => FULL.to_owned(),
        Accept::Refused(why) => {
            let printable = |it: &char| (' '..='~').contains(it);
            format!("550 5.7.1 {}\r\n", why.chars().filter(printable).take(300).collect::<String>())
        }
    }
}

pub async fn turn_away(stream: TcpStream, options: Arc<Options>) {
    let mut conn =
        Conn::new(Stream::new(stream), options.idle.min(std::time::Duration::from_secs(5)));
    if conn.say(TOO_MANY).await.is_ok() {
        conn.close().await;
    }
}

use std::{borrow::Cow, io, net::IpAddr, panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt;
use smtp_proto::{Error as Syntax, MailFrom, Request};
use tend_outside::{Files, Stream, files::Incoming};
use tokio_rustls::TlsAcceptor;
use tokio_util::{bytes::Bytes, sync::CancellationToken};

use super::{
    Accept, Envelope, Intake, Options, Recipient,
    conn::{Conn, Line},
    data::Undot,
    reply,
};

/// One client.
pub struct Session<I> {
    conn: Conn,
    remote: IpAddr,
    options: Arc<Options>,
    files: Files,
    intake: Arc<I>,
    stop: CancellationToken,
    greeting: Option<Greeting>,
    encrypted: bool,
    mail: Option<Mail>,
    mistakes: u32,
}

struct Greeting {
    name: String,
    verb: Verb,
}

#[derive(Clone, Copy, PartialEq)]
enum Verb {
    Helo,
    Ehlo,
    Lhlo,
}

struct Mail {
    from: String,
    to: Vec<String>,
    /// What BDAT has brought so far.
    chunks: Option<Body>,
}

/// The bytes of a mail while they come.
struct Body {
    /// None when they are not worth keeping any more.
    incoming: Option<Incoming>,
    size: u64,
    problem: Option<&'static str>,
}

/// What comes after a command.
enum Next {
    Go,
    /// Say this, and part.
    Part(&'static str),
    /// The client is gone.
    Gone,
    Secure,
}

impl From<io::Error> for Next {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::TimedOut { Self::Part(reply::SILENT) } else { Self::Gone }
    }
}

type Step = Result<(), Next>;

impl<I: Intake> Session<I> {
    pub fn new(
        stream: Stream,
        remote: IpAddr,
        options: Arc<Options>,
        files: Files,
        intake: Arc<I>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            conn: Conn::new(stream, options.idle),
            remote,
            options,
            files,
            intake,
            stop,
            greeting: None,
            encrypted: false,
            mail: None,
            mistakes: 0,
        }
    }

    /// Until the client leaves or is sent away.
    pub async fn run(mut self) {
        if self.conn.speaks_first(self.options.greet_pause).await {
            return self.part(reply::NOT_YOUR_TURN).await;
        }
        let hello = format!("220 {} ESMTP Tend\r\n", self.options.host);
        if self.conn.say(&hello).await.is_err() {
            return;
        }
        loop {
            match self.command().await {
                Next::Go => {}
                Next::Gone => return,
                Next::Part(text) => return self.part(text).await,
                Next::Secure => match self.secure().await {
                    Some(secured) => self = secured,
                    None => return,
                },
            }
        }
    }

    async fn part(mut self, text: &str) {
        if self.conn.say(text).await.is_ok() {
            self.conn.close().await;
        }
    }

    async fn command(&mut self) -> Next {
        let line = tokio::select! {
            biased;
            () = self.stop.cancelled() => return Next::Part(reply::STOPPING),
            line = self.conn.line() => line,
        };
        let step = match line {
            Line::Whole(line) => self.obey(&line).await,
            Line::TooLong => self.mistake(reply::LINE_TOO_LONG).await,
            Line::LoneLf => self.mistake(reply::LONE_LF).await,
            Line::Closed => return Next::Gone,
            Line::Silent => return Next::Part(reply::SILENT),
        };
        step.err().unwrap_or(Next::Go)
    }

    async fn obey(&mut self, line: &Bytes) -> Step {
        match Request::parse(&mut line.iter()) {
            Ok(Request::Ehlo { host }) => self.greet(host, Verb::Ehlo).await,
            Ok(Request::Lhlo { host }) => self.greet(host, Verb::Lhlo).await,
            Ok(Request::Helo { host }) => self.greet(host, Verb::Helo).await,
            Ok(Request::Mail { from }) => self.mail_from(from).await,
            Ok(Request::Rcpt { to }) => self.rcpt_to(&to.address).await,
            Ok(Request::Data) => self.data().await,
            Ok(Request::Bdat { chunk_size, is_last }) => self.bdat(chunk_size, is_last).await,
            Ok(Request::StartTls) => self.start_tls().await,
            Ok(Request::Rset) => {
                self.mail = None;
                self.say(reply::OK).await
            }
            Ok(Request::Noop { .. }) => self.say(reply::OK).await,
            Ok(Request::Help { .. }) => self.say(reply::HELP).await,
            Ok(Request::Vrfy { .. }) => self.say(reply::CANNOT_VERIFY).await,
            Ok(Request::Quit) => Err(Next::Part(reply::BYE)),
            Ok(
                Request::Auth { .. }
                | Request::Expn { .. }
                | Request::Etrn { .. }
                | Request::Atrn { .. }
                | Request::Burl { .. },
            ) => self.mistake(reply::NOT_HERE).await,
            Err(Syntax::InvalidSenderAddress) => self.mistake(reply::BAD_SENDER).await,
            Err(Syntax::InvalidRecipientAddress) => self.mistake(reply::BAD_RECIPIENT).await,
            Err(Syntax::UnsupportedParameter { .. }) => self.mistake(reply::PARAMETER).await,
            Err(Syntax::SyntaxError { .. } | Syntax::InvalidParameter { .. }) => {
                self.mistake(reply::BAD_SYNTAX).await
            }
            Err(_) => self.mistake(reply::UNKNOWN_COMMAND).await,
        }
    }

    async fn say(&mut self, text: &str) -> Step {
        Ok(self.conn.say(text).await?)
    }

    async fn mistake(&mut self, text: &str) -> Step {
        self.mistakes += 1;
        if self.mistakes >= self.options.mistakes {
            return Err(Next::Part(reply::MISTAKES));
        }
        self.say(text).await
    }

    async fn greet(&mut self, name: Cow<'_, str>, verb: Verb) -> Step {
        if self.options.only_lmtp && verb != Verb::Lhlo {
            return self.mistake(reply::ONLY_LMTP).await;
        }
        let name = name.chars().filter(|it| !it.is_control()).take(255).collect();
        self.greeting = Some(Greeting { name, verb });
        self.mail = None;
        let answer = match verb {
            Verb::Helo => format!("250 {}\r\n", self.options.host),
            Verb::Ehlo | Verb::Lhlo => reply::offer(&self.options, self.encrypted),
        };
        self.say(&answer).await
    }

    async fn mail_from(&mut self, from: MailFrom<Cow<'_, str>>) -> Step {
        if self.greeting.is_none() {
            return self.mistake(reply::GREET_FIRST).await;
        }
        if self.mail.is_some() {
            return self.mistake(reply::NESTED).await;
        }
        if from.size as u64 > self.options.largest {
            return self.say(reply::TOO_LARGE).await;
        }
        let from = from.address.into_owned();
        if from.contains(char::is_control) {
            return self.mistake(reply::BAD_SENDER).await;
        }
        self.mail = Some(Mail { from, to: Vec::new(), chunks: None });
        self.say(reply::SENDER_OK).await
    }

    async fn rcpt_to(&mut self, address: &str) -> Step {
        let Some(mail) = &mut self.mail else {
            return self.mistake(reply::SENDER_FIRST).await;
        };
        if mail.chunks.is_some() {
            return self.mistake(reply::NESTED).await;
        }
        if address.is_empty() || address.contains(char::is_control) {
            return self.mistake(reply::BAD_RECIPIENT).await;
        }
        if mail.to.len() >= self.options.recipients {
            return self.say(reply::RECIPIENTS).await;
        }
        match self.intake.recipient(address).await {
            Recipient::Known => {
                mail.to.push(address.to_owned());
                self.say(reply::RECIPIENT_OK).await
            }
            Recipient::Unknown => self.mistake(reply::NOBODY).await,
            Recipient::Later => self.say(reply::LATER).await,
        }
    }

    async fn start_tls(&mut self) -> Step {
        if self.options.tls.is_none() || self.encrypted {
            return self.mistake(reply::NO_TLS).await;
        }
        self.say(reply::TLS_NOW).await?;
        Err(Next::Secure)
    }

    /// From here on the client is unknown again, and what it said before is forgotten.
    async fn secure(self) -> Option<Self> {
        let tls = TlsAcceptor::from(self.options.tls.clone()?);
        let accept = tls.accept(self.conn.into_stream());
        let stream = tokio::time::timeout(self.options.idle, accept).await.ok()?.ok()?;
        Some(Self {
            conn: Conn::new(Stream::new(stream), self.options.idle),
            greeting: None,
            encrypted: true,
            mail: None,
            ..self
        })
    }

    async fn data(&mut self) -> Step {
        match &self.mail {
            None => return self.mistake(reply::SENDER_FIRST).await,
            Some(mail) if mail.chunks.is_some() => return self.mistake(reply::MIXED).await,
            Some(mail) if mail.to.is_empty() => return self.mistake(reply::NO_VALID).await,
            Some(_) => {}
        }
        // DATA is the last command of a group (RFC 2920): who goes on talking smuggles.
        if self.conn.has_more() {
            return Err(Next::Part(reply::NOT_YOUR_TURN));
        }
        let mut body = Body::begin(&self.files).await;
        self.say(reply::GO_ON).await?;
        let time = self.options.mail_time;
        match tokio::time::timeout(time, self.read_data(&mut body)).await {
            Ok(read) => read?,
            Err(_) => return Err(Next::Part(reply::TOO_SLOW)),
        }
        self.finish(body).await
    }

    async fn read_data(&mut self, body: &mut Body) -> Step {
        let (mut undot, mut text) = (Undot::default(), Vec::new());
        loop {
            let piece = self.conn.piece(usize::MAX).await?;
            text.clear();
            let end = undot.feed(&piece, &mut text);
            body.add(&text, &self.options).await?;
            if let Some(end) = end {
                self.conn.put_back(&piece[end..]);
                return Ok(());
            }
        }
    }

    /// The bytes come in any case, so they are read before anything is said.
    async fn bdat(&mut self, size: usize, is_last: bool) -> Step {
        let mut body = match self.mail.as_mut().map(|it| it.chunks.take()) {
            Some(Some(body)) => body,
            Some(None) => Body::begin(&self.files).await,
            None => Body { incoming: None, size: 0, problem: Some(reply::SENDER_FIRST) },
        };
        if self.mail.as_ref().is_some_and(|it| it.to.is_empty()) {
            body.fail(reply::RECIPIENT_FIRST);
        }
        let time = self.options.mail_time;
        match tokio::time::timeout(time, self.read_chunk(size, &mut body)).await {
            Ok(read) => read?,
            Err(_) => return Err(Next::Part(reply::TOO_SLOW)),
        }
        if is_last && self.mail.is_some() {
            return self.finish(body).await;
        }
        let answer = body.problem.unwrap_or(reply::OK);
        if let Some(mail) = &mut self.mail {
            mail.chunks = Some(body);
        }
        self.say(answer).await
    }

    async fn read_chunk(&mut self, size: usize, body: &mut Body) -> Step {
        let mut left = size;
        while left > 0 {
            let piece = self.conn.piece(left).await?;
            left -= piece.len();
            body.add(&piece, &self.options).await?;
        }
        Ok(())
    }

    /// The one place where 250 is said for a mail.
    async fn finish(&mut self, body: Body) -> Step {
        let Some(mail) = self.mail.take() else {
            return self.mistake(reply::SENDER_FIRST).await;
        };
        let lmtp = self.greeting.as_ref().is_some_and(|it| it.verb == Verb::Lhlo);
        let recipients = mail.to.len();
        let answer = match (body.problem, body.incoming) {
            (None, Some(incoming)) => reply::of(&self.keep(mail, incoming).await),
            (problem, _) => problem.unwrap_or(reply::LATER).to_owned(),
        };
        let code: String = answer.chars().take(3).collect();
        metrics::counter!("tend_smtp_mails_total", "answer" => code).increment(1);
        let times = if lmtp { recipients.max(1) } else { 1 };
        self.say(&answer.repeat(times)).await
    }

    async fn keep(&mut self, mail: Mail, incoming: Incoming) -> Accept {
        let stored = match incoming.finish().await {
            Ok(stored) => stored,
            Err(error) => return refusal(&error),
        };
        let place = stored.place.clone();
        let accept = self.intake.accept(self.envelope(mail), stored);
        // A panic in there is no reason to leave the client without an answer.
        let accept = AssertUnwindSafe(accept).catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!("smtp: taking a mail in panicked");
            Accept::Later
        });
        // After "later" the commit may be in doubt: then the sweep finds out.
        if matches!(accept, Accept::Full | Accept::Refused(_))
            && let Err(error) = self.files.delete(&place).await
        {
            tracing::warn!(%error, "smtp: a refused mail's file stays until the sweep");
        }
        accept
    }

    fn envelope(&self, mail: Mail) -> Envelope {
        let (helo, verb) = match &self.greeting {
            Some(it) => (it.name.clone(), it.verb),
            None => (String::new(), Verb::Helo),
        };
        let protocol = match (verb, self.encrypted) {
            (Verb::Helo, _) => "SMTP",
            (Verb::Ehlo, false) => "ESMTP",
            (Verb::Ehlo, true) => "ESMTPS",
            (Verb::Lhlo, false) => "LMTP",
            (Verb::Lhlo, true) => "LMTPS",
        };
        Envelope { from: mail.from, to: mail.to, remote: self.remote, helo, protocol }
    }
}

impl Body {
    async fn begin(files: &Files) -> Self {
        match files.incoming().await {
            Ok(incoming) => Self { incoming: Some(incoming), size: 0, problem: None },
            Err(_) => Self { incoming: None, size: 0, problem: Some(reply::LATER) },
        }
    }

    /// The first problem stays.
    fn fail(&mut self, problem: &'static str) {
        self.problem.get_or_insert(problem);
        self.incoming = None;
    }

    /// What can't be kept is read all the same, so that the client can hear why,
    /// but not without end.
    async fn add(&mut self, bytes: &[u8], options: &Options) -> Step {
        self.size += bytes.len() as u64;
        if self.size > options.largest {
            self.fail(reply::TOO_LARGE);
        }
        if self.size / 4 > options.largest.max(1024 * 1024) {
            return Err(Next::Part(reply::TOO_LARGE));
        }
        if let Some(incoming) = &mut self.incoming
            && let Err(error) = incoming.write(bytes).await
        {
            let full = refusal(&error) == Accept::Full;
            self.fail(if full { reply::FULL } else { reply::LATER });
        }
        Ok(())
    }
}

fn refusal(error: &tend_outside::Error) -> Accept {
    tracing::error!(%error, "smtp: a mail could not be written down");
    if *error == tend_outside::Error::Full { Accept::Full } else { Accept::Later }
}

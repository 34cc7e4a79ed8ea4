use std::{sync::Mutex, time::Duration};

use tend_work::{
    imap::{Account, Fetched, Login, Point, Security, Server, Taker, Trouble, look, watch},
    smtp_out::{Fate, Letter, Manner, Protocol, Times, send},
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    desk::outside,
    dovecot::{Dovecot, PASSWORD, TOKEN},
};

fn account(dovecot: &Dovecot) -> Account {
    let login = Login::Password { user: "ann".to_owned(), secret: PASSWORD.to_owned() };
    let port = dovecot.imap;
    Account {
        server: Server { host: "localhost".to_owned(), port, security: Security::None, login },
        folder: "INBOX".to_owned(),
        largest: 10_000,
        mark_seen: false,
        since: None,
        poll: Duration::from_secs(60),
        time: Duration::from_secs(10),
    }
}

#[derive(Default)]
struct Taken {
    mails: Mutex<Vec<(Fetched, Point)>>,
    caught_up: Notify,
    point: Mutex<Option<Point>>,
    fails_at: Option<usize>,
}

impl Taker for Taken {
    async fn take(&self, mail: Fetched, point: Point) -> Result<(), String> {
        let mut mails = self.mails.lock().unwrap();
        if self.fails_at == Some(mails.len()) {
            return Err("the database is away".to_owned());
        }
        mails.push((mail, point));
        *self.point.lock().unwrap() = Some(point);
        Ok(())
    }

    async fn caught_up(&self, point: Point) -> Result<(), String> {
        *self.point.lock().unwrap() = Some(point);
        self.caught_up.notify_one();
        Ok(())
    }
}

impl Taken {
    fn subjects(&self) -> Vec<String> {
        let line = |it: &(Fetched, Point)| {
            String::from_utf8_lossy(&it.0.bytes).lines().next().unwrap_or_default().to_owned()
        };
        self.mails.lock().unwrap().iter().map(line).collect()
    }

    fn point(&self) -> Option<Point> {
        *self.point.lock().unwrap()
    }
}

/// Takes what is there, and then goes.
async fn take_all(account: &Account, from: Option<Point>) -> (Taken, Result<(), Trouble>) {
    let (taken, stop, outside) = (Taken::default(), CancellationToken::new(), outside(None));
    let ended = {
        let watching = watch(&outside, account, from, &taken, &stop);
        tokio::pin!(watching);
        tokio::select! {
            ended = &mut watching => ended,
            () = taken.caught_up.notified() => {
                stop.cancel();
                watching.await
            }
        }
    };
    (taken, ended)
}

fn mail(subject: &str) -> String {
    format!("Subject: {subject}\r\nFrom: a@b.test\r\n\r\nHello.\r\n")
}

#[tokio::test]
async fn takes_goes_on_and_waits() {
    let Some(dovecot) = Dovecot::start().await else { return };
    let account = account(&dovecot);
    let seen = look(&outside(None), &account).await.unwrap();
    assert!(seen.idles && seen.mails == 0 && seen.point.uid_next == 1, "{seen:?}");
    let (taken, ended) = take_all(&account, None).await;
    ended.unwrap();
    assert!(taken.subjects().is_empty());

    for at in 0..120 {
        dovecot.deliver("ann", &format!("{at:03}"), &mail(&format!("number {at}")));
    }
    let (taken, ended) = take_all(&account, taken.point()).await;
    ended.unwrap();
    assert_eq!(taken.subjects().len(), 120);
    let points: Vec<_> =
        taken.mails.lock().unwrap().iter().map(|it| (it.0.uid, it.1.uid_next)).collect();
    assert!(points.iter().all(|(uid, next)| uid + 1 == *next));
    assert!(points.is_sorted());

    // Nothing twice, though "121:*" means the last one when there is none.
    let (again, ended) = take_all(&account, taken.point()).await;
    ended.unwrap();
    assert!(again.subjects().is_empty());

    // From the middle.
    let middle = Point { uid_next: 101, ..taken.point().unwrap() };
    assert_eq!(take_all(&account, Some(middle)).await.0.subjects().len(), 20);
    // Nothing on the server was changed by all that.
    assert!(
        dovecot.flags("ann").iter().all(|it| it.is_empty() || it == "2"),
        "{:?}",
        dovecot.flags("ann")
    );

    // New mail while waiting: the server tells.
    let (taken, stop, outside) = (Taken::default(), CancellationToken::new(), outside(None));
    let from = again.point();
    let until = async {
        taken.caught_up.notified().await;
        dovecot.deliver("ann", "later", &mail("later"));
        taken.caught_up.notified().await;
        assert_eq!(taken.subjects(), ["Subject: later"]);
        stop.cancel();
    };
    let watching = watch(&outside, &account, from, &taken, &stop);
    let both = async { tokio::join!(watching, until).0 };
    tokio::time::timeout(Duration::from_secs(20), both).await.unwrap().unwrap();
}

/// F-21
#[tokio::test]
async fn new_numbers_mean_everything_again() {
    let Some(dovecot) = Dovecot::start().await else { return };
    let account = account(&dovecot);
    dovecot.deliver("ann", "1", &mail("one"));
    let (taken, _) = take_all(&account, None).await;
    let before = taken.point().unwrap();
    let other = Point { uid_validity: before.uid_validity ^ 1, uid_next: 900 };
    let (again, ended) = take_all(&account, Some(other)).await;
    ended.unwrap();
    assert_eq!(again.subjects(), ["Subject: one"]);
    assert_eq!(again.point(), Some(before));

    // The server itself forgets its numbers.
    dovecot.forget_numbers("ann");
    dovecot.deliver("ann", "2", &mail("two"));
    let (again, ended) = take_all(&account, Some(before)).await;
    ended.unwrap();
    assert_ne!(again.point().unwrap().uid_validity, before.uid_validity);
    assert_eq!(again.subjects().len(), 2);
}

/// Our sender into a real mailbox, and out of it again.
#[tokio::test]
async fn by_lmtp_into_a_mailbox() {
    let Some(dovecot) = Dovecot::start().await else { return };
    let account = account(&dovecot);
    let manner =
        Manner { protocol: Protocol::Lmtp, name: "tend.test".to_owned(), times: Times::default() };
    let lmtp = Server { port: dovecot.lmtp, login: Login::None, ..account.server.clone() };
    let to = ["ann@tend.test".to_owned(), "bob@tend.test".to_owned()];
    let bytes = b"Subject: hello\r\nMessage-ID: <1@tend.test>\r\n\r\n.dot\r\n..\r\n";
    let letter = Letter { from: "support@tend.test", to: &to, bytes };
    let sent = send(&outside(None), &lmtp, &manner, letter).await;
    for it in &sent.deliveries {
        assert_eq!(it.fate, Fate::Accepted, "{sent:?} {}", dovecot.log());
    }
    let (taken, ended) = take_all(&account, None).await;
    ended.unwrap();
    let mails = taken.mails.lock().unwrap();
    let text = String::from_utf8_lossy(&mails[0].0.bytes);
    assert!(text.ends_with("\r\n\r\n.dot\r\n..\r\n"), "{text}");
    assert_eq!(dovecot.mails("bob").len(), 1);
}

#[tokio::test]
async fn a_mail_that_can_not_be_kept_is_fetched_again() {
    let Some(dovecot) = Dovecot::start().await else { return };
    let account = account(&dovecot);
    for at in 0..5 {
        dovecot.deliver("ann", &format!("{at}"), &mail(&format!("{at}")));
    }
    let taken = Taken { fails_at: Some(3), ..Taken::default() };
    let ended = watch(&outside(None), &account, None, &taken, &CancellationToken::new()).await;
    assert_eq!(ended, Err(Trouble::Said("the database is away".to_owned())));
    let (rest, _) = take_all(&account, taken.point()).await;
    assert_eq!([taken.subjects(), rest.subjects()].concat().len(), 5);
    assert_eq!(rest.subjects().len(), 2);
}

/// A01
#[tokio::test]
async fn of_a_large_mail_the_header() {
    let Some(dovecot) = Dovecot::start().await else { return };
    let account = account(&dovecot);
    dovecot.deliver("ann", "1", &mail("before"));
    dovecot.deliver("ann", "2", &format!("{}{}", mail("large"), "x".repeat(20_000)));
    dovecot.deliver("ann", "3", &mail("after"));
    let (taken, ended) = take_all(&account, None).await;
    ended.unwrap();
    let mails = taken.mails.lock().unwrap();
    let whole: Vec<_> = mails.iter().map(|it| it.0.is_whole).collect();
    assert_eq!(whole.iter().filter(|it| !**it).count(), 1);
    let large = mails.iter().find(|it| !it.0.is_whole).unwrap();
    let text = String::from_utf8_lossy(&large.0.bytes);
    assert!(text.starts_with("Subject: large\r\n") && text.contains("larger than"), "{text}");
    assert!(large.0.size > 20_000);
}

#[tokio::test]
async fn marks_as_seen_only_when_asked() {
    let Some(dovecot) = Dovecot::start().await else { return };
    dovecot.deliver("ann", "1", &mail("one"));
    let account = Account { mark_seen: true, ..account(&dovecot) };
    take_all(&account, None).await.1.unwrap();
    assert_eq!(dovecot.flags("ann"), ["S"]);
}

#[tokio::test]
async fn ways_in() {
    let Some(dovecot) = Dovecot::start().await else { return };
    let plain = account(&dovecot);
    let believing = outside(Some(&dovecot.certificate));
    let with = |security, port, login: Login| {
        let server = Server { security, port, login, ..plain.server.clone() };
        Account { server, ..plain.clone() }
    };
    let password = plain.server.login.clone();
    let bearer = |token: &str| Login::Bearer { user: "ann".to_owned(), token: token.to_owned() };
    for fine in [
        with(Security::StartTls, dovecot.imap, password.clone()),
        with(Security::Tls, dovecot.imaps, password.clone()),
        with(Security::Tls, dovecot.imaps, bearer(TOKEN)),
    ] {
        let seen = look(&believing, &fine).await;
        assert!(seen.is_ok(), "{fine:?}: {seen:?} {}", dovecot.log());
    }
    let wrong = Login::Password { user: "ann".to_owned(), secret: "guess".to_owned() };
    for wrong in [wrong, bearer("stolen")] {
        let refused = look(&believing, &with(Security::Tls, dovecot.imaps, wrong)).await;
        assert!(matches!(refused, Err(Trouble::Login(_))), "{refused:?}");
    }
    let stranger = look(&outside(None), &with(Security::Tls, dovecot.imaps, password)).await;
    assert!(matches!(stranger, Err(Trouble::Outside(_))), "{stranger:?}");
    let other = Account { folder: "No such".to_owned(), ..plain };
    assert!(matches!(look(&believing, &other).await, Err(Trouble::Said(_))));
}

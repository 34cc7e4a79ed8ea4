//! Remedies at shops that lose answers, ask to wait, break, and hang while the process ends.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use jiff::SignedDuration;
use tend_core::{
    agents::Me,
    orders::{
        Fulfilment, OrderId, Payment, ShopId, ShopKind,
        shops::{self, ACCESS, NewShop},
    },
    outreach::pauses,
    remedies::{
        self, Kind, NewRemedy, ReasonId, Remedy, RemedyId, State, Way, decide, hand,
        limits::{self, Word},
    },
};
use tend_testkit::{Mood, Tend, Till};
use tend_work::worker;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    sync::mpsc::{UnboundedSender, unbounded_channel},
};

use crate::{
    desk::{self, Desk},
    office::Office,
};

type Shared = Arc<Mutex<Till>>;

/// Serves the till. Each time it did something it says so to `acted`, before it answers.
async fn serve(till: Shared, acted: UnboundedSender<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (path, key, body) = heard(&mut stream).await;
            let (answer, told) = {
                let mut till = till.lock().unwrap();
                let before = till.told;
                (till.answer(&path, &key, &body), till.told > before)
            };
            if told {
                // Nobody may listen any more.
                let _ = acted.send(());
            }
            let Some(answer) = answer else { continue };
            let wait =
                answer.retry_after.map_or(String::new(), |it| format!("Retry-After: {it}\r\n"));
            let head = format!(
                "HTTP/1.1 {} x\r\nConnection: close\r\n{wait}Content-Length: {}\r\n\r\n",
                answer.status,
                answer.body.len()
            );
            // The client may be gone.
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(&answer.body).await;
        }
    });
    address
}

async fn heard(stream: &mut TcpStream) -> (String, String, String) {
    let mut bytes = Vec::new();
    loop {
        let mut some = [0; 8192];
        let n = stream.read(&mut some).await.unwrap_or(0);
        bytes.extend_from_slice(&some[..n]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let of = |name: &str| {
            let line = head.lines().find(|it| it.to_lowercase().starts_with(name));
            line.and_then(|it| it.split_once(": ")).map(|it| it.1.to_owned()).unwrap_or_default()
        };
        if n == 0
            || text.contains("\r\n\r\n") && body.len() >= of("content-length:").parse().unwrap_or(0)
        {
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            return (path, of("idempotency-key:"), body.to_owned());
        }
    }
}

struct Stage {
    office: Office,
    runtime: Runtime,
    till: Shared,
    order: OrderId,
    agent: Me,
}

/// A shop of this kind with a till, and an order of 100 euros in it.
fn stage(kind: ShopKind, tend: Tend) -> (Stage, tokio::sync::mpsc::UnboundedReceiver<()>) {
    let office = Office::open(tend);
    let runtime = Runtime::new().unwrap();
    let till = Arc::new(Mutex::new(Till::new(kind)));
    let (say, heard) = unbounded_channel();
    let address = runtime.block_on(serve(till.clone(), say));
    let agent = office.tend.agent_as("Gina", "lead");
    let new = NewShop {
        name: "Kestrel shop".to_owned(),
        kind,
        address,
        secret: "sealed".to_owned(),
        access_key: office.works.keys.seal(ACCESS, "good:good"),
    };
    let me = office.admin.clone();
    let shop = office.tend.write(move |tx| shops::create(tx, &me, &new));
    let order = place(&office.tend, shop);
    (Stage { office, runtime, till, order, agent }, heard)
}

/// As if the shop had told of it: asking it is another test's.
fn place(t: &Tend, shop: ShopId) -> OrderId {
    t.write(move |tx| {
        let now = tx.now();
        let who = tend_core::contacts::Stranger::by_email("Carol", "carol@buyer.example");
        let contact = tend_core::contacts::meet(tx, tend_core::Actor::System, &who)?;
        let id = OrderId::new(tx);
        tx.execute(
            "INSERT INTO orders (id, shop_id, external_id, contact_id, number, placed_at,
                 changed_at, currency, total, tax, shipping, discount, refunded, payment,
                 fulfilment, customer_id, email, created_at)
             VALUES ($1, $2, '5', $3, '#1005', $4, $4, 'EUR', 10000, 0, 500, 0, 0, $5, $6, '9',
                 'carol@buyer.example', $4)",
            &[
                id.into(),
                shop.into(),
                contact.id.into(),
                now.into(),
                Payment::Paid.into(),
                Fulfilment::Fulfilled.into(),
            ],
        )?;
        // The shop is not asked for orders here.
        tx.execute("DELETE FROM jobs", &[])?;
        Ok(id)
    })
}

impl Stage {
    fn asks(&self, kind: Kind, amount: i64) -> RemedyId {
        let new = NewRemedy {
            order: self.order,
            conversation: None,
            reason: ReasonId::from_raw(101),
            kind,
            amount: Some(amount),
            note: String::new(),
            key: None,
        };
        let me = self.agent.clone();
        self.office.tend.write(move |tx| remedies::request(tx, &me, &new))
    }

    fn gives_at_most_by_order(&self, amount: i64) {
        let me = self.office.admin.clone();
        let set = [(Word::Order, 0, String::new(), Some(amount))];
        self.office.tend.write(move |tx| limits::set(tx, &me, &set));
    }

    /// Does what is due; the shop is not asked for its orders.
    fn works(&self) {
        self.runtime.block_on(worker::run_till_idle(&self.office.works));
    }

    fn passes(&self, minutes: i64) {
        self.office.tend.pass(SignedDuration::from_mins(minutes));
    }

    fn moods(&self, them: &[Mood]) {
        self.till.lock().unwrap().moods = VecDeque::from(them.to_vec());
    }

    fn state(&self, id: RemedyId) -> Remedy {
        let me = self.office.admin.clone();
        self.office.tend.read(move |tx| remedies::find(tx, &me, id))
    }

    fn paid(&self) -> (usize, i64) {
        let till = self.till.lock().unwrap();
        (till.refunds.len(), till.paid_back())
    }
}

const SHOPS: [ShopKind; 3] = [ShopKind::Shopify, ShopKind::WooCommerce, ShopKind::Stripe];

#[test]
fn a_refund_is_paid_once_whatever_becomes_of_the_answer() {
    use Mood::{Broken, Busy, Deaf, Lost, Well};
    let lives: [&[Mood]; 6] = [
        &[Well],
        &[Lost],
        &[Busy, Busy, Well],
        &[Broken, Lost],
        &[Deaf, Deaf, Lost],
        &[Busy, Lost],
    ];
    for kind in SHOPS {
        for life in lives {
            let (stage, _heard) = stage(kind, Tend::in_memory());
            stage.moods(life);
            stage.till.lock().unwrap().busy = 1;
            let id = stage.asks(Kind::PartialRefund, 1234);
            let mut tries = 0;
            while stage.state(id).state != State::Done {
                stage.works();
                stage.passes(6);
                tries += 1;
                assert!(tries < 20, "{kind} {life:?}: {:?}", stage.state(id));
            }
            assert_eq!(stage.paid(), (1, 1234), "{kind} {life:?}");
            assert!(!stage.state(id).reference.is_empty());
            stage.works();
            assert_eq!(stage.paid(), (1, 1234), "nothing more comes later");
        }
    }
}

#[test]
fn a_lost_answer_is_unknown_and_is_not_told_again_before_the_shop_was_left_alone() {
    let (stage, _heard) = stage(ShopKind::WooCommerce, Tend::in_memory());
    stage.moods(&[Mood::Deaf]);
    let id = stage.asks(Kind::PartialRefund, 1000);
    stage.works();
    let it = stage.state(id);
    assert_eq!((it.state, it.sends), (State::Unknown, 1), "{it:?}");
    let contact = it.contact_id;
    let open = |stage: &Stage| stage.office.tend.read(move |tx| pauses::open(tx, contact)).len();
    assert_eq!(open(&stage), 1, "nothing is promoted to who waits for money");
    stage.passes(1);
    let me = stage.agent.clone();
    stage.office.tend.write(move |tx| remedies::carry::reconcile(tx, &me, id));
    stage.works();
    assert_eq!(stage.till.lock().unwrap().told, 1, "it was only read");
    stage.passes(6);
    stage.works();
    assert_eq!((stage.state(id).state, stage.paid()), (State::Done, (1, 1000)));
    assert_eq!(open(&stage), 0);
}

#[test]
fn a_shop_that_is_never_heard_is_left_to_a_person() {
    let (stage, _heard) = stage(ShopKind::WooCommerce, Tend::in_memory());
    stage.moods(&[Mood::Deaf; 10]);
    let id = stage.asks(Kind::PartialRefund, 1000);
    for _ in 0..10 {
        stage.works();
        stage.passes(6);
    }
    assert_eq!((stage.state(id).state, stage.till.lock().unwrap().told), (State::Unknown, 3));
    let me = stage.office.admin.clone();
    stage.office.tend.write(move |tx| hand::not_done(tx, &me, id, "Looked there: nothing"));
    assert_eq!((stage.state(id).state, stage.paid().0), (State::Failed, 0));
}

#[test]
fn a_process_that_ends_between_the_call_and_the_record_never_pays_twice() {
    for kind in SHOPS {
        for make in [Tend::in_memory, Tend::in_postgres] {
            let (stage, mut heard) = stage(kind, make());
            // The shop pays, and its answer hangs for ever.
            stage.moods(&[Mood::Lost]);
            stage.gives_at_most_by_order(5000);
            let id = stage.asks(Kind::FullRefund, 0);
            assert_eq!(stage.state(id).passed_limits.0.len(), 1, "it is above a limit");
            let me = stage.office.admin.clone();
            stage.office.tend.write(move |tx| decide::approve(tx, &me, id, ""));
            stage.runtime.block_on(async {
                let works = stage.office.works.clone();
                let working = tokio::spawn(async move { worker::run_till_idle(&works).await });
                heard.recv().await.expect("the shop was told");
                working.abort();
                // Whether it was stopped or was through already: nothing of it runs any more.
                let _ = working.await;
            });
            assert_eq!(stage.paid(), (1, 10_000));
            // The lease of the job ends, and another worker takes it.
            stage.passes(30);
            for _ in 0..3 {
                stage.works();
                stage.passes(6);
            }
            assert_eq!((stage.state(id).state, stage.paid()), (State::Done, (1, 10_000)), "{kind}");
            assert_eq!(stage.till.lock().unwrap().told, 1, "{kind}: it was read, not told");
        }
    }
}

#[test]
fn codes_are_made_once_and_what_the_shop_cannot_do_is_given_to_a_person() {
    for (kind, remedy) in [
        (ShopKind::Shopify, Kind::Discount),
        (ShopKind::Shopify, Kind::GiftCard),
        (ShopKind::WooCommerce, Kind::Discount),
    ] {
        let (stage, _heard) = stage(kind, Tend::in_memory());
        stage.moods(&[Mood::Lost]);
        let id = stage.asks(remedy, 1500);
        for _ in 0..3 {
            stage.works();
            stage.passes(6);
        }
        let it = stage.state(id);
        let made: Vec<(i64, String)> = {
            let till = stage.till.lock().unwrap();
            till.codes.iter().map(|it| (it.amount, it.code.to_uppercase())).collect()
        };
        assert_eq!((it.state, &made), (State::Done, &vec![(1500, it.code.clone())]), "{it:?}");
        assert!(remedies::sentence(&it).unwrap_or_default().contains(&it.code));
    }
    let (stage, _heard) = stage(ShopKind::Stripe, Tend::in_memory());
    let id = stage.asks(Kind::GiftCard, 1500);
    let it = stage.state(id);
    assert_eq!((it.state, it.way), (State::Approved, Way::Hand));
    assert!(it.task_id.is_some());
    let me = stage.agent.clone();
    stage.office.tend.write(move |tx| hand::done(tx, &me, id, "card 4711"));
    assert_eq!(stage.state(id).state, State::Done);
    assert_eq!(stage.office.count("SELECT count(*) FROM tasks WHERE done_at IS NULL"), 0);
}

#[test]
fn what_is_left_at_the_shop_is_looked_at_before_it_is_told() {
    for kind in SHOPS {
        let (stage, _heard) = stage(kind, Tend::in_memory());
        // Somebody gave most of it back in the shop, and we have not heard of it.
        stage.till.lock().unwrap().total = 2000;
        let id = stage.asks(Kind::PartialRefund, 5000);
        stage.works();
        let it = stage.state(id);
        assert_eq!((it.state, stage.paid().0), (State::Failed, 0), "{kind}: {it:?}");
        assert!(it.problem.contains("20.00"), "{kind}: {}", it.problem);
        // What failed counts no more.
        stage.till.lock().unwrap().total = 10_000;
        let again = stage.asks(Kind::FullRefund, 0);
        stage.works();
        assert_eq!((stage.state(again).state, stage.paid()), (State::Done, (1, 10_000)), "{kind}");
    }
}

#[test]
fn more_than_one_may_give_is_told_to_the_shop_only_when_somebody_else_approved() {
    let (stage, _heard) = stage(ShopKind::Stripe, Tend::in_memory());
    let agent = stage.office.tend.agent_as("Anna", "agent");
    let stage = Stage { agent, ..stage };
    let id = stage.asks(Kind::PartialRefund, 6000);
    stage.works();
    assert_eq!((stage.state(id).state, stage.paid().0), (State::Pending, 0));
    let me = stage.office.admin.clone();
    stage.office.tend.write(move |tx| decide::approve(tx, &me, id, "Go ahead"));
    stage.works();
    assert_eq!((stage.state(id).state, stage.paid()), (State::Done, (1, 6000)));
}

#[test]
fn who_may_approve_gets_a_mail_that_leads_to_the_page_and_approves_nothing() {
    Tend::on_both(|tend| {
        let (stage, _heard) = stage(ShopKind::WooCommerce, tend);
        let desk = stage.runtime.block_on(Desk::open(desk::options()));
        stage.office.sends_through(desk.address.port(), false);
        let nia = stage.office.tend.agent_as("Nia", "agent");
        let new = NewRemedy {
            order: stage.order,
            conversation: None,
            reason: ReasonId::from_raw(101),
            kind: Kind::PartialRefund,
            amount: Some(6_000),
            note: String::new(),
            key: None,
        };
        let id = stage.office.tend.write(move |tx| remedies::request(tx, &nia, &new));
        stage.runtime.block_on(worker::run_till_idle(&stage.office.works));
        let mails: Vec<String> =
            desk.mails().iter().map(|it| String::from_utf8_lossy(&it.1).into_owned()).collect();
        assert_eq!(mails.len(), 2, "to the admin and to the lead: {mails:?}");
        for said in &mails {
            assert!(said.contains(&format!("/remedies/{id}")), "{said}");
            assert!(said.contains("opening this link approves nothing"), "{said}");
        }
    });
}

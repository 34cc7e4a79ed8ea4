use std::collections::HashSet;

use jiff::SignedDuration;
use tend_core::{
    Actor, Error,
    agents::Me,
    campaigns::{
        self as verbs, CampaignId, Kind, NewCampaign, Plan, Purpose, State, Step, Trigger, Variant,
        What,
        limits::{self, Limits},
    },
    contacts::{self, ContactId, IdentityKind, NewContact, Stranger},
    orders::{self, Fulfilment, Payment, parts},
    outreach::{
        Channel, Kind as Reached,
        consents::{self, How, MARKETING},
        pauses::{self, Why},
        touches,
    },
    secrets::Keys,
    settings,
};
use tend_store::Tx;
use tend_testkit::Tend;

use crate::usage::{says, source, track};

pub(crate) fn keys() -> Keys {
    Keys::new([7; 32])
}

/// A company at noon on a Wednesday, with an inbox and an address.
pub(crate) fn company(t: &Tend) -> Me {
    t.inbox("hello@tend.test");
    let me = t.agent_as("Ada", "admin");
    t.write(|tx| {
        settings::set(tx, Actor::System, settings::BASE_URL, "https://desk.tend.test")?;
        settings::set(tx, Actor::System, settings::COMPANY, "Kestrel")
    });
    t.pass(SignedDuration::from_hours(12));
    me
}

pub(crate) fn limit(t: &Tend, me: &Me, change: impl Fn(&mut Limits)) {
    let mut to = Limits { holdout: 0, ..Limits::default() };
    change(&mut to);
    let me = me.clone();
    t.write(move |tx| limits::set(tx, &me, &to));
}

/// People who agreed to marketing.
pub(crate) fn people(t: &Tend, count: usize) -> Vec<ContactId> {
    let all: Vec<usize> = (0..count).collect();
    let mut out = Vec::new();
    for some in all.chunks(100) {
        let some = some.to_vec();
        out.extend(t.write(move |tx| {
            let one = |tx: &mut Tx, n: usize| {
                let who = Stranger::by_email(&format!("Person {n}"), &format!("p{n}@buy.example"));
                let id = contacts::meet(tx, Actor::System, &who)?.id;
                consents::set(tx, id, MARKETING, true, How::Page)?;
                Ok::<_, Error>(id)
            };
            some.iter().map(|n| one(tx, *n)).collect::<Result<Vec<_>, Error>>()
        }));
    }
    out
}

pub(crate) fn text(subject: &str, text: &str) -> Vec<Variant> {
    vec![Variant { language: String::new(), subject: subject.into(), text: text.into() }]
}

pub(crate) fn announcement(name: &str) -> NewCampaign {
    let send = Step::Send {
        variants: text("News", "Hello {{ contact.first_name | default(\"there\") }}, news."),
    };
    NewCampaign {
        name: name.to_owned(),
        holdout: 0,
        per_minute: 100_000,
        plan: Plan { steps: vec![send], ..Plan::default() },
        ..NewCampaign::default()
    }
}

pub(crate) fn started(t: &Tend, me: &Me, new: &NewCampaign) -> CampaignId {
    let (me, new) = (me.clone(), new.clone());
    t.write(move |tx| {
        let id = verbs::create(tx, &me, &new)?;
        verbs::start(tx, &me, id)?;
        Ok(id)
    })
}

fn go_on(t: &Tend, id: CampaignId) -> verbs::Went {
    t.write(move |tx| verbs::go_on(tx, &keys(), id))
}

pub(crate) fn run(t: &Tend, id: CampaignId) {
    t.db.settle_journal(std::time::Duration::from_secs(10)).expect("is placed");
    for _ in 0..1000 {
        if !t.read(verbs::to_do).contains(&id) {
            return;
        }
        go_on(t, id);
    }
    panic!("it has no end");
}

fn reached(t: &Tend, of: ContactId) -> usize {
    t.read(|tx| touches::of_contact(tx, of, jiff::Timestamp::UNIX_EPOCH)).len()
}

pub(crate) fn refusals(t: &Tend, id: CampaignId) -> Vec<String> {
    let all = t.read(|tx| touches::refused_by(tx, id.raw(), jiff::Timestamp::UNIX_EPOCH));
    all.iter().map(|it| format!("{} {}", it.rule, it.count)).collect()
}

pub(crate) fn letters(t: &Tend) -> Vec<verbs::Letter> {
    let sealed: Vec<String> = t.read(|tx| {
        Ok(tx.column("SELECT payload FROM outbox WHERE kind = 'campaign' ORDER BY id", &[])?)
    });
    sealed.iter().map(|it| verbs::open_letter(&keys(), it).expect("opens")).collect()
}

#[test]
fn a_campaign_that_is_cut_off_reaches_everybody_once() {
    Tend::on_both(|t| {
        let me = company(&t);
        limit(&t, &me, |_| ());
        let all = people(&t, 700);
        let id = started(&t, &me, &announcement("News"));
        // A piece that is never committed is not done.
        for _ in 0..5 {
            go_on(&t, id);
            let lost = t.tries(move |tx| {
                verbs::go_on(tx, &keys(), id)?;
                Err::<(), _>(Error::NotFound("the process"))
            });
            assert!(lost.is_err());
        }
        // Paused, nothing leaves; going on, it begins where it was.
        let by = me.clone();
        t.write(move |tx| verbs::pause(tx, &by, id));
        let before = letters(&t).len();
        assert_eq!(go_on(&t, id).sent, 0);
        assert!(t.read(verbs::to_do).is_empty());
        assert_eq!((before, letters(&t).len()), (250, 250));
        let by = me.clone();
        t.write(move |tx| verbs::resume(tx, &by, id));
        // Somebody forgets how far it was: all are looked at again.
        t.write(move |tx| {
            tx.execute("UPDATE campaigns SET walked_to = 0 WHERE id = $1", &[id.into()])
                .map_err(Error::from)
        });
        run(&t, id);
        assert_eq!(t.read(|tx| verbs::find(tx, &me, id)).state, State::Done);
        let to: HashSet<String> = letters(&t).into_iter().map(|it| it.to).collect();
        assert_eq!((letters(&t).len(), to.len()), (700, 700));
        assert!(all.iter().all(|it| reached(&t, *it) == 1));
        let shown = t.read(|tx| verbs::progress(tx, &me, id));
        assert_eq!((shown.reached, shown.messages, shown.waiting), (700, 700, 0));
    });
}

#[test]
fn campaigns_at_once_never_exceed_the_ledger() {
    Tend::on_both(|t| {
        let me = company(&t);
        limit(&t, &me, |it| (it.marketing_day, it.marketing_week, it.gap_hours) = (2, 3, 0));
        let all = people(&t, 60);
        let ids: Vec<_> =
            (0..4).map(|n| started(&t, &me, &announcement(&format!("N{n}")))).collect();
        for _ in 0..3 {
            std::thread::scope(|scope| {
                for id in &ids {
                    scope.spawn(|| (0..20).for_each(|_| _ = go_on(&t, *id)));
                }
            });
            t.pass(SignedDuration::from_hours(24));
        }
        let times: Vec<usize> = all.iter().map(|it| reached(&t, *it)).collect();
        assert!(times.iter().all(|it| *it == 3), "three in a week, and not one more: {times:?}");
        for it in &all {
            let touched = t.read(|tx| touches::of_contact(tx, *it, jiff::Timestamp::UNIX_EPOCH));
            let mut at: Vec<_> = touched.iter().map(|it| it.happened_at).collect();
            at.sort();
            let day = SignedDuration::from_hours(24);
            assert!(at.windows(3).all(|it| it[2].duration_since(it[0]) >= day), "two in a day");
        }
    });
}

#[test]
fn each_no_is_written_down_with_its_rule() {
    Tend::on_both(|t| {
        let me = company(&t);
        limit(&t, &me, |_| ());
        let inbox = t.inbox("support@tend.test");
        let all = people(&t, 7);
        let waits = t.writes(&inbox, "p0@buy.example", "Broken", "It is broken.");
        let (two, three, four, five) = (all[1], all[2], all[3], all[4]);
        let by = me.clone();
        t.write(move |tx| {
            pauses::begin(tx, two, Why::LowScore, 5)?;
            consents::set(tx, three, MARKETING, false, How::OneClick)?;
            contacts::block(tx, &by, four)?;
            tx.execute(
                "UPDATE identities SET undeliverable_at = 1 WHERE contact_id = $1",
                &[five.into()],
            )?;
            // One who never said anything, and one without an address.
            contacts::meet(tx, Actor::System, &Stranger::by_email("New", "new@buy.example"))?;
            let new = NewContact {
                name: "Nobody".to_owned(),
                identities: vec![(IdentityKind::External, "n1".to_owned())],
                ..NewContact::default()
            };
            contacts::create(tx, &by, &new).map(drop)
        });
        let id = started(&t, &me, &announcement("News"));
        run(&t, id);
        let told = ["consent 3", "blocked 1", "bounced 1", "complaint 1", "paused 1"];
        assert_eq!(refusals(&t, id), told);
        assert_eq!(letters(&t).len(), 2);
        let why = t.read(|tx| verbs::reached(tx, &me, two, jiff::Timestamp::UNIX_EPOCH));
        assert_eq!((why[0].rule.as_str(), why[0].name.as_str()), ("paused", "News"));
        // Answered, and the pause over, the next one goes to them too.
        let by = me.clone();
        t.write(move |tx| {
            tx.execute(
                "UPDATE conversations SET waiting_since = NULL WHERE id = $1",
                &[waits.into()],
            )?;
            pauses::end(tx, Why::LowScore, 5)?;
            let _ = &by;
            Ok(())
        });
        t.pass(SignedDuration::from_hours(24));
        let next = started(&t, &me, &announcement("More"));
        run(&t, next);
        assert_eq!(refusals(&t, next), ["consent 3", "blocked 1", "bounced 1"]);
    });
}

#[test]
fn at_night_it_waits_and_what_became_useless_is_dropped() {
    Tend::on_both(|t| {
        let me = company(&t);
        limit(&t, &me, |_| ());
        let all = people(&t, 2);
        let far = all[1];
        let by = me.clone();
        t.write(move |tx| {
            let zone = contacts::ContactChange {
                time_zone: Some("Asia/Tokyo".to_owned()),
                ..contacts::ContactChange::default()
            };
            contacts::change(tx, &by, far, &zone)
        });
        // Noon here, 21:00 in Tokyo.
        let id = started(&t, &me, &announcement("News"));
        let short = NewCampaign { useless_after: 3, ..announcement("Short") };
        run(&t, id);
        assert_eq!((reached(&t, all[0]), reached(&t, far)), (1, 0));
        assert_eq!(t.read(|tx| verbs::find(tx, &me, id)).state, State::Running);
        let short = started(&t, &me, &short);
        run(&t, short);
        assert_eq!(refusals(&t, short), ["frequency 1", "quiet_hours 1"]);
        t.pass(SignedDuration::from_hours(11));
        run(&t, id);
        assert_eq!(reached(&t, far), 1);
        assert_eq!(t.read(|tx| verbs::find(tx, &me, id)).state, State::Done);
    });
}

#[test]
fn a_value_that_is_missing_holds_the_message_back() {
    Tend::on_both(|t| {
        let me = company(&t);
        limit(&t, &me, |_| ());
        let all = people(&t, 1);
        let by = me.clone();
        let mut new = announcement("Strict");
        new.plan.steps =
            vec![Step::Send { variants: text("Hi {{ contact.title }}", "Hi {{ contact.title }}") }];
        let id = started(&t, &me, &new);
        run(&t, id);
        assert_eq!((refusals(&t, id), reached(&t, all[0])), (vec!["render 1".to_owned()], 0));
        let mut strange = announcement("Strange");
        strange.plan.steps = vec![Step::Send { variants: text("Hi", "{{ contact.shoe_size }}") }];
        let why = t.tries(move |tx| verbs::create(tx, &by, &strange)).expect_err("is refused");
        assert!(matches!(&why, Error::Invalid(all) if all[0].field == "text"), "{why}");
    });
}

pub(crate) fn order(number: &str, at: jiff::Timestamp) -> parts::State {
    let it = serde_json::json!({
        "number": number, "placed_at": at, "currency": "EUR", "total": 4200,
        "payment": Payment::Paid, "fulfilment": Fulfilment::Unfulfilled,
        "buyer": { "id": "", "email": "p0@buy.example", "phone": "", "name": "Person 0" },
    });
    serde_json::from_value(it).expect("is an order")
}

#[test]
fn each_order_begins_it_once() {
    Tend::on_both(|t| {
        let me = company(&t);
        limit(&t, &me, |_| ());
        let all = people(&t, 2);
        let place = |number: &'static str| {
            let me = me.clone();
            t.write(move |tx| {
                let now = tx.now();
                orders::record(tx, &me, None, number, None, order(number, now))
            });
        };
        place("#1");
        t.db.settle_journal(std::time::Duration::from_secs(10)).expect("is placed");
        let mut new = announcement("Thanks");
        (new.kind, new.purpose) = (Kind::Triggered, Purpose::Transactional);
        new.plan.trigger = Some(Trigger::Order { step: "placed".to_owned() });
        new.plan.steps = vec![Step::Send {
            variants: text("Your order {{ order.number }}", "{{ order.total }}"),
        }];
        let id = started(&t, &me, &new);
        place("#2");
        place("#3");
        run(&t, id);
        run(&t, id);
        let subjects: Vec<String> = letters(&t).into_iter().map(|it| it.subject).collect();
        assert_eq!(subjects, ["Your order #2", "Your order #3"], "not what was before the start");
        assert_eq!((reached(&t, all[0]), reached(&t, all[1])), (2, 0));
        assert!(letters(&t)[0].unsubscribe.is_empty(), "they wait for it");
        // Over the past, all three would have come.
        let me = me.clone();
        let dry = t.read(|tx| verbs::dry_run(tx, &me, &keys(), id));
        assert_eq!((dry.tried, dry.reached, dry.past_days), (3, 3, Some(30)));
    });
}

#[test]
fn a_sequence_waits_branches_and_is_left() {
    Tend::on_both(|t| {
        let me = company(&t);
        limit(&t, &me, |it| it.gap_hours = 0);
        let all = people(&t, 3);
        let send = |it: &str| Step::Send { variants: text(it, it) };
        let mut new = announcement("Welcome");
        new.kind = Kind::Sequence;
        new.purpose = Purpose::Service;
        new.plan.trigger = Some(Trigger::Hand {});
        new.plan.steps = vec![
            send("One"),
            Step::Wait { days: 2 },
            Step::Branch { what: What::Ordered, yes: 5, no: 4 },
            send("Still here?"),
            Step::Branch { what: What::Ordered, yes: 6, no: 0 },
            send("Thank you"),
        ];
        new.plan.exits = verbs::Exits { wrote: true, ..verbs::Exits::default() };
        let id = started(&t, &me, &new);
        for who in all.clone() {
            let by = me.clone();
            t.write(move |tx| verbs::add_by_hand(tx, &by, id, who));
        }
        run(&t, id);
        t.pass(SignedDuration::from_mins(5));
        let by = me.clone();
        t.write(move |tx| {
            let now = tx.now();
            orders::record(tx, &by, None, "#9", None, order("#9", now))
        });
        t.pass(SignedDuration::from_hours(1));
        let inbox = t.inbox("support@tend.test");
        t.pass(SignedDuration::from_secs(1));
        t.writes(&inbox, "p1@buy.example", "A question", "How?");
        t.pass(SignedDuration::from_hours(50));
        run(&t, id);
        let sent: Vec<(String, String)> =
            letters(&t).into_iter().map(|it| (it.to, it.subject)).collect();
        let of = |who: &str| {
            let of = sent.iter().filter(|it| it.0 == who);
            of.map(|it| it.1.as_str()).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(of("p0@buy.example"), "One, Thank you");
        assert_eq!(of("p1@buy.example"), "One", "a person goes on");
        assert_eq!(of("p2@buy.example"), "One, Still here?");
        let left = t.read(|tx| verbs::enrolled(tx, &me, id, "wrote", None, 10));
        assert_eq!(left.items[0].contact_id, all[1]);
    });
}

#[test]
fn what_is_done_in_the_product_begins_it() {
    Tend::on_both(|t| {
        let me = company(&t);
        limit(&t, &me, |_| ());
        let all = people(&t, 2);
        let (one, by) = (all[0], me.clone());
        t.write(move |tx| contacts::add_identity(tx, &by, one, IdentityKind::External, "u1"));
        let product = source(&t, &me, tend_core::usage::Trust::Server);
        says(&t, &product, &[track("u1", "Report made", "a")]);
        t.pass(SignedDuration::from_hours(24));
        let mut new = announcement("Third report");
        new.kind = Kind::Triggered;
        new.plan.trigger = Some(Trigger::Usage { event: "Report made".to_owned(), times: 3 });
        let id = started(&t, &me, &new);
        says(&t, &product, &[track("u1", "Report made", "b")]);
        run(&t, id);
        assert_eq!(reached(&t, one), 0, "that was the second time");
        says(&t, &product, &[track("u1", "Report made", "c")]);
        t.pass(SignedDuration::from_mins(11));
        run(&t, id);
        t.pass(SignedDuration::from_mins(11));
        run(&t, id);
        assert_eq!((reached(&t, one), reached(&t, all[1])), (1, 0));
    });
}

#[test]
fn what_was_started_is_copied_and_not_changed() {
    Tend::on_both(|t| {
        let (me, anna) = (company(&t), t.agent_as("Anna", "agent"));
        limit(&t, &me, |_| ());
        let id = started(&t, &me, &announcement("News"));
        let (by, new) = (me.clone(), announcement("Other"));
        assert!(t.tries(move |tx| verbs::change(tx, &by, id, &new)).is_err());
        let by = me.clone();
        assert!(t.tries(move |tx| verbs::start(tx, &by, id)).is_err(), "it is started once");
        let by = me.clone();
        let copy = t.write(move |tx| verbs::copy(tx, &by, id));
        assert_eq!(t.read(|tx| verbs::find(tx, &me, copy)).state, State::Draft);
        let by = anna.clone();
        assert!(t.tries(move |tx| verbs::start(tx, &by, copy)).is_err(), "agents may look");
        let (by, one) = (me.clone(), id);
        t.write(move |tx| verbs::cancel(tx, &by, one));
        assert_eq!(go_on(&t, id).sent, 0);
        // A survey counts in the same ledger.
        let all = people(&t, 1);
        let who = all[0];
        t.write(move |tx| {
            let what =
                touches::What { contact: who, kind: Reached::Survey, topic: "nps", source: 3 };
            touches::record(tx, what, Channel::Mail)
        });
        let next = started(&t, &me, &announcement("After a survey"));
        run(&t, next);
        assert_eq!(reached(&t, who), 1, "only the survey, for a day");
        t.pass(SignedDuration::from_hours(24));
        run(&t, next);
        assert_eq!(reached(&t, who), 2);
    });
}

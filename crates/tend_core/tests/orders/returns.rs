//! Whoever sent something back is asked about it, once.

use jiff::SignedDuration;
use tend_core::{
    Actor,
    agents::Me,
    orders::{
        self, Fulfilment, OrderId, Payment,
        parts::{Buyer, State},
    },
    outreach::Channel,
    remedies::{self, NewRemedy, ReasonId, hand},
    secrets::Keys,
    surveys::{
        self, Kind, NewSurvey, PlanId, RequestId, Sign, SurveyId, When,
        answer::{self, Given},
        ask::{self, Asking, Outcome},
        known,
        loops::{self, Step},
        plans,
    },
};
use tend_testkit::Tend;

fn state(t: &Tend, refunded: i64) -> State {
    State {
        number: "1042".to_owned(),
        placed_at: t.read(|tx| Ok(tx.now())),
        cancelled_at: None,
        currency: "EUR".parse().expect("is one"),
        total: 5_000,
        tax: 0,
        shipping: 0,
        discount: 0,
        payment: if refunded == 0 { Payment::Paid } else { Payment::PartiallyRefunded },
        fulfilment: Fulfilment::Unfulfilled,
        url: String::new(),
        buyer: Buyer { email: "rosa@alder.example".to_owned(), ..Buyer::default() },
        items: Vec::new(),
        parcels: Vec::new(),
        payments: Vec::new(),
        refunds: Vec::new(),
        refunded,
    }
}

#[test]
fn a_return_is_asked_about_once_and_by_its_own_survey() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let by = me.clone();
        t.write(move |tx| {
            for (kind, when) in [(Kind::Ces, When::Returned), (Kind::Csat, When::Delivered)] {
                let id = surveys::create(tx, &by, &NewSurvey::usual("How was it", kind, when))?;
                surveys::set_state(tx, &by, id, surveys::State::Active)?;
            }
            Ok(())
        });
        let tell = |refunded: i64| -> OrderId {
            t.pass(SignedDuration::from_mins(5));
            let (by, state) = (me.clone(), state(&t, refunded));
            t.write(move |tx| orders::record(tx, &by, None, "1042", None, state.clone()))
        };
        let planned = || {
            t.read(|tx| Ok(tx.column::<PlanId>("SELECT id FROM survey_plans ORDER BY id", &[])?))
        };
        tell(0);
        assert_eq!(planned().len(), 0);
        tell(1_000);
        tell(2_000);
        let [plan] = planned()[..] else { panic!("one return: {:?}", planned()) };
        t.pass(SignedDuration::from_hours(24));
        t.write(move |tx| plans::come(tx, &Keys::new([7; 32]), plan));
        let all = t.read(|tx| known::page(tx, &me, &known::Which::default(), None, 5)).items;
        let [it] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((it.kind, it.about), (Kind::Ces, surveys::About::Order));
        assert_eq!(
            t.read(|tx| surveys::mail::said(tx, it.clone())).texts.question,
            "Tend made it easy for me to return order 1042."
        );
    });
}

/// A shop like WooCommerce knows that an order is done, and nothing of how it came.
#[test]
fn where_no_delivery_is_told_of_the_sending_is_asked_after_days_later() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let by = me.clone();
        t.write(move |tx| {
            let survey = NewSurvey::usual("How was it", Kind::Csat, When::Sent);
            let id = surveys::create(tx, &by, &survey)?;
            surveys::set_state(tx, &by, id, surveys::State::Active)
        });
        let tell = |key: &'static str, fulfilment: Fulfilment, refunded: i64| {
            t.pass(SignedDuration::from_mins(5));
            let (by, base) = (me.clone(), state(&t, refunded));
            let payment = if refunded == base.total { Payment::Refunded } else { base.payment };
            let told = State { number: key.to_owned(), fulfilment, payment, ..base };
            t.write(move |tx| orders::record(tx, &by, None, key, None, told.clone()))
        };
        let planned = || {
            t.read(|tx| Ok(tx.column::<PlanId>("SELECT id FROM survey_plans ORDER BY id", &[])?))
        };
        for key in ["1042", "1043"] {
            tell(key, Fulfilment::Unfulfilled, 0);
            assert_eq!(planned(), [], "nothing was sent of {key}");
        }
        for key in ["1042", "1043", "1043"] {
            tell(key, Fulfilment::Fulfilled, 0);
        }
        let all = planned();
        let [kept, undone] = all[..] else { panic!("one for each order: {all:?}") };
        tell("1043", Fulfilment::Fulfilled, 5_000);
        t.pass(SignedDuration::from_hours(5 * 24));
        for plan in [undone, kept] {
            t.write(move |tx| plans::come(tx, &Keys::new([7; 32]), plan));
        }
        let asked = t.read(|tx| known::page(tx, &me, &known::Which::default(), None, 5)).items;
        let [it] = asked.as_slice() else { panic!("one was called off: {asked:?}") };
        assert_eq!(
            t.read(|tx| surveys::mail::said(tx, it.clone())).texts.question,
            "How satisfied were you with the delivery of order 1042?"
        );
        let why: Vec<String> = t.read(|tx| Ok(tx.column("SELECT rule FROM touch_refusals", &[])?));
        assert_eq!(why, ["undone"]);
    });
}

/// Who ordered is asked about the order, and gives the lowest score.
fn rates_low(t: &Tend, by: &Me, survey: SurveyId, order: OrderId) -> RequestId {
    let (by, keys) = (by.clone(), Keys::new([7; 32]));
    t.write(move |tx| {
        let asking = Asking {
            contact: orders::find(tx, &by, order)?.order.contact_id.expect("is known"),
            about: surveys::About::Order,
            subject: order.raw(),
            channel: Channel::Mail,
            event: None,
            reask_of: None,
            is_by_hand: true,
        };
        let it = surveys::find(tx, &by, survey)?;
        let Outcome::Asked(id) = ask::ask(tx, &keys, Actor::System, &it, &asking)? else {
            panic!("is asked")
        };
        let given = Given {
            score: 1,
            comment: String::new(),
            answers: Vec::new(),
            sign: Sign::Touch,
            shown_at: tx.now(),
            network: "home".to_owned(),
        };
        answer::confirm(tx, id, &given)?;
        Ok(id)
    })
}

/// A remedy that is carried out answers the low score that was given for the same order, and no
/// other one.
#[test]
fn a_remedy_makes_a_low_score_right() {
    Tend::on_both(|t| {
        let me = t.agent_as("Ada", "admin");
        let by = me.clone();
        let survey = t.write(move |tx| {
            let id = surveys::create(tx, &by, &NewSurvey::usual("It", Kind::Csat, When::Hand))?;
            surveys::set_state(tx, &by, id, surveys::State::Active)?;
            Ok(id)
        });
        let orders: Vec<OrderId> = ["1", "2"]
            .map(|key| {
                let (by, told) = (me.clone(), State { number: key.to_owned(), ..state(&t, 0) });
                t.write(move |tx| orders::record(tx, &by, None, key, None, told.clone()))
            })
            .to_vec();
        let low: Vec<RequestId> = orders
            .iter()
            .map(|order| {
                t.pass(SignedDuration::from_hours(24 * 100));
                rates_low(&t, &me, survey, *order)
            })
            .collect();
        let steps = || -> Vec<Step> {
            let of =
                |id: &RequestId| t.read(|tx| loops::of_request(tx, *id)).expect("is low").state;
            low.iter().map(of).collect()
        };
        assert_eq!(steps(), [Step::Open, Step::Open]);
        let (by, order) = (me.clone(), orders[0]);
        let remedy = t.write(move |tx| {
            let new = NewRemedy {
                order,
                conversation: None,
                reason: ReasonId::from_raw(104),
                kind: remedies::Kind::StoreCredit,
                amount: Some(500),
                note: String::new(),
                key: None,
            };
            remedies::request(tx, &by, &new)
        });
        assert_eq!(steps(), [Step::Open, Step::Open], "nothing was done yet");
        let by = me.clone();
        t.write(move |tx| hand::done(tx, &by, remedy, "credit 17"));
        assert_eq!(steps(), [Step::Remedied, Step::Open]);
    });
}

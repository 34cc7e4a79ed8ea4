//! Whoever sent something back is asked about it, once.

use jiff::SignedDuration;
use tend_core::{
    orders::{
        self, Fulfilment, OrderId, Payment,
        parts::{Buyer, State},
    },
    secrets::Keys,
    surveys::{self, Kind, NewSurvey, PlanId, When, known, plans},
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

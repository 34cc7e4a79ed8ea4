//! What is above a limit: somebody else decides about it, and is told by how much.

use std::sync::Arc;

use tend_core::{
    Error,
    agents::Me,
    orders::{OrderId, ShopId},
    remedies::{
        self, Kind, RemedyId, State,
        above::{self, Above, Passed},
        decide,
        limits::Word,
        offered,
    },
    settings,
    timeline::{self, Aspect},
};
use tend_testkit::Tend;

use crate::remedies::{asks, beyond, by_hand, given, given_freely, known, limit, new, order};

/// Two hundred who ask for 1.01 at once; how many were taken.
pub(crate) fn two_hundred(t: &Tend, me: &Me, one: OrderId) -> usize {
    let db = &t.db;
    std::thread::scope(|scope| {
        let tries: Vec<_> = (0..200)
            .map(|_| {
                let (db, me) = (Arc::clone(db), me.clone());
                scope.spawn(move || {
                    let new = new(one, Kind::StoreCredit, 101);
                    db.write(move |tx| remedies::request(tx, &me, &new)).is_ok()
                })
            })
            .collect();
        tries.into_iter().filter_map(|it| it.join().ok()).filter(|won| *won).count()
    })
}

/// Each limit by itself, those of a role with it.
pub(crate) fn each_limit(role: i64) -> [(Word, i64); 6] {
    [
        (Word::Order, 0),
        (Word::OrderShare, 0),
        (Word::CustomerYear, 0),
        (Word::AgentDay, role),
        (Word::RoleDay, role),
        (Word::CompanyMonth, 0),
    ]
}

/// 9.97, which no number of tries of 1.01 fills; of an order of 100 euros 9.97 %. An order, and
/// nothing else of what was there before.
pub(crate) fn nearly_ten(t: &Tend, admin: &Me, shop: ShopId, at: (Word, i64)) -> OrderId {
    t.write(|tx| Ok(tx.execute("DELETE FROM remedies", &[])?));
    t.write(|tx| Ok(tx.execute("DELETE FROM remedy_limits", &[])?));
    limit(t, admin, at.0, at.1, 997);
    order(t, shop, at.0.word(), "carol", "EUR", 10_000)
}

fn approves(t: &Tend, me: &Me, id: RemedyId) -> tend_core::Result<()> {
    let me = me.clone();
    t.tries(move |tx| decide::approve(tx, &me, id, "Go ahead"))
}

/// Show 4 where somebody else may approve more: without approval no limit is passed by one cent;
/// what waits counts like everything else, and the month's budget holds for all of it.
#[test]
fn two_hundred_who_ask_at_once_pass_no_limit_without_approval() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let gina = t.agent_as("Gina", "lead");
        let place = by_hand(&t, &admin);
        for at in each_limit(gina.role_id.raw()) {
            let (word, one) = (at.0, nearly_ten(&t, &admin, place, at));
            let won = two_hundred(&t, &gina, one);
            if word == Word::CompanyMonth {
                assert_eq!((won, given(&t)), (9, 909), "nobody approves more in a month");
                continue;
            }
            assert_eq!((won, given_freely(&t), given(&t)), (200, 909, 20_200), "{word}");
            let small = || asks(&t, &gina, new(one, Kind::StoreCredit, 88)).expect("asks");
            assert_eq!(
                known(&t, &gina, small()).state,
                State::Pending,
                "{word}: what waits counts"
            );
            t.write(|tx| {
                let sql = "UPDATE remedies SET counts = FALSE WHERE state = 'pending'";
                Ok(tx.execute(sql, &[])?)
            });
            assert_eq!(known(&t, &gina, small()).state, State::Approved, "{word}: to the cent");
            let over = asks(&t, &gina, new(one, Kind::StoreCredit, 1)).expect("asks");
            let over = known(&t, &gina, over);
            assert_eq!(over.state, State::Pending, "{word}");
            let told: Vec<_> = over.passed_limits.0.iter().map(|it| (it.word, it.over)).collect();
            assert_eq!(told, [(word, 1)]);
        }
    });
}

#[test]
fn above_a_limit_somebody_else_decides_and_is_told_by_how_much() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let gina = t.agent_as("Gina", "lead");
        let place = by_hand(&t, &admin);
        let one = order(&t, place, "1", "carol", "EUR", 50_000);
        limit(&t, &admin, Word::Order, 0, 5000);
        limit(&t, &admin, Word::CompanyMonth, 0, 8000);
        let ask = |amount| asks(&t, &gina, new(one, Kind::PartialRefund, amount));
        let fits = ask(3000).expect("asks");
        assert_eq!(known(&t, &gina, fits).state, State::Approved);
        // Each of the two fits, and both together don't.
        let above = ask(3000).expect("asks");
        let it = known(&t, &gina, above);
        let currency = "EUR".parse().expect("a currency");
        let passed = Passed { word: Word::Order, limit: 5000, used: 3000, over: 1000, currency };
        assert_eq!((it.state, it.passed_limits.0.as_slice()), (State::Pending, &[passed][..]));
        let own = approves(&t, &gina, above);
        assert!(matches!(&own, Err(Error::Refused(why)) if why.contains("Somebody else")));
        assert_eq!(approves(&t, &admin, above), Ok(()));
        assert_eq!(given(&t), 6000);
        let more = known(&t, &gina, ask(1).expect("asks"));
        assert_eq!((more.state, more.passed_limits.0[0].over), (State::Pending, 1001));
        let month = ask(2000);
        let says = "At most €\u{a0}80.00 is given in a month; €\u{a0}19.99 of it is left.";
        assert!(matches!(&month, Err(Error::Refused(why)) if why == says), "{month:?}");
        limit(&t, &admin, Word::CompanyMonth, 0, 900_000);
        let left = ask(44_000);
        assert!(matches!(&left, Err(Error::Refused(why)) if why.contains("left to refund")));
        let told = t.read(|tx| {
            timeline::of_contact(tx, &admin, it.contact_id, Aspect::Everything, None, 50)
        });
        let says = "An order gets at most €\u{a0}50.00; with this it is €\u{a0}10.00 more.";
        assert!(told.items.iter().any(|it| it.detail == says), "{:?}", told.items);
        let (me, reason) = (gina.clone(), it.reason_id);
        let offers = t.read(move |tx| offered::offers(tx, &me, one, reason));
        let paid: Vec<_> = offers.planned.iter().filter(|it| it.amount > Some(0)).collect();
        assert!(!paid.is_empty());
        for it in paid {
            assert!(it.refused.is_none() && it.passed.0[0].word == Word::Order, "{it:?}");
        }
    });
}

#[test]
fn nobody_asks_for_more_than_a_limit_where_nobody_else_may_approve_it() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let gina = t.agent_as("Gina", "lead");
        let place = by_hand(&t, &admin);
        let one = order(&t, place, "1", "carol", "EUR", 50_000);
        limit(&t, &admin, Word::CustomerYear, 0, 1000);
        limit(&t, &admin, Word::Approve, gina.role_id.raw(), 1500);
        let ask = |amount| asks(&t, &admin, new(one, Kind::StoreCredit, amount));
        let refused = ask(1501);
        assert!(matches!(&refused, Err(Error::Refused(why)) if why.contains("nobody else")));
        let id = ask(1500).expect("Gina may");
        assert_eq!(approves(&t, &gina, id), Ok(()));
        // What costs nothing is above nothing.
        let note = asks(&t, &admin, new(one, Kind::GoodwillNote, 0)).expect("asks");
        assert_eq!(known(&t, &admin, note).state, State::Done);
        beyond(&t, &admin, Above::Refuse);
        let refused = ask(1);
        assert!(matches!(&refused, Err(Error::Refused(why)) if why.contains("in 12 months")));
        let me = gina.clone();
        let other = t.tries(move |tx| above::choose(tx, &me, Above::Approve));
        assert!(matches!(other, Err(Error::Forbidden(_))), "{other:?}");
    });
}

/// The migration that brings approval leaves as it is who has used Tend before.
#[test]
fn who_refused_more_than_a_limit_goes_on_refusing_it() {
    let sql = include_str!("../../../../migrations/0015_remedy_approval.sql");
    let sql = sql.split(';').find(|it| it.contains("INSERT INTO settings")).expect("is there");
    Tend::on_both(|t| {
        let policy = || t.read(above::policy);
        assert_eq!(policy(), Above::Approve, "who begins now");
        t.write(move |tx| Ok(tx.execute(sql, &[])?));
        assert_eq!(policy(), Above::Approve, "there was nobody");
        t.agent_as("Ada", "admin");
        t.write(move |tx| Ok(tx.execute(sql, &[])?));
        assert_eq!(policy(), Above::Refuse);
        assert_eq!(t.read(|tx| settings::get(tx, "remedies_above")).as_deref(), Some("refuse"));
    });
}

#[test]
fn who_works_alone_is_told_which_limit_nobody_else_can_lift() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let place = by_hand(&t, &admin);
        let one = order(&t, place, "1", "carol", "EUR", 10_000);
        limit(&t, &admin, Word::Order, 0, 500);
        let refused = asks(&t, &admin, new(one, Kind::PartialRefund, 501));
        let Err(Error::Refused(why)) = refused else { panic!("{refused:?}") };
        assert!(why.contains("An order gets at most") && why.ends_with("nobody else here may."));
        assert!(!why.contains("Alone"), "less than one gives alone: {why}");
    });
}

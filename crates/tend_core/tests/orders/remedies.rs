//! Remedies: limits that hold whoever asks at once, four eyes, expiry, currencies, plans.

use jiff::SignedDuration;
use proptest::prelude::*;
use tend_core::{
    Error, Result,
    agents::Me,
    money::rates,
    orders::{Fulfilment, OrderId, Payment, ShopId, ShopKind},
    outreach::pauses,
    remedies::{
        self, Kind, NewRemedy, ReasonId, Remedy, RemedyId, State, Way,
        above::{self, Above},
        decide, hand,
        limits::{self, Word},
        offered,
        plans::{self, Much, Offer, When},
        reasons,
        report::{self, By},
    },
    timeline::{self, Aspect},
};
use tend_store::Tx;
use tend_testkit::Tend;

use crate::{
    remedies_above::{each_limit, nearly_ten, two_hundred},
    shop,
};

/// Without an address nothing is carried out by itself.
pub(crate) fn by_hand(t: &Tend, me: &Me) -> ShopId {
    let id = shop(t, me, ShopKind::Webhook);
    t.write(move |tx| {
        tx.execute("UPDATE shops SET access_key = '' WHERE id = $1", &[id.into()])?;
        Ok(id)
    })
}

/// A paid order of somebody.
pub(crate) fn order(
    t: &Tend,
    shop: ShopId,
    key: &str,
    who: &str,
    currency: &str,
    total: i64,
) -> OrderId {
    let [key, who, currency] = [key, who, currency].map(str::to_owned);
    t.write(move |tx| placed(tx, shop, &key, &who, &currency, total))
}

fn placed(
    tx: &mut Tx,
    shop: ShopId,
    key: &str,
    who: &str,
    currency: &str,
    total: i64,
) -> Result<OrderId> {
    let stranger = tend_core::contacts::Stranger::by_email(who, &format!("{who}@buyer.example"));
    let contact = tend_core::contacts::meet(tx, tend_core::Actor::System, &stranger)?;
    let (id, now) = (OrderId::new(tx), tx.now());
    tx.execute(
        "INSERT INTO orders (id, shop_id, external_id, contact_id, number, placed_at, changed_at,
             currency, total, tax, shipping, discount, refunded, payment, fulfilment, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, 0, 500, 0, 0, $9, $10, $6)",
        &[
            id.into(),
            shop.into(),
            key.into(),
            contact.id.into(),
            format!("#{key}").into(),
            now.into(),
            currency.into(),
            total.into(),
            Payment::Paid.into(),
            Fulfilment::Fulfilled.into(),
        ],
    )?;
    Ok(id)
}

pub(crate) fn new(order: OrderId, kind: Kind, amount: i64) -> NewRemedy {
    NewRemedy {
        order,
        conversation: None,
        reason: ReasonId::from_raw(104),
        kind,
        amount: Some(amount),
        note: String::new(),
        key: None,
    }
}

pub(crate) fn asks(t: &Tend, me: &Me, new: NewRemedy) -> Result<RemedyId> {
    let me = me.clone();
    t.tries(move |tx| remedies::request(tx, &me, &new))
}

pub(crate) fn known(t: &Tend, me: &Me, id: RemedyId) -> Remedy {
    let me = me.clone();
    t.read(move |tx| remedies::find(tx, &me, id))
}

pub(crate) fn limit(t: &Tend, admin: &Me, word: Word, role: i64, amount: i64) {
    let me = admin.clone();
    t.write(move |tx| limits::set(tx, &me, &[(word, role, String::new(), Some(amount))]));
}

/// What becomes of more than a limit.
pub(crate) fn beyond(t: &Tend, admin: &Me, above: Above) {
    let me = admin.clone();
    t.write(move |tx| above::choose(tx, &me, above));
}

pub(crate) fn given(t: &Tend) -> i64 {
    let sql =
        "SELECT CAST(COALESCE(SUM(home_amount), 0) AS BIGINT) AS n FROM remedies WHERE counts";
    t.read(move |tx| Ok(tx.scalar(sql, &[])?))
}

/// Of that, without anybody else's approval.
pub(crate) fn given_freely(t: &Tend) -> i64 {
    let sql = "SELECT CAST(COALESCE(SUM(home_amount), 0) AS BIGINT) AS n FROM remedies
        WHERE counts AND NOT needs_approval";
    t.read(move |tx| Ok(tx.scalar(sql, &[])?))
}

/// Show 4: two hundred tries at once, each limit by itself; none is passed, and none is left
/// unused by more than one try.
#[test]
fn two_hundred_who_ask_at_once_never_pass_a_limit_by_one_cent() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let gina = t.agent_as("Gina", "lead");
        let place = by_hand(&t, &admin);
        beyond(&t, &admin, Above::Refuse);
        for at in each_limit(gina.role_id.raw()) {
            let (word, one) = (at.0, nearly_ten(&t, &admin, place, at));
            let won = two_hundred(&t, &gina, one);
            assert_eq!((won, given(&t)), (9, 909), "{word}");
            let last = asks(&t, &gina, new(one, Kind::StoreCredit, 88));
            assert!(last.is_ok(), "{word}: to the cent: {last:?}");
            let over = asks(&t, &gina, new(one, Kind::StoreCredit, 1));
            assert!(matches!(over, Err(Error::Refused(_))), "{word}: {over:?}");
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Whatever is asked for, approved, declined and taken back in whatever order: what counts
    /// passes no limit, and what was let go can be given again.
    /// Where somebody else may approve more, that holds for what nobody approved, and the month's
    /// budget for all of it.
    #[test]
    fn no_sequence_passes_a_limit(
        refused in any::<bool>(),
        steps in prop::collection::vec((0..5_u8, 1..4000_i64), 1..40),
    ) {
        let t = Tend::in_memory();
        let admin = t.agent_as("Ada", "admin");
        beyond(&t, &admin, if refused { Above::Refuse } else { Above::Approve });
        let anna = t.agent_as("Anna", "agent");
        let place = by_hand(&t, &admin);
        let one = order(&t, place, "1", "carol", "EUR", 10_000);
        limit(&t, &admin, Word::CustomerYear, 0, 9000);
        limit(&t, &admin, Word::AgentDay, anna.role_id.raw(), 4000);
        limit(&t, &admin, Word::CompanyMonth, 0, 7000);
        let mut all: Vec<RemedyId> = Vec::new();
        for (step, amount) in steps {
            let pick = all.get(usize::try_from(amount).unwrap_or(0) % all.len().max(1)).copied();
            let (me, boss) = (anna.clone(), admin.clone());
            match (step, pick) {
                (0 | 1, _) => all.extend(asks(&t, &me, new(one, Kind::PartialRefund, amount)).ok()),
                (2, Some(id)) => drop(t.tries(move |tx| decide::decline(tx, &boss, id, ""))),
                (3, Some(id)) => drop(t.tries(move |tx| decide::approve(tx, &boss, id, ""))),
                (4, Some(id)) => drop(t.tries(move |tx| decide::cancel(tx, &me, id))),
                _ => {}
            }
            let most = if refused { 4000 } else { 7000 };
            prop_assert!(given(&t) <= most);
            prop_assert!(given_freely(&t) <= 4000);
            let live: i64 = all.iter().map(|id| known(&t, &admin, *id))
                .filter(|it| !matches!(it.state, State::Declined | State::Cancelled))
                .map(|it| it.amount).sum();
            prop_assert_eq!(given(&t), live, "what was let go counts no more");
        }
    }
}

/// Four times fifty is two hundred, whoever's order it is of that customer.
#[test]
fn several_small_remedies_are_one_large_one() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let anna = t.agent_as("Anna", "agent");
        let place = by_hand(&t, &admin);
        let [one, two] = ["1", "2"].map(|it| order(&t, place, it, "carol", "EUR", 50_000));
        let other = order(&t, place, "3", "dave", "EUR", 50_000);
        let state = |order: OrderId, amount: i64| {
            let id = asks(&t, &anna, new(order, Kind::StoreCredit, amount)).expect("asks");
            known(&t, &anna, id).state
        };
        assert_eq!(state(one, 3000), State::Approved);
        assert_eq!(state(two, 2000), State::Approved, "5000 to her on this day");
        assert_eq!(state(one, 1), State::Pending);
        assert_eq!(state(two, 1), State::Pending, "another order of hers");
        assert_eq!(state(other, 5000), State::Approved, "another customer");
        t.pass(SignedDuration::from_hours(48));
        assert_eq!(state(one, 2001), State::Pending, "the same order on another day");
        assert_eq!(state(two, 3000), State::Approved, "of this one 2000 were given");
        let (me, mine) = (anna.clone(), two);
        let offered = t.read(move |tx| {
            offered::offers(tx, &me, mine, ReasonId::from_raw(104)).map(|it| it.planned)
        });
        assert!(offered.iter().filter(|it| it.amount > Some(0)).all(|it| !it.passed.0.is_empty()));
    });
}

#[test]
fn more_than_one_may_give_alone_needs_another_pair_of_eyes() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let (anna, gina) = (t.agent_as("Anna", "agent"), t.agent_as("Gina", "lead"));
        let place = by_hand(&t, &admin);
        let one = order(&t, place, "1", "carol", "EUR", 50_000);
        let alone = asks(&t, &anna, new(one, Kind::StoreCredit, 5000)).expect("to the cent");
        assert_eq!(
            (known(&t, &anna, alone).state, known(&t, &anna, alone).way),
            (State::Approved, Way::Hand)
        );
        let id = asks(&t, &anna, new(one, Kind::StoreCredit, 5001)).expect("asks");
        assert_eq!(known(&t, &anna, id).state, State::Pending);
        let me = anna.clone();
        assert!(matches!(
            t.tries(move |tx| decide::approve(tx, &me, id, "")),
            Err(Error::Forbidden(_))
        ));
        let own = asks(&t, &gina, new(one, Kind::StoreCredit, 20_001)).expect("asks");
        let me = gina.clone();
        let refused = t.tries(move |tx| decide::approve(tx, &me, own, ""));
        assert!(
            matches!(&refused, Err(Error::Refused(why)) if why.contains("Somebody else")),
            "{refused:?}"
        );
        limit(&t, &admin, Word::Approve, gina.role_id.raw(), 5000);
        let me = gina.clone();
        let refused = t.tries(move |tx| decide::approve(tx, &me, id, ""));
        assert!(
            matches!(&refused, Err(Error::Refused(why)) if why.contains("at most")),
            "{refused:?}"
        );
        let me = admin.clone();
        t.write(move |tx| decide::approve(tx, &me, id, "Go ahead"));
        let it = known(&t, &anna, id);
        assert_eq!(
            (it.state, it.decision.as_str(), it.decided_by),
            (State::Approved, "Go ahead", Some(admin.id))
        );
        let me = gina.clone();
        limit(&t, &admin, Word::Approve, gina.role_id.raw(), 50_000);
        let again = t.tries(move |tx| decide::decline(tx, &me, id, ""));
        assert!(matches!(again, Err(Error::Conflict(_))), "decided once: {again:?}");
        let me = anna.clone();
        t.write(move |tx| hand::done(tx, &me, id, "credit 17"));
        let told = t.read(|tx| {
            timeline::of_contact(tx, &admin, it.contact_id, Aspect::Everything, None, 50)
        });
        let said: Vec<String> =
            told.items.iter().map(|it| format!("{} {}", it.did, it.detail)).collect();
        for word in [
            "asked for store credit of €\u{a0}50.01 for #1",
            "approved",
            "gave store credit",
            "carried out",
        ] {
            assert!(said.iter().any(|it| it.contains(word)), "{word}: {said:?}");
        }
    });
}

#[test]
fn nobody_asks_for_what_nobody_else_may_approve() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let place = by_hand(&t, &admin);
        let one = order(&t, place, "1", "carol", "EUR", 90_000);
        let refused = asks(&t, &admin, new(one, Kind::StoreCredit, 20_001));
        assert!(
            matches!(&refused, Err(Error::Refused(why)) if why.contains("nobody else")),
            "{refused:?}"
        );
        t.agent_as("Gina", "lead");
        assert!(asks(&t, &admin, new(one, Kind::StoreCredit, 20_001)).is_ok());
    });
}

#[test]
fn what_nobody_decides_expires_after_a_day_and_counts_no_more() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let anna = t.agent_as("Anna", "agent");
        let place = by_hand(&t, &admin);
        let one = order(&t, place, "1", "carol", "EUR", 10_000);
        let id = asks(&t, &anna, new(one, Kind::PartialRefund, 8000)).expect("asks");
        assert!(asks(&t, &anna, new(one, Kind::PartialRefund, 2001)).is_err(), "it is reserved");
        let contact = known(&t, &anna, id).contact_id;
        let paused = || t.read(move |tx| pauses::open(tx, contact)).len();
        assert_eq!(paused(), 1);
        t.pass(SignedDuration::from_hours(23));
        t.write(move |tx| decide::expire(tx, id));
        assert_eq!(known(&t, &anna, id).state, State::Pending, "not yet");
        t.pass(SignedDuration::from_hours(1));
        let me = admin.clone();
        let late = t.tries(move |tx| decide::approve(tx, &me, id, ""));
        assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
        assert!(t.waiting_jobs().contains("ExpireRemedy"));
        t.write(move |tx| decide::expire(tx, id));
        assert_eq!((known(&t, &anna, id).state, given(&t), paused()), (State::Expired, 0, 0));
        assert!(asks(&t, &anna, new(one, Kind::PartialRefund, 2001)).is_ok());
        let told = t.read(|tx| tend_core::notifications::newest(tx, &anna, 10));
        assert!(told.iter().any(|it| it.kind == "remedy_settled" && it.detail.contains("expired")));
    });
}

#[test]
fn limits_hold_in_the_home_currency_and_shares_in_the_orders_own() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let gina = t.agent_as("Gina", "lead");
        let place = by_hand(&t, &admin);
        let yen = order(&t, place, "1", "carol", "JPY", 20_000);
        beyond(&t, &admin, Above::Refuse);
        let without = asks(&t, &gina, new(yen, Kind::StoreCredit, 100));
        assert!(
            matches!(&without, Err(Error::Refused(why)) if why.contains("no exchange rate")),
            "{without:?}"
        );
        let me = admin.clone();
        t.write(move |tx| rates::set(tx, &me, "JPY", 0, "0.0061"));
        limit(&t, &admin, Word::CompanyMonth, 0, 1000);
        // 1,639 yen are 9.9979 euros, which count as 10.00; 1,640 would be 10.01.
        assert!(asks(&t, &gina, new(yen, Kind::StoreCredit, 1640)).is_err());
        let id = asks(&t, &gina, new(yen, Kind::StoreCredit, 1639)).expect("fits");
        let it = known(&t, &gina, id);
        assert_eq!(
            (it.amount, it.home_amount, it.money().as_str()),
            (1639, 1000, "JPY\u{a0}1,639")
        );
        let euro = order(&t, place, "2", "carol", "EUR", 10_000);
        assert!(asks(&t, &gina, new(euro, Kind::StoreCredit, 1)).is_err(), "the month is one");
        let dinar = order(&t, place, "3", "dora", "KWD", 1_000);
        let me = admin.clone();
        t.write(move |tx| rates::set(tx, &me, "KWD", 0, "3"));
        limit(&t, &admin, Word::CompanyMonth, 0, 1_000_000);
        limit(&t, &admin, Word::OrderShare, 0, 5000);
        assert!(asks(&t, &gina, new(dinar, Kind::StoreCredit, 501)).is_err());
        let id = asks(&t, &gina, new(dinar, Kind::StoreCredit, 500)).expect("half of it");
        assert_eq!(known(&t, &gina, id).home_amount, 150);
    });
}

#[test]
fn an_order_gives_back_no_more_than_was_paid_and_its_shipping_once() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let gina = t.agent_as("Gina", "lead");
        let place = by_hand(&t, &admin);
        let one = order(&t, place, "1", "carol", "EUR", 10_000);
        let shipping = asks(&t, &gina, new(one, Kind::WaiveShipping, 1)).expect("asks");
        assert_eq!(known(&t, &gina, shipping).amount, 500, "what was paid for it");
        assert!(asks(&t, &gina, new(one, Kind::WaiveShipping, 1)).is_err(), "once");
        assert!(asks(&t, &gina, new(one, Kind::PartialRefund, 9501)).is_err());
        let rest = asks(&t, &gina, new(one, Kind::FullRefund, 0)).expect("asks");
        assert_eq!(known(&t, &gina, rest).amount, 9500, "what is left");
        assert!(asks(&t, &gina, new(one, Kind::FullRefund, 0)).is_err());
        // Once the shop tells of it, it counts by what the shop says.
        let me = gina.clone();
        t.write(move |tx| hand::done(tx, &me, rest, "re 1"));
        t.pass(SignedDuration::from_mins(1));
        t.write(move |tx| {
            let now = tx.now();
            Ok(tx.execute(
                "UPDATE orders SET refunded = 9500, changed_at = $2 WHERE id = $1",
                &[one.into(), now.into()],
            )?)
        });
        assert!(asks(&t, &gina, new(one, Kind::PartialRefund, 1)).is_err());
        let key = NewRemedy { key: Some("form 7".to_owned()), ..new(one, Kind::Discount, 100) };
        let first = asks(&t, &gina, key.clone()).expect("asks");
        assert_eq!(asks(&t, &gina, key), Ok(first), "a form that is sent twice");
    });
}

#[test]
fn a_plan_offers_its_default_first_and_what_is_refused_says_why() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let anna = t.agent_as("Anna", "agent");
        let place = by_hand(&t, &admin);
        let one = order(&t, place, "1", "carol", "EUR", 10_000);
        let late = ReasonId::from_raw(104);
        let offers = |me: &Me| t.read(|tx| offered::offers(tx, me, one, late));
        let it = offers(&anna);
        let first = &it.planned[it.default().expect("there is one")];
        assert_eq!(
            (first.kind, first.amount, first.passed.0.is_empty()),
            (Kind::WaiveShipping, Some(500), true)
        );
        assert_eq!(it.planned[1].amount, Some(1000), "10 % of the order");
        asks(&t, &anna, new(one, Kind::WaiveShipping, 0)).expect("asks");
        let it = offers(&anna);
        assert!(it.planned[0].refused.is_some());
        assert_eq!(it.default(), Some(1), "the next one");
        // A plan for dear orders alone, which is tried first.
        let dear = When { least_value: Some(9000), most_prior: Some(1), ..When::default() };
        let credit = [Offer { kind: Kind::StoreCredit, much: Much::Fixed(2500) }];
        let me = admin.clone();
        let id = t.write(move |tx| plans::add(tx, &me, late, &dear, &credit));
        let it = offers(&anna);
        assert_eq!((it.plan, it.planned[0].amount), (Some(id), Some(2500)));
        asks(&t, &anna, new(one, Kind::Discount, 100)).expect("asks");
        assert_ne!(offers(&anna).plan, Some(id), "they had two remedies already");
        let me = admin.clone();
        t.write(move |tx| {
            reasons::archive(tx, &me, late, reasons::Used::NoMore)?;
            let own = reasons::add(tx, &me, "Smelled of smoke")?;
            assert!(reasons::add(tx, &me, "smelled of SMOKE").is_err());
            reasons::rename(tx, &me, own, "Smelled")
        });
        assert!(asks(&t, &anna, new(one, Kind::Discount, 100)).is_err(), "not used any more");
        assert!(asks(&t, &t.agent_as("Vera", "viewer"), new(one, Kind::Discount, 100)).is_err());
    });
}

#[test]
fn the_report_counts_what_was_carried_out_and_who_came_back() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Ada", "admin");
        let gina = t.agent_as("Gina", "lead");
        let place = by_hand(&t, &admin);
        for n in 0..6 {
            let who = format!("buyer{n}");
            let one = order(&t, place, &format!("{n}"), &who, "EUR", 10_000);
            if n < 4 {
                let id = asks(&t, &gina, new(one, Kind::StoreCredit, 1000)).expect("asks");
                let me = gina.clone();
                t.write(move |tx| hand::done(tx, &me, id, "c"));
            }
        }
        t.pass(SignedDuration::from_hours(24 * 10));
        for n in [0, 1, 2, 4] {
            order(&t, place, &format!("again{n}"), &format!("buyer{n}"), "EUR", 5000);
        }
        let days = (0, 100_000);
        let report = |by| t.read(|tx| report::report(tx, &admin, by, days));
        assert_eq!(report(By::Reason).all.again.n, 0, "90 days are not over");
        t.pass(SignedDuration::from_hours(24 * 91));
        let it = report(By::Reason);
        assert_eq!((it.all.count, it.all.given, it.is_ranked), (4, 4000, false));
        assert_eq!((it.all.again.of, it.all.again.n), (3, 4));
        let interval = it.all.again.interval.expect("there are some");
        assert!(interval.lower < 0.75 && interval.upper > 0.75);
        // Two of the first day without a remedy, and four later ones after which nobody came.
        assert_eq!((it.without.of, it.without.n), (1, 6));
        for by in By::ALL.iter().copied() {
            let it = report(by);
            for group in &it.groups {
                let which = report::behind(by, &group.key, days);
                let behind = t.read(|tx| remedies::page(tx, &admin, &which, None, 100));
                assert_eq!(behind.items.len() as i64, group.count, "{by} {}", group.name);
            }
        }
    });
}

//! From orders to suggestions, by the rules of the house.

use jiff::SignedDuration;
use tend_core::{
    Error,
    agents::Me,
    contacts::{self, ContactId},
    money::{
        ProductId,
        opportunities::{self, Stage},
        products::{self, Sold as Sale},
    },
    orders::{Fulfilment, Payment},
    outreach::pauses::{self, Why},
    recommend::{
        self, Arm, Place, Standing, Suggested,
        offers::{self, NewOffer},
    },
};
use tend_testkit::{Sold, Tend};

fn suggested(t: &Tend, me: &Me, who: ContactId, most: usize) -> Suggested {
    t.read(|tx| recommend::of_contact(tx, me, who, most)).expect("something was learned")
}

fn names(of: &Suggested) -> Vec<String> {
    of.items.iter().map(|it| it.offer.name.clone()).collect()
}

/// Somebody of the red taste who sees their own list.
fn red(t: &Tend) -> ContactId {
    let all = (0..240).step_by(3).map(|n| t.contact_of(&format!("buyer{n}@gmail.com")));
    all.into_iter().find(|it| Arm::of(*it) == Arm::Personal).expect("nine of ten do")
}

fn plain() -> NewOffer {
    NewOffer {
        url: String::new(),
        picture_url: String::new(),
        is_offered: true,
        is_durable: true,
        stock: None,
        margin_percent: None,
    }
}

fn offers(t: &Tend, me: &Me, id: ProductId, new: NewOffer) {
    let me = me.clone();
    t.write(move |tx| offers::save(tx, &me, id, &new));
}

#[test]
fn what_is_ordered_already_or_stands_in_the_order_shown_is_not_suggested() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        t.learns();
        let who = red(&t);
        let before = names(&suggested(&t, &ada, who, 3));
        let email: String = t.read(|tx| {
            let sql = "SELECT value FROM identities WHERE contact_id = $1 AND kind = 'email'";
            Ok(tx.scalar(sql, &[who.into()])?)
        });
        let mut sold = Sold::new("open-1", &email, &[before[0].as_str()], 2);
        (sold.payment, sold.fulfilment) = (Payment::Pending, Fulfilment::Unfulfilled);
        t.sells(&ada, &[sold]);
        let after = names(&suggested(&t, &ada, who, 24));
        assert!(!after.contains(&before[0]), "it is on its way: {after:?}");
        assert!(after.contains(&before[1]), "{after:?}");
        // An order that was cancelled brings nothing; beside it, it is shown all the same.
        let order: tend_core::orders::OrderId = t.write(|tx| {
            tx.execute(
                "UPDATE orders SET cancelled_at = placed_at WHERE external_id = 'open-1'",
                &[],
            )?;
            Ok(tx.scalar("SELECT id FROM orders WHERE external_id = 'open-1'", &[])?)
        });
        assert!(names(&suggested(&t, &ada, who, 24)).contains(&before[0]));
        let beside = t.read(|tx| recommend::beside_order(tx, &ada, who, Some(order), 24));
        assert!(!names(&beside.expect("a list")).contains(&before[0]));
    });
}

#[test]
fn what_is_learned_from_orders_is_suggested_with_its_reason() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        t.learns();
        let version = t.read(recommend::current).expect("a version");
        assert_eq!(version.standing, Standing::Learned, "{}", version.why);
        assert!(version.judged >= 30 && version.proof.len() >= 2, "{}", version.judged);
        assert_eq!((version.customers, version.products, version.purchases), (240, 24, 1440));
        let who = red(&t);
        let own = suggested(&t, &ada, who, 3);
        assert_eq!(own.arm, Arm::Personal);
        assert_eq!(own.items.len(), 3);
        let owned: Vec<String> = t.read(|tx| {
            Ok(tx.column(
                "SELECT title FROM order_lines JOIN orders ON orders.id = order_id
                 WHERE contact_id = $1",
                &[who.into()],
            )?)
        });
        for it in &own.items {
            assert!(it.offer.name.starts_with("Red"), "{:?}", names(&own));
            assert!(!owned.contains(&it.offer.name), "{} is theirs already", it.offer.name);
            let reason = it.reason.as_ref().expect("a reason");
            assert!(owned.contains(&reason.name));
            let both: i64 = t.read(|tx| {
                Ok(tx.scalar(
                    "SELECT count(DISTINCT a.contact_id) FROM orders AS a
                     JOIN order_lines AS al ON al.order_id = a.id
                     JOIN orders AS b ON b.contact_id = a.contact_id
                     JOIN order_lines AS bl ON bl.order_id = b.id
                     WHERE al.product_id = $1 AND bl.product_id = $2",
                    &[it.offer.id.into(), reason.product.into()],
                )?)
            });
            assert_eq!(reason.customers, both, "the count is the one of the rows");
        }
        // A new order counts at once, with no new version.
        let first = own.items[0].offer.name.clone();
        let email = t.read(|tx| contacts::primary_email(tx, who)).expect("an address");
        t.sells(&ada, &[Sold::new("later", &email, &[&first], 0)]);
        assert!(!names(&suggested(&t, &ada, who, 3)).contains(&first));
    });
}

#[test]
fn the_rules_of_the_house_hold() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        t.learns();
        let who = red(&t);
        let email = t.read(|tx| contacts::primary_email(tx, who)).expect("an address");
        let before = suggested(&t, &ada, who, 24);
        let best: Vec<ProductId> = before.items.iter().map(|it| it.offer.id).collect();
        let shown = || {
            let now = suggested(&t, &ada, who, 24);
            now.items.iter().map(|it| it.offer.id).collect::<Vec<_>>()
        };
        offers(&t, &ada, best[0], NewOffer { stock: Some(0), ..plain() });
        assert!(!shown().contains(&best[0]), "what is out of stock");
        offers(&t, &ada, best[0], NewOffer { stock: Some(1), ..plain() });
        assert_eq!(shown(), best);
        offers(&t, &ada, best[0], NewOffer { is_offered: false, ..plain() });
        assert!(!shown().contains(&best[0]), "what is not to be recommended");
        offers(&t, &ada, best[0], plain());
        let (me, id) = (ada.clone(), best[1]);
        t.write(move |tx| products::archive(tx, &me, id, Sale::NoMore));
        assert!(!shown().contains(&best[1]), "what is not sold any more");
        // What came back is never suggested again.
        let name = before.items[2].offer.name.clone();
        let back = Sold {
            payment: Payment::Refunded,
            fulfilment: Fulfilment::Returned,
            ..Sold::new("back", &email, &[&name], 3)
        };
        t.sells(&ada, &[back]);
        assert!(!shown().contains(&best[2]), "what came back");
        // Who has it needs no other one, unless it is bought again and again.
        let name = before.items[3].offer.name.clone();
        t.sells(&ada, &[Sold::new("has", &email, &[&name], 3)]);
        assert!(!shown().contains(&best[3]), "what they have");
        offers(&t, &ada, best[3], NewOffer { is_durable: false, ..plain() });
        assert!(shown().contains(&best[3]), "what is used up");
        // A complaint pauses all of it.
        t.write(move |tx| pauses::begin(tx, who, Why::LowScore, 5));
        let paused = suggested(&t, &ada, who, 3);
        assert!(paused.items.is_empty());
        let why = paused.withheld.expect("says why");
        assert_eq!(why, "Nothing is suggested now: a low score that is not settled.");
        t.write(|tx| pauses::end(tx, Why::LowScore, 5));
        assert!(!shown().is_empty());
    });
}

#[test]
fn a_margin_lifts_a_little_and_never_a_lot() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        t.learns();
        let who = red(&t);
        let before = suggested(&t, &ada, who, 24);
        let last = before.items.last().expect("a list").offer.id;
        offers(&t, &ada, last, NewOffer { margin_percent: Some(100), ..plain() });
        let after = suggested(&t, &ada, who, 24);
        let place = |of: &Suggested, id| of.items.iter().position(|it| it.offer.id == id);
        assert_eq!(
            place(&before, before.items[0].offer.id),
            place(&after, before.items[0].offer.id)
        );
        assert!(place(&after, last) > Some(8), "another taste stays behind the own one");
    });
}

#[test]
fn chance_makes_it_step_aside_and_few_orders_make_it_say_so() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.sells(&ada, &[Sold::new("1", "one@gmail.com", &["Red 0", "Red 1"], 5)]);
        t.learns();
        let few = suggested(&t, &ada, t.contact_of("one@gmail.com"), 3);
        assert_eq!(few.version.standing, Standing::TooFew);
        assert!(few.items.is_empty());
        assert!(few.withheld.expect("says why").starts_with("Not enough orders to know"));
        let mut state = 3_u64;
        let mut dice = |most: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
            (state >> 33) % most
        };
        let sold: Vec<Sold> = (0..900)
            .map(|n| {
                // Bestsellers, and no taste at all.
                let title = format!("Thing {}", dice(12).min(dice(12)));
                Sold::new(
                    format!("c{n}"),
                    &format!("chance{}@gmail.com", n % 150),
                    &[&title],
                    300 - n / 3,
                )
            })
            .collect();
        t.sells(&ada, &sold);
        t.learns();
        let aside = suggested(&t, &ada, t.contact_of("chance1@gmail.com"), 3);
        assert_eq!(aside.version.standing, Standing::Aside, "{}", aside.version.why);
        assert!(aside.version.why.ends_with("that list is shown."), "{}", aside.version.why);
        assert_eq!(aside.items.len(), 3);
        assert!(aside.items.iter().all(|it| it.reason.is_none()));
    });
}

#[test]
fn what_was_shown_is_counted_once_and_told_by_arm() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        t.learns();
        let people: Vec<ContactId> =
            (0..240).map(|n| t.contact_of(&format!("buyer{n}@gmail.com"))).collect();
        let control = people.iter().filter(|it| Arm::of(**it) == Arm::Control).count() as i64;
        let mut bought = Vec::new();
        for (n, who) in people.iter().enumerate() {
            let own = suggested(&t, &ada, *who, 2);
            assert_eq!(own.arm, Arm::of(*who));
            let (me, who, version, arm) = (ada.clone(), *who, own.version.id, own.arm);
            let ids: Vec<ProductId> = own.items.iter().map(|it| it.offer.id).collect();
            let first = ids[0];
            t.write(move |tx| {
                let seen = ids.clone();
                recommend::saw(tx, &me, who, Place::Conversation, version, arm, &seen)?;
                recommend::saw(tx, &me, who, Place::Conversation, version, arm, &seen)?;
                if n < 10 { recommend::click(tx, &me, who, first) } else { Ok(()) }
            });
            if own.arm == Arm::Personal && n % 2 == 0 {
                let email = format!("buyer{n}@gmail.com");
                bought.push((email, own.items[0].offer.name.clone()));
            }
        }
        let rows: i64 = t.read(|tx| Ok(tx.scalar("SELECT count(*) FROM recommend_shown", &[])?));
        assert_eq!(rows, 480);
        t.pass(SignedDuration::from_hours(24 * 3));
        let sold: Vec<Sold> = (0..)
            .zip(&bought)
            .map(|(n, (email, title))| Sold::new(format!("after{n}"), email, &[title], 0))
            .collect();
        t.sells(&ada, &sold);
        let early = t.read(|tx| recommend::effect(tx, &ada));
        assert_eq!((early.personal.customers, early.waiting), (0, 240));
        t.pass(SignedDuration::from_hours(24 * 30));
        let effect = t.read(|tx| recommend::effect(tx, &ada));
        assert_eq!(effect.control.customers, control);
        assert_eq!(effect.personal.customers, 240 - control);
        assert_eq!(effect.personal.clicked + effect.control.clicked, 10);
        assert_eq!(effect.personal.bought_7, bought.len() as i64);
        assert_eq!((effect.control.bought_30, effect.waiting), (0, 0));
        assert!(effect.personal.share(effect.personal.bought_30).is_some());
        // With fewer than 30 in the control nothing is said of a difference.
        assert_eq!(effect.difference().is_some(), control >= 30);
    });
}

#[test]
fn an_opportunity_is_made_once_and_its_outcome_is_told() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        t.learns();
        let who = red(&t);
        let account = t.read(|tx| contacts::find(tx, who)).account_id;
        let (contact, own) =
            t.read(|tx| recommend::of_account(tx, &ada, account, 3)).expect("a list");
        assert_eq!(contact, who);
        let (version, arm, product) = (own.version.id, own.arm, own.items[0].offer.id);
        assert!(!own.items[0].is_open);
        let me = ada.clone();
        let make = move |tx: &mut tend_store::Tx| {
            recommend::saw(tx, &me, who, Place::Account, version, arm, &[product])?;
            recommend::opportunity(tx, &me, account, who, product)
        };
        let id = t.write(make.clone());
        assert_eq!(t.write(make), id, "twice is once");
        let it = t.read(|tx| opportunities::find(tx, &ada, id));
        assert_eq!((it.kind, it.product_id), (opportunities::Kind::CrossSell, Some(product)));
        let again = t.read(|tx| recommend::of_account(tx, &ada, account, 3)).expect("a list");
        assert!(again.1.items[0].is_open);
        let outcomes = || t.read(|tx| recommend::effect(tx, &ada)).opportunities;
        assert_eq!((outcomes().open, outcomes().won), (1, 0));
        let me = ada.clone();
        t.write(move |tx| opportunities::set_stage(tx, &me, id, Stage::Won));
        assert_eq!((outcomes().open, outcomes().won), (0, 1));
        // Who may not change renewals makes none; who may not see orders sees nothing.
        let vera = t.agent_as("vera", "viewer");
        let me = vera.clone();
        let refused = t.tries(move |tx| recommend::opportunity(tx, &me, account, who, product));
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        let mut blind = vera;
        blind.permissions = tend_core::agents::Permissions::default();
        assert!(t.read(|tx| Ok(recommend::effect(tx, &blind).is_err())));
        assert!(t.read(|tx| Ok(recommend::of_contact(tx, &blind, who, 3).is_err())));
    });
}

#[test]
fn what_goes_with_a_product_says_how_many_customers_bought_both() {
    Tend::on_both(|t| {
        let ada = t.agent_as("ada", "admin");
        t.opens_a_shop(&ada);
        t.learns();
        let red = t.product(&ada, "Red 0");
        let near = t.read(|tx| recommend::bought_with(tx, &ada, red, 5));
        assert_eq!(near.len(), 5);
        assert!(near.iter().all(|it| it.offer.name.starts_with("Red") && it.customers >= 2));
        assert!(near[0].customers <= near[0].of);
    });
}

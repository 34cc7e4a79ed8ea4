//! A shop that gives up telling: it is seen, and nothing stays unknown.

use jiff::SignedDuration;
use tend_core::{
    agents::Me,
    orders::{
        ShopId, ShopKind,
        events::{self, Health},
    },
};
use tend_testkit::{FakeShop, Standing, Tend, Webhook};

use crate::{
    hear, shop,
    show::{ask, ends, wanted},
};

fn health(t: &Tend, me: &Me, id: ShopId) -> Health {
    let me = me.clone();
    t.read(move |tx| events::health(tx, &me, id))
}

/// Orders come for four days, one an hour, and Tend cannot be reached from the twentieth hour on.
/// When it is back, the shop has given up.
fn gives_up(kind: ShopKind, how: Standing, tries: std::ops::RangeInclusive<usize>) {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let id = shop(&t, &ada, kind);
        let begin = t.read(|tx| Ok(tx.now())) + SignedDuration::from_mins(30);
        let each = SignedDuration::from_hours(1);
        ask(&t, id, &mut FakeShop::new(kind, 0, begin, each));
        let mut there = FakeShop::new(kind, 96, begin, each);
        let mut webhook = Webhook::new(kind);
        let reached_until = begin + SignedDuration::from_hours(20);
        let mut heard = 0;
        for it in there.tellings() {
            let now = it.at;
            webhook.happens(&it);
            webhook.until(now, |telling| {
                if now >= reached_until {
                    return 503;
                }
                hear(&t, id, std::slice::from_ref(telling));
                heard += 1;
                200
            });
        }
        assert!(heard > 20, "{heard}");
        let in_vain = webhook.tries - heard;
        assert_eq!(webhook.standing, how, "after {in_vain} tries in vain");
        assert!(tries.contains(&in_vain), "{in_vain} tries in vain");

        // Nobody knows yet that anything is missing.
        t.pass(SignedDuration::from_hours(100));
        assert_eq!(health(&t, &ada, id).silent, None);
        assert_ne!(ends(&t, &ada, id), wanted(&there));
        // Asking heals it, and says that the shop is silent.
        let gaps = ask(&t, id, &mut there);
        assert_eq!(ends(&t, &ada, id), wanted(&there));
        let it = health(&t, &ada, id);
        assert_eq!((it.gaps, it.healed), (gaps as i64, gaps as i64));
        assert!(it.silent.is_some_and(|n| n > 50), "{it:?}");

        // Made anew, it tells, and all is well.
        t.pass(SignedDuration::from_hours(2));
        let now = t.read(|tx| Ok(tx.now()));
        let mut later = FakeShop::new(kind, 1, now, each).tellings();
        later.iter_mut().for_each(|it| it.key = it.key.take().map(|key| format!("{key}-anew")));
        hear(&t, id, &later);
        assert_eq!(health(&t, &ada, id).silent, None);
    });
}

#[test]
fn shopify_takes_its_webhook_away_after_eight_tries_more_and_that_is_seen_and_healed() {
    gives_up(ShopKind::Shopify, Standing::Removed, 9..=200);
}

#[test]
fn woocommerce_switches_its_webhook_off_after_failures_in_a_row_and_that_is_seen_and_healed() {
    gives_up(ShopKind::WooCommerce, Standing::Disabled, 7..=7);
}

#[test]
fn stripe_gives_up_after_three_days_and_that_is_seen_and_healed() {
    gives_up(ShopKind::Stripe, Standing::Disabled, 100..=2_000);
}

#[test]
fn one_lost_message_makes_no_silence() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let id = shop(&t, &ada, ShopKind::WooCommerce);
        let begin = t.read(|tx| Ok(tx.now())) + SignedDuration::from_mins(30);
        let each = SignedDuration::from_hours(1);
        ask(&t, id, &mut FakeShop::new(ShopKind::WooCommerce, 0, begin, each));
        let mut there = FakeShop::new(ShopKind::WooCommerce, 9, begin, each);
        let mut all = there.tellings();
        all.pop();
        hear(&t, id, &all);
        t.pass(SignedDuration::from_hours(20));
        assert_eq!(ask(&t, id, &mut there), 1, "it is found");
        assert_eq!(health(&t, &ada, id).silent, None);
    });
}

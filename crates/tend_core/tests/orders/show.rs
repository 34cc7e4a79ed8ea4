//! Ten thousand messages, of which many are lost: the end is what the shop says.

use jiff::SignedDuration;
use tend_core::agents::Me;
use tend_core::orders::{
    self, Asked, Payment, ShopId, ShopKind,
    asking::{self, Question},
    events,
};
use tend_testkit::{FakeShop, Telling, Tend};

use crate::{hear, shop};

/// The same numbers each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).expect("small")
    }

    fn shuffle<T>(&mut self, them: &mut [T]) {
        for n in (1..them.len()).rev() {
            let other = self.roll(n + 1);
            them.swap(n, other);
        }
    }
}

/// Asks the shop as the job does, without a network.
pub fn ask(t: &Tend, id: ShopId, there: &mut FakeShop) -> usize {
    let question: Question = t.read(move |tx| asking::begin(tx, id)).expect("is asked");
    let (mut url, mut gaps) = (Some(question.first()), 0);
    while let Some(asked) = url {
        let answer = there.answer(&asked);
        if answer.status == 429 {
            url = Some(asked);
            continue;
        }
        let link = answer.link.as_deref();
        let read = asking::answered(&question, &asked, link, &answer.body).expect("is a page");
        assert!(read.unread.is_empty(), "{:?}", read.unread);
        url = read.next.clone();
        let question = question.clone();
        gaps += t.write(move |tx| asking::take_in(tx, id, &question, &read.told));
    }
    let asked_at = question.asked_at;
    t.write(move |tx| asking::done(tx, id, asked_at));
    gaps
}

pub type End = (String, Payment, i64, bool, bool);

pub fn ends(t: &Tend, me: &Me, id: ShopId) -> Vec<End> {
    let mut all = Vec::new();
    let mut from = None;
    loop {
        let me = me.clone();
        let which = Asked { shop: Some(id), ..Asked::default() };
        let page = t.read(move |tx| {
            let page = orders::page(tx, &me, &which, from, 200)?;
            let shipped = page.items.iter().map(|it| {
                let sql = "SELECT count(*) FROM order_shipments WHERE order_id = $1";
                Ok(tx.scalar::<i64>(sql, &[it.id.into()])? > 0)
            });
            let shipped: Vec<bool> = shipped.collect::<tend_core::Result<_>>()?;
            Ok((page, shipped))
        });
        let (page, shipped) = page;
        all.extend(page.items.into_iter().zip(shipped).map(|(it, shipped)| {
            (it.external_id, it.payment, it.refunded, it.cancelled_at.is_some(), shipped)
        }));
        from = page.next;
        if from.is_none() {
            all.sort_by(|a, b| a.0.cmp(&b.0));
            return all;
        }
    }
}

pub fn wanted(there: &FakeShop) -> Vec<End> {
    let mut all: Vec<End> = there
        .sales
        .iter()
        .map(|it| {
            let (payment, back, cancelled, shipped) = it.end(there.kind);
            let prefix = if there.kind == ShopKind::Stripe { "pi_" } else { "" };
            // A shop of WooCommerce says that an order is done, and nothing of its parcels.
            let shipped = shipped && there.kind == ShopKind::Shopify;
            (format!("{prefix}{}", it.id), payment, back, cancelled, shipped)
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn survives(kind: ShopKind, count: i64) {
    let t = Tend::in_memory();
    let ada = t.agent_as("Ada", "admin");
    let id = shop(&t, &ada, kind);
    let begin = t.read(|tx| Ok(tx.now())) + SignedDuration::from_mins(30);
    let mut empty = FakeShop::new(kind, 0, begin, SignedDuration::from_secs(20));
    assert_eq!(ask(&t, id, &mut empty), 0);

    let mut there = FakeShop::new(kind, count, begin, SignedDuration::from_secs(20));
    there.limit_every = 5;
    let all = there.tellings();
    assert!(all.len() >= 10_000, "{}", all.len());
    t.pass(SignedDuration::from_hours(48));
    let mut dice = Dice(0x5EED);
    let mut came: Vec<Telling> = all.into_iter().filter(|_| dice.roll(10) >= 3).collect();
    let twice: Vec<Telling> = came.iter().filter(|_| dice.roll(5) == 0).cloned().collect();
    came.extend(twice);
    dice.shuffle(&mut came);
    let late = came.split_off(came.len() - came.len() / 20);
    hear(&t, id, &came);
    assert_ne!(ends(&t, &ada, id), wanted(&there), "something is lost");

    let gaps = ask(&t, id, &mut there);
    assert_eq!(ends(&t, &ada, id), wanted(&there));
    t.pass(SignedDuration::from_hours(24));
    hear(&t, id, &late);
    assert_eq!(ends(&t, &ada, id), wanted(&there), "what comes a day late changes nothing");
    assert_eq!(ask(&t, id, &mut there), 0, "nothing is missing any more");

    let me = ada.clone();
    let health = t.read(move |tx| events::health(tx, &me, id));
    assert!(gaps > 100, "{gaps}");
    assert_eq!((health.gaps, health.healed), (gaps as i64, gaps as i64));
    assert_eq!((health.orders, health.failed, health.waiting), (count, 0, 0));
}

#[test]
fn ten_thousand_messages_of_shopify_end_as_the_shop_says() {
    survives(ShopKind::Shopify, 2_600);
}

#[test]
fn ten_thousand_messages_of_woocommerce_end_as_the_shop_says() {
    survives(ShopKind::WooCommerce, 3_400);
}

#[test]
fn ten_thousand_messages_of_stripe_end_as_the_shop_says() {
    survives(ShopKind::Stripe, 3_200);
}

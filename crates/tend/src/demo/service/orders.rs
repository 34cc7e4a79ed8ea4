//! Orders of two shops, as the shops tell them.

use serde_json::{Value, json};
use tend_core::{
    Actor, Result,
    agents::Me,
    campaigns::unsubscribe,
    contacts::{self, IdentityKind, Stranger},
    orders::{
        self, Heard, OrderId, ShopId, ShopKind,
        asking::{self, Question},
        events::{self, Arrived},
        parts::Told,
        shops::{self, NewShop, SECRET},
    },
    outreach::consents::{How as Said, MARKETING},
    secrets::Keys,
    seed::{market::Market, meanwhile},
};
use tend_stats::random::Random;
use tend_store::Tx;

use super::{DAY, Next, OPENED, World, goods::GOODS, moment};
use crate::demo::{market, story::PEOPLE};

/// For so many days before the end each step of an order comes as a message.
const FRESH: i64 = 9 * DAY;
const FIRST: [&str; 24] = [
    "Aino", "Benedikt", "Carla", "Dilara", "Emil", "Femke", "Giulia", "Henrik", "Imke", "Jonna",
    "Katrin", "Lars", "Mirjam", "Nils", "Oda", "Pablo", "Quirin", "Rosa", "Sanne", "Timo", "Ulla",
    "Viktor", "Wiebke", "Yara",
];
const LAST: [&str; 23] = [
    "Ahrens", "Bakker", "Conti", "Dietz", "Ekström", "Ferreira", "Gruber", "Hofer", "Iversen",
    "Jung", "Kowalski", "Lindner", "Maier", "Novak", "Olsen", "Peeters", "Rossi", "Schuster",
    "Toth", "Vogel", "Weiss", "Yilmaz", "Zeller",
];
/// Consumers, beside those whom we know by name and those of the market.
const CONSUMERS: usize = 190;

/// Somebody who orders.
#[derive(Clone, Debug)]
pub struct Buyer {
    pub name: String,
    pub email: String,
    /// What they look after: see [`GOODS`].
    kind: usize,
    /// From this minute on.
    from: i64,
    /// A person without a company.
    consumer: bool,
}

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Good,
    /// The parcel does not move any more.
    Stuck,
    Cancelled,
    /// The money has not come yet.
    Unpaid,
    /// Some of it goes back on a day after it came.
    Refunded {
        after: i64,
        amount: i64,
    },
}

/// An order.
#[derive(Clone, Debug)]
pub struct Bought {
    pub shop: usize,
    pub number: i64,
    pub buyer: usize,
    pub placed: i64,
    /// Of [`GOODS`], with how many.
    pub lines: Vec<(usize, i64)>,
    pub fate: Fate,
}

/// How the company hears of it.
#[derive(Clone, Copy, Debug)]
pub enum How {
    Whole,
    Message,
    Asked,
}

/// Everybody who orders. Those of the market do so once they are there.
pub fn buyers(market: &Market, first: i64, end: i64) -> Vec<Buyer> {
    let opened = end - OPENED * DAY;
    let known = PEOPLE.iter().enumerate().map(|(n, it)| Buyer {
        name: it.name.to_owned(),
        email: it.email.to_owned(),
        kind: n % 4,
        from: opened,
        consumer: false,
    });
    let mut all: Vec<Buyer> = known.collect();
    for (n, it) in market.customers.iter().enumerate().take(70) {
        let from = (first + (it.begins as i64 + 2) * 30) * DAY;
        let (name, email) = market::colleague_of(n);
        if from < end - 60 * DAY && it.leaves.is_none() {
            all.push(Buyer { name, email, kind: n % 4, from: from.max(opened), consumer: false });
        }
    }
    for n in 0..CONSUMERS {
        let (first, last) = (FIRST[n % FIRST.len()], LAST[(n * 5 + n / 24) % LAST.len()]);
        let plain = |it: &str| it.to_lowercase().replace('ö', "oe").replace('ü', "ue");
        all.push(Buyer {
            name: format!("{first} {last}"),
            email: format!("{}.{}{n}@post.example", plain(first), plain(last)),
            kind: (n * 7 / 3) % 4,
            from: opened,
            consumer: true,
        });
    }
    all
}

/// What they order, in the order of time.
pub fn all(buyers: &[Buyer], end: i64) -> Vec<Bought> {
    let mut random = Random::of_seed(20_261_123);
    let mut all = Vec::new();
    for (buyer, it) in buyers.iter().enumerate() {
        let span = end - 2 * DAY - it.from;
        let mut at = it.from + random.below((span / 2).max(1) as usize) as i64;
        let mut had: Vec<usize> = Vec::new();
        while at < end - 300 {
            let lines = basket(it.kind, &mut had, &mut random);
            let shop = usize::from(random.unit() < 0.3);
            all.push(Bought { shop, number: 0, buyer, placed: at, lines, fate: Fate::Good });
            at += (18.0 * DAY as f64 - (1.0 - random.unit()).ln() * 48.0 * DAY as f64) as i64;
        }
    }
    // Whom we know by name, with what they write about.
    for (buyer, days, lines) in
        [(3, 4, vec![(2, 2)]), (11, 8, vec![(0, 1), (1, 1)]), (6, 13, vec![(15, 3), (17, 3)])]
    {
        let placed = end - days * DAY - 190;
        all.push(Bought { shop: 0, number: 0, buyer, placed, lines, fate: Fate::Good });
    }
    all.sort_by_key(|it| it.placed);
    for (n, it) in all.iter_mut().enumerate() {
        it.number = if it.shop == 0 { 1_040 } else { 20_310 } + n as i64;
        it.fate = fate(n, it, end, &mut random);
    }
    all
}

/// Two or three things that go together, mostly new ones.
fn basket(kind: usize, had: &mut Vec<usize>, random: &mut Random) -> Vec<(usize, i64)> {
    let mut lines: Vec<(usize, i64)> = Vec::new();
    for _ in 0..=random.below(3) {
        let of = if random.unit() < 0.78 { kind } else { 4 };
        let of = if random.unit() < 0.06 { random.below(5) } else { of };
        let fits: Vec<usize> = (0..GOODS.len())
            .filter(|at| GOODS[*at].kind == of && !lines.iter().any(|it| it.0 == *at))
            .collect();
        let new: Vec<usize> = fits.iter().copied().filter(|at| !had.contains(at)).collect();
        let from = if new.is_empty() { fits } else { new };
        let Some(at) = from.get(random.below(from.len())).copied() else { continue };
        had.push(at);
        let many = GOODS[at].price < 3_000;
        lines.push((at, 1 + if many { random.below(4) as i64 } else { random.below(2) as i64 }));
    }
    lines
}

fn fate(n: usize, it: &Bought, end: i64, random: &mut Random) -> Fate {
    let dice = random.unit();
    let age = end - it.placed;
    match n % 100 {
        _ if it.buyer == 3 && age < 6 * DAY => Fate::Stuck,
        _ if it.buyer < PEOPLE.len() && age < 30 * DAY => Fate::Good,
        // Most of what goes wrong is made right.
        _ if dice < 0.11 && age > 12 * DAY => {
            let whole = random.unit() < 0.3;
            let share = if whole { 100 } else { 15 + random.below(4) as i64 * 10 };
            Fate::Refunded { after: 6 + random.below(5) as i64, amount: it.goods() * share / 100 }
        }
        _ if dice < 0.13 => Fate::Cancelled,
        _ if dice < 0.15 && age < 6 * DAY => Fate::Unpaid,
        17 | 71 if age < 20 * DAY => Fate::Stuck,
        _ => Fate::Good,
    }
}

impl Bought {
    /// Minor units, without shipping.
    pub fn goods(&self) -> i64 {
        self.lines.iter().map(|(at, many)| GOODS[*at].price * many).sum()
    }

    fn shipping(&self) -> i64 {
        if self.goods() > 15_000 { 0 } else { 590 }
    }

    pub fn total(&self) -> i64 {
        self.goods() + self.shipping()
    }

    pub fn key(&self) -> String {
        (5_310_000_000 + self.number).to_string()
    }

    fn paid(&self) -> i64 {
        self.placed + if self.shop == 0 { 2 } else { 7 * 60 }
    }

    fn shipped(&self) -> i64 {
        self.paid() + 17 * 60 + self.number % 5 * 90
    }

    pub fn delivered(&self) -> i64 {
        self.shipped() + 2 * DAY + self.number % 7 * 100
    }

    pub fn refunded(&self) -> Option<(i64, i64)> {
        match self.fate {
            Fate::Refunded { after, amount } => Some((self.delivered() + after * DAY, amount)),
            _ => None,
        }
    }

    /// When the company hears of it, and how.
    pub fn told(&self, end: i64) -> Vec<(i64, How)> {
        let done = self.delivered() + 30;
        if self.placed < end - FRESH {
            let back = self.refunded().map(|it| (it.0 + 1, How::Whole));
            let all = std::iter::once((done, How::Whole)).chain(back);
            return all.filter(|it| it.0 < end).collect();
        }
        let out = self.delivered() - 200;
        let all = [self.placed + 1, self.paid() + 1, self.shipped() + 1, out, self.delivered() + 1];
        // Once the shop's messages did not come, and asking found the orders.
        let lost = self.placed > end - 6 * DAY && self.number % 19 == 3;
        let how = if lost { How::Asked } else { How::Message };
        all.into_iter().filter(|it| *it < end).map(|it| (it, how)).collect()
    }
}

/// The two shops, with secrets of their own. They are not asked in earnest: there is no key.
pub fn connect(tx: &mut Tx, me: &Me, keys: &Keys) -> Result<[ShopId; 2]> {
    let mut one = |name: &str, kind, address: &str| {
        let new = NewShop {
            name: name.to_owned(),
            kind,
            address: address.to_owned(),
            secret: keys.seal(SECRET, "a secret of the demo"),
            access_key: String::new(),
        };
        shops::create(tx, me, &new)
    };
    let shop = one("Kestrel Shop", ShopKind::Shopify, "https://kestrel-climate.example")?;
    let outlet = one("Kestrel Outlet", ShopKind::WooCommerce, "https://outlet.kestrel.example")?;
    Ok([shop, outlet])
}

/// An order, if the company has heard of it.
pub fn known(tx: &mut Tx, world: &World, n: usize) -> Result<Option<OrderId>> {
    let it = &world.orders[n];
    meanwhile::order(tx, world.shops[it.shop], &it.key())
}

/// A consumer has an account of their own, and most agree to hear of news.
fn meet(tx: &mut Tx, world: &World, n: usize) -> Result<()> {
    let it = &world.buyers[n];
    if contacts::by_identity(tx, IdentityKind::Email, &it.email)?.is_some() {
        return Ok(());
    }
    let who = match it.consumer {
        true => Stranger { name: it.name.clone(), identities: Vec::new() },
        false => Stranger::by_email(&it.name, &it.email),
    };
    let contact = contacts::meet(tx, Actor::System, &who)?.id;
    if it.consumer {
        let me = world.me(tx, 0)?;
        contacts::add_identity(tx, &me, contact, IdentityKind::Email, &it.email)?;
        // All of them have their mail at one place, and nothing else in common.
        contacts::move_out(tx, &me, contact)?;
    }
    match n % 9 {
        4 => unsubscribe::say(tx, contact, MARKETING, false, Said::Page),
        7 => Ok(()),
        _ => unsubscribe::say(tx, contact, MARKETING, true, Said::Import),
    }
}

/// What the shop says of an order now.
fn heard(world: &World, n: usize, now: i64) -> Result<Vec<Told>> {
    let it = &world.orders[n];
    let (kind, topic, body) = written(world, it, now);
    let body = body.to_string();
    match orders::read(kind, topic, body.as_bytes(), moment(now)) {
        Ok(Heard::Told(told)) => Ok(told),
        _ => Ok(Vec::new()),
    }
}

fn written(world: &World, it: &Bought, now: i64) -> (ShopKind, &'static str, Value) {
    let buyer = &world.buyers[it.buyer];
    match it.shop {
        0 => (ShopKind::Shopify, "orders/updated", shopify(it, buyer, now)),
        _ => (ShopKind::WooCommerce, "order.updated", woocommerce(it, buyer, now)),
    }
}

fn now_of(tx: &Tx) -> i64 {
    super::minute_of(tx.now())
}

/// All of an order of long ago.
pub fn whole(tx: &mut Tx, world: &World, n: usize) -> Result<Next> {
    meet(tx, world, world.orders[n].buyer)?;
    let told = heard(world, n, now_of(tx))?;
    orders::take_in(tx, world.shops[world.orders[n].shop], &told)?;
    Ok(Next::new())
}

/// The shop sends a message of how it is now.
pub fn message(tx: &mut Tx, world: &World, n: usize) -> Result<Next> {
    let (it, now) = (&world.orders[n], now_of(tx));
    meet(tx, world, it.buyer)?;
    let (_, topic, body) = written(world, it, now);
    let key = format!("{}-{now}", it.key());
    let arrived = Arrived {
        topic: topic.to_owned(),
        body: body.to_string().into_bytes(),
        sent_at: Some(tx.now() - jiff::SignedDuration::from_secs(2 + it.number % 9)),
        key: Some(key),
        domain: String::new(),
    };
    if let Some(id) = meanwhile::arrived(tx, world.shops[it.shop], &arrived)? {
        events::read_one(tx, id)?;
    }
    Ok(Next::new())
}

/// The shop is asked, and knows more than it told.
pub fn found(tx: &mut Tx, world: &World, n: usize) -> Result<Next> {
    let (it, now) = (&world.orders[n], now_of(tx));
    meet(tx, world, it.buyer)?;
    let told = heard(world, n, now - 20)?;
    let question = Question {
        kind: if it.shop == 0 { ShopKind::Shopify } else { ShopKind::WooCommerce },
        address: String::new(),
        access_key: String::new(),
        from: moment(now - 70),
        asked_at: tx.now(),
        is_first: false,
    };
    asking::take_in(tx, world.shops[it.shop], &question, &told)?;
    Ok(Next::new())
}

/// Money as shops write it.
fn price(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

fn time(minute: i64) -> String {
    moment(minute).to_string()
}

/// Whether it is cancelled, paid, shipped and delivered by now.
fn far(it: &Bought, now: i64) -> (bool, bool, bool, bool) {
    let cancelled = it.fate == Fate::Cancelled && now >= it.paid() + 300;
    let paid = it.fate != Fate::Unpaid && now >= it.paid();
    let shipped = paid && it.fate != Fate::Cancelled && now >= it.shipped();
    (cancelled, paid, shipped, shipped && it.fate != Fate::Stuck && now >= it.delivered())
}

fn shopify(it: &Bought, buyer: &Buyer, now: i64) -> Value {
    let (cancelled, paid, shipped, delivered) = far(it, now);
    let back = it.refunded().filter(|(at, _)| *at <= now);
    let back = back.or(cancelled.then_some((it.paid() + 300, it.total())));
    let whole = back.is_some_and(|(_, amount)| amount >= it.total());
    let (first, last) = buyer.name.split_once(' ').unwrap_or((&buyer.name, ""));
    let lines = it.lines.iter().enumerate().map(|(n, (at, many))| {
        let good = &GOODS[*at];
        json!({"id": it.number * 10 + n as i64, "title": good.name, "sku": good.sku,
            "quantity": many, "price": price(good.price)})
    });
    let tracking = format!("00340434{:010}", it.number * 977);
    let changed = if delivered { it.delivered() } else { it.shipped() };
    let state = match delivered {
        true => "delivered",
        false if now > it.delivered() - 260 && it.fate != Fate::Stuck => "out_for_delivery",
        false => "in_transit",
    };
    let parcel = json!({"id": it.number * 3, "status": "success", "shipment_status": state,
        "tracking_company": if it.number % 3 == 0 { "UPS" } else { "DHL" },
        "tracking_number": tracking, "created_at": time(it.shipped()), "updated_at": time(changed),
        "tracking_url": format!("https://track.parcels.example/{tracking}")});
    let payment = json!({"id": it.number * 5, "kind": "sale", "status": "success",
        "gateway": if it.number % 4 == 0 { "PayPal" } else { "Card" },
        "amount": price(it.total()), "processed_at": time(it.paid())});
    let refund = back.map(|(at, amount)| {
        json!({"id": it.number * 7, "created_at": time(at),
            "transactions": [{"kind": "refund", "status": "success", "amount": price(amount)}]})
    });
    json!({
        "id": it.key().parse::<i64>().unwrap_or(0), "name": format!("#{}", it.number),
        "currency": "EUR", "created_at": time(it.placed), "updated_at": time(now),
        "cancelled_at": cancelled.then(|| time(it.paid() + 300)),
        "total_price": price(it.total()), "total_tax": price(it.total() * 19 / 119),
        "financial_status": match (paid, back.is_some(), whole) {
            (_, _, true) => "refunded",
            (_, true, _) => "partially_refunded",
            (true, ..) => "paid",
            _ => "pending",
        },
        "fulfillment_status": shipped.then_some("fulfilled"),
        "email": buyer.email,
        "customer": {"id": 700_000 + it.buyer as i64, "first_name": first, "last_name": last},
        "line_items": lines.collect::<Vec<_>>(),
        "shipping_lines": [{"price": price(it.shipping())}],
        "fulfillments": if shipped { vec![parcel] } else { Vec::new() },
        "transactions": if paid { vec![payment] } else { Vec::new() },
        "refunds": refund.into_iter().collect::<Vec<_>>(),
    })
}

fn woocommerce(it: &Bought, buyer: &Buyer, now: i64) -> Value {
    let (cancelled, paid, shipped, _) = far(it, now);
    let back = it.refunded().filter(|(at, _)| *at <= now);
    let (first, last) = buyer.name.split_once(' ').unwrap_or((&buyer.name, ""));
    let gmt = |minute| time(minute).trim_end_matches('Z').to_owned();
    let lines = it.lines.iter().enumerate().map(|(n, (at, many))| {
        let good = &GOODS[*at];
        json!({"id": it.number * 10 + n as i64, "name": good.name, "sku": good.sku,
            "quantity": many, "price": price(good.price)})
    });
    let tracking = json!([{"tracking_id": it.number.to_string(), "tracking_provider": "GLS",
        "tracking_number": format!("ZX{:09}", it.number * 613),
        "date_shipped": (it.shipped() * 60).to_string()}]);
    json!({
        "id": it.key().parse::<i64>().unwrap_or(0), "number": it.number.to_string(),
        "status": match (cancelled, paid, shipped) {
            (true, ..) => "cancelled",
            (_, false, _) => "on-hold",
            (_, _, true) => "completed",
            _ => "processing",
        },
        "currency": "EUR", "date_created_gmt": gmt(it.placed), "date_modified_gmt": gmt(now),
        "date_paid_gmt": paid.then(|| gmt(it.paid())),
        "total": price(it.total()), "total_tax": price(it.total() * 19 / 119),
        "shipping_total": price(it.shipping()), "discount_total": "0.00",
        "customer_id": 900 + it.buyer as i64, "payment_method_title": "Bank transfer",
        "transaction_id": format!("T{}", it.number),
        "billing": {"email": buyer.email, "first_name": first, "last_name": last},
        "line_items": lines.collect::<Vec<_>>(),
        "refunds": back.into_iter().map(|(_, amount)| {
            json!({"id": it.number * 7, "total": format!("-{}", price(amount)), "reason": ""})
        }).collect::<Vec<_>>(),
        "meta_data": if shipped {
            json!([{"key": "_wc_shipment_tracking_items", "value": tracking}])
        } else {
            json!([])
        },
    })
}

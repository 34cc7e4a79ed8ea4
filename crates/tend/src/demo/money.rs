//! What the demo's customers pay: three years of subscriptions and a year of invoices, recorded by
//! the same verbs as the real thing.

use tend_core::{
    Result,
    accounts::{self, AccountId, NewAccount},
    agents::{AgentId, Me},
    money::{
        Currency, ProductId, SubscriptionId, acquisition,
        advocates::{self, NewAdvocate},
        churn_reasons, days,
        invoices::{self, NewInvoice, Status},
        opportunities::{self, Kind, NewOpportunity, Stage},
        products, rates,
        referrals::{self, State},
        renewals::{self, Category},
        subscriptions::{self, NewSubscription, ReasonId, SubscriptionChange, Terms},
    },
};
use tend_store::Tx;

use super::story::COMPANIES;

/// Customers who pay and have not written lately.
const QUIET: &[&str] = &[
    "Fjällbacka Rederi",
    "Kew Archive Trust",
    "Quillota Cerezas",
    "Landtierklinik Tirol",
    "Nordkyst Seafood",
    "Beit Shalom Hospital",
    "Blumen Winter",
    "Apteka Centralna",
    "Porto Vinhos",
    "Glacier Labs",
    "Steiermark Milch",
    "Brouwerij De Linde",
    "Skagen Fisk",
    "Musée du Verre",
    "Alpen Apotheke",
    "Costa Frutas",
    "Helvetia Käse",
    "Loch Ness Distillers",
    "Oulu Blood Bank",
    "Tartu Genomics",
    "Zagreb Logistika",
    "Baltic Berries",
    "Aegean Olives",
    "Tokaj Pince",
    "Ribe Gartneri",
    "Ghent Chocolatiers",
    "Vallée Fromages",
    "Praha Lékárna",
    "Bilbao Bio",
    "Dublin Vaccines",
    "Leiden Archives",
    "Graz Cold Store",
    "Malmö Marin",
    "Riga Dairy",
    "Cork Greenhouses",
    "Turku Pharma",
];
const REASONS: [&str; 5] = [
    "Price",
    "A function is missing",
    "Went out of business",
    "Chose another",
    "Not needed any more",
];
const PRODUCTS: [&str; 3] = ["Monitoring", "Gateways", "Calibration"];
/// Currency, and what one was worth in euros when the story begins.
const RATES: [(&str, &str); 6] = [
    ("AED", "0.25"),
    ("JPY", "0.0062"),
    ("PLN", "0.233"),
    ("SEK", "0.088"),
    ("USD", "0.92"),
    ("GBP", "1.17"),
];

/// What all of it needs.
struct World {
    products: Vec<ProductId>,
    reasons: Vec<ReasonId>,
    today: i64,
    seed: i64,
}

impl World {
    /// A number below `below`; the same ones each time.
    fn next(&mut self, below: i64) -> i64 {
        self.seed = (self.seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        self.seed / 65_536 % below.max(1)
    }
}

/// What is sold, and why people leave.
#[derive(Clone)]
pub struct Goods {
    pub products: Vec<ProductId>,
    pub reasons: Vec<ReasonId>,
}

/// What has to be there before anything is sold.
pub fn open(tx: &mut Tx, me: &Me) -> Result<Goods> {
    let today = days::today(tx)?;
    let mut goods = Goods { products: Vec::new(), reasons: Vec::new() };
    for name in PRODUCTS {
        goods.products.push(products::save(tx, me, None, name)?);
    }
    for name in REASONS {
        goods.reasons.push(churn_reasons::add(tx, me, name)?);
    }
    for (currency, rate) in RATES {
        rates::set(tx, me, currency, today - 1_200, rate)?;
    }
    Ok(goods)
}

/// Everything else about money.
pub fn pay(tx: &mut Tx, me: &Me, agents: &[AgentId], goods: &Goods) -> Result<()> {
    let today = days::today(tx)?;
    let Goods { products, reasons } = goods.clone();
    let mut world = World { products, reasons, today, seed: 20_261_122 };
    spend(tx, me, today)?;
    for (n, (domain, ..)) in COMPANIES.iter().enumerate() {
        let Some(id) = accounts::by_domain(tx, domain)? else { continue };
        let currency = ["AED", "EUR", "JPY", "PLN", "EUR", "USD", "SEK", "EUR", "USD"][n % 9];
        customer(tx, me, &mut world, id, currency)?;
    }
    for (n, name) in QUIET.iter().enumerate() {
        let owner = agents.get(n % agents.len().max(1)).copied();
        let new = NewAccount { name: (*name).to_owned(), domains: Vec::new(), owner };
        let id = accounts::create(tx, me, &new)?;
        let currency = if n % 7 == 0 { "GBP" } else { "EUR" };
        customer(tx, me, &mut world, id, currency)?;
    }
    speak(tx, me, today)
}

/// Who speaks for the company.
fn speak(tx: &mut Tx, me: &Me, today: i64) -> Result<()> {
    let of = |tx: &mut Tx, domain: &str| accounts::by_domain(tx, domain);
    let (Some(noor), Some(uppsala), Some(cape)) = (
        of(tx, "alnoorcold.example")?,
        of(tx, "uppsala-biobank.example")?,
        of(tx, "cape-vaccine.example")?,
    ) else {
        return Ok(());
    };
    let first = referrals::add(tx, me, noor, "Cape Vaccine Store", today - 400)?;
    referrals::settle(tx, me, first, State::Accepted, Some(cape))?;
    referrals::add(tx, me, uppsala, "Lund Cell Bank", today - 12)?;
    let new = NewAdvocate {
        account: uppsala,
        contact: None,
        kind: advocates::Kind::Testimonial,
        quote: "Our auditor closed the folder after ten minutes.".to_owned(),
        consent_day: Some(today - 60),
        consent_until: Some(today + 305),
        asks_a_year: 2,
    };
    advocates::add(tx, me, &new)?;
    let new = NewAdvocate {
        account: noor,
        kind: advocates::Kind::Reference,
        quote: String::new(),
        ..new
    };
    let id = advocates::add(tx, me, &new)?;
    advocates::ask(tx, me, id, "A call with Lund Cell Bank")
}

/// A year of what it cost to win them.
fn spend(tx: &mut Tx, me: &Me, today: i64) -> Result<()> {
    let month = days::month_of(today);
    for n in 0..12 {
        for (channel, amount) in [("Events", 240_000), ("Search", 120_000), ("Partners", 60_000)] {
            let amount = amount + (n * 37 % 7) * 9_000;
            acquisition::set_cost(tx, me, month - n, channel, amount)?;
        }
    }
    Ok(())
}

/// What one euro is in minor units of a currency, roughly, so that prices look at home.
fn scale(currency: &str) -> i64 {
    match currency {
        "JPY" => 160,
        "AED" | "PLN" => 400,
        "SEK" => 1_100,
        _ => 100,
    }
}

fn customer(tx: &mut Tx, me: &Me, world: &mut World, id: AccountId, word: &str) -> Result<()> {
    let currency: Currency = word.parse().map_err(|why: &str| tend_core::error::refused(why))?;
    let months = [1, 12, 12, 3, 1][world.next(5) as usize];
    let start = world.today - 120 - world.next(900);
    let terms = Terms {
        quantity: 4 + world.next(60),
        price: (6 + world.next(9)) * scale(word) * months * if months == 12 { 9 } else { 10 } / 10,
        months,
    };
    let new = NewSubscription {
        account: id,
        product: Some(world.products[0]),
        plan: ["Starter", "Team", "Scale"][world.next(3) as usize].to_owned(),
        currency,
        terms,
        start,
        term_months: months.max(1),
        renewal: Some(next_end(start, months, world.today - 25)),
        auto_renew: months < 12 || world.next(3) > 0,
        external_id: None,
    };
    let first = subscriptions::add(tx, me, &new)?;
    let changed = start + 30 + world.next(world.today - start - 31);
    let change = |quantity: i64| SubscriptionChange {
        terms: Some((changed, Terms { quantity, ..terms })),
        ..SubscriptionChange::default()
    };
    match world.next(10) {
        0..=3 => subscriptions::change(tx, me, first, &change(terms.quantity * 14 / 10))?,
        4 => subscriptions::change(tx, me, first, &change(terms.quantity * 7 / 10))?,
        _ => {}
    }
    if world.next(4) == 0 {
        let new = NewSubscription {
            product: Some(world.products[1]),
            plan: "Rental".to_owned(),
            terms: Terms { quantity: 2, price: 9 * scale(word), months: 1 },
            start: (start + 200).min(world.today - 5),
            term_months: 1,
            auto_renew: true,
            ..new.clone()
        };
        subscriptions::add(tx, me, &new)?;
    }
    if world.next(7) == 0 {
        let at = world.next(5) as usize;
        let reason = world.reasons[at];
        let end =
            (changed + 1 + world.next(world.today - changed)).min(world.today - 1).max(changed + 1);
        subscriptions::end(tx, me, first, end, Some(reason))?;
        if world.next(3) == 0 && end + 70 < world.today {
            subscriptions::add(tx, me, &NewSubscription { start: end + 70, ..new.clone() })?;
        }
    }
    expect(tx, me, world, id, first)?;
    let channel = ["Events", "Search", "Partners", ""][world.next(4) as usize];
    acquisition::set_channel(tx, me, id, channel)?;
    bill(tx, me, world, id, (currency, &terms))
}

/// The end of the term that runs, or of one that is over for some days.
fn next_end(start: i64, months: i64, from: i64) -> i64 {
    let ends = (1..).map(|n| days::after_months(start, n * months));
    ends.into_iter().find(|it| *it >= from).unwrap_or(start)
}

/// What more they could buy, and how sure their renewal is.
fn expect(
    tx: &mut Tx,
    me: &Me,
    world: &mut World,
    id: AccountId,
    first: SubscriptionId,
) -> Result<()> {
    if world.next(6) == 0 {
        let new = NewOpportunity {
            account: id,
            kind: Kind::CrossSell,
            product: Some(world.products[2]),
            name: "Yearly calibration".to_owned(),
            amount: (900 + world.next(4_000)) * 100,
            close_day: Some(world.today + 20 + world.next(90)),
        };
        let made = opportunities::add(tx, me, &new)?;
        let stage = Stage::ALL[world.next(5) as usize];
        opportunities::set_stage(tx, me, made, stage)?;
    }
    if world.next(4) == 0 && subscriptions::find(tx, me, first)?.end_day.is_none() {
        let category = Category::ALL[world.next(5) as usize];
        renewals::forecast(tx, me, first, category)?;
    }
    Ok(())
}

/// An invoice each interval of the last year; most are paid in time.
fn bill(
    tx: &mut Tx,
    me: &Me,
    world: &mut World,
    account: AccountId,
    (currency, terms): (Currency, &Terms),
) -> Result<()> {
    let count = (12 / terms.months).min(6);
    for n in 0..count {
        let issued = days::after_months(world.today - 8, -(terms.months * n)) - world.next(6);
        let due = issued + 14;
        let (status, paid_day) = match world.next(12) {
            _ if due >= world.today => (Status::Open, None),
            0 if n == 0 || n == 1 => (Status::Open, None),
            1 => (Status::Paid, Some((due + 3 + world.next(20)).min(world.today))),
            _ => (Status::Paid, Some(due - world.next(12))),
        };
        let new = NewInvoice {
            account,
            subscription: None,
            number: format!("{}-{:04}", days::date(issued).year(), 1_000 + world.next(9_000)),
            currency,
            amount: terms.quantity * terms.price,
            issued,
            due,
            status,
            paid: 0,
            paid_day,
            external_id: None,
        };
        invoices::add(tx, me, &new)?;
    }
    Ok(())
}

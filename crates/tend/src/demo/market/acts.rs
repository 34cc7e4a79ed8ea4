//! What a customer of the market does, by the verb that does it.

use tend_core::{
    Actor, Result, accounts,
    accounts::{AccountId, NewAccount},
    agents::{AgentId, Me},
    attributes::{self, About, Kind, NewDefinition},
    book::{self, Meaning, PersonRole, StageId},
    contacts::{self, ContactId, Stranger},
    health::{self, Measure, Weighed},
    money::{
        ProductId, days,
        invoices::{self, NewInvoice, Status},
        rates,
        subscriptions::{self, NewSubscription, ReasonId, SubscriptionId, Terms},
    },
    seed::market::{Customer, Month, STEP},
};
use tend_store::Tx;

/// Where they are, and what they do: no two are the same.
const PLACES: [&str; 15] = [
    "Aarhus",
    "Antwerp",
    "Bergen",
    "Brno",
    "Dresden",
    "Galway",
    "Genoa",
    "Göteborg",
    "Kraków",
    "Lyon",
    "Nantes",
    "Porto",
    "Tampere",
    "Utrecht",
    "Zürich",
];
const TRADES: [&str; 10] = [
    "Biotech",
    "Blood Bank",
    "Cheese",
    "Cold Store",
    "Dairy",
    "Fish",
    "Flowers",
    "Hospital",
    "Pharma",
    "Vaccines",
];
const FIRST: [&str; 12] = [
    "Ada", "Bruno", "Clara", "Dino", "Elin", "Farid", "Greta", "Hugo", "Ines", "Jan", "Kaisa",
    "Luca",
];
const LAST: [&str; 11] = [
    "Almeida", "Berg", "Costa", "Dvořák", "Eriksen", "Fontaine", "Górski", "Haas", "Ivanov",
    "Jansen", "Keane",
];

/// When and who.
#[derive(Clone, Copy)]
pub struct At {
    pub step: usize,
    /// The day on which the market began.
    pub first: i64,
    /// The number of the customer.
    pub n: usize,
}

impl At {
    fn day(self, of_step: i64) -> i64 {
        self.first + self.step as i64 * STEP + of_step
    }
}

/// `Aarhus Dairy`.
pub fn name(n: usize) -> String {
    format!(
        "{} {}",
        PLACES[n % PLACES.len()],
        TRADES[(n / PLACES.len() + 3 * (n % PLACES.len())) % TRADES.len()]
    )
}

/// The domain of one.
pub fn domain(n: usize) -> String {
    format!("customer{n}.example")
}

/// Who asks for help there: a name and an address.
pub fn colleague(n: usize) -> (String, String) {
    let name = format!("{} {}", FIRST[(n + 5) % FIRST.len()], LAST[(n + 3) % LAST.len()]);
    (name, format!("quality@{}", domain(n)))
}

/// What the company wants to know of them.
pub fn prepare(tx: &mut Tx, me: &Me) -> Result<()> {
    for label in ["Seats", "NPS"] {
        let new = NewDefinition {
            about: About::Account,
            label: label.to_owned(),
            name: String::new(),
            kind: Kind::Number,
            choices: Vec::new(),
        };
        attributes::define(tx, me, &new)?;
    }
    book::first_stages(tx)?;
    health::first_profile(tx)?;
    // A company that trusts its survey.
    let Some(profile) = health::profiles(tx)?.into_iter().find(|it| it.is_default) else {
        return Ok(());
    };
    let mut document = profile.document;
    let survey = Weighed { max_age: Some(150), ..Weighed::of(Measure::attribute("nps"), 20.0) };
    document.measures.push(survey);
    health::save_profile(tx, me, Some(profile.id), &document).map(drop)
}

fn stage(tx: &mut Tx, wanted: Meaning) -> Result<Option<StageId>> {
    let all = book::stages(tx)?;
    Ok(all.into_iter().rev().find(|it| it.means == wanted).map(|it| it.id))
}

/// Name and address of a customer's champion.
pub fn champion_of(n: usize) -> (String, String) {
    let name = format!("{} {}", FIRST[n % FIRST.len()], LAST[n % LAST.len()]);
    (name, format!("hello@{}", domain(n)))
}

/// An account, its subscription and its champion.
pub fn begin(
    tx: &mut Tx,
    me: &Me,
    (n, owner): (usize, AgentId),
    it: &Customer,
    product: ProductId,
    first: i64,
) -> Result<(AccountId, SubscriptionId, ContactId)> {
    let new = NewAccount { name: name(n), domains: vec![domain(n)], owner: Some(owner) };
    let account = accounts::create(tx, me, &new)?;
    let established = stage(tx, Meaning::Customer)?;
    book::set_stage(tx, me, account, established)?;
    attributes::set_on_account(tx, me, account, "seats", &it.seats.to_string())?;
    let start = first + it.since();
    let today = days::today(tx)?;
    let new = NewSubscription {
        account,
        product: Some(product),
        plan: if it.seats < 12 { "Starter" } else { "Team" }.to_owned(),
        currency: rates::home(tx)?,
        terms: Terms { quantity: it.seats, price: it.arr / it.seats.max(1), months: 12 },
        start,
        term_months: 12,
        renewal: (1..).map(|n| days::after_months(start, n * 12)).find(|it| *it > today),
        auto_renew: true,
        external_id: None,
    };
    let subscription = subscriptions::add(tx, me, &new)?;
    let (person, address) = champion_of(n);
    let stranger = Stranger::by_email(&person, &address);
    let champion = contacts::meet(tx, Actor::System, &stranger)?.id;
    book::add_role(tx, me, champion, PersonRole::Champion)?;
    Ok((account, subscription, champion))
}

/// What one pays and answers in a step.
pub fn month(
    tx: &mut Tx,
    me: &Me,
    at: At,
    account: AccountId,
    it: &Customer,
    month: &Month,
) -> Result<()> {
    if let Some(answer) = month.answered {
        attributes::set_on_account(tx, me, account, "nps", &answer.to_string())?;
    }
    // A bill each quarter; one that is paid late stands out.
    if !(at.step + at.n).is_multiple_of(3) && !month.paid_late {
        return Ok(());
    }
    let (issued, due) = (at.day(2), at.day(9));
    let paid = if month.paid_late { due + 12 } else { due - 3 };
    let new = NewInvoice {
        account,
        subscription: None,
        number: format!("K-{:03}-{:02}", at.n, at.step),
        currency: rates::home(tx)?,
        amount: it.arr / 4,
        issued,
        due,
        status: Status::Paid,
        paid: it.arr / 4,
        paid_day: Some(paid),
        external_id: None,
    };
    invoices::add(tx, me, &new).map(drop)
}

/// It leaves.
pub fn leave(
    tx: &mut Tx,
    me: &Me,
    account: AccountId,
    subscription: SubscriptionId,
    day: i64,
    reason: Option<ReasonId>,
) -> Result<()> {
    subscriptions::end(tx, me, subscription, day, reason)?;
    let churned = stage(tx, Meaning::Churned)?;
    book::set_stage(tx, me, account, churned)
}

/// Some owners say now and then what they believe: they know their customers, and hope.
pub fn judge(tx: &mut Tx, me: &Me, at: At, account: AccountId, chance: f64) -> Result<()> {
    if !at.n.is_multiple_of(4) || !(at.step + at.n / 4).is_multiple_of(5) {
        return Ok(());
    }
    let hopes = [0.6, 1.4, 0.9, 1.1, 0.7][(at.n + at.step) % 5];
    let p = (chance * hopes).clamp(0.01, 0.9);
    let p = (p * 100.0).round() / 100.0;
    health::judge(tx, me, account, p, "From what they told me on the phone", 120).map(drop)
}

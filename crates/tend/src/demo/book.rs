//! The book of business of the demo: who owns which account, where each stands, what it pays, who
//! counts in it, what it wants, and what is to be done.

use tend_core::{
    Result, accounts,
    accounts::{AccountId, NewAccount},
    agents::{self, AgentId, Me},
    book::{
        self, GoalKind, GoalStatus, NewGoal, NewPortfolioView, PersonRole, StageId, read_condition,
    },
    contacts::{self, IdentityKind},
    error::not_found,
    tasks::{self, Due, NewTask, TaskPriority},
    usage::day_of,
    views::Audience,
};
use tend_store::Tx;

/// Domain, what it pays a year in euros, in how many days it renews, its stage.
const BOOK: [(&str, i64, i64, &str); 9] = [
    ("alnoorcold.example", 96_800, 55, "Established"),
    ("pharmacieduport.example", 38_900, 109, "Established"),
    ("okada-pharma.example", 118_400, 131, "Established"),
    ("muzeum-slaskie.example", 62_600, 38, "Adopting"),
    ("cantinaferri.example", 58_400, 71, "Onboarding"),
    ("harborview-greenhouses.example", 151_000, 181, "Established"),
    ("uppsala-biobank.example", 166_900, 143, "Established"),
    ("demirsut.example", 21_600, 12, "Adopting"),
    ("cape-vaccine.example", 64_200, 100, "Established"),
];

/// Parts of others: domain of the parent, name, euros a year, days to renewal.
const PARTS: [(&str, &str, i64, i64); 3] = [
    ("alnoorcold.example", "Al Noor Jebel Ali", 31_000, 55),
    ("alnoorcold.example", "Al Noor Muscat", 12_400, 170),
    ("harborview-greenhouses.example", "Harborview Nursery", 18_700, 181),
];

/// Address, what they are.
const PEOPLE: [(&str, PersonRole); 5] = [
    ("leila.haddad@alnoorcold.example", PersonRole::Champion),
    ("leila.haddad@alnoorcold.example", PersonRole::DecisionMaker),
    ("m.sato@okada-pharma.example", PersonRole::Champion),
    ("g.wojcik@muzeum-slaskie.example", PersonRole::Sponsor),
    ("camille.roche@pharmacieduport.example", PersonRole::DecisionMaker),
];

fn of(tx: &mut Tx, domain: &str) -> Result<AccountId> {
    accounts::by_domain(tx, domain)?.ok_or(not_found("account"))
}

fn named(tx: &mut Tx, stage: &str) -> Result<Option<StageId>> {
    Ok(book::stages(tx)?.into_iter().find(|it| it.name == stage).map(|it| it.id))
}

/// Three months ago.
pub fn begin(tx: &mut Tx, all: &[AgentId]) -> Result<()> {
    let me = agents::me(tx, all[0])?;
    let onboarding = named(tx, "Onboarding")?;
    for (domain, ..) in BOOK {
        let id = of(tx, domain)?;
        book::set_stage(tx, &me, id, onboarding)?;
    }
    for (address, role) in PEOPLE {
        if let Some(id) = contacts::by_identity(tx, IdentityKind::Email, address)? {
            book::add_role(tx, &me, id, role)?;
        }
    }
    Ok(())
}

/// In the last days.
pub fn go_on(tx: &mut Tx, all: &[AgentId]) -> Result<()> {
    let (me, jonas) = (agents::me(tx, all[0])?, agents::me(tx, all[1])?);
    let today = day_of(tx.now());
    for (domain, euros, days, stage) in BOOK {
        let id = of(tx, domain)?;
        let stage = named(tx, stage)?;
        book::set_stage(tx, &me, id, stage)?;
        book::say_money(tx, &me, id, Some(Some(euros * 100)), Some(Some(today + days)))?;
    }
    for (parent, name, euros, days) in PARTS {
        let (parent, owner) = (of(tx, parent)?, Some(me.id));
        let new = NewAccount { name: name.to_owned(), owner, ..NewAccount::default() };
        let id = accounts::create(tx, &me, &new)?;
        book::set_parent(tx, &me, id, Some(parent))?;
        book::say_money(tx, &me, id, Some(Some(euros * 100)), Some(Some(today + days)))?;
    }
    let demir = of(tx, "demirsut.example")?;
    let note = "They asked twice about the price. Yusuf decides, and he answers calls, not mails.";
    book::hand_over(tx, &jonas, demir, Some(me.id), note)?;
    goals(tx, &me, today)?;
    to_do(tx, &me, &jonas)?;
    described(tx, &me)
}

fn goals(tx: &mut Tx, me: &Me, today: i64) -> Result<()> {
    let id = of(tx, "alnoorcold.example")?;
    let goal = |text: &str, days: i64, values: [f64; 3], unit: &str| NewGoal {
        text: text.to_owned(),
        due_on: Some(today + days),
        unit: unit.to_owned(),
        start_value: Some(values[0]),
        now_value: Some(values[1]),
        target_value: Some(values[2]),
        ..NewGoal::default()
    };
    let all = [
        goal("False alarms under 2 a week", 41, [9.0, 5.5, 2.0], "a week"),
        goal("All new probes at Jebel Ali", 28, [0.0, 28.0, 40.0], "probes"),
    ];
    for it in &all {
        book::save_goal(tx, me, id, None, it)?;
    }
    let trained = NewGoal {
        status: GoalStatus::Met,
        ..goal("Two trained people at each site", -18, [0.0, 3.0, 3.0], "sites")
    };
    book::save_goal(tx, me, id, None, &trained)?;
    let pain = NewGoal {
        kind: GoalKind::Pain,
        text: "The auditor wants a signed record of each alarm".to_owned(),
        ..NewGoal::default()
    };
    book::save_goal(tx, me, id, None, &pain)?;
    Ok(())
}

fn to_do(tx: &mut Tx, me: &Me, jonas: &Me) -> Result<()> {
    let alnoor = of(tx, "alnoorcold.example")?;
    let okada = of(tx, "okada-pharma.example")?;
    let muzeum = of(tx, "muzeum-slaskie.example")?;
    let task = |title: &str, account, due, priority| NewTask {
        title: title.to_owned(),
        account: Some(account),
        due,
        priority,
        owner: Some(me.id),
        ..NewTask::default()
    };
    let all = [
        task(
            "Call about the roll-out at Jebel Ali",
            alnoor,
            Due::InWorkingDays(0),
            TaskPriority::High,
        ),
        task(
            "Send the incident report for the auditor",
            alnoor,
            Due::InWorkingDays(4),
            TaskPriority::Normal,
        ),
        task(
            "Prepare the renewal with Grzegorz",
            muzeum,
            Due::InWorkingDays(2),
            TaskPriority::High,
        ),
        task("Show the certificate export", okada, Due::InWorkingDays(6), TaskPriority::Low),
    ];
    for it in &all {
        tasks::make(tx, me, it)?;
    }
    let late = NewTask {
        due: Due::On(day_of(tx.now()) - 2),
        ..task("Ask for a second sponsor", muzeum, Due::Never, TaskPriority::Normal)
    };
    tasks::make(tx, jonas, &late)?;
    let done = tasks::make(
        tx,
        me,
        &task("Book the quarterly review", okada, Due::InWorkingDays(1), TaskPriority::Normal),
    )?;
    tasks::done(tx, me, done)
}

fn described(tx: &mut Tx, me: &Me) -> Result<()> {
    let soon = serde_json::json!({ "field": "renewal", "op": "within", "value": { "days": 60 } });
    let large = serde_json::json!({ "all": [
        { "field": "arr", "op": "at_least", "value": 90_000 },
        { "none": [{ "field": "means", "op": "any_of", "value": ["churned"] }] },
    ] });
    let new = NewPortfolioView {
        name: "Renew in 60 days".to_owned(),
        audience: Audience::Everyone,
        whose: book::Whose::All,
        condition: read_condition(&soon)?,
        order: book::Order { by: book::By::Renewal, reversed: false },
    };
    book::save_view(tx, me, None, &new)?;
    book::save_segment(tx, me, None, "Large customers", &read_condition(&large)?)?;
    let quiet = serde_json::json!({ "any": [
        { "field": "person_left", "op": "is", "value": true },
        { "field": "person_silent", "op": "is", "value": true },
    ] });
    book::save_segment(tx, me, None, "Nobody speaks for us", &read_condition(&quiet)?)?;
    Ok(())
}

/// What the worker does beside everything: so that the first page is right.
pub fn count(tx: &mut Tx) -> Result<()> {
    while book::walk(tx)?.and_more {}
    Ok(())
}

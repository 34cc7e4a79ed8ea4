//! What a company sets up before it works: tags, statuses, attributes, canned responses, views.

use tend_core::{
    Actor, Result, accounts,
    agents::{AgentId, Me, teams},
    attributes::{self, About, Kind, NewDefinition},
    canned::{self, NewCanned},
    contacts::{self, ContactChange, IdentityKind, Stranger},
    conversations::{self, Category, Priority, list::Sort},
    customer_notes,
    html::Html,
    tags,
    views::{self, Condition, Is, NewView, Span, TagIs, Test, Time, TimeIs, Who},
};
use tend_store::Tx;

use super::story::{COMPANIES, PEOPLE, TAGS};

/// The name of the status that the company made.
pub const WORKSHOP: &str = "At the workshop";

/// Everything that is not a conversation.
pub fn furnish(tx: &mut Tx, me: &Me, agents: &[AgentId]) -> Result<()> {
    let everyone = teams::make(tx, me, "Support")?;
    teams::set_members(tx, me, everyone, agents)?;
    let field = teams::make(tx, me, "Field service")?;
    teams::set_members(tx, me, field, agents.get(1..3).unwrap_or_default())?;
    for name in TAGS {
        tags::create(tx, me, name)?;
    }
    conversations::define_status(tx, me, WORKSHOP, Category::WaitingThirdParty)?;
    define(tx, me)?;
    respond(tx, me)?;
    look(tx, me)
}

fn define(tx: &mut Tx, me: &Me) -> Result<()> {
    let plans = ["Starter", "Team", "Scale"].map(str::to_owned).to_vec();
    let places = ["Freezer", "Refrigerator", "Room", "Van"].map(str::to_owned).to_vec();
    let all = [
        (About::Account, "Plan", Kind::Choice, plans),
        (About::Account, "Probes", Kind::Number, Vec::new()),
        (About::Conversation, "Serial number", Kind::Text, Vec::new()),
        (About::Conversation, "Where it stands", Kind::Choice, places),
    ];
    for (about, label, kind, choices) in all {
        let name = String::new();
        let new = NewDefinition { about, label: label.to_owned(), name, kind, choices };
        attributes::define(tx, me, &new)?;
    }
    Ok(())
}

/// Shortcut, name, text.
const ANSWERS: &[(&str, &str, &str)] = &[
    (
        "log",
        "Ask for the gateway’s log",
        "<p>Dear {{ contact.first_name }},</p><p>may I ask you for the gateway’s log? Under <b>Devices</b>, open the gateway, choose <b>Download log</b>, and send me the file.</p>",
    ),
    (
        "calibration",
        "How to order a calibration",
        "<p>Dear {{ contact.first_name }},</p><p>a calibration takes five working days. Choose the probes under <b>Calibration</b>, then <b>Order</b>; a courier brings replacements and takes yours along.</p>",
    ),
    (
        "parcel",
        "A parcel is late",
        "<p>Dear {{ contact.first_name }},</p><p>I am sorry for the wait. I have asked the carrier about your parcel and write to you again today, whatever they say.</p>",
    ),
    (
        "thanks",
        "Thank you, and goodbye",
        "<p>Thank you for telling us, {{ contact.first_name }}. If anything else comes up, just answer this mail.</p>",
    ),
];

fn respond(tx: &mut Tx, me: &Me) -> Result<()> {
    for (shortcut, name, text) in ANSWERS {
        let new = NewCanned {
            shortcut: (*shortcut).to_owned(),
            name: (*name).to_owned(),
            html: Html::sanitise(text),
            audience: canned::Audience::Everyone,
            files: Vec::new(),
        };
        canned::save(tx, me, None, &new)?;
    }
    Ok(())
}

fn look(tx: &mut Tx, me: &Me) -> Result<()> {
    let tag = tags::named(tx, me, "cold chain")?;
    let active = || Condition::Test(Test::Active(true));
    let late = Test::Time(Time::WaitingSince, TimeIs::OlderThan(Span::Hours(4)));
    let urgent = Test::Priority(Is::AnyOf, vec![Priority::Urgent, Priority::High]);
    let free = Test::Assignee(Is::AnyOf, vec![Who::Nobody, Who::Me]);
    let all = [
        ("Waiting for long", vec![active(), Condition::Test(late)], Sort::Waiting),
        (
            "Cold chain first",
            vec![
                active(),
                Condition::Any(vec![
                    Condition::Test(Test::Tag(TagIs::AnyOf, vec![tag])),
                    Condition::Test(urgent),
                ]),
                Condition::Test(free),
            ],
            Sort::Priority,
        ),
    ];
    for (name, conditions, sort) in all {
        let new = NewView {
            name: name.to_owned(),
            audience: views::Audience::Everyone,
            condition: Condition::All(conditions),
            sort,
        };
        views::save(tx, me, None, &new)?;
    }
    Ok(())
}

/// The customers, as somebody who knows them has entered them.
pub fn introduce(tx: &mut Tx, me: &Me, agents: &[AgentId]) -> Result<()> {
    for it in PEOPLE {
        let contact = contacts::meet(tx, Actor::System, &Stranger::by_email(it.name, it.email))?;
        let change = ContactChange {
            title: Some(it.title.to_owned()),
            time_zone: Some(it.zone.to_owned()),
            language: Some(it.language.to_owned()),
            ..ContactChange::default()
        };
        contacts::change(tx, me, contact.id, &change)?;
        if !it.phone.is_empty() {
            contacts::add_identity(tx, me, contact.id, IdentityKind::Phone, it.phone)?;
        }
    }
    for (domain, name, plan, probes, owner) in COMPANIES {
        let Some(id) = accounts::by_domain(tx, domain)? else { continue };
        let owner = agents.get(*owner).copied();
        let change = accounts::AccountChange { name: Some((*name).to_owned()), owner: Some(owner) };
        accounts::change(tx, me, id, &change)?;
        attributes::set_on_account(tx, me, id, "plan", plan)?;
        attributes::set_on_account(tx, me, id, "probes", probes)?;
    }
    if let Some(id) = accounts::by_domain(tx, "alnoorcold.example")? {
        let text = "Audited each December. Call Leila before you change a threshold at Jebel Ali.";
        customer_notes::add_to_account(tx, me, id, &Html::from_text(text))?;
    }
    Ok(())
}

use std::collections::HashMap;

use maud::{Markup, html};
use tend_core::{
    agents::{RoleId, roles::Role},
    money::Currency,
    remedies::{
        Kind, PlanId, ReasonId,
        above::Above,
        limits::{Limits, Word},
        plans::{MOST_OFFERS, Much, Offer, Plan, When},
        reasons::Reason,
    },
    tags::Tag,
};

use super::{Section, act, end, form};
use crate::{
    parts::{
        Element, Field, Problems, badge, button, csrf_field, field, form_problems, hidden,
        link_button, panel, select, submit, table,
    },
    urls,
};

/// All that holds for remedies.
#[derive(Clone, Debug)]
pub struct RemedyRules {
    pub reasons: Vec<Reason>,
    pub plans: Vec<Plan>,
    pub limits: Limits,
    /// What becomes of more than a limit.
    pub above: Above,
    /// What each role gives alone, set or not.
    pub alone: Vec<(RoleId, i64)>,
    /// The same, as long as nobody sets it.
    pub ready_alone: Vec<(RoleId, i64)>,
    /// What an order gets, as long as nobody sets it: hundredths of a percent.
    pub ready_share: i64,
    /// Those whose agents may give or approve.
    pub roles: Vec<Role>,
    pub home: Currency,
    /// What the form of the limits said that could not be taken, by the names of its fields.
    pub said: Option<HashMap<String, String>>,
}

/// What stands in a field: what was just said, or what is kept.
fn standing(said: Option<&HashMap<String, String>>, name: &str, kept: String) -> String {
    said.map_or(kept, |it| it.get(name).cloned().unwrap_or_default())
}

pub fn remedy_rules(at: &Section<'_>, it: &RemedyRules, problems: &Problems) -> Markup {
    let work = html! {
        (form_problems(problems))
        (limits(at, it, problems))
        (reasons(at, it))
        (plans(it))
    };
    let lead =
        "What may be given to make an order right, by whom, and what is offered for which reason.";
    at.page("Remedies", lead, link_button("All remedies", urls::remedies()), work)
}

/// The name of a limit's field: `alone.rol_1`, `remedy.reship`, `order`.
fn name(word: Word, of: &str) -> String {
    if of.is_empty() { word.word().to_owned() } else { format!("{word}.{of}") }
}

/// A form and what is wrong with it.
struct Filled<'a> {
    it: &'a RemedyRules,
    problems: &'a Problems,
}

impl Filled<'_> {
    fn money(&self, name: &str, label: &str, amount: Option<i64>) -> Field {
        let home = self.it.home;
        let kept = amount.map_or(String::new(), |amount| home.plain(amount));
        field(name, label)
            .value(standing(self.it.said.as_ref(), name, kept))
            .suffix(home.to_string())
            .attr("inputmode", "decimal")
            .autocomplete("off")
            .problems(self.problems)
    }

    fn share(&self) -> Field {
        let kept = share(self.it.limits.order_share());
        field("order_share", "An order, of its total")
            .value(standing(self.it.said.as_ref(), "order_share", kept))
            .suffix("%")
            .attr("inputmode", "decimal")
            .problems(self.problems)
            .hint(html! { "Empty: " (share(self.it.ready_share)) "%." })
    }
}

fn limits(at: &Section<'_>, it: &RemedyRules, problems: &Problems) -> Markup {
    let of = |word| it.limits.of(word, None);
    let filled = Filled { it, problems };
    let money = |name: &str, label: &str, amount| filled.money(name, label, amount);
    let of_kind = |kind: Kind| name(Word::Remedy, kind.word());
    let is_wrong = Kind::ALL.iter().any(|kind| problems.of(&of_kind(*kind)).is_some());
    let lead = "What was asked for counts from that moment. An empty field is no limit, but for the share of an order and for what a role gives alone: there it says what holds then.";
    panel("Limits").lead(lead).holds(html! {
        form method="post" action=(urls::settings_section("remedies")) {
            (csrf_field(&at.frame.csrf))
            div.remedies-limits {
                (money(&name(Word::Remedy, ""), "One remedy", of(Word::Remedy)))
                (money(&name(Word::Order, ""), "An order", of(Word::Order)))
                (filled.share())
                (money(&name(Word::CustomerYear, ""), "A customer in 12 months", of(Word::CustomerYear)))
                (money(&name(Word::CompanyMonth, ""), "All in a month", of(Word::CompanyMonth)))
            }
            (above(it, problems))
            details.record-add open[is_wrong] { summary { "One remedy of a kind" }
                div.remedies-limits { @for kind in Kind::ALL.iter().filter(|it| **it != Kind::GoodwillNote) { (money(&of_kind(*kind), kind.label(), it.limits.of(Word::Remedy, Some(*kind)))) } }
            }
            @for role in &it.roles { (of_role(&filled, role)) }
            div.settings-save { (submit("Keep the limits")) }
        }
    })
}

/// What becomes of more than these limits.
fn above(it: &RemedyRules, problems: &Problems) -> Markup {
    let chosen = standing(it.said.as_ref(), "above", it.above.word().to_owned());
    let choices = Above::ALL.iter().map(|it| (it.word(), it.label()));
    html! {
        div.remedies-above {
            (select("above", "Above a limit", choices, chosen).problems(problems)
                .hint("All in a month, and what is left of an order, are never passed, whoever approves."))
        }
    }
}

fn of_role(filled: &Filled<'_>, role: &Role) -> Markup {
    let (it, id) = (filled.it, role.id.to_string());
    let of = |all: &[(RoleId, i64)]| all.iter().find(|one| one.0 == role.id).map(|it| it.1);
    let ready = it.home.exact(of(&it.ready_alone).unwrap_or(0));
    let money = |name: &str, label: &str, amount| filled.money(name, label, amount);
    let set = |word| it.limits.of_role(word, role.id);
    html! {
        fieldset.remedies-role {
            legend { "Role " b dir="auto" { (role.name) } }
            div.remedies-limits {
                (money(&name(Word::Alone, &id), "Gives alone", of(&it.alone)).hint(html! { "Empty: " (ready) "." }))
                (money(&name(Word::Approve, &id), "Approves up to", set(Word::Approve)))
                (money(&name(Word::AgentDay, &id), "Each of them a day", set(Word::AgentDay)))
                (money(&name(Word::RoleDay, &id), "All of them a day", set(Word::RoleDay)))
            }
        }
    }
}

fn reasons(at: &Section<'_>, it: &RemedyRules) -> Markup {
    panel("Reasons").holds(html! {
        @for reason in &it.reasons {
            div.remedies-reason {
                form.remedies-reason method="post" action=(urls::remedy_reason(reason.id)) {
                    (csrf_field(&at.frame.csrf))
                    (field("name", format!("Reason {}", reason.name)).label_hidden().named_apart(format!("reason-{}", reason.id)).value(&reason.name).required())
                    (button("Rename").small().submits())
                }
                @if reason.archived_at.is_some() { (badge("Not used")) (act(at.frame, &urls::remedy_reason_act(reason.id, "restore"), "Use again", "")) }
                @else { (act(at.frame, &urls::remedy_reason_act(reason.id, "archive"), "Use no more", "")) }
            }
        }
        form.remedies-reason method="post" action=(urls::remedy_reasons()) {
            (csrf_field(&at.frame.csrf))
            (field("name", "Another reason").named_apart("reason-new").required())
            (button("Add it").small().submits())
        }
    })
}

fn plans(it: &RemedyRules) -> Markup {
    let of = |id: ReasonId| it.plans.iter().filter(move |it| it.reason == id);
    let rows = html! {
        @for reason in it.reasons.iter().filter(|it| it.archived_at.is_none()) {
            @for plan in of(reason.id) { tr {
                th scope="row" { a.link href=(urls::remedy_plan(plan.id)) dir="auto" { (reason.name) } }
                td data-label="When" { (when(it, &plan.when)) }
                td data-label="Offers" { (plan.offers.iter().map(|one| offered(it, one)).collect::<Vec<_>>().join(", then ")) }
            } }
            tr {
                th scope="row" { span.u-quiet dir="auto" { (reason.name) } }
                td {} td { a.link href=(urls::with_query(&urls::new_remedy_plan(), &[("reason", &reason.id.to_string())])) { "Add a plan" } }
            }
        }
    };
    let lead = "Of the plans of a reason the first one that fits counts; a new one is tried before the others.";
    panel("Plans")
        .lead(lead)
        .holds(table("Plans").col("Reason").col("When").col("Offers").rows(rows))
}

fn when(it: &RemedyRules, when: &When) -> String {
    let mut words = Vec::new();
    if let Some(days) = when.most_days {
        words.push(format!("at most {days} days old"));
    }
    if let Some(value) = when.least_value {
        words.push(format!("from {}", it.home.exact(value)));
    }
    if let Some(value) = when.most_value {
        words.push(format!("up to {}", it.home.exact(value)));
    }
    if when.tag.is_some() {
        words.push("with a tag".to_owned());
    }
    if let Some(most) = when.most_prior {
        words.push(format!("at most {most} remedies before"));
    }
    if words.is_empty() { "Always".to_owned() } else { words.join(", ") }
}

fn offered(it: &RemedyRules, offer: &Offer) -> String {
    match offer.much {
        Much::Share(part) => format!("{} ({}%)", offer.kind.label(), share(part)),
        Much::Fixed(amount) => format!("{} ({})", offer.kind.label(), it.home.exact(amount)),
        Much::Open => offer.kind.label().to_owned(),
    }
}

/// Hundredths of a percent as people write them: `12.5`.
fn share(part: i64) -> String {
    let text = format!("{}.{:02}", part / 100, part % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A plan as its form has it.
#[derive(Clone, Debug)]
pub struct PlanForm {
    /// `None`: a new one.
    pub id: Option<PlanId>,
    pub reason: Reason,
    pub when: When,
    pub offers: Vec<Offer>,
    pub tags: Vec<Tag>,
    pub home: Currency,
    /// What the form said that could not be taken, by the names of its fields.
    pub said: Option<HashMap<String, String>>,
}

impl PlanForm {
    fn line(&self, name: &str, label: impl Into<String>, kept: String, wrong: &Problems) -> Field {
        field(name, label).value(standing(self.said.as_ref(), name, kept)).problems(wrong)
    }
}

pub fn remedy_plan(at: &Section<'_>, it: &PlanForm, problems: &Problems) -> Markup {
    let number = |it: Option<i64>| it.map(|it| it.to_string()).unwrap_or_default();
    let money =
        |amount: Option<i64>| amount.map(|amount| it.home.plain(amount)).unwrap_or_default();
    let tags = std::iter::once((String::new(), "Whatever they carry".to_owned()))
        .chain(it.tags.iter().map(|it| (it.id.to_string(), it.name.clone())));
    let chosen = it.when.tag.map(|it| it.to_string()).unwrap_or_default();
    let chosen = standing(it.said.as_ref(), "tag", chosen);
    let line = |name: &str, label: &str, kept: String| it.line(name, label, kept, problems);
    let fields = html! {
        (hidden("reason", it.reason.id))
        div.remedies-limits {
            (line("most_days", "Order is at most", number(it.when.most_days)).suffix("days old").attr("inputmode", "numeric"))
            (line("least_value", "Its total is at least", money(it.when.least_value)).suffix(it.home.to_string()).attr("inputmode", "decimal"))
            (line("most_value", "Its total is at most", money(it.when.most_value)).suffix(it.home.to_string()).attr("inputmode", "decimal"))
            (select("tag", "Customer or account carries", tags, chosen))
            (line("most_prior", "They had at most", number(it.when.most_prior)).suffix("remedies in 12 months").attr("inputmode", "numeric"))
        }
        @for n in 0..MOST_OFFERS { (offer(it, n, problems)) }
    };
    let url = it.id.map_or_else(urls::remedy_plans, urls::remedy_plan);
    let work = html! {
        (form(at.frame, &url, problems, "Keep the plan", fields))
        @if let Some(id) = it.id { (end(act(at.frame, &urls::remedy_plan_remove(id), "Remove the plan", "Remove this plan? What was given by it stays."))) }
    };
    let lead = "Conditions that are left empty don’t narrow. How much: a share of the order such as 20%, an amount such as 15.00, or nothing, and the agent says it.";
    at.page(&format!("Plan for “{}”", it.reason.name), lead, html! {}, work)
}

fn offer(it: &PlanForm, n: usize, problems: &Problems) -> Markup {
    let one = it.offers.get(n);
    let none = if n == 0 { None } else { Some(("", "–")) };
    let kinds = none.into_iter().chain(Kind::ALL.iter().map(|it| (it.word(), it.label())));
    let chosen = one.map_or("", |it| it.kind.word()).to_owned();
    let chosen = standing(it.said.as_ref(), &format!("kind_{n}"), chosen);
    let much = match one.map(|it| it.much) {
        Some(Much::Share(part)) => format!("{}%", share(part)),
        Some(Much::Fixed(amount)) => it.home.plain(amount),
        _ => String::new(),
    };
    let label = if n == 0 { "First offer".to_owned() } else { format!("Offer {}", n + 1) };
    html! {
        div.remedies-reason {
            (select(&format!("kind_{n}"), label, kinds, chosen).problems(problems))
            (it.line(&format!("much_{n}"), "How much", much, problems).autocomplete("off"))
        }
    }
}

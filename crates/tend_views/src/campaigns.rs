//! Campaigns: the list, one of them with all that became of it, and what customers choose.

mod choices;
mod composer;
mod effect;
mod of_contact;
pub mod samples;
mod slot;
mod undelivered;

use maud::{Markup, html};
use tend_core::{
    campaigns::{
        Campaign, DryRun, Enrolled, Failures, Kind, Progress, Shown, Standing, State, Trigger,
        effect::Effect, slot::Counts,
    },
    outreach::touches::Count,
    page::Page,
};

pub(crate) use choices::around;
pub use choices::{ChoicesPage, choices_gone, choices_page};
pub use composer::{Composer, Offered, composer_page, new_campaign_page};
pub(crate) use effect::share_of;
pub use of_contact::{OfContact, reached_panel};
pub use samples::samples;
pub use slot::{SlotPage, slot_page};

use crate::{
    layout::{Frame, page},
    parts::{
        Badge, Button, Icon, Now, Tone, badge, button, callout, csrf_field, empty, field, grouped,
        link_button, pager, pairs, panel, progress, submit, table,
    },
    urls,
};

/// A campaign in the list.
#[derive(Clone, Debug)]
pub struct CampaignLine {
    pub campaign: Campaign,
    pub progress: Progress,
    /// What is known of its main effect.
    pub effect: Option<Effect>,
}

pub(crate) fn standing(it: State) -> Badge {
    badge(it.label()).tone(match it {
        State::Running => Tone::Good,
        State::Paused => Tone::Warn,
        State::Done => Tone::Accent,
        State::Draft | State::Cancelled => Tone::Plain,
    })
}

/// A rule as people read it.
pub fn rule(word: &str) -> &str {
    match word {
        "consent" => "did not agree to it",
        "blocked" => "blocked",
        "address" => "no address",
        "bounced" => "mail comes back",
        "paused" => "promotion is paused",
        "complaint" => "waits for our answer",
        "refund" => "a refund is under way",
        "holdout" => "held out to compare",
        "global_holdout" => "held out of all marketing",
        "quiet_hours" => "night or Sunday there",
        "frequency" => "enough reached them already",
        "render" => "a value is missing",
        "no_recommendation" => "nothing to recommend",
        "page" => "until they come to a page",
        "not_seen" => "did not come in time",
        "rate" => "waits for its minute",
        "goal" => "reached the goal",
        "wrote" => "wrote to us",
        "segment" => "outside of the segment",
        "left_segment" => "left the segment",
        "age" => "too long in it",
        other => other,
    }
}

/// All campaigns.
pub fn campaigns_page(
    frame: &Frame,
    them: &[CampaignLine],
    may: bool,
    next: Option<String>,
) -> Markup {
    let new = html! {
        (link_button("Onboarding", urls::onboarding_plans()).small())
        @if may { (link_button("New campaign", urls::new_campaign()).primary().small().icon(Icon::Plus)) }
    };
    let rows = html! { @for it in them { (row(&frame.now, it)) } };
    page(frame, "Campaigns").bar(new).shows(html! {
        div.shell-page {
            @if them.is_empty() {
                (empty("No campaigns yet", "A campaign writes to many: once, whenever something happens, or step by step. Each message passes the same gates, and whoever is not reached is listed with the rule.")
                    .actions(html! { @if may { (link_button("New campaign", urls::new_campaign()).primary()) } }))
            } @else {
                (table("Campaigns").col("Campaign").col("State").col_end("Reached").col_end("Not reached").col("Effect").rows(rows))
                @if next.is_some() { (pager(None, next)) }
            }
        }
    })
}

fn row(now: &Now, it: &CampaignLine) -> Markup {
    let (one, far) = (&it.campaign, &it.progress);
    html! {
        tr {
            th scope="row" { a.link href=(urls::campaign(one.id)) dir="auto" { (one.name) } " " small.u-quiet { (one.kind.label()) ", " (one.purpose.label().to_lowercase()) } }
            td data-label="State" { (standing(one.state)) @if let Some(at) = one.started_at { " " (now.short(at)) } }
            td.is-end data-label="Reached" { (grouped(far.reached)) }
            td.is-end data-label="Not reached" { (grouped(far.refused + far.held_out)) }
            td data-label="Effect" { @match &it.effect { Some(it) => { (effect::in_short(it)) } None => { "–" } } }
        }
    }
}

/// One campaign that was started.
#[derive(Clone, Debug)]
pub struct CampaignPage {
    pub campaign: Campaign,
    /// What it says, as read by a customer.
    pub messages: Vec<Shown>,
    pub audience: String,
    pub progress: Progress,
    pub refused: Vec<Count>,
    /// What became of what was shown on pages.
    pub slot: Counts,
    pub failures: Failures,
    pub effects: Vec<Effect>,
    /// People of it; of one rule, if that is said.
    pub people: Page<Enrolled>,
    pub rule: String,
    pub is_further: bool,
    pub may: bool,
}

/// A campaign that runs or ran.
pub fn campaign_page(frame: &Frame, it: &CampaignPage) -> Markup {
    let one = &it.campaign;
    page(frame, &one.name).bar(acts(frame, it)).shows(html! {
        div.shell-page.messages-page {
            @if !one.problem.is_empty() { (callout(Tone::Warn, html! { b { "It paused by itself. " } (one.problem) }, None)) }
            (far(frame, it))
            (effect::effects(one.id, &it.effects, one.plan().goal_days))
            (adding(frame, it))
            (refusals(it))
            (undelivered::undelivered(frame, &it.failures))
            (people(frame, it))
            @for one in &it.messages { (shown(one)) }
        }
    })
}

fn acts(frame: &Frame, it: &CampaignPage) -> Markup {
    let one = &it.campaign;
    let act = |does: &str, with: Button| {
        html! {
            form method="post" action=(urls::campaign_act(one.id, does)) {
                (csrf_field(&frame.csrf)) (with.small().submits())
            }
        }
    };
    let end = "End this campaign? Nobody else gets anything. What was sent stays sent.";
    html! {
        @if it.may {
            @if one.state == State::Running { (act("pause", button("Pause"))) }
            @if one.state == State::Paused { (act("resume", button("Go on").primary())) }
            @if matches!(one.state, State::Running | State::Paused) {
                (act("cancel", button("End it").quiet().confirm(end)))
            }
            (act("copy", button("Copy")))
        }
    }
}

fn far(frame: &Frame, it: &CampaignPage) -> Markup {
    let (one, far) = (&it.campaign, &it.progress);
    let plan = one.plan();
    let mut rows = vec![
        (
            "State",
            html! { (standing(one.state)) @if let Some(at) = one.started_at { " since " (frame.now.short(at)) } },
        ),
        ("Purpose", html! { (one.purpose.label()) @if !one.topic.is_empty() { ", " (one.topic) } }),
        ("To", html! { (it.audience) @if let Some(on) = &plan.trigger { ", when " (on.says()) } }),
        (
            "Reached",
            html! { a.figure-link href=(of_rule(one, "sent")) { (grouped(far.reached)) } " people, " (grouped(far.messages)) " messages" },
        ),
        (
            "Waiting",
            html! { a.figure-link href=(of_rule(one, "waiting")) { (grouped(far.waiting)) } },
        ),
        (
            "Held out",
            html! { a.figure-link href=(of_rule(one, "held_out")) { (grouped(far.held_out)) } ", drawn as " (one.holdout) "%" @if far.held_back > 0 { ", and " (grouped(far.held_back)) " whom no campaign reaches" } },
        ),
        (
            "Refused",
            html! { a.figure-link href=(of_rule(one, "refused")) { (grouped(far.refused)) } },
        ),
    ];
    if it.slot.shown > 0 {
        let Counts { shown, clicked, dismissed } = it.slot;
        rows.push(("On pages", html! { "Shown " (grouped(shown)) " times, followed " (grouped(clicked)) ", closed " (grouped(dismissed)) }));
    }
    if let Some(goal) = &plan.goal {
        rows.push(("Goal", html! { "They " (goal.says()) " within " (plan.goal_days) " days" }));
    }
    panel("How far it is").holds(html! {
        @if let Some(of) = far.of { (progress("People looked at", far.looked, of)) }
        (pairs(&rows))
    })
}

/// A way in, for one that waits for somebody to add people.
fn adding(frame: &Frame, it: &CampaignPage) -> Markup {
    let by_hand = matches!(it.campaign.plan().trigger, Some(Trigger::Hand {}));
    html! {
        @if by_hand && it.may && it.campaign.state == State::Running {
            (panel("Add somebody").holds(html! {
                form.u-row method="post" action=(urls::campaign_act(it.campaign.id, "add")) {
                    (csrf_field(&frame.csrf))
                    (field("as", "Address of a contact").required().placeholder("rosa@alder.example"))
                    (submit("Add").small())
                }
            }))
        }
    }
}

fn of_rule(it: &Campaign, rule: &str) -> String {
    urls::with_query(&urls::campaign(it.id), &[("rule", rule)])
}

fn refusals(it: &CampaignPage) -> Markup {
    let rows = html! {
        @for one in &it.refused { tr {
            th scope="row" { (rule(&one.rule)) }
            td.is-end { a.figure-link href=(of_rule(&it.campaign, &one.rule)) { (grouped(one.count)) } }
        } }
    };
    html! {
        @if !it.refused.is_empty() {
            (panel("Not reached, by rule").lead("A rule may say no to somebody for a while alone, as at night: then the message waits, and is not among the refused.").holds(table("Rules").col("Rule").col_end("Times").rows(rows)))
        }
    }
}

fn people(frame: &Frame, it: &CampaignPage) -> Markup {
    let all = urls::campaign(it.campaign.id);
    let aside = html! { @if !it.rule.is_empty() { a href=(all) { "All" } } };
    let next = it
        .people
        .next
        .map(|next| urls::with_query(&all, &[("rule", &it.rule), ("cursor", &next.to_string())]));
    let first = it.is_further.then(|| of_rule(&it.campaign, &it.rule));
    let title = if it.rule.is_empty() {
        "People".to_owned()
    } else {
        format!("People: {}", rule(&it.rule))
    };
    let rows = html! { @for one in &it.people.items { (person(frame, it.campaign.kind, one)) } };
    panel(title).aside(aside).holds(html! {
        @if it.people.items.is_empty() { p.u-quiet { "Nobody." } }
        @else { (table("People").col("Who").col("Stands").col("Why").col_end("Messages").rows(rows)) }
        @if first.is_some() || next.is_some() { (pager(first, next)) }
    })
}

fn person(frame: &Frame, kind: Kind, it: &Enrolled) -> Markup {
    html! {
        tr {
            th scope="row" { a.link href=(urls::contact(it.contact_id)) dir="auto" { (it.name) } }
            td data-label="Stands" {
                (badge(it.state.label()))
                @if it.state == Standing::Waiting { " until " (frame.now.full(it.due_at)) @if kind == Kind::Sequence { ", step " (it.step + 1) } }
            }
            td data-label="Why" { (rule(&it.rule)) }
            td.is-end data-label="Messages" { (it.sent) }
        }
    }
}

/// A message as a customer would read it.
pub(crate) fn shown(it: &Shown) -> Markup {
    panel(format!("Message {}", it.step)).holds(html! {
        @if !it.problem.is_empty() { (callout(Tone::Warn, html! { b { "It would not leave. " } (it.problem) }, None)) }
        p.u-medium dir="auto" { (it.subject) }
        pre.messages-text dir="auto" { (it.text) }
    })
}

/// What a dry run says.
pub(crate) fn tried(it: &DryRun) -> Markup {
    let refused: i64 = it.refused.iter().map(|it| it.1).sum();
    let later: i64 = it.later.iter().map(|it| it.1).sum();
    html! {
        p role="status" {
            @if let Some(days) = it.past_days { "In the last " (days) " days it" } @else { "It" }
            " would have reached " b { (grouped(it.reached)) } ", " (grouped(later)) " later, and "
            (grouped(refused)) " not"
            @if it.and_more { ", of the first " (grouped(it.tried)) " people" } "."
        }
        @if refused + later > 0 {
            ul.messages-rules {
                @for (word, count) in &it.refused { li { (grouped(*count)) " refused: " (rule(word)) } }
                @for (word, count) in &it.later { li { (grouped(*count)) " later: " (rule(word)) } }
            }
        }
    }
}

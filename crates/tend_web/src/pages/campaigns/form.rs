//! What the composer's form says, as a campaign.

use tend_core::campaigns::{Exits, Kind, NewCampaign, Plan, Step, Trigger, Variant, What, welcome};
use tend_views::parts::Problems;

/// What a form sends, in its order.
pub(super) type Pairs = Vec<(String, String)>;

/// Languages of a message, at most.
const MOST_LANGUAGES: usize = 20;
const MOST_STEPS: usize = 20;

/// A new one of this kind, that this begins.
pub(super) fn fresh(kind: &str, on: &str) -> NewCampaign {
    let kind: Kind = kind.parse().unwrap_or(Kind::Announcement);
    let mut it = NewCampaign { kind, ..NewCampaign::default() };
    if on == "welcome" {
        it.name = "Welcome".to_owned();
        it.purpose = tend_core::campaigns::Purpose::Service;
        it.plan = welcome();
    } else {
        it.plan.trigger = (kind != Kind::Announcement).then(|| trigger(&|_: &str| "", on));
        it.plan.steps = vec![message()];
        it.plan.exits = Exits { wrote: true, goal: true, ..Exits::default() };
    }
    spare(&mut it);
    it
}

fn message() -> Step {
    Step::Send { variants: vec![Variant::default()] }
}

/// Room for one more language in each message.
fn spare(it: &mut NewCampaign) {
    for step in &mut it.plan.steps {
        if let Step::Send { variants } | Step::Show { variants, .. } = step
            && variants.last().is_none_or(|it| !it.text.is_empty())
            && variants.len() < MOST_LANGUAGES
        {
            variants.push(Variant::default());
        }
    }
}

fn trigger<'a>(of: &dyn Fn(&str) -> &'a str, on: &str) -> Trigger {
    let number = |name: &str, else_: i64| of(name).trim().parse().unwrap_or(else_);
    match on {
        "order" => Trigger::Order {
            step: if of("order_step").is_empty() { "delivered" } else { of("order_step") }
                .to_owned(),
        },
        "usage" => Trigger::Usage { event: of("event").to_owned(), times: number("times", 1) },
        "segment" => Trigger::Segment {},
        "date" => {
            let (about, attribute) = of("date").split_once(':').unwrap_or(("contact", ""));
            Trigger::Date {
                about: about.to_owned(),
                attribute: attribute.to_owned(),
                days: number("days", 0),
                yearly: !of("yearly").is_empty(),
            }
        }
        "inactive" => Trigger::Inactive { days: number("days", 14) },
        "onboarding" => Trigger::Onboarding {},
        "meeting" => Trigger::Meeting {},
        _ => Trigger::Hand {},
    }
}

/// What it says, with all that can't be read.
pub(super) fn read(said: &Pairs) -> (NewCampaign, Problems) {
    let of = |name: &str| said.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str());
    let mut wrong = Vec::new();
    let mut number = |name: &str| {
        of(name).trim().parse::<i64>().unwrap_or_else(|_| {
            wrong.push((name.to_owned(), "Write a number.".to_owned()));
            0
        })
    };
    let (holdout, priority) = (number("holdout"), number("priority"));
    let (useless_after, per_minute) = (number("useless_after"), number("per_minute"));
    let goal_days = number("goal_days");
    let kind: Kind = of("kind").parse().unwrap_or(Kind::Announcement);
    let mut it = NewCampaign {
        name: of("name").to_owned(),
        kind,
        purpose: of("purpose").parse().unwrap_or(tend_core::campaigns::Purpose::Marketing),
        topic: of("topic").to_owned(),
        inbox: of("inbox").parse().ok(),
        segment: of("segment").parse().ok(),
        plan: Plan {
            trigger: (kind != Kind::Announcement).then(|| trigger(&of, of("on"))),
            steps: steps(&of),
            goal: what(&of, "goal"),
            goal_days,
            exits: Exits {
                goal: !of("exit_goal").is_empty(),
                segment: !of("exit_segment").is_empty(),
                wrote: !of("exit_wrote").is_empty(),
                days: of("exit_days").trim().parse().unwrap_or(0),
            },
            again_days: of("again_days").trim().parse().unwrap_or(0),
        },
        holdout,
        priority,
        useless_after,
        per_minute,
    };
    match of("add") {
        "" => {}
        "wait" => it.plan.steps.push(Step::Wait { days: 3 }),
        "wait_for" => it.plan.steps.push(Step::WaitFor { what: What::Ordered, days: 7 }),
        "branch" => it.plan.steps.push(Step::Branch { what: What::Ordered, yes: 0, no: 0 }),
        _ => it.plan.steps.push(message()),
    }
    if !of("add").is_empty() || !wrong.is_empty() {
        spare(&mut it);
    }
    (it, Problems(wrong))
}

fn what<'a>(of: &dyn Fn(&str) -> &'a str, name: &str) -> Option<What> {
    match of(name) {
        "used" => format!("used:{}", of(&format!("{name}_event"))).parse().ok(),
        other => other.parse().ok(),
    }
}

fn steps<'a>(of: &dyn Fn(&str) -> &'a str) -> Vec<Step> {
    let mut all = Vec::new();
    for at in 0..MOST_STEPS + 5 {
        let named = |name: &str| format!("{name}_{at}");
        if !of(&named("drop")).is_empty() {
            continue;
        }
        let number = |name: &str| of(&named(name)).trim().parse().unwrap_or(0);
        all.push(match of(&named("do")) {
            "send" => Step::Send { variants: variants(of, at) },
            "show" => Step::Show {
                variants: variants(of, at),
                link: of(&named("link")).to_owned(),
                label: of(&named("label")).to_owned(),
            },
            "wait" => Step::Wait { days: number("days") },
            "wait_for" => Step::WaitFor {
                what: what(of, &named("what")).unwrap_or(What::Ordered),
                days: number("days"),
            },
            "branch" => Step::Branch {
                what: what(of, &named("what")).unwrap_or(What::Ordered),
                yes: number("yes"),
                no: number("no"),
            },
            _ => continue,
        });
    }
    all
}

fn variants<'a>(of: &dyn Fn(&str) -> &'a str, at: usize) -> Vec<Variant> {
    let mut all = Vec::new();
    for n in 0..MOST_LANGUAGES {
        let part = |name: &str| of(&format!("{name}_{at}_{n}")).to_owned();
        let it =
            Variant { language: part("language"), subject: part("subject"), text: part("text") };
        let is_empty = it.text.trim().is_empty() && it.subject.trim().is_empty();
        if n == 0 || !is_empty {
            all.push(it);
        }
    }
    all
}

//! The ladder of evidence: on which step the probabilities stand, and what the next one takes.

use maud::{Markup, html};
use tend_core::health::{
    Learnt, Model,
    scoreboard::{
        FOR_CURVE, FOR_LINE, FOR_LINE_ACCOUNTS, FOR_TREES, Known, Scoreboard, Standing, Step,
    },
};

use super::score_words::{day, percent};
use crate::health::learned_from;
use crate::parts::{Icon, Tone, badge, counted, icon, panel};

const STEPS: [(Step, &str); 5] = [
    (Step::Rule, "Hand score"),
    (Step::Curve, "A curve through the hand score"),
    (Step::Line, "A line of its own"),
    (Step::Trees, "Small trees"),
    (Step::Mean, "Line and trees together"),
];

/// What a step takes, or is.
fn takes(step: Step) -> String {
    match step {
        Step::Rule => "Your own weights. It orders accounts and is no probability.".to_owned(),
        Step::Curve => format!("Takes {FOR_CURVE} accounts that left, and as many that stayed."),
        Step::Line => format!(
            "Takes {FOR_LINE} accounts of each, and {FOR_LINE_ACCOUNTS} in all. Its weights are drawn towards yours."
        ),
        Step::Trees => format!("Take {FOR_TREES} accounts of each."),
        Step::Mean => {
            "Kept only if it foretells better on accounts that it has not seen.".to_owned()
        }
    }
}

/// The whole panel.
pub(super) fn ladder(it: &Scoreboard) -> Markup {
    let Some((model, learnt)) = &it.model else {
        return panel("What it rests on").lead("Nothing was learned from yet. Until it is, there is the hand score of each account, which is not a probability.").holds(html! {});
    };
    panel("What it rests on").aside(format!("Learned {}", day(model.day))).lead(rests(model)).holds(html! {
        ol.score-steps { @for (step, name) in STEPS { (step_line(&learnt.standing, step, name)) } }
        (next(&learnt.standing))
        (leaks(learnt))
    })
}

fn rests(model: &Model) -> String {
    format!(
        "{}. A higher step is taken only where its log loss on accounts that it has not seen is smaller by more than its standard error.",
        learned_from(model)
    )
}

fn step_line(it: &Standing, step: Step, name: &str) -> Markup {
    let here = it.step == step;
    let tried = it.rungs.iter().find(|it| it.step == step);
    let sign = if here { Icon::CircleCheckBig } else { Icon::CircleDashed };
    html! {
        li.is-here[here] {
            (icon(sign))
            div { b { (name) } @if here { " " (badge("Here").tone(Tone::Accent)) } small { (takes(step)) } }
            span.score-tried { @match tried {
                Some(it) => { "Log loss " (format!("{:.4}", it.log_loss)) small { "AUC " (format!("{:.3}", it.auc)) ", skill " (percent(it.skill)) } },
                None => span.u-quiet { @if step == Step::Rule { "" } @else { "not tried" } },
            } }
        }
    }
}

/// What the next step takes, and how far one can be off.
fn next(it: &Standing) -> Markup {
    let off = it.could_be_off;
    html! {
        p.score-note {
            @match &it.known {
                Known::TooFew { left, needed, .. } => { (counted(i64::try_from(*left).unwrap_or(i64::MAX), "account", "accounts")) " left so far, and it takes " (needed) ". " },
                Known::NoSignal { .. } => "There are outcomes enough, but the measures can’t be told from chance. Others may know more: look which ones your profile has. ",
                Known::Yes { .. } => {},
            }
            "With so many outcomes, an AUC of 0.80 may be off by " (format!("{off:.2}")) " either way"
            @if off > 0.05 { ", so a score of 0.75 can’t be told from one of 0.85" } "."
        }
    }
}

/// Measures that knew too much.
fn leaks(it: &Learnt) -> Markup {
    let name =
        |column: usize| it.columns.get(column).map(|it| it.measure.label()).unwrap_or_default();
    html! {
        @for leak in &it.standing.leaks {
            p.score-note {
                b { (name(leak.column)) } " "
                @if leak.certain { "knows the outcome by itself, so it is taken for something that is written afterwards, and nothing is learned from it." }
                @else { "tells the outcome so well by itself that it may be written afterwards. Look when it changes." }
            }
        }
    }
}

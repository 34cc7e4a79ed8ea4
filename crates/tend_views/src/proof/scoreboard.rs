//! The scoreboard: whether what Tend says of accounts comes true.

use maud::{Markup, Render, html};
use tend_core::health::scoreboard::{
    Beside, Bin, FEW, FOR_CURVE, GREEN, InQuarter, Quarter, Score, Scoreboard, Tenth, Which,
};

use super::{
    ladder::ladder,
    score_charts::{self as charts, Beam, Shown, numbers},
    score_words::{day, percent, quarter, range, range_plain, range_times, times},
    shell::{Figure, Place, figures, shell},
};
use crate::{
    layout::Frame,
    parts::{
        Element, Icon, Tabs, Tone, callout, counted, empty, grouped, link_button, panel, tab,
        table, tabs,
    },
    urls,
};

/// Where the rows behind a figure are.
pub(super) fn rows(it: &Scoreboard, which: Which, of: Option<Quarter>) -> String {
    let (which, over) = (which.to_string(), it.months.to_string());
    let quarter = of.map(|it| it.to_string()).unwrap_or_default();
    urls::with_query(
        &urls::scoreboard_rows(),
        &[("which", &which), ("quarter", &quarter), ("over", &over)],
    )
}

fn over(path: &str, months: i64) -> String {
    urls::with_query(path, &[("over", &months.to_string())])
}

/// The whole page.
pub fn scoreboard_page(frame: &Frame, it: &Scoreboard) -> Markup {
    let spans = tend_core::health::scoreboard::OVER.map(|months| {
        let label = if months == 12 { "12 months" } else { &format!("{} years", months / 12) };
        tab(label, over(&urls::scoreboard(), months), months == it.months)
    });
    let choices = tabs(Tabs::Segment, "Over", &spans);
    let bar = html! {
        @if it.days.is_some() { (link_button("Export", over(&urls::scoreboard_file(), it.months)).quiet().small().icon(Icon::Download).attr("download", "")) }
    };
    shell(frame, Place::Scoreboard, "Scoreboard", it.sees_money, (bar, choices), work(it))
}

fn work(it: &Scoreboard) -> Markup {
    let said = it.score.n > 0 && it.score.left > 0;
    html! {
        (head(it))
        (unsure(it))
        @if said {
            (headline(it))
            div.score-grid {
                (said_and_came(it))
                div.score-column { (better(it)) (riskiest(it)) }
                @if !it.quarters.is_empty() { (alerts_right(it)) }
                (green(it))
            }
        } @else if it.score.hand_alone.is_some() { (hand_alone(it)) }
        @if it.days.is_some() { (by_quarter(it)) }
        (ladder(it))
        @if it.days.is_some() { (meanings(it)) }
    }
}

/// The bin that the question is asked of: the highest of which enough is known.
fn asked(it: &Score) -> Option<&Bin> {
    it.bins.iter().rev().find(|it| it.accounts >= FEW as u64).or(it.bins.last())
}

fn head(it: &Scoreboard) -> Markup {
    let score = &it.score;
    let question = match asked(score).filter(|_| score.left > 0) {
        Some(bin) => {
            let said = percent(bin.said);
            format!("When Tend says {said}, do {said} leave?")
        }
        None => "Does what Tend says come true?".to_owned(),
    };
    html! {
        header.score-head {
            h2 { (question) }
            @match it.days {
                Some((first, last)) if score.n > 0 => p {
                    "Of " (grouped(score.n as i64)) " foretellings for " (counted(score.accounts as i64, "account", "accounts")) ", made from " (day(first)) " to " (day(last)) ", "
                    a.figure-link href=(rows(it, Which::Left, None)) { (grouped(score.left as i64)) } " came to leaving within " (it.horizon) " days, of "
                    (counted(score.gone as i64, "account", "accounts")) ". Each was written down on the first of a month, before it was known, and nothing was corrected afterwards."
                },
                Some(_) => p { "Only hand scores were written down so far, and no probability of which it is known by now what came." },
                None => (nothing(it)),
            }
            @if it.waiting > 0 { p.u-quiet { (grouped(it.waiting as i64)) " more wait until their " (it.horizon) " days are over." } }
            @if it.one_in > 1 { p.u-quiet { "One account in " (it.one_in) " was looked at, chosen by its number." } }
        }
    }
}

fn nothing(it: &Scoreboard) -> Markup {
    empty("Nothing has come true or false yet", format!("Tend writes down every day how each account fares. What it says on the first of a month is compared with what came {} days later; until then there is nothing to show. It takes {FOR_CURVE} accounts that left before a probability can be learned.", it.horizon))
        .actions(link_button("Portfolio", urls::portfolio()))
        .plain()
        .render()
}

/// What has to be known before anything below is believed.
fn unsure(it: &Scoreboard) -> Markup {
    let said = it.model.as_ref().map(|it| it.0.words.as_str()).unwrap_or_default();
    let slope = it.score.calibration.map(|it| it.slope);
    let off = slope.filter(|it| it.upper < 0.7 || it.lower > 1.4);
    let chance = it.score.auc.filter(|it| it.lower <= 0.5);
    html! {
        @if !said.is_empty() { (callout(Tone::Warn, said, None)) }
        @if let Some(slope) = off {
            (callout(Tone::Bad, format!("What was said is {} than what came: the slope is {:.2} ({}), and 1 would be right.", if slope.value < 1.0 { "more extreme" } else { "more timid" }, slope.value, range_plain(slope)), None))
        }
        @if let Some(chance) = chance {
            (callout(Tone::Warn, format!("It is not known whether what was said tells who leaves: {:.2} ({}) holds 0.5, a coin.", chance.value, range_plain(chance)), None))
        }
    }
}

fn headline(it: &Scoreboard) -> Markup {
    let score = &it.score;
    let dash = || "–".to_owned();
    let hand = score.hand.map_or(html! { "No hand score beside it" }, |hand| {
        let wins = hand.ours.is_some_and(|ours| ours.value > hand.auc.value);
        html! { span.u-good[wins] { "Hand score " (format!("{:.2}", hand.auc.value)) } }
    });
    let recall = match score.recall {
        Some(share) => html! { (percent(share)) " of the money lost was there" },
        None => html! { "of " (grouped(score.n as i64)) " foretellings" },
    };
    figures(&[
        Figure {
            title: "Tells leave from stay, AUC",
            value: score.auc.map_or_else(dash, |it| format!("{:.2}", it.value)),
            rows: Some(rows(it, Which::Said, None)),
            beside: score.auc.map(range_plain).unwrap_or_default(),
            below: hand,
        },
        Figure {
            title: "Better than the base rate",
            value: score.skill.map_or_else(dash, |it| percent(it.value)),
            rows: Some(rows(it, Which::Left, None)),
            beside: score.skill.map(range).unwrap_or_default(),
            below: html! { "Brier skill against " (percent(score.base_rate)) },
        },
        Figure {
            title: "Riskiest tenth",
            value: score.lift.map_or_else(dash, |it| times(it.value)),
            rows: Some(rows(it, Which::Tenth(0), None)),
            beside: score.lift.map(range_times).unwrap_or_default(),
            below: recall,
        },
        right(it),
    ])
}

fn right(it: &Scoreboard) -> Figure {
    let right = it.alerts.share;
    Figure {
        title: "Alerts that were right",
        value: right.map_or_else(|| "–".to_owned(), |it| percent(it.value)),
        rows: Some(format!("{}?shown=known&whose=all", urls::alerts())),
        beside: right.map(range).unwrap_or_default(),
        below: html! { (it.alerts.right) " of " (it.alerts.alerts) ", " (it.alerts_a_week) " a week at most for each owner" },
    }
}

fn said_and_came(it: &Scoreboard) -> Markup {
    let slope = it.score.calibration.map(|it| it.slope);
    let lead = html! {
        "On the dashed line, word and world agree. "
        @if let Some(slope) = slope { "The slope is " (format!("{:.2}", slope.value)) " (" (range_plain(slope)) "), 1 is right." }
    };
    let shown = charts::said_and_came(&it.score.bins, |n| rows(it, Which::Bin(n), None));
    panel("Said and came")
        .aside(format!("n = {}", grouped(it.score.n as i64)))
        .lead(lead)
        .holds(html! { (shown) (numbers(bins_table(it))) })
}

fn bins_table(it: &Scoreboard) -> Markup {
    let rows = html! { @for (n, bin) in it.score.bins.iter().enumerate() { tr {
        th scope="row" { a.link href=(rows(it, Which::Bin(n), None)) { (percent(bin.said)) } }
        td.is-end { (percent(bin.came.value)) @if bin.accounts < FEW as u64 { ", few" } }
        td.is-end { (range(bin.came)) }
        td.is-end { (bin.left) } td.is-end { (bin.n) } td.is-end { (bin.accounts) }
    } } };
    table("Said and came")
        .tight()
        .wide()
        .col("Said")
        .col_end("Came")
        .col_end("95% interval")
        .col_end("Left")
        .col_end("n")
        .col_end("Accounts")
        .rows(rows)
}

/// Our area beside the hand score's and that of what we ourselves said.
fn better(it: &Scoreboard) -> Markup {
    let score = &it.score;
    let mut all = Vec::new();
    let mut add = |name: &str, at, is_ours| all.push(Beam { name: name.to_owned(), at, is_ours });
    if let Some(at) = score.auc {
        add("Tend", at, true);
    }
    if let Some(hand) = score.hand {
        add(&format!("Your hand score, n = {}", grouped(hand.n as i64)), hand.auc, false);
    }
    if let Some(judged) = score.judged {
        add(&format!("Judgements, n = {}", grouped(judged.n as i64)), judged.auc, false);
        if let Some(ours) = judged.ours {
            add("Tend on the same", ours, true);
        }
    }
    let table = html! { (table("Areas").tight().col("Score").col_end("AUC").col_end("95% interval").rows(html! { @for it in &all { tr { th scope="row" { (it.name) } td.is-end { (format!("{:.3}", it.at.value)) } td.is-end { (range_plain(it.at)) } } } })) };
    panel("Beside the hand score")
        .aside("95% intervals")
        .lead("Shown one who left and one who stayed: how often it names the right one. 0.5 is a coin.")
        .holds(html! { (charts::beams(&all)) (difference(score.hand)) (judged_text(it, score.judged)) (numbers(table)) })
}

/// With the sign that numbers have.
fn signed(value: f64) -> String {
    format!("{value:+.3}").replace('-', "−")
}

/// Our area less the hand score's, on the same rows.
fn difference(hand: Option<Beside>) -> Markup {
    html! {
        @if let Some((n, it)) = hand.and_then(|it| Some((it.n, it.better?))) {
            p.score-note {
                "On the " (counted(n as i64, "foretelling", "foretellings")) " that have both, Tend’s area less the hand score’s is " b { (signed(it.value)) } ", between " (signed(it.lower)) " and " (signed(it.upper)) ": "
                @if it.lower > 0.0 { "Tend is better." } @else if it.upper < 0.0 { "the hand score is better." } @else { "that may be chance." }
            }
        }
    }
}

fn judged_text(it: &Scoreboard, judged: Option<Beside>) -> Markup {
    html! {
        p.score-note {
            @match judged {
                Some(judged) => {
                    "Somebody of yours said another number " a.figure-link href=(rows(it, Which::Judged, None)) { (counted(judged.n as i64, "time", "times")) } "; after " (judged.left) " of these the account left."
                    @if judged.n < FEW || judged.left < 10 { " That is too few to compare." }
                },
                None => "Nobody of yours said another number that could be compared yet: it takes some of those who left and some of those who stayed.",
            }
        }
    }
}

fn riskiest(it: &Scoreboard) -> Markup {
    let tenths = &it.score.tenths;
    let of = |(n, one): (usize, &Tenth)| {
        html! { tr {
            th scope="row" { a.link href=(rows(it, Which::Tenth(n), None)) { (n + 1) } }
            td.is-end { (times(one.lift.value)) } td.is-end { (range_times(one.lift)) } td.is-end { (one.left) } td.is-end { (one.n) }
        } }
    };
    let table = html! { (table("Tenths").tight().col("Tenth").col_end("Lift").col_end("95% interval").col_end("Left").col_end("n").rows(html! { @for one in tenths.iter().enumerate() { (of(one)) } })) };
    html! {
        @if tenths.len() == 10 {
            (panel("Where those who left had been").aside("Tenths by risk, riskiest first").holds(html! {
                (charts::tenths(tenths, |n| rows(it, Which::Tenth(n), None))) (numbers(table))
            }))
        }
    }
}

fn alerts_right(it: &Scoreboard) -> Markup {
    let shown: Vec<Shown> = it
        .quarters
        .iter()
        .rev()
        .take(6)
        .rev()
        .map(|one| Shown {
            label: quarter(one.quarter.month),
            share: one.alerts.share,
            right: one.alerts.right,
            of: one.alerts.alerts,
            href: format!("{}?shown=known&whose=all", urls::alerts()),
        })
        .collect();
    let table = html! { (table("Alerts").tight().col("Quarter").col_end("Right").col_end("Alerts").col_end("Share").col_end("95% interval").rows(html! { @for it in &shown { tr { th scope="row" { (it.label) } td.is-end { (it.right) } td.is-end { (it.of) } td.is-end { (it.share.map_or("–".to_owned(), |it| percent(it.value))) } td.is-end { (it.share.map(range).unwrap_or_default()) } } } })) };
    let lead = format!(
        "An alert was right when the account left within {} days. {}",
        it.horizon,
        match it.alerts_open {
            0 => String::new(),
            n => format!("Of {} it is not known yet.", counted(n as i64, "alert", "alerts")),
        }
    );
    panel("Alerts that were right").aside("Share of alerts, %").lead(lead).holds(html! {
        @if it.alerts.alerts == 0 { p.u-quiet { "Nothing is known of any alert yet." } }
        @else { (charts::quarters(&shown)) (numbers(table)) }
    })
}

/// Who left though all seemed well.
fn green(it: &Scoreboard) -> Markup {
    let green = it.score.green;
    let line = |count: usize, of: usize, which: Which, what: &str| {
        html! {
            li {
                @if of == 0 { b { "–" } } @else { a.figure-link href=(rows(it, which, None)) { b { (count) " of " (of) } } }
                " " (what)
            }
        }
    };
    panel("Green, then gone")
        .lead("Accounts that left, by the last word that was said on the first of a month before.")
        .holds(html! {
            ul.score-green {
                (line(green.hand, green.hand_of, Which::HandGreen, &format!("had a hand score of {GREEN:.0} or more.")))
                (line(green.ours, green.ours_of, Which::Green, "were said to leave less often than the base rate."))
            }
        })
}

/// Before there is any probability: what the hand score is worth.
fn hand_alone(it: &Scoreboard) -> Markup {
    let at = it.score.hand_alone;
    let all: Vec<Beam> = at
        .map(|at| Beam { name: "Your hand score".into(), at, is_ours: false })
        .into_iter()
        .collect();
    panel("What the hand score is worth")
        .aside(format!("n = {}", grouped(it.score.scored as i64)))
        .lead("The rule score is not a probability. It can be asked all the same how often it names the right one of two, one who left and one who stayed.")
        .holds(html! {
            (charts::beams(&all))
            p.score-note { a.link href=(rows(it, Which::Scored, None)) { "The rows behind it" } }
        })
}

fn by_quarter(it: &Scoreboard) -> Markup {
    let mut shown = table("By quarter")
        .wide()
        .col("Quarter")
        .col_end("Said")
        .col_end("Left")
        .col_end("AUC")
        .col_end("Hand score")
        .col_end("Judgements")
        .col_end("Skill")
        .col_end("Riskiest tenth");
    if it.sees_money {
        shown = shown.col_end("Expected to be lost").col_end("Lost");
    }
    let rows = html! { @for one in it.quarters.iter().rev() { (quarter_row(it, one)) } };
    panel("By quarter")
        .lead(if it.sees_money { "The money is of what was said on the first day of the quarter: a year’s revenue, with one standard deviation." } else { "By the day on which it was said." })
        .holds(shown.rows(rows))
}

fn quarter_row(it: &Scoreboard, one: &InQuarter) -> Markup {
    let dash = || html! { span.u-quiet { "–" } };
    let score = &one.score;
    let hand = score.hand.map(|it| (it.n, it.auc));
    let hand = hand.or(score.hand_alone.map(|it| (score.scored, it)));
    let cell = |value: Option<String>, beside: Option<String>| {
        html! { td.is-end { @match value { Some(text) => { (text) @if let Some(beside) = beside { " " span.u-quiet { (beside) } } }, None => (dash()) } } }
    };
    html! {
        tr {
            th scope="row" { a.link href=(rows(it, Which::Said, Some(one.quarter))) { (quarter(one.quarter.month)) } }
            td.is-end { (grouped(score.n as i64)) }
            td.is-end { @if score.left == 0 { (dash()) } @else { a.figure-link href=(rows(it, Which::Left, Some(one.quarter))) { (score.left) } } }
            (cell(score.auc.map(|it| format!("{:.2}", it.value)), score.auc.map(range_plain)))
            (cell(hand.map(|it| format!("{:.2}", it.1.value)), hand.map(|(n, it)| format!("{}, n = {}", range_plain(it), grouped(n as i64)))))
            (judged_cell(it, one))
            (cell(score.skill.map(|it| percent(it.value)), score.skill.map(range)))
            (cell(score.lift.map(|it| times(it.value)), score.lift.map(range_times)))
            @if it.sees_money {
                td.is-end { @match one.loss {
                    Some(loss) => { a.figure-link href=(rows(it, Which::First, Some(one.quarter))) { (it.currency.whole(loss.expected as i64)) } " " span.u-quiet { "± " (it.currency.whole(loss.spread as i64)) } },
                    None => (dash()),
                } }
                td.is-end { @match one.loss { Some(loss) => (it.currency.whole(loss.lost)), None => (dash()) } }
            }
        }
    }
}

/// What agents said instead in a quarter: its area, and of how many.
fn judged_cell(it: &Scoreboard, one: &InQuarter) -> Markup {
    html! {
        td.is-end { @match one.score.judged {
            Some(judged) => {
                a.figure-link href=(rows(it, Which::Judged, Some(one.quarter))) { (format!("{:.2}", judged.auc.value)) }
                " " span.u-quiet { (range_plain(judged.auc)) ", n = " (judged.n) }
            },
            None => span.u-quiet { "–" },
        } }
    }
}

/// Each figure by its name, and what it means.
const MEANINGS: [(&str, &str); 8] = [
    (
        "Foretelling",
        "What held of an account on the first day of a month: the probability that it leaves within the horizon, as it was written down then. It counts when the horizon is over. An account leaves when its last subscription ends and none follows, when it comes into a stage that means so, or when its revenue falls by the share that the company set.",
    ),
    (
        "AUC, version 1",
        "Of all pairs of one that left and one that stayed, the share in which the one that left had the higher probability. The interval adds up by account, on the scale of log-odds.",
    ),
    (
        "Beside the hand score, version 1",
        "Tend’s AUC less the hand score’s on the foretellings that have both, with the interval of the paired difference, by account.",
    ),
    (
        "Brier skill, version 1",
        "1 − (mean square of probability − outcome) ÷ (the same of the base rate).",
    ),
    (
        "Riskiest tenth, version 1",
        "The share that left of the tenth with the highest probabilities ÷ the share that left of all.",
    ),
    (
        "Money in the riskiest tenth, version 1",
        "Of the yearly revenue that left, the share that was in the tenth with the highest probabilities.",
    ),
    (
        "Said and came, version 1",
        "Bins of equal count by probability; the share that left with Wilson’s interval, each account counted once. Hollow: fewer than 30 accounts.",
    ),
    (
        "Alerts that were right, version 1",
        "Alerts whose account left within the horizon ÷ alerts whose horizon is over, with Wilson’s interval.",
    ),
];

/// What each figure means, with its version.
fn meanings(it: &Scoreboard) -> Markup {
    html! {
        details.score-meaning {
            summary { "What these figures mean" }
            dl { @for (name, text) in MEANINGS { dt { (name) } dd { (text) } } }
            @if it.sees_money { p { "Money in " (it.currency.word()) "." } }
        }
    }
}

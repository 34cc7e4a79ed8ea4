use maud::{Markup, html};
use tend_core::{
    agents::AgentId,
    page::Page,
    surveys::{
        Kind, Question, Request, State,
        drivers::{Driver, Drivers},
        loops::Loop,
        report::{Again, Closing, FEW, Interval, Part, Report},
    },
};

use super::{
    figures::{changed, ends, few, name, score_text, share},
    list::{scale, state},
    rules::{capital, rule},
};
use crate::{
    charts::{Cross, Lines, Series, Stroke},
    layout::{Frame, page},
    parts::{
        Now, Tone, badge, button, counted, csrf_field, empty, field, grouped, hidden, link_button,
        pager, panel, select, tab, table, tabs, tabs::Tabs,
    },
    urls,
};

/// What a survey says, and what may be done with it.
#[derive(Clone, Debug)]
pub struct ReportPage {
    pub report: Report,
    pub days: i64,
    pub answers: Page<Request>,
    /// Whom the answers are about, if not all of them are shown.
    pub agent: Option<String>,
    pub next: Option<String>,
    pub loops: Vec<Loop>,
    pub drivers: Drivers,
    pub may: bool,
    /// What came of asking somebody by hand.
    pub said: Option<String>,
}

/// A survey's page.
pub fn report_page(frame: &Frame, it: &ReportPage) -> Markup {
    let (report, survey) = (&it.report, &it.report.survey);
    let at = |days: &str| urls::with_query(&urls::survey(survey.id), &[("days", days)]);
    let spans = [("30", "30 days"), ("90", "90 days"), ("365", "A year")];
    let them = spans.map(|(days, label)| tab(label, at(days), it.days.to_string() == days));
    page(frame, &survey.name).bar(acts(frame, it)).shows(html! {
        div.usage-page {
            p.usage-head { span.u-quiet { (state(survey.state)) " " (survey.kind.label()) ", " (scale(survey.kind)) ". " (survey.asks_when.label()) "." } }
            @if let Some(said) = &it.said { p role="status" { (said) } }
            (tabs(Tabs::Line, "How far back", &them))
            (figures(report))
            @if report.scored.n > 0 { (over_time(frame, report)) (parts(report)) (drivers(it)) }
            (closing(frame, it))
            (answers(&frame.now, it))
            (refused(report))
            @if it.may { (ask(frame, it)) }
        }
    })
}

fn acts(frame: &Frame, it: &ReportPage) -> Markup {
    let survey = &it.report.survey;
    let (label, to) = match survey.state {
        State::Active => ("Pause", State::Paused),
        State::Paused => ("Let it ask", State::Active),
    };
    html! {
        (link_button("Answers as a file", urls::survey_file(survey.id)).small())
        @if it.may {
            (link_button("Change it", urls::survey_edit(survey.id)).small())
            form method="post" action=(urls::survey_state(survey.id)) {
                (csrf_field(&frame.csrf)) (hidden("to", to.word())) (button(label).small().submits())
            }
        }
    }
}

fn figures(it: &Report) -> Markup {
    let kind = it.survey.kind;
    let ease = (kind == Kind::Ces).then(|| it.scored.share(5, 7)).flatten();
    html! {
        dl.survey-figures {
            div { dt { (name(kind)) } dd { (score_text(kind, &it.scored)) @if few(&it.scored) { small { "n too small: below " (FEW) } } @else { small { (changed(it)) } } } }
            @if ease.is_some() { div { dt { "Found it easy (5 to 7)" } dd { (share(ease)) } } }
            div { dt { "Answers" } dd { (grouped(i64::try_from(it.scored.n).unwrap_or(0))) } }
            div { dt { "Asked" } dd { (grouped(it.sent)) } }
            div { dt { "Of those, answered" } dd { (share(it.response)) } }
            div { dt { "Opened only" } dd { (grouped(it.provisional)) small { "not counted" } } }
            div { dt { "Opened by programs" } dd { (grouped(it.voided)) small { "not counted" } } }
        }
    }
}

/// The score in each twelfth of the time, with its interval.
fn curve(frame: &Frame, it: &Report) -> Lines {
    let kind = it.survey.kind;
    // An interval of few answers may reach beyond what can be answered.
    let (low, high) = match kind {
        Kind::Nps => (-100.0, 100.0),
        Kind::Csat => (0.0, 100.0),
        _ => (kind.scale().0 as f64, kind.scale().1 as f64),
    };
    let days = it.span.to.duration_since(it.span.from).as_secs_f64() / 86_400.0;
    let each = days / it.over_time.len().max(1) as f64;
    let ticks = it.over_time.iter().enumerate();
    let ticks = ticks
        .map(|(n, (at, _))| {
            (n as f64 * each, at.to_zoned(frame.now.zone.clone()).strftime("%-d %b").to_string())
        })
        .collect();
    let some: Vec<_> = it
        .over_time
        .iter()
        .enumerate()
        .filter_map(|(n, (_, scored))| Some(((n as f64 + 1.0) * each, scored.score?)))
        .collect();
    Lines {
        title: name(kind).to_owned(),
        x: "Date".to_owned(),
        y: name(kind).to_owned(),
        percent: false,
        series: vec![Series {
            band: some
                .iter()
                .filter(|it| it.1.lower.is_finite())
                .map(|it| (it.0, it.1.lower.clamp(low, high), it.1.upper.clamp(low, high)))
                .collect(),
            ..Series::new(
                "Score",
                Stroke::First,
                some.iter().map(|it| (it.0, it.1.value)).collect(),
            )
        }],
        mark: None,
        between: Some((low, high)),
        ticks,
    }
}

fn over_time(frame: &Frame, it: &Report) -> Markup {
    let lines = curve(frame, it);
    let scores = table("Scores").col("Score").col_end("Answers").col_end("Share").tight().rows(html! {
        @for (score, n) in &it.scored.counts {
            tr { th scope="row" { (score) } td.is-end data-label="Answers" { (n) } td.is-end data-label="Share" { (share(it.scored.share(*score, *score))) } }
        }
    });
    html! {
        @if lines.series.iter().any(|it| it.points.len() > 1) { (panel("Over time").lead(html! { "With 95% intervals." }).holds(html! { div.survey-chart { (lines) } })) }
        (panel("What was given").holds(scores))
    }
}

fn parts(it: &Report) -> Markup {
    html! {
        @if it.by_channel.len() > 1 { (part_table("By channel", "Channel", it, &it.by_channel)) }
        @if !it.by_product.is_empty() { (part_table("By product", "Product", it, &it.by_product)) }
        @if !it.by_agent.is_empty() {
            (part_table("By agent", "Agent", it, &it.by_agent))
            @if it.other_agents.0 > 0 { p.u-small.u-quiet { (counted(it.other_agents.0 as i64, "agent", "agents")) " with fewer than " (FEW) " answers each, " (it.other_agents.1) " together, " (if it.other_agents.0 == 1 { "is" } else { "are" }) " not shown: so few say more about chance than about a person." } }
        }
        @else if it.survey.asks_when == tend_core::surveys::When::Resolved {
            (panel("By agent").holds(html! { p.u-quiet { "An agent stands here from " (FEW) " answers on: fewer say more about chance than about a person." } }))
        }
    }
}

fn part_table(title: &str, what: &str, it: &Report, them: &[Part]) -> Markup {
    let rows = html! {
        @for part in them {
            tr {
                th scope="row" dir="auto" {
                    @match part.id.filter(|_| what == "Agent") {
                        Some(agent) => { a.link href=(about_agent(it, agent)) { (part.name) } }
                        None => { (channel(&part.name)) }
                    }
                }
                td data-label="Score" { (score_text(it.survey.kind, &part.scored)) @if few(&part.scored) { " " small.u-quiet { "few answers" } } }
                td.is-end data-label="Answers" { (part.scored.n) }
            }
        }
    };
    panel(title).holds(table(title).col(what).col("Score").col_end("Answers").rows(rows))
}

/// The answers about an agent, each with its conversation.
fn about_agent(it: &Report, agent: i64) -> String {
    let days = (it.span.to.duration_since(it.span.from).as_hours() / 24).to_string();
    let agent = AgentId::from_raw(agent).to_string();
    let which = [("days", days.as_str()), ("agent", agent.as_str())];
    urls::with_query(&urls::survey(it.survey.id), &which) + "#answers"
}

/// A channel in words; any other name as it is.
fn channel(name: &str) -> &str {
    let known: Option<tend_core::outreach::Channel> = name.parse().ok();
    known.map_or(name, |it| it.label())
}

fn drivers(it: &ReportPage) -> Markup {
    let holds = match &it.drivers {
        Drivers::NotAsked => return html! {},
        Drivers::TooFew(n, least) => {
            html! { p.u-quiet { "Not enough answers: " (n) " judged all drivers, and " (least) " are needed." } }
        }
        Drivers::NoAnswer(why) => html! { p.u-quiet { (why) } },
        Drivers::Known { n, all } => {
            let rows = html! {
                @for (at, (question, driver)) in all.iter().enumerate() {
                    tr {
                        th scope="row" { (at + 1) ". " (english(question)) }
                        td.is-end data-label="Importance" { (share(Some(driver.importance))) meter.survey-meter min="0" max="1" value=(driver.importance.value) aria-label="Importance" {} }
                        td.is-end data-label="Performance" { (format!("{:.1}", driver.performance.value)) " (" (ends(Kind::Own, driver.performance)) ")" }
                    }
                }
            };
            html! {
                div.survey-chart { (against(all)) }
                (table("Experience drivers").col("Driver").col_end("Importance").col_end("Performance, 1 to 7").rows(rows))
                p.u-small.u-quiet { "Of " (n) " answers. Importance is the share of what the drivers together explain of the overall judgement (relative weights, Johnson 2000), with 95% intervals by bootstrap. What counts much and is judged badly is worth most." }
            }
        }
    };
    panel("Experience drivers").holds(holds)
}

fn english(it: &Question) -> &str {
    it.text.get("en").or(it.text.values().next()).map_or("", String::as_str)
}

/// Importance against performance: what stands high on the left is worth most.
fn against(all: &[(Question, Driver)]) -> Cross {
    let sure = |it: Interval| (it.value, it.lower, it.upper);
    let point = |(question, driver): &(Question, Driver)| {
        (english(question).to_owned(), sure(driver.performance), sure(driver.importance))
    };
    Cross {
        title: "Importance against performance".to_owned(),
        x: "Performance, 1 to 7".to_owned(),
        y: "Importance".to_owned(),
        scale: Kind::Own.scale(),
        points: all.iter().map(point).collect(),
        mark: (1.0 / all.len().max(1) as f64, "as important as all in the mean".to_owned()),
    }
}

fn closing(frame: &Frame, it: &ReportPage) -> Markup {
    let Closing { opened, open, in_time, in_time_of, recovered, second, reasons, again } =
        &it.report.closing;
    let [reached, missed] = again;
    html! {
        @if *opened > 0 {
            (panel("After low scores").holds(html! {
                dl.survey-figures {
                    div { dt { "Low scores" } dd { (opened) } }
                    div { dt { "Not settled" } dd { (open) } }
                    div { dt { "Spoken with in time" } dd { (share(*in_time)) small { "of " (in_time_of) " that were due" } } }
                    @if let Some(points) = recovered { div { dt { "Second score less the first" } dd { (format!("{points:+.1}")) small { "of " (second) " asked again" } } } }
                    @if reached.of > 0 || missed.of > 0 { div { dt { "Ordered again within 90 days" } dd { (came_back(reached)) small { "of those spoken with" } } } div { dt { "Of those not spoken with" } dd { (came_back(missed)) } } }
                    @else if *opened > 0 { div { dt { "Ordered again within 90 days" } dd { "not known" small { "90 days have to pass" } } } }
                }
                @if !reasons.is_empty() { p { "Reasons: " @for (n, it) in reasons.iter().enumerate() { @if n > 0 { ", " } (it.rule) " (" (it.count) ")" } } }
                (loops(frame, &it.loops))
            }))
        }
    }
}

/// How many came back: a share of fewer than [`FEW`] would say more about chance.
fn came_back(it: &Again) -> String {
    match it.of.unsigned_abs() < FEW {
        true => format!("{} of {}", it.ordered, it.of),
        false => share(it.share),
    }
}

fn loops(frame: &Frame, them: &[Loop]) -> Markup {
    let rows = html! {
        @for it in them {
            tr {
                th scope="row" { a.link href=(urls::survey_request(it.request_id)) dir="auto" { (it.contact) } }
                td.is-end data-label="Score" { (it.score) @if let Some(second) = it.second_score { " → " (second) } }
                td data-label="Stands" { (badge(it.state.label()).tone(if it.state.is_open() { Tone::Warn } else { Tone::Plain })) }
                td data-label="With" { (it.owner.as_deref().unwrap_or("Nobody")) @if it.escalated_at.is_some() { " " small.u-quiet { "after two days" } } }
                td data-label="Since" { (frame.now.short(it.opened_at)) }
            }
        }
    };
    table("After low scores")
        .col("Customer")
        .col_end("Score")
        .col("Stands")
        .col("With")
        .col("Since")
        .rows(rows)
}

fn answers(now: &Now, it: &ReportPage) -> Markup {
    html! {
        div id="answers" { (panel("Answers").holds(html! {
            @if let Some(name) = &it.agent { p { "About " bdi { (name) } ". " a.link href=(urls::survey(it.report.survey.id)) { "All answers" } } }
            @if it.answers.items.is_empty() { (empty("No answers in this time", "Who answers stands here, with what they wrote.").plain()) }
            @else { (answer_rows(now, &it.answers.items, Whose::Everybody)) }
            @if it.next.is_some() { (pager(None, it.next.clone())) }
        })) }
    }
}

/// Whose answers stand in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Everybody,
    /// Of one contact, on whose own page they stand.
    One,
}

/// Answers with what was written, each leading to what it is about.
pub(super) fn answer_rows(now: &Now, them: &[Request], whose: Whose) -> Markup {
    let rows = html! {
        @for it in them {
            tr {
                th scope="row" { a.link href=(urls::survey_request(it.id)) dir="auto" { (match whose { Whose::Everybody => &it.contact, Whose::One => &it.survey }) } }
                td.is-end data-label="Score" { @if it.score.is_some() { (score(it)) } @else { span.u-quiet { "Not answered" } } }
                td data-label="Wrote" { @if !it.comment.is_empty() { span.survey-said dir="auto" { (it.comment) } } }
                td data-label="About" { @if whose == Whose::Everybody || it.subject_id != 0 { (about(it)) } }
                td data-label="When" { (now.short(it.answered_at.unwrap_or(it.sent_at))) }
            }
        }
    };
    table("Answers")
        .col(match whose {
            Whose::Everybody => "Customer",
            Whose::One => "Survey",
        })
        .col_end("Score")
        .col("Wrote")
        .col("About")
        .col("When")
        .rows(rows)
}

/// The score, with a tone where it is low.
pub(super) fn score(it: &Request) -> Markup {
    html! {
        @if let Some(score) = it.score {
            (badge(format!("{score} of {}", it.kind.scale().1)).tone(if it.kind.is_low(score) { Tone::Bad } else if it.kind.is_promoter(score) { Tone::Good } else { Tone::Plain }))
        }
    }
}

/// What it was about, and who is rated.
pub(super) fn about(it: &Request) -> Markup {
    use tend_core::{conversations::ConversationId, orders::OrderId, surveys::About};
    html! {
        @match it.about {
            About::Conversation => { a.link href=(urls::conversation(ConversationId::from_raw(it.subject_id))) { "Conversation" } }
            About::Order => { a.link href=(urls::order(OrderId::from_raw(it.subject_id))) { "Order" } }
            About::None => { span.u-quiet { (it.survey) } }
        }
        @if let Some(agent) = &it.agent { " " small.u-quiet { (agent) } }
    }
}

fn refused(it: &Report) -> Markup {
    let rows = html! {
        @for one in &it.refused { tr { th scope="row" { (capital(rule(&one.rule))) } td.is-end data-label="Customers" { (grouped(one.count)) } } }
    };
    html! {
        @if !it.refused.is_empty() { (panel("Not asked, and why").holds(table("Not asked").col("Rule").col_end("Times").rows(rows))) }
    }
}

/// Sends `email` and `channel`.
fn ask(frame: &Frame, it: &ReportPage) -> Markup {
    let ways = [("mail", "By mail"), ("link", "Make a link to pass on")];
    panel("Ask somebody").holds(html! {
        form.survey-acts method="post" action=(urls::survey_ask(it.report.survey.id)) {
            (csrf_field(&frame.csrf))
            (field("email", "Email of the contact").kind("email").required().autocomplete("off"))
            (select("channel", "How", ways, "mail"))
            (button("Ask").submits())
        }
    })
}

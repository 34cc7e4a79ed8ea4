use maud::{Markup, html};
use tend_core::{
    conversations::ConversationId,
    orders::OrderId,
    surveys::{About, Question, Request, answer::Past, loops::Loop},
};

use super::report::{about, score};
use crate::{
    layout::{Frame, page},
    parts::{
        Now, Problems, badge, button, csrf_field, field, form_problems, link_button, pairs, panel,
        radio, table,
    },
    urls,
};

/// One customer asked once.
#[derive(Clone, Debug)]
pub struct RequestPage {
    pub request: Request,
    pub questions: Vec<Question>,
    pub past: Vec<Past>,
    pub after: Option<Loop>,
    /// They may take what is done a step further.
    pub may: bool,
    pub problems: Problems,
}

/// A request's page: what was answered, when, and what is done about it.
pub fn request_page(frame: &Frame, it: &RequestPage) -> Markup {
    let (request, now) = (&it.request, &frame.now);
    let facts = [
        (
            "Customer",
            html! { a.link href=(urls::contact(request.contact_id)) dir="auto" { (request.contact) } },
        ),
        (
            "Survey",
            html! { a.link href=(urls::survey(request.survey_id)) dir="auto" { (request.survey) } },
        ),
        ("About", about(request)),
        (
            "Asked",
            html! { (now.full(request.sent_at)) ", " (request.channel.label().to_lowercase()) },
        ),
        (
            "Stands",
            html! { @if request.is_over(now.at) && request.score.is_none() { "Over, not answered" } @else { (request.state.label()) } },
        ),
    ];
    page(frame, &request.survey).bar(score(request)).shows(html! {
        div.usage-page {
            (pairs(&facts))
            @if !request.comment.is_empty() { (panel("What they wrote").holds(html! { p.survey-said dir="auto" { (request.comment) } })) }
            (further(it))
            @if let Some(after) = &it.after { (follow_up(frame, it, after)) }
            @if !it.past.is_empty() { (history(now, &it.past)) }
        }
    })
}

fn further(it: &RequestPage) -> Markup {
    let given = it.request.answered();
    let english = |of: &std::collections::BTreeMap<String, String>| {
        of.get("en").or(of.values().next()).cloned().unwrap_or_default()
    };
    let said = |question: &Question| {
        let value = given.iter().find(|it| it.key == question.key)?.value.clone();
        let choices = question.choices.get("en").or(question.choices.values().next());
        let chosen = value.parse::<usize>().ok().and_then(|n| choices?.get(n.checked_sub(1)?));
        Some((english(&question.text), chosen.cloned().unwrap_or(value)))
    };
    let rows: Vec<_> = it.questions.iter().filter_map(said).collect();
    html! {
        @if !rows.is_empty() {
            (panel("Further questions").holds(table("Further questions").col("Question").col("Answer").rows(html! {
                @for (question, answer) in &rows { tr { th scope="row" dir="auto" { (question) } td data-label="Answer" dir="auto" { (answer) } } }
            })))
        }
    }
}

/// Where something is given for it: on the order's page, or beside the conversation.
fn make_right(it: &Request) -> Option<String> {
    match it.about {
        About::Order => {
            let order = OrderId::from_raw(it.subject_id).to_string();
            Some(urls::with_query(&urls::new_remedy(), &[("order", &order)]))
        }
        About::Conversation => Some(urls::conversation(ConversationId::from_raw(it.subject_id))),
        About::None => None,
    }
}

/// Sends `to` and `reason`.
fn follow_up(frame: &Frame, it: &RequestPage, after: &Loop) -> Markup {
    let next = after.state.next();
    panel("After the low score").holds(html! {
        p { (badge(after.state.label())) " with " (after.owner.as_deref().unwrap_or("nobody")) ", since " (frame.now.short(after.opened_at)) "."
            @if let Some(task) = after.task_id { " " a.link href=(urls::task(task)) { "The task" } }
            @if let Some(second) = after.second_score { " Asked again, they gave " (second) "." } }
        @if !after.reason.is_empty() { p { "Reason: " (after.reason) } }
        @if it.may && !next.is_empty() {
            @if let Some(url) = make_right(&it.request) { p { (link_button("Make it right", url).small()) } }
            form.survey-more method="post" action=(urls::survey_loop(it.request.id)) {
                (csrf_field(&frame.csrf))
                (form_problems(&it.problems))
                fieldset.survey-choices { legend { "What was done" } @for (n, to) in next.iter().enumerate() { (radio("to", to.word(), to.label()).on(n == 0)) } }
                (field("reason", "Reason, in a few words").value(&after.reason).hint("The same words each time make a table of reasons."))
                (button("Keep it").submits())
            }
            p.u-small.u-quiet { "Nothing is promoted to them until it is settled. Two weeks after it is made right or settled they are asked once more, and it is settled then. A remedy that is carried out makes it right by itself." }
        }
    })
}

fn history(now: &Now, past: &[Past]) -> Markup {
    let rows = html! {
        @for it in past {
            tr {
                th scope="row" { (now.full(it.confirmed_at)) }
                td.is-end data-label="Score" { (it.score) }
                td data-label="Known by" { (it.sign.label()) }
                td data-label="Wrote" { span.survey-said dir="auto" { (it.comment) } }
            }
        }
    };
    panel("Each answer").lead(html! { "The last one holds." }).holds(
        table("Each answer").col("When").col_end("Score").col("Known by").col("Wrote").rows(rows),
    )
}

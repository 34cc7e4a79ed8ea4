//! Surveys with sample data, for the gallery.

use jiff::Timestamp;
use tend_core::{
    agents::AgentId,
    contacts::ContactId,
    outreach::Channel,
    page::Page,
    surveys::{
        About, Kind, LoopId, Request, RequestId, Sign, Standing, State, Survey, SurveyId, When,
        answer::Past,
        drivers::{self, Driver, Drivers},
        loops::{Loop, Step},
        mail::Said,
        report::{Closing, Interval, Part, Report, Scored, Span, wilson},
        themes::Theme,
        wording,
    },
};

use super::{
    AnswerPage, Note, ReportPage, RequestPage, SurveyForm, SurveyList, ThemesPage, answer_page,
    form_page, over_page, questions_text, report_page, request_page, stop_page, surveys_page,
    thanks_page, themes_page,
};
use crate::{
    gallery::sample_frame,
    parts::{Problems, Sample, sample, time::sample_ago},
};

fn survey(kind: Kind) -> Survey {
    Survey {
        id: SurveyId::from_raw(1),
        name: "Help".into(),
        kind,
        state: State::Active,
        asks_when: When::Resolved,
        delay_hours: 2,
        step: String::new(),
        every_days: 0,
        sample_every: 1,
        wording: "{}".into(),
        questions: "[]".into(),
        reminds: true,
        asks_promoters: true,
        review_url: String::new(),
        owner_id: None,
        created_by: AgentId::from_raw(1),
        created_at: sample_ago(90_000),
        changed_at: sample_ago(9_000),
        archived_at: None,
    }
}

fn scored(counts: &[(i64, u64)]) -> Scored {
    Scored::of(Kind::Csat, counts.to_vec())
}

/// Some answers, also for the pages of customers.
pub fn requests() -> Vec<Request> {
    let one = |id: i64, contact: &str, score: Option<i64>, comment: &str| Request {
        id: RequestId::from_raw(id),
        survey_id: SurveyId::from_raw(1),
        survey: "Help".into(),
        kind: Kind::Csat,
        contact_id: ContactId::from_raw(id),
        contact: contact.into(),
        about: About::None,
        subject_id: 0,
        agent_id: Some(AgentId::from_raw(1)),
        agent: Some("Maren Solberg".into()),
        product_id: None,
        channel: Channel::Mail,
        language: "en".into(),
        state: if score.is_some() { Standing::Answered } else { Standing::Provisional },
        sent_at: sample_ago(3_000),
        outbox_id: None,
        reminded_at: None,
        expires_at: sample_ago(-30_000),
        score,
        answers: "[]".into(),
        comment: comment.into(),
        answered_at: score.map(|_| sample_ago(2_000)),
        reask_of: None,
        promoter_asked_at: None,
    };
    vec![
        one(
            1,
            "Hannah Pryce",
            Some(5),
            "The second parcel came before the frost. Maren wrote before I had to ask.",
        ),
        one(2, "Ahmed Karim", Some(2), "Three days without an answer."),
        one(3, "Lea Roth", None, ""),
    ]
}

fn after() -> Loop {
    Loop {
        id: LoopId::from_raw(1),
        request_id: RequestId::from_raw(2),
        survey_id: SurveyId::from_raw(1),
        contact_id: ContactId::from_raw(2),
        contact: "Ahmed Karim".into(),
        task_id: None,
        owner_id: Some(AgentId::from_raw(2)),
        owner: Some("Rafael Ortiz".into()),
        state: Step::Contacted,
        score: 2,
        reason: "Late answer".into(),
        opened_at: sample_ago(2_000),
        contacted_at: Some(sample_ago(900)),
        remedied_at: None,
        settled_at: None,
        reask_id: None,
        second_score: None,
        escalated_at: None,
    }
}

fn report() -> Report {
    let counts = [(1, 3), (2, 4), (3, 9), (4, 38), (5, 61)];
    let to = sample_ago(0);
    let at = |n: i64| sample_ago((12 - n) * 10_800);
    let months: Vec<(Timestamp, Scored)> =
        (0..12).map(|n| (at(n), scored(&[(2, 3), (4, 4 + n.unsigned_abs()), (5, 5)]))).collect();
    let part =
        |name: &str, n| Part { id: Some(1), name: name.into(), scored: scored(&[(2, 4), (5, n)]) };
    Report {
        survey: survey(Kind::Csat),
        span: Span::days(to, 90),
        scored: scored(&counts),
        change: Some(Interval { value: 6.4, lower: 0.8, upper: 12.0 }),
        sent: 402,
        response: wilson(115, 402, 0.95),
        provisional: 41,
        voided: 212,
        over_time: months,
        by_agent: vec![part("Maren Solberg", 40), part("Rafael Ortiz", 31)],
        by_channel: vec![part("mail", 70), part("link", 12)],
        by_product: vec![part("Gateway", 22)],
        refused: vec![tend_core::outreach::touches::Count { rule: "frequency".into(), count: 61 }],
        closing: Closing {
            opened: 7,
            open: 2,
            in_time: wilson(5, 7, 0.95),
            recovered: Some(1.5),
            second: 4,
            reasons: vec![tend_core::outreach::touches::Count {
                rule: "Late answer".into(),
                count: 4,
            }],
            again: [(5, wilson(3, 5, 0.95)), (2, wilson(0, 2, 0.95))],
        },
    }
}

fn known_drivers() -> Drivers {
    let of = |value: f64, by: f64| Interval { value, lower: value - by, upper: value + by };
    let figures = [(0.34, 5.9), (0.11, 4.8), (0.29, 6.1), (0.07, 5.2), (0.19, 4.1)];
    let all = drivers::template().questions.into_iter().zip(figures).map(|(question, it)| {
        (question, Driver { importance: of(it.0, 0.06), performance: of(it.1, 0.3) })
    });
    Drivers::Known { n: 118, all: all.collect() }
}

fn said(request: Request) -> Said {
    let mut texts = wording::usual(Kind::Csat, When::Resolved)["en"].clone();
    texts.question = "How satisfied were you with the help you got from Maren Solberg?".into();
    texts.thanks = "Thank you. A person at Kestrel Climate reads what you wrote.".into();
    Said {
        company: "Kestrel Climate".into(),
        agent: request.agent.clone(),
        questions: drivers::template().questions[..1].to_vec(),
        request,
        texts,
    }
}

fn note() -> Note {
    Note {
        assets: "/assets/sample".into(),
        language: "en".into(),
        company: "Kestrel Climate".into(),
        is_embedded: false,
    }
}

fn themes() -> ThemesPage {
    let one = |name: &str, weeks: [i64; 8], done: &str| Theme {
        name: name.into(),
        weeks: weeks.to_vec(),
        count: weeks.iter().sum(),
        settled: 9,
        asked_again: 4,
        recovered: Some(1.5),
        owner_id: None,
        owner: Some("Rafael Ortiz".into()),
        done: done.into(),
        done_at: (!done.is_empty()).then(|| sample_ago(3_000)),
    };
    ThemesPage {
        themes: vec![
            one("Late answer", [2, 1, 4, 0, 3, 0, 1, 2], "Somebody is on call until eight."),
            one("Broken on arrival", [1, 0, 0, 2, 0, 0, 0, 0], ""),
        ],
        agents: Vec::new(),
        may: true,
    }
}

/// The pages of agents and of customers.
pub fn samples() -> Vec<Sample> {
    let frame = sample_frame();
    let mut all = requests();
    let (open, low, good) = (all.remove(2), all.remove(1), all.remove(0));
    let page = ReportPage {
        report: report(),
        days: 90,
        answers: Page { items: vec![good.clone(), low.clone()], next: None },
        next: None,
        loops: vec![after()],
        drivers: known_drivers(),
        may: true,
        said: None,
    };
    let list = |some: Vec<(Survey, Scored)>| SurveyList {
        surveys: some,
        frames: String::new(),
        may: true,
    };
    let form = SurveyForm {
        id: None,
        survey: drivers::template(),
        questions: questions_text(&drivers::template().questions),
        agents: Vec::new(),
        problems: Problems::default(),
        shown: Vec::new(),
        said: None,
    };
    let past = Past {
        score: 2,
        comment: low.comment.clone(),
        sign: Sign::Form,
        confirmed_at: sample_ago(2_000),
    };
    let one = RequestPage {
        request: low,
        questions: Vec::new(),
        past: vec![past],
        after: Some(after()),
        may: true,
        problems: Problems::default(),
    };
    let answer = AnswerPage {
        assets: "/assets/sample".into(),
        said: said(open),
        token: "sample".into(),
        chosen: Some(4),
        is_kept: false,
        shown: "1.2".into(),
        is_embedded: false,
        problems: Problems::default(),
    };
    vec![
        sample("surveys", surveys_page(&frame, &list(vec![(survey(Kind::Csat), report().scored)]))),
        sample("surveys-empty", surveys_page(&frame, &list(Vec::new()))),
        sample("survey", report_page(&frame, &page)),
        sample("survey-form", form_page(&frame, &form)),
        sample("survey-request", request_page(&frame, &one)),
        sample("survey-answer", answer_page(&answer)),
        sample(
            "survey-thanks",
            thanks_page(&note(), &said(good), "sample", Some("https://reviews.example")),
        ),
        sample("survey-over", over_page(&note())),
        sample("survey-stop", stop_page(&note(), "sample", true)),
        sample("survey-themes", themes_page(&frame, &themes())),
    ]
}

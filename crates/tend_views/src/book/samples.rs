//! The pages of the book with sample data.

use serde_json::json;
use tend_core::{
    accounts::AccountId,
    agents::AgentId,
    book::{Column, Day, Fares, Item, Line, MostToday, Order, StageId, StageTone, Sums, Why},
    contacts::ContactId,
    conversations::ConversationId,
    health::Chance,
    tasks::{Task, TaskId, TaskPriority},
};

use super::{
    OfferedAccounts, Portfolio, SegmentEditor, SegmentLine, TaskForm, TaskList, ViewTab, day_page,
    new_task_page, portfolio_page, segment_page, segments_page, task_page, tasks_page,
};
use crate::{
    gallery::sample_frame,
    parts::{Problems, Sample, sample, time::sample_ago},
};

/// 20 November 2026.
const TODAY: i64 = 20_777;

/// The pages of the book.
pub fn samples() -> Vec<Sample> {
    let frame = sample_frame();
    let offered = OfferedAccounts { currency: "EUR".into(), ..OfferedAccounts::default() };
    let line = SegmentLine {
        id: "seg_1".into(),
        name: "Large customers".into(),
        says: "What it pays a year is at least 90000.".into(),
        count: 3,
    };
    let list = TaskList {
        whose: "mine".into(),
        settled: false,
        tasks: tasks(),
        next: None,
        today: TODAY,
        may: true,
    };
    let form = TaskForm { about: "Al Noor Cold Chain".into(), ..TaskForm::default() };
    let [task, ..] = &list.tasks[..] else { return Vec::new() };
    vec![
        sample("portfolio", portfolio_page(&frame, &portfolio(lines()))),
        sample("portfolio-empty", portfolio_page(&frame, &portfolio(Vec::new()))),
        sample("my-day", day_page(&frame, &day(items()), "EUR", true)),
        sample("my-day-empty", day_page(&frame, &day(Vec::new()), "EUR", true)),
        sample("tasks", tasks_page(&frame, &list)),
        sample("task", task_page(&frame, task, &form, &[], TODAY, true)),
        sample("task-new", new_task_page(&frame, &form)),
        sample("segments", segments_page(&frame, &[line], true)),
        sample("segments-none", segments_page(&frame, &[], true)),
        sample("segment", segment_page(&frame, &segment(), &offered)),
    ]
}

fn account(n: i64, name: &str, arr: i64, trend: Option<i64>) -> Line {
    Line {
        id: AccountId::from_raw(n),
        name: name.into(),
        kind: "company".into(),
        owner: Some((AgentId::from_raw(4), "Ines Okafor".into())),
        stage: Some((StageId::from_raw(2), "Established".into(), StageTone::Good)),
        stage_since: Some(sample_ago(60_000)),
        parent: None,
        tags: Vec::new(),
        arr: Some(arr),
        risk: None,
        renews_on: Some(TODAY + n * 23),
        touched_at: Some(sample_ago(n * 900)),
        open: n % 3,
        contacts: n * 4,
        events: 812,
        trend,
        used_on: Some(TODAY),
        fares: Some(fares(n)),
        judged: (n == 4).then_some(0.39),
    }
}

/// One that is known, one of which there is a hand score alone, one that left.
fn fares(n: i64) -> Fares {
    let known = n % 3 == 1;
    Fares {
        account_id: AccountId::from_raw(n),
        p: known.then_some(0.28),
        p_low: known.then_some(0.19),
        p_high: known.then_some(0.39),
        rule_score: Some(67.0),
        frozen: n % 3 == 0,
        before: known.then_some(0.17),
    }
}

fn lines() -> Vec<Line> {
    vec![
        account(1, "Nordkyst Seafood", 18_400_000, Some(-410)),
        account(2, "Al Noor Cold Chain", 9_680_000, Some(-120)),
        account(3, "岡田製薬", 11_840_000, None),
        account(4, "בית שלום", 2_360_000, Some(340)),
    ]
}

fn portfolio(lines: Vec<Line>) -> Portfolio {
    let tab = |key: &str, label: &str, count| ViewTab {
        key: key.into(),
        label: label.into(),
        count: Some(count),
    };
    let sums = Sums {
        accounts: 48,
        arr: 241_860_000,
        arr_of: 46,
        soon: 9,
        soon_arr: 31_820_000,
        ..Sums::default()
    };
    Portfolio {
        view: "mine".into(),
        tabs: vec![tab("mine", "Mine", 23), tab("all", "All", 48)],
        sums: Some((sums, false)),
        says: String::new(),
        may_change: false,
        may_edit: true,
        may_export: true,
        lines,
        next: None,
        order: Order::default(),
        columns: Column::FIRST.to_vec(),
        q: String::new(),
        segment: String::new(),
        stage: String::new(),
        tag: String::new(),
        segments: vec![("seg_1".into(), "Large customers".into())],
        stages: Vec::new(),
        tags: Vec::new(),
        agents: Vec::new(),
        currency: "EUR".into(),
        today: TODAY,
        has_team: true,
    }
}

fn tasks() -> Vec<Task> {
    let task = |n: i64, title: &str, due: i64, priority| Task {
        id: TaskId::from_raw(n),
        title: title.into(),
        text: "They want it before the audit.".into(),
        owner_id: Some(AgentId::from_raw(4)),
        owner: Some("Ines Okafor".into()),
        follows_owner: n == 2,
        team_id: None,
        team: None,
        account_id: Some(AccountId::from_raw(2)),
        account: Some("Al Noor Cold Chain".into()),
        contact_id: Some(ContactId::from_raw(1)),
        contact: Some("Leila Haddad".into()),
        conversation_id: None,
        number: None,
        priority,
        due_on: Some(due),
        made_by: AgentId::from_raw(4),
        created_at: sample_ago(900),
        changed_at: sample_ago(900),
        done_at: None,
        done_by: None,
        dropped_at: None,
    };
    vec![
        task(1, "Call about the roll-out at Jebel Ali", TODAY - 2, TaskPriority::High),
        task(2, "Find a new sponsor after Omar", TODAY, TaskPriority::Normal),
        task(3, "Send the incident report for the auditor", TODAY + 6, TaskPriority::Low),
    ]
}

fn items() -> Vec<Item> {
    let whys = vec![
        Why::Conversation {
            id: ConversationId::from_raw(2),
            number: 10_482,
            subject: "Probes jump after the update".into(),
            urgent: true,
        },
        Why::Left { name: "Omar Aziz".into(), role: "Sponsor", at: sample_ago(4_000) },
        Why::Renews { on: TODAY + 38, arr: Some(9_680_000) },
        Why::Silent { name: "Chen Mei".into(), role: "Champion", since: sample_ago(60_000) },
        Why::AtRisk {
            day: TODAY - 20,
            now: Chance { foretold: Some(0.24), judged: Some(0.39) },
            then: Some(0.31),
            why: String::new(),
        },
        Why::Falls { by: 41 },
        Why::Stuck { stage: "Onboarding".into(), days: 74, allowed: 60 },
        Why::HandedOver {
            from: Some("Rafael".into()),
            note: "They dislike calls.".into(),
            at: sample_ago(900),
        },
    ];
    vec![Item {
        account: AccountId::from_raw(2),
        name: "Al Noor Cold Chain".into(),
        arr: Some(9_680_000),
        risk: Some(2_323_200),
        whys,
    }]
}

fn day(items: Vec<Item>) -> Day {
    let empty = items.is_empty();
    Day {
        tasks: if empty { Vec::new() } else { tasks() },
        later: Vec::new(),
        items,
        news: MostToday { began: 1, wrote: if empty { 0 } else { 4 }, done: 0, passed: 0 },
        since: sample_ago(1_440),
        owns_none: empty,
        today: TODAY,
    }
}

fn segment() -> SegmentEditor {
    let condition = json!({ "all": [
        { "field": "arr", "op": "at_least", "value": 90_000 },
        { "field": "renewal", "op": "within", "value": { "days": 60 } },
        { "none": [{ "field": "usage", "name": "Report exported", "op": "at_least", "value": { "times": 1, "days": 30 } }] },
    ] });
    SegmentEditor {
        id: Some("seg_1".into()),
        name: "Large and quiet".into(),
        condition,
        found: Some(3),
        members: lines(),
        may: true,
        problems: Problems::default(),
        view: None,
        may_share: false,
    }
}

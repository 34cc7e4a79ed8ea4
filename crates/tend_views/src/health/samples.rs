//! The page of health with sample data.

use tend_core::{
    accounts::AccountId,
    agents::AgentId,
    book::StageId,
    health::{
        Changed, Group, GroupScore, Judgement, JudgementId, Line, Model, ModelId, Moved, Of, Part,
        Percent, ProfileId, Snapshot, Unit, Way,
    },
};

use super::{HealthPage, JudgeForm, health_page};
use crate::{
    gallery::sample_frame,
    parts::{Problems, Sample, sample, time::sample_ago},
};

/// 20 November 2026.
const TODAY: i64 = 20_777;

/// The page of an account's health.
pub fn samples() -> Vec<Sample> {
    let frame = sample_frame();
    let known = page();
    let sentence = "Not enough outcomes to know: 4 accounts left, and it takes 10. Until then there is the rule score, which is not a probability.";
    let unknown = Of {
        percent: Percent::NotKnown(sentence.into()),
        sum: None,
        way: None,
        lines: lines().into_iter().map(|it| Line { part: None, ..it }).collect(),
        judged: None,
        snapshot: Some(Snapshot { p: None, p_low: None, p_high: None, ..snapshot(TODAY, 0.36) }),
        history: Vec::new(),
        ..known.of.clone()
    };
    let nothing = Of {
        snapshot: None,
        percent: Percent::NotKnown(
            "Nothing is written down of this account yet: each customer is looked at once a day, and a new one tomorrow.".into(),
        ),
        lines: Vec::new(),
        groups: Vec::new(),
        judgements: Vec::new(),
        risk: None,
        ..unknown.clone()
    };
    let gone = Of {
        percent: Percent::Gone { day: TODAY - 20, p: Some(0.36) },
        judged: None,
        risk: None,
        ..known.of.clone()
    };
    let form = JudgeForm {
        percent: "140".into(),
        reason: "They signed yesterday.".into(),
        days: "30".into(),
        problems: Problems(vec![(
            "leaves".into(),
            "Write a probability from 0 to 100 per cent.".into(),
        )]),
    };
    let of = |of: Of| HealthPage { of, ..known.clone() };
    vec![
        sample("account-health", health_page(&frame, &known)),
        sample(
            "account-health-unknown",
            health_page(&frame, &HealthPage { changed: None, ..of(unknown) }),
        ),
        sample(
            "account-health-none",
            health_page(&frame, &HealthPage { changed: None, ..of(nothing) }),
        ),
        sample("account-health-left", health_page(&frame, &of(gone))),
        sample(
            "account-health-refused",
            health_page(&frame, &HealthPage { form, ..known.clone() }),
        ),
    ]
}

fn page() -> HealthPage {
    let (before, after) = (snapshot(TODAY - 30, 0.22), snapshot(TODAY, 0.36));
    let sum = Part { average: -2.05, log_odds: -0.58 };
    let moved = |it: Line| Moved {
        before: Line { value: it.value.map(|it| it * 0.6), part: Some(0.1), ..it.clone() },
        after: it,
    };
    let judged = judged();
    let of = Of {
        account: AccountId::from_raw(1),
        name: "Al Noor Cold Chain".into(),
        snapshot: Some(after),
        percent: Percent::Known { p: 0.36, low: 0.25, high: 0.49, horizon_days: 180 },
        judged: Some(judged.clone()),
        judgements: vec![judged],
        profile: "Everybody else".into(),
        groups: vec![
            GroupScore { group: Group::Usage, score: Some(48.0), share: 0.5 },
            GroupScore { group: Group::Support, score: Some(71.0), share: 0.16 },
            GroupScore { group: Group::Relationship, score: Some(33.0), share: 0.24 },
            GroupScore { group: Group::Outcome, score: None, share: 0.1 },
        ],
        lines: lines(),
        sum: Some(sum),
        way: Some(Way {
            label: "Key people who are there".into(),
            unit: Unit::Count,
            from: Some(1.0),
            to: 3.0,
            p: 0.17,
        }),
        history: (0..12).map(|n| snapshot(TODAY - 30 * (11 - n), 0.12 + 0.02 * n as f64)).collect(),
        model: Some(Model {
            id: ModelId::from_raw(3),
            day: TODAY - 9,
            made_at: sample_ago(13_000),
            horizon_days: 180,
            row_count: 4210,
            outcome_count: 312,
            account_count: 604,
            left_account_count: Some(41),
            step: "line".into(),
            known: true,
            words: String::new(),
            current: true,
        }),
        currency: "AED".into(),
        risk: Some(14_832_000),
        today: TODAY,
        may_judge: true,
        may_manage: true,
    };
    let changed = Changed {
        before,
        after,
        moved: lines().into_iter().map(moved).collect(),
        sums: (Some(sum), Some(sum)),
        profiles: Some(("Everybody else, version 2".into(), "Everybody else, version 3".into())),
        other_model: true,
    };
    let form = JudgeForm::default();
    HealthPage { of, days: (TODAY - 30, TODAY), changed: Some(changed), form }
}

fn judged() -> Judgement {
    Judgement {
        id: JudgementId::from_raw(7),
        account_id: AccountId::from_raw(1),
        p: 0.1,
        reason: "The new sponsor told me on the phone that they renew in January.".into(),
        made_by: AgentId::from_raw(4),
        by: "Ines Okafor".into(),
        made_at: sample_ago(4000),
        made_on: TODAY - 3,
        expires_on: TODAY + 27,
        withdrawn_at: None,
    }
}

fn snapshot(day: i64, p: f64) -> Snapshot {
    Snapshot {
        account_id: AccountId::from_raw(1),
        day,
        profile_id: ProfileId::from_raw(2),
        version: 3,
        model_id: Some(ModelId::from_raw(3)),
        rule_score: Some(80.0 - 60.0 * p),
        p: Some(p),
        p_low: Some(p * 0.7),
        p_high: Some((p * 1.4).min(1.0)),
        stale_share: 0.14,
        arr: Some(41_200_000),
        owner_id: Some(AgentId::from_raw(4)),
        parent_id: None,
        stage_id: Some(StageId::from_raw(2)),
        frozen: false,
        made_at: sample_ago(60 * 24 * (TODAY - day) + 500),
    }
}

fn lines() -> Vec<Line> {
    let line = |label: &str, group, unit, value: Option<f64>, scaled, weight, part| Line {
        key: label.to_lowercase(),
        label: label.into(),
        group,
        unit,
        value,
        hidden: false,
        age: 0,
        stale: value.is_none(),
        scaled,
        weight,
        part: Some(part),
        against: weight > 0.0 && part < -0.3,
    };
    vec![
        line(
            "Active people against before",
            Group::Usage,
            Unit::Percent,
            Some(-34.0),
            Some(0.27),
            0.2,
            0.71,
        ),
        line(
            "Key people lost or silent",
            Group::Relationship,
            Unit::Count,
            Some(1.0),
            Some(0.5),
            0.08,
            0.64,
        ),
        line(
            "Days since the owner was in touch",
            Group::Relationship,
            Unit::Days,
            Some(41.0),
            Some(0.64),
            0.08,
            0.33,
        ),
        line(
            "Key features in use",
            Group::Usage,
            Unit::Percent,
            Some(52.0),
            Some(0.87),
            0.12,
            -0.29,
        ),
        line(
            "Time to the first answer",
            Group::Support,
            Unit::Hours,
            Some(2.5),
            Some(0.99),
            0.04,
            0.08,
        ),
        line("Goals that are late", Group::Outcome, Unit::Count, None, None, 0.02, 0.0),
    ]
}

//! Remedies with sample data.

use tend_core::{
    agents::AgentId,
    contacts::ContactId,
    orders::{OrderId, ShopId, ShopKind},
    page::Page,
    remedies::{
        Beside, Choosable, Kind, ReasonId, Remedy, RemedyId, State, Way,
        above::{Above, Passed, PassedLimits},
        like::{Difference, Like},
        limits::{Room, Word},
        offered::{Before, Offered, Offers},
        reasons::Reason,
        report::{By, Group, Report, Share},
    },
};

use super::{
    NewRemedyPage, OffersPane, RemediesPage, RemedyPage, ReportPage, new_remedy_page,
    remedies_page, remedy_page, report_page,
};
use crate::{
    gallery::sample_frame,
    parts::{Problems, Sample, sample, time::sample_ago},
    urls,
};

fn one(id: i64, kind: Kind, state: State) -> Remedy {
    Remedy {
        id: RemedyId::from_raw(id),
        kind,
        state,
        way: Way::Shop,
        amount: if kind == Kind::GoodwillNote { 0 } else { 1250 * id },
        currency: "EUR".parse().expect("a currency"),
        home_amount: 1250 * id,
        order_id: OrderId::from_raw(1),
        number: "#1001".into(),
        shop_id: ShopId::from_raw(1),
        shop: "Kestrel shop".into(),
        shop_kind: ShopKind::Shopify,
        contact_id: ContactId::from_raw(2),
        contact: "Leila Haddad".into(),
        conversation_id: None,
        reason_id: ReasonId::from_raw(104),
        reason: "Late".into(),
        note: "The carrier lost it for a week.".into(),
        requested_by: AgentId::from_raw(1),
        requester: "Tomás Ibarra".into(),
        requested_at: sample_ago(90 * id),
        needs_approval: state == State::Pending,
        passed_limits: if state == State::Pending { passed() } else { PassedLimits::default() },
        expires_at: (state == State::Pending).then(|| sample_ago(-1200)),
        decided_by: None,
        decider: None,
        decided_at: None,
        decision: String::new(),
        sends: 1,
        sent_at: None,
        settled_at: None,
        settled_by: None,
        reference: if state == State::Done { "929361465".into() } else { String::new() },
        code: if kind == Kind::Discount { "7K2MQ4WZ9XBA".into() } else { String::new() },
        problem: match state {
            State::Unknown => "No answer in time while waiting for the answer.".into(),
            _ => String::new(),
        },
        task_id: None,
    }
}

fn passed() -> PassedLimits {
    let currency = "EUR".parse().expect("a currency");
    PassedLimits(vec![
        Passed { word: Word::CustomerYear, limit: 20_000, used: 18_500, over: 2250, currency },
        Passed { word: Word::Alone, limit: 5000, used: 2000, over: 750, currency },
    ])
}

/// What stands beside a conversation.
pub fn beside() -> Beside {
    let reason = |id, name: &str| Reason {
        id: ReasonId::from_raw(id),
        name: name.into(),
        archived_at: None,
    };
    Beside {
        newest: vec![
            one(2, Kind::Discount, State::Done),
            one(1, Kind::PartialRefund, State::Pending),
        ],
        reasons: vec![reason(104, "Late"), reason(101, "Damaged or defective")],
        orders: vec![Choosable {
            id: OrderId::from_raw(1),
            number: "#1001".into(),
            total: 24_300,
            currency: "EUR".parse().expect("a currency"),
        }],
        may_give: true,
    }
}

fn pane() -> OffersPane {
    let order = crate::orders::samples::newest().orders.remove(0).order;
    let offered = |kind, amount, refused: Option<&str>| Offered {
        kind,
        amount,
        passed: if kind == Kind::FullRefund { passed() } else { PassedLimits::default() },
        refused: refused.map(str::to_owned),
        by_hand: kind == Kind::Reship,
    };
    OffersPane {
        offers: Offers {
            order,
            plan: None,
            planned: vec![
                offered(Kind::WaiveShipping, Some(490), None),
                offered(Kind::Discount, Some(2430), None),
                offered(Kind::FullRefund, Some(24_300), None),
                offered(
                    Kind::Reship,
                    None,
                    Some("At most € 300.00 is given in a month; € 12.00 of it is left."),
                ),
            ],
            others: vec![offered(Kind::StoreCredit, None, None)],
            alone: 5000,
            above: Above::Approve,
            home: "EUR".parse().expect("a currency"),
            rooms: vec![
                Room { word: Word::OrderShare, limit: 36_450, used: 1250, is_abroad: true },
                Room { word: Word::AgentDay, limit: 20_000, used: 4000, is_abroad: false },
            ],
            before: Before { count: 3, given: 4500, spent: 90_000 },
        },
        reason: ReasonId::from_raw(104),
        conversation: None,
        key: "sample".into(),
        said: super::Said::default(),
        problems: Problems::default(),
    }
}

fn report() -> ReportPage {
    let share = |of, n| Share { of, n, interval: tend_core::remedies::report::wilson(of, n) };
    let group = |key: &str, name: &str, count, given| Group {
        key: key.into(),
        name: name.into(),
        count,
        given,
        again: share(4, 9),
        churned: share(1, 6),
    };
    let report = Report {
        by: By::Reason,
        days: (20_000, 20_365),
        home: "EUR".parse().expect("a currency"),
        all: group("", "All", 21, 48_200),
        groups: vec![
            group("rrs_1", "Damaged or defective", 9, 30_100),
            group("rrs_2", "Late", 12, 18_100),
        ],
        is_ranked: false,
        without: share(410, 1000),
        like: Like {
            given: (21, 44),
            not_given: (10, 36),
            difference: Some(Difference { value: 0.19, lower: -0.01, upper: 0.39 }),
        },
    };
    ReportPage { report, period: 365 }
}

/// Every page of remedies with sample data.
pub fn samples() -> Vec<Sample> {
    let frame = sample_frame();
    let whole = |remedy: Remedy| RemedyPage {
        may_decide: remedy.state == State::Pending,
        why_not: None,
        may_cancel: remedy.state == State::Pending,
        may_settle: remedy.state == State::Unknown,
        may_reconcile: remedy.state == State::Unknown,
        remedy,
        story: Vec::new(),
        problems: Problems::default(),
    };
    let list = |items: Vec<Remedy>| RemediesPage {
        remedies: Page { items, next: None },
        state: None,
        narrowed: None,
        url: urls::remedies(),
        first: None,
        next: None,
        may_manage: true,
    };
    let new = NewRemedyPage {
        order: OrderId::from_raw(1),
        number: "#1001".into(),
        beside: beside(),
        conversation: None,
        pane: Some(pane()),
        refused: None,
    };
    vec![
        sample("remedies", remedies_page(&frame, &list(beside().newest))),
        sample("remedies-none", remedies_page(&frame, &list(Vec::new()))),
        sample("remedy-new", new_remedy_page(&frame, &new)),
        sample(
            "remedy-pending",
            remedy_page(&frame, &whole(one(3, Kind::FullRefund, State::Pending))),
        ),
        sample(
            "remedy-unknown",
            remedy_page(&frame, &whole(one(4, Kind::PartialRefund, State::Unknown))),
        ),
        sample("remedies-report", report_page(&frame, &report())),
    ]
}

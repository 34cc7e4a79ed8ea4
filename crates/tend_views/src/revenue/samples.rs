use super::{
    ApartPage, CatalogPage, InvoicesPage, RevenuePage, RowsPage, Said, SubscriptionForm,
    SubscriptionPage, apart_page, catalog_page, invoices_page, revenue_page, revenue_rows_page,
    subscription_page,
};
use crate::{
    gallery::sample_frame,
    parts::{Problems, Sample, sample},
};
use tend_core::{
    accounts::AccountId,
    money::{
        Currency, Invoice, InvoiceId, Product, ProductId, Standing, Subscription, SubscriptionId,
        days,
        figures::{self, Which},
        income::{Apart, Bridge, Part},
        invoices::{Status, Sums},
        ledger::{Line, Measure, Month, Movement, Over, Report, Span, add_up},
        of_account::{MONTHS, Of},
        rates::{ONE, Rate},
    },
};

fn of(word: &str) -> Currency {
    word.parse().expect("a sample names a currency")
}

const TODAY: i64 = 20_777;

fn subscription(n: i64, plan: &str, price: i64, end_day: Option<i64>) -> Subscription {
    Subscription {
        id: SubscriptionId::from_raw(n),
        account_id: AccountId::from_raw(2),
        account: "Al Noor Cold Chain".into(),
        product_id: Some(ProductId::from_raw(1)),
        product: Some("Monitoring".into()),
        plan: plan.into(),
        currency: of("AED"),
        rate: ONE / 4,
        start_day: TODAY - 700,
        end_day,
        reason: end_day.map(|_| "Price".into()),
        term_months: 12,
        renewal_day: TODAY + 55,
        auto_renew: n == 1,
        external_id: None,
        from_day: TODAY - 200,
        quantity: 212,
        price,
        months: 12,
        mrr: price * 53 / 12,
        arr: price * 53,
    }
}

fn invoice(n: i64, due: i64, status: Status, paid_day: Option<i64>) -> Invoice {
    Invoice {
        id: InvoiceId::from_raw(n),
        account_id: AccountId::from_raw(2),
        account: "Al Noor Cold Chain".into(),
        subscription_id: None,
        number: format!("2026-118{n}"),
        currency: of("AED"),
        amount: 1_840_000,
        paid: if status == Status::Paid { 1_840_000 } else { 0 },
        home: 460_000,
        issued_day: due - 30,
        due_day: due,
        paid_day,
        status,
        external_id: None,
    }
}

fn invoices() -> Vec<Invoice> {
    vec![
        invoice(9, TODAY + 12, Status::Open, None),
        invoice(8, TODAY - 9, Status::Open, None),
        invoice(7, TODAY - 40, Status::Paid, Some(TODAY - 36)),
        invoice(6, TODAY - 70, Status::Paid, Some(TODAY - 71)),
    ]
}

/// An account's money.
pub fn sample_money() -> Of {
    let now = days::month_of(TODAY);
    let mrr = |n: i64| if n < 6 { 0 } else { 700_000 + n / 8 * 120_000 };
    Of {
        account: AccountId::from_raw(2),
        currency: of("EUR"),
        standing: Some(Standing {
            account_id: AccountId::from_raw(2),
            mrr: 935_000,
            arr: 11_220_000,
            since_day: Some(TODAY - 700),
            next_renewal: Some(TODAY + 55),
        }),
        subscriptions: vec![
            subscription(1, "Scale", 180_000, None),
            subscription(2, "Gateways", 31_700, None),
            subscription(3, "Starter", 9_000, Some(TODAY - 300)),
        ],
        invoices: invoices(),
        sums: Sums {
            paid: 11,
            paid_amount: 5_060_000,
            paid_late: 2,
            late: 1,
            late_amount: 460_000,
            open: 1,
            open_amount: 460_000,
        },
        history: (0..MONTHS).map(|n| (now - MONTHS + 1 + n, mrr(n))).collect(),
        today: TODAY,
        may_edit: true,
        may_begin: true,
    }
}

fn report() -> Report {
    let now = days::month_of(TODAY);
    let pays = |account: i64, n: i64| match account % 7 {
        0 if n > 9 => 0,
        1 if n < 4 => 0,
        2 if (3..6).contains(&n) => 0,
        _ => 90_000 + account * 7_300 + n / 5 * account * 900 - (n / 8) * (account % 3) * 4_000,
    };
    let between = |from: i64, to: i64| {
        add_up((0..48).map(|it| Span {
            start: pays(it, from),
            end: pays(it, to),
            was_customer: it % 7 != 1 || from > 4,
        }))
    };
    let months: Vec<Month> = (1..=12)
        .map(|n| Month { month: now - 12 + n, is_over: n < 12, ledger: between(n - 1, n) })
        .collect();
    let year = between(0, 12);
    Report {
        currency: of("EUR"),
        measure: Measure::Mrr,
        of_month: figures::of(&months[11].ledger),
        of_year: figures::of(&year),
        year,
        months,
        today: TODAY,
    }
}

fn revenue() -> RevenuePage {
    let now = days::month_of(TODAY);
    RevenuePage {
        report: report(),
        choices: (now - 20..=now).rev().collect(),
        owner: String::new(),
        agents: Vec::new(),
        segment: String::new(),
        segments: vec![("seg_1".into(), "Large and green".into())],
        account: None,
        bridge: Some(Bridge {
            currency: of("EUR"),
            ledger: Part { accounts: 212, arr: 241_860_000 },
            entered: Part { accounts: 3, arr: 4_212_050 },
            outside: Part { accounts: 1, arr: 48_000 },
        }),
        may_edit: true,
    }
}

fn rows() -> RowsPage {
    let line = |n: i64, name: &str| Line {
        account: AccountId::from_raw(n),
        name: name.into(),
        start: 0,
        end: 214_000 / n,
        movement: Movement::New,
    };
    RowsPage {
        which: Which::New,
        over: Over::Month,
        month: days::month_of(TODAY),
        currency: of("EUR"),
        lines: vec![line(1, "Nordkyst Seafood"), line(2, "岡田製薬"), line(3, "Muzeum Śląskie")],
        back: "/revenue".into(),
        file: "/revenue/accounts.csv".into(),
    }
}

fn apart() -> ApartPage {
    let line = |n: i64, name: &str| tend_core::money::income::Line {
        account: AccountId::from_raw(n),
        name: name.into(),
        owner: Some("Maren Solberg".into()),
        arr: 2_106_025 / n,
        renews_on: (n == 1).then_some(TODAY + 90),
    };
    ApartPage {
        part: Apart::Entered,
        owner: String::new(),
        segment: String::new(),
        currency: of("EUR"),
        lines: vec![line(1, "Nordkyst Seafood"), line(2, "岡田製薬")],
    }
}

fn catalog() -> CatalogPage {
    let product = |n: i64, name: &str, archived: bool| Product {
        id: ProductId::from_raw(n),
        name: name.into(),
        created_at: days::moment(TODAY - 900),
        archived_at: archived.then(|| days::moment(TODAY - 30)),
    };
    CatalogPage {
        home: of("EUR"),
        products: vec![product(1, "Monitoring", false), product(2, "Paper logger", true)],
        rates: vec![Rate { currency: of("NOK"), day: TODAY - 20, rate: 85_700_000 }],
        reasons: vec![
            ("rsn_1".into(), "Price".into(), false),
            ("rsn_2".into(), "Moved".into(), true),
        ],
        said: Said {
            problems: [("rate", "Write what one unit is worth, such as 0.92.")]
                .into_iter()
                .collect(),
            ..Said::of("rate", &[("currency", "USD"), ("rate", "much")])
        },
        today: TODAY,
        may_edit: true,
        may_set_home: true,
    }
}

/// The pages about money.
pub fn samples() -> Vec<Sample> {
    let frame = sample_frame();
    let nothing = Report { months: Vec::new(), ..report() };
    let empty = RevenuePage { report: nothing, choices: vec![days::month_of(TODAY)], ..revenue() };
    let known = subscription(1, "Scale", 180_000, None);
    let form = SubscriptionPage {
        account: ("acc_2".into(), "Al Noor Cold Chain".into()),
        known: Some(known),
        form: SubscriptionForm {
            plan: "Scale".into(),
            quantity: "212".into(),
            ..Default::default()
        },
        products: catalog().products,
        reasons: vec![("rsn_1".into(), "Price".into())],
        problems: Problems::default(),
        today: TODAY,
        may_edit: true,
    };
    let invoices = InvoicesPage {
        shown: "all".into(),
        items: invoices(),
        older: Some("/revenue/invoices".into()),
        today: TODAY,
    };
    vec![
        sample("revenue", revenue_page(&frame, &revenue())),
        sample("revenue-empty", revenue_page(&frame, &empty)),
        sample("revenue-rows", revenue_rows_page(&frame, &rows())),
        sample("revenue-apart", apart_page(&frame, &apart())),
        sample("invoices", invoices_page(&frame, &invoices)),
        sample("catalog", catalog_page(&frame, &catalog())),
        sample("subscription", subscription_page(&frame, &form)),
    ]
}

//! Figures, each with what it means: its definition and version, of whom it is, of how many, how
//! sure it is, and where its rows are. Cards, tables, files and the API all show these.

use tend_stats::{intervals::Interval, revenue::Ledger};

/// How sure an interval is meant to be.
pub const LEVEL: f64 = 0.95;

/// What a figure means. A change of its meaning is another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// As in the API: `nrr`.
    pub id: &'static str,
    pub version: u32,
    pub name: &'static str,
    /// How it is computed, in a sentence.
    pub formula: &'static str,
    /// Of whom it is.
    pub cohort: &'static str,
    /// Which of the ledger's accounts are behind it; others have rows of their own.
    pub rows: Option<Which>,
}

/// The accounts behind a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Who paid at the start.
    Start,
    /// Who pays at the end.
    End,
    New,
    Reactivation,
    Expansion,
    Contraction,
    Churn,
    /// Everybody who moved.
    Moved,
}

impl Which {
    pub const ALL: [Self; 8] = [
        Self::Start,
        Self::New,
        Self::Expansion,
        Self::Reactivation,
        Self::Contraction,
        Self::Churn,
        Self::End,
        Self::Moved,
    ];

    /// The word in addresses and in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Start => "opening",
            Self::End => "closing",
            Self::New => "new",
            Self::Reactivation => "reactivation",
            Self::Expansion => "expansion",
            Self::Contraction => "contraction",
            Self::Churn => "churn",
            Self::Moved => "moved",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Start => "Opening",
            Self::End => "Closing",
            Self::New => "New",
            Self::Reactivation => "Reactivation",
            Self::Expansion => "Expansion",
            Self::Contraction => "Contraction",
            Self::Churn => "Churn",
            Self::Moved => "Moved",
        }
    }
}

impl std::str::FromStr for Which {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|it| it.word() == text);
        found.ok_or("The accounts are opening, new, expansion, reactivation, contraction, churn, closing or moved.")
    }
}

/// What a figure says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// Minor units of the home currency.
    Money(i64),
    /// 1.02 is 102 %.
    Share(f64),
    /// A plain number.
    Number(f64),
}

/// A figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    pub definition: &'static Definition,
    /// `None` where there is no answer: nobody paid at the start, nothing was lost.
    pub value: Option<Amount>,
    /// From and to, in the value's own unit, at 95 %.
    pub interval: Option<(f64, f64)>,
    /// How many accounts it is of.
    pub n: u64,
}

const fn definition(
    id: &'static str,
    name: &'static str,
    formula: &'static str,
    cohort: &'static str,
    rows: Which,
) -> Definition {
    Definition { id, version: 1, name, formula, cohort, rows: Some(rows) }
}

const PAID: &str = "Accounts that paid at the start of the period";
const PAYS: &str = "Accounts that pay at the end of the period";

pub const MRR: Definition = definition(
    "mrr",
    "Monthly recurring revenue",
    "Sum of all subscriptions that run on the last day, each divided by the months of its interval",
    PAYS,
    Which::End,
);
pub const ARR: Definition = definition(
    "arr",
    "Yearly recurring revenue",
    "Sum of all subscriptions that run on the last day, each as paid for twelve months",
    PAYS,
    Which::End,
);
pub const ARPA: Definition = definition(
    "arpa",
    "Revenue of an account",
    "Recurring revenue ÷ accounts that pay, on the last day",
    PAYS,
    Which::End,
);
pub const NRR: Definition = definition(
    "nrr",
    "Net revenue retention",
    "(Opening + expansion − contraction − churn) ÷ opening; who came back is not among them",
    PAID,
    Which::Start,
);
pub const GRR: Definition = definition(
    "grr",
    "Gross revenue retention",
    "Sum of the lesser of closing and opening, account by account, ÷ opening; at most 100%",
    PAID,
    Which::Start,
);
pub const LOGO_CHURN: Definition = definition(
    "logo_churn",
    "Accounts lost",
    "Accounts that paid at the start and pay nothing at the end ÷ accounts that paid at the start",
    PAID,
    Which::Churn,
);
pub const REVENUE_CHURN: Definition = definition(
    "gross_revenue_churn",
    "Revenue lost, gross",
    "(Churn + contraction) ÷ opening",
    PAID,
    Which::Churn,
);
pub const NET_CHURN: Definition = definition(
    "net_revenue_churn",
    "Revenue lost, net",
    "(Churn + contraction − expansion − reactivation) ÷ opening; below nothing when more was won",
    PAID,
    Which::Moved,
);
pub const QUICK_RATIO: Definition = definition(
    "quick_ratio",
    "Quick ratio",
    "(New + expansion) ÷ (churn + contraction)",
    "Accounts that moved in the period",
    Which::Moved,
);
pub const NRR_WITHOUT_CONTRACTION: Definition = definition(
    "nrr_without_contraction",
    "Net retention that names no contraction",
    "(Opening + expansion − churn) ÷ opening: what the text of Baremetrics says",
    PAID,
    Which::Start,
);

/// The figures of a period, in the order in which people ask for them.
pub fn of(it: &Ledger) -> Vec<Figure> {
    let start = it.start.accounts;
    let moved = it.new.accounts
        + it.expansion.accounts
        + it.contraction.accounts
        + it.churn.accounts
        + it.reactivation.accounts;
    let make = |definition, found: Option<Interval>, amount: fn(f64) -> Amount, n| Figure {
        definition,
        value: found.map(|it| amount(it.value)),
        // One account tells nothing: such an interval has no end.
        interval: found.filter(|it| it.upper.is_finite()).map(|it| (it.lower, it.upper)),
        n,
    };
    let share = |definition, found| make(definition, found, Amount::Share, start);
    let money = |it: f64| Amount::Money(it.round() as i64);
    vec![
        share(&NRR, it.net_retention(LEVEL)),
        share(&GRR, it.gross_retention(LEVEL)),
        share(&LOGO_CHURN, it.logo_churn(LEVEL)),
        share(&REVENUE_CHURN, it.gross_churn(LEVEL)),
        share(&NET_CHURN, it.net_churn(LEVEL)),
        make(&QUICK_RATIO, it.quick_ratio(LEVEL), Amount::Number, moved),
        make(&ARPA, it.revenue_per_account(LEVEL), money, it.end.accounts),
        share(&NRR_WITHOUT_CONTRACTION, it.net_retention_without_contraction(LEVEL)),
    ]
}

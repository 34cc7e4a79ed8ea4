//! Revenue: the ledger, the rows behind its figures, invoices, and what is sold.

pub(crate) mod advocacy;
pub(crate) mod apart;
pub(crate) mod behind;
pub(crate) mod catalog;
pub(crate) mod files;
pub(crate) mod growing;
pub(crate) mod import;
pub(crate) mod renewals;
pub(crate) mod row_files;
pub(crate) mod subscription;
pub(crate) mod subscriptions;
pub(crate) mod winning;

use axum::{extract::State, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Result,
    accounts::{self, AccountId, list::Filter},
    agents::{self, Me, Permission},
    book,
    customers::sheet,
    error::not_found,
    money::{
        days,
        figures::Which,
        income,
        invoices::{self, Status},
        ledger::{self, Asked as LedgerAsked, Over, Report},
        rates,
    },
};
use tend_store::Tx;
use tend_views::{
    revenue::{
        InvoicesPage, RevenuePage, RowsPage, invoices_page, revenue_page, revenue_rows_page,
    },
    urls,
};

use super::{Answer, frame::Wanted, table_file};
use crate::{
    App,
    asked::Query,
    router::{Access::May as Needs, Route, get, post},
    who::{May, may::RevenueRead},
};

/// All pages about money.
pub(crate) fn routes() -> Vec<Route> {
    use Permission::{RenewalsEdit, RevenueEdit, RevenueRead, SettingsManage};
    let (see, edit, renew) = (Needs(RevenueRead), Needs(RevenueEdit), Needs(RenewalsEdit));
    let mut all = winning_routes();
    all.extend(file_routes());
    all.extend(reloaded());
    all.extend([
        get(urls::revenue(), see, show),
        get(urls::revenue_rows(), see, rows),
        get(urls::revenue_file(), see, file),
        get(urls::revenue_apart(), see, apart::show),
        get(urls::revenue_apart_file(), see, apart::file),
        get(urls::invoices(), see, invoices),
        get(urls::renewals(), see, renewals::show),
        get(urls::renewal("{id}"), renew, renewals::one),
        post(urls::renewal("{id}"), renew, renewals::settle),
        post(urls::renewal_forecast("{id}"), renew, renewals::forecast),
        get(urls::churn(), see, renewals::churn),
        get(urls::opportunities(), see, growing::show),
        post(urls::opportunities(), renew, growing::add),
        post(urls::opportunity_stage("{id}"), renew, growing::stage),
        get(urls::white_space(), see, growing::white_space),
        get(urls::revenue_import(), edit, import::show),
        post(urls::revenue_import(), edit, import::begin).upload(),
        get(urls::revenue_imported("{id}"), edit, import::look),
        post(urls::revenue_import_run("{id}"), edit, import::run),
        get(urls::catalog(), see, catalog::show),
        post(urls::products(), edit, catalog::add_product),
        post(urls::product_archive("{id}"), edit, catalog::archive_product),
        post(urls::home_currency(), Needs(SettingsManage), catalog::set_home),
        post(urls::exchange_rates(), edit, catalog::set_rate),
        post(urls::churn_reasons(), edit, catalog::add_reason),
        post(urls::churn_reason_archive("{id}"), edit, catalog::archive_reason),
        get(urls::new_subscription(), edit, subscription::new),
        post(urls::subscriptions(), edit, subscription::create),
        get(urls::subscription("{id}"), see, subscription::show),
        post(urls::subscription("{id}"), edit, subscription::change),
        post(urls::subscription_end("{id}"), edit, subscription::end),
        post(urls::subscription_resume("{id}"), edit, subscription::resume),
    ]);
    all
}

/// The addresses of forms, when a browser asks for them again: a form that was not accepted is
/// shown at its own address, and reloading it leads back to its page.
fn reloaded() -> Vec<Route> {
    let back = |path: String, page: fn() -> String| {
        get(path, Needs(Permission::RevenueRead), move |_: May<RevenueRead>| async move {
            Ok::<_, crate::WebError>(super::go(&page()))
        })
    };
    vec![
        back(urls::acquisition_costs(), urls::acquisition),
        back(urls::acquisition_file(), urls::acquisition),
        back(urls::gross_margin(), urls::acquisition),
        back(urls::products(), urls::catalog),
        back(urls::home_currency(), urls::catalog),
        back(urls::exchange_rates(), urls::catalog),
        back(urls::churn_reasons(), urls::catalog),
        back(urls::referrals(), urls::advocacy),
        back(urls::referral("{id}"), urls::advocacy),
        back(urls::advocates(), urls::advocacy),
        back(urls::advocate("{id}", "ask"), urls::advocacy),
    ]
}

/// Figures as files, and the accounts behind them.
fn file_routes() -> Vec<Route> {
    let see = Needs(Permission::RevenueRead);
    let as_file = |path: String| format!("{path}.csv");
    vec![
        get(urls::subscriptions(), see, subscriptions::show),
        get(urls::subscriptions_file(), see, subscriptions::file),
        get(urls::growth_file(), see, files::growth_table),
        get(urls::growth_rows(), see, behind::growth_rows),
        get(as_file(urls::growth_rows()), see, behind::growth_file),
        get(urls::churn_file(), see, files::churn_table),
        get(urls::churn_rows(), see, behind::churn_rows),
        get(as_file(urls::churn_rows()), see, behind::churn_file),
        get(urls::acquisition_export(), see, files::acquisition_table),
        get(urls::acquisition_rows(), see, behind::acquisition_rows),
        get(as_file(urls::acquisition_rows()), see, behind::acquisition_file),
        get(urls::retention_file(), see, files::retention_table),
        get(urls::lifetime_file(), see, files::lifetime_table),
        get(urls::renewals_file(), see, files::renewals_table),
        get(urls::opportunities_file(), see, files::opportunities_table),
        get(as_file(urls::revenue_rows()), see, row_files::ledger_rows),
        get(as_file(urls::invoices()), see, row_files::invoices),
        get(as_file(urls::cohort()), see, row_files::cohort),
        get(as_file(urls::referrals()), see, row_files::referrals),
        get(as_file(urls::advocates()), Needs(Permission::CustomersRead), row_files::advocates),
        get(as_file(urls::white_space()), see, growing::white_space_file),
    ]
}

/// Who comes, who stays, and who speaks for us.
fn winning_routes() -> Vec<Route> {
    use Permission::{RenewalsEdit, RevenueEdit, RevenueRead};
    let (see, edit, renew) = (Needs(RevenueRead), Needs(RevenueEdit), Needs(RenewalsEdit));
    vec![
        get(urls::retention(), see, winning::retention),
        get(urls::cohort(), see, winning::cohort),
        get(urls::acquisition(), see, winning::acquisition),
        post(urls::acquisition_costs(), edit, winning::set_cost),
        post(urls::acquisition_file(), edit, winning::take_costs).upload(),
        post(urls::gross_margin(), edit, winning::set_margin),
        post(urls::account_channel("{id}"), renew, winning::set_channel),
        get(urls::lifetime(), see, winning::value),
        get(urls::growth(), see, winning::growth),
        get(urls::advocacy(), see, advocacy::show),
        post(urls::referrals(), renew, advocacy::refer),
        post(urls::referral("{id}"), renew, advocacy::settle),
        post(urls::advocates(), renew, advocacy::add),
        post(urls::advocate("{id}", "ask"), renew, advocacy::ask),
        post(urls::advocate("{id}", "consent"), renew, advocacy::consent),
        post(urls::advocate("{id}", "withdraw"), renew, advocacy::withdraw),
    ]
}

/// What the ledger is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    month: String,
    measure: String,
    owner: String,
    segment: String,
    account: String,
    which: String,
    over: String,
    part: String,
}

/// So many months are shown.
const SHOWN: i64 = 13;

impl Asked {
    fn asked(&self, months: i64) -> LedgerAsked {
        LedgerAsked {
            account: self.account.parse().ok(),
            filter: Filter { owner: self.owner.parse().ok(), ..Filter::default() },
            segment: self.segment.parse().ok(),
            measure: self.measure.parse().unwrap_or_default(),
            month: days::parse_month(&self.month),
            months,
        }
    }

    fn over(&self) -> Over {
        if self.over == "year" { Over::Year } else { Over::Month }
    }

    fn back(&self) -> String {
        self.with(&urls::revenue(), &[])
    }

    /// The rows of a figure as a file.
    fn file(&self) -> String {
        let more = [("which", self.which.as_str()), ("over", &self.over)];
        self.with(&format!("{}.csv", urls::revenue_rows()), &more)
    }

    fn with(&self, path: &str, more: &[(&str, &str)]) -> String {
        let all = [
            ("month", self.month.as_str()),
            ("measure", &self.measure),
            ("owner", &self.owner),
            ("segment", &self.segment),
            ("account", &self.account),
        ];
        let all = all.into_iter().chain(more.iter().copied());
        let some: Vec<_> = all.filter(|it| !it.1.is_empty()).collect();
        urls::with_query(path, &some)
    }
}

fn read(tx: &mut Tx, me: &Me, asked: &LedgerAsked) -> Result<Report> {
    let now = days::month_of(days::today(tx)?);
    let month = asked.month.filter(|it| *it <= now);
    ledger::report(tx, me, &LedgerAsked { month, ..asked.clone() })
}

pub(crate) async fn show(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::revenue());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let wants = asked.asked(SHOWN);
        let account = match wants.account {
            Some(id) => Some(named(tx, me, id)?),
            None => None,
        };
        let report = read(tx, me, &wants)?;
        let now = report.months.last().map(|it| it.month) == Some(days::month_of(report.today));
        let bridge = match wants.account.is_none() && now {
            true => Some(income::bridge(tx, me, &wants)?),
            false => None,
        };
        let it = RevenuePage {
            report,
            choices: ledger::months_told(tx, me)?,
            owner: asked.owner.clone(),
            agents: agents::present(tx)?,
            segment: asked.segment.clone(),
            segments: segments_of(tx, me)?,
            account,
            bridge,
            may_edit: me.may(Permission::RevenueEdit),
        };
        Ok(revenue_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

/// Id and name of each, for one who may see segments.
pub(crate) fn segments_of(tx: &mut Tx, me: &Me) -> Result<Vec<(String, String)>> {
    if !me.may(Permission::CustomersRead) {
        return Ok(Vec::new());
    }
    let all = book::segments(tx, me)?.into_iter();
    Ok(all.map(|it| (it.id.to_string(), it.name)).collect())
}

fn named(tx: &mut Tx, me: &Me, id: AccountId) -> Result<(String, String)> {
    let it = accounts::find_visible(tx, me, id)?;
    Ok((it.id.to_string(), it.name))
}

pub(crate) async fn rows(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::revenue());
    let page = app.read(move |tx| {
        let wants = asked.asked(1);
        let which: Which = asked.which.parse().unwrap_or(Which::End);
        let month = wants.month.unwrap_or(days::month_of(days::today(tx)?));
        let it = RowsPage {
            which,
            over: asked.over(),
            month,
            currency: rates::home(tx)?,
            lines: ledger::lines(tx, &wanted.me, &wants, asked.over(), which)?,
            back: asked.back(),
            file: asked.file(),
        };
        Ok(revenue_rows_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

/// The ledger as a table, to the cent.
pub(crate) async fn file(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let me = who.me.clone();
    let text = app.read(move |tx| Ok(lines(&read(tx, &me, &asked.asked(60))?))).await?;
    Ok(table_file("revenue.csv", text))
}

fn lines(it: &Report) -> String {
    let head = [
        "month",
        "currency",
        "measure",
        "opening",
        "new",
        "expansion",
        "reactivation",
        "contraction",
        "churn",
        "closing",
        "accounts_opening",
        "accounts_new",
        "accounts_churned",
        "accounts_closing",
        "complete",
    ];
    let mut text = sheet::BOM.to_owned() + &sheet::line(head);
    let money = |amount: i128| it.currency.plain(i64::try_from(amount).unwrap_or(i64::MAX));
    for month in &it.months {
        let l = &month.ledger;
        let cells = [
            days::month_text(month.month),
            it.currency.to_string(),
            it.measure.word().to_owned(),
            money(l.start.amount),
            money(l.new.amount),
            money(l.expansion.amount),
            money(l.reactivation.amount),
            money(-l.contraction.amount),
            money(-l.churn.amount),
            money(l.end.amount),
            l.start.accounts.to_string(),
            l.new.accounts.to_string(),
            l.churn.accounts.to_string(),
            l.end.accounts.to_string(),
            month.is_over.to_string(),
        ];
        text.push_str(&sheet::line(cells.iter().map(String::as_str)));
    }
    text
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    shown: String,
    cursor: String,
}

/// Which they are, and the word for it.
fn wanted_invoices(asked: &Shown) -> (&str, invoices::Filter) {
    let shown = match asked.shown.as_str() {
        it @ ("late" | "open" | "paid") => it,
        _ => "all",
    };
    let status = match shown {
        "open" => Some(Status::Open),
        "paid" => Some(Status::Paid),
        _ => None,
    };
    (shown, invoices::Filter { account: None, status, late: shown == "late" })
}

pub(crate) async fn invoices(
    who: May<RevenueRead>,
    State(app): State<App>,
    Query(asked): Query<Shown>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::revenue());
    let page = app.read(move |tx| {
        let (shown, which) = wanted_invoices(&asked);
        let from = match asked.cursor.as_str() {
            "" => None,
            it => Some(it.parse().map_err(|_| not_found("page"))?),
        };
        let found = invoices::list(tx, &wanted.me, &which, from, 100)?;
        let older = found.next.map(|it| {
            urls::with_query(&urls::invoices(), &[("shown", shown), ("cursor", &it.to_string())])
        });
        let it = InvoicesPage {
            shown: shown.to_owned(),
            items: found.items,
            older,
            today: days::today(tx)?,
        };
        Ok(invoices_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

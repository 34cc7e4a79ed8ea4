use std::fmt::Display;

/// The ledger: `month`, `measure`, `owner`, `account`.
pub fn revenue() -> String {
    "/revenue".into()
}
/// The accounts behind a figure: as the ledger, with `which` and `over`.
pub fn revenue_rows() -> String {
    "/revenue/accounts".into()
}
/// The ledger as a file.
pub fn revenue_file() -> String {
    "/revenue/ledger.csv".into()
}
/// The accounts between the ledger and the portfolio: `part`, `owner`, `segment`.
pub fn revenue_apart() -> String {
    "/revenue/apart".into()
}
/// The same as a file.
pub fn revenue_apart_file() -> String {
    "/revenue/apart.csv".into()
}
/// Subscriptions and invoices from a billing system.
pub fn revenue_import() -> String {
    "/revenue/import".into()
}
/// Invoices: `shown`, `cursor`.
pub fn invoices() -> String {
    "/revenue/invoices".into()
}
/// Products, rates, reasons for leaving.
pub fn catalog() -> String {
    "/revenue/catalog".into()
}
/// POST: a product.
pub fn products() -> String {
    "/revenue/products".into()
}
/// POST: `sold`.
pub fn product_archive(id: impl Display) -> String {
    format!("/revenue/products/{id}/archive")
}
/// POST: the company's own currency.
pub fn home_currency() -> String {
    "/revenue/home-currency".into()
}
/// POST: `currency`, `day`, `rate`.
pub fn exchange_rates() -> String {
    "/revenue/rates".into()
}
/// POST: a reason for leaving.
pub fn churn_reasons() -> String {
    "/revenue/churn-reasons".into()
}
/// POST: `used`.
pub fn churn_reason_archive(id: impl Display) -> String {
    format!("/revenue/churn-reasons/{id}/archive")
}
/// GET all of them: `state`, `product`, `cursor`. POST: a new one.
pub fn subscriptions() -> String {
    "/revenue/subscriptions".into()
}
/// The list as a file: `state`, `product`.
pub fn subscriptions_file() -> String {
    "/revenue/subscriptions.csv".into()
}
/// The form of a new one: `account`.
pub fn new_subscription() -> String {
    "/revenue/subscriptions/new".into()
}
/// GET one; POST changes it.
pub fn subscription(id: impl Display) -> String {
    format!("/revenue/subscriptions/{id}")
}
/// POST: `end`, `reason`.
pub fn subscription_end(id: impl Display) -> String {
    format!("/revenue/subscriptions/{id}/end")
}
/// POST.
pub fn subscription_resume(id: impl Display) -> String {
    format!("/revenue/subscriptions/{id}/resume")
}
/// A file that waits: what would become of it.
pub fn revenue_imported(id: impl Display) -> String {
    format!("/revenue/import/{id}")
}
/// POST: takes it in.
pub fn revenue_import_run(id: impl Display) -> String {
    format!("/revenue/import/{id}/run")
}
/// The calendar of renewals.
pub fn renewals() -> String {
    "/renewals".into()
}
/// GET the form to settle it; POST settles it. The id is the subscription's.
pub fn renewal(id: impl Display) -> String {
    format!("/renewals/{id}")
}
/// POST: `category`.
pub fn renewal_forecast(id: impl Display) -> String {
    format!("/renewals/{id}/forecast")
}
/// GET all of them, with a form for a new one of `account` and `product`; POST makes one.
pub fn opportunities() -> String {
    "/revenue/opportunities".into()
}
/// POST: `stage`.
pub fn opportunity_stage(id: impl Display) -> String {
    format!("/revenue/opportunities/{id}/stage")
}
/// Who has which products.
pub fn white_space() -> String {
    "/revenue/white-space".into()
}
/// Why customers left.
pub fn churn() -> String {
    "/revenue/churn".into()
}
/// The heat map: `basis`, `shown`.
pub fn retention() -> String {
    "/revenue/retention".into()
}
/// The accounts behind a share of a cohort: as the cohorts, with `first` and `after`.
pub fn cohort() -> String {
    "/revenue/retention/accounts".into()
}
/// What it costs to win customers.
pub fn acquisition() -> String {
    "/revenue/acquisition".into()
}
/// POST: `month`, `channel`, `amount`.
pub fn acquisition_costs() -> String {
    "/revenue/acquisition/costs".into()
}
/// POST: a file of costs.
pub fn acquisition_file() -> String {
    "/revenue/acquisition/file".into()
}
/// POST: `margin`, in per cent.
pub fn gross_margin() -> String {
    "/revenue/acquisition/margin".into()
}
/// POST: `channel`.
pub fn account_channel(id: impl Display) -> String {
    format!("/revenue/acquisition/accounts/{id}")
}
/// What a customer is worth.
pub fn lifetime() -> String {
    "/revenue/value".into()
}
/// How portfolios grew, as a file: `months`.
pub fn growth_file() -> String {
    "/revenue/growth.csv".into()
}
/// The accounts behind a figure of growth: `owner`, `which`, `months`; with `.csv` as a file.
pub fn growth_rows() -> String {
    "/revenue/growth/accounts".into()
}
/// Why customers left, as a file.
pub fn churn_file() -> String {
    "/revenue/churn.csv".into()
}
/// The accounts that left: `reason`; with `.csv` as a file.
pub fn churn_rows() -> String {
    "/revenue/churn/accounts".into()
}
/// What customers cost, as a file.
pub fn acquisition_export() -> String {
    "/revenue/acquisition.csv".into()
}
/// The customers who came: `channel`, `month`, `months`; with `.csv` as a file.
pub fn acquisition_rows() -> String {
    "/revenue/acquisition/won".into()
}
/// The cohorts as a file: as the page.
pub fn retention_file() -> String {
    "/revenue/retention.csv".into()
}
/// What a customer is worth, as a file: `segment`.
pub fn lifetime_file() -> String {
    "/revenue/value.csv".into()
}
/// Renewals to come and settled, as a file.
pub fn renewals_file() -> String {
    "/renewals.csv".into()
}
/// Opportunities as a file.
pub fn opportunities_file() -> String {
    "/revenue/opportunities.csv".into()
}
/// How portfolios grew.
pub fn growth() -> String {
    "/revenue/growth".into()
}
/// Who speaks for us.
pub fn advocacy() -> String {
    "/revenue/advocacy".into()
}
/// POST: `account`, `name`.
pub fn referrals() -> String {
    "/revenue/referrals".into()
}
/// POST: `state`, `account`.
pub fn referral(id: impl Display) -> String {
    format!("/revenue/referrals/{id}")
}
/// POST: a testimonial or a reference.
pub fn advocates() -> String {
    "/revenue/advocates".into()
}
/// POST: `ask`, `consent`, `withdraw`.
pub fn advocate(id: impl Display, what: &str) -> String {
    format!("/revenue/advocates/{id}/{what}")
}

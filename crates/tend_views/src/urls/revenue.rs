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
/// POST: a subscription.
pub fn subscriptions() -> String {
    "/revenue/subscriptions".into()
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

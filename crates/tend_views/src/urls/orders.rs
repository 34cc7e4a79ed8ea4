use std::fmt::Display;

/// All orders, or those of `shop`, `contact` or `account`; `cursor`.
pub fn orders() -> String {
    "/orders".into()
}
/// One order.
pub fn order(id: impl Display) -> String {
    format!("/orders/{id}")
}
/// POST: a message that a shop sent is read again.
pub fn shop_replay(id: impl Display) -> String {
    format!("/settings/shops/messages/{id}/replay")
}
/// POST: what a request about privacy needs of a person is done.
pub fn shop_request_done(id: impl Display) -> String {
    format!("/settings/shops/requests/{id}/done")
}
/// POST: where a shop sends its messages.
pub fn shop_hook(id: impl Display) -> String {
    format!("/hooks/shops/{id}")
}
/// Where a customer asks for a link to their orders: POST `email`.
pub fn my_orders() -> String {
    "/my-orders".into()
}
/// A customer's own orders.
pub fn my_orders_behind(token: impl Display) -> String {
    format!("/my-orders/{token}")
}
/// POST: a link for whose order this is.
pub fn order_link(id: impl Display) -> String {
    format!("/orders/{id}/link")
}
/// GET and POST: orders from a file, with the parts `source` and `file`.
pub fn orders_import() -> String {
    "/orders/import".into()
}
/// A file of orders that was looked through.
pub fn orders_imported(id: impl Display) -> String {
    format!("/orders/import/{id}")
}
/// POST: takes it in.
pub fn orders_import_run(id: impl Display) -> String {
    format!("/orders/import/{id}/run")
}
/// POST: the orders of a list as a file.
pub fn orders_export() -> String {
    "/orders/export".into()
}

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

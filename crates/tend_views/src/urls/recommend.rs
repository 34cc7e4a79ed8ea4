use std::fmt::Display;

/// Whether recommending is worth it, and what it did.
pub fn recommendations() -> String {
    "/recommendations".into()
}
/// A part of other pages: what is suggested to a contact. `place` is conversation or account.
pub fn contact_suggestions(id: impl Display) -> String {
    format!("/contacts/{id}/suggestions")
}
/// The same for an account.
pub fn account_suggestions(id: impl Display) -> String {
    format!("/accounts/{id}/suggestions")
}
/// POST: a suggestion was put into an answer.
pub fn suggestion_inserted(contact: impl Display, product: impl Display) -> String {
    format!("/contacts/{contact}/suggestions/{product}/inserted")
}
/// POST: an opportunity is made of a suggestion.
pub fn suggestion_opportunity(contact: impl Display, product: impl Display) -> String {
    format!("/contacts/{contact}/suggestions/{product}/opportunity")
}
/// One product: GET shows it, POST changes it.
pub fn product(id: impl Display) -> String {
    format!("/revenue/products/{id}")
}
/// Its picture, fetched by us.
pub fn product_picture(id: impl Display) -> String {
    format!("/revenue/products/{id}/picture")
}
/// A quiz as visitors see it; POST answers the next question.
pub fn quiz(slug: impl Display) -> String {
    format!("/q/{slug}")
}
/// POST: a visitor leaves their address.
pub fn quiz_address(slug: impl Display) -> String {
    format!("/q/{slug}/address")
}
/// To a product that was shown.
pub fn quiz_go(slug: impl Display, product: impl Display) -> String {
    format!("/q/{slug}/go/{product}")
}
/// A picture of a product, fetched by us.
pub fn quiz_picture(slug: impl Display, product: impl Display) -> String {
    format!("/q/{slug}/picture/{product}")
}

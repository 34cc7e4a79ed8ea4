//! Meetings on the page of an account.

use axum::extract::State;
use tend_core::{
    accounts::AccountId,
    agents::Permission,
    contacts::ContactId,
    error::invalid,
    meetings::{self as verbs, NewMeeting},
};
use tend_views::urls;

use super::{
    Answer,
    inbox::{Htmx, moment},
    lead,
};
use crate::{
    App,
    api::Id,
    asked::Form,
    router::{Access::May as Needs, Route, post},
    who::{May, may::CustomersEdit},
};

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    vec![post(urls::account_meetings("{id}"), Needs(Permission::CustomersEdit), record)]
}

async fn record(
    who: May<CustomersEdit>,
    State(app): State<App>,
    Id(id): Id<AccountId>,
    Htmx(is_htmx): Htmx,
    Form(said): Form<Vec<(String, String)>>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let of = |name: &str| said.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_str());
        let happened_at = match of("happened_at").trim() {
            "" => tx.now(),
            text => moment(text, &me).ok_or(invalid("happened_at", "Write a day and a time."))?,
        };
        let people = said.iter().filter(|it| it.0 == "person").map(|it| it.1.parse());
        let people: Result<Vec<ContactId>, _> = people.collect();
        let new = NewMeeting {
            title: of("title").to_owned(),
            note: of("note").to_owned(),
            happened_at,
            people: people.map_err(|_| invalid("people", "Choose who was there."))?,
        };
        verbs::record(tx, &me, id, &new)
    })
    .await?;
    Ok(lead(&urls::account(id), is_htmx))
}

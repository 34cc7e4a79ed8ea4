//! The OpenAPI document, made from the handlers themselves.

use axum::Json;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::{agents, conversations, inboxes, journal, messages, tags, teams};

#[derive(OpenApi)]
#[openapi(
    info(title = "Tend", version = "1", description = "The same verbs as the pages. Lists answer `{\"items\": […], \"next_cursor\": …}`; errors are `application/problem+json`; every POST takes an `Idempotency-Key`."),
    modifiers(&Bearer),
    security(("token" = [])),
    paths(
        agents::me, agents::list, agents::find,
        teams::list, teams::find, teams::create, teams::change, teams::archive,
        inboxes::list, inboxes::find, inboxes::create, inboxes::change, inboxes::archive,
        tags::list, tags::create, tags::change, tags::archive,
        conversations::statuses, conversations::list, conversations::create,
        conversations::find, conversations::change, conversations::tag, conversations::untag,
        conversations::snooze, conversations::follow, conversations::unfollow,
        conversations::read, conversations::unread,
        messages::list, messages::create, messages::find, messages::undo,
        journal::list,
    )
)]
struct Api;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let parts = document.components.get_or_insert_default();
        parts.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

/// For programs that read it; no secret stands in it.
pub(crate) async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(openapi())
}

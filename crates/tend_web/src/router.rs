//! Every route of Tend, on one page: method, path, who may, and what answers.
//!
//! The router is made from this list and from nothing else, so that no route can
//! be without a row; one test asks each of them as everybody (`tests/it/access.rs`).

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{Method, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use tend_core::agents::Permission;
use tend_views::urls;
use tokio::time::timeout;

use crate::{
    api,
    app::App,
    assets,
    config::Config,
    edge::{self, Matched},
    error::WebError,
    pages::{
        self as p, canned, forgotten, gallery,
        inbox::{
            bulk, change, drafts, files, floats, mail, merging, messages, read, send, suggest,
            undo, write,
        },
        invitation, live, notifications, search, sign_in, start, views,
    },
    to::{Answers, To},
    tracking,
};

/// Who reaches a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Every agent who is signed in, for what is their own.
    Session,
    /// Agents with this permission who are signed in.
    May(Permission),
    /// Programs with a token of an agent, if both may do this.
    Token(Permission),
    /// Programs with any token.
    AnyToken,
}

/// How much time and room a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Quick,
    Upload,
    Stream,
}

/// One line of the list.
pub struct Route {
    pub method: Method,
    /// With its holes: `/conversations/{id}`.
    pub path: String,
    pub access: Access,
    kind: Kind,
    /// The address of the page that it is a part of.
    part_of: Option<String>,
    to: MethodRouter<App>,
}

use Access::{May, Public, Session};
use Permission::{
    ConversationsAssign as Assign, ConversationsDelete as Delete, ConversationsMerge as Merge,
    ConversationsRead as Read, ConversationsReply as Reply, ConversationsUpdate as Update,
};

/// The list.
pub fn routes() -> Vec<Route> {
    let mut all = pages();
    all.extend(conversations());
    all.extend(writing());
    all.extend(settings());
    all.extend(settings_of_all());
    for some in [
        p::usage::routes(),
        p::revenue::routes(),
        p::book::routes(),
        p::orders::routes(),
        p::mine::routes(),
        p::remedies::routes(),
        p::recommend::routes(),
        p::surveys::routes(),
        p::campaigns::routes(),
        p::meetings::routes(),
    ] {
        all.extend(some);
    }
    all.extend(customers());
    all.extend(api::routes());
    all.extend(tracking::routes());
    all
}

fn settings() -> Vec<Route> {
    use Permission::{InboxesManage, SettingsManage, TokensManage};
    use p::settings::{self as s, company, devices, domain, inboxes, profile, tokens};
    let section = |it: &str| urls::settings_section(it);
    let item = |of: &str| urls::settings_item(of, "{id}");
    vec![
        get(urls::settings(), Session, s::first),
        get(section("profile"), Session, profile::show),
        post(section("profile"), Session, profile::change),
        post("/settings/profile/password", Session, profile::password),
        post("/settings/profile/picture", Session, profile::picture).upload(),
        post("/settings/profile/picture/remove", Session, profile::no_picture),
        get(section("notifications"), Session, profile::notifications),
        post(section("notifications"), Session, profile::notify_by),
        post(urls::devices(), Session, devices::add),
        post(urls::device_remove("{id}"), Session, devices::remove),
        post(urls::device_trial("{id}"), Session, devices::trial),
        get(section("sessions"), Session, profile::own_sessions),
        post("/settings/sessions/end-others", Session, profile::end_others),
        post("/settings/sessions/{id}/end", Session, profile::end_session),
        get(section("tokens"), May(TokensManage), tokens::show),
        post(section("tokens"), May(TokensManage), tokens::create),
        get("/settings/tokens/new", May(TokensManage), tokens::new),
        post("/settings/tokens/{id}/revoke", May(TokensManage), tokens::revoke),
        get(section("company"), May(SettingsManage), company::show),
        post(section("company"), May(SettingsManage), company::change),
        get(section("inboxes"), May(InboxesManage), inboxes::show),
        post(section("inboxes"), May(InboxesManage), inboxes::create),
        get("/settings/inboxes/new", May(InboxesManage), inboxes::new),
        get(item("inboxes"), May(InboxesManage), inboxes::one),
        post(item("inboxes"), May(InboxesManage), inboxes::change),
        post("/settings/inboxes/{id}/archive", May(InboxesManage), inboxes::archive),
        get(urls::inbox_domain("{id}"), May(InboxesManage), domain::show),
        get(urls::inbox_records("{id}"), May(InboxesManage), domain::records),
        post(urls::inbox_keys("{id}"), May(InboxesManage), domain::make),
        post(urls::inbox_key("{id}", "{key}", "sign"), May(InboxesManage), domain::sign),
        post(urls::inbox_key("{id}", "{key}", "stop"), May(InboxesManage), domain::stop),
        post(urls::inbox_key("{id}", "{key}", "remove"), May(InboxesManage), domain::remove),
        post("/settings/inboxes/{id}/{kind}", May(InboxesManage), inboxes::keep_server),
        post("/settings/inboxes/{id}/{kind}/test", May(InboxesManage), inboxes::test_server),
        post("/settings/inboxes/{id}/{kind}/remove", May(InboxesManage), inboxes::remove_server),
    ]
}

/// What holds for everyone.
fn settings_of_all() -> Vec<Route> {
    use Permission::{
        AgentsManage, AttributesManage, JobsManage, MailQuarantine, RolesManage, TagsManage,
        TeamsManage,
    };
    use p::settings::{agents, attributes, jobs, mail, roles, statuses, tags, teams};
    let section = |it: &str| urls::settings_section(it);
    let item = |of: &str| urls::settings_item(of, "{id}");
    vec![
        get(section("agents"), May(AgentsManage), agents::show),
        post(section("agents"), May(AgentsManage), agents::create),
        get("/settings/agents/new", May(AgentsManage), agents::new),
        get(item("agents"), May(AgentsManage), agents::one),
        post(item("agents"), May(AgentsManage), agents::change),
        post("/settings/agents/{id}/invite", May(AgentsManage), agents::invite_again),
        post("/settings/agents/{id}/leave", May(AgentsManage), agents::leave),
        get(section("roles"), May(RolesManage), roles::show),
        post(section("roles"), May(RolesManage), roles::create),
        get("/settings/roles/new", May(RolesManage), roles::new),
        get(item("roles"), May(RolesManage), roles::one),
        post(item("roles"), May(RolesManage), roles::change),
        post("/settings/roles/{id}/remove", May(RolesManage), roles::remove),
        get(section("teams"), May(TeamsManage), teams::show),
        post(section("teams"), May(TeamsManage), teams::create),
        get(item("teams"), May(TeamsManage), teams::one),
        post(item("teams"), May(TeamsManage), teams::change),
        post("/settings/teams/{id}/archive", May(TeamsManage), teams::archive),
        get(section("tags"), May(TagsManage), tags::show),
        post(section("tags"), May(TagsManage), tags::create),
        post(item("tags"), May(TagsManage), tags::rename),
        post("/settings/tags/{id}/archive", May(TagsManage), tags::archive),
        get(section("statuses"), May(AttributesManage), statuses::show),
        post(section("statuses"), May(AttributesManage), statuses::define),
        post(item("statuses"), May(AttributesManage), statuses::rename),
        post("/settings/statuses/{id}/archive", May(AttributesManage), statuses::archive),
        get(section("mail"), May(MailQuarantine), mail::show),
        get(urls::quarantined("{id}"), May(MailQuarantine), mail::one),
        get(urls::quarantined_original("{id}"), May(MailQuarantine), mail::original),
        post(urls::quarantined_retry("{id}"), May(MailQuarantine), mail::retry),
        post(urls::quarantined_dismiss("{id}"), May(MailQuarantine), mail::dismiss),
        get(section("jobs"), May(JobsManage), jobs::show),
        post(urls::job_run("{id}"), May(JobsManage), jobs::run),
        post(urls::job_give_up("{id}"), May(JobsManage), jobs::give_up),
        get(section("attributes"), May(AttributesManage), attributes::show),
        post(section("attributes"), May(AttributesManage), attributes::create),
        get("/settings/attributes/new", May(AttributesManage), attributes::new),
        get(item("attributes"), May(AttributesManage), attributes::edit),
        post(item("attributes"), May(AttributesManage), attributes::change),
        post("/settings/attributes/{id}/archive", May(AttributesManage), attributes::archive),
        post("/settings/attributes/{id}/restore", May(AttributesManage), attributes::restore),
        post("/settings/attributes/{id}/move", May(AttributesManage), attributes::move_it),
    ]
}

fn customers() -> Vec<Route> {
    use Permission::{
        CustomersEdit as Edit, CustomersExport as Export, CustomersImport as Import,
        CustomersMerge as Merge, CustomersRead as See,
    };
    use p::customers::{
        self as c, account, accounts, contact, contacts, export, imports, merge, notes,
    };
    vec![
        get(urls::contacts(), May(See), contacts::show),
        post(urls::contacts(), May(Edit), contacts::create),
        get(urls::new_contact(), May(Edit), contacts::new),
        post(urls::contacts_export(), May(Export), export::contacts),
        get(urls::contact("{id}"), May(See), contact::show),
        put(urls::contact("{id}"), May(Edit), contact::change),
        get(urls::contact_timeline("{id}"), May(See), contact::timeline).of(urls::contact("{id}")),
        put(urls::contact_attributes("{id}"), May(Edit), contact::attribute),
        post(urls::contact_identities("{id}"), May(Edit), contact::identify),
        put(urls::contact_identity("{id}", "{identity}"), May(Edit), contact::prefer),
        delete(urls::contact_identity("{id}", "{identity}"), May(Edit), contact::forget),
        put(urls::contact_tags("{id}"), May(Edit), contact::tag),
        put(urls::contact_block("{id}"), May(Edit), contact::block),
        delete(urls::contact_block("{id}"), May(Edit), contact::unblock),
        get(urls::contact_account("{id}"), May(Edit), contact::choose_account),
        put(urls::contact_account("{id}"), May(Edit), contact::move_to),
        get(urls::contact_merge("{id}"), May(Merge), merge::ask_contact),
        post(urls::contact_merge("{id}"), May(Merge), merge::merge_contact),
        post(urls::contact_unmerge("{id}", "{merge}"), May(Merge), merge::unmerge_contact),
        post(urls::contact_notes("{id}"), May(Edit), notes::add_to_contact),
        get(urls::accounts(), May(See), accounts::show),
        post(urls::accounts(), May(Edit), accounts::create),
        get(urls::new_account(), May(Edit), accounts::new),
        post(urls::accounts_export(), May(Export), export::accounts),
        get(urls::account("{id}"), May(See), account::show),
        put(urls::account("{id}"), May(Edit), account::change),
        get(urls::account_timeline("{id}"), May(See), account::timeline).of(urls::account("{id}")),
        put(urls::account_attributes("{id}"), May(Edit), account::attribute),
        post(urls::account_domains("{id}"), May(Edit), account::add_domain),
        delete(urls::account_domain("{id}", "{domain}"), May(Edit), account::remove_domain),
        post(urls::account_strays("{id}"), May(Edit), account::pull_in),
        put(urls::account_tags("{id}"), May(Edit), account::tag),
        get(urls::account_merge("{id}"), May(Merge), merge::ask_account),
        post(urls::account_merge("{id}"), May(Merge), merge::merge_account),
        post(urls::account_unmerge("{id}", "{merge}"), May(Merge), merge::unmerge_account),
        post(urls::account_notes("{id}"), May(Edit), notes::add_to_account),
        put(urls::customer_note("{id}"), May(Edit), notes::edit),
        delete(urls::customer_note("{id}"), May(Edit), notes::delete),
        post(urls::customer_note_undo("{id}"), May(Edit), notes::undelete),
        put(urls::conversation_attributes("{id}"), May(Update), c::conversation_attribute),
        get(urls::imports(), May(Import), imports::all),
        post(urls::imports(), May(Import), imports::begin).upload(),
        get(urls::import("{id}"), May(Import), imports::show),
        post(urls::import_check("{id}"), May(Import), imports::check),
        post(urls::import_run("{id}"), May(Import), imports::run),
        post(urls::import_again("{id}"), May(Import), imports::again),
        post(urls::import_cancel("{id}"), May(Import), imports::cancel),
        get(urls::import_problems("{id}"), May(Import), imports::problem_file),
    ]
}

fn pages() -> Vec<Route> {
    vec![
        get("/assets/{print}/{*path}", Public, assets::serve),
        get(urls::service_worker(), Public, assets::service_worker),
        // Before the work
        get(urls::first_run(), Public, start::show),
        post(urls::first_run(), Public, start::begin),
        get(urls::sign_in(), Public, sign_in::show),
        post(urls::sign_in(), Public, sign_in::enter),
        post(urls::sign_out(), Session, sign_in::leave),
        get(urls::forgotten(), Public, forgotten::show),
        post(urls::forgotten(), Public, forgotten::ask),
        get(urls::reset("{token}"), Public, forgotten::show_reset),
        post(urls::reset("{token}"), Public, forgotten::reset),
        get(urls::invitation("{token}"), Public, invitation::show),
        post(urls::invitation("{token}"), Public, invitation::accept),
    ]
}

/// The inbox: lists, threads and what is done to them.
fn conversations() -> Vec<Route> {
    vec![
        get(urls::home(), Session, read::home),
        get(urls::conversations(), May(Read), read::list),
        post(urls::conversations(), May(Reply), send::begin),
        get(urls::rows(), May(Read), read::more).of(urls::conversations()),
        get(urls::new_conversation(), May(Reply), write::new),
        post(urls::bulk(), May(Read), bulk::all),
        put(urls::draft("new"), May(Reply), drafts::keep),
        delete(urls::draft("new"), May(Reply), drafts::discard),
        get(urls::drafts(), May(Read), drafts::all),
        post(urls::undo("{id}"), May(Read), undo::undo),
        get(urls::long_bulk("{id}"), May(Read), undo::progress).of(urls::home()),
        post(urls::long_bulk_stop("{id}"), May(Read), undo::stop),
        post(urls::long_bulk_undo("{id}"), May(Read), undo::undo_long),
        get(urls::merge("{id}"), May(Merge), merging::ask),
        post(urls::merge("{id}"), May(Merge), merging::merge),
        post(urls::merge_undo("{id}", "{merge}"), May(Merge), merging::unmerge),
        post(urls::delete_conversation("{id}"), May(Delete), merging::delete),
        get(urls::conversation("{id}"), May(Read), read::open),
        get(urls::conversation_head("{id}"), May(Read), read::head).of(urls::conversation("{id}")),
        get(urls::messages("{id}"), May(Read), read::messages).of(urls::conversation("{id}")),
        post(urls::messages("{id}"), May(Read), send::write),
        get(urls::conversation_record("{id}"), May(Read), read::record)
            .of(urls::conversation("{id}")),
        get(urls::presence("{id}"), May(Read), read::presence).of(urls::conversation("{id}")),
        post(urls::presence("{id}"), May(Read), change::presence),
        get(urls::composer("{id}"), May(Read), write::show).of(urls::conversation("{id}")),
        put(urls::draft("{id}"), May(Read), write::keep),
        delete(urls::draft("{id}"), May(Read), write::discard),
        get(urls::print("{id}"), May(Read), read::print),
        put(urls::subject("{id}"), May(Update), change::subject),
        put(urls::status("{id}"), May(Update), change::status),
        put(urls::assignee("{id}"), May(Assign), change::assignee),
        put(urls::team("{id}"), May(Assign), change::team),
        put(urls::priority("{id}"), May(Update), change::priority),
        put(urls::tags("{id}"), May(Update), change::tags_of),
        put(urls::snooze("{id}"), May(Update), change::snooze),
        delete(urls::snooze("{id}"), May(Update), change::wake),
        put(urls::follow("{id}"), May(Read), change::follow),
        delete(urls::follow("{id}"), May(Read), change::unfollow),
        put(urls::reading("{id}"), May(Read), change::read),
        delete(urls::reading("{id}"), May(Read), change::unread),
    ]
}

/// Messages, files, and what helps one write and find.
fn writing() -> Vec<Route> {
    vec![
        get(urls::message("{id}"), May(Read), read::message),
        get(urls::message_html("{id}"), May(Read), mail::html),
        get(urls::message_image("{id}"), May(Read), mail::image),
        get(urls::message_original("{id}"), May(Read), mail::original),
        get(urls::message_headers("{id}"), May(Read), mail::headers),
        post(urls::undo_send("{id}"), May(Reply), send::undo),
        post(urls::send_again("{id}"), May(Reply), messages::retry),
        post(urls::split("{id}"), May(Merge), messages::split),
        post(urls::delete_message("{id}"), May(Delete), messages::delete),
        post(urls::uploads(), May(Read), files::upload).upload(),
        delete(urls::upload("{id}"), May(Read), files::leave_out),
        get(urls::attachment("{id}"), May(Read), files::keep),
        get(urls::attachment_preview("{id}"), May(Read), files::preview),
        get("/pictures/{id}", Session, files::picture),
        get(urls::suggest_canned(), May(Read), suggest::canned_responses).of(urls::home()),
        post(urls::use_canned("{id}"), May(Read), suggest::use_canned),
        get(urls::suggest_mentions(), May(Read), suggest::mentions).of(urls::home()),
        get(urls::suggest_recipients(), May(Read), suggest::recipients).of(urls::home()),
        get(urls::palette(), May(Read), floats::palette).of(urls::search()),
        get(urls::side(), Session, floats::side).of(urls::home()),
        get(urls::notifications(), Session, notifications::show),
        post(urls::notifications(), Session, notifications::read_all),
        // Views and canned responses
        get(urls::search(), May(Read), search::show),
        get(urls::views(), May(Read), views::all),
        post(urls::views(), May(Read), views::create),
        get(urls::new_view(), May(Read), views::new),
        post(urls::view_conditions(), May(Read), views::described),
        get(urls::view("{id}"), May(Read), views::edit),
        put(urls::view("{id}"), May(Read), views::change),
        delete(urls::view("{id}"), May(Read), views::archive),
        get(urls::canned(), May(Read), canned::list),
        post(urls::canned(), May(Read), canned::create),
        get(urls::new_canned(), May(Read), canned::new),
        get(urls::canned_response("{id}"), May(Read), canned::edit),
        put(urls::canned_response("{id}"), May(Read), canned::change),
        delete(urls::canned_response("{id}"), May(Read), canned::archive),
        get(urls::gallery(), Session, gallery::show),
        get(urls::gallery_page("{name}"), Session, gallery::page),
        // The page itself
        get("/live", Session, live::stream).stream(),
    ]
}

/// Tend's web, ready to be served.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for route in routes() {
        let Route { path, kind, part_of, mut to, .. } = route;
        if let Some(page) = part_of {
            let path = path.clone();
            to = to.layer::<_, Infallible>(middleware::from_fn(move |request, next| {
                edge::part_of(path.clone(), page.clone(), request, next)
            }));
        }
        let (size, time) = limits(&app.config, kind);
        let guard = middleware::from_fn({
            let path = path.clone();
            move |request: Request, next: Next| within(time, path.clone(), request, next)
        });
        let mut to = to.layer::<_, Infallible>(guard).layer(DefaultBodyLimit::max(size));
        if path.starts_with("/v1/") || path.starts_with("/w/") {
            to = to.layer(middleware::map_response(tracking::open_to_all));
        }
        if path.starts_with("/api/") {
            to = to.layer(middleware::from_fn_with_state(app.clone(), api::limit));
        }
        router = router.route(&path, to);
    }
    edge::around(app.clone(), router.with_state(app))
}

/// Bytes of a body, and how long an answer may take.
fn limits(config: &Config, kind: Kind) -> (usize, Option<Duration>) {
    match kind {
        Kind::Quick => (config.body_limit, Some(config.request_time)),
        // Beside the file there are the parts' heads.
        Kind::Upload => (config.upload_limit + 64 * 1024, Some(config.upload_time)),
        Kind::Stream => (config.body_limit, None),
    }
}

/// Answers in time, and says which route it was.
async fn within(time: Option<Duration>, path: String, request: Request, next: Next) -> Response {
    let answer = next.run(request);
    let mut response = match time {
        None => answer.await,
        Some(time) => timeout(time, answer).await.unwrap_or_else(|_| {
            let text = "This took too long. Look whether it was done before you try again.";
            WebError::new(StatusCode::GATEWAY_TIMEOUT, text).into_response()
        }),
    };
    response.extensions_mut().insert(Matched(path));
    response
}

pub(crate) fn get<T>(path: impl Into<String>, access: Access, to: impl Answers<T>) -> Route {
    route(Method::GET, MethodFilter::GET, path.into(), access, To::handler(to))
}

pub(crate) fn post<T>(path: impl Into<String>, access: Access, to: impl Answers<T>) -> Route {
    route(Method::POST, MethodFilter::POST, path.into(), access, To::handler(to))
}

pub(crate) fn options<T>(path: impl Into<String>, access: Access, to: impl Answers<T>) -> Route {
    route(Method::OPTIONS, MethodFilter::OPTIONS, path.into(), access, To::handler(to))
}

pub(crate) fn put<T>(path: impl Into<String>, access: Access, to: impl Answers<T>) -> Route {
    route(Method::PUT, MethodFilter::PUT, path.into(), access, To::handler(to))
}

pub(crate) fn patch<T>(path: impl Into<String>, access: Access, to: impl Answers<T>) -> Route {
    route(Method::PATCH, MethodFilter::PATCH, path.into(), access, To::handler(to))
}

pub(crate) fn delete<T>(path: impl Into<String>, access: Access, to: impl Answers<T>) -> Route {
    route(Method::DELETE, MethodFilter::DELETE, path.into(), access, To::handler(to))
}

fn route(method: Method, filter: MethodFilter, path: String, access: Access, to: To) -> Route {
    Route { method, path, access, kind: Kind::Quick, part_of: None, to: on(filter, to) }
}

impl Route {
    /// It takes files.
    pub(crate) fn upload(self) -> Self {
        Self { kind: Kind::Upload, ..self }
    }

    /// It answers a part of this page; whoever opens it by itself gets to the page.
    pub(crate) fn of(self, page: String) -> Self {
        Self { part_of: Some(page), ..self }
    }

    /// It goes on for as long as somebody listens.
    fn stream(self) -> Self {
        Self { kind: Kind::Stream, ..self }
    }
}

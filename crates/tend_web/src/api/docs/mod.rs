//! The OpenAPI document: made from the handlers themselves, and completed with what is true
//! of all of them from the list of routes.

mod bearer;
mod complete;
mod example;
pub(crate) mod page;
mod service;
mod shape;
mod success;

use std::{io::BufReader, sync::OnceLock};

use axum::Json;
use flate2::read::GzDecoder;
use serde_json::Value;
use utoipa::OpenApi;

use bearer::Bearer;

use super::{
    adoption, agents, book, canned, case, company, conversations,
    customers::{
        account_parts, accounts, attributes, contact_parts, contacts, export, imports, merges,
        notes, timeline,
    },
    dkim_keys, drafts, files, health, inboxes, invoices, journal, mail_servers, messages, money,
    people, profile, proof, revenue, search, sources, statuses, stripe, subscriptions, tags, teams,
    upkeep, usage, views,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Tend", version = "1", description = "Support, service and success on one record of each customer. The same verbs as the pages.\n\nLists answer `{\"items\": […], \"next_cursor\": …}` and take `limit` (1 to 200) and `cursor`. Errors are `application/problem+json` (RFC 9457). Every POST takes an `Idempotency-Key`. Single things carry an `ETag`, and changes to them honour `If-Match`."),
    modifiers(&Bearer),
    security(("token" = [])),
    tags(
        (name = "conversations", description = "One matter with a contact, in any channel, with its messages."),
        (name = "messages", description = "What the customer wrote, what we wrote to them, and notes to each other."),
        (name = "drafts", description = "What the agent has begun to write, kept so that no window can lose it."),
        (name = "canned-responses", description = "Answers that are written once, and the templates that they are made of."),
        (name = "views", description = "Lists of conversations that people describe themselves, and how much there is to do."),
        (name = "search", description = "Full text, over the whole history of what the agent may see."),
        (name = "files", description = "What messages carry: uploaded first, then named by a message."),
        (name = "contacts", description = "People on the customer's side, with everything by which they are known."),
        (name = "accounts", description = "Customers as business relationships: companies, or people by themselves."),
        (name = "stages", description = "Where a customer stands in its life with the company, in the company's own words."),
        (name = "portfolio", description = "Accounts as those see them who look after them: money, renewals, stages, usage."),
        (name = "health", description = "How accounts fare: what is looked at and written down, the probability that was learned from it, whether that comes true, who was called, and what may be lost."),
        (name = "segments", description = "Accounts that a condition describes, by a name; who is in one is always right."),
        (name = "tasks", description = "What somebody of ours has promised to do for a customer."),
        (name = "notes", description = "What our side should know of a contact or an account, whatever the matter."),
        (name = "imports", description = "Files of contacts and accounts on their way in: upload, columns, check, go."),
        (name = "statuses", description = "What a conversation can be, in the company's own words."),
        (name = "attributes", description = "What a company wants to know beyond what Tend knows by itself."),
        (name = "agents", description = "The people on our side, and who asks."),
        (name = "roles", description = "What agents may do."),
        (name = "company", description = "The company itself, and the tokens by which programs act."),
        (name = "teams", description = "Groups of agents."),
        (name = "inboxes", description = "Addresses where conversations arrive."),
        (name = "tags", description = "Words that stand on conversations, contacts and accounts."),
        (name = "usage", description = "How much the company's own product is used, and where its events come from."),
        (name = "surveys", description = "Surveys, who was asked, what they answered, and what that tells."),
        (name = "orders", description = "What customers bought, how it was paid and where it is; and the shops that tell of it."),
        (name = "remedies", description = "Orders made right: refunds, credits and gifts, within limits, with a second pair of eyes above them."),
        (name = "recommendations", description = "What customers are likely to want next, why, and whether that is worth anything."),
        (name = "campaigns", description = "Messages that customers did not ask for: what is written, to whom it went, to whom not and why, and what it did."),
        (name = "onboarding", description = "The first steps of new customers, theirs and ours in one list."),
        (name = "revenue", description = "What customers pay and are worth: subscriptions, invoices, the ledger that is made of them, renewals, opportunities, costs, cohorts, referrals and references."),
        (name = "quarantine", description = "Mail that could not be read, and the books of all mail."),
        (name = "jobs", description = "Work that failed for good, to be run again or given up."),
        (name = "journal", description = "Everything that happened, in one order: the ledger for integrators."),
    ),
)]
struct Base;

#[derive(OpenApi)]
#[openapi(paths(
    agents::me,
    agents::list,
    agents::find,
    teams::list,
    teams::find,
    teams::create,
    teams::change,
    teams::archive,
    inboxes::list,
    inboxes::find,
    inboxes::create,
    inboxes::change,
    inboxes::archive,
    dkim_keys::records,
    dkim_keys::list,
    dkim_keys::make,
    dkim_keys::find,
    dkim_keys::remove,
    dkim_keys::sign,
    dkim_keys::stop,
    profile::show,
    profile::change,
    mail_servers::list,
    mail_servers::find,
    mail_servers::set,
    mail_servers::remove,
    mail_servers::test,
    tags::list,
    tags::find,
    tags::create,
    tags::change,
    tags::archive,
    statuses::list,
    statuses::find,
    statuses::define,
    statuses::rename,
    statuses::archive,
    conversations::list,
    conversations::create,
    conversations::find,
    conversations::change,
    conversations::tag,
    conversations::untag,
    conversations::snooze,
    conversations::follow,
    conversations::unfollow,
    conversations::read,
    conversations::unread,
    messages::list,
    messages::create,
    messages::find,
    messages::undo,
    messages::original,
    messages::retry,
    journal::list,
    sources::list,
    sources::create,
    sources::find,
    sources::change,
    sources::rotate,
    adoption::show,
    usage::events,
    usage::rejections,
    usage::time_to_first_value,
    revenue::show,
    revenue::rows,
    subscriptions::list,
    subscriptions::add,
    subscriptions::find,
    subscriptions::change,
    invoices::list,
    invoices::add,
    invoices::change,
    stripe::subscriptions,
    stripe::invoices,
    money::renewals::list,
    money::renewals::forecast,
    money::renewals::change,
    money::renewals::settle,
    money::opportunities::list,
    money::opportunities::add,
    money::opportunities::find,
    money::opportunities::change,
    money::opportunities::white_space,
    money::bridge::show,
    money::bridge::rows,
    money::acquisition::show,
    money::acquisition::set_cost,
    money::acquisition::set_channel,
    money::worth::cohorts,
    money::worth::lifetime_value,
    money::growth::show,
    money::growth::rows,
    money::churn::show,
    money::churn::rows,
    money::advocacy::referrals,
    money::advocacy::introduce,
    money::advocacy::settle,
    money::advocacy::list,
    money::advocacy::add,
    money::advocacy::find,
    money::advocacy::change,
    money::advocacy::ask,
    money::catalog::products,
    money::catalog::add_product,
    money::catalog::change_product,
    money::catalog::reasons,
    money::catalog::add_reason,
    money::catalog::change_reason,
))]
struct Desk;

#[derive(OpenApi)]
#[openapi(paths(
    document,
    views::list,
    views::find,
    views::create,
    views::change,
    views::archive,
    views::arrange,
    views::conversations,
    views::count,
    views::counts,
    search::search,
    files::upload,
    files::find,
    files::content,
    files::leave_out,
))]
struct Lists;

#[derive(OpenApi)]
#[openapi(paths(
    case::bulk,
    case::delete,
    case::followers,
    case::forward,
    case::merge,
    case::merge_preview,
    case::unmerge,
    case::reply_to,
    case::wake,
    drafts::list,
    drafts::create,
    drafts::find,
    drafts::change,
    drafts::discard,
    drafts::attach,
    drafts::detach,
    drafts::send,
    canned::list,
    canned::create,
    canned::find,
    canned::change,
    canned::archive,
    canned::fill,
    canned::preview,
    canned::variables,
))]
struct Writing;

#[derive(OpenApi)]
#[openapi(paths(
    people::invite,
    people::change_agent,
    people::leave,
    people::invite_again,
    people::told,
    people::read_all,
    people::roles,
    people::make_role,
    people::role,
    people::change_role,
    people::remove_role,
    company::show,
    company::change,
    company::list,
    company::revoke,
    imports::list,
    imports::begin,
    imports::find,
    imports::cancel,
    imports::check,
    imports::problems,
    imports::run,
    upkeep::dead,
    upkeep::job,
    upkeep::discard,
    upkeep::replay,
    upkeep::books,
    upkeep::quarantined,
    upkeep::mail,
    upkeep::give_up,
    upkeep::original,
    upkeep::read_again,
))]
struct Upkeep;

#[derive(OpenApi)]
#[openapi(paths(
    contacts::list,
    contacts::create,
    contacts::find,
    contacts::change,
    export::contacts,
    contact_parts::identities,
    contact_parts::identify,
    contact_parts::prefer,
    contact_parts::forget,
    contact_parts::tag,
    contact_parts::untag,
    contact_parts::block,
    contact_parts::unblock,
    accounts::list,
    accounts::create,
    accounts::find,
    accounts::change,
    export::accounts,
    account_parts::add_domain,
    account_parts::remove_domain,
    account_parts::strays,
    account_parts::pull_in,
    account_parts::tag,
    account_parts::untag,
    attributes::list,
    attributes::find,
    attributes::define,
    attributes::change,
    attributes::archive,
    attributes::of_contact,
    attributes::set_on_contact,
    attributes::of_account,
    attributes::set_on_account,
    attributes::of_conversation,
    attributes::set_on_conversation,
    merges::preview_contact,
    merges::of_contact,
    merges::merge_contact,
    merges::unmerge_contact,
    merges::preview_account,
    merges::of_account,
    merges::merge_account,
    merges::unmerge_account,
    notes::of_contact,
    notes::on_contact,
    notes::of_account,
    notes::on_account,
    notes::find,
    notes::change,
    notes::delete,
    notes::restore,
    timeline::of_contact,
    timeline::of_account,
))]
struct Customers;

#[derive(OpenApi)]
#[openapi(paths(
    book::stages::list,
    book::stages::define,
    book::stages::find,
    book::stages::change,
    book::stages::archive,
    book::accounts::standing,
    book::accounts::change,
    book::accounts::stage_changes,
    book::accounts::handovers,
    book::accounts::people,
    book::accounts::set_person,
    book::accounts::goals,
    book::accounts::add_goal,
    book::accounts::change_goal,
    book::accounts::remove_goal,
    book::portfolio::list,
    book::portfolio::sums,
    book::portfolio::bulk,
    book::segments::list,
    book::segments::create,
    book::segments::find,
    book::segments::change,
    book::segments::archive,
    book::segments::members,
    book::tasks::list,
    book::tasks::create,
    book::tasks::find,
    book::tasks::change,
    book::tasks::done,
    book::tasks::reopen,
    book::tasks::drop,
    health::accounts::show,
    health::accounts::changes,
    health::accounts::overrides,
    health::accounts::judge,
    health::accounts::withdraw,
    health::profiles::list,
    health::profiles::create,
    health::profiles::find,
    health::profiles::change,
    health::profiles::archive,
    health::snapshots::list,
    health::model::show,
    health::model::learn,
))]
struct Book;

#[derive(OpenApi)]
#[openapi(paths(
    proof::scoreboard::show,
    proof::scoreboard::rows,
    proof::alerts::list,
    proof::alerts::see,
    proof::alerts::clear,
    proof::alerts::task,
    proof::at_risk::show,
    proof::at_risk::rows,
))]
struct Proof;

/// The document as it was agreed: `openapi.json`, packed by the build.
pub fn openapi() -> &'static Value {
    static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json.gz"));
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        serde_json::from_reader(BufReader::new(GzDecoder::new(PACKED)))
            .expect("the build packed what a test agreed to")
    })
}

/// The document that the code describes. A test holds the agreed one against it; no program calls
/// this, so that none carries what it takes.
pub fn described() -> Value {
    let mut all = Base::openapi();
    let parts = [
        Desk::openapi(),
        service::Service::openapi(),
        Writing::openapi(),
        Lists::openapi(),
        Customers::openapi(),
        Book::openapi(),
        Proof::openapi(),
        success::Success::openapi(),
        Upkeep::openapi(),
    ];
    for part in parts {
        all.merge(part);
    }
    let mut document = serde_json::to_value(all).expect("the document is plain data");
    complete::complete(&mut document);
    document
}

/// The document of the API
///
/// For programs that read it; no secret stands in it, and no token is needed.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "agents", security(()), responses((status = 200, body = Object)))]
pub(crate) async fn document() -> Json<&'static Value> {
    Json(openapi())
}

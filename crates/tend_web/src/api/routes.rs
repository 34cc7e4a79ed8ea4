//! Every route of the API, on one page.

use tend_core::agents::Permission;
use tend_views::urls;

use super::{
    adoption, agents, book, campaigns, canned, case, company, conversations, customers, dkim_keys,
    docs, drafts, files, inboxes, invoices, journal, mail_servers, messages, money, orders, people,
    profile, proof, recommend, remedies, revenue, search, sources, statuses, stripe, subscriptions,
    surveys, tags, teams, upkeep, usage, views,
};
use crate::router::{
    self,
    Access::{AnyToken, Public, Token},
    Route,
};

/// All of them.
pub(crate) fn routes() -> Vec<Route> {
    let mut all = desk();
    all.extend(of_cases());
    all.extend(of_people());
    all.extend(of_domains());
    all.extend(of_upkeep());
    all.extend(of_views());
    all.extend(of_contacts());
    all.extend(of_accounts());
    all.extend(of_attributes());
    all.extend(of_usage());
    all.extend(of_revenue());
    all.extend(money::routes());
    all.extend(book::routes());
    all.extend(orders::routes());
    all.extend(remedies::routes());
    all.extend(recommend::routes());
    all.extend(super::quizzes::routes());
    all.extend(surveys::routes());
    all.extend(campaigns::routes());
    all.extend(super::meetings::routes());
    all.extend(proof::routes());
    all
}

/// What else is done with conversations.
fn of_cases() -> Vec<Route> {
    use Permission::{
        ConversationsDelete, ConversationsMerge as Merge, ConversationsRead as Read,
        ConversationsReply as Reply, ConversationsUpdate as Update,
    };
    use router::{delete, get, patch, post};
    vec![
        post("/api/v1/conversations/bulk", Token(Read), case::bulk),
        delete("/api/v1/conversations/{id}", Token(ConversationsDelete), case::delete),
        get("/api/v1/conversations/{id}/followers", Token(Read), case::followers),
        post("/api/v1/conversations/{id}/forwards", Token(Reply), case::forward),
        post("/api/v1/conversations/{id}/merges", Token(Merge), case::merge),
        get("/api/v1/conversations/{id}/merges/preview", Token(Merge), case::merge_preview),
        delete("/api/v1/conversations/{id}/merges/{merge}", Token(Merge), case::unmerge),
        post("/api/v1/messages/{id}/retry", Token(Reply), messages::retry),
        get("/api/v1/conversations/{id}/reply-to", Token(Read), case::reply_to),
        delete("/api/v1/conversations/{id}/snooze", Token(Update), case::wake),
        get("/api/v1/drafts", Token(Read), drafts::list),
        post("/api/v1/drafts", Token(Read), drafts::create),
        get("/api/v1/drafts/{id}", Token(Read), drafts::find),
        patch("/api/v1/drafts/{id}", Token(Read), drafts::change),
        delete("/api/v1/drafts/{id}", Token(Read), drafts::discard),
        post("/api/v1/drafts/{id}/attachments", Token(Read), drafts::attach),
        delete("/api/v1/drafts/{id}/attachments/{attachment}", Token(Read), drafts::detach),
        post("/api/v1/drafts/{id}/send", Token(Read), drafts::send),
        get("/api/v1/canned-responses", Token(Read), canned::list),
        post("/api/v1/canned-responses", Token(Read), canned::create),
        get("/api/v1/canned-responses/{id}", Token(Read), canned::find),
        patch("/api/v1/canned-responses/{id}", Token(Read), canned::change),
        delete("/api/v1/canned-responses/{id}", Token(Read), canned::archive),
        post("/api/v1/canned-responses/{id}/fill", Token(Read), canned::fill),
        post("/api/v1/templates/preview", Token(Read), canned::preview),
        get("/api/v1/templates/variables", Token(Read), canned::variables),
    ]
}

fn of_usage() -> Vec<Route> {
    use Permission::{CustomersRead as See, SourcesManage as Manage};
    use router::{get, patch, post};
    vec![
        get("/api/v1/sources", Token(Manage), sources::list),
        post("/api/v1/sources", Token(Manage), sources::create),
        get("/api/v1/sources/{id}", Token(Manage), sources::find),
        patch("/api/v1/sources/{id}", Token(Manage), sources::change),
        post("/api/v1/sources/{id}/rotate", Token(Manage), sources::rotate),
        get("/api/v1/usage/events", Token(See), usage::events),
        get("/api/v1/usage/adoption", Token(See), adoption::show),
        get("/api/v1/usage/first-value", Token(See), usage::time_to_first_value),
        get("/api/v1/usage/rejections", Token(Manage), usage::rejections),
    ]
}

fn of_revenue() -> Vec<Route> {
    use Permission::{RevenueEdit as Edit, RevenueRead as See};
    use router::{get, patch, post};
    vec![
        get("/api/v1/revenue", Token(See), revenue::show),
        get("/api/v1/revenue/accounts", Token(See), revenue::rows),
        get("/api/v1/subscriptions", Token(See), subscriptions::list),
        post("/api/v1/subscriptions", Token(Edit), subscriptions::add),
        get("/api/v1/subscriptions/{id}", Token(See), subscriptions::find),
        patch("/api/v1/subscriptions/{id}", Token(Edit), subscriptions::change),
        get("/api/v1/invoices", Token(See), invoices::list),
        post("/api/v1/invoices", Token(Edit), invoices::add),
        patch("/api/v1/invoices/{id}", Token(Edit), invoices::change),
        post("/api/v1/stripe/subscriptions", Token(Edit), stripe::subscriptions),
        post("/api/v1/stripe/invoices", Token(Edit), stripe::invoices),
    ]
}

fn of_people() -> Vec<Route> {
    use Permission::{AgentsManage, RolesManage, SettingsManage, TokensManage};
    use router::{delete, get, patch, post};
    vec![
        post("/api/v1/agents", Token(AgentsManage), people::invite),
        patch("/api/v1/agents/{id}", Token(AgentsManage), people::change_agent),
        delete("/api/v1/agents/{id}", Token(AgentsManage), people::leave),
        post("/api/v1/agents/{id}/invite", Token(AgentsManage), people::invite_again),
        get("/api/v1/company", AnyToken, company::show),
        patch("/api/v1/company", Token(SettingsManage), company::change),
        get("/api/v1/tokens", Token(TokensManage), company::list),
        delete("/api/v1/tokens/{id}", Token(TokensManage), company::revoke),
        get("/api/v1/me/notifications", AnyToken, people::told),
        post("/api/v1/me/notifications/read", AnyToken, people::read_all),
        get("/api/v1/me/profile", AnyToken, profile::show),
        patch("/api/v1/me/profile", AnyToken, profile::change),
        get("/api/v1/roles", AnyToken, people::roles),
        post("/api/v1/roles", Token(RolesManage), people::make_role),
        get("/api/v1/roles/{id}", AnyToken, people::role),
        patch("/api/v1/roles/{id}", Token(RolesManage), people::change_role),
        delete("/api/v1/roles/{id}", Token(RolesManage), people::remove_role),
    ]
}

/// What comes in, and what waits for a person.
fn of_upkeep() -> Vec<Route> {
    use Permission::{CustomersImport as Import, JobsManage, MailQuarantine};
    use customers::imports;
    use router::{delete, get, post};
    vec![
        get("/api/v1/imports", Token(Import), imports::list),
        post("/api/v1/imports", Token(Import), imports::begin).upload(),
        get("/api/v1/imports/{id}", Token(Import), imports::find),
        delete("/api/v1/imports/{id}", Token(Import), imports::cancel),
        post("/api/v1/imports/{id}/check", Token(Import), imports::check),
        get("/api/v1/imports/{id}/problems", Token(Import), imports::problems),
        post("/api/v1/imports/{id}/run", Token(Import), imports::run),
        get("/api/v1/jobs", Token(JobsManage), upkeep::dead),
        get("/api/v1/jobs/{id}", Token(JobsManage), upkeep::job),
        delete("/api/v1/jobs/{id}", Token(JobsManage), upkeep::discard),
        post("/api/v1/jobs/{id}/retry", Token(JobsManage), upkeep::replay),
        get("/api/v1/mail-books", Token(MailQuarantine), upkeep::books),
        get("/api/v1/quarantine", Token(MailQuarantine), upkeep::quarantined),
        get("/api/v1/quarantine/{id}", Token(MailQuarantine), upkeep::mail),
        delete("/api/v1/quarantine/{id}", Token(MailQuarantine), upkeep::give_up),
        get("/api/v1/quarantine/{id}/original", Token(MailQuarantine), upkeep::original),
        post("/api/v1/quarantine/{id}/retry", Token(MailQuarantine), upkeep::read_again),
    ]
}

fn of_views() -> Vec<Route> {
    use Permission::ConversationsRead as Read;
    use router::{delete, get, patch, post, put};
    vec![
        get("/api/v1/counts", Token(Read), views::counts),
        get("/api/v1/search", Token(Read), search::search),
        get("/api/v1/views", Token(Read), views::list),
        post("/api/v1/views", Token(Read), views::create),
        put("/api/v1/views", Token(Read), views::arrange),
        get("/api/v1/views/{id}", Token(Read), views::find),
        patch("/api/v1/views/{id}", Token(Read), views::change),
        delete("/api/v1/views/{id}", Token(Read), views::archive),
        get("/api/v1/views/{id}/conversations", Token(Read), views::conversations),
        get("/api/v1/views/{id}/count", Token(Read), views::count),
        post("/api/v1/uploads", Token(Read), files::upload).upload(),
        delete("/api/v1/uploads/{id}", Token(Read), files::leave_out),
        get("/api/v1/attachments/{id}", Token(Read), files::find),
        get("/api/v1/attachments/{id}/content", Token(Read), files::content),
    ]
}

fn of_contacts() -> Vec<Route> {
    use Permission::{
        CustomersEdit as Edit, CustomersExport as Export, CustomersMerge as Merge,
        CustomersRead as See,
    };
    use customers::{attributes, contact_parts, contacts, export, merges, notes, timeline};
    use router::{delete, get, patch, post, put};
    vec![
        get("/api/v1/contacts", Token(See), contacts::list),
        post("/api/v1/contacts", Token(Edit), contacts::create),
        post("/api/v1/contacts/export", Token(Export), export::contacts),
        get("/api/v1/contacts/{id}", Token(See), contacts::find),
        patch("/api/v1/contacts/{id}", Token(Edit), contacts::change),
        get("/api/v1/contacts/{id}/attributes", Token(See), attributes::of_contact),
        patch("/api/v1/contacts/{id}/attributes", Token(Edit), attributes::set_on_contact),
        put("/api/v1/contacts/{id}/block", Token(Edit), contact_parts::block),
        delete("/api/v1/contacts/{id}/block", Token(Edit), contact_parts::unblock),
        get("/api/v1/contacts/{id}/identities", Token(See), contact_parts::identities),
        post("/api/v1/contacts/{id}/identities", Token(Edit), contact_parts::identify),
        delete("/api/v1/contacts/{id}/identities/{identity}", Token(Edit), contact_parts::forget),
        put(
            "/api/v1/contacts/{id}/identities/{identity}/primary",
            Token(Edit),
            contact_parts::prefer,
        ),
        get("/api/v1/contacts/{id}/merges", Token(See), merges::of_contact),
        post("/api/v1/contacts/{id}/merges", Token(Merge), merges::merge_contact),
        get("/api/v1/contacts/{id}/merges/preview", Token(Merge), merges::preview_contact),
        delete("/api/v1/contacts/{id}/merges/{merge}", Token(Merge), merges::unmerge_contact),
        get("/api/v1/contacts/{id}/notes", Token(See), notes::of_contact),
        post("/api/v1/contacts/{id}/notes", Token(Edit), notes::on_contact),
        post("/api/v1/contacts/{id}/tags", Token(Edit), contact_parts::tag),
        delete("/api/v1/contacts/{id}/tags/{tag}", Token(Edit), contact_parts::untag),
        get("/api/v1/contacts/{id}/timeline", Token(See), timeline::of_contact),
    ]
}

fn of_accounts() -> Vec<Route> {
    use Permission::{
        CustomersEdit as Edit, CustomersExport as Export, CustomersMerge as Merge,
        CustomersRead as See,
    };
    use customers::{account_parts, accounts, attributes, export, merges, notes, timeline};
    use router::{delete, get, patch, post, put};
    vec![
        get("/api/v1/accounts", Token(See), accounts::list),
        post("/api/v1/accounts", Token(Edit), accounts::create),
        post("/api/v1/accounts/export", Token(Export), export::accounts),
        get("/api/v1/accounts/{id}", Token(See), accounts::find),
        patch("/api/v1/accounts/{id}", Token(Edit), accounts::change),
        get("/api/v1/accounts/{id}/attributes", Token(See), attributes::of_account),
        patch("/api/v1/accounts/{id}/attributes", Token(Edit), attributes::set_on_account),
        post("/api/v1/accounts/{id}/domains", Token(Edit), account_parts::add_domain),
        delete("/api/v1/accounts/{id}/domains/{domain}", Token(Edit), account_parts::remove_domain),
        get("/api/v1/accounts/{id}/merges", Token(See), merges::of_account),
        post("/api/v1/accounts/{id}/merges", Token(Merge), merges::merge_account),
        get("/api/v1/accounts/{id}/merges/preview", Token(Merge), merges::preview_account),
        delete("/api/v1/accounts/{id}/merges/{merge}", Token(Merge), merges::unmerge_account),
        get("/api/v1/accounts/{id}/notes", Token(See), notes::of_account),
        post("/api/v1/accounts/{id}/notes", Token(Edit), notes::on_account),
        get("/api/v1/accounts/{id}/strays", Token(Edit), account_parts::strays),
        post("/api/v1/accounts/{id}/strays", Token(Edit), account_parts::pull_in),
        post("/api/v1/accounts/{id}/tags", Token(Edit), account_parts::tag),
        delete("/api/v1/accounts/{id}/tags/{tag}", Token(Edit), account_parts::untag),
        get("/api/v1/accounts/{id}/timeline", Token(See), timeline::of_account),
        get("/api/v1/customer-notes/{id}", Token(See), notes::find),
        patch("/api/v1/customer-notes/{id}", Token(Edit), notes::change),
        delete("/api/v1/customer-notes/{id}", Token(Edit), notes::delete),
        put("/api/v1/customer-notes/{id}/restore", Token(Edit), notes::restore),
    ]
}

fn of_attributes() -> Vec<Route> {
    use Permission::{AttributesManage, ConversationsRead as Read, ConversationsUpdate as Update};
    use customers::attributes;
    use router::{delete, get, patch, post};
    vec![
        get("/api/v1/attributes", AnyToken, attributes::list),
        post("/api/v1/attributes", Token(AttributesManage), attributes::define),
        get("/api/v1/attributes/{id}", AnyToken, attributes::find),
        patch("/api/v1/attributes/{id}", Token(AttributesManage), attributes::change),
        delete("/api/v1/attributes/{id}", Token(AttributesManage), attributes::archive),
        get("/api/v1/conversations/{id}/attributes", Token(Read), attributes::of_conversation),
        patch(
            "/api/v1/conversations/{id}/attributes",
            Token(Update),
            attributes::set_on_conversation,
        ),
    ]
}

/// Of one mail server of an inbox.
fn server(what: &str) -> String {
    format!("/api/v1/inboxes/{{id}}/mail-servers/{{kind}}{what}")
}

/// Of one DKIM key of an inbox's domain.
fn key(what: &str) -> String {
    format!("/api/v1/inboxes/{{id}}/dkim-keys/{{key}}{what}")
}

/// The domains of inboxes.
fn of_domains() -> Vec<Route> {
    use Permission::InboxesManage;
    use router::{delete, get, post};
    vec![
        get("/api/v1/inboxes/{id}/dns-records", Token(InboxesManage), dkim_keys::records),
        get("/api/v1/inboxes/{id}/dkim-keys", Token(InboxesManage), dkim_keys::list),
        post("/api/v1/inboxes/{id}/dkim-keys", Token(InboxesManage), dkim_keys::make),
        get(key(""), Token(InboxesManage), dkim_keys::find),
        delete(key(""), Token(InboxesManage), dkim_keys::remove),
        post(key("/sign"), Token(InboxesManage), dkim_keys::sign),
        post(key("/stop"), Token(InboxesManage), dkim_keys::stop),
    ]
}

fn desk() -> Vec<Route> {
    use Permission::{
        AttributesManage, ConversationsRead as Read, ConversationsUpdate as Update, InboxesManage,
        JournalRead, TagsManage, TeamsManage,
    };
    use router::{delete, get, patch, post, put};
    vec![
        get(urls::reference(), Public, docs::page::first),
        get(urls::reference_group("{group}"), Public, docs::page::group),
        get(urls::reference_document(), Public, docs::document),
        get("/api/v1/me", AnyToken, agents::me),
        get("/api/v1/agents", AnyToken, agents::list),
        get("/api/v1/agents/{id}", AnyToken, agents::find),
        get("/api/v1/teams", AnyToken, teams::list),
        post("/api/v1/teams", Token(TeamsManage), teams::create),
        get("/api/v1/teams/{id}", AnyToken, teams::find),
        patch("/api/v1/teams/{id}", Token(TeamsManage), teams::change),
        delete("/api/v1/teams/{id}", Token(TeamsManage), teams::archive),
        get("/api/v1/inboxes", Token(Read), inboxes::list),
        post("/api/v1/inboxes", Token(InboxesManage), inboxes::create),
        get("/api/v1/inboxes/{id}", Token(Read), inboxes::find),
        patch("/api/v1/inboxes/{id}", Token(InboxesManage), inboxes::change),
        delete("/api/v1/inboxes/{id}", Token(InboxesManage), inboxes::archive),
        get("/api/v1/inboxes/{id}/mail-servers", Token(InboxesManage), mail_servers::list),
        get(server(""), Token(InboxesManage), mail_servers::find),
        put(server(""), Token(InboxesManage), mail_servers::set),
        delete(server(""), Token(InboxesManage), mail_servers::remove),
        post(server("/test"), Token(InboxesManage), mail_servers::test),
        get("/api/v1/tags", AnyToken, tags::list),
        get("/api/v1/tags/{id}", AnyToken, tags::find),
        post("/api/v1/tags", Token(TagsManage), tags::create),
        patch("/api/v1/tags/{id}", Token(TagsManage), tags::change),
        delete("/api/v1/tags/{id}", Token(TagsManage), tags::archive),
        get("/api/v1/statuses", Token(Read), statuses::list),
        post("/api/v1/statuses", Token(AttributesManage), statuses::define),
        get("/api/v1/statuses/{id}", Token(Read), statuses::find),
        patch("/api/v1/statuses/{id}", Token(AttributesManage), statuses::rename),
        delete("/api/v1/statuses/{id}", Token(AttributesManage), statuses::archive),
        get("/api/v1/conversations", Token(Read), conversations::list),
        post("/api/v1/conversations", Token(Read), conversations::create),
        get("/api/v1/conversations/{id}", Token(Read), conversations::find),
        patch("/api/v1/conversations/{id}", Token(Read), conversations::change),
        get("/api/v1/conversations/{id}/messages", Token(Read), messages::list),
        post("/api/v1/conversations/{id}/messages", Token(Read), messages::create),
        post("/api/v1/conversations/{id}/tags", Token(Update), conversations::tag),
        delete("/api/v1/conversations/{id}/tags/{tag}", Token(Update), conversations::untag),
        put("/api/v1/conversations/{id}/snooze", Token(Update), conversations::snooze),
        put("/api/v1/conversations/{id}/follow", Token(Read), conversations::follow),
        delete("/api/v1/conversations/{id}/follow", Token(Read), conversations::unfollow),
        put("/api/v1/conversations/{id}/read", Token(Read), conversations::read),
        delete("/api/v1/conversations/{id}/read", Token(Read), conversations::unread),
        get("/api/v1/messages/{id}", Token(Read), messages::find),
        get("/api/v1/messages/{id}/original", Token(Read), messages::original),
        delete("/api/v1/messages/{id}", Token(Read), messages::undo),
        get("/api/v1/journal", Token(JournalRead), journal::list),
    ]
}

//! Every address of the pages, once: views link to them and the router answers at them.
//!
//! The router asks for a pattern with the name of the hole: `urls::conversation("{id}")` is
//! `/conversations/{id}`. Each address that takes PUT or DELETE takes POST of the same form too,
//! with `_method`, so that everything works without JavaScript.

mod book;
mod campaigns;
mod customers;
mod health;
mod health_proof;
mod orders;
mod recommend;
mod remedies;
mod revenue;
mod surveys;

use std::fmt::Display;

pub use book::*;
pub use campaigns::*;
pub use customers::*;
pub use health::*;
pub use health_proof::*;
pub use orders::*;
pub use recommend::*;
pub use remedies::*;
pub use revenue::*;
pub use surveys::*;

// ── Before the work ─────────────────────────────────────────────────────────
/// First run: GET the form, POST company, time zone and first admin.
pub fn first_run() -> String {
    "/start".into()
}
pub fn sign_in() -> String {
    "/sign-in".into()
}
/// POST.
pub fn sign_out() -> String {
    "/sign-out".into()
}
/// Asks for a link by mail.
pub fn forgotten() -> String {
    "/forgotten".into()
}
/// The link in that mail.
pub fn reset(token: impl Display) -> String {
    format!("/reset/{token}")
}
/// The link in an invitation.
pub fn invitation(token: impl Display) -> String {
    format!("/invitations/{token}")
}

// ── The inbox ───────────────────────────────────────────────────────────────
/// Where one lands: the view `mine`.
pub fn home() -> String {
    "/".into()
}
/// The list: GET with `view`, `sort`, `cursor`, `q`; POST makes a new conversation.
pub fn conversations() -> String {
    "/conversations".into()
}
/// The list of one view: `mine`, `unassigned`, `mentions`, `snoozed`, `all`, `inbox:ID`, `team:ID`, `tag:ID`, or a view's id.
pub fn view_list(view: impl Display) -> String {
    format!("/conversations?view={view}")
}
/// The same in another order: `newest`, `oldest`, `waiting`, `priority`.
pub fn view_list_sorted(view: impl Display, sort: impl Display) -> String {
    format!("/conversations?view={view}&sort={sort}")
}
/// The next rows of a list, as a fragment.
pub fn view_rows(view: impl Display, sort: impl Display, cursor: impl Display) -> String {
    format!("/conversations/rows?view={view}&sort={sort}&cursor={cursor}")
}
/// The pattern of [`view_rows`].
pub fn rows() -> String {
    "/conversations/rows".into()
}
/// One conversation; `?view=` keeps the list beside it.
pub fn conversation(id: impl Display) -> String {
    format!("/conversations/{id}")
}
/// One conversation beside the list of a view.
pub fn conversation_in(view: impl Display, id: impl Display) -> String {
    format!("/conversations/{id}?view={view}")
}
/// The form of a new conversation; `?contact=` fills in to whom.
pub fn new_conversation() -> String {
    "/conversations/new".into()
}
pub fn new_conversation_to(contact: impl Display) -> String {
    format!("/conversations/new?contact={contact}")
}
/// POST: `id` several times, `do`, and what it needs.
pub fn bulk() -> String {
    "/conversations/bulk".into()
}
/// PUT `subject`.
pub fn subject(id: impl Display) -> String {
    format!("/conversations/{id}/subject")
}
/// PUT `status`: a status's id, or the word of a category.
pub fn status(id: impl Display) -> String {
    format!("/conversations/{id}/status")
}
/// PUT `agent`: an id, or nothing for nobody.
pub fn assignee(id: impl Display) -> String {
    format!("/conversations/{id}/assignee")
}
/// PUT `team`.
pub fn team(id: impl Display) -> String {
    format!("/conversations/{id}/team")
}
/// PUT `priority`: 1 low to 4 urgent.
pub fn priority(id: impl Display) -> String {
    format!("/conversations/{id}/priority")
}
/// PUT `tags`: `tag` several times (ids), and `new` (names).
pub fn tags(id: impl Display) -> String {
    format!("/conversations/{id}/tags")
}
/// PUT `until`: `reply`, or a moment in RFC 3339 or as `datetime-local` in the agent's zone; DELETE wakes it.
pub fn snooze(id: impl Display) -> String {
    format!("/conversations/{id}/snooze")
}
/// PUT follows, DELETE no longer.
pub fn follow(id: impl Display) -> String {
    format!("/conversations/{id}/follow")
}
/// PUT marks it read as far as `message`, DELETE marks it unread.
pub fn reading(id: impl Display) -> String {
    format!("/conversations/{id}/reading")
}
/// GET asks into which one (`?q=`), POST `into`.
pub fn merge(id: impl Display) -> String {
    format!("/conversations/{id}/merge")
}
/// PUT `name` of an attribute and its `value`.
pub fn conversation_attributes(id: impl Display) -> String {
    format!("/conversations/{id}/attributes")
}
/// Head of the thread, as a fragment.
pub fn conversation_head(id: impl Display) -> String {
    format!("/conversations/{id}/head")
}
/// GET what was written, as a fragment (`?before=` for older); POST sends or keeps a note.
pub fn messages(id: impl Display) -> String {
    format!("/conversations/{id}/messages")
}
/// The customer's record beside a conversation, as a fragment.
pub fn conversation_record(id: impl Display) -> String {
    format!("/conversations/{id}/record")
}
/// Who else is here, as a fragment; POST says what I do (`doing`: `looking`, `typing`, `gone`).
pub fn presence(id: impl Display) -> String {
    format!("/conversations/{id}/presence")
}
/// PUT keeps my draft, DELETE throws it away.
pub fn draft(id: impl Display) -> String {
    format!("/conversations/{id}/draft")
}
/// The composer as a fragment: `?kind=reply|reply_all|note|forward` and `?message=`.
pub fn composer(id: impl Display) -> String {
    format!("/conversations/{id}/composer")
}
/// The whole conversation on paper.
pub fn print(id: impl Display) -> String {
    format!("/conversations/{id}/print")
}

/// POST takes a merge back.
pub fn merge_undo(id: impl Display, merge: impl Display) -> String {
    format!("/conversations/{id}/merges/{merge}/undo")
}
/// POST deletes it a minute later.
pub fn delete_conversation(id: impl Display) -> String {
    format!("/conversations/{id}/delete")
}
/// POST takes back what was done.
pub fn undo(id: impl Display) -> String {
    format!("/undo/{id}")
}
/// How far long work has come, as a fragment.
pub fn long_bulk(id: impl Display) -> String {
    format!("/bulks/{id}")
}
/// POST ends it before its end.
pub fn long_bulk_stop(id: impl Display) -> String {
    format!("/bulks/{id}/stop")
}
/// POST takes it back, as long work too.
pub fn long_bulk_undo(id: impl Display) -> String {
    format!("/bulks/{id}/undo")
}
/// All that one has begun to write.
pub fn drafts() -> String {
    "/drafts".into()
}
/// With one of the composers open: `reply`, `reply_all`, `note` or `forward`.
pub fn conversation_writing(id: impl Display, kind: &str) -> String {
    format!("/conversations/{id}?kind={kind}#composer")
}
/// Goes on with a conversation that one has begun to write.
pub fn new_conversation_draft(draft: impl Display) -> String {
    format!("/conversations/new?draft={draft}")
}

// ── Messages ────────────────────────────────────────────────────────────────
/// POST takes a message back that has not left yet.
pub fn undo_send(message: impl Display) -> String {
    format!("/messages/{message}/undo")
}
/// POST tries a failed message again.
pub fn send_again(message: impl Display) -> String {
    format!("/messages/{message}/retry")
}
/// POST makes a conversation of its own of it.
pub fn split(message: impl Display) -> String {
    format!("/messages/{message}/split")
}
/// POST deletes it for good.
pub fn delete_message(message: impl Display) -> String {
    format!("/messages/{message}/delete")
}
/// The mail's HTML, sanitised, for a sandboxed frame; `?images=on` through our proxy.
pub fn message_html(message: impl Display) -> String {
    format!("/messages/{message}/html")
}
/// One image of the mail from elsewhere, through our proxy: `?url=`.
pub fn message_image(message: impl Display) -> String {
    format!("/messages/{message}/image")
}
/// The mail as it came.
pub fn message_original(message: impl Display) -> String {
    format!("/messages/{message}/original")
}
/// Its header lines, on a page.
pub fn message_headers(message: impl Display) -> String {
    format!("/messages/{message}/headers")
}
/// A file, to keep.
pub fn attachment(id: impl Display) -> String {
    format!("/attachments/{id}")
}
/// A file, to look at: images, PDF, text.
pub fn attachment_preview(id: impl Display) -> String {
    format!("/attachments/{id}/preview")
}
/// POST `file` (multipart) for a draft; answers with the file's chip. DELETE `/uploads/{id}`.
pub fn uploads() -> String {
    "/uploads".into()
}
pub fn upload(id: impl Display) -> String {
    format!("/uploads/{id}")
}

// ── Suggestions, palette, search ────────────────────────────────────────────
/// Canned responses for `/`, as a fragment: `?q=` and `?conversation=`.
pub fn suggest_canned() -> String {
    "/suggestions/canned".into()
}
/// Agents and teams for `@`.
pub fn suggest_mentions() -> String {
    "/suggestions/mentions".into()
}
/// Contacts and addresses for to, cc and bcc.
pub fn suggest_recipients() -> String {
    "/suggestions/recipients".into()
}
/// Rows of the command palette: `?q=`.
pub fn palette() -> String {
    "/palette".into()
}
pub fn search() -> String {
    "/search".into()
}
/// Results for this query; the query must be percent-encoded already.
pub fn search_for(encoded: impl Display) -> String {
    format!("/search?q={encoded}")
}

// ── Views and canned responses ──────────────────────────────────────────────
/// GET all, POST a new one.
pub fn views() -> String {
    "/views".into()
}
pub fn new_view() -> String {
    "/views/new".into()
}
/// GET the editor, PUT keeps it, DELETE puts it away.
pub fn view(id: impl Display) -> String {
    format!("/views/{id}")
}
/// POST the editor's form with one button pressed; answers with the conditions as they are then.
pub fn view_conditions() -> String {
    "/views/conditions".into()
}
/// GET all, POST a new one.
pub fn canned() -> String {
    "/canned".into()
}
pub fn new_canned() -> String {
    "/canned/new".into()
}
/// POST with `conversation`: fills it in and counts it; answers with one [`crate::inbox::Suggestion`].
pub fn use_canned(id: impl Display) -> String {
    format!("/canned/{id}/use")
}
pub fn canned_response(id: impl Display) -> String {
    format!("/canned/{id}")
}

// ── Settings ────────────────────────────────────────────────────────────────
/// Leads to the first section that the agent may see.
pub fn settings() -> String {
    "/settings".into()
}
/// A section: `profile`, `agents`, `roles`, `teams`, `inboxes`, `tags`, …
pub fn settings_section(section: impl Display) -> String {
    format!("/settings/{section}")
}
/// Product adoption: GET with `over`, in days.
pub fn usage() -> String {
    "/usage".into()
}
/// Adoption as a file.
pub fn usage_file() -> String {
    "/usage.csv".into()
}
/// The accounts behind a figure: `event`, `from`, `to`.
pub fn usage_rows() -> String {
    "/usage/accounts".into()
}
/// The accounts that used a key feature, or not yet (`reached=no`).
pub fn first_value() -> String {
    "/usage/first-value".into()
}
/// POST: whether it is a key feature.
pub fn usage_key(id: impl Display) -> String {
    format!("/usage/events/{id}/key")
}
/// Usage events as they arrive, or as a fragment with `part=list`; `source` and `text` narrow.
pub fn usage_arrivals() -> String {
    "/settings/sources/arrivals".into()
}
/// Usage events that could not be taken.
pub fn usage_rejected() -> String {
    "/settings/sources/rejected".into()
}
/// POST: for how many days requests are kept.
pub fn usage_retention() -> String {
    "/settings/sources/retention".into()
}
/// One thing of a section; `new` for the form of a new one.
pub fn settings_item(section: impl Display, id: impl Display) -> String {
    format!("/settings/{section}/{id}")
}

/// POST turns notifications on in the browser that asks.
pub fn devices() -> String {
    "/settings/notifications/devices".into()
}
/// POST turns them off in one browser.
pub fn device_remove(id: impl Display) -> String {
    format!("/settings/notifications/devices/{id}/remove")
}
/// POST sends one to see whether it arrives.
pub fn device_trial(id: impl Display) -> String {
    format!("/settings/notifications/devices/{id}/trial")
}
/// What shows notifications when no page is open; its place says that it is for all of Tend.
pub fn service_worker() -> String {
    "/service-worker.js".into()
}

/// Signature and DNS records of the domain of an inbox.
pub fn inbox_domain(inbox: impl Display) -> String {
    format!("/settings/inboxes/{inbox}/domain")
}
/// What the DNS says about it, as a fragment.
pub fn inbox_records(inbox: impl Display) -> String {
    format!("/settings/inboxes/{inbox}/domain/records")
}
/// POST `algorithm` and `selector` makes a key.
pub fn inbox_keys(inbox: impl Display) -> String {
    format!("/settings/inboxes/{inbox}/domain/keys")
}
/// POST: `sign`, `stop` or `remove`.
pub fn inbox_key(inbox: impl Display, key: impl Display, what: &str) -> String {
    format!("/settings/inboxes/{inbox}/domain/keys/{key}/{what}")
}

/// A mail in quarantine, to look at.
pub fn quarantined(id: impl Display) -> String {
    format!("/settings/mail/{id}")
}
/// Its bytes, to keep.
pub fn quarantined_original(id: impl Display) -> String {
    format!("/settings/mail/{id}/original")
}
/// POST.
pub fn quarantined_retry(id: impl Display) -> String {
    format!("/settings/mail/{id}/retry")
}
/// POST.
pub fn quarantined_dismiss(id: impl Display) -> String {
    format!("/settings/mail/{id}/dismiss")
}
/// POST.
pub fn job_run(id: impl Display) -> String {
    format!("/settings/jobs/{id}/run")
}
/// POST.
pub fn job_give_up(id: impl Display) -> String {
    format!("/settings/jobs/{id}/give-up")
}

// ── The page itself ─────────────────────────────────────────────────────────
/// The sidebar with its counts, as a fragment.
pub fn side() -> String {
    "/side".into()
}
/// What tells me something, as a fragment; POST marks all as read.
pub fn notifications() -> String {
    "/notifications".into()
}
/// One stream of what changed since a position of the journal: `?since=`, or `Last-Event-ID`.
pub fn live(since: i64) -> String {
    format!("/live?since={since}")
}
/// Every part and page with its samples.
pub fn gallery() -> String {
    "/gallery".into()
}
/// One page of the samples.
pub fn gallery_page(name: impl Display) -> String {
    format!("/gallery/{name}")
}
/// A picture of a person, by the number of its file; it never changes.
pub fn picture(file: i64) -> String {
    format!("/pictures/{file}")
}
/// One message as a fragment, `?as=text` or `?as=html`.
pub fn message(message: impl Display) -> String {
    format!("/messages/{message}")
}

/// An address with a query: names with their texts; empty ones are left out.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (name, text) in pairs.iter().filter(|it| !it.1.is_empty()) {
        out.push(if out.contains('?') { '&' } else { '?' });
        out.push_str(name);
        out.push('=');
        for byte in text.bytes() {
            match byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                true => out.push(char::from(byte)),
                false => out.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    out
}

// ── The API ─────────────────────────────────────────────────────────────────
/// The reference for people.
pub fn reference() -> String {
    "/api/docs".into()
}
/// All about one noun.
pub fn reference_group(name: impl Display) -> String {
    format!("/api/docs/{name}")
}
/// The document for programs.
pub fn reference_document() -> String {
    "/api/v1/openapi.json".into()
}

//! Canned responses, and the templates that they and inboxes are made of.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tend_core::{
    Result,
    agents::{Me, TeamId},
    canned::{self as verbs, Audience, Canned, CannedFile, CannedId, NewCanned},
    conversations::ConversationId,
    error::invalid,
    html::Html,
    templates::{self, Form},
    uploads::{self, UploadId},
};
use tend_store::Tx;
use utoipa::ToSchema;

use super::{Answer, Body, Id, If, Keyed, List, Paging, Post, Query};
use crate::{
    App,
    who::{May, may::ConversationsRead},
};

type Reader = May<ConversationsRead>;

/// An answer that is written once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CannedOut {
    pub id: String,
    /// What one types after `/`.
    pub shortcut: String,
    pub name: String,
    /// A template: `{{ contact.first_name }}` stands for a value.
    pub html: String,
    /// `personal`, `everyone`, or the id of a team.
    pub audience: String,
    /// The names of the files that go with it.
    pub files: Vec<String>,
    pub used_count: i64,
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

impl CannedOut {
    fn of(tx: &mut Tx, it: Canned) -> Result<Self> {
        let files = verbs::files(tx, it.id)?;
        Ok(Self {
            audience: match it.audience() {
                Audience::Personal(_) => "personal".to_owned(),
                Audience::Everyone => "everyone".to_owned(),
                Audience::Team(id) => id.to_string(),
            },
            files: files.into_iter().map(|it| it.name).collect(),
            id: it.id.to_string(),
            shortcut: it.shortcut,
            name: it.name,
            html: it.html_text,
            used_count: it.used_count,
            changed_at: it.changed_at,
        })
    }
}

fn load(id: CannedId) -> impl Fn(&mut Tx, &Me) -> Result<CannedOut> + Send + 'static {
    move |tx, me| {
        let it = verbs::find(tx, me, id)?;
        CannedOut::of(tx, it)
    }
}

/// List canned responses
///
/// Those that the agent may use, by shortcut.
#[utoipa::path(get, path = "/api/v1/canned-responses", tag = "canned-responses", params(Paging), responses((status = 200, body = List<CannedOut>)))]
pub(crate) async fn list(
    who: Reader,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let me = who.me.clone();
    let all = app
        .read(move |tx| {
            let all = verbs::all(tx, &me)?;
            all.into_iter().map(|it| CannedOut::of(tx, it)).collect::<Result<Vec<_>>>()
        })
        .await?;
    List::cut(all, &paging)
}

/// One canned response
#[utoipa::path(get, path = "/api/v1/canned-responses/{id}", tag = "canned-responses", params(("id" = String, Path), If), responses((status = 200, body = CannedOut)))]
pub(crate) async fn find(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<CannedId>,
    seen: If,
) -> Answer {
    seen.show(&app, &who, load(id)).await
}

/// A canned response to be written, or what changes in one; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CannedIn {
    /// Letters, digits, `-` and `_`.
    pub shortcut: Option<String>,
    pub name: Option<String>,
    /// One of `text` and `html`; a template.
    pub text: Option<String>,
    pub html: Option<String>,
    /// `personal` (the default), `everyone`, or the id of a team.
    pub audience: Option<String>,
    /// Uploaded files that go with it, all of them.
    #[schema(value_type = Option<Vec<String>>)]
    pub files: Option<Vec<UploadId>>,
}

impl CannedIn {
    fn audience(&self, me: &Me, before: Option<Audience>) -> Result<Audience> {
        match self.audience.as_deref() {
            None => Ok(before.unwrap_or(Audience::Personal(me.id))),
            Some("personal") => Ok(Audience::Personal(me.id)),
            Some("everyone") => Ok(Audience::Everyone),
            Some(team) => {
                let wrong = "The audience is personal, everyone, or the id of a team.";
                let team: TeamId = team.parse().map_err(|_| invalid("audience", wrong))?;
                Ok(Audience::Team(team))
            }
        }
    }

    fn html(&self, before: Option<Html>) -> Result<Html> {
        match (&self.text, &self.html, before) {
            (Some(text), None, _) => Ok(Html::from_text(text)),
            (None, Some(html), _) => Ok(Html::sanitise(html)),
            (None, None, Some(before)) => Ok(before),
            _ => Err(invalid("html", "Give either text or html.")),
        }
    }

    fn save(&self, tx: &mut Tx, me: &Me, id: Option<CannedId>) -> Result<CannedId> {
        let before = match id {
            Some(id) => Some(verbs::find(tx, me, id)?),
            None => None,
        };
        let kept = match (id, &self.files) {
            (Some(id), None) => {
                let all = verbs::files(tx, id)?;
                all.into_iter().map(|it| (it.file_id, it.name)).collect()
            }
            (_, given) => {
                let given = given.as_deref().unwrap_or_default();
                let all = uploads::take_all(tx, me, given, "")?;
                all.into_iter().map(|it| (it.file_id, it.name)).collect::<Vec<_>>()
            }
        };
        let files = kept.into_iter().map(|(file_id, name)| CannedFile { file_id, name });
        let of = |given: &Option<String>, before: Option<&String>| {
            given.clone().or(before.cloned()).unwrap_or_default()
        };
        let new = NewCanned {
            shortcut: of(&self.shortcut, before.as_ref().map(|it| &it.shortcut)),
            name: of(&self.name, before.as_ref().map(|it| &it.name)),
            html: self.html(before.as_ref().map(Canned::html))?,
            audience: self.audience(me, before.as_ref().map(Canned::audience))?,
            files: files.collect(),
        };
        verbs::save(tx, me, id, &new)
    }
}

/// Write a canned response
///
/// Sharing it needs the permission.
#[utoipa::path(post, path = "/api/v1/canned-responses", tag = "canned-responses", request_body = CannedIn, responses((status = 201, body = CannedOut)))]
pub(crate) async fn create(who: Reader, State(app): State<App>, post: Post<CannedIn>) -> Answer {
    post.create(&app, &who, |tx, me, it| {
        let id = it.save(tx, me, None)?;
        load(id)(tx, me)
    })
    .await
}

/// Change a canned response
#[utoipa::path(patch, path = "/api/v1/canned-responses/{id}", tag = "canned-responses", params(("id" = String, Path), If), request_body = CannedIn, responses((status = 200, body = CannedOut)))]
pub(crate) async fn change(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<CannedId>,
    seen: If,
    Body(it): Body<CannedIn>,
) -> Answer {
    let work = move |tx: &mut Tx, me: &Me| it.save(tx, me, Some(id)).map(|_| ());
    seen.change(&app, &who, load(id), work).await
}

/// Archive a canned response
#[utoipa::path(delete, path = "/api/v1/canned-responses/{id}", tag = "canned-responses", params(("id" = String, Path), If), responses((status = 204)))]
pub(crate) async fn archive(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<CannedId>,
    seen: If,
) -> Answer {
    seen.remove(&app, &who, load(id), move |tx, me| verbs::archive(tx, me, id)).await
}

/// For which conversation.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FillIn {
    /// Left out, for one that is to begin.
    #[schema(value_type = Option<String>)]
    pub conversation: Option<ConversationId>,
}

/// A template with the values that there are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FilledOut {
    /// Where a value is missing, its variable still stands.
    pub text: String,
    /// The variables without a value.
    pub missing: Vec<String>,
}

/// Fill a canned response in
///
/// With the values of a conversation. It counts as used.
#[utoipa::path(post, path = "/api/v1/canned-responses/{id}/fill", tag = "canned-responses", params(("id" = String, Path)), request_body = FillIn, responses((status = 200, body = FilledOut)))]
pub(crate) async fn fill(
    who: Reader,
    State(app): State<App>,
    Id(id): Id<CannedId>,
    post: Post<FillIn>,
) -> Answer {
    post.done(&app, &who, move |tx, me, it| {
        let filled = verbs::put_in(tx, me, id, it.conversation)?;
        Ok(FilledOut { text: filled.html.into_string(), missing: filled.missing })
    })
    .await
}

/// Something that a template can name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VariableOut {
    /// As it is written: `contact.first_name`.
    pub name: String,
    pub label: String,
}

impl Keyed for VariableOut {
    fn key(&self) -> String {
        self.name.clone()
    }
}

/// List template variables
///
/// All that templates can name, custom attributes too.
#[utoipa::path(get, path = "/api/v1/templates/variables", tag = "canned-responses", params(Paging), responses((status = 200, body = List<VariableOut>)))]
pub(crate) async fn variables(
    _who: Reader,
    State(app): State<App>,
    Query(paging): Query<Paging>,
) -> Answer {
    let all = app.read(templates::vocabulary).await?;
    let out = |it: templates::Variable| VariableOut { name: it.name, label: it.label };
    List::cut(all.into_iter().map(out).collect(), &paging)
}

/// A template to be tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateIn {
    pub source: String,
    /// `true` for plain text, such as a sender's name; else it is HTML.
    #[serde(default)]
    pub is_text: bool,
    /// Whose values are put in; left out, only the agent's own.
    #[schema(value_type = Option<String>)]
    pub conversation: Option<ConversationId>,
}

/// Try a template
///
/// Says what is wrong with it, or what it makes. Nothing is kept.
#[utoipa::path(post, path = "/api/v1/templates/preview", tag = "canned-responses", request_body = TemplateIn, responses((status = 200, body = FilledOut)))]
pub(crate) async fn preview(who: Reader, State(app): State<App>, post: Post<TemplateIn>) -> Answer {
    post.done(&app, &who, |tx, me, it| {
        let form = if it.is_text { Form::Text } else { Form::Html };
        templates::check(tx, "source", &it.source, form)?;
        let scope = templates::scope_for(tx, me, it.conversation)?;
        let filled = templates::fill(&it.source, form, &scope)?;
        Ok(FilledOut { text: filled.text, missing: filled.missing })
    })
    .await
}

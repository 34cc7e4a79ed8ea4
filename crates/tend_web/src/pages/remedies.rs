//! Remedies: what may be offered, what was asked for, and what came of it.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use tend_core::{
    Error, Result,
    agents::{self, AgentId, Me, Permission},
    contacts,
    journal::Entry,
    money::days,
    orders,
    page::Page,
    remedies::{self as verbs, Asked as Which, Remedy, RemedyId, carry, decide, hand},
};
use tend_store::Tx;
use tend_views::{
    parts::Problems,
    remedies::{
        NewRemedyPage, OffersPane, RemediesPage, RemedyPage, new_remedy_page, offers_pane,
        remedies_page, remedy_live, remedy_page,
    },
    revenue::day_name,
    urls,
};

mod report;
mod said;

pub(crate) use said::Said;

use said::Shown;

use super::{Answer, frame::Wanted, go, inbox::Htmx, lead, problems};
use crate::{
    App,
    api::Id,
    asked::{Form, Query},
    router::{Access::May as Needs, Route, get, post},
    who::{
        May, Who,
        may::{OrdersRead, RemediesApprove, RemediesGive},
    },
};

const ROWS: usize = 50;

/// Remedies and their rules.
pub(crate) fn routes() -> Vec<Route> {
    use super::settings::remedies as s;
    let (see, give) = (Needs(Permission::OrdersRead), Needs(Permission::RemediesGive));
    let (approve_, manage) =
        (Needs(Permission::RemediesApprove), Needs(Permission::RemediesManage));
    let act = |what: &str| urls::remedy_act("{id}", what);
    let rules = urls::settings_section("remedies");
    vec![
        get(urls::remedies(), see, show),
        post(urls::remedies(), give, request),
        get(urls::new_remedy(), give, new),
        get(urls::remedies_report(), see, report::show),
        get(urls::remedies_report_file(), see, report::file),
        get(urls::remedy("{id}"), see, one),
        post(act("approve"), approve_, approve),
        post(act("decline"), approve_, decline),
        post(act("cancel"), give, cancel),
        post(act("done"), give, done),
        post(act("not-done"), give, not_done),
        post(act("reconcile"), give, reconcile),
        get(&rules, manage, s::show),
        post(&rules, manage, s::set_limits),
        post(urls::remedy_reasons(), manage, s::add_reason),
        post(urls::remedy_reason("{id}"), manage, s::rename_reason),
        post(urls::remedy_reason_act("{id}", "archive"), manage, s::archive_reason),
        post(urls::remedy_reason_act("{id}", "restore"), manage, s::restore_reason),
        get(urls::new_remedy_plan(), manage, s::new_plan),
        post(urls::remedy_plans(), manage, s::add_plan),
        get(urls::remedy_plan("{id}"), manage, s::plan),
        post(urls::remedy_plan("{id}"), manage, s::change_plan),
        post(urls::remedy_plan_remove("{id}"), manage, s::remove_plan),
    ]
}

/// What the list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    state: String,
    order: String,
    contact: String,
    reason: String,
    kind: String,
    agent: String,
    product: String,
    /// Days: `2026-11-20`; the last one is not one of them.
    from: String,
    to: String,
    cursor: String,
}

impl Asked {
    fn which(&self) -> Which {
        Which {
            state: self.state.parse().ok(),
            order: self.order.parse().ok(),
            contact: self.contact.parse().ok(),
            reason: self.reason.parse().ok(),
            kind: self.kind.parse().ok(),
            agent: self.agent.parse().ok(),
            product: self.product.parse().ok(),
            days: days::parse(&self.from).zip(days::parse(&self.to)),
        }
    }

    fn url(&self, state: &str, cursor: &str) -> String {
        let pairs = [
            ("state", state),
            ("order", &self.order),
            ("contact", &self.contact),
            ("reason", &self.reason),
            ("kind", &self.kind),
            ("agent", &self.agent),
            ("product", &self.product),
            ("from", &self.from),
            ("to", &self.to),
            ("cursor", cursor),
        ];
        urls::with_query(&urls::remedies(), &pairs)
    }
}

/// By what a list is narrowed, in words; a contact or an order that one may not see is not there.
fn narrowed(tx: &mut Tx, me: &Me, which: &Which) -> Result<Option<String>> {
    let mut words = Vec::new();
    if let Some(id) = which.contact {
        words.push(format!("of {}", contacts::find_visible(tx, me, id)?.name));
    }
    if let Some(id) = which.order {
        words.push(format!("for {}", orders::find(tx, me, id)?.order.number));
    }
    if let Some(id) = which.reason {
        words.push(format!("for “{}”", verbs::reasons::find(tx, id)?.name));
    }
    if let Some(kind) = which.kind {
        words.push(format!("of the kind “{}”", kind.label()));
    }
    if let Some(id) = which.agent {
        words.push(format!("asked for by {}", agents::find(tx, id)?.name));
    }
    if which.product.is_some() {
        words.push("for orders with one product".to_owned());
    }
    if let Some((from, to)) = which.days {
        words.push(format!("from {} to {}", day_name(from), day_name(to - 1)));
    }
    Ok((!words.is_empty()).then(|| format!("Only {}.", words.join(", "))))
}

pub(crate) async fn show(
    who: May<OrdersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::remedies());
    let page = app.read(move |tx| {
        let (me, which) = (&wanted.me, asked.which());
        let from = asked.cursor.parse().ok();
        let narrowed = narrowed(tx, me, &which)?;
        let found: Page<Remedy> = verbs::page(tx, me, &which, from, ROWS)?;
        let it = RemediesPage {
            next: found.next.map(|it| asked.url(&asked.state, &it.to_string())),
            remedies: found,
            state: which.state,
            narrowed,
            url: asked.url("", ""),
            first: from.map(|_| asked.url(&asked.state, "")),
            may_manage: me.may(Permission::RemediesManage),
        };
        Ok(remedies_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

/// What may be offered: as a page, or as the part of one that shows the offers.
pub(crate) async fn new(
    who: May<RemediesGive>,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
    Query(said): Query<Said>,
) -> Answer {
    offered(&who, &app, said, is_htmx, (StatusCode::OK, Shown::default())).await
}

async fn offered(
    who: &Who,
    app: &App,
    said: Said,
    is_part: bool,
    (status, shown): (StatusCode, Shown),
) -> Answer {
    let wanted = Wanted::by(who, urls::orders());
    let key = tend_core::secrets::random_text();
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let order = said.order()?;
        let pane = match said.reason.parse() {
            Ok(reason) => match verbs::offered::offers(tx, me, order, reason) {
                Ok(offers) => Some(Ok((offers, reason))),
                Err(Error::Refused(why)) => Some(Err(why.into_owned())),
                Err(other) => return Err(other),
            },
            Err(_) => None,
        };
        let (pane, refused) = match pane {
            Some(Ok((offers, reason))) => {
                let conversation = said.conversation();
                let (said, problems) = (said.shown(&shown), shown.problems);
                (Some(OffersPane { offers, reason, conversation, key, said, problems }), None)
            }
            Some(Err(why)) => (None, Some(why)),
            None => (None, None),
        };
        let frame = wanted.read(tx)?;
        if is_part {
            let none = refused.unwrap_or_else(|| "Choose what went wrong.".to_owned());
            return Ok(match pane {
                Some(pane) => offers_pane(&frame, &pane),
                None => maud::html! { p.u-quiet { (none) } },
            });
        }
        let number = orders::find(tx, me, order)?.order.number;
        let beside = verbs::Beside::of(tx, me, Vec::new())?;
        let conversation = said.conversation();
        let it = NewRemedyPage { order, number, beside, conversation, pane, refused };
        Ok(new_remedy_page(&frame, &it))
    });
    Ok((status, page.await?).into_response())
}

pub(crate) async fn request(
    who: May<RemediesGive>,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
    Form(said): Form<Said>,
) -> Answer {
    let (me, own) = (who.me.clone(), said.clone());
    let asked = app.write(move |tx| {
        let new = own.remedy(tx, &me)?;
        if own.is_to_be_seen() {
            let passed = verbs::passes(tx, &me, &new)?;
            if !passed.0.is_empty() {
                return Ok(Err(passed));
            }
        }
        verbs::request(tx, &me, &new).map(Ok)
    });
    match asked.await {
        Ok(Err(passed)) => {
            let shown = Shown { passed, ..Shown::default() };
            offered(&who, &app, said, is_htmx, (StatusCode::OK, shown)).await
        }
        Ok(Ok(id)) => {
            let to = match said.conversation() {
                Some(conversation) => urls::conversation(conversation),
                None => urls::remedy(id),
            };
            Ok(lead(&to, is_htmx))
        }
        Err(error) => {
            let (status, wrong) = problems(error)?;
            let shown = Shown { problems: said.beside(wrong), ..Shown::default() };
            offered(&who, &app, said, is_htmx, (status, shown)).await
        }
    }
}

pub(crate) async fn one(
    who: May<OrdersRead>,
    State(app): State<App>,
    Id(id): Id<RemedyId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    page(&who, &app, id, is_htmx, (StatusCode::OK, Problems::default())).await
}

/// One remedy; only what follows what happens, where htmx asks for it.
async fn page(
    who: &Who,
    app: &App,
    id: RemedyId,
    is_part: bool,
    (status, problems): (StatusCode, Problems),
) -> Answer {
    let wanted = Wanted::by(who, urls::remedies());
    let page = app.read(move |tx| {
        let it = whole(tx, &wanted.me, id, problems)?;
        let frame = wanted.read(tx)?;
        Ok(if is_part { remedy_live(&frame, &it) } else { remedy_page(&frame, &it) })
    });
    Ok((status, page.await?).into_response())
}

fn whole(tx: &mut Tx, me: &Me, id: RemedyId, problems: Problems) -> Result<RemedyPage> {
    use verbs::{State::*, Way};
    let remedy = verbs::find(tx, me, id)?;
    let mut story = Vec::new();
    for entry in verbs::story(tx, me, id)? {
        let who = name(tx, &entry)?;
        story.push((entry, who));
    }
    let (gives, approves) = (me.may(Permission::RemediesGive), me.may(Permission::RemediesApprove));
    let is_pending = remedy.state == Pending;
    let (may_decide, why_not) = match decide::may_decide(tx, me, &remedy) {
        Ok(()) => (is_pending, None),
        Err(Error::Refused(why)) => (false, is_pending.then(|| why.into_owned())),
        Err(_) => (false, None),
    };
    let by_hand = remedy.state == Approved && remedy.way == Way::Hand;
    let is_unknown = remedy.state == Unknown;
    Ok(RemedyPage {
        may_decide,
        why_not,
        may_cancel: gives && (is_pending || by_hand) && (approves || remedy.requested_by == me.id),
        may_settle: gives && (by_hand || is_unknown && approves),
        may_reconcile: gives && is_unknown && remedy.way == Way::Shop,
        remedy,
        story,
        problems,
    })
}

fn name(tx: &mut Tx, it: &Entry) -> Result<String> {
    match (it.actor_kind.as_str(), it.actor_id) {
        ("agent", Some(id)) => Ok(agents::find(tx, AgentId::from_raw(id))?.name),
        _ => Ok("Tend".to_owned()),
    }
}

/// What the forms of one remedy say; each uses its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Word {
    note: String,
    reference: String,
    why: String,
}

async fn then(
    who: &Who,
    app: &App,
    id: RemedyId,
    said: Word,
    verb: fn(&mut Tx, &Me, RemedyId, &Word) -> Result<()>,
) -> Answer {
    let me = who.me.clone();
    match app.write(move |tx| verb(tx, &me, id, &said)).await {
        Ok(()) => Ok(go(&urls::remedy(id))),
        Err(error) => {
            let wrong = problems(error)?;
            page(who, app, id, false, wrong).await
        }
    }
}

pub(crate) async fn approve(
    who: May<RemediesApprove>,
    State(app): State<App>,
    Id(id): Id<RemedyId>,
    Form(said): Form<Word>,
) -> Answer {
    then(&who, &app, id, said, |tx, me, id, it| decide::approve(tx, me, id, &it.note)).await
}

pub(crate) async fn decline(
    who: May<RemediesApprove>,
    State(app): State<App>,
    Id(id): Id<RemedyId>,
    Form(said): Form<Word>,
) -> Answer {
    then(&who, &app, id, said, |tx, me, id, it| decide::decline(tx, me, id, &it.note)).await
}

pub(crate) async fn cancel(
    who: May<RemediesGive>,
    State(app): State<App>,
    Id(id): Id<RemedyId>,
) -> Answer {
    then(&who, &app, id, Word::default(), |tx, me, id, _| decide::cancel(tx, me, id)).await
}

pub(crate) async fn done(
    who: May<RemediesGive>,
    State(app): State<App>,
    Id(id): Id<RemedyId>,
    Form(said): Form<Word>,
) -> Answer {
    then(&who, &app, id, said, |tx, me, id, it| hand::done(tx, me, id, &it.reference)).await
}

pub(crate) async fn not_done(
    who: May<RemediesGive>,
    State(app): State<App>,
    Id(id): Id<RemedyId>,
    Form(said): Form<Word>,
) -> Answer {
    then(&who, &app, id, said, |tx, me, id, it| hand::not_done(tx, me, id, &it.why)).await
}

pub(crate) async fn reconcile(
    who: May<RemediesGive>,
    State(app): State<App>,
    Id(id): Id<RemedyId>,
) -> Answer {
    then(&who, &app, id, Word::default(), |tx, me, id, _| carry::reconcile(tx, me, id)).await
}

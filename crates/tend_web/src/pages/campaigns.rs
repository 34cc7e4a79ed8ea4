//! Campaigns: the list, the composer, and what became of each.

mod files;
mod form;
pub(crate) mod links;
mod slot;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
};
use serde::Deserialize;
use tend_core::{
    Result,
    agents::{Me, Permission},
    attributes::{self, About},
    book,
    campaigns::{
        self as verbs, Campaign, CampaignId, NewCampaign, State as Standing, effect, limits,
        slot as slot_verbs,
    },
    contacts::{self, ContactId, IdentityKind},
    inboxes::{self, Channel},
    secrets::Keys,
    usage::names,
};
use tend_store::Tx;
use tend_views::{
    campaigns::{
        CampaignLine, CampaignPage, Composer, Offered, campaign_page, campaigns_page,
        composer_page, new_campaign_page,
    },
    parts::Problems,
    urls,
};

use super::{Answer, frame::Wanted, go, problems};
use crate::{
    App, WebError,
    api::Id,
    asked::{Form, Query},
    router::{Access::May as Needs, Route, get, post, put},
    who::{
        May,
        may::{CampaignsManage, CustomersRead},
    },
};

type Writer = May<CampaignsManage>;

const ROWS: usize = 50;
/// So far contacts are counted.
const MOST: i64 = 100_000;

/// Campaigns, onboarding, and the pages of customers that belong to them.
pub(crate) fn routes() -> Vec<Route> {
    use super::settings::messages;
    let (see, write) = (Needs(Permission::CustomersRead), Needs(Permission::CampaignsManage));
    let section = urls::settings_section("messages");
    let mut routes = vec![
        get(urls::campaigns(), see, all),
        post(urls::campaigns(), write, create),
        get(urls::new_campaign(), write, new),
        get(urls::campaign("{id}"), see, one),
        put(urls::campaign("{id}"), write, change),
        post(urls::campaign_act("{id}", "test"), write, test),
        post(urls::campaign_act("{id}", "copy"), write, copy),
        post(urls::campaign_act("{id}", "add"), write, add),
        post(urls::campaign_act("{id}", "{act}"), write, act),
        get(&section, write, messages::show),
        post(&section, write, messages::change),
    ];
    routes.extend(files::routes());
    routes.extend(links::routes());
    routes.extend(slot::routes());
    routes.extend(super::onboarding::routes());
    routes
}

/// What the list and a campaign are asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    cursor: String,
    rule: String,
    #[serde(rename = "as")]
    read_as: String,
    #[serde(rename = "try")]
    dry: String,
    tested: String,
    kind: String,
    on: String,
}

async fn all(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::campaigns());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let found = verbs::all(tx, me, asked.cursor.parse().ok(), ROWS)?;
        let next = found
            .next
            .map(|it| urls::with_query(&urls::campaigns(), &[("cursor", &it.to_string())]));
        let mut lines = Vec::new();
        for campaign in found.items {
            let progress = verbs::progress_of(tx, &campaign)?;
            let effect = match campaign.started_at {
                Some(_) => effect::effect(tx, me, campaign.id)?.into_iter().next(),
                None => None,
            };
            lines.push(CampaignLine { campaign, progress, effect });
        }
        let may = me.may(Permission::CampaignsManage);
        Ok(campaigns_page(&wanted.read(tx)?, &lines, may, next))
    });
    Ok(page.await?.into_response())
}

fn offered(tx: &mut Tx, me: &Me, form: &NewCampaign) -> Result<Offered> {
    let segments = book::segments(tx, me)?;
    let inboxes = inboxes::visible(tx, me)?;
    let mut events: Vec<String> = names::all(tx)?.into_values().map(|it| it.label()).collect();
    events.sort();
    events.truncate(500);
    let mut dates = Vec::new();
    for (about, word) in [(About::Contact, "contact"), (About::Account, "account")] {
        let all = attributes::definitions(tx, about)?;
        let of = all.into_iter().filter(|it| it.kind == attributes::Kind::Date);
        dates
            .extend(of.map(|it| (format!("{word}:{}", it.name), format!("{} ({word})", it.label))));
    }
    Ok(Offered {
        segments: segments.into_iter().map(|it| (it.id.to_string(), it.name)).collect(),
        inboxes: inboxes
            .into_iter()
            .filter(|it| it.channel == Channel::Email)
            .map(|it| (it.id.to_string(), it.name))
            .collect(),
        topics: limits::limits(tx)?.topics,
        events,
        dates,
        variables: verbs::variables(tx, &form.plan)?,
    })
}

async fn new(who: Writer, State(app): State<App>, Query(asked): Query<Asked>) -> Answer {
    let wanted = Wanted::by(&who, urls::campaigns());
    if asked.kind.is_empty() {
        let page = app.read(move |tx| Ok(new_campaign_page(&wanted.read(tx)?)));
        return Ok(page.await?.into_response());
    }
    let form = form::fresh(&asked.kind, &asked.on);
    shown(&app, wanted, None, form, (StatusCode::OK, Problems::default())).await
}

async fn shown(
    app: &App,
    wanted: Wanted,
    campaign: Option<Campaign>,
    form: NewCampaign,
    (status, problems): (StatusCode, Problems),
) -> Answer {
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let offered = offered(tx, me, &form)?;
        let composer = Composer {
            audience: verbs::counted(tx, me, form.segment, MOST)?,
            campaign,
            form,
            read_as: String::new(),
            messages: Vec::new(),
            held_back: None,
            dry_run: None,
            tested: false,
            problems,
        };
        Ok(composer_page(&wanted.read(tx)?, &composer, &offered))
    });
    Ok((status, page.await?).into_response())
}

async fn create(who: Writer, State(app): State<App>, Form(said): Form<form::Pairs>) -> Answer {
    keep(&who, &app, None, said).await
}

async fn change(
    who: Writer,
    State(app): State<App>,
    Id(id): Id<CampaignId>,
    Form(said): Form<form::Pairs>,
) -> Answer {
    let me = who.me.clone();
    let was = app.read(move |tx| verbs::find(tx, &me, id)).await?;
    keep(&who, &app, Some(was), said).await
}

/// Keeps what the form says, or shows it again: with another step, or with what is wrong.
async fn keep(who: &Writer, app: &App, was: Option<Campaign>, said: form::Pairs) -> Answer {
    let wanted = Wanted::by(who, urls::campaigns());
    let (form, wrong) = form::read(&said);
    let adds = said.iter().any(|it| it.0 == "add");
    if adds || !wrong.is_empty() {
        let status = if adds { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let wrong = if adds { Problems::default() } else { wrong };
        return shown(app, wanted, was, form, (status, wrong)).await;
    }
    let (me, new, id) = (who.me.clone(), form.clone(), was.as_ref().map(|it| it.id));
    let kept = app
        .write(move |tx| match id {
            Some(id) => verbs::change(tx, &me, id, &new).map(|()| id),
            None => verbs::create(tx, &me, &new),
        })
        .await;
    match kept {
        Ok(id) => Ok(go(&urls::campaign(id))),
        Err(error) => shown(app, wanted, was, form, problems(error)?).await,
    }
}

async fn one(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<CampaignId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (wanted, keys) = (Wanted::by(&who, urls::campaigns()), app.keys.clone());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let campaign = verbs::find(tx, me, id)?;
        let may = me.may(Permission::CampaignsManage);
        if campaign.state == Standing::Draft && may {
            let it = draft(tx, me, &keys, campaign, &asked)?;
            let offered = offered(tx, me, &it.form)?;
            return Ok(composer_page(&wanted.read(tx)?, &it, &offered));
        }
        let it = whole(tx, me, campaign, &asked, may)?;
        Ok(campaign_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

fn draft(tx: &mut Tx, me: &Me, keys: &Keys, campaign: Campaign, asked: &Asked) -> Result<Composer> {
    let form = NewCampaign::of(&campaign);
    let contact = whom(tx, &asked.read_as)?;
    Ok(Composer {
        audience: verbs::counted(tx, me, form.segment, MOST)?,
        messages: match contact {
            Some(contact) => verbs::preview(tx, me, keys, campaign.id, contact)?,
            None => Vec::new(),
        },
        held_back: match contact {
            Some(contact) => verbs::held_back(tx, me, keys, campaign.id, contact)?,
            None => None,
        },
        dry_run: match asked.dry.is_empty() {
            true => None,
            false => Some(verbs::dry_run(tx, me, keys, campaign.id)?),
        },
        tested: !asked.tested.is_empty(),
        read_as: asked.read_as.clone(),
        form,
        campaign: Some(campaign),
        problems: Problems::default(),
    })
}

/// The contact of this address.
fn whom(tx: &mut Tx, address: &str) -> Result<Option<ContactId>> {
    match address.trim().is_empty() {
        true => Ok(None),
        false => contacts::by_identity(tx, IdentityKind::Email, address),
    }
}

fn whole(
    tx: &mut Tx,
    me: &Me,
    campaign: Campaign,
    asked: &Asked,
    may: bool,
) -> Result<CampaignPage> {
    let id = campaign.id;
    let from = asked.cursor.parse().ok();
    let audience = match campaign.segment_id {
        None => "Everybody".to_owned(),
        Some(segment) => book::find_segment(tx, me, segment)
            .map_or("A segment that is gone".to_owned(), |it| it.name),
    };
    Ok(CampaignPage {
        messages: verbs::said(&campaign),
        audience,
        progress: verbs::progress_of(tx, &campaign)?,
        refused: verbs::refused_by(tx, me, id)?,
        slot: slot_verbs::counts(tx, id)?,
        failures: verbs::undelivered(tx, me, id)?,
        effects: effect::effect(tx, me, id)?,
        people: verbs::enrolled(tx, me, id, &asked.rule, from, ROWS)?,
        rule: asked.rule.clone(),
        is_further: from.is_some(),
        may,
        campaign,
    })
}

async fn act(
    who: Writer,
    State(app): State<App>,
    Path((id, act)): Path<(String, String)>,
) -> Answer {
    let id: CampaignId = id.parse().map_err(|_| WebError::not_found())?;
    let does = match act.as_str() {
        "start" => verbs::start,
        "pause" => verbs::pause,
        "resume" => verbs::resume,
        "cancel" => verbs::cancel,
        _ => return Err(WebError::not_found()),
    };
    let me = who.me.clone();
    app.write(move |tx| does(tx, &me, id)).await?;
    Ok(go(&urls::campaign(id)))
}

async fn copy(who: Writer, State(app): State<App>, Id(id): Id<CampaignId>) -> Answer {
    let me = who.me.clone();
    let copy = app.write(move |tx| verbs::copy(tx, &me, id)).await?;
    Ok(go(&urls::campaign(copy)))
}

/// Somebody, by their address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Whom {
    #[serde(rename = "as")]
    address: String,
}

async fn test(
    who: Writer,
    State(app): State<App>,
    Id(id): Id<CampaignId>,
    Form(said): Form<Whom>,
) -> Answer {
    let (me, keys, address) = (who.me.clone(), app.keys.clone(), said.address.clone());
    app.write(move |tx| {
        let contact = whom(tx, &address)?.ok_or(tend_core::error::not_found("contact"))?;
        verbs::send_to_me(tx, &me, &keys, id, contact)
    })
    .await?;
    let to = [("as", said.address.as_str()), ("tested", "1")];
    Ok(go(&urls::with_query(&urls::campaign(id), &to)))
}

async fn add(
    who: Writer,
    State(app): State<App>,
    Id(id): Id<CampaignId>,
    Form(said): Form<Whom>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let contact = whom(tx, &said.address)?.ok_or(tend_core::error::not_found("contact"))?;
        verbs::add_by_hand(tx, &me, id, contact)
    })
    .await?;
    Ok(go(&urls::campaign(id)))
}

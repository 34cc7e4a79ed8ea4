//! What customers are likely to want next.

use std::time::Duration;

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use serde::Deserialize;
use tend_core::{
    Result,
    accounts::{self, AccountId},
    agents::{Me, Permission},
    contacts::{self, ContactId},
    error::invalid,
    money::ProductId,
    orders::OrderId,
    recommend::{
        self, Place,
        offers::{self, NewOffer},
    },
};
use tend_outside::http::Ask;
use tend_store::Tx;
use tend_views::{
    parts::Problems,
    recommend::{
        ProductPage, RecommendPage, SuggestionsPane, product_page, recommend_page, suggestions,
    },
    urls,
};

use super::{Answer, frame::Wanted, go, inbox::Htmx, problems};
use crate::{
    App, WebError,
    api::{Id, Ids},
    asked::{Form, Query},
    forms::Ticked,
    router::{Access::May as Needs, Route, get, post},
    who::{
        May, Who,
        may::{OrdersRead, RenewalsEdit, RevenueEdit, RevenueRead},
    },
};

/// Suggestions beside a conversation and on an account.
const MOST: usize = 3;
/// Neighbours on the page of a product.
const NEIGHBOURS: usize = 10;
/// Bytes of a picture.
const LARGEST: u64 = 2 * 1024 * 1024;

/// Suggestions, the page on which they prove themselves, and products.
pub(crate) fn routes() -> Vec<Route> {
    use super::{quizzes as q, settings::quizzes as s};
    use crate::router::Access::Public;
    use Permission::{
        OrdersRead as Orders, RenewalsEdit as Sell, RevenueEdit as Edit, RevenueRead as See,
    };
    let (contact, account) = (urls::contact_suggestions("{id}"), urls::account_suggestions("{id}"));
    let (inserted, made) = (
        urls::suggestion_inserted("{id}", "{product}"),
        urls::suggestion_opportunity("{id}", "{product}"),
    );
    let all = urls::settings_section("quizzes");
    let one = urls::settings_item("quizzes", "{id}");
    vec![
        get(urls::recommendations(), Needs(Orders), show),
        get(contact, Needs(Orders), of_contact).of(urls::contact("{id}")),
        get(account, Needs(Orders), of_account).of(urls::account("{id}")),
        post(inserted, Needs(Orders), click),
        post(made, Needs(Sell), opportunity),
        get(urls::product("{id}"), Needs(See), product),
        post(urls::product("{id}"), Needs(Edit), change),
        get(urls::product_picture("{id}"), Needs(Orders), picture),
        get(&all, Needs(Edit), s::show),
        post(&all, Needs(Edit), s::create),
        get(&one, Needs(Edit), s::one),
        post(&one, Needs(Edit), s::change),
        get(urls::quiz("{slug}"), Public, q::show),
        post(urls::quiz("{slug}"), Public, q::answer),
        post(urls::quiz_address("{slug}"), Public, q::address),
        get(urls::quiz_go("{slug}", "{product}"), Public, q::go_to),
        get(urls::quiz_picture("{slug}", "{product}"), Public, q::picture),
    ]
}

async fn show(who: May<OrdersRead>, State(app): State<App>) -> Answer {
    let wanted = Wanted::by(&who, urls::recommendations());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let it = RecommendPage {
            versions: recommend::versions(tx, me)?,
            effect: recommend::effect(tx, me)?,
        };
        Ok(recommend_page(&wanted.read(tx)?, &it))
    });
    Ok(page.await?.into_response())
}

/// Where it is shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    place: String,
    account: String,
    /// The order beside which it stands.
    order: String,
}

impl Asked {
    fn place(&self) -> Place {
        self.place.parse().unwrap_or(Place::Account)
    }
}

async fn of_contact(
    who: May<OrdersRead>,
    State(app): State<App>,
    Id(id): Id<ContactId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (place, order) = (asked.place(), asked.order.parse().ok());
    pane(&app, &who, move |tx, me| of_one(tx, me, id, place, order)).await
}

fn of_one(
    tx: &mut Tx,
    me: &Me,
    id: ContactId,
    place: Place,
    order: Option<OrderId>,
) -> Result<Option<SuggestionsPane>> {
    let contact = contacts::find_visible(tx, me, id)?;
    let found = recommend::beside_order(tx, me, id, order, MOST)?;
    Ok(found.map(|suggested| SuggestionsPane {
        contact: contact.id,
        account: contact.account_id,
        place,
        suggested,
        may_sell: may_sell(me),
    }))
}

fn may_sell(me: &Me) -> bool {
    me.may(Permission::RenewalsEdit) && me.may(Permission::RevenueRead)
}

async fn of_account(who: May<OrdersRead>, State(app): State<App>, Id(id): Id<AccountId>) -> Answer {
    pane(&app, &who, move |tx, me| of_all(tx, me, id)).await
}

fn of_all(tx: &mut Tx, me: &Me, id: AccountId) -> Result<Option<SuggestionsPane>> {
    let account = accounts::find_visible(tx, me, id)?.id;
    let found = recommend::of_account(tx, me, account, MOST)?;
    Ok(found.map(|(contact, suggested)| SuggestionsPane {
        contact,
        account,
        place: Place::Account,
        suggested,
        may_sell: may_sell(me),
    }))
}

/// Shows it, and writes down what was not seen before.
async fn pane(
    app: &App,
    who: &Who,
    read: impl Fn(&mut Tx, &Me) -> Result<Option<SuggestionsPane>> + Send + 'static,
) -> Answer {
    let wanted = Wanted::by(who, "");
    let (page, unseen) = app
        .read(move |tx| {
            let Some(pane) = read(tx, &wanted.me)? else { return Ok((None, None)) };
            let products = pane.suggested.unseen(tx, pane.contact)?;
            let page = suggestions(&wanted.read(tx)?, &pane);
            Ok((Some(page), Some((pane, products))))
        })
        .await?;
    if let Some((pane, products)) = unseen.filter(|it| !it.1.is_empty()) {
        let me = who.me.clone();
        let (version, arm) = (pane.suggested.version.id, pane.suggested.arm);
        app.write(move |tx| {
            recommend::saw(tx, &me, pane.contact, pane.place, version, arm, &products)
        })
        .await?;
    }
    Ok(page.unwrap_or_default().into_response())
}

async fn click(
    who: May<OrdersRead>,
    State(app): State<App>,
    Ids(contact, product): Ids<ContactId, ProductId>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| recommend::click(tx, &me, contact, product)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn opportunity(
    who: May<RenewalsEdit>,
    State(app): State<App>,
    Ids(contact, product): Ids<ContactId, ProductId>,
    Htmx(is_htmx): Htmx,
    Form(asked): Form<Asked>,
) -> Answer {
    let account: AccountId =
        asked.account.parse().map_err(|_| WebError::bad("This is not an account."))?;
    let me = who.me.clone();
    app.write(move |tx| {
        let theirs = contacts::find_visible(tx, &me, contact)?.account_id;
        if theirs != accounts::find_visible(tx, &me, account)?.id {
            return Err(tend_core::error::not_found("account"));
        }
        recommend::opportunity(tx, &me, theirs, contact, product)
    })
    .await?;
    if !is_htmx {
        return Ok(go(&urls::account(account)));
    }
    match asked.place() {
        Place::Conversation => {
            pane(&app, &who, move |tx, me| of_one(tx, me, contact, Place::Conversation, None)).await
        }
        Place::Account | Place::Message => {
            pane(&app, &who, move |tx, me| of_all(tx, me, account)).await
        }
    }
}

async fn product(who: May<RevenueRead>, State(app): State<App>, Id(id): Id<ProductId>) -> Answer {
    product_shown(&who, &app, id, StatusCode::OK, Problems::default(), None).await
}

async fn product_shown(
    who: &Who,
    app: &App,
    id: ProductId,
    status: StatusCode,
    problems: Problems,
    said: Option<Said>,
) -> Answer {
    let wanted = Wanted::by(who, urls::revenue());
    let page = app.read(move |tx| {
        let me = &wanted.me;
        let mut offer = offers::find(tx, me, id)?;
        // What was entered stands again beside what is wrong with it.
        if let Some(said) = &said {
            offer.url.clone_from(&said.url);
            offer.picture_url.clone_from(&said.picture_url);
        }
        let beside = match me.may(Permission::OrdersRead) {
            true => Some(recommend::bought_with(tx, me, id, NEIGHBOURS)?),
            false => None,
        };
        let it = ProductPage {
            traits: offers::traits(tx, me, id)?,
            offer,
            beside,
            problems: problems.clone(),
            may_edit: me.may(Permission::RevenueEdit),
        };
        Ok(product_page(&wanted.read(tx)?, &it))
    });
    Ok((status, page.await?).into_response())
}

/// The form of a product.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    url: String,
    picture_url: String,
    stock: String,
    margin_percent: String,
    is_offered: Ticked,
    is_repeated: Ticked,
    traits: String,
}

fn number(field: &'static str, text: &str) -> Result<Option<i64>> {
    match text.trim() {
        "" => Ok(None),
        it => it.parse().map(Some).map_err(|_| invalid(field, "Write a whole number, or nothing.")),
    }
}

async fn change(
    who: May<RevenueEdit>,
    State(app): State<App>,
    Id(id): Id<ProductId>,
    Form(said): Form<Said>,
) -> Answer {
    let (me, sent) = (who.me.clone(), said.clone());
    let done = app
        .write(move |tx| {
            let new = NewOffer {
                url: sent.url.clone(),
                picture_url: sent.picture_url.clone(),
                is_offered: sent.is_offered.0,
                is_durable: !sent.is_repeated.0,
                stock: number("stock", &sent.stock)?,
                margin_percent: number("margin_percent", &sent.margin_percent)?,
            };
            offers::save(tx, &me, id, &new)?;
            offers::set_traits(tx, &me, id, &sent.traits)
        })
        .await;
    match done {
        Ok(()) => Ok(go(&urls::product(id))),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            product_shown(&who, &app, id, status, wrong, Some(said)).await
        }
    }
}

async fn picture(who: May<OrdersRead>, State(app): State<App>, Id(id): Id<ProductId>) -> Answer {
    let me = who.me.clone();
    let url = app.read(move |tx| recommend::picture_of(tx, &me, id)).await?;
    fetched(&app, &url).await
}

/// A picture of a product, fetched by us: the shop does not learn who looks, and our pages show
/// nothing from elsewhere.
pub(super) async fn fetched(app: &App, url: &str) -> Answer {
    if url.is_empty() {
        return Err(WebError::not_found());
    }
    let ask = Ask::get(url)?.at_most(LARGEST).within(Duration::from_secs(10)).follow(3);
    let fetched = app.outside.http().send(ask).await.map_err(|_| WebError::not_found())?;
    let kind = infer::get(&fetched.body).map(|it| it.mime_type());
    let images = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    let Some(kind) = kind.filter(|it| images.contains(it)) else {
        return Err(WebError::not_found());
    };
    let life = HeaderValue::from_static("private, max-age=86400");
    Ok((
        [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CACHE_CONTROL, life)],
        fetched.body,
    )
        .into_response())
}

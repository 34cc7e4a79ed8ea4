//! Reads what shops sent, and asks them what changed.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use tend_core::{
    jobs::Outcome,
    orders::{
        ShopId, ShopKind,
        asking::{self, Answered, EVERY, Question},
        events::{self, EventId},
        shops::ACCESS,
        stock,
    },
};
use tend_outside::http::{Answer, Ask};

use super::outcome;
use crate::works::Works;

/// So many orders are taken in with one write.
const AT_ONCE: usize = 25;
/// So many pages are asked for by one job: a million orders. Then the next one goes on.
const PAGES: usize = 4000;
/// A page may be so large. Bytes.
const LARGEST: u64 = 32 * 1024 * 1024;
/// Who is told to wait so often, or longer than so, comes back with the next job.
const WAITS: usize = 10;
const LONGEST_WAIT: Duration = Duration::from_secs(60);

pub(super) async fn read(works: &Works, event: &str) -> Outcome {
    let Ok(id) = event.parse::<EventId>() else {
        return Outcome::Hopeless("It names no message.".to_owned());
    };
    outcome(works.write(move |tx| events::read_one(tx, id)).await)
}

/// Asks, and owes the next asking, however it went.
pub(super) async fn ask(works: &Works, shop: &str) -> Outcome {
    let Ok(id) = shop.parse::<ShopId>() else {
        return Outcome::Hopeless("It names no shop.".to_owned());
    };
    let question = match works.read(move |tx| asking::begin(tx, id)).await {
        Ok(Some(it)) => it,
        Ok(None) => return Outcome::Done,
        Err(error) => return outcome(Err(error)),
    };
    let asked_at = question.asked_at;
    let stocked = question.clone();
    let problem = all_pages(works, id, question).await.err();
    if problem.is_none()
        && let Err(error) = stock_of(works, id, stocked).await
    {
        return outcome(Err(error));
    }
    outcome(
        works
            .write(move |tx| {
                match &problem {
                    Some(why) => asking::failed(tx, id, why)?,
                    None => asking::done(tx, id, asked_at)?,
                }
                asking::owe(tx, id, EVERY)
            })
            .await,
    )
}

async fn all_pages(works: &Works, shop: ShopId, question: Question) -> Result<(), String> {
    let key = works.keys.open(ACCESS, &question.access_key).map_err(|it| it.to_string())?;
    let mut url = Some(question.first());
    for _ in 0..PAGES {
        let Some(asked) = url else { return Ok(()) };
        let answer = page(works, question.kind, &asked, &key).await?;
        let link = answer.headers.get("link").and_then(|it| it.to_str().ok()).map(str::to_owned);
        let (own, body) = (question.clone(), answer.body);
        let read = move || asking::answered(&own, &asked, link.as_deref(), &body);
        let read = works.compute(read).await.map_err(|it| it.to_string())??;
        url = read.next.clone();
        keep(works, shop, &question, read).await?;
    }
    Err("The shop tells of more than can be asked for at once. It goes on in an hour.".to_owned())
}

/// Reads what the shop has in stock. A key that may read orders need not read products: then the
/// shop's page says so, and orders come all the same.
async fn stock_of(works: &Works, shop: ShopId, question: Question) -> tend_core::Result<()> {
    let Some(first) = stock::first(&question) else { return Ok(()) };
    let since = question.asked_at;
    let problem = stock_pages(works, shop, question, first).await.err().unwrap_or_default();
    works.write(move |tx| stock::done(tx, shop, since, &problem)).await
}

async fn stock_pages(
    works: &Works,
    shop: ShopId,
    question: Question,
    first: String,
) -> Result<(), String> {
    let key = works.keys.open(ACCESS, &question.access_key).map_err(|it| it.to_string())?;
    let mut url = Some(first);
    for _ in 0..PAGES {
        let Some(asked) = url else { return Ok(()) };
        let answer = page(works, question.kind, &asked, &key).await?;
        let link = answer.headers.get("link").and_then(|it| it.to_str().ok());
        let (some, next) = stock::answered(&question, &asked, link, &answer.body)?;
        url = next;
        for some in some.chunks(AT_ONCE) {
            let some = some.to_vec();
            let taken = works.write(move |tx| stock::take_in(tx, shop, &some)).await;
            taken.map_err(|it| it.to_string())?;
        }
    }
    Err("The shop has more products than can be asked for at once.".to_owned())
}

async fn keep(
    works: &Works,
    shop: ShopId,
    question: &Question,
    read: Answered,
) -> Result<(), String> {
    for some in read.told.chunks(AT_ONCE) {
        let (own, some) = (question.clone(), some.to_vec());
        let taken = works.write(move |tx| asking::take_in(tx, shop, &own, &some)).await;
        let gaps = taken.map_err(|it| it.to_string())?;
        metrics::counter!("tend_shop_gaps_total").increment(gaps as u64);
    }
    let own = question.clone();
    let rest = move |tx: &mut tend_store::Tx| {
        for key in &read.unread {
            asking::unread(tx, shop, &own, key)?;
        }
        match read.seen_to {
            Some(to) => asking::seen_to(tx, shop, to.min(own.asked_at)),
            None => Ok(()),
        }
    };
    works.write(rest).await.map_err(|it| it.to_string())
}

/// A page, after all the waiting that the shop asks for.
async fn page(works: &Works, kind: ShopKind, url: &str, key: &str) -> Result<Answer, String> {
    for _ in 0..WAITS {
        let ask = with_key(kind, url, key).map_err(|it| it.to_string())?;
        let ask = ask.at_most(LARGEST).within(Duration::from_secs(60));
        let answer = works.outside.http().send(ask).await.map_err(|it| it.to_string())?;
        match answer.status {
            200 => {
                if is_nearly_full(&answer) {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                return Ok(answer);
            }
            429 => tokio::time::sleep(wait(&answer)).await,
            401 | 403 => {
                return Err("The shop does not accept the key with which it is asked.".to_owned());
            }
            status => return Err(format!("The shop answers with the status {status}.")),
        }
    }
    Err("The shop says again and again that it is asked too often.".to_owned())
}

fn with_key(kind: ShopKind, url: &str, key: &str) -> tend_outside::Result<Ask> {
    authorised(Ask::get(url)?, kind, key)
}

/// With the key as the shop wants it.
pub(super) fn authorised(ask: Ask, kind: ShopKind, key: &str) -> tend_outside::Result<Ask> {
    match kind {
        ShopKind::Shopify => ask.with("x-shopify-access-token", key),
        ShopKind::WooCommerce => {
            ask.with("authorization", &format!("Basic {}", STANDARD.encode(key)))
        }
        _ => ask.with("authorization", &format!("Bearer {key}")),
    }
}

/// How long the shop wants us to wait.
pub(super) fn wait(answer: &Answer) -> Duration {
    let text = answer.headers.get("retry-after").and_then(|it| it.to_str().ok());
    let seconds = text.and_then(|it| it.parse::<f64>().ok()).filter(|it| it.is_finite());
    Duration::from_secs_f64(seconds.unwrap_or(2.0).clamp(0.0, LONGEST_WAIT.as_secs_f64()))
}

/// Shopify says how full the bucket is: `39/40`.
fn is_nearly_full(answer: &Answer) -> bool {
    let text = answer.headers.get("x-shopify-shop-api-call-limit");
    let pair = text.and_then(|it| it.to_str().ok()).and_then(|it| it.split_once('/'));
    let pair =
        pair.and_then(|(used, all)| Some((used.parse::<u32>().ok()?, all.parse::<u32>().ok()?)));
    pair.is_some_and(|(used, all)| used + 2 >= all)
}

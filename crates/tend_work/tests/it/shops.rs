//! Asking a shop over the network, as it limits and refuses.

use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use tend_core::{
    agents::Me,
    money::products,
    orders::{
        ShopId, ShopKind,
        events::{self, Health},
        shops::{self, ACCESS, NewShop},
    },
    recommend::offers,
};
use tend_testkit::{Bucket, FakeShop, Tend};
use tend_work::worker;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    runtime::Runtime,
};

use crate::office::Office;

/// Serves the shop; says where, and keeps what it was asked.
async fn serve(kind: ShopKind, tend: &Tend, count: i64) -> (String, Arc<Mutex<Vec<String>>>) {
    let (address, asked, _) = limited(kind, tend, count, None).await;
    (address, asked)
}

/// What was asked, and the shop, which says how its bucket fared.
type Asked = Arc<Mutex<Vec<String>>>;

async fn limited(
    kind: ShopKind,
    tend: &Tend,
    count: i64,
    bucket: Option<Bucket>,
) -> (String, Asked, Arc<Mutex<FakeShop>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let from = tend.read(|tx| Ok(tx.now())) - SignedDuration::from_hours(24);
    let shop = FakeShop::new(kind, count, from, SignedDuration::from_secs(30));
    let mut shop = shop.at(&address);
    shop.limit_every = if bucket.is_none() { 2 } else { 0 };
    shop.bucket = bucket;
    let shop = Arc::new(Mutex::new(shop));
    let there = shop.clone();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 16 * 1024];
            let read = stream.read(&mut request).await.unwrap();
            let text = String::from_utf8_lossy(&request[..read]).into_owned();
            let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
            let answer = match text.contains("good") || text.contains("Z29vZDpnb29k") {
                true => there.lock().unwrap().answer(&path),
                false => tend_testkit::Answer {
                    status: 401,
                    link: None,
                    retry_after: None,
                    limit: None,
                    body: b"{}".to_vec(),
                },
            };
            heard.lock().unwrap().push(text);
            let link = answer.link.map_or(String::new(), |it| format!("Link: {it}\r\n"));
            let wait =
                answer.retry_after.map_or(String::new(), |it| format!("Retry-After: {it}\r\n"));
            let limit = answer
                .limit
                .map_or(String::new(), |it| format!("X-Shopify-Shop-Api-Call-Limit: {it}\r\n"));
            let head = format!(
                "HTTP/1.1 {} x\r\nConnection: close\r\n{link}{wait}{limit}Content-Length: {}\r\n\r\n",
                answer.status,
                answer.body.len()
            );
            // The client may have heard enough.
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(&answer.body).await;
        }
    });
    (address, asked, shop)
}

fn connect(office: &Office, kind: ShopKind, address: &str, key: &str) -> ShopId {
    let new = NewShop {
        name: "Kestrel shop".to_owned(),
        kind,
        address: address.to_owned(),
        secret: "sealed".to_owned(),
        access_key: office.works.keys.seal(ACCESS, key),
    };
    let me: Me = office.admin.clone();
    office.tend.write(move |tx| shops::create(tx, &me, &new))
}

fn health(office: &Office, id: ShopId) -> Health {
    let me = office.admin.clone();
    office.tend.read(move |tx| events::health(tx, &me, id))
}

#[test]
fn a_shop_is_asked_page_by_page_as_often_as_it_allows() {
    for (kind, key, in_head) in [
        (ShopKind::Shopify, "good", "x-shopify-access-token: good"),
        (ShopKind::WooCommerce, "good:good", "authorization: Basic Z29vZDpnb29k"),
        (ShopKind::Stripe, "good", "authorization: Bearer good"),
    ] {
        let office = Office::open(Tend::in_memory());
        let runtime = Runtime::new().unwrap();
        let (address, asked) = runtime.block_on(serve(kind, &office.tend, 300));
        let id = connect(&office, kind, &address, key);
        runtime.block_on(worker::run_till_idle(&office.works));
        let it = health(&office, id);
        assert_eq!((it.orders, it.gaps, it.shop.polled_problem.as_str()), (300, 0, ""), "{kind}");
        assert!(it.shop.polled_at.is_some());
        let asked = asked.lock().unwrap().clone();
        assert!(asked.len() > 2 && asked[0].contains(in_head), "{kind}: {}", asked[0]);
        assert!(!office.tend.waiting_jobs().contains("AskShop"), "not at once");
        office.tend.pass(SignedDuration::from_mins(61));
        assert!(office.tend.waiting_jobs().contains("AskShop"), "it is asked again in an hour");
    }
}

#[test]
fn a_bucket_that_leaks_is_never_asked_to_hold_more_and_one_that_is_full_is_waited_for() {
    for (bucket, refused) in [(Bucket::new(3), 0), (Bucket::new(3).full(), 1)] {
        let office = Office::open(Tend::in_memory());
        let runtime = Runtime::new().unwrap();
        let serving = limited(ShopKind::Shopify, &office.tend, 800, Some(bucket));
        let (address, _, there) = runtime.block_on(serving);
        let id = connect(&office, ShopKind::Shopify, &address, "good");
        runtime.block_on(worker::run_till_idle(&office.works));
        let it = health(&office, id);
        assert_eq!((it.orders, it.shop.polled_problem.as_str()), (800, ""));
        let bucket = there.lock().unwrap().bucket.clone().unwrap();
        assert_eq!((bucket.refused, bucket.impatient), (refused, 0), "{bucket:?}");
    }
}

#[test]
fn a_shop_that_does_not_take_the_key_says_so_on_its_page() {
    let office = Office::open(Tend::in_memory());
    let runtime = Runtime::new().unwrap();
    let work = || runtime.block_on(worker::run_till_idle(&office.works));
    let (address, _) = runtime.block_on(serve(ShopKind::Shopify, &office.tend, 3));
    let id = connect(&office, ShopKind::Shopify, &address, "bad");
    work();
    let it = health(&office, id);
    assert!(it.shop.polled_problem.contains("does not accept the key"), "{it:?}");
    assert_eq!((it.orders, it.shop.polled_at), (0, None));
    let inside = connect(&office, ShopKind::WooCommerce, "http://169.254.169.254", "good:good");
    work();
    let why = health(&office, inside).shop.polled_problem;
    assert!(!why.is_empty() && !why.contains("status"), "the guard refuses it: {why}");
    office.tend.pass(SignedDuration::from_mins(61));
    assert_eq!(office.tend.waiting_jobs().matches("AskShop").count(), 2, "both are tried again");
}

#[test]
fn what_a_shop_has_in_stock_is_read_with_its_orders() {
    for (kind, key) in [(ShopKind::Shopify, "good"), (ShopKind::WooCommerce, "good:good")] {
        let office = Office::open(Tend::in_memory());
        let runtime = Runtime::new().unwrap();
        let serving = limited(kind, &office.tend, 3, Some(Bucket::new(40)));
        let (address, _, there) = runtime.block_on(serving);
        there.lock().unwrap().stock =
            vec![("Probe".to_owned(), Some(0)), ("Unknown here".to_owned(), Some(9))];
        let id = connect(&office, kind, &address, key);
        runtime.block_on(worker::run_till_idle(&office.works));
        let stock = || {
            let me = office.admin.clone();
            office.tend.read(move |tx| {
                let all = products::all(tx, &me)?;
                assert_eq!(all.len(), 1, "what nobody ordered is no product of ours");
                offers::find(tx, &me, all[0].id)
            })
        };
        assert_eq!(stock().stock, Some(0));
        assert_eq!(stock().why_not(), Some("It is out of stock."));
        let it = health(&office, id);
        assert!(it.stock.stock_at.is_some() && it.stock.stock_problem.is_empty(), "{it:?}");
        there.lock().unwrap().stock = vec![("Probe".to_owned(), None)];
        office.tend.pass(SignedDuration::from_mins(61));
        runtime.block_on(worker::run_till_idle(&office.works));
        assert_eq!(stock().stock, None, "{kind}: it is not counted any more");
    }
}

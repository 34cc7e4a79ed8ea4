//! Orders from a file, and to one.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use serde_json::{Value, json};
use tend_testkit::{Browser, Tend};

use crate::hooks::orders;

const FILE: &str = "\
Order,Customer,Email,Status,Placed,Product,Quantity,Price,Currency,Shipping,Carrier,Tracking
#7,Anna Berg,anna@example.com,shipped,2026-01-03 10:00,Probe,2,89.00,EUR,5.90,DHL,T1
#7,,,,,Mount,1,19.90,,,,
#8,Ben Ode,ben@example.com,pending,2026-01-04,Probe,1,89.00,EUR,,,
#9,Cleo,cleo,paid,2026-01-05,Probe,one,89.00,EUR,,,
";

fn begin(browser: &Browser<'_>, file: &str) -> String {
    browser.get("/orders/import");
    let begun = browser.upload("/orders/import", &[], &[("file", "orders.csv", file.as_bytes())]);
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.shown());
    begun.header("location").to_owned()
}

#[test]
fn a_file_is_looked_through_then_taken_in_and_twice_is_once() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let browser = t.browser(ada.id);
        let page = begin(&browser, FILE);
        let seen = browser.get(&page).body;
        for it in ["Nothing is changed yet", "Take in 2 orders", "cleo is no address", "one is no"]
        {
            assert!(seen.contains(it), "{it} is not in {seen}");
        }
        assert!(orders(&t, &ada).is_empty());
        let done = browser.post(&format!("{page}/run"), &[]);
        assert!(done.body.contains("The file was taken in"), "{}", done.shown());
        let all = orders(&t, &ada);
        assert_eq!(all.len(), 2, "{all:?}");
        let seven = all.iter().find(|it| it["number"] == "#7").expect("is there");
        assert_eq!(
            (&seven["total"], &seven["payment"], &seven["fulfilment"], &seven["currency"]),
            (&json!(20_380), &json!("paid"), &json!("fulfilled"), &json!("EUR"))
        );
        assert!(seven["contact_id"].is_string());
        assert_eq!(browser.get(&page).status, StatusCode::NOT_FOUND, "the file is let go");

        let again = browser.get(&begin(&browser, FILE)).body;
        assert!(again.contains("Take in 0 orders"), "{again}");
        let later = FILE
            .replace("#8,Ben Ode,ben@example.com,pending", "#8,Ben Ode,ben@example.com,delivered");
        let page = begin(&browser, &later);
        assert!(browser.get(&page).body.contains("Take in 1 order"));
        browser.post(&format!("{page}/run"), &[]);
        let all = orders(&t, &ada);
        assert_eq!(all.len(), 2);
        assert!(all.iter().any(|it| it["number"] == "#8" && it["payment"] == "paid"), "{all:?}");
    });
}

#[test]
fn what_is_exported_is_taken_in_again() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let browser = t.browser(ada.id);
        let page = begin(&browser, FILE);
        browser.post(&format!("{page}/run"), &[]);
        browser.get("/orders");
        let file = browser.post("/orders/export", &[]);
        assert!(file.header("content-type").starts_with("text/csv"), "{}", file.shown());
        assert_eq!(file.body.lines().count(), 4, "{}", file.body);
        let again = browser.get(&begin(&browser, &file.body)).body;
        assert!(!again.contains("Left out"), "{again}");
        let viewer = t.agent_as("Vera", "viewer");
        let theirs = t.browser(viewer.id);
        theirs.get("/orders");
        assert_eq!(theirs.post("/orders/export", &[]).status, StatusCode::FORBIDDEN);
        assert_eq!(theirs.get("/orders/import").status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn programs_send_tables_and_try_them_first() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let token = t.token(ada.id, "");
        let send = |dry: bool, csv: &str| -> (StatusCode, Value) {
            let browser = t.guest();
            let request = browser
                .request(Method::POST, "/api/v1/orders/import")
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", "application/json");
            let body = json!({ "csv": csv, "dry_run": dry }).to_string();
            let seen = browser.send(request, Body::from(body));
            (seen.status, serde_json::from_str(&seen.body).unwrap_or_default())
        };
        let (status, tried) = send(true, FILE);
        assert_eq!((status, &tried["created"]), (StatusCode::OK, &json!(2)), "{tried}");
        assert_eq!(
            (&tried["problems"][0]["row"], &tried["problems"][0]["column"]),
            (&json!(5), &json!("Quantity"))
        );
        assert!(orders(&t, &ada).is_empty());
        assert_eq!(send(false, FILE).1["created"], 2);
        let (_, again) = send(false, FILE);
        assert_eq!((&again["created"], &again["same"]), (&json!(0), &json!(2)), "{again}");
        let (status, wrong) = send(false, "a,b\n1,2\n");
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    });
}

#[test]
fn an_order_is_found_by_its_number_and_by_who_ordered() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let browser = t.browser(ada.id);
        let page = begin(&browser, FILE);
        browser.post(&format!("{page}/run"), &[]);
        for (asked, here, not) in [
            ("%237", "Anna Berg", "Ben Ode"),
            ("8", "Ben Ode", "Anna Berg"),
            ("ANNA@example.com", "Anna Berg", "Ben Ode"),
        ] {
            let seen = browser.get(&format!("/orders?q={asked}")).body;
            assert!(seen.contains(here) && !seen.contains(not), "{asked}: {seen}");
        }
        assert!(browser.get("/orders?q=77").body.contains("No order found"));
    });
}

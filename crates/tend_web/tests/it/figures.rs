//! Figures about money on pages, in files and in the API: each says what it means and opens its
//! accounts, and all of them say the same.

use tend_core::{
    accounts::{self, AccountId, NewAccount},
    agents::Me,
    book,
    money::{
        days,
        subscriptions::{self, NewSubscription, Terms},
    },
};
use tend_testkit::Tend;

use crate::api::Program;

fn pays(t: &Tend, me: &Me, name: &str, price: i64) -> AccountId {
    let (by, name) = (me.clone(), name.to_owned());
    t.write(move |tx| {
        let id =
            accounts::create(tx, &by, &NewAccount { name: name.clone(), ..NewAccount::default() })?;
        let start = days::today(tx)? - 500;
        let new = NewSubscription {
            account: id,
            product: None,
            plan: "Team".to_owned(),
            currency: "EUR".parse().expect("a currency"),
            terms: Terms { quantity: 1, price, months: 1 },
            start,
            term_months: 12,
            renewal: None,
            auto_renew: true,
            external_id: None,
        };
        subscriptions::add(tx, &by, &new)?;
        Ok(id)
    })
}

#[test]
fn the_ledger_leads_to_the_portfolio_on_the_page_in_the_file_and_in_the_api() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let web = t.browser(ada.id);
        pays(&t, &ada, "Kestrel", 10_000);
        let (by, name) = (ada.clone(), "Okada".to_owned());
        let entered = t.write(move |tx| {
            let new = NewAccount { name: name.clone(), ..NewAccount::default() };
            let id = accounts::create(tx, &by, &new)?;
            book::say_money(tx, &by, id, Some(Some(345_678)), None)?;
            Ok(id)
        });
        let page = web.get("/revenue").body;
        assert!(
            page.contains("€\u{a0}3,456.78") && page.contains("€\u{a0}4,656.78"),
            "ledger + entered"
        );
        assert!(page.contains("/revenue/apart?part=entered"), "and the way to who that is");
        let apart = web.get("/revenue/apart?part=entered").body;
        assert!(apart.contains("Okada") && !apart.contains("Kestrel"));
        assert!(web.get("/revenue/apart.csv").body.contains(",3456.78,"));
        let api = Program::of(&t, &ada);
        let it = api.get("/revenue/bridge").ok();
        assert_eq!(
            (&it["ledger"]["arr"], &it["entered"]["arr"], &it["portfolio"]["arr"]),
            (&120_000.into(), &345_678.into(), &465_678.into())
        );
        assert_eq!(api.get("/portfolio/sums?whose=all").ok()["arr_minor"], 465_678);
        let rows = api.get("/revenue/bridge/accounts").ok();
        assert_eq!(rows["items"][0]["account"], entered.to_string());
        let standing = api.get(&format!("/accounts/{entered}/standing")).ok();
        assert_eq!(standing["arr_source"], "entered");
        let list = api.get("/portfolio?whose=all").ok();
        assert_eq!(list["items"][1]["arr_source"], "subscriptions");
    });
}

#[test]
fn every_figure_names_its_definition_and_version_wherever_it_stands() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let web = t.browser(ada.id);
        for n in 0..3 {
            pays(&t, &ada, &format!("A{n}"), 10_000);
        }
        let all = [
            ("/revenue/growth", "portfolio_growth", "/revenue/growth.csv"),
            ("/revenue/churn", "churn_by_reason", "/revenue/churn.csv"),
            ("/revenue/retention", "cohort_return_on", "/revenue/retention.csv"),
            ("/revenue/acquisition", "cac", "/revenue/acquisition.csv"),
            ("/revenue/value", "ltv_simple", "/revenue/value.csv"),
            ("/renewals", "renewal_forecast", "/renewals.csv"),
            ("/health/at-risk", "expected_loss", "/health/at-risk.csv"),
        ];
        for (page, definition, file) in all {
            let shown = web.get(page).body;
            assert!(shown.contains(&format!("{definition}, version ")), "{page}: {definition}");
            let text = web.get(file).body;
            let head = text.lines().next().unwrap_or_default();
            assert!(head.contains("definition,version"), "{file}: {head}");
            assert!(
                page == "/health/at-risk" || text.contains(&format!(",{definition},")),
                "{file}: {text}"
            );
        }
        let api = Program::of(&t, &ada);
        for (path, at, definition) in [
            ("/revenue/growth", "/definition/id", "portfolio_growth"),
            ("/revenue/churn", "/definition/id", "churn_by_reason"),
            ("/revenue/cohorts", "/definitions/0/id", "cohort_return_on"),
            ("/revenue/acquisition", "/definitions/0/id", "cac"),
            ("/revenue/lifetime-value", "/ways/0/definition/id", "ltv_simple"),
            ("/renewals/forecast", "/definitions/1/id", "renewal_rate_money"),
            ("/health/at-risk", "/definition/id", "expected_loss"),
            ("/usage/adoption", "/figures/4/definition/id", "active_accounts"),
        ] {
            let it = api.get(path).ok();
            assert_eq!(it.pointer(at).and_then(|it| it.as_str()), Some(definition), "{path}");
        }
        // What stands on the page is what the API says, and its rows are its sum.
        let growth = api.get("/revenue/growth").ok();
        let rows = api.get("/revenue/growth/accounts?owner=nobody&which=end").ok();
        let rows = rows["items"].as_array().expect("a list").clone();
        let sum: i64 = rows.iter().filter_map(|it| it["end"].as_i64()).sum();
        assert_eq!(growth["together"]["end"], sum);
        let shown = web.get("/revenue/growth/accounts?owner=nobody&which=end").body;
        assert!(
            shown.contains("A0") && shown.contains("€\u{a0}3,600.00"),
            "the rows and their sum"
        );
        assert!(web.get("/revenue/growth/accounts.csv?which=end").body.contains(",1200.00,"));
        assert!(web.get("/usage.csv").body.contains("active_accounts,1"));
    });
}

#[test]
fn subscriptions_are_listed_by_state_and_opportunities_begun_by_name() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let web = t.browser(ada.id);
        let id = pays(&t, &ada, "Kestrel", 10_000);
        assert!(web.get("/revenue/subscriptions?state=active").body.contains("Kestrel"));
        assert!(!web.get("/revenue/subscriptions?state=ended").body.contains("Kestrel"));
        assert!(web.get("/revenue/subscriptions.csv").body.contains(",active,"));
        let api = Program::of(&t, &ada);
        let ended = api.get("/subscriptions?state=ended").ok();
        assert_eq!(ended["items"].as_array().map(Vec::len), Some(0));

        assert!(web.get("/revenue/opportunities").body.contains("name=\"account\""));
        let form = |account: &'static str| {
            [
                ("account", account),
                ("name", "More seats"),
                ("kind", "expansion"),
                ("amount", "1,200"),
            ]
        };
        let wrong = web.post("/revenue/opportunities", &form("Kestral"));
        assert!(wrong.body.contains("There is no account called Kestral."), "{}", wrong.shown());
        let done = web.post("/revenue/opportunities", &form("Kestrel"));
        assert_eq!(done.line(), "303 /revenue/opportunities");
        assert!(web.get("/revenue/opportunities?kind=expansion").body.contains("More seats"));
        let shown = web.get(&format!("/accounts/{id}")).body;
        assert!(shown.contains(&format!("/revenue/opportunities?account={id}")));
        let found = api.get("/opportunities").ok();
        assert_eq!(found["items"][0]["kind"], "expansion");
    });
}

#[test]
fn a_list_of_stripes_invoices_is_answered_one_by_one() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let id = pays(&t, &ada, "Kestrel", 10_000);
        let by = ada.clone();
        t.write(move |tx| accounts::add_domain(tx, &by, id, "kestrel.example"));
        let one = |id: &str, total: i64, paid: i64| {
            serde_json::json!({ "id": id, "object": "invoice", "customer": "cus_1",
                "customer_email": "ann@kestrel.example", "currency": "eur", "total": total,
                "amount_paid": paid, "created": 1_704_067_200, "status": "open" })
        };
        let list = serde_json::json!({ "object": "list",
            "data": [one("in_1", 100, 0), one("in_2", 100, 900), one("in_3", 200, 0)] });
        let it = Program::of(&t, &ada).post("/stripe/invoices", list).ok();
        let outcome = |n: usize| it["results"][n]["outcome"].clone();
        assert_eq!([outcome(0), outcome(1), outcome(2)], ["created", "refused", "created"]);
        assert!(it["results"][1]["problem"].as_str().is_some_and(|it| it.contains("More is paid")));
        assert!(it["results"][0]["problem"].is_null());
    });
}

//! The pages of the book of business.

use tend_core::{accounts, accounts::NewAccount, agents::Me, book};
use tend_testkit::Tend;

fn account(t: &Tend, me: &Me, name: &str, arr: i64) -> accounts::AccountId {
    let (by, name) = (me.clone(), name.to_owned());
    t.db.write(move |tx| {
        book::first_stages(tx)?;
        let new = NewAccount { name: name.clone(), owner: Some(by.id), ..NewAccount::default() };
        let id = accounts::create(tx, &by, &new)?;
        book::say_money(tx, &by, id, Some(Some(arr)), None)?;
        Ok::<_, tend_core::Error>(id)
    })
    .expect("is made")
}

#[test]
fn the_portfolio_shows_sorts_chooses_columns_and_changes_several() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let lena = t.browser(lead.id);
        let htmx = t.browser(lead.id).htmx();
        assert!(lena.get("/portfolio").body.contains("You look after no account yet"));
        let small = account(&t, &lead, "Cantina", 100_000);
        let large = account(&t, &lead, "Nordkyst", 900_000);
        let shown = lena.get("/portfolio").body;
        let at = |text: &str| shown.find(text).expect("is shown");
        assert!(at("Nordkyst") < at("Cantina"), "the most money first");
        assert!(shown.contains("Nothing is known of anybody’s health yet"));
        let by_name = lena.get("/portfolio?view=mine&sort=name").body;
        assert!(by_name.find("Cantina") < by_name.find("Nordkyst"));
        assert!(!lena.get("/portfolio?q=nord").body.contains("Cantina"));
        let sums = htmx.get("/portfolio/sums?view=mine").body;
        assert!(sums.contains("10,000"), "{sums}");

        let kept = [("view", "mine"), ("column", "tags"), ("column", "contacts")];
        assert_eq!(lena.post("/portfolio/columns", &kept).line(), "303 /portfolio?view=mine");
        let shown = lena.get("/portfolio").body;
        assert!(shown.contains("portfolio-c-contacts") && !shown.contains("portfolio-c-arr"));

        let stage = t.db.read(book::stages).expect("reads")[1].id.to_string();
        let (a, b) = (small.to_string(), large.to_string());
        let what = format!("stage:{stage}");
        let form = [("id", a.as_str()), ("id", &b), ("do", &what), ("view", "mine")];
        let done = htmx.post("/portfolio/bulk", &form);
        assert!(done.body.contains("2 accounts changed."), "{}", done.shown());
        let undo = done.body.split("/portfolio/undo/").nth(1).expect("has a way back");
        let undo = undo.split('"').next().expect("ends");
        let path = format!("/portfolio/undo/{undo}");
        assert!(htmx.post(&path, &[]).body.contains("2 accounts are as before."));
        let viewer = t.agent_as("Vera", "viewer");
        assert_eq!(t.browser(viewer.id).post("/portfolio/bulk", &form).line(), "403");
    });
}

#[test]
fn an_account_is_handed_over_staged_and_given_a_goal_on_its_page() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let ben = t.agent_as("Ben", "agent");
        let lena = t.browser(lead.id);
        account(&t, &lead, "Group", 0);
        let id = account(&t, &lead, "Nordkyst", 900_000);
        let page = format!("/accounts/{id}");
        let put = |what: &str, form: &[(&str, &str)]| {
            let form = [&[("_method", "PUT")], form].concat();
            lena.post(&format!("{page}{what}"), &form).line()
        };
        let back = format!("303 {page}");
        let to = ben.id.to_string();
        assert_eq!(put("/owner", &[("owner", &to), ("note", "Calls are fine.")]), back);
        assert_eq!(put("/parent", &[("parent", "group")]), back);
        assert_eq!(put("/parent", &[("parent", "Nobody Ltd")]), "422");
        assert_eq!(put("/money", &[("arr", "12,500"), ("renewal", "2030-01-31")]), back);
        let goal = [
            ("kind", "goal"),
            ("text", "Fewer alarms"),
            ("now", "5"),
            ("target", "2"),
            ("start", "9"),
        ];
        assert_eq!(lena.post(&format!("{page}/goals"), &goal).line(), back);
        let shown = lena.get(&page).body;
        for it in ["Calls are fine.", "Group", "12,500", "Fewer alarms", "Not known yet."] {
            assert!(shown.contains(it), "{it} is not on the page");
        }
        assert!(t.browser(ben.id).get("/my-day").body.contains("Calls are fine."));
        assert!(t.browser(ben.id).get("/notifications").body.contains("handed you"));
    });
}

#[test]
fn a_task_is_made_ticked_and_taken_up_again() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let browser = t.browser(anna.id);
        let htmx = t.browser(anna.id).htmx();
        let id = account(&t, &anna, "Nordkyst", 900_000).to_string();
        let wrong = browser.post("/tasks", &[("title", " "), ("account", &id)]);
        assert_eq!(wrong.line(), "422");
        assert!(wrong.body.contains("Write what is to be done."));
        let form = [("title", "Call them"), ("account", id.as_str()), ("working_days", "0")];
        assert_eq!(browser.post("/tasks", &form).line(), format!("303 /accounts/{id}"));
        let day = browser.get("/my-day").body;
        let task = day.split("/tasks/tsk_").nth(1).and_then(|it| it.split(['/', '"']).next());
        let path = format!("/tasks/tsk_{}", task.expect("is shown"));
        let done = htmx.put(&format!("{path}/done"), &[]);
        assert!(done.body.contains("Done: Call them"), "{}", done.shown());
        assert!(browser.get("/tasks?whose=mine").body.contains("No tasks here"));
        htmx.post(&format!("{path}/undo-done"), &[]);
        assert!(browser.get("/tasks?whose=mine").body.contains("Call them"));
        let said = [("text", "They asked for Tuesday.")];
        assert_eq!(browser.post(&format!("{path}/comments"), &said).line(), format!("303 {path}"));
        assert!(browser.get(&path).body.contains("They asked for Tuesday."));
    });
}

#[test]
fn a_segment_is_described_by_a_form_and_shows_who_is_in_it() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let lena = t.browser(lead.id);
        let htmx = t.browser(lead.id).htmx();
        account(&t, &lead, "Cantina", 100_000);
        account(&t, &lead, "Nordkyst", 900_000);
        let form = [
            ("name", "Large"),
            ("c.kind", "all"),
            ("c.0.field", "arr"),
            ("c.0.was", "arr"),
            ("c.0.op", "at_least"),
            ("c.0.value", "5000"),
        ];
        let described = htmx.post("/segments/conditions", &form).body;
        assert!(described.contains("1 account"), "{described}");
        assert_eq!(lena.post("/segments", &form).line(), "303 /segments");
        let shown = lena.get("/segments").body;
        assert!(shown.contains("What it pays a year is at least 5000."), "{shown}");
        let id = shown.split("/segments/seg_").nth(1).and_then(|it| it.split('"').next());
        let page = lena.get(&format!("/segments/seg_{}", id.expect("is a link"))).body;
        assert!(page.contains("Nordkyst") && !page.contains("Cantina"));
        let view =
            [&form[..], &[("whose", "all"), ("sort", "name"), ("audience", "everyone")]].concat();
        let kept = lena.post("/portfolio/views", &view).line();
        assert!(kept.starts_with("303 /portfolio?view=pvw_"), "{kept}");
        let list = lena.get(kept.trim_start_matches("303 ")).body;
        assert!(list.contains("Nordkyst") && !list.contains("Cantina"));
    });
}

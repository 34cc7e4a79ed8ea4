//! The pages that prove health: scoreboard, alerts, money at risk.

use jiff::SignedDuration;
use tend_core::{
    Error, accounts,
    accounts::{AccountId, NewAccount},
    agents::{Me, Permission, Reach, change_role, roles},
    book,
    health::{self, alerts},
    money::days,
};
use tend_testkit::Tend;

pub fn account(t: &Tend, me: &Me, name: &str, p: f64) -> AccountId {
    let (by, name) = (me.clone(), name.to_owned());
    t.db.write(move |tx| {
        let new = NewAccount { name: name.clone(), owner: Some(by.id), ..NewAccount::default() };
        let id = accounts::create(tx, &by, &new)?;
        book::say_money(tx, &by, id, Some(Some(5_000_000)), None)?;
        let (day, now) = (health::today(tx), tx.now());
        tx.execute(
            "INSERT INTO health_snapshots (account_id, day, profile_id, version, rule_score, p,
                 stale_share, arr, frozen, made_at, inputs)
             VALUES ($1, $2, 1, 1, $3, $4, 0.0, 5000000, FALSE, $5, $6)",
            &[
                id.into(),
                day.into(),
                (100.0 - 100.0 * p).into(),
                p.into(),
                now.into(),
                Vec::<u8>::new().into(),
            ],
        )?;
        tx.execute(
            "UPDATE account_figures SET risk = $2 WHERE account_id = $1",
            &[id.into(), ((5_000_000.0 * p) as i64).into()],
        )?;
        Ok::<_, Error>(id)
    })
    .expect("is made")
}

/// Half a year and a month later, when it is known what came; some left.
fn later(t: &Tend, me: &Me, gone: &[AccountId]) {
    let (by, gone) = (me.clone(), gone.to_vec());
    t.clock.advance(SignedDuration::from_hours(24 * 60));
    t.db.write(move |tx| {
        book::first_stages(tx)?;
        let churned = book::stages(tx)?.into_iter().find(|it| it.name == "Churned");
        for id in &gone {
            book::set_stage(tx, &by, *id, churned.as_ref().map(|it| it.id))?;
        }
        Ok::<_, Error>(())
    })
    .expect("they leave");
    t.clock.advance(SignedDuration::from_hours(24 * 160));
}

#[test]
fn the_scoreboard_shows_what_came_and_each_figure_opens_its_rows() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let lena = t.browser(lead.id);
        let empty = lena.get("/health/scoreboard");
        assert!(empty.body.contains("Nothing has come true or false yet"), "{}", empty.shown());
        let mut gone = Vec::new();
        for n in 0..40 {
            let p = if n < 10 { 0.5 } else { 0.1 } + f64::from(n) / 1000.0;
            let id = account(&t, &lead, &format!("Account {n:02}"), p);
            if n < 8 || n == 20 {
                gone.push(id);
            }
        }
        later(&t, &lead, &gone);
        // A session does not last for half a year.
        let lena = t.browser(lead.id);
        let shown = lena.get("/health/scoreboard").body;
        for it in ["When Tend says", "Said and came", "Riskiest tenth", "By quarter"] {
            assert!(shown.contains(it), "{it} is not on the page: {shown}");
        }
        assert!(shown.contains("which=bin-1") && shown.contains("which=tenth-1"));
        assert!(!shown.contains("NaN") && !shown.contains("style="));
        let rows = lena.get("/health/scoreboard/rows?which=left&over=12").body;
        assert!(rows.contains("Account 03") && !rows.contains("Account 15"), "{rows}");
        assert_eq!(lena.get("/health/scoreboard/rows?which=moon").line(), "404");
        let file = lena.get("/health/scoreboard.csv");
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        let lines: Vec<&str> = file.body.lines().collect();
        assert!(lines[0].contains("quarter,foretellings") && lines.len() >= 3, "{}", file.body);
        assert!(lines[0].ends_with("definition,version") && file.body.contains(",scoreboard,2"));
        let hand =
            ["Beside the hand score", "Tend’s area less the hand score’s is", "that may be chance"];
        assert!(hand.iter().all(|it| shown.contains(it)), "one is the other upside down: {shown}");
        let all = lena.get("/health/scoreboard/rows.csv?which=said").body;
        assert!(all.lines().count() > 40 && all.contains("Account 39"), "{all}");
        let day = days::text(t.db.read(|tx| Ok::<_, Error>(health::today(tx))).expect("reads"));
        assert!(!all.contains(&day), "what is not known yet is not in it");
    });
}

#[test]
fn an_alert_is_looked_at_made_a_task_and_put_away() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let lena = t.browser(lead.id);
        assert!(lena.get("/health/alerts").body.contains("No alerts"));
        account(&t, &lead, "Muzeum", 0.6);
        for n in 0..4 {
            account(&t, &lead, &format!("Calm {n}"), 0.02);
        }
        let owner = lead.id;
        t.db.write(move |tx| {
            let day = health::today(tx);
            alerts::raise(tx, owner, day)
        })
        .expect("calls");
        let shown = lena.get("/health/alerts").body;
        assert!(shown.contains("Muzeum") && shown.contains("is 60%") && !shown.contains("Calm"));
        assert!(lena.get("/my-day").body.contains("60%</b>, as when the alert came"));
        assert!(lena.get("/notifications").body.contains("is at risk: 60% to leave"));
        let id = shown.split("/health/alerts/hal_").nth(1).and_then(|it| it.split('/').next());
        let path = format!("/health/alerts/hal_{}", id.expect("is shown"));
        assert_eq!(lena.post(&format!("{path}/see"), &[]).line(), "303 /health/alerts");
        assert!(lena.get("/health/alerts").body.contains("Seen"));
        let made = lena.post(&format!("{path}/task"), &[]);
        assert!(made.line().starts_with("303 /tasks/tsk_"), "{}", made.line());
        assert!(lena.get(made.header("location")).body.contains("Look after this account"));
        assert!(lena.get("/health/alerts").body.contains("Its task"));
        assert_eq!(lena.post(&format!("{path}/clear"), &[]).line(), "303 /health/alerts");
        assert!(lena.get("/health/alerts").body.contains("No alerts"));
        assert!(lena.get("/health/alerts?shown=all").body.contains("Over"));
        let viewer = t.agent_as("Vera", "viewer");
        let vera = t.browser(viewer.id);
        assert_eq!(vera.post(&format!("{path}/clear"), &[]).line(), "403");
        assert!(!vera.get("/health/alerts").body.contains("Make a task"));
    });
}

#[test]
fn how_often_somebody_is_called_is_the_companys_to_say() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let lena = t.browser(lead.id);
        let wrong = [("alerts_a_week", "0"), ("hysteresis_percent", "x")];
        let said = lena.post("/health/alerts/options", &wrong);
        assert_eq!(said.line(), "422");
        assert!(said.body.contains("Write a whole number"), "{}", said.shown());
        let form = [("alerts_a_week", "2"), ("hysteresis_percent", "40"), ("tasks", "yes")];
        assert_eq!(lena.post("/health/alerts/options", &form).line(), "303 /health/alerts");
        let shown = lena.get("/health/alerts").body;
        assert!(shown.contains("2 a week is the most"), "{shown}");
        assert!(t.db.read(alerts::makes_tasks).expect("reads"));
        let anna = t.agent_as("Anna", "agent");
        let anna = t.browser(anna.id);
        assert!(!anna.get("/health/alerts").body.contains("How often"));
        assert_eq!(anna.post("/health/alerts/options", &form).line(), "403");
    });
}

#[test]
fn money_at_risk_is_told_apart_and_opens_its_accounts() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let lena = t.browser(lead.id);
        assert!(lena.get("/health/at-risk").body.contains("Nobody pays yet"));
        account(&t, &lead, "Muzeum", 0.5);
        account(&t, &lead, "Cantina", 0.1);
        let shown = lena.get("/health/at-risk").body;
        assert!(shown.contains("€\u{a0}30,000") && shown.contains("Lena"), "{shown}");
        for by in ["stage", "parent", "segment"] {
            assert_eq!(lena.get(&format!("/health/at-risk?by={by}")).line(), "200");
        }
        let id = lead.id.to_string();
        let rows = lena.get(&format!("/health/at-risk/accounts?by=owner&of={id}")).body;
        assert!(rows.find("Muzeum") < rows.find("Cantina"), "the most money first");
        let file = lena.get(&format!("/health/at-risk/accounts.csv?by=owner&of={id}")).body;
        assert_eq!(file.lines().count(), rows.matches("<th scope=\"row\">").count() + 1, "{file}");
        assert!(file.starts_with("\u{feff}account,name,owner,leaves,override,counts,"), "{file}");
        let groups = lena.get("/health/at-risk.csv").body;
        assert!(groups.contains(&format!("\n{id},")), "{groups}");
        let none = lena.get("/health/at-risk/accounts?by=owner&of=none").body;
        assert!(none.contains("No accounts"));
        // Who may not see money sees neither the page nor its tab.
        let admin = t.agent_as("Maren", "admin");
        let permissions = [Permission::CustomersRead].into_iter().collect();
        let spec = roles::RoleSpec { name: "Poor".to_owned(), permissions, reach: Reach::All };
        let nina = t.agent("Nina");
        t.db.write(move |tx| {
            let role = roles::make(tx, &admin, &spec)?;
            change_role(tx, &admin, nina, role)
        })
        .expect("is allowed");
        let nina = t.browser(nina);
        assert_eq!(nina.get("/health/at-risk").line(), "403");
        assert!(!nina.get("/health/scoreboard").body.contains("Money at risk"));
    });
}

use tend_core::{agents, inboxes};
use tend_testkit::Tend;

use crate::joining::{PASSWORD, start};

#[test]
fn an_admin_sets_up_an_inbox_a_team_and_a_colleague() {
    Tend::on_both(|t| {
        let maren = start(&t);
        for section in ["profile", "notifications", "sessions", "tokens", "company"] {
            assert_eq!(maren.get(&format!("/settings/{section}")).line(), "200", "{section}");
        }
        maren.get("/settings/inboxes/new");
        let form = [("address", "support@kestrel.example"), ("name", ""), ("channel", "email")];
        let made = maren.post("/settings/inboxes", &form);
        let page = made.header("location").to_owned();
        assert!(page.starts_with("/settings/inboxes/inb_"), "{}", made.shown());
        assert!(maren.get(&page).body.contains("Fetching mail"));
        let twice = maren.post("/settings/inboxes", &form);
        assert_eq!(twice.line(), "422");
        assert!(twice.body.contains("already has support@kestrel.example"), "{}", twice.body);
        let private = [("host", "10.0.0.1"), ("port", "993"), ("security", "tls")];
        let refused = maren.post(&format!("{page}/imap"), &private);
        assert!(refused.body.contains("private or reserved"), "{}", refused.shown());

        assert_eq!(
            maren.post("/settings/teams", &[("name", "Repairs")]).line(),
            "303 /settings/teams"
        );
        let team = t.db.read(agents::teams::all).expect("reads")[0].id.to_string();
        let role = t.db.read(|tx| agents::roles::named(tx, "agent")).expect("reads").id.to_string();
        let ben = [
            ("name", "Ben"),
            ("email", "ben@kestrel.example"),
            ("role", role.as_str()),
            ("team", team.as_str()),
        ];
        assert_eq!(maren.post("/settings/agents", &ben).line(), "303 /settings/agents");
        assert!(maren.get("/settings/agents").body.contains("Invited"));
        let change = [
            ("name", "Support"),
            ("reopen_days", "7"),
            ("team", team.as_str()),
            ("aliases", "help@kestrel.example\n"),
        ];
        assert_eq!(maren.post(&page, &change).line(), format!("303 {page}"));
        let all = t.db.read(inboxes::all).expect("reads");
        assert_eq!((all[0].name.as_str(), all[0].reopen_days), ("Support", 7));
        let aliases = t.db.read(|tx| inboxes::aliases(tx, all[0].id)).expect("reads");
        assert_eq!(aliases, ["help@kestrel.example"]);
    });
}

#[test]
fn an_agent_changes_their_profile_picture_password_and_tokens() {
    Tend::on_both(|t| {
        let maren = start(&t);
        maren.get("/settings/profile");
        let form = [
            ("name", "Maren S"),
            ("time_zone", "Asia/Tokyo"),
            ("text", "Maren\nKestrel"),
            ("from-0", "09:00"),
            ("to-0", "17:00"),
        ];
        assert_eq!(maren.post("/settings/profile", &form).line(), "303 /settings/profile");
        let kept = t.db.read(|tx| agents::by_email(tx, "maren@kestrel.example")).expect("is there");
        assert_eq!(
            (kept.name.as_str(), kept.signature_html.as_str()),
            ("Maren S", "<p>Maren<br>Kestrel</p>")
        );
        let bad = [form.as_slice(), &[("from-0", "18:00")]].concat();
        assert_eq!(maren.post("/settings/profile", &bad[1..]).line(), "422");

        let png = b"\x89PNG\r\n\x1a\nnothing";
        assert_eq!(
            maren.upload("/settings/profile/picture", &[], &[("file", "x.png", png)]).line(),
            "422"
        );

        let wrong = [("old", "not this one"), ("password", "ein anderer Fluss")];
        assert!(
            maren.post("/settings/profile/password", &wrong).body.contains("not your password")
        );
        let right = [("old", PASSWORD), ("password", "ein anderer Fluss")];
        assert_eq!(
            maren.post("/settings/profile/password", &right).line(),
            "303 /settings/profile"
        );

        let made = maren.post(
            "/settings/tokens",
            &[("name", "script"), ("days", "30"), ("scope", "conversations.read")],
        );
        assert_eq!(made.line(), "200");
        assert!(made.body.contains(">tend_"), "{}", made.body);
        assert!(!maren.get("/settings/tokens").body.contains(">tend_"), "it is shown once");
    });
}

#[test]
fn a_status_of_ones_own_is_defined_and_the_pages_of_mail_and_jobs_are_shown() {
    Tend::on_both(|t| {
        let maren = start(&t);
        t.inbox("support@tend.test");
        maren.get("/settings/statuses");
        let form = [("name", "At the workshop"), ("category", "waiting_third_party")];
        assert_eq!(maren.post("/settings/statuses", &form).line(), "303 /settings/statuses");
        assert!(maren.get("/settings/statuses").body.contains("At the workshop"));
        assert_eq!(maren.post("/settings/statuses", &form).line(), "422");
        assert!(maren.get("/settings/mail").body.contains("Nothing waits here"));
        assert_eq!(maren.get("/settings/jobs").line(), "200");
        assert_eq!(maren.get("/gallery").line(), "200");
    });
}

#[test]
fn a_browser_is_turned_on_and_off_by_its_own_agent_alone() {
    Tend::on_both(|t| {
        let (ada, ben) = (t.agent_as("ada", "agent"), t.agent_as("ben", "agent"));
        let (ada, ben) = (t.browser(ada.id), t.browser(ben.id));
        let key = format!("BA{}", "A".repeat(85));
        let form = |endpoint: &'static str| {
            [("endpoint", endpoint), ("p256dh", key.as_str()), ("auth", "AAAAAAAAAAAAAAAAAAAAAA")]
        };
        let devices = "/settings/notifications/devices";
        for bad in ["http://8.8.8.8/push/1", "https://127.0.0.1/push/1", "https://", "push"] {
            assert_eq!(ada.post(devices, &form(bad)).line(), "422", "{bad}");
        }
        let short = [("endpoint", "https://8.8.8.8/1"), ("p256dh", "BAAA"), ("auth", "AAAA")];
        assert_eq!(ada.post(devices, &short).line(), "422");
        let went = "303 /settings/notifications";
        assert_eq!(ada.post(devices, &form("https://8.8.8.8/push/1")).line(), went);
        let page = ada.get("/settings/notifications").body;
        let at = page.find("/devices/dev_").expect("it is listed");
        let path: String = page[at..].chars().take_while(|it| *it != '"').collect();
        let id = path.split('/').nth(2).unwrap_or_default();
        let remove = format!("{devices}/{id}/remove");
        assert_eq!(ben.post(&remove, &[]).line(), "404");
        assert_eq!(ben.post(&format!("{devices}/{id}/trial"), &[]).line(), "404");
        assert!(!ben.get("/settings/notifications").body.contains("/devices/dev_"));
        assert_eq!(ada.post(&remove, &[]).line(), went);
        assert!(!ada.get("/settings/notifications").body.contains("/devices/dev_"));

        for n in 0..10 {
            let endpoint: &'static str = format!("https://8.8.8.8/push/{n}").leak();
            assert_eq!(ada.post(devices, &form(endpoint)).line(), went);
        }
        let more = ada.post(devices, &form("https://8.8.8.8/push/more"));
        assert!(more.body.contains("10 devices already"), "{}", more.shown());
        assert_eq!(ben.post(devices, &form("https://8.8.8.8/push/1")).line(), went);
        assert_eq!(ada.get("/settings/notifications").body.matches("data-push-trial").count(), 9);
    });
}

#[test]
fn what_shows_notifications_is_for_all_pages_and_loads_its_icon() {
    let t = Tend::in_memory();
    let seen = t.guest().get("/service-worker.js");
    assert_eq!(seen.line(), "200");
    assert_eq!(seen.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(seen.header("cache-control"), "no-cache");
    assert_eq!(seen.header("content-security-policy"), "default-src 'none'; img-src 'self'");
    let icon = seen.body.split('"').nth(1).unwrap_or_default();
    assert_eq!(t.guest().get(icon).header("content-type"), "image/png");
}

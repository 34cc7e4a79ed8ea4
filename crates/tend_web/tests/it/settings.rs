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

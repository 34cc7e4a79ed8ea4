//! What the screens offer to take back is really taken back.

use tend_core::conversations::{self, Category};
use tend_testkit::Tend;

/// The address behind the toast's button.
fn undo_in(body: &str) -> String {
    let from = body.find("hx-post=\"/undo/").expect("a toast offers to take it back") + 9;
    body[from..].split('"').next().unwrap_or_default().to_owned()
}

#[test]
fn a_change_offers_to_be_taken_back_and_is() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let inbox = t.inbox("support@tend.test");
        let id = t.writes(&inbox, "carol@x.example", "One", "first");
        let page = t.browser(lead.id).htmx();
        let resolved = page.put(&format!("/conversations/{id}/status"), &[("status", "resolved")]);
        assert!(resolved.body.contains("is resolved."), "{}", resolved.body);
        let now = || t.db.read(|tx| conversations::find(tx, id)).expect("is there").category;
        assert_eq!(now(), Category::Resolved);
        let undone = page.post(&undo_in(&resolved.body), &[]);
        assert!(undone.body.contains("Taken back."), "{}", undone.body);
        assert_eq!(now(), Category::New);
        let same = page.put(&format!("/conversations/{id}/status"), &[("status", "new")]);
        assert!(!same.body.contains("/undo/"), "nothing changed, so nothing is offered");
    });
}

#[test]
fn several_are_changed_merged_and_taken_back() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let inbox = t.inbox("support@tend.test");
        let one = t.writes(&inbox, "carol@x.example", "One", "first").to_string();
        let two = t.writes(&inbox, "carol@x.example", "Two", "second").to_string();
        let page = t.browser(lead.id).htmx();
        let both = [("id", one.as_str()), ("id", two.as_str()), ("view", "all")];
        let form = [both.as_slice(), &[("do", "merge")]].concat();
        let merged = page.post("/conversations/bulk", &form);
        assert!(merged.body.contains("went into #"), "{}", merged.body);
        let gone = page.get(&format!("/conversations/{two}"));
        assert!(gone.header("hx-redirect").contains(&one), "it leads to the one that stays");
        page.post(&undo_in(&merged.body), &[]);
        let back = page.get(&format!("/conversations/{two}"));
        assert_eq!(back.header("hx-redirect"), "");
        let all = [("all", "on"), ("view", "all"), ("do", "status:closed")];
        let ordered = page.post("/conversations/bulk", &all);
        assert!(ordered.body.contains("0 of 2") || ordered.body.contains("/bulks/"));
        assert!(t.waiting_jobs().contains("Bulk"));
    });
}

#[test]
fn the_draft_of_a_new_conversation_is_kept_and_gone_when_it_is_thrown_away() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        t.inbox("support@tend.test");
        let page = t.browser(lead.id).htmx();
        let form = [("subject", "Hello"), ("html", "<p>Dear</p>"), ("to", "a@b.example")];
        let kept = page.put("/conversations/new/draft", &form);
        assert_eq!(kept.line(), "200", "{}", kept.body);
        let from = kept.body.find("drf_").expect("says which");
        let id = kept.body[from..].split('"').next().unwrap_or_default().to_owned();
        assert!(page.get("/drafts").body.contains(&id));
        assert!(page.get(&format!("/conversations/new?draft={id}")).body.contains("Dear"));
        assert_eq!(page.delete(&format!("/conversations/new/draft?draft={id}")).line(), "204");
        assert!(!page.get("/drafts").body.contains(&id));
    });
}

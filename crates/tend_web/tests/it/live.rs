use tend_core::{
    agents::{AgentId, Me, Reach, roles::RoleSpec, teams},
    conversations,
};
use tend_testkit::{Open, Tend};

fn open(t: &Tend, who: AgentId, since: i64) -> Open {
    let open = t.browser(who).open(&format!("/live?since={since}"));
    assert_eq!(open.status.as_u16(), 200);
    open
}

/// Reads until the stream is ready.
fn ready(open: &mut Open) -> Vec<String> {
    let mut before = Vec::new();
    loop {
        let event = open.next_event().expect("goes on");
        if event.contains("event: ready") {
            return before;
        }
        before.push(event);
    }
}

fn position(t: &Tend) -> i64 {
    t.db.settle_journal(std::time::Duration::from_secs(10)).expect("settles")
}

#[test]
fn a_change_reaches_an_open_page() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let anna = t.agent_as("Anna", "agent");
        let mut page = open(&t, anna.id, position(&t));
        assert!(ready(&mut page).iter().all(|it| it.contains("agent_signed_in")));
        let case = t.writes(&inbox, "carol@example.com", "Where is my parcel?", "Hello");
        let event = loop {
            let event = page.next_event().expect("goes on");
            if event.contains("message_added") || event.contains("conversation_opened") {
                break event;
            }
        };
        assert!(event.starts_with("id: ") && event.contains("event: change"), "{event}");
        assert!(event.contains(&case.to_string()), "{event}");
        assert!(
            !event.contains("parcel") && !event.contains("carol"),
            "only what, not how: {event}"
        );
    });
}

#[test]
fn one_who_comes_back_hears_what_they_missed_and_nothing_twice() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let anna = t.agent_as("Anna", "agent");
        let start = position(&t);
        let case = t.writes(&inbox, "carol@example.com", "Where is my parcel?", "Hello");
        let me = t.me(anna.id);
        t.db.write(move |tx| conversations::assign(tx, &me, case, Some(anna.id))).expect("is hers");
        let end = position(&t);

        let mut page = open(&t, anna.id, start);
        let missed = ready(&mut page);
        let assigned = missed.iter().filter(|it| it.contains("conversation_assigned")).count();
        assert_eq!(assigned, 1, "{missed:?}");
        let mut again =
            t.browser(anna.id).with("last-event-id", &end.to_string()).open("/live?since=0");
        let told = ready(&mut again).join("\n");
        assert!(!told.contains("conversation"), "{told}");
    });
}

#[test]
fn a_page_that_missed_too_much_or_knows_the_future_starts_anew() {
    Tend::on_both(|t| {
        let anna = t.agent_as("Anna", "agent");
        let mut page = open(&t, anna.id, 1_000_000);
        assert!(page.next_event().expect("goes on").contains("event: reset"));
    });
}

fn custom(t: &Tend, admin: &Me, name: &str, reach: Reach, words: &str) -> Me {
    let spec = RoleSpec {
        name: name.to_owned(),
        permissions: tend_core::agents::Permissions::read(words),
        reach,
    };
    let (admin, agent) = (admin.clone(), t.agent(name));
    t.db.write(move |tx| {
        let role = tend_core::agents::roles::make(tx, &admin, &spec)?;
        tend_core::agents::change_role(tx, &admin, agent, role)
    })
    .expect("is allowed");
    t.me(agent)
}

/// A60: the stream tells of nothing that a page would not show.
#[test]
fn the_stream_tells_what_one_may_know_of() {
    Tend::on_both(|t| {
        let (open_to_all, closed) = (t.inbox("support@tend.test"), t.inbox("legal@tend.test"));
        let admin = t.agent_as("Maren", "admin");
        let by = admin.clone();
        let id = closed.id;
        t.db.write(move |tx| {
            let team = teams::make(tx, &by, "Legal")?;
            tend_core::inboxes::set_teams(tx, &by, id, &[team])
        })
        .expect("is allowed");
        let words = "conversations.read customers.read";
        let ben = t.agent_as("Ben", "agent");
        let own = custom(&t, &admin, "Own", Reach::Own, words);
        let none = custom(&t, &admin, "None", Reach::All, "");
        let start = position(&t);
        let seen = t.writes(&open_to_all, "carol@example.com", "one", "Hello");
        let hidden = t.writes(&closed, "dave@example.com", "two", "Hello");
        let (by, to) = (t.me(admin.id), own.id);
        t.db.write(move |tx| conversations::assign(tx, &by, seen, Some(to))).expect("is allowed");
        position(&t);

        let hears = |who: AgentId| {
            let told = ready(&mut open(&t, who, start)).join("\n");
            let count = |it: conversations::ConversationId| {
                told.matches(&format!("\"conversation\":\"{it}\"")).count() > 0
            };
            (count(seen), count(hidden), told.contains("contact_created"))
        };
        assert_eq!(hears(admin.id), (true, true, true));
        assert_eq!(hears(ben.id), (true, false, true));
        assert_eq!(hears(own.id), (true, false, true));
        assert_eq!(hears(none.id), (false, false, false));
    });
}

#[test]
fn a_stream_ends_with_its_session_and_says_goodbye_when_the_node_stops() {
    Tend::on_both(|t| {
        let (anna, admin) = (t.agent_as("Anna", "agent"), t.agent_as("Maren", "admin"));
        let mut hers = open(&t, anna.id, position(&t));
        let mut theirs = open(&t, admin.id, position(&t));
        ready(&mut hers);
        ready(&mut theirs);
        let id = anna.id;
        t.db.write(move |tx| tend_core::agents::leave(tx, &admin, id)).expect("is allowed");
        assert_eq!(hers.next_event(), None);
        t.app.say_goodbye();
        let mut last = String::new();
        while let Some(event) = theirs.next_event() {
            last = event;
        }
        assert!(last.contains("event: bye"), "{last}");
    });
}

#[test]
fn an_agent_holds_so_many_streams_and_no_more() {
    let config = tend_web::Config { live_limit_each: 2, ..tend_web::Config::default() };
    Tend::on_both_with(&config, |t| {
        let (anna, ben) = (t.agent("Anna"), t.agent("Ben"));
        let first = open(&t, anna, 0);
        let _second = open(&t, anna, 0);
        assert_eq!(t.browser(anna).open("/live").status.as_u16(), 503);
        let _other = open(&t, ben, 0);
        drop(first);
        let _third = open(&t, anna, 0);
    });
}

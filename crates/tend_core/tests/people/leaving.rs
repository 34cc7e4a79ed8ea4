use std::thread;

use tend_core::{
    agents::{self, tokens},
    conversations::{self, Category},
    secrets::Fresh,
};
use tend_testkit::Tend;

use crate::{People, tokens::new_token, why};

#[test]
fn the_last_admin_stays_even_when_two_remove_each_other_at_once() {
    Tend::on_both(|t| {
        let maren = t.start();
        let by = maren.clone();
        let result = t.tries(move |tx| agents::leave(tx, &by, by.id));
        assert!(why(result).contains("last admin"));
        let (by, viewer) = (maren.clone(), t.role("viewer"));
        let result = t.tries(move |tx| agents::change_role(tx, &by, by.id, viewer));
        assert!(why(result).contains("last admin"));

        let anna = t.with("anna", "admin");
        let done: usize = thread::scope(|scope| {
            let pairs = [(maren.clone(), anna.clone()), (anna.clone(), maren.clone())];
            let tries = pairs.map(|(by, whom)| {
                let db = &t.db;
                scope.spawn(move || db.write(move |tx| agents::leave(tx, &by, whom.id)).is_ok())
            });
            tries.into_iter().map(|it| usize::from(it.join().expect("no panic"))).sum()
        });
        assert_eq!(done, 1);
        assert_eq!(t.db.read(agents::present).expect("reads").len(), 1);
    });
}

#[test]
fn nobody_removes_themselves_or_those_who_may_more() {
    Tend::on_both(|t| {
        let (maren, anna) = (t.start(), t.with("anna", "admin"));
        let by = anna.clone();
        assert!(why(t.tries(move |tx| agents::leave(tx, &by, by.id))).contains("themselves"));

        let staff = crate::roles::custom(&t, &maren, "Staff", "agents.manage conversations.read");
        let ben = t.with("ben", "viewer");
        let by = maren.clone();
        t.write(move |tx| agents::change_role(tx, &by, ben.id, staff));
        let ben = t.me(ben.id);
        assert!(why(t.tries(move |tx| agents::leave(tx, &ben, anna.id))).contains("may do more"));

        let viewer = t.with("carol", "viewer");
        assert!(
            why(t.tries(move |tx| agents::leave(tx, &viewer, maren.id))).contains("does not allow")
        );
    });
}

#[test]
fn with_an_agent_their_tokens_and_teams_end_and_twice_is_once() {
    Tend::on_both(|t| {
        let (maren, anna) = (t.start(), t.with("anna", "agent"));
        let team = t.team(&maren, "Repairs");
        let (by, id) = (maren.clone(), anna.id);
        t.write(move |tx| agents::teams::set_members(tx, &by, team, &[id]));
        let text = Fresh::token();
        let (me, new) = (anna.clone(), new_token("script", "", &text));
        t.write(move |tx| tokens::make(tx, &me, &new));

        for _ in 0..2 {
            let by = maren.clone();
            t.write(move |tx| agents::leave(tx, &by, id));
        }
        let print = text.fingerprint();
        assert!(t.db.read(move |tx| tokens::who(tx, &print)).expect("reads").is_none());
        assert!(t.db.read(move |tx| agents::teams::members(tx, team)).expect("reads").is_empty());
        assert_eq!(t.kinds().iter().filter(|it| *it == "agent_left").count(), 1);
        let kept = t.db.read(move |tx| agents::find(tx, id)).expect("is still known");
        assert_eq!((kept.name.as_str(), kept.left_at.is_some()), ("anna", true));
    });
}

#[test]
fn what_was_theirs_goes_back_to_the_queue() {
    Tend::on_both(|t| {
        let (maren, anna) = (t.start(), t.with("anna", "agent"));
        let inbox = t.inbox("support@tend.test");
        let cases = ["one", "two"].map(|it| t.writes(&inbox, "carol@example.com", it, "Hello"));
        let team = t.team(&maren, "Repairs");
        let maren = t.me(maren.id);
        let by = maren.clone();
        t.write(move |tx| {
            for case in cases {
                conversations::assign(tx, &by, case, Some(anna.id))?;
                conversations::set_team(tx, &by, case, Some(team))?;
            }
            conversations::set_category(tx, &by, cases[1], Category::Resolved)
        });
        t.write(move |tx| {
            agents::leave(tx, &maren, anna.id)?;
            agents::teams::archive(tx, &maren, team)
        });
        let now =
            cases.map(|it| t.db.read(move |tx| conversations::find(tx, it)).expect("is there"));
        assert_eq!((now[0].assignee_id, now[0].team_id), (None, None));
        assert_eq!(now[1].assignee_id, Some(anna.id), "what is done stays theirs");
        assert!(t.story(cases[0]).contains("conversation_assigned"));
    });
}

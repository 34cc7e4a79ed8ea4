//! What is done about a low score, until it is settled and asked about again.

use jiff::SignedDuration;
use tend_core::{
    conversations,
    outreach::pauses,
    surveys::{
        self, About, Kind, NewSurvey, Sign, When,
        answer::{Confirmed, Given},
        loops::{self, Step},
        report,
    },
    tasks::{self, Which},
};
use tend_testkit::Tend;

use crate::{
    lists::write,
    surveys::{asked, asking, confirms, contact, days, given, requests, resolve, survey, work},
};

#[test]
fn a_low_score_is_followed_up_by_somebody_else_until_it_is_settled_and_asked_again() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let lead = t.agent_as("Lena", "lead");
        let rated = t.agent_as("Rafael", "agent");
        let survey = survey(&t, &lead, Kind::Csat, When::Resolved);
        let id = t.writes(&inbox, "carol@x.example", "Broken", "It broke");
        let (by, to) = (lead.clone(), rated.id);
        write(&t, move |tx| conversations::assign(tx, &by, id, Some(to)));
        // Who was rated owns the survey too: still somebody else looks into it.
        let (by, owner) = (lead.clone(), rated.id);
        write(&t, move |tx| {
            let it = surveys::find(tx, &by, survey)?;
            let to = NewSurvey { owner: Some(owner), ..NewSurvey::from(&it) };
            surveys::change(tx, &by, survey, &to)
        });
        resolve(&t, &rated, id);
        work(&t);
        assert!(requests(&t, &lead).is_empty(), "not before two hours");
        t.pass(SignedDuration::from_hours(2));
        work(&t);
        let all = requests(&t, &lead);
        let [it] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((it.agent_id, it.about), (Some(rated.id), About::Conversation));
        let first = it.id;
        let low = Given { comment: "Nobody called back.".into(), ..given(&t, 2, Sign::Form) };
        assert_eq!(confirms(&t, first, &low), Confirmed::Counted);
        let open = t.read(|tx| tasks::of_conversation(tx, &lead, id));
        let [task] = open.as_slice() else { panic!("{open:?}") };
        assert_eq!(task.owner_id, Some(lead.id));
        assert!(task.text.contains("Nobody called back.") && task.due_on.is_some());
        let who = it.contact_id;
        assert_eq!(t.read(|tx| pauses::open(tx, who)).len(), 1);

        let known = t.read(|tx| loops::of_request(tx, first)).expect("is open");
        let by = lead.clone();
        let moves = move |to| {
            let by = by.clone();
            move |tx: &mut tend_store::Tx| loops::move_to(tx, &by, known.id, to, "late answer")
        };
        write(&t, moves(Step::Contacted));
        write(&t, moves(Step::Remedied));
        assert!(t.tries(moves(Step::Contacted)).is_err(), "not back again");
        assert_eq!(t.read(|tx| pauses::open(tx, who)).len(), 1);
        write(&t, moves(Step::Resolved));
        assert!(t.read(|tx| pauses::open(tx, who)).is_empty());
        let done = Which { conversation: Some(id), settled: true, ..Which::default() };
        assert_eq!(t.read(|tx| tasks::count(tx, &lead, &done)), 1);

        days(&t, 14);
        work(&t);
        let all = requests(&t, &lead);
        let second = all.iter().find(|it| it.reask_of == Some(first)).expect("asked again");
        assert_eq!(confirms(&t, second.id, &given(&t, 5, Sign::Touch)), Confirmed::Counted);
        let known = t.read(|tx| loops::of_request(tx, first)).expect("is there");
        assert_eq!((known.state, known.second_score), (Step::ReAsked, Some(5)));
        t.pass(SignedDuration::from_secs(1));
        let span = report::Span::days(t.read(|tx| Ok(tx.now())), 90);
        let it = t.read(|tx| report::report(tx, &lead, survey, span));
        assert_eq!((it.closing.opened, it.closing.recovered), (1, Some(3.0)));
        assert_eq!((it.sent, it.scored.n), (1, 1), "who is asked again counts once");
        assert!(t.story(id).contains("loop_moved"));
    });
}

#[test]
fn what_is_made_right_is_asked_about_again_and_settled_by_then() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let viewer = t.agent_as("Vera", "viewer");
        let survey = survey(&t, &lead, Kind::Csat, When::Hand);
        let (by, owner) = (lead.clone(), viewer.id);
        let given_to_nobody_able = t.tries(move |tx| {
            let it = surveys::find(tx, &by, survey)?;
            surveys::change(
                tx,
                &by,
                survey,
                &NewSurvey { owner: Some(owner), ..NewSurvey::from(&it) },
            )
        });
        assert!(given_to_nobody_able.is_err(), "a viewer works on no task");
        let who = contact(&t, "carol@x.example");
        let first = asked(&t, survey, &asking(who, None));
        assert_eq!(confirms(&t, first, &given(&t, 1, Sign::Touch)), Confirmed::Counted);
        let at = || t.read(|tx| loops::of_request(tx, first)).expect("is open");
        assert_eq!((at().state, at().owner_id), (Step::Open, Some(lead.id)));
        // What a remedy does when it is carried out.
        let by = lead.clone();
        write(&t, move |tx| {
            let id = loops::of_request(tx, first)?.expect("is open").id;
            loops::move_to(tx, &by, id, Step::Remedied, "")
        });
        assert_eq!(t.read(|tx| pauses::open(tx, who)).len(), 1, "not settled yet");
        days(&t, 14);
        work(&t);
        assert_eq!((at().state, at().settled_at.is_some()), (Step::ReAsked, true));
        assert!(t.read(|tx| pauses::open(tx, who)).is_empty());
        assert!(requests(&t, &lead).iter().any(|it| it.reask_of == Some(first)));
    });
}

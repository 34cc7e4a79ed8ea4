//! A meeting is written down once it took place, told on timelines, and followed up.

use jiff::SignedDuration;
use tend_core::{
    Error,
    accounts::{self, AccountId},
    agents::Me,
    campaigns::{Kind, Purpose, Trigger},
    contacts::{self, ContactId, IdentityKind, NewContact},
    meetings::{self, NewMeeting},
    outreach::touches,
    timeline::{self, Aspect},
};
use tend_testkit::Tend;

use crate::campaigns::{announcement, company, limit, run, started};

fn account(t: &Tend, me: &Me, name: &str) -> (AccountId, Vec<ContactId>) {
    let (me, name) = (me.clone(), name.to_owned());
    t.write(move |tx| {
        let new = accounts::NewAccount { name: name.clone(), ..Default::default() };
        let id = accounts::create(tx, &me, &new)?;
        let mut people = Vec::new();
        for who in ["Rosa", "Paul", "Ada"] {
            let new = NewContact {
                name: who.to_owned(),
                identities: vec![(IdentityKind::Email, format!("{who}@{name}.example"))],
                account: Some(id),
                ..NewContact::default()
            };
            people.push(contacts::create(tx, &me, &new)?);
        }
        Ok((id, people))
    })
}

#[test]
fn a_meeting_is_told_and_followed_up_with_those_who_were_there() {
    Tend::on_both(|t| {
        let me = company(&t);
        limit(&t, &me, |_| ());
        let (alder, people) = account(&t, &me, "Alder");
        let (_, others) = account(&t, &me, "Birch");
        let mut new = announcement("Thank you for your time");
        (new.kind, new.purpose) = (Kind::Sequence, Purpose::Service);
        new.plan.trigger = Some(Trigger::Meeting {});
        let id = started(&t, &me, &new);
        t.pass(SignedDuration::from_hours(2));
        let now = t.read(|tx| Ok(tx.now()));
        let meeting = |people: &[ContactId], title: &str, hours: i64| NewMeeting {
            title: title.to_owned(),
            note: "They want a trial.".to_owned(),
            happened_at: now - SignedDuration::from_hours(hours),
            people: people.to_vec(),
        };
        let tries = |new: NewMeeting| {
            let me = me.clone();
            t.tries(move |tx| meetings::record(tx, &me, alder, &new))
        };
        let wrong = |new: NewMeeting, field: &str| match tries(new) {
            Err(Error::Invalid(all)) => assert_eq!(all[0].field, field),
            other => panic!("{other:?}"),
        };
        wrong(meeting(&people, " ", 1), "title");
        wrong(meeting(&people, "Tomorrow", -24), "happened_at");
        wrong(meeting(&[], "Alone", 1), "people");
        wrong(meeting(&others, "Elsewhere", 1), "people");
        tries(meeting(&people[..2], "First look", 1)).expect("is written down");
        let all = t.read(|tx| meetings::of_account(tx, &me, alder));
        let there: Vec<&str> = all[0].1.iter().map(|it| it.name.as_str()).collect();
        assert_eq!((all.len(), there), (1, vec!["Rosa", "Paul"]));
        let told = t.read(|tx| timeline::of_account(tx, &me, alder, Aspect::Everything, None, 50));
        assert!(format!("{told:?}").contains("First look"), "{told:?}");
        run(&t, id);
        let touched = |who: ContactId| {
            t.read(|tx| touches::of_contact(tx, who, jiff::Timestamp::UNIX_EPOCH)).len()
        };
        let counts: Vec<usize> = people.iter().map(|it| touched(*it)).collect();
        assert_eq!(counts, [1, 1, 0], "who was there");
        // Two who become one were there once more.
        let (from, into) = (people[0], others[0]);
        let by = me.clone();
        t.write(move |tx| contacts::merge(tx, &by, from, into, &Default::default()));
        let all = t.read(|tx| meetings::of_account(tx, &me, alder));
        assert_eq!(all[0].1[0].contact_id, into);
    });
}

use std::time::Duration;

use jiff::SignedDuration;
use tend_core::{
    agents::Me,
    conversations::{self as verbs, Category},
    counts::{Kept, Sums},
};
use tend_testkit::Tend;

use crate::lists::write;

/// What is kept is what is there.
fn agree(t: &Tend, kept: &Kept, me: &Me, after: &str) {
    t.db.settle_journal(Duration::from_secs(10)).expect("settles");
    let (ours, theirs) =
        t.db.read(|tx| Ok::<_, tend_core::Error>((kept.sums(tx)?.of(me), Sums::read(tx)?.of(me))))
            .expect("adds up");
    assert_eq!(ours, theirs, "after {after}");
}

#[test]
fn kept_sums_are_right_after_each_change() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let lead = t.agent_as("Lena", "lead");
        let kept = Kept::default();
        let see = |after: &str| agree(&t, &kept, &lead, after);
        see("nothing");
        let ids: Vec<_> = (0..4)
            .map(|n| t.writes(&inbox, &format!("c{n}@x.example"), &format!("{n}"), "text"))
            .collect();
        see("four came");
        let (one, two, three, four) = (ids[0], ids[1], ids[2], ids[3]);
        let me = lead.clone();
        write(&t, move |tx| verbs::assign(tx, &me, one, Some(me.id)));
        see("assigning");
        t.hears(&inbox, "c0@x.example", "0", "more", Some(one));
        see("a message that changes no sum");
        let me = lead.clone();
        write(&t, move |tx| {
            let later = tx.now().checked_add(SignedDuration::from_hours(5)).expect("is a time");
            verbs::snooze(tx, &me, two, Some(later))
        });
        see("snoozing");
        t.hears(&inbox, "c1@x.example", "1", "more", Some(two));
        see("a message that wakes");
        let me = lead.clone();
        write(&t, move |tx| verbs::set_category(tx, &me, one, Category::Resolved));
        see("resolving");
        t.hears(&inbox, "c0@x.example", "0", "still not", Some(one));
        see("a message that opens again");
        let me = lead.clone();
        write(&t, move |tx| verbs::merge(tx, &me, three, two));
        see("merging");
        let admin = t.agent_as("Maren", "admin");
        write(&t, move |tx| verbs::delete(tx, &admin, four));
        see("deleting");
    });
}

//! Search finds what was written, in any script, and only what may be seen.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use tend_core::{
    agents::Me,
    conversations::{self as verbs, ConversationId},
    counts,
    html::Html,
    search::{self, Hit},
};
use tend_testkit::Tend;

use crate::lists::{sights, world, write};

fn indexed(t: &Tend) {
    t.db.settle_journal(std::time::Duration::from_secs(10)).expect("is placed");
    while write(t, |tx| search::index_some(tx, 200)) > 0 {}
    assert!(!t.db.read(search::is_behind).expect("tells"));
}

fn found(t: &Tend, me: &Me, text: &str) -> Vec<ConversationId> {
    let (mut out, mut from) = (Vec::new(), None);
    loop {
        let page =
            t.db.read(|tx| search::search(tx, me, &search::parse(text), from, 3))
                .expect("searches");
        out.extend(page.items.iter().map(|it| it.line.id));
        from = page.next;
        if from.is_none() {
            return out;
        }
    }
}

#[test]
fn what_was_written_is_found() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let inbox = t.inbox("support@tend.test");
        let one =
            t.writes(&inbox, "carol@kestrel.example", "Lost parcel", "Where is the Émile box?");
        let two = t.writes(
            &inbox,
            "dan@other.example",
            "Refund",
            "The parcel never came, a refund please",
        );
        let three = t.writes(&inbox, "sato@jp.example", "質問", "佐藤美咲です。荷物が届きません");
        let me = t.me(lead.id);
        write(&t, move |tx| {
            verbs::note(tx, &me, two, &Html::from_text("a secret whisper"), &[], &[])?;
            let vip = tend_core::tags::create(tx, &me, "vip")?;
            verbs::tag(tx, &me, one, vip)?;
            verbs::assign(tx, &me, one, Some(me.id))
        });
        indexed(&t);
        let me = t.me(lead.id);
        let of = |text: &str| {
            let mut all = found(&t, &me, text);
            all.sort();
            all
        };
        assert_eq!(of("parcel "), [one, two]);
        assert_eq!(found(&t, &me, "parcel ")[0], one, "a word in the subject ranks first");
        assert_eq!(of("emile "), [one], "accents make no difference");
        assert_eq!(of("EMI"), [one], "the last word may go on");
        assert_eq!(of("emi "), [], "and others may not");
        assert_eq!(of("emi* box "), [one]);
        assert_eq!(of("\"never came\" "), [two]);
        assert_eq!(of("\"came never\" "), []);
        assert_eq!(of("parcel -refund "), [one]);
        assert_eq!(of("美咲"), [three]);
        assert_eq!(of("佐藤美咲"), [three]);
        assert_eq!(of("荷"), [three]);
        assert_eq!(of("carol@kestrel.example"), [one]);
        assert_eq!(of("from:kestrel "), [one]);
        assert_eq!(of("parcel from:dan "), [two]);
        assert_eq!(of("whisper "), [two]);
        assert_eq!(of("is:note secret "), [two]);
        assert_eq!(of("parcel tag:vip "), [one]);
        assert_eq!(of("tag:vip "), [one]);
        assert_eq!(of("tag:nothing "), []);
        assert_eq!(of("assignee:me "), [one]);
        assert_eq!(of("assignee:none parcel "), [two]);
        assert_eq!(of("is:open "), [one, two, three]);
        assert_eq!(of("parcel before:2020 "), []);
        assert_eq!(of("parcel after:2020 inbox:support "), [one, two]);
        assert_eq!(of("#1002"), [two]);
        assert_eq!(of("  "), []);

        let me2 = t.me(lead.id);
        write(&t, move |tx| verbs::set_subject(tx, &me2, two, "Zebra"));
        t.hears(&inbox, "carol@kestrel.example", "Re", "A giraffe came instead", Some(one));
        indexed(&t);
        assert_eq!(of("zebra "), [two]);
        assert_eq!(of("giraffe "), [one]);
        write(&t, search::rebuild);
        assert_eq!(of("zebra "), []);
        indexed(&t);
        assert_eq!(of("zebra "), [two]);

        let hits = t.db.read(|tx| search::palette(tx, &me, "kest")).expect("looks");
        assert!(hits.iter().any(|it| matches!(it, Hit::Account { name, .. } if name == "Kestrel")));
        let hits = t.db.read(|tx| search::palette(tx, &me, "carol@k")).expect("looks");
        assert!(hits.iter().any(|it| matches!(it, Hit::Contact { name, .. } if name == "carol")));
        let hits = t.db.read(|tx| search::palette(tx, &me, "1003")).expect("looks");
        assert!(matches!(&hits[0], Hit::Conversation { number: 1003, .. }));
    });
}

#[test]
fn what_was_written_in_a_span_of_time_is_found() {
    Tend::on_both(|t| {
        let lead = t.agent_as("Lena", "lead");
        let inbox = t.inbox("support@tend.test");
        let mut written = Vec::new();
        for n in 0..40 {
            let id = t.writes(&inbox, &format!("c{n}@kestrel.example"), "Valve", "A spare valve");
            let at: Timestamp = t.db.read(|tx| Ok::<_, tend_core::Error>(tx.now())).expect("reads");
            written.push((id, at.to_zoned(TimeZone::UTC).date()));
            t.pass(SignedDuration::from_hours(24 * 23));
        }
        indexed(&t);
        let me = Me { time_zone: "UTC".to_owned(), ..t.me(lead.id) };
        let first = written[0].1;
        for (after, before) in [(0, 0), (30, 31), (100, 460), (365, 900), (-900, 500), (500, 9000)]
        {
            let after = first.checked_add(after.days()).expect("is a day");
            let before = first.checked_add(before.days()).expect("is a day");
            let both = |it: Date| it >= after && it < before;
            let of = |fits: &dyn Fn(Date) -> bool| {
                written.iter().filter(|it| fits(it.1)).map(|it| it.0).collect::<Vec<_>>()
            };
            let seen = |filters: String| {
                let mut all = found(&t, &me, &format!("spare {filters} "));
                all.sort();
                all
            };
            assert_eq!(seen(format!("after:{after} before:{before}")), of(&both));
            assert_eq!(seen(format!("after:{after}")), of(&|it| it >= after));
            assert_eq!(seen(format!("before:{before}")), of(&|it| it < before));
        }
    });
}

#[test]
fn search_palette_and_counts_show_no_more_than_the_lists() {
    Tend::on_both(|t| {
        let w = world(&t, 40);
        indexed(&t);
        for me in sights(&t, &w).iter().step_by(3) {
            let mut wanted: Vec<ConversationId> = w
                .all
                .iter()
                .copied()
                .filter(|id| {
                    let it = t.db.read(|tx| verbs::find(tx, *id)).expect("exists");
                    verbs::may_see(me, &it)
                })
                .collect();
            wanted.sort();
            let mut seen = found(&t, me, "matter ");
            seen.sort();
            assert_eq!(seen, wanted, "{me:?}");
            let hits = t.db.read(|tx| search::palette(tx, me, "matter")).expect("looks");
            for hit in hits {
                if let Hit::Conversation { id, .. } = hit {
                    assert!(wanted.contains(&id));
                }
            }
            let counts = t.db.read(|tx| counts::of(tx, me)).expect("counts");
            let listed = |which| {
                t.db.read(|tx| verbs::list::count(tx, me, &which, 1000)).expect("counts").n as i64
            };
            assert_eq!(counts.mine, listed(verbs::list::Which::Mine));
            assert_eq!(counts.unassigned, listed(verbs::list::Which::Unassigned));
            assert_eq!(counts.active, listed(verbs::list::Which::Active));
            let snoozed = verbs::list::Which::Category(verbs::Category::Snoozed);
            assert_eq!(counts.snoozed, listed(snoozed));
            for (inbox, n) in counts.inboxes {
                assert_eq!(n, listed(verbs::list::Which::Inbox(inbox)));
            }
            for (team, n) in counts.teams {
                assert_eq!(n, listed(verbs::list::Which::Team(team)));
            }
        }
    });
}

#[test]
fn what_a_filter_cannot_mean_is_said() {
    let problem = |text: &str| search::problem(&search::parse(text));
    for fine in [
        "before:2026-11 after:2025",
        "after:7d before:today",
        "has:Attachment is:Open before:Today",
        "is:note",
    ] {
        assert_eq!(problem(fine), None, "{fine}");
    }
    for odd in ["before:soon parcel", "after:2026-13-01", "has:banana", "is:banana"] {
        let value = odd.split([':', ' ']).nth(1).unwrap_or_default();
        assert!(problem(odd).is_some_and(|it| it.contains(value)), "{odd}");
    }
}

use tend_core::{
    book::{self},
    health::{self, Document, Kind, Missing, Weighed},
};
use tend_testkit::Tend;

use crate::{Fares, attribute, weighed, why};

fn document(name: &str, measures: Vec<Weighed>) -> Document {
    Document { name: name.to_owned(), segment: None, stages: Vec::new(), measures }
}

#[test]
fn a_change_is_a_new_version_and_old_snapshots_keep_theirs() {
    Tend::on_both(|t| {
        let lead = t.lead();
        t.looks_at(&lead, vec![weighed(Kind::Open, 1.0)]);
        let id = t.company(&lead, "Al Noor", Some(lead.id));
        t.snapshots();
        let default = t.read(health::profiles).pop().expect("there is one");
        assert_eq!((default.version, default.made_by.as_deref()), (2, Some("Lena")));
        t.looks_at(&lead, vec![weighed(Kind::Open, 1.0)]);
        t.days(1);
        assert_eq!(t.snapshots(), 0, "what says the same is no change");
        t.looks_at(&lead, vec![weighed(Kind::Open, 1.0), weighed(Kind::People, 3.0)]);
        t.days(1);
        assert_eq!(t.snapshots(), 1, "another rule, another row");
        let all = t.all_of(id);
        let told: Vec<_> = all.iter().map(|it| (it.version, it.rule_score)).collect();
        assert_eq!(told, [(2, Some(100.0)), (3, Some(25.0))]);
        let then = t.read(|tx| health::version(tx, default.id, 2));
        assert_eq!(then.measures.len(), 1, "what it said then is kept");
        let changed = t.read(|tx| health::between(tx, &lead, id, all[0].day, all[1].day));
        let names = changed.profiles.expect("another version");
        assert!(names.0.ends_with("version 2") && names.1.ends_with("version 3"), "{names:?}");
        let of = |it: &health::Moved| (it.after.key.clone(), it.before.weight, it.after.weight);
        let moved: Vec<_> = changed.moved.iter().map(of).collect();
        let open = ("open".to_owned(), 1.0, 0.25);
        assert_eq!(moved, [open, ("people".to_owned(), 0.0, 0.75)], "what moved most first");
    });
}

#[test]
fn the_first_profile_that_fits_wins_and_the_last_fits_everybody() {
    Tend::on_both(|t| {
        let lead = t.lead();
        t.looks_at(&lead, vec![weighed(Kind::Open, 1.0)]);
        let by = lead.clone();
        let (new, big) = t.write(move |tx| {
            let stages = book::stages(tx)?;
            let onboarding = stages.iter().find(|it| it.name == "Onboarding").expect("is there");
            let condition = book::read_condition(&serde_json::json!({
                "all": [{ "field": "arr", "op": "at_least", "value": 1000 }]
            }))?;
            let segment = book::save_segment(tx, &by, None, "Large", &condition)?;
            let first = Document {
                stages: vec![onboarding.id],
                ..document("New here", vec![weighed(Kind::People, 1.0)])
            };
            let second = Document {
                segment: Some(segment),
                ..document("Large ones", vec![weighed(Kind::Touch, 1.0)])
            };
            let first = health::save_profile(tx, &by, None, &first)?;
            Ok((first, health::save_profile(tx, &by, None, &second)?))
        });
        let both = t.company(&lead, "Both", Some(lead.id));
        t.pays(&lead, both, 500_000, t.today());
        t.stage(&lead, both, "Onboarding");
        let large = t.company(&lead, "Large", Some(lead.id));
        t.pays(&lead, large, 500_000, t.today());
        let plain = t.company(&lead, "Plain", Some(lead.id));
        let default = t.read(health::profiles).pop().expect("there is one").id;
        let used = |id| t.all_of(id).last().expect("was written down").profile_id;
        t.snapshots();
        assert_eq!((used(both), used(large), used(plain)), (new, big, default));
        let by = lead.clone();
        t.write(move |tx| health::arrange_profiles(tx, &by, &[big, new]));
        t.days(1);
        t.snapshots();
        assert_eq!(used(both), big, "the order counts");
        let by = lead.clone();
        t.write(move |tx| health::archive_profile(tx, &by, big));
        t.days(1);
        t.snapshots();
        assert_eq!((used(both), used(large)), (new, default));
        let by = lead.clone();
        let kept = t.tries(move |tx| health::archive_profile(tx, &by, default));
        assert!(why(kept).contains("needs this one"));
    });
}

#[test]
fn what_is_wrong_with_a_profile_is_said_field_by_field() {
    Tend::on_both(|t| {
        let lead = t.lead();
        let default = t.read(health::profiles).pop().expect("there is one").id;
        let says = |document: Document| {
            let by = lead.clone();
            why(t.tries(move |tx| health::save_profile(tx, &by, Some(default), &document)))
        };
        let bad = Weighed { worst: 5.0, best: 5.0, weight: -1.0, ..weighed(Kind::Open, 1.0) };
        let wrong = says(document("All", vec![bad, weighed(Kind::Open, 1.0)]));
        assert!(wrong.contains("measures[0].weight: A weight"), "{wrong}");
        assert!(wrong.contains("measures[0].best: Worst and best have to differ"), "{wrong}");
        assert!(wrong.contains("measures[1].kind: This measure is there twice"), "{wrong}");
        assert!(says(document("All", vec![])).contains("needs a weight"));
        assert!(says(document(" ", vec![weighed(Kind::Open, 1.0)])).starts_with("name: "));
        assert!(says(document("All", vec![attribute("", 1.0)])).contains("attribute: Name"));
        let stages = vec![t.stage_id("Onboarding")];
        let narrow = Document { stages, ..document("All", vec![weighed(Kind::Open, 1.0)]) };
        assert!(says(narrow).starts_with("segment: This profile is for everybody"));
        let agent = t.agent_as("Anna", "agent");
        let fine = document("All", vec![weighed(Kind::Open, 1.0)]);
        let by = agent.clone();
        let refused = why(t.tries(move |tx| health::save_profile(tx, &by, None, &fine)));
        assert!(refused.contains("stages.manage"), "{refused}");
    });
}

#[test]
fn a_profile_is_tried_on_accounts_and_nothing_is_kept() {
    Tend::on_both(|t| {
        let lead = t.lead();
        t.looks_at(&lead, vec![weighed(Kind::Open, 1.0)]);
        let ids: Vec<_> =
            (0..7).map(|n| t.company(&lead, &format!("Company {n}"), Some(lead.id))).collect();
        t.days(1);
        let default = t.read(health::profiles).pop().expect("there is one");
        let blank = Weighed { missing: Missing::Bad, ..attribute("pulse", 1.0) };
        let draft = document("Everybody", vec![weighed(Kind::People, 1.0), blank]);
        let tried = t.read(|tx| health::try_out(tx, &lead, Some(default.id), &draft, Some(ids[3])));
        assert_eq!((tried.looked_at, tried.of, tried.fits), (7, 7, 7));
        assert_eq!((tried.now[9], tried.then[0]), (7, 7), "{tried:?}");
        assert_eq!(tried.blank[1], ("Pulse".to_owned(), 1.0));
        let one = tried.one.expect("was asked for");
        assert_eq!((one.name.as_str(), one.now, one.then), ("Company 3", Some(100.0), Some(0.0)));
        assert!(one.fits && one.stale_share == 0.5);
        let stages = vec![t.stage_id("Onboarding")];
        let narrow = Document { stages, ..draft.clone() };
        let tried = t.read(|tx| health::try_out(tx, &lead, None, &narrow, Some(ids[3])));
        assert_eq!((tried.fits, tried.one.expect("was asked for").fits), (0, false));
        assert_eq!(t.read(health::profiles).len(), 1, "nothing is kept");
        let wrong = t.tries({
            let (me, draft) = (lead.clone(), document("", draft.measures.clone()));
            move |tx| health::try_out(tx, &me, None, &draft, None)
        });
        assert!(why(wrong).starts_with("name: "));
    });
}

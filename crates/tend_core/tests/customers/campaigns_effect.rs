use jiff::SignedDuration;
use tend_core::{
    campaigns::{self as verbs, What, effect, unsubscribe},
    orders,
    outreach::consents::{self, How, MARKETING},
};
use tend_testkit::Tend;

use crate::campaigns::{
    announcement, company, keys, letters, limit, order, people, refusals, run, started,
};

#[test]
fn one_click_declines_and_a_forged_link_is_none() {
    Tend::on_both(|t| {
        company(&t);
        let all = people(&t, 1);
        let token = unsubscribe::token(&keys(), all[0], MARKETING);
        let behind = unsubscribe::behind(&keys(), &token).expect("is ours");
        assert_eq!((behind.contact, behind.topic.as_str()), (all[0], MARKETING));
        let at = token.len() / 2;
        let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        let forged = format!("{}{other}{}", &token[..at], &token[at + 1..]);
        for bad in [forged.as_str(), "", "x", &token[1..], &token[..token.len() - 4]] {
            assert!(unsubscribe::behind(&keys(), bad).is_err(), "{bad}");
        }
        let again = behind.clone();
        t.write(move |tx| unsubscribe::decline(tx, &behind, How::OneClick));
        t.write(move |tx| unsubscribe::decline(tx, &again, How::OneClick));
        let who = all[0];
        assert_eq!(t.read(|tx| consents::given(tx, who, MARKETING)), Some(false));
        t.write(move |tx| unsubscribe::choose(tx, who, &["marketing".to_owned()], false));
        let it = t.read(|tx| unsubscribe::preferences(tx, who));
        let on: Vec<_> =
            it.topics.iter().filter(|it| it.is_on).map(|it| it.topic.as_str()).collect();
        assert_eq!(on, ["marketing"], "surveys were not ticked");
        t.write(move |tx| unsubscribe::choose(tx, who, &[], true));
        assert!(t.read(|tx| unsubscribe::preferences(tx, who)).is_off);
    });
}

#[test]
fn the_effect_counts_both_arms_and_says_when_it_is_not_known() {
    Tend::on_both(|t| {
        let me = company(&t);
        limit(&t, &me, |_| ());
        people(&t, 200);
        let mut new = announcement("News");
        (new.holdout, new.plan.goal) = (50, Some(What::Ordered));
        let id = started(&t, &me, &new);
        run(&t, id);
        let shown = t.read(|tx| verbs::progress(tx, &me, id));
        assert_eq!(shown.reached + shown.held_out, 200);
        assert!((70..130).contains(&shown.held_out), "{shown:?}");
        assert_eq!(refusals(&t, id), [format!("holdout {}", shown.held_out)]);
        // All of the treated buy, and nobody else does.
        let to: Vec<String> = letters(&t).into_iter().map(|it| it.to).collect();
        let by = me.clone();
        t.write(move |tx| {
            let now = tx.now() + SignedDuration::from_secs(60);
            for (n, email) in to.iter().enumerate() {
                let mut it = order(&format!("#{n}"), now);
                it.buyer.email.clone_from(email);
                orders::record(tx, &by, None, &format!("#{n}"), None, it)?;
            }
            Ok(())
        });
        let of = |measure| {
            let all = t.read(|tx| effect::effect(tx, &me, id));
            all.into_iter().find(|it| it.measure == measure).expect("is counted")
        };
        assert_eq!(of(effect::Measure::Bought).treated, 0, "the window is not over");
        t.pass(SignedDuration::from_hours(24 * 8));
        while t.write(|tx| verbs::measure(tx, 50)) {}
        assert_eq!(of(effect::Measure::Bought).treated, 0, "what is told late is waited for");
        t.pass(SignedDuration::from_hours(24 * 2));
        while t.write(|tx| verbs::measure(tx, 50)) {}
        let bought = of(effect::Measure::Bought);
        assert_eq!((bought.treated, bought.treated_did), (shown.reached, shown.reached));
        assert_eq!((bought.held_out, bought.held_out_did), (shown.held_out, 0));
        assert!(bought.is_known() && bought.difference.expect("is enough").lower > 0.9);
        let wrote = of(effect::Measure::Wrote);
        assert!(!wrote.is_known() && wrote.more.is_none(), "there is no difference to see");
    });
}

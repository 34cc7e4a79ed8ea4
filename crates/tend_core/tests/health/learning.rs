use std::collections::HashSet;

use tend_core::{
    Actor,
    accounts::AccountId,
    agents::Me,
    attributes::{self, About, Kind as Of, NewDefinition},
    health::{self, EVERY, Percent, Weighed},
};
use tend_testkit::Tend;

use crate::{Fares, attribute, weighed};

/// A company's number, said of some accounts.
fn define(t: &Tend, by: &Me, name: &'static str) {
    let by = by.clone();
    t.write(move |tx| {
        let new = NewDefinition {
            about: About::Account,
            name: name.to_owned(),
            label: name.to_owned(),
            kind: Of::Number,
            choices: Vec::new(),
        };
        attributes::define(tx, &by, &new)
    });
}

fn say(t: &Tend, by: &Me, id: AccountId, name: &'static str, value: i64) {
    let by = by.clone();
    t.write(move |tx| attributes::set_on_account(tx, &by, id, name, &value.to_string()));
}

/// Sixty accounts with a pulse from 0 to 9; of those with a low one most leave, of the others few.
/// Half a year later it is known.
fn book_with_signal(t: &Tend) -> (Me, Vec<AccountId>) {
    book_where(t, 0.0, 9.0)
}

/// The same, where the company's rule says which pulse is the worst and which the best.
fn book_where(t: &Tend, worst: f64, best: f64) -> (Me, Vec<AccountId>) {
    let lead = t.lead();
    define(t, &lead, "pulse");
    let mut of = attribute("pulse", 3.0);
    (of.worst, of.best) = (worst, best);
    let people = Weighed { weight: 1.0, ..weighed(health::Kind::People, 1.0) };
    t.looks_at(&lead, vec![of, people]);
    let ids: Vec<AccountId> =
        (0..60).map(|n| t.company(&lead, &format!("Company {n:02}"), Some(lead.id))).collect();
    for (n, id) in ids.iter().enumerate() {
        t.pays(&lead, *id, 100_000, t.today());
        say(t, &lead, *id, "pulse", (n % 10) as i64);
    }
    for _ in 0..3 {
        t.days(EVERY);
        t.snapshots();
    }
    for (n, id) in ids.iter().enumerate() {
        // Of ten with a low pulse nine leave; of ten with a high one, one.
        let (low, turn) = (n % 10 < 4, n / 10);
        if (low && turn != 0) || (!low && turn == n % 10 - 4) {
            t.stage(&lead, *id, "Churned");
        }
    }
    t.days(1);
    t.snapshots();
    (lead, ids)
}

#[test]
fn few_outcomes_are_not_learned_from_and_it_says_so() {
    Tend::on_both(|t| {
        let lead = t.lead();
        let id = t.company(&lead, "Al Noor", Some(lead.id));
        t.snapshots();
        t.days(400);
        assert!(t.read(health::fit_is_due), "nothing was ever learned");
        let fitted = health::learn(t.read(health::lesson)).expect("that it does not know");
        let model = t.write(move |tx| health::keep_model(tx, Actor::System, &fitted));
        let it = t.read(health::current_model).expect("is kept");
        assert_eq!((it.id, it.known, it.step.as_str()), (model, false, "rule"));
        assert!(it.words.starts_with("Not enough outcomes to know"), "{}", it.words);
        assert!(!t.read(health::fit_is_due));
        t.snapshots();
        let of = t.read(|tx| health::of_account(tx, &lead, id));
        assert_eq!(of.percent, Percent::NotKnown(it.words.clone()));
        let last = of.snapshot.expect("was written down");
        assert_eq!((last.model_id, last.p), (Some(model), None), "no percentage anywhere");
        assert!(of.sum.is_none() && of.lines.iter().all(|it| it.part.is_none()));
        t.days(EVERY + 1);
        assert!(t.read(health::fit_is_due), "another month of outcomes");
    });
}

#[test]
fn only_what_is_over_is_learned_from() {
    Tend::on_both(|t| {
        let (_, ids) = book_with_signal(&t);
        let horizon = t.read(health::options).horizon_days;
        assert_eq!(t.read(health::lesson).left.len(), 0, "no horizon is over yet");
        for _ in 0..8 {
            t.days(EVERY);
            t.snapshots();
            let (it, today) = (t.read(health::lesson), t.today());
            assert!(it.days.iter().all(|day| day + horizon <= today), "{:?}", it.days);
            assert!(it.days.iter().all(|day| day % EVERY == 0));
            let rows: HashSet<_> = it.accounts.iter().zip(&it.days).collect();
            assert_eq!(rows.len(), it.days.len(), "one row an account and day");
        }
        let it = t.read(health::lesson);
        let left: HashSet<AccountId> =
            it.accounts.iter().zip(&it.left).filter(|it| *it.1).map(|it| *it.0).collect();
        let today = t.today();
        let gone: Vec<_> = t.read(|tx| health::outcomes(tx, today));
        assert_eq!(left, gone.iter().map(|it| it.account).collect());
        let first_left = gone.iter().map(|it| it.day).min().expect("some left");
        let after = |at: usize| it.days[at] > first_left && left.contains(&it.accounts[at]);
        assert!(!(0..it.days.len()).any(after), "who had left is not asked any more");
        assert_eq!(it.account_count(), ids.len());
    });
}

#[test]
fn a_probability_is_learned_and_its_parts_add_up_to_the_last_digits() {
    Tend::on_both(|t| {
        let (lead, ids) = book_with_signal(&t);
        t.days(240);
        let fitted = health::learn(t.read(health::lesson)).expect("learns");
        assert!(fitted.outcomes > 30, "{}", fitted.outcomes);
        let model = t.write(move |tx| health::keep_model(tx, Actor::System, &fitted));
        let kept = t.read(|tx| health::find_model(tx, model));
        assert!(kept.0.known, "{}", kept.0.words);
        assert!(kept.1.health().is_some_and(|it| it.draws.len() > 20));
        t.snapshots();
        let mut seen = Vec::new();
        for id in &ids {
            let of = t.read(|tx| health::of_account(tx, &lead, *id));
            let Percent::Known { p, low, high, horizon_days } = of.percent else { continue };
            assert!(low < p && p < high && horizon_days == 180);
            let sum = of.sum.expect("is taken apart");
            let parts: f64 = of.lines.iter().filter_map(|it| it.part).sum();
            assert!((sum.average + parts - sum.log_odds).abs() < 1e-9);
            assert!((1.0 / (1.0 + (-sum.log_odds).exp()) - p).abs() < 1e-9, "as it was foretold");
            let last = of.snapshot.expect("was written down");
            assert_eq!((last.p, last.model_id), (Some(p), Some(model)));
            assert_eq!(of.risk, Some((100_000.0 * p).round() as i64));
            let pulse = of.lines.iter().find(|it| it.key == "attribute:pulse").expect("is there");
            assert!(!pulse.against, "the rule and what was learned agree");
            seen.push((
                pulse.value.unwrap_or_else(|| panic!("{last:?} {:?}", of.lines)),
                p,
                of.way,
            ));
        }
        assert!(seen.len() > 20);
        let mean = |of: &dyn Fn(f64) -> bool| {
            let all: Vec<f64> = seen.iter().filter(|it| of(it.0)).map(|it| it.1).collect();
            all.iter().sum::<f64>() / all.len() as f64
        };
        let (low, high) = (mean(&|pulse| pulse < 4.0), mean(&|pulse| pulse >= 4.0));
        assert!(low > high + 0.2, "{low} {high}");
        let worst = seen.iter().max_by(|a, b| a.1.total_cmp(&b.1)).expect("some");
        let way = worst.2.as_ref().expect("something would matter");
        assert_eq!(way.label, "Pulse");
        assert!(way.p < worst.1 && way.to > worst.0, "{way:?}");
    });
}

#[test]
fn a_measure_that_knows_the_outcome_is_found_out() {
    Tend::on_both(|t| {
        let lead = t.lead();
        define(&t, &lead, "closing");
        define(&t, &lead, "pulse");
        t.looks_at(&lead, vec![attribute("closing", 1.0), attribute("pulse", 1.0)]);
        let ids: Vec<AccountId> =
            (0..80).map(|n| t.company(&lead, &format!("Company {n:02}"), None)).collect();
        for (n, id) in ids.iter().enumerate() {
            say(&t, &lead, *id, "closing", if n % 3 == 0 { 0 } else { 10 });
            say(&t, &lead, *id, "pulse", (n * 7 % 11) as i64);
        }
        t.days(EVERY);
        t.snapshots();
        t.days(EVERY);
        for id in ids.iter().step_by(3) {
            t.stage(&lead, *id, "Churned");
        }
        t.days(1);
        t.snapshots();
        t.days(240);
        let fitted = health::learn(t.read(health::lesson)).expect("learns");
        let leaks = &fitted.learnt.standing.leaks;
        assert!(leaks.iter().any(|it| it.name == "attribute:closing" && it.certain), "{leaks:?}");
    });
}

#[test]
fn what_was_learned_against_the_companys_weights_is_marked() {
    Tend::on_both(|t| {
        let marked = |worst: f64, best: f64| {
            let (lead, ids) = book_where(&t, worst, best);
            t.days(240);
            let fitted = health::learn(t.read(health::lesson)).expect("learns");
            t.write(move |tx| health::keep_model(tx, Actor::System, &fitted));
            t.snapshots();
            let mut all = Vec::new();
            for id in ids {
                let of = t.read(|tx| health::of_account(tx, &lead, id));
                let known = matches!(of.percent, Percent::Known { .. });
                let pulse = of.lines.into_iter().find(|it| it.key == "attribute:pulse");
                all.extend(pulse.filter(|it| known && it.part.is_some()).map(|it| it.against));
            }
            assert!(all.len() > 20, "{}", all.len());
            all
        };
        assert!(marked(9.0, 0.0).iter().all(|it| *it), "the rule calls a low pulse good");
    });
}

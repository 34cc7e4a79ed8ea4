use tend_core::{
    Error,
    health::{
        judge,
        scoreboard::{self, Quarter, Which},
    },
    money::days as calendar,
};
use tend_testkit::Tend;

use crate::{days, leaves, pays, read, said, today, write};

/// Forty accounts of which every fifth leaves; those that leave were said to, more or less.
fn world(t: &Tend) -> (tend_core::agents::Me, i64) {
    let admin = t.agent_as("Maren", "admin");
    let start = today(t);
    let first = calendar::first_of(calendar::month_of(start) + 1);
    for n in 0..40 {
        let (id, sub) = pays(t, &admin, &format!("Account {n:02}"), 120_000 + n * 1_000, start);
        let goes = n % 5 == 0;
        let p = if goes { 0.30 + n as f64 / 200.0 } else { 0.05 + n as f64 / 200.0 };
        said(t, id, start + 2, Some(p), 100.0 - 100.0 * p, 120_000 + n * 1_000);
        if goes {
            leaves(t, &admin, sub, first + 100);
        }
        if n == 3 || n == 5 {
            let by = admin.clone();
            write(t, move |tx| judge(tx, &by, id, 0.5, "They told me", 90));
        }
    }
    (admin, first)
}

#[test]
fn what_was_said_is_scored_by_what_came() {
    Tend::on_both(|t| {
        let (admin, first) = world(&t);
        let me = admin.clone();
        let it = read(&t, |tx| scoreboard::report(tx, &me, 12));
        assert_eq!((it.score.n, it.days), (0, None), "nothing is known before its time");
        t.clock.advance(days(first - today(&t)));
        let it = read(&t, |tx| scoreboard::report(tx, &me, 12));
        assert_eq!((it.score.n, it.waiting), (0, 40));
        // Two firsts of a month are known: 180 days after the second.
        let second = calendar::first_of(calendar::month_of(first) + 1);
        t.clock.advance(days(second + 180 - today(&t)));
        let it = read(&t, |tx| scoreboard::report(tx, &me, 12));
        assert_eq!((it.score.n, it.score.left, it.score.gone), (80, 16, 8));
        assert_eq!(it.days, Some((first, second)));
        let auc = it.score.auc.expect("both");
        assert!(auc.value > 0.9 && auc.lower > 0.5, "{auc:?}");
        // The hand score says the same, turned round.
        let hand = it.score.hand.expect("beside it").auc;
        assert!((hand.value - auc.value).abs() < 1e-9);
        assert_eq!(it.score.judged.expect("one left and one stayed").n, 4);
        assert!(it.quarters.iter().map(|it| it.score.n).sum::<usize>() == 80);
        let loss = it.quarters.iter().find_map(|it| it.loss);
        assert!(loss.is_none_or(|it| it.lost > 0 && it.expected > 0.0));
    });
}

#[test]
fn rows_are_those_that_a_figure_counts() {
    Tend::on_both(|t| {
        let (admin, first) = world(&t);
        t.clock.advance(days(first + 181 - today(&t)));
        let me = admin.clone();
        let lines = |which| read(&t, |tx| scoreboard::lines(tx, &me, 12, None, which));
        let it = read(&t, |tx| scoreboard::report(tx, &me, 12));
        assert_eq!(lines(Which::Said).len(), it.score.n);
        let left = lines(Which::Left);
        assert_eq!(left.len(), it.score.left);
        assert!(left.iter().all(|it| it.it.left_on == Some(first + 100)));
        assert!(left[0].name.starts_with("Account") && left[0].it.lost > 0);
        for (n, bin) in it.score.bins.iter().enumerate() {
            assert_eq!(lines(Which::Bin(n)).len() as u64, bin.n);
        }
        assert_eq!(lines(Which::HandGreen).len(), it.score.green.hand);
        let other = Quarter::of(first - 200);
        let of = read(&t, |tx| scoreboard::lines(tx, &me, 12, Some(other), Which::Said));
        assert!(of.is_empty());
    });
}

#[test]
fn who_may_not_see_money_sees_none_and_who_sees_no_customers_nothing() {
    Tend::on_both(|t| {
        let (_, first) = world(&t);
        t.clock.advance(days(first + 181 - today(&t)));
        let mut poor = t.agent_as("Nina", "agent");
        poor.permissions = poor.permissions.without(tend_core::agents::Permission::RevenueRead);
        let it = read(&t, |tx| scoreboard::report(tx, &poor, 12));
        assert!(!it.sees_money && it.score.recall.is_none() && it.score.n > 0);
        assert!(it.quarters.iter().all(|it| it.loss.is_none()));
        let lines = read(&t, |tx| scoreboard::lines(tx, &poor, 12, None, Which::Left));
        assert!(lines.iter().all(|it| it.it.arr == 0 && it.it.lost == 0));
        poor.permissions = tend_core::agents::Permissions::default();
        let refused = t.db.read(|tx| scoreboard::report(tx, &poor, 12).map(drop));
        assert!(matches!(refused, Err(Error::NotFound(_))), "{refused:?}");
    });
}

#[test]
fn what_was_said_after_an_account_had_left_does_not_count() {
    Tend::on_both(|t| {
        let admin = t.agent_as("Maren", "admin");
        let start = today(&t);
        let first = calendar::first_of(calendar::month_of(start) + 1);
        let (id, sub) = pays(&t, &admin, "Gone", 100_000, start);
        said(&t, id, start + 1, Some(0.4), 60.0, 100_000);
        leaves(&t, &admin, sub, first + 10);
        write(&t, move |tx| {
            let sql = "UPDATE health_snapshots SET frozen = TRUE, day = $2 WHERE account_id = $1";
            tx.execute(sql, &[id.into(), (first + 10).into()])?;
            Ok::<_, Error>(())
        });
        said(&t, id, start + 1, Some(0.4), 60.0, 100_000);
        t.clock.advance(days(400));
        let (rows, _) = read(&t, |tx| scoreboard::foretold(tx, &admin, 12));
        let told: Vec<_> = rows.iter().map(|it| (it.day, it.left_on)).collect();
        assert_eq!(told, [(first, Some(first + 10))]);
    });
}

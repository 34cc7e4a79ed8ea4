use tend_core::{
    Error,
    accounts::AccountId,
    book::{self, read_condition},
    health::at_risk::{self, By, NONE},
};
use tend_testkit::Tend;

use crate::{pays, read, today, write};

/// What the portfolio knows to be at risk, as the nightly walk writes it.
fn risk(t: &Tend, id: AccountId, risk: i64) {
    write(t, move |tx| {
        let sql = "UPDATE account_figures SET risk = $2 WHERE account_id = $1";
        tx.execute(sql, &[id.into(), risk.into()])?;
        Ok::<_, Error>(())
    });
}

#[test]
fn what_may_be_lost_is_the_sum_over_accounts_however_it_is_told_apart() {
    Tend::on_both(|t| {
        let maren = t.agent_as("Maren", "admin");
        let jonas = t.agent_as("Jonas", "lead");
        let day = today(&t);
        let (group, _) = pays(&t, &maren, "Group", 1_000_000, day);
        let (part, _) = pays(&t, &maren, "Part", 500_000, day);
        let (other, _) = pays(&t, &jonas, "Other", 2_000_000, day);
        let (unknown, _) = pays(&t, &jonas, "Unknown", 300_000, day);
        let by = maren.clone();
        write(&t, move |tx| book::set_parent(tx, &by, part, Some(group)));
        for (id, money) in [(group, 100_000), (part, 250_000), (other, 200_000), (unknown, -1)] {
            risk(&t, id, money);
        }
        let report = |by| read(&t, |tx| at_risk::report(tx, &maren, by));
        let it = report(By::Owner);
        assert_eq!((it.total.expected, it.total.arr, it.total.accounts), (550_000, 3_500_000, 3));
        assert_eq!((it.total.unknown, it.total.unknown_arr), (1, 300_000));
        // √(0.1·0.9·1e6² + 0.5·0.5·5e5² + 0.1·0.9·2e6²)
        assert!((it.total.spread - 715_891).abs() < 2, "{}", it.total.spread);
        let groups: Vec<_> = it.groups.iter().map(|it| (it.name.as_str(), it.expected)).collect();
        assert_eq!(groups, [("Maren", 350_000), ("Jonas", 200_000)]);
        for by in [By::Stage, By::Parent] {
            let sum: i64 = report(by).groups.iter().map(|it| it.expected).sum();
            assert_eq!(sum, 550_000, "{by:?}");
        }
        let it = report(By::Parent);
        assert_eq!((it.groups[0].name.as_str(), it.groups[0].expected), ("Group", 350_000));
        let lines = |by, of: Option<&str>| read(&t, |tx| at_risk::lines(tx, &maren, by, of));
        assert_eq!(lines(By::Parent, it.groups[0].id.as_deref()).len(), 2);
        assert_eq!(lines(By::Parent, Some(NONE)).len(), 2);
        let all = lines(By::Owner, None);
        assert_eq!((all.len(), all[0].account), (4, part));
        assert_eq!(all[3].expected, None);
    });
}

#[test]
fn an_account_counts_in_each_segment_that_it_is_in() {
    Tend::on_both(|t| {
        let maren = t.agent_as("Maren", "admin");
        let day = today(&t);
        let (large, _) = pays(&t, &maren, "Large", 9_000_000, day);
        let (small, _) = pays(&t, &maren, "Small", 100_000, day);
        risk(&t, large, 900_000);
        risk(&t, small, 50_000);
        let by = maren.clone();
        write(&t, move |tx| {
            let arr = |n: i64| serde_json::json!({ "field": "arr", "op": "at_least", "value": n });
            book::save_segment(tx, &by, None, "All", &read_condition(&arr(1))?)?;
            book::save_segment(tx, &by, None, "Large", &read_condition(&arr(50_000))?)
        });
        let it = read(&t, |tx| at_risk::report(tx, &maren, By::Segment));
        let groups: Vec<_> = it.groups.iter().map(|it| (it.name.as_str(), it.expected)).collect();
        assert_eq!(groups, [("All", 950_000), ("Large", 900_000)]);
        assert_eq!(it.total.expected, 950_000, "the whole counts each once");
    });
}

#[test]
fn money_is_for_those_who_may_see_it_and_nothing_is_said_where_nothing_is_known() {
    Tend::on_both(|t| {
        let maren = t.agent_as("Maren", "admin");
        let it = read(&t, |tx| at_risk::report(tx, &maren, By::Owner));
        assert!(it.groups.is_empty() && !it.words.is_empty());
        pays(&t, &maren, "Unknown", 300_000, today(&t));
        let it = read(&t, |tx| at_risk::report(tx, &maren, By::Owner));
        assert_eq!((it.total.accounts, it.total.unknown), (0, 1));
        assert!(it.words.contains("Nothing is known"), "{}", it.words);
        let mut poor = t.agent_as("Nina", "agent");
        poor.permissions = poor.permissions.without(tend_core::agents::Permission::RevenueRead);
        let refused = t.db.read(|tx| at_risk::report(tx, &poor, By::Owner).map(drop));
        assert!(refused.is_err());
    });
}

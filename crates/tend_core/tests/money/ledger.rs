use serde_json::json;
use tend_core::{
    accounts::list::Filter,
    book,
    money::{
        figures::{Amount, Figure, Which},
        ledger::{self, Asked, Measure, Over, Report},
        subscriptions,
    },
};
use tend_testkit::Tend;

use crate::{Money, day, month, monthly};

fn of(report: &[Figure], id: &str) -> f64 {
    let it = report.iter().find(|it| it.definition.id == id).expect("a figure");
    match it.value.expect("a value") {
        Amount::Share(it) | Amount::Number(it) => it,
        Amount::Money(it) => it as f64,
    }
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-9, "{a} is not {b}");
}

fn adds_up(it: &Report) {
    for pair in it.months.windows(2) {
        assert_eq!(pair[0].ledger.end.amount, pair[1].ledger.start.amount, "month to month");
    }
    for it in &it.months {
        let it = &it.ledger;
        let sum = it.start.amount + it.new.amount + it.expansion.amount + it.reactivation.amount
            - it.contraction.amount
            - it.churn.amount;
        assert_eq!(sum, it.end.amount, "to the cent");
    }
}

/// Golden ledger 2 of the definitions: five accounts and a new one.
#[test]
fn the_month_of_five_accounts_says_what_it_should() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let all = [(1000, 1000), (2000, 3000), (500, 0), (1500, 1200), (5000, 5000), (0, 700)];
        for (n, (before, after)) in all.into_iter().enumerate() {
            let id = t.company(&ada, &format!("Account {n}"));
            if before == 0 {
                t.pays(&ada, id, after, "2024-05-09");
                continue;
            }
            let sub = t.pays(&ada, id, before, "2024-01-15");
            let by = ada.clone();
            t.write(move |tx| match after {
                0 => subscriptions::end(tx, &by, sub, day("2024-05-20"), None),
                _ => {
                    let terms = subscriptions::Terms { quantity: 1, price: after, months: 1 };
                    let to = subscriptions::SubscriptionChange {
                        terms: Some((day("2024-05-20"), terms)),
                        ..Default::default()
                    };
                    subscriptions::change(tx, &by, sub, &to)
                }
            });
        }
        let asked = Asked { month: month("2024-05"), months: 6, ..Asked::default() };
        let it = t.read(|tx| ledger::report(tx, &ada, &asked));
        adds_up(&it);
        close(of(&it.of_month, "nrr"), 1.02);
        close(of(&it.of_month, "grr"), 0.92);
        close(of(&it.of_month, "logo_churn"), 0.2);
        close(of(&it.of_month, "net_revenue_churn"), -0.02);
        close(of(&it.of_month, "quick_ratio"), 2.125);
        close(of(&it.of_month, "nrr_without_contraction"), 1.05);
        assert_eq!(it.months.last().map(|it| it.ledger.end.amount), Some(10_900));
        let rows = |which| t.read(|tx| ledger::lines(tx, &ada, &asked, Over::Month, which));
        let told = |which| rows(which).iter().map(|it| (it.start, it.end)).collect::<Vec<_>>();
        assert_eq!(told(Which::Churn), [(500, 0)]);
        assert_eq!(told(Which::Expansion), [(2000, 3000)]);
        assert_eq!(told(Which::New), [(0, 700)]);
        assert_eq!(rows(Which::Start).len(), 5);
        assert_eq!(told(Which::End).iter().map(|it| it.1).sum::<i64>(), 10_900);
        let yearly = Asked { measure: Measure::Arr, ..asked.clone() };
        let it = t.read(|tx| ledger::report(tx, &ada, &yearly));
        assert_eq!(it.months.last().map(|it| it.ledger.end.amount), Some(12 * 10_900));
    });
}

#[test]
fn who_comes_back_is_not_new_and_an_account_has_a_ledger_of_its_own() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let (a, b) = (t.company(&ada, "Kestrel"), t.company(&ada, "Nordkyst"));
        let first = t.pays(&ada, a, 100, "2024-01-31");
        let by = ada.clone();
        t.write(move |tx| subscriptions::end(tx, &by, first, day("2024-02-29"), None));
        let mut again = monthly(a, 300, "2024-04-01");
        again.terms.quantity = 2;
        t.subscribes(&ada, again);
        t.pays(&ada, b, 77, "2024-01-01");
        let asked =
            Asked { account: Some(a), month: month("2024-04"), months: 5, ..Asked::default() };
        let it = t.read(|tx| ledger::report(tx, &ada, &asked));
        adds_up(&it);
        let ends: Vec<_> = it.months.iter().map(|it| it.ledger.end.amount).collect();
        assert_eq!(ends, [0, 100, 0, 0, 600], "February’s last day is not paid for");
        assert_eq!(it.months[1].ledger.new.amount, 100);
        assert_eq!(it.months[2].ledger.churn.amount, 100);
        assert_eq!(it.months[4].ledger.reactivation.amount, 600);
        let mine = Filter { owner: Some(ada.id), ..Filter::default() };
        let asked = Asked { filter: mine, month: month("2024-04"), months: 1, ..Asked::default() };
        let it = t.read(|tx| ledger::report(tx, &ada, &asked));
        assert_eq!(it.months[0].ledger.end.amount, 0, "nobody is mine");
        let named = json!({ "field": "name", "op": "contains", "value": "kestrel" });
        let (by, named) = (ada.clone(), book::read_condition(&named).expect("is one"));
        let segment = t.write(move |tx| book::save_segment(tx, &by, None, "Falcons", &named));
        let asked = Asked {
            segment: Some(segment),
            month: month("2024-04"),
            months: 1,
            ..Asked::default()
        };
        let it = t.read(|tx| ledger::report(tx, &ada, &asked));
        assert_eq!(it.months[0].ledger.end.amount, 600, "without the other");
        let rows = t.read(|tx| ledger::lines(tx, &ada, &asked, Over::Month, Which::End));
        assert_eq!(rows.iter().map(|it| it.account).collect::<Vec<_>>(), [a]);
    });
}

/// Whatever happened, each month adds up.
#[test]
fn a_hundred_accounts_add_up_to_the_cent() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let by = ada.clone();
        t.write(move |tx| {
            let mut n: i64 = 7;
            let mut next = |below: i64| {
                n = (n * 1_103_515_245 + 12_345) % 2_147_483_648;
                n / 65_536 % below
            };
            for at in 0..100 {
                let new = tend_core::accounts::NewAccount {
                    name: format!("A{at}"),
                    ..Default::default()
                };
                let id = tend_core::accounts::create(tx, &by, &new)?;
                for _ in 0..=next(2) {
                    let mut new = monthly(id, 1 + next(9_999), "2023-06-01");
                    new.start += next(500);
                    new.terms.months = [1, 3, 12, 7][usize::try_from(next(4)).unwrap_or(0)];
                    let sub = subscriptions::add(tx, &by, &new)?;
                    if next(3) == 0 {
                        let terms = subscriptions::Terms { price: 1 + next(20_000), ..new.terms };
                        let terms = Some((new.start + next(300), terms));
                        let to = subscriptions::SubscriptionChange { terms, ..Default::default() };
                        subscriptions::change(tx, &by, sub, &to)?;
                    }
                    if next(3) == 0 {
                        subscriptions::end(tx, &by, sub, new.start + next(400), None)?;
                    }
                }
            }
            Ok(())
        });
        for measure in [Measure::Mrr, Measure::Arr] {
            let asked = Asked { month: month("2025-01"), months: 24, measure, ..Asked::default() };
            let it = t.read(|tx| ledger::report(tx, &ada, &asked));
            adds_up(&it);
            assert!(it.months.iter().any(|it| it.ledger.churn.accounts > 0));
            assert!(it.year.start.accounts > 30, "{}", it.year.start.accounts);
        }
    });
}

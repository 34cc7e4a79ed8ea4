use jiff::SignedDuration;
use tend_core::{
    Error, accounts,
    money::{
        invoices::{self, Filter, InvoiceChange, NewInvoice, Status},
        of_account, of_accounts, rates, standing, steps,
        subscriptions::{self, State, SubscriptionChange, Terms},
    },
};
use tend_testkit::Tend;

use crate::{Money, day, monthly};

/// The test clock's day.
fn today(t: &Tend) -> i64 {
    t.read(tend_core::money::days::today)
}

fn told(t: &Tend, account: accounts::AccountId) -> Vec<(i64, i64)> {
    t.read(|tx| steps::of(tx, account)).iter().map(|it| (it.day, it.mrr)).collect()
}

#[test]
fn what_an_account_pays_is_kept_as_its_subscriptions_change() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let (now, id) = (today(&t), t.company(&ada, "Kestrel"));
        let sub = t.pays(&ada, id, 10_000, "2024-01-10");
        let by = ada.clone();
        let more = SubscriptionChange {
            terms: Some((day("2024-03-01"), Terms { quantity: 3, price: 10_000, months: 1 })),
            ..SubscriptionChange::default()
        };
        for _ in 0..2 {
            let (by, more) = (by.clone(), more.clone());
            t.write(move |tx| subscriptions::change(tx, &by, sub, &more));
        }
        assert_eq!(told(&t, id), [(day("2024-01-10"), 10_000), (day("2024-03-01"), 30_000)]);
        let it = t.read(|tx| of_accounts(tx, &ada, &[id]))[&id];
        assert_eq!((it.mrr, it.arr, it.since_day), (30_000, 360_000, Some(day("2024-01-10"))));
        assert!(it.next_renewal.is_some_and(|it| it >= now), "it renews by itself");

        let by = ada.clone();
        t.write(move |tx| subscriptions::end(tx, &by, sub, now + 10, None));
        let it = t.read(|tx| subscriptions::find(tx, &ada, sub));
        assert_eq!(it.state(now), State::Ending);
        assert_eq!(t.read(|tx| of_accounts(tx, &ada, &[id]))[&id].mrr, 30_000, "until then");
        t.pass(SignedDuration::from_hours(24 * 11));
        t.write(|tx| standing::catch_up(tx, 10));
        let it = t.read(|tx| of_accounts(tx, &ada, &[id]))[&id];
        assert_eq!((it.mrr, it.next_renewal), (0, None), "the calendar ended it");
        assert_eq!(t.write(|tx| standing::catch_up(tx, 10)), 0, "nothing more is due");
        let by = ada.clone();
        t.write(move |tx| subscriptions::resume(tx, &by, sub));
        assert_eq!(t.read(|tx| of_accounts(tx, &ada, &[id]))[&id].mrr, 30_000);
    });
}

#[test]
fn each_interval_is_brought_to_a_month_and_a_year_and_rounded_once() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        for (months, price, mrr, arr) in [
            (1, 9_900, 9_900, 118_800),
            (3, 10_000, 3_333, 40_000),
            (12, 100_000, 8_333, 100_000),
            (6, 5, 1, 10),
        ] {
            let id = t.company(&ada, &format!("By {months}"));
            let mut new = monthly(id, price, "2024-01-01");
            new.terms.months = months;
            t.subscribes(&ada, new);
            let it = t.read(|tx| of_accounts(tx, &ada, &[id]))[&id];
            assert_eq!((it.mrr, it.arr), (mrr, arr), "{months} months");
        }
    });
}

#[test]
fn the_rate_of_its_start_is_kept() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let id = t.company(&ada, "Nordkyst");
        let mut new = monthly(id, 100_000, "2024-02-01");
        new.currency = "NOK".parse().expect("a currency");
        let (by, twice) = (ada.clone(), new.clone());
        let refused = t.tries(move |tx| subscriptions::add(tx, &by, &twice));
        assert!(refused.expect_err("no rate").to_string().contains("exchange rate for NOK"));
        for (from, rate) in [("2024-01-01", "0.09"), ("2024-03-01", "0.08")] {
            let by = ada.clone();
            t.write(move |tx| rates::set(tx, &by, "nok", day(from), rate));
        }
        t.subscribes(&ada, new);
        assert_eq!(told(&t, id), [(day("2024-02-01"), 9_000)]);
        let by = ada.clone();
        let why = t.tries(move |tx| rates::set_home(tx, &by, "USD"));
        assert!(matches!(why, Err(Error::Refused(_))), "{why:?}");
    });
}

#[test]
fn invoices_are_late_when_they_are_due_and_not_paid_or_were_paid_late() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let (now, id) = (today(&t), t.company(&ada, "Kestrel"));
        let bill = |number: &str, due: i64, status: Status, paid_day: Option<i64>| NewInvoice {
            account: id,
            subscription: None,
            number: number.to_owned(),
            currency: "EUR".parse().expect("a currency"),
            amount: 5_000,
            issued: due - 14,
            due,
            status,
            paid: 0,
            paid_day,
            external_id: None,
        };
        let all = [
            bill("1", now - 30, Status::Paid, Some(now - 31)),
            bill("2", now - 20, Status::Paid, Some(now - 17)),
            bill("3", now - 5, Status::Open, None),
            bill("4", now + 5, Status::Open, None),
            bill("5", now - 5, Status::Void, None),
        ];
        let by = ada.clone();
        let ids = t.write(move |tx| {
            all.iter().map(|it| invoices::add(tx, &by, it)).collect::<Result<Vec<_>, _>>()
        });
        let it = t.read(|tx| invoices::sums(tx, &ada, id));
        assert_eq!((it.paid, it.paid_amount, it.paid_late), (2, 10_000, 1));
        assert_eq!((it.late, it.late_amount, it.open, it.open_amount), (1, 5_000, 1, 5_000));
        let late = Filter { late: true, ..Filter::default() };
        let found = t.read(|tx| invoices::list(tx, &ada, &late, None, 10)).items;
        assert_eq!(
            found.iter().map(|it| (it.number.as_str(), it.late(now))).collect::<Vec<_>>(),
            [("3", Some(5))]
        );
        let by = ada.clone();
        let paid = InvoiceChange {
            status: Some(Status::Paid),
            paid_day: Some(Some(now)),
            ..Default::default()
        };
        t.write(move |tx| invoices::change(tx, &by, ids[2], &paid));
        let it = t.read(|tx| invoices::sums(tx, &ada, id));
        assert_eq!((it.paid, it.paid_late, it.late), (3, 2, 0));
    });
}

#[test]
fn who_may_not_see_money_sees_none_and_who_may_not_change_it_changes_none() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let vera = t.agent_as("Vera", "viewer");
        let id = t.company(&ada, "Kestrel");
        let mut blind = vera.clone();
        blind.permissions = blind.permissions.without(tend_core::agents::Permission::RevenueRead);
        assert!(t.read(|tx| of_account::of(tx, &vera, id)).is_some());
        assert!(t.read(|tx| of_account::of(tx, &blind, id)).is_none());
        let new = monthly(id, 100, "2024-01-01");
        let refused = t.tries(move |tx| subscriptions::add(tx, &vera, &new));
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    });
}

#[test]
fn money_goes_with_a_merge_and_comes_back_with_its_undoing() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let (a, b) = (t.company(&ada, "Kestrel"), t.company(&ada, "Kestrel Ltd"));
        t.pays(&ada, a, 100, "2024-01-01");
        t.pays(&ada, b, 900, "2024-02-01");
        let by = ada.clone();
        let merge = t.write(move |tx| accounts::merge(tx, &by, b, a, &Default::default()));
        let both = |t: &Tend| {
            let all = t.read(|tx| of_accounts(tx, &ada, &[a, b]));
            (all[&a].mrr, all[&b].mrr)
        };
        assert_eq!(both(&t), (1_000, 0));
        let by = ada.clone();
        t.write(move |tx| accounts::unmerge(tx, &by, merge));
        assert_eq!(both(&t), (100, 900));
    });
}

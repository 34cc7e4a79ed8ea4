use jiff::SignedDuration;
use tend_core::{
    Error,
    accounts::AccountId,
    agents::Me,
    contacts,
    money::{
        SubscriptionId, churn_reasons, days,
        opportunities::{self, Kind, NewOpportunity, Stage},
        products,
        renewals::{self, Category, Outcome, Settlement},
        standing,
        subscriptions::{self, Terms},
    },
};
use tend_testkit::{Sold, Tend};

use crate::{Money, monthly};

/// By the year, due in twenty days.
fn yearly(t: &Tend, me: &Me, account: AccountId, price: i64, itself: bool) -> SubscriptionId {
    let due = t.read(days::today) + 20;
    let mut new = monthly(account, price, "2024-01-01");
    new.start = days::after_months(due, -12);
    new.terms.months = 12;
    new.term_months = 12;
    new.renewal = Some(due);
    new.auto_renew = itself;
    t.subscribes(me, new)
}

#[test]
fn a_renewal_is_forecast_settled_and_counted_by_the_day_it_was_due() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let all = ["Kestrel", "Nordkyst", "Okada", "Demir"];
        let subs = all.map(|name| {
            let id = t.company(&ada, name);
            yearly(&t, &ada, id, 100_000, name == "Demir")
        });
        t.pays(&ada, t.company(&ada, "By the month"), 500, "2024-06-01");
        let by = ada.clone();
        t.write(move |tx| renewals::forecast(tx, &by, subs[0], Category::AtRisk));
        let open = || {
            let asked = renewals::Asked { months: 12, ..Default::default() };
            t.read(|tx| renewals::to_come(tx, &ada, asked, None, 50)).items
        };
        let it = t.read(|tx| renewals::forecast_of(tx, &ada, 12));
        assert_eq!(open().len(), 4, "what is paid by the month is not forecast");
        assert_eq!(it.of(Category::AtRisk), (1, 100_000));
        assert_eq!(it.of(Category::MostLikely), (3, 300_000));

        t.pass(SignedDuration::from_hours(24 * 21));
        t.write(|tx| standing::catch_up(tx, 100));
        let by = ada.clone();
        let reason = t.write(move |tx| churn_reasons::add(tx, &by, "Price"));
        let by = ada.clone();
        let outcomes = t.write(move |tx| {
            let more = Terms { quantity: 2, price: 100_000, months: 12 };
            let more = Settlement::Renewed { terms: Some(more), term_months: None };
            Ok((
                renewals::settle(tx, &by, subs[0], &more, "They grew.")?,
                renewals::settle(tx, &by, subs[1], &Settlement::Churned { reason }, "")?,
            ))
        });
        assert_eq!(outcomes, (Outcome::Expanded, Outcome::Churned));
        let it = t.read(|tx| renewals::forecast_of(tx, &ada, 6));
        let of_month = renewals::Asked { months: 6, ..Default::default() };
        let due = t.read(|tx| renewals::to_come(tx, &ada, of_month, None, 50)).items;
        assert_eq!(due.len(), 1, "the one that nobody settled is overdue");
        assert!(due[0].due_day < it.today);
        assert_eq!((it.rate.due, it.rate.kept), (3, 2), "one went on by itself");
        assert_eq!((it.rate.amount, it.rate.renewed), (300_000, 200_000));
        let why = t.read(|tx| renewals::reasons(tx, &ada));
        let told: Vec<_> = why.rows.iter().map(|it| (it.reason.as_deref(), it.lost.arr)).collect();
        assert_eq!(told, [(Some("Price"), 100_000)]);
        // What was ended without a word about its renewal was not renewed either.
        let (by, today) = (ada.clone(), it.today);
        t.write(move |tx| subscriptions::end(tx, &by, subs[2], today - 1, None));
        let it = t.read(|tx| renewals::forecast_of(tx, &ada, 6));
        assert_eq!((it.rate.due, it.rate.kept), (4, 2));
        assert!(it.rate.sure.is_some_and(|it| it.lower < 0.5 && it.upper > 0.5));
        assert_eq!((it.rate.amount, it.rate.renewed), (400_000, 200_000));
        let settled = t.read(|tx| renewals::settled(tx, &ada, None, 50)).items;
        let ended = settled.iter().find(|it| it.account == "Okada").expect("is told");
        assert_eq!((ended.due_day, ended.outcome), (today - 1, Some(Outcome::Churned)));
        let vera = t.agent_as("Vera", "viewer");
        let refused = t.tries(move |tx| renewals::forecast(tx, &vera, subs[2], Category::Commit));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        assert_eq!(t.read(|tx| subscriptions::find(tx, &ada, subs[0])).arr, 200_000);
    });
}

#[test]
fn white_space_is_what_they_do_not_have() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let by = ada.clone();
        let (a, b) = t.write(move |tx| {
            Ok((
                products::save(tx, &by, None, "Monitoring")?,
                products::save(tx, &by, None, "Gateways")?,
            ))
        });
        let (kestrel, other) = (t.company(&ada, "Kestrel"), t.company(&ada, "Nordkyst"));
        for (account, product, price) in [(kestrel, a, 900), (other, a, 100), (other, b, 100)] {
            let mut new = monthly(account, price, "2024-01-01");
            new.product = Some(product);
            t.subscribes(&ada, new);
        }
        let by = ada.clone();
        let opportunity = t.write(move |tx| {
            let new = NewOpportunity {
                account: kestrel,
                kind: Kind::CrossSell,
                product: Some(b),
                name: "Gateways for Tromsø".to_owned(),
                amount: 120_000,
                close_day: None,
            };
            opportunities::add(tx, &by, &new)
        });
        let it = t.read(|tx| opportunities::white_space(tx, &ada, 10));
        let names: Vec<_> = it.products.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["Gateways", "Monitoring"]);
        assert_eq!(it.lines[0].name, "Kestrel", "who pays most stands first");
        assert_eq!(
            (it.lines[0].owns.as_slice(), it.lines[0].open.as_slice()),
            (&[false, true][..], &[true, false][..])
        );
        assert_eq!(it.lines[1].owns, [true, true]);
        let by = ada.clone();
        t.write(move |tx| opportunities::set_stage(tx, &by, opportunity, Stage::Lost));
        let it = t.read(|tx| opportunities::white_space(tx, &ada, 10));
        assert_eq!(it.lines[0].open, [false, false]);
    });
}

#[test]
fn what_was_ordered_is_no_white_space() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        t.sells(&ada, &[Sold::new("1", "kim@kestrel.example", &["Gateways"], 10)]);
        let kim = t.contact_of("kim@kestrel.example");
        let account = t.read(|tx| contacts::find(tx, kim)).account_id;
        t.pays(&ada, account, 900, "2024-01-01");
        let it = t.read(|tx| opportunities::white_space(tx, &ada, 10));
        assert_eq!(
            (it.products[0].name.as_str(), it.lines[0].owns.as_slice()),
            ("Gateways", &[true][..])
        );
    });
}

#[test]
fn a_term_that_was_over_when_it_was_entered_goes_on_at_once_if_it_renews_by_itself() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let today = t.read(days::today);
        let over = |name: &str, itself: bool| {
            let mut new = monthly(t.company(&ada, name), 500, "2023-01-15");
            (new.renewal, new.auto_renew) = (Some(today - 25), itself);
            t.subscribes(&ada, new)
        };
        let due = |id| t.read(|tx| subscriptions::find(tx, &ada, id)).renewal_day;
        let (itself, waits) = (over("Kestrel", true), over("Nordkyst", false));
        assert!((today..today + 31).contains(&due(itself)), "{} {}", due(itself), today);
        assert_eq!(due(waits), today - 25, "somebody has to say what becomes of it");
        let by = ada.clone();
        t.write(move |tx| {
            let to =
                subscriptions::SubscriptionChange { auto_renew: Some(true), ..Default::default() };
            subscriptions::change(tx, &by, waits, &to)
        });
        assert!(due(waits) >= today, "from now on it goes on by itself");
        let account = t.read(|tx| subscriptions::find(tx, &ada, waits)).account_id;
        let shown =
            t.read(|tx| Ok(tend_core::book::figures(tx, account)?.expect("is in the book")));
        assert_eq!(shown.renews_on, due(waits), "the portfolio says the same");
    });
}

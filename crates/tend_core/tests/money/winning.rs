use tend_core::{
    Error,
    accounts::{self, AccountChange, AccountId, NewAccount},
    agents::Me,
    money::{
        SubscriptionId, acquisition,
        advocates::{self, Kind, NewAdvocate, Standing},
        days, growth,
        invoices::{self, NewInvoice, Status},
        lifetime::{self, Way},
        referrals::{self, State},
        retention::{self, Basis, Came},
        subscriptions,
    },
};
use tend_store::Tx;
use tend_testkit::Tend;

use crate::{Money, day, monthly};

#[test]
fn what_a_channel_cost_is_set_against_who_came_by_it() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let today = t.read(days::today);
        let month = days::month_of(today);
        let rows: Vec<(i64, Vec<String>)> = vec![
            (2, vec![days::month_text(month - 1), "Events".to_owned(), "960.00".to_owned()]),
            (3, vec![days::month_text(month - 1), "Search".to_owned(), "100".to_owned()]),
        ];
        let header = ["month", "Channel", "amount"].map(str::to_owned);
        let (by, wrong, head) = (ada.clone(), rows.clone(), header.clone());
        let why = t.tries(move |tx| {
            let mut wrong = wrong.clone();
            wrong[1].1[2] = "much".to_owned();
            acquisition::take_costs(tx, &by, &head, &wrong)
        });
        assert!(why.expect_err("is no amount").to_string().contains("Row 3"));
        assert_eq!(
            t.read(|tx| acquisition::report(tx, &ada, 12)).together.spend,
            0,
            "all or nothing"
        );
        for _ in 0..2 {
            let (by, rows, header) = (ada.clone(), rows.clone(), header.clone());
            t.write(move |tx| acquisition::take_costs(tx, &by, &header, &rows));
        }
        for name in ["Kestrel", "Nordkyst"] {
            let id = t.company(&ada, name);
            let mut new = monthly(id, 6_000, "2024-01-01");
            new.start = days::first_of(month - 1) + 3;
            t.subscribes(&ada, new);
            let by = ada.clone();
            t.write(move |tx| acquisition::set_channel(tx, &by, id, "Events"));
        }
        let it = t.read(|tx| acquisition::report(tx, &ada, 12));
        let events = it.channels.iter().find(|it| it.name == "Events").expect("a channel");
        assert_eq!((events.spend, events.customers, events.cost), (96_000, 2, Some(48_000.0)));
        assert_eq!(events.payback, Some(10.0), "480 ÷ (60 × 0.8)");
        assert_eq!(it.together.cost, Some(53_000.0));
    });
}

#[test]
fn a_cohort_is_counted_by_the_months_it_pays_and_no_month_that_runs() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let last = days::month_of(t.read(days::today)) - 1;
        let starts =
            [(last - 2, None), (last - 2, Some(last - 1)), (last - 1, None), (last + 1, None)];
        for (n, (start, end)) in starts.into_iter().enumerate() {
            let id = t.company(&ada, &format!("A{n}"));
            let mut new = monthly(id, 100, "2024-01-01");
            new.start = days::first_of(start);
            let sub = t.subscribes(&ada, new);
            if let Some(end) = end {
                let by = ada.clone();
                t.write(move |tx| subscriptions::end(tx, &by, sub, days::first_of(end) + 3, None));
            }
        }
        let asked = retention::Asked { basis: Basis::Pays, segment: None };
        let it = t.read(|tx| retention::report(tx, &ada, asked, 12));
        let told: Vec<_> = it
            .cohorts
            .iter()
            .map(|it| {
                (it.period - last, it.n, it.return_on.iter().map(|it| it.k).collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(told, [(-2, 2, vec![2, 1, 1]), (-1, 1, vec![1, 1])]);
        // Each share opens the accounts that it is made of.
        for cohort in &it.cohorts {
            for (how, shares) in
                [(Came::On, &cohort.return_on), (Came::OnOrAfter, &cohort.on_or_after)]
            {
                for (k, share) in shares.iter().enumerate() {
                    let at = (cohort.period, k as i64);
                    let rows = t.read(|tx| retention::members(tx, &ada, asked, at, how));
                    let came = rows.iter().filter(|it| it.came).count() as u64;
                    assert_eq!((came, rows.len() as u64), (share.k, share.n), "{at:?} {how:?}");
                }
            }
        }
        let running = (last - 1, 2);
        let none = t.db.read(|tx| retention::members(tx, &ada, asked, running, Came::On));
        assert!(matches!(none, Err(Error::NotFound(_))), "{none:?}");
    });
}

#[test]
fn what_changes_hands_is_nobodys_growth() {
    Tend::on_both(|t| {
        let (ada, ben) = (t.agent_as("Ada", "admin"), t.agent("Ben"));
        let (a, b) = (t.company(&ada, "Kestrel"), t.company(&ada, "Nordkyst"));
        for id in [a, b] {
            let (by, to) =
                (ada.clone(), AccountChange { owner: Some(Some(ada.id)), ..Default::default() });
            t.write(move |tx| accounts::change(tx, &by, id, &to));
            let sub = t.pays(&ada, id, 1_000, "2023-01-01");
            let by = ada.clone();
            let terms = subscriptions::Terms { quantity: 2, price: 1_000, months: 1 };
            let more = subscriptions::SubscriptionChange {
                terms: Some((day("2024-06-01"), terms)),
                ..Default::default()
            };
            t.write(move |tx| subscriptions::change(tx, &by, sub, &more));
        }
        // Somebody had them from the beginning on: the hand-over above is of today.
        t.write(move |tx| tx.execute("DELETE FROM owner_history", &[]).map_err(Error::from));
        let (by, to) =
            (ada.clone(), AccountChange { owner: Some(Some(ben)), ..Default::default() });
        t.write(move |tx| accounts::change(tx, &by, b, &to));
        let it = t.read(|tx| growth::report(tx, &ada, 12));
        let told: Vec<_> = it
            .portfolios
            .iter()
            .map(|it| (it.name.as_str(), it.start, it.growth(), it.received, it.handed, it.end))
            .collect();
        let expected =
            [("Ada", 24_000, 12_000, 0, 12_000, 24_000), ("Ben", 0, 0, 24_000, 0, 24_000)];
        assert_eq!(told, expected);
        // It begins where the ledger of as many months opens.
        assert_eq!(it.from_day, days::last_of(days::month_of(it.to_day) - 12));
    });
}

#[test]
fn nobody_introduces_themselves_and_nobody_is_asked_too_often() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let (a, b) = (t.company(&ada, "Kestrel"), t.company(&ada, "Nordkyst"));
        t.pays(&ada, b, 1_000, "2023-03-01");
        let by = ada.clone();
        let ids = t.write(move |tx| {
            let first = referrals::add(tx, &by, a, "Nordkyst", day("2023-02-01"))?;
            referrals::settle(tx, &by, first, State::Accepted, Some(b))?;
            Ok((first, referrals::add(tx, &by, b, "Kestrel", day("2024-02-01"))?))
        });
        let by = ada.clone();
        let round = t.tries(move |tx| referrals::settle(tx, &by, ids.1, State::Accepted, Some(a)));
        assert!(matches!(round, Err(Error::Refused(_))), "{round:?}");
        let (_, all) = t.read(|tx| referrals::all(tx, &ada));
        let first = all.iter().find(|it| it.referral.id == ids.0).expect("is there");
        assert_eq!((first.first_year, first.is_over), (12_000, true));

        let by = ada.clone();
        let id = t.write(move |tx| {
            let new = NewAdvocate {
                account: a,
                contact: None,
                kind: Kind::Reference,
                quote: String::new(),
                consent_day: None,
                consent_until: None,
                asks_a_year: 1,
            };
            advocates::add(tx, &by, &new)
        });
        let ask = || {
            let by = ada.clone();
            t.tries(move |tx| advocates::ask(tx, &by, id, "A call with Okada"))
        };
        assert!(ask().expect_err("no consent").to_string().contains("no consent yet"));
        let by = ada.clone();
        t.write(move |tx| advocates::consent(tx, &by, id, None));
        assert_eq!(ask(), Ok(()));
        assert!(ask().expect_err("enough").to_string().contains("as often as they agreed to"));
        let today = t.read(days::today);
        assert_eq!(
            t.read(|tx| advocates::find(tx, &ada, id)).standing(today),
            Standing::AskedEnough
        );
    });
}

#[test]
fn a_lifetime_is_learned_where_there_is_enough_and_says_so_where_not() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let it = t.read(|tx| lifetime::report(tx, &ada, None));
        assert_eq!(it.chosen, Way::Simple);
        assert!(it.all.iter().all(|it| it.value.is_none() && !it.says.is_empty()));
        let today = t.read(days::today);
        let by = ada.clone();
        t.write(move |tx| {
            for n in 0..60_i64 {
                let new =
                    tend_core::accounts::NewAccount { name: format!("A{n}"), ..Default::default() };
                let id = accounts::create(tx, &by, &new)?;
                let mut new = monthly(id, 10_000, "2023-01-01");
                new.start = today - 1_000 + n;
                let sub = subscriptions::add(tx, &by, &new)?;
                // Many leave early, few later: not one rate for all.
                if n % 3 == 0 {
                    let end = new.start + 60 + (n % 9) * (n % 9) * 12;
                    subscriptions::end(tx, &by, sub, end.min(today), None)?;
                }
            }
            Ok(())
        });
        let it = t.read(|tx| lifetime::report(tx, &ada, None));
        assert_eq!(it.chosen, Way::Contractual);
        let contract = it.all.iter().find(|it| it.way == Way::Contractual).expect("a way");
        assert_eq!(contract.n, 60);
        let value = contract.value.expect("a value");
        assert!((240_000..2_000_000).contains(&value), "{value}");
        let (low, high) = contract.interval.expect("an interval");
        assert!(low < value && value < high && low > value / 5, "{low} {value} {high}");
        assert!(contract.curve.windows(2).all(|two| two[0].0 >= two[1].0), "a model never rises");
    });
}

/// An invoice that is due two weeks later.
fn bill(
    tx: &mut Tx,
    by: &Me,
    id: AccountId,
    sub: Option<SubscriptionId>,
    issued: i64,
    amount: i64,
) -> tend_core::Result<()> {
    let new = NewInvoice {
        account: id,
        subscription: sub,
        number: format!("{id}-{issued}"),
        currency: "EUR".parse().expect("a currency"),
        amount,
        issued,
        due: issued + 14,
        status: Status::Open,
        paid: 0,
        paid_day: None,
        external_id: None,
    };
    invoices::add(tx, by, &new).map(drop)
}

#[test]
fn what_a_subscription_bills_is_not_taken_for_buying() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let today = t.read(days::today);
        let named = |name: String| NewAccount { name, ..NewAccount::default() };
        let by = ada.clone();
        t.write(move |tx| {
            // Thirty who are billed each month by their subscription, and ten of them for more.
            for n in 0..30_i64 {
                let id = accounts::create(tx, &by, &named(format!("S{n}")))?;
                let mut new = monthly(id, 10_000, "2023-01-01");
                new.start = today - 700 - n;
                let sub = subscriptions::add(tx, &by, &new)?;
                // A third leave: after two months, after five, after sixteen.
                if n % 3 == 0 {
                    let end = new.start + 60 + (n % 9) * (n % 9) * 12;
                    subscriptions::end(tx, &by, sub, end, None)?;
                }
                for month in 0..20 {
                    bill(tx, &by, id, Some(sub), new.start + 30 * month, 10_000)?;
                }
                if n < 10 {
                    bill(tx, &by, id, None, today - 50 - n, 3_000)?;
                }
            }
            Ok(())
        });
        let way = |it: &lifetime::Lifetime, way| {
            it.all.iter().find(|it| it.way == way).cloned().expect("a way")
        };
        let it = t.read(|tx| lifetime::report(tx, &ada, None));
        let buying = way(&it, Way::Buying);
        assert_eq!((buying.n, buying.value, buying.holds), (0, None, false));
        assert_eq!(it.chosen, Way::Contractual, "{}", it.because);
        assert!(it.because.starts_with("20 customers have subscriptions, 0 buy"), "{}", it.because);
        assert_eq!(way(&it, Way::Simple).n, 23, "accounts of the year, not account-months");
        let by = ada.clone();
        t.write(move |tx| {
            // Forty who never had one, some of whom come again, at their own times.
            for n in 0..40_i64 {
                let id = accounts::create(tx, &by, &named(format!("B{n}")))?;
                let times = 1 + (n * n) % 7;
                for k in 0..times {
                    let day = today - 600 + (n * 37 + k * k * 41 + k * n * 3) % 590;
                    bill(tx, &by, id, None, day, 2_000 + 700 * ((n * 13 + k * 5) % 17))?;
                }
            }
            Ok(())
        });
        let it = t.read(|tx| lifetime::report(tx, &ada, None));
        let buying = way(&it, Way::Buying);
        assert_eq!(buying.n, 40, "those who buy, and no subscriber");
        assert!(
            it.because.starts_with("20 customers have subscriptions, 40 buy"),
            "{}",
            it.because
        );
        let expected = if buying.holds { Way::Buying } else { Way::Contractual };
        assert_eq!(it.chosen, expected, "{} {:?}", it.because, buying.says);
    });
}

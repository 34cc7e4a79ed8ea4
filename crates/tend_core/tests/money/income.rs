use tend_core::{
    accounts::list::Filter,
    agents::{Me, Permissions},
    book::{self, Ask, Whose},
    customers::{exports, sheet},
    health::at_risk,
    money::{
        Source,
        income::{self, Apart, Part},
        ledger::{self, Asked, Measure},
        subscriptions,
    },
};
use tend_testkit::Tend;

use crate::{Money, day};

fn closing(t: &Tend, me: &Me, asked: &Asked) -> i128 {
    let asked = Asked { measure: Measure::Arr, months: 1, ..asked.clone() };
    let it = t.read(|tx| ledger::report(tx, me, &asked));
    it.months.last().expect("a month").ledger.end.amount
}

/// Two with subscriptions, one of them ended, two with entered income, one person who pays.
fn book_of_five(t: &Tend, ada: &Me) -> Vec<tend_core::accounts::AccountId> {
    let names = ["Pays", "Left", "Entered", "Owned and entered", "A person"];
    let ids: Vec<_> = names.iter().map(|name| t.company(ada, name)).collect();
    t.pays(ada, ids[0], 1_033, "2023-01-10");
    let left = t.pays(ada, ids[1], 900, "2023-01-10");
    let (by, all) = (ada.clone(), ids.clone());
    t.write(move |tx| {
        subscriptions::end(tx, &by, left, day("2023-06-01"), None)?;
        // What was entered stands behind what subscriptions say, also once they have ended.
        book::say_money(tx, &by, all[1], Some(Some(55_555)), None)?;
        book::say_money(tx, &by, all[2], Some(Some(240_001)), Some(Some(day("2031-02-03"))))?;
        book::say_money(tx, &by, all[3], Some(Some(70_000)), None)?;
        book::hand_over(tx, &by, all[3], Some(by.id), "")?;
        // Nobody looks after this one, and it is no company.
        tx.execute("UPDATE accounts SET kind = 'person' WHERE id = $1", &[all[4].into()])?;
        tx.execute("DELETE FROM account_figures WHERE account_id = $1", &[all[4].into()])?;
        Ok(())
    });
    t.pays(ada, ids[4], 500, "2023-03-01");
    ids
}

#[test]
fn the_portfolio_is_the_ledger_and_what_was_entered_to_the_cent() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        book_of_five(&t, &ada);
        let all = Asked::default();
        let it = t.read(|tx| income::bridge(tx, &ada, &all));
        assert_eq!(it.ledger, Part { accounts: 2, arr: 12 * 1_533 });
        assert_eq!(i128::from(it.ledger.arr), closing(&t, &ada, &all), "as the ledger closes");
        assert_eq!(it.entered, Part { accounts: 2, arr: 310_001 });
        assert_eq!(it.outside, Part { accounts: 1, arr: 6_000 });
        let (sums, _) = t.read(|tx| book::sums(tx, &ada, &Ask::of(Whose::All)));
        assert_eq!(it.portfolio().arr, sums.arr, "as the portfolio says");
        let risk = t.read(|tx| at_risk::report(tx, &ada, at_risk::By::Owner));
        assert_eq!(risk.total.arr + risk.total.unknown_arr, sums.arr, "as money at risk says");
        assert_eq!((risk.total.entered, risk.total.entered_arr), (2, 310_001));

        let mine = Asked { filter: Filter { owner: Some(ada.id), ..Filter::default() }, ..all };
        let it = t.read(|tx| income::bridge(tx, &ada, &mine));
        let (sums, _) = t.read(|tx| book::sums(tx, &ada, &Ask::of(Whose::Mine)));
        assert_eq!((it.ledger, it.portfolio().arr), (Part::default(), sums.arr));
        assert_eq!(sums.arr, 70_000);
        let rows = t.read(|tx| income::lines(tx, &ada, &mine, Apart::Entered));
        let told: Vec<_> = rows.iter().map(|it| (it.name.as_str(), it.arr)).collect();
        assert_eq!(told, [("Owned and entered", 70_000)]);
    });
}

#[test]
fn files_say_what_accounts_pay_and_where_that_is_known_from() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let ids = book_of_five(&t, &ada);
        let by = ada.clone();
        let text = t.write(move |tx| {
            let which = Filter::default();
            let shape = exports::begin_accounts(tx, &by, &which)?;
            let page = exports::account_lines(tx, &by, &shape, &which, None, 100)?;
            Ok(shape.header() + &page.items.concat())
        });
        let by = ada.clone();
        let list = t.write(move |tx| book::sheet(tx, &by, &Ask::of(Whose::All)));
        for text in [&text, &list] {
            let file = sheet::read(text.as_bytes()).expect("a table");
            let at = |name: &str| file.header.iter().position(|it| it == name).expect(name);
            let of = |name: &str| {
                let row = file.rows.iter().find(|it| it.cells[at("name")] == name).expect(name);
                let cell = |name: &str| row.cells[at(name)].clone();
                [cell("arr"), cell("arr_source"), cell("renewal")]
            };
            assert_eq!(of("Entered"), ["2400.01", "entered", "2031-02-03"]);
            assert_eq!(of("Left"), ["0.00", "subscriptions", ""]);
            let [arr, source, renewal] = of("Pays");
            assert_eq!((arr.as_str(), source.as_str()), ("123.96", "subscriptions"));
            assert!(!renewal.is_empty(), "subscriptions say when it renews");
        }
        let known = t.read(|tx| income::of_accounts(tx, &ada, &ids))[&ids[3]];
        assert_eq!(known.source, Some(Source::Entered));
        let mut clerk = t.agent_as("Cleo", "agent");
        clerk.permissions = Permissions::read("customers.read");
        let told = t.read(|tx| income::of_accounts(tx, &clerk, &ids))[&ids[3]];
        assert_eq!((told.arr, told.source), (None, None), "money is for who may see it");
        assert_eq!(told.renews_on, known.renews_on, "a day is no money");
    });
}

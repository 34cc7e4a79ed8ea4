use std::collections::HashSet;

use serde_json::json;
use tend_core::{
    agents::Me,
    customers::sheet,
    money::{
        days, invoices, of_accounts, rates,
        stripe::{self, Kind, Places, Tally, object, table::Columns},
        subscriptions,
    },
};
use tend_testkit::Tend;

use crate::{Money, day};

const SUBSCRIPTIONS: &str = "\
id,Customer ID,Customer Description,Customer Email,Plan,Product,Quantity,Currency,Interval,Amount,Status,Created (UTC),Start (UTC),Current Period Start (UTC),Current Period End (UTC),Trial Start (UTC),Trial End (UTC),Canceled At (UTC),Ended At (UTC)
sub_1,cus_1,,ann@kestrel.example,Team,Monitoring,3,eur,month,49.00,active,2024-01-05 10:00,2024-01-05 10:00,2024-06-05 10:00,2024-07-05 10:00,,,,
sub_2,cus_2,,bob@nordkyst.example,Scale,Monitoring,1,eur,year,1200.00,canceled,2023-02-01 00:00,2023-02-01 00:00,2023-02-01 00:00,2024-02-01 00:00,,,2024-01-20 08:00,2024-02-01 00:00
sub_3,cus_3,,nobody@elsewhere.example,Team,,1,eur,month,10.00,active,2024-01-05 10:00,2024-01-05 10:00,,,,,,
sub_4,cus_1,,ann@kestrel.example,Team,,1,eur,month,ten,active,2024-01-05 10:00,2024-01-05 10:00,,,,,,
sub_5,cus_1,,ann@kestrel.example,Team,,1,eur,month,10.00,incomplete_expired,2024-01-05 10:00,2024-01-05 10:00,,,,,,
sub_1,cus_1,,ann@kestrel.example,Team,,1,eur,month,10.00,active,2024-01-05 10:00,2024-01-05 10:00,,,,,,
";

const INVOICES: &str = "\
id,Amount Due,Amount Paid,Number,Currency,Customer,Customer Email,Date (UTC),Due Date (UTC),Paid,Subscription,Total,Status,Paid At (UTC)
in_1,147.00,147.00,K-1,eur,cus_1,,2024-03-01 10:00,2024-03-15 10:00,true,sub_1,147.00,paid,2024-03-20 10:00
in_2,147.00,0.00,K-2,eur,cus_1,,2024-04-01 10:00,2024-04-15 10:00,false,sub_1,147.00,open,
";

fn table(t: &Tend, kind: Kind, text: &str) -> Places {
    let table = sheet::read(text.as_bytes()).expect("a table");
    let columns = Columns::of(kind, &table.header).expect("Stripe’s columns");
    columns.read(&table.rows, t.read(rates::home))
}

fn take(t: &Tend, me: &Me, them: Places) -> Tally {
    let me = me.clone();
    t.write(move |tx| stripe::take_all(tx, &me, &them, &mut HashSet::new()))
}

fn told(it: &Tally) -> (i64, i64, i64, usize) {
    (it.created, it.changed, it.same, it.problems.len())
}

fn companies(t: &Tend, me: &Me) -> Vec<tend_core::accounts::AccountId> {
    let all = [("Kestrel", "kestrel.example"), ("Nordkyst", "nordkyst.example")];
    let make = |(name, domain)| {
        let id = t.company(me, name);
        let by = me.clone();
        t.write(move |tx| tend_core::accounts::add_domain(tx, &by, id, domain));
        id
    };
    all.map(make).to_vec()
}

#[test]
fn a_file_is_tried_taken_in_and_twice_is_once() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let ids = companies(&t, &ada);
        let them = table(&t, Kind::Subscriptions, SUBSCRIPTIONS);
        let tried = t.read(|tx| stripe::try_all(tx, &ada, &them, &mut HashSet::new()));
        assert_eq!(told(&tried), (2, 0, 0, 4), "{:?}", tried.problems);
        assert!(
            t.read(|tx| subscriptions::list(tx, &ada, &subscriptions::Filter::default(), None, 9))
                .items
                .is_empty()
        );
        let why: Vec<_> = tried.problems.iter().map(|it| it.1.as_str()).collect();
        assert!(why[0].contains("cus_3") && why[0].contains("elsewhere.example"), "{why:?}");
        assert!(why[1].contains("ten is no amount") && why[2].contains("never began"), "{why:?}");
        assert!(why[3].contains("row above"), "{why:?}");

        assert_eq!(told(&take(&t, &ada, them.clone())), (2, 0, 0, 4));
        assert_eq!(told(&take(&t, &ada, them)), (0, 0, 2, 4), "nothing is doubled");
        let all = t.read(|tx| of_accounts(tx, &ada, &ids));
        assert_eq!(all[&ids[0]].mrr, 14_700);
        let of = t.read(|tx| subscriptions::lines_of(tx, &ada, ids[1]));
        assert_eq!((of.len(), of[0].end_day, of[0].arr), (1, Some(day("2024-02-01")), 120_000));

        let more = SUBSCRIPTIONS.replace("Monitoring,3,eur", "Monitoring,5,eur");
        let them = table(&t, Kind::Subscriptions, &more);
        assert_eq!(told(&take(&t, &ada, them)), (0, 1, 1, 4));
        assert_eq!(t.read(|tx| of_accounts(tx, &ada, &ids))[&ids[0]].mrr, 24_500);

        for expected in [(2, 0, 0, 0), (0, 0, 2, 0)] {
            assert_eq!(told(&take(&t, &ada, table(&t, Kind::Invoices, INVOICES))), expected);
        }
        let paid =
            INVOICES.replace("false,sub_1,147.00,open,", "true,sub_1,147.00,paid,2024-04-10 10:00");
        assert_eq!(told(&take(&t, &ada, table(&t, Kind::Invoices, &paid))), (0, 1, 1, 0));
        let sums = t.read(|tx| invoices::sums(tx, &ada, ids[0]));
        assert_eq!((sums.paid, sums.paid_late, sums.late), (2, 1, 0));
    });
}

#[test]
fn another_table_is_refused_with_what_is_missing() {
    let table = sheet::read(b"name,price\nTeam,4\n").expect("a table");
    let why = Columns::of(Kind::Subscriptions, &table.header).expect_err("no such file");
    assert!(why.to_string().contains("no column id"), "{why}");
}

#[test]
fn an_object_of_the_api_is_taken_in_and_ends_when_it_says_so() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let ids = companies(&t, &ada);
        let object = |status: &str, ended: Option<i64>| {
            let it = json!({
                "id": "sub_9", "object": "subscription", "status": status, "currency": "eur",
                "customer": { "id": "cus_9", "email": "carol@kestrel.example" },
                "start_date": 1_704_067_200, "current_period_end": 1_735_689_600,
                "cancel_at_period_end": false, "ended_at": ended,
                "items": { "data": [
                    { "id": "si_1", "quantity": 2, "price": { "unit_amount": 1000, "nickname": "Team",
                      "recurring": { "interval": "month", "interval_count": 1 } } },
                    { "id": "si_2", "quantity": 1, "price": { "unit_amount": 500, "nickname": "Extra",
                      "recurring": { "interval": "month", "interval_count": 1 } } },
                ] },
            });
            object::read(Kind::Subscriptions, &it)
        };
        assert_eq!(told(&take(&t, &ada, object("active", None))), (1, 0, 0, 0));
        assert_eq!(told(&take(&t, &ada, object("active", None))), (0, 0, 1, 0));
        assert_eq!(t.read(|tx| of_accounts(tx, &ada, &ids))[&ids[0]].mrr, 2_500);
        let ended = object("canceled", Some(1_711_929_600));
        assert_eq!(told(&take(&t, &ada, ended.clone())), (0, 1, 0, 0));
        assert_eq!(told(&take(&t, &ada, ended)), (0, 0, 1, 0));
        assert_eq!(t.read(|tx| of_accounts(tx, &ada, &ids))[&ids[0]].mrr, 0);
    });
}

/// A monthly subscription of 3 × €49 with these discounts.
fn discounted(discounts: serde_json::Value) -> Places {
    let it = json!({
        "id": "sub_7", "object": "subscription", "status": "active", "currency": "eur",
        "customer": { "id": "cus_7", "email": "dora@kestrel.example" },
        "start_date": 1_704_067_200, "discounts": discounts,
        "items": { "data": [{ "id": "si_1", "quantity": 3, "price": { "unit_amount": 4900,
            "nickname": "Team", "recurring": { "interval": "month", "interval_count": 1 } } }] },
    });
    object::read(Kind::Subscriptions, &it)
}

#[test]
fn what_a_coupon_takes_off_is_no_revenue_as_long_as_it_lasts() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let ids = companies(&t, &ada);
        let mrr = || t.read(|tx| of_accounts(tx, &ada, &ids))[&ids[0]].mrr;
        let off = |duration: &str| json!([{ "id": "di_1", "source": { "coupon": { "percent_off": 20, "duration": duration } } }]);
        let unknown = take(&t, &ada, discounted(json!(["di_1"])));
        assert!(unknown.problems[0].1.contains("expand[]=discounts"), "{:?}", unknown.problems);
        assert_eq!(told(&take(&t, &ada, discounted(off("forever")))), (1, 0, 0, 0));
        assert_eq!(mrr(), 11_760);
        assert_eq!(told(&take(&t, &ada, discounted(off("forever")))), (0, 0, 1, 0));
        assert_eq!(told(&take(&t, &ada, discounted(off("once")))), (0, 1, 0, 0));
        assert_eq!(mrr(), 14_700, "what is off the first invoice alone does not recur");

        // Off for two more months; then it is paid in full, without another word of Stripe.
        let today = t.read(days::today);
        let end = days::after_months(today, 2);
        let coupon = json!({ "amount_off": 1_470, "currency": "eur", "duration": "repeating" });
        let some = json!([{ "coupon": coupon, "start": 1_704_067_200, "end": end * 86_400 }]);
        assert_eq!(told(&take(&t, &ada, discounted(some.clone()))), (0, 1, 0, 0));
        assert_eq!(mrr(), 13_230);
        assert_eq!(told(&take(&t, &ada, discounted(some))), (0, 0, 1, 0));
        let steps = t.read(|tx| tend_core::money::steps::of(tx, ids[0]));
        assert_eq!(steps.last().map(|it| (it.day, it.mrr)), Some((end, 14_700)));
        assert_eq!(told(&take(&t, &ada, discounted(json!([])))), (0, 1, 0, 0));
        let steps = t.read(|tx| tend_core::money::steps::of(tx, ids[0]));
        assert_eq!(steps.last().map(|it| (it.day, it.mrr)), Some((today, 14_700)));
    });
}

#[test]
fn a_file_says_what_its_coupons_take_off_or_the_row_is_refused() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        let ids = companies(&t, &ada);
        let text = "\
id,Customer ID,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,Start (UTC),Coupon,Percent Off,Amount Off,Duration
sub_1,cus_1,ann@kestrel.example,Team,2,eur,month,50.00,active,2024-01-05 10:00,SUMMER,,,
sub_2,cus_1,ann@kestrel.example,Team,2,eur,month,50.00,active,2024-01-05 10:00,SUMMER,25,,forever
sub_3,cus_1,ann@kestrel.example,Team,1,eur,month,10.00,active,2024-01-05 10:00,FIVE,,5.00,Forever
sub_4,cus_1,ann@kestrel.example,Team,1,eur,month,10.00,active,2024-01-05 10:00,FIVE,,5.00,
";
        let it = take(&t, &ada, table(&t, Kind::Subscriptions, text));
        assert_eq!(told(&it), (2, 0, 0, 2), "{:?}", it.problems);
        assert!(it.problems[0].1.contains("the coupon SUMMER"), "{:?}", it.problems);
        assert!(it.problems[1].1.contains("for how long"), "{:?}", it.problems);
        assert_eq!(t.read(|tx| of_accounts(tx, &ada, &ids))[&ids[0]].mrr, 7_500 + 500);
    });
}

#[test]
fn one_bad_invoice_keeps_none_of_the_others_out() {
    Tend::on_both(|t| {
        let ada = t.agent_as("Ada", "admin");
        companies(&t, &ada);
        let one = |id: &str, total: i64, paid: i64| {
            json!({ "id": id, "object": "invoice", "customer": "cus_1",
                "customer_email": "ann@kestrel.example", "currency": "eur", "total": total,
                "amount_paid": paid, "created": 1_704_067_200, "status": "open" })
        };
        let list = json!({ "object": "list", "data":
            [one("in_1", 100, 0), one("in_2", 100, 900), one("in_3", 200, 50)] });
        let it = take(&t, &ada, object::read(Kind::Invoices, &list));
        assert_eq!(told(&it), (2, 0, 0, 1));
        assert!(it.problems[0].1.contains("More is paid"), "{:?}", it.problems);
        let each: Vec<_> = it.each.iter().map(|it| (it.0.as_str(), it.1.is_some())).collect();
        assert_eq!(each, [("in_1", true), ("in_2", false), ("in_3", true)]);
    });
}

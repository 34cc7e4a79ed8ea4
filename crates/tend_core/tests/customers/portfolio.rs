use jiff::SignedDuration;
use serde_json::json;
use tend_core::{
    accounts::{self, AccountId, NewAccount},
    agents::{Me, teams},
    book::{self, Ask, BulkChange, By, Column, NewPortfolioView, Order, PersonRole, Whose},
    page::Cursor,
    tags,
    views::Audience,
};
use tend_testkit::Tend;

use crate::{Customers, why};

struct Book {
    anna: Me,
    ben: Me,
    all: Vec<AccountId>,
}

/// Twelve companies, of Anna, of Ben and of nobody in turn, each paying 1,000 more than the last.
fn book_of(t: &Tend) -> Book {
    let lead = t.agent_as("Lena", "lead");
    let (anna, ben) = (t.agent("Anna"), t.agent("Ben"));
    let by = lead.clone();
    t.write(move |tx| {
        book::first_stages(tx)?;
        let team = teams::make(tx, &by, "Success")?;
        teams::set_members(tx, &by, team, &[anna, ben])
    });
    let (by, mut all) = (lead.clone(), Vec::new());
    for n in 0..12_i64 {
        let by = by.clone();
        let owner = [Some(anna), Some(ben), None][n as usize % 3];
        let new = NewAccount { name: format!("Company {n:02}"), domains: Vec::new(), owner };
        all.push(t.write(move |tx| {
            let id = accounts::create(tx, &by, &new)?;
            let day = Some(Some(20_000 + (n * 7) % 12));
            book::say_money(tx, &by, id, Some(Some(n * 100_000)), day)?;
            Ok(id)
        }));
    }
    let (anna, ben) = (t.me(anna), t.me(ben));
    Book { anna, ben, all }
}

/// The names of a list, walked in pages of three.
fn walked(t: &Tend, me: &Me, ask: &Ask) -> Vec<String> {
    let (mut names, mut at): (Vec<String>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let page = t.read(|tx| book::page(tx, me, ask, at, 3));
        assert!(page.items.len() <= 3);
        names.extend(page.items.into_iter().map(|it| it.name.replace("Company ", "")));
        match page.next {
            Some(next) => at = Some(next),
            None => return names,
        }
    }
}

fn by(whose: Whose, order: &str) -> Ask {
    let order: Order = order.parse().expect("is an order");
    Ask { order, ..Ask::of(whose) }
}

fn where_(json: serde_json::Value) -> Ask {
    let condition = book::read_condition(&json).expect("is a condition");
    Ask { condition, ..by(Whose::All, "name") }
}

#[test]
fn each_order_is_walked_to_its_end_whoever_owns_the_accounts() {
    Tend::on_both(|t| {
        let it = book_of(&t);
        assert_eq!(walked(&t, &it.anna, &by(Whose::Mine, "arr")), ["09", "06", "03", "00"]);
        assert_eq!(walked(&t, &it.anna, &by(Whose::Mine, "-arr")), ["00", "03", "06", "09"]);
        assert_eq!(walked(&t, &it.ben, &by(Whose::Mine, "name")), ["01", "04", "07", "10"]);
        let team = walked(&t, &it.anna, &by(Whose::Team, "arr"));
        assert_eq!(team, ["10", "09", "07", "06", "04", "03", "01", "00"], "two streams are one");
        for order in By::ALL {
            for back in ["", "-"] {
                let ask = by(Whose::All, &format!("{back}{}", order.word()));
                let mut names = walked(&t, &it.anna, &ask);
                assert_eq!(names.len(), 12, "{back}{}", order.word());
                names.sort();
                names.dedup();
                assert_eq!(names.len(), 12, "{back}{}: each once", order.word());
            }
        }
        let renewals = walked(&t, &it.anna, &by(Whose::All, "renewal"));
        assert_eq!(&renewals[..4], ["00", "07", "02", "09"]);
        let found = Ask { text: "company 0".to_owned(), ..by(Whose::All, "name") };
        assert_eq!(walked(&t, &it.anna, &found).len(), 10);
        let viewer = t.me(t.agent("Vera"));
        assert_eq!(walked(&t, &viewer, &by(Whose::Mine, "arr")), [] as [&str; 0]);
    });
}

#[test]
fn conditions_nest_and_ask_for_what_is_known() {
    Tend::on_both(|t| {
        let it = book_of(&t);
        let inbox = t.inbox("support@tend.test");
        let (all, me) = (it.all.clone(), it.anna.clone());
        let (first, second) = (all[0], all[1]);
        let lead = t.agent_as("Lisa", "lead");
        let vip = t.write(move |tx| tags::create(tx, &lead, "vip"));
        let me2 = me.clone();
        let stage = t.read(book::stages)[1].id;
        t.write(move |tx| {
            accounts::tag(tx, &me2, all[3], vip)?;
            accounts::tag(tx, &me2, all[4], vip)?;
            book::set_stage(tx, &me2, all[4], Some(stage))?;
            book::set_parent(tx, &me2, second, Some(first))?;
            accounts::add_domain(tx, &me2, first, "first.example")
        });
        t.writes(&inbox, "leila@first.example", "Hello", "text");
        let leila = t.met("Leila", "leila@first.example").id;
        let me2 = me.clone();
        t.write(move |tx| book::add_role(tx, &me2, leila, PersonRole::Champion));
        crate::counted(&t);
        let found = |json: serde_json::Value| walked(&t, &me, &where_(json));
        assert_eq!(found(json!({ "field": "tag", "op": "any_of", "value": [vip] })), ["03", "04"]);
        assert_eq!(
            found(json!({ "all": [
            { "field": "tag", "op": "any_of", "value": [vip] },
            { "none": [{ "field": "stage", "op": "any_of", "value": [stage] }] },
        ] })),
            ["03"]
        );
        assert_eq!(
            found(json!({ "any": [
            { "field": "arr", "op": "at_least", "value": 11_000 },
            { "field": "arr", "op": "at_most", "value": 0 },
        ] })),
            ["00", "11"]
        );
        assert_eq!(
            found(json!({ "field": "owner", "op": "any_of", "value": ["me"] })),
            ["00", "03", "06", "09"]
        );
        assert_eq!(
            found(json!({ "field": "owner", "op": "any_of", "value": ["nobody"] })).len(),
            4
        );
        assert_eq!(found(json!({ "field": "team", "op": "any_of", "value": ["mine"] })).len(), 8);
        assert_eq!(found(json!({ "field": "open", "op": "at_least", "value": 1 })), ["00"]);
        assert_eq!(
            found(json!({ "field": "role", "op": "any_of", "value": ["champion"] })),
            ["00"]
        );
        assert_eq!(found(json!({ "field": "has_parent", "op": "is", "value": true })), ["01"]);
        assert_eq!(found(json!({ "field": "parent", "op": "any_of", "value": [first] })), ["01"]);
        assert_eq!(
            found(json!({ "field": "name", "op": "contains", "value": "NY 1" })),
            ["10", "11"]
        );
        assert_eq!(
            found(json!({ "field": "last_touch", "op": "newer_than", "value": { "hours": 1 } })),
            ["00"]
        );
        assert_eq!(
            found(json!({ "field": "means", "op": "any_of", "value": ["customer"] })),
            ["04"]
        );
        t.pass(SignedDuration::from_hours(24 * 3));
        assert_eq!(found(json!({ "field": "in_stage", "op": "at_least", "value": 2 })), ["04"]);
    });
}

#[test]
fn what_is_not_known_of_an_account_is_asked_for_in_vain() {
    Tend::on_both(|t| {
        let it = book_of(&t);
        let found = |json: serde_json::Value| walked(&t, &it.anna, &where_(json));
        // Nothing is written down of health, nothing is billed, and nothing is subscribed.
        for (field, op) in [("leaving", "at_most"), ("rule_score", "at_most"), ("risk", "at_most")]
        {
            let none = found(json!({ "field": field, "op": op, "value": 100 }));
            assert_eq!(none, [] as [&str; 0], "{field}");
        }
        let none = json!({ "field": "products", "op": "at_least", "value": 1 });
        assert_eq!(found(none), [] as [&str; 0]);
        let late = json!({ "field": "late_invoices", "op": "is", "value": 0 });
        assert_eq!(found(late).len(), it.all.len());
    });
}

#[test]
fn a_condition_says_where_it_is_wrong_and_comes_back_as_it_was() {
    let wrong = json!({ "all": [
        { "field": "arr", "op": "at_least", "value": "much" },
        { "field": "colour", "op": "is", "value": 1 },
        { "field": "usage", "name": "Exported", "op": "at_least", "value": { "times": 3 } },
        { "field": "attribute", "of": "contact", "name": "plan", "op": "is_set" },
    ] });
    let why = book::read_condition(&wrong).expect_err("is wrong").to_string();
    for place in ["all[0].value", "all[1].field", "all[2].value", "all[3].of"] {
        assert!(why.contains(place), "{place}: {why}");
    }
    let fine = json!({ "any": [
        { "field": "renewal", "op": "within", "value": { "days": 60 } },
        { "field": "usage", "name": "Exported", "op": "at_most", "value": { "times": 3, "days": 30 } },
        { "none": [{ "field": "attribute", "of": "account", "name": "plan", "op": "any_of", "value": ["Gold"] }] },
        { "field": "trend", "op": "at_most", "value": -25 },
        { "field": "person_left", "op": "is", "value": true },
    ] });
    let read = book::read_condition(&fine).expect("is fine");
    assert_eq!(read.to_json(), fine);
}

#[test]
fn a_segment_is_a_condition_by_a_name_also_within_another() {
    Tend::on_both(|t| {
        let it = book_of(&t);
        let lead = t.agent_as("Lisa", "lead");
        let rich =
            book::read_condition(&json!({ "field": "arr", "op": "at_least", "value": 8000 }));
        let rich = rich.expect("is a condition");
        let (by, spec) = (it.anna.clone(), rich.clone());
        let why = why(t.tries(move |tx| book::save_segment(tx, &by, None, "Large", &spec)));
        assert!(why.contains("stages.manage"), "{why}");
        let (by, spec) = (lead.clone(), rich.clone());
        let large = t.write(move |tx| book::save_segment(tx, &by, None, "Large", &spec));
        assert_eq!(t.read(|tx| book::count_segment(tx, &it.anna, &rich, 100)), 4);
        let inside = json!({ "all": [
            { "field": "segment", "op": "any_of", "value": [large] },
            { "field": "owner", "op": "none_of", "value": ["nobody"] },
        ] });
        assert_eq!(walked(&t, &it.anna, &where_(inside.clone())), ["09", "10"]);
        let said = t.read(|tx| book::sentence(tx, &where_(inside.clone()).condition));
        assert_eq!(said, "In Large, and not owned by nobody.");
        // None is made of itself, be it by another one, and none is called as another is.
        let save = |id, name: &'static str, spec: serde_json::Value| {
            let (by, spec) = (lead.clone(), book::read_condition(&spec).expect("is a condition"));
            t.tries(move |tx| book::save_segment(tx, &by, id, name, &spec))
        };
        let circle = "made of itself";
        let own = json!({ "field": "segment", "op": "any_of", "value": [large] });
        let refused = save(Some(large), "Large", own.clone());
        assert!(crate::why(refused).contains(circle));
        let other = save(None, "Others", json!({ "none": [own.clone()] })).expect("is fine");
        let back = json!({ "any": [{ "field": "segment", "op": "none_of", "value": [other] }] });
        assert!(crate::why(save(Some(large), "Large", back)).contains(circle));
        assert!(crate::why(save(None, "Large", own)).contains("of this name"));
        assert_eq!(walked(&t, &it.anna, &where_(inside)), ["09", "10"], "nothing was changed");
        let by = lead.clone();
        t.write(move |tx| book::archive_segment(tx, &by, other));
        let by = lead.clone();
        t.write(move |tx| book::archive_segment(tx, &by, large));
        assert!(t.read(|tx| book::segments(tx, &it.anna)).is_empty());
    });
}

#[test]
fn sums_add_up_what_the_list_shows() {
    Tend::on_both(|t| {
        let it = book_of(&t);
        let (mine, _) = t.read(|tx| book::sums(tx, &it.anna, &Ask::of(Whose::Mine)));
        assert_eq!((mine.accounts, mine.arr, mine.arr_of), (4, 1_800_000, 4));
        assert_eq!((mine.risk, mine.risk_of), (0, 0), "no health is known, so no risk is");
        let some = where_(json!({ "field": "arr", "op": "at_least", "value": 10_000 }));
        let (found, more) = t.read(|tx| book::sums(tx, &it.anna, &some));
        assert_eq!((found.accounts, found.arr, more), (2, 2_100_000, false));
        assert_eq!(t.read(|tx| book::counted(tx, &it.anna, &Ask::of(Whose::All), 5)), 5);
    });
}

#[test]
fn what_was_done_to_several_is_taken_back_but_for_what_changed_since() {
    Tend::on_both(|t| {
        let it = book_of(&t);
        let stage = t.read(book::stages)[1].id;
        let (by, ids, ben) = (it.anna.clone(), it.all[..3].to_vec(), it.ben.id);
        let done = t.write(move |tx| {
            book::bulk(tx, &by, &ids, &BulkChange::Stage(Some(stage)))?;
            book::bulk(tx, &by, &ids, &BulkChange::Owner(Some(ben), "All yours.".to_owned()))
        });
        assert_eq!(done.changed, 2, "one was Ben's before");
        assert_eq!(walked(&t, &it.ben, &by_name()), ["00", "01", "02", "04", "07", "10"]);
        let (by, two) = (it.ben.clone(), it.all[2]);
        t.write(move |tx| book::hand_over(tx, &by, two, Some(by.id), ""));
        let (by, id) = (it.anna.clone(), done.undo.expect("can be taken back"));
        let (own, nobodys) = (it.all[0], it.all[2]);
        let anna = it.anna.id;
        t.write(move |tx| book::hand_over(tx, &by, nobodys, Some(anna), ""));
        let by = it.anna.clone();
        assert_eq!(t.write(move |tx| book::undo(tx, &by, id)), 1);
        assert_eq!(t.read(|tx| accounts::find(tx, own)).owner_id, Some(it.anna.id));
        assert_eq!(t.read(|tx| accounts::find(tx, nobodys)).owner_id, Some(it.anna.id));
        let by = it.anna.clone();
        assert_eq!(t.write(move |tx| book::undo(tx, &by, id)), 0, "twice is once");
    });
}

fn by_name() -> Ask {
    by(Whose::Mine, "name")
}

#[test]
fn lists_are_kept_shared_and_shown_with_the_columns_one_chose() {
    Tend::on_both(|t| {
        let it = book_of(&t);
        let lead = t.agent_as("Lisa", "lead");
        let new = NewPortfolioView {
            name: "Large".to_owned(),
            audience: Audience::Personal,
            whose: Whose::All,
            condition: book::read_condition(
                &json!({ "field": "arr", "op": "at_least", "value": 8000 }),
            )
            .expect("is a condition"),
            order: "-renewal".parse().expect("is an order"),
        };
        let (by, spec) = (it.anna.clone(), new.clone());
        let own = t.write(move |tx| book::save_view(tx, &by, None, &spec));
        let kept = t.read(|tx| book::find_view(tx, &it.anna, own));
        assert_eq!((kept.order.to_string().as_str(), kept.whose), ("-renewal", Whose::All));
        assert!(t.db.read(|tx| book::find_view(tx, &it.ben, own)).is_err(), "it is Anna's");
        let shared = NewPortfolioView { audience: Audience::Everyone, ..new };
        let (by, spec) = (it.anna.clone(), shared.clone());
        assert!(
            why(t.tries(move |tx| book::save_view(tx, &by, None, &spec))).contains("views.share")
        );
        let (by, spec) = (lead.clone(), shared);
        let all = t.write(move |tx| book::save_view(tx, &by, None, &spec));
        assert_eq!(t.read(|tx| book::views(tx, &it.ben)).len(), 1);
        assert_eq!(t.read(|tx| book::views(tx, &it.anna)).len(), 2);
        assert_eq!(t.read(|tx| book::columns(tx, &it.anna, "mine")), Column::FIRST);
        let by = it.anna.clone();
        t.write(move |tx| book::keep_columns(tx, &by, "mine", &[Column::Tags, Column::Arr]));
        assert_eq!(t.read(|tx| book::columns(tx, &it.anna, "mine")), [Column::Arr, Column::Tags]);
        assert_eq!(t.read(|tx| book::columns(tx, &it.ben, "mine")), Column::FIRST);
        let by = lead.clone();
        t.write(move |tx| book::archive_view(tx, &by, all));
        assert!(t.read(|tx| book::views(tx, &it.ben)).is_empty());
    });
}

#[test]
fn the_daily_walk_counts_every_account_once_a_day() {
    Tend::on_both(|t| {
        let it = book_of(&t);
        let mut counted = 0;
        loop {
            let step = t.write(book::walk);
            counted += step.accounts;
            if !step.and_more {
                break;
            }
        }
        assert_eq!(counted, it.all.len());
        assert_eq!(t.write(book::walk).accounts, 0, "once a day");
        t.pass(SignedDuration::from_hours(24));
        assert!(t.write(book::walk).accounts > 0);
    });
}

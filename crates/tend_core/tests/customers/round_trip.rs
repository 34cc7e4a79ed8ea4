//! What is exported from one Tend and imported into another is the same there; and no cell of
//! an export runs in a spreadsheet.

use proptest::{prelude::*, test_runner::TestRunner};
use tend_core::{
    Result,
    accounts::{self, AccountChange, NewAccount},
    agents::Me,
    attributes::{self, About, Kind},
    contacts::{self, ContactId, IdentityKind, NewContact},
    customers::{exports, sheet},
    journal, tags,
};
use tend_testkit::Tend;

use crate::{Customers, attributes::new, imports::imported};

fn exported(t: &Tend, me: &Me, about: About) -> String {
    let (by, mut file) = (me.clone(), String::new());
    let shape = t.write(move |tx| match about {
        About::Account => exports::begin_accounts(tx, &by, &Default::default()),
        _ => exports::begin_contacts(tx, &by, &Default::default()),
    });
    file.push_str(&shape.header());
    let mut from = None;
    loop {
        let page = t.read(|tx| match about {
            About::Account => exports::account_lines(tx, me, &shape, &Default::default(), from, 2),
            _ => exports::contact_lines(tx, me, &shape, &Default::default(), from, 2),
        });
        page.items.iter().for_each(|it| file.push_str(it));
        from = page.next;
        if from.is_none() {
            return file;
        }
    }
}

/// Without what every Tend has its own of.
fn comparable(file: &str) -> Vec<String> {
    let table = sheet::read(file.as_bytes());
    let Ok(table) = table else { return Vec::new() };
    let own = |it: &str| ["id", "created_at", "account_id"].contains(&it);
    let keep: Vec<_> = table.header.iter().map(|it| !own(it)).collect();
    let line = |cells: &Vec<String>| {
        let kept: Vec<_> =
            cells.iter().zip(&keep).filter(|it| *it.1).map(|it| it.0.clone()).collect();
        kept.join(" | ")
    };
    let mut lines: Vec<_> = table.rows.iter().map(|it| line(&it.cells)).collect();
    lines.sort();
    lines
}

fn started(t: &Tend) -> Me {
    let lead = t.agent_as("Lea", "lead");
    let by = lead.clone();
    t.write(move |tx| {
        for about in [About::Contact, About::Account] {
            attributes::define(tx, &by, &new(about, "Text", Kind::Text, &[]))?;
            attributes::define(tx, &by, &new(about, "Size", Kind::Number, &[]))?;
            attributes::define(tx, &by, &new(about, "Since", Kind::Date, &[]))?;
        }
        Ok(())
    });
    lead
}

#[derive(Clone, Debug)]
struct Someone {
    name: String,
    title: String,
    /// Company, or none.
    at: Option<usize>,
    addresses: usize,
    phone: bool,
    blocked: bool,
    tags: Vec<String>,
    text: String,
    size: i32,
}

fn someone() -> impl Strategy<Value = Someone> {
    let word = "[=+@\\-']?[A-Za-zé;,\"]{1,6}( [a-z'\"]{1,4})?";
    (
        (word, "([=@]|[A-Z])?[a-z]{0,5}", prop::option::of(0..3usize), 0..3usize),
        (any::<bool>(), any::<bool>()),
        prop::collection::vec("[a-z;,\"=]{1,4}", 0..3),
        ("([=\\-+]?[a-z0-9\n]{0,9})?", -50..50i32),
    )
        .prop_map(|((name, title, at, addresses), (phone, blocked), tags, (text, size))| {
            Someone { name, title, at, addresses, phone, blocked, tags, text, size }
        })
}

/// Enters everyone; each is unlike the others by a number in their name.
fn enters(t: &Tend, lead: &Me, people: &[Someone]) {
    let (by, people) = (lead.clone(), people.to_vec());
    t.write(move |tx| {
        let mut companies = Vec::new();
        for n in 0..3 {
            let domains = if n == 0 { Vec::new() } else { vec![format!("c{n}.example")] };
            let new = NewAccount { name: format!("=Company {n}"), domains, owner: None };
            let id = accounts::create(tx, &by, &new)?;
            attributes::set_on_account(tx, &by, id, "text", "-x; y")?;
            companies.push(id);
        }
        let to = AccountChange { name: None, owner: Some(Some(by.id)) };
        accounts::change(tx, &by, companies[1], &to)?;
        for (n, it) in people.iter().enumerate() {
            one(tx, &by, n, it, &companies)?;
        }
        Ok(())
    });
}

fn one(
    tx: &mut tend_store::Tx,
    by: &Me,
    n: usize,
    it: &Someone,
    companies: &[accounts::AccountId],
) -> Result<ContactId> {
    let mut identities: Vec<_> = (0..it.addresses)
        .map(|at| {
            (
                IdentityKind::Email,
                format!("P{n}.{at}@{}", if at == 0 { "c2.example" } else { "gmail.com" }),
            )
        })
        .collect();
    if it.phone {
        identities.push((IdentityKind::Phone, format!("+43 1 555 {n:04}")));
        identities.push((IdentityKind::External, format!("=user-{n}")));
    }
    let account = match it.at {
        Some(at) => companies[at],
        None => accounts::of_person(
            tx,
            tend_core::Actor::Agent(by.id),
            &format!("{} own {n}", it.name),
        )?,
    };
    let new = NewContact {
        name: format!("{} {n}", it.name),
        title: it.title.clone(),
        time_zone: if n.is_multiple_of(2) { "Europe/Vienna".into() } else { String::new() },
        language: if n.is_multiple_of(3) { "pt-BR".into() } else { String::new() },
        identities,
        account: Some(account),
    };
    let id = contacts::create(tx, by, &new)?;
    attributes::set_on_contact(tx, by, id, "text", &it.text)?;
    attributes::set_on_contact(tx, by, id, "size", &it.size.to_string())?;
    attributes::set_on_contact(tx, by, id, "since", "2026-02-28")?;
    for name in &it.tags {
        let tag = tags::named(tx, by, name)?;
        contacts::tag(tx, by, id, tag)?;
    }
    if it.blocked {
        contacts::block(tx, by, id)?;
    }
    Ok(id)
}

fn holds(make: impl Fn() -> Tend, cases: u32) {
    let config = ProptestConfig { cases, failure_persistence: None, ..Default::default() };
    let mut runner = TestRunner::new(config);
    runner
        .run(&prop::collection::vec(someone(), 1..8), |people| {
            let (here, there) = (make(), make());
            let lead = started(&here);
            enters(&here, &lead, &people);
            there.pass(jiff::SignedDuration::from_hours(1));
            let other = started(&there);
            let (contacts, accounts) =
                (exported(&here, &lead, About::Contact), exported(&here, &lead, About::Account));
            for file in [&contacts, &accounts] {
                for cell in sheet::read(file.as_bytes())
                    .expect("is a table")
                    .rows
                    .iter()
                    .flat_map(|it| &it.cells)
                {
                    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
                    prop_assert!(
                        !runs || (cell.starts_with('-') && cell.parse::<i64>().is_ok()),
                        "{}",
                        cell
                    );
                }
            }
            let (it, problems) = imported(&there, &other, About::Contact, &contacts);
            prop_assert_eq!(it.refused_count, 0, "{:?}", problems);
            let (it, problems) = imported(&there, &other, About::Account, &accounts);
            prop_assert_eq!(it.refused_count, 0, "{:?}", problems);
            for (about, file) in [(About::Contact, &contacts), (About::Account, &accounts)] {
                prop_assert_eq!(comparable(&exported(&there, &other, about)), comparable(file));
            }
            // At home it changes nothing.
            for (about, file) in [(About::Contact, &contacts), (About::Account, &accounts)] {
                let (it, problems) = imported(&here, &lead, about, file);
                prop_assert_eq!(it.same_count, it.row_count, "{:?} {:?}", it, problems);
            }
            Ok(())
        })
        .unwrap_or_else(|it| panic!("{it}"));
}

#[test]
fn on_sqlite() {
    holds(Tend::in_memory, 48);
}

#[test]
fn on_postgres() {
    holds(Tend::in_postgres, 3);
}

#[test]
fn an_export_is_for_those_who_may_and_is_written_down() {
    Tend::on_both(|t| {
        let (lead, anna) = (started(&t), t.agent_as("Anna", "agent"));
        t.met("Leila", "leila@alnoor.example");
        let by = anna.clone();
        let refused =
            t.tries(move |tx| exports::begin_contacts(tx, &by, &Default::default()).map(|_| ()));
        assert!(crate::why(refused).contains("export"));
        let file = exported(&t, &lead, About::Contact);
        assert!(file.starts_with("\u{feff}id,created_at,name,email,"), "{file}");
        assert_eq!(file.lines().count(), 2);
        let last = t.read(|tx| journal::of(tx, 0, 10)).pop().expect("is written");
        assert_eq!(
            (last.kind.as_str(), last.data.as_str()),
            ("exported", r#"{"kind":"exported","rows":1}"#)
        );
    });
}

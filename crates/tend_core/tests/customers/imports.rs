use tend_core::{
    Error, accounts,
    agents::Me,
    attributes::{self, About, Kind, Value},
    contacts::{self, list::Filter},
    customers::{
        imports::{self, Arriving, Import, ImportId, Mode, Problem, Progress, State},
        sheet,
    },
    tags,
};
use tend_testkit::Tend;

use crate::{Customers, attributes::new, everything};

/// Brings a file in as far as its columns are to be explained.
pub fn brings(t: &Tend, me: &Me, about: About, file: &str) -> ImportId {
    let table = sheet::read(file.as_bytes()).expect("is a table");
    let me = me.clone();
    t.write(move |tx| {
        let id = imports::begin(tx, &me, &Arriving::of(about, "people.csv", &table))?;
        let (a, b) = table.rows.split_at(table.rows.len() / 200 * 100);
        imports::add_rows(tx, id, 0, a)?;
        imports::add_rows(tx, id, a.len(), b)?;
        imports::arrived(tx, &me, id)?;
        Ok(id)
    })
}

/// Does what is owed for it, so many rows at a time.
pub fn goes_on(t: &Tend, id: ImportId, most: usize) {
    while t.write(move |tx| imports::step(tx, id, most)) == Progress::More {}
}

/// Tries all rows, with the columns as they were guessed.
pub fn checks(t: &Tend, me: &Me, id: ImportId, mode: Mode) -> Import {
    let targets: Vec<_> = found(t, me, id).columns().into_iter().map(|it| it.target).collect();
    let by = me.clone();
    t.write(move |tx| imports::check(tx, &by, id, &targets, mode));
    goes_on(t, id, 100);
    found(t, me, id)
}

pub fn found(t: &Tend, me: &Me, id: ImportId) -> Import {
    t.read(|tx| imports::find(tx, me, id))
}

/// All of it.
pub fn imported(t: &Tend, me: &Me, about: About, file: &str) -> (Import, Vec<Problem>) {
    let id = brings(t, me, about, file);
    checks(t, me, id, Mode::All);
    let by = me.clone();
    t.write(move |tx| imports::run(tx, &by, id));
    goes_on(t, id, 100);
    (found(t, me, id), t.read(|tx| imports::all_problems(tx, me, id)))
}

fn counts(it: &Import) -> [i64; 4] {
    [it.created_count, it.changed_count, it.same_count, it.refused_count]
}

const PEOPLE: &str = "Name,E-Mail,Phone,Company,Tags,Plan,Time zone\r\n\
    Leila Haddad,leila@alnoor.example,+971 4 555 0143,Al Noor,\"vip, late\",Gold,Asia/Dubai\r\n\
    Omar Aziz,omar@alnoor.example; o.aziz@gmail.com,,Al Noor,,,\r\n\
    Gail,gail@gmail.com,,,,,\r\n\
    \r\n\
    Bad,nobody,12,,,Bronze,Dubai\r\n\
    ,,,,,Gold,\r\n\
    Leila H.,LEILA@alnoor.example,,,,,\r\n";

fn prepared(t: &Tend) -> Me {
    let lead = t.agent_as("Lea", "lead");
    let (by, plan) = (lead.clone(), new(About::Contact, "Plan", Kind::Choice, &["Gold", "Free"]));
    t.write(move |tx| attributes::define(tx, &by, &plan));
    lead
}

#[test]
fn a_check_says_what_would_be_and_changes_nothing() {
    Tend::on_both(|t| {
        let lead = prepared(&t);
        let before = everything(&t);
        let id = brings(&t, &lead, About::Contact, PEOPLE);
        let targets: Vec<_> =
            found(&t, &lead, id).columns().into_iter().map(|it| it.target).collect();
        let expected = ["name", "email", "phone", "account", "tags", "attribute:plan", "time_zone"];
        assert_eq!(targets, expected, "the columns are guessed");
        assert_eq!(t.read(|tx| imports::samples(tx, &lead, id, 2)).len(), 2);

        let it = checks(&t, &lead, id, Mode::All);
        assert_eq!((it.state, counts(&it)), (State::Checked, [3, 1, 0, 2]));
        assert_eq!(it.repeated_count, 1, "Leila stands in it twice");
        assert_eq!(everything(&t), before);
        let problems = t.read(|tx| imports::problems(tx, &lead, id, None, 50)).items;
        let told: Vec<_> =
            problems.iter().map(|it| (it.row_number, it.column_name.as_str())).collect();
        let expected = [(6, "E-Mail"), (6, "Phone"), (6, "Plan"), (6, "Time zone"), (7, "")];
        assert_eq!(told, expected, "rows are numbered as in the spreadsheet");
        assert!(problems.iter().all(|it| it.problem.ends_with('.')), "{problems:?}");
    });
}

#[test]
fn rows_are_taken_in_once_however_often_the_file_comes() {
    Tend::on_both(|t| {
        let lead = prepared(&t);
        let (it, problems) = imported(&t, &lead, About::Contact, PEOPLE);
        assert_eq!((it.state, counts(&it), it.repeated_count), (State::Done, [3, 1, 0, 2], 1));
        assert_eq!(problems.len(), 5);
        let page = t.read(|tx| {
            contacts::list::page(tx, &lead, &Filter::default(), contacts::list::Sort::Name, None, 9)
        });
        let names: Vec<_> = page.items.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["Gail", "Leila H.", "Omar Aziz"]);
        let leila = &page.items[1];
        assert_eq!((leila.account.as_str(), leila.tags.len()), ("Al Noor", 2));
        assert_eq!(leila.account_id, page.items[2].account_id, "one company");
        assert_eq!(page.items[0].account_kind, "person");
        let domains = t.read(|tx| accounts::domains(tx, leila.account_id));
        assert_eq!(domains, ["alnoor.example"], "who writes from there later belongs there");
        let known = t.read(|tx| contacts::identities(tx, page.items[2].id));
        assert_eq!(known.iter().filter(|it| it.is_primary).count(), 1);
        let plan = t.read(|tx| attributes::of(tx, About::Contact, leila.id.raw()));
        assert_eq!(plan[0].value, Some(Value::Choice("Gold".into())));

        let before = everything(&t);
        let (again, _) = imported(&t, &lead, About::Contact, PEOPLE);
        assert_eq!(again.created_count, 0);
        // Two rows of the file disagree about one name, so that one changes twice and ends as it was.
        assert_eq!(everything(&t), before);
        assert_eq!(t.kinds(it.id.raw()), ["imported"]);
    });
}

#[test]
fn a_stop_loses_nothing_and_does_nothing_twice() {
    Tend::on_both(|t| {
        let lead = prepared(&t);
        let mut file = "name,email\n".to_owned();
        (0..250).for_each(|n| file.push_str(&format!("Person {n},p{n}@x{}.example\n", n % 7)));
        let id = brings(&t, &lead, About::Contact, &file);
        checks(&t, &lead, id, Mode::All);
        let by = lead.clone();
        t.write(move |tx| imports::run(tx, &by, id));
        assert!(t.waiting_jobs().contains("Import"));
        // The transaction of some rows is lost as a whole, with the place where it stood.
        for n in 0..3 {
            let lost = t.tries(move |tx| {
                imports::step(tx, id, 40 + n)?;
                Err::<(), _>(Error::Refused("the node stopped".into()))
            });
            assert!(lost.is_err());
            t.write(move |tx| imports::step(tx, id, 33 + n));
        }
        assert_eq!(found(&t, &lead, id).at_row, 33 + 34 + 33, "no step goes past a stored part");
        goes_on(&t, id, 100);
        let it = found(&t, &lead, id);
        assert_eq!((it.state, counts(&it), it.percent()), (State::Done, [250, 0, 0, 0], 100));
        assert_eq!(t.read(|tx| contacts::list::count(tx, &Filter::default(), 999)), 250);
        t.write(move |tx| imports::step(tx, id, 100));
        assert_eq!(counts(&found(&t, &lead, id)), [250, 0, 0, 0], "over is over");
    });
}

#[test]
fn one_may_take_only_what_is_new_or_only_what_is_known() {
    Tend::on_both(|t| {
        let lead = prepared(&t);
        t.met("Leila", "leila@alnoor.example");
        let file = "name,email\nLeila Haddad,leila@alnoor.example\nNew,new@alnoor.example\n";
        for (mode, expected, names) in [
            (Mode::OnlyKnown, [0, 1, 1, 0], ["Leila Haddad"].as_slice()),
            (Mode::OnlyNew, [1, 0, 1, 0], &["Leila Haddad", "New"]),
        ] {
            let id = brings(&t, &lead, About::Contact, file);
            let it = checks(&t, &lead, id, mode);
            assert_eq!(counts(&it), expected, "{mode:?}");
            let by = lead.clone();
            t.write(move |tx| imports::run(tx, &by, id));
            goes_on(&t, id, 100);
            assert_eq!(counts(&found(&t, &lead, id)), expected, "{mode:?}");
            let page = t.read(|tx| {
                contacts::list::page(
                    tx,
                    &lead,
                    &Filter::default(),
                    contacts::list::Sort::Name,
                    None,
                    9,
                )
            });
            assert_eq!(page.items.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), names);
        }
    });
}

#[test]
fn people_are_matched_by_id_then_address_then_name_at_their_account() {
    Tend::on_both(|t| {
        let lead = prepared(&t);
        imported(
            &t,
            &lead,
            About::Contact,
            "name,user id,email,company\nAnn,u1,ann@x.example,X\nBob,,,X\nCid,,cid@x.example,X\n",
        );
        let file = "name,user id,email,company,title\n\
            Anna,U1,,X,by id\n\
            Anna,u1,,X,by id\n\
            ,,CID@x.example,X,by address\n\
            bob,,,x,by name\n\
            Ann,u1,cid@x.example,X,two people\n";
        let (it, problems) = imported(&t, &lead, About::Contact, file);
        assert_eq!(counts(&it), [1, 3, 0, 1], "ids are compared to the letter: {problems:?}");
        assert!(problems[0].problem.contains("belongs to Cid"), "{problems:?}");
        let titles = t.read(|tx| {
            let sort = contacts::list::Sort::Name;
            contacts::list::page(tx, &lead, &Filter::default(), sort, None, 9)
        });
        let titles: Vec<_> =
            titles.items.iter().map(|it| (it.name.as_str(), it.title.as_str())).collect();
        let expected =
            [("Anna", "by id"), ("Anna", "by id"), ("bob", "by name"), ("Cid", "by address")];
        assert_eq!(titles, expected);
    });
}

#[test]
fn accounts_are_imported_with_owners_domains_and_tags() {
    Tend::on_both(|t| {
        let lead = prepared(&t);
        t.met("Gail", "gail@gmail.com");
        let file = "Company,Website,Owner email,Tags,Kind,contact\n\
            Al Noor,https://www.alnoor.example,lea@tend.test,vip,,\n\
            Kestrel,kestrel.example; kestrel.test,,,company,\n\
            Kestrel,gmail.com,nobody@tend.test,,,\n\
            Gail,,lea@tend.test,,person,gail@gmail.com\n\
            Ghost,,,,person,\n";
        let (it, problems) = imported(&t, &lead, About::Account, file);
        assert_eq!(counts(&it), [2, 1, 0, 2], "{problems:?}");
        let told: Vec<_> =
            problems.iter().map(|it| (it.row_number, it.column_name.as_str())).collect();
        assert_eq!(told, [(4, "Owner email"), (4, "Website"), (6, "")]);
        let id = t.read(|tx| accounts::by_domain(tx, "alnoor.example")).expect("is there");
        let noor = t.read(|tx| accounts::find(tx, id));
        assert_eq!((noor.name.as_str(), noor.owner_id), ("Al Noor", Some(lead.id)));
        assert_eq!(t.read(|tx| tags::of(tx, id.raw())).len(), 1);
        let before = everything(&t);
        let (again, _) = imported(&t, &lead, About::Account, file);
        assert_eq!(counts(&again), [0, 0, 3, 2]);
        assert_eq!(everything(&t), before);
    });
}

#[test]
fn an_import_is_its_agents_and_for_those_who_may() {
    Tend::on_both(|t| {
        let (lead, other, anna) =
            (prepared(&t), t.agent_as("Ole", "lead"), t.agent_as("Anna", "agent"));
        let id = brings(&t, &lead, About::Contact, "name\nx\n");
        let foreign = t.db.read(|tx| imports::find(tx, &other, id));
        assert!(matches!(foreign, Err(Error::NotFound("import"))));
        let by = other.clone();
        assert!(matches!(t.tries(move |tx| imports::cancel(tx, &by, id)), Err(Error::NotFound(_))));
        let may_not = t.db.read(|tx| imports::find(tx, &anna, id));
        assert!(matches!(may_not, Err(Error::Forbidden(_))));

        let by = lead.clone();
        let early = t.tries(move |tx| imports::run(tx, &by, id));
        assert!(matches!(early, Err(Error::Conflict(_))), "nothing runs unchecked");
        for (targets, word) in
            [(vec!["title"], "name or the address"), (vec!["password"], "no such meaning")]
        {
            let (by, targets) =
                (lead.clone(), targets.iter().map(ToString::to_string).collect::<Vec<_>>());
            let why =
                crate::why(t.tries(move |tx| imports::check(tx, &by, id, &targets, Mode::All)));
            assert!(why.contains(word), "{why}");
        }
        for _ in 0..2 {
            let by = lead.clone();
            t.write(move |tx| imports::cancel(tx, &by, id));
        }
        assert_eq!(found(&t, &lead, id).state, State::Cancelled);
        assert!(t.read(|tx| imports::samples(tx, &lead, id, 9)).is_empty());
    });
}

#[test]
fn who_left_imports_no_more_and_what_nobody_wants_is_swept() {
    Tend::on_both(|t| {
        let (lead, other) = (prepared(&t), t.agent_as("Ole", "lead"));
        let running = brings(&t, &lead, About::Contact, "name\nx\n");
        checks(&t, &lead, running, Mode::All);
        let by = lead.clone();
        t.write(move |tx| imports::run(tx, &by, running));
        t.part(lead.id);
        goes_on(&t, running, 100);
        assert_eq!(t.read(|tx| contacts::list::count(tx, &Filter::default(), 9)), 0);

        let left = brings(&t, &other, About::Contact, "name\nx\n");
        assert_eq!(t.write(imports::sweep), 0);
        t.pass(jiff::SignedDuration::from_hours(24 * 8));
        assert_eq!(t.write(imports::sweep), 1);
        assert_eq!(found(&t, &other, left).state, State::Cancelled);
    });
}

#[test]
fn a_row_that_cannot_be_taken_holds_nothing_up() {
    Tend::on_both(|t| {
        let lead = prepared(&t);
        let id = brings(&t, &lead, About::Contact, "name\nx\ny\n");
        checks(&t, &lead, id, Mode::All);
        let by = lead.clone();
        t.write(move |tx| imports::run(tx, &by, id));
        t.write(move |tx| imports::refuse_next(tx, id, "It cannot be."));
        goes_on(&t, id, 1);
        let it = found(&t, &lead, id);
        assert_eq!((it.state, counts(&it)), (State::Done, [1, 0, 0, 1]));
        let problem = t.read(|tx| imports::all_problems(tx, &lead, id)).remove(0);
        assert_eq!((problem.row_number, problem.problem.as_str()), (2, "It cannot be."));
    });
}

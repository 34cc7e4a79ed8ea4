//! Every page of customers with sample data.

use jiff::Timestamp;
use tend_core::{
    accounts::{self, Account, AccountId, Overview, Stray},
    attributes::About,
    book::{Health, Standing, Tree},
    campaigns::unsubscribe::Preferences,
    contacts::{
        self, Contact, ContactId,
        list::{Line, Sort},
    },
    conversations::{ConversationId, Direction, MessageId},
    customers::{
        Choice, May, MergeId, Merged, Record,
        imports::{Column, Import, ImportId, Mode, Problem, State},
    },
    journal::EntryId,
    money::{Income, Source},
    page::Cursor,
    tags::Tag,
    timeline::{Aspect, Told, Who, Whom},
    usage::use_of::{Day, Feature, Use},
};

use super::{
    AccountList, AccountPage, ContactList, ContactPage, ImportPage, NewContactForm, TimelinePane,
    account_merge_page, account_page, accounts_page, contact_merge_page, contact_page,
    contacts_page, import_page, imports_page, new_contact_page,
};
use crate::{
    campaigns::OfContact,
    gallery::sample_frame,
    inbox::sample_record,
    parts::{Problems, Sample, sample, time::sample_ago},
};

const ALL: May = May {
    edit: true,
    merge: true,
    import: true,
    export: true,
    define: true,
    make_tags: true,
    write: true,
};

pub fn samples() -> Vec<Sample> {
    let frame = sample_frame();
    let none = Problems::default();
    let wrong: Problems =
        [("email", "Leila Haddad has leila@alnoorcold.example already.")].into_iter().collect();
    let lists = [
        sample("contacts", contacts_page(&frame, &contact_list(lines()))),
        sample("contacts-empty", contacts_page(&frame, &contact_list(Vec::new()))),
        sample("accounts", accounts_page(&frame, &account_list())),
        sample("contact-new", new_contact_page(&frame, &NewContactForm::default(), &wrong)),
    ];
    let records = [
        sample("contact", contact_page(&frame, &contact_sample())),
        sample("account", account_page(&frame, &account_sample())),
        sample("contact-merge", contact_merge_page(&frame, &contact_preview())),
        sample("account-merge", account_merge_page(&frame, &account_preview())),
    ];
    let states = [State::Mapping, State::Checking, State::Checked, State::Running, State::Done];
    let names =
        ["import-mapping", "import-checking", "import-checked", "import-running", "import-done"];
    let imports = states
        .into_iter()
        .zip(names)
        .map(|(it, name)| sample(name, import_page(&frame, &import_sample(it))));
    let all =
        [sample("imports", imports_page(&frame, &[import_sample(State::Done).import], &none))];
    lists.into_iter().chain(records).chain(imports).chain(all).collect()
}

fn line(id: i64, name: &str, title: &str, email: &str, account: &str) -> Line {
    Line {
        id: ContactId::from_raw(id),
        name: name.into(),
        title: title.into(),
        account_id: AccountId::from_raw(7),
        account: account.into(),
        account_kind: if account.is_empty() { "person" } else { "company" }.into(),
        email: Some(email.into()),
        phone: None,
        picture_file_id: None,
        blocked_at: (id == 4).then(|| sample_ago(60)),
        seen_at: (id != 4).then(|| sample_ago(id * 300)),
        created_at: sample_ago(90_000),
        tags: tags().into_iter().take((id % 3) as usize).collect(),
        open: id % 3,
    }
}

fn lines() -> Vec<Line> {
    vec![
        line(
            1,
            "Leila Haddad",
            "Head of quality",
            "leila.haddad@alnoorcold.example",
            "Al Noor Cold Chain",
        ),
        line(2, "佐藤 美咲", "", "m.sato@okada-pharma.example", "岡田製薬"),
        line(3, "Hannah Pryce", "", "hannah.pryce@gmail.com", ""),
        line(
            4,
            "Grzegorz Wójcik-Brzęczyszczykiewicz",
            "Facility lead for all of the museum’s storage",
            "g.wojcik@muzeum-slaskie.example",
            "Muzeum Śląskie",
        ),
        line(5, "ליאור כהן", "", "lior@beit-shalom.example", "בית שלום"),
    ]
}

fn tags() -> Vec<Tag> {
    let names = ["vip", "cold chain", "late payer"];
    let tag = |(at, name): (usize, &&str)| Tag {
        id: tend_core::tags::TagId::from_raw(at as i64 + 1),
        name: (*name).to_owned(),
    };
    names.iter().enumerate().map(tag).collect()
}

fn contact_list(lines: Vec<Line>) -> ContactList {
    ContactList {
        next: (!lines.is_empty()).then_some(Cursor { key: 0, id: 5 }),
        count: lines.len() as i64,
        lines,
        most: 10_000,
        q: String::new(),
        sort: Sort::Seen,
        account: None,
        tag: String::new(),
        attribute: String::new(),
        blocked: false,
        tags: tags(),
        definitions: Vec::new(),
        may: ALL,
    }
}

fn account_list() -> AccountList {
    let line = |id: i64, name: &str, domain: &str| accounts::list::Line {
        id: AccountId::from_raw(id),
        name: name.into(),
        kind: "company".into(),
        owner_id: None,
        owner: (id % 2 == 0).then(|| "Ines Okafor".to_owned()),
        domains: vec![domain.into()],
        tags: tags().into_iter().take((id % 3) as usize).collect(),
        contacts: id * 3,
        open: id % 3,
        created_at: sample_ago(id * 90_000),
    };
    AccountList {
        lines: vec![
            line(1, "Al Noor Cold Chain", "alnoorcold.example"),
            line(2, "Muzeum Śląskie", "muzeum-slaskie.example"),
            line(3, "岡田製薬", "okada-pharma.example"),
        ],
        next: None,
        count: 3,
        most: 10_000,
        q: String::new(),
        sort: accounts::list::Sort::Name,
        kind: "company".into(),
        owner: String::new(),
        tag: String::new(),
        attribute: String::new(),
        owners: Vec::new(),
        tags: tags(),
        definitions: Vec::new(),
        may: ALL,
    }
}

fn told(id: i64, ago: i64, kind: &str, did: &str, whom: Whom, says: Option<&str>) -> Told {
    let leila = Who::Contact(ContactId::from_raw(1), "Leila Haddad".into());
    Told {
        id: EntryId::from_raw(id),
        at: sample_ago(ago),
        kind: kind.into(),
        aspect: Aspect::Talk,
        who: if says.is_some() { leila } else { Who::Tend },
        did: did.into(),
        whom,
        detail: String::new(),
        until: None,
        says: says.map(str::to_owned),
        message: says.map(|_| (MessageId::from_raw(id), Direction::Inbound)),
    }
}

fn pane() -> TimelinePane {
    let matter = || Whom::Conversation {
        id: ConversationId::from_raw(1),
        number: 10_482,
        subject: "Probes jump since the gateway update".into(),
    };
    let items = vec![
        told(
            1,
            40,
            "message_added",
            "wrote in",
            matter(),
            Some("Can you write down what happened?"),
        ),
        told(2, 70, "woken", "woke", matter(), None),
        told(3, 3000, "attribute_set", "set Plan of", Whom::This("contact"), None),
        told(4, 90_000, "contact_created", "made", Whom::This("contact"), None),
    ];
    TimelinePane {
        url: "/contacts/con_1/timeline".into(),
        topic: "contact:con_1".into(),
        aspect: Aspect::Everything,
        items,
        next: Some(Cursor { key: 1, id: 1 }),
        after: None,
    }
}

fn merged() -> Merged {
    Merged {
        id: MergeId::from_raw(1),
        from_id: 9,
        name: "leila@gmail.com".into(),
        by: Some("Maren Solberg".into()),
        merged_at: sample_ago(5000),
    }
}

fn record() -> Record {
    Record { may: ALL, ..sample_record() }
}

fn contact_sample() -> ContactPage {
    ContactPage {
        record: record(),
        merges: vec![merged()],
        all_tags: tags(),
        timeline: pane(),
        usage: used(),
        reached: OfContact {
            reached: Vec::new(),
            preferences: Preferences { topics: Vec::new(), is_off: false },
        },
    }
}

fn standing() -> Standing {
    Standing {
        above: Vec::new(),
        parts: Vec::new(),
        tree: Tree::default(),
        stage: None,
        stages: Vec::new(),
        money: Income {
            arr: Some(41_200_000),
            renews_on: Some(20_832),
            source: Some(Source::Entered),
        },
        currency: "EUR".into(),
        health: Health::NotKnown("Tend has not learned yet who stays and who leaves.".into()),
        rule_score: Some(62.0),
        judged: None,
        tasks: Vec::new(),
        people: Vec::new(),
        silent_days: 30,
        goals: Vec::new(),
        today: 20_777,
        may_task: true,
    }
}

fn account_sample() -> AccountPage {
    let it = record();
    let stray = Stray {
        account_id: AccountId::from_raw(12),
        contact_id: ContactId::from_raw(12),
        name: "Rashid Karim".into(),
        email: "rashid@alnoorcold.example".into(),
    };
    let overview = Overview {
        account: it.account,
        owner: None,
        domains: vec!["alnoorcold.example".into(), "alnoor.example".into()],
        tags: tags(),
        attributes: it.account_attributes,
        notes: it.account_notes,
        notes_count: it.account_notes_count,
        people: lines(),
        people_count: 12,
        open: it.open,
        past: it.past,
        waiting_since: Some(sample_ago(38)),
        merges: Vec::new(),
        strays: 1,
        may: ALL,
    };
    AccountPage {
        onboarding: crate::onboarding::samples::of_account(),
        meetings: Vec::new(),
        orders: Some(crate::orders::samples::newest()),
        surveys: crate::survey::samples::requests(),
        overview,
        agents: Vec::new(),
        all_tags: tags(),
        strays: vec![stray],
        timeline: pane(),
        usage: used(),
        money: Some(crate::revenue::sample_money()),
        book: standing(),
    }
}

fn used() -> Use {
    let day =
        |n: i64| Day { day: 20_749 + n, events: (n * 37 % 50) as u64, people: (n % 6) as u64 };
    let feature =
        |name: &str, is_key, count| Feature { name: name.into(), is_key, count, people: 4 };
    Use {
        days: (0..30).map(day).collect(),
        today: 3,
        week: 5,
        month: 9,
        events: 812,
        month_before: 7,
        events_before: 640,
        top: vec![feature("Report opened", true, 402), feature("Page: Home", false, 311)],
        key_used: 1,
        key_all: 3,
        last_day: Some(20_778),
        is_exact: true,
        seats: Some(12.0),
    }
}

fn choices() -> Vec<Choice> {
    let choice = |key: &str, label: &str, from: &str, into: &str| Choice {
        key: key.into(),
        label: label.into(),
        from: from.into(),
        into: into.into(),
    };
    vec![
        choice("name", "Name", "leila@gmail.com", "Leila Haddad"),
        choice("attribute:plan", "Plan", "Trial", "Scale"),
    ]
}

fn other(it: &Contact) -> Contact {
    Contact { id: ContactId::from_raw(9), name: "leila@gmail.com".into(), ..it.clone() }
}

fn contact_preview() -> contacts::Preview {
    let it = record();
    contacts::Preview {
        from: other(&it.contact),
        into: it.contact,
        account_that_goes: Some(Account { name: "leila@gmail.com".into(), ..it.account.clone() }),
        account: it.account,
        identities: it.identities,
        conversations: 3,
        notes: 1,
        tags: tags(),
        choices: choices(),
    }
}

fn account_preview() -> accounts::Preview {
    let it = record().account;
    accounts::Preview {
        from: Account { id: AccountId::from_raw(9), name: "Alnoor".into(), ..it.clone() },
        into: it,
        domains: vec!["alnoor.example".into()],
        contacts: 4,
        conversations: 31,
        notes: 0,
        tags: Vec::new(),
        choices: choices(),
    }
}

fn import_sample(state: State) -> ImportPage {
    let column =
        |header: &str, target: &str| Column { header: header.into(), target: target.into() };
    let columns =
        [column("Full name", "name"), column("E-Mail", "email"), column("Plan", "attribute:plan")];
    let import = Import {
        id: ImportId::from_raw(1),
        agent_id: tend_core::agents::AgentId::from_raw(1),
        subject_kind: About::Contact,
        file_name: "customers-2026.csv".into(),
        state,
        columns_text: serde_json::to_string(&columns).unwrap_or_default(),
        mode: Mode::All,
        row_count: 18_204,
        at_row: 6_100,
        created_count: 17_000,
        changed_count: 1_100,
        same_count: 100,
        refused_count: if state == State::Checked { 4 } else { 0 },
        repeated_count: 2,
        created_at: sample_ago(12),
        changed_at: sample_ago(1),
        ended_at: None::<Timestamp>,
    };
    let problem = |row_number: i64, column_name: &str, problem: &str| Problem {
        row_number,
        column_name: column_name.into(),
        problem: problem.into(),
    };
    ImportPage {
        import,
        samples: vec![
            vec!["Leila Haddad".into(), "leila@alnoorcold.example".into(), "Scale".into()],
            vec!["佐藤 美咲".into(), "m.sato@okada-pharma.example".into(), String::new()],
        ],
        offered: vec![
            ("name".into(), "Name".into()),
            ("email".into(), "Email".into()),
            ("attribute:plan".into(), "Plan".into()),
        ],
        problems: match state {
            State::Checked => vec![
                problem(
                    17,
                    "E-Mail",
                    "nobody: This is not an email address, such as anna@example.com.",
                ),
                problem(402, "", "This row has neither a name nor an address."),
            ],
            _ => Vec::new(),
        },
        wrong: Problems::default(),
    }
}

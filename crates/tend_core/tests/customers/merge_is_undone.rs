//! Whatever two customers had, merging them and taking it back leaves everything as it was.

use proptest::{prelude::*, test_runner::TestRunner};
use tend_core::{
    Error, Result, accounts,
    agents::Me,
    attributes::{self, About, Kind},
    contacts::{self, ContactChange, ContactId, IdentityKind},
    customer_notes,
    customers::{Choices, MergeId},
    html::Html,
    tags::{self, TagId},
};
use tend_testkit::Tend;

use crate::{Customers, attributes::new, everything};

/// Something that is done to one of a few contacts, or to its account.
#[derive(Clone, Debug)]
enum Step {
    Email(usize, u8, bool),
    Phone(usize, u8),
    Title(usize, u8),
    Plan(usize, u8),
    AccountPlan(usize, u8),
    Tag(usize, usize),
    AccountTag(usize, usize),
    Note(usize),
    AccountNote(usize),
    Writes(usize),
    Owner(usize),
    MoveOut(usize),
}

const PEOPLE: usize = 4;

fn step() -> impl Strategy<Value = Step> {
    let who = 0..PEOPLE;
    prop_oneof![
        (who.clone(), 0..9u8, any::<bool>()).prop_map(|(a, b, c)| Step::Email(a, b, c)),
        (who.clone(), 0..9u8).prop_map(|(a, b)| Step::Phone(a, b)),
        (who.clone(), 0..3u8).prop_map(|(a, b)| Step::Title(a, b)),
        (who.clone(), 0..3u8).prop_map(|(a, b)| Step::Plan(a, b)),
        (who.clone(), 0..3u8).prop_map(|(a, b)| Step::AccountPlan(a, b)),
        (who.clone(), 0..2usize).prop_map(|(a, b)| Step::Tag(a, b)),
        (who.clone(), 0..2usize).prop_map(|(a, b)| Step::AccountTag(a, b)),
        who.clone().prop_map(Step::Note),
        who.clone().prop_map(Step::AccountNote),
        who.clone().prop_map(Step::Writes),
        who.clone().prop_map(Step::Owner),
        who.prop_map(Step::MoveOut),
    ]
}

/// Contacts or accounts of which two people are merged, and what is chosen.
type Pair = (bool, usize, usize, Vec<&'static str>);

fn pair() -> impl Strategy<Value = Pair> {
    let keys = prop::sample::subsequence(vec!["name", "title", "owner", "attribute:plan"], 0..=4);
    (any::<bool>(), 0..PEOPLE, 0..PEOPLE, keys)
}

struct World {
    t: Tend,
    lead: Me,
    people: Vec<ContactId>,
    tags: Vec<TagId>,
}

impl World {
    fn new(t: Tend) -> Self {
        let lead = t.agent_as("Lea", "lead");
        t.inbox("support@tend.test");
        let lead = t.me(lead.id);
        let addresses =
            ["p0@gmail.com", "p1@alnoor.example", "p2@alnoor.example", "p3@kestrel.example"];
        let people = addresses.iter().map(|it| t.met(&it[..2], it).id).collect();
        let by = lead.clone();
        let tags = t.write(move |tx| {
            for about in [About::Contact, About::Account] {
                attributes::define(tx, &by, &new(about, "Plan", Kind::Text, &[]))?;
            }
            ["vip", "late"].iter().map(|it| tags::create(tx, &by, it)).collect::<Result<Vec<_>>>()
        });
        Self { t, lead, people, tags }
    }

    /// What can't be done, because someone has it already, is no matter here.
    fn does(&self, step: &Step) {
        let (by, step) = (self.lead.clone(), step.clone());
        let (people, tags) = (self.people.clone(), self.tags.clone());
        if let Step::Writes(who) = step {
            let inbox = self.t.read(tend_core::inboxes::all).remove(0);
            let address =
                ["p0@gmail.com", "p1@alnoor.example", "p2@alnoor.example", "p3@kestrel.example"]
                    [who];
            self.t.writes(&inbox, address, "Hello", "text");
            return;
        }
        let _ = self.t.tries(move |tx| {
            let account = |tx: &mut tend_store::Tx, who: usize| {
                contacts::find(tx, people[who]).map(|it| it.account_id)
            };
            let text = Html::from_text("x");
            match step {
                Step::Email(who, n, free) => {
                    let domain = if free { "gmail.com" } else { "alnoor.example" };
                    let address = format!("more{n}@{domain}");
                    let id = contacts::add_identity(
                        tx,
                        &by,
                        people[who],
                        IdentityKind::Email,
                        &address,
                    )?;
                    if n % 2 == 0 {
                        contacts::prefer_identity(tx, &by, people[who], id)?;
                    }
                }
                Step::Phone(who, n) => {
                    let number = format!("+4312345{n}");
                    contacts::add_identity(tx, &by, people[who], IdentityKind::Phone, &number)?;
                }
                Step::Title(who, n) => {
                    let title = Some(if n == 0 { String::new() } else { format!("title {n}") });
                    let to = ContactChange { title, ..Default::default() };
                    contacts::change(tx, &by, people[who], &to)?;
                }
                Step::Plan(who, n) => {
                    let value = if n == 0 { String::new() } else { format!("plan {n}") };
                    attributes::set_on_contact(tx, &by, people[who], "plan", &value)?;
                }
                Step::AccountPlan(who, n) => {
                    let id = account(tx, who)?;
                    attributes::set_on_account(tx, &by, id, "plan", &format!("plan {n}"))?;
                }
                Step::Tag(who, n) => contacts::tag(tx, &by, people[who], tags[n])?,
                Step::AccountTag(who, n) => {
                    let id = account(tx, who)?;
                    accounts::tag(tx, &by, id, tags[n])?;
                }
                Step::Note(who) => {
                    customer_notes::add_to_contact(tx, &by, people[who], &text)?;
                }
                Step::AccountNote(who) => {
                    let id = account(tx, who)?;
                    customer_notes::add_to_account(tx, &by, id, &text)?;
                }
                Step::Owner(who) => {
                    let to = accounts::AccountChange { name: None, owner: Some(Some(by.id)) };
                    let id = account(tx, who)?;
                    accounts::change(tx, &by, id, &to)?;
                }
                Step::MoveOut(who) => contacts::move_out(tx, &by, people[who])?,
                Step::Writes(_) => {}
            }
            Ok(())
        });
        self.t.pass(jiff::SignedDuration::from_secs(1));
    }

    fn merges(&self, (of_contacts, from, into, take): &Pair) -> Option<(bool, MergeId)> {
        let by = self.lead.clone();
        let (from, into) = (self.people[*from], self.people[*into]);
        let choices = Choices { take: take.iter().map(|it| (*it).to_owned()).collect() };
        let of_contacts = *of_contacts;
        let done = self.t.tries(move |tx| {
            if of_contacts {
                return contacts::merge(tx, &by, from, into, &choices);
            }
            let (from, into) = (contacts::find(tx, from)?, contacts::find(tx, into)?);
            accounts::merge(tx, &by, from.account_id, into.account_id, &choices)
        });
        match done {
            Ok(it) => Some((of_contacts, it)),
            // They are one already.
            Err(Error::Conflict(_) | Error::Refused(_)) => None,
            Err(other) => panic!("{other}"),
        }
    }

    fn takes_back(&self, (of_contacts, merge): (bool, MergeId)) {
        let by = self.lead.clone();
        self.t.write(move |tx| match of_contacts {
            true => contacts::unmerge(tx, &by, merge).map(|_| ()),
            false => accounts::unmerge(tx, &by, merge).map(|_| ()),
        });
    }
}

fn holds(make: impl Fn() -> Tend, cases: u32) {
    let config = ProptestConfig { cases, failure_persistence: None, ..Default::default() };
    let story = (prop::collection::vec(step(), 0..24), prop::collection::vec(pair(), 1..4));
    let mut runner = TestRunner::new(config);
    runner
        .run(&story, |(steps, pairs)| {
            let world = World::new(make());
            steps.iter().for_each(|it| world.does(it));
            let before = everything(&world.t);
            let done: Vec<_> = pairs.iter().filter_map(|it| world.merges(it)).collect();
            if !done.is_empty() {
                prop_assert_ne!(&everything(&world.t), &before, "a merge does something");
            }
            done.into_iter().rev().for_each(|it| world.takes_back(it));
            prop_assert_eq!(everything(&world.t), before);
            Ok(())
        })
        .unwrap_or_else(|it| panic!("{it}"));
}

#[test]
fn on_sqlite() {
    holds(Tend::in_memory, 64);
}

#[test]
fn on_postgres() {
    holds(Tend::in_postgres, 6);
}

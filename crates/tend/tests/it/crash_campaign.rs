//! A campaign to thousands is paused, and the program that sends it is killed, again and again:
//! nobody is reached twice, and nobody is left out.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use tend_core::{
    Actor,
    agents::{self, Me},
    book,
    campaigns::{
        self, CampaignId, Kind, NewCampaign, Plan, Purpose, Step, Variant,
        limits::{self, Limits},
    },
    contacts::{self, Stranger},
    outbox, settings,
};
use tend_store::{Db, Tx};

use crate::{
    crash::free_address,
    mailbox::Mailbox,
    office::Office,
    program::{Installation, Serving},
};

const LONGEST: Duration = Duration::from_secs(240);

#[test]
fn a_campaign_that_is_killed_and_paused_reaches_everybody_once() {
    Installation::on_both(|it| {
        let (people, kills) = if it.is_postgres() { (600, 3) } else { (3_000, 8) };
        let mailbox = Mailbox::open();
        Office::furnish(it, &mailbox, 0);
        let id = it.db().write(move |tx| begin(tx, people)).expect("is begun");
        let address = free_address();
        let mut reached = 0;
        for n in 0..kills {
            let serving = start(it, &address);
            // Each time something more, and at another place of a piece.
            let more = reached + 1 + people / (kills + 2);
            reached = until(&it.db(), id, |tx| Ok(messages(tx)? >= more.min(people)), people);
            drop(serving);
            if n == kills / 2 {
                rests(it, &address, id);
            }
            the_dead_hold_nothing(it);
        }
        let serving = start(it, &address);
        until(&it.db(), id, |tx| Ok(ended(tx)? == 2), people);
        assert_eq!(serving.stop(), Some(0));
        it.db().read(|tx| books(tx, people)).expect("reads");
    });
}

/// Service to so many people, by day and by night, with nothing leaving the house.
fn begin(tx: &mut Tx, people: i64) -> tend_core::Result<CampaignId> {
    let me = agents::by_email(tx, "ada@tend.test")?.id;
    let me = agents::me(tx, me)?;
    settings::set(tx, Actor::System, settings::BASE_URL, "https://desk.tend.test")?;
    limits::set(tx, &me, &Limits { quiet_from: 0, quiet_to: 0, ..Limits::default() })?;
    for n in 0..people {
        let who = Stranger::by_email(&format!("P{n}"), &format!("p{n}@buy.example"));
        contacts::meet(tx, Actor::System, &who)?;
    }
    outbox::hold_all(tx)?;
    let id = campaigns::create(tx, &me, &to_all())?;
    campaigns::start(tx, &me, id)?;
    Ok(id)
}

fn to_all() -> NewCampaign {
    let text =
        Variant { subject: "News".into(), text: "There is news.".into(), ..Variant::default() };
    NewCampaign {
        name: "News".to_owned(),
        kind: Kind::Announcement,
        purpose: Purpose::Service,
        holdout: 0,
        per_minute: 100_000,
        plan: Plan { steps: vec![Step::Send { variants: vec![text] }], ..Plan::default() },
        ..NewCampaign::default()
    }
}

fn start(it: &Installation, address: &str) -> Serving {
    let began = Instant::now();
    let mut command = it.command();
    command.args(["serve", &format!("--listen={address}"), "--set", "log.level=error"]);
    let serving = Serving::start(command);
    while serving.get("/health/ready", "").0 != 200 {
        assert!(began.elapsed() < Duration::from_secs(60), "it does not come up");
    }
    serving
}

fn messages(tx: &mut Tx) -> tend_core::Result<i64> {
    Ok(tx.scalar("SELECT count(*) FROM outbox WHERE kind = 'campaign'", &[])?)
}

fn ended(tx: &mut Tx) -> tend_core::Result<i64> {
    Ok(tx.scalar("SELECT count(*) AS n FROM campaigns WHERE state = 'done'", &[])?)
}

/// A campaign to the accounts of a segment in which there are none.
fn to_nobody(tx: &mut Tx, me: &Me) -> tend_core::Result<CampaignId> {
    let named = json!({ "field": "name", "op": "is", "value": "Nobody at all" });
    let condition = book::read_condition(&named)?;
    let segment = book::save_segment(tx, me, None, "Nobody", &condition)?;
    let new = NewCampaign { name: "To nobody".to_owned(), segment: Some(segment), ..to_all() };
    let id = campaigns::create(tx, me, &new)?;
    campaigns::start(tx, me, id)?;
    Ok(id)
}

/// Waits, and says how many messages there are then.
fn until(
    db: &Db,
    id: CampaignId,
    enough: impl Fn(&mut Tx) -> tend_core::Result<bool>,
    people: i64,
) -> i64 {
    let began = Instant::now();
    while !db.read(&enough).expect("reads") {
        thread::park_timeout(Duration::from_millis(2));
        let far = db.read(messages).expect("reads");
        assert!(began.elapsed() < LONGEST, "{id} stands at {far} of {people}");
    }
    db.read(messages).expect("reads")
}

/// While it rests, nobody is reached, whoever runs.
fn rests(it: &Installation, address: &str, id: CampaignId) {
    the_dead_hold_nothing(it);
    let me = |tx: &mut Tx| {
        let id = agents::by_email(tx, "ada@tend.test")?.id;
        agents::me(tx, id)
    };
    it.db()
        .write(move |tx| {
            let me = me(tx)?;
            campaigns::pause(tx, &me, id)
        })
        .expect("is paused");
    let before = it.db().read(messages).expect("reads");
    it.db()
        .write(move |tx| {
            let me = me(tx)?;
            to_nobody(tx, &me)
        })
        .expect("is begun");
    let serving = start(it, address);
    // Another, to nobody, comes to its end meanwhile: so they were looked at.
    until(&it.db(), id, |tx| Ok(ended(tx)? == 1), before);
    drop(serving);
    assert_eq!(it.db().read(messages).expect("reads"), before);
    the_dead_hold_nothing(it);
    it.db()
        .write(move |tx| {
            let me = me(tx)?;
            campaigns::resume(tx, &me, id)
        })
        .expect("goes on");
}

/// As if the leases of the dead had ended by themselves. Nobody lives who could hold one.
fn the_dead_hold_nothing(it: &Installation) {
    let ends = |tx: &mut Tx| {
        tx.execute("UPDATE leases SET until = 0", &[])?;
        tend_core::jobs::take_over(tx).map(drop)
    };
    it.db().write(ends).expect("the database is there");
}

/// Each has one of everything.
fn books(tx: &mut Tx, people: i64) -> tend_core::Result<()> {
    for (what, sql) in [
        ("enrolments", "SELECT count(*) FROM enrolments WHERE state = 'sent' AND sent = 1"),
        ("people", "SELECT count(DISTINCT contact_id) FROM enrolments"),
        ("touches", "SELECT count(*) FROM touches WHERE kind = 'message'"),
        ("people touched", "SELECT count(DISTINCT contact_id) FROM touches"),
        ("messages", "SELECT count(*) FROM outbox WHERE kind = 'campaign'"),
        ("addresses", "SELECT count(DISTINCT address) FROM deliveries"),
        ("looked at", "SELECT looked FROM campaigns WHERE segment_id IS NULL"),
    ] {
        let count: i64 = tx.scalar(sql, &[])?;
        assert_eq!(count, people, "{what}");
    }
    Ok(())
}

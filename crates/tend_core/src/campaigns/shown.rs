//! What people see of a campaign: how far it is, whom it reached, and whom it did not and why.

use jiff::Timestamp;
use tend_store::{Tx, row};

use super::{Arm, Campaign, CampaignId, END, Standing, find};
use crate::{
    Result,
    agents::{Me, Permission},
    contacts::ContactId,
    outreach::{Channel, Kind, touches::Count},
    page::{Cursor, Page},
};

/// How far a campaign is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Contacts that were looked at.
    pub looked: i64,
    /// All that there are, for one that goes through everybody.
    pub of: Option<i64>,
    pub waiting: i64,
    /// People who got at least one message.
    pub reached: i64,
    /// People who are held out by the campaign's own share.
    pub held_out: i64,
    /// People who are held out of all campaigns.
    pub held_back: i64,
    pub refused: i64,
    /// Messages that left.
    pub messages: i64,
}

row! {
    struct Sums {
        state: Standing,
        arm: Arm,
        times: i64,
        people: i64,
        messages: i64,
    }
}

/// How far it is.
pub fn progress(tx: &mut Tx, me: &Me, id: CampaignId) -> Result<Progress> {
    let it = find(tx, me, id)?;
    progress_of(tx, &it)
}

/// As [`progress`], of one that was found already.
pub fn progress_of(tx: &mut Tx, it: &Campaign) -> Result<Progress> {
    // Whom something happens to more than once may be in it as often.
    let people =
        if it.plan().trigger.is_some() { "count(DISTINCT contact_id)" } else { "count(*)" };
    let sums: Vec<Sums> = tx.rows(
        &format!(
            "SELECT state, arm, count(*) AS times, {people} AS people,
                 CAST(sum(sent) AS BIGINT) AS messages
             FROM enrolments WHERE campaign_id = $1 GROUP BY state, arm"
        ),
        &[it.id.into()],
    )?;
    let mut out = Progress { looked: it.looked, ..Progress::default() };
    for one in sums {
        out.messages += one.messages;
        match (one.state, one.arm) {
            (Standing::Waiting, _) => out.waiting += one.times,
            (Standing::Refused, _) => out.refused += one.times,
            (Standing::HeldOut, Arm::GlobalHeldOut) => out.held_back += one.people,
            (Standing::HeldOut, _) => out.held_out += one.people,
            (Standing::Sent | Standing::Done | Standing::Left, _) => {}
        }
    }
    out.reached = tx.scalar(
        &format!("SELECT {people} AS n FROM enrolments WHERE campaign_id = $1 AND sent > 0"),
        &[it.id.into()],
    )?;
    if it.plan().trigger.is_none() && it.walked_to != END {
        let sql = "SELECT count(*) FROM contacts WHERE merged_into IS NULL";
        out.of = Some(tx.scalar::<i64>(sql, &[])?.max(it.looked));
    }
    Ok(out)
}

/// How often each rule said no, the most frequent first.
pub fn refused_by(tx: &mut Tx, me: &Me, id: CampaignId) -> Result<Vec<Count>> {
    find(tx, me, id)?;
    crate::outreach::touches::refused_by(tx, id.raw(), Timestamp::UNIX_EPOCH)
}

row! {
    /// Somebody in a campaign.
    #[derive(PartialEq)]
    pub struct Enrolled {
        pub id: super::EnrolmentId,
        pub contact_id: ContactId,
        pub name: String,
        pub arm: Arm,
        pub state: Standing,
        pub rule: String,
        pub step: i64,
        pub due_at: Timestamp,
        pub made_at: Timestamp,
        pub sent: i64,
    }
}

/// The people of a campaign, the newest first; of one rule, or of one standing, if that is said.
pub fn enrolled(
    tx: &mut Tx,
    me: &Me,
    id: CampaignId,
    rule: &str,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Enrolled>> {
    find(tx, me, id)?;
    let before = from.map_or(i64::MAX, |it| it.id);
    let rows = tx.rows(
        "SELECT enrolments.id, contact_id, contacts.name, arm, state, rule, step, due_at, made_at,
             sent
         FROM enrolments JOIN contacts ON contacts.id = enrolments.contact_id
         WHERE campaign_id = $1 AND enrolments.id < $2 AND ($3 = '' OR rule = $3 OR state = $3)
         ORDER BY enrolments.id DESC LIMIT $4",
        &[id.into(), before.into(), rule.into(), (limit as i64 + 1).into()],
    )?;
    Ok(Page::of(rows, limit, |it: &Enrolled| Cursor { key: it.id.raw(), id: it.id.raw() }))
}

/// The name of what reached somebody, if it was a campaign.
pub fn name_of(tx: &mut Tx, source: i64) -> Result<Option<String>> {
    Ok(tx.maybe_scalar("SELECT name FROM campaigns WHERE id = $1", &[source.into()])?)
}

/// Something that reached a customer, or did not.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    pub at: Timestamp,
    pub kind: Kind,
    /// What it was for.
    pub topic: String,
    /// The campaign's name; empty of what is none.
    pub name: String,
    pub campaign: Option<CampaignId>,
    /// How it went; nothing if it did not go.
    pub channel: Option<Channel>,
    /// The rule that said no, and why.
    pub rule: String,
    pub why: String,
}

/// What reached a customer and what did not since then, with the reasons, the newest first.
pub fn reached(tx: &mut Tx, me: &Me, contact: ContactId, since: Timestamp) -> Result<Vec<Reached>> {
    use crate::outreach::touches;
    me.require(Permission::CustomersRead)?;
    let mut all = Vec::new();
    for it in touches::of_contact(tx, contact, since)? {
        all.push((
            it.source_id,
            Reached {
                at: it.happened_at,
                kind: it.kind,
                topic: it.topic,
                name: String::new(),
                campaign: None,
                channel: Some(it.channel),
                rule: String::new(),
                why: String::new(),
            },
        ));
    }
    for it in touches::refused_of(tx, contact, since)? {
        all.push((
            it.source_id,
            Reached {
                at: it.happened_at,
                kind: it.kind,
                topic: it.topic,
                name: String::new(),
                campaign: None,
                channel: None,
                rule: it.rule,
                why: it.detail,
            },
        ));
    }
    for (source, it) in &mut all {
        if it.kind == Kind::Message
            && let Some(name) = name_of(tx, *source)?
        {
            (it.name, it.campaign) = (name, Some(CampaignId::from_raw(*source)));
        }
    }
    let mut all: Vec<Reached> = all.into_iter().map(|it| it.1).collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.at));
    Ok(all)
}

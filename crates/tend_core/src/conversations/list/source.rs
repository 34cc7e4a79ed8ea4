//! Where a list's rows come from: streams that an index yields in order, one for each inbox
//! that the agent may see, merged as they are read.

use tend_store::Value;

use super::{Which, cond::Cond};
use crate::{
    accounts::AccountId,
    agents::{AgentId, Me, Reach, TeamId},
    contacts::ContactId,
    conversations::Category,
    tags::TagId,
    views::{Condition, Group, Is, TagIs, Test, Who},
};

/// Rows that come out of one index in the order of their last message.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub index: &'static str,
    /// Of tags, the order stands with the tagging.
    pub tagged: bool,
    /// Equalities on the index's first columns.
    pub prefix: Cond,
}

/// What narrows a list down best.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    Inboxes,
    Categories(Vec<Category>),
    Assignees(Vec<Option<AgentId>>),
    Teams(Vec<TeamId>),
    Tag(TagId),
    Contact(ContactId),
    Account(AccountId),
    Mentioned,
    Followed,
}

/// A list's source with what is known of its rows.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub source: Source,
    /// The inboxes that matter.
    pub inboxes: Vec<i64>,
    /// Only active ones, only done ones, or both.
    pub active: Option<bool>,
    /// The streams hold exactly the list, but for those that were merged away.
    pub exact: bool,
}

pub(super) fn choose(me: &Me, which: &Which) -> Chosen {
    let full = me.reach == Reach::All;
    let of = |source, active| Chosen { source, inboxes: me.inboxes.clone(), active, exact: full };
    let loose = |source| Chosen { source, inboxes: me.inboxes.clone(), active: None, exact: false };
    match which {
        Which::Mine => of(Source::Assignees(vec![Some(me.id)]), Some(true)),
        Which::Unassigned => of(Source::Assignees(vec![None]), Some(true)),
        Which::Assignee(it) => of(Source::Assignees(vec![Some(*it)]), Some(true)),
        Which::Team(it) => of(Source::Teams(vec![*it]), Some(true)),
        Which::Active => of(Source::Inboxes, Some(true)),
        Which::All | Which::View(_) => of(Source::Inboxes, None),
        Which::Inbox(it) => {
            let mut chosen = of(Source::Inboxes, Some(true));
            chosen.inboxes.retain(|inbox| *inbox == it.raw());
            chosen
        }
        Which::Category(it) => of(Source::Categories(vec![*it]), Some(it.is_active())),
        Which::Tag(it) => of(Source::Tag(*it), None),
        Which::Contact(it) => loose(Source::Contact(*it)),
        Which::Account(it) => loose(Source::Account(*it)),
        Which::Mentioned => loose(Source::Mentioned),
        Which::Followed => loose(Source::Followed),
        Which::Matching(it) => described(me, it),
    }
}

/// The best of what must hold in any case.
fn described(me: &Me, it: &Condition) -> Chosen {
    let mut chosen =
        Chosen { source: Source::Inboxes, inboxes: me.inboxes.clone(), active: None, exact: false };
    let mut best = 0;
    let mut take = |rank: u8, source: Source, chosen: &mut Chosen| {
        if rank > best {
            best = rank;
            chosen.source = source;
        }
    };
    for it in it.conjuncts() {
        let Condition::Test(test) = it else {
            continue;
        };
        match test {
            Test::Active(yes) => chosen.active = Some(*yes),
            Test::Inbox(Is::AnyOf, of) => {
                chosen.inboxes.retain(|inbox| of.iter().any(|it| it.raw() == *inbox));
            }
            Test::Category(Is::AnyOf, of) => {
                if of.iter().all(|it| it.is_active()) {
                    chosen.active = Some(true);
                } else if !of.iter().any(|it| it.is_active()) {
                    chosen.active = Some(false);
                }
                if of.len() <= 3 {
                    take(1, Source::Categories(of.clone()), &mut chosen);
                }
            }
            Test::Team(Is::AnyOf, of) if !of.contains(&Group::Nobody) && of.len() <= 10 => {
                let mut teams = Vec::new();
                for it in of {
                    match it {
                        Group::Team(it) => teams.push(*it),
                        _ => teams.extend(&me.teams),
                    }
                }
                teams.sort();
                teams.dedup();
                take(2, Source::Teams(teams), &mut chosen);
            }
            Test::Assignee(Is::AnyOf, of) if of.len() <= 10 => {
                let mut agents: Vec<Option<AgentId>> = of
                    .iter()
                    .map(|it| match it {
                        Who::Me => Some(me.id),
                        Who::Nobody => None,
                        Who::Agent(it) => Some(*it),
                    })
                    .collect();
                agents.sort();
                agents.dedup();
                take(3, Source::Assignees(agents), &mut chosen);
            }
            Test::Tag(TagIs::AnyOf, of) if of.len() == 1 => {
                take(4, Source::Tag(of[0]), &mut chosen);
            }
            Test::Tag(TagIs::AllOf, of) => take(4, Source::Tag(of[0]), &mut chosen),
            Test::Account(Is::AnyOf, of) if of.len() == 1 => {
                take(5, Source::Account(of[0]), &mut chosen);
            }
            Test::Contact(Is::AnyOf, of) if of.len() == 1 => {
                take(6, Source::Contact(of[0]), &mut chosen);
            }
            _ => {}
        }
    }
    chosen
}

/// The streams of a source. What they hold too much is left to the list's full condition.
pub(super) fn streams(me: &Me, it: &Chosen) -> Vec<Stream> {
    match &it.source {
        Source::Inboxes => match me.reach {
            Reach::All => by_inbox(it),
            Reach::Own => by_assignee(it, &[Some(me.id)], "TRUE"),
            Reach::Team => {
                let mut all = by_assignee(it, &[Some(me.id)], "TRUE");
                all.extend(by_assignee(it, &[None], "conversations.team_id IS NULL"));
                let others = Cond::new(
                    "(conversations.assignee_id IS NULL OR conversations.assignee_id <> ?)",
                    vec![me.id.into()],
                );
                for mut stream in by_team(it, &me.teams) {
                    stream.prefix = stream.prefix.and(others.clone());
                    all.push(stream);
                }
                all
            }
        },
        Source::Categories(of) => each(it, of, |inbox, category| Stream {
            index: "conversations_by_category",
            tagged: false,
            prefix: Cond::new(
                "conversations.inbox_id = ? AND conversations.category = ?",
                vec![inbox.into(), (*category).into()],
            ),
        }),
        Source::Assignees(of) => by_assignee(it, of, "TRUE"),
        Source::Teams(of) => by_team(it, of),
        Source::Tag(tag) => each(it, &[*tag], |inbox, tag| Stream {
            index: "taggings_in_order",
            tagged: true,
            prefix: Cond::new(
                "taggings.sorted_at IS NOT NULL AND taggings.tag_id = ? AND taggings.inbox_id = ?",
                vec![(*tag).into(), inbox.into()],
            ),
        }),
        Source::Contact(id) => by_customer(it, "conversations_of_contact", "contact_id", id.raw()),
        Source::Account(id) => by_customer(it, "conversations_of_account", "account_id", id.raw()),
        Source::Mentioned | Source::Followed => by_inbox(it),
    }
}

fn each<T>(it: &Chosen, of: &[T], make: impl Fn(i64, &T) -> Stream) -> Vec<Stream> {
    let make = &make;
    it.inboxes.iter().flat_map(|inbox| of.iter().map(move |one| make(*inbox, one))).collect()
}

fn activities(it: &Chosen) -> Vec<bool> {
    it.active.map_or(vec![true, false], |it| vec![it])
}

fn by_inbox(it: &Chosen) -> Vec<Stream> {
    each(it, &activities(it), |inbox, active| Stream {
        index: "conversations_of_inbox",
        tagged: false,
        prefix: Cond::new(
            "conversations.inbox_id = ? AND conversations.is_active = ?",
            vec![inbox.into(), (*active).into()],
        ),
    })
}

fn by_assignee(it: &Chosen, of: &[Option<AgentId>], more: &str) -> Vec<Stream> {
    let both: Vec<(Option<AgentId>, bool)> =
        of.iter().flat_map(|who| activities(it).into_iter().map(|yes| (*who, yes))).collect();
    each(it, &both, |inbox, (who, active)| {
        let (text, mut args): (&str, Vec<Value>) = match who {
            Some(it) => ("conversations.assignee_id = ?", vec![(*it).into()]),
            None => ("conversations.assignee_id IS NULL", Vec::new()),
        };
        args.extend([Value::from(*active), Value::from(inbox)]);
        let text = format!("{text} AND conversations.is_active = ? AND conversations.inbox_id = ?");
        Stream {
            index: "conversations_of_assignee",
            tagged: false,
            prefix: Cond::new(text, args).and(Cond::plain(more)),
        }
    })
}

fn by_team(it: &Chosen, of: &[TeamId]) -> Vec<Stream> {
    let both: Vec<(TeamId, bool)> =
        of.iter().flat_map(|team| activities(it).into_iter().map(|yes| (*team, yes))).collect();
    each(it, &both, |inbox, (team, active)| Stream {
        index: "conversations_of_team",
        tagged: false,
        prefix: Cond::new(
            "conversations.team_id IS NOT NULL AND conversations.team_id = ?
             AND conversations.is_active = ? AND conversations.inbox_id = ?",
            vec![(*team).into(), (*active).into(), inbox.into()],
        ),
    })
}

fn by_customer(it: &Chosen, index: &'static str, column: &str, id: i64) -> Vec<Stream> {
    let one = |active: bool| Stream {
        index,
        tagged: false,
        prefix: Cond::new(
            format!("conversations.{column} = ? AND conversations.is_active = ?"),
            vec![id.into(), active.into()],
        ),
    };
    activities(it).into_iter().map(one).collect()
}

/// Streams of those that are not of normal priority, or of those whose customer waits.
pub(super) fn by_inbox_in(it: &Chosen, index: &'static str, condition: &str) -> Vec<Stream> {
    let by_activity = index == "conversations_by_priority";
    let activities = if by_activity { activities(it) } else { vec![true] };
    each(it, &activities, |inbox, active| {
        let inbox = Cond::new("conversations.inbox_id = ?", vec![inbox.into()]);
        let prefix = match by_activity {
            true => inbox.and(Cond::new("conversations.is_active = ?", vec![(*active).into()])),
            false => inbox,
        };
        Stream { index, tagged: false, prefix: prefix.and(Cond::plain(condition)) }
    })
}

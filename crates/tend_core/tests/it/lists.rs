//! Lists show what may be seen, all of it, once, in order, and never scan.

use std::collections::HashSet;

use serde_json::json;
use tend_core::{
    Error,
    agents::{Me, Permission, Permissions, Reach, TeamId, teams},
    conversations::{
        self as verbs, Category, Conversation, ConversationId,
        list::{self, Bounds, Sort, Which},
    },
    inboxes::Inbox,
    tags::TagId,
    views,
};
use tend_store::{Dialect, Tx, row};
use tend_testkit::Tend;

/// A small company with a little of everything.
pub struct World {
    pub inboxes: Vec<Inbox>,
    pub teams: Vec<TeamId>,
    pub agents: Vec<Me>,
    pub tags: Vec<TagId>,
    pub all: Vec<ConversationId>,
}

/// The same numbers each time.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

pub fn write<T: Send + 'static>(
    t: &Tend,
    work: impl Fn(&mut Tx) -> tend_core::Result<T> + Send + 'static,
) -> T {
    t.db.write(work).expect("is written")
}

pub fn world(t: &Tend, size: usize) -> World {
    let admin = t.agent_as("Ada", "admin");
    let agents: Vec<Me> = (0..3).map(|n| t.agent_as(&format!("Agent{n}"), "agent")).collect();
    let inboxes: Vec<Inbox> = (0..4).map(|n| t.inbox(&format!("inbox{n}@tend.test"))).collect();
    let me = t.me(admin.id);
    let (one, two) = (agents[0].id, agents[1].id);
    let teams = write(t, move |tx| {
        let first = teams::make(tx, &me, "First")?;
        let second = teams::make(tx, &me, "Second")?;
        teams::set_members(tx, &me, first, &[one])?;
        teams::set_members(tx, &me, second, &[one, two])?;
        Ok(vec![first, second])
    });
    let me = t.me(admin.id);
    let tags = write(t, move |tx| {
        Ok(vec![
            tend_core::tags::create(tx, &me, "vip")?,
            tend_core::tags::create(tx, &me, "refund")?,
        ])
    });
    let mut dice = Dice(7);
    let mut all = Vec::new();
    for n in 0..size {
        let inbox = &inboxes[dice.roll(4) as usize];
        let from = format!("c{}@{}.example", dice.roll(9), ["kestrel", "x"][dice.roll(2) as usize]);
        all.push(t.writes(inbox, &from, &format!("Matter {n} of the Émile"), "text"));
        if dice.roll(3) == 0 {
            t.pass(jiff::SignedDuration::from_mins(7));
        }
    }
    let ids = all.clone();
    let (who, groups, marks) =
        (agents.iter().map(|it| it.id).collect::<Vec<_>>(), teams.clone(), tags.clone());
    let me = t.me(admin.id);
    write(t, move |tx| {
        let mut dice = Dice(11);
        for id in &ids {
            let assignee = who.get(dice.roll(5) as usize).copied();
            let team = groups.get(dice.roll(4) as usize).copied();
            let priority = [1_i64, 2, 2, 2, 2, 3, 4][dice.roll(7) as usize];
            tx.execute(
                "UPDATE conversations SET assignee_id = $2, team_id = $3, priority = $4 WHERE id = $1",
                &[(*id).into(), assignee.into(), team.into(), priority.into()],
            )?;
            match dice.roll(8) {
                0 => verbs::set_category(tx, &me, *id, Category::Closed)?,
                1 => verbs::set_category(tx, &me, *id, Category::Spam)?,
                2 => verbs::set_category(tx, &me, *id, Category::WaitingCustomer)?,
                3 => verbs::snooze(tx, &me, *id, None)?,
                4 => drop(tx.execute(
                    "UPDATE conversations SET waiting_since = NULL WHERE id = $1",
                    &[(*id).into()],
                )?),
                _ => {}
            }
            if dice.roll(3) == 0 {
                verbs::tag(tx, &me, *id, marks[dice.roll(2) as usize])?;
            }
        }
        Ok(())
    });
    let followed: Vec<ConversationId> = all.iter().copied().step_by(5).collect();
    let me = t.me(agents[0].id);
    write(t, move |tx| {
        for id in &followed {
            tx.execute(
                "INSERT INTO followers (conversation_id, agent_id) VALUES ($1, $2)",
                &[(*id).into(), me.id.into()],
            )?;
        }
        Ok(())
    });
    World { inboxes, teams, agents, tags, all }
}

/// The same agent with each kind of sight.
pub fn sights(t: &Tend, w: &World) -> Vec<Me> {
    let some: Vec<i64> = w.inboxes.iter().take(2).map(|it| it.id.raw()).collect();
    let mut out = Vec::new();
    for agent in &w.agents[..2] {
        for reach in [Reach::All, Reach::Team, Reach::Own] {
            for inboxes in [None, Some(some.clone()), Some(Vec::new())] {
                let mut me = t.me(agent.id);
                me.reach = reach;
                me.inboxes = inboxes.unwrap_or(me.inboxes);
                out.push(me);
            }
        }
    }
    let mut blind = t.me(w.agents[0].id);
    blind.permissions = Permissions::all().without(Permission::ConversationsRead);
    out.push(blind);
    out
}

fn everything(t: &Tend) -> Vec<Conversation> {
    row! {
        struct Found {
            id: ConversationId,
        }
    }
    t.db.read(|tx| {
        let ids: Vec<Found> = tx.rows("SELECT id FROM conversations ORDER BY id", &[])?;
        ids.iter().map(|it| verbs::find(tx, it.id)).collect::<tend_core::Result<Vec<_>>>()
    })
    .expect("reads")
}

fn on(t: &Tend, sql: &'static str, id: i64) -> HashSet<ConversationId> {
    t.db.read(|tx| tx.column::<ConversationId>(sql, &[id.into()]).map_err(Error::from))
        .expect("reads")
        .into_iter()
        .collect()
}

/// What a list is, said a second time and without SQL.
fn belongs(t: &Tend, me: &Me, which: &Which) -> Box<dyn Fn(&Conversation) -> bool> {
    let awake = |it: &Conversation| it.is_active && it.category != Category::Snoozed;
    let my = me.id;
    match which.clone() {
        Which::Mine => Box::new(move |it| awake(it) && it.assignee_id == Some(my)),
        Which::Unassigned => Box::new(move |it| awake(it) && it.assignee_id.is_none()),
        Which::Active => Box::new(awake),
        Which::All => Box::new(|_| true),
        Which::Category(c) => Box::new(move |it| it.category == c),
        Which::Inbox(i) => Box::new(move |it| awake(it) && it.inbox_id == i),
        Which::Team(x) => Box::new(move |it| awake(it) && it.team_id == Some(x)),
        Which::Assignee(a) => Box::new(move |it| awake(it) && it.assignee_id == Some(a)),
        Which::Contact(c) => Box::new(move |it| it.contact_id == c),
        Which::Account(a) => Box::new(move |it| it.account_id == a),
        Which::Tag(tag) => {
            let ids = on(t, "SELECT subject_id FROM taggings WHERE tag_id = $1", tag.raw());
            Box::new(move |it| ids.contains(&it.id))
        }
        Which::Followed => {
            let ids = on(t, "SELECT conversation_id FROM followers WHERE agent_id = $1", my.raw());
            Box::new(move |it| ids.contains(&it.id))
        }
        Which::Mentioned => {
            let ids = on(t, "SELECT conversation_id FROM mentions WHERE agent_id = $1", my.raw());
            Box::new(move |it| ids.contains(&it.id))
        }
        Which::Matching(_) => Box::new(move |it| {
            it.assignee_id.is_none() && it.priority as i64 >= 3 && it.category != Category::Spam
        }),
        Which::View(_) => unreachable!("is a matching one"),
    }
}

fn order(sort: Sort, it: &Conversation) -> (i64, i64, i64) {
    let (last, id) = (it.last_message_at.as_microsecond(), it.id.raw());
    match (sort, it.waiting_since) {
        (Sort::Newest, _) => (0, -last, -id),
        (Sort::Oldest, _) => (0, last, id),
        (Sort::Waiting, Some(since)) => (0, since.as_microsecond(), id),
        (Sort::Waiting, None) => (1, -last, -id),
        (Sort::Priority, _) => (-(it.priority as i64), -last, -id),
    }
}

fn paged(
    t: &Tend,
    me: &Me,
    which: &Which,
    sort: Sort,
    limit: usize,
    bounds: Bounds,
) -> Vec<ConversationId> {
    let (mut seen, mut from) = (Vec::new(), None);
    for _ in 0..2000 {
        let page =
            t.db.read(|tx| list::bounded(tx, me, which, sort, from, limit, bounds)).expect("lists");
        assert!(page.items.len() <= limit);
        if let (Some(next), Some(last)) = (page.next, page.items.last())
            && bounds.looked_at > 5
        {
            assert_eq!(last.cursor(sort), next, "a line knows its own place");
        }
        seen.extend(page.items.iter().map(|it| it.id));
        from = page.next;
        if from.is_none() {
            return seen;
        }
    }
    panic!("{which:?} by {sort:?} has no end");
}

fn kinds(w: &World, any: &Conversation) -> Vec<Which> {
    let odd = json!({"all": [
        {"field": "assignee", "op": "any_of", "value": ["nobody"]},
        {"field": "priority", "op": "any_of", "value": ["high", "urgent"]},
        {"none": [{"field": "category", "op": "any_of", "value": ["spam"]}]},
    ]});
    vec![
        Which::Mine,
        Which::Unassigned,
        Which::Followed,
        Which::Mentioned,
        Which::Active,
        Which::All,
        Which::Category(Category::Snoozed),
        Which::Category(Category::Closed),
        Which::Category(Category::New),
        Which::Inbox(w.inboxes[1].id),
        Which::Inbox(w.inboxes[3].id),
        Which::Team(w.teams[1]),
        Which::Assignee(w.agents[1].id),
        Which::Tag(w.tags[0]),
        Which::Contact(any.contact_id),
        Which::Account(any.account_id),
        Which::Matching(views::read(&odd).expect("can be read")),
    ]
}

#[test]
fn each_list_shows_each_that_may_be_seen_once_and_in_order() {
    Tend::on_both(|t| {
        let w = world(&t, 60);
        let all = everything(&t);
        let postgres = t.db.read(|tx| Ok::<_, Error>(tx.dialect())) == Ok(Dialect::Postgres);
        for (n, me) in sights(&t, &w).iter().enumerate() {
            // The server is slower, so it sees some of the sights.
            if postgres && n % 6 != 1 {
                continue;
            }
            for which in kinds(&w, &all[3]) {
                let fits = belongs(&t, me, &which);
                let mut wanted: Vec<&Conversation> =
                    all.iter().filter(|it| verbs::may_see(me, it) && fits(it)).collect();
                for sort in [Sort::Newest, Sort::Oldest, Sort::Waiting, Sort::Priority] {
                    wanted.sort_by_key(|it| order(sort, it));
                    let ids: Vec<_> = wanted.iter().map(|it| it.id).collect();
                    for bounds in [
                        Bounds::default(),
                        Bounds { small: 0, looked_at: 4_000 },
                        Bounds { small: 0, looked_at: 5 },
                    ] {
                        let seen = paged(&t, me, &which, sort, 13, bounds);
                        assert_eq!(seen, ids, "{which:?} by {sort:?} within {bounds:?} for {me:?}");
                    }
                }
                let count = t.db.read(|tx| list::count(tx, me, &which, 1000)).expect("counts");
                assert_eq!((count.n, count.more), (wanted.len(), false), "{which:?} for {me:?}");
                let few = t.db.read(|tx| list::count(tx, me, &which, 3)).expect("counts");
                assert_eq!((few.n, few.more), (wanted.len().min(3), wanted.len() > 3));
            }
            for it in &all {
                let seen = t.db.read(|tx| list::visible(tx, me, it.id)).expect("looks");
                assert_eq!(seen, verbs::may_see(me, it));
                assert_eq!(t.db.read(|tx| list::line(tx, me, it.id)).is_ok(), seen);
            }
        }
    });
}

#[test]
fn a_row_that_moves_is_not_shown_twice_and_hides_no_other() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let anna = t.agent_as("Anna", "agent");
        let mut ids = Vec::new();
        for n in 0..9 {
            ids.push(t.writes(&inbox, &format!("c{n}@x.example"), "Matter", "text"));
            t.pass(jiff::SignedDuration::from_mins(1));
        }
        let me = t.me(anna.id);
        let get = |from| {
            t.db.read(|tx| list::page(tx, &me, &Which::Unassigned, Sort::Newest, from, 3))
                .expect("lists")
        };
        let first = get(None);
        // One of the first page and one that is yet to come are written to.
        t.hears(&inbox, "c7@x.example", "Matter", "more", Some(ids[7]));
        t.hears(&inbox, "c2@x.example", "Matter", "more", Some(ids[2]));
        let second = get(first.next);
        let third = get(second.next);
        let seen: Vec<_> =
            [first, second, third].iter().flat_map(|it| it.items.iter().map(|it| it.id)).collect();
        let wanted: Vec<_> = [8, 7, 6, 5, 4, 3, 1, 0].iter().map(|n| ids[*n]).collect();
        assert_eq!(seen, wanted, "what moved to the front is seen there, by the next look");
    });
}

#[test]
fn tags_of_a_page_come_with_it_and_follow_the_messages() {
    Tend::on_both(|t| {
        let inbox = t.inbox("support@tend.test");
        let lead = t.agent_as("Lena", "lead");
        let (one, two) = (
            t.writes(&inbox, "a@x.example", "One", "text"),
            t.writes(&inbox, "b@x.example", "Two", "text"),
        );
        let me = t.me(lead.id);
        let tag = write(&t, move |tx| {
            let tag = tend_core::tags::create(tx, &me, "vip")?;
            verbs::tag(tx, &me, one, tag)?;
            verbs::tag(tx, &me, two, tag)?;
            Ok(tag)
        });
        let me = t.me(lead.id);
        let shown = || {
            t.db.read(|tx| {
                let page = list::page(tx, &me, &Which::Tag(tag), Sort::Newest, None, 9)?;
                list::tagged(tx, page)
            })
            .expect("lists")
            .items
        };
        assert_eq!(shown().iter().map(|it| it.line.id).collect::<Vec<_>>(), [two, one]);
        t.pass(jiff::SignedDuration::from_mins(1));
        t.hears(&inbox, "a@x.example", "One", "more", Some(one));
        let after = shown();
        assert_eq!(after.iter().map(|it| it.line.id).collect::<Vec<_>>(), [one, two]);
        assert_eq!(after[0].tags[0].name, "vip");
    });
}

use tend_store::{Tx, row};

use super::{
    Line, Sort, Which,
    cond::Cond,
    lines::lines,
    source::{Chosen, Source, Stream, by_inbox_in, choose, streams},
    visible::visible_cond,
    walk::{Order, Placed, Walked, size, walk},
    which,
};
use crate::{
    Result,
    agents::{Me, Permission},
    conversations::ConversationId,
    page::{Cursor, Page},
    views,
};

/// How much one page looks at. Tests set it low.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// A list that is not larger is gathered and put in order; a larger one is walked in order.
    pub small: usize,
    /// Walking looks at no more rows for those that fit.
    pub looked_at: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { small: 2_000, looked_at: 4_000 }
    }
}

const NEWEST: Order = Order { column: "last_message_at", descending: true };
const OLDEST: Order = Order { column: "last_message_at", descending: false };
const WAITING: Order = Order { column: "waiting_since", descending: false };
/// Puts a time above zero, whenever it was.
const SHIFT: i64 = 1 << 55;

/// One page of a list, of what the agent may see.
///
/// A list that is described by conditions may end a page early, with fewer lines than asked for
/// and yet a next page: so much was looked at, and the rest is for the next call.
pub fn page(
    tx: &mut Tx,
    me: &Me,
    which: &Which,
    sort: Sort,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Line>> {
    bounded(tx, me, which, sort, from, limit, Bounds::default())
}

/// As [`page`], within other bounds.
#[doc(hidden)]
pub fn bounded(
    tx: &mut Tx,
    me: &Me,
    which: &Which,
    sort: Sort,
    from: Option<Cursor>,
    limit: usize,
    bounds: Bounds,
) -> Result<Page<Line>> {
    let page = ids(tx, me, which, sort, from, limit.clamp(1, 200), bounds)?;
    let next = page.next;
    let items = lines(tx, me, &page.items)?;
    Ok(Page { items, next })
}

/// As [`page`], the ids alone; `limit` has no bound.
pub(crate) fn ids(
    tx: &mut Tx,
    me: &Me,
    which: &Which,
    sort: Sort,
    from: Option<Cursor>,
    limit: usize,
    bounds: Bounds,
) -> Result<Page<ConversationId>> {
    let resolved = resolve(tx, me, which)?;
    let list = List::new(tx, me, &resolved, bounds);
    if list.chosen.inboxes.is_empty() || !me.may(Permission::ConversationsRead) {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let (found, next) = match list.is_small(tx, sort)? {
        true => list.gathered(tx, sort, from, limit)?,
        false => list.walked(tx, sort, from, limit)?,
    };
    Ok(Page { items: found.into_iter().map(|it| it.id()).collect(), next })
}

/// A saved view as what it says.
pub(super) fn resolve(tx: &mut Tx, me: &Me, which: &Which) -> Result<Which> {
    match which {
        Which::View(id) => Ok(Which::Matching(views::find(tx, me, *id)?.condition)),
        other => Ok(other.clone()),
    }
}

pub(super) struct List<'a> {
    me: &'a Me,
    pub chosen: Chosen,
    pub streams: Vec<Stream>,
    /// The list's whole condition, visibility and all.
    pub full: Cond,
    /// What the streams leave to be checked.
    pub rest: Cond,
    bounds: Bounds,
}

impl<'a> List<'a> {
    pub fn new(tx: &Tx, me: &'a Me, which: &Which, bounds: Bounds) -> Self {
        let chosen = choose(me, which);
        let streams = streams(me, &chosen);
        let unmerged = Cond::plain("conversations.merged_into IS NULL");
        let full = visible_cond(me).and(which::cond(me, which, tx.now())).and(unmerged.clone());
        let rest = match (chosen.exact, chosen.active, &chosen.source) {
            (false, ..) => full.clone(),
            (true, Some(true), Source::Categories(_)) => Cond::plain("TRUE"),
            (true, Some(true), _) => Cond::plain(which::AWAKE),
            (true, ..) => unmerged,
        };
        Self { me, chosen, streams, full, rest, bounds }
    }

    /// The agents' own lists of what they were named in and what they follow have no order.
    fn joined(&self) -> Option<&'static str> {
        match self.chosen.source {
            Source::Mentioned => Some("mentions"),
            Source::Followed => Some("followers"),
            _ => None,
        }
    }

    pub fn is_small(&self, tx: &mut Tx, sort: Sort) -> Result<bool> {
        if let Some(table) = self.joined() {
            let sql = format!(
                "SELECT count(*) FROM (SELECT 1 AS one FROM {table} WHERE agent_id = $1 LIMIT {})
                     AS counted",
                self.bounds.small + 1
            );
            return Ok(tx.scalar::<usize>(&sql, &[self.me.id.into()])? <= self.bounds.small);
        }
        let in_order = matches!(sort, Sort::Newest | Sort::Oldest);
        if self.chosen.exact && in_order {
            return Ok(false);
        }
        Ok(size(tx, &self.streams, &Cond::plain("TRUE"), self.bounds.small + 1)?
            <= self.bounds.small)
    }

    /// How many fit, when there are few to look at.
    pub fn counted(&self, tx: &mut Tx) -> Result<usize> {
        Ok(self.gathered(tx, Sort::Newest, None, usize::MAX)?.0.len())
    }

    fn gathered(
        &self,
        tx: &mut Tx,
        by: Sort,
        from: Option<Cursor>,
        limit: usize,
    ) -> Result<(Vec<Placed>, Option<Cursor>)> {
        row! {
            struct Loose {
                id: ConversationId,
                last_message_at: i64,
                waiting_since: Option<i64>,
                priority: i64,
            }
        }
        let mut args = Vec::new();
        let columns = "conversations.id, conversations.last_message_at,
             conversations.waiting_since, conversations.priority";
        let parts: Vec<String> = match self.joined() {
            Some(table) => {
                let full = self.full.bind(&mut args);
                args.push(self.me.id.into());
                let own = args.len();
                vec![format!(
                    "SELECT {columns} FROM (SELECT DISTINCT conversation_id FROM {table}
                         WHERE agent_id = ${own}) AS own
                     CROSS JOIN conversations
                     WHERE conversations.id = own.conversation_id AND {full}"
                )]
            }
            None => self
                .streams
                .iter()
                .map(|stream| {
                    let mut bound = stream.prefix.clone().and(self.full.clone()).bind(&mut args);
                    if stream.tagged {
                        bound.push_str(" AND conversations.id = taggings.subject_id");
                    }
                    format!("SELECT {columns} FROM {} WHERE {bound}", stream.from(tx, true))
                })
                .collect(),
        };
        // A reader of many inboxes has many streams, each with all its arguments.
        if args.len() > 20_000 {
            return self.walked(tx, by, from, limit);
        }
        let mut found = Vec::new();
        for it in tx.rows::<Loose>(&parts.join(" UNION ALL "), &args)? {
            found.push(Placed::new(
                it.id,
                key(by, it.last_message_at, it.waiting_since, it.priority),
            ));
        }
        found.sort_by_key(|it| rank(by, it.key(), it.id().raw()));
        found.dedup_by_key(|it| it.id());
        if let Some(at) = from {
            let at = rank(by, at.key, at.id);
            found.retain(|it| rank(by, it.key(), it.id().raw()) > at);
        }
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(place);
        Ok((found, next))
    }

    fn walked(
        &self,
        tx: &mut Tx,
        by: Sort,
        from: Option<Cursor>,
        limit: usize,
    ) -> Result<(Vec<Placed>, Option<Cursor>)> {
        let segments = segments(by);
        let (mut at, mut after) = match from {
            None => (0, None),
            Some(it) => open(by, it),
        };
        let mut found: Vec<Placed> = Vec::new();
        while at < segments.len() {
            let segment = &segments[at];
            // One more than wanted says whether there is a next page.
            let wanted = limit + 1 - found.len();
            let walked = self.segment(tx, segment, after, wanted)?;
            let keyed = |it: &Placed| Placed::new(it.id(), close(by, at, it.key()));
            found.extend(walked.found.iter().map(keyed));
            if found.len() > limit {
                found.truncate(limit);
                return Ok((found.clone(), found.last().map(place)));
            }
            if let Some(stop) = walked.stopped {
                let next = Cursor { key: close(by, at, stop.key), id: stop.id };
                return Ok((found, Some(next)));
            }
            (at, after) = (at + 1, None);
        }
        Ok((found, None))
    }

    fn segment(
        &self,
        tx: &mut Tx,
        it: &Segment,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Walked> {
        let own = match it.index {
            None => self.streams.clone(),
            Some("conversations_waiting") if self.chosen.active == Some(false) => Vec::new(),
            Some(index) => by_inbox_in(&self.chosen, index, it.condition),
        };
        // A stream that is not the list's own holds others too.
        let plain = it.condition == "TRUE";
        let (rest, bounded) = match it.index {
            None if plain => (self.rest.clone(), !self.chosen.exact),
            None => (self.rest.clone().and(Cond::plain(it.condition)), true),
            Some(_) => {
                let all = self.chosen.exact && self.chosen.source == Source::Inboxes;
                (self.full.clone(), !all)
            }
        };
        if own.is_empty() {
            return Ok(Walked { found: Vec::new(), stopped: None });
        }
        let looked_at = bounded.then_some(self.bounds.looked_at);
        walk(tx, &own, &rest, it.order, after, limit, looked_at)
    }
}

/// A part of a list that one kind of index has in order.
struct Segment {
    /// Another than that of the list itself.
    index: Option<&'static str>,
    condition: &'static str,
    order: Order,
}

fn segments(by: Sort) -> Vec<Segment> {
    let own = |condition, order| Segment { index: None, condition, order };
    let odd =
        |condition| Segment { index: Some("conversations_by_priority"), condition, order: NEWEST };
    match by {
        Sort::Newest => vec![own("TRUE", NEWEST)],
        Sort::Oldest => vec![own("TRUE", OLDEST)],
        Sort::Waiting => vec![
            Segment {
                index: Some("conversations_waiting"),
                condition: "conversations.waiting_since IS NOT NULL",
                order: WAITING,
            },
            own("conversations.waiting_since IS NULL", NEWEST),
        ],
        Sort::Priority => vec![
            odd("conversations.priority <> 2 AND conversations.priority = 4"),
            odd("conversations.priority <> 2 AND conversations.priority = 3"),
            own("conversations.priority = 2", NEWEST),
            odd("conversations.priority <> 2 AND conversations.priority = 1"),
        ],
    }
}

/// The key of a row in a whole list.
pub(super) fn key(by: Sort, last_message_at: i64, waiting: Option<i64>, priority: i64) -> i64 {
    match (by, waiting) {
        (Sort::Newest | Sort::Oldest, _) => last_message_at,
        (Sort::Waiting, Some(since)) => close(by, 0, since),
        (Sort::Waiting, None) => close(by, 1, last_message_at),
        (Sort::Priority, _) => close(by, (4 - priority.clamp(1, 4)) as usize, last_message_at),
    }
}

/// From a segment's key to the list's.
fn close(by: Sort, segment: usize, key: i64) -> i64 {
    match (by, segment) {
        (Sort::Newest | Sort::Oldest, _) => key,
        (Sort::Waiting, 0) => key.max(0),
        (Sort::Waiting, _) => -(key.saturating_add(SHIFT)) - 1,
        (Sort::Priority, n) => ((4 - n as i64) << 56) + key.saturating_add(SHIFT),
    }
}

/// From the list's key to a segment and its own.
fn open(by: Sort, at: Cursor) -> (usize, Option<Cursor>) {
    let in_segment = |key| Some(Cursor { key, id: at.id });
    match by {
        Sort::Newest | Sort::Oldest => (0, Some(at)),
        Sort::Waiting if at.key >= 0 => (0, in_segment(at.key)),
        Sort::Waiting => (1, in_segment(-(at.key.saturating_add(1)) - SHIFT)),
        Sort::Priority => {
            let priority = (at.key >> 56).clamp(1, 4);
            (4 - priority as usize, in_segment((at.key & ((1 << 56) - 1)) - SHIFT))
        }
    }
}

/// By what a whole list is sorted: the first has the least.
fn rank(by: Sort, key: i64, id: i64) -> (bool, i64, i64) {
    match by {
        Sort::Oldest => (false, key, id),
        Sort::Newest | Sort::Priority => (false, -key, -id),
        // Those who wait, the longest first; then the others, whose keys are below zero.
        Sort::Waiting if key < 0 => (true, key, -id),
        Sort::Waiting => (false, key, id),
    }
}

fn place(it: &Placed) -> Cursor {
    Cursor { key: it.key(), id: it.id().raw() }
}

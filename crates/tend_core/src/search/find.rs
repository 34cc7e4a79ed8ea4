use std::collections::HashMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use tend_store::{Dialect, Tx, Value, row};

use super::{
    Segment,
    index::{inbox_mark, tag_mark},
    query::{Query, Term},
    snippet::snippet,
    terms::beginning,
    time::During,
    words::words,
};
use crate::{
    Result,
    agents::{AgentId, Me, Permission},
    conversations::{
        self, Category, ConversationId, MessageId,
        list::{self, Cond, Line, Sort, Which},
    },
    fold,
    page::{Cursor, Page},
    views::{Condition, Is, Span, TagIs, Test, Time, TimeIs, Who},
};

/// Ranking happens among the newest so many hits, or somewhat more; then among the next.
const WINDOW: usize = 300;
/// So many messages with the words are looked at, one after the other, until there are enough
/// hits; then the page ends, whatever it has, and the next one goes on. So no search takes long,
/// however few conversations its filters leave.
const LOOKS: [usize; 4] = [WINDOW, 600, 1_200, 1_500];

/// A conversation in which something was found.
#[derive(Clone, Debug)]
pub struct Found {
    pub line: Line,
    /// The message that fits best; none when only filters were given.
    pub message: Option<MessageId>,
    /// The part of it around the words, in safe pieces.
    pub snippet: Vec<Segment>,
    /// How many of its messages fit, of those that were looked at.
    pub hits: usize,
}

/// Searches the whole history, of what the agent may see: the best first among the newest,
/// then further back, page by page.
pub fn search(
    tx: &mut Tx,
    me: &Me,
    query: &Query,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Found>> {
    let limit = limit.clamp(1, 200);
    let nothing = Page { items: Vec::new(), next: None };
    if !me.may(Permission::ConversationsRead) || me.inboxes.is_empty() {
        return Ok(nothing);
    }
    if let Some(number) = query.number {
        return by_number(tx, me, number);
    }
    if problem(query).is_some() {
        return Ok(nothing);
    }
    let Some(wanted) = wanted(tx, me, query)? else {
        return Ok(nothing);
    };
    if wanted.matching.is_empty() {
        return match query.filters.is_empty() {
            true => Ok(nothing),
            false => by_filters(tx, me, wanted.condition, from, limit),
        };
    }
    let (high, skip) = from.map_or((i64::MAX, 0), |it| (it.key, it.id.max(0) as usize));
    let hits = candidates(tx, me, &wanted, high)?;
    let ranked = ranked(tx, query, hits.found);
    let more = ranked.len() > skip + limit;
    let shown: Vec<Group> = ranked.into_iter().skip(skip).take(limit).collect();
    let next = match more {
        true => Some(Cursor { key: high, id: (skip + limit) as i64 }),
        false => hits.rest.map(|key| Cursor { key, id: 0 }),
    };
    Ok(Page { items: told(tx, me, query, shown)?, next })
}

fn by_number(tx: &mut Tx, me: &Me, number: i64) -> Result<Page<Found>> {
    let found = conversations::by_number(tx, me, number).ok();
    let line = found.and_then(|it| list::line(tx, me, it.id).ok());
    let found = |line| Found { line, message: None, snippet: Vec::new(), hits: 1 };
    Ok(Page { items: line.into_iter().map(found).collect(), next: None })
}

fn by_filters(
    tx: &mut Tx,
    me: &Me,
    condition: Condition,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Page<Found>> {
    let page = list::page(tx, me, &Which::Matching(condition), Sort::Newest, from, limit)?;
    Ok(page.map(|line| Found { line, message: None, snippet: Vec::new(), hits: 0 }))
}

/// A search in the language of the databases.
struct Wanted {
    /// For FTS5 or as a tsquery; empty when only conversations are filtered.
    matching: String,
    condition: Condition,
    /// Of the messages themselves.
    messages: Cond,
}

/// `None` when nothing can fit: a tag or an agent that does not exist.
fn wanted(tx: &mut Tx, me: &Me, query: &Query) -> Result<Option<Wanted>> {
    let dialect = tx.dialect();
    let (mut must, mut must_not) = (Vec::new(), Vec::new());
    for it in &query.terms {
        let text = phrase(tx, dialect, it)?;
        if it.not { must_not.push(text) } else { must.push(text) }
    }
    let mut all = Vec::new();
    let mut messages = Cond::plain("TRUE");
    let (mut during, mut marks) = (During::default(), Vec::new());
    for (name, value) in &query.filters {
        match *name {
            "from" | "to" => {
                let mark = if *name == "from" { "_f" } else { "_t" };
                let address = if value == "me" { me.email.as_str() } else { value };
                must.extend(
                    words(address).iter().map(|it| quoted(dialect, &format!("{mark}{}", it.text))),
                );
            }
            "has" => must.push(quoted(dialect, "_a")),
            "before" | "after" if must.is_empty() && query.terms.is_empty() => {
                all.extend(day(value, me, tx.now()).map(|at| by_last_message(name, at)));
            }
            "before" | "after" => {
                if let Some(at) = day(value, me, tx.now()) {
                    let op = if *name == "before" { "<" } else { ">=" };
                    let text = format!("messages.created_at {op} ?");
                    messages = messages.and(Cond::new(text, vec![at.into()]));
                    during.cut(name, at);
                }
            }
            "is" if value == "note" => must.push(quoted(dialect, "_n")),
            _ => match condition(tx, me, name, value)? {
                Some(it) => {
                    marks.extend(marks_of(&it, dialect));
                    all.push(it);
                }
                None => return Ok(None),
            },
        }
    }
    let positive = !must.is_empty();
    if positive {
        must.append(&mut marks);
        must.extend(only_inboxes(tx, me)?);
        match during.marks(tx)? {
            Some(marks) if marks.is_empty() => return Ok(None),
            Some(marks) => {
                must.push(any(dialect, marks.iter().map(|it| quoted(dialect, it)).collect()));
            }
            None => {}
        }
    }
    let matching = match (positive, dialect) {
        (false, _) => String::new(),
        (true, Dialect::Sqlite) => {
            let not = match must_not.is_empty() {
                true => String::new(),
                false => format!(" NOT {}", any(dialect, must_not)),
            };
            format!("({}){not}", must.join(" AND "))
        }
        (true, Dialect::Postgres) => {
            must.extend(must_not.into_iter().map(|it| format!("!({it})")));
            must.join(" & ")
        }
    };
    Ok(Some(Wanted { matching, condition: Condition::All(all), messages }))
}

/// Of whom sees only some inboxes, the index itself leaves the others out.
fn only_inboxes(tx: &mut Tx, me: &Me) -> Result<Option<String>> {
    let dialect = tx.dialect();
    let known: i64 = tx.scalar("SELECT count(*) FROM inboxes", &[])?;
    let marks = me.inboxes.iter().map(|it| quoted(dialect, &inbox_mark(*it)));
    Ok(((me.inboxes.len() as i64) < known).then(|| any(dialect, marks.collect())))
}

/// What the index itself can leave out.
fn marks_of(it: &Condition, dialect: Dialect) -> Option<String> {
    let marks: Vec<String> = match it {
        Condition::Test(Test::Tag(TagIs::AnyOf, ids)) => {
            ids.iter().map(|it| quoted(dialect, &tag_mark(it.raw()))).collect()
        }
        Condition::Test(Test::Inbox(Is::AnyOf, ids)) => {
            ids.iter().map(|it| quoted(dialect, &inbox_mark(it.raw()))).collect()
        }
        _ => return None,
    };
    Some(any(dialect, marks))
}

fn by_last_message(name: &str, at: Timestamp) -> Condition {
    let at = crate::views::Moment::At(at);
    let is = if name == "before" { TimeIs::Before(at) } else { TimeIs::After(at) };
    Condition::Test(Test::Time(Time::LastMessage, is))
}

/// Words have neither quotes nor backslashes in them: they are letters, digits and `_`.
fn quoted(dialect: Dialect, word: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!("\"{word}\""),
        Dialect::Postgres => format!("'{word}'"),
    }
}

fn any(dialect: Dialect, all: Vec<String>) -> String {
    let word = if dialect == Dialect::Sqlite { " OR " } else { " | " };
    format!("({})", all.join(word))
}

fn phrase(tx: &mut Tx, dialect: Dialect, it: &Term) -> Result<String> {
    let Some((last, before)) = it.words.split_last() else {
        return Ok(quoted(dialect, "_"));
    };
    let mut ends = vec![last.clone()];
    if it.prefix {
        ends.extend(beginning(tx, last)?.into_iter().filter(|it| it != last));
    }
    let one = |end: &String| {
        let words = before.iter().chain([end]);
        match dialect {
            Dialect::Sqlite => {
                format!("\"{}\"", words.cloned().collect::<Vec<_>>().join(" "))
            }
            Dialect::Postgres => {
                let words: Vec<_> = words.map(|it| format!("'{it}'")).collect();
                format!("({})", words.join(" <-> "))
            }
        }
    };
    Ok(any(dialect, ends.iter().map(one).collect()))
}

/// What cannot be understood in it, in a sentence for people.
pub fn problem(query: &Query) -> Option<String> {
    let odd = |(name, value): &(&str, String)| match *name {
        "before" | "after" if date(value, Date::MAX).is_none() => Some(format!(
            "{name}: takes a day, a month or a year, such as 2026-11-22, or today, yesterday, 7d, \
             and not “{value}”."
        )),
        "has" if !["attachment", "attachments", "file", "files"].contains(&&*fold::fold(value)) => {
            Some(format!("has: takes attachment, and not “{value}”."))
        }
        "is" if value != "note" && state(&fold::fold(value)).is_none() => Some(format!(
            "is: takes a status, such as open or resolved, or unread, unassigned, mine, followed, \
             waiting, overdue, note, and not “{value}”."
        )),
        _ => None,
    };
    query.filters.iter().find_map(odd)
}

fn day(text: &str, me: &Me, now: Timestamp) -> Option<Timestamp> {
    let zone = TimeZone::get(&me.time_zone).unwrap_or(TimeZone::UTC);
    let today = now.to_zoned(zone.clone()).date();
    date(text, today)?.to_zoned(zone).ok().map(|it| it.timestamp())
}

fn date(text: &str, today: Date) -> Option<Date> {
    let back = |days: i64| today.checked_sub(jiff::Span::new().try_days(days).ok()?).ok();
    match &*fold::fold(text) {
        "today" => return Some(today),
        "yesterday" => return back(1),
        _ => {}
    }
    if let Some(days) = text.strip_suffix('d').and_then(|it| it.parse().ok()) {
        return back(days);
    }
    text.parse()
        .or_else(|_| format!("{text}-01").parse())
        .or_else(|_| format!("{text}-01-01").parse())
        .ok()
}

/// A filter of the conversation; `None` when there is no such thing.
fn condition(tx: &mut Tx, me: &Me, name: &str, value: &str) -> Result<Option<Condition>> {
    let folded = fold::fold(value);
    let test = match name {
        "tag" => {
            let id =
                tx.maybe_scalar("SELECT id FROM tags WHERE name_folded = $1", &[folded.into()])?;
            id.map(|it| Test::Tag(TagIs::AnyOf, vec![it]))
        }
        "assignee" => match folded.as_str() {
            "me" => Some(Test::Assignee(Is::AnyOf, vec![Who::Me])),
            "none" | "nobody" => Some(Test::Assignee(Is::AnyOf, vec![Who::Nobody])),
            _ => {
                let all = crate::agents::present(tx)?;
                let fits = all.iter().filter(|it| {
                    fold::fold(&it.name).starts_with(&folded) || it.email.starts_with(&folded)
                });
                let ids: Vec<Who> =
                    fits.map(|it| Who::Agent(AgentId::from_raw(it.id.raw()))).collect();
                (!ids.is_empty()).then_some(Test::Assignee(Is::AnyOf, ids))
            }
        },
        "inbox" => {
            let all = crate::inboxes::visible(tx, me)?;
            let fits = all.iter().filter(|it| {
                fold::fold(&it.name).starts_with(&folded) || it.address.starts_with(&folded)
            });
            let ids: Vec<_> = fits.map(|it| it.id).collect();
            (!ids.is_empty()).then_some(Test::Inbox(Is::AnyOf, ids))
        }
        _ => state(&folded),
    };
    Ok(test.map(Condition::Test))
}

fn state(word: &str) -> Option<Test> {
    let among = |of: &[Category]| Some(Test::Category(Is::AnyOf, of.to_vec()));
    match word {
        "open" | "active" => Some(Test::Active(true)),
        "closed" | "done" => Some(Test::Active(false)),
        "unread" => Some(Test::Unread(true)),
        "read" => Some(Test::Unread(false)),
        "followed" => Some(Test::Followed(true)),
        "waiting" => Some(Test::Time(Time::WaitingSince, TimeIs::Set)),
        "overdue" => Some(Test::Time(Time::WaitingSince, TimeIs::OlderThan(Span::Days(1)))),
        "unassigned" => Some(Test::Assignee(Is::AnyOf, vec![Who::Nobody])),
        "mine" => Some(Test::Assignee(Is::AnyOf, vec![Who::Me])),
        "pending" => among(&[Category::WaitingCustomer, Category::WaitingThirdParty]),
        other => among(&[other.parse::<Category>().ok()?]),
    }
}

row! {
    struct Near {
        id: MessageId,
        conversation_id: Option<ConversationId>,
        created_at: Option<i64>,
        /// None if the conversation is not wanted.
        subject: Option<String>,
    }
}

struct Hit {
    id: MessageId,
    conversation: ConversationId,
    created_at: i64,
    subject: String,
}

/// What has the words, the newest first, and how far was looked.
struct Hits {
    found: Vec<Hit>,
    /// Where to go on; none when everything was looked through.
    rest: Option<i64>,
}

fn candidates(tx: &mut Tx, me: &Me, it: &Wanted, high: i64) -> Result<Hits> {
    let mut out = Hits { found: Vec::new(), rest: Some(high) };
    for most in LOOKS {
        let Some(high) = out.rest.filter(|_| out.found.len() < WINDOW) else {
            break;
        };
        let near = near(tx, me, it, high, most)?;
        let last = near.last().map(|it| it.id.raw() - 1);
        out.rest = last.filter(|_| near.len() == most);
        for it in near {
            if let (Some(conversation), Some(created_at), Some(subject)) =
                (it.conversation_id, it.created_at, it.subject)
            {
                out.found.push(Hit { id: it.id, conversation, created_at, subject });
            }
        }
    }
    Ok(out)
}

/// The newest `most` messages with the words.
fn near(tx: &mut Tx, me: &Me, it: &Wanted, high: i64, most: usize) -> Result<Vec<Near>> {
    let now = tx.now();
    let mut args: Vec<Value> = vec![it.matching.as_str().into(), high.into(), most.into()];
    let all = list::visible_cond(me)
        .and(crate::views::compile(&it.condition, me, now))
        .and(it.messages.clone())
        .bind(&mut args);
    let (id, matches) = match tx.dialect() {
        Dialect::Sqlite => ("rowid", "search_words MATCH $1"),
        Dialect::Postgres => ("message_id", "words @@ CAST(CAST($1 AS TEXT) AS tsquery)"),
    };
    let sql = format!(
        "SELECT near.id, messages.conversation_id, messages.created_at,
             CASE WHEN conversations.merged_into IS NULL AND {all} THEN conversations.subject END
                 AS subject
         FROM (SELECT {id} AS id FROM search_words WHERE {matches} AND {id} <= $2
               ORDER BY {id} DESC LIMIT $3) AS near
             LEFT JOIN messages ON messages.id = near.id
             LEFT JOIN conversations ON conversations.id = messages.conversation_id
         ORDER BY near.id DESC"
    );
    Ok(tx.rows(&sql, &args)?)
}

struct Group {
    conversation: ConversationId,
    best: MessageId,
    hits: usize,
    score: f64,
}

/// Newer is better, and so are words in the subject and many messages that fit.
fn ranked(tx: &Tx, query: &Query, hits: Vec<Hit>) -> Vec<Group> {
    let now = tx.now().as_microsecond();
    let mut groups: Vec<Group> = Vec::new();
    let mut at: HashMap<ConversationId, usize> = HashMap::new();
    for it in hits {
        if let Some(n) = at.get(&it.conversation) {
            groups[*n].hits += 1;
            continue;
        }
        let days = (now - it.created_at).max(0) as f64 / 86_400e6;
        let subject: Vec<String> = words(&it.subject).into_iter().map(|it| it.text).collect();
        let positive: Vec<&Term> = query.terms.iter().filter(|it| !it.not).collect();
        let named = positive.iter().filter(|term| in_order(&subject, term)).count();
        let share = named as f64 / positive.len().max(1) as f64;
        at.insert(it.conversation, groups.len());
        groups.push(Group {
            conversation: it.conversation,
            best: it.id,
            hits: 1,
            score: 2.0 * share + 1.5 / (1.0 + days / 30.0).sqrt(),
        });
    }
    for it in &mut groups {
        it.score += 0.2 * (it.hits as f64).ln_1p();
    }
    // Equals stay in the order of time.
    groups.sort_by(|a, b| b.score.total_cmp(&a.score));
    groups
}

fn in_order(subject: &[String], term: &Term) -> bool {
    let n = term.words.len();
    subject.windows(n.max(1)).any(|window| {
        window.iter().zip(&term.words).enumerate().all(|(at, (word, wanted))| {
            word == wanted || (at + 1 == n && term.prefix && word.starts_with(wanted))
        })
    })
}

fn told(tx: &mut Tx, me: &Me, query: &Query, groups: Vec<Group>) -> Result<Vec<Found>> {
    let ids: Vec<ConversationId> = groups.iter().map(|it| it.conversation).collect();
    let mut lines: HashMap<ConversationId, Line> =
        list::lines(tx, me, &ids)?.into_iter().map(|it| (it.id, it)).collect();
    let mut out = Vec::new();
    for it in groups {
        let Some(line) = lines.remove(&it.conversation) else {
            continue;
        };
        let text: String =
            tx.scalar("SELECT text FROM messages WHERE id = $1", &[it.best.into()])?;
        out.push(Found {
            line,
            message: Some(it.best),
            snippet: snippet(&text, &query.terms),
            hits: it.hits,
        });
    }
    Ok(out)
}

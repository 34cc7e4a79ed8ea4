//! What stands around every page of an agent.

use std::sync::Arc;

use jiff::tz::TimeZone;
use tend_core::{
    Result,
    agents::{self, Me, Permission, teams},
    counts::{Counts, Kept, Own},
    inboxes::{self, Channel},
    journal, notifications,
    orders::shops,
    remedies, settings, tasks,
};
use tend_store::Tx;
use tend_views::{
    layout::{self, Frame},
    parts::{Icon, Now},
    shell::{NavGroup, Side, nav, nav_below},
    urls,
};

use crate::{assets, who::Who};

/// What a frame is read for: kept apart from [`Who`], so that a closure can take it.
#[derive(Clone)]
pub(crate) struct Wanted {
    pub me: Arc<Me>,
    csrf: String,
    at: String,
    kept: Kept,
}

impl Wanted {
    /// For a page that belongs to this entry of the sidebar.
    pub fn by(who: &Who, at: impl Into<String>) -> Self {
        let kept = who.kept.clone();
        Self { me: who.me.clone(), csrf: who.csrf(), at: at.into(), kept }
    }

    /// Reads it, in the snapshot of the page.
    pub fn read(&self, tx: &mut Tx) -> Result<Frame> {
        let own = self.kept.own_of_late(&self.me);
        self.read_with(tx, own, false)
    }

    /// The same with all numbers as they are now; some of them take longer than a page may.
    pub fn read_counted(&self, tx: &mut Tx) -> Result<Frame> {
        let own = self.kept.own(tx, &self.me)?;
        self.read_with(tx, own, true)
    }

    fn read_with(&self, tx: &mut Tx, own: Own, is_counted: bool) -> Result<Frame> {
        let position = journal::last_position(tx)?;
        let me = &self.me;
        let agent = agents::find(tx, me.id)?;
        let counts = self.kept.sums(tx)?.of(me);
        Ok(Frame {
            assets: assets::base().to_owned(),
            csrf: self.csrf.clone(),
            company: settings::get_or(tx, settings::COMPANY, "Tend")?,
            now: now(tx, me),
            me: layout::Me {
                id: me.id.to_string(),
                name: me.name.clone(),
                picture: agent.picture_file_id.map(urls::picture),
                state: if agent.away { "Away".to_owned() } else { me.role.clone() },
                is_here: !agent.away,
                may_import_money: me.may(Permission::RevenueEdit),
                unread: notifications::unread(tx, me)?,
            },
            side: Side { is_counted, ..side(tx, me, &counts, &own)? },
            at: self.at.clone(),
            position,
        })
    }
}

/// The clock of the one who looks.
pub(crate) fn now(tx: &Tx, me: &Me) -> Now {
    Now::new(tx.now(), TimeZone::get(&me.time_zone).unwrap_or(TimeZone::UTC))
}

fn side(tx: &mut Tx, me: &Me, counts: &Counts, own: &Own) -> Result<Side> {
    let mut groups = Vec::new();
    if me.may(Permission::ConversationsRead) {
        groups.push(views(me, counts, own));
        groups.extend(own_views(tx, me, own)?);
        groups.extend(by_inbox(tx, me, counts)?);
        groups.extend(by_team(tx, me, counts)?);
    }
    if me.may(Permission::CustomersRead) {
        let mut entries = vec![
            nav(Icon::UsersRound, "Contacts", urls::contacts()).keys("g c"),
            nav(Icon::Building2, "Accounts", urls::accounts()).keys("g o"),
            nav(Icon::Activity, "Adoption", urls::usage()),
        ];
        if me.may(Permission::OrdersRead) && shops::is_any(tx)? {
            entries.insert(2, nav(Icon::Archive, "Orders", urls::orders()));
            let waiting = remedies::waiting(tx, me)?;
            entries.insert(3, nav(Icon::LifeBuoy, "Remedies", urls::remedies()).count(waiting));
            entries.insert(4, nav(Icon::Lightbulb, "Recommendations", urls::recommendations()));
        }
        if me.may(Permission::SurveysRead) {
            entries.push(nav(Icon::MessageSquareText, "Surveys", urls::surveys()));
        }
        groups.push(NavGroup { title: "Customers".to_owned(), entries });
    }
    if me.may(Permission::CustomersRead) {
        let mut entries = vec![
            nav(Icon::CalendarClock, "My day", urls::my_day()).keys("g y"),
            nav(Icon::Table2, "Portfolio", urls::portfolio()).keys("g p"),
            nav(Icon::ListFilter, "Segments", urls::segments()),
            nav(Icon::Send, "Campaigns", urls::campaigns()),
        ];
        let due = tasks::Which { mine: true, overdue: true, ..tasks::Which::default() };
        if me.may(Permission::TasksEdit) {
            let count = tasks::count(tx, me, &due)?;
            entries.insert(
                1,
                nav(Icon::CircleCheckBig, "Tasks", urls::tasks()).keys("g t").count(count),
            );
        }
        entries.push(nav(Icon::Target, "Scoreboard", urls::scoreboard()));
        if me.may(Permission::RevenueRead) {
            entries.push(nav(Icon::RefreshCw, "Renewals", urls::renewals()));
            entries.push(nav(Icon::ChartColumn, "Revenue", urls::revenue()));
        }
        groups.push(NavGroup { title: "Success".to_owned(), entries });
    }
    let settings = nav(Icon::Settings2, "Settings", urls::settings()).keys("g s");
    let canned = nav(Icon::MessageSquareText, "Canned responses", urls::canned());
    let may_write = me.may(Permission::ConversationsReply) || me.may(Permission::ConversationsNote);
    let entries = if may_write { vec![canned, settings] } else { vec![settings] };
    groups.push(NavGroup { title: "Ours".to_owned(), entries });
    Ok(Side { groups, may_write: me.may(Permission::ConversationsReply), is_counted: false })
}

fn views(me: &Me, counts: &Counts, own: &Own) -> NavGroup {
    let mut entries = vec![nav(Icon::Inbox, "Inbox", urls::home())];
    let all = [
        ("mine", "Mine", counts.mine, "g m"),
        ("unassigned", "Unassigned", counts.unassigned, "g u"),
        ("mentions", "Mentions", own.mentioned, "g n"),
        ("snoozed", "Snoozed", counts.snoozed, "g z"),
        ("followed", "Followed", own.followed, "g f"),
        ("all", "All open", counts.active, "g a"),
    ];
    for (key, label, count, keys) in all {
        entries.push(nav_below(label, urls::view_list(key)).keys(keys).count(count));
    }
    if me.may(Permission::ConversationsReply) || me.may(Permission::ConversationsNote) {
        entries.push(nav_below("Drafts", urls::drafts()).keys("g d"));
    }
    entries.push(nav_below("Everything", urls::view_list("everything")));
    NavGroup { title: "Support".to_owned(), entries }
}

fn own_views(tx: &mut Tx, me: &Me, own: &Own) -> Result<Option<NavGroup>> {
    let mut entries = Vec::new();
    for it in tend_core::views::all(tx, me)? {
        let entry = nav(Icon::Layers, it.name, urls::view_list(it.id));
        entries.push(match own.views.iter().find(|own| own.0 == it.id) {
            Some((_, count)) => entry.count(count.n as i64).and_more(count.more),
            None => entry,
        });
    }
    let group = NavGroup { title: "Views".to_owned(), entries };
    Ok((!group.entries.is_empty()).then_some(group))
}

fn by_inbox(tx: &mut Tx, me: &Me, counts: &Counts) -> Result<Option<NavGroup>> {
    let all = inboxes::visible(tx, me)?;
    if all.len() < 2 {
        return Ok(None);
    }
    let mut entries = Vec::new();
    for it in all {
        let count = counted(&counts.inboxes, it.id);
        let url = urls::view_list(format_args!("inbox:{}", it.id));
        let sign = if it.channel == Channel::Api { Icon::Webhook } else { Icon::Mail };
        entries.push(nav(sign, it.name, url).count(count));
    }
    Ok(Some(NavGroup { title: "Inboxes".to_owned(), entries }))
}

fn by_team(tx: &mut Tx, me: &Me, counts: &Counts) -> Result<Option<NavGroup>> {
    let mut entries = Vec::new();
    for it in teams::all(tx)?.into_iter().filter(|it| me.teams.contains(&it.id)) {
        let count = counted(&counts.teams, it.id);
        let url = urls::view_list(format_args!("team:{}", it.id));
        entries.push(nav(Icon::UsersRound, it.name, url).count(count));
    }
    let group = NavGroup { title: "Teams".to_owned(), entries };
    Ok((!group.entries.is_empty()).then_some(group))
}

fn counted<K: PartialEq>(counts: &[(K, i64)], key: K) -> i64 {
    counts.iter().find(|it| it.0 == key).map_or(0, |it| it.1)
}

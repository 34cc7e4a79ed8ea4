//! Tasks, and the day of an agent.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use maud::html;
use serde::Deserialize;
use tend_core::{
    Result, accounts,
    agents::{self, AgentId, Me, Permission, teams},
    book, contacts, conversations,
    error::invalid,
    tasks::{self as verbs, Due, NewTask, Task, TaskChange, TaskId, Which, day_in},
};
use tend_store::Tx;
use tend_views::{
    book::{
        TaskForm, TaskList, day_page, day_work, new_task_page, task_line, task_page, tasks_page,
    },
    parts::{Problems, toast},
    urls,
};

use super::account::{chosen, day as read_day};
use crate::{
    App,
    api::Id,
    asked::{Form, Query},
    pages::{
        Answer,
        frame::Wanted,
        go,
        inbox::{Htmx, fragment},
        problems,
    },
    who::{
        May,
        may::{CustomersRead, TasksEdit},
    },
};

/// So many at once.
const ROWS: usize = 100;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    whose: String,
    settled: String,
    cursor: String,
}

/// What asks for the agent today; for htmx the part that changes.
pub(crate) async fn day(
    who: May<CustomersRead>,
    State(app): State<App>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let wanted = Wanted::by(&who, urls::my_day());
    let page = app
        .read(move |tx| {
            let (it, currency) = (book::day(tx, &wanted.me)?, book::currency(tx)?);
            let may = wanted.me.may(Permission::TasksEdit);
            let frame = wanted.read(tx)?;
            Ok(match is_htmx {
                true => day_work(&frame, &it, &currency, may),
                false => day_page(&frame, &it, &currency, may),
            })
        })
        .await?;
    Ok(page.into_response())
}

pub(crate) async fn list(
    who: May<CustomersRead>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::tasks());
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let mine = asked.whose != "all";
            let settled = !asked.settled.is_empty();
            let which = Which { mine, settled, ..Which::default() };
            let page = verbs::page(tx, me, &which, asked.cursor.parse().ok(), ROWS)?;
            let it = TaskList {
                whose: if mine { "mine" } else { "all" }.to_owned(),
                settled,
                tasks: page.items,
                next: page.next,
                today: day_in(tx.now(), &me.time_zone),
                may: me.may(Permission::TasksEdit),
            };
            Ok(tasks_page(&wanted.read(tx)?, &it))
        })
        .await?;
    Ok(page.into_response())
}

/// What the form of a task sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    title: String,
    text: String,
    owner: String,
    team: String,
    account: String,
    contact: String,
    conversation: String,
    priority: String,
    due: String,
    working_days: String,
    /// Where the box was ticked: `list`, `account`.
    from: String,
}

/// The choice of whoever owns the account.
const FOLLOWS: &str = "account_owner";

impl Sent {
    fn one_owner(&self) -> Result<Option<AgentId>> {
        match self.owner.as_str() {
            FOLLOWS => Ok(None),
            id => chosen(id, "owner", "There is no such agent."),
        }
    }

    fn due(&self) -> Result<Due> {
        match (self.due.trim(), self.working_days.trim()) {
            (_, days) if !days.is_empty() => {
                let n = days.parse().map_err(|_| invalid("due", "Write a number of days."))?;
                Ok(Due::InWorkingDays(n))
            }
            ("", _) => Ok(Due::Never),
            (text, _) => {
                let wrong = || invalid("due", "Write a day as year-month-day, such as 2026-11-20.");
                Ok(Due::On(read_day(text).ok_or_else(wrong)?))
            }
        }
    }

    fn task(&self) -> Result<NewTask> {
        Ok(NewTask {
            title: self.title.clone(),
            text: self.text.clone(),
            owner: self.one_owner()?,
            follows_owner: self.owner == FOLLOWS,
            team: chosen(&self.team, "team", "There is no such team.")?,
            account: chosen(&self.account, "", "There is no such account.")?,
            contact: chosen(&self.contact, "", "There is no such contact.")?,
            conversation: chosen(&self.conversation, "", "There is no such conversation.")?,
            priority: self.priority.parse().unwrap_or_default(),
            due: self.due()?,
        })
    }

    fn form(&self, tx: &mut Tx, me: &Me, id: Option<TaskId>) -> Result<TaskForm> {
        Ok(TaskForm {
            id: id.map(|it| it.to_string()),
            title: self.title.clone(),
            text: self.text.clone(),
            owner: self.owner.clone(),
            team: self.team.clone(),
            account: self.account.clone(),
            contact: self.contact.clone(),
            conversation: self.conversation.clone(),
            priority: self.priority.clone(),
            due: read_day(&self.due),
            working_days: self.working_days.clone(),
            about: about(tx, me, self),
            agents: agents::present(tx)?,
            teams: teams::all(tx)?,
            problems: Problems::default(),
        })
    }
}

/// Whom it is for, in words; nothing for what may not be seen.
fn about(tx: &mut Tx, me: &Me, it: &Sent) -> String {
    if let Ok(id) = it.conversation.parse()
        && let Ok(found) = conversations::find_visible(tx, me, id)
    {
        return format!("#{} {}", found.number, found.subject);
    }
    if let Ok(id) = it.contact.parse()
        && let Ok(found) = contacts::find_visible(tx, me, id)
    {
        return found.name;
    }
    let account = it.account.parse().ok().and_then(|id| accounts::find_visible(tx, me, id).ok());
    account.map(|it| it.name).unwrap_or_default()
}

/// The form of a new one.
pub(crate) async fn new(
    who: May<TasksEdit>,
    State(app): State<App>,
    Query(mut sent): Query<Sent>,
) -> Answer {
    if sent.owner.is_empty() {
        sent.owner = who.me.id.to_string();
    }
    form(&app, Wanted::by(&who, urls::tasks()), sent, StatusCode::OK, Problems::default()).await
}

async fn form(
    app: &App,
    wanted: Wanted,
    sent: Sent,
    status: StatusCode,
    wrong: Problems,
) -> Answer {
    let page = app
        .read(move |tx| {
            let it = sent.form(tx, &wanted.me, None)?;
            Ok(new_task_page(&wanted.read(tx)?, &TaskForm { problems: wrong, ..it }))
        })
        .await?;
    Ok((status, page).into_response())
}

pub(crate) async fn create(
    who: May<TasksEdit>,
    State(app): State<App>,
    Form(sent): Form<Sent>,
) -> Answer {
    let (me, it) = (who.me.clone(), sent.clone());
    let made = app
        .write(move |tx| {
            let id = verbs::make(tx, &me, &it.task()?)?;
            verbs::find(tx, &me, id)
        })
        .await;
    match made {
        Ok(it) => Ok(go(&back(&it))),
        Err(error) => {
            let (status, wrong) = problems(error)?;
            form(&app, Wanted::by(&who, urls::tasks()), sent, status, wrong).await
        }
    }
}

/// Where one goes from a task: to what it is about.
fn back(it: &Task) -> String {
    match (it.conversation_id, it.account_id) {
        (Some(id), _) => urls::conversation(id),
        (None, Some(id)) => urls::account(id),
        (None, None) => urls::my_day(),
    }
}

pub(crate) async fn one(
    who: May<CustomersRead>,
    State(app): State<App>,
    Id(id): Id<TaskId>,
) -> Answer {
    let wanted = Wanted::by(&who, urls::tasks());
    let page = app
        .read(move |tx| {
            let me = &wanted.me;
            let task = verbs::find(tx, me, id)?;
            let said = verbs::comments(tx, me, id)?;
            let sent = Sent {
                title: task.title.clone(),
                text: task.text.clone(),
                owner: match task.follows_owner {
                    true => FOLLOWS.to_owned(),
                    false => task.owner_id.map(|it| it.to_string()).unwrap_or_default(),
                },
                account: task.account_id.map(|it| it.to_string()).unwrap_or_default(),
                team: task.team_id.map(|it| it.to_string()).unwrap_or_default(),
                priority: task.priority.word().to_owned(),
                ..Sent::default()
            };
            let form = TaskForm { due: task.due_on, ..sent.form(tx, me, Some(id))? };
            let (today, may) = (day_in(tx.now(), &me.time_zone), me.may(Permission::TasksEdit));
            Ok(task_page(&wanted.read(tx)?, &task, &form, &said, today, may))
        })
        .await?;
    Ok(page.into_response())
}

pub(crate) async fn change(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<TaskId>,
    Form(sent): Form<Sent>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| {
        let to = TaskChange {
            title: Some(sent.title.clone()),
            text: Some(sent.text.clone()),
            owner: (sent.owner != FOLLOWS).then(|| sent.one_owner()).transpose()?,
            follows_owner: (sent.owner == FOLLOWS).then_some(true),
            team: Some(chosen(&sent.team, "team", "There is no such team.")?),
            priority: Some(sent.priority.parse().unwrap_or_default()),
            due: Some(sent.due()?),
        };
        verbs::change(tx, &me, id, &to)
    })
    .await?;
    Ok(go(&urls::task(id)))
}

/// The box was ticked.
pub(crate) async fn done(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<TaskId>,
    Htmx(is_htmx): Htmx,
    Form(sent): Form<Sent>,
) -> Answer {
    settle(&who, &app, id, is_htmx, sent, verbs::done).await
}

/// The tick was taken out.
pub(crate) async fn reopen(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<TaskId>,
    Htmx(is_htmx): Htmx,
    Form(sent): Form<Sent>,
) -> Answer {
    settle(&who, &app, id, is_htmx, sent, verbs::reopen).await
}

async fn settle(
    who: &May<TasksEdit>,
    app: &App,
    id: TaskId,
    is_htmx: bool,
    sent: Sent,
    work: fn(&mut Tx, &Me, TaskId) -> Result<()>,
) -> Answer {
    let wanted = Wanted::by(who, urls::my_day());
    let (it, page) = app
        .write(move |tx| {
            let me = &wanted.me;
            work(tx, me, id)?;
            let it = verbs::find(tx, me, id)?;
            let today = day_in(tx.now(), &me.time_zone);
            let line = task_line(&wanted.read(tx)?, &it, today, true, sent.from != "account");
            let said = match it.done_at.is_some() {
                true => toast(format!("Done: {}", it.title), Some(urls::task_undo(id)).as_deref()),
                false => html! {},
            };
            Ok((it, html! { (line) (said) }))
        })
        .await?;
    Ok(if is_htmx { fragment(page) } else { go(&back(&it)) })
}

/// The way back from a tick, as the toast sends it.
pub(crate) async fn undo(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<TaskId>,
    Htmx(is_htmx): Htmx,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::reopen(tx, &me, id)).await?;
    let said = toast("It is to be done again.", None);
    Ok(if is_htmx { fragment(said) } else { go(&urls::my_day()) })
}

pub(crate) async fn drop(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<TaskId>,
) -> Answer {
    let me = who.me.clone();
    let it = app
        .write(move |tx| {
            verbs::drop(tx, &me, id)?;
            verbs::find(tx, &me, id)
        })
        .await?;
    Ok(go(&back(&it)))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    text: String,
}

pub(crate) async fn comment(
    who: May<TasksEdit>,
    State(app): State<App>,
    Id(id): Id<TaskId>,
    Form(said): Form<Said>,
) -> Answer {
    let me = who.me.clone();
    app.write(move |tx| verbs::comment(tx, &me, id, &said.text)).await?;
    Ok(go(&urls::task(id)))
}

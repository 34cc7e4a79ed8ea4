//! What a person carries out: with a task that says what to do, and a word of how it went.

use tend_store::Tx;

use super::{Kind, Remedy, RemedyId, State, Way, known, tell};
use crate::{
    Result,
    agents::{self, Me, Permission},
    error::{conflict, invalid},
    fold,
    outreach::pauses,
    surveys::loops,
    tasks::{self, Due, NewTask, TaskPriority},
};

/// Makes the task, for who asked for the remedy, or for who had it carried out if they left.
pub(super) fn give(tx: &mut Tx, me: &Me, it: &Remedy) -> Result<()> {
    let owner = match agents::find(tx, it.requested_by)?.left_at {
        None => it.requested_by,
        Some(_) => me.id,
    };
    let task = tasks::make(
        tx,
        &able(me),
        &NewTask {
            title: what_to_do(it),
            text: format!("{}\n\n{}", how(it), it.note).trim().to_owned(),
            owner: Some(owner),
            contact: Some(it.contact_id),
            priority: TaskPriority::High,
            due: Due::InWorkingDays(1),
            ..NewTask::default()
        },
    )?;
    tx.execute(
        "UPDATE remedies SET way = 'hand', task_id = $2 WHERE id = $1",
        &[it.id.into(), task.into()],
    )?;
    tell::record(tx, None, it, "handed", "")
}

/// In the imperative: what there is to do.
fn what_to_do(it: &Remedy) -> String {
    let (money, number) = (it.money(), &it.number);
    match it.kind {
        Kind::PartialRefund | Kind::FullRefund => format!("Refund {money} of {number}"),
        Kind::WaiveShipping => format!("Refund the shipping of {number}, {money}"),
        Kind::Discount => format!("Make a discount of {money} for who ordered {number}"),
        Kind::StoreCredit => format!("Credit {money} to who ordered {number}"),
        Kind::GiftCard => format!("Make a gift card of {money} for who ordered {number}"),
        Kind::Reship => format!("Send {number} again"),
        Kind::GoodwillNote => format!("Write a note to who ordered {number}"),
    }
}

fn how(it: &Remedy) -> String {
    format!(
        "{} of the shop {}. Reason: {}. Do it there, then say on the page of the remedy that it is done, with the shop’s number of it.",
        it.kind.label(),
        it.shop,
        it.reason
    )
}

fn at_hand(tx: &mut Tx, me: &Me, id: RemedyId) -> Result<Remedy> {
    let it = known::find(tx, me, id)?;
    match (it.state, it.way) {
        (State::Approved, Way::Hand) => {
            me.require(Permission::RemediesGive)?;
            Ok(it)
        }
        // Somebody looked into the shop, and says what is there.
        (State::Unknown, _) => {
            me.require(Permission::RemediesApprove)?;
            Ok(it)
        }
        (state, _) => {
            let why = format!("There is nothing to carry out by hand: {}.", state.label());
            Err(conflict(why))
        }
    }
}

/// A person did it; `reference` is by what it is found again: the shop's number, a tracking number.
///
/// # Errors
/// Invalid under `reference`, where money or goods moved and it is empty; Conflict, when there is
/// nothing to do; NotFound.
pub fn done(tx: &mut Tx, me: &Me, id: RemedyId, reference: &str) -> Result<()> {
    let it = at_hand(tx, me, id)?;
    let reference = fold::one_line(reference, 200);
    if reference.is_empty() && it.amount > 0 {
        return Err(invalid("reference", "Write by what it is found again in the shop."));
    }
    settle(tx, Some(me), id, &reference, "")?;
    finish_task(tx, me, &it)
}

/// It was not done, and won't be: it counts no more.
///
/// # Errors
/// Invalid under `why`; Conflict, when there is nothing to do; NotFound.
pub fn not_done(tx: &mut Tx, me: &Me, id: RemedyId, why: &str) -> Result<()> {
    let it = at_hand(tx, me, id)?;
    let why = fold::one_line(why, 300);
    if why.is_empty() {
        return Err(invalid("why", "Write why it was not done."));
    }
    fail(tx, Some(me), id, &why)?;
    drop_task(tx, me, &it)
}

/// It is carried out.
pub(super) fn settle(
    tx: &mut Tx,
    by: Option<&Me>,
    id: RemedyId,
    reference: &str,
    code: &str,
) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE remedies SET state = 'done', settled_at = $2, settled_by = $3, reference = $4,
             code = $5, problem = '' WHERE id = $1",
        &[id.into(), now.into(), by.map(|it| it.id).into(), reference.into(), code.into()],
    )?;
    pauses::end(tx, pauses::Why::Remedy, id.raw())?;
    let it = known::fetch(tx, id)?;
    tell::record(tx, by, &it, "done", reference)?;
    loops::made_right(tx, it.contact_id, it.order_id, it.conversation_id)?;
    tell::notify(tx, by, it.requested_by, "remedy_settled", &it)
}

/// It was not carried out, and won't be.
pub(super) fn fail(tx: &mut Tx, by: Option<&Me>, id: RemedyId, why: &str) -> Result<()> {
    tx.execute(
        "UPDATE remedies SET state = 'failed', problem = $2 WHERE id = $1",
        &[id.into(), fold::one_line(why, 300).into()],
    )?;
    let it = tell::release(tx, id, by.map(|it| it.id))?;
    tell::record(tx, by, &it, "failed", why)?;
    tell::notify(tx, by, it.requested_by, "remedy_settled", &it)
}

/// Who may give a remedy may have its task made and done, whatever else their role allows.
fn able(me: &Me) -> Me {
    let with = me.permissions.with(Permission::TasksEdit).with(Permission::CustomersRead);
    Me { permissions: with, ..me.clone() }
}

fn finish_task(tx: &mut Tx, me: &Me, it: &Remedy) -> Result<()> {
    match it.task_id {
        Some(task) if tasks::find(tx, &able(me), task)?.is_open() => {
            tasks::done(tx, &able(me), task)
        }
        _ => Ok(()),
    }
}

pub(super) fn drop_task(tx: &mut Tx, me: &Me, it: &Remedy) -> Result<()> {
    match it.task_id {
        Some(task) if tasks::find(tx, &able(me), task)?.is_open() => {
            tasks::drop(tx, &able(me), task)
        }
        _ => Ok(()),
    }
}

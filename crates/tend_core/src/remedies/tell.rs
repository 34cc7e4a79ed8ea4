//! What is told of a remedy: to the journal, to agents, to the customer.

use tend_store::Tx;

use super::{Kind, Remedy, RemedyId, State, known};
use crate::{
    Result,
    actor::Actor,
    agents::{AgentId, Me},
    contacts, fold,
    journal::{self, Change, RemedyMoved, Subject},
    notifications,
    outreach::pauses,
};

/// In the conversation where it was talked about, and on the timelines of the customer.
pub(super) fn record(
    tx: &mut Tx,
    by: Option<&Me>,
    it: &Remedy,
    step: &str,
    detail: &str,
) -> Result<()> {
    let contact = contacts::find(tx, it.contact_id)?;
    let subject = Subject {
        kind: "remedy",
        id: it.id.raw(),
        conversation: it.conversation_id.map(|it| it.raw()),
        contact: Some(contact.id.raw()),
        account: Some(contact.account_id.raw()),
    };
    let change = Change::RemedyMoved(RemedyMoved {
        remedy: it.id.to_string(),
        kind: it.kind.word().to_owned(),
        amount: it.money(),
        number: it.number.clone(),
        step: step.to_owned(),
        detail: fold::one_line(detail, 300),
        above: match step {
            "requested" | "approved" => it.passed_limits.sentences(),
            _ => Vec::new(),
        },
    });
    let by = by.map_or(Actor::System, |it| Actor::Agent(it.id));
    journal::record(tx, by, subject, &change)
}

/// Tells an agent, unless they did it themselves: `remedy_asked` or `remedy_settled`.
pub(super) fn notify(
    tx: &mut Tx,
    by: Option<&Me>,
    to: AgentId,
    word: &'static str,
    it: &Remedy,
) -> Result<()> {
    if by.is_some_and(|by| by.id == to) {
        return Ok(());
    }
    let account = contacts::find(tx, it.contact_id)?.account_id;
    let what = match it.amount {
        0 => format!("{} for {}", it.kind.label(), it.number),
        _ => format!("{} of {} for {}", it.kind.label(), it.money(), it.number),
    };
    let detail = match it.state {
        State::Pending if it.passed_limits.0.is_empty() => what,
        State::Pending => format!("{what}: {}", it.passed_limits.short()),
        state => format!("{what}: {}", state.label().to_lowercase()),
    };
    let actor = by.map_or("", |it| it.name.as_str());
    notifications::of_remedy(tx, to, word, (account, it.id), actor, &detail)
}

/// It counts no more, and nothing waits for it any more.
pub(super) fn release(tx: &mut Tx, id: RemedyId, by: Option<AgentId>) -> Result<Remedy> {
    let now = tx.now();
    tx.execute(
        "UPDATE remedies SET counts = FALSE, settled_at = $2, settled_by = $3 WHERE id = $1",
        &[id.into(), now.into(), by.into()],
    )?;
    pauses::end(tx, pauses::Why::Remedy, id.raw())?;
    known::fetch(tx, id)
}

/// What the customer is told of what was done; nothing before it is.
pub fn sentence(it: &Remedy) -> Option<String> {
    if it.state != State::Done {
        return None;
    }
    let (money, number) = (it.money(), &it.number);
    let code = match it.code.is_empty() {
        true => String::new(),
        false => format!(" Your code is {}.", it.code),
    };
    Some(match it.kind {
        Kind::PartialRefund | Kind::FullRefund => {
            format!("We have refunded {money} for your order {number}.")
        }
        Kind::WaiveShipping => {
            format!("We have refunded the shipping of your order {number}, {money}.")
        }
        Kind::Discount => format!("You get {money} off your next order with us.{code}"),
        Kind::StoreCredit => format!("We have credited you {money} for your next order with us."),
        Kind::GiftCard => format!("We have made you a gift card of {money}.{code}"),
        Kind::Reship if it.reference.is_empty() => {
            format!("We have sent your order {number} once more.")
        }
        Kind::Reship => {
            format!("We have sent your order {number} once more ({}).", it.reference)
        }
        Kind::GoodwillNote => format!("We are sorry for what went wrong with your order {number}."),
    })
}

use tend_store::{Tx, row};

use super::{NotificationId, devices, words};
use crate::{
    Result,
    accounts::{self, AccountId},
    agents::{
        self, AgentId, Me, Permission,
        profile::{self, Ways},
    },
    conversations::{self, ConversationId, MessageId},
    fold,
    jobs::{self, Job},
    outbox,
    remedies::RemedyId,
    secrets::Keys,
    settings,
};

row! {
    pub(super) struct Told {
        pub(super) agent_id: AgentId,
        pub(super) kind: String,
        conversation_id: Option<ConversationId>,
        pub(super) message_id: Option<MessageId>,
        account_id: Option<AccountId>,
        remedy_id: Option<RemedyId>,
        pub(super) detail: String,
        pub(super) actor: String,
        told: bool,
    }
}

/// What there is to tell, unless the agent has read it, has left, or may not see any more what
/// it is about.
pub(super) struct Matter {
    pub told: Told,
    pub me: Me,
    pub about: About,
}

/// What it is about, as one reads it outside of Tend.
pub(super) struct About {
    /// Of a conversation: `#1042`.
    pub number: String,
    /// The subject, or the account's name; empty for a task that is about no account.
    pub name: String,
    /// Where it is looked at.
    pub path: String,
}

impl About {
    fn of(tx: &mut Tx, me: &Me, told: &Told) -> Result<Self> {
        if let Some(id) = told.conversation_id {
            let it = conversations::find_visible(tx, me, id)?;
            let number = format!("#{}", it.number);
            let path = format!("/conversations/{}", it.id);
            return Ok(Self { number, name: it.subject, path });
        }
        let remedy = told.remedy_id.filter(|_| me.may(Permission::OrdersRead));
        let (name, path) = match told.account_id {
            Some(id) if remedy.is_some() => {
                let path = remedy.map_or(String::new(), |it| format!("/remedies/{it}"));
                (accounts::find(tx, id)?.name, path)
            }
            Some(id) => {
                let it = accounts::find_visible(tx, me, id)?;
                (it.name, format!("/accounts/{}", it.id))
            }
            None => (String::new(), "/my-day".to_owned()),
        };
        Ok(Self { number: String::new(), name, path })
    }

    /// In one line, as much as there is.
    pub(super) fn line(&self, detail: &str) -> String {
        let named = format!("{} {}", self.number, self.name);
        let parts = [named.trim(), detail.trim()].into_iter().filter(|it| !it.is_empty());
        fold::one_line(&parts.collect::<Vec<_>>().join(": "), 200)
    }
}

impl Matter {
    pub(super) fn look(tx: &mut Tx, id: NotificationId) -> Result<Option<Self>> {
        let found: Option<Told> = tx.maybe(
            "SELECT agent_id, kind, conversation_id, message_id, account_id, remedy_id, detail,
                 actor,
                 told_at IS NOT NULL AS told
             FROM notifications WHERE id = $1 AND read_at IS NULL",
            &[id.into()],
        )?;
        let Some(told) = found else { return Ok(None) };
        let Ok(me) = agents::me(tx, told.agent_id) else { return Ok(None) };
        let Ok(about) = About::of(tx, &me, &told) else { return Ok(None) };
        Ok(Some(Self { told, me, about }))
    }

    fn ways(&self, tx: &mut Tx) -> Result<Ways> {
        Ok(profile::choices(tx, self.me.id)?.1.ways_of(&self.told.kind))
    }
}

/// Passes a notification on in the ways that its agent chose, once: the mail is queued, and each
/// of their devices gets a job of its own.
pub fn pass_on(tx: &mut Tx, keys: &Keys, id: NotificationId) -> Result<()> {
    let Some(it) = Matter::look(tx, id)? else { return Ok(()) };
    if it.told.told {
        return Ok(());
    }
    let (ways, now) = (it.ways(tx)?, tx.now());
    tx.execute("UPDATE notifications SET told_at = $2 WHERE id = $1", &[id.into(), now.into()])?;
    if ways.mail {
        by_mail(tx, keys, id, &it, "")?;
    }
    if !ways.push {
        return Ok(());
    }
    for device in devices::of(tx, it.me.id)? {
        tx.execute(
            "INSERT INTO pushes (notification_id, device_id, state, created_at)
             VALUES ($1, $2, 'owed', $3)",
            &[id.into(), device.id.into(), now.into()],
        )?;
        let job = Job::Push { notification: id.to_string(), device: device.id.to_string() };
        jobs::now(tx, &job)?;
    }
    Ok(())
}

/// When none of the devices could be reached, a mail stands in for them.
pub(super) fn instead_by_mail(tx: &mut Tx, keys: &Keys, id: NotificationId) -> Result<()> {
    let left: i64 = tx.scalar(
        "SELECT count(*) AS n FROM pushes WHERE notification_id = $1 AND state <> 'failed'",
        &[id.into()],
    )?;
    let matter = if left == 0 { Matter::look(tx, id)? } else { None };
    let Some(it) = matter else { return Ok(()) };
    let base = settings::get_or(tx, settings::BASE_URL, "")?;
    let why = format!(
        "\nYou get this by mail because none of your browsers could be reached. Look at them \
         here: {base}/settings/notifications\n"
    );
    by_mail(tx, keys, id, &it, &why)
}

/// Queues the mail, unless there was one.
fn by_mail(tx: &mut Tx, keys: &Keys, id: NotificationId, it: &Matter, why: &str) -> Result<()> {
    let now = tx.now();
    let first = tx.execute(
        "UPDATE notifications SET mailed_at = $2 WHERE id = $1 AND mailed_at IS NULL",
        &[id.into(), now.into()],
    )?;
    if first == 0 {
        return Ok(());
    }
    let what = words::sentence(&it.told.kind, &it.told.actor);
    let base = settings::get_or(tx, settings::BASE_URL, "")?;
    let subject = it.about.line(&it.told.detail);
    // A mail decides nothing: programs open links before people do.
    let how = match it.told.kind.as_str() {
        "remedy_asked" => "\nSign in there and decide: opening this link approves nothing.\n",
        _ => "",
    };
    let text = format!("{what}\n\n{subject}\n{base}{}\n{how}{why}", it.about.path);
    outbox::queue_notice(tx, keys, &it.me.name, &it.me.email, &subject, &text)?;
    Ok(())
}

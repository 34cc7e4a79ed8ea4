use jiff::Timestamp;
use tend_store::{Tx, Value, row};

use crate::{
    Result,
    agents::Me,
    conversations::{
        Category, ConversationId,
        list::{Where, visible_to},
    },
};

row! {
    /// A conversation as one line of a record.
    pub struct Past {
        pub id: ConversationId,
        pub number: i64,
        pub subject: String,
        pub category: Category,
        /// The status's own name.
        pub status: String,
        /// The last message that a customer or an agent wrote.
        pub last_message_at: Timestamp,
    }
}

/// The newest conversations of a customer, and how many there are.
#[derive(Clone, Debug, Default)]
pub struct Pasts {
    pub newest: Vec<Past>,
    /// At most [`Pasts::MOST`]; if it is that, say "1000 or more".
    pub count: i64,
}

impl Pasts {
    /// Nobody counts further than this, so that a record is as fast for the largest customer.
    pub const MOST: i64 = 1000;
}

/// Of a contact (`contact_id`) or an account (`account_id`), those that the agent may see.
pub(crate) fn of(
    tx: &mut Tx,
    me: &Me,
    column: &'static str,
    id: i64,
    active: bool,
    limit: i64,
) -> Result<Pasts> {
    let mut all = Where::new();
    all.and(
        &format!("conversations.{column} = ? AND conversations.is_active = ?"),
        [id.into(), active.into()],
    );
    visible_to(me, &mut all);
    let count = format!(
        "SELECT count(*) FROM (SELECT 1 FROM conversations WHERE {} LIMIT {}) AS counted",
        all.sql,
        Pasts::MOST
    );
    let count: i64 = tx.scalar(&count, &all.args)?;
    if count == 0 || limit == 0 {
        return Ok(Pasts { newest: Vec::new(), count });
    }
    let sql = format!(
        "SELECT conversations.id, conversations.number, conversations.subject,
             conversations.category, statuses.name AS status, conversations.last_message_at
         FROM conversations JOIN statuses ON statuses.id = conversations.status_id
         WHERE {} ORDER BY conversations.last_message_at DESC, conversations.id DESC LIMIT ${}",
        all.sql,
        all.args.len() + 1
    );
    all.args.push(Value::from(limit));
    Ok(Pasts { newest: tx.rows(&sql, &all.args)?, count })
}

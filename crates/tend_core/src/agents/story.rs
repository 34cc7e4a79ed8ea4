//! Journal entries about people on our side.

use serde_json::Value as Json;
use tend_store::Tx;

use crate::Result;

pub(super) fn record(
    tx: &mut Tx,
    by: Option<super::AgentId>,
    kind: &'static str,
    subject_kind: &'static str,
    subject: impl Into<tend_store::Value>,
    data: &Json,
) -> Result<()> {
    let (id, now) = (tx.next_id(), tx.now());
    tx.execute(
        "INSERT INTO journal (id, happened_at, actor_kind, actor_id, kind, subject_kind,
                              subject_id, data)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            id.into(),
            now.into(),
            if by.is_some() { "agent" } else { "console" }.into(),
            by.into(),
            kind.into(),
            subject_kind.into(),
            subject.into(),
            data.to_string().into(),
        ],
    )?;
    Ok(())
}

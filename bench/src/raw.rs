//! The bare engine: one connection, one thread that commits for all who wait, each of whom is
//! woken; with the statements that taking in one message needs, on Tend's own tables.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;
use rusqlite::{Connection, params};

const TEXT: &str = crate::intake::TEXT;

struct Asked {
    conversation: i64,
    answer: SyncSender<()>,
}

/// Durable messages a second with so many callers.
#[expect(clippy::disallowed_methods, reason = "a bench lets time pass")]
pub fn messages(database: &Path, callers: usize, time: Duration) -> Result<f64> {
    let conn = Connection::open(database)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -32000;",
    )?;
    let conversations: Vec<i64> = conn
        .prepare("SELECT id FROM conversations WHERE is_active ORDER BY id LIMIT 500")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let (queue, asked) = sync_channel::<Asked>(1024);
    let writer = thread::spawn(move || write(&conn, &asked));
    let (over, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let began = Instant::now();
    let threads: Vec<_> = (0..callers)
        .map(|n| {
            let (queue, over, count) = (queue.clone(), over.clone(), count.clone());
            let conversations = conversations.clone();
            thread::spawn(move || {
                let (answer, woken) = sync_channel(1);
                let mut at = n;
                while !over.load(Relaxed) {
                    let conversation = conversations[at % conversations.len()];
                    at += callers;
                    if queue.send(Asked { conversation, answer: answer.clone() }).is_err()
                        || woken.recv().is_err()
                    {
                        return;
                    }
                    count.fetch_add(1, Relaxed);
                }
            })
        })
        .collect();
    thread::sleep(time);
    over.store(true, Relaxed);
    let (done, took) = (count.load(Relaxed), began.elapsed());
    drop(queue);
    for it in threads {
        let _ = it.join();
    }
    match writer.join() {
        Ok(written) => written?,
        Err(_) => anyhow::bail!("the writer ended"),
    }
    Ok(done as f64 / took.as_secs_f64())
}

fn write(conn: &Connection, asked: &Receiver<Asked>) -> Result<()> {
    let next = "SELECT MAX((SELECT MAX(id) FROM messages), (SELECT MAX(id) FROM journal))";
    let mut id: i64 = conn.query_row(next, [], |row| row.get(0))?;
    let mut position: i64 =
        conn.query_row("SELECT MAX(position) FROM journal", [], |it| it.get(0))?;
    while let Ok(first) = asked.recv() {
        let mut batch = vec![first];
        conn.execute_batch("BEGIN IMMEDIATE")?;
        let mut n = 0;
        while n < batch.len() {
            message(conn, batch[n].conversation, &mut id, &mut position)?;
            n += 1;
            if n < 512
                && let Ok(more) = asked.try_recv()
            {
                batch.push(more);
            }
        }
        conn.execute_batch("COMMIT")?;
        for it in batch {
            let _ = it.answer.send(());
        }
    }
    Ok(())
}

fn message(conn: &Connection, to: i64, id: &mut i64, position: &mut i64) -> Result<()> {
    let find = "SELECT id, contact_id, account_id, category, message_count FROM conversations WHERE id = ?";
    let (contact, account): (i64, i64) =
        conn.prepare_cached(find)?.query_row([to], |row| Ok((row.get(1)?, row.get(2)?)))?;
    let find = "SELECT id, name, account_id, blocked_at FROM contacts WHERE id = ?";
    let _: String = conn.prepare_cached(find)?.query_row([contact], |row| row.get(1))?;
    *id += 1;
    *position += 1;
    let at = *id;
    conn.prepare_cached(
        "INSERT INTO messages (id, conversation_id, direction, kind, contact_id, text, source,
             state, state_at, created_at)
         VALUES (?, ?, 'inbound', 'human', ?, ?, 'api', 'received', ?, ?)",
    )?
    .execute(params![*id, to, contact, TEXT, at, at])?;
    conn.prepare_cached(
        "UPDATE conversations SET message_count = message_count + 1, preview = ?,
             preview_by = 'inbound', last_message_id = ?, last_message_at = ?,
             last_inbound_at = ?, changed_at = ? WHERE id = ?",
    )?
    .execute(params![TEXT, *id, at, at, at, to])?;
    let data = format!(
        r#"{{"kind":"message_added","message":"msg_{id}","direction":"inbound","by_kind":"human"}}"#
    );
    conn.prepare_cached(
        "INSERT INTO journal (id, position, happened_at, actor_kind, actor_id, kind,
             subject_kind, subject_id, conversation_id, contact_id, account_id, data)
         VALUES (?, ?, ?, 'contact', ?, 'message_added', 'conversation', ?, ?, ?, ?, ?)",
    )?
    .execute(params![*id, *position, at, contact, to, to, contact, account, data])?;
    Ok(())
}

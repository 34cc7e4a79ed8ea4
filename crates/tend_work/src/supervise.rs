//! Everything that runs beside the web, from start to stop.

use std::sync::Arc;

use tend_core::{
    jobs,
    money::standing::{self, When},
    surveys::plans,
    sweep,
};
use tend_store::{Dialect, Tx};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{mailboxes, receiver::Receiver, smtp_in, worker, works::Works};

/// Runs the worker, the mail receiver if there is a listener, and the watch over mailboxes,
/// until `stop`; then each finishes what is under way.
pub async fn supervise(
    works: Works,
    smtp: Option<(TcpListener, smtp_in::Options)>,
    stop: CancellationToken,
) {
    if let Err(error) = works.write(begin).await {
        tracing::warn!(%error, "the work could not be put in order at the start");
    }
    let mut tasks = JoinSet::new();
    tasks.spawn(worker::run(works.clone(), stop.clone()));
    tasks.spawn(mailboxes::watch_all(works.clone(), stop.clone()));
    if let Some((listener, options)) = smtp {
        let (files, receiver) = (works.files.clone(), Arc::new(Receiver(works)));
        tasks.spawn(smtp_in::serve(listener, options, files, receiver, stop.clone()));
    }
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            // None of them ends by itself: better a new start than half a Tend.
            tracing::error!(%error, "a part of the work fell over: stopping");
            stop.cancel();
        }
    }
}

/// Owes the daily sweep, and the hourly look at what customers pay. What a process that was killed had leased is free at once where we
/// are alone; where others work beside us, its leases end by themselves.
fn begin(tx: &mut Tx) -> tend_core::Result<()> {
    if tx.dialect() == Dialect::Sqlite {
        jobs::take_over(tx)?;
    }
    standing::owe_catch_up(tx, When::First)?;
    plans::owe_walk(tx, plans::Next::First)?;
    sweep::begin(tx)
}

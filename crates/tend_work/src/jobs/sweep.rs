//! Once a day: what is over goes, and files that no row knows.

use std::time::{Duration, SystemTime};

use jiff::SignedDuration;
use tend_core::{jobs::Outcome, sweep};

use super::outcome;
use crate::works::Works;

/// A file younger than this may still get its row.
const YOUNG: Duration = Duration::from_secs(24 * 3600);

pub(super) async fn run(works: &Works) -> Outcome {
    if let Err(error) = works.write(|tx| sweep::rows(tx).map(drop)).await {
        return outcome(Err(error));
    }
    if let Err(why) = files(works).await {
        return Outcome::Failed(why);
    }
    outcome(works.write(|tx| sweep::again(tx, SignedDuration::from_hours(24))).await)
}

async fn files(works: &Works) -> Result<(), String> {
    let now = works.read(|tx| Ok(tx.now())).await.map_err(|it| it.to_string())?;
    let now = SystemTime::from(now);
    works.files.sweep_unfinished(now).await.map_err(|it| it.to_string())?;
    let listed = works.files.list().await.map_err(|it| it.to_string())?;
    let old = |it: SystemTime| now.duration_since(it).is_ok_and(|age| age > YOUNG);
    let places: Vec<String> =
        listed.into_iter().filter(|it| old(it.changed_at)).map(|it| it.place).collect();
    let unknown = works.read(move |tx| sweep::unknown(tx, &places)).await;
    for place in unknown.map_err(|it| it.to_string())? {
        works.files.delete(&place).await.map_err(|it| it.to_string())?;
    }
    Ok(())
}

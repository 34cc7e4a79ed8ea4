use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tend_core::mail_accounts::MailAccountId;

/// Keeps one slow or broken mail server from taking the time of the others.
pub struct Lanes {
    most: usize,
    each: Mutex<HashMap<MailAccountId, Lane>>,
}

#[derive(Default)]
struct Lane {
    under_way: usize,
    troubles: u32,
    rests_until: Option<Instant>,
}

/// So many mails go to one server at once.
const EACH: usize = 2;

/// Held while a mail goes to a server.
pub struct Going<'a> {
    lanes: &'a Lanes,
    account: MailAccountId,
}

impl Lanes {
    /// So many mails go out at once, to all servers together.
    pub fn new(most: usize) -> Self {
        Self { most: most.max(1), each: Mutex::default() }
    }

    /// The way to a server, or how long to wait for it.
    pub fn enter(&self, account: MailAccountId) -> Result<Going<'_>, Duration> {
        let mut lanes = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = lanes.values().map(|it| it.under_way).sum();
        let lane = lanes.entry(account).or_default();
        if let Some(left) =
            lane.rests_until.and_then(|it| it.checked_duration_since(Instant::now()))
        {
            return Err(left.max(Duration::from_secs(1)));
        }
        if lane.under_way >= EACH || all >= self.most {
            return Err(Duration::from_secs(2));
        }
        lane.under_way += 1;
        Ok(Going { lanes: self, account })
    }

    /// The server could not be worked with: the others wait longer and longer, up to five minutes.
    pub fn trouble(&self, account: MailAccountId) {
        let mut lanes = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = lanes.entry(account).or_default();
        let rest = Duration::from_secs(5 << lane.troubles.min(6)).min(Duration::from_secs(300));
        lane.troubles += 1;
        lane.rests_until = Some(Instant::now() + rest);
    }

    pub fn worked(&self, account: MailAccountId) {
        let mut lanes = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = lanes.entry(account).or_default();
        (lane.troubles, lane.rests_until) = (0, None);
    }
}

impl Drop for Going<'_> {
    fn drop(&mut self) {
        let mut lanes = self.lanes.each.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lanes.get_mut(&self.account) {
            lane.under_way = lane.under_way.saturating_sub(1);
        }
    }
}

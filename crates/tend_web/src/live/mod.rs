//! One stream a page, of what changed. It is fed from the journal by a thread
//! that follows it for all streams of this node; each stream lets through what
//! its agent may know of. Who looks and who types is told the same way, but
//! kept in memory alone.

mod follow;
mod presence;
mod stream;

pub(crate) use presence::{Doing, Here};

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use tend_core::{
    agents::{AgentId, Me},
    conversations::ConversationId,
    live::{Happened, Standing},
};
use tend_store::{Clock, Db};
use tokio::sync::{OnceCell, broadcast};

use self::presence::Presence;
use crate::{config::Config, error::WebError};

/// How many pieces of news a slow stream may lag behind before it starts anew.
const BACKLOG: usize = 1024;

/// What goes to all streams of this node.
#[derive(Clone, Debug)]
enum News {
    Happened(Arc<Happened>),
    /// Somebody came to a conversation, left it, or began to type.
    Presence(ConversationId, Standing),
    /// An agent has a new notification.
    Told(AgentId),
    /// Usage events came.
    Usage,
    /// This node stops.
    Goodbye,
}

/// The hub of the streams. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Live(Arc<Hub>);

struct Hub {
    db: Weak<Db>,
    clock: Arc<dyn Clock>,
    follows: OnceCell<()>,
    closed: AtomicBool,
    news: broadcast::Sender<News>,
    presence: Presence,
    open: Mutex<HashMap<AgentId, usize>>,
    most: usize,
    most_each: usize,
}

impl Live {
    pub fn new(db: &Arc<Db>, clock: Arc<dyn Clock>, config: &Config) -> Self {
        Self(Arc::new(Hub {
            db: Arc::downgrade(db),
            clock,
            follows: OnceCell::new(),
            closed: AtomicBool::new(false),
            news: broadcast::channel(BACKLOG).0,
            presence: Presence::default(),
            open: Mutex::default(),
            most: config.live_limit,
            most_each: config.live_limit_each,
        }))
    }

    /// Ends all streams; their pages ask again, and find another node or the next us.
    pub fn close(&self) {
        self.0.closed.store(true, Relaxed);
        drop(self.0.news.send(News::Goodbye));
    }

    /// Who looks at a conversation besides the one who asks.
    pub fn others(&self, me: &Me, at: ConversationId) -> Vec<Here> {
        self.0.presence.others(at, me.id, self.0.clock.now())
    }

    /// What an agent does at a conversation now; whoever else looks hears of it
    /// if it is news.
    pub fn is_at(&self, me: &Me, at: ConversationId, standing: Standing, doing: Doing) {
        let now = self.0.clock.now();
        if self.0.presence.set(at, me, &standing, doing, now) {
            drop(self.0.news.send(News::Presence(at, standing)));
        }
    }

    /// A place among the streams of this node, until it is dropped.
    fn take_place(&self, agent: AgentId) -> Result<OpenStream, WebError> {
        let mut open = self.open();
        let own = open.get(&agent).copied().unwrap_or_default();
        if open.values().sum::<usize>() >= self.0.most || own >= self.0.most_each {
            return Err(WebError::busy());
        }
        *open.entry(agent).or_default() += 1;
        drop(open);
        Ok(OpenStream { live: self.clone(), agent })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<AgentId, usize>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts as one open stream while it lives.
struct OpenStream {
    live: Live,
    agent: AgentId,
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut open = self.live.open();
        if let Some(count) = open.get_mut(&self.agent) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.agent);
            }
        }
    }
}

pub(crate) use stream::stream;

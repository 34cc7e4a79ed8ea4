//! For load balancers and monitors: is Tend alive, may it be sent work, how is it.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;
use tend_core::secrets::same;
use tend_store::{Db, StoreError, Tx};
use tokio::{
    sync::{Mutex, oneshot},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::figures;
use crate::{config::Config, folder::Folder};

/// How long one answer about readiness is good for: anyone may ask.
const GOOD_FOR: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(1);
const PLAIN: [(header::HeaderName, &str); 2] =
    [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];

pub struct Health {
    pub db: Arc<Db>,
    pub folder: PathBuf,
    pub database: Option<PathBuf>,
    metrics: PrometheusHandle,
    token: String,
    stop: CancellationToken,
    last: Mutex<Option<(Instant, bool)>>,
}

impl Health {
    pub fn new(
        db: Arc<Db>,
        config: &Config,
        folder: &Folder,
        metrics: PrometheusHandle,
        stop: CancellationToken,
    ) -> Self {
        Self {
            db,
            folder: folder.path().to_owned(),
            database: (!config.is_postgres()).then(|| folder.database()),
            metrics,
            token: config.metrics.token.clone(),
            stop,
            last: Mutex::new(None),
        }
    }

    /// Not stopping, and the database takes a write within a second.
    async fn is_ready(&self) -> bool {
        if self.stop.is_cancelled() || self.db.broken().is_some() {
            return false;
        }
        let mut last = self.last.lock().await;
        match *last {
            Some((at, ready)) if at.elapsed() < GOOD_FOR => ready,
            _ => {
                let ready = self.takes_writes().await;
                *last = Some((Instant::now(), ready));
                ready
            }
        }
    }

    async fn takes_writes(&self) -> bool {
        let (answer, wait) = oneshot::channel();
        let probe = |tx: &mut Tx| -> Result<u64, StoreError> {
            let now = tx.now();
            tx.execute(
                "INSERT INTO settings (name, value, changed_at) VALUES ('health.beat', '', $1)
                 ON CONFLICT (name) DO UPDATE SET changed_at = excluded.changed_at",
                &[now.into()],
            )
        };
        self.db.submit(probe, move |result| {
            let _ = answer.send(result.is_ok());
        });
        matches!(timeout(PATIENCE, wait).await, Ok(Ok(true)))
    }

    /// With the token; without one only from this machine, and not through a proxy.
    fn may_measure(&self, client: SocketAddr, headers: &HeaderMap) -> bool {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
        match self.token.as_str() {
            "" => {
                let forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
                client.ip().is_loopback() && !forwarded.iter().any(|it| headers.contains_key(*it))
            }
            token => {
                bearer.and_then(|it| it.strip_prefix("Bearer ")).is_some_and(|it| same(it, token))
            }
        }
    }
}

pub fn router(health: Health) -> Router {
    Router::new()
        .route("/health/live", get(|| async { (PLAIN, "alive\n") }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(measured))
        .with_state(Arc::new(health))
}

async fn ready(State(health): State<Arc<Health>>) -> Response {
    match health.is_ready().await {
        true => (PLAIN, "ready\n").into_response(),
        false => (StatusCode::SERVICE_UNAVAILABLE, PLAIN, "not ready\n").into_response(),
    }
}

async fn measured(
    State(health): State<Arc<Health>>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    if !health.may_measure(client, &headers) {
        return (StatusCode::NOT_FOUND, PLAIN, "not found\n").into_response();
    }
    figures::gather(&health).await;
    health.metrics.run_upkeep();
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, health.metrics.render()).into_response()
}

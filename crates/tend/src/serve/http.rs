//! The HTTP listener: a limit to connections, a limit to the time that a client may
//! take for its headers, and a stop that closes the listener first.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

use crate::config::Config;

/// After this the system has no file left to accept with: it gets some air.
const WHEN_FULL: Duration = Duration::from_millis(200);

/// Serves until `stop`, then finishes what is under way within the time for it.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    config: &Config,
    stop: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(config.http.max_connections));
    let connections = TaskTracker::new();
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(config.http.header_seconds));
    loop {
        let place = tokio::select! {
            () = stop.cancelled() => break,
            place = places.clone().acquire_owned() => place,
        };
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, client)) => {
                let (router, protocol, stop) = (router.clone(), protocol.clone(), stop.clone());
                connections.spawn(async move {
                    connection(stream, client, router, &protocol, stop).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(WHEN_FULL).await;
            }
        }
    }
    drop(listener);
    connections.close();
    let open = connections.len();
    if timeout(config.stop_time(), connections.wait()).await.is_err() {
        tracing::warn!(
            open,
            left = connections.len(),
            "connections were cut at the end of the time"
        );
    }
}

async fn connection(
    stream: TcpStream,
    client: SocketAddr,
    router: Router,
    protocol: &http1::Builder,
    stop: CancellationToken,
) {
    // Answers are small and people wait for them.
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(client));
        request.map(Body::new)
    });
    let service = TowerToHyperService::new(service);
    let connection = protocol.serve_connection(TokioIo::new(stream), service).with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // Clients go away all the time: nothing to act on.
        tracing::debug!(%error, "a connection ended early");
    }
}

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

use crate::config::Http;

/// After this the system has no file left to accept with: it gets some air.
const WHEN_FULL: Duration = Duration::from_millis(200);

/// Bytes of a request's first line and headers; above that 431 is answered.
const MOST_HEADERS: usize = 64 * 1024;

/// Serves until `stop`, then finishes what is under way within the time for it.
pub async fn serve(listener: TcpListener, router: Router, config: &Http, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(config.max_connections));
    let connections = TaskTracker::new();
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .max_buf_size(MOST_HEADERS)
        .header_read_timeout(Duration::from_secs(config.header_seconds));
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
    if timeout(Duration::from_secs(config.stop_seconds), connections.wait()).await.is_err() {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::Notify,
    };

    use super::*;
    use crate::config::{Config, Sources};

    #[tokio::test]
    async fn a_stop_closes_the_listener_and_finishes_what_is_under_way() {
        let config = Config::load(&Sources::default()).expect("loads").http;
        let (began, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (begin, wait) = (began.clone(), go_on.clone());
        let slow = move || async move {
            begin.notify_one();
            wait.notified().await;
            "done"
        };
        let router = Router::new().route("/slow", get(slow));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let address = listener.local_addr().expect("is bound");
        let stop = CancellationToken::new();
        let serving = tokio::spawn({
            let stop = stop.clone();
            async move { serve(listener, router, &config, stop).await }
        });
        let mut idle = TcpStream::connect(address).await.expect("listens");
        let mut busy = TcpStream::connect(address).await.expect("listens");
        busy.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("takes it");
        began.notified().await;
        stop.cancel();
        let mut answer = String::new();
        assert_eq!(idle.read_to_string(&mut answer).await.expect("closes"), 0);
        assert!(TcpStream::connect(address).await.is_err(), "the listener stays open");
        assert!(!serving.is_finished());
        go_on.notify_one();
        busy.read_to_string(&mut answer).await.expect("answers");
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("done"), "{answer}");
        serving.await.expect("ends");
    }
}

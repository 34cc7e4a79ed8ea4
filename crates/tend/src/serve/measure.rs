//! What is counted while Tend runs, for /metrics.

use std::time::Instant;

use anyhow::{Context, Result};
use axum::{
    Router,
    extract::{MatchedPath, Request},
    middleware::{Next, from_fn},
    response::Response,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Seconds: from a page in memory to a client on a bad line.
const SECONDS: [f64; 13] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Everything in the program that counts is heard from here on.
pub fn start() -> Result<PrometheusHandle> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .context("the buckets are numbers")?;
    let handle = builder.install_recorder().context("The metrics can't be started")?;
    metrics::describe_counter!("tend_http_requests_total", "Requests, by route, method and status");
    metrics::describe_histogram!(
        "tend_http_request_seconds",
        "Time to the answer's head, by route"
    );
    metrics::describe_gauge!("tend_http_requests_now", "Requests that are being answered");
    Ok(handle)
}

/// Counts and times what passes, by the route and never by the address: those are few.
pub fn each_request(router: Router) -> Router {
    router.layer(from_fn(measure))
}

async fn measure(request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>().map(|it| it.as_str().to_owned());
    let method = request.method().as_str().to_owned();
    let now = Now::begin();
    let started = Instant::now();
    let response = next.run(request).await;
    drop(now);
    let took = started.elapsed();
    let of_web = response.extensions().get::<tend_web::Matched>().map(|it| it.0.clone());
    let route = of_web.or(matched).unwrap_or_else(|| "none".to_owned());
    let status = response.status().as_u16().to_string();
    metrics::histogram!("tend_http_request_seconds", "route" => route.clone()).record(took);
    metrics::counter!(
        "tend_http_requests_total",
        "route" => route, "method" => method, "status" => status
    )
    .increment(1);
    response
}

/// One who waits; also one who goes away before the answer.
struct Now;

impl Now {
    fn begin() -> Self {
        metrics::gauge!("tend_http_requests_now").increment(1.0);
        Self
    }
}

impl Drop for Now {
    fn drop(&mut self) {
        metrics::gauge!("tend_http_requests_now").decrement(1.0);
    }
}

use std::time::{Duration, Instant};

use crate::program::Installation;

#[test]
fn it_says_how_it_is() {
    Installation::on_both(|it| {
        let serving = it.serve(&["--set", "metrics.token=hush"]);
        assert_eq!(serving.get("/health/live", ""), (200, "alive\n".to_owned()));
        assert_eq!(serving.get("/health/ready", ""), (200, "ready\n".to_owned()));
        assert_eq!(serving.get("/metrics", "").0, 404);
        let (status, metrics) = serving.get("/metrics", "Authorization: Bearer hush\r\n");
        assert_eq!(status, 200);
        let counted =
            "tend_http_requests_total{route=\"/health/live\",method=\"GET\",status=\"200\"} 1";
        assert!(metrics.contains(counted), "{metrics}");
        assert!(metrics.contains("tend_jobs{state=\"dead\"} 0"), "{metrics}");
    });
}

#[test]
fn without_a_token_only_this_machine_reads_the_metrics() {
    Installation::on_both(|it| {
        let serving = it.serve(&[]);
        assert_eq!(serving.get("/metrics", "").0, 200);
        assert_eq!(serving.get("/metrics", "X-Forwarded-For: 203.0.113.7\r\n").0, 404);
    });
}

#[test]
fn it_is_back_at_once() {
    Installation::on_both(|it| {
        assert_eq!(it.serve(&[]).stop(), Some(0));
        let began = Instant::now();
        assert_eq!(it.serve(&[]).stop(), Some(0));
        assert!(began.elapsed() < Duration::from_secs(10), "it took {:?}", began.elapsed());
    });
}

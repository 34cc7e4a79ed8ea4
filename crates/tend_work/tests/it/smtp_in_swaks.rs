//! A client that others wrote.

use std::process::Output;

use tend_work::smtp_in::Options;

use crate::desk::{Desk, options, own_tls};

async fn swaks(desk: &Desk, arguments: &[&str]) -> Option<Output> {
    let server = desk.address.to_string();
    let mut command = tokio::process::Command::new("swaks");
    command.args(["--server", &server, "--helo", "swaks.test", "--from", "ann@swaks.test"]);
    match command.args(arguments).output().await {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("skipped: swaks can't be started: {error}");
            None
        }
    }
}

#[tokio::test]
async fn smtp_lmtp_pipelining_and_tls() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(Options { tls: Some(own_tls(folder.path())), ..options() }).await;
    let to = ["--to", "support@tend.test", "--body", "Hello from swaks"];
    for (more, protocol) in [
        (&[][..], "ESMTP"),
        (&["--protocol", "SMTP"], "SMTP"),
        (&["--protocol", "LMTP"], "LMTP"),
        (&["--pipeline"], "ESMTP"),
        (&["--tls"], "ESMTPS"),
    ] {
        let arguments = [&to, more].concat();
        let Some(output) = swaks(&desk, &arguments).await else { return };
        let said = String::from_utf8_lossy(&output.stdout);
        if said.contains("TLS not available")
            || String::from_utf8_lossy(&output.stderr).contains("TLS not")
        {
            eprintln!("skipped: swaks has no TLS here");
            continue;
        }
        assert!(output.status.success(), "{more:?}: {said}");
        let (envelope, bytes) = desk.mails().pop().unwrap();
        assert_eq!((envelope.protocol, envelope.helo.as_str()), (protocol, "swaks.test"));
        assert!(String::from_utf8(bytes).unwrap().contains("Hello from swaks\r\n"));
    }
    let Some(output) = swaks(&desk, &["--to", "nobody@other.test"]).await else { return };
    assert!(!output.status.success());
}

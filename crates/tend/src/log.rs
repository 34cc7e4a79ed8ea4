//! What Tend says while it runs: structured, and without secrets, addresses or messages.

use std::{io::IsTerminal, panic};

use anyhow::{Result, anyhow};
use tracing_subscriber::{
    Layer, filter::Targets, fmt, layer::SubscriberExt, registry, util::SubscriberInitExt,
};

use crate::config::{Log, LogFormat};

/// Everything is said on standard error; standard output is for answers.
pub fn start(log: &Log) -> Result<()> {
    let filter: Targets = filter(&log.level)
        .parse()
        .map_err(|error| anyhow!("log.level is {:?}, which can't be read: {error}.", log.level))?;
    let is_text = match log.format {
        LogFormat::Text => true,
        LogFormat::Json => false,
        LogFormat::Auto => std::io::stderr().is_terminal(),
    };
    let lines = fmt::layer().with_writer(std::io::stderr);
    let started = match is_text {
        true => {
            let lines = lines.with_ansi(std::io::stderr().is_terminal());
            registry().with(lines.with_filter(filter)).try_init()
        }
        false => {
            let lines = lines.json().flatten_event(true).with_current_span(false);
            registry().with(lines.with_filter(filter)).try_init()
        }
    };
    started.map_err(|error| anyhow!("The log can't be started: {error}"))?;
    panic::set_hook(Box::new(|it| {
        // A text that was put together may hold what a customer wrote.
        let text = it.payload().downcast_ref::<&str>().copied().unwrap_or("a panic");
        let place = it.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current();
        tracing::error!(place, thread = thread.name().unwrap_or_default(), "{text}");
    }));
    Ok(())
}

/// What the reader of HTML says of the HTML of customers is no news for who runs Tend, and
/// who wants to see more means Tend: libraries say addresses and contents when they are asked
/// for everything. Who does want to hear one names it, as in `info,hyper=debug`.
fn filter(level: &str) -> String {
    match level.trim().to_ascii_lowercase().as_str() {
        more @ ("debug" | "trace") => format!("info,html5ever=error,tend={more}"),
        _ => format!("html5ever=error,{level}"),
    }
}

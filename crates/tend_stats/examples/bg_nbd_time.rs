//! How long a fit of BG/NBD takes: the best of five, in milliseconds. Called by
//! `against_lifetimes.sh` with a CSV of frequency, recency and T.

use std::{env, fs, process::ExitCode, time::Instant};

use tend_stats::{
    History,
    bg_nbd::{self, Stops},
};

fn main() -> ExitCode {
    match run() {
        Ok(best) => {
            println!("{best:.3}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<f64, String> {
    let file = env::args().nth(1).ok_or("usage: bg_nbd_time FILE")?;
    let text = fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
    let histories: Vec<History> = text.lines().skip(1).filter_map(history).collect();
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let start = Instant::now();
        bg_nbd::fit(&histories, Stops::AfterRepeats).map_err(|error| format!("{file}: {error}"))?;
        best = best.min(start.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(best)
}

fn history(line: &str) -> Option<History> {
    let mut fields = line.split(',');
    let mut number = || fields.next()?.trim().parse::<f64>().ok();
    Some(History::new(number()? as u64, number()?, number()?))
}

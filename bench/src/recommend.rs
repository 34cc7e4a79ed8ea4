//! How long `tend stats recommend` takes for a million purchases: reading them, choosing settings
//! on a part that it holds back, learning, and the lists of all customers.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::bars::Bar;

const PURCHASES: u64 = 1_000_000;
const CUSTOMERS: u64 = 50_000;
const PRODUCTS: u64 = 3_000;
/// Customers are of so many tastes, each with products of its own.
const TASTES: u64 = 25;
const LONGEST: Duration = Duration::from_secs(600);

/// Seconds and megabytes, by EASE and by what the program chooses itself.
pub fn measure(tend: &Path) -> Result<Vec<Bar>> {
    let folder = tempfile::tempdir()?;
    let (file, lists) = (folder.path().join("purchases.csv"), folder.path().join("lists.csv"));
    write(&file)?;
    let run = |method: &str| {
        let mut command = Command::new(tend);
        command.args(["stats", "recommend"]).arg(&file).args(["--method", method]);
        watched(command.arg("--output").arg(&lists).stdout(Stdio::null()).spawn()?)
    };
    let (ease, memory) = run("ease")?;
    let rows = std::fs::read_to_string(&lists)?.lines().count();
    let (auto, _) = run("auto")?;
    Ok(vec![
        Bar::at_most("recommending from 1 M purchases, EASE, whole command", ease, "s", 60.0)
            .beside(format!("{} rows of lists, {PRODUCTS} products", rows.saturating_sub(1))),
        Bar::at_most("  its memory at most", memory, "MB", 1024.0),
        Bar::shown("  with every method tried", auto, "s"),
    ])
}

/// Bestsellers and the rest, in tastes; the same ones on each run.
fn write(file: &Path) -> Result<()> {
    let mut to = BufWriter::new(File::create(file)?);
    writeln!(to, "customer,product,time")?;
    let mut state = 9_u64;
    let mut unit = || {
        // Knuth's MMIX generator: its upper bits are random enough for made-up purchases.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    };
    for time in 0..PURCHASES {
        let customer = (unit() * CUSTOMERS as f64) as u64;
        let any = (PRODUCTS as f64 * unit().powi(3)) as u64;
        let product = if unit() < 0.5 { any - any % TASTES + customer % TASTES } else { any };
        writeln!(to, "c{customer},p{},{}", product.min(PRODUCTS - 1), 1_700_000_000 + 60 * time)?;
    }
    Ok(to.flush()?)
}

/// How long it ran, and the most memory that it held, in megabytes.
#[expect(clippy::disallowed_methods, reason = "a bench lets time pass")]
fn watched(mut child: Child) -> Result<(f64, f64)> {
    let (began, mut most) = (Instant::now(), 0.0_f64);
    let status = format!("/proc/{}/status", child.id());
    loop {
        if let Some(ended) = child.try_wait()? {
            let took = began.elapsed().as_secs_f64();
            return if ended.success() { Ok((took, most)) } else { bail!("tend ended: {ended}") };
        }
        // It may have ended since, and then there is nothing to read.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        if let Some(line) = text.lines().find_map(|it| it.strip_prefix("VmHWM:")) {
            let kilobytes = line.trim().trim_end_matches(" kB").trim();
            most = most.max(kilobytes.parse::<f64>().context("VmHWM is no number")? / 1024.0);
        }
        if began.elapsed() > LONGEST {
            child.kill()?;
            bail!("tend stats recommend does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

//! Figures beside their bars.

use anyhow::Result;
use serde::Serialize;

/// Whether a figure has to meet a bar, or is shown beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Bar,
    Beside,
}

/// One line.
#[derive(Clone, Debug, Serialize)]
pub struct Bar {
    pub what: String,
    /// In `unit`.
    pub figure: f64,
    pub unit: &'static str,
    /// In words, as `≤ 300 ms`; empty for what is only shown.
    pub bar: String,
    /// Nothing when there is no bar.
    pub met: Option<bool>,
    /// What it was compared with, or how it spread.
    pub beside: String,
}

impl Bar {
    /// A figure that may not be larger.
    pub fn at_most(what: impl Into<String>, figure: f64, unit: &'static str, most: f64) -> Self {
        let bar = format!("≤ {}", plain(most, unit));
        Self {
            what: what.into(),
            figure,
            unit,
            bar,
            met: Some(figure <= most),
            beside: String::new(),
        }
    }

    /// A figure that may not be smaller.
    pub fn at_least(what: impl Into<String>, figure: f64, unit: &'static str, least: f64) -> Self {
        let bar = format!("≥ {}", plain(least, unit));
        Self {
            what: what.into(),
            figure,
            unit,
            bar,
            met: Some(figure >= least),
            beside: String::new(),
        }
    }

    /// A figure without a bar.
    pub fn shown(what: impl Into<String>, figure: f64, unit: &'static str) -> Self {
        Self {
            what: what.into(),
            figure,
            unit,
            bar: String::new(),
            met: None,
            beside: String::new(),
        }
    }

    pub fn beside(self, words: impl Into<String>) -> Self {
        Self { beside: words.into(), ..self }
    }

    /// Without its bar, if it only stands beside.
    pub fn on(self, side: Side) -> Self {
        match side {
            Side::Bar => self,
            Side::Beside => Self { bar: String::new(), met: None, ..self },
        }
    }

    fn print(&self) {
        let met = match self.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        let figure = plain(self.figure, self.unit);
        println!("{:<58}{figure:>14}  {:<12}{met:<8}{}", self.what, self.bar, self.beside);
    }
}

fn plain(figure: f64, unit: &str) -> String {
    match figure.abs() {
        it if it >= 100.0 || it.fract() == 0.0 => format!("{figure:.0} {unit}"),
        it if it >= 10.0 => format!("{figure:.1} {unit}"),
        _ => format!("{figure:.2} {unit}"),
    }
}

#[derive(Default, Serialize)]
pub struct Bars {
    figures: Vec<Bar>,
}

impl Bars {
    /// Each is shown as soon as it is known.
    pub fn add(&mut self, it: Bar) {
        it.print();
        self.figures.push(it);
    }

    pub fn extend(&mut self, all: Vec<Bar>) {
        for it in all {
            self.add(it);
        }
    }

    pub fn missed(&self) -> usize {
        self.figures.iter().filter(|it| it.met == Some(false)).count()
    }

    pub fn print_sum(&self) {
        let bars = self.figures.iter().filter(|it| it.met.is_some()).count();
        println!("\n{} of {bars} bars met", bars - self.missed());
    }

    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }
}

/// What it ran on, in a line.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?").to_owned();
    format!("{cores} cores, load {load} before we began. Absolute times are those of this machine.")
}

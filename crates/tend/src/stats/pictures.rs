//! Pictures of survival and of reliability.

use tend_stats::metrics::Evaluation;
use tend_stats::survival::Curve;
use tend_views::charts::{Lines, Series, Stroke};

/// More curves than this are not told apart by their look.
const MOST_BANDS: usize = 2;

/// Survival curves, with the band of their interval if there are few.
pub fn survival<'a>(curves: impl Iterator<Item = (&'a str, &'a Curve)>) -> Lines {
    let curves: Vec<(&str, &Curve)> = curves.collect();
    let banded = curves.len() <= MOST_BANDS;
    let strokes = [Stroke::First, Stroke::Second, Stroke::Dashed];
    let one = |(at, (name, curve)): (usize, &(&str, &Curve))| {
        let mut series = Series::new(*name, strokes[at % strokes.len()], stairs(curve));
        if banded {
            series.band = curve.points.iter().map(|p| (p.time, p.lower, p.upper)).collect();
        }
        series
    };
    Lines {
        title: "How many are still there".to_owned(),
        x: "Time".to_owned(),
        y: "Share still there".to_owned(),
        percent: true,
        series: curves.iter().enumerate().map(one).collect(),
        mark: None,
        between: None,
        ticks: Vec::new(),
    }
}

/// The corners of a curve: level up to a time, then down at once.
fn stairs(curve: &Curve) -> Vec<(f64, f64)> {
    let mut corners = vec![(0.0, 1.0)];
    let mut level = 1.0;
    for point in &curve.points {
        corners.extend([(point.time, level), (point.time, point.survival)]);
        level = point.survival;
    }
    corners
}

/// What was foretold against what came, in ten bins.
pub fn reliability(figures: &Evaluation, of_test: bool) -> Lines {
    let bins = &figures.reliability;
    let most = bins.iter().map(|bin| bin.predicted.max(bin.observed.upper)).fold(0.0, f64::max);
    let mut seen = Series::new(
        "What came",
        Stroke::Dots,
        bins.iter().map(|bin| (bin.predicted, bin.observed.value)).collect(),
    );
    seen.band =
        bins.iter().map(|bin| (bin.predicted, bin.observed.lower, bin.observed.upper)).collect();
    let title = match of_test {
        true => "Foretold and what came: test rows",
        false => "Foretold and what came: training rows, out of fold",
    };
    Lines {
        title: title.to_owned(),
        x: "Foretold probability".to_owned(),
        y: "Share that left".to_owned(),
        percent: true,
        series: vec![
            Series::new("As foretold", Stroke::Dashed, vec![(0.0, 0.0), (most, most)]),
            seen,
        ],
        mark: None,
        between: None,
        ticks: Vec::new(),
    }
}

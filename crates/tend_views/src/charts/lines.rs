//! Lines over time: tracking of predicted against actual, retention and survival curves.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, Render, html};

use super::axis::Axis;
use crate::parts::percent;

/// A picture of lines.
#[derive(Clone, Debug)]
pub struct Lines {
    pub title: String,
    /// What the horizontal axis is.
    pub x: String,
    /// What the vertical axis is.
    pub y: String,
    /// Values of 0 to 1 are written as 0% to 100%.
    pub percent: bool,
    /// The last one is drawn on top.
    pub series: Vec<Series>,
    /// A moment that is marked with a line across, and its name.
    pub mark: Option<(f64, String)>,
    /// Between which two the vertical axis lies, if not between what the values ask for.
    pub between: Option<(f64, f64)>,
    /// What is written below the horizontal axis, and where; round numbers if it is empty.
    pub ticks: Vec<(f64, String)>,
}

/// One line of a picture.
#[derive(Clone, Debug)]
pub struct Series {
    pub name: String,
    pub stroke: Stroke,
    /// In the order of x.
    pub points: Vec<(f64, f64)>,
    /// A band around it (x, low, high), as for an interval; empty for none.
    pub band: Vec<(f64, f64, f64)>,
}

/// How a line is drawn. What tells them apart is more than the colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// The one that matters.
    First,
    /// The one it is compared with.
    Second,
    Dashed,
    /// Stairs, as of a survival curve.
    Steps,
    /// Points that nothing joins.
    Dots,
}

impl Series {
    pub fn new(name: impl Into<String>, stroke: Stroke, points: Vec<(f64, f64)>) -> Series {
        Series { name: name.into(), stroke, points, band: Vec::new() }
    }
}

/// How large a picture is, in the pixels of its own letters.
#[derive(Clone, Copy, PartialEq)]
struct Size {
    width: f64,
    height: f64,
    /// How far above the lines their names stand; beside the name of the axis where there is room.
    legend: f64,
}

const WIDE: Size = Size { width: 720.0, height: 400.0, legend: 12.0 };
/// On a telephone, where a wide one's letters would be too small to read.
const NARROW: Size = Size { width: 340.0, height: 280.0, legend: 34.0 };
const LEFT: f64 = 64.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 48.0;

impl Lines {
    /// What is drawn, in words: each line from where to where.
    pub fn description(&self) -> String {
        let mut text = format!("{} over {}.", self.y, lower(&self.x));
        for series in &self.series {
            let (Some(first), Some(last)) = (series.points.first(), series.points.last()) else {
                continue;
            };
            let (from, to) = (self.value(first.1), self.value(last.1));
            // Writing to a text does not fail.
            let _ = if series.points.len() == 1 {
                write!(text, " {}: {from} at {}.", series.name, self.at(first.0))
            } else {
                let (start, end) = (self.at(first.0), self.at(last.0));
                write!(text, " {}: from {from} at {start} to {to} at {end}.", series.name)
            };
        }
        if let Some((at, name)) = &self.mark {
            let _ = write!(text, " Marked at {}: {name}.", self.at(*at));
        }
        text
    }

    fn value(&self, value: f64) -> String {
        if self.percent { percent(value, 1) } else { plain(value) }
    }

    /// The picture for a file of its own: it brings its colours, for light and for dark.
    pub fn file(&self) -> String {
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
        head.to_owned() + &self.draw(WIDE, None).into_string()
    }

    /// Without a class it is a picture that stands alone.
    fn draw(&self, size: Size, class: Option<&str>) -> Markup {
        let Size { width, height, .. } = size;
        let alone = class.is_none();
        let points = || self.series.iter().flat_map(|s| s.points.iter().copied());
        let bands = self.series.iter().flat_map(|s| s.band.iter().flat_map(|b| [b.1, b.2]));
        let x = Axis::up_to_its_end(points().map(|p| p.0), LEFT, width - RIGHT);
        let y = match self.between {
            Some(ends) => Axis::between(ends, height - BOTTOM, TOP),
            None => Axis::over(points().map(|p| p.1).chain(bands), height - BOTTOM, TOP),
        };
        html! {
            svg class={ "chart" @if let Some(class) = class { " " (class) } }
                xmlns="http://www.w3.org/2000/svg" role="img"
                viewBox=(format!("0 0 {width} {height}"))
                width=[alone.then_some(width)] height=[alone.then_some(height)] {
                title { (self.title) }
                desc { (self.description()) }
                @if alone {
                    style { (PreEscaped(COLOURS)) (PreEscaped(STYLE)) }
                    rect class="chart-paper" width="100%" height="100%" {}
                    text class="chart-title" x=(LEFT) y="24" { (self.title) }
                }
                (self.axes(size, &x, &y))
                @for series in &self.series { (series.band(&x, &y)) }
                @for series in &self.series { (series.draw(&x, &y)) }
                (self.legend(size))
            }
        }
    }

    fn axes(&self, size: Size, x: &Axis, y: &Axis) -> Markup {
        let (bottom, right) = (size.height - BOTTOM, size.width - RIGHT);
        html! {
            @for tick in y.ticks() {
                @let at = short(y.place(tick));
                line class="chart-grid" x1=(LEFT) x2=(right) y1=(at) y2=(at) {}
                text class="chart-tick" x=(LEFT - 8.0) y=(at) dy="0.35em" text-anchor="end" {
                    (y.text(tick, self.percent))
                }
            }
            @for (at, text) in self.ticks_at(size, x) {
                text class="chart-tick" x=(short(x.place(at))) y=(bottom + 18.0)
                    text-anchor="middle" { (text) }
            }
            text class="chart-label" x=(right) y=(size.height - 8.0) text-anchor="end" { (self.x) }
            text class="chart-label" x=(LEFT) y=(TOP - 12.0) { (self.y) }
            @if let Some((at, name)) = &self.mark {
                @let place = x.place(*at);
                line class="chart-mark" x1=(short(place)) x2=(short(place)) y1=(TOP) y2=(bottom) {}
                text class="chart-tick" x=(short(place - 6.0)) y=(bottom - 8.0) text-anchor="end" {
                    (name)
                }
            }
        }
    }

    /// As many as there is room for.
    fn ticks_at(&self, size: Size, x: &Axis) -> Vec<(f64, String)> {
        if self.ticks.is_empty() {
            return x.ticks().into_iter().map(|tick| (tick, x.text(tick, false))).collect();
        }
        let letters = self.ticks.iter().map(|it| it.1.chars().count()).max().unwrap_or(1);
        let room = (size.width - LEFT - RIGHT) / (7.0 * letters as f64 + 16.0);
        let each = (self.ticks.len() as f64 / room.max(1.0)).ceil().max(1.0) as usize;
        self.ticks.iter().step_by(each).cloned().collect()
    }

    /// What is written at a place of the horizontal axis.
    fn at(&self, x: f64) -> String {
        let nearest = self.ticks.iter().rfind(|it| it.0 <= x);
        nearest.map_or_else(|| plain(x), |it| it.1.clone())
    }

    /// Names with a piece of their line, from the right.
    fn legend(&self, size: Size) -> Markup {
        // About what the letters of a name take.
        let wide = |series: &Series| 7.0 * series.name.chars().count() as f64 + 44.0;
        let entries = self.series.iter().rev().scan(size.width - RIGHT, |right, series| {
            let here = *right;
            *right -= wide(series);
            Some((series, here, *right + 36.0))
        });
        html! {
            @for (series, right, line) in entries {
                text class="chart-tick" x=(short(right)) y=(TOP - size.legend) text-anchor="end" {
                    (series.name)
                }
                @if series.stroke == Stroke::Dots {
                    circle class="chart-dot" cx=(short(line - 10.0)) cy=(TOP - size.legend - 4.0) r="3" {}
                } @else {
                    line class=(series.class()) x1=(short(line - 20.0)) x2=(short(line))
                        y1=(TOP - size.legend - 4.0) y2=(TOP - size.legend - 4.0) {}
                }
            }
        }
    }
}

/// The picture on a page, in its colours: the one that fits is shown.
impl Render for Lines {
    fn render(&self) -> Markup {
        html! {
            (self.draw(WIDE, Some("chart-wide")))
            (self.draw(NARROW, Some("chart-narrow")))
        }
    }
}

impl Series {
    fn class(&self) -> &'static str {
        match self.stroke {
            Stroke::First | Stroke::Steps => "chart-line",
            Stroke::Second | Stroke::Dots => "chart-line chart-line-second",
            Stroke::Dashed => "chart-line chart-line-dashed",
        }
    }

    fn draw(&self, x: &Axis, y: &Axis) -> Markup {
        if self.stroke == Stroke::Dots || self.points.len() == 1 {
            return html! {
                @for (a, b) in &self.points {
                    circle class="chart-dot" cx=(short(x.place(*a))) cy=(short(y.place(*b))) r="3" {}
                }
            };
        }
        let mut path = String::new();
        for (i, (a, b)) in self.points.iter().enumerate() {
            let (a, b) = (short(x.place(*a)), short(y.place(*b)));
            // Writing to a text does not fail.
            let _ = match (i, self.stroke) {
                (0, _) => write!(path, "M{a} {b}"),
                (_, Stroke::Steps) => write!(path, "H{a}V{b}"),
                _ => write!(path, "L{a} {b}"),
            };
        }
        html! { path class=(self.class()) d=(path) {} }
    }

    fn band(&self, x: &Axis, y: &Axis) -> Markup {
        let place = |a: f64, b: f64| format!("{} {}", short(x.place(a)), short(y.place(b)));
        let upper = self.band.iter().map(|(a, _, high)| place(*a, *high));
        let lower = self.band.iter().rev().map(|(a, low, _)| place(*a, *low));
        let corners: Vec<String> = upper.chain(lower).collect();
        html! {
            @if !corners.is_empty() { polygon class="chart-band" points=(corners.join(" ")) {} }
        }
    }
}

/// A place, to a tenth of a pixel.
fn short(place: f64) -> String {
    let text = format!("{place:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A number as people write it, with at most two decimals.
fn plain(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

/// The tokens of the look, for a picture that stands alone.
const COLOURS: &str = "\
svg{--paper:#fff;--ink:#1b2123;--ink-3:#5f6769;--chart-1:#14667a;--chart-2:#8f9698;\
--chart-band:#14667a22;--chart-grid:#2b33361a;font-family:Inter,system-ui,sans-serif}\
@media(prefers-color-scheme:dark){svg{--paper:#12171a;--ink:#eaedee;--ink-3:#949b9e;\
--chart-1:#5fb3c9;--chart-2:#7a8285;--chart-band:#5fb3c92b;--chart-grid:#dce4e71c}}";

/// What the style sheet `parts/chart.css` says.
const STYLE: &str = "\
.chart-paper{fill:var(--paper)}\
.chart-title{fill:var(--ink);font-size:15px;font-weight:600}\
.chart-label,.chart-tick{fill:var(--ink-3);font-size:12px}\
.chart-grid{stroke:var(--chart-grid)}\
.chart-mark{stroke:var(--ink-3);stroke-dasharray:2 4}\
.chart-line{fill:none;stroke:var(--chart-1);stroke-width:2;stroke-linejoin:round}\
.chart-line-second{stroke:var(--chart-2)}\
.chart-line-dashed{stroke:var(--chart-2);stroke-dasharray:6 4}\
.chart-dot{fill:var(--ink-3)}\
.chart-band{fill:var(--chart-band)}";

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Lines {
        let mut model = Series::new("sBG", Stroke::First, vec![(0.0, 1.0), (2.0, 0.468)]);
        model.band = vec![(0.0, 1.0, 1.0), (2.0, 0.4, 0.5)];
        Lines {
            title: "Customers <left>".to_owned(),
            x: "Renewals".to_owned(),
            y: "Share left".to_owned(),
            percent: true,
            series: vec![Series::new("Actual", Stroke::Dots, vec![(1.0, 0.631)]), model],
            mark: Some((1.0, "learned from".to_owned())),
            between: None,
            ticks: Vec::new(),
        }
    }

    #[test]
    fn an_axis_of_dates_says_them_where_there_is_room() {
        let ticks = (0..24).map(|n| (f64::from(n) / 12.0, format!("1 Jan {n}"))).collect();
        let it = Lines { ticks, ..picture() };
        let on = |size: Size| {
            let x = Axis::up_to_its_end([0.0, 2.0].into_iter(), LEFT, size.width - RIGHT);
            it.ticks_at(size, &x).len()
        };
        assert_eq!((on(WIDE), on(NARROW)), (8, 4));
        assert!(it.description().contains("from 100.0% at 1 Jan 0 to 46.8% at 1 Jan 23."));
    }

    #[test]
    fn a_picture_says_in_words_what_it_shows() {
        let words = picture().description();
        assert_eq!(
            words,
            "Share left over renewals. Actual: 63.1% at 1. sBG: from 100.0% at 0 to 46.8% at \
             2. Marked at 1: learned from."
        );
        let file = picture().file();
        assert!(file.contains("role=\"img\"") && file.contains(&format!("<desc>{words}</desc>")));
        assert!(file.contains("Customers &lt;left&gt;"), "what is written in is escaped");
        assert!(!file.contains("NaN"));
    }

    #[test]
    fn on_a_page_it_takes_the_pages_colours() {
        let page = picture().render().into_string();
        assert!(!page.contains("<style>") && page.contains("class=\"chart-line\""));
        let empty = Lines { series: Vec::new(), ..picture() };
        assert!(!empty.file().contains("NaN"));
    }
}

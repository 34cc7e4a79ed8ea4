//! Points with how sure both of their values are, as for importance against performance.

use std::fmt::Write as _;

use maud::{Markup, Render, html};

use super::axis::Axis;

/// A value with the ends of its interval.
pub type Sure = (f64, f64, f64);

/// A picture of points that are numbered as the rows of the table beside it.
#[derive(Clone, Debug)]
pub struct Cross {
    pub title: String,
    /// What the horizontal axis is.
    pub x: String,
    /// What the vertical axis is; its values of 0 to 1 are shares.
    pub y: String,
    /// The scale of the horizontal axis, whole numbers.
    pub scale: (i64, i64),
    /// Each with its name, its place across and its height.
    pub points: Vec<(String, Sure, Sure)>,
    /// A height that is marked with a line along, and its name.
    pub mark: (f64, String),
}

const LEFT: f64 = 64.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 48.0;

impl Cross {
    /// What is drawn, in words.
    pub fn description(&self) -> String {
        let mut text = format!("{} against {}.", self.y, self.x.to_lowercase());
        for (n, (name, x, y)) in self.points.iter().enumerate() {
            // Writing to a text does not fail.
            let _ = write!(text, " {}, {name}: {:.1}, {:.0}%.", n + 1, x.0, 100.0 * y.0);
        }
        text
    }

    fn draw(&self, (width, height): (f64, f64), class: &str) -> Markup {
        let (low, high) = (self.scale.0 as f64, self.scale.1 as f64);
        let x = Axis::between((low, high), LEFT, width - RIGHT);
        let tops = self.points.iter().map(|it| it.2.2);
        let y = Axis::over(tops.chain([self.mark.0]), height - BOTTOM, TOP);
        html! {
            svg class={ "chart " (class) } xmlns="http://www.w3.org/2000/svg" role="img" viewBox=(format!("0 0 {width} {height}")) {
                title { (self.title) }
                desc { (self.description()) }
                (self.axes((width, height), &x, &y))
                @for (n, (_, across, up)) in self.points.iter().enumerate() {
                    (point(n + 1, (across, up), (&x, &y)))
                }
            }
        }
    }

    fn axes(&self, (width, height): (f64, f64), x: &Axis, y: &Axis) -> Markup {
        let (bottom, right) = (height - BOTTOM, width - RIGHT);
        let mark = place(y, self.mark.0);
        html! {
            @for tick in y.ticks() {
                line class="chart-grid" x1=(LEFT) x2=(right) y1=(place(y, tick)) y2=(place(y, tick)) {}
                text class="chart-tick" x=(LEFT - 8.0) y=(place(y, tick)) dy="0.35em" text-anchor="end" { (y.text(tick, true)) }
            }
            @for tick in self.scale.0..=self.scale.1 {
                text class="chart-tick" x=(place(x, tick as f64)) y=(bottom + 18.0) text-anchor="middle" { (tick) }
            }
            line class="chart-mark" x1=(LEFT) x2=(right) y1=(mark) y2=(mark) {}
            text class="chart-tick" x=(LEFT + 6.0) y=(mark) dy="-0.5em" { (self.mark.1) }
            text class="chart-label" x=(right) y=(height - 8.0) text-anchor="end" { (self.x) }
            text class="chart-label" x=(LEFT) y=(TOP - 16.0) { (self.y) }
        }
    }
}

fn place(axis: &Axis, value: f64) -> String {
    format!("{:.1}", axis.place(value.clamp(axis.low, axis.high)))
}

fn point(number: usize, (across, up): (&Sure, &Sure), (x, y): (&Axis, &Axis)) -> Markup {
    let (cx, cy) = (place(x, across.0), place(y, up.0));
    html! {
        @if across.1.is_finite() && across.2.is_finite() {
            line class="chart-line-second" x1=(place(x, across.1)) x2=(place(x, across.2)) y1=(cy) y2=(cy) {}
        }
        @if up.1.is_finite() && up.2.is_finite() {
            line class="chart-line-second" x1=(cx) x2=(cx) y1=(place(y, up.1)) y2=(place(y, up.2)) {}
        }
        circle class="chart-spot" cx=(cx) cy=(cy) r="10" {}
        text class="chart-number" x=(cx) y=(cy) dy="0.35em" text-anchor="middle" { (number) }
    }
}

/// The picture on a page: the one that fits is shown.
impl Render for Cross {
    fn render(&self) -> Markup {
        html! {
            (self.draw((720.0, 400.0), "chart-wide"))
            (self.draw((340.0, 300.0), "chart-narrow"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_point_is_drawn_with_both_intervals_and_said_in_words() {
        let it = Cross {
            title: "Drivers <1>".to_owned(),
            x: "Performance".to_owned(),
            y: "Importance".to_owned(),
            scale: (1, 7),
            points: vec![
                ("Quality".to_owned(), (5.5, 5.0, 6.0), (0.4, 0.2, 0.6)),
                ("Price".to_owned(), (7.0, f64::NAN, f64::NAN), (0.1, 0.0, 0.3)),
            ],
            mark: (0.5, "the mean".to_owned()),
        };
        let drawn = it.draw((720.0, 400.0), "chart-wide").into_string();
        assert_eq!(drawn.matches("<circle").count(), 2);
        assert_eq!(drawn.matches("chart-line-second").count(), 3);
        assert!(!drawn.contains("NaN"));
        assert!(drawn.contains("Drivers &lt;1&gt;"));
        assert_eq!(
            it.description(),
            "Importance against performance. 1, Quality: 5.5, 40%. 2, Price: 7.0, 10%."
        );
    }
}

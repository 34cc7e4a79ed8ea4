//! Money, days and stages, as all pages of the book write them.

use jiff::{Span, civil::date};
use maud::{Markup, html};
use tend_core::book::StageTone;

use crate::parts::{Badge, Tone, badge, grouped};

/// How many minor units one unit of a currency has.
fn factor(currency: &str) -> i64 {
    match currency {
        "JPY" | "KRW" | "CLP" | "ISK" | "VND" | "XAF" | "XOF" | "PYG" | "UGX" => 1,
        "BHD" | "KWD" | "OMR" | "JOD" | "TND" | "IQD" => 1000,
        _ => 100,
    }
}

/// `€ 412,000`: whole units, with the sign or the code in front.
pub fn money(minor: i64, currency: &str) -> Markup {
    let sign = match currency {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        code => code,
    };
    let unit = factor(currency);
    let whole = (minor + unit / 2).div_euclid(unit);
    html! { span.book-money { span.u-quiet { (sign) } "\u{a0}" (grouped(whole)) } }
}

/// What an input of money holds: `412000.50`.
pub(super) fn amount(minor: i64, currency: &str) -> String {
    match factor(currency) {
        1 => minor.to_string(),
        unit => {
            let digits = unit.ilog10() as usize;
            let text = format!("{}.{:0digits$}", minor / unit, minor % unit);
            text.strip_suffix(".00").unwrap_or(&text).to_owned()
        }
    }
}

/// A day since 1970: `14 Jan`, with the year if it is not this one.
pub fn day_text(day: i64, today: i64) -> String {
    let at = |day: i64| date(1970, 1, 1).checked_add(Span::new().days(day)).ok();
    let (Some(it), Some(now)) = (at(day), at(today)) else { return String::new() };
    match it.year() == now.year() || (day - today).abs() < 180 {
        true => it.strftime("%-d %b").to_string(),
        false => it.strftime("%-d %b %Y").to_string(),
    }
}

/// `2026-11-20`, as a field of a day holds it.
pub fn day_iso(day: i64) -> String {
    let at = date(1970, 1, 1).checked_add(Span::new().days(day));
    at.map_or(String::new(), |it| it.to_string())
}

/// A day with how far it lies ahead: `14 Jan 55 d`.
pub fn day_ahead(day: i64, today: i64) -> Markup {
    let left = day - today;
    html! {
        span.book-day { (day_text(day, today)) " "
            @match left {
                0 => span.u-warn.u-medium.u-small { "today" },
                left if left < 0 => span.u-bad.u-medium.u-small { (-left) " d ago" },
                left if left <= 60 => span.u-warn.u-medium.u-small { (left) " d" },
                left => span.u-quiet.u-small { (left) " d" },
            }
        }
    }
}

/// A stage in its colour.
pub fn stage_badge(name: &str, tone: StageTone) -> Badge {
    badge(name).tone(match tone {
        StageTone::Plain => Tone::Plain,
        StageTone::Accent => Tone::Accent,
        StageTone::Good => Tone::Good,
        StageTone::Warn => Tone::Warn,
        StageTone::Bad => Tone::Bad,
    })
}

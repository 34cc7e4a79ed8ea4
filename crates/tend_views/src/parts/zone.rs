//! A time zone to choose.

use super::{
    element::Element,
    field::{Field, select},
    sample::{Sample, sample},
};

/// All zones that people live in. With nothing chosen, the browser's own is proposed (`guess-zone` island).
pub fn zone_field(name: &str, label: &str, chosen: &str) -> Field {
    let zones = zones();
    let known = zones.iter().any(|it| it == chosen) || chosen.is_empty() || chosen == "UTC";
    let kept = (!known).then(|| (chosen.to_owned(), chosen.to_owned()));
    let places = zones.into_iter().map(|it| (it.clone(), it.replace('_', " ").replace('/', " / ")));
    let choices = std::iter::once(("UTC".to_owned(), "UTC".to_owned())).chain(kept).chain(places);
    let it = select(name, label, choices, if chosen.is_empty() { "UTC" } else { chosen });
    if chosen.is_empty() { it.attr("data-guess-zone", "") } else { it }
}

/// A zone of somebody else, which may be unknown.
pub fn their_zone_field(name: &str, label: &str, chosen: &str) -> Field {
    let zones = zones();
    let known = chosen.is_empty() || zones.iter().any(|it| it == chosen);
    let kept = (!known).then(|| (chosen.to_owned(), chosen.to_owned()));
    let places = zones.into_iter().map(|it| (it.clone(), it.replace('_', " ").replace('/', " / ")));
    let unknown = std::iter::once((String::new(), "Not known".to_owned()));
    select(name, label, unknown.chain(kept).chain(places), chosen)
}

fn zones() -> Vec<String> {
    let mut zones: Vec<String> =
        jiff::tz::db().available().map(|it| it.to_string()).filter(|it| is_lived_in(it)).collect();
    zones.sort();
    zones
}

fn is_lived_in(zone: &str) -> bool {
    let regions = [
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    ];
    regions.iter().any(|it| zone.starts_with(it))
}

pub fn samples() -> Vec<Sample> {
    vec![sample("chosen", zone_field("sample_zone", "Time zone", "Europe/Berlin"))]
}

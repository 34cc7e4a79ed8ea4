use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use tend_store::Tx;

use crate::{
    Result,
    agents::{
        self, AgentId,
        profile::{self, WorkingHours},
    },
    error::invalid,
    holidays, settings,
};

/// When a task is to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Due {
    #[default]
    Never,
    /// Day since 1970.
    On(i64),
    /// So many working days from today, by the hours of its owner and without the company's
    /// holidays; 0 is today, or the next day that is one.
    InWorkingDays(i64),
}

impl Due {
    /// The day, in the calendar of the one who shall do it; of the company, if it is nobody yet.
    pub(super) fn day(self, tx: &mut Tx, owner: Option<AgentId>) -> Result<Option<i64>> {
        match self {
            Self::Never => Ok(None),
            Self::On(day) if (-200_000..=200_000).contains(&day) => Ok(Some(day)),
            Self::On(_) => Err(invalid("due", "This is no day that can be kept.")),
            Self::InWorkingDays(n) if (0..=1000).contains(&n) => {
                let (zone, hours) = calendar(tx, owner)?;
                let today = tx.now().to_zoned(zone).date();
                let off = holidays::days(tx)?;
                Ok(Some(number(in_working_days(today, n, &hours, &off))))
            }
            Self::InWorkingDays(_) => {
                Err(invalid("due", "Write a number of working days from 0 to 1000."))
            }
        }
    }
}

/// What day it is for somebody, since 1970.
pub fn day_in(now: Timestamp, zone: &str) -> i64 {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    number(now.to_zoned(zone).date())
}

fn number(day: Date) -> i64 {
    let zero = jiff::civil::date(1970, 1, 1);
    zero.until(day).map_or(0, |it| i64::from(it.get_days()))
}

fn calendar(tx: &mut Tx, owner: Option<AgentId>) -> Result<(TimeZone, WorkingHours)> {
    let (zone, hours) = match owner {
        Some(id) => (agents::find(tx, id)?.time_zone, profile::choices(tx, id)?.0),
        None => (settings::get_or(tx, settings::TIME_ZONE, "UTC")?, WorkingHours::default()),
    };
    Ok((TimeZone::get(&zone).unwrap_or(TimeZone::UTC), hours))
}

/// Whether somebody works on that day; Monday to Friday, if they did not say.
fn is_working(day: Date, hours: &WorkingHours) -> bool {
    let at = day.weekday().to_monday_zero_offset() as usize;
    match hours.days.iter().all(Vec::is_empty) {
        true => at < 5,
        false => !hours.days[at].is_empty(),
    }
}

fn in_working_days(today: Date, n: i64, hours: &WorkingHours, off: &BTreeSet<Date>) -> Date {
    let next = |it: Date| it.checked_add(1.day()).unwrap_or(Date::MAX);
    let is_working = |day: Date| is_working(day, hours) && !off.contains(&day);
    let mut day = today;
    while !is_working(day) && day < Date::MAX {
        day = next(day);
    }
    // From a day off, the first working day counts as one of them.
    let mut left = if day == today { n } else { n - 1 };
    while left > 0 && day < Date::MAX {
        day = next(day);
        if is_working(day) {
            left -= 1;
        }
    }
    day
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{BTreeSet, WorkingHours, in_working_days};

    #[test]
    fn working_days_leave_out_the_days_off_of_the_one_who_does_it() {
        let none = BTreeSet::new();
        let usual = WorkingHours::default();
        let friday = date(2026, 11, 20);
        assert_eq!(in_working_days(friday, 0, &usual, &none), friday);
        assert_eq!(in_working_days(friday, 1, &usual, &none), date(2026, 11, 23));
        assert_eq!(in_working_days(friday, 6, &usual, &none), date(2026, 11, 30));
        let saturday = date(2026, 11, 21);
        assert_eq!(in_working_days(saturday, 0, &usual, &none), date(2026, 11, 23));
        assert_eq!(in_working_days(saturday, 1, &usual, &none), date(2026, 11, 23));
        // Somebody who works on Tuesdays and Saturdays.
        let mut own = WorkingHours::default();
        own.days[1] = vec![(540, 1020)];
        own.days[5] = vec![(540, 1020)];
        assert_eq!(in_working_days(friday, 1, &own, &none), saturday);
        assert_eq!(in_working_days(friday, 3, &own, &none), date(2026, 11, 28));
    }
    #[test]
    fn holidays_are_no_working_days() {
        let (usual, off) = (WorkingHours::default(), [date(2026, 11, 23), date(2026, 11, 28)]);
        let off = BTreeSet::from(off);
        let friday = date(2026, 11, 20);
        assert_eq!(in_working_days(friday, 1, &usual, &off), date(2026, 11, 24));
        assert_eq!(in_working_days(date(2026, 11, 23), 0, &usual, &off), date(2026, 11, 24));
        assert_eq!(in_working_days(friday, 6, &usual, &off), date(2026, 12, 1));
    }
}

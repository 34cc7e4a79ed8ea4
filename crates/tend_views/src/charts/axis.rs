//! From numbers to places in the picture, and where the ticks stand.

/// One direction of a picture: values from `low` to `high` on places from `from` to `to`.
#[derive(Clone, Debug)]
pub struct Axis {
    pub low: f64,
    pub high: f64,
    from: f64,
    to: f64,
    step: f64,
}

impl Axis {
    /// From 0, or from the lowest value if that is below, to a round number above the highest.
    pub fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Axis {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let high = if high > low { high } else { low + 1.0 };
        let step = round_step((high - low) / 5.0);
        Axis {
            low: (low / step).floor() * step,
            high: (high / step - 1e-9).ceil() * step,
            from,
            to,
            step,
        }
    }

    /// From one value to another, with steps of a round number from the lower one.
    pub fn between((low, high): (f64, f64), from: f64, to: f64) -> Axis {
        let high = if high > low { high } else { low + 1.0 };
        Axis { low, high, from, to, step: round_step((high - low) / 5.0) }
    }

    /// The same with the highest value as the end, not a round number.
    pub fn up_to_its_end(values: impl Iterator<Item = f64> + Clone, from: f64, to: f64) -> Axis {
        let end = values.clone().filter(|value| value.is_finite()).fold(0.0_f64, f64::max);
        let axis = Axis::over(values, from, to);
        if end > axis.low { Axis { high: end, ..axis } } else { axis }
    }

    /// The place of a value.
    pub fn place(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// Round values to write beside the axis.
    pub fn ticks(&self) -> Vec<f64> {
        let count = ((self.high - self.low) / self.step + 1e-9).floor() as i64;
        (0..=count).map(|i| self.low + i as f64 * self.step).collect()
    }

    /// A tick as text: as many decimals as the steps need.
    pub fn text(&self, tick: f64, percent: bool) -> String {
        let (tick, step) =
            if percent { (100.0 * tick, 100.0 * self.step) } else { (tick, self.step) };
        let decimals = (-step.log10().floor()).clamp(0.0, 6.0) as usize;
        let number = grouped(&format!("{tick:.decimals$}"));
        if percent { format!("{number}%") } else { number }
    }
}

/// 1, 2 or 5 times a power of ten, not below `least`.
fn round_step(least: f64) -> f64 {
    let power = 10.0_f64.powf(least.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|f| f * power >= least * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

/// Thousands set apart by a thin space.
fn grouped(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let (sign, digits) = whole.split_at(usize::from(whole.starts_with('-')));
    if digits.len() < 5 {
        return number.to_owned();
    }
    let mut text = sign.to_owned();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_all_values() {
        let axis = Axis::over([3.0, 4339.0].into_iter(), 0.0, 100.0);
        assert_eq!(axis.ticks(), [0.0, 1000.0, 2000.0, 3000.0, 4000.0, 5000.0]);
        assert_eq!(axis.place(2500.0), 50.0);
        let share = Axis::over([1.0, 0.173].into_iter(), 0.0, 1.0);
        assert_eq!(share.text(0.4, true), "40%");
        assert_eq!(share.high, 1.0);
        let nothing = Axis::over(std::iter::empty(), 0.0, 1.0);
        assert!(nothing.place(0.0).is_finite());
        assert_eq!(grouped("-12345.5"), "-12\u{2009}345.5");
    }
}

//! Reads from what test runners print how many tests there were.

use std::{fmt, ops::AddAssign};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Count {
    pub const ONE_FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };

    /// What one line adds, if it is the closing line of a runner.
    ///
    /// ```text
    /// Summary [   0.1s] 25 tests run: 24 passed (1 slow), 1 failed, 2 skipped     cargo nextest
    /// test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out  cargo test
    /// 12 passed, 0 failed                                                         ours
    /// ```
    ///
    /// What nextest shows again of a test that failed is indented, and counts no second time.
    pub fn of_line(line: &str) -> Option<Self> {
        let line = line.trim_end();
        let numbers = if let Some((_, rest)) = line.split_once("tests run:") {
            line.trim_start().starts_with("Summary").then_some(rest)?
        } else if let Some(rest) = line.strip_prefix("test result:") {
            rest.split_once('.')?.1
        } else {
            line.ends_with(['d']).then_some(line)?
        };
        let mut count = Self::default();
        for part in numbers.split([',', ';']) {
            let mut words = part.split_whitespace();
            let (number, what) = (words.next()?, words.next()?);
            if number == "finished" {
                continue;
            }
            let number: u64 = number.parse().ok()?;
            match what {
                "passed" => count.passed += number,
                "failed" | "timed" => count.failed += number,
                "skipped" | "ignored" => count.skipped += number,
                "measured" | "filtered" => {}
                _ => return None,
            }
        }
        Some(count)
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, it: Self) {
        self.passed += it.passed;
        self.failed += it.failed;
        self.skipped += it.skipped;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        match self.skipped {
            0 => Ok(()),
            skipped => write!(f, ", {skipped} skipped"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(line: &str) -> Option<(u64, u64, u64)> {
        Count::of_line(line).map(|it| (it.passed, it.failed, it.skipped))
    }

    #[test]
    fn closing_lines_are_read() {
        let nextest = "     Summary [   0.123s] 25 tests run: 23 passed (1 slow), 1 failed, 1 timed out, 2 skipped";
        assert_eq!(count(nextest), Some((23, 2, 2)));
        let cargo = "test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 7 filtered out; finished in 0.00s";
        assert_eq!(count(cargo), Some((3, 1, 2)));
    }

    #[test]
    fn other_lines_are_not() {
        assert_eq!(count("12 passed, 0 failed"), Some((12, 0, 0)));
        assert_eq!(count("the build failed"), None);
        assert_eq!(count("3 crates changed"), None);
        let again = "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured";
        assert_eq!(count(again), None, "it is in the sum already");
    }
}

//! Days, months and years as they are typed, and ranges of them.

use std::fmt;
use std::str::FromStr;

use time::{Date, Month};

/// A year, a month or a day, from its first to its last day.
///
/// ```
/// use excerpt::query::Period;
///
/// let month: Period = "2020-02".parse()?;
/// assert_eq!(month.first.day(), 1);
/// assert_eq!(month.last.day(), 29);
/// # Ok::<(), excerpt::query::ParsePeriodError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub first: Date,
    /// Its last day.
    pub last: Date,
}

/// The text is none of `YYYY`, `YYYY-MM` and `YYYY-MM-DD`, or there is no such
/// day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date of the form `YYYY`, `YYYY-MM` or `YYYY-MM-DD`")]
pub struct ParsePeriodError;

impl FromStr for Period {
    type Err = ParsePeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        period(text).ok_or(ParsePeriodError)
    }
}

fn period(text: &str) -> Option<Period> {
    let mut parts = text.splitn(3, '-');
    let year = i32::from(number(parts.next()?, 4..=4)?);
    let Some(month) = parts.next() else {
        return Some(Period {
            first: Date::from_calendar_date(year, Month::January, 1).ok()?,
            last: Date::from_calendar_date(year, Month::December, 31).ok()?,
        });
    };
    let month = Month::try_from(u8::try_from(number(month, 1..=2)?).ok()?).ok()?;
    let (first, last) = match parts.next() {
        None => (1, month.length(year)),
        Some(day) => {
            let day = u8::try_from(number(day, 1..=2)?).ok()?;
            (day, day)
        }
    };
    Some(Period {
        first: Date::from_calendar_date(year, month, first).ok()?,
        last: Date::from_calendar_date(year, month, last).ok()?,
    })
}

fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<u16> {
    let is_number = digits.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// What stands behind `date:`. At least one end is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DateRange {
    pub(super) after: Option<Date>,
    pub(super) before: Option<Date>,
}

/// Which way round a range was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Forward,
    /// It ended before it began, and was turned round.
    Backward,
}

impl DateRange {
    /// Reads `2020`, `2020..2021`, `2020-05..`, `..2019-12-31`, `>2020`,
    /// `>=2020`, `<2020` and `<=2020`.
    pub(super) fn read(text: &str) -> Option<(Self, Direction)> {
        if let Some((from, to)) = text.split_once("..") {
            return Self::between(from, to);
        }
        let (after, before) = if let Some(text) = text.strip_prefix(">=") {
            (Some(period(text)?.first), None)
        } else if let Some(text) = text.strip_prefix('>') {
            (Some(period(text)?.last.next_day()?), None)
        } else if let Some(text) = text.strip_prefix("<=") {
            (None, Some(period(text)?.last))
        } else if let Some(text) = text.strip_prefix('<') {
            // Before the year 0 there is nothing that could be written.
            let before = period(text)?.first.previous_day().filter(|day| day.year() >= 0);
            (None, Some(before?))
        } else {
            let Period { first, last } = period(text)?;
            (Some(first), Some(last))
        };
        Some((Self { after, before }, Direction::Forward))
    }

    fn between(from: &str, to: &str) -> Option<(Self, Direction)> {
        match (from, to) {
            ("", "") => None,
            (from, "") => {
                let after = Some(period(from)?.first);
                Some((Self { after, before: None }, Direction::Forward))
            }
            ("", to) => {
                let before = Some(period(to)?.last);
                Some((Self { after: None, before }, Direction::Forward))
            }
            (from, to) => {
                let (from, to) = (period(from)?, period(to)?);
                let (first, last, direction) = if from.first <= to.last {
                    (from.first, to.last, Direction::Forward)
                } else {
                    (to.first, from.last, Direction::Backward)
                };
                Some((Self { after: Some(first), before: Some(last) }, direction))
            }
        }
    }
}

impl fmt::Display for DateRange {
    /// Writes each end as the longest period that begins or ends there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = self.after.map(|day| (Unit::beginning(day), day));
        let to = self.before.map(|day| (Unit::ending(day), day));
        if let (Some((_, after)), Some((_, before))) = (from, to) {
            for unit in [Unit::Year, Unit::Month, Unit::Day] {
                let text = unit.text(after);
                if period(&text) == Some(Period { first: after, last: before }) {
                    return f.write_str(&text);
                }
            }
        }
        if let Some((unit, day)) = from {
            f.write_str(&unit.text(day))?;
        }
        f.write_str("..")?;
        if let Some((unit, day)) = to {
            f.write_str(&unit.text(day))?;
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Unit {
    Year,
    Month,
    Day,
}

impl Unit {
    fn beginning(day: Date) -> Self {
        match (day.month(), day.day()) {
            (Month::January, 1) => Self::Year,
            (_, 1) => Self::Month,
            _ => Self::Day,
        }
    }

    fn ending(day: Date) -> Self {
        match (day.month(), day.day()) {
            (Month::December, 31) => Self::Year,
            (month, last) if last == month.length(day.year()) => Self::Month,
            _ => Self::Day,
        }
    }

    fn text(self, day: Date) -> String {
        let (year, month) = (day.year(), u8::from(day.month()));
        match self {
            Self::Year => format!("{year:04}"),
            Self::Month => format!("{year:04}-{month:02}"),
            Self::Day => format!("{year:04}-{month:02}-{:02}", day.day()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = DateRange::read(text).map(|(range, _)| {
            let day = |day: Option<Date>| day.map(|day| Unit::Day.text(day)).unwrap_or_default();
            format!("{}/{}", day(range.after), day(range.before))
        });
        assert_eq!(found.unwrap_or_default(), expected, "{text:?}");
        if let Some((range, _)) = DateRange::read(text) {
            let again = DateRange::read(&range.to_string()).map(|(range, _)| range);
            assert_eq!(again, Some(range), "{range}");
        }
    }

    #[test]
    fn a_period_reaches_from_its_first_to_its_last_day() {
        check("2020", "2020-01-01/2020-12-31");
        check("2020-02", "2020-02-01/2020-02-29");
        check("2021-2", "2021-02-01/2021-02-28");
        check("2020-05-07", "2020-05-07/2020-05-07");
    }

    #[test]
    fn a_range_includes_both_ends() {
        check("2020..2021", "2020-01-01/2021-12-31");
        check("2020-05..", "2020-05-01/");
        check("..2019-12-31", "/2019-12-31");
        check("2020-01-01..2020-12-31", "2020-01-01/2020-12-31");
        check(">2020", "2021-01-01/");
        check(">=2020-05", "2020-05-01/");
        check("<2020", "/2019-12-31");
        check("<=2020-02", "/2020-02-29");
    }

    #[test]
    fn each_end_is_written_as_the_longest_period_that_ends_there() {
        for (typed, written) in [
            ("2020-01-01..2021-12-31", "2020..2021"),
            ("2020-02-01..2020-04-30", "2020-02..2020-04"),
            ("2020-02-02..2020-04-29", "2020-02-02..2020-04-29"),
            ("2020-02-01..2020-02-29", "2020-02"),
        ] {
            let range = DateRange::read(typed).map(|(range, _)| range.to_string());
            assert_eq!(range.as_deref(), Some(written), "{typed}");
        }
    }

    #[test]
    fn a_backward_range_is_turned_round() {
        check("2021..2019-05", "2019-05-01/2021-12-31");
        let direction = DateRange::read("2021..2020").map(|(_, direction)| direction);
        assert_eq!(direction, Some(Direction::Backward));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "..",
            ">",
            "x",
            "20",
            "20200",
            "2020-",
            "2020-13",
            "2021-02-29",
            "2020-05-07-1",
            "2020/05",
            "+202",
            "-2020",
            ">9999",
            "<0000",
            "2020..x",
            "２０２０",
        ] {
            check(text, "");
        }
    }
}

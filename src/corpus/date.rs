//! Dates as documents and records state them.

use time::{Date, Month};

/// The day that `text` names: `2021`, `2021-03`, `2021-03-04`, or the last of
/// these with anything behind it, as a time and a zone are. What is missing is
/// the first: `2021` is 2021-01-01. The day is the one written, whatever the
/// offset from UTC. Nothing looser is read: `01/02/2021` is two dates.
pub(super) fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    let end = text.find(|next: char| next != '-' && !next.is_ascii_digit()).unwrap_or(text.len());
    let (day, behind) = text.split_at(end);
    let mut parts = day.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |part| number(part, 2))?;
    let of_month = parts.next().map_or(Some(1), |part| number(part, 2))?;
    let is_whole = day.len() == "2021-03-04".len();
    if parts.next().is_some() || !behind.is_empty() && !is_whole {
        return None;
    }
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::from(year), month, u8::try_from(of_month).ok()?).ok()
}

fn number(digits: &str, len: usize) -> Option<u16> {
    let all_digits = digits.len() == len && digits.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_to_the_day() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(
                parse_date(text).map(|date| date.to_string()).as_deref(),
                expected,
                "{text}"
            );
        };
        check("2021", Some("2021-01-01"));
        check("2021-03", Some("2021-03-01"));
        check(" 2021-03-04 ", Some("2021-03-04"));
        check("2021-03-04T23:59:59+08:00", Some("2021-03-04"));
        check("2021-03-04 23:59", Some("2021-03-04"));
        check("2021-03-04Z", Some("2021-03-04"));
        check("2024-02-29", Some("2024-02-29"));
        check("2023-02-29", None);
        check("2021-13", None);
        check("2021-3-4", None);
        check("2021-03-041", None);
        check("2021 was good", None);
        check("2021-03 or so", None);
        check("2021-03-", None);
        check("04.03.2021", None);
        check("２０２１-01-19", None);
        check("+021", None);
        check("yesterday", None);
        check("", None);
        check("2021-03-04-05", None);
    }
}

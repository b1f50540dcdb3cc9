//! Dates as documents and records state them.

use time::{Date, Month};

/// The day that `text` names: `2021`, `2021-03`, or a whole day, `2021-03-04`,
/// `2021/03/04`, `20210304`, `4 March 2021`, `Thu, 04 Mar 2021` or `March 4, 2021`, with
/// a time behind it, or what else follows a space or a mark. What is missing is the first: `2021` is
/// 2021-01-01. The day is the one written, whatever the offset from UTC. Nothing looser
/// is read: `01/02/2021` is two dates.
pub(super) fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.starts_with(|first: char| first.is_ascii_digit())
        && let Some(date) = numeric(text)
    {
        return Some(date);
    }
    in_words(text)
}

/// A date that begins with its year.
fn numeric(text: &str) -> Option<Date> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == "20210304".len() {
        let (day, behind) = text.split_at(digits);
        let time = behind.strip_prefix(['T', ' ']).unwrap_or(behind);
        if !time.is_empty() && !time.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        return date(number(&day[..4], 4)?, number(&day[4..6], 2)?, number(&day[6..], 2)?);
    }
    let mark = if text[digits..].starts_with('/') { '/' } else { '-' };
    let end = text.find(|next: char| next != mark && !next.is_ascii_digit());
    let (day, behind) = text.split_at(end.unwrap_or(text.len()));
    let is_whole = day.len() == "2021-03-04".len();
    if mark == '/' && !is_whole {
        return None;
    }
    let mut parts = day.split(mark);
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |part| number(part, 2))?;
    let of_month = parts.next().map_or(Some(1), |part| number(part, 2))?;
    if parts.next().is_some() || !behind.is_empty() && !is_whole {
        return None;
    }
    date(year, month, of_month)
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A date with the English name of its month, behind that of a weekday or not: as mails
/// and feeds have it (RFC 2822), and as it is written.
fn in_words(text: &str) -> Option<Date> {
    let mut words = text
        .split(|next: char| next == ',' || next.is_whitespace())
        .filter(|word| !word.is_empty())
        .peekable();
    words.next_if(|word| named(&WEEKDAYS, word).is_some());
    let (first, second, year) = (words.next()?, words.next()?, words.next()?);
    let (day, month) = match named(&MONTHS, second) {
        Some(month) => (first, month),
        None => (second, named(&MONTHS, first)?),
    };
    let day = number(day, 1).or_else(|| number(day, 2))?;
    date(number(year, 4)?, month, day)
}

/// Which of `names`, from 1, `word` is, or the beginning of, as `Sept.` is.
fn named(names: &[&str], word: &str) -> Option<u16> {
    let word = word.trim_end_matches('.');
    let is_it = |name: &&str| {
        word.len() >= 3
            && name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    (1..).zip(names).find(|(_, name)| is_it(name)).map(|(number, _)| number)
}

fn date(year: u16, month: u16, day: u16) -> Option<Date> {
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
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
        check("2021/03/04", Some("2021-03-04"));
        check("2021/03/04 10:00", Some("2021-03-04"));
        check("20210304", Some("2021-03-04"));
        check("20210304T100000Z", Some("2021-03-04"));
        check("Thu, 04 Mar 2021 10:00:00 GMT", Some("2021-03-04"));
        check("4 Mar 2021 10:00:00 +0000", Some("2021-03-04"));
        check("Thursday, March 4, 2021", Some("2021-03-04"));
        check("4 MARCH 2021", Some("2021-03-04"));
        check("Sept. 30, 2021", Some("2021-09-30"));
        check("20210304 10:00:00", Some("2021-03-04"));
        check("2021-03-04/2021-03-05", Some("2021-03-04"));
        check("2021-03-04/05", Some("2021-03-04"));
        check("2021/03", None);
        check("2021/03-04", None);
        check("2021-03/04", None);
        check("04/03/2021", None);
        check("20211304", None);
        check("20210304 or so", None);
        check("1614852000", None);
        check("31 June 2021", None);
        check("4 Ma 2021", None);
        check("4 Marchy 2021", None);
        check("4. März 2021", None);
        check("March 2021", None);
        check("March 4", None);
        check("4 March 21", None);
        check("Thursday", None);
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

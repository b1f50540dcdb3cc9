//! Whether lines that nothing separates are a paragraph each.
//!
//! Editors that wrap on the screen leave one long line a paragraph, often with
//! no blank line between. Wrapped prose, verse, addresses and lists must not be
//! taken for that: their lines belong together.

use super::sentences;
use super::text::{columns, fits, is_wide_prose};

/// Longer than any usual wrapping leaves a line. Chosen by hand.
const LONG_COLUMNS: usize = 120;

/// The same where blank lines do separate the paragraphs. There lines that run
/// on without one are more likely sentences, each on its own line; few authors'
/// sentences are that long throughout. Chosen by hand.
const VERY_LONG_COLUMNS: usize = 200;

/// With fewer long lines it is one paragraph and its title, or a stray line. Chosen
/// by hand.
const LEAST_LONG_LINES: usize = 2;

/// Where no line is wider and most end in mid-sentence, the text is wrapped,
/// only widely. Chosen by hand.
const WRAP_COLUMNS: usize = 160;

/// Blank lines are scarce where they follow at most every so-manieth line.
/// Paragraphs of wrapped prose have about five lines. Chosen by hand.
const SCARCE_LINES: usize = 8;

/// Fewer lines can all end with a sentence by chance. Chosen by hand.
const LEAST_SENTENCE_LINES: usize = 4;

/// How a text uses blank lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlankLines {
    /// Hardly at all.
    Scarce,
    /// To separate.
    Separate,
}

impl BlankLines {
    /// Judges a text of `lines` lines that blank lines divide into `runs` runs.
    pub(super) fn judge(lines: usize, runs: usize) -> Self {
        match runs.saturating_sub(1) * SCARCE_LINES <= lines {
            true => Self::Scarce,
            false => Self::Separate,
        }
    }
}

/// Whether each line of `run`, which has several, is a paragraph.
pub(super) fn are_paragraphs(run: &str, blank_lines: BlankLines, max_chars: usize) -> bool {
    let long_columns = match blank_lines {
        BlankLines::Scarce => LONG_COLUMNS,
        BlankLines::Separate => VERY_LONG_COLUMNS,
    };
    if are_long(run, long_columns) {
        return !is_wrapped(run);
    }
    // A novel's dialogue keeps most lines short. Each ends with a sentence all
    // the same; so do single sentences that an author put on lines of their own,
    // which are left whole as long as they fit into a passage. Chinese and
    // Japanese are not written that way: there such lines are paragraphs.
    (!fits(run, max_chars) || is_wide_prose(run)) && are_sentences(run)
}

/// Whether nearly all of the text stands in long lines. By their share of the
/// text, not of the lines: half of these may be titles.
fn are_long(run: &str, long_columns: usize) -> bool {
    let (mut long, mut long_bytes) = (0, 0);
    for line in lines(run) {
        // Never more columns than bytes: most lines need no count.
        if line.len() > long_columns && columns(line) > long_columns {
            long += 1;
            long_bytes += line.len();
        }
    }
    long >= LEAST_LONG_LINES && long_bytes / 3 > run.len() / 4
}

/// Whether an editor broke the lines at a wide margin.
fn is_wrapped(run: &str) -> bool {
    let ends = lines(run).filter(|line| sentences::ends_sentence(line)).count();
    ends * 2 < lines(run).count() && lines(run).all(|line| columns(line) <= WRAP_COLUMNS)
}

/// Whether four of five lines end with a sentence.
fn are_sentences(run: &str) -> bool {
    let all = lines(run).count();
    let ends = lines(run).filter(|line| sentences::ends_sentence(line)).count();
    all >= LEAST_SENTENCE_LINES && ends * 5 >= all * 4
}

fn lines(run: &str) -> impl Iterator<Item = &str> {
    let ends = memchr::memchr_iter(b'\n', run.as_bytes()).chain([run.len()]);
    ends.scan(0, |start, end| {
        let line = &run[*start..end];
        *start = end + 1;
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[(usize, &str)], blank_lines: BlankLines, expected: bool) {
        let run: Vec<String> =
            lines.iter().map(|(length, end)| "word ".repeat(length / 5) + "word" + end).collect();
        assert_eq!(are_paragraphs(&run.join("\n"), blank_lines, 600), expected, "{lines:?}");
    }

    #[test]
    fn long_lines_are_paragraphs() {
        check(&[(300, "."), (200, "."), (30, ".")], BlankLines::Scarce, true);
        check(&[(300, ""), (400, "")], BlankLines::Scarce, true);
    }

    #[test]
    fn wrapped_lines_are_not() {
        check(&[(65, ""), (70, "."), (68, ""), (66, ","), (30, ".")], BlankLines::Scarce, false);
        check(&[(130, ""), (135, ","), (132, "."), (130, "")], BlankLines::Scarce, false);
    }

    #[test]
    fn titles_between_long_lines_change_nothing() {
        let lines = [(20, ""), (400, "."), (10, ""), (300, "."), (15, ""), (500, ".")];
        check(&lines, BlankLines::Separate, true);
    }

    #[test]
    fn a_title_over_a_long_line_stays_with_it() {
        check(&[(20, ""), (900, ".")], BlankLines::Scarce, false);
    }

    #[test]
    fn sentences_on_lines_of_their_own_stay_together_where_blank_lines_separate() {
        check(&[(150, "."), (140, "."), (130, ".")], BlankLines::Separate, false);
        check(&[(300, "."), (400, "."), (500, ".")], BlankLines::Separate, true);
    }

    #[test]
    fn chinese_lines_that_end_with_a_sentence_are_paragraphs() {
        let paragraphs = "日月盈昃，辰宿列张。\n".repeat(4) + "寒来暑往。";
        assert!(are_paragraphs(&paragraphs, BlankLines::Separate, 600));
        let wrapped = "日月盈昃，辰宿列张，\n".repeat(4) + "寒来暑往。";
        assert!(!are_paragraphs(&wrapped, BlankLines::Separate, 600));
    }

    #[test]
    fn lines_that_end_with_a_sentence_are_paragraphs_where_they_are_too_many() {
        check(&[(30, ".\""); 30], BlankLines::Scarce, true);
        check(&[(30, ",\""); 30], BlankLines::Scarce, false);
        check(&[(30, "."); 5], BlankLines::Scarce, false);
    }
}

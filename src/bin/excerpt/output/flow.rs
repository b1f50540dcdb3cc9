//! Which line ends of a passage mean something, and which were only made to fit a
//! page.
//!
//! A passage does not say whether it is prose, a list or code; its lines do. Those of
//! wrapped prose are filled: the next word had no room. Where they are not, a list, a
//! table, verse or code says something by its line ends.

use std::ops::Range;

use excerpt::corpus::{self, Format};

use super::fence::fenced;
use super::wrap::{columns, first_piece};

/// Prose is not wrapped to less: shorter lines are an author's. Chosen by hand; half
/// a line of a terminal.
const NARROWEST_COLUMNS: usize = 40;

/// Nor to more: longer lines are sentences or paragraphs. Where the splitter of plain
/// text takes lines for wrapped ends here too.
const WIDEST_COLUMNS: usize = 160;

/// What the line ends of a passage may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flow {
    /// Made for the page or by the author; its lines tell. These are code between
    /// fences; `None` where its lines alone tell that, too.
    Mixed(Option<Vec<Range<usize>>>),
    /// All made by the author.
    Meant,
}

impl Flow {
    /// What they may be where nothing is known.
    pub const UNKNOWN: Self = Self::Mixed(None);

    /// What they may be in a passage of a file that was read as `format`, where `fenced`
    /// tells which of its lines the file has between fences, if it can. What is read of
    /// HTML has no line ends of its source, only those that a page shows.
    pub fn of(format: Option<Format>, fenced: impl FnOnce() -> Option<Vec<Range<usize>>>) -> Self {
        match format {
            Some(Format::Html) => Self::Meant,
            Some(Format::Markdown) => Self::Mixed(fenced()),
            _ => Self::UNKNOWN,
        }
    }
}

/// What becomes of a line end where a text is laid out anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// It stays.
    Line,
    /// It becomes a space.
    Space,
    /// It goes: Chinese and Japanese have no spaces between words.
    Nothing,
}

/// What becomes of the end of each of `lines` but the last.
pub fn breaks(lines: &[&str], flow: &Flow) -> Vec<Break> {
    let alone;
    let code = match flow {
        Flow::Meant => return vec![Break::Line; lines.len().saturating_sub(1)],
        Flow::Mixed(Some(code)) => code,
        Flow::Mixed(None) => {
            alone = fenced(lines);
            &alone
        }
    };
    let mut breaks = Vec::with_capacity(lines.len());
    for run in lines.chunk_by(|line, next| !parts(line, next)) {
        let (start, end) = (breaks.len(), breaks.len() + run.len());
        let is_code = code.iter().any(|code| code.start < end && start < code.end);
        let is_wrapped = !is_code && is_wrapped(run);
        let kind_of = |pair: &[&str]| match is_wrapped {
            true => joined(pair[0], pair[1]),
            false => Break::Line,
        };
        breaks.extend(run.windows(2).map(kind_of));
        breaks.push(Break::Line);
    }
    breaks.pop();
    breaks
}

/// Whether a line end is the author's by what stands beside it.
fn parts(line: &str, next: &str) -> bool {
    let is_apart = |line: &str| line.trim().is_empty() || is_fence(line);
    is_apart(line) || is_apart(next) || is_structure(next) || is_hard(line)
}

/// Whether a line ends as Markdown has it where lines are not to be joined.
fn is_hard(line: &str) -> bool {
    line.ends_with("  ") || line.ends_with('\\')
}

/// Whether a line is a list item, a table row, a quotation or code.
fn is_structure(line: &str) -> bool {
    let text = line.trim_start();
    let is_code = line.starts_with("    ") || line.starts_with('\t');
    let is_item = ["- ", "* ", "+ ", "• ", "> ", "|"].iter().any(|mark| text.starts_with(mark));
    let behind_digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = behind_digits.len() < text.len()
        && (behind_digits.starts_with(". ") || behind_digits.starts_with(") "));
    is_code || is_item || is_numbered
}

/// Whether lines are those of wrapped prose: for three of four of them the first word
/// of the next would have been too much. An author who mends a line does not fill the
/// rest again. Of 1,757 Markdown files four in five paragraphs are filled so, and of
/// code that has three lines or more one in ten.
fn is_wrapped(run: &[&str]) -> bool {
    let widths = run.iter().map(|line| columns(line.trim_end()));
    let widest = widths.max().unwrap_or(0);
    let is_full = |pair: &&[&str]| {
        let space = usize::from(joined(pair[0], pair[1]) == Break::Space);
        let next = pair[1].trim_start();
        columns(pair[0].trim_end()) + space + columns(first_piece(next)) > widest
    };
    let full = run.windows(2).filter(is_full).count();
    (NARROWEST_COLUMNS..=WIDEST_COLUMNS).contains(&widest) && full * 4 >= (run.len() - 1) * 3
}

fn is_fence(line: &str) -> bool {
    let text = line.trim_start();
    text.starts_with("```") || text.starts_with("~~~")
}

/// What stands between two lines that are joined.
fn joined(line: &str, next: &str) -> Break {
    let is_unspaced = |c: Option<char>| c.is_some_and(corpus::is_unspaced);
    let is_unspaced_end = is_unspaced(line.trim_end().chars().next_back());
    match is_unspaced_end && is_unspaced(next.trim_start().chars().next()) {
        true => Break::Nothing,
        false => Break::Space,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `⏎` stands for a line end that stays, a space or nothing for one that goes.
    fn laid_out(text: &str, flow: &Flow) -> String {
        let lines: Vec<&str> = text.split('\n').collect();
        let breaks = breaks(&lines, flow);
        let joints = breaks.iter().map(|kind| match kind {
            Break::Line => "⏎",
            Break::Space => " ",
            Break::Nothing => "",
        });
        lines.iter().zip(joints.chain([""])).flat_map(|(line, joint)| [*line, joint]).collect()
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(laid_out(text, &Flow::UNKNOWN), expected);
    }

    #[test]
    fn lines_of_wrapped_prose_are_joined() {
        check(
            "If Tencent reacted after a year, Mi Talk had\na chance of 50 percent; if it reacted within\ntwo or three months, it would die.",
            "If Tencent reacted after a year, Mi Talk had a chance of 50 percent; if it reacted within two or three months, it would die.",
        );
        check(
            "雷军说他在赌一个跟腾讯的时间差。如果腾讯一年\n后才有反应，米聊有一半的胜算；如果腾讯两三个\n月就反应过来了，米聊必死无疑。",
            "雷军说他在赌一个跟腾讯的时间差。如果腾讯一年后才有反应，米聊有一半的胜算；如果腾讯两三个月就反应过来了，米聊必死无疑。",
        );
    }

    /// Lines of code, of verse and of addresses flowed together as if they were prose.
    #[test]
    fn lines_that_are_not_filled_stay() {
        check("cargo build\nls target", "cargo build⏎ls target");
        check(
            "if (first) {\n  a_call_with_a_long_name(one, two, three);\n}\nreturn;",
            "if (first) {⏎  a_call_with_a_long_name(one, two, three);⏎}⏎return;",
        );
        check(
            "Shall I compare thee to a summer's day?\nThou art more lovely and more temperate:\nRough winds do shake the darling buds of May,",
            "Shall I compare thee to a summer's day?⏎Thou art more lovely and more temperate:⏎Rough winds do shake the darling buds of May,",
        );
        let sentence = "A sentence on a line of its own, as some write. ".repeat(4);
        check(&format!("{sentence}.\n{sentence}"), &format!("{sentence}.⏎{sentence}"));
    }

    const LONG: &str = "an item that is as long as a line of prose may be";

    #[test]
    fn items_rows_and_blank_lines_stay_and_what_goes_on_is_joined() {
        check(
            &format!("at:\n- {LONG}\n  goes on\n- two\n\n|a|\n|b|\n1. one"),
            &format!("at:⏎- {LONG}   goes on⏎- two⏎⏎|a|⏎|b|⏎1. one"),
        );
    }

    /// Two spaces or a backslash at the end of a line were taken for nothing.
    #[test]
    fn hard_breaks_of_markdown_stay() {
        check(&format!("{LONG}  \n{LONG}\\\nend"), &format!("{LONG}  ⏎{LONG}\\⏎end"));
    }

    /// The fences stayed, and what stands between them became a line.
    #[test]
    fn what_is_fenced_stays() {
        let code = format!("{LONG}\nls");
        check(&format!("```sh\n{code}\n```\n{code}"), &format!("```sh⏎{LONG}⏎ls⏎```⏎{LONG} ls"));
        check(&format!("> ```\n> ls\n\n{code}"), &format!("> ```⏎> ls⏎⏎{LONG} ls"));
    }

    /// Only the first piece of a long block was shown as code: the line above the others
    /// is no fence.
    #[test]
    fn every_piece_of_what_is_fenced_stays() {
        let text = format!("{LONG}\nls\n~~~\n{LONG}\nls");
        let check = |format, code: &[Range<usize>], expected: &str| {
            let flow = Flow::of(format, || Some(code.to_vec()));
            assert_eq!(laid_out(&text, &flow), expected, "{code:?}");
        };
        let kept = format!("{LONG}⏎ls⏎~~~⏎{LONG} ls");
        check(Some(Format::Markdown), &[0..2, 2..3], &kept);
        check(Some(Format::Markdown), &[0..1, 2..3], &kept);
        check(Some(Format::Markdown), &[], &format!("{LONG} ls⏎~~~⏎{LONG} ls"));
        let read_alone = format!("{LONG} ls⏎~~~⏎{LONG}⏎ls");
        check(Some(Format::Text), &[0..2, 2..3], &read_alone);
        assert_eq!(laid_out(&text, &Flow::of(Some(Format::Markdown), || None)), read_alone);
    }

    /// Wrapped Korean lost the spaces between its words, since its characters are as
    /// wide as Chinese ones; so did pictures.
    #[test]
    fn only_unspaced_scripts_are_joined_without_a_space() {
        let korean = "텐센트가 일 년 뒤에 반응하면 미톡에게는 승산이";
        check(&format!("{korean}\n있었다."), &format!("{korean} 있었다."));
        let smiles = "😀".repeat(30);
        check(&format!("{smiles}\n😀"), &format!("{smiles} 😀"));
    }

    /// Items and rows of HTML have no mark: they became one paragraph.
    #[test]
    fn every_line_end_of_html_stays() {
        let html = Flow::of(Some(Format::Html), || None);
        assert_eq!(laid_out(&format!("{LONG}\ntwo"), &html), format!("{LONG}⏎two"));
    }
}

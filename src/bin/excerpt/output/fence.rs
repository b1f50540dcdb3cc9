//! The fences of Markdown: whether a place lies in code that stands between them.

/// So many marks make a fence (CommonMark 0.31, "Fenced code blocks").
const LEAST_MARKS: usize = 3;

/// What a line that opens or closes code may begin with: an indentation, quotations.
const BEFORE: [char; 3] = [' ', '\t', '>'];

/// The fences above a place, of which the last may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fences {
    open: Option<Fence>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fence {
    mark: char,
    marks: usize,
}

impl Fences {
    /// None.
    pub const NONE: Self = Self { open: None };

    /// Those of `text`, from the beginning of its file on.
    pub fn of(text: &str) -> Self {
        let mut fences = Self::NONE;
        let bytes = text.as_bytes();
        let is_fence = |&at: &usize| bytes[at..].starts_with(&[bytes[at]; LEAST_MARKS]);
        let mut behind = 0;
        // A long text is sooner looked through for marks than for lines.
        for at in memchr::memchr2_iter(b'`', b'~', bytes).filter(is_fence) {
            if at >= behind {
                let start = memchr::memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |end| end + 1);
                let len = memchr::memchr2(b'\n', b'\r', &bytes[at..]);
                behind = len.map_or(bytes.len(), |len| at + len);
                fences.pass(&text[start..behind]);
            }
        }
        fences
    }

    /// Whether what follows is code.
    pub fn is_open(self) -> bool {
        self.open.is_some()
    }

    /// Goes on behind `line`.
    pub fn pass(&mut self, line: &str) {
        let line = line.trim_start_matches(BEFORE);
        self.open = match self.open {
            Some(Fence { mark, marks }) => {
                let behind = line.trim_start_matches(mark);
                let closes = line.len() - behind.len() >= marks && behind.trim().is_empty();
                self.open.filter(|_| !closes)
            }
            None => opened(behind_item_mark(line)),
        }
    }
}

/// The fence that `line` begins with.
fn opened(line: &str) -> Option<Fence> {
    let mark = line.chars().next().filter(|mark| ['`', '~'].contains(mark))?;
    let behind = line.trim_start_matches(mark);
    let marks = line.len() - behind.len();
    // Behind three backticks more of them are code within a line.
    let is_fence = marks >= LEAST_MARKS && (mark == '~' || !behind.contains(mark));
    is_fence.then_some(Fence { mark, marks })
}

/// What stands behind the mark of a list item, if `line` begins with one.
fn behind_item_mark(line: &str) -> &str {
    let behind_digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let marks: &[char] =
        if behind_digits.len() < line.len() { &['.', ')'] } else { &['-', '*', '+'] };
    let behind = behind_digits.strip_prefix(marks).filter(|rest| rest.starts_with([' ', '\t']));
    behind.map_or(line, |behind| behind.trim_start_matches(BEFORE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_open_until_one_like_it_closes_it() {
        for (text, is_open) in [
            ("", false),
            ("```\ncode", true),
            ("prose\n  ~~~ sh\n\ncode", true),
            ("```\ncode\n```\nprose", false),
            ("```\r\ncode\r\n```\r\n", false),
            ("```\rcode\r```\r", false),
            ("````\n```\nshown\n```\n", true),
            ("```\n~~~\n", true),
            ("```\n``` sh\n", true),
            ("~~~\n~~~~~  \nprose", false),
            ("```code``` in a line", false),
            ("> ```\n> code\n> ", true),
            ("> ```\n> code\n> ```\n", false),
            ("- ```sh\n  code", true),
            ("10. ~~~\n    code\n    ~~~\n", false),
            ("-```\n", false),
        ] {
            assert_eq!(Fences::of(text).is_open(), is_open, "{text:?}");
        }
    }
}

//! A hit with all that is needed to print it.

use std::ops::Range;
use std::path::PathBuf;

use excerpt::passage::Passage;
use excerpt::search::Explanation;

use super::flow::Flow;
use super::source::Surroundings;

/// A hit as it is printed.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its place in the ranking, from 1.
    pub rank: usize,
    /// Its raw score.
    pub score: f32,
    /// Its file's path, as it is printed.
    pub path: PathBuf,
    /// Its file's absolute path; none for standard input.
    pub file: Option<PathBuf>,
    /// The passage, its span and lines where it stands now.
    pub passage: Passage,
    /// The byte ranges of its text that matched.
    pub highlights: Vec<Range<usize>>,
    /// Whether it still stands in its file.
    pub standing: Standing,
    /// What its line ends may be.
    pub flow: Flow,
    /// What the file holds there and around it, where it was looked at.
    pub surroundings: Surroundings,
    /// The passages before it.
    pub before: Vec<Beside>,
    /// The passages behind it.
    pub after: Vec<Beside>,
    /// The passages that say the same and are not printed.
    pub duplicates: Vec<Elsewhere>,
    /// How many more passages of its document match and are not printed.
    pub more_in_document: u64,
    /// Where its score comes from, where that was asked.
    pub explanation: Option<Vec<Explanation>>,
}

/// A passage before or behind a hit, in the same file.
#[derive(Debug, Clone)]
pub struct Beside {
    /// The passage, its span and lines where it stands now.
    pub passage: Passage,
    /// Whether it still stands in the file.
    pub standing: Standing,
    /// What its line ends may be.
    pub flow: Flow,
}

/// A passage that is named but not printed.
#[derive(Debug, Clone)]
pub struct Elsewhere {
    /// Its file's path, as it is printed.
    pub path: PathBuf,
    /// The passage, its span and lines where it stands now, as far as was looked.
    pub passage: Passage,
    /// Whether it still stands in its file.
    pub standing: Standing,
}

/// Whether a passage still stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Where it stood, as far as was looked.
    Current,
    /// Elsewhere in the file.
    Moved,
    /// Not any more.
    Changed,
    /// The file is gone.
    Missing,
    /// Not known: the file cannot be read.
    Unknown,
}

impl Standing {
    /// Whether the place that is printed is not the passage's any more, or may not be.
    pub fn is_stale(self) -> bool {
        matches!(self, Self::Changed | Self::Missing | Self::Unknown)
    }

    /// What is said of it behind the place; empty where all is well.
    pub fn remark(self) -> &'static str {
        match self {
            Self::Current | Self::Moved => "",
            Self::Changed => "changed since it was indexed",
            Self::Missing => "the file is gone",
            Self::Unknown => "the file cannot be read",
        }
    }
}

impl Shown {
    /// The passage between its neighbours.
    pub fn in_order(&self) -> impl Iterator<Item = Ordered<'_>> + Clone {
        let Self { passage, standing, flow, highlights, .. } = self;
        let asked = Ordered { passage, standing: *standing, flow, highlights, role: Role::Asked };
        let before = self.before.iter().map(Ordered::beside);
        let after = self.after.iter().map(Ordered::beside);
        before.chain([asked]).chain(after)
    }
}

/// One of the passages that stand together.
#[derive(Debug, Clone, Copy)]
pub struct Ordered<'s> {
    /// The passage.
    pub passage: &'s Passage,
    /// Whether it still stands in the file.
    pub standing: Standing,
    /// What its line ends may be.
    pub flow: &'s Flow,
    /// What matched in it.
    pub highlights: &'s [Range<usize>],
    /// What it is printed for.
    pub role: Role,
}

impl<'s> Ordered<'s> {
    fn beside(Beside { passage, standing, flow }: &'s Beside) -> Self {
        Self { passage, standing: *standing, flow, highlights: &[], role: Role::Beside }
    }
}

/// What something is printed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It was found or asked for.
    Asked,
    /// It stands beside that.
    Beside,
}

/// Title and headings, outermost first.
pub fn heading_path(passage: &Passage) -> Vec<&str> {
    passage.title.iter().chain(&passage.headings).map(String::as_str).collect()
}

/// What a part of a score is for: what matched in which field, or what else.
pub fn reason(part: &Explanation) -> String {
    let Explanation { field, what, .. } = part;
    if field.is_empty() { what.clone() } else { format!("{field}: {what}") }
}

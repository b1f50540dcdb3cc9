//! Makes forward files of segments that came without: from their passages.

use std::path::Path;

use super::SHARE_PASSAGES;
use super::lexicon::Lexicon;
use super::share::{GAP, Share, TokenStream};
use super::write::ForwardFile;
use crate::analysis::fast::{FastWords, Folded, WordSink};
use crate::analysis::words::Word;
use crate::analysis::{Language, PART_SEPARATOR};
use crate::error::Result;
use crate::index::checksums;
use crate::index::in_order::shares;
use crate::index::invert::Interner;
use crate::index::segment::OpenSegment;
use crate::index::settings::SideFiles;
use crate::index::snapshot::Snapshot;
use crate::passage::Passage;

/// Makes the forward files of the segments of the last commit that have none
/// and should: those that were lost, those of another version, and those merged of
/// such. Only the holder of the writer lock may call it.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`] where a segment cannot be read,
/// [`crate::Error::Io`] where a file cannot be written.
pub(in crate::index) fn add_missing(directory: &Path, threads: usize) -> Result<()> {
    let snapshot = Snapshot::open(directory)?;
    if snapshot.manifest().settings.side_files == SideFiles::Compact {
        return Ok(());
    }
    let mut bare = Vec::new();
    for (at, segment) in snapshot.segments().iter().enumerate() {
        if segment.forward()?.is_none() {
            bare.push(at);
        }
    }
    drop(snapshot);
    bare.into_iter().try_for_each(|at| build(directory, at, threads))
}

/// Makes the forward file of the segment number `at` of the last commit.
///
/// The commit is opened anew for each share: what was read of a segment stays
/// mapped as long as it is open, and would all count as the process's memory.
fn build(directory: &Path, at: usize, threads: usize) -> Result<()> {
    let open = || Snapshot::open(directory);
    let snapshot = open()?;
    let segment = &snapshot.segments()[at];
    let lexicon = Lexicon::read(&snapshot, segment)?;
    let (language, passages) = (snapshot.language(), segment.max_doc());
    let (data, name) = (snapshot.data_directory().to_owned(), segment.forward_file());
    drop(snapshot);
    checksums::forget(&data, &name)?;
    let file = ForwardFile { directory: &data, name: &name, language, passages, threads };
    let shares: Vec<_> = shares(passages, SHARE_PASSAGES).collect();
    file.write(lexicon, shares.len(), |share, all| {
        let snapshot = open()?;
        let segment = &snapshot.segments()[at];
        let share = read_back(segment, language, shares[share].clone())?;
        share.renumber(all).map_err(|error| segment.damaged(error))
    })
}

/// Reads the passages `docs` back and cuts them into words.
///
/// # Errors
///
/// [`crate::Error::IndexDamaged`].
pub(in crate::index) fn read_back(
    segment: &OpenSegment,
    language: Language,
    docs: impl Iterator<Item = u32>,
) -> Result<Share> {
    let mut finder = FastWords::new(language);
    let mut line = Line { words: Interner::new(), numbers: Vec::new() };
    let mut tokens = TokenStream::default();
    for doc in docs {
        let passage = segment.passage(doc)?.passage;
        line.numbers.clear();
        let title_len = line.append(&mut finder, &passage);
        tokens.push(title_len, &line.numbers);
    }
    let (words, order) = line.words.into_words().sorted();
    Ok(Share { words, order, tokens })
}

/// The tokens of one passage.
struct Line {
    words: Interner,
    numbers: Vec<u32>,
}

impl Line {
    /// Appends a whole passage; returns how many tokens its title has.
    fn append(&mut self, finder: &mut FastWords, passage: &Passage) -> usize {
        let mut title_len = 0;
        if let Some(title) = &passage.title {
            self.append_part(finder, title);
            title_len = self.numbers.len();
            self.numbers.push(GAP);
        }
        for heading in &passage.headings {
            self.append_part(finder, heading);
            self.numbers.push(GAP);
        }
        if passage.title.as_ref() != Some(&passage.text) {
            self.append_part(finder, &passage.text);
        }
        title_len
    }

    fn append_part(&mut self, finder: &mut FastWords, part: &str) {
        for (n, piece) in part.split(PART_SEPARATOR).enumerate() {
            if n > 0 {
                self.numbers.push(GAP);
            }
            finder.each(piece, self);
            self.words.settle(&mut self.numbers);
        }
    }
}

impl WordSink for Line {
    fn word(&mut self, word: Folded<'_>, _place: Word) {
        self.words.push(word, &mut self.numbers);
    }
}

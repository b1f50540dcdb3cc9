//! The lists of a segment that get shortcuts.

use std::io;

use tantivy::postings::TermInfo;
use tantivy::termdict::TermDictionary;

use super::gather::MAX_PAIRED;
use super::{bitmap, signatures};
use crate::index::postings::BLOCK;

/// Lists of fewer passages have no shortcuts: they are looked through as quickly.
const MIN_LISTED: u32 = BLOCK as u32;

/// Lists of fewer passages have no signatures. Of an experiment that came before this
/// code.
const MIN_WITH_SIGNATURES: u32 = 256;

/// Words in more than this part of all passages are paired with each other, and
/// have no signatures: neither would be of use alone. Chosen by hand.
const PAIRED_PART: u32 = 8;

/// A list that gets shortcuts, and which.
pub(super) struct Listed {
    /// The number of its term.
    pub(super) ordinal: u32,
    pub(super) info: TermInfo,
    /// Its number among the lists with signatures.
    pub(super) signed: Option<u32>,
    /// Its number among the words that are paired.
    pub(super) paired: Option<u8>,
    pub(super) has_bitmap: bool,
}

/// What is needed of a segment's dictionary.
pub(super) struct Dictionary {
    /// The lists long enough for shortcuts, in the order of their postings.
    pub(super) listed: Vec<Listed>,
    /// Four bits of a hash for each term.
    pub(super) codes: Vec<u8>,
}

impl Dictionary {
    /// Reads the terms of a segment of `passages` passages.
    pub(super) fn read(terms: &TermDictionary, passages: u32) -> io::Result<Self> {
        let mut read = Self { listed: Vec::new(), codes: Vec::new() };
        let mut stream = terms.stream()?;
        while stream.advance() {
            let info = stream.value();
            if info.doc_freq >= MIN_LISTED {
                read.listed.push(Listed {
                    ordinal: read.codes.len() as u32,
                    info: info.clone(),
                    signed: None,
                    paired: None,
                    has_bitmap: bitmap::is_worth_it(info.doc_freq, passages),
                });
            }
            read.codes.push(signatures::code(stream.key()));
        }
        read.number(passages / PAIRED_PART);
        Ok(read)
    }

    /// Leaves out all shortcuts but peaks.
    pub(super) fn keep_peaks_alone(&mut self) {
        for listed in &mut self.listed {
            (listed.signed, listed.paired, listed.has_bitmap) = (None, None, false);
        }
    }

    /// Numbers the lists that are signed, and the words that are paired: those in
    /// at least `often` passages.
    fn number(&mut self, often: u32) {
        let is_signed = |it: &&mut Listed| (MIN_WITH_SIGNATURES..often).contains(&it.info.doc_freq);
        let signed = self.listed.iter_mut().filter(is_signed);
        (0..).zip(signed).for_each(|(number, listed)| listed.signed = Some(number));
        let paired = self.listed.iter_mut().filter(|listed| listed.info.doc_freq >= often);
        let mut paired: Vec<&mut Listed> = paired.collect();
        paired.sort_by_key(|listed| std::cmp::Reverse(listed.info.doc_freq));
        paired.truncate(MAX_PAIRED);
        (0..).zip(paired).for_each(|(number, listed)| listed.paired = Some(number));
    }
}

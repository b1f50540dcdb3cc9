//! A source as a sequence of records: streamed, decoded, counted.
//!
//! Owns what JSON Lines and CSV have in common before a record is understood:
//! reading in pieces within a bound, finding out the encoding, numbering lines,
//! and going on behind a record that is bad. Where one record ends is for the
//! format's [`Cutter`] to say. What a record means is left to the format and to
//! [`super::assemble`].

use std::ops::ControlFlow;

use encoding_rs::{Encoding, ISO_2022_JP};

use super::lookahead::{Filled, Lookahead};
use super::record::{BadRecord, Record};
use crate::corpus::decode::decode;
use crate::corpus::encoding::{Reach, is_iso_2022_jp};
use crate::corpus::{ReadReport, Skip, Source};
use crate::document::OffsetMap;

/// The longest record that is read; a longer one is passed over unheld. Chosen
/// by hand: some ten times the longest book.
pub(super) const MAX_RECORD_BYTES: usize = 64 << 20;

/// The longest record that is decoded from another encoding than UTF-8. Chosen
/// by hand: the way back to its bytes takes many times its length.
const MAX_DECODED_BYTES: usize = 4 << 20;

/// How much of the source is looked at to find out its encoding.
const HEAD_BYTES: usize = 64 << 10;

/// Finds the ends of records. It may keep count of what it has searched.
pub(super) trait Cutter {
    /// Where the record at the start of `rest` ends, line end included. `rest`
    /// is not empty, and longer each time until a record was found.
    fn cut(&mut self, rest: &[u8], reach: Reach) -> Cut;

    /// Forgets the record at hand: the next `rest` begins elsewhere.
    fn restart(&mut self);
}

/// What a [`Cutter`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// The record and its line end are that many bytes long, at least one.
    At(usize),
    /// It does not end here. No answer where nothing follows.
    Beyond,
    /// What stands here is no record; the next line may begin one.
    Bad(BadRecord),
}

/// Takes a record: a break wants no more, an error counts it as bad.
pub(super) type Take<'t> = dyn FnMut(&Record<'_>) -> Result<ControlFlow<()>, BadRecord> + 't;

/// Gives the records of `source` to `take`, in order, empty ones included.
///
/// A record that is valid UTF-8 is taken as it is. One that is not is decoded
/// by what the head of the source is in, so that a source of any size in any
/// ASCII-compatible encoding can be streamed. UTF-16 and ISO-2022-JP have to fit
/// [`Source::window_bytes`]. A record may have [`Source::max_whole_bytes`], and
/// no more than 64 MiB.
pub(super) fn read_records(
    source: Source<'_>,
    cutter: &mut dyn Cutter,
    take: &mut Take<'_>,
) -> Result<ReadReport, Skip> {
    let mut lookahead = Lookahead::new(source.bytes, MAX_RECORD_BYTES.min(source.max_whole_bytes));
    match head_encoding(&mut lookahead)? {
        Some(encoding) if !encoding.is_ascii_compatible() => {
            let bytes = whole(&mut lookahead, source.window_bytes)?;
            let decoded = decode(&bytes, None)?;
            let mut text = decoded.text.as_bytes();
            let origin = Origin::Decoded { offsets: &decoded.offsets, bytes: &bytes };
            cut_records(&mut Lookahead::new(&mut text, MAX_RECORD_BYTES), origin, cutter, take)
        }
        declared => cut_records(&mut lookahead, Origin::Source { declared }, cutter, take),
    }
}

/// What the head of the source is in; nothing where it is UTF-8. Takes a UTF-8
/// byte order mark away.
fn head_encoding(lookahead: &mut Lookahead<'_>) -> Result<Option<&'static Encoding>, Skip> {
    while lookahead.rest().len() < HEAD_BYTES && lookahead.fill()? == Filled::More {}
    if lookahead.rest().starts_with(b"\xef\xbb\xbf") {
        lookahead.consume(3);
        return Ok(None);
    }
    let head = &lookahead.rest()[..lookahead.rest().len().min(HEAD_BYTES)];
    let is_cut = head.len() == HEAD_BYTES;
    let valid = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => is_cut && error.error_len().is_none(),
    };
    if valid && memchr::memchr(0, head).is_none() {
        return Ok(is_iso_2022_jp(head).then_some(ISO_2022_JP));
    }
    // A character that the cut goes through must not decide: end with a line, or
    // at least with a whole unit of UTF-16.
    let end = match memchr::memrchr(b'\n', head) {
        Some(at) if is_cut && head[at + 1..].first() != Some(&0) => at + 1,
        _ => head.len() & !usize::from(is_cut),
    };
    let encoding = decode(&head[..end], None)?.encoding;
    Ok((encoding != encoding_rs::UTF_8).then_some(encoding))
}

fn whole(lookahead: &mut Lookahead<'_>, limit: usize) -> Result<Vec<u8>, Skip> {
    let mut bytes = lookahead.rest().to_vec();
    loop {
        lookahead.consume(lookahead.rest().len());
        if bytes.len() > limit {
            return Err(Skip::TooLarge);
        }
        if lookahead.fill()? == Filled::Ended {
            return Ok(bytes);
        }
        bytes.extend_from_slice(lookahead.rest());
    }
}

/// What the bytes that were looked ahead at are.
#[derive(Clone, Copy)]
enum Origin<'a> {
    /// The source's own, in UTF-8 where they are valid, else in `declared`.
    Source { declared: Option<&'static Encoding> },
    /// Those of the decoded text of the source's `bytes`.
    Decoded { offsets: &'a OffsetMap, bytes: &'a [u8] },
}

fn cut_records(
    lookahead: &mut Lookahead<'_>,
    origin: Origin<'_>,
    cutter: &mut dyn Cutter,
    take: &mut Take<'_>,
) -> Result<ReadReport, Skip> {
    let mut report = ReadReport::default();
    let mut line = 1;
    loop {
        let rest = lookahead.rest();
        let reach = if lookahead.has_ended() { Reach::End } else { Reach::More };
        let cut = match (rest.is_empty(), reach) {
            (true, Reach::End) => return Ok(report),
            (true, Reach::More) => Cut::Beyond,
            (false, _) => cutter.cut(rest, reach),
        };
        let bad = match cut {
            Cut::At(end) => {
                let raw = &rest[..end];
                let newlines = memchr::memchr_iter(b'\n', raw).count() as u64;
                match give(without_line_end(raw), lookahead.offset(), line, origin, take) {
                    Ok(ControlFlow::Continue(())) => {}
                    Ok(ControlFlow::Break(())) => return Ok(report),
                    Err(bad) => report.count(line, bad),
                }
                line += newlines;
                lookahead.consume(end);
                continue;
            }
            Cut::Beyond => match lookahead.fill()? {
                Filled::More | Filled::Ended => continue,
                Filled::Full => BadRecord::TooLong,
            },
            Cut::Bad(bad) => bad,
        };
        report.count(line, bad);
        line += 1;
        cutter.restart();
        pass_line(lookahead)?;
    }
}

impl ReadReport {
    fn count(&mut self, line: u64, bad: BadRecord) {
        self.bad_records += 1;
        self.first_bad_record.get_or_insert_with(|| format!("line {line}: {bad}"));
    }
}

fn give(
    raw: &[u8],
    start: u64,
    line: u64,
    origin: Origin<'_>,
    take: &mut Take<'_>,
) -> Result<ControlFlow<()>, BadRecord> {
    let here = OffsetMap::identity;
    match (origin, std::str::from_utf8(raw)) {
        (Origin::Source { .. }, Ok(text)) => {
            take(&Record { text, bytes: raw, start, line, decoded: None })
        }
        (Origin::Source { .. }, Err(_)) if raw.len() > MAX_DECODED_BYTES => Err(BadRecord::TooLong),
        (Origin::Source { declared }, Err(_)) => {
            let decoded = decode(raw, declared).map_err(|_| BadRecord::NotText)?;
            let map = decoded.offsets.then(&here(start, raw.len()));
            take(&Record { text: &decoded.text, bytes: raw, start, line, decoded: Some(&map) })
        }
        (Origin::Decoded { offsets, bytes }, text) => {
            let text = text.map_err(|_| BadRecord::NotText)?;
            let map = here(start, text.len()).then(offsets);
            let span = map.span(0..text.len());
            let bytes = bytes.get(span.start as usize..span.end as usize).unwrap_or_default();
            take(&Record { text, bytes, start: span.start, line, decoded: Some(&map) })
        }
    }
}

fn without_line_end(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_suffix(b"\n").unwrap_or(raw);
    raw.strip_suffix(b"\r").unwrap_or(raw)
}

/// Goes on behind the next line end, holding nothing on the way.
fn pass_line(lookahead: &mut Lookahead<'_>) -> Result<(), Skip> {
    loop {
        let rest = lookahead.rest();
        if let Some(at) = memchr::memchr(b'\n', rest) {
            lookahead.consume(at + 1);
            return Ok(());
        }
        lookahead.consume(rest.len());
        if lookahead.fill()? == Filled::Ended {
            return Ok(());
        }
    }
}

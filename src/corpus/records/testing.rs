//! What the tests of record formats share: reading to the end, keeping all.

use std::io::Read;
use std::ops::ControlFlow;

use crate::corpus::{ReadReport, Reader, Skip, Source};
use crate::document::{Coordinates, LineMap, OffsetMap};

/// A document that outlives its reading.
#[derive(Debug)]
pub(super) struct Kept {
    pub id: String,
    pub title: Option<String>,
    pub date: Option<String>,
    pub text: String,
    pub offsets: OffsetMap,
    pub lines: LineMap,
    pub continues: bool,
}

/// Reads `bytes` as the source `f`, `step` bytes at a time.
pub(super) fn read_all(
    reader: &dyn Reader,
    bytes: &[u8],
    step: usize,
) -> (Vec<Kept>, Result<ReadReport, Skip>) {
    let mut kept = Vec::new();
    let source = Source {
        name: "f",
        bytes: &mut Trickle { bytes, step },
        coordinates: Coordinates::File,
        window_bytes: 1 << 20,
        max_whole_bytes: 8 << 20,
    };
    let report = reader.read(source, &mut |document| {
        let start = document.bytes_start as usize;
        assert_eq!(document.bytes, &bytes[start..start + document.bytes.len()]);
        let whole = document.offsets.span(0..document.text.len());
        assert!(whole.start >= document.bytes_start);
        assert!(whole.end <= document.bytes_start + document.bytes.len() as u64);
        kept.push(Kept {
            id: document.id.0,
            title: document.title,
            date: document.date.map(|date| date.to_string()),
            text: document.text.into_owned(),
            offsets: document.offsets,
            lines: document.lines,
            continues: document.continues,
        });
        ControlFlow::Continue(())
    });
    (kept, report)
}

/// The source bytes that `text[from..to]` of a document stands for, the ends
/// moved to character boundaries; and that slice.
pub(super) fn slice<'d>(
    document: &'d Kept,
    bytes: &'d [u8],
    ends: (usize, usize),
) -> (&'d str, &'d [u8]) {
    let boundary = |wanted: usize| {
        let mut at = wanted % (document.text.len() + 1);
        while !document.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (one, other) = (boundary(ends.0), boundary(ends.1));
    let (from, to) = (one.min(other), one.max(other));
    let span = document.offsets.span(from..to);
    (&document.text[from..to], &bytes[span.start as usize..span.end as usize])
}

struct Trickle<'a> {
    bytes: &'a [u8],
    step: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let len = self.step.min(buffer.len());
        self.bytes.read(&mut buffer[..len])
    }
}

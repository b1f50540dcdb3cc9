//! One file or stream, from its bytes to its documents: hashed while it is read,
//! decompressed where needed, handed to the reader of its format.

use std::cell::RefCell;
use std::io::{self, Read};
use std::path::Path;

use super::compress::Compression;
use super::format::{Named, of_stream};
use super::open::{Hashing, Telling, open};
use super::peek::Peeked;
use super::{FieldMap, Format, ReadReport, Sink, Skip, Source};
use crate::document::Coordinates;
use crate::passage::ContentHash;

/// How much of a file is held at a time by default, and looked at to find out its
/// encoding. Chosen by hand.
pub(super) const WINDOW_BYTES: usize = 4 << 20;

/// How files are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// How many bytes are held at a time of a format that can be read in parts.
    /// Where a part ends a passage may end, so that other numbers can give other
    /// passages: whatever reads files for one index uses the same. The maps of a part
    /// in a legacy encoding take up to ten times as much.
    pub window_bytes: usize,
    /// How many bytes a file may have whose format can only be read whole, and a
    /// record; Markdown, and HTML that is not UTF-8, no more than 16 MiB, a record no
    /// more than 64 MiB.
    pub max_whole_bytes: usize,
    /// How many bytes a compressed file may hold.
    pub max_decompressed_bytes: u64,
    /// Which fields of JSON Lines, CSV and TSV mean what.
    pub fields: FieldMap,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            window_bytes: WINDOW_BYTES,
            // A book in HTML has one to five MiB.
            max_whole_bytes: 64 << 20,
            // Several times the largest collections that come as one file (the
            // text of a whole Wikipedia has about a hundred GiB).
            max_decompressed_bytes: 512 << 30,
            fields: FieldMap::default(),
        }
    }
}

/// What came of reading a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOutcome {
    /// The format it was read as; none where that was not found out.
    pub format: Option<Format>,
    /// Why it, or the rest of it, was left out.
    pub skip: Option<Skip>,
    /// What the reader noticed.
    pub report: ReadReport,
    /// How many bytes were read, as they lie on disk.
    pub bytes: u64,
    /// The hash of the file as it lies on disk, as [`ContentHash`] has it. All
    /// zero, which is no file's hash, unless everything in the file that can be
    /// read was handed over: where there is a `skip` other than
    /// [`Skip::Damaged`] and [`Skip::Overlong`], or the sink wanted no more.
    pub content_hash: [u8; 16],
}

/// Reads the file at `path` and hands its documents to `sink`. Results call it
/// `name`, which is also the id of a document that brings none.
///
/// It is never waited for anything: what is no regular file is left out.
pub fn read_file(
    path: &Path,
    name: &str,
    options: &ReadOptions,
    sink: &mut Sink<'_>,
) -> ReadOutcome {
    read_file_telling(path, name, options, &|_| (), sink)
}

/// As [`read_file`]; tells `told` of each piece that was read how many bytes it has, as
/// they lie on disk.
pub(crate) fn read_file_telling(
    path: &Path,
    name: &str,
    options: &ReadOptions,
    told: &dyn Fn(u64),
    sink: &mut Sink<'_>,
) -> ReadOutcome {
    // Most of what is in a folder and cannot be read need not be opened.
    let opened = Named::of(path).and_then(|named| Ok((named, open(path)?)));
    let (named, (mut file, size)) = match opened {
        Ok(opened) => opened,
        Err(skip) => return Reading::skipped(skip).outcome(0, None),
    };
    let task = Task { name, format: Choice::File(named), options, told };
    match usize::try_from(size) {
        Ok(size) if size <= options.window_bytes => task.read_small(&mut file, size, sink),
        _ => task.read_stream(&mut file, size, sink),
    }
}

/// Reads documents from a stream: JSON Lines or HTML where it looks like it,
/// else text; compressed or not.
pub fn read_stream(
    stream: &mut dyn Read,
    name: &str,
    options: &ReadOptions,
    sink: &mut Sink<'_>,
) -> ReadOutcome {
    let task = Task { name, format: Choice::Stream, options, told: &|_| () };
    task.read_stream(stream, 0, sink)
}

/// How the format of a source is found.
#[derive(Debug, Clone, Copy)]
enum Choice {
    /// By what its name said, else by its content.
    File(Named),
    /// By its content.
    Stream,
}

impl Choice {
    fn format(self, head: &[u8]) -> Result<Format, Skip> {
        match self {
            Self::File(named) => named.format(head),
            Self::Stream => of_stream(head),
        }
    }
}

/// One source to be read.
struct Task<'a> {
    name: &'a str,
    format: Choice,
    options: &'a ReadOptions,
    /// Told of each piece that was read.
    told: &'a dyn Fn(u64),
}

thread_local! {
    /// What small files are read into, kept from file to file.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Task<'_> {
    /// Reads a file of `size` bytes, which fits into memory, with one call of
    /// the operating system.
    fn read_small(&self, file: &mut dyn Read, size: usize, sink: &mut Sink<'_>) -> ReadOutcome {
        // Taken out, so that a sink which reads another file finds an empty one.
        let mut buffer = BUFFER.take();
        // One byte more shows whether the file has grown.
        if buffer.len() <= size {
            buffer.resize(size + 1, 0);
        }
        let outcome = match read_up_to(file, &mut buffer[..=size], size) {
            Ok(read) if read == size => {
                (self.told)(size as u64);
                let bytes = &buffer[..size];
                let hash = || ContentHash::of(bytes);
                self.read(&mut &*bytes, sink).outcome(size as u64, Some(&hash))
            }
            Ok(read) => self.read_stream(&mut buffer[..read].chain(file), size as u64, sink),
            Err(error) => Reading::skipped(error.into()).outcome(0, None),
        };
        BUFFER.replace(buffer);
        outcome
    }

    /// Reads a stream that is expected to have `size` bytes, or more.
    fn read_stream(&self, stream: &mut dyn Read, size: u64, sink: &mut Sink<'_>) -> ReadOutcome {
        let mut stream = Telling { stream, told: self.told };
        let mut stream = Hashing::new(&mut stream);
        let mut reading = self.read(&mut stream, sink);
        if reading.is_done() {
            // The reader need not have read what lies behind its last record, and
            // read nothing behind damage.
            match io::copy(&mut stream, &mut io::sink()) {
                Ok(_) if stream.bytes_read() >= size => {}
                Ok(_) => reading.result = Err(cut_short()),
                Err(error) => reading.result = Err(error.into()),
            }
        }
        reading.outcome(stream.bytes_read(), Some(&|| stream.hash()))
    }

    fn read(&self, bytes: &mut dyn Read, sink: &mut Sink<'_>) -> Reading {
        let mut raw = Peeked::new(bytes);
        match Compression::of(raw.head()) {
            Some(compression) => {
                let limit = self.options.max_decompressed_bytes;
                let mut inner = Peeked::new(compression.decompress(raw, limit));
                self.read_peeked(&mut inner, Coordinates::Decompressed, sink)
            }
            None => self.read_peeked(&mut raw, Coordinates::File, sink),
        }
    }

    fn read_peeked<R: Read>(
        &self,
        bytes: &mut Peeked<R>,
        coordinates: Coordinates,
        sink: &mut Sink<'_>,
    ) -> Reading {
        let format = match self.format.format(bytes.head()) {
            Ok(format) => format,
            Err(skip) => return Reading::skipped(skip),
        };
        let ReadOptions { window_bytes, max_whole_bytes, .. } = *self.options;
        let source = Source { name: self.name, bytes, coordinates, window_bytes, max_whole_bytes };
        let mut is_stopped = false;
        let result = format.reader(self.options).read(source, &mut |document| {
            let flow = sink(document);
            is_stopped |= flow.is_break();
            flow
        });
        Reading { format: Some(format), result, is_stopped }
    }
}

/// What came of a source's reader.
struct Reading {
    format: Option<Format>,
    result: Result<ReadReport, Skip>,
    /// Whether the sink wanted no more.
    is_stopped: bool,
}

impl Reading {
    fn skipped(skip: Skip) -> Self {
        Self { format: None, result: Err(skip), is_stopped: false }
    }

    /// Whether everything in the source that can be read was handed over: other
    /// bytes only would give more.
    fn is_done(&self) -> bool {
        matches!(self.result, Ok(_) | Err(Skip::Damaged(_) | Skip::Overlong(_))) && !self.is_stopped
    }

    fn outcome(self, bytes: u64, hash: Option<&dyn Fn() -> ContentHash>) -> ReadOutcome {
        let hash = hash.filter(|_| self.is_done());
        let content_hash = hash.map_or([0; 16], |hash| hash().0);
        let (report, skip) = match self.result {
            Ok(report) => (report, None),
            Err(skip) => (ReadReport::default(), Some(skip)),
        };
        ReadOutcome { format: self.format, skip, report, bytes, content_hash }
    }
}

fn cut_short() -> Skip {
    Skip::Unreadable("it was cut short while it was read".to_owned())
}

/// Reads into `buffer` until it is full, or holds the `expected` number of bytes
/// after a call that could have brought more, or nothing more comes.
fn read_up_to(file: &mut dyn Read, buffer: &mut [u8], expected: usize) -> io::Result<usize> {
    let mut len = 0;
    loop {
        match file.read(&mut buffer[len..]) {
            Ok(0) => return Ok(len),
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        if len >= expected {
            return Ok(len);
        }
    }
}

#[cfg(test)]
mod tests;

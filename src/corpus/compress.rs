//! Compressed files, told by their first bytes and read as a stream.
//!
//! What they hold is bounded in two ways, so that a small file cannot keep the
//! indexing busy for days: by its length and by its ratio to what was read. The
//! formats themselves are in [`super::frames`].

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use super::frames::{GzipMembers, ZstdFrames};

/// How many bytes may come out for one that went in, once [`FREE_BYTES`] have
/// come out. Prose shrinks to a third or a tenth, tables of records to a
/// fiftieth; `gzip` cannot go beyond 1032, and only on a single repeated byte. Chosen
/// by hand, between these.
const MAX_RATIO: u64 = 256;

/// What may come out at any ratio: small files of blanks harm nobody. Chosen by hand.
const FREE_BYTES: u64 = 1 << 20;

const INPUT_BUFFER_BYTES: usize = 64 << 10;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zstd,
}

impl Compression {
    /// How a file that begins with `head` is compressed.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        match head {
            // The method is always 8, "deflate".
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            // A frame to skip, which parallel compressors put first.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// What `compressed` holds; ends in an error of invalid data where that is
    /// damaged, and of too large a file where it is more than `max_bytes` or than nearly
    /// anything honest holds.
    pub(super) fn decompress<'r>(
        self,
        compressed: impl Read + 'r,
        max_bytes: u64,
    ) -> Box<dyn Read + 'r> {
        let read = Rc::new(Cell::new(0));
        let input = BufReader::with_capacity(INPUT_BUFFER_BYTES, compressed);
        let input = Counted { input, read: Rc::clone(&read) };
        match self {
            Self::Gzip => Box::new(Capped::new(GzipMembers::new(input), read, max_bytes)),
            Self::Zstd => Box::new(Capped::new(ZstdFrames::new(input), read, max_bytes)),
        }
    }
}

/// The file name without the extension of a compression.
pub(super) fn inner_name(file_name: &str) -> &str {
    let Some((stem, extension)) = file_name.rsplit_once('.') else {
        return file_name;
    };
    let is_compression = ["gz", "zst"].iter().any(|known| extension.eq_ignore_ascii_case(known));
    if is_compression && !stem.is_empty() { stem } else { file_name }
}

/// Counts the bytes that are taken from a stream.
struct Counted<R> {
    input: R,
    read: Rc<Cell<u64>>,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.read.set(self.read.get() + read as u64);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.read.set(self.read.get() + amount as u64);
        self.input.consume(amount);
    }
}

/// Ends a stream that grows out of proportion.
struct Capped<R> {
    output: R,
    /// The compressed bytes that were read.
    read: Rc<Cell<u64>>,
    written: u64,
    max_bytes: u64,
}

impl<R> Capped<R> {
    fn new(output: R, read: Rc<Cell<u64>>, max_bytes: u64) -> Self {
        Self { output, read, written: 0, max_bytes }
    }
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let beyond = |what: String| {
            io::Error::new(io::ErrorKind::FileTooLarge, format!("expands beyond {what}"))
        };
        if self.written > FREE_BYTES + self.read.get().saturating_mul(MAX_RATIO) {
            return Err(beyond(format!("{MAX_RATIO} times its size")));
        }
        if self.written > self.max_bytes {
            return Err(beyond(format!("{} bytes", self.max_bytes)));
        }
        let read = self.output.read(buffer).map_err(as_damage)?;
        self.written += read as u64;
        Ok(read)
    }
}

/// The decompressors call everything by all kinds of errors; the operating
/// system's own have a number. What is sound and cannot be read is not supported.
fn as_damage(error: io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(_) => error,
        None if error.kind() == io::ErrorKind::Unsupported => error,
        None => io::Error::new(io::ErrorKind::InvalidData, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes)?;
        encoder.finish()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    /// What comes out, and why it ended if not by its end.
    fn expand(compressed: &[u8], max_bytes: u64) -> (Vec<u8>, Option<String>) {
        let mut expanded = Vec::new();
        let Some(compression) = Compression::of(compressed) else {
            return (expanded, Some("not compressed".into()));
        };
        let mut stream = compression.decompress(compressed, max_bytes);
        let read = stream.read_to_end(&mut expanded);
        (expanded, read.err().map(|error| error.to_string()))
    }

    const TEXT: &[u8] = b"Zhang Heng wrote that the earth is like the yolk of an egg.\n";

    #[test]
    fn both_compressions_expand_to_what_was_compressed() -> io::Result<()> {
        for compressed in [gzip(TEXT)?, zstd(TEXT)] {
            assert_eq!(expand(&compressed, 1 << 20), (TEXT.to_vec(), None));
        }
        Ok(())
    }

    #[test]
    fn members_and_frames_one_after_another_are_one_content() -> io::Result<()> {
        for once in [gzip(TEXT)?, zstd(TEXT)] {
            assert_eq!(expand(&once.repeat(3), 1 << 20), (TEXT.repeat(3), None));
        }
        let mut skipped = b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec();
        skipped.extend(zstd(TEXT));
        assert_eq!(expand(&skipped, 1 << 20), (TEXT.to_vec(), None));
        Ok(())
    }

    /// Behind a frame it was called damage.
    #[test]
    fn what_follows_a_member_or_frame_and_is_none_is_passed_over() -> io::Result<()> {
        for whole in [gzip(TEXT)?, zstd(TEXT)] {
            for behind in [&[0; 512][..], b"\n", b"signed by none"] {
                let padded = [&whole, behind].concat();
                assert_eq!(expand(&padded, 1 << 20), (TEXT.to_vec(), None));
            }
        }
        Ok(())
    }

    #[test]
    fn a_bomb_is_stopped_by_its_ratio() -> io::Result<()> {
        let zeros = vec![0; 40 << 20];
        for bomb in [gzip(&zeros)?, zstd(&zeros)] {
            let (expanded, error) = expand(&bomb, u64::MAX);
            assert!(expanded.len() < 36 << 20, "{}", expanded.len());
            assert_eq!(error.as_deref(), Some("expands beyond 256 times its size"));
        }
        Ok(())
    }

    #[test]
    fn more_than_is_allowed_is_stopped_and_the_rest_kept() -> io::Result<()> {
        let (expanded, error) = expand(&gzip(&TEXT.repeat(1000))?, 10_000);
        assert!(expanded.starts_with(TEXT));
        assert_eq!(error.as_deref(), Some("expands beyond 10000 bytes"));
        Ok(())
    }

    #[test]
    fn what_comes_before_the_damage_is_kept() -> io::Result<()> {
        // Of a frame the last part as long as its window was lost, so that of most
        // files there was nothing.
        let whole: Vec<u8> = (0..60_000u32).flat_map(|n| (n * n).to_le_bytes()).collect();
        for compressed in [gzip(&whole)?, zstd(&whole)] {
            let (expanded, error) = expand(&compressed[..compressed.len() - 9], 1 << 20);
            assert!(whole.starts_with(&expanded) && expanded.len() >= 100_000);
            assert!(error.is_some_and(|error| error.starts_with("incomplete ")));
        }
        Ok(())
    }

    #[test]
    fn damage_anywhere_is_an_error_and_never_a_panic() -> io::Result<()> {
        let noise: Vec<u8> =
            (0..2000u32).flat_map(|n| (n * n % 251).to_string().into_bytes()).collect();
        for whole in [gzip(&noise)?, zstd(&noise)] {
            for len in (4..whole.len()).step_by(7) {
                assert!(expand(&whole[..len], 1 << 20).1.is_some(), "cut at {len}");
            }
            for at in (4..whole.len()).step_by(5) {
                let mut damaged = whole.clone();
                damaged[at] ^= 0x10;
                let error = expand(&damaged, 1 << 20).1.unwrap_or_default();
                // It was told as the decoder's inner state, in a group for each number.
                assert!(!error.contains(['{', ':']), "{error}");
            }
        }
        Ok(())
    }

    #[test]
    fn a_window_that_is_too_wide_is_no_damage() -> io::Result<()> {
        // Such files, of `zstd --long`, were said to be damaged. This one has a
        // window of 128 MiB and no content.
        let frame = b"\x28\xb5\x2f\xfd\x00\x88\x01\0\0";
        let mut stream = Compression::Zstd.decompress(frame.as_slice(), 1 << 20);
        let error = stream.read_to_end(&mut Vec::new()).err();
        let skip = error.map(|error| super::super::Skip::from(error).to_string());
        assert_eq!(
            skip.as_deref(),
            Some(
                "unreadable: its zstd window of 128 MiB is larger than 100 MiB; \
                 compress it again without `--long` and `--ultra`"
            )
        );
        Ok(())
    }

    #[test]
    fn a_window_of_terabytes_is_refused() {
        let (_, error) = expand(b"\x28\xb5\x2f\xfd\x00\xf0\x01\0\0", 1 << 20);
        assert!(error.is_some_and(|error| error.to_lowercase().contains("window")));
    }

    #[test]
    fn the_inner_name_is_without_the_compression() {
        assert_eq!(inner_name("a.md.gz"), "a.md");
        assert_eq!(inner_name("a.JSONL.ZST"), "a.JSONL");
        assert_eq!(inner_name("a.md"), "a.md");
        assert_eq!(inner_name(".gz"), ".gz");
    }
}

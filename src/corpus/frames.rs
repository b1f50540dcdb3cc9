//! The two compressions whose files are several pieces one after another: gzip
//! members and Zstandard frames. Neither crate reads on behind the first piece
//! as the formats' own programs do.

use std::error::Error;
use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The header of a frame without content.
const EMPTY_FRAME: &[u8] = b"\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00";

/// The last block of a frame, without content, and room for a checksum.
const LAST_BLOCK: &[u8] = b"\x01\0\0\0\0\0\0";

/// A Zstandard block holds at most this many bytes.
const BLOCK_BYTES: usize = 128 << 10;

/// The content of all members of a gzip file.
pub(super) struct GzipMembers<R> {
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> GzipMembers<R> {
    /// Reads members from `input`.
    pub(super) fn new(input: R) -> Self {
        Self { member: Some(GzDecoder::new(input)) }
    }
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let next = self.member.take().map(GzDecoder::into_inner);
            if let Some(mut input) = next
                // Like gzip itself, which passes over whatever else follows:
                // tapes and some servers pad with zeros.
                && input.fill_buf()?.starts_with(b"\x1f")
            {
                self.member = Some(GzDecoder::new(input));
            }
        }
        Ok(0)
    }
}

/// The content of all frames of a Zstandard file.
pub(super) struct ZstdFrames<R> {
    input: R,
    frame: FrameDecoder,
    /// Whether a frame is begun whose checksum is still to be compared.
    is_open: bool,
    /// What is wrong with the frame; told when all before it was read.
    damage: Option<io::Error>,
}

impl<R: BufRead> ZstdFrames<R> {
    /// Reads frames from `input`.
    pub(super) fn new(input: R) -> Self {
        let mut frame = FrameDecoder::new();
        // The decoder refuses windows of more than 100 MiB only from its second
        // frame on. With a first one of ours, which cannot fail, that holds for
        // all: without it a header of six bytes could claim terabytes.
        let begun = frame.init(EMPTY_FRAME);
        debug_assert!(begun.is_ok());
        Self { input, frame, is_open: false, damage: None }
    }

    /// Begins the next frame; false where there is none.
    fn begin(&mut self) -> io::Result<bool> {
        // Whatever else follows is passed over, as behind the members of gzip.
        while let [0x28 | 0x50..=0x5f, ..] = self.input.fill_buf()? {
            match self.frame.reset(&mut self.input) {
                Ok(()) => {
                    self.is_open = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    io::copy(&mut self.input.by_ref().take(length), &mut io::sink())?;
                }
                Err(FrameDecoderError::WindowSizeTooBig { requested }) => {
                    return Err(io::Error::new(io::ErrorKind::Unsupported, too_wide(requested)));
                }
                Err(error) => return Err(damaged(&error)),
            }
        }
        Ok(false)
    }

    /// Ends a frame of which everything was read.
    fn finish(&mut self) -> io::Result<()> {
        self.is_open = false;
        if let Some(damage) = self.damage.take() {
            return Err(damage);
        }
        let stored = self.frame.get_checksum_from_data();
        if stored.is_some() && stored != self.frame.get_calculated_checksum() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum does not match"));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for ZstdFrames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_open && !self.begin()? {
                return Ok(0);
            }
            if self.frame.can_collect() > 0 {
                return self.frame.read(buffer);
            }
            if self.frame.is_finished() {
                self.finish()?;
                continue;
            }
            let strategy = BlockDecodingStrategy::UptoBytes(BLOCK_BYTES);
            if let Err(error) = self.frame.decode_blocks(&mut self.input, strategy) {
                // The decoder gives out its window only when a frame has ended.
                let ended = self.frame.decode_blocks(LAST_BLOCK, BlockDecodingStrategy::All);
                ended.map_err(|_| damaged(&error))?;
                self.damage = Some(damaged(&error));
            }
        }
    }
}

/// What to say of a frame that is sound but needs more memory than the decoder
/// takes. Its bound cannot be set.
fn too_wide(window_bytes: u64) -> String {
    format!(
        "its zstd window of {} MiB is larger than 100 MiB; \
         compress it again without `--long` and `--ultra`",
        window_bytes >> 20
    )
}

/// What is wrong with a frame, without the numbers that the decoder tells: files that are
/// left out are counted by their reasons. Where the system did not let it be read, that.
fn damaged(error: &FrameDecoderError) -> io::Error {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    let mut is_cut = false;
    while let Some(error) = cause {
        let refused = error.downcast_ref::<io::Error>();
        if let Some(code) = refused.and_then(io::Error::raw_os_error) {
            return io::Error::from_raw_os_error(code);
        }
        is_cut |= refused.is_some_and(|error| error.kind() == io::ErrorKind::UnexpectedEof);
        cause = error.source();
    }
    let what = if is_cut { "incomplete zstd frame" } else { "corrupt zstd frame" };
    io::Error::new(io::ErrorKind::InvalidData, what)
}

//! The index: passages on disk, in one atomic commit after the other.
//!
//! [`update`] brings an index up to date with files; [`Snapshot`] opens a commit
//! for reading; [`check`] looks whether its bytes are still what was written;
//! [`optimize`] makes one segment of many. The layout on disk is told in
//! [`settings`] (manifest), [`sources`] (list of files) and [`schema`] (the
//! engine's fields).

mod check;
mod checksums;
mod chunked;
mod commit;
mod delete;
mod detect;
mod draft;
mod encode;
mod footer;
mod forward;
mod freshness;
mod home;
mod in_order;
mod ingest;
mod invert;
mod list_reader;
mod lock;
mod losses;
mod merge;
mod meta;
mod optimize;
mod plan;
pub(crate) mod postings;
mod ranking;
mod receive;
mod reorder;
mod request;
pub mod schema;
mod segment;
pub mod settings;
mod shortcuts;
mod side_file;
mod snapshot;
pub mod sources;
mod spans;
mod sparse;
mod stored;
mod summed;
mod tasks;
mod told;
mod unmapped;
mod update;
mod varint;
mod window;
mod windows;
mod word_list;

pub use self::check::{CheckReport, DamagedFile, Fault, check};
pub use self::encode::StoredPassage;
pub(crate) use self::forward::{Forward, ForwardToken, ForwardWord, Rows};
pub use self::freshness::{Freshness, SourceFiles};
pub use self::home::size_bytes;
pub(crate) use self::losses::Losses;
pub use self::optimize::{OptimizeRequest, OptimizeSummary, optimize};
pub use self::ranking::RankingChoice;
pub use self::reorder::{Order, Reordering};
pub use self::request::{
    DEFAULT_MEMORY_BYTES, Extent, Going, Input, LanguageChoice, LanguageRequest, MIN_MEMORY_BYTES,
    Mode, Observer, Silent, UpdateRequest, UpdateSummary, Waiting,
};
pub(crate) use self::segment::FieldPostings;
pub use self::segment::OpenSegment;
pub use self::settings::{Manifest, Settings, SideFiles};
pub(crate) use self::shortcuts::{Beside, Bitmap, ListShortcuts, Peak, Peaks, Signatures};
pub use self::snapshot::{CommitInfo, Snapshot};
pub use self::update::update;

#[cfg(test)]
mod tests;

//! The options of `excerpt index`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::number::{memory, whole};
use super::{FileArgs, IndexPlace, WeightArgs};

#[derive(Debug, Args)]
pub struct IndexArgs {
    /// Files and folders; `-` reads documents from standard input [default: what the index has, else `.`]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub place: IndexPlace,
    /// Read paths from a file, one a line; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files_from: Option<PathBuf>,
    /// The paths in `--files-from` are separated by NUL
    #[arg(short = '0', long = "null", requires = "files_from")]
    pub null: bool,
    /// The language that words are stemmed for; `none` for no stemming, `auto` to detect it, English where in doubt [default: what the index has, else `auto`]
    #[arg(long, value_name = "LANG")]
    pub language: Option<String>,
    /// Join neighbouring paragraphs shorter than this many characters; 0 joins none [default: what the index has, else 40]
    #[arg(long, value_name = "CHARS", value_parser = whole::<usize>)]
    pub min_passage: Option<usize>,
    /// Split paragraphs longer than this many characters at sentence ends [default: what the index has, else 3000]
    #[arg(long, value_name = "CHARS", value_parser = whole::<usize>)]
    pub max_passage: Option<usize>,
    /// Keep only the least of what makes searches fast: a smaller index, slower searches. Kept in the index; `--rebuild --compact=false` takes it back
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub compact: Option<bool>,
    /// Memory to index within; bytes, or with a suffix K, M or G, which are powers of 1,024
    #[arg(long, value_name = "SIZE", default_value = "1G", value_parser = memory)]
    pub memory: u64,
    /// Threads, at most 8 and one for each 64M of memory [default: one per core]
    #[arg(short = 'j', long, value_name = "N", value_parser = whole::<NonZeroUsize>)]
    pub threads: Option<NonZeroUsize>,
    /// Read everything again, or only what is named, with new settings, and replace the index in one step; what is not typed stays as the index has it
    #[arg(long)]
    pub rebuild: bool,
    /// Print no progress and no summary, only warnings and errors
    #[arg(short, long)]
    pub quiet: bool,
    /// Name every file that is left out, not only how many
    #[arg(short, long)]
    pub verbose: bool,
    /// The formula of searches that name none: full, fast or bm25; with --k1, --b and --field-weight kept in the index
    #[arg(long, value_name = "NAME", help_heading = "Ranking")]
    pub ranking: Option<String>,
    #[command(flatten)]
    pub weights: WeightArgs,
    #[command(flatten)]
    pub files: FileArgs,
}

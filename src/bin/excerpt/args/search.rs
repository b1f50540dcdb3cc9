//! The options of `excerpt search`.

use std::ffi::OsString;
use std::num::NonZeroUsize;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::number::{changes, whole};
use super::{FileArgs, IndexPlace, RankingArgs, ScreenArgs, WithinArgs};

/// What a query may hold, below the options.
const SYNTAX: &str = "\
In the query:
  time difference      any of the words, best where they are together
  '\"time difference\"'  the words in a row; '\"a b\"~5' with at most 5 others between them
  +must -not           must be there, must not; also AND, OR, NOT and parentheses
  relat* chian~1       words that begin so, words spelled like this one
  =times               as it is written, not stemmed
  title:x heading:x    only there
  path:news/* date:2020..2021
Typed as it is, -word is read as options: put such a query behind --, as in
`excerpt search -- chain -bet`, or in quotes if it does not begin so, or use --not.";

#[derive(Debug, Args)]
#[command(after_help = SYNTAX)]
pub struct SearchArgs {
    /// The query; all words on the command line are one query
    #[arg(value_name = "QUERY", required_unless_present = "like", value_parser = any_bytes())]
    pub query: Vec<String>,
    #[command(flatten)]
    pub place: IndexPlace,
    #[command(flatten)]
    pub within: WithinArgs,
    #[command(flatten)]
    pub reading: QueryArgs,
    #[command(flatten)]
    pub ranking: RankingArgs,
    /// Print where each score comes from
    #[arg(long, help_heading = "Ranking", conflicts_with_all = ["files_with_matches", "count"])]
    pub explain: bool,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub screen: ScreenArgs,
    #[command(flatten)]
    pub files: FileArgs,
}

/// Takes what a shell in another encoding gives, as no query is refused: bytes that are
/// no text stand for unknown characters.
fn any_bytes() -> impl TypedValueParser<Value = String> {
    OsStringValueParser::new().map(|typed| typed.to_string_lossy().into_owned())
}

/// How the query is meant.
#[derive(Debug, Args)]
#[command(next_help_heading = "Query")]
pub struct QueryArgs {
    /// All of it is one phrase
    #[arg(long, group = "mode")]
    pub phrase: bool,
    /// Every word must be there
    #[arg(long, group = "mode")]
    pub all: bool,
    /// Any word suffices; this is the default
    #[arg(long, group = "mode")]
    pub any: bool,
    /// All words, with at most N others between them; title, headings and text count as 50 words apart
    #[arg(long, value_name = "N", group = "mode", value_parser = whole::<u32>)]
    pub near: Option<u32>,
    /// Leave out passages with this word or phrase; may be repeated
    #[arg(long = "not", value_name = "WORD", allow_hyphen_values = true)]
    pub not: Vec<String>,
    /// Words as they are written, without stemming
    #[arg(long, conflicts_with = "fuzzy")]
    pub exact: bool,
    /// Words within N changes of spelling too, 1 or 2, but for scripts without spaces; `--fuzzy` alone is 1
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "1", require_equals = true)]
    #[arg(value_parser = changes)]
    pub fuzzy: Option<u8>,
    /// Other passages like the one at `PATH:LINE` or `PATH:LINE:COLUMN` (or with this id); with a query, what fits either
    #[arg(long, value_name = "PLACE")]
    pub like: Option<OsString>,
    /// Only files whose path fits this glob: in whatever folder of the index it begins, as it is printed, or from here with `../`; what is no glob is a path as it is written; may be repeated
    #[arg(long = "path", value_name = "GLOB")]
    pub paths: Vec<String>,
    /// Only files below the current directory
    #[arg(long)]
    pub here: bool,
    /// Only documents from this day, month or year on: YYYY-MM-DD, YYYY-MM or YYYY
    #[arg(long, value_name = "DATE")]
    pub after: Option<String>,
    /// Only documents up to the end of this day, month or year
    #[arg(long, value_name = "DATE")]
    pub before: Option<String>,
    /// Print how the query is understood, to standard error
    #[arg(long)]
    pub explain_query: bool,
}

/// The formats in which nothing stands beside a passage.
const ALONE: [&str; 6] = ["tsv", "trec", "vimgrep", "files_with_matches", "count", "format"];

/// What is printed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// At most N hits, or files with -l and -c [default: 10; as many as fit with --max-tokens; all with -l and -c]
    #[arg(short = 'n', long, value_name = "N", value_parser = whole::<NonZeroUsize>)]
    pub limit: Option<NonZeroUsize>,
    /// Leave out the best N hits, or files with -l and -c; a run of --trec is one list
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<usize>)]
    #[arg(conflicts_with = "trec")]
    pub offset: usize,
    /// At most N passages of a document, and how many more of it match; 0 for no limit [default: 3, and the others of the best 1,000 behind those of other documents; -l, -c, -q and --trec know none]
    #[arg(long, value_name = "N", value_parser = whole::<usize>)]
    pub per_document: Option<usize>,
    /// Passages that say the same: collapse them into the best one, or keep each [default: collapse; -l, -c, -q and --trec keep each]
    #[arg(long, value_name = "WHAT", hide_default_value = true, default_value = "collapse")]
    pub duplicates: DuplicatesArg,
    /// One JSON object a hit, one a line
    #[arg(long, group = "shape")]
    pub jsonl: bool,
    /// Events in JSON, as `rg --json` prints them, with rank, score and place
    #[arg(long, group = "shape")]
    pub json: bool,
    /// Tab-separated, no header: rank, score, path, first line, last line, first byte, byte behind the last, document, passage, text
    #[arg(long, group = "shape")]
    pub tsv: bool,
    /// Lines of a TREC run: each document once, by its best passage
    #[arg(long, group = "shape")]
    pub trec: bool,
    /// One line for each matching word: path:line:column:text
    #[arg(long, group = "shape")]
    pub vimgrep: bool,
    /// Only the paths of files with matches, the best first
    #[arg(short = 'l', long, group = "shape")]
    pub files_with_matches: bool,
    /// Only how many passages match in each file: path:count
    #[arg(short, long, group = "shape")]
    pub count: bool,
    /// Print nothing; the exit code tells whether there is a hit
    #[arg(short, long, group = "shape")]
    pub quiet: bool,
    /// A line a hit: {path}, {line}, {end_line}, {column}, {rank}, {score}, {text}, {title}, {heading}, {document_id}, {passage_id}, {byte_start}, {byte_end}, {hash}, {duplicates}, {more}; `{{` is a brace, `\t`, `\n` and `\0` are characters
    #[arg(long, value_name = "TEMPLATE", group = "shape")]
    pub format: Option<String>,
    /// A NUL behind each path instead of a colon or line end, and behind each hit of --format
    #[arg(short = '0', long)]
    pub null: bool,
    /// The topic that `--trec` names
    // Clap drops `requires` where an option is given that excludes the one required.
    #[arg(long, value_name = "ID", default_value = "1", requires = "trec")]
    #[arg(conflicts_with_all = ["jsonl", "json", "tsv", "vimgrep", "files_with_matches"])]
    #[arg(conflicts_with_all = ["count", "quiet", "format"])]
    pub topic: String,
    /// N lines of the file behind each passage, in text or as `lines_after` of --jsonl and `context` of --json
    #[arg(short = 'A', long, value_name = "N", value_parser = whole::<usize>)]
    #[arg(conflicts_with_all = ALONE)]
    pub after_context: Option<usize>,
    /// N lines of the file before each passage, in text or as `lines_before` of --jsonl and `context` of --json
    #[arg(short = 'B', long, value_name = "N", value_parser = whole::<usize>)]
    #[arg(conflicts_with_all = ALONE)]
    pub before_context: Option<usize>,
    /// N lines of the file before and behind each passage
    #[arg(short = 'C', long, value_name = "N", value_parser = whole::<usize>)]
    #[arg(conflicts_with_all = ALONE)]
    pub context: Option<usize>,
    /// N passages of the document before each, in text or as `neighbours` of --json and --jsonl
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u32>)]
    #[arg(conflicts_with_all = ALONE)]
    pub passages_before: u32,
    /// N passages of the document behind each, in text or as `neighbours` of --json and --jsonl
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u32>)]
    #[arg(conflicts_with_all = ALONE)]
    pub passages_after: u32,
    /// Whole passages for at most N tokens, with what is printed beside them; a token is estimated as four letters, or one Chinese, Japanese or Korean character
    #[arg(long, value_name = "N", conflicts_with_all = ["files_with_matches", "count"])]
    #[arg(value_parser = whole::<usize>)]
    pub max_tokens: Option<usize>,
}

/// What is done with passages that say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DuplicatesArg {
    /// Show the best one and how many more there are.
    Collapse,
    /// Show each.
    Keep,
}

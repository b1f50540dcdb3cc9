//! The options of `excerpt bench`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use excerpt::measure::FailIf;

use super::number::{MOST_THREADS, at_most, whole};
use super::{IndexPlace, RankingArgs, file_to_write, known};

/// The most rounds, and the most passes in each. Chosen by hand: above what anybody
/// waits for, and low enough that their product is a number of 32 bits.
const MOST_ROUNDS: usize = 10_000;
const MOST_REPS: usize = 100_000;

/// What is timed, below the options.
const NOTES: &str = "\
What is timed: from the query string to the addresses and scores of the best passages (parsing, \
looking words up, evaluating), on one thread, after an untimed pass over all queries. Not timed: \
opening the index, fetching passages, looking up ids, printing.

--per-query prints for each query, in file order, the best of all passes:
  microseconds<TAB>document<TAB>document…
With --json that is
  {\"query\":…,\"best_us\":…,\"documents\":[…],\"scores\":[…],…}
What is found are passages: a document is named once for each of its passages among the best.

--compare takes the best time of each query. Its intervals and its p say how the result depends on \
which queries are asked. What changes from run to run is not in them, such as other processes and where \
files lie in memory: comparing an index with itself, and with a copy of it, shows how much that is here. \
An interval is `-` (null with --json) where the queries are too few for 95 %: fewer than 2 for the \
geometric mean, 3 for the mean, or times too far apart; fewer than 6 for p50, 36 for p90, 72 for p95, \
368 for p99, 3,688 for p99.9; for max always.

Examples:
  excerpt bench --queries queries.txt
  excerpt bench --queries queries.txt --out before.json
  excerpt bench --compare before.json after.json --fail-if 'p99>+5%'
  excerpt bench --compare index-a index-b --queries queries.txt";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub struct BenchArgs {
    /// The queries, as `--queries`
    #[arg(value_name = "QUERIES", value_hint = ValueHint::FilePath, conflicts_with = "queries")]
    pub file: Option<PathBuf>,
    /// The queries: plain lines, or JSON lines with `query` and perhaps `tags`, whose first is the query's kind
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub queries: Option<PathBuf>,
    #[command(flatten)]
    pub place: IndexPlace,
    /// The best passages to find for each query [default: 10]
    #[arg(short = 'n', long, alias = "k", value_name = "K", value_parser = whole::<NonZeroUsize>)]
    pub limit: Option<NonZeroUsize>,
    /// Passes over all queries in a round [default: 1; 5 with --per-query]
    #[arg(long, value_name = "N", value_parser = at_most::<NonZeroUsize, MOST_REPS>)]
    pub reps: Option<NonZeroUsize>,
    /// Rounds, whose means give the confidence interval, unless that reaches below 0 [default: 5]
    #[arg(long, value_name = "N", conflicts_with = "per_query")]
    #[arg(value_parser = at_most::<NonZeroUsize, MOST_ROUNDS>)]
    pub rounds: Option<NonZeroUsize>,
    /// The most threads that throughput is measured at; 0 leaves it out [default: one per core]
    #[arg(short = 'j', long, value_name = "N", conflicts_with_all = ["per_query", "compare"])]
    #[arg(value_parser = at_most::<usize, MOST_THREADS>)]
    pub threads: Option<usize>,
    /// Measure first searches too, the index dropped from the page cache before each where that is permitted
    #[arg(long, conflicts_with_all = ["per_query", "compare"])]
    pub cold: bool,
    /// Compare B with A: two saved results, or two index directories that are measured alternately
    #[arg(long, value_names = ["A", "B"], num_args = 2)]
    #[arg(conflicts_with_all = ["per_query", "index"])]
    pub compare: Vec<PathBuf>,
    /// With --compare, exit with 1 if a figure of B lies further from that of A than this: `p99>+5%`; may be repeated
    // Not `requires`: clap drops that where an option is given that excludes `compare`.
    #[arg(long, value_name = "LIMIT", value_parser = known::<FailIf>)]
    pub fail_if: Vec<FailIf>,
    #[command(flatten)]
    pub ranking: RankingArgs,
    /// Print the best time of each query and the documents it finds, nothing else
    #[arg(long, help_heading = "Output")]
    pub per_query: bool,
    /// As one JSON object; with --per-query one a query
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    /// Save the result as JSON, for `--compare`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    #[arg(conflicts_with_all = ["per_query", "compare"], value_parser = file_to_write())]
    pub out: Option<PathBuf>,
    /// Draw the distributions of latencies
    #[arg(long, value_name = "FILE.svg", value_hint = ValueHint::FilePath, help_heading = "Output")]
    #[arg(conflicts_with = "per_query", value_parser = file_to_write())]
    pub plot: Option<PathBuf>,
}

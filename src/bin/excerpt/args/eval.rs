//! The options of `excerpt eval`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use excerpt::measure::Measure;

use super::number::{MOST_THREADS, at_most, whole};
use super::{WeightArgs, file_to_write, known};

/// What is printed, below the options.
const NOTES: &str = "\
A topic is a bag of words: quotes, `+`, `OR` and the like are not syntax in it, as they are in the \
queries of `search` and `bench`.

A document counts by its best passage (MaxP). Means are taken over topics: in a BEIR folder and with \
--known-item over all that are judged, 0 for those with nothing found; else over those that are \
judged and have something found, as trec_eval does (see --averaging).

--json prints one object a line, one for each collection and ranking:
  {\"collection\":…,\"topics\":…,\"measures\":{\"nDCG@10\":…},…}

Examples:
  excerpt eval --collection scifact
  excerpt eval --collection scifact xquad-r-de --ranking all
  excerpt eval --index DIR --topics topics.tsv --qrels qrels.txt --run full.run
  excerpt eval --runs plain.run full.run --qrels qrels.txt
  excerpt eval --index DIR --known-item 100 --seed 7";

// Clap drops `requires` where an option is given that excludes the one required:
// what belongs to one subject says itself that it excludes the others.
#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub struct EvalArgs {
    /// BEIR folders (`corpus.jsonl`, `queries.jsonl`, `qrels/test.tsv`); each is indexed in the cache, unless there is an index
    #[arg(long, value_name = "DIR", num_args = 1.., value_hint = ValueHint::DirPath)]
    #[arg(group = "subject", conflicts_with_all = ["topics", "qrels"])]
    pub collection: Vec<PathBuf>,
    /// The index directory [default: $EXCERPT_INDEX, else the nearest `.excerpt` here or in a parent]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub index: Option<PathBuf>,
    /// Topics: `id<TAB>text`, JSON lines or TREC's format
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "qrels")]
    #[arg(group = "subject")]
    pub topics: Option<PathBuf>,
    /// The part of a TREC topic that is the query
    #[arg(long, value_name = "PART", default_value = "title", requires = "topics")]
    #[arg(conflicts_with_all = ["collection", "runs", "known_item"])]
    pub topic_field: TopicPart,
    /// Judgments: TREC's four columns or BEIR's three
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub qrels: Option<PathBuf>,
    /// Compare two runs, the second with the first, by `--qrels`
    #[arg(long, value_names = ["A", "B"], num_args = 2, value_hint = ValueHint::FilePath)]
    #[arg(group = "subject", requires = "qrels")]
    #[arg(conflicts_with_all = ["index", "k1", "b", "field_weights", "depth", "threads"])]
    pub runs: Vec<PathBuf>,
    /// Draw N synthetic topics from headings and rare phrases of the index
    #[arg(long, value_name = "N", group = "subject", conflicts_with = "qrels")]
    #[arg(value_parser = whole::<NonZeroUsize>)]
    pub known_item: Option<NonZeroUsize>,
    /// Draws other topics
    #[arg(long, value_name = "N", default_value_t = 1, requires = "known_item")]
    #[arg(conflicts_with_all = ["collection", "topics", "runs"], value_parser = whole::<u64>)]
    pub seed: u64,
    /// Write the synthetic topics to a file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "known_item")]
    #[arg(conflicts_with_all = ["collection", "topics", "runs"])]
    #[arg(value_parser = file_to_write())]
    pub write_topics: Option<PathBuf>,
    /// Write their judgments to a file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "known_item")]
    #[arg(conflicts_with_all = ["collection", "topics", "runs"])]
    #[arg(value_parser = file_to_write())]
    pub write_qrels: Option<PathBuf>,
    /// The language of collections that are indexed, and what an index given has to have; `NAME=LANG` for one of them [default: detected, English where in doubt]
    #[arg(long, value_name = "LANG", requires = "collection")]
    #[arg(conflicts_with_all = ["topics", "runs", "known_item"])]
    pub language: Vec<String>,
    /// Threads [default: one per core]
    #[arg(short = 'j', long, value_name = "N")]
    #[arg(value_parser = at_most::<NonZeroUsize, MOST_THREADS>)]
    pub threads: Option<NonZeroUsize>,
    /// The formula: full, fast, bm25, with numbers of its own `bm25:k1=0.9,b=0.4`, which go before --k1, --b and --field-weight, or with feedback `full+feedback`; may be repeated; `all` is bm25:k1=0.9,b=0.4, bm25, fast, full and full+feedback [default: what the index keeps, else full]
    #[arg(long, value_name = "NAME", help_heading = "Ranking", conflicts_with = "runs")]
    pub ranking: Vec<String>,
    #[command(flatten)]
    pub weights: WeightArgs,
    /// Search again with the telling words of the best passages, under every ranking
    #[arg(long, help_heading = "Ranking", conflicts_with = "runs")]
    pub feedback: bool,
    /// Documents to rank for each topic
    #[arg(long, value_name = "N", default_value = "1000", help_heading = "Ranking")]
    #[arg(value_parser = whole::<NonZeroUsize>)]
    pub depth: NonZeroUsize,
    /// What is measured: nDCG@k, AP, MRR@k, P@k, R@k, success@k
    #[arg(long = "measure", value_name = "LIST", value_delimiter = ',', help_heading = "Output")]
    #[arg(default_value = "nDCG@10,R@100,AP", value_parser = known::<Measure>)]
    pub measures: Vec<Measure>,
    /// Which topics the means are taken over; see below
    #[arg(long, value_name = "WHICH", help_heading = "Output")]
    pub averaging: Option<WhichTopics>,
    /// Print each topic, not only the means
    #[arg(long, help_heading = "Output")]
    pub per_topic: bool,
    /// One JSON object a line
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    /// Write the ranked documents as a TREC run
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    #[arg(conflicts_with = "runs", value_parser = file_to_write())]
    pub run: Option<PathBuf>,
    /// What the run is called in its last column [default: excerpt-RANKING]
    #[arg(long, value_name = "NAME", requires = "run", conflicts_with = "runs")]
    #[arg(help_heading = "Output")]
    pub tag: Option<String>,
}

/// Which topics means are taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WhichTopics {
    /// Those with judgments and something found
    Judged,
    /// All with judgments, 0 for those with nothing found
    All,
}

/// A part of a TREC topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TopicPart {
    /// A few words, as people type them
    Title,
    /// One sentence
    Description,
    /// The title, then the description
    Both,
}

//! How passages are ranked, for every command that ranks.

use clap::Args;

use super::number::decimal;

/// How passages are ranked.
#[derive(Debug, Args)]
#[command(next_help_heading = "Ranking")]
pub struct RankingArgs {
    /// The formula: full, fast (its first stage alone) or bm25 [default: what the index keeps, else full]
    #[arg(long, value_name = "NAME")]
    pub ranking: Option<String>,
    #[command(flatten)]
    pub weights: WeightArgs,
    /// Search again with the telling words of the best passages: finds more, takes about three times as long
    #[arg(long)]
    pub feedback: bool,
}

/// What a formula can be told.
#[derive(Debug, Args)]
#[command(next_help_heading = "Ranking")]
pub struct WeightArgs {
    /// How slowly repeated words stop counting, 0.01 to 100 [default: what the index keeps, else 1, with bm25 1.2]
    #[arg(long, value_name = "X", value_parser = decimal)]
    pub k1: Option<f32>,
    /// How much length counts against a passage, 0 to 1 [default: what the index keeps, else 0.6, with bm25 0.75]
    #[arg(long, value_name = "X", value_parser = decimal)]
    pub b: Option<f32>,
    /// What words in titles and headings count beside the text: `title=3,heading=2`, which is the default but with bm25
    #[arg(long = "field-weight", value_name = "MAP")]
    pub field_weights: Vec<String>,
}

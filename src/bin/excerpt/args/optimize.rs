//! The options of `excerpt optimize`.

use clap::Args;

use super::number::memory;
use super::{IndexPlace, When};

#[derive(Debug, Args)]
#[command(after_help = "Searches in between see the index as it was, and answer the same \
afterwards. As much free space is needed as the index takes.")]
pub struct OptimizeArgs {
    #[command(flatten)]
    pub place: IndexPlace,
    /// Put like passages together, which makes postings smaller: auto (where a sample says that it pays), always or never
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub reorder: When,
    /// Memory for putting passages in another order; bytes, or with a suffix K, M or G, which are powers of 1,024
    #[arg(long, value_name = "SIZE", default_value = "1G", value_parser = memory)]
    pub memory: u64,
    /// Print no progress and no summary, only errors
    #[arg(short, long)]
    pub quiet: bool,
}

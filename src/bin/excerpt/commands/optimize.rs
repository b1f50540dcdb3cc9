//! `excerpt optimize`.

use anyhow::Result;
use excerpt::Error;
use excerpt::index::{self, OptimizeSummary, Waiting};

use crate::args::OptimizeArgs;
use crate::config;
use crate::exit::Outcome;
use crate::report::{self, Progress, Talk};
use crate::size;

pub fn run(args: &OptimizeArgs) -> Result<Outcome> {
    let directory = config::index_to_read(args.place.index.as_deref())?;
    let talk = if args.quiet { Talk::Quiet } else { Talk::Normal };
    let progress = Progress::new(talk);
    let summary = index::optimize(&directory, Waiting::No, &progress);
    progress.finish();
    match summary {
        Ok(summary) => {
            if talk > Talk::Quiet {
                tell(&summary);
            }
            Ok(Outcome::Done)
        }
        Err(Error::Interrupted) => {
            report::plain("interrupted: the index is as it was");
            Ok(Outcome::Interrupted)
        }
        Err(error) => Err(error.into()),
    }
}

fn tell(summary: &OptimizeSummary) {
    let segments = |count: usize| size::plural(count as u64, "segment");
    report::plain(format_args!(
        "{} became {}, {} became {}, in {:.2} s",
        segments(summary.segments_before),
        segments(summary.segments_after),
        size::bytes(summary.bytes_before),
        size::bytes(summary.bytes_after),
        summary.elapsed.as_secs_f64(),
    ));
    if summary.deleted > 0 {
        report::plain(format_args!("dropped {}", size::plural(summary.deleted, "deleted passage")));
    }
}

//! `excerpt optimize`.

use anyhow::Result;
use excerpt::Error;
use excerpt::index::{self, OptimizeRequest, OptimizeSummary, Order, Reordering};

use crate::args::{OptimizeArgs, When};
use crate::config;
use crate::exit::Outcome;
use crate::progress::{Progress, Talk};
use crate::report;
use crate::size;

pub fn run(args: &OptimizeArgs) -> Result<Outcome> {
    let directory = config::index_to_read(args.place.index.as_deref())?;
    let talk = if args.quiet { Talk::Quiet } else { Talk::Normal };
    let progress = Progress::new(talk, "");
    let request = OptimizeRequest {
        reordering: match args.reorder {
            When::Auto => Reordering::Auto,
            When::Always => Reordering::Always,
            When::Never => Reordering::Never,
        },
        memory_bytes: args.memory,
        ..OptimizeRequest::default()
    };
    let summary = index::optimize(&directory, request, &progress);
    progress.finish();
    match summary {
        Ok(summary) => {
            if talk > Talk::Quiet {
                tell(&summary);
            }
            Ok(Outcome::Done)
        }
        Err(Error::Interrupted) => {
            report::nothing_done();
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
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    match summary.order {
        Order::Kept => {}
        Order::GoodEnough(saving) => report::plain(format_args!(
            "kept the order of passages: another would save about {} between postings",
            percent(saving)
        )),
        Order::Changed(saving) => report::plain(format_args!(
            "put like passages together: that saves {} between postings",
            percent(saving)
        )),
    }
}

//! Work on several threads whose results are drawn in order.

use std::ops::Range;
use std::sync::mpsc;
use std::thread;

/// So many results a thread may be ahead of the one that draws them: enough for
/// it not to wait, few enough to take little memory.
const AHEAD: usize = 1;

/// Does `work` for each number below `count` on `threads` threads, each in turn,
/// and lets `draw` have the results in the order of the numbers.
pub(super) fn in_order<T: Send, R>(
    count: usize,
    threads: usize,
    work: impl Fn(usize) -> T + Sync,
    draw: impl FnOnce(&mut dyn Iterator<Item = T>) -> R,
) -> R {
    let threads = threads.clamp(1, count.max(1));
    let work = &work;
    thread::scope(|scope| {
        let turns: Vec<_> = (0..threads)
            .map(|first| {
                let (give, take) = mpsc::sync_channel(AHEAD);
                scope.spawn(move || {
                    for number in (first..count).step_by(threads) {
                        // Nobody draws any more after a failure.
                        if give.send(work(number)).is_err() {
                            return;
                        }
                    }
                });
                take
            })
            .collect();
        // A thread that gives nothing has panicked, which goes on when the scope
        // ends.
        draw(&mut (0..count).map_while(|number| turns[number % threads].recv().ok()))
    })
}

/// The numbers below `count` in shares of `share`, in order; the last may be smaller.
pub(super) fn shares(count: u32, share: u32) -> impl ExactSizeIterator<Item = Range<u32>> {
    let share_of = move |first: u32| first..count.min(first.saturating_add(share));
    (0..count).step_by(share as usize).map(share_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_all_there_is() {
        assert_eq!(shares(7, 3).collect::<Vec<_>>(), [0..3, 3..6, 6..7]);
        assert_eq!(shares(u32::MAX, 1 << 31).last(), Some(1 << 31..u32::MAX));
        assert_eq!(shares(0, 3).len(), 0);
    }

    #[test]
    fn results_come_in_order_from_any_number_of_threads() {
        for threads in 0..5 {
            let drawn: Vec<usize> = in_order(7, threads, |n| n * n, |results| results.collect());
            assert_eq!(drawn, [0, 1, 4, 9, 16, 25, 36]);
        }
    }

    #[test]
    fn who_draws_may_stop_early() {
        assert_eq!(in_order(100, 2, |n| n, |results| results.next()), Some(0));
    }
}

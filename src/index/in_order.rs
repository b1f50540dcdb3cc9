//! Work on several threads whose results are drawn in order.

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

#[cfg(test)]
mod tests {
    use super::*;

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

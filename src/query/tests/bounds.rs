//! Hostile and oversized queries.

use super::*;

/// Readers and walkers of queries get the usual stack of a thread.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    const STACK_BYTES: usize = 2 * 1024 * 1024;
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work);
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
}

#[test]
fn hostile_queries_stay_bounded() {
    on_a_small_stack(|| {
        for (piece, times) in [
            ("(", 20_000),
            (")", 20_000),
            ("(a b ", 20_000),
            ("NOT ", 20_000),
            ("a OR NOT (b AND ", 20_000),
            ("a:(^", 20_000),
            ("\"", 20_001),
            ("「", 20_000),
            ("„“「『«＂", 5_000),
            ("=title:", 20_000),
            ("-(a path:b OR NOT c AND (", 5_000),
            ("\\", 60_000),
            ("*~", 30_000),
            ("date:2020..", 5_000),
            ("a* ", 20_000),
            ("字", 30_000),
        ] {
            let query = parse(&piece.repeat(times)).query;
            assert!(clauses(&query) <= MAX_CLAUSES, "{piece}");
            assert!(depth(&query) <= DEEPEST_TREE, "{piece}");
            // Walks the tree as everyone does.
            let _ = (query.words().len(), query.to_string().len());
        }
    });
}

#[test]
fn what_is_beyond_the_limits_is_left_out_and_noted() {
    let parsed = parse(&"a ".repeat(40_000));
    assert_eq!(parsed.notes, [Note::TooLong, Note::TooManyClauses]);
    assert_eq!(clauses(&parsed.query), MAX_CLAUSES);

    let phrase = parse(&format!("b \"{}\" c", "a ".repeat(2_000)));
    assert_eq!(phrase.notes, [Note::TooManyClauses]);
    assert_eq!(clauses(&phrase.query), MAX_CLAUSES);

    let cut_open = parse(&"(a AND ".repeat(2_000));
    assert_eq!(cut_open.notes, [Note::TooDeep, Note::TooManyClauses]);

    let nested = |depth: usize| format!("{}a -b{}", "(c ".repeat(depth), ")".repeat(depth));
    assert_eq!(parse(&nested(MAX_DEPTH)).notes, []);
    let deeper = parse(&nested(MAX_DEPTH + 3));
    assert_eq!(deeper.notes, [Note::TooDeep]);
    assert_eq!(depth(&deeper.query), MAX_DEPTH + 1);

    let cut = parse(&"é".repeat(MAX_TEXT_BYTES));
    assert_eq!(cut.query, word(&"é".repeat(MAX_TEXT_BYTES / 2)));
}

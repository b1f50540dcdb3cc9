//! Runs that cannot be read to their end.

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tantivy::HasLen;
use tantivy::directory::{FileHandle, FileSlice, OwnedBytes};

use super::super::run::Run;
use super::super::runs::write_runs;
use super::super::spill::Begun;
use super::super::store::StackedStore;
use super::*;
use crate::index::draft::Scratch;

/// A file of which one reading fails.
#[derive(Debug)]
struct Failing {
    file: FileSlice,
    /// How many go well before.
    good: usize,
    readings: AtomicUsize,
}

impl HasLen for Failing {
    fn len(&self) -> usize {
        self.file.len()
    }
}

impl FileHandle for Failing {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        match self.readings.fetch_add(1, Ordering::Relaxed) == self.good {
            true => Err(io::Error::other("the disk is gone")),
            false => self.file.read_bytes_slice(range),
        }
    }
}

/// The engine was given what a failure leaves, the same id or passage again, over which
/// it ends the program.
#[test]
fn a_reading_that_fails_fails_the_merge_and_nothing_worse() {
    let language = Language::English;
    let (index, fields) = index(language);
    let directory = tempfile::tempdir().unwrap();
    let words = |number: u32| format!("flowers w{number} of the flowering {}", "a".repeat(9));
    let number_of = |number: u32| passage(&format!("id{number}"), None, &[], &words(number));
    let passages: Vec<Sourced> =
        (0..150).map(|number| (String::from("a.md"), number_of(number))).collect();
    let parts = parts(&index, language, &passages, 1);
    let merge = |good: usize| {
        let scratch = Scratch::new(directory.path(), "0.run");
        let mut run = Run::write(scratch, &fields, &parts[0]).unwrap();
        let readings = AtomicUsize::new(0);
        let failing = Arc::new(Failing { file: run.file.clone(), good, readings });
        run.file = FileSlice::new(failing.clone());
        let segment = index.new_segment();
        let begun = Begun { store: StackedStore::create(&segment).unwrap(), segment };
        let merged = Beside::during(|beside| {
            write_runs(begun, directory.path(), &fields, language, vec![run], 1, beside)
                .map(Written::into_meta)
                .map_err(crate::error::Error::engine("write a segment"))
        });
        let was_reached = failing.readings.load(Ordering::Relaxed) > good;
        assert_eq!(merged.is_err(), was_reached, "after {good}");
        was_reached
    };
    // At places all over the file, in some thousand of which it is read.
    let failed = (0..).step_by(13).take_while(|&good| merge(good)).count();
    assert!(failed > 50, "{failed}");
}

//! Only files: their paths, or how many of their passages match.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::path::PathBuf;

use super::path::PathStyle;
use super::shown::Shown;
use super::{Renderer, Summary};

/// Prints each file's path once, the file with the best passage first.
pub struct Files {
    paths: PathStyle,
    seen: HashSet<PathBuf>,
}

impl Files {
    /// A renderer that has seen no file yet.
    pub fn new(paths: PathStyle) -> Self {
        Self { paths, seen: HashSet::new() }
    }
}

impl Renderer for Files {
    fn hit(&mut self, out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        if self.seen.insert(hit.path.clone()) {
            self.paths.write(out, &hit.path, b"\n")?;
        }
        Ok(())
    }
}

/// Prints how many passages of each file match, the file with the best passage
/// first.
pub struct Counts {
    paths: PathStyle,
    places: HashMap<PathBuf, usize>,
    counts: Vec<(PathBuf, u64)>,
}

impl Counts {
    /// A renderer that has counted nothing yet.
    pub fn new(paths: PathStyle) -> Self {
        Self { paths, places: HashMap::new(), counts: Vec::new() }
    }
}

impl Renderer for Counts {
    fn hit(&mut self, _out: &mut dyn Write, hit: &Shown) -> io::Result<()> {
        let next = self.counts.len();
        let place = *self.places.entry(hit.path.clone()).or_insert(next);
        match self.counts.get_mut(place) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((hit.path.clone(), 1)),
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write, _summary: &Summary) -> io::Result<()> {
        for (path, count) in &self.counts {
            self.paths.write(out, path, b":")?;
            writeln!(out, "{count}")?;
        }
        Ok(())
    }
}

//! `excerpt stats`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use excerpt::index::sources::{Root, SourceKey, SourceList};
use excerpt::index::{CommitInfo, Manifest, SideFiles, Snapshot, size_bytes};
use excerpt::rank::Parameters;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::args::StatsArgs;
use crate::config;
use crate::exit::Outcome;
use crate::output::{Output, sanitize};
use crate::report;
use crate::size;
use crate::stamp;

/// The version of what `--json` prints.
const SCHEMA_VERSION: u32 = 1;

/// How many roots are named before the rest is only counted: there may be as many as
/// files. Chosen by hand.
const NAMED_ORIGINS: usize = 10;

/// What an index holds.
#[derive(Serialize)]
struct Stats {
    schema_version: u32,
    index: String,
    index_digest: String,
    committed_at: Option<String>,
    passages: u64,
    documents: u64,
    files: u64,
    /// Files by format.
    formats: BTreeMap<String, u64>,
    /// Files that were read and left out, by reason. What was not read at all, such as
    /// pipes and files above `--max-filesize`, is told when it is indexed only.
    skipped: BTreeMap<String, u64>,
    /// Files of which only the beginning could be read, by reason.
    in_part: BTreeMap<String, u64>,
    /// What those indexed take on disk, compressed ones as they are.
    source_bytes: u64,
    index_bytes: u64,
    segments: usize,
    /// What is looked at again by `excerpt index`.
    roots: Vec<String>,
    /// Which files of a root count and how their fields are read, as it was typed, where
    /// it was.
    rules: BTreeMap<String, String>,
    /// Where passages come from: the roots, and what cannot be looked at again.
    #[serde(skip)]
    origins: Vec<String>,
    language: String,
    min_passage_chars: usize,
    max_passage_chars: usize,
    /// Whether it keeps only the least of what makes searches fast.
    compact: bool,
    /// What searches go by that choose nothing.
    ranking: Parameters,
    format_version: u32,
    analyzer_version: u32,
    program: String,
}

pub fn run(args: &StatsArgs) -> Result<Outcome> {
    let directory = config::index_to_read(args.place.index.as_deref())?;
    let snapshot = Snapshot::open(&directory)?;
    let stats = Stats::of(&snapshot, &directory)?;
    let mut out = Output::new();
    match args.json {
        true => out.json(&stats)?,
        false => out.write(|out| stats.print(out))?,
    }
    out.finish()?;
    Ok(Outcome::Done)
}

impl Stats {
    fn of(snapshot: &Snapshot, directory: &Path) -> Result<Self> {
        let CommitInfo { documents, passages, source_bytes, committed_at, .. } = snapshot.info();
        let Manifest { format_version, analyzer_version, program, settings, ranking, .. } =
            snapshot.manifest();
        let SourceList { roots, records } = snapshot.sources()?;
        let mut formats: BTreeMap<String, u64> = BTreeMap::new();
        let mut skipped: BTreeMap<String, u64> = BTreeMap::new();
        let mut in_part: BTreeMap<String, u64> = BTreeMap::new();
        for record in records.values() {
            if !record.is_left_out() {
                *formats.entry(record.format.clone()).or_default() += 1;
            }
            if let Some(why) = &record.skipped {
                let files = if record.is_in_part() { &mut in_part } else { &mut skipped };
                *files.entry(why.clone()).or_default() += 1;
            }
        }
        let paths = snapshot.root_paths()?.into_iter();
        let paths: Vec<String> = paths.map(|path| path.display().to_string()).collect();
        let rules = paths.iter().cloned().zip(roots.iter().map(rules_of));
        let rules = rules.filter(|(_, rules)| !rules.is_empty()).collect();
        let stdin = SourceKey::stdin();
        let streamed = records.contains_key(&stdin).then(|| stdin.as_str().to_owned());
        Ok(Self {
            schema_version: SCHEMA_VERSION,
            index: directory.display().to_string(),
            index_digest: stamp::index_digest(snapshot)?,
            committed_at: OffsetDateTime::from_unix_timestamp(*committed_at)
                .ok()
                .filter(|_| *committed_at > 0)
                .and_then(|time| time.format(&Rfc3339).ok()),
            passages: *passages,
            documents: *documents,
            files: formats.values().sum(),
            formats,
            skipped,
            in_part,
            source_bytes: *source_bytes,
            index_bytes: size_bytes(directory)?,
            segments: snapshot.segments().len(),
            origins: paths.iter().cloned().chain(streamed).collect(),
            roots: paths,
            rules,
            language: settings.language.to_string(),
            min_passage_chars: settings.split.min_chars,
            max_passage_chars: settings.split.max_chars,
            compact: settings.side_files == SideFiles::Compact,
            ranking: Parameters::of(ranking)?,
            format_version: *format_version,
            analyzer_version: *analyzer_version,
            program: program.clone(),
        })
    }

    /// The rules, each with the roots that it holds for, if it does not for all.
    fn told_rules(&self) -> String {
        let mut by_rules: BTreeMap<&str, Vec<PathBuf>> = BTreeMap::new();
        for (root, rules) in &self.rules {
            by_rules.entry(rules).or_default().push(root.into());
        }
        let told = by_rules.iter().map(|(rules, roots)| match roots.len() {
            all if all == self.roots.len() => (*rules).to_owned(),
            _ => format!("{rules} for {}", report::some(roots)),
        });
        report::first(told.collect(), NAMED_ORIGINS)
    }

    fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut row = |name: &str, value: &str| {
            let value = sanitize::line(value);
            writeln!(out, "{name:<10}  {value}")
        };
        row("index", &self.index)?;
        if !self.origins.is_empty() {
            row("of", &report::first(self.origins.clone(), NAMED_ORIGINS))?;
        }
        if !self.rules.is_empty() {
            row("rules", &self.told_rules())?;
        }
        row("committed", self.committed_at.as_deref().unwrap_or("never"))?;
        row("passages", &size::thousands(self.passages))?;
        row("documents", &size::thousands(self.documents))?;
        row("files", &counted(self.files, &self.formats))?;
        let skipped = self.skipped.values().sum();
        row("skipped", &counted(skipped, &self.skipped))?;
        if !self.in_part.is_empty() {
            row("in part", &counted(self.in_part.values().sum(), &self.in_part))?;
        }
        // As they lie on disk: of compressed ones not what is in them.
        row("file sizes", &size::bytes(self.source_bytes))?;
        let segments = size::plural(self.segments as u64, "segment");
        let compact = if self.compact { ", compact" } else { "" };
        row("on disk", &format!("{} in {segments}{compact}", size::bytes(self.index_bytes)))?;
        row("language", &self.language)?;
        let (least, most) = (self.min_passage_chars as u64, self.max_passage_chars as u64);
        row(
            "passage",
            &format!("{} to {} characters", size::thousands(least), size::thousands(most)),
        )?;
        row("ranking", &of_ranking(&self.ranking))?;
        let (format, analyzer) = (self.format_version, self.analyzer_version);
        row("versions", &format!("format {format}, analyzer {analyzer}, made by {}", self.program))
    }
}

/// Which files of `root` count and how their fields are read, as it is typed.
fn rules_of(root: &Root) -> String {
    let parts = [config::typed_rules(&root.walk), config::typed_fields(&root.fields)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A ranking with the numbers that can be chosen.
fn of_ranking(parameters: &Parameters) -> String {
    let Parameters { ranking, k1, b, title, heading, .. } = parameters;
    format!("{ranking}, k1 {k1}, b {b}, title {}, heading {}", title.weight, heading.weight)
}

/// A total and what it is made of.
fn counted(total: u64, parts: &BTreeMap<String, u64>) -> String {
    let mut parts: Vec<(&String, &u64)> = parts.iter().collect();
    parts.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let parts: Vec<String> =
        parts.iter().map(|(name, count)| format!("{} {name}", size::thousands(**count))).collect();
    match parts.as_slice() {
        [] => size::thousands(total),
        parts => format!("{} ({})", size::thousands(total), parts.join(", ")),
    }
}

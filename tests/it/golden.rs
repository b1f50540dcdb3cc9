//! The order of passages for every topic of the sample corpus, held against
//! `tests/golden/ranks.tsv`.
//!
//! A change of ranking, analysis or splitting shows here as a diff that says
//! which passage rose and which sank. Where the new order is better, write it
//! with `EXCERPT_BLESS=1 cargo test golden` and say in the commit why.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use excerpt::index::{Input, Silent, UpdateRequest, update};
use excerpt::measure::topics::{self, Topic};
use excerpt::measure::{Averaging, Measure, Qrels, TopicField, evaluate};
use excerpt::query::parse;
use excerpt::rank::Parameters;
use excerpt::search::{
    Counting, Duplicates, Filters, PerDocument, SearchRequest, Searcher, TopicOptions, run_topics,
};

use crate::harness::{TestResult, copy};

/// How many passages are kept for each topic.
const KEPT: usize = 3;

/// Rewrites the golden file instead of comparing with it, where it is set.
const BLESS: &str = "EXCERPT_BLESS";

const HEAD: &str = "\
# The best passages for each topic of corpus/topics.tsv under the default ranking, and means over
# all topics. Written by `EXCERPT_BLESS=1 cargo test golden`. topic, rank, passage
";

#[test]
fn every_topic_of_the_sample_corpus_has_its_golden_order() -> TestResult {
    let directory = tempfile::tempdir()?;
    let corpus = directory.path().join("corpus");
    copy(&root().join("corpus"), &corpus)?;
    let index = directory.path().join("index");
    let request = UpdateRequest::new(Input::Paths(vec![corpus.clone()]), corpus);
    update(&index, request, &Silent)?;
    let searcher = Searcher::open(&index)?;
    let topics = topics::load(&root().join("corpus/topics.tsv"), TopicField::Title)?;

    let mut found = HEAD.to_owned();
    for topic in &topics {
        ranks(&searcher, topic, &mut found)?;
    }
    means(&searcher, &topics, &mut found)?;

    let path = root().join("tests/golden/ranks.tsv");
    if std::env::var_os(BLESS).is_some() {
        fs::write(&path, &found)?;
    }
    let changes = changes(&fs::read_to_string(&path)?, &found);
    assert!(
        changes.is_empty(),
        "the order is not that of tests/golden/ranks.tsv (- golden, + found):\n{changes}\
         if it is better, write it with {BLESS}=1"
    );
    Ok(())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The best passages for a topic, read as a query that somebody typed.
fn ranks(searcher: &Searcher, topic: &Topic, out: &mut String) -> Result<(), Box<dyn Error>> {
    let response = searcher.search(&SearchRequest {
        query: parse(&topic.text).query,
        filters: Filters::default(),
        limit: KEPT,
        offset: 0,
        counting: Counting::No,
        parameters: Parameters::default(),
        duplicates: Duplicates::Keep,
        per_document: PerDocument::All,
    })?;
    for hit in response.hits {
        let (source, line) = (hit.source.as_str(), hit.passage.lines.start);
        writeln!(out, "{}\t{}\t{source}:{line}", topic.id, hit.rank)?;
    }
    Ok(())
}

/// Measures over all topics, whose documents are ranked as `excerpt eval` ranks
/// them.
fn means(searcher: &Searcher, topics: &[Topic], out: &mut String) -> Result<(), Box<dyn Error>> {
    let options =
        TopicOptions { parameters: Parameters::default(), depth: 100, threads: NonZeroUsize::MIN };
    let run = run_topics(searcher, topics, &options)?;
    let qrels = Qrels::load(&root().join("corpus/qrels.txt"))?;
    let measures = [Measure::Ndcg { cutoff: Some(10) }, Measure::Recall { cutoff: 10 }];
    let evaluation = evaluate(&run, &qrels, &measures, Averaging::All);
    for (measure, mean) in measures.iter().zip(&evaluation.mean) {
        writeln!(out, "all\t{measure}\t{mean:.4}")?;
    }
    Ok(())
}

/// The topics whose lines differ, each with both sides.
fn changes(golden: &str, found: &str) -> String {
    let mut changes = String::new();
    for topic in topics_of(golden, found) {
        let [before, after] = [golden, found].map(|text| lines_of(text, topic));
        if before != after {
            changes.extend(before.iter().map(|line| format!("- {line}\n")));
            changes.extend(after.iter().map(|line| format!("+ {line}\n")));
        }
    }
    changes
}

/// The topics of both texts, each once, in their order.
fn topics_of<'t>(golden: &'t str, found: &'t str) -> Vec<&'t str> {
    let mut topics = Vec::new();
    for line in golden.lines().chain(found.lines()) {
        let topic = line.split('\t').next().unwrap_or(line);
        if !topics.contains(&topic) {
            topics.push(topic);
        }
    }
    topics
}

fn lines_of<'t>(text: &'t str, topic: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.split('\t').next() == Some(topic)).collect()
}

#[test]
fn a_change_names_both_orders_of_its_topic_alone() {
    for (golden, found, expected) in [
        ("a\t1\tx:1\nb\t1\ty:1\n", "a\t1\tx:1\nb\t1\ty:1\n", ""),
        ("a\t1\tx:1\nb\t1\ty:1\n", "a\t1\tx:1\nb\t1\ty:2\n", "- b\t1\ty:1\n+ b\t1\ty:2\n"),
        ("a\t1\tx:1\n", "", "- a\t1\tx:1\n"),
        ("", "a\t1\tx:1\n", "+ a\t1\tx:1\n"),
    ] {
        assert_eq!(changes(golden, found), expected, "{golden} {found}");
    }
}

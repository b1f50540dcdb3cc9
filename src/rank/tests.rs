//! The fast ways against the slow one, and both against the engine's own.

mod bounds;
mod counts;
mod explain;
mod history;
mod plans;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use tantivy::TERMINATED;

use super::evaluator::Evaluator;
use super::first::first_stage;
use super::plan::{Clauses, Leaf, Plan};
use super::scope::Scope;
use super::{Parameters, PartWeight, QueryWord, Ranking, ScoredPassage, Wording};
use crate::analysis::words::Unit;
use crate::analysis::{Language, Weight};
use crate::error::{Error, Result};
use crate::index::{Input, LanguageRequest, OpenSegment, Silent, Snapshot, UpdateRequest, update};
use crate::measure::random::SplitMix64;
use crate::passage::PassageId;

/// An index over made-up passages, in a directory of its own.
struct Sample {
    directory: tempfile::TempDir,
    language: Language,
    random: SplitMix64,
}

impl Sample {
    fn new(seed: u64) -> Result<Self> {
        let directory = tempfile::tempdir().map_err(Error::io("create", "a directory"))?;
        Ok(Self { directory, language: Language::None, random: SplitMix64::new(seed) })
    }

    /// A word of a vocabulary in which the n-th word is n times rarer than the
    /// first, roughly as in natural text.
    fn word(&mut self) -> String {
        let sharpness = 1 + self.random.below(400);
        format!("w{}", self.random.below(sharpness))
    }

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    /// Writes `count` passages into the file `name` and updates the index.
    fn commit(&mut self, name: &str, count: u64) -> Result<()> {
        self.write(name, count)?;
        self.update()
    }

    fn write(&mut self, name: &str, count: u64) -> Result<()> {
        let mut text = String::new();
        for number in 0..count {
            let (title, body) = (self.random.below(4), 1 + self.random.below(30));
            // A title may hold what separates parts.
            let title = self.words(title).replacen(' ', "\\u001e", 1);
            let body = self.words(body);
            let date = plans::date(number);
            let _ = writeln!(
                text,
                r#"{{"id":"{name}-{number}","title":"{title}","date":"{date}","text":"{body}"}}"#
            );
        }
        self.write_text(&format!("{name}.jsonl"), &text)
    }

    /// Writes `count` sections, each under a heading, into the file `name`.
    fn write_sections(&mut self, name: &str, count: u64) -> Result<()> {
        let mut text = format!("# {}\n", self.words(3));
        for _ in 0..count {
            let (heading, body) = (1 + self.random.below(4), 1 + self.random.below(30));
            let (heading, body) = (self.words(heading), self.words(body));
            let _ = writeln!(text, "\n## {heading}\n\n{body}");
        }
        self.write_text(&format!("{name}.md"), &text)
    }

    fn write_text(&self, file: &str, text: &str) -> Result<()> {
        let path = self.directory.path().join("corpus").join(file);
        fs::create_dir_all(self.directory.path().join("corpus"))
            .and_then(|()| fs::write(&path, text))
            .map_err(Error::io("write", &path))
    }

    fn remove(&mut self, name: &str) -> Result<()> {
        let path = self.directory.path().join("corpus").join(format!("{name}.jsonl"));
        fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        self.update()
    }

    fn update(&self) -> Result<()> {
        self.update_index(&self.index())
    }

    /// Another index over the same files, made at once.
    fn fresh(&self, name: &str) -> Result<Snapshot> {
        let index = self.directory.path().join(name);
        self.update_index(&index)?;
        Snapshot::open(&index)
    }

    fn update_index(&self, index: &Path) -> Result<()> {
        let corpus = self.directory.path().join("corpus");
        // One thread, so that a seed stands for the same order of passages.
        let request = UpdateRequest {
            language: LanguageRequest::Named(self.language),
            threads: NonZeroUsize::new(1),
            ..UpdateRequest::new(Input::Paths(vec![corpus.clone()]), corpus)
        };
        update(index, request, &Silent).map(drop)
    }

    fn index(&self) -> std::path::PathBuf {
        self.directory.path().join("index")
    }

    fn snapshot(&self) -> Result<Snapshot> {
        Snapshot::open(&self.index())
    }
}

/// `words` as a query's.
fn wording(words: &[String]) -> Wording {
    let word = |word: &String| QueryWord {
        surface: word.clone(),
        stem: word.clone(),
        unit: Unit::Word,
        weight: Weight::Full,
    };
    Wording { words: words.iter().map(word).collect() }
}

/// The ids of all passages, by segment.
fn ids(snapshot: &Snapshot) -> Result<Vec<Vec<PassageId>>> {
    let id = |segment: &OpenSegment, doc| Ok(segment.passage(doc)?.passage.id);
    let of = |segment: &OpenSegment| (0..segment.max_doc()).map(|doc| id(segment, doc)).collect();
    snapshot.segments().iter().map(of).collect()
}

/// Every match, scored one after the other, in order.
fn exhaustive(
    evaluator: &Evaluator<'_>,
    plan: &Plan,
    ids: &[Vec<PassageId>],
) -> Result<Vec<(f32, PassageId)>> {
    let mut all = Vec::new();
    for (ordinal, ids) in ids.iter().enumerate() {
        let scope = Scope::new(evaluator, ordinal);
        let mut node = scope.node(plan)?;
        let mut doc = node.seek(0);
        while doc != TERMINATED {
            if scope.segment.is_alive(doc) {
                all.push((node.score() as f32, ids[doc as usize].clone()));
            }
            doc = node.seek(doc + 1);
        }
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    Ok(all)
}

/// Limits on either side of those at which a way changes: ten and a hundred, of which
/// shortcuts tell, and as many as a rare list may lead for.
const LIMITS: [usize; 5] = [1, 10, 30, 100, 1500];

/// `parameters` where all of a length counts.
fn long_count(parameters: Parameters) -> Parameters {
    let [title, heading] =
        [parameters.title, parameters.heading].map(|part| PartWeight { b: 1.0, ..part });
    Parameters { b: 1.0, title, heading, ..parameters }
}

fn check(sample: &mut Sample, plans: usize) -> Result<()> {
    let snapshot = sample.snapshot()?;
    let ids = ids(&snapshot)?;
    let own = Parameters { k1: 0.9, b: 0.4, ..Parameters::new(Ranking::Bm25) };
    let fast = Parameters::new(Ranking::Fast);
    let slow = Parameters { k1: 2.5, ..long_count(fast) };
    let rankings = [Parameters::new(Ranking::Bm25), own, fast, slow];
    let mut found_any = 0;
    for _ in 0..plans {
        let mut plan = sample.plan(&snapshot);
        plan = match sample.random.below(12) {
            0 | 1 => plan.filtered(vec![sample.all_but_one(&snapshot)]),
            2 => plan.filtered(vec![sample.found(&snapshot)?]),
            3 => plans::boolean(vec![plan, Plan::Everything], vec![], vec![]),
            4 => {
                let selects = [sample.all_but_one(&snapshot), sample.found(&snapshot)?];
                let filter = |select| Plan::Leaf(Leaf::Selection { select, score: 0.0 });
                let either = plans::boolean(vec![], selects.map(filter).to_vec(), vec![]);
                plans::boolean(vec![plan, either], vec![], vec![])
            }
            _ => plan,
        };
        for parameters in &rankings {
            let evaluator = Evaluator::new(&snapshot, parameters);
            let expected = exhaustive(&evaluator, &plan, &ids)?;
            counts::check(&snapshot, &plan, &expected)?;
            found_any += usize::from(!expected.is_empty());
            for limit in LIMITS {
                let found: Vec<(f32, PassageId)> = first_stage(&evaluator, &plan, limit)?
                    .into_iter()
                    .map(|ScoredPassage { address, score }| {
                        (score, ids[address.segment_ord as usize][address.doc_id as usize].clone())
                    })
                    .collect();
                let expected = &expected[..limit.min(expected.len())];
                assert!(
                    found == expected,
                    "{limit} best by {parameters:?} of {plan:?}: {:?}",
                    found.iter().zip(expected).find(|(found, expected)| found != expected)
                );
            }
        }
    }
    assert!(found_any > plans * rankings.len() / 3, "{found_any} searches found anything");
    Ok(())
}

/// Segments of so many passages have shortcuts.
const PASSAGES_WITH_SHORTCUTS: u64 = 4200;

#[test]
fn the_fast_ways_find_what_the_slow_one_finds() -> Result<()> {
    let mut sample = Sample::new(1)?;
    sample.write_sections("sections", 600)?;
    sample.commit("a", PASSAGES_WITH_SHORTCUTS)?;
    assert!(sample.snapshot()?.segments()[0].shortcuts()?.is_some());
    check(&mut sample, 150)
}

/// Once a block was scored, its bound left out the titles that the scoring had
/// gone past, and a passage of the block was missed in a later window.
#[test]
fn bounds_hold_behind_what_was_scored() -> Result<()> {
    let mut sample = Sample::new(225)?;
    sample.commit("a", 5000)?;
    check(&mut sample, 100)
}

#[test]
fn several_segments_and_deletes_change_nothing() -> Result<()> {
    let mut sample = Sample::new(2)?;
    sample.write_sections("sections", 300)?;
    sample.write("a", PASSAGES_WITH_SHORTCUTS)?;
    for name in ["b", "c", "d"] {
        sample.commit(name, 400)?;
    }
    sample.remove("b")?;
    sample.commit("c", 350)?;
    check(&mut sample, 120)
}

/// Once occurrences in titles and headings were counted as if `k1` were 1.
#[test]
fn k1_is_that_of_every_part_of_a_passage() -> Result<()> {
    let sample = Sample::new(8)?;
    sample.write_text("a.jsonl", r#"{"id":"a","title":"word","text":"word other"}"#)?;
    sample.update()?;
    let snapshot = sample.snapshot()?;
    let score = |field, k1| -> Result<f32> {
        let parameters = Parameters { k1, ..Parameters::new(Ranking::Fast) };
        let evaluator = Evaluator::new(&snapshot, &parameters);
        let plan = Plan::term(field, "word".to_owned(), 1.0);
        Ok(first_stage(&evaluator, &plan, 1)?[0].score)
    };
    let fields = snapshot.fields();
    // Twice in the text, once in the title with three times the weight: 5 in all.
    for (field, count) in [(fields.text, 5.0), (fields.title, 1.0)] {
        let ratio = score(field, 1.0)? / score(field, 4.0)?;
        let expected = (count + 4.0) / (count + 1.0);
        assert!((ratio - expected).abs() < 1e-5, "{ratio} is not {expected}");
    }
    Ok(())
}

/// The engine's own searcher over the same files.
fn engine(index: &Path) -> tantivy::Result<(tantivy::Searcher, tantivy::query::QueryParser)> {
    let data = fs::read_dir(index)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.join("meta.json").is_file())
        .unwrap_or_default();
    let engine = tantivy::Index::open_in_dir(data)?;
    let parser = tantivy::query::QueryParser::new(
        engine.schema(),
        vec![crate::index::schema::schema().1.text],
        crate::index::schema::tokenizers(Language::None),
    );
    Ok((engine.reader()?.searcher(), parser))
}

#[test]
fn bm25_scores_as_the_engine_does() -> Result<()> {
    let mut sample = Sample::new(4)?;
    sample.commit("a", PASSAGES_WITH_SHORTCUTS)?;
    let snapshot = sample.snapshot()?;
    let (searcher, parser) = engine(&sample.index()).map_err(Error::engine("open"))?;
    let parameters = Parameters::new(Ranking::Bm25);
    let evaluator = Evaluator::new(&snapshot, &parameters);
    let text = snapshot.fields().text;
    for round in 0..60 {
        let words: BTreeSet<String> = (0..=round % 4).map(|_| sample.word()).collect();
        let words: Vec<String> = words.into_iter().collect();
        let plans: Vec<Plan> =
            words.iter().map(|word| Plan::term(text, word.clone(), 1.0)).collect();
        let union = Clauses { should: plans.clone(), ..Clauses::default() };
        let all = Clauses { must: plans, ..Clauses::default() };
        let mut cases = vec![
            (words.join(" "), Plan::Boolean(union)),
            (format!("+{}", words.join(" +")), Plan::Boolean(all)),
        ];
        if words.len() > 1 {
            let terms = words.clone();
            let phrase = Leaf::Phrase { field: text, terms, surfaces: None };
            cases.push((format!("\"{}\"", words.join(" ")), Plan::Leaf(phrase)));
        }
        for (query, plan) in cases {
            let collector = tantivy::collector::TopDocs::with_limit(10).order_by_score();
            let expected: Vec<f32> = parser
                .parse_query(&query)
                .map_err(tantivy::TantivyError::from)
                .and_then(|query| searcher.search(&query, &collector))
                .map_err(Error::engine("search"))?
                .into_iter()
                .map(|(score, _)| score)
                .collect();
            let found: Vec<f32> =
                first_stage(&evaluator, &plan, 10)?.iter().map(|scored| scored.score).collect();
            assert_eq!(found.len(), expected.len(), "{query}");
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() <= 1e-5 * expected.max(1.0), "{query}");
            }
        }
    }
    Ok(())
}

//! The figures of one subject under each ranking.

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, Instant};

use anyhow::Result;
use excerpt::document::DocumentId;
use excerpt::measure::{
    Averaging, Comparison, ComparisonOptions, Evaluation, Qrels, Run, Topic, compare, evaluate,
};
use excerpt::rank::Ranking;
use excerpt::search::{TopicOptions, run_topics};

use super::subject::{Subject, Synthetic};
use super::{Contender, not_judged, threads};
use crate::args::EvalArgs;
use crate::commands::saving;
use crate::report::{self, Hinted};
use crate::size::{plural, thousands};
use crate::stamp::{self, Stamp};

/// All figures of one subject.
pub struct Row {
    pub name: String,
    /// How many topics were run, judged or not.
    pub topics_run: usize,
    /// How many of the judged topics were not run: no query has their id.
    pub not_asked: usize,
    /// How many of the topics that were run are not judged.
    pub not_judged: usize,
    pub averaging: Averaging,
    pub synthetic: Option<Synthetic>,
    /// One for each ranking, in the order in which they were typed.
    pub scores: Vec<Score>,
    /// One ranking against the one that it has to beat, if there are two.
    pub against: Option<Against>,
    /// Whether the files that were asked for could be written.
    pub saved: Result<()>,
}

/// The figures of one ranking.
pub struct Score {
    /// What the ranking is called.
    pub ranking: String,
    pub evaluation: Evaluation,
    pub elapsed: Duration,
    pub stamp: Stamp,
}

/// A ranking against an earlier one.
pub struct Against {
    pub contender: usize,
    pub baseline: usize,
    pub comparison: Comparison,
}

impl Row {
    /// Runs the topics under each ranking and scores what they find.
    pub fn measure(
        args: &EvalArgs,
        mut subject: Subject,
        contenders: &[Contender],
    ) -> Result<Self> {
        let is_judged = |topic: &&Topic| subject.qrels.judged(&topic.id).is_some();
        let judged = subject.topics.iter().filter(is_judged).count();
        if judged == 0 {
            return Err(not_judged(&subject.name));
        }
        let asked: HashSet<&str> = subject.topics.iter().map(|topic| topic.id.as_str()).collect();
        let not_asked = subject.qrels.topics().filter(|&topic| !asked.contains(topic)).count();
        let not_judged = subject.topics.len() - judged;
        note_unmet(&subject, not_asked, not_judged);
        note_absent(&subject)?;
        let scores = contenders.iter().map(|contender| Score::of(args, &mut subject, contender));
        let scores = scores.collect::<Result<Vec<_>>>()?;
        note_not_found(&subject, not_asked, &scores);
        Ok(Self {
            name: subject.name,
            topics_run: subject.topics.len(),
            not_asked,
            not_judged,
            averaging: subject.averaging,
            synthetic: subject.synthetic,
            against: against(&scores),
            scores,
            saved: subject.saved,
        })
    }
}

impl Score {
    /// Runs the topics of `subject` under `contender`, saves the run where that is wanted,
    /// and scores it.
    fn of(args: &EvalArgs, subject: &mut Subject, contender: &Contender) -> Result<Self> {
        let parameters = contender.on(&subject.searcher)?;
        let ranking = parameters.to_string();
        let options = TopicOptions { parameters, depth: args.depth.get(), threads: threads(args) };
        let started = Instant::now();
        let run = run_topics(&subject.searcher, &subject.topics, &options)?;
        let elapsed = started.elapsed();
        let has_found = run.topics().any(|topic| subject.qrels.judged(topic).is_some());
        // The mean over no topics is no figure.
        if !has_found && subject.averaging == Averaging::Judged {
            return Err(nothing_found(&subject.name));
        }
        if let Some(path) = &args.run {
            let tag = args.tag.clone().unwrap_or_else(|| format!("excerpt-{ranking}"));
            let saved = saving::write(path, |out| run.write(out, &tag));
            subject.saved = std::mem::replace(&mut subject.saved, Ok(())).and(saved);
        }
        if !has_judged(&run, &subject.qrels) {
            report::warning(format_args!(
                "{}, {ranking}: no judged document was found for any topic",
                subject.name
            ));
            report::hint(
                "judgments and documents belong together by the ids of documents: is it the \
                 right index?",
            );
        }
        let evaluation = evaluate(&run, &subject.qrels, &args.measures, subject.averaging);
        let asked = subject.topics.iter().flat_map(|topic| [topic.id.as_str(), &topic.text]);
        let query_hash = stamp::query_hash(asked);
        let stamp = Stamp::new(subject.searcher.snapshot(), query_hash, &parameters)?;
        Ok(Self { ranking, evaluation, elapsed, stamp })
    }
}

/// Tells of topics that only one side has: the figures say nothing of them, or less
/// than they seem to.
fn note_unmet(subject: &Subject, not_asked: usize, not_judged: usize) {
    let name = &subject.name;
    if not_asked > 0 {
        let topics = plural(not_asked as u64, "judged topic");
        let what = what_becomes_of_missing(subject.averaging);
        report::note(format_args!("{name}: {topics} without a query {what}"));
    }
    if not_judged > 0 {
        let topics = plural(not_judged as u64, "topic");
        report::note(format_args!("{name}: {topics} without judgments left out"));
    }
}

/// Tells of an index without most of the documents that are relevant: that the ids of
/// some fit is no proof that it is the right one.
fn note_absent(subject: &Subject) -> Result<()> {
    let judged = subject.qrels.topics().filter_map(|topic| subject.qrels.judged(topic)).flatten();
    // In judgments `%` may stand for what the id itself has there.
    let judged = judged.filter(|(id, grade)| **grade > 0 && !id.contains('%'));
    let relevant: BTreeSet<&String> = judged.map(|(id, _)| id).collect();
    let mut absent = 0;
    for &id in &relevant {
        absent += usize::from(!subject.searcher.holds_document(&DocumentId(id.clone()))?);
    }
    if absent * 2 > relevant.len() {
        report::note(format_args!(
            "{}: of {}, {} are not in the index; ids that are paths begin in the folder in which the index was first made",
            subject.name,
            plural(relevant.len() as u64, "relevant document"),
            thousands(absent as u64)
        ));
    }
    Ok(())
}

/// Tells of judged topics that were run and found nothing, once where all rankings have
/// as many. Where no topic found anything, that was said.
fn note_not_found(subject: &Subject, not_asked: usize, scores: &[Score]) {
    let judged = subject.qrels.topics().count();
    let missing = |score: &Score| match score.evaluation.missing.len() {
        missing if missing == judged => 0,
        missing => missing - not_asked,
    };
    let is_same = scores.windows(2).all(|pair| missing(&pair[0]) == missing(&pair[1]));
    let told = if is_same { 1 } else { scores.len() };
    for score in scores.iter().take(told).filter(|&score| missing(score) > 0) {
        let of = if is_same { String::new() } else { format!(", {}", score.ranking) };
        report::note(format_args!(
            "{}{of}: {} with nothing found {}",
            subject.name,
            plural(missing(score) as u64, "judged topic"),
            what_becomes_of_missing(subject.averaging)
        ));
    }
}

fn what_becomes_of_missing(averaging: Averaging) -> &'static str {
    match averaging {
        Averaging::All => "counted as 0",
        Averaging::Judged => "left out",
    }
}

/// Topics of `subject` of which no judged one finds anything.
fn nothing_found(subject: &str) -> anyhow::Error {
    let hint = "topics are asked in the words of the documents: is it the right index?";
    Hinted::new(format!("no judged topic of `{subject}` finds anything"), hint).into()
}

/// Whether anything that was found is judged for its topic.
fn has_judged(run: &Run, qrels: &Qrels) -> bool {
    run.topics().any(|topic| {
        run.ranked(topic).iter().any(|found| qrels.grade(topic, &found.document).is_some())
    })
}

/// The contender is the last ranking; feedback, which is for recall, only where
/// nothing else is left. The baseline is the better plain BM25 before it, chosen
/// for each subject by the first measure: a hard one. Without any it is the first.
fn against(scores: &[Score]) -> Option<Against> {
    let is_as_typed = |score: &Score| score.stamp.parameters.feedback.is_none();
    let last = scores.len().checked_sub(1)?;
    let contender = scores.iter().rposition(is_as_typed).filter(|&at| at > 0).unwrap_or(last);
    let (earlier, contender_score) = (&scores[..contender], &scores[contender]);
    let value = |score: &Score| score.evaluation.mean.first().copied().unwrap_or(0.0);
    let plain = earlier
        .iter()
        .enumerate()
        .filter(|(_, score)| score.stamp.parameters.ranking == Ranking::Bm25)
        .max_by(|(_, a), (_, b)| value(a).total_cmp(&value(b)));
    let baseline = plain.map_or(0, |(at, _)| at);
    let baseline_evaluation = &earlier.get(baseline)?.evaluation;
    let options = ComparisonOptions::default();
    let comparison = compare(baseline_evaluation, &contender_score.evaluation, &options);
    Some(Against { contender, baseline, comparison })
}

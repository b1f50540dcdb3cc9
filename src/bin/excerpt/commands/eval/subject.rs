//! What is measured on: an index, topics, judgments.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use excerpt::Error;
use excerpt::analysis::Language;
use excerpt::corpus::FileMeta;
use excerpt::index::settings::MANIFEST_FILE;
use excerpt::index::sources::SourceKey;
use excerpt::index::{Input, LanguageRequest, Snapshot, UpdateRequest, UpdateSummary, Waiting};
use excerpt::measure::{Averaging, Qrels, Topic, TopicField, topics};
use excerpt::passage::ContentHash;
use excerpt::search::{KnownItemOptions, Origin, Searcher, known_item_qrels, known_items};

use super::{averaging, judgments};
use crate::args::EvalArgs;
use crate::args::eval::TopicPart;
use crate::commands::open::refresh_own;
use crate::commands::saving;
use crate::config;
use crate::progress::NAMED_FAILURES;
use crate::report::{self, Hinted};
use crate::size;

/// The files of a BEIR folder.
const CORPUS: &str = "corpus.jsonl";
const QUERIES: &str = "queries.jsonl";
const QRELS: &str = "qrels/test.tsv";

/// Where a subject comes from.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// A BEIR folder.
    Collection(&'a Path),
    /// Topics and judgments over an index.
    Judged { topics: &'a Path, qrels: &'a Path },
    /// Topics drawn from an index.
    Synthetic(KnownItemOptions),
}

/// What is measured on.
pub struct Subject {
    pub name: String,
    pub searcher: Searcher,
    pub topics: Vec<Topic>,
    pub qrels: Qrels,
    pub averaging: Averaging,
    /// Where the topics were drawn and not asked by people.
    pub synthetic: Option<Synthetic>,
    /// Whether some of the corpus could not be indexed.
    pub is_partial: bool,
    /// Whether the files that the topics were to go to could be written.
    pub saved: Result<()>,
}

/// What is said of drawn topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Synthetic {
    pub seed: u64,
    pub headings: usize,
    pub phrases: usize,
}

impl<'a> Source<'a> {
    /// All that is asked for.
    pub fn all(args: &'a EvalArgs) -> Vec<Self> {
        let collections = args.collection.iter().map(|folder| Self::Collection(folder));
        let judged = args.topics.as_ref().zip(args.qrels.as_ref());
        let judged = judged.map(|(topics, qrels)| Self::Judged { topics, qrels });
        let synthetic = args.known_item.map(|topics| {
            Self::Synthetic(KnownItemOptions { topics: topics.get(), seed: args.seed })
        });
        collections.chain(judged).chain(synthetic).collect()
    }

    /// The files that are read of it, each with the option that names it.
    pub fn files(&self) -> Vec<(&'static str, PathBuf)> {
        match *self {
            Self::Collection(folder) => {
                [CORPUS, QUERIES, QRELS].map(|name| ("--collection", folder.join(name))).to_vec()
            }
            Self::Judged { topics, qrels } => {
                vec![("--topics", topics.to_owned()), ("--qrels", qrels.to_owned())]
            }
            Self::Synthetic(_) => Vec::new(),
        }
    }
}

impl Subject {
    /// Opens what `source` names; `None` if indexing was interrupted.
    pub fn open(args: &EvalArgs, source: Source<'_>) -> Result<Option<Self>> {
        match source {
            Source::Collection(folder) => collection(args, folder),
            Source::Judged { topics, qrels } => judged(args, topics, qrels).map(Some),
            Source::Synthetic(options) => synthetic(args, &options).map(Some),
        }
    }
}

fn judged(args: &EvalArgs, topics: &Path, qrels: &Path) -> Result<Subject> {
    let directory = config::index_to_read(args.index.as_deref())?;
    let part = match args.topic_field {
        TopicPart::Title => TopicField::Title,
        TopicPart::Description => TopicField::Description,
        TopicPart::Both => TopicField::TitleAndDescription,
    };
    let (name, qrels) = (name_of(topics), judgments(qrels)?);
    let mut topics = topics::load(topics, part)?;
    if topics.is_empty() {
        let hint = "of TREC topics, `--topic-field` chooses the part that is the query";
        return Err(Hinted::new(format!("`{name}` has no topic with a query"), hint).into());
    }
    topics::meet(&mut topics, &qrels);
    Ok(Subject {
        name,
        searcher: Searcher::open(&directory)?,
        topics,
        qrels,
        averaging: averaging(args, Averaging::Judged),
        synthetic: None,
        is_partial: false,
        saved: Ok(()),
    })
}

fn synthetic(args: &EvalArgs, options: &KnownItemOptions) -> Result<Subject> {
    let directory = config::index_to_read(args.index.as_deref())?;
    let searcher = Searcher::open(&directory)?;
    let items = known_items(&searcher, options)?;
    if items.is_empty() {
        bail!("no passage of the index at `{}` gives a topic", directory.display());
    }
    if items.len() < options.topics {
        report::note(format_args!(
            "the passages give no more than {} of {} topics",
            size::plural(items.len() as u64, "synthetic topic"),
            options.topics
        ));
    }
    let qrels = known_item_qrels(&items);
    let headings = items.iter().filter(|item| item.origin == Origin::Heading).count();
    let phrases = items.len() - headings;
    let topics: Vec<Topic> = items.into_iter().map(|item| item.topic).collect();
    let to = |path: &Option<PathBuf>, write: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
        path.as_ref().map_or(Ok(()), |path| saving::write(path, write))
    };
    let saved = to(&args.write_topics, &|out| topics::write(&topics, out));
    let saved = saved.and(to(&args.write_qrels, &|out| qrels.write(out)));
    Ok(Subject {
        name: format!("synthetic topics of {}", name_of(&directory)),
        searcher,
        topics,
        qrels,
        averaging: averaging(args, Averaging::All),
        synthetic: Some(Synthetic { seed: options.seed, headings, phrases }),
        is_partial: false,
        saved,
    })
}

fn collection(args: &EvalArgs, folder: &Path) -> Result<Option<Subject>> {
    let absolute = config::existing_paths(&[folder.to_owned()])?.remove(0);
    let name = name_of(&absolute);
    let qrels = judgments(&absolute.join(QRELS))?;
    let mut topics = topics::load(&absolute.join(QUERIES), TopicField::Title)?;
    topics::meet(&mut topics, &qrels);
    // The file has the queries of all splits; only judged ones say something.
    topics.retain(|topic| qrels.judged(&topic.id).is_some());
    let language = language(args, &name)?;
    let corpus = absolute.join(CORPUS);
    let (directory, has_own) = match &args.index {
        Some(_) if args.collection.len() > 1 => {
            bail!("`--index` is one index: give one collection");
        }
        Some(named) => (config::index_to_write(Some(named))?, true),
        None => (cached(&corpus, language)?, false),
    };
    let mut is_partial = false;
    if !has_own || !directory.join(MANIFEST_FILE).is_file() {
        let summary = refresh(&directory, &corpus, absolute, language)
            .with_context(|| format!("cannot index the collection `{name}`"))?;
        if summary.interrupted {
            return Ok(None);
        }
        tell(&name, &summary);
        is_partial = summary.is_partial();
    }
    let searcher = Searcher::open(&directory)?;
    if has_own {
        meets(searcher.snapshot(), &directory, &corpus, language)?;
    }
    Ok(Some(Subject {
        name,
        searcher,
        topics,
        qrels,
        averaging: averaging(args, Averaging::All),
        synthetic: None,
        is_partial,
        saved: Ok(()),
    }))
}

/// Whether an index that was there before is of the language that was typed; warns
/// where it is of another state of the corpus.
fn meets(
    index: &Snapshot,
    directory: &Path,
    corpus: &Path,
    language: Option<Language>,
) -> Result<()> {
    let (directory, corpus_name) = (directory.display(), corpus.display());
    if let Some(typed) = language.filter(|&typed| typed != index.language()) {
        return Err(Hinted::new(
            format!(
                "the index at `{directory}` has the language {}, not {typed}",
                index.language()
            ),
            "leave `--language` out, or give `--index` a directory without an index",
        )
        .into());
    }
    let Some(then) = index.source(&SourceKey::new(corpus, &index.base_directory()))? else {
        return Ok(());
    };
    let now = std::fs::metadata(corpus).map(|metadata| FileMeta::of(&metadata));
    let state = |of: FileMeta| (of.size, of.mtime_ns);
    if now.map_or(true, |now| state(now) != state(then.meta)) {
        report::warning(format_args!("`{corpus_name}` has changed since it was indexed"));
        report::hint(format_args!("index it again: `excerpt index --index {directory}`"));
    }
    Ok(())
}

/// The language that was typed for the collection, else the one for all.
fn language(args: &EvalArgs, collection: &str) -> Result<Option<Language>> {
    let mut for_all = None;
    for typed in &args.language {
        match typed.rsplit_once('=') {
            Some((name, language)) if name == collection => return Ok(config::language(language)?),
            Some(_) => {}
            None => for_all = config::language(typed)?,
        }
    }
    Ok(for_all)
}

/// Whether the languages that were typed are languages, and of collections that are
/// evaluated.
pub fn check_languages(args: &EvalArgs) -> Result<()> {
    let folders = config::existing_paths(&args.collection)?;
    let names: Vec<String> = folders.iter().map(|folder| name_of(folder)).collect();
    for typed in &args.language {
        let (name, language) = typed.rsplit_once('=').unzip();
        config::language(language.unwrap_or(typed))?;
        if let Some(name) = name.filter(|&name| !names.iter().any(|known| known == name)) {
            return Err(Hinted::new(
                format!("invalid value `{typed}` for `--language`: no collection is `{name}`"),
                format!("what is evaluated is `{}`", names.join("`, `")),
            )
            .into());
        }
    }
    Ok(())
}

/// Where the index of a corpus is kept.
fn cached(corpus: &Path, language: Option<Language>) -> Result<PathBuf> {
    let language = language.map_or("auto", Language::name);
    let mut name = format!("eval {language}\0").into_bytes();
    name.extend_from_slice(corpus.as_os_str().as_encoded_bytes());
    Ok(config::cache_directory()?.join(ContentHash::of(&name).to_string()))
}

fn refresh(
    directory: &Path,
    corpus: &Path,
    folder: PathBuf,
    language: Option<Language>,
) -> Result<UpdateSummary, Error> {
    refresh_own(directory, |mode| {
        Ok(UpdateRequest {
            language: language.map_or(LanguageRequest::Kept, LanguageRequest::Named),
            waiting: Waiting::UntilFree,
            mode,
            ..UpdateRequest::new(Input::Paths(vec![corpus.to_owned()]), folder.clone())
        })
    })
}

fn tell(name: &str, summary: &UpdateSummary) {
    report::bad_records(summary, NAMED_FAILURES, "", |key| key.as_str().into());
    if let Some(language) = summary.language {
        report::plain(format_args!("{name}: language {language}"));
    }
    if summary.added + summary.changed > 0 {
        report::plain(format_args!(
            "{name}: indexed {} in {} in {:.2} s",
            size::plural(summary.passages, "passage"),
            size::plural(summary.documents, "document"),
            summary.elapsed.as_secs_f64(),
        ));
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

//! The format of a search's output: what it prints, how far it looks, how much it
//! asks for.

use std::num::NonZeroUsize;

use anyhow::Result;
use excerpt::search::{Duplicates, PerDocument};

use super::look::Depth;
use crate::args::{DuplicatesArg, OutputArgs};
use crate::config::Screen;
use crate::output::{
    FileLine, Json, JsonLines, Nothing, PathStyle, Pipe, Renderer, Template, TemplateLines,
    Terminal, Trec, Tsv, Vimgrep, Wanted,
};

/// Hits on a page; what everyone is used to.
const DEFAULT_LIMIT: usize = 10;

/// Hits to choose from at first where a number of tokens says how many are printed.
const LIMIT_OF_TOKENS: usize = 100;

/// So many passages of a document come before those of others: a third of a
/// page. Chosen by hand.
const PER_DOCUMENT_AT_FIRST: NonZeroUsize = NonZeroUsize::MIN.saturating_add(2);

/// A format.
pub enum Shape {
    Terminal,
    Pipe,
    JsonLines,
    Json,
    Tsv,
    Trec,
    Vimgrep,
    Files(FileLine),
    Quiet,
    Template(Template),
}

impl Shape {
    /// The format that was asked for, else the one for where output goes.
    pub fn new(args: &OutputArgs, screen: &Screen) -> Result<Self> {
        if let Some(template) = &args.format {
            return Template::parse(template).map(Self::Template);
        }
        let asked = [
            (args.jsonl, Self::JsonLines),
            (args.json, Self::Json),
            (args.tsv, Self::Tsv),
            (args.trec, Self::Trec),
            (args.vimgrep, Self::Vimgrep),
            (args.files_with_matches, Self::Files(FileLine::Path)),
            (args.count, Self::Files(FileLine::Count)),
            (args.quiet, Self::Quiet),
        ];
        let otherwise = if screen.is_terminal { Self::Terminal } else { Self::Pipe };
        Ok(asked.into_iter().find(|(is_asked, _)| *is_asked).map_or(otherwise, |(_, shape)| shape))
    }

    /// How many hits or files it prints at most.
    pub fn limit(&self, args: &OutputArgs) -> usize {
        match (self, args.limit) {
            (Self::Quiet, _) => 1,
            (_, Some(limit)) => limit.get(),
            (Self::Files(_), None) => usize::MAX,
            (_, None) if args.max_tokens.is_some() => LIMIT_OF_TOKENS,
            (_, None) => DEFAULT_LIMIT,
        }
    }

    /// How many tokens its hits are to fill, where that alone says how many hits are
    /// asked for. A run is a list of documents.
    pub fn tokens_to_fill(&self, args: &OutputArgs) -> Option<usize> {
        let is_limited = args.limit.is_some() || matches!(self, Self::Quiet | Self::Trec);
        args.max_tokens.filter(|_| !is_limited)
    }

    /// What it does with passages that say the same.
    pub fn duplicates(&self, args: &OutputArgs) -> Duplicates {
        match args.duplicates {
            DuplicatesArg::Collapse if self.is_for_readers() => Duplicates::Collapse,
            _ => Duplicates::Keep,
        }
    }

    /// How many passages of a document it prints.
    pub fn per_document(&self, args: &OutputArgs) -> PerDocument {
        match args.per_document.map(NonZeroUsize::new) {
            _ if matches!(self, Self::Trec) => PerDocument::Best,
            _ if !self.is_for_readers() => PerDocument::All,
            None => PerDocument::AtFirst(PER_DOCUMENT_AT_FIRST),
            Some(None) => PerDocument::All,
            Some(Some(limit)) => PerDocument::AtMost(limit),
        }
    }

    /// Whether it leaves out what a reader does not want to see again. What
    /// lists or counts files tells of all that matches, and so does a run.
    fn is_for_readers(&self) -> bool {
        !matches!(self, Self::Trec | Self::Files(_) | Self::Quiet)
    }

    /// How far has to be looked for what it prints.
    pub fn depth(&self, lines: Wanted) -> Depth {
        match self {
            Self::Vimgrep => Depth::Words,
            Self::Terminal | Self::Pipe | Self::Template(_) => Depth::File,
            Self::JsonLines | Self::Json if lines != Wanted::default() => Depth::File,
            Self::JsonLines | Self::Json | Self::Tsv => Depth::Standing,
            Self::Trec | Self::Files(_) | Self::Quiet => Depth::Index,
        }
    }

    /// Whether its lines are as wide as the screen, not as those of the file.
    pub fn flows(&self) -> bool {
        matches!(self, Self::Terminal)
    }

    /// How far has to be looked for the passages that say the same as a hit: to where
    /// they stand, if it names them.
    pub fn depth_of_duplicates(&self) -> Depth {
        match self {
            Self::JsonLines | Self::Json => Depth::Standing,
            _ => Depth::Index,
        }
    }

    /// Whether it says how much matches in all.
    pub fn counts_all(&self) -> bool {
        matches!(self, Self::Terminal | Self::Json)
    }

    /// Whether it has a place for where scores come from.
    pub fn explains(&self) -> bool {
        matches!(self, Self::Terminal | Self::Json | Self::JsonLines)
    }

    /// What prints it.
    pub fn renderer(
        self,
        args: &OutputArgs,
        screen: Screen,
        last_rank: usize,
    ) -> Box<dyn Renderer> {
        let (is_terminal, style) = (screen.is_terminal, screen.styles.path);
        let paths = PathStyle { is_terminal, null: args.null, style };
        let limit = self.limit(args);
        let Screen { styles, hyperlinks, width, .. } = screen;
        match self {
            // They have no hits to print.
            Self::Quiet | Self::Files(_) => Box::new(Nothing),
            Self::Terminal => Box::new(Terminal::new(styles, hyperlinks, width, last_rank)),
            Self::Pipe => Box::new(Pipe::new(paths, styles, hyperlinks)),
            Self::JsonLines => Box::new(JsonLines),
            Self::Json => Box::new(Json::default()),
            Self::Tsv => Box::new(Tsv),
            Self::Trec => Box::new(Trec::new(args.topic.clone(), limit)),
            Self::Vimgrep => Box::new(Vimgrep { paths, line: styles.line, hyperlinks }),
            Self::Template(template) => Box::new(TemplateLines { template, paths }),
        }
    }
}

//! From the last commit and a request to what an update starts from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Update;
use crate::error::{Error, Result};
use crate::index::checksums;
use crate::index::home;
use crate::index::ranking::RankingChoice;
use crate::index::request::{
    Input, LanguageChoice, LanguageRequest, Mode, UpdateRequest, UpdateSummary,
};
use crate::index::settings::{self, MANIFEST_FILE, Manifest, Settings};
use crate::index::snapshot::{CommitInfo, Snapshot};
use crate::index::sources::SourceList;

impl Update {
    pub(super) fn begin(directory: &Path, request: &UpdateRequest<'_>) -> Result<Self> {
        let current = match Manifest::load(directory) {
            Ok(manifest) => Some(manifest),
            Err(Error::IndexMissing { .. }) => None,
            Err(error) if may_go_unread(&error, request) => None,
            Err(error) => return Err(error),
        };
        let stands = directory.join(MANIFEST_FILE).exists();
        let mut update = Self {
            directory: directory.to_owned(),
            base: PathBuf::new(),
            current,
            begun: None,
            replaces: stands && request.mode == Mode::Rebuild,
            settings: Settings::default(),
            ranking: RankingChoice::default(),
            wants_language: request.language.named().is_none(),
            info: CommitInfo::default(),
            sources: SourceList::default(),
            former: BTreeMap::new(),
            roots_changed: false,
            stream_fields: request.fields.clone().unwrap_or_default(),
            summary: UpdateSummary::default(),
        };
        if update.current.is_some() {
            update.take_over(request)?;
        } else {
            update.base = settings::normalize(&request.base);
        }
        update.choose_settings(request)?;
        update.ranking = request.ranking.clone().over(&update.ranking);
        let (manifest, list) = (update.current.as_ref(), update.info.sources.as_str());
        match request.mode {
            Mode::Update => home::sweep(directory, manifest, list)?,
            Mode::Rebuild => home::sweep_for_rebuild(directory)?,
        }
        Ok(update)
    }

    /// Starts from the last commit; a rebuild takes only its roots, and keeps in
    /// mind what it would lose.
    fn take_over(&mut self, request: &UpdateRequest<'_>) -> Result<()> {
        let opened = Snapshot::open(&self.directory)
            .and_then(|snapshot| Ok((snapshot.sources()?, snapshot)));
        let (sources, snapshot) = match opened {
            Ok(opened) => opened,
            Err(error) if may_go_unread(&error, request) => {
                self.base = settings::normalize(&request.base);
                self.current = None;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if request.mode == Mode::Update {
            // A commit on top of damage would make it look sound.
            checksums::check_heads(&self.directory, snapshot.manifest())?;
        }
        self.base = snapshot.base_directory();
        self.settings = snapshot.manifest().settings;
        self.ranking = snapshot.manifest().ranking.clone();
        self.wants_language =
            request.mode == Mode::Rebuild && request.language == LanguageRequest::Detected;
        match request.mode {
            Mode::Update => {
                self.info = snapshot.info().clone();
                self.summary.segments = snapshot.segments().len();
                self.sources = sources;
            }
            Mode::Rebuild => {
                self.sources.roots = sources.roots;
                self.former = sources.records;
                self.current = None;
            }
        }
        Ok(())
    }

    fn choose_settings(&mut self, request: &UpdateRequest<'_>) -> Result<()> {
        let wanted = Settings {
            language: request.language.named().unwrap_or(self.settings.language),
            split: request.split.unwrap_or(self.settings.split),
            side_files: request.side_files.unwrap_or(self.settings.side_files),
        };
        if self.current.is_some()
            && let Some(reason) = self.settings.differ_from(&wanted)
        {
            return Err(Error::IndexIncompatible { path: self.directory.clone(), reason });
        }
        self.settings = wanted;
        Ok(())
    }

    pub(super) fn choose_language(&mut self, choice: LanguageChoice) {
        self.settings.language = choice.language();
        self.summary.language = Some(choice);
    }
}

/// Whether an update can do without what is there and said `error`. A rebuild does not
/// need to understand what it replaces, unless that alone says what is to be read. What
/// the system does not let be read may be sound, and hold what cannot be read again.
fn may_go_unread(error: &Error, request: &UpdateRequest<'_>) -> bool {
    request.mode == Mode::Rebuild
        && !matches!(request.input, Input::KnownRoots)
        && matches!(error, Error::IndexIncompatible { .. } | Error::IndexDamaged { .. })
}

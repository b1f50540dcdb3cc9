//! Rebuilds of what cannot be understood any more.

use super::*;

impl Place {
    fn rebuild(&self, input: Input<'_>, observer: &dyn Observer) -> Result<UpdateSummary> {
        let base = self.folder.path().to_owned();
        let request = UpdateRequest { mode: Mode::Rebuild, ..UpdateRequest::new(input, base) };
        update(&self.index(), request, observer)
    }

    fn write_manifest(&self, text: &str) -> Result<()> {
        let path = self.index().join(settings::MANIFEST_FILE);
        fs::write(&path, text).map_err(Error::io("write", path))
    }

    /// The names of the data directories.
    fn data(&self) -> Result<Vec<String>> {
        let entries = fs::read_dir(self.index()).map_err(Error::io("read", self.index()))?;
        let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut names: Vec<_> = names.filter(|name| name.starts_with("data-")).collect();
        names.sort();
        Ok(names)
    }
}

/// An index of nine passages.
fn place() -> Result<Place> {
    let records: String = (0..9).map(|n| format!("{{\"text\":\"record number {n}\"}}\n")).collect();
    let place = Place::with(&[("a.jsonl", &records)])?;
    place.update("", &Silent)?;
    Ok(place)
}

/// The manifest of `place` as another version would write it.
fn newer_manifest(place: &Place) -> Result<String> {
    let path = place.index().join(settings::MANIFEST_FILE);
    let manifest = fs::read_to_string(&path).map_err(Error::io("read", path))?;
    let newer = manifest.replace("\"format_version\": 3", "\"format_version\": 99");
    assert_ne!(newer, manifest);
    Ok(newer)
}

/// What it had written stayed, and so did what each further attempt wrote.
#[test]
fn a_rebuild_that_fails_leaves_nothing_whatever_it_was_to_replace() -> Result<()> {
    let place = place()?;
    let newer = newer_manifest(&place)?;
    let spoil_manifest = |text: &str| place.write_manifest(text);
    let spoil_commit = |text: &str| {
        let path = place.index().join("data-1").join(meta::META_FILE);
        fs::write(&path, text).map_err(Error::io("write", path))
    };
    let rebuild =
        |observer: &dyn Observer| place.rebuild(Input::Paths(vec![place.root()]), observer);
    let spoils: [&dyn Fn() -> Result<()>; 3] =
        [&|| spoil_commit("{"), &|| spoil_manifest(&newer), &|| spoil_manifest("{\"data\": ")];
    for (number, spoil) in spoils.iter().enumerate() {
        spoil()?;
        for steps in 0..6 {
            let stopped = rebuild(&StopsAfter(AtomicUsize::new(steps)));
            assert!(matches!(stopped, Err(Error::Interrupted)), "{number}, {steps}: {stopped:?}");
            assert_eq!(place.data()?, ["data-1"], "{number}, {steps}");
        }
    }
    assert_eq!(rebuild(&Silent)?.passages, 9);
    assert_eq!(place.data()?, ["data-2"]);
    Ok(())
}

/// Only what takes the place of nothing was swept.
#[test]
fn what_a_killed_rebuild_left_goes_with_the_next_one() -> Result<()> {
    let place = place()?;
    let newer = newer_manifest(&place)?;
    let data = |name: &str| place.index().join(name);
    let stop = || {
        let path = data("data-2").join(meta::META_FILE);
        fs::create_dir(data("data-2")).map_err(Error::io("create", &path))?;
        fs::write(&path, "half").map_err(Error::io("write", &path))?;
        let stopped =
            place.rebuild(Input::Paths(vec![place.root()]), &StopsAfter(AtomicUsize::new(0)));
        assert!(matches!(stopped, Err(Error::Interrupted)), "{stopped:?}");
        Ok(())
    };
    stop()?;
    assert_eq!(place.data()?, ["data-1"]);
    place.write_manifest(&newer)?;
    stop()?;
    assert_eq!(place.data()?, ["data-1"]);
    // Which of them it named is not known.
    place.write_manifest("{\"data\": ")?;
    stop()?;
    assert_eq!(place.data()?, ["data-1", "data-2"]);
    assert_eq!(place.rebuild(Input::Paths(vec![place.root()]), &Silent)?.passages, 9);
    assert_eq!(place.data()?, ["data-3"]);
    Ok(())
}

/// An empty index took its place.
#[test]
fn a_rebuild_of_what_is_known_has_to_know_it() -> Result<()> {
    let place = place()?;
    let list = {
        let snapshot = Snapshot::open(&place.index())?;
        snapshot.data_directory().join(&snapshot.info().sources)
    };
    let newer = newer_manifest(&place)?;
    let spoils: [&dyn Fn() -> Result<()>; 3] = [
        &|| fs::write(&list, "{").map_err(Error::io("write", &list)),
        &|| place.write_manifest(&newer),
        &|| place.write_manifest("{"),
    ];
    for spoil in spoils {
        spoil()?;
        let refused = place.rebuild(Input::KnownRoots, &Silent);
        let is_said =
            matches!(refused, Err(Error::IndexDamaged { .. } | Error::IndexIncompatible { .. }));
        assert!(is_said && place.data()? == ["data-1"], "{refused:?}");
    }
    assert_eq!(place.rebuild(Input::Paths(vec![place.root()]), &Silent)?.passages, 9);
    Ok(())
}

/// It counted as damaged, and passages were lost that came from files which are gone.
#[cfg(unix)]
#[test]
fn no_rebuild_takes_the_place_of_what_the_system_does_not_let_be_read() -> Result<()> {
    let place = place()?;
    let from = place.index().join("data-1").join(meta::META_FILE);
    let to = place.index().join("data-1/.tmp-meta");
    let rename = |from: &Path, to: &Path| fs::rename(from, to).map_err(Error::io("rename", from));
    rename(&from, &to)?;
    // A link to itself can be followed by nobody.
    std::os::unix::fs::symlink(&from, &from).map_err(Error::io("link", &from))?;
    for input in [Input::Paths(vec![place.root()]), Input::KnownRoots] {
        let refused = place.rebuild(input, &Silent);
        let is_said = matches!(&refused, Err(Error::Io { path, .. }) if *path == from);
        assert!(is_said && place.data()? == ["data-1"], "{refused:?}");
    }
    rename(&to, &from)?;
    assert_eq!(Snapshot::open(&place.index())?.passage_count(), 9);
    Ok(())
}

//! Walks of folders made for each test.

use super::*;
use crate::corpus::rules::{Hidden, IgnoreFiles, Links};
use crate::error::Error;

/// The files that a walk finds among `made`, by their paths below the root.
fn check(made: &[(&str, &str)], options: &WalkOptions, expected: &[&str]) -> io::Result<()> {
    let directory = tempfile::tempdir()?;
    make(directory.path(), made)?;
    assert_eq!(found(directory.path(), options), expected, "{options:?}");
    Ok(())
}

fn on() -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn make(root: &Path, made: &[(&str, &str)]) -> io::Result<()> {
    for (name, content) in made {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap_or(root))?;
        fs::write(path, content)?;
    }
    Ok(())
}

fn found(root: &Path, options: &WalkOptions) -> Vec<String> {
    let walk = walk(root, options, &on).unwrap_or_default();
    let below = |file: &WalkedFile| {
        let path = file.path.strip_prefix(root).unwrap_or(&file.path);
        path.to_string_lossy().into_owned()
    };
    walk.files.iter().map(below).collect()
}

fn issues(root: &Path, options: &WalkOptions) -> Vec<(PathBuf, Skip)> {
    let walk = walk(root, options, &on).unwrap_or_default();
    walk.issues.into_iter().map(|issue| (issue.path, issue.skip)).collect()
}

#[test]
fn files_come_in_the_order_of_their_paths() -> io::Result<()> {
    let made = [("b.md", ""), ("a/z.md", ""), ("a/b/c.md", ""), ("a.md", ""), ("a-b/x", "")];
    let expected = ["a/b/c.md", "a/z.md", "a-b/x", "a.md", "b.md"];
    check(&made, &WalkOptions::default(), &expected)?;
    let mut sorted = expected.map(PathBuf::from);
    sorted.sort();
    assert_eq!(sorted, expected.map(PathBuf::from));
    Ok(())
}

#[test]
fn ignore_files_hold_as_in_ripgrep() -> io::Result<()> {
    let made = [
        (".ignore", "a.md\n"),
        (".gitignore", "b.md\n"),
        (".excerptignore", "c.md\n!sub/a.md\n"),
        ("a.md", ""),
        ("b.md", ""),
        ("c.md", ""),
        ("sub/a.md", ""),
    ];
    let options = WalkOptions::default();
    // Without a repository `.gitignore` is a file like any other.
    check(&made, &options, &["b.md", "sub/a.md"])?;
    let mut in_repository = made.to_vec();
    in_repository.push((".git/HEAD", ""));
    check(&in_repository, &options, &["sub/a.md"])?;
    let options = WalkOptions { ignore_files: IgnoreFiles::Disregard, ..options };
    check(&in_repository, &options, &["a.md", "b.md", "c.md", "sub/a.md"])
}

#[test]
fn globs_and_types_choose_files() -> io::Result<()> {
    let made = [("a.md", ""), ("b.txt", ""), ("docs/c.md", ""), ("docs/d.html", ""), ("e.tsv", "")];
    let options = |globs: &[&str], types: &[&str], types_not: &[&str]| WalkOptions {
        globs: globs.iter().map(ToString::to_string).collect(),
        types: types.iter().map(ToString::to_string).collect(),
        types_not: types_not.iter().map(ToString::to_string).collect(),
        ..WalkOptions::default()
    };
    check(&made, &options(&["*.md"], &[], &[]), &["a.md", "docs/c.md"])?;
    check(&made, &options(&["!*.md"], &[], &[]), &["b.txt", "docs/d.html", "e.tsv"])?;
    check(&made, &options(&["docs/*.md"], &[], &[]), &["docs/c.md"])?;
    check(&made, &options(&[], &["html", "txt"], &[]), &["b.txt", "docs/d.html"])?;
    check(&made, &options(&[], &["tsv"], &[]), &["e.tsv"])?;
    check(&made, &options(&[], &[], &["md", "html"]), &["b.txt", "e.tsv"])
}

#[test]
fn a_bad_glob_and_an_unknown_type_are_named() {
    let invalid = |options: WalkOptions| match walk(Path::new("."), &options, &on) {
        Err(Error::InvalidOption { option, value, .. }) => (option, value),
        other => panic!("{other:?}"),
    };
    let globs = vec!["a".into(), "{a".into()];
    let glob = invalid(WalkOptions { globs, ..WalkOptions::default() });
    assert_eq!(glob, ("glob", "{a".into()));
    let types = vec!["md".into(), "novel".into()];
    let unknown = invalid(WalkOptions { types, ..WalkOptions::default() });
    assert_eq!(unknown, ("type", "novel".into()));
}

#[test]
fn hidden_files_are_taken_only_if_asked() -> io::Result<()> {
    let made = [(".a.md", ""), (".b/c.md", ""), ("d.md", "")];
    let options = WalkOptions::default();
    check(&made, &options, &["d.md"])?;
    let options = WalkOptions { hidden: Hidden::Include, ..options };
    check(&made, &options, &[".a.md", ".b/c.md", "d.md"])
}

#[test]
fn an_index_of_ours_is_left_out_wherever_it_lies() -> io::Result<()> {
    let made = [
        (".excerpt/notes.md", ""),
        ("mine/excerpt.json", "{}"),
        ("mine/data-1/x", ""),
        ("other/excerpt.json", "{}"),
    ];
    let options = WalkOptions { hidden: Hidden::Include, ..WalkOptions::default() };
    check(&made, &options, &["other/excerpt.json"])?;
    let directory = tempfile::tempdir()?;
    make(directory.path(), &made)?;
    assert!(found(&directory.path().join("mine"), &options).is_empty());
    Ok(())
}

#[test]
fn a_file_that_is_named_is_taken_whatever_the_rules_say() -> io::Result<()> {
    let directory = tempfile::tempdir()?;
    make(directory.path(), &[(".ignore", "*\n"), (".a.md", "text")])?;
    let path = directory.path().join(".a.md");
    let options = WalkOptions { types: vec!["html".into()], ..WalkOptions::default() };
    let walk = walk(&path, &options, &on).unwrap_or_default();
    assert_eq!(walk.files.len(), 1);
    assert_eq!((&walk.files[0].path, walk.files[0].meta.size), (&path, 4));
    Ok(())
}

#[test]
fn a_path_that_is_gone_has_no_files_and_is_not_an_empty_folder() -> io::Result<()> {
    let walked = |path: &Path| walk(path, &WalkOptions::default(), &on).unwrap_or_default();
    let gone = walked(Path::new("/no/such/folder"));
    assert_eq!(gone, Walk { is_missing: true, ..Walk::default() });
    let directory = tempfile::tempdir()?;
    assert_eq!(walked(directory.path()), Walk::default());
    Ok(())
}

#[test]
fn a_walk_can_be_broken_off_at_every_step() -> io::Result<()> {
    use std::cell::Cell;
    let directory = tempfile::tempdir()?;
    make(directory.path(), &[("a.md", ""), ("b/c.md", "")])?;
    // Before it begins, at the folder itself, at what it holds.
    for steps in 0..=5 {
        let left = Cell::new(steps);
        let going = || match left.get() {
            0 => ControlFlow::Break(()),
            more => {
                left.set(more - 1);
                ControlFlow::Continue(())
            }
        };
        let walked = walk(directory.path(), &WalkOptions::default(), &going);
        match walked {
            Ok(walk) => assert_eq!((steps, walk.files.len()), (5, 2)),
            Err(error) => assert!(steps < 5 && matches!(error, Error::Interrupted), "{error}"),
        }
    }
    Ok(())
}

#[test]
fn large_files_are_reported() -> io::Result<()> {
    let directory = tempfile::tempdir()?;
    make(directory.path(), &[("a.md", "1234"), ("b.md", "12345")])?;
    let options = WalkOptions { max_filesize: Some(4), ..WalkOptions::default() };
    assert_eq!(found(directory.path(), &options), ["a.md"]);
    let expected = (directory.path().join("b.md"), Skip::TooLarge);
    assert_eq!(issues(directory.path(), &options), [expected]);
    Ok(())
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_if_asked_and_loops_reported() -> io::Result<()> {
    use std::os::unix::fs::symlink;
    let directory = tempfile::tempdir()?;
    let root = directory.path();
    make(root, &[("real/a.md", "")])?;
    symlink(root.join("real/a.md"), root.join("link.md"))?;
    symlink(root, root.join("real/loop"))?;
    symlink("/dev/zero", root.join("zero"))?;
    let options = WalkOptions::default();
    assert_eq!(found(root, &options), ["real/a.md"]);
    assert_eq!(issues(root, &options), []);
    let options = WalkOptions { links: Links::Follow, ..options };
    assert_eq!(found(root, &options), ["link.md", "real/a.md"]);
    let paths: Vec<PathBuf> = issues(root, &options).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, [root.join("real/loop"), root.join("zero")]);
    Ok(())
}

#[cfg(unix)]
#[test]
fn pipes_and_sockets_are_reported_and_not_opened() -> io::Result<()> {
    let directory = tempfile::tempdir()?;
    let pipe = directory.path().join("pipe.txt");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status()?.success());
    let options = WalkOptions::default();
    assert_eq!(issues(directory.path(), &options), [(pipe.clone(), Skip::NotAFile)]);
    assert_eq!(issues(&pipe, &options), [(pipe, Skip::NotAFile)]);
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_pipe_instead_of_rules_leaves_its_folder_out_and_never_blocks() -> io::Result<()> {
    let directory = tempfile::tempdir()?;
    let root = directory.path();
    make(root, &[("a/b/x.md", ""), ("c.md", "")])?;
    let trap = root.join("a/.ignore");
    assert!(std::process::Command::new("mkfifo").arg(&trap).status()?.success());
    let options = WalkOptions::default();
    let trapped = [(trap, Skip::NotAFile)];
    let unseen = |path: &Path| -> Vec<Option<PathBuf>> {
        let walk = walk(path, &WalkOptions::default(), &on).unwrap_or_default();
        walk.issues.into_iter().map(|issue| issue.unseen).collect()
    };
    assert_eq!(unseen(root), [Some(root.join("a"))]);
    assert_eq!(unseen(&root.join("a/b")), [Some(root.join("a/b"))]);
    assert_eq!(
        (found(root, &options), issues(root, &options)),
        (vec!["c.md".into()], trapped.to_vec())
    );
    assert_eq!(issues(&root.join("a"), &options), trapped);
    assert_eq!(issues(&root.join("a/b"), &options), trapped);
    let options = WalkOptions { ignore_files: IgnoreFiles::Disregard, ..options };
    assert_eq!(found(root, &options), ["a/b/x.md", "c.md"]);
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_utf_8_is_found() -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    let directory = tempfile::tempdir()?;
    let path = directory.path().join(std::ffi::OsStr::from_bytes(b"\xff\n.txt"));
    fs::write(&path, "")?;
    let walk = walk(directory.path(), &WalkOptions::default(), &on).unwrap_or_default();
    assert_eq!(walk.files.iter().map(|file| &file.path).collect::<Vec<_>>(), [&path]);
    Ok(())
}

#[test]
fn what_the_system_said_is_told_without_the_path() {
    let failed = walkdir::WalkDir::new("no/such/folder").into_iter().find_map(|entry| entry.err());
    let error = io::Error::from(failed.unwrap_or_else(|| panic!("it is there")));
    assert!(error.to_string().contains("no/such/folder"), "{error}");
    let plain = fs::metadata("no/such/folder").map_or_else(|it| it.to_string(), |_| String::new());
    assert_eq!(cause_of(&error), plain);
}

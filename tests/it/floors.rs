//! The floors of the house: what may import what.
//!
//! ```text
//! 0  error · document · passage · threads
//! 1  analysis · corpus · measure · query · split
//! 2  index
//! 3  rank
//! 4  search
//!    src/bin/excerpt: the library's public interface only
//! ```
//!
//! A file imports lower floors and its own folder; folders of one floor never
//! import each other.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::TestResult;

const FLOORS: [&[&str]; 5] = [
    &["error", "document", "passage", "threads"],
    &["analysis", "corpus", "measure", "query", "split"],
    &["index"],
    &["rank"],
    &["search"],
];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// Whether a file of `from` may import `to`.
fn may_import(from: &str, to: &str) -> bool {
    match (floor(from), floor(to)) {
        // The files of the ground floor are one thing.
        (Some(0), Some(0)) => true,
        (Some(below), Some(above)) => from == to || above < below,
        // Root re-exports: the floor would not be seen.
        _ => false,
    }
}

fn sources(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The first names behind each `crate::` in code, those in braces too.
fn imports(text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |code, line| code + line.trim() + " ");
    let mut names = Vec::new();
    for (at, prefix) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || "_$:".contains(c)) {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(group) => names.extend(first_names(group)),
            None => names.push(name(rest)),
        }
    }
    names
}

fn name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first name of each part of a group, up to its closing brace.
fn first_names(group: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' | ',' if depth == 0 => {
                names.push(name(group[start..at].trim()));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn no_file_imports_a_higher_floor_or_a_neighbour() -> TestResult {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in sources(&root)? {
        let place = file.strip_prefix(&root)?;
        let first = place.components().next().ok_or("no name")?;
        let first = Path::new(&first).with_extension("");
        let module = first.to_string_lossy();
        if module == "bin" || module == "lib" {
            continue;
        }
        assert!(floor(&module).is_some(), "{} is on no floor", place.display());
        for import in imports(&fs::read_to_string(&file)?) {
            seen += 1;
            if !may_import(&module, &import) {
                wrong.push(format!("{} imports {import}", place.display()));
            }
        }
    }
    assert!(seen > 100, "only {seen} imports found");
    assert_eq!(wrong, Vec::<String>::new());
    Ok(())
}

#[test]
fn the_binary_uses_the_library_and_not_the_engine() -> TestResult {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin/excerpt");
    for file in sources(&root)? {
        let text = fs::read_to_string(&file)?;
        for word in ["tantivy", "include!", "#[path"] {
            assert!(!text.contains(word), "{} has `{word}`", file.display());
        }
    }
    Ok(())
}

#[test]
fn every_file_says_first_what_it_is_for() -> TestResult {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for directory in ["src", "tests/it"] {
        for file in sources(&root.join(directory))? {
            let text = fs::read_to_string(&file)?;
            let has_doc = text.starts_with("//! ") || text.starts_with("#![doc = include_str!");
            assert!(has_doc, "{} has no `//!`", file.display());
        }
    }
    Ok(())
}

#[test]
fn imports_are_found_in_groups_and_not_in_comments() {
    for (text, expected) in [
        ("use crate::error::Error;", vec!["error"]),
        (
            "use crate::{\n  error::{Error, Result},\n  passage::Passage,\n};",
            vec!["error", "passage"],
        ),
        ("// use crate::search;\n//! [`crate::index`]", vec![]),
        ("let x = crate::split::cut(1);", vec!["split"]),
        ("pub(crate) fn x()", vec![]),
        ("use other_crate::search;", vec![]),
    ] {
        assert_eq!(imports(text), expected, "{text}");
    }
}

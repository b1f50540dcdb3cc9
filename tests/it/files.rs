//! `excerpt search -l` and `-c`: in which files passages match.

use std::collections::HashMap;
use std::error::Error;

use crate::harness::{Project, Run, TestResult};

/// Files with many paragraphs, all about lamps, one also about a pier, in two
/// commits.
fn project() -> Result<Project, Box<dyn Error>> {
    let project = Project::new(&[])?;
    for commit in 0..2 {
        for file in 0..4 {
            let paragraph = |number: usize| {
                format!("In the year {number} the lamp number {file} of row {commit} was lit.\n\n")
            };
            let text: String = (0..200 + 10 * file).map(paragraph).collect();
            let pier = if file == 2 { "There is a light on the pier at the end.\n" } else { "" };
            project.write(format!("{commit}-{file}.txt"), text + pier)?;
        }
        project.excerpt("index --quiet --index index .")?.ends_with(0)?;
    }
    Ok(project)
}

fn lines(project: &Project, options: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let run = project.excerpt(&format!("search --index index {options}"))?.ends_with(0)?;
    Ok(run.stdout.lines().map(str::to_owned).collect())
}

/// Holds that files and counts are those of all passages, one after the other.
fn check(project: &Project, word: &str) -> TestResult {
    let all = format!("--duplicates keep --per-document 0 -n 10000 --format {{path}} {word}");
    let (mut counts, mut order) = (HashMap::new(), Vec::new());
    for path in lines(project, &all)? {
        *counts.entry(path.clone()).or_insert(0) += 1;
        if counts[&path] == 1 {
            order.push(path);
        }
    }
    let expected: Vec<_> = order.iter().map(|path| format!("{path}:{}", counts[path])).collect();
    assert_eq!(lines(project, &format!("-c {word}"))?, expected);
    assert_eq!(lines(project, &format!("-l {word}"))?, order);
    assert_eq!(lines(project, &format!("-l -n 5 {word}"))?, order[..5.min(order.len())]);
    Ok(())
}

#[test]
fn counts_are_those_of_the_passages_whether_few_or_many_match() -> TestResult {
    let project = project()?;
    ["lamp", "pier"].into_iter().try_for_each(|word| check(&project, word))
}

/// More than are looked for by themselves, so that deeper rankings tell their order.
#[test]
fn many_files_come_in_the_order_of_their_best_passages() -> TestResult {
    let project = Project::new(&[])?;
    for file in 0..1500 {
        let text = format!("A lamp{}", " and a lamp".repeat(file * 7919 % 40));
        project.write(format!("{file}.txt"), text + &" on the pier".repeat(file % 30))?;
    }
    project.excerpt("index --quiet --index index .")?.ends_with(0)?;
    check(&project, "lamp")
}

#[test]
fn limit_and_offset_count_files() -> TestResult {
    let project = project()?;
    let all = lines(&project, "-c lamp")?;
    assert_eq!(all.len(), 8);
    assert_eq!(lines(&project, "-c -n 3 --offset 2 lamp")?, all[2..5]);
    project.excerpt("search --index index -l --offset 8 lamp")?.ends_with(1)?;
    Ok(())
}

/// Such a path fitted nothing where the search had been made from a folder of the
/// corpus, or from above it.
#[test]
fn a_path_that_was_printed_limits_the_next_search() -> TestResult {
    let project =
        Project::new(&[("sea/a.md", "The lamp burns."), ("land/a.md", "The lamp is out.")])?;
    project.excerpt("index")?.ends_with(0)?;
    let folders = [("..", "project/land/*.md"), ("sea", "../land/*.md"), (".", "land/*.md")];
    for (folder, pattern) in folders {
        let found = |arguments: &[&str]| -> Result<String, Box<dyn Error>> {
            let mut command = project.command(&["search", "-l", "lamp"]);
            command.args(arguments).current_dir(project.path(folder));
            command.env("EXCERPT_INDEX", project.path(".excerpt"));
            Ok(Run::of(command, &[])?.ends_with(0)?.stdout)
        };
        let printed = found(&["--path", "land"])?;
        assert!(printed.ends_with("land/a.md\n"), "{printed}");
        assert_eq!(found(&["--path", printed.trim_end()])?, printed);
        assert_eq!(found(&["--path", pattern])?, printed);
        let absolute = format!("path:\"{}\"", project.path("land/a.md").display());
        assert_eq!(found(&[&absolute])?, printed);
    }
    Ok(())
}

/// The folder that a pattern leads up from was counted as if it had been typed, too: from
/// one with a long path, few patterns were taken.
#[test]
fn patterns_are_counted_as_they_are_typed() -> TestResult {
    let project = Project::new(&[])?;
    let folder = vec!["long".repeat(50); 8].join("/");
    project.write(format!("{folder}/a.md"), "The lamp burns.")?;
    project.write(format!("{folder}/here/b.md"), "The lamp is out.")?;
    project.excerpt("index")?.ends_with(0)?;
    let search = |patterns: usize| {
        let mut command = project.command(&["search", "-l", "lamp"]);
        command
            .args(vec!["--path=../?.md"; patterns])
            .current_dir(project.path(&folder).join("here"));
        Run::of(command, &[])
    };
    assert!(search(64)?.ends_with(0)?.stdout.ends_with("/a.md\n"));
    search(65)?.ends_with(2)?;
    Ok(())
}

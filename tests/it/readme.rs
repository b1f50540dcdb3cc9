//! The commands of `README.md`, run as they are printed there, and what they
//! print.
//!
//! A block marked `console` holds commands behind `$ ` and below each what it
//! prints, on both streams. All blocks run one after the other in one folder with
//! a copy of the sample corpus, so a later command may use what an earlier one
//! made. A block marked `console terminal` shows what a terminal of 80 columns
//! shows. `cargo run --release -- ` stands for the program, `…` at the end of an
//! expected line for its rest, and in a line of its own for the lines that follow
//! up to the next command. Times, rates, sizes on disk and numbers of segments
//! may differ, and scores behind the third decimal, since logarithms are not the
//! same to the last digit everywhere.

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::{Project, Run, TestResult, copy};

/// What the README calls the folder that it is run in.
const FOLDER: &str = "/home/you/excerpt";

/// A command and what is to come of it.
#[derive(Debug, PartialEq)]
struct Example {
    terminal: bool,
    command: String,
    expected: Vec<String>,
}

#[test]
fn the_readme_prints_what_its_commands_print() -> TestResult {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let examples = examples(&fs::read_to_string(root.join("README.md"))?);
    assert!(examples.len() > 10, "only {} commands found", examples.len());
    let project = Project::new(&[])?;
    copy(&root.join("corpus"), &project.path("corpus"))?;
    let has_terminal = has_terminal(&project);
    for example in &examples {
        if example.terminal && !has_terminal {
            continue;
        }
        let printed = print(&project, example)?;
        let printed = printed.replace(&*project.root().to_string_lossy(), FOLDER);
        let differs = difference(&example.expected, &printed);
        assert!(differs.is_none(), "$ {}\n{}\n{printed}", example.command, differs.unwrap_or(""));
    }
    Ok(())
}

/// What a shell prints for the command of `example`.
fn print(project: &Project, example: &Example) -> Result<String, Box<dyn Error>> {
    let command = example.command.replace("cargo run --release -- ", "excerpt ");
    let shell = match example.terminal {
        false => shell(project, &format!("exec 2>&1\n{command}")),
        true => terminal(project, &format!("stty cols 80\n{command}")),
    };
    Ok(Run::of(shell, &[])?.stdout.replace('\r', ""))
}

/// A shell in the project's folder whose `excerpt` is the program.
fn shell(project: &Project, script: &str) -> Command {
    let mut shell = with_program(project, "sh");
    shell.args(["-c", script]);
    shell
}

/// A shell that believes it has a terminal.
fn terminal(project: &Project, script: &str) -> Command {
    let mut terminal = with_program(project, "script");
    terminal.args(["-q", "-e", "-c", script, "/dev/null"]);
    terminal
}

/// Only Linux's `script` takes these options, and not every system has it.
fn has_terminal(project: &Project) -> bool {
    cfg!(target_os = "linux")
        && Run::of(terminal(project, "stty cols 80"), &[]).is_ok_and(|run| run.code == Some(0))
}

/// The command `name`, with the harness's environment and the program on its path.
fn with_program(project: &Project, name: &str) -> Command {
    let mut folders = OsString::new();
    if let Some(folder) = Path::new(env!("CARGO_BIN_EXE_excerpt")).parent() {
        folders.push(folder);
        folders.push(":");
    }
    folders.push(std::env::var_os("PATH").unwrap_or_default());
    let mut command = Command::new(name);
    let own = project.command::<&str>(&[]);
    command.env_clear().envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("PATH", folders).current_dir(project.root()).stdin(Stdio::null());
    command
}

/// The examples of a page in Markdown, in their order.
fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut block = None;
    for line in page.lines() {
        if let Some(kind) = line.strip_prefix("```") {
            block = match (block, kind) {
                (None, "console") => Some(false),
                (None, "console terminal") => Some(true),
                _ => None,
            };
        } else if let Some(terminal) = block {
            match (line.strip_prefix("$ "), examples.last_mut()) {
                (Some(command), _) => examples.push(Example {
                    terminal,
                    command: command.to_owned(),
                    expected: Vec::new(),
                }),
                (None, Some(example)) => example.expected.push(line.to_owned()),
                (None, None) => {}
            }
        }
    }
    for example in &mut examples {
        while example.expected.last().is_some_and(String::is_empty) {
            example.expected.pop();
        }
    }
    examples
}

/// The first expected line that is not printed, or that more is printed than
/// expected.
fn difference<'e>(expected: &'e [String], printed: &str) -> Option<&'e str> {
    let mut printed = printed.trim_end().lines();
    for line in expected {
        if line == "…" {
            return None;
        }
        if !printed.next().is_some_and(|printed| is_same(line, printed)) {
            return Some(line);
        }
    }
    printed.next().map(|_| "more is printed than the page shows")
}

fn is_same(expected: &str, printed: &str) -> bool {
    match expected.strip_suffix('…') {
        Some(start) => printed.starts_with(start),
        None => steady(expected) == steady(printed),
    }
}

/// A line without what differs from run to run.
fn steady(line: &str) -> String {
    let line = rounded(line);
    let mut words: Vec<&str> = line.split_whitespace().collect();
    for at in 1..words.len() {
        let unit = words[at].trim_end_matches([',', ')']).trim_start_matches('(');
        let is_number = words[at - 1].trim_start_matches('(').parse::<f64>().is_ok();
        if is_number && ["ms", "s", "KiB/s", "MiB/s"].contains(&unit) {
            (words[at - 1], words[at]) = ("#", "time");
        }
    }
    match words.first() {
        Some(&"committed") => words.truncate(1),
        Some(&"on") if words.get(1) == Some(&"disk") => words.truncate(2),
        _ => {}
    }
    words.join(" ")
}

/// A line of JSON with its first score rounded.
fn rounded(line: &str) -> String {
    let parts = line.split_once("\"score\":").and_then(|(before, after)| {
        let (score, behind) = after.split_once(',')?;
        Some(format!("{before}\"score\":{:.3},{behind}", score.parse::<f64>().ok()?))
    });
    parts.unwrap_or_else(|| line.to_owned())
}

#[test]
fn examples_are_commands_with_what_stands_below_them() {
    let page = "text\n```console\n$ a b\nc\n\n$ d\n```\n$ no\n```sh\n$ no\n```\n\
                ```console terminal\n$ e\nf\n```\n";
    let example = |terminal, command: &str, expected: &[&str]| Example {
        terminal,
        command: command.to_owned(),
        expected: expected.iter().map(|&line| line.to_owned()).collect(),
    };
    let expected =
        [example(false, "a b", &["c"]), example(false, "d", &[]), example(true, "e", &["f"])];
    assert_eq!(examples(page), expected);
}

#[test]
fn times_may_differ_and_nothing_else() {
    for (expected, printed, same) in [
        ("2 of 3 passages, 1.8 ms", "2 of 3 passages, 20 ms", true),
        ("2 of 3 passages, 1.8 ms", "2 of 4 passages, 1.8 ms", false),
        ("read 1 KiB in 0.22 s (999 KiB/s)", "read 1 KiB in 3 s (12 MiB/s)", true),
        ("on disk  3 KiB", "on disk  4 KiB in 2 segments", true),
        ("{\"score\":2.5001,\"a\":1}", "{\"score\":2.50012,\"a\":1}", true),
        ("{\"score\":2.5001,\"a\":1}", "{\"score\":2.6,\"a\":1}", false),
        ("{\"a\":1…", "{\"a\":1,\"b\":2}", true),
        ("{\"a\":2…", "{\"a\":1,\"b\":2}", false),
    ] {
        assert_eq!(is_same(expected, printed), same, "{expected} / {printed}");
    }
}

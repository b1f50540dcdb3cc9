//! What goes wrong outside of the program: killed processes, two writers, no right to
//! write. Damaged files are in [`damage`](super::damage).
//!
//! The kills are the one place of the tests that waits, for a random part of the
//! time that an undisturbed run takes; what is claimed holds whenever they come.

use std::fs;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use excerpt::measure::random::SplitMix64;

use crate::damage::index_to_damage;
use crate::harness::{Project, Run, TestResult, sample_corpus};

#[test]
fn one_segment_answers_as_many_did() -> TestResult {
    let project = index_to_damage()?;
    let stats = |project: &Project| -> Result<_, Box<dyn std::error::Error>> {
        Ok(project.excerpt("stats --json")?.ends_with(0)?.json()?.remove(0))
    };
    let answers = |project: &Project| -> Result<_, Box<dyn std::error::Error>> {
        Ok(project.excerpt("search --jsonl tencent difference")?.ends_with(0)?.stdout)
    };
    let (before, answered) = (stats(&project)?, answers(&project)?);
    assert!(before["segments"].as_u64() > Some(1), "{before}");
    let run = project.excerpt("optimize")?.ends_with(0)?;
    assert!(run.stderr.contains("became 1 segment, "), "{}", run.stderr);
    assert!(run.stderr.contains("deleted passages"), "{}", run.stderr);
    let after = stats(&project)?;
    assert_eq!(after["segments"], 1);
    for key in ["passages", "documents", "files", "source_bytes", "committed_at", "roots"] {
        assert_eq!(after[key], before[key], "{key}");
    }
    project.excerpt("check")?.ends_with(0)?;
    assert_eq!(answers(&project)?, answered);
    // The list of sources is still the commit's: nothing is read again.
    let run = project.excerpt("index")?.ends_with(0)?;
    assert!(run.stderr.contains("files: 12 unchanged"), "{}", run.stderr);
    let again = project.excerpt("optimize")?.ends_with(0)?;
    assert!(again.stderr.contains("1 segment became 1 segment"), "{}", again.stderr);
    Ok(())
}

#[test]
fn small_updates_do_not_let_segments_pile_up() -> TestResult {
    let project = Project::new(&[("0.txt", "The first article of many.")])?;
    for number in 0..20 {
        project.write(format!("{number}.txt"), format!("Article number {number} of many."))?;
        let run = project.excerpt("index")?.ends_with(0)?;
        let last = run.stderr.lines().last().unwrap_or_default();
        let segments = last.rsplit(' ').nth(1).unwrap_or_default().parse::<usize>();
        assert!(segments.is_ok_and(|segments| (1..=8).contains(&segments)), "{last}");
    }
    project.excerpt("check")?.ends_with(0).map(drop)
}

/// A folder of articles of some size.
fn articles(count: u64) -> Result<Project, Box<dyn std::error::Error>> {
    let project = Project::new(&[])?;
    let mut random = SplitMix64::new(41);
    for number in 0..count {
        project.write(format!("articles/{number}.txt"), article(&mut random))?;
    }
    Ok(project)
}

fn article(random: &mut SplitMix64) -> String {
    let mut text = String::new();
    for _ in 0..40 {
        text.push_str("lighthouse");
        (0..60).for_each(|_| text.push_str(&format!(" w{}", random.below(3000))));
        text.push_str(".\n\n");
    }
    text
}

/// What has to be the same, however an index came to be.
fn stats(project: &Project, index: &str) -> Result<String, Box<dyn std::error::Error>> {
    let stats = project.excerpt(&format!("stats --json --index {index}"))?.ends_with(0)?.json()?;
    let stats = &stats[0];
    let count = project.excerpt(&format!("search -c --index {index} lighthouse"))?.ends_with(0)?;
    let keys = ["passages", "documents", "files", "source_bytes", "formats"];
    let values: Vec<String> = keys.iter().map(|key| stats[*key].to_string()).collect();
    Ok(format!("{} {}", values.join(" "), count.stdout.lines().count()))
}

#[test]
fn killed_at_any_time_the_last_commit_answers_and_a_rerun_converges() -> TestResult {
    let project = articles(24)?;
    let started = Instant::now();
    project.excerpt("index --index killed articles")?.ends_with(0)?;
    let whole = started.elapsed();
    let mut random = SplitMix64::new(20);
    for kill in 0..20 {
        // Each update replaces some files and adds one.
        for number in [kill % 24, random.below(24), 100 + kill] {
            project.write(format!("articles/{number}.txt"), article(&mut random))?;
        }
        let mut child = spawn(&project, "index --index killed articles")?;
        let part = random.below(usize::try_from(whole.as_micros())?);
        std::thread::sleep(Duration::from_micros(u64::try_from(part)?));
        child.kill()?;
        child.wait()?;
        project.excerpt("search -q --index killed lighthouse")?.ends_with(0)?;
        let check = project.excerpt("check --index killed")?;
        assert!(matches!(check.code, Some(0 | 3)), "{}{}", check.stdout, check.stderr);
    }
    project.excerpt("index --index killed articles")?.ends_with(0)?;
    project.excerpt("check --index killed")?.ends_with(0)?;
    project.excerpt("index --index whole articles")?.ends_with(0)?;
    assert_eq!(stats(&project, "killed")?, stats(&project, "whole")?);
    Ok(())
}

#[test]
fn leftovers_of_killed_writers_are_swept() -> TestResult {
    let project = Project::new(&[("a.txt", "The first article.")])?;
    project.excerpt("index")?.ends_with(0)?;
    for name in ["data-1/.tmpAbCdEf", "data-1/.tmp-checksums", "data-1/sources-7.jsonl"] {
        project.write(format!(".excerpt/{name}"), "half")?;
    }
    let segment = "00000000000000000000000000000000.store";
    project.write(format!(".excerpt/data-1/{segment}"), "half")?;
    project.write(".excerpt/data-2/meta.json", "half of a rebuild")?;
    let report = project.excerpt("check --json")?.ends_with(0)?.json()?;
    assert_eq!(report[0]["leftovers"].as_array().map(Vec::len), Some(4));
    project.excerpt("index")?.ends_with(0)?;
    let report = project.excerpt("check --json")?.ends_with(0)?.json()?;
    assert_eq!(report[0]["leftovers"].as_array().map(Vec::len), Some(0));
    assert!(!project.path(".excerpt/data-2").exists());
    Ok(())
}

#[cfg(unix)]
#[test]
fn an_update_that_cannot_write_leaves_the_last_commit_and_nothing_else() -> TestResult {
    let project = Project::new(&[("articles/0.txt", "A lighthouse.")])?;
    project.excerpt("index --index i articles")?.ends_with(0)?;
    let mut random = SplitMix64::new(5);
    for number in 1..12 {
        project.write(format!("articles/{number}.txt"), article(&mut random))?;
    }
    for line in ["index --index i", "index --index i --rebuild"] {
        let run = with_little_space(&project, line)?.ends_with(2)?;
        let error = format!("error: cannot update `{}`: ", project.path("i").display());
        assert!(run.stderr.starts_with(&error), "{}", run.stderr);
        project.excerpt("search -q --index i lighthouse")?.ends_with(0)?;
        let check = project.excerpt("check --json --index i")?.ends_with(0)?.json()?;
        assert_eq!(check[0]["leftovers"].as_array().map(Vec::len), Some(0));
        assert!(!project.path("i/data-2").exists());
    }
    project.excerpt("index --index i")?.ends_with(0)?;
    project.excerpt("check --index i")?.ends_with(0)?;
    let segments = fs::read_dir(project.path("i/data-1"))?.count();
    let run = with_little_space(&project, "optimize --index i")?.ends_with(2)?;
    assert!(run.stderr.contains("cannot merge segments"), "{}", run.stderr);
    project.excerpt("check --index i")?.ends_with(0)?;
    assert_eq!(fs::read_dir(project.path("i/data-1"))?.count(), segments);
    Ok(())
}

/// It ended there, though an older state could be searched.
#[cfg(unix)]
#[test]
fn a_search_that_cannot_write_to_the_cache_takes_what_it_has() -> TestResult {
    let project = Project::new(&[("articles/0.txt", "A lighthouse.")])?;
    let cache = format!("export XDG_CACHE_HOME={}", project.path("cache").display());
    let line = "search -q --in articles lighthouse";
    under(&project, &cache, line)?.ends_with(0)?;
    let mut random = SplitMix64::new(5);
    for number in 1..12 {
        project.write(format!("articles/{number}.txt"), article(&mut random))?;
    }
    let run = under(&project, &format!("{cache}; ulimit -f 16"), line)?.ends_with(0)?;
    assert!(run.stderr.starts_with("warning: searching an older state: cannot "), "{}", run.stderr);
    Ok(())
}

/// Only `index` and `optimize` had seen to that.
#[cfg(unix)]
#[test]
fn a_search_that_writes_too_much_says_so() -> TestResult {
    let text: String = (0..600).map(|n| format!("The lighthouse number {n} stands.\n\n")).collect();
    let project = Project::new(&[("a.txt", &text)])?;
    project.excerpt("index --quiet --min-passage 0")?.ends_with(0)?;
    let line = "search --jsonl -n 600 --per-document 0 --duplicates keep lighthouse >found";
    let run = with_little_space(&project, line)?.ends_with(2)?;
    assert!(run.stderr.contains("cannot write"), "{}", run.stderr);
    Ok(())
}

/// Runs the program as on a full disk: no file may become larger than some
/// kilobytes. Whoever ran into such a limit was killed by a signal, without a word.
#[cfg(unix)]
fn with_little_space(project: &Project, line: &str) -> Result<Run, Box<dyn std::error::Error>> {
    under(project, "ulimit -f 16", line)
}

/// Runs the program after the command `limits` of a shell.
#[cfg(unix)]
fn under(project: &Project, limits: &str, line: &str) -> Result<Run, Box<dyn std::error::Error>> {
    let program = env!("CARGO_BIN_EXE_excerpt");
    let line = format!("{limits}; exec {program} {line}");
    let mut command = Command::new("sh");
    command.args(["-c", &line]).current_dir(project.root());
    Run::of(command, &[])
}

/// An index was called damaged, with the advice to rebuild it, where the process had no
/// file handles left.
#[cfg(unix)]
#[test]
fn no_index_is_damaged_for_want_of_file_handles() -> TestResult {
    let project = index_to_damage()?;
    for line in ["search tencent", "stats", "optimize"] {
        let mut refused = 0;
        for handles in 4..12 {
            let run = under(&project, &format!("ulimit -n {handles}"), line)?;
            let said = run.stderr.contains("Too many open files");
            assert!(!run.stderr.contains("damaged"), "{line} {handles}: {}", run.stderr);
            assert!(!run.stderr.contains("kind:"), "{line} {handles}: {}", run.stderr);
            assert!(run.code == Some(0) || said, "{line} {handles}: {}", run.stderr);
            refused += u32::from(run.code == Some(2));
        }
        assert!(refused > 0, "{line}");
    }
    project.excerpt("check")?.ends_with(0).map(drop)
}

/// A search said that passages had changed whose files could not be opened.
#[cfg(unix)]
#[test]
fn passages_are_not_stale_for_want_of_file_handles() -> TestResult {
    let project = Project::new(&[])?;
    for number in 0..8 {
        let text = format!("The lamp at the end of pier {number} was lit in 19{number}0.\n");
        project.write(format!("{number}.txt"), text)?;
    }
    project.excerpt("index --quiet")?.ends_with(0)?;
    let found = |handles: usize| -> Result<Run, Box<dyn std::error::Error>> {
        under(&project, &format!("ulimit -n {handles}"), "search lamp")
    };
    // Fewer do not open the index, more open each file.
    let runs = (5..24).map(found).collect::<Result<Vec<_>, _>>()?;
    let told: Vec<&str> =
        runs.iter().filter(|run| run.code == Some(0)).map(|run| run.stderr.as_str()).collect();
    assert_eq!(told.last(), Some(&""));
    let told: Vec<&&str> = told.iter().filter(|told| !told.is_empty()).collect();
    assert!(!told.is_empty());
    for told in told {
        assert!(told.starts_with("note: whether "), "{told}");
        assert!(told.contains(" changed since indexing is not known: cannot read `"), "{told}");
        assert!(told.contains("Too many open files (os error 24)\nhint: allow more "), "{told}");
    }
    Ok(())
}

#[cfg(unix)]
#[test]
fn passages_of_more_files_than_may_be_open_are_held_against_them() -> TestResult {
    let project = Project::new(&[])?;
    for number in 0..300 {
        let text = format!("The lamp at the end of pier {number} was lit early.\n");
        project.write(format!("{number}.txt"), text)?;
    }
    project.excerpt("index --quiet")?.ends_with(0)?;
    let run = under(&project, "ulimit -n 256", "search --jsonl -n 300 lamp")?.ends_with(0)?;
    assert_eq!((run.lines().len(), run.stderr.as_str()), (300, ""));
    Ok(())
}

#[test]
fn what_a_killed_commit_left_does_not_stop_the_next() -> TestResult {
    let project = sample_corpus()?;
    let notes = fs::read_to_string(project.path("corpus/notes.jsonl"))?;
    project.write("corpus/notes.jsonl", notes.lines().next().unwrap_or_default())?;
    let mut copy = Command::new("cp");
    copy.args(["-r", ".excerpt", "copy"]).current_dir(project.root());
    assert!(copy.status()?.success());
    project.excerpt("index --index copy")?.ends_with(0)?;
    // What a writer has written when it is killed just before its commit. The next
    // one gives its list of deletions the same name.
    let left = fs::read_dir(project.path("copy/data-1"))?.collect::<std::io::Result<Vec<_>>>()?;
    for file in left {
        let name = file.file_name().to_string_lossy().into_owned();
        if name.ends_with(".del") || name == ".managed.json" {
            fs::copy(file.path(), project.path(".excerpt/data-1").join(name))?;
        }
    }
    project.excerpt("index")?.ends_with(0)?;
    project.excerpt("check")?.ends_with(0).map(drop)
}

fn spawn(project: &Project, line: &str) -> std::io::Result<Child> {
    let mut command = project.command(&line.split(' ').collect::<Vec<_>>());
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()
}

/// An update that waits for more of its input, in the middle of its work.
fn waiting_writer(project: &Project) -> Result<Child, Box<dyn std::error::Error>> {
    let mut child = spawn(project, "index --index i -")?;
    let line = format!("{{\"text\":\"{}\"}}\n", "A lighthouse and its keeper. ".repeat(30));
    let input = child.stdin.as_mut().ok_or("no pipe")?;
    // More than any pipe holds: once it is written, some of it was read.
    (0..3000).try_for_each(|_| input.write_all(line.as_bytes()))?;
    Ok(child)
}

#[test]
fn a_second_writer_is_refused_and_told_who_is_writing() -> TestResult {
    let project = Project::new(&[("a.txt", "The first article.")])?;
    project.excerpt("index --index i a.txt")?.ends_with(0)?;
    let mut first = waiting_writer(&project)?;
    for line in ["index --index i", "optimize --index i"] {
        let run = project.excerpt(line)?.ends_with(2)?;
        let holder = format!("process {} (since ", first.id());
        assert!(run.stderr.contains(&holder), "{}", run.stderr);
    }
    // Readers are not disturbed.
    project.excerpt("search -q --index i article")?.ends_with(0)?;
    project.excerpt("check --index i")?.ends_with(0)?;
    drop(first.stdin.take());
    assert!(first.wait()?.success());
    Ok(())
}

#[cfg(unix)]
#[test]
fn an_interrupted_update_commits_what_was_read() -> TestResult {
    let project = Project::new(&[])?;
    // The second stream would take the place of the first, and was not read whole.
    for said in ["interrupted: what was read until then is", "interrupted: the index holds what"] {
        let mut child = waiting_writer(&project)?;
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status()?.success());
        if let Some(mut input) = child.stdin.take() {
            // Until the program no longer reads.
            let more = "{\"text\":\"One line more.\"}\n".as_bytes();
            while input.write_all(more).is_ok() {}
        }
        let output = child.wait_with_output()?;
        let run = Run::from(output).ends_with(130)?;
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    project.excerpt("search -q --index i lighthouse")?.ends_with(0)?;
    project.excerpt("check --index i")?.ends_with(0).map(drop)
}

#[cfg(unix)]
#[test]
fn an_index_that_cannot_be_written_can_be_searched() -> TestResult {
    use std::os::unix::fs::PermissionsExt;
    let project = sample_corpus()?;
    let (index, data) = (project.path(".excerpt"), project.path(".excerpt/data-1"));
    let allow = |mode: u32, file_mode: u32| -> std::io::Result<()> {
        for entry in fs::read_dir(&data)?.chain(fs::read_dir(&index)?) {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                fs::set_permissions(entry.path(), fs::Permissions::from_mode(file_mode))?;
            }
        }
        fs::set_permissions(&data, fs::Permissions::from_mode(mode))?;
        fs::set_permissions(&index, fs::Permissions::from_mode(mode))
    };
    allow(0o555, 0o444)?;
    // The superuser may write everywhere, so that nothing would be shown.
    let is_superuser = fs::write(index.join("probe"), "").is_ok();
    let run = project.excerpt("search -q tencent")?;
    let check = project.excerpt("check")?;
    let update = project.excerpt("index")?;
    let _ = fs::remove_file(index.join("probe"));
    allow(0o755, 0o644)?;
    run.ends_with(0)?;
    check.ends_with(0)?;
    if !is_superuser {
        update.ends_with(2)?;
    }
    Ok(())
}

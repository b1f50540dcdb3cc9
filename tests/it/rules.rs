//! Which files count: what is told where the rules leave none, and which rules an index
//! keeps.

use crate::harness::{Project, TestResult};

fn articles() -> Result<Project, Box<dyn std::error::Error>> {
    Project::new(&[
        ("g/a.txt", "The first article speaks of a lighthouse."),
        ("g/sub/b.txt", "The second article speaks of a lighthouse too."),
    ])
}

/// It said that there was nothing to do, and a search that nothing matches.
#[test]
fn where_no_file_counts_it_is_said_why() -> TestResult {
    let no_rules = "hint: hidden files, and those that an ignore file names, need `--hidden` or \
                    `--no-ignore`\n";
    let globs = "hint: which files count is told by `-g 'g/sub/*'`; globs with a slash begin in \
                 the folder that is named; hidden files";
    let types = "hint: which files count is told by `-t md --hidden`; files that an ignore file";
    let project = articles()?;
    project.write("ignored/.ignore", "*.txt\n")?;
    project.write("ignored/a.txt", "The third article.")?;
    std::fs::create_dir(project.path("empty"))?;
    for (options, folder, hint) in [
        ("-g g/sub/*", "g", globs),
        ("-t md --hidden", "g", types),
        ("", "ignored", no_rules),
        ("", "empty", ""),
    ] {
        let warning = format!("warning: no file to index in `{}", project.path(folder).display());
        let index = format!("index --index i-{folder} --quiet --rebuild {folder} {options}");
        let run = project.excerpt(index.trim_end())?.ends_with(0)?;
        assert!(run.stderr.starts_with(&warning), "{}", run.stderr);
        assert!(run.stderr.contains(hint), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), if hint.is_empty() { 1 } else { 2 });
        let search = format!("search lighthouse --in {folder} {options}");
        let run = project.excerpt(search.trim_end())?.ends_with(1)?;
        assert!(run.stderr.starts_with(&warning), "{}", run.stderr);
        assert!(run.stderr.contains(hint), "{}", run.stderr);
    }
    // As its folder sees it.
    let run = project.excerpt("index --quiet -g sub/* g")?.ends_with(0)?;
    assert_eq!(run.stderr, "");
    project.excerpt("search -q second")?.ends_with(0).map(drop)
}

//! Which files count: what is told where the rules leave none, and which rules an index
//! keeps.

use crate::harness::{Project, Run, TestResult};

fn articles() -> Result<Project, Box<dyn std::error::Error>> {
    Project::new(&[
        ("g/a.txt", "The first article speaks of a lighthouse."),
        ("g/sub/b.txt", "The second article speaks of a lighthouse too."),
    ])
}

/// It said that there was nothing to do, and a search that nothing matches.
#[test]
fn where_no_file_counts_it_is_said_why() -> TestResult {
    let no_rules = "hint: links need `-L`; hidden files, and those that an ignore file names, need \
                    `--hidden` or `--no-ignore`\n";
    let globs = "hint: which files count is told by `-g 'g/sub/*'`; globs with a slash begin in \
                 the folder that is named; links need `-L`; hidden";
    let types = "hint: which files count is told by `-t md --hidden`; links need `-L`; files that";
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

/// They were kept, in a rebuild too, and shown nowhere, and nothing took them back but
/// other ones.
#[test]
fn rules_are_kept_and_shown_until_they_are_taken_back() -> TestResult {
    let project = articles()?;
    project.write("h/a.jsonl", "{\"said\":\"The third article speaks of a harbour.\"}\n")?;
    let files = |line: &str, expected: &[&str]| -> TestResult {
        project.excerpt(line)?.ends_with(0)?;
        let stats = project.excerpt("stats")?.ends_with(0)?.stdout;
        let [count, rules @ ..] = expected else { return Err("no count".into()) };
        assert!(stats.contains(&format!("\nfiles       {count} (")), "{line}: {stats}");
        let told = stats.lines().filter_map(|line| line.strip_prefix("rules       "));
        assert_eq!(told.collect::<Vec<_>>(), rules, "{line}");
        Ok(())
    };
    let rules = "-g 'sub/*' --hidden";
    files("index g --hidden -g sub/*", &["1", rules])?;
    files("index --rebuild g", &["1", rules])?;
    let json = project.excerpt("stats --json")?.json()?;
    assert_eq!(json[0]["rules"][project.path("g").display().to_string()], rules);
    let (g, h) = (project.path("g"), project.path("h"));
    let (g, h) = (g.display(), h.display());
    let of_h = format!("--field 'text=said' for `{h}`");
    let both = format!("{of_h}, {rules} for `{g}`");
    files("index h --field text=said", &["2", &both])?;
    files("index g -g ", &["3", &of_h])?;
    project.run(&["index", "h", "--field", ""])?.ends_with(3)?;
    assert!(!project.excerpt("stats")?.stdout.contains("rules"));
    Ok(())
}

/// Twenty thousand paths of a list stood on one line.
#[test]
fn not_every_path_of_a_long_list_is_shown() -> TestResult {
    let project = Project::new(&[])?;
    let names: Vec<String> = (10..23).map(|number| format!("{number}.txt")).collect();
    names.iter().try_for_each(|name| project.write(name, "A lighthouse."))?;
    let list = names.join("\n");
    Run::of(project.command(&["index", "--files-from", "-"]), list.as_bytes())?.ends_with(0)?;
    let stats = project.excerpt("stats")?.ends_with(0)?.stdout;
    let (named, more) = (project.path("19.txt"), project.path("20.txt"));
    assert!(stats.contains(&format!("{} and 3 more\n", named.display())), "{stats}");
    assert!(!stats.contains(&more.display().to_string()), "{stats}");
    let json = project.excerpt("stats --json")?.json()?;
    assert_eq!(json[0]["roots"].as_array().map(Vec::len), Some(13));
    Ok(())
}

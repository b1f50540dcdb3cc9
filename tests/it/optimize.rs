//! `excerpt optimize`: the answers stay what they were.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;

use excerpt::measure::random::SplitMix64;

use crate::harness::{Project, TestResult};

/// One query of every kind.
const QUERIES: [&str; 14] = [
    "harbour wall",
    "lighthouse keeper storm",
    "+harbour +storm",
    "\"harbour wall\"",
    "\"harbour storm\"~4",
    "harbour -storm",
    "title:harbour",
    "light*",
    "harbor~1",
    "path:a* keeper",
    "(harbour OR bridge) AND wall",
    "lighthouse OR \"old bridge\"",
    "the",
    "nothing of the kind",
];

/// Two files of short articles whose topics alternate, beside roads that return, with ties among them.
fn project() -> Result<Project, Box<dyn std::error::Error>> {
    let topics = ["harbour wall boat", "lighthouse keeper lamp", "old bridge river"];
    let article = |number: usize| {
        let topic = topics[number % topics.len()];
        let (title, weather) = (&topic[..topic.find(' ').unwrap_or(0)], ["storm", "sun", "fog"]);
        let (weather, road) = (weather[number / 3 % weather.len()], number % 40);
        let text = format!("The {topic} stood in the {weather} by mile{road} of road{road}.");
        format!("{{\"id\":\"n{number}\",\"title\":\"The {title}\",\"text\":\"{text}\"}}\n")
    };
    let file = |numbers: std::ops::Range<usize>| {
        numbers.fold(String::new(), |mut lines, number| {
            let _ = lines.write_str(&article(number));
            lines
        })
    };
    let project = Project::new(&[("a.jsonl", &file(0..300))])?;
    project.excerpt("index --quiet a.jsonl")?.ends_with(0)?;
    project.write("b.jsonl", file(300..600))?;
    project.write("c.jsonl", file(600..700))?;
    project.excerpt("index --quiet a.jsonl b.jsonl c.jsonl")?.ends_with(0)?;
    std::fs::remove_file(project.path("c.jsonl"))?;
    project.excerpt("index --quiet")?.ends_with(0)?;
    Ok(project)
}

/// What all queries find under all rankings.
fn answers(project: &Project) -> Result<String, Box<dyn std::error::Error>> {
    let mut answers = String::new();
    for query in QUERIES {
        for ranking in ["bm25", "fast", "full"] {
            for duplicates in ["keep", "collapse"] {
                let options = ["--jsonl", "-n", "40", "--ranking", ranking];
                let arguments = ["search", "--duplicates", duplicates, query];
                let arguments: Vec<&str> = arguments.into_iter().chain(options).collect();
                answers += &project.run(&arguments)?.stdout;
            }
        }
    }
    Ok(answers)
}

#[test]
fn in_another_order_every_query_answers_the_same_to_the_byte() -> TestResult {
    let project = project()?;
    let run = project.excerpt("optimize --reorder never")?.ends_with(0)?;
    assert!(run.stderr.contains("segments became 1 segment"), "{}", run.stderr);
    let before = answers(&project)?;
    assert!(before.lines().count() > 500, "{}", before.lines().count());
    for (reorder, told) in [
        ("always", "put like passages together: that saves "),
        ("auto", "kept the order of passages: another would save about "),
    ] {
        let run = project.run(&["optimize", "--reorder", reorder])?.ends_with(0)?;
        assert!(run.stderr.contains(told), "{reorder}: {}", run.stderr);
        assert!(answers(&project)? == before, "{reorder}");
        project.excerpt("check")?.ends_with(0)?;
    }
    let run = project.excerpt("index")?.ends_with(0)?;
    assert!(run.stderr.contains("files: 2 unchanged"), "{}", run.stderr);
    Ok(())
}

/// Repeated were the bytes that it comes to, 1048576, and the bound was 134217728.
#[test]
fn too_little_memory_is_refused_as_it_was_typed() -> TestResult {
    let run = project()?.excerpt("optimize --memory 1M")?.ends_with(2)?;
    let told = "error: invalid value '1M' for '--memory <SIZE>': it is at least 128M\n";
    assert!(run.stderr.starts_with(told), "{}", run.stderr);
    Ok(())
}

/// Deleted documents took the places of others, and their words counted, until a merge.
#[test]
fn synthetic_topics_do_not_know_what_was_deleted() -> TestResult {
    let project = Project::new(&[])?;
    let text = |number: u64| -> String {
        let mut random = SplitMix64::new(number);
        // Most give no topic, so that all that are drawn are gone through.
        let count = if number.is_multiple_of(8) { 30 } else { 2 };
        let words = (0..count).map(|_| format!("word{}", random.below(300)));
        words.collect::<Vec<_>>().join(" ")
    };
    for number in 0..200 {
        project.write(format!("notes/{number}.txt"), text(number))?;
    }
    project.excerpt("index --quiet --index notes-index notes")?.ends_with(0)?;
    // So few that the update does not merge by itself.
    for number in 0..60 {
        fs::remove_file(project.path(format!("notes/{number}.txt")))?;
    }
    project.excerpt("index --quiet --index notes-index notes")?.ends_with(0)?;
    let draw = || -> Result<String, Box<dyn Error>> {
        let known = "eval --index notes-index --known-item 16 --write-topics drawn";
        project.excerpt(known)?.ends_with(0)?;
        Ok(fs::read_to_string(project.path("drawn"))?)
    };
    let before = draw()?;
    project.excerpt("optimize --index notes-index")?.ends_with(0)?;
    assert_eq!(before, draw()?);
    Ok(())
}

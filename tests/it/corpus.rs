//! The sample corpus: what it was written to show.

use crate::harness::{TestResult, sample_corpus};

#[test]
fn the_first_hit_of_four_queries_is_the_passage_that_is_meant() -> TestResult {
    let project = sample_corpus()?;
    for (query, path, words) in [
        ("time difference", "corpus/en/time-difference.md", "betting on a time difference"),
        ("relationship chain", "corpus/en/relationship-chain.md", "simplest explanation"),
        ("时间差", "corpus/zh/shi-jian-cha.md", "他赌的是与腾讯之间的时间差"),
        ("关系链", "corpus/zh/guan-xi-lian.txt", "只有三个字：关系链"),
    ] {
        let run = project.run(&["search", "--jsonl", query])?.ends_with(0)?;
        let first = run.json()?.into_iter().next().ok_or("no hit")?;
        assert_eq!(first["path"], path, "{query}");
        let text = first["text"].as_str().unwrap_or_default();
        assert!(text.contains(words), "{query}: {text}");
    }
    Ok(())
}

#[test]
fn words_apart_and_words_together_are_one_query() -> TestResult {
    let project = sample_corpus()?;
    let apart = project.run(&["search", "time", "difference"])?.ends_with(0)?;
    let together = project.run(&["search", "time difference"])?.ends_with(0)?;
    assert_eq!(apart.stdout, together.stdout);
    Ok(())
}

#[test]
fn topics_and_judgments_are_not_indexed() -> TestResult {
    let project = sample_corpus()?;
    // Each is asked for a word that it holds, and articles too.
    for (file, word) in
        [("topics.tsv", "Tencent"), ("qrels.txt", "intercom"), ("README.md", "Internet")]
    {
        let path = project.path("corpus").join(file);
        assert!(std::fs::read_to_string(path)?.contains(word), "{file}");
        let run = project.run(&["search", "-l", "-n", "100", word])?.ends_with(0)?;
        assert!(run.lines().iter().all(|path| !path.contains(file)), "{}", run.stdout);
    }
    Ok(())
}

#[test]
fn a_folder_is_searched_without_an_index_of_its_own() -> TestResult {
    let project = sample_corpus()?;
    std::fs::remove_dir_all(project.path(".excerpt"))?;
    for _ in 0..2 {
        let run = project.run(&["search", "--in", "corpus", "time difference"])?.ends_with(0)?;
        assert!(run.stdout.starts_with("corpus/en/time-difference.md:12:1:"), "{}", run.stdout);
        assert_eq!(run.stderr, "");
    }
    assert!(!project.path(".excerpt").exists());
    assert!(!project.path("corpus/.excerpt").exists());
    Ok(())
}

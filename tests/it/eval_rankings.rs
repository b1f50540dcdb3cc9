//! `excerpt eval --ranking`: several rankings beside each other.

use crate::eval::{Folder, lines};
use crate::harness::TestResult;

#[test]
fn several_rankings_and_collections_are_one_table() -> TestResult {
    let folder = Folder::new()?;
    let printed = folder.eval(&["--collection", "small", "./small", "--ranking", "all"])?;
    let table: Vec<&str> = printed.lines().take(5).collect();
    assert!(table[0].contains(" bm25:k1=0.9,b=0.4 |"), "{printed}");
    assert!(table[2].starts_with("| small      |      2 |"), "{printed}");
    assert!(table[4].starts_with("| mean "), "{printed}");
    assert!(printed.contains("all judged topics") && printed.contains("MaxP"), "{printed}");
    Ok(())
}

/// It was the mean of the rows' gains, +50.0 % here, and of those alone that had one.
#[test]
fn the_gain_beside_means_is_that_of_the_means() -> TestResult {
    let folder = Folder::new()?;
    let corpus =
        [("often", "pear pear pear pear"), ("both", "pear apple"), ("no", "x"), ("nor", "y")];
    let record = |(id, text)| format!("{{\"_id\": \"{id}\", \"text\": \"{text}\"}}\n");
    let corpus = corpus.map(record).concat();
    // What is judged relevant is second and then first, always first, never found.
    for (name, query, judged) in
        [("turns", "pear apple", "often"), ("stays", "apple", "both"), ("fails", "apple", "no")]
    {
        let query = format!("{{\"_id\": \"1\", \"text\": \"{query}\"}}\n");
        folder.0.write(format!("{name}/corpus.jsonl"), &corpus)?;
        folder.0.write(format!("{name}/queries.jsonl"), query)?;
        folder.0.write(
            format!("{name}/qrels/test.tsv"),
            format!("query-id\tcorpus-id\tscore\n1\t{judged}\t1\n"),
        )?;
    }
    let rankings = ["--ranking", "bm25:k1=0.01,b=0", "--ranking", "bm25:k1=99,b=0"];
    let arguments = ["--collection", "turns", "stays", "fails", "--measure", "MRR"];
    let printed = folder.eval(&[&arguments[..], &rankings].concat())?;
    let cells = |start: &str| -> Option<Vec<&str>> {
        let row = printed.lines().find(|line| line.starts_with(start))?;
        Some(row.split('|').map(str::trim).skip(3).take(3).collect())
    };
    assert_eq!(cells("| turns"), Some(vec![".5000", "1.0000", "+100.0 %"]), "{printed}");
    assert_eq!(cells("| fails"), Some(vec![".0000", ".0000", ""]), "{printed}");
    assert_eq!(cells("| mean"), Some(vec![".5000", ".6667", "+33.3 %"]), "{printed}");
    Ok(())
}

#[test]
fn the_last_ranking_is_held_against_the_plain_one() -> TestResult {
    let folder = Folder::new()?;
    let arguments = ["--collection", "small", "--ranking", "bm25", "--ranking", "full", "--json"];
    let printed = lines(&folder.eval(&arguments)?)?;
    assert_eq!(printed.len(), 2);
    assert!(printed[0]["against"].is_null());
    assert_eq!(printed[1]["against"]["ranking"], "bm25");
    assert_eq!(printed[1]["against"]["measures"]["AP"]["randomization_p"], 1.0);
    Ok(())
}

#[test]
fn feedback_is_measured_beside_the_ranking_that_is_held_against_the_plain_one() -> TestResult {
    let folder = Folder::new()?;
    let printed = lines(&folder.eval(&["--collection", "small", "--ranking", "all", "--json"])?)?;
    assert_eq!(printed.len(), 5);
    assert!(printed[3]["against"].is_object() && printed[4]["against"].is_null(), "{printed:?}");
    assert!(printed[3]["parameters"]["feedback"].is_null());
    assert_eq!(printed[4]["ranking"], "full+feedback");
    assert_eq!(printed[4]["parameters"]["feedback"]["passages"], 10);
    let arguments = ["--collection", "small", "--ranking", "bm25", "--feedback", "--json"];
    assert_eq!(lines(&folder.eval(&arguments)?)?[0]["ranking"], "bm25+feedback");
    Ok(())
}

#[test]
fn an_index_is_measured_under_its_own_ranking() -> TestResult {
    let folder = Folder::new()?;
    folder.0.excerpt("index --quiet --index own --ranking bm25 --b 0.2 small/corpus.jsonl")?;
    let arguments = ["--collection", "small", "--index", "own", "--json"];
    let line = &lines(&folder.eval(&arguments)?)?[0];
    assert_eq!(line["ranking"], "bm25:b=0.2");
    assert_eq!(line["parameters"]["b"].as_f64().map(|b| b as f32), Some(0.2));
    let named = [&arguments[..], &["--ranking", "bm25"]].concat();
    assert_eq!(lines(&folder.eval(&named)?)?[0]["parameters"]["b"], 0.75);
    Ok(())
}

/// `bm25` was printed, as of BM25 with the numbers it has by itself; and where a ranking has
/// a number of its own, the option was dropped without a word.
#[test]
fn a_ranking_is_called_by_what_was_changed() -> TestResult {
    let folder = Folder::new()?;
    let with = |typed: &str| -> Result<Vec<String>, Box<dyn std::error::Error>> {
        let typed = format!("--collection small --json --b 0.9{typed}");
        let printed = lines(&folder.eval(&typed.split(' ').collect::<Vec<_>>())?)?;
        Ok(printed.iter().map(|line| line["ranking"].to_string()).collect())
    };
    assert_eq!(with("")?, ["\"full:b=0.9\""]);
    let (own, all) = (" --ranking bm25:b=0.1+feedback", " --ranking bm25");
    assert_eq!(with(&[own, all].concat())?, ["\"bm25:b=0.1+feedback\"", "\"bm25:b=0.9\""]);
    with(&[all, " --run a.run"].concat())?;
    let run = std::fs::read_to_string(folder.path("a.run"))?;
    assert!(run.lines().all(|line| line.ends_with(" excerpt-bm25:b=0.9")), "{run}");
    let refused = folder.0.excerpt(&format!("eval --collection small --b 0.9{own}"))?;
    let refused = refused.ends_with(2)?.stderr;
    assert!(refused.starts_with("error: `--b` changes no ranking: "), "{refused}");
    Ok(())
}

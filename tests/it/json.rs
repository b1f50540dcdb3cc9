//! What the program prints as JSON, whichever command it is.

use std::collections::HashSet;
use std::fmt;
use std::fs;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::harness::{TestResult, sample_corpus};

/// Reads any value of JSON in which no object has a key twice.
#[derive(Clone, Copy)]
struct KeysOnce;

impl<'de> DeserializeSeed<'de> for KeysOnce {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for KeysOnce {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let mut keys = HashSet::new();
        while let Some(key) = object.next_key::<String>()? {
            object.next_value_seed(self)?;
            if let Some(twice) = keys.replace(key) {
                return Err(A::Error::custom(format!("`{twice}` comes twice")));
            }
        }
        Ok(())
    }
}

/// Fails where an object on a line of `text` has a key twice.
fn check(text: &str) -> Result<(), serde_json::Error> {
    text.lines().try_for_each(|line| {
        let mut from = serde_json::Deserializer::from_str(line);
        KeysOnce.deserialize(&mut from)?;
        from.end()
    })
}

/// A query of `bench --per-query` had `documents` twice: those that were found, and how
/// many the index holds. What reads JSON keeps the last one.
#[test]
fn no_object_has_a_key_twice() -> TestResult {
    assert!(check("{\"a\":[{\"b\":1,\"c\":null,\"b\":\"2\"}]}").is_err());
    let project = sample_corpus()?;
    project.write("queries", "time difference\nrelationship chain\n")?;
    let topics = "--topics corpus/topics.tsv --qrels corpus/qrels.txt";
    for line in [
        "stats --json",
        "check --json",
        "search --json --explain --feedback -C 1 time difference",
        "search --jsonl --explain --passages-after 1 --duplicates keep time difference",
        "show --jsonl corpus/en/time-difference.md:12",
        "bench queries --per-query --json",
        "bench queries --json --cold --rounds 1 -j 1 --out result.json",
        "bench --compare result.json result.json --fail-if p99>+5% --json",
        &format!("eval {topics} --per-topic --json --run a.run"),
        &format!("eval {topics} --ranking bm25 --ranking full --json"),
        "eval --known-item 3 --json",
        "eval --runs a.run a.run --qrels corpus/qrels.txt --per-topic --json",
    ] {
        let printed = project.excerpt(line)?.ends_with(0)?.stdout;
        assert!(!printed.is_empty(), "{line}");
        check(&printed).map_err(|error| format!("{line}: {error}"))?;
    }
    check(&fs::read_to_string(project.path("result.json"))?)?;
    Ok(())
}

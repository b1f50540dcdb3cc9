//! Results do not depend on how an index came about, nor on which of the files beside
//! its segments are there.

use super::*;
use crate::index::{OptimizeRequest, optimize};
use crate::rank::statistics::average_length;
use crate::rank::{ExpansionTerm, Feedback, GramTable, Request, expansion, top};

#[test]
fn scores_do_not_depend_on_how_the_index_came_about() -> Result<()> {
    let mut grown = Sample::new(3)?;
    for name in ["a", "b", "c"] {
        grown.commit(name, 200)?;
    }
    grown.remove("a")?;
    grown.commit("b", 150)?;
    let (old, new) = (grown.snapshot()?, grown.fresh("fresh")?);
    // A merge that drops passages makes the engine forget how many tokens it has.
    optimize(&grown.index(), OptimizeRequest::default(), &Silent)?;
    let merged = grown.snapshot()?;
    assert_eq!(old.passage_count(), new.passage_count());
    assert_eq!(merged.segments().len(), 1);
    for _ in 0..60 {
        let plan = grown.plan(&old);
        for ranking in [Ranking::Bm25, Ranking::Fast] {
            let parameters = Parameters::new(ranking);
            let of = |snapshot: &Snapshot| -> Result<Vec<(f32, PassageId)>> {
                exhaustive(&Evaluator::new(snapshot, &parameters), &plan, &ids(snapshot)?)
            };
            assert_eq!(of(&old)?, of(&new)?, "{ranking} {plan:?}");
            assert_eq!(of(&merged)?, of(&new)?, "{ranking} {plan:?}");
        }
    }
    Ok(())
}

#[test]
fn averages_do_not_depend_on_how_the_index_came_about() -> Result<()> {
    let mut grown = Sample::new(4)?;
    // Longer than what norms tell exactly.
    for name in ["a", "b"] {
        let record = |sample: &mut Sample| {
            let len = 35 + sample.random.below(90);
            let title = sample.words(len);
            let text = "\u{6642}\u{9593}\u{5dee}".repeat(len);
            format!(r#"{{"title":"{title}","text":"{text}"}}"#)
        };
        let records: Vec<String> = (0..50).map(|_| record(&mut grown)).collect();
        grown.write_text(&format!("{name}.jsonl"), &records.join("\n"))?;
    }
    grown.update()?;
    grown.remove("a")?;
    let (old, new) = (grown.snapshot()?, grown.fresh("fresh")?);
    optimize(&grown.index(), OptimizeRequest::default(), &Silent)?;
    let merged = grown.snapshot()?;
    let fields = new.fields();
    for field in [fields.text, fields.title, fields.characters] {
        let expected = average_length(&new, field)?;
        assert!(expected > 40.0);
        assert_eq!(average_length(&old, field)?, expected, "{}", fields.name(field));
        assert_eq!(average_length(&merged, field)?, expected, "{}", fields.name(field));
    }
    Ok(())
}

#[test]
fn the_second_stage_needs_no_forward_file() -> Result<()> {
    let mut sample = Sample::new(5)?;
    sample.commit("a", 600)?;
    let with = sample.snapshot()?;
    let without_forward_files = sample.directory.path().join("without");
    copy(&sample.index(), &without_forward_files, "forward")?;
    let without = Snapshot::open(&without_forward_files)?;
    let parameters = Parameters::new(Ranking::Full);
    // Of the first query, and then of all.
    let kept = GramTable::default();
    for round in 0..40 {
        let words: Vec<String> = (0..=round % 5).map(|_| sample.word()).collect();
        let (plan, wording) = (any_of(&with, &words), wording(&words));
        let request =
            Request { plan: &plan, wording: &wording, parameters: &parameters, limit: 20 };
        let expected = top(&with, &request, &GramTable::default())?;
        for grams in [&GramTable::default(), &kept] {
            assert_eq!(top(&without, &request, grams)?, expected, "{words:?}");
        }
    }
    Ok(())
}

#[test]
fn later_stages_do_not_depend_on_how_the_index_came_about() -> Result<()> {
    for language in [Language::None, Language::English] {
        let mut grown = Sample { language, ..Sample::new(8)? };
        // In one segment, of which not quite half goes; then a few more.
        grown.write("a", 500)?;
        grown.write("b", 100)?;
        grown.commit("c", 300)?;
        grown.remove("b")?;
        let one_segment = grown.directory.path().join("one");
        copy(&grown.index(), &one_segment, "")?;
        let fresh_of_one = grown.fresh("fresh-one")?;
        grown.commit("d", 50)?;
        grown.commit("c", 200)?;
        let several = grown.snapshot()?;
        assert!(several.segments().len() > 1);
        let without = |extension: &str| -> Result<Snapshot> {
            let path = grown.directory.path().join(format!("without-{extension}"));
            copy(&grown.index(), &path, extension)?;
            Snapshot::open(&path)
        };
        // Without the forward file of the segment that lost something, while the other has
        // its own; and without its losses.
        let partly = |extensions: &[&str]| -> Result<Snapshot> {
            let path = grown.directory.path().join(format!("partly-without-{}", extensions.len()));
            let data = several.data_directory();
            let entries = fs::read_dir(data).map_err(Error::io("read", data))?.flatten();
            let mut names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
            let lost = names.find(|name| name.ends_with(".losses"));
            let Some((segment, _)) = lost.as_ref().and_then(|name| name.split_once('.')) else {
                panic!("nothing was lost");
            };
            copy_but(&grown.index(), &path, &|name| {
                let is_one = |extension: &&str| name.ends_with(&format!(".{extension}"));
                name.starts_with(segment) && extensions.iter().any(is_one)
            })?;
            let partly = Snapshot::open(&path)?;
            let forwards = partly.segments().iter().map(|it| Ok(it.forward()?.is_some()));
            let forwards = forwards.collect::<Result<BTreeSet<bool>>>()?;
            assert_eq!(forwards.len(), 2, "one segment has a forward file, one has none");
            Ok(partly)
        };
        let alike = [
            vec![Snapshot::open(&one_segment)?, fresh_of_one],
            vec![
                without("losses")?,
                without("forward")?,
                partly(&["forward"])?,
                partly(&["forward", "losses"])?,
                grown.fresh("fresh")?,
                several,
            ],
        ];
        for ranking in Ranking::ALL {
            let parameters = Parameters::new(ranking);
            for round in 0..30 {
                let words: Vec<String> = (0..=round % 4).map(|_| grown.word()).collect();
                let wording = wording(&words);
                let of = |snapshot: &Snapshot| -> Result<Vec<(String, f32)>> {
                    let plan = any_of(snapshot, &words);
                    let grams = GramTable::default();
                    let request = Request {
                        plan: &plan,
                        wording: &wording,
                        parameters: &parameters,
                        limit: 150,
                    };
                    let top = top(snapshot, &request, &grams)?.into_iter();
                    top.map(|it| Ok((snapshot.document_id(it.address)?, it.score))).collect()
                };
                for snapshots in &alike {
                    let expected = of(&snapshots[0])?;
                    for other in &snapshots[1..] {
                        assert_eq!(of(other)?, expected, "{ranking} {language} {words:?}");
                    }
                }
            }
        }
    }
    Ok(())
}

#[test]
fn feedback_does_not_depend_on_how_the_index_came_about() -> Result<()> {
    let mut grown = Sample::new(6)?;
    for name in ["a", "b", "c"] {
        grown.commit(name, 200)?;
    }
    grown.remove("a")?;
    let fresh = grown.fresh("fresh")?;
    let without_forward_files = grown.directory.path().join("without");
    copy(fresh.directory(), &without_forward_files, "forward")?;
    let snapshots = [grown.snapshot()?, fresh, Snapshot::open(&without_forward_files)?];
    for ranking in Ranking::ALL {
        let feedback = Some(Feedback { terms: 8, ..Feedback::default() });
        let parameters = Parameters { feedback, ..Parameters::new(ranking) };
        for round in 0..20 {
            let words: Vec<String> = (0..=round % 3).map(|_| grown.word()).collect();
            let (plan, wording) = (any_of(&snapshots[0], &words), wording(&words));
            let of = |snapshot: &Snapshot| -> Result<Vec<ExpansionTerm>> {
                let grams = GramTable::default();
                let request =
                    Request { plan: &plan, wording: &wording, parameters: &parameters, limit: 0 };
                expansion(snapshot, &request, &grams)
            };
            let [expected, others @ ..] = &snapshots;
            let expected = of(expected)?;
            assert!(expected.len() <= 8);
            for other in others {
                assert_eq!(of(other)?, expected, "{ranking} {words:?}");
            }
        }
    }
    Ok(())
}

/// A plan for any of `words`.
fn any_of(snapshot: &Snapshot, words: &[String]) -> Plan {
    let plans = words.iter().map(|word| Plan::term(snapshot.fields().text, word.clone(), 1.0));
    Plan::Boolean(Clauses { should: plans.collect(), ..Clauses::default() })
}

/// Copies a folder without the files of one extension.
fn copy(from: &Path, to: &Path, left_out: &str) -> Result<()> {
    copy_but(from, to, &|name| Path::new(name).extension().is_some_and(|own| own == left_out))
}

/// Copies a folder without the files whose names `is_left_out`.
fn copy_but(from: &Path, to: &Path, is_left_out: &dyn Fn(&str) -> bool) -> Result<()> {
    fs::create_dir_all(to).map_err(Error::io("create", to))?;
    for entry in fs::read_dir(from).map_err(Error::io("read", from))? {
        let path = entry.map_err(Error::io("read", from))?.path();
        let name = path.file_name().unwrap_or_default();
        let target = to.join(name);
        if path.is_dir() {
            copy_but(&path, &target, is_left_out)?;
        } else if !is_left_out(&name.to_string_lossy()) {
            fs::copy(&path, &target).map_err(Error::io("copy", &path))?;
        }
    }
    Ok(())
}

//! What `excerpt index` does where the folders it was given lie in each other.

use crate::harness::{Project, TestResult};

/// The first file kept what it was read with, and a rebuild gave another index.
#[test]
fn what_the_fields_of_nested_folders_mean_does_not_depend_on_their_order() -> TestResult {
    let record = r#"{"text":"It speaks of a harbour.","body2":"It speaks of a lighthouse."}"#;
    let outer = ["index n --field text=body2", "index n/sub"];
    let inner = ["index n", "index n/sub --field text=body2"];
    for (lines, lighthouses) in [(outer, 2), (inner, 1)] {
        for lines in [lines, [lines[1], lines[0]]] {
            let project = Project::new(&[("n/a.jsonl", record), ("n/sub/b.jsonl", record)])?;
            for line in lines.into_iter().chain(["index", "index --rebuild", "index --rebuild n"]) {
                project.excerpt(line)?.ends_with(0)?;
                if line == lines[0] {
                    continue;
                }
                let found = project.excerpt("search -c --duplicates keep lighthouse")?;
                assert_eq!(found.lines().len(), lighthouses, "{lines:?}, {line}");
                // A change of the file alone changes nothing of it.
                project.write("n/sub/b.jsonl", format!("{record}\n"))?;
            }
        }
    }
    Ok(())
}

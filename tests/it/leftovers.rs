//! What is removed from the folder of an index, and what never is.

use std::fs;

use crate::harness::{Project, TestResult};

/// Folders of a person whose names begin with `data-` were taken for what a killed
/// writer had left, and removed.
#[test]
fn no_folder_of_a_person_is_taken_for_one_of_ours() -> TestResult {
    let project = Project::new(&[("a.txt", "An article.")])?;
    for files in [&["data-raw/1.csv", "data-2023/2.csv"][..], &["data-1/meta.json"]] {
        files.iter().try_for_each(|name| project.write(format!("exp/{name}"), "precious"))?;
        let run = project.excerpt("index --index exp a.txt")?.ends_with(2)?;
        let error = format!(
            "error: cannot create an index at `{}`: the directory is not empty and holds no \
             manifest\nhint: choose another directory",
            project.path("exp").display()
        );
        assert!(run.stderr.starts_with(&error), "{}", run.stderr);
        assert!(!project.path("exp/writer.lock").exists());
        for name in files {
            assert_eq!(fs::read(project.path("exp").join(name))?, b"precious", "{name}");
        }
        fs::remove_dir_all(project.path("exp"))?;
    }
    // Put there later, as when an index was made in a folder that is used for more.
    project.excerpt("index --index i a.txt")?.ends_with(0)?;
    project.write("i/data-raw/1.csv", "precious")?;
    project.write("i/data-2023/2.csv", "precious")?;
    for line in ["index --index i", "index --rebuild --index i a.txt", "optimize --index i"] {
        project.excerpt(line)?.ends_with(0)?;
    }
    for name in ["i/data-raw/1.csv", "i/data-2023/2.csv"] {
        assert_eq!(fs::read(project.path(name))?, b"precious", "{name}");
    }
    Ok(())
}

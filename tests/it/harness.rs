//! Runs the executable in a temporary directory, with an environment that holds
//! nothing of the user's.

use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

/// What a test returns.
pub type TestResult = Result<(), Box<dyn Error>>;

/// A run that takes longer hangs. Far above anything a loaded machine needs.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// A directory with articles, where the program is run.
pub struct Project {
    directory: TempDir,
}

/// What a run printed and ended with.
#[derive(Debug)]
pub struct Run {
    /// What it ended with; none where a signal ended it.
    pub code: Option<i32>,
    /// Standard output, byte for byte.
    pub bytes: Vec<u8>,
    /// Standard output as text.
    pub stdout: String,
    /// Standard error as text.
    pub stderr: String,
}

impl Project {
    /// A directory with `files`, each a path and what it holds.
    pub fn new(files: &[(&str, &str)]) -> Result<Self, Box<dyn Error>> {
        let project = Self { directory: tempfile::tempdir()? };
        fs::create_dir(project.directory.path().join("home"))?;
        fs::create_dir(project.root())?;
        for (path, text) in files {
            project.write(path, text)?;
        }
        Ok(project)
    }

    /// Where the program is run.
    pub fn root(&self) -> PathBuf {
        self.directory.path().join("project")
    }

    /// A path in the directory.
    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root().join(path)
    }

    /// Writes a file.
    pub fn write(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> TestResult {
        let path = self.path(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        Ok(fs::write(path, bytes)?)
    }

    /// The program, to be run with `arguments`.
    pub fn command<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_excerpt"));
        command
            .args(arguments)
            .current_dir(self.root())
            .env_clear()
            .env("HOME", self.directory.path().join("home"))
            .env("XDG_CACHE_HOME", self.directory.path().join("cache"))
            .env("NO_COLOR", "1")
            .env("TERM", "xterm")
            .stdin(Stdio::null());
        command
    }

    /// Runs the program with `arguments`.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Result<Run, Box<dyn Error>> {
        Run::of(self.command(arguments), &[])
    }

    /// Runs the program with what stands between the spaces of `line`.
    pub fn excerpt(&self, line: &str) -> Result<Run, Box<dyn Error>> {
        self.run(&line.split(' ').collect::<Vec<_>>())
    }

    /// `text` with what differs from run to run replaced by names.
    pub fn without_places(&self, text: &str) -> String {
        let directory = self.directory.path().to_string_lossy().into_owned();
        text.replace(&directory, "[DIR]")
    }
}

impl Run {
    /// Runs `command`, giving it `input` to read.
    pub fn of(mut command: Command, input: &[u8]) -> Result<Self, Box<dyn Error>> {
        if !input.is_empty() {
            command.stdin(Stdio::piped());
        }
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let id = child.id();
        if let Some(mut stdin) = child.stdin.take() {
            // A program that has seen enough ends before all of it is written.
            let written = stdin.write_all(input);
            written.or_else(|error| match error.kind() {
                ErrorKind::BrokenPipe => Ok(()),
                _ => Err(error),
            })?;
        }
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || sender.send(child.wait_with_output()));
        match receiver.recv_timeout(TIME_LIMIT) {
            Ok(output) => Ok(Self::from(output?)),
            Err(_) => Err(format!("process {id} hangs").into()),
        }
    }

    /// The same run, if it ended with `code`.
    pub fn ends_with(self, code: i32) -> Result<Self, Box<dyn Error>> {
        if self.code == Some(code) {
            return Ok(self);
        }
        Err(format!("ended with {:?} instead of {code}: {}{}", self.code, self.stdout, self.stderr)
            .into())
    }

    /// Each line of standard output as JSON.
    pub fn json(&self) -> Result<Vec<serde_json::Value>, serde_json::Error> {
        self.stdout.lines().map(serde_json::from_str).collect()
    }

    /// The lines of standard output.
    pub fn lines(&self) -> Vec<&str> {
        self.stdout.lines().collect()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            bytes: output.stdout,
        }
    }
}

/// The sample corpus, indexed outside of it.
pub fn sample_corpus() -> Result<Project, Box<dyn Error>> {
    let project = Project::new(&[])?;
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"), &project.path("corpus"))?;
    project.excerpt("index corpus")?.ends_with(0)?;
    Ok(project)
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

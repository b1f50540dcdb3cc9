//! The machine that figures were measured on.

use std::fs;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The machine and its state when measuring began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    pub cpu: Option<String>,
    /// How many threads can run at a time.
    pub cores: usize,
    /// Processes that ran or waited to, mean over 1, 5 and 15 minutes.
    pub load_average: Option<[f64; 3]>,
    pub os: String,
    pub memory_bytes: Option<u64>,
    /// Whether the program was built with optimisation.
    pub is_optimized: bool,
    pub measured_at: Option<String>,
}

impl Environment {
    /// This machine, now.
    pub fn of_machine() -> Self {
        Self {
            cpu: field("/proc/cpuinfo", "model name"),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            load_average: load_average(),
            os: os(),
            memory_bytes: field("/proc/meminfo", "MemTotal").and_then(|kilobytes| {
                let number = kilobytes.split_whitespace().next()?.parse::<u64>().ok()?;
                number.checked_mul(1024)
            }),
            is_optimized: !cfg!(debug_assertions),
            measured_at: OffsetDateTime::now_utc().format(&Rfc3339).ok(),
        }
    }

    /// What about it makes times of `other` others, program and index aside.
    pub fn differs_by(&self, other: &Self) -> Option<&'static str> {
        let machine = |of: &Self| (of.cpu.clone(), of.cores, of.memory_bytes, of.os.clone());
        if self.is_optimized != other.is_optimized {
            Some("one was built with optimisation, the other without")
        } else if machine(self) != machine(other) {
            Some("they were measured on different machines, or systems")
        } else {
            None
        }
    }

    /// Whether others use the machine so much that it shows.
    pub fn is_busy(&self) -> bool {
        self.load_average.is_some_and(|[last_minute, ..]| last_minute > 0.5 * self.cores as f64)
    }
}

fn load_average() -> Option<[f64; 3]> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    let mut numbers = text.split_whitespace().map(|number| number.parse().ok());
    Some([numbers.next()??, numbers.next()??, numbers.next()??])
}

fn os() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let parts = [
        name.unwrap_or(std::env::consts::OS).trim_matches('"'),
        kernel.trim(),
        std::env::consts::ARCH,
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The value of the first line `name : value` of a file of the kernel.
fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}

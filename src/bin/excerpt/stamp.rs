//! What every figure bears, so that it can be told which figures belong
//! together: the program, the index, the queries, the ranking.

use anyhow::Result;
use excerpt::index::Snapshot;
use excerpt::passage::ContentHash;
use excerpt::rank::Parameters;
use serde::{Deserialize, Serialize};

/// Where figures come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stamp {
    /// The program and its version.
    pub program: String,
    /// A hash of what the index's commit says of itself.
    pub index_digest: String,
    /// The language that words are stemmed for.
    pub language: String,
    /// The version of the rules that make terms.
    pub analyzer_version: u32,
    pub passages: u64,
    pub documents: u64,
    /// A hash of the queries.
    pub query_hash: String,
    /// The ranking and its numbers.
    pub parameters: Parameters,
}

impl Stamp {
    /// The stamp of figures over `snapshot`.
    pub fn new(snapshot: &Snapshot, query_hash: String, parameters: &Parameters) -> Result<Self> {
        Ok(Self {
            program: program(),
            index_digest: index_digest(snapshot)?,
            language: snapshot.language().name().to_owned(),
            analyzer_version: snapshot.manifest().analyzer_version,
            passages: snapshot.passage_count(),
            documents: snapshot.info().documents,
            query_hash,
            parameters: *parameters,
        })
    }
}

/// A hash of what the commit of `snapshot` says of itself.
pub fn index_digest(snapshot: &Snapshot) -> Result<String> {
    digest(snapshot.info())
}

/// A hash of judgments, a run or whatever else figures are made from.
pub fn digest(of: &impl Serialize) -> Result<String> {
    Ok(ContentHash::of(&serde_json::to_vec(of)?).to_string())
}

/// The program and its version.
pub fn program() -> String {
    concat!("excerpt ", env!("CARGO_PKG_VERSION")).to_owned()
}

/// A hash of queries in their order.
pub fn query_hash<'q>(queries: impl Iterator<Item = &'q str>) -> String {
    let mut bytes = Vec::new();
    for query in queries {
        bytes.extend_from_slice(query.as_bytes());
        bytes.push(0);
    }
    ContentHash::of(&bytes).to_string()
}

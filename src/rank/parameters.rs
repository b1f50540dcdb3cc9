//! What a ranking can be told.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::feedback::Feedback;
use crate::error::{Error, Result};
use crate::index::RankingChoice;

/// Which formula orders the passages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ranking {
    /// BM25 over title, headings and body as one text.
    Bm25,
    /// The first stage alone: BM25F with burstiness.
    Fast,
    /// The first stage, and its best passages scored again by nearness, shared
    /// character 5-grams and likeness to the leaders.
    #[default]
    Full,
}

impl Ranking {
    /// Every ranking, the plainest first.
    pub const ALL: [Ranking; 3] = [Ranking::Bm25, Ranking::Fast, Ranking::Full];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Ranking::Bm25 => "bm25",
            Ranking::Fast => "fast",
            Ranking::Full => "full",
        }
    }
}

impl fmt::Display for Ranking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Ranking {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|ranking| ranking.name() == text).ok_or_else(|| {
            Error::InvalidOption {
                option: "ranking",
                value: text.to_owned(),
                reason: "known are bm25, fast and full".to_owned(),
            }
        })
    }
}

/// A length-normalised part of a passage, as BM25F counts it: occurrences in it
/// are divided by 1 − b + b · length / average length and multiplied by
/// `weight`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PartWeight {
    /// What an occurrence counts beside one in the text, 0 to 1000; 0 leaves the part
    /// out.
    pub weight: f32,
    /// How much the part's length counts against it; 0 to 1.
    pub b: f32,
}

/// The parameters of a ranking.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// Which formula.
    pub ranking: Ranking,
    /// How slowly repeated occurrences of a term stop counting; 0.01 to 100.
    pub k1: f32,
    /// How much a passage's length counts against it; 0 to 1.
    pub b: f32,
    /// What the title counts beyond being a part of the text.
    pub title: PartWeight,
    /// What the headings count beyond being a part of the text.
    pub heading: PartWeight,
    /// What is added by the second stage; see [`SecondStage`].
    pub second: SecondStage,
    /// What the best passages lend to the query; `None` for a query as it is.
    #[serde(default)]
    pub feedback: Option<Feedback>,
}

/// The weights of what is added to the scores of the best passages when these are
/// scored again. Each is 0 to 100: none is less, so that no passage sinks below those
/// that were not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SecondStage {
    /// How many of the best passages are scored again.
    pub depth: usize,
    /// Neighbouring words of the query in order, close together.
    pub adjacency: f32,
    /// Any two words of the query close together.
    pub proximity: f32,
    /// Character 5-grams.
    pub grams: f32,
    /// Likeness to the best passages.
    pub centroid: f32,
}

/// What headings count. Found on four trees of documentation, in Markdown and
/// HTML, by queries of four words drawn from a passage, none, one or two of them
/// from its heading (mean reciprocal rank of the passage), and by known-item topics
/// (nDCG at 10 of the document):
///
/// | weight | none | one | two | known item |
/// |---:|---:|---:|---:|---:|
/// | 0 | .715 | .735 | .736 | .985 |
/// | 1 | .710 | .747 | .749 | .987 |
/// | 2 | .708 | .749 | .752 | .987 |
/// | 3 | .706 | .750 | .752 | .987 |
///
/// b is the title's.
const HEADING: PartWeight = PartWeight { weight: 2.0, b: 0.3 };

impl SecondStage {
    const NONE: Self = Self { depth: 0, adjacency: 0.0, proximity: 0.0, grams: 0.0, centroid: 0.0 };
}

impl Parameters {
    /// The defaults of `ranking`. For BM25 the textbook's k1 = 1.2 and b = 0.75;
    /// for the others what measured best over eight collections, on a broad
    /// plateau: 161 random settings around it all gained.
    pub fn new(ranking: Ranking) -> Self {
        let none = PartWeight { weight: 0.0, b: 0.0 };
        let first_stage = Self {
            ranking,
            k1: 1.0,
            b: 0.6,
            title: PartWeight { weight: 3.0, b: 0.3 },
            heading: HEADING,
            second: SecondStage::NONE,
            feedback: None,
        };
        match ranking {
            Ranking::Bm25 => Self { k1: 1.2, b: 0.75, title: none, heading: none, ..first_stage },
            Ranking::Fast => first_stage,
            Ranking::Full => Self {
                second: SecondStage {
                    depth: 100,
                    adjacency: 0.2,
                    proximity: 0.1,
                    grams: 0.2,
                    centroid: 0.5,
                },
                ..first_stage
            },
        }
    }

    /// What `choice` comes to: the defaults of its formula, or of the default one,
    /// with its numbers.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOption`] for a formula that is not known or a number that
    /// makes no sense.
    pub fn of(choice: &RankingChoice) -> Result<Self> {
        let RankingChoice { ranking, k1, b, title_weight, heading_weight } = choice;
        let ranking = ranking.as_deref().map_or(Ok(Ranking::default()), str::parse)?;
        let mut parameters = Self::new(ranking);
        parameters.k1 = k1.unwrap_or(parameters.k1);
        parameters.b = b.unwrap_or(parameters.b);
        parameters.title.weight = title_weight.unwrap_or(parameters.title.weight);
        parameters.heading.weight = heading_weight.unwrap_or(parameters.heading.weight);
        parameters.validate()?;
        Ok(parameters)
    }

    /// Whether fields are weighted, terms by burstiness, function words by a half, and
    /// repeated query terms by the root of their number: in all rankings but BM25.
    pub(super) fn is_bm25f(&self) -> bool {
        self.ranking != Ranking::Bm25
    }

    /// Checks that every number makes sense.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOption`].
    pub fn validate(&self) -> Result<()> {
        let check = |option, value: f32, range: std::ops::RangeInclusive<f32>| {
            if range.contains(&value) {
                return Ok(());
            }
            let reason = format!("it lies between {} and {}", range.start(), range.end());
            Err(Error::InvalidOption { option, value: value.to_string(), reason })
        };
        check("k1", self.k1, 0.01..=100.0)?;
        check("b", self.b, 0.0..=1.0)?;
        check("field-weight", self.title.weight, 0.0..=1000.0)?;
        check("field-weight", self.heading.weight, 0.0..=1000.0)?;
        check("b of the title", self.title.b, 0.0..=1.0)?;
        check("b of the headings", self.heading.b, 0.0..=1.0)?;
        let SecondStage { depth: _, adjacency, proximity, grams, centroid } = self.second;
        check("adjacency", adjacency, 0.0..=100.0)?;
        check("proximity", proximity, 0.0..=100.0)?;
        check("grams", grams, 0.0..=100.0)?;
        check("centroid", centroid, 0.0..=100.0)?;
        check("feedback", self.feedback.map_or(0.0, |feedback| feedback.weight), 0.0..=100.0)
    }
}

/// The formula, the numbers that are not its own of those that can be chosen, and whether
/// there is feedback: `bm25:k1=0.9,b=0.4`, `full+feedback`.
impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = |of: &Self| {
            let (title, heading) = (of.title.weight, of.heading.weight);
            [("k1", of.k1), ("b", of.b), ("title", title), ("heading", heading)]
        };
        let own = numbers(&Self::new(self.ranking));
        let changed = numbers(self).into_iter().zip(own).filter(|(number, own)| number != own);
        write!(f, "{}", self.ranking)?;
        for (at, ((name, number), _)) in changed.enumerate() {
            write!(f, "{}{name}={number}", if at == 0 { ':' } else { ',' })?;
        }
        f.write_str(if self.feedback.is_some() { "+feedback" } else { "" })
    }
}

impl Default for Parameters {
    fn default() -> Self {
        Self::new(Ranking::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_names_what_was_changed() -> Result<()> {
        let choice = |ranking: &str, k1, b, title_weight| RankingChoice {
            ranking: Some(ranking.to_owned()),
            k1,
            b,
            title_weight,
            heading_weight: None,
        };
        for (choice, expected) in [
            (RankingChoice::default(), "full"),
            (choice("bm25", None, Some(0.75), None), "bm25"),
            (choice("bm25", Some(0.9), Some(0.4), None), "bm25:k1=0.9,b=0.4"),
            (choice("full", Some(1.2), None, Some(0.0)), "full:k1=1.2,title=0"),
        ] {
            let parameters = Parameters::of(&choice)?;
            assert_eq!(parameters.to_string(), expected);
            let parameters = Parameters { feedback: Some(Feedback::default()), ..parameters };
            assert_eq!(parameters.to_string(), format!("{expected}+feedback"));
        }
        Ok(())
    }

    #[test]
    fn every_number_has_its_range() {
        let changes: [fn(&mut Parameters, f32); 10] = [
            |it, number| it.k1 = number,
            |it, number| it.b = number,
            |it, number| it.title.weight = number,
            |it, number| it.title.b = number,
            |it, number| it.heading.weight = number,
            |it, number| it.heading.b = number,
            |it, number| it.second.adjacency = number,
            |it, number| it.second.proximity = number,
            |it, number| it.second.grams = number,
            |it, number| it.second.centroid = number,
        ];
        for ranking in Ranking::ALL {
            let sound = Parameters::new(ranking);
            assert!(sound.validate().is_ok());
            for (at, change) in changes.iter().enumerate() {
                for number in [-0.1, f32::NAN, f32::INFINITY] {
                    let mut changed = sound;
                    change(&mut changed, number);
                    assert!(changed.validate().is_err(), "{at} {number}");
                }
            }
        }
    }
}

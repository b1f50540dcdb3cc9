//! How passages are ranked, from what was typed.

use anyhow::{Result, anyhow};
use excerpt::index::RankingChoice;
use excerpt::rank::{Feedback, Parameters, Ranking};
use excerpt::search::Searcher;

use crate::args::{RankingArgs, WeightArgs};

/// What can be measured, more than an index can keep.
const KNOWN: &str = "known are bm25, fast and full, each with numbers of its own as \
`bm25:k1=0.9,b=0.4` or with feedback as `full+feedback`, and all";

/// Behind a ranking's name it asks for feedback.
const WITH_FEEDBACK: &str = "+feedback";

impl RankingArgs {
    /// What was typed, if it makes sense.
    pub fn choice(&self) -> Result<RankingChoice> {
        self.weights.choice(self.ranking.as_deref())
    }

    /// The parameters that were typed, over those of the index that `searcher` reads.
    pub fn parameters(&self, searcher: &Searcher) -> Result<Parameters> {
        let feedback = self.feedback.then(Feedback::default);
        let parameters = searcher.parameters(&self.choice()?)?;
        Ok(Parameters { feedback, ..parameters })
    }
}

impl WeightArgs {
    /// What was chosen: `ranking` with the numbers that were typed.
    pub fn choice(&self, ranking: Option<&str>) -> Result<RankingChoice> {
        let ranking = ranking.map(str::to_owned);
        let mut choice =
            RankingChoice { ranking, k1: self.k1, b: self.b, ..RankingChoice::default() };
        for weight in self.field_weights.iter().flat_map(|map| map.split(',')) {
            let invalid = |why: &str| invalid_value("field-weight", weight, why);
            let (field, number) = weight
                .split_once('=')
                .ok_or_else(|| invalid("it has the form `title=3,heading=2`"))?;
            if !matches!(field.trim(), "title" | "heading") {
                return Err(invalid("the fields are `title` and `heading`"));
            }
            set(&mut choice, field, number).map_err(|why| invalid(&why))?;
        }
        Parameters::of(&choice)?;
        Ok(choice)
    }

    /// A ranking typed as `name:k1=0.9,b=0.4,title=3,heading=2`, the numbers behind
    /// the colon before those that were typed as options, and `+feedback` behind
    /// all of it.
    pub fn named(&self, typed: &str) -> Result<(RankingChoice, Option<Feedback>)> {
        let (formula, feedback) = match typed.strip_suffix(WITH_FEEDBACK) {
            Some(formula) => (formula, Some(Feedback::default())),
            None => (typed, None),
        };
        let (name, numbers) = formula.split_once(':').unwrap_or((formula, ""));
        if name.parse::<Ranking>().is_err() {
            return Err(invalid_value("ranking", typed, KNOWN));
        }
        let mut choice = self.choice(Some(name))?;
        for number in numbers.split(',').filter(|number| !number.is_empty()) {
            let invalid = |why: &str| invalid_value("ranking", number, why);
            let (what, number) = number
                .split_once('=')
                .ok_or_else(|| invalid("it has the form `bm25:k1=0.9,b=0.4`"))?;
            set(&mut choice, what, number).map_err(|why| invalid(&why))?;
        }
        Parameters::of(&choice)?;
        Ok((choice, feedback))
    }
}

fn set(choice: &mut RankingChoice, what: &str, number: &str) -> Result<(), String> {
    let number = number.trim().parse().map_err(|_| "no number behind `=`".to_owned())?;
    let place = match what.trim() {
        "k1" => &mut choice.k1,
        "b" => &mut choice.b,
        "title" => &mut choice.title_weight,
        "heading" => &mut choice.heading_weight,
        _ => return Err("known are k1, b, title and heading".to_owned()),
    };
    *place = Some(number);
    Ok(())
}

fn invalid_value(option: &str, value: &str, why: &str) -> anyhow::Error {
    anyhow!("invalid value `{value}` for `--{option}`: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights() -> WeightArgs {
        WeightArgs { k1: None, b: Some(0.5), field_weights: vec!["title=2".into()] }
    }

    #[test]
    fn numbers_behind_a_ranking_come_before_the_options() -> Result<()> {
        let (choice, _) = weights().named("bm25:k1=0.9,b=0.4")?;
        assert_eq!((choice.k1, choice.b, choice.title_weight), (Some(0.9), Some(0.4), Some(2.0)));
        assert_eq!(weights().named("bm25")?.0.b, Some(0.5));
        Ok(())
    }

    #[test]
    fn feedback_stands_behind_all_of_a_ranking() -> Result<()> {
        let (choice, feedback) = weights().named("bm25:k1=0.9+feedback")?;
        assert_eq!((choice.k1, feedback), (Some(0.9), Some(Feedback::default())));
        assert_eq!(weights().named("full")?.1, None);
        Ok(())
    }

    #[test]
    fn what_is_no_ranking_is_refused() {
        for typed in ["", "bm26", "bm25:k1", "bm25:k1=x", "bm25:k2=1", "bm25:b=2", "+feedback"] {
            assert!(weights().named(typed).is_err(), "{typed}");
        }
    }
}

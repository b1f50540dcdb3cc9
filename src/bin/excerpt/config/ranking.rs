//! How passages are ranked, from what was typed.

use anyhow::{Result, anyhow};
use excerpt::rank::{Feedback, Parameters, Ranking};

use crate::args::{RankingArgs, WeightArgs};

/// Behind a ranking's name it asks for feedback.
const WITH_FEEDBACK: &str = "+feedback";

impl RankingArgs {
    /// The parameters of the ranking that was typed.
    pub fn parameters(&self) -> Result<Parameters> {
        let ranking = self.ranking.as_deref().map_or(Ok(Ranking::default()), str::parse)?;
        let feedback = self.feedback.then(Feedback::default);
        Ok(Parameters { feedback, ..self.weights.parameters(ranking)? })
    }
}

impl WeightArgs {
    /// The parameters of `ranking` with the numbers that were typed.
    pub fn parameters(&self, ranking: Ranking) -> Result<Parameters> {
        let mut parameters = Parameters::new(ranking);
        parameters.k1 = self.k1.unwrap_or(parameters.k1);
        parameters.b = self.b.unwrap_or(parameters.b);
        for weight in self.field_weights.iter().flat_map(|map| map.split(',')) {
            let invalid = |why: &str| invalid_number("field-weight", weight, why);
            let (field, number) = weight
                .split_once('=')
                .ok_or_else(|| invalid("it has the form `title=3,heading=1`"))?;
            if !matches!(field.trim(), "title" | "heading") {
                return Err(invalid("the fields are `title` and `heading`"));
            }
            set(&mut parameters, field, number).map_err(|why| invalid(&why))?;
        }
        parameters.validate()?;
        Ok(parameters)
    }

    /// The parameters of a ranking as `name:k1=0.9,b=0.4,title=3,heading=1`, the
    /// numbers behind the colon before those that were typed as options, and
    /// `+feedback` behind all of it.
    pub fn parameters_of(&self, typed: &str) -> Result<Parameters> {
        let (formula, feedback) = match typed.strip_suffix(WITH_FEEDBACK) {
            Some(formula) => (formula, Some(Feedback::default())),
            None => (typed, None),
        };
        let (name, numbers) = formula.split_once(':').unwrap_or((formula, ""));
        let mut parameters = Parameters { feedback, ..self.parameters(name.parse()?)? };
        for number in numbers.split(',').filter(|number| !number.is_empty()) {
            let invalid = |why: &str| invalid_number("ranking", number, why);
            let (what, number) = number
                .split_once('=')
                .ok_or_else(|| invalid("it has the form `bm25:k1=0.9,b=0.4`"))?;
            set(&mut parameters, what, number).map_err(|why| invalid(&why))?;
        }
        parameters.validate()?;
        Ok(parameters)
    }
}

fn set(parameters: &mut Parameters, what: &str, number: &str) -> Result<(), String> {
    let number: f32 = number.trim().parse().map_err(|_| "no number behind `=`".to_owned())?;
    match what.trim() {
        "k1" => parameters.k1 = number,
        "b" => parameters.b = number,
        "title" => parameters.title.weight = number,
        "heading" => parameters.heading.weight = number,
        _ => return Err("known are k1, b, title and heading".to_owned()),
    }
    Ok(())
}

fn invalid_number(option: &str, value: &str, why: &str) -> anyhow::Error {
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
        let parameters = weights().parameters_of("bm25:k1=0.9,b=0.4")?;
        assert_eq!((parameters.k1, parameters.b, parameters.title.weight), (0.9, 0.4, 2.0));
        assert_eq!(weights().parameters_of("bm25")?.b, 0.5);
        Ok(())
    }

    #[test]
    fn feedback_stands_behind_all_of_a_ranking() -> Result<()> {
        let parameters = weights().parameters_of("bm25:k1=0.9+feedback")?;
        assert_eq!((parameters.k1, parameters.feedback), (0.9, Some(Feedback::default())));
        assert_eq!(weights().parameters_of("full")?.feedback, None);
        Ok(())
    }

    #[test]
    fn what_is_no_ranking_is_refused() {
        for typed in ["", "bm26", "bm25:k1", "bm25:k1=x", "bm25:k2=1", "bm25:b=2", "+feedback"] {
            assert!(weights().parameters_of(typed).is_err(), "{typed}");
        }
    }
}

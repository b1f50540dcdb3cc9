//! Which language words are stemmed for.

use excerpt::analysis::Language;
use excerpt::{Error, Result};

/// Leaves the choice to what the documents are written in.
const AUTO: &str = "auto";

/// The language that was typed; `None` where it is to be detected.
pub fn language(typed: &str) -> Result<Option<Language>> {
    if typed.eq_ignore_ascii_case(AUTO) {
        return Ok(None);
    }
    typed.parse().map(Some).map_err(|error| match error {
        Error::InvalidOption { option, value, reason } => {
            let reason = format!("{reason}, and `{AUTO}`, which detects it");
            Error::InvalidOption { option, value, reason }
        }
        other => other,
    })
}

//! Which language words are stemmed for.

use excerpt::analysis::Language;

/// Leaves the choice to what the documents are written in.
const AUTO: &str = "auto";

/// The language that was typed; `None` where it is to be detected.
pub fn language(typed: &str) -> excerpt::Result<Option<Language>> {
    if typed.eq_ignore_ascii_case(AUTO) { Ok(None) } else { typed.parse().map(Some) }
}

//! Words of a query that were typed as `-word` and taken for options.

use clap::error::{ContextKind, ContextValue};
use excerpt::corpus::WalkOptions;

use crate::args::FileArgs;

/// `error`, and where it is about the letters of a `-word`, how that is typed, in place
/// of clap's tip, which speaks of one letter alone. `arguments` are the program's.
pub fn explained(mut error: clap::Error, arguments: impl Iterator<Item = String>) -> clap::Error {
    let said = |kind| match error.get(kind) {
        Some(ContextValue::String(said)) => Some(said.clone()),
        _ => None,
    };
    let failed = said(ContextKind::InvalidValue).or_else(|| said(ContextKind::InvalidArg));
    let failed = failed.filter(|failed| !failed.is_empty() && !failed.starts_with("--"));
    let mistaken = failed.and_then(|failed| {
        let failed = failed.trim_start_matches('-');
        words(arguments).find(|word| word[1..].contains(failed))
    });
    if let Some(word) = mistaken {
        let tip = ContextValue::StyledStrs(vec![word_hint(&word).into()]);
        error.insert(ContextKind::Suggested, tip);
    }
    error
}

/// How `word`, which begins with `-`, is typed where it is no option.
pub fn word_hint(word: &str) -> String {
    let hint = format!("if `{word}` is of the query, put `--` before the query");
    let bare = word.trim_start_matches('-');
    // It takes words, and of the query's syntax nothing.
    match bare.chars().all(|c| c.is_alphanumeric() || c == '-') {
        true => format!("{hint}, or use `--not {bare}`"),
        false => hint,
    }
}

impl FileArgs {
    /// The word of a query that was taken for one of these options: `-gold` for the
    /// glob `old`, but not `-g*.md`, nor `-tmd` for a type that there is.
    pub fn mistaken_word(&self) -> Option<String> {
        let is_word = |value: &&String| value.chars().all(char::is_alphanumeric);
        let of_type =
            |name: &String| WalkOptions { types: vec![name.clone()], ..WalkOptions::default() };
        let is_unknown = |name: &&String| of_type(name).check().is_err();
        let globs = self.globs.iter().filter(is_word).map(|glob| ("-g", glob));
        let types = self.types.iter().filter(is_unknown).map(|name| ("-t", name));
        let types_not = self.types_not.iter().filter(is_unknown).map(|name| ("-T", name));
        let mut typed =
            globs.chain(types).chain(types_not).map(|(letter, it)| letter.to_owned() + it);
        let arguments = std::env::args_os().map(|typed| typed.to_string_lossy().into_owned());
        let words: Vec<String> = words(arguments).collect();
        typed.find(|typed| words.contains(typed))
    }
}

/// Of what was typed for `excerpt search`, what looks like a word that is not to be there:
/// `-bet`, but not `-b`, `-n5` or `--bet`.
fn words(arguments: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    let mut arguments = arguments.skip(1).peekable();
    let is_search = arguments.next_if(|command| command == "search").is_some();
    let options = arguments.take_while(move |argument| is_search && argument != "--");
    options.filter(|argument| {
        let mut word = argument.strip_prefix('-').unwrap_or_default().chars();
        (0..2).all(|_| word.next().is_some_and(char::is_alphabetic))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_options() {
        let typed = "excerpt search -n5 -b -bet --near 3 -e-mail -C 2 -长城 -- -after";
        let found: Vec<String> = words(typed.split(' ').map(str::to_owned)).collect();
        assert_eq!(found, ["-bet", "-长城"]);
        assert!(word_hint("-e-mail").ends_with("or use `--not e-mail`"));
        // `--not date:2019` leaves out a word `date:2019`, and no year.
        assert!(word_hint("-date:2019").ends_with("put `--` before the query"));
        let typed = "excerpt index -bet";
        assert_eq!(words(typed.split(' ').map(str::to_owned)).next(), None);
    }
}

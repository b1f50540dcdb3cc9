//! Which files count, as it is typed.

use excerpt::corpus::{Hidden, IgnoreFiles, Links, WalkOptions};

/// The options that give `rules`; empty for the default.
pub fn typed_rules(rules: &WalkOptions) -> String {
    let WalkOptions { globs, types, types_not, hidden, ignore_files, links, max_filesize } = rules;
    let globs = globs.iter().map(|glob| format!("-g '{}'", glob.replace('\'', r"'\''")));
    let types = types.iter().map(|name| format!("-t {name}"));
    let types_not = types_not.iter().map(|name| format!("-T {name}"));
    let switches = [
        (*hidden == Hidden::Include, "--hidden"),
        (*ignore_files == IgnoreFiles::Disregard, "--no-ignore"),
        (*links == Links::Follow, "-L"),
    ];
    let switches = switches.into_iter().filter(|(is_on, _)| *is_on).map(|(_, name)| name.into());
    let max_filesize = max_filesize.iter().map(|bytes| format!("--max-filesize {bytes}"));
    let all: Vec<String> =
        globs.chain(types).chain(types_not).chain(switches).chain(max_filesize).collect();
    all.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_told_as_they_are_typed() {
        assert_eq!(typed_rules(&WalkOptions::default()), "");
        let rules = WalkOptions {
            globs: vec!["*.md".into(), "!it's".into()],
            types: vec!["md".into()],
            types_not: vec!["html".into()],
            hidden: Hidden::Include,
            ignore_files: IgnoreFiles::Disregard,
            links: Links::Follow,
            max_filesize: Some(1024),
        };
        assert_eq!(
            typed_rules(&rules),
            r"-g '*.md' -g '!it'\''s' -t md -T html --hidden --no-ignore -L --max-filesize 1024"
        );
    }
}

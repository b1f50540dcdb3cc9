//! Which files count and how their fields are read, as it is typed.

use excerpt::corpus::{FieldMap, Hidden, IgnoreFiles, Links, WalkOptions};

/// The options that give `rules`; empty for the default.
pub fn typed_rules(rules: &WalkOptions) -> String {
    let WalkOptions { globs, types, types_not, hidden, ignore_files, links, max_filesize } = rules;
    let globs = globs.iter().map(|glob| format!("-g {}", quoted(glob)));
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

/// The option that gives `fields`; empty for the default.
pub fn typed_fields(fields: &FieldMap) -> String {
    let FieldMap { id, title, text, date } = fields;
    let roles = [("id", id), ("title", title), ("text", text), ("date", date)];
    let pairs = roles.iter().flat_map(|(role, names)| names.iter().map(move |it| (role, it)));
    let pairs: Vec<String> = pairs.map(|(role, name)| format!("{role}={name}")).collect();
    if pairs.is_empty() { String::new() } else { format!("--field {}", quoted(&pairs.join(","))) }
}

/// `word` in quotes, as a shell takes it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
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

    #[test]
    fn fields_are_told_as_they_are_typed() -> excerpt::Result<()> {
        assert_eq!(typed_fields(&FieldMap::default()), "");
        let fields = "text=the body,id=url,text=b".parse()?;
        assert_eq!(typed_fields(&fields), "--field 'id=url,text=the body,text=b'");
        Ok(())
    }
}

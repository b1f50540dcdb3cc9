//! Titles: when a heading says one again.

/// The title to go by when a document states `title` and begins with `heading`,
/// if both say the same: then the heading need not be said again.
///
/// One may say more than the other, behind a mark: a page's title ends in the
/// name of its site, a heading in an abbreviation. The longer one is taken.
pub(super) fn common_title<'t>(title: &'t str, heading: &'t str) -> Option<&'t str> {
    let (short, long) =
        if title.len() < heading.len() { (title, heading) } else { (heading, title) };
    let rest = long.strip_prefix(short)?;
    let mark = rest.trim_start().chars().next();
    // `Well-being` does not say `Well` again.
    let goes_on = mark.is_none_or(|mark| {
        !mark.is_alphanumeric() && (rest.starts_with(' ') || !"-'’_.".contains(mark))
    });
    (!short.is_empty() && goes_on).then_some(long)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_said_again_up_to_a_mark() {
        let check = |title, heading, expected| {
            assert_eq!(common_title(title, heading), expected, "{title} / {heading}");
        };
        check("The bet", "The bet", Some("The bet"));
        check("The bet - A Site", "The bet", Some("The bet - A Site"));
        check("The bet", "The bet (1920)", Some("The bet (1920)"));
        check("时间差——报", "时间差", Some("时间差——报"));
        check("The bet is on", "The bet", None);
        check("Well-being", "Well", None);
        check("The bet", "", None);
        check("", "", None);
    }
}

//! An element that the page hides, and where it ends.
//!
//! What one holds is not shown, whatever it is. Unlike what is left out by its kind
//! ([`super::skipping`]), it can be any element, many of which need no end tag, and it
//! can stand in any number of places: where its own end is missing it ends with what it
//! stands in. Which elements are open around it is not known; an end tag that belongs to
//! none within it ends it, unless a browser would disregard that there. So what is
//! shown is never lost, and every tag is looked at once.

use rustc_hash::FxHashMap;

use super::elements::{Gap, Role, role};
use super::tokens::StartTag;

/// Whether a page does not show the element that `tag` begins: it says so itself, or by
/// the style that it carries.
///
/// The page's root and body are hidden by programs that show them later. What is hidden
/// until it is found is there to be found.
pub(super) fn is_hidden(tag: &StartTag<'_>) -> bool {
    if matches!(tag.name, b"html" | b"body") {
        return false;
    }
    let hides = |value: &str| !value.trim().eq_ignore_ascii_case("until-found");
    tag.attribute("hidden").is_some_and(hides)
        || tag.attribute("style").is_some_and(hides_by_style)
        || tag.name == b"dialog" && tag.attribute("open").is_none()
}

/// Whether the declarations `style` hide an element; of those of one property the last
/// counts.
fn hides_by_style(style: &str) -> bool {
    let (mut has_no_box, mut is_invisible) = (false, false);
    for declaration in style.split(';') {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let value = value.split('!').next().unwrap_or_default().trim();
        match property.trim() {
            name if name.eq_ignore_ascii_case("display") => {
                has_no_box = value.eq_ignore_ascii_case("none");
            }
            name if name.eq_ignore_ascii_case("visibility") => {
                is_invisible = value.eq_ignore_ascii_case("hidden");
            }
            _ => {}
        }
    }
    has_no_box || is_invisible
}

/// Whether nothing stands in the element `name`, which has no end tag.
pub(super) fn is_void(name: &[u8]) -> bool {
    matches!(
        name,
        b"area"
            | b"base"
            | b"br"
            | b"col"
            | b"embed"
            | b"hr"
            | b"img"
            | b"input"
            | b"link"
            | b"meta"
            | b"param"
            | b"source"
            | b"track"
            | b"wbr"
    )
}

/// Where a tag stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// In the hidden element.
    Inside,
    /// It is the hidden element's end.
    AtEnd,
    /// Behind the hidden element, which needed no end tag.
    Behind,
}

/// A hidden element that is open.
pub(super) struct Hidden {
    name: Vec<u8>,
    /// Whether it is a part of a paragraph, or one.
    is_inline: bool,
    /// Whether it stands in a paragraph that is open.
    in_paragraph: bool,
    /// The boxes that are open in it, and how many of each name.
    boxes: Vec<Vec<u8>>,
    count: FxHashMap<Vec<u8>, usize>,
    /// How many parts of paragraphs of each name are open in it outside of these; looked
    /// at only where it is one itself.
    parts: FxHashMap<Vec<u8>, usize>,
}

impl Hidden {
    /// The element that `tag` begins, in a paragraph that is open or not.
    pub(super) fn of(tag: &StartTag<'_>, in_paragraph: bool) -> Self {
        let mut hidden = Self {
            name: tag.name.to_vec(),
            is_inline: !is_box(tag.name),
            in_paragraph,
            boxes: Vec::new(),
            count: FxHashMap::default(),
            parts: FxHashMap::default(),
        };
        if hidden.is_inline {
            hidden.parts.insert(tag.name.to_vec(), 1);
        }
        hidden
    }

    /// A start tag; of an element that holds nothing, if `is_empty`.
    pub(super) fn start_tag(&mut self, name: &[u8], is_empty: bool) -> Stands {
        if self.is_ended_by(name) {
            return Stands::Behind;
        }
        if is_empty || is_void(name) {
            return Stands::Inside;
        }
        if is_box(name) {
            self.boxes.push(name.to_vec());
            *self.count.entry(name.to_vec()).or_default() += 1;
        } else if self.is_inline && self.boxes.is_empty() {
            *self.parts.entry(name.to_vec()).or_default() += 1;
        }
        Stands::Inside
    }

    /// An end tag.
    pub(super) fn end_tag(&mut self, name: &[u8]) -> Stands {
        if is_box(name) {
            return self.end_box(name);
        }
        if !self.is_inline || !self.boxes.is_empty() || is_void(name) {
            return Stands::Inside;
        }
        match self.parts.get_mut(name) {
            Some(open) if *open > 0 => {
                *open -= 1;
                if *open == 0 && self.name == name { Stands::AtEnd } else { Stands::Inside }
            }
            _ => Stands::Behind,
        }
    }

    /// The end tag of a box: with it ends what stands open in it.
    fn end_box(&mut self, name: &[u8]) -> Stands {
        if !self.holds(name) {
            return if self.name == name { Stands::AtEnd } else { Stands::Behind };
        }
        while let Some(ended) = self.boxes.pop() {
            if let Some(count) = self.count.get_mut(&ended) {
                *count -= 1;
            }
            if ended == name {
                break;
            }
        }
        Stands::Inside
    }

    /// Whether a box called `name` is open in it.
    fn holds(&self, name: &[u8]) -> bool {
        self.count.get(name).is_some_and(|&count| count > 0)
    }

    /// Whether it ends where an element called `next` begins: it is one of those whose
    /// end tag may be left out, or a part of one.
    fn is_ended_by(&self, next: &[u8]) -> bool {
        if self.is_inline && self.name != b"p" && self.boxes.is_empty() {
            let is_paragraphs_end = next == b"p" || is_box(next);
            return self.in_paragraph && is_paragraphs_end
                || matches!(next, b"li" | b"dt" | b"dd" | b"td" | b"th" | b"tr");
        }
        let is_rows = |name: &[u8]| matches!(name, b"tbody" | b"thead" | b"tfoot");
        match (&*self.name, role(next)) {
            (b"p", _) => next == b"p" || is_box(next),
            (b"li", _) => {
                next == b"li" && ![&b"ul"[..], b"ol", b"menu"].iter().any(|list| self.holds(list))
            }
            (b"dt" | b"dd", _) => matches!(next, b"dt" | b"dd") && !self.holds(b"dl"),
            (b"td" | b"th", Role::Cell | Role::Row) | (b"tr", Role::Row) => !self.holds(b"table"),
            (b"td" | b"th" | b"tr", _) => is_rows(next) && !self.holds(b"table"),
            (name, _) if is_rows(name) => is_rows(next) && !self.holds(b"table"),
            (name, Role::Heading(_)) => {
                matches!(role(name), Role::Heading(_)) && self.boxes.is_empty()
            }
            _ => false,
        }
    }
}

/// Whether the element `name` is no part of a paragraph: an end tag of such a part ends
/// none of these. A paragraph ends with whatever begins behind it.
fn is_box(name: &[u8]) -> bool {
    name != b"p"
        && !is_void(name)
        && match role(name) {
            Role::Block
            | Role::Heading(_)
            | Role::List
            | Role::Table
            | Role::Row
            | Role::Cell
            | Role::Preformatted
            | Role::Dropped(Gap::Paragraph) => true,
            Role::Inline
            | Role::LineBreak
            | Role::Title
            | Role::Meta
            | Role::Ruby
            | Role::Dropped(Gap::None | Gap::Space) => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_hides_by_its_last_word() {
        let check = |style: &str, expected| assert_eq!(hides_by_style(style), expected, "{style}");
        check("display:none", true);
        check("color:red; DISPLAY : None !important ;", true);
        check("visibility:hidden", true);
        check("display:none;display:block", false);
        check("display:block", false);
        check("display", false);
        check("content:'display';x:none", false);
        check("visibility:visible", false);
        check("", false);
    }
}

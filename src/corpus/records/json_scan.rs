//! A scanner for one JSON object: where its fields stand.
//!
//! Made for speed and exact places: a string is found by searching for its end
//! and is never copied. Everything but strings (numbers, lists, objects) is
//! passed over by `serde_json`, which checks it without recursion. Objects are
//! read as `serde_json` reads them, with two liberties that real files need:
//! a string may hold raw control characters, and half of a surrogate pair. What
//! escapes say is in [`super::json_escapes`].

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::json_escapes::{NOTATION, hex4};
use super::pieces::{Form, Piece};
use super::record::BadRecord;

/// A value and where it stands; the quotes of a string are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    pub kind: Kind,
    pub piece: Piece,
}

/// What kind of value it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    String,
    Number,
    Array,
    Object,
    /// `true`, `false` or `null`.
    Word,
}

/// The fields of an object, one after the other.
pub(super) struct Members<'t> {
    text: &'t str,
    at: usize,
    is_first: bool,
}

impl<'t> Members<'t> {
    /// The fields of the object that `text` has at `at`, white space aside.
    pub(super) fn at(text: &'t str, at: usize) -> Result<Self, BadRecord> {
        let at = skip_space(text, at);
        if text.as_bytes().get(at) != Some(&b'{') {
            return Err(BadRecord::NotAnObject);
        }
        Ok(Self { text, at: at + 1, is_first: true })
    }

    /// The next field's name, unescaped, and its value.
    pub(super) fn next(&mut self) -> Result<Option<(Cow<'t, str>, Value)>, BadRecord> {
        self.at = skip_space(self.text, self.at);
        match self.text.as_bytes().get(self.at) {
            Some(b'}') => {
                self.at += 1;
                return Ok(None);
            }
            Some(b',') if !self.is_first => self.at = skip_space(self.text, self.at + 1),
            _ if self.is_first => {}
            _ => return Err(self.expected("`,` or `}`")),
        }
        self.is_first = false;
        if self.text.as_bytes().get(self.at) != Some(&b'"') {
            return Err(self.expected("a field name"));
        }
        let (name, at) = string(self.text, self.at)?;
        self.at = skip_space(self.text, at);
        if self.text.as_bytes().get(self.at) != Some(&b':') {
            return Err(self.expected("`:`"));
        }
        let (value, at) = value(self.text, skip_space(self.text, self.at + 1))?;
        self.at = at;
        Ok(Some((name_of(self.text, name.piece), value)))
    }

    /// Makes sure that nothing follows the object; to be asked behind its last
    /// field.
    pub(super) fn finish(mut self) -> Result<(), BadRecord> {
        self.at = skip_space(self.text, self.at);
        if self.at == self.text.len() { Ok(()) } else { Err(self.expected("the end")) }
    }

    fn expected(&self, expected: &'static str) -> BadRecord {
        BadRecord::NotJson { expected, at: self.at }
    }
}

/// Calls `each` for the values of the list `list`, which [`Members`] has found.
pub(super) fn elements(text: &str, list: Piece, mut each: impl FnMut(Value)) {
    let mut at = skip_space(text, list.start + 1);
    while at + 1 < list.end {
        let Ok((element, behind)) = value(text, at) else {
            return;
        };
        each(element);
        // Behind a value stands a comma or the list's end.
        at = skip_space(text, skip_space(text, behind) + 1);
    }
}

/// Longer names are not looked at: none that is asked for is as long. Chosen by
/// hand, to bound memory.
const MAX_NAME_BYTES: usize = 64 << 10;

fn name_of(text: &str, piece: Piece) -> Cow<'_, str> {
    let raw = &text[piece.start..piece.end];
    match piece.form {
        Form::Escaped if raw.len() <= MAX_NAME_BYTES => NOTATION.read(raw, piece.form),
        _ => Cow::Borrowed(raw),
    }
}

fn skip_space(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        at += 1;
    }
    at
}

/// The value at `at` and the offset behind it.
fn value(text: &str, at: usize) -> Result<(Value, usize), BadRecord> {
    let no_value = BadRecord::NotJson { expected: "a value", at };
    let kind = match text.as_bytes().get(at) {
        Some(b'"') => return string(text, at),
        Some(b'[') => Kind::Array,
        Some(b'{') => Kind::Object,
        Some(b't' | b'f' | b'n') => Kind::Word,
        Some(b'-' | b'0'..=b'9') => Kind::Number,
        _ => return Err(no_value),
    };
    let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter::<IgnoredAny>();
    let Some(Ok(_)) = values.next() else {
        return Err(no_value);
    };
    let end = at + values.byte_offset();
    Ok((Value { kind, piece: Piece { start: at, end, form: Form::Plain } }, end))
}

/// The string whose opening quote stands at `at`, and the offset behind its
/// closing one.
fn string(text: &str, at: usize) -> Result<(Value, usize), BadRecord> {
    let bytes = text.as_bytes();
    let start = at + 1;
    let mut form = Form::Plain;
    let mut at = start;
    loop {
        // Escapes often follow each other; a search is for longer ways.
        if bytes.get(at) != Some(&b'\\') {
            let Some(len) = memchr::memchr2(b'"', b'\\', &bytes[at..]) else {
                return Err(BadRecord::NotJson {
                    expected: "the end of a string",
                    at: bytes.len(),
                });
            };
            at += len;
        }
        if bytes[at] == b'"' {
            let piece = Piece { start, end: at, form };
            return Ok((Value { kind: Kind::String, piece }, at + 1));
        }
        form = Form::Escaped;
        at += match bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') if hex4(bytes, at + 2).is_some() => 6,
            _ => return Err(BadRecord::NotJson { expected: "an escape", at }),
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The fields as this scanner reads them: strings unescaped, others raw.
    fn fields(text: &str) -> Result<Vec<(String, String)>, BadRecord> {
        let mut members = Members::at(text, 0)?;
        let mut fields = Vec::new();
        while let Some((name, value)) = members.next()? {
            let said = match value.kind {
                Kind::String => name_of(text, value.piece).into_owned(),
                _ => text[value.piece.start..value.piece.end].to_owned(),
            };
            fields.push((name.into_owned(), said));
        }
        members.finish()?;
        Ok(fields)
    }

    /// The same by `serde_json`.
    fn fields_by_serde(text: &str) -> Option<Vec<(String, String)>> {
        struct Fields(Vec<(String, String)>);
        impl<'de> serde::Deserialize<'de> for Fields {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_map(Fields(Vec::new()))
            }
        }
        impl<'de> serde::de::Visitor<'de> for Fields {
            type Value = Self;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                mut self,
                mut map: A,
            ) -> Result<Self, A::Error> {
                while let Some((name, raw)) =
                    map.next_entry::<String, Box<serde_json::value::RawValue>>()?
                {
                    let said = match raw.get().starts_with('"') {
                        true => {
                            serde_json::from_str(raw.get()).map_err(serde::de::Error::custom)?
                        }
                        false => raw.get().to_owned(),
                    };
                    self.0.push((name, said));
                }
                Ok(self)
            }
        }
        serde_json::from_str::<Fields>(text).ok().map(|fields| fields.0)
    }

    #[test]
    fn faults_are_told_with_their_place() {
        let check = |text: &str, expected: &str| {
            assert_eq!(fields(text).map_err(|bad| bad.to_string()), Err(expected.to_owned()));
        };
        check("[1]", "not a JSON object");
        check("{", "not valid JSON: expected a field name at byte 1");
        check(r#"{"a" 1}"#, "not valid JSON: expected `:` at byte 5");
        check(r#"{"a":}"#, "not valid JSON: expected a value at byte 5");
        check(r#"{"a":[1,}"#, "not valid JSON: expected a value at byte 5");
        check(r#"{"a":1 "b":2}"#, "not valid JSON: expected `,` or `}` at byte 7");
        check(r#"{"a":"b"#, "not valid JSON: expected the end of a string at byte 7");
        check(r#"{"a":"\x"}"#, "not valid JSON: expected an escape at byte 6");
        check(r#"{"a":1}}"#, "not valid JSON: expected the end at byte 7");
        check(r#"{"a":1,}"#, "not valid JSON: expected a field name at byte 7");
    }

    #[test]
    fn nesting_costs_no_stack() {
        let deep = format!(r#"{{"a":{}{},"b":"c"}}"#, "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(fields(&deep).map(|fields| fields.len()), Ok(2));
    }

    proptest! {
        #[test]
        fn objects_are_read_as_serde_json_reads_them(
            pieces in prop::collection::vec(
                prop_oneof![
                    Just("{"), Just("}"), Just("["), Just("]"), Just(","), Just(":"), Just("\""),
                    Just("\\"), Just(" "), Just("\"a\":"), Just("\"b\\n\":"), Just("\"é\""),
                    Just("\\u0041"), Just("\\u00"), Just("1"), Just("-"), Just("1.5e3"),
                    Just("null"), Just("true"), Just("{\"c\":[]}"), Just("[1,\"x\"]"), Just("\t"),
                ],
                0..12,
            ),
        ) {
            let inner = pieces.concat();
            for text in [format!("{{{inner}}}"), format!("{{\"k\":{inner}}}"), inner.clone()] {
                let expected = fields_by_serde(&text);
                // Raw control characters are our liberty.
                if expected.is_some() || !text.contains('\t') {
                    prop_assert_eq!(fields(&text).ok(), expected, "{}", text);
                }
            }
        }
    }
}

//! From the fields of one record to a document.
//!
//! A format finds the fields that [`Assembler::wanted`] asks for and says where
//! their values stand; the assembler chooses among them by the field map and
//! makes the document with its way back to the source. What escapes a value may
//! hold is the format's knowledge, given as a [`Notation`].

use std::borrow::Cow;
use std::ops::ControlFlow;

use time::Date;

use super::pieces::{Form, Notation, Piece};
use super::record::{BadRecord, Record};
use crate::corpus::date::parse_date;
use crate::corpus::fields::{FieldMap, Role};
use crate::corpus::{ReadReport, Sink};
use crate::document::{Coordinates, Document, DocumentId, MAX_TITLE_BYTES, OffsetMap};

/// The longest id that is taken from a record; a longer one is no id but a text
/// in the wrong field. Chosen by hand, far below the engine's bound on terms.
const MAX_ID_BYTES: usize = 1024;

/// What stands between two fields, or two strings of a list, that are joined.
const SEPARATOR: &str = "\n\n";

/// How much of an id, a title or a date is read, in source bytes; chosen by hand.
const MAX_FIELD_BYTES: usize = 64 << 10;

/// How much of a date that is none is repeated in a message; chosen by hand.
const MAX_SHOWN_CHARS: usize = 40;

/// How many strings a list may have. Chosen by hand, to bound memory.
const MAX_PIECES: usize = 1 << 18;

/// How much of a record goes into one part of a document, in source bytes. A map
/// may need twenty times the bytes that it maps, at worst; chosen by hand so
/// that this does not matter.
const PART_BYTES: usize = 1 << 20;

/// A field that is asked for, and what the record at hand has for it.
pub(super) struct Wanted {
    pub name: String,
    role: Role,
    pieces: Vec<Piece>,
}

impl Wanted {
    /// Forgets the values so far: of a repeated field the last one counts.
    pub(super) fn reset(&mut self) {
        self.pieces.clear();
    }

    /// Adds a value; a list has several.
    pub(super) fn add(&mut self, piece: Piece) {
        if self.pieces.len() <= MAX_PIECES {
            self.pieces.push(piece);
        }
    }

    /// What it is asked for as.
    pub(super) fn role(&self) -> Role {
        self.role
    }
}

/// Makes documents of records, keeping its buffers from one to the next.
pub(super) struct Assembler<'n> {
    wanted: Vec<Wanted>,
    /// Whether all the fields for text are joined, or the first with a value is
    /// taken.
    joins_text: bool,
    notation: Notation,
    name: &'n str,
    coordinates: Coordinates,
    chosen: Vec<Piece>,
    joined: String,
    /// Whether a record had a text.
    had_text: bool,
    /// Whether the fields for the date were named.
    names_date: bool,
    unread_dates: u64,
    first_unread_date: Option<String>,
    /// The line of the last record without an id, and how many such are on it.
    unnamed: (u64, usize),
}

impl<'n> Assembler<'n> {
    /// An assembler for the records of the source `name`.
    pub(super) fn new(
        fields: &FieldMap,
        notation: Notation,
        name: &'n str,
        coordinates: Coordinates,
    ) -> Self {
        let mut wanted = Vec::new();
        let mut want = |name: &str, role| {
            wanted.push(Wanted { name: name.to_owned(), role, pieces: Vec::new() });
        };
        for role in Role::ALL {
            match fields.given(role) {
                [] => role.usual_names().iter().for_each(|name| want(name, role)),
                given => given.iter().for_each(|name| want(name, role)),
            }
        }
        Self {
            wanted,
            joins_text: !fields.text.is_empty(),
            notation,
            name,
            coordinates,
            chosen: Vec::new(),
            joined: String::new(),
            had_text: false,
            names_date: !fields.date.is_empty(),
            unread_dates: 0,
            first_unread_date: None,
            unnamed: (0, 0),
        }
    }

    /// The `report` on the records so far, with what was noticed of their dates.
    pub(super) fn with_dates(self, report: ReadReport) -> ReadReport {
        let Self { unread_dates, first_unread_date, .. } = self;
        ReadReport { unread_dates, first_unread_date, ..report }
    }

    /// Whether a record so far had a text, and not a title alone.
    pub(super) fn had_text(&self) -> bool {
        self.had_text
    }

    /// Whether a field called `name` is asked for.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.wanted.iter().any(|wanted| wanted.name.eq_ignore_ascii_case(name))
    }

    /// The fields to look for, in the order of their worth within each role.
    pub(super) fn wanted(&mut self) -> &mut [Wanted] {
        &mut self.wanted
    }

    /// Forgets the record before.
    pub(super) fn clear(&mut self) {
        self.wanted.iter_mut().for_each(Wanted::reset);
    }

    /// Hands the record's document to `sink`.
    ///
    /// The id is the record's, else `path:line`, and `path:line.2` for the second on
    /// that line, so that every record of a file has its own. A record with a title and
    /// no text is a document whose text is the title, with the title's place: so it can
    /// be found and cited like any other. The index counts its words once.
    ///
    /// Fields that are joined in another order than they stand in the record
    /// come as several parts of one document, since places only ascend in one;
    /// so does a text too long for one part.
    pub(super) fn hand_over(
        &mut self,
        record: &Record<'_>,
        sink: &mut Sink<'_>,
    ) -> Result<ControlFlow<()>, BadRecord> {
        if self.wanted.iter().any(|wanted| wanted.pieces.len() > MAX_PIECES) {
            return Err(BadRecord::LongList);
        }
        let title = self.first(Role::Title, record);
        let mut chosen = self.choose_text(record);
        self.had_text |= !chosen.is_empty();
        if chosen.is_empty() {
            let (piece, _) = title.as_ref().ok_or(BadRecord::NoText)?;
            self.add_cut(*piece, record, &mut chosen);
        }
        let id = self.id(record);
        let date = self.date(record);
        // A longer title is a text in the wrong field: its beginning will do.
        let title = title.map(|(_, text)| {
            let text = text.trim();
            text[..text.floor_char_boundary(MAX_TITLE_BYTES)].trim_end().to_owned()
        });

        let mut joined = std::mem::take(&mut self.joined);
        let mut flow = ControlFlow::Continue(());
        let count = parts(&chosen).count();
        for (number, part) in parts(&chosen).enumerate() {
            let (text, offsets) = self.text_of(part, record, &mut joined);
            let lines = record.lines(offsets.span(0..text.len()));
            flow = sink(Document {
                id: id.clone(),
                title: title.clone(),
                date,
                text,
                blocks: Vec::new(),
                headings: Vec::new(),
                offsets,
                lines,
                bytes: record.bytes,
                bytes_start: record.start,
                coordinates: self.coordinates,
                continues: number > 0,
                is_continued: number + 1 < count,
            });
            if flow.is_break() {
                break;
            }
        }
        self.joined = joined;
        self.chosen = chosen;
        Ok(flow)
    }

    fn date(&mut self, record: &Record<'_>) -> Option<Date> {
        let (_, text) = self.first(Role::Date, record)?;
        let date = parse_date(&text);
        if date.is_none() && self.names_date {
            self.unread_dates += 1;
            let shown = || text.trim().chars().take(MAX_SHOWN_CHARS).collect::<String>();
            self.first_unread_date
                .get_or_insert_with(|| format!("line {}: {}", record.line, shown()));
        }
        date
    }

    fn id(&mut self, record: &Record<'_>) -> DocumentId {
        if let Some((_, id)) = self.first(Role::Id, record)
            && id.len() <= MAX_ID_BYTES
        {
            return DocumentId(id.trim().to_owned());
        }
        let (line, count) = self.unnamed;
        let count = if record.line == line { count + 1 } else { 1 };
        self.unnamed = (record.line, count);
        let place = format!("{}:{}", self.name, record.line);
        DocumentId(if count == 1 { place } else { format!("{place}.{count}") })
    }

    /// The first value for `role` that is not blank; its beginning, if it is
    /// very long.
    fn first<'r>(&self, role: Role, record: &Record<'r>) -> Option<(Piece, Cow<'r, str>)> {
        let fields = self.wanted.iter().filter(|wanted| wanted.role == role);
        let mut pieces = fields.flat_map(|wanted| &wanted.pieces);
        let piece = *pieces.find(|piece| !self.notation.is_blank(record.raw(piece), piece.form))?;
        let raw = record.raw(&piece);
        let raw = &raw[..self.notation.cut_at(raw, piece.form, MAX_FIELD_BYTES)];
        Some((piece, self.notation.read(raw, piece.form)))
    }

    /// The values that make up the text, blank ones left out, long ones in
    /// pieces.
    fn choose_text(&mut self, record: &Record<'_>) -> Vec<Piece> {
        let mut chosen = std::mem::take(&mut self.chosen);
        chosen.clear();
        for wanted in self.wanted.iter().filter(|wanted| wanted.role == Role::Text) {
            for &piece in &wanted.pieces {
                if !self.notation.is_blank(record.raw(&piece), piece.form) {
                    self.add_cut(piece, record, &mut chosen);
                }
            }
            if !chosen.is_empty() && !self.joins_text {
                break;
            }
        }
        chosen
    }

    /// Adds a value in pieces that each fit a part.
    fn add_cut(&self, mut piece: Piece, record: &Record<'_>, chosen: &mut Vec<Piece>) {
        while record.raw(&piece).len() > PART_BYTES {
            let end =
                piece.start + self.notation.cut_at(record.raw(&piece), piece.form, PART_BYTES);
            chosen.push(Piece { end, ..piece });
            piece.start = end;
        }
        chosen.push(piece);
    }

    fn text_of<'t>(
        &self,
        part: &[Piece],
        record: &Record<'t>,
        joined: &'t mut String,
    ) -> (Cow<'t, str>, OffsetMap) {
        let base = if record.decoded.is_some() { 0 } else { record.start };
        let source = |piece: &Piece| base + piece.start as u64;
        let (text, offsets) = match part {
            [piece] if piece.form == Form::Plain => {
                let raw = record.raw(piece);
                (raw, OffsetMap::identity(source(piece), raw.len()))
            }
            _ => {
                let mut offsets = OffsetMap::empty();
                joined.clear();
                for piece in part {
                    if !joined.is_empty() {
                        joined.push_str(SEPARATOR);
                    }
                    let raw = record.raw(piece);
                    if piece.form == Form::Plain {
                        offsets.push(joined.len(), raw.len(), source(piece), 1, 1);
                        joined.push_str(raw);
                    } else {
                        (self.notation.unescape)(raw, source(piece), joined, &mut offsets);
                    }
                }
                (joined.as_str(), offsets)
            }
        };
        let offsets = match record.decoded {
            Some(outer) => offsets.then(outer),
            None => offsets,
        };
        (Cow::Borrowed(text), offsets)
    }
}

/// The pieces that come in one part: in ascending order, not too many bytes, and
/// no two pieces of the same value, which touch each other.
fn parts(pieces: &[Piece]) -> impl Iterator<Item = &[Piece]> {
    let mut part_start = pieces.first().map_or(0, |piece| piece.start);
    pieces.chunk_by(move |one, next| {
        let together = one.end < next.start && next.end - part_start <= PART_BYTES;
        if !together {
            part_start = next.start;
        }
        together
    })
}

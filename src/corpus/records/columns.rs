//! What the first row of a table tells: which byte stands between two fields, and
//! which columns are of use.

use std::cmp::Reverse;

use super::assemble::Wanted;
use super::csv_scan::{Dialect, RowCutter, split_row};
use super::pieces::Piece;
use super::record_stream::{Cut, Cutter};
use crate::corpus::Skip;
use crate::corpus::decode::decode;
use crate::corpus::encoding::Reach;
use crate::corpus::fields::{FieldMap, Role};

/// What stands between the fields of a table, where that has to be told: first what is
/// taken in doubt. In much of Europe programs write a semicolon into a `.csv`, since
/// a comma stands in their numbers.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The columns that are of use.
pub(super) type Columns = Vec<Column>;

/// A column, counted from 0, and which of the fields that are wanted it is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub number: usize,
    pub wanted: usize,
}

/// What the first row tells about the columns.
pub(super) enum FirstRow {
    /// It names them.
    Names(Columns),
    /// They are known without names, and it is a record.
    Data(Columns),
    /// Nothing of use.
    Unknown,
}

/// The delimiter of the table that begins with `head`: the one by which the first row
/// has most of the columns that are `wanted`; among such as do the one by which most of
/// the next rows have as many fields as the first, then the one that stands first in it:
/// in the others there may be texts, with any of them.
pub(super) fn tell_delimiter(head: &[u8], fields: &FieldMap, wanted: &[Wanted]) -> u8 {
    let Ok(head) = decode(head, None) else { return DELIMITERS[0] };
    let told = |&delimiter: &u8| {
        let dialect = Dialect::Quoted { delimiter };
        let text = row_at_start(&head.text, dialect);
        let mut row = Vec::new();
        split_row(text, dialect, &mut row);
        let count = match first_row(text, &row, fields, wanted) {
            FirstRow::Names(columns) | FirstRow::Data(columns) => {
                columns.iter().filter(|column| column.number < row.len()).count()
            }
            FirstRow::Unknown => 0,
        };
        (
            Reverse(count),
            Reverse(rows_alike(&head.text, dialect)),
            row.first().map_or(0, |first| first.end),
        )
    };
    DELIMITERS.into_iter().min_by_key(told).unwrap_or(DELIMITERS[0])
}

/// How many of the first rows of `text` have as many fields as the first of all, where
/// these are several.
fn rows_alike(text: &str, dialect: Dialect) -> usize {
    /// Chosen by hand.
    const MOST_ROWS: usize = 16;
    let mut rest = text.trim_start_matches(['\r', '\n']);
    let mut row = Vec::new();
    let mut fields = None;
    let mut alike = 0;
    for _ in 0..MOST_ROWS {
        let first = row_at_start(rest, dialect);
        if first.is_empty() {
            break;
        }
        split_row(first, dialect, &mut row);
        let is_alike = *fields.get_or_insert(row.len()) == row.len();
        alike += usize::from(is_alike && row.len() > 1);
        rest = rest[first.len()..].trim_start_matches(['\r', '\n']);
    }
    alike
}

/// The first row of `text` that is not empty.
fn row_at_start(text: &str, dialect: Dialect) -> &str {
    let text = text.trim_start_matches(['\r', '\n']);
    match RowCutter::new(dialect).cut(text.as_bytes(), Reach::End) {
        Cut::At(end) => text[..end].trim_end_matches(['\r', '\n']),
        Cut::Beyond | Cut::Bad(_) => "",
    }
}

/// What the first row, `row` of `text`, tells of the columns that are `wanted`.
pub(super) fn first_row(
    text: &str,
    row: &[Piece],
    fields: &FieldMap,
    wanted: &[Wanted],
) -> FirstRow {
    let mut named = Columns::new();
    for (place, wanted) in wanted.iter().enumerate() {
        let is_meant = |piece: &Piece| said(text, piece).eq_ignore_ascii_case(&wanted.name);
        if let Some(number) = row.iter().position(is_meant) {
            named.push(Column { number, wanted: place });
        }
    }
    let is_readable = |column: &Column| match wanted[column.wanted].role() {
        Role::Text => true,
        // Where a text was named, titles are not what is looked for.
        Role::Title => fields.text.is_empty(),
        Role::Id | Role::Date => false,
    };
    let mut numbered = Columns::new();
    for role in Role::ALL.into_iter().filter(|&role| !fields.given(role).is_empty()) {
        for (place, wanted) in wanted.iter().enumerate().filter(|(_, field)| field.role() == role) {
            if let Some(number) = wanted.name.parse::<usize>().ok().and_then(|n| n.checked_sub(1)) {
                numbered.push(Column { number, wanted: place });
            }
        }
    }
    if !named.is_empty() {
        named.extend(numbered.into_iter().filter(|column| column.number < row.len()));
        let is_known = named.iter().any(is_readable);
        return if is_known { FirstRow::Names(named) } else { FirstRow::Unknown };
    }
    if numbered.iter().any(is_readable) {
        return FirstRow::Data(numbered);
    }

    let is_number = |piece: &Piece| {
        let said = said(text, piece);
        !said.is_empty() && said.bytes().all(|byte| byte.is_ascii_digit())
    };
    let first = |role: Role| wanted.iter().position(|wanted| wanted.role() == role);
    match (row, first(Role::Id), first(Role::Text)) {
        ([id, _], Some(for_id), Some(for_text)) if is_number(id) => FirstRow::Data(vec![
            Column { number: 0, wanted: for_id },
            Column { number: 1, wanted: for_text },
        ]),
        _ => FirstRow::Unknown,
    }
}

/// Why a table is not read whose first row is `row` of `text`, and what to do about it.
pub(super) fn unknown(text: &str, row: &[Piece], fields: &FieldMap) -> Skip {
    let columns = listed(row.iter().map(|piece| said(text, piece)), ", ");
    let given = [&fields.text, &fields.title].into_iter().find(|given| !given.is_empty());
    let why = match given {
        Some(given) => {
            let names = listed(given.iter().map(String::as_str), " or ");
            format!("no reader for tables without a column {names}")
        }
        None => "no reader for tables without a known text column (name it with \
                 `--field text=COLUMN`)"
            .to_owned(),
    };
    Skip::UnknownColumns { why, columns }
}

/// How many names are repeated in a message, and how much of each, in characters. Chosen
/// by hand: a few lines of a terminal.
const MOST_NAMES: usize = 12;
const MOST_OF_NAME: usize = 32;

fn listed<'n>(names: impl Iterator<Item = &'n str>, between: &str) -> String {
    let mut names: Vec<&str> = names.collect();
    let more = names.len().saturating_sub(MOST_NAMES);
    names.truncate(MOST_NAMES);
    let quoted = names.iter().map(|name| match name.char_indices().nth(MOST_OF_NAME) {
        Some((end, _)) => format!("`{}…`", &name[..end]),
        None => format!("`{name}`"),
    });
    let listed = quoted.collect::<Vec<_>>().join(between);
    if more == 0 { listed } else { format!("{listed} and {more} more") }
}

fn said<'t>(text: &'t str, piece: &Piece) -> &'t str {
    text.get(piece.start..piece.end).unwrap_or_default().trim()
}

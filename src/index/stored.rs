//! A packed passage as the engine's store has it: a document with this one value.
//!
//! The engine writes and reads such a value byte by byte. Here it is put there and
//! found as the slice it is.

use tantivy::schema::Field;

use super::varint;

/// What stands before a value of bytes in the engine's documents.
const BYTES_VALUE: u8 = 4;

/// Appends to `document` the engine's document whose only value is `packed`, in
/// `field`.
pub(super) fn push(document: &mut Vec<u8>, field: Field, packed: &[u8]) {
    varint::push_as_engine(document, 1);
    document.extend_from_slice(&field.field_id().to_le_bytes());
    document.push(BYTES_VALUE);
    varint::push_as_engine(document, packed.len() as u64);
    document.extend_from_slice(packed);
}

/// The value of `document`, which [`push`] or the engine wrote; `None` where it is
/// not one value in `field`, which only damage can cause.
pub(super) fn value(document: &[u8], field: Field) -> Option<&[u8]> {
    let mut rest = document;
    if take_number(&mut rest)? != 1 {
        return None;
    }
    let head = rest.split_off(..5)?;
    if head[..4] != field.field_id().to_le_bytes() || head[4] != BYTES_VALUE {
        return None;
    }
    let len = take_number(&mut rest)?;
    (rest.len() as u64 == len).then_some(rest)
}

/// Takes a number that [`varint::push_as_engine`] wrote.
fn take_number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *rest.split_off_first()?;
        number |= u64::from(byte & 0x7F) << shift;
        if byte >= 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_value_comes_back_from_its_field_alone(
            id in 0u32..20,
            packed in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let mut document = Vec::new();
            push(&mut document, Field::from_field_id(id), &packed);
            prop_assert_eq!(value(&document, Field::from_field_id(id)), Some(&packed[..]));
            prop_assert_eq!(value(&document, Field::from_field_id(id + 1)), None);
        }

        #[test]
        fn damaged_documents_are_refused_and_nothing_worse(
            bytes in prop::collection::vec(any::<u8>(), 0..20),
            cut in 0usize..20,
        ) {
            let _ = value(&bytes, Field::from_field_id(0));
            let mut document = Vec::new();
            push(&mut document, Field::from_field_id(0), &bytes);
            document.truncate(cut.min(document.len() - 1));
            prop_assert_eq!(value(&document, Field::from_field_id(0)), None);
        }
    }
}

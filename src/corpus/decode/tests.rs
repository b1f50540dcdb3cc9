//! Text in every encoding, with the place of every character.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, GB18030, GBK, KOI8_R, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252,
};
use proptest::prelude::*;

use super::*;

const ENCODINGS: &[&Encoding] = &[
    UTF_8,
    UTF_16LE,
    UTF_16BE,
    GBK,
    GB18030,
    BIG5,
    SHIFT_JIS,
    EUC_JP,
    EUC_KR,
    WINDOWS_1252,
    WINDOWS_1251,
    KOI8_R,
];

/// The bytes of `text`; what the encoding does not have is left out.
fn encode(text: &str, encoding: &'static Encoding) -> (String, Vec<u8>) {
    let (mut kept, mut bytes) = (String::new(), Vec::new());
    for c in text.chars() {
        let mut utf_16 = [0; 2];
        let units = c.encode_utf16(&mut utf_16).iter();
        if encoding == UTF_16LE {
            bytes.extend(units.flat_map(|unit| unit.to_le_bytes()));
        } else if encoding == UTF_16BE {
            bytes.extend(units.flat_map(|unit| unit.to_be_bytes()));
        } else {
            let encoded = encoding.encode(c.encode_utf8(&mut [0; 4])).0.into_owned();
            // Encoders and decoders differ on a few characters.
            let back = encoding.decode_without_bom_handling(&encoded).0;
            if back.chars().ne([c]) {
                continue;
            }
            bytes.extend(encoded);
        }
        kept.push(c);
    }
    (kept, bytes)
}

fn decode_as<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Decoded<'a> {
    Decoded::new(bytes, &Detected { encoding, bom_bytes: 0, text: None }, 0)
}

/// Every slice between two characters maps to the bytes that decode to it.
fn check_slices(decoded: &Decoded<'_>, bytes: &[u8]) {
    let text = &decoded.text;
    let boundaries: Vec<usize> =
        text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    for (nth, &from) in boundaries.iter().enumerate() {
        for &to in &boundaries[nth + 1..] {
            let span = decoded.offsets.span(from..to);
            let slice = &bytes[span.start as usize..span.end as usize];
            let (again, _) = decoded.encoding.decode_without_bom_handling(slice);
            assert_eq!(again, text[from..to], "{} {from}..{to}", decoded.encoding.name());
        }
    }
}

fn characters() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => "[ -~\n]",
        2 => "[à-ÿ]",
        2 => "[а-я]",
        3 => "[一-龥]",
        1 => "[ぁ-ん]",
        1 => "[가-힣]",
        1 => "[ｱ-ﾝ]",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(character, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn every_slice_maps_to_the_bytes_that_decode_to_it(text in characters()) {
        for &encoding in ENCODINGS {
            let (kept, bytes) = encode(&text, encoding);
            let decoded = decode_as(&bytes, encoding);
            prop_assert_eq!(&decoded.text, &kept, "{}", encoding.name());
            check_slices(&decoded, &bytes);
        }
    }

    #[test]
    fn a_mark_is_no_text_and_shifts_the_map(text in "[a-zé一-龥 \n]{1,24}") {
        let marked = format!("\u{feff}{text}");
        for (encoding, bom_bytes) in [(UTF_8, 3), (UTF_16LE, 2), (UTF_16BE, 2)] {
            let (_, bytes) = encode(&marked, encoding);
            let decoded = decode(&bytes, None)?;
            prop_assert_eq!(&decoded.text, &text);
            prop_assert_eq!(decoded.encoding, encoding);
            prop_assert_eq!(decoded.offsets.span(0..text.len()), bom_bytes..bytes.len() as u64);
            check_slices(&decoded, &bytes);
        }
    }

    #[test]
    fn bytes_at_random_decode_as_the_standard_says(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        for &encoding in ENCODINGS {
            let expected = encoding.decode_without_bom_handling(&bytes).0;
            prop_assert_eq!(decode_as(&bytes, encoding).text, expected, "{}", encoding.name());
        }
    }

    #[test]
    fn whole_characters_leave_less_than_one(text in characters(), cut in 0usize..80) {
        for &encoding in ENCODINGS {
            let (_, bytes) = encode(&text, encoding);
            let bytes = &bytes[..cut.min(bytes.len())];
            let whole = whole_characters(bytes, encoding);
            prop_assert!(bytes.len() - whole < 4);
            let (_, had_errors) = encoding.decode_without_bom_handling(&bytes[..whole]);
            prop_assert!(!had_errors, "{}", encoding.name());
        }
    }

    #[test]
    fn lines_are_the_same_in_every_encoding(text in "[a-zé一\u{0a0a}\u{0d0a}\r\n]{0,24}") {
        for &encoding in ENCODINGS {
            let (kept, bytes) = encode(&text, encoding);
            let decoded = decode_as(&bytes, encoding);
            let lines = decoded.lines(&bytes, 0, 1);
            for (at, _) in kept.char_indices() {
                let expected = 1 + kept[..at].matches('\n').count() as u64;
                prop_assert_eq!(lines.line(decoded.offsets.start(at)), expected);
            }
        }
    }
}

#[test]
fn japanese_by_escapes_is_decoded_and_mapped() {
    let bytes = ISO_2022_JP.encode("abc 電車 def\n").0.into_owned();
    let decoded = decode_as(&bytes, ISO_2022_JP);
    assert_eq!(decoded.text, "abc 電車 def\n");
    assert_eq!(decoded.offsets.span(0..4), 0..4);
    assert_eq!(decoded.offsets.span(4..10), 4..11);
}

#[test]
fn a_break_in_utf_8_is_one_character_for_its_bytes() -> Result<(), Skip> {
    let decoded =
        decode(b"na\xc3\xafve, d\xc3\xa9j\xc3\xa0 vu, \xc3\xa9t\xc3\xa9 \xe4\xbdX", None)?;
    assert_eq!(decoded.text, "naïve, déjà vu, été \u{fffd}X");
    let at = decoded.text.find(REPLACEMENT).unwrap_or_default();
    assert_eq!(decoded.offsets.span(at..at + 3), 25..27);
    Ok(())
}

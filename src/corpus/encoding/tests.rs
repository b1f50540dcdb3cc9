//! Bytes in, encodings out.

use super::*;

fn check(bytes: &[u8], expected: Result<&str, Skip>) {
    let detected = detect(bytes, None, Reach::End).map(|found| found.encoding.name());
    assert_eq!(detected, expected, "{:?}", &bytes[..bytes.len().min(60)]);
}

fn encode(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

const CHINESE: &str = "张衡说：地如鸡中黄，天之包地，犹壳之裹黄。\n这一句话记在《浑天仪注》里。\n";
const TRADITIONAL: &str = "電影在臺灣的歷史很長，這裡說的是第一間戲院的來歷，與後來的變遷。\n";
const JAPANESE: &str = "この記事では、電車の時刻表がどのように作られるかを説明します。\n";
const KOREAN: &str = "이 글은 한국의 기차 시간표가 어떻게 만들어지는지 설명합니다.\n";
const RUSSIAN: &str = "Эта статья рассказывает о том, как составляют расписание поездов.\n";
const FRENCH: &str = "Cet article raconte comment l’on préparait les horaires, à l'été dernier.\n";

#[test]
fn texts_in_common_encodings_are_recognised() {
    check(b"", Ok("UTF-8"));
    check(CHINESE.as_bytes(), Ok("UTF-8"));
    check(&encode(CHINESE, encoding_rs::GBK), Ok("GBK"));
    check(&encode(TRADITIONAL, encoding_rs::BIG5), Ok("Big5"));
    check(&encode(JAPANESE, encoding_rs::SHIFT_JIS), Ok("Shift_JIS"));
    check(&encode(JAPANESE, encoding_rs::EUC_JP), Ok("EUC-JP"));
    check(&encode(JAPANESE, ISO_2022_JP), Ok("ISO-2022-JP"));
    check(&encode(KOREAN, encoding_rs::EUC_KR), Ok("EUC-KR"));
    check(&encode(RUSSIAN, encoding_rs::WINDOWS_1251), Ok("windows-1251"));
    check(&encode(RUSSIAN, encoding_rs::KOI8_R), Ok("KOI8-U"));
    check(&encode(FRENCH, encoding_rs::WINDOWS_1252), Ok("windows-1252"));
}

#[test]
fn utf_16_is_recognised_with_and_without_its_mark() {
    for text in [CHINESE, TRADITIONAL, JAPANESE, KOREAN, RUSSIAN, FRENCH, "a", "one two\n"] {
        check(&utf_16(text, u16::to_le_bytes), Ok("UTF-16LE"));
        check(&utf_16(text, u16::to_be_bytes), Ok("UTF-16BE"));
        let marked = format!("\u{feff}{text}");
        check(&utf_16(&marked, u16::to_le_bytes), Ok("UTF-16LE"));
        check(&utf_16(&marked, u16::to_be_bytes), Ok("UTF-16BE"));
    }
}

/// It was read as UTF-16: as Han characters, one of two letters each.
#[test]
fn a_stray_nul_makes_no_utf_16_of_a_text() {
    let text = "a text of some length with a stray \0 in it and nothing else of note\n";
    check(text.as_bytes(), Err(Skip::Binary));
    check(text.repeat(2).replacen('\0', "", 1).as_bytes(), Err(Skip::Binary));
    check((text.to_owned() + &"a long line follows\n".repeat(100)).as_bytes(), Ok("UTF-8"));
}

#[test]
fn utf_8_with_a_broken_place_stays_utf_8() {
    let mut bytes = CHINESE.as_bytes().to_vec();
    bytes.insert(30, 0xff);
    check(&bytes, Ok("UTF-8"));
}

#[test]
fn a_declaration_decides_where_it_holds_and_not_else() {
    let detected = |bytes: &[u8], label: &str| {
        let declared = Encoding::for_label(label.as_bytes());
        detect(bytes, declared, Reach::End).map(|found| found.encoding.name())
    };
    let greek = encode("Ένα", encoding_rs::ISO_8859_7);
    assert_eq!(detected(&greek, "iso-8859-7"), Ok("ISO-8859-7"));
    assert_eq!(detected(CHINESE.as_bytes(), "gb2312"), Ok("UTF-8"));
    assert_eq!(detected(&encode(CHINESE, encoding_rs::GBK), "utf-8"), Ok("GBK"));
    assert_eq!(detected(&encode(RUSSIAN, encoding_rs::KOI8_R), "big5"), Ok("KOI8-U"));
}

#[test]
fn a_character_cut_at_the_end_is_no_sign_against_utf_8() {
    let bytes = &"时间差".as_bytes()[..8];
    let detected = detect(bytes, None, Reach::More).map(|found| found.encoding.name());
    assert_eq!(detected, Ok("UTF-8"));
}

#[test]
fn what_is_no_text_is_binary() {
    check(b"\x00\x00\x01\x00\x02\x00", Err(Skip::Binary));
    check(&[0; 4096], Err(Skip::Binary));
    check(b"\xff\xfe\x00\x00\x00\x00\x01\x00", Err(Skip::Binary));
}

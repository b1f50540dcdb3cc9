//! Which language the words of a new index are stemmed for, where none was
//! named: the one that a sample of its documents is written in.
//!
//! Detection is `whatlang`'s. A language has to stand for most of the sample,
//! because stemming the words of one language by the rules of another does more
//! harm than stemming them by none, as those of a language without a stemmer are.
//! English is what is left where it is in doubt, and for unspaced scripts, whose
//! pieces are not stemmed.

use std::collections::HashMap;
use std::io::Read;
use std::ops::ControlFlow;

use whatlang::Lang;

use super::ingest::read_options;
use super::plan::Job;
use super::request::LanguageChoice;
use super::settings::Settings;
use super::sources::Root;
use crate::analysis::Language;
use crate::corpus::{self, ReadOptions};
use crate::document::Document;

/// How many files are looked into at most.
const SAMPLE_FILES: usize = 64;

/// How much text is looked at in all, shared out evenly among the files: they
/// are sorted, so that the first ones may all lie in the folder of one language.
pub(super) const SAMPLE_BYTES: usize = 256 << 10;

/// How much of one document is looked at. The start of a book is often not in
/// the language of the book.
const DOCUMENT_BYTES: usize = 16 << 10;

/// What a document takes of the sample at least, so that empty ones end it too.
const LEAST_DOCUMENT_BYTES: usize = 64;

/// How much text is given to the detection at once. Less than the lower bound
/// is seldom told with certainty, so that short documents are put together.
const PIECE_BYTES: std::ops::RangeInclusive<usize> = 512..=2048;

/// Files of formats that are read whole are left out of the sample from here on.
const MAX_WHOLE_BYTES: usize = 1 << 20;

/// The language of files that are to be read.
pub(super) fn of_files(jobs: &[Job], roots: &[Root]) -> LanguageChoice {
    let step = jobs.len().div_ceil(SAMPLE_FILES).max(1);
    let files = jobs.len().div_ceil(step);
    let mut tally = Tally::default();
    for job in jobs.iter().step_by(step) {
        let mut left = SAMPLE_BYTES / files;
        let options = sampling(read_options(roots, &job.key));
        corpus::read_file(&job.path, job.key.as_str(), &options, &mut |document| {
            tally.take(&document, &mut left)
        });
    }
    tally.choice()
}

/// The language of a stream that begins with `start`.
pub(super) fn of_stream(mut start: &[u8]) -> LanguageChoice {
    let mut tally = Tally::default();
    let mut left = SAMPLE_BYTES;
    let options = sampling(ReadOptions::default());
    corpus::read_stream(&mut start, "-", &options, &mut |document| {
        tally.take(&document, &mut left)
    });
    tally.choice()
}

/// Reads the part of `stream` that [`of_stream`] needs. Whoever reads it later
/// puts this before the rest.
pub(super) fn start_of(stream: &mut dyn Read) -> Vec<u8> {
    let mut start = Vec::new();
    // What failed now fails again, or has ended, when the rest is read.
    let _ = stream.take(SAMPLE_BYTES as u64).read_to_end(&mut start);
    start
}

fn sampling(options: ReadOptions) -> ReadOptions {
    ReadOptions { window_bytes: SAMPLE_BYTES, max_whole_bytes: MAX_WHOLE_BYTES, ..options }
}

/// How much of the sample is in which language.
#[derive(Default)]
struct Tally {
    /// Text whose language is not yet told.
    piece: String,
    /// Bytes of text that were looked at, whether their language was told or not.
    looked_at: usize,
    /// Bytes of text by language; `None` for unspaced scripts.
    bytes: HashMap<Option<Language>, usize>,
}

impl Tally {
    /// Takes in a document, as long as there are bytes `left`.
    fn take(&mut self, document: &Document<'_>, left: &mut usize) -> ControlFlow<()> {
        if document.continues {
            // It has had its share, and its other parts may be many.
            return ControlFlow::Break(());
        }
        let mut text = head(&document.text, DOCUMENT_BYTES.min(*left));
        *left = left.saturating_sub(text.len().max(LEAST_DOCUMENT_BYTES));
        while !text.is_empty() {
            let piece = head(text, *PIECE_BYTES.end());
            text = &text[piece.len()..];
            self.piece.push_str(piece);
            self.piece.push('\n');
            if self.piece.len() >= *PIECE_BYTES.start() {
                self.count();
            }
        }
        if *left < LEAST_DOCUMENT_BYTES {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Detects the language of the piece at hand.
    fn count(&mut self) {
        self.looked_at += self.piece.len();
        if let Some(language) = told(&self.piece).map(stemmed)
            && (language != Some(Language::None) || is_prose(&self.piece))
        {
            *self.bytes.entry(language).or_default() += self.piece.len();
        }
        self.piece.clear();
    }

    /// The language of two thirds or more of the text whose language was told; none where
    /// so much of all text is in languages without a stemmer.
    fn choice(mut self) -> LanguageChoice {
        self.count();
        let told: usize = self.bytes.values().sum();
        let most = self.bytes.into_iter().max_by_key(|&(_, bytes)| bytes);
        let of = |language| if language == Language::None { self.looked_at } else { told };
        match most {
            Some((Some(language), bytes)) if bytes * 3 >= of(language) * 2 => {
                LanguageChoice::Detected(language)
            }
            _ => LanguageChoice::InDoubt(Settings::default().language),
        }
    }
}

/// The language of `text`, where it can be told with certainty.
fn told(text: &str) -> Option<Lang> {
    let found = whatlang::detect(text)?;
    let other = match found.lang() {
        _ if found.is_reliable() => return Some(found.lang()),
        // How sure it is says how far the next one is behind: these are too near each other.
        Lang::Dan => Lang::Nob,
        Lang::Nob => Lang::Dan,
        _ => return None,
    };
    let again = whatlang::Detector::with_denylist(vec![other]).detect(text)?;
    (again.is_reliable() && again.lang() == found.lang()).then(|| found.lang())
}

/// Whether most of what stands between spaces in `text` can be words: hashes, sequences
/// and dumps can look like a language, by their letters.
fn is_prose(text: &str) -> bool {
    /// In characters. Chosen by hand.
    const LONGEST: usize = 24;
    let (mut words, mut all) = (0, 0);
    for piece in text.split_whitespace() {
        let letters = piece.chars().filter(|c| c.is_alphabetic()).count();
        let digits = piece.chars().filter(|c| c.is_numeric()).count();
        all += 1;
        words += usize::from(letters > digits * 4 && letters <= LONGEST);
    }
    words * 2 > all
}

/// The language that the words of `language` are stemmed for; `None` where they are
/// not spaced.
fn stemmed(language: Lang) -> Option<Language> {
    Some(match language {
        Lang::Ara => Language::Arabic,
        Lang::Cat => Language::Catalan,
        Lang::Ces => Language::Czech,
        Lang::Dan => Language::Danish,
        Lang::Nld => Language::Dutch,
        Lang::Eng => Language::English,
        Lang::Epo => Language::Esperanto,
        Lang::Est => Language::Estonian,
        Lang::Fin => Language::Finnish,
        Lang::Fra => Language::French,
        Lang::Deu => Language::German,
        Lang::Ell => Language::Greek,
        Lang::Hin => Language::Hindi,
        Lang::Hun => Language::Hungarian,
        Lang::Hye => Language::Armenian,
        Lang::Ind => Language::Indonesian,
        Lang::Ita => Language::Italian,
        Lang::Lit => Language::Lithuanian,
        Lang::Nep => Language::Nepali,
        Lang::Nob => Language::Norwegian,
        Lang::Pes => Language::Persian,
        Lang::Pol => Language::Polish,
        Lang::Por => Language::Portuguese,
        Lang::Ron => Language::Romanian,
        Lang::Rus => Language::Russian,
        Lang::Spa => Language::Spanish,
        // Croatian and, in Latin letters, Serbian are told as one.
        Lang::Hrv | Lang::Srp => Language::Serbian,
        Lang::Swe => Language::Swedish,
        Lang::Tam => Language::Tamil,
        Lang::Tur => Language::Turkish,
        Lang::Yid => Language::Yiddish,
        Lang::Cmn | Lang::Jpn | Lang::Khm | Lang::Kor | Lang::Mya | Lang::Tha => return None,
        _ => Language::None,
    })
}

/// The first `len` bytes of `text`, less where they end within a character.
fn head(text: &str, len: usize) -> &str {
    &text[..text.floor_char_boundary(len)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const GERMAN: &str = "Zwischen den beiden Städten liegt eine Stunde, und wer am Abend \
        ankommt, muss seine Uhr zurückstellen. Der Bote reitet über die Brücke, ohne auf die \
        Leute zu achten, die dort seit dem Morgen auf Nachricht warten.";
    const ENGLISH: &str = "Between both towns there is an hour, and whoever arrives in the \
        evening has to turn the clock back. The messenger rides over the bridge without looking \
        at the people who have been waiting there for news since the morning.";
    const CZECH: &str = "Mezi oběma městy je hodina rozdílu a kdo přijede večer, musí si posunout \
        hodinky. Posel jede přes most a nevšímá si lidí, kteří tam od rána čekají na zprávy.";
    const UKRAINIAN: &str = "Між обома містами година різниці, і хто приїздить увечері, мусить \
        перевести годинник. Гонець їде через міст і не звертає уваги на людей, які від самого \
        ранку чекають там на звістку.";
    const DANISH: &str = "Mellem de to byer er der en time, og den, der kommer om aftenen, må \
        stille sit ur tilbage. Budbringeren rider over broen uden at lægge mærke til de \
        mennesker, som siden om morgenen har ventet der på nyheder.";
    const NORWEGIAN: &str = "Mellom de to byene er det en time, og den som kommer om kvelden, må \
        stille klokken tilbake. Budbringeren rir over broen uten å legge merke til menneskene \
        som har ventet der på nyheter siden om morgenen.";
    const CHINESE: &str = "两个城市之间相差一个小时，晚上到达的人必须把表拨回去。\
        信使骑马过桥，没有理会从早上起就在那里等消息的人们。";

    fn check(texts: &[(&str, usize)], expected: LanguageChoice) {
        let lines: String = texts
            .iter()
            .flat_map(|&(text, times)| std::iter::repeat_n(text, times))
            .map(|text| format!("{{\"text\":\"{text} {text} {text}\"}}\n"))
            .collect();
        assert_eq!(of_stream(lines.as_bytes()), expected, "{texts:?}");
    }

    #[test]
    fn the_language_of_most_documents_is_detected() {
        check(&[(GERMAN, 3)], LanguageChoice::Detected(Language::German));
        check(&[(ENGLISH, 3)], LanguageChoice::Detected(Language::English));
        check(&[(ENGLISH, 1), (GERMAN, 5)], LanguageChoice::Detected(Language::German));
        check(&[(CZECH, 4)], LanguageChoice::Detected(Language::Czech));
        // Each was in doubt beside the other.
        check(&[(DANISH, 3)], LanguageChoice::Detected(Language::Danish));
        check(&[(NORWEGIAN, 3)], LanguageChoice::Detected(Language::Norwegian));
    }

    #[test]
    fn a_language_without_a_stemmer_is_stemmed_for_none() {
        // Stop words and endings of English were looked for in it.
        check(&[(UKRAINIAN, 4)], LanguageChoice::Detected(Language::None));
        check(&[(UKRAINIAN, 5), (ENGLISH, 1)], LanguageChoice::Detected(Language::None));
        let sequence = ["gattacacatgattaccagatacaggatacatgaca"; 9].join(" ");
        let hashes = ["bead5bed20fadedace0facade0deedcafe5 0b5e55ed"; 9].join(" ");
        for unsaid in [&*sequence, &*hashes] {
            check(&[(ENGLISH, 1), (unsaid, 9)], LanguageChoice::Detected(Language::English));
            check(&[(unsaid, 9)], LanguageChoice::InDoubt(Language::English));
        }
    }

    #[test]
    fn it_is_english_where_no_language_has_two_thirds_or_spaces() {
        let in_doubt = LanguageChoice::InDoubt(Language::English);
        check(&[], in_doubt);
        check(&[("1 2 3", 9)], in_doubt);
        check(&[(ENGLISH, 2), (GERMAN, 3)], in_doubt);
        check(&[(CHINESE, 4)], in_doubt);
        check(&[(CHINESE, 3), (GERMAN, 1)], in_doubt);
    }

    #[test]
    fn a_sample_ends_however_little_its_documents_hold() {
        let mut tally = Tally::default();
        let mut left = SAMPLE_BYTES;
        let empty = "{\"text\":\"a\"}\n".repeat(SAMPLE_BYTES / LEAST_DOCUMENT_BYTES + 9);
        let mut seen = 0;
        let options = ReadOptions::default();
        corpus::read_stream(&mut empty.as_bytes(), "-", &options, &mut |document| {
            seen += 1;
            tally.take(&document, &mut left)
        });
        assert_eq!(seen, SAMPLE_BYTES / LEAST_DOCUMENT_BYTES);
    }
}

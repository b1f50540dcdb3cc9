//! The engine's view of a passage: which fields there are and how each is kept.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
};

use crate::analysis::Language;

/// Field numbers below this may have lengths: text, title, heading, words (which has
/// none), characters.
pub const MEASURED_FIELDS: usize = 5;

const TEXT: &str = "text";
const TITLE: &str = "title";
const HEADING: &str = "heading";
const WORDS: &str = "words";
const CHARACTERS: &str = "characters";
const SOURCE: &str = "source";

// The names of the columns, by which they are opened.
pub(super) const DOCUMENT_ID: &str = "document_id";
pub(super) const ORDINAL: &str = "ordinal";
pub(super) const LINE: &str = "line";
pub(super) const LENGTH: &str = "length";
pub(super) const DATE: &str = "date";
pub(super) const SKETCH: &str = "sketch";

const STEM: &str = "stem";
const SURFACE: &str = "surface";
const CHARACTER: &str = "character";
/// What fields of one whole term name; the engine's own name for it.
const RAW: &str = "raw";

/// The fields of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// Title, headings and body as one text, in this order with gaps between:
    /// stems with positions. What ranking, phrases and nearness read.
    pub text: Field,
    /// The document's title alone: stems with positions.
    pub title: Field,
    /// The headings above the passage alone: stems with positions.
    pub heading: Field,
    /// The surfaces of all three: passages only. Empty in an index without
    /// stemming, where `text` holds the surfaces itself.
    pub words: Field,
    /// The single characters of unspaced scripts, with frequencies.
    pub characters: Field,
    /// The source's key: one term, by which a file's passages are replaced.
    pub source: Field,
    /// The document id: a column, which also orders equal scores.
    pub document_id: Field,
    /// The passage's number in its document: a column.
    pub ordinal: Field,
    /// The passage's first line in its source: a column.
    pub line: Field,
    /// How many tokens `text` has, exactly, which its one-byte norm does not
    /// say: a column, for statistics that leave deleted passages out.
    pub length: Field,
    /// The document's date as a Julian day: a column.
    pub date: Field,
    /// The sketch of the passage's text, by which its duplicates are found: a
    /// column. See `crate::analysis::shingles`.
    pub sketch: Field,
    /// The passage whole, packed; see `encode`. Stored only.
    pub passage: Field,
}

impl Fields {
    /// The fields that every schema of ours has.
    pub(super) fn new() -> Self {
        schema().1
    }

    /// The name of a field that has postings.
    pub fn name(&self, field: Field) -> &'static str {
        match field {
            field if field == self.title => TITLE,
            field if field == self.heading => HEADING,
            field if field == self.words => WORDS,
            field if field == self.characters => CHARACTERS,
            field if field == self.source => SOURCE,
            _ => TEXT,
        }
    }

    /// The fields that have postings in an index for `language`, in the order of
    /// the schema.
    pub(super) fn indexed(&self, language: Language) -> Vec<Field> {
        let mut fields = vec![self.text, self.title, self.heading];
        if language != Language::None {
            fields.push(self.words);
        }
        fields.extend([self.characters, self.source]);
        fields
    }

    /// What the postings of `field` hold.
    pub(super) fn record_option(&self, field: Field) -> IndexRecordOption {
        if field == self.words || field == self.source {
            IndexRecordOption::Basic
        } else if field == self.characters {
            IndexRecordOption::WithFreqs
        } else {
            IndexRecordOption::WithFreqsAndPositions
        }
    }
}

/// The schema and its fields. The order of the fields is part of the format. The
/// tokenizers that it names are in tests only: the engine is given no text to cut.
pub fn schema() -> (Schema, Fields) {
    let text = |tokenizer, option| {
        let indexing =
            TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option);
        TextOptions::default().set_indexing_options(indexing)
    };
    let stems = text(STEM, IndexRecordOption::WithFreqsAndPositions);
    let characters = text(CHARACTER, IndexRecordOption::WithFreqs);
    let unscored = |tokenizer| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        TextOptions::default().set_indexing_options(indexing)
    };
    let column = TextOptions::default().set_fast(RAW);
    let mut builder = Schema::builder();
    let fields = Fields {
        text: builder.add_text_field(TEXT, stems.clone()),
        title: builder.add_text_field(TITLE, stems.clone()),
        heading: builder.add_text_field(HEADING, stems),
        words: builder.add_text_field(WORDS, unscored(SURFACE)),
        characters: builder.add_text_field(CHARACTERS, characters),
        source: builder.add_text_field(SOURCE, unscored(RAW)),
        document_id: builder.add_text_field(DOCUMENT_ID, column),
        ordinal: builder.add_u64_field(ORDINAL, FAST),
        line: builder.add_u64_field(LINE, FAST),
        length: builder.add_u64_field(LENGTH, FAST),
        date: builder.add_i64_field(DATE, FAST),
        sketch: builder.add_u64_field(SKETCH, FAST),
        passage: builder.add_bytes_field("passage", STORED),
    };
    (builder.build(), fields)
}

/// The tokenizers that the schema names, for `language`: by them the engine's own
/// writer makes the same terms.
#[cfg(test)]
pub(crate) fn tokenizers(language: Language) -> tantivy::tokenizer::TokenizerManager {
    use tantivy::tokenizer::{RawTokenizer, TextAnalyzer, TokenizerManager};

    use crate::analysis::{CharacterTokenizer, StemTokenizer, SurfaceTokenizer};

    let manager = TokenizerManager::new();
    manager.register(STEM, StemTokenizer::analyzer(language));
    manager.register(SURFACE, SurfaceTokenizer::analyzer(language));
    manager.register(CHARACTER, CharacterTokenizer::analyzer());
    manager.register(RAW, TextAnalyzer::from(RawTokenizer::default()));
    // The engine asks for it for text that is not indexed, and does not use it.
    manager.register("default", TextAnalyzer::from(RawTokenizer::default()));
    manager
}

/// The field whose terms are surfaces, in an index for `language`.
pub fn surface_field(fields: &Fields, language: Language) -> Field {
    match language {
        Language::None => fields.text,
        _ => fields.words,
    }
}

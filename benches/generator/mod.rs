//! Made-up text with the word statistics of real text, from a fixed seed.
//!
//! What decides the speed of a full-text index is how often words occur: a few
//! in every passage, most of them hardly ever. So words here are drawn by rank
//! from a Zipf–Mandelbrot distribution over a made-up vocabulary, common words
//! are short and rare ones long, sentences have 5 to 29 words, paragraphs 1 to 8
//! sentences. What real text has and this has not: topics (words here occur
//! independently of each other), inflected forms, and more than one script.
//!
//! The same seed gives the same text on every machine: nothing is taken from
//! floating-point functions whose last digit may differ between platforms other
//! than `powf`, whose result is rounded to whole numbers.

use excerpt::measure::random::SplitMix64;

/// Distinct words. English prose of some million words has about as many.
const VOCABULARY: usize = 50_000;

/// The exponent and the shift of the Zipf–Mandelbrot law: B. Mandelbrot, "An
/// informational theory of the statistical structure of language", 1953. Chosen
/// by hand near the usual fits of English prose.
const EXPONENT: f64 = 1.07;
const SHIFT: f64 = 2.7;

const CONSONANTS: &[u8] = b"bcdfghklmnprstvw";
const VOWELS: &[u8] = b"aeiou";

/// An endless stream of made-up text.
pub struct Generator {
    random: SplitMix64,
    words: Vec<String>,
    /// The sums of the words' frequencies up to each of them.
    sums: Vec<u64>,
}

impl Generator {
    /// Text from `seed`. The vocabulary is the same for every seed.
    pub fn new(seed: u64) -> Self {
        let mut sums = Vec::with_capacity(VOCABULARY);
        let mut sum = 0;
        for rank in 1..=VOCABULARY {
            sum += (1e12 / (rank as f64 + SHIFT).powf(EXPONENT)).round() as u64;
            sums.push(sum);
        }
        Self { random: SplitMix64::new(seed), words: (0..VOCABULARY).map(word).collect(), sums }
    }

    /// A paragraph on one line, without a line end.
    fn paragraph(&mut self) -> String {
        let mut paragraph = String::new();
        for _ in 0..self.between(1, 8) {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            self.sentence(&mut paragraph);
        }
        paragraph
    }

    /// An article in Markdown with about `paragraphs` paragraphs: a title, and a
    /// heading above every few of them.
    pub fn article(&mut self, paragraphs: usize) -> String {
        let mut article = format!("# {}\n", self.heading());
        for number in 0..paragraphs {
            if number % 4 == 3 {
                article += &format!("\n## {}\n", self.heading());
            }
            article += &format!("\n{}\n", self.paragraph());
        }
        article
    }

    fn heading(&mut self) -> String {
        let mut heading = String::new();
        for _ in 0..self.between(2, 6) {
            let rank = self.rank();
            heading += &self.words[rank];
            heading.push(' ');
        }
        heading.pop();
        heading
    }

    fn sentence(&mut self, text: &mut String) {
        let start = text.len();
        let words = self.between(5, 29);
        for number in 0..words {
            if number > 0 {
                // A comma about every twelfth word.
                text.push_str(if self.random.below(12) == 0 { ", " } else { " " });
            }
            let rank = self.rank();
            text.push_str(&self.words[rank]);
        }
        if let Some(first) = text.get_mut(start..start + 1) {
            first.make_ascii_uppercase();
        }
        text.push('.');
    }

    /// The rank of a word, from 0, as often as the law says.
    fn rank(&mut self) -> usize {
        let total = self.sums.last().copied().unwrap_or(1);
        let drawn = self.random.below(total as usize) as u64;
        self.sums.partition_point(|&sum| sum <= drawn)
    }

    /// A number from `least` to `most`, each equally often.
    fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.random.below(most - least + 1)
    }
}

/// The word with a frequency rank, from 0: syllables that count in base 80, so
/// that no two ranks have the same and the rarer are the longer.
pub fn word(mut rank: usize) -> String {
    let syllables = CONSONANTS.len() * VOWELS.len();
    let mut word = String::new();
    loop {
        let syllable = rank % syllables;
        word.push(char::from(CONSONANTS[syllable / VOWELS.len()]));
        word.push(char::from(VOWELS[syllable % VOWELS.len()]));
        rank /= syllables;
        if rank == 0 {
            break;
        }
        rank -= 1;
    }
    // An ending that the stemmer leaves alone, so that distinct words stay distinct.
    word.push('x');
    word
}

//! What options make of the same text.

use super::*;

#[test]
fn modes_say_how_words_belong_together() {
    let check = |text: &str, mode, reading: &str| {
        check_with(text, &ParseOptions { mode, ..ParseOptions::default() }, reading, &[]);
    };
    check("a b -c", Mode::All, "+a +b -c");
    check("a b OR c", Mode::All, "+a +(b c)");
    check("a (b c) path:n", Mode::All, "+a +b +c +path:n");
    check("a title:(b c)", Mode::All, "+a +title:(+b +c)");
    check("a -b \"c\" OR", Mode::Phrase, r#""a -b \"c\" OR""#);
    check("a", Mode::All, "+a");
    check("a b", Mode::Near(5), "(a b)~5");
    check("a +b -c path:n", Mode::Near(5), "(b a)~5 path:n -c");
    check("a", Mode::Near(5), "+a");
    let far = ParseOptions { mode: Mode::Near(20_000), ..ParseOptions::default() };
    check_with("a b", &far, "(a b)~10000", &[Note::TooFar]);
}

/// Of words with an operator between them the nearness was dropped, and of nothing was
/// it said that it does not hold.
#[test]
fn nearness_holds_for_the_words_that_are_demanded_and_else_is_noted() {
    let check = |text: &str, reading: &str, notes: &[Note]| {
        let options = ParseOptions { mode: Mode::Near(3), ..ParseOptions::default() };
        check_with(text, &options, reading, notes);
    };
    check("year AND day", "(year day)~3", &[]);
    check("+year +day", "(year day)~3", &[]);
    check("(year AND day) month", "(year day month)~3", &[]);
    check("year AND day NOT month path:n", "(year day)~3 path:n -month", &[]);
    check("+year +day +path:n +(-month)", "+(year day)~3 +(-month) +path:n", &[]);
    let some = &[Note::NearOfSome];
    check("a b \"leap year\"", "+(a b)~3 +\"leap year\"", some);
    check("year (day month) leap", "+(year leap)~3 +(day month)", some);
    let none = &[Note::NearOfNoWords];
    check("\"leap year\" day", "+day +\"leap year\"", none);
    check("lea* year", "+year +lea*", none);
    check("year (day month)", "+year +(day month)", none);
    check("year OR day", "+(year day)", none);
}

#[test]
fn forms_apply_to_the_whole_query() {
    let check = |text: &str, form, reading: &str| {
        check_with(text, &ParseOptions { form, ..ParseOptions::default() }, reading, &[]);
    };
    check("a", WordForm::Exact, "=a");
    check("+a", WordForm::Exact, "+=a");
    check("a -b", WordForm::Exact, "=(a -b)");
    check("title:a", WordForm::Exact, "title:=a");
    check("chain of \"a b\" -links", WordForm::Fuzzy(1), "chain~1 of \"a b\" -links");
    check("title:(chain links)", WordForm::Fuzzy(7), "title:(chain~2 links~2)");
    let options = ParseOptions { mode: Mode::Near(2), form: WordForm::Fuzzy(1), excluded: vec![] };
    check_with("chain link", &options, "(chain link)~2", &[Note::FuzzyIgnored]);
}

#[test]
fn excluded_words_are_taken_literally() {
    let check = |text: &str, excluded: &[&str], reading: &str| {
        let excluded = excluded.iter().map(|&text| text.to_owned()).collect();
        let options = ParseOptions { excluded, ..ParseOptions::default() };
        check_with(text, &options, reading, &[]);
    };
    check("a", &["b"], "a -b");
    check("a b -c", &["d e", "-f", " "], r#"a b -c -"d e" -\-f"#);
    check("path:n", &["b"], "+path:n -b");
    check("path:m OR path:n", &["b"], "+(path:m OR path:n) -b");
    let options = ParseOptions { excluded: vec!["b".into()], ..ParseOptions::default() };
    check_with("", &options, "-b", &[Note::OnlyExcluded]);
}

/// The filter within the field was put where words stand, as one to be wanted; its
/// own reading demands it.
#[test]
fn a_filter_of_excluded_paths_within_a_field_stays_a_filter() {
    let reading = |text, excluded: &[&str]| {
        let excluded = excluded.iter().map(|&text| text.to_owned()).collect();
        let options = ParseOptions { mode: Mode::Near(0), excluded, ..ParseOptions::default() };
        let query = parse_with(text, &options).query;
        assert_eq!(parse(&query.to_string()).query, query, "{text}");
        query.to_string()
    };
    assert_eq!(reading("heading:(-path:n/*", &[")~3"]), r"+heading:(-path:n/*) -\)\~3");
    assert_eq!(reading("=(-path:n/*)", &["b"]), "+=(-path:n/*) -b");
    assert_eq!(reading("-path:n/*", &["b"]), "-path:n/* -b");
    assert_eq!(reading("heading:(-a)", &["b"]), "heading:(-a) -b");
}

//! What each piece of the syntax is read as.

use super::*;

#[test]
fn words_side_by_side_are_one_bag() {
    assert_eq!(parse("time").query, word("time"));
    assert_eq!(
        parse("time\u{3000}difference\n").query,
        Query::Boolean {
            must: vec![],
            should: vec![word("time"), word("difference")],
            must_not: vec![],
        }
    );
    check("  a   b  ", "a b");
    check("时间差", "时间差");
    check("ＡＢＣ naïve don't e-mail", "ＡＢＣ naïve don't e-mail");
}

#[test]
fn signs_count_only_where_they_are_glued_to_the_front() {
    check("+a b", "+a b");
    check("+a", "+a");
    check("+(a b)", "+(a b)");
    check("+(+a)", "+a");
    check("(+a)", "a");
    check_noted("+(-a)", "-a", &[Note::OnlyExcluded]);
    check("a -b", "a -b");
    check("a -\"b c\"", "a -\"b c\"");
    check("a -(b c)", "a -(b c)");
    check("(-a b)", "b -a");
    check("well-known", "well-known");
    check("a - b", "a b");
    check("a + b", "a b");
    check("--flag", r"\--flag");
    check("C++ C# .NET", "C++ C# .NET");
    check("\"a\"-b", r#""a" \-b"#);
}

#[test]
fn operators_bind_in_order() {
    check("a AND b", "+a +b");
    check("a OR b", "a b");
    check("a b OR c", "a b c");
    check("a AND b OR c", "(+a +b) c");
    check("a OR b AND c", "a (+b +c)");
    check("a AND b c", "(+a +b) c");
    check("(a OR b) AND c", "+(a b) +c");
    check("a AND (b AND -c)", "+a +b -c");
    check("a AND NOT b", "+a -b");
    check("a NOT b", "a -b");
    check("a OR NOT b", "a (-b)");
    check("NOT NOT a", "a");
    check("NOT -a", "a");
    check("NOT (a b) c", "c -(a b)");
    check("a or b and not c", "a or b and not c");
    check("a && b || c", "a b c");
    check(r"\OR \NOT -AND", r"\OR \NOT -\AND");
    check("title:OR", r"title:\OR");
}

#[test]
fn operators_without_operands_are_left_out() {
    check_noted("a AND", "a", &[Note::DanglingOperator("AND")]);
    check_noted("OR a", "a", &[Note::DanglingOperator("OR")]);
    check_noted("a NOT", "a", &[Note::DanglingOperator("NOT")]);
    check_noted("a AND OR b", "a b", &[Note::DanglingOperator("AND")]);
    check_noted("(a OR) b", "a b", &[Note::DanglingOperator("OR")]);
    check("a AND () b", "+a +b");
    check_noted("+a OR b", "a b", &[Note::MustBesideOr]);
}

#[test]
fn phrases_stand_in_any_double_quotes() {
    let phrase = |text: &str, slop| Query::Phrase { text: text.to_owned(), slop };
    assert_eq!(parse("\"time  flies\"").query, phrase("time flies", 0));
    assert_eq!(parse("“time flies”").query, phrase("time flies", 0));
    assert_eq!(parse("„time flies“").query, phrase("time flies", 0));
    assert_eq!(parse("「時間 差」").query, phrase("時間 差", 0));
    assert_eq!(parse("\"a b\"~5").query, phrase("a b", 5));
    assert_eq!(parse(r#""a \"b\" c""#).query, phrase("a \"b\" c", 0));
    check_noted("\"a b\"~99999999999", "\"a b\"~10000", &[Note::TooFar]);
    check("\"a b\"~10000", "\"a b\"~10000");
    check_noted("\"a br* c\"", "\"a br* c\"", &[Note::ExpandedInQuotes("br*".into())]);
    check_noted("\"a bro~1 c*\"", "\"a bro~1 c*\"", &[Note::ExpandedInQuotes("bro~1".into())]);
    check_noted("\"a ~ b\\~ c~d\"", "\"a ~ b~ c~d\"", &[]);
    check_noted(r#""a \* br\*""#, r#""a * br*""#, &[]);
    check("\"a b\"~x", r#""a b" \~x"#);
    check("彼は「時間」と", "彼は \"時間\" と");
    check("\"\" \"-\" a", "a");
    check_noted("\"time difference", "time difference", &[Note::UnbalancedQuote]);
    check_noted("5\" disk", "5 disk", &[Note::UnbalancedQuote]);
    check_noted("-\"a b", "b -a", &[Note::UnbalancedQuote]);
}

#[test]
fn nearness_of_words_is_written_behind_parentheses() {
    let words = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(parse("(a b)~5").query, Query::Near { words, distance: 5 });
    check("c -(a b)~0", "c -(a b)~0");
    check("(a)~5", "a");
    check_noted("(a b)~10001", "(a b)~10000", &[Note::TooFar]);
    check("(a AND b +c)~5", "(c a b)~5");
    check_noted("(a -b)~5", "a -b", &[Note::NearOfNoWords]);
    check_noted("(a OR b)~5", "a b", &[Note::NearOfNoWords]);
}

#[test]
fn wildcards_and_spellings_need_some_characters() {
    check("relat*", "relat*");
    check("relat** -ab*", "relat* -ab*");
    check("时间*", "时间*");
    check_noted("a*", "a", &[Note::ShortPrefix("a".into())]);
    check("* a", "a");
    check("a*b", r"a\*b");
    check(r"ab\*", r"ab\*");
    check("chian~", "chian~1");
    check("chian~2", "chian~2");
    check_noted("chian~3", "chian~2", &[Note::TooManyChanges("chian".into())]);
    check_noted("chian~999", "chian~2", &[Note::TooManyChanges("chian".into())]);
    check("chian~0", "chian");
    check("chian~0.8", r"chian\~0.8");
    check("~user", r"\~user");
    check_noted("ab~1", "ab", &[Note::ShortFuzzy("ab".into())]);
}

#[test]
fn exact_words_follow_an_equals_sign() {
    assert_eq!(parse("=times").query, Query::Exact(Box::new(word("times"))));
    check("=\"time flies\"", "=\"time flies\"");
    check("+=a -=b", "+=a -=b");
    check("=(a b)", "=(a b)");
    check("=relat*", "=relat*");
    check("a = b", "a b");
    check("a==b ==c", r"a==b \==c");
}

#[test]
fn fields_are_known_names_before_a_colon() {
    let titled = |query| Query::Field { field: Field::Title, query: Box::new(query) };
    assert_eq!(parse("title:x").query, titled(word("x")));
    check("title:\"a b\"", "title:\"a b\"");
    check("title:(a -b)", "title:(a -b)");
    check("-heading:x +title:y", "+title:y -heading:x");
    check("=title:x", "title:=x");
    check("title:=x", "title:=x");
    check("title:heading:x", r"title:heading\:x");
    check("title:(heading:x)", "heading:x");
    check("title: x", r"title\: x");
    check("Title:x author:y", "Title:x author:y");
    check("https://example.org/?q=1", "https://example.org/?q=1");
    check(r"title\:x", r"title\:x");
}

#[test]
fn filters_hold_for_all_words_beside_them() {
    assert_eq!(parse("path:news/*").query, Query::Path("news/*".into()));
    check("path:\"a b/c.md\"", "path:\"a b/c.md\"");
    check("path:\"=a\"", "path:=a");
    check("a path:news/*", "a path:news/*");
    check("a b path:news/*", "(a b) path:news/*");
    check("+a b path:news/*", "+a +path:news/* b");
    check("a -path:news/*", "a -path:news/*");
    check("a -b path:n", "a path:n -b");
    check("path:n -b", "+path:n -b");
    check("a path:m OR path:n", "a (path:m OR path:n)");
    check("a OR path:n", "a OR path:n");
    check("a AND path:n", "a path:n");
    check("+a path:n", "+a +path:n");
    check("+(a b) +path:n", "+(a b) +path:n");
    check("+a +b path:n", "+a +b +path:n");
    check("path:\"\" a", "a");
    check_noted("path:(a b)", r"path\: (a b)", &[Note::FilterOfGroup("path")]);
    check_noted("+a date:(2019 2020)", r"+a date\: (2019 2020)", &[Note::FilterOfGroup("date")]);
    check("path: (a)", r"path\: a");
    check("title:(a path:n)", "title:(a path:n)");
}

#[test]
fn dates_are_periods_and_ranges() {
    check("date:2020", "date:2020");
    check("a date:2020..2021", "a date:2020..2021");
    check("date:2020-05..", "date:2020-05..");
    check("date:..2019-12-31", "date:..2019");
    check("date:>2020", "date:2021..");
    check("date:\"2020\"", "date:2020");
    check_noted("date:2021..2020", "date:2020..2021", &[Note::BackwardDates("2021..2020".into())]);
    check_noted("date:soon", "soon", &[Note::NotADate("soon".into())]);
}

#[test]
fn parentheses_need_not_be_balanced() {
    check("(a b) c", "(a b) c");
    check("((a))", "a");
    check("() a", "a");
    check_noted("(a -(b", "a -b", &[Note::UnclosedParenthesis]);
    check_noted("a) b", "a b", &[Note::StrayParenthesis]);
}

#[test]
fn a_backslash_makes_signs_text() {
    check(r"\-a \+b \=c", r"\-a \+b \=c");
    check(r"a\ b", r"a\ b");
    check(r#"\"a"#, r#"\"a"#);
    check(r"C:\Users", r"C:\\Users");
    check(r"a\", r"a\\");
}

#[test]
fn queries_without_wanted_words_are_noted() {
    for text in ["", " \n", "()", "\"\"", "- + * --", "\u{1F389}"] {
        assert_eq!(parse(text).notes, [Note::NoWords], "{text:?}");
    }
    check_noted("-a", "-a", &[Note::OnlyExcluded]);
    check_noted("-a NOT b", "-a -b", &[Note::OnlyExcluded]);
    check("path:x", "path:x");
}

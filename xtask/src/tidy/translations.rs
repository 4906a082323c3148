//! What the domains tell people stands in the message files of the pages.
//!
//! Domains speak English, because doors send their words to scripts. Pages
//! show them in the reader's language; a sentence without a translation would
//! stand in English on a Chinese page.

use std::collections::{BTreeMap, BTreeSet};

use super::Problem;
use super::files::{SourceFile, Tree};
use super::source::{without_comments, without_tests};

/// Where the translations are.
const TABLE: &str = "crates/web/messages/domain.toml";

/// The constructors of errors whose words people read, and how many arguments
/// stand before the words.
const SPEAKERS: [(&str, usize); 6] = [
    ("Error::invalid(", 1),
    ("Error::conflict(", 0),
    ("Error::limit(", 0),
    ("Error::denied(", 0),
    ("Error::unsupported(", 0),
    ("Error::unavailable(", 0),
];

/// Every sentence of a domain that has no translation.
pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut said: BTreeMap<String, &str> = BTreeMap::new();
    let speaks = |file: &&SourceFile| {
        let below = ["crates/domain/", "crates/platform/base/", "crates/platform/jobs/"];
        file.is_rust() && !file.is_test() && below.iter().any(|room| file.path.starts_with(room))
    };
    for file in tree.files.iter().filter(speaks) {
        for sentence in sentences(&file.text) {
            said.entry(sentence).or_insert(&file.path);
        }
    }
    let known: BTreeSet<String> = tree
        .files
        .iter()
        .filter(|file| file.path == TABLE)
        .flat_map(|file| file.text.lines())
        .filter_map(|line| literal(line).map(|(text, _)| text))
        .collect();
    said.into_iter()
        .filter(|(sentence, _)| !known.contains(sentence))
        .map(|(sentence, path)| Problem::new(path, format!("{TABLE} lacks {sentence:?}")))
        .collect()
}

/// The literal sentences in a file, each value in them as `{}`.
fn sentences(text: &str) -> Vec<String> {
    let code = without_comments(without_tests(text));
    let mut found = Vec::new();
    for (speaker, before) in SPEAKERS {
        for (start, _) in code.match_indices(speaker) {
            let mut rest = &code[start + speaker.len()..];
            for _ in 0..before {
                rest = after_argument(rest);
            }
            let rest = rest.trim_start();
            let rest = rest.strip_prefix("format!(").unwrap_or(rest).trim_start();
            if let Some((sentence, _)) = literal(rest) {
                found.push(with_plain_places(&sentence));
            }
        }
    }
    found
}

/// What follows the first comma that is in no parentheses and no literal.
fn after_argument(text: &str) -> &str {
    let mut depth = 0_i32;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some((_, after)) = literal(rest) {
            rest = after;
            continue;
        }
        rest = &rest[first.len_utf8()..];
        match first {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return "",
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => return rest,
            _ => {}
        }
    }
    ""
}

/// The string literal that the text begins with, and what follows it. A line
/// end behind a backslash and the white space after it are not in the string.
fn literal(text: &str) -> Option<(String, &str)> {
    let body = text.strip_prefix('"')?;
    let mut value = String::new();
    let mut chars = body.char_indices();
    while let Some((index, c)) = chars.next() {
        match c {
            '"' => return Some((value, &body[index + 1..])),
            '\\' => match chars.next()?.1 {
                '\n' => {
                    let rest = body[index..].trim_start_matches(['\\', '\n', ' ']);
                    let (more, after) = literal_tail(rest)?;
                    value.push_str(&more);
                    return Some((value, after));
                }
                'n' => value.push('\n'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
    None
}

/// The rest of a literal whose opening quote is already read.
fn literal_tail(text: &str) -> Option<(String, &str)> {
    // The quote that is put in front makes it a literal again; `after` is cut
    // from the original by its length.
    let quoted = format!("\"{text}");
    let (value, after) = literal(&quoted)?;
    let after = &text[text.len() - after.len()..];
    Some((value, after))
}

/// `{name:?}` and the like become `{}`; doubled braces stay one.
fn with_plain_places(sentence: &str) -> String {
    let mut plain = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some(open) = rest.find(['{', '}']) {
        plain.push_str(&rest[..open]);
        let doubled = rest[open + 1..].starts_with(&rest[open..=open]);
        if doubled {
            plain.push_str(&rest[open..=open]);
            rest = &rest[open + 2..];
        } else {
            plain.push_str("{}");
            rest = rest[open..].split_once('}').map_or("", |(_, after)| after);
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_errors_are_found() {
        let code = r#"
            fn f() -> Result<()> {
                // Error::conflict("not this")
                Err(Error::invalid(field(a, "x"), format!("must be {} of {most:?}", 3)))?;
                Err(Error::conflict(
                    "the name is taken; \
                     choose another",
                ))?;
                Err(Error::denied(RIGHT))?;
                Err(Error::limit(format!("{{at}} most")))
            }
            #[cfg(test)]
            mod tests { fn g() { Error::conflict("nor this"); } }
        "#;
        let mut found = sentences(code);
        found.sort();
        let expected = ["must be {} of {}", "the name is taken; choose another", "{at} most"];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_lacks_is_named() {
        let file = |path: &str, text: &str| SourceFile { path: path.into(), text: text.into() };
        let files = vec![
            file(
                "crates/domain/x/src/a.rs",
                r#"fn f() { Error::limit("one"); Error::limit("two"); }"#,
            ),
            file("crates/domain/x/tests/a.rs", r#"fn f() { Error::limit("three"); }"#),
            file(TABLE, "# said\n\"one\" = \"一\"\n"),
        ];
        let problems = check(&Tree { files, root: String::new() });
        assert_eq!(problems.len(), 1);
        assert!(problems[0].what.contains("\"two\""), "{problems:?}");
    }
}

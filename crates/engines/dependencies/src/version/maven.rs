//! Maven's versions, as its POM reference describes their order.

use std::cmp::Ordering;

use super::{is_number, numbers};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version(Vec<Token>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    /// What stands before it; a hyphen between a digit and a letter, too.
    hyphen: bool,
    text: String,
}

impl Version {
    pub(super) fn parse(text: &str) -> Self {
        let mut tokens: Vec<Token> = Vec::new();
        let (mut hyphen, mut word) = (false, String::new());
        let mut before: Option<bool> = None;
        let mut end = |hyphen: bool, word: &mut String, follows: bool| {
            let text = std::mem::take(word);
            let text = if text.is_empty() { "0".to_owned() } else { canonical(&text, follows) };
            tokens.push(Token { hyphen, text });
        };
        for c in text.chars().flat_map(char::to_lowercase) {
            if matches!(c, '.' | '-' | '_') {
                end(hyphen, &mut word, false);
                (hyphen, before) = (c != '.', None);
                continue;
            }
            let digit = c.is_ascii_digit();
            if before.is_some_and(|before| before != digit) {
                end(hyphen, &mut word, digit);
                hyphen = true;
            }
            before = Some(digit);
            word.push(c);
        }
        end(hyphen, &mut word, false);
        Self(trimmed(tokens))
    }
}

/// Different words for one thing. A single letter stands for a word only where
/// a number follows it.
fn canonical(word: &str, number_follows: bool) -> String {
    let word = match word {
        "a" if number_follows => "alpha",
        "b" if number_follows => "beta",
        "m" if number_follows => "milestone",
        "cr" => "rc",
        "ga" | "final" | "release" => "",
        other => other,
    };
    word.to_owned()
}

fn is_null(text: &str) -> bool {
    text.trim_start_matches('0').is_empty()
}

/// Without what means nothing at the end and before each hyphen.
fn trimmed(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if token.hyphen {
            while kept.last().is_some_and(|last| is_null(&last.text)) && kept.len() > 1 {
                kept.pop();
            }
        }
        kept.push(token);
    }
    while kept.last().is_some_and(|last| is_null(&last.text)) {
        kept.pop();
    }
    kept
}

/// Where a qualifier stands: below 5 before the release itself.
fn rank(word: &str) -> u8 {
    match word {
        "alpha" => 0,
        "beta" => 1,
        "milestone" => 2,
        "rc" => 3,
        "snapshot" => 4,
        "" => 5,
        "sp" => 6,
        _ => 7,
    }
}

/// The kind of a token: a word, a number behind a hyphen, one behind a dot.
fn class(token: &Token) -> u8 {
    match (is_number(&token.text), token.hyphen) {
        (false, _) => 0,
        (true, true) => 1,
        (true, false) => 2,
    }
}

fn compare(one: Option<&Token>, other: Option<&Token>) -> Ordering {
    match (one, other) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => compare(other, one).reverse(),
        (Some(one), None) => {
            if is_number(&one.text) {
                numbers(&one.text, "")
            } else {
                rank(&one.text).cmp(&rank(""))
            }
        }
        (Some(one), Some(other)) => class(one).cmp(&class(other)).then_with(|| {
            if is_number(&one.text) {
                numbers(&one.text, &other.text)
            } else {
                let (rank, against) = (rank(&one.text), rank(&other.text));
                rank.cmp(&against).then_with(|| one.text.cmp(&other.text))
            }
        }),
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let longest = self.0.len().max(other.0.len());
        (0..longest)
            .map(|index| compare(self.0.get(index), other.0.get(index)))
            .find(|order| *order != Ordering::Equal)
            .unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

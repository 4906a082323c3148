//! What the trigrams of a file must be for a pattern to match in it.
//!
//! After Russ Cox, "Regular Expression Matching with a Trigram Index": for each
//! part of the expression it is known which strings it matches exactly, or which
//! ones every match begins and ends with, and which trigrams it cannot do
//! without. Strings are folded. Every step may forget something (and so admit
//! more files), never add a demand.

use std::collections::BTreeSet;

use regex_syntax::hir::{self, Class, Hir, HirKind};

use crate::fold::{self, Trigram};

/// A demand on the set of a file's trigrams.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Condition {
    /// Any file may match.
    Any,
    /// No file can match.
    None,
    /// It has this trigram.
    Has(Trigram),
    /// All of these hold.
    And(BTreeSet<Condition>),
    /// One of these holds.
    Or(BTreeSet<Condition>),
}

/// Sets of strings larger than this are not kept apart.
const MOST_STRINGS: usize = 24;
/// Strings longer than this are cut into their trigrams.
const LONGEST_STRING: usize = 48;
/// Characters of a class that are tried one by one.
const MOST_CHARACTERS: usize = 12;
/// Copies of a repeated part that are looked at together.
const MOST_COPIES: u32 = 4;
/// A condition with more parts than this costs more than it saves.
const MOST_PARTS: usize = 4_000;

type Strings = BTreeSet<Vec<u8>>;

/// What is known of the matches of a part.
#[derive(Debug, Clone)]
struct Known {
    /// Every match, if they are few.
    exact: Option<Strings>,
    /// Every match begins with one of these. Not used where `exact` is there.
    prefix: Strings,
    /// Every match ends with one of these. Not used where `exact` is there.
    suffix: Strings,
    /// Holds for every text with a match.
    condition: Condition,
}

impl Condition {
    /// The demand that `pattern` makes on a file with a matching line.
    pub(crate) fn of(pattern: &Hir) -> Self {
        let known = known(pattern);
        match &known.exact {
            Some(exact) => and(known.condition, any_of(exact)),
            None => {
                let ends = and(any_of(&known.prefix), any_of(&known.suffix));
                and(known.condition, ends)
            }
        }
        .bounded()
    }

    fn parts(&self) -> usize {
        match self {
            Self::And(parts) | Self::Or(parts) => 1 + parts.iter().map(Self::parts).sum::<usize>(),
            _ => 1,
        }
    }

    fn bounded(self) -> Self {
        if self.parts() > MOST_PARTS { Self::Any } else { self }
    }
}

fn and(one: Condition, two: Condition) -> Condition {
    use Condition::{And, Any, None};
    match (one, two) {
        (None, _) | (_, None) => None,
        (Any, other) | (other, Any) => other,
        (And(mut all), And(more)) => {
            all.extend(more);
            And(all)
        }
        (And(mut all), other) | (other, And(mut all)) => {
            all.insert(other);
            And(all)
        }
        (one, two) if one == two => one,
        (one, two) => And([one, two].into()),
    }
}

fn or(one: Condition, two: Condition) -> Condition {
    use Condition::{Any, None, Or};
    match (one, two) {
        (Any, _) | (_, Any) => Any,
        (None, other) | (other, None) => other,
        (Or(mut all), Or(more)) => {
            all.extend(more);
            Or(all)
        }
        (Or(mut all), other) | (other, Or(mut all)) => {
            all.insert(other);
            Or(all)
        }
        (one, two) if one == two => one,
        (one, two) => Or([one, two].into()),
    }
}

/// One of `strings` stands in the text.
fn any_of(strings: &Strings) -> Condition {
    strings.iter().fold(Condition::None, |condition, string| or(condition, holds(string)))
}

fn holds(string: &[u8]) -> Condition {
    fold::windows(string).map(Condition::Has).fold(Condition::Any, and)
}

fn empty_string() -> Strings {
    [Vec::new()].into()
}

/// Matches of which nothing is known.
fn anything() -> Known {
    Known { exact: None, prefix: empty_string(), suffix: empty_string(), condition: Condition::Any }
}

fn exactly(strings: Strings) -> Known {
    let condition = if strings.is_empty() { Condition::None } else { Condition::Any };
    Known { exact: Some(strings), prefix: Strings::new(), suffix: Strings::new(), condition }
}

fn known(pattern: &Hir) -> Known {
    let found = match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => exactly(empty_string()),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) if text.contains('\n') => exactly(Strings::new()),
            Ok(text) => exactly([fold::fold(text.as_bytes())].into()),
            // Bytes that may be a part of a character are not folded as they
            // would be beside the rest of it.
            Err(_) => anything(),
        },
        HirKind::Class(class) => match members(class) {
            Some(members) => exactly(members),
            None => anything(),
        },
        HirKind::Repetition(repetition) => {
            let once = || known(&repetition.sub);
            match (repetition.min, repetition.max) {
                (_, Some(0)) => exactly(empty_string()),
                (0, Some(1)) => alternative(once(), exactly(empty_string())),
                (0, _) => anything(),
                (min, max) => {
                    let once = once();
                    let copies = min.min(MOST_COPIES);
                    let mut all = once.clone();
                    for _ in 1..copies {
                        all = bounded(sequence(&all, &once));
                    }
                    if max == Some(copies) && min == copies {
                        all
                    } else {
                        // More copies may follow: what the first begin with and
                        // the last end with still holds.
                        let open = inexact(all);
                        Known { exact: None, ..open }
                    }
                }
            }
        }
        HirKind::Capture(capture) => known(&capture.sub),
        HirKind::Concat(parts) => parts
            .iter()
            .map(known)
            .fold(exactly(empty_string()), |before, part| bounded(sequence(&before, &part))),
        HirKind::Alternation(parts) => parts
            .iter()
            .map(known)
            .fold(exactly(Strings::new()), |before, part| bounded(alternative(before, part))),
    };
    bounded(found)
}

/// The characters of a class, folded, if they are few.
fn members(class: &Class) -> Option<Strings> {
    let mut found = Strings::new();
    match class {
        Class::Unicode(class) => {
            let count: usize = class.iter().map(hir::ClassUnicodeRange::len).sum();
            if count > MOST_CHARACTERS {
                return None;
            }
            for range in class.iter() {
                for character in range.start()..=range.end() {
                    if character != '\n' {
                        found.insert(fold::fold(character.encode_utf8(&mut [0; 4]).as_bytes()));
                    }
                }
            }
        }
        Class::Bytes(class) => {
            let count: usize = class.iter().map(hir::ClassBytesRange::len).sum();
            if count > MOST_CHARACTERS || !class.is_ascii() {
                return None;
            }
            for range in class.iter() {
                for byte in range.start()..=range.end() {
                    if byte != b'\n' {
                        found.insert(fold::fold(&[byte]));
                    }
                }
            }
        }
    }
    Some(found)
}

fn alternative(one: Known, two: Known) -> Known {
    if let (Some(some), Some(more)) = (&one.exact, &two.exact) {
        return Known {
            exact: Some(some.union(more).cloned().collect()),
            prefix: Strings::new(),
            suffix: Strings::new(),
            condition: or(one.condition, two.condition),
        };
    }
    let (one, two) = (inexact(one), inexact(two));
    Known {
        exact: None,
        prefix: one.prefix.union(&two.prefix).cloned().collect(),
        suffix: one.suffix.union(&two.suffix).cloned().collect(),
        condition: or(one.condition, two.condition),
    }
}

fn sequence(one: &Known, two: &Known) -> Known {
    let condition = and(one.condition.clone(), two.condition.clone());
    if let (Some(some), Some(more)) = (&one.exact, &two.exact)
        && let Some(exact) = pairs(some, more)
    {
        return Known {
            exact: Some(exact),
            prefix: Strings::new(),
            suffix: Strings::new(),
            condition,
        };
    }
    let ends = one.exact.as_ref().unwrap_or(&one.suffix);
    let begins = two.exact.as_ref().unwrap_or(&two.prefix);
    let joint = pairs(ends, begins).map_or(Condition::Any, |joined| any_of(&joined));
    let prefix = match &one.exact {
        Some(exact) => pairs(exact, begins).unwrap_or_else(|| exact.clone()),
        None => one.prefix.clone(),
    };
    let suffix = match &two.exact {
        Some(exact) => pairs(ends, exact).unwrap_or_else(|| exact.clone()),
        None => two.suffix.clone(),
    };
    Known { exact: None, prefix, suffix, condition: and(condition, joint) }
}

/// Every string of the one followed by every one of the other; nothing where
/// they would be too many.
fn pairs(one: &Strings, two: &Strings) -> Option<Strings> {
    if one.len() * two.len() > MOST_STRINGS {
        return None;
    }
    let joined = one.iter().flat_map(|first| {
        two.iter().map(move |second| [first.as_slice(), second.as_slice()].concat())
    });
    Some(joined.collect())
}

/// The same knowledge in terms of beginnings and ends.
fn inexact(known: Known) -> Known {
    match known.exact {
        Some(exact) => {
            let condition = and(known.condition, any_of(&exact));
            Known { exact: None, prefix: exact.clone(), suffix: exact, condition }
        }
        None => known,
    }
}

/// The same knowledge within limits: what is cut off is kept as a condition.
fn bounded(mut known: Known) -> Known {
    let fits = |strings: &Strings| {
        strings.len() <= MOST_STRINGS && strings.iter().all(|it| it.len() <= LONGEST_STRING)
    };
    if known.exact.as_ref().is_some_and(|exact| !fits(exact)) {
        known = inexact(known);
    }
    if known.exact.is_none() {
        let longest = |strings: &Strings| strings.iter().map(Vec::len).max().unwrap_or(0);
        if longest(&known.prefix) > 3 || known.prefix.len() > MOST_STRINGS {
            known.condition = and(known.condition, any_of(&known.prefix));
            known.prefix = cut(known.prefix, |string, keep| string[..keep].to_vec());
        }
        if longest(&known.suffix) > 3 || known.suffix.len() > MOST_STRINGS {
            known.condition = and(known.condition, any_of(&known.suffix));
            known.suffix = cut(known.suffix, |string, keep| string[string.len() - keep..].to_vec());
        }
    }
    known.condition = known.condition.bounded();
    known
}

fn cut(mut strings: Strings, part: impl Fn(&[u8], usize) -> Vec<u8>) -> Strings {
    for keep in [3, 2, 1, 0] {
        strings = strings.iter().map(|string| part(string, keep.min(string.len()))).collect();
        if strings.len() <= MOST_STRINGS {
            break;
        }
    }
    strings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pattern: &str) -> Condition {
        Condition::of(
            &regex_syntax::ParserBuilder::new().utf8(false).build().parse(pattern).unwrap(),
        )
    }

    fn all(strings: &[&str]) -> Condition {
        strings.iter().map(|it| holds(it.as_bytes())).fold(Condition::Any, and)
    }

    #[test]
    fn demands() {
        assert_eq!(of("ab"), Condition::Any);
        assert_eq!(of(".*"), Condition::Any);
        assert_eq!(of("a\nb"), Condition::None);
        assert_eq!(of("Hello"), all(&["hel", "ell", "llo"]));
        assert_eq!(of("(?i)task"), all(&["tas", "ask"]));
        assert_eq!(of("abc.*def"), all(&["abc", "def"]));
        assert_eq!(of("abc|xyz"), or(all(&["abc"]), all(&["xyz"])));
        assert_eq!(of("ab[cd]e"), or(all(&["abc", "bce"]), all(&["abd", "bde"])));
        assert_eq!(of("(abc)+"), all(&["abc"]));
        assert_eq!(of("(abc)?d"), Condition::Any);
        assert_eq!(of("foo(\\d+)bar"), all(&["foo", "bar"]));
        assert_eq!(of("^class\\s+Foo"), all(&["cla", "las", "ass", "foo"]));
        assert_eq!(of("a{3}"), all(&["aaa"]));
        assert_eq!(of("(?-u)\\xffabc"), Condition::Any);
        assert_eq!(of("(?:b|main)(?:o+)?(?-u:\\xff)"), Condition::Any);
        assert_eq!(of("(?:b|main|(?s:.)好好)(?:o+)?(?-u:\\xff)"), Condition::Any);
    }

    #[test]
    fn nothing_grows_without_bound() {
        for pattern in
            ["((((((a{4}){4}){4}){4}){4}){4}){4}", "(?i)пппппппппппппппппппппппппп", "[a-z]{50}x"]
        {
            assert!(of(pattern).parts() <= MOST_PARTS, "{pattern}");
        }
        let long = "[ab]".repeat(240);
        assert!(of(&long).parts() <= MOST_PARTS);
    }
}

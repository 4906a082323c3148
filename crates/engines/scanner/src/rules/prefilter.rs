//! Which rules cannot match a blob, from its bytes alone.
//!
//! A pattern's fixed words must stand in any text it matches. Each rule becomes
//! a conjunction of clauses, each clause a set of words of which one must
//! occur; one Aho-Corasick pass over the blob answers for all rules at once.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use serde_json::Value;

/// One of these words must occur.
pub(crate) type Clause = Vec<String>;

/// The prefilter of one language's rules.
pub(crate) struct Prefilter {
    finder: Option<AhoCorasick>,
    words: usize,
    /// Per rule: clauses of word indices.
    rules: Vec<Vec<Vec<usize>>>,
}

impl Prefilter {
    pub(crate) fn new(rules: &[Vec<Clause>]) -> Self {
        let mut words: Vec<&str> = Vec::new();
        let mut index: HashMap<&str, usize> = HashMap::new();
        let rules = rules
            .iter()
            .map(|clauses| {
                clauses
                    .iter()
                    .map(|clause| {
                        clause
                            .iter()
                            .map(|word| {
                                *index.entry(word).or_insert_with(|| {
                                    words.push(word);
                                    words.len() - 1
                                })
                            })
                            .collect()
                    })
                    .collect()
            })
            .collect();
        Self { finder: AhoCorasick::new(&words).ok(), words: words.len(), rules }
    }

    /// For each rule, whether the text may match it.
    pub(crate) fn active(&self, text: &[u8]) -> Vec<bool> {
        let Some(finder) = &self.finder else {
            return vec![true; self.rules.len()];
        };
        let mut seen = vec![false; self.words];
        for hit in finder.find_overlapping_iter(text) {
            seen[hit.pattern().as_usize()] = true;
        }
        self.rules
            .iter()
            .map(|clauses| clauses.iter().all(|c| c.iter().any(|w| seen[*w])))
            .collect()
    }
}

/// The clauses that `rule` implies; `utils` are the rules it may refer to.
pub(crate) fn clauses(rule: &Value, utils: &Value) -> Vec<Clause> {
    let mut out = Vec::new();
    collect(rule, utils, 0, &mut out);
    out
}

fn collect(rule: &Value, utils: &Value, depth: usize, out: &mut Vec<Clause>) {
    let Value::Object(rule) = rule else { return };
    // Utilities may refer to each other; stopping early only loses a clause.
    if depth > 16 {
        return;
    }
    for (key, value) in rule {
        match key.as_str() {
            "pattern" => match value {
                Value::String(text) => out.extend(words(text)),
                Value::Object(o) => {
                    // With a selector only a part of the context must match.
                    if !o.contains_key("selector")
                        && let Some(Value::String(text)) = o.get("context")
                    {
                        out.extend(words(text));
                    }
                }
                _ => {}
            },
            "regex" => {
                if let Value::String(text) = value {
                    out.extend(alternatives(text));
                }
            }
            "all" => {
                for part in value.as_array().into_iter().flatten() {
                    collect(part, utils, depth + 1, out);
                }
            }
            "any" => out.extend(any(value, utils, depth)),
            "inside" | "has" | "precedes" | "follows" => collect(value, utils, depth + 1, out),
            "matches" => {
                if let Value::String(name) = value {
                    collect(&utils[name.as_str()], utils, depth + 1, out);
                }
            }
            _ => {}
        }
    }
}

/// One clause for a choice: a word of each alternative, if all have one.
fn any(value: &Value, utils: &Value, depth: usize) -> Option<Clause> {
    let mut union = Vec::new();
    for part in value.as_array()? {
        let mut clauses = Vec::new();
        collect(part, utils, depth + 1, &mut clauses);
        // The clause whose shortest word is longest is the rarest.
        let best =
            clauses.into_iter().max_by_key(|c| c.iter().map(String::len).min().unwrap_or(0))?;
        union.extend(best);
    }
    (!union.is_empty()).then_some(union)
}

/// Fixed words of a pattern: identifiers and keywords that are no metavariables.
fn words(pattern: &str) -> impl Iterator<Item = Clause> + '_ {
    let bytes = pattern.as_bytes();
    let mut i = 0;
    std::iter::from_fn(move || {
        while i < bytes.len() {
            let start = i;
            if is_word(bytes[i]) {
                while i < bytes.len() && is_word(bytes[i]) {
                    i += 1;
                }
                let meta = start > 0 && bytes[start - 1] == b'$';
                if !meta && i - start >= 3 {
                    return Some(vec![pattern[start..i].to_owned()]);
                }
            } else {
                i += 1;
            }
        }
        None
    })
}

/// The words of a regular expression that is nothing but a choice of words.
fn alternatives(regex: &str) -> Option<Clause> {
    let mut body = regex;
    body = body.strip_prefix('^').unwrap_or(body);
    body = body.strip_suffix('$').unwrap_or(body);
    if let Some(inner) = body.strip_prefix('(').and_then(|b| b.strip_suffix(')')) {
        body = inner.strip_prefix("?:").unwrap_or(inner);
    } else if body.contains('|') && body.len() != regex.len() {
        // `^a|b$` anchors only its ends; still a choice of words.
    }
    let plain = |w: &str| w.len() >= 2 && w.bytes().all(is_word);
    let choice: Vec<String> = body.split('|').map(str::to_owned).collect();
    choice.iter().all(|w| plain(w)).then_some(choice)
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn clauses_of_rules() {
        let of = |rule: Value| clauses(&rule, &json!({"u": {"pattern": "open($F)"}}));
        assert_eq!(of(json!({"pattern": "os.system($X)"})), [["system"]]);
        assert_eq!(
            of(json!({"any": [{"pattern": "md5($X)"}, {"pattern": "sha1($X)"}]})),
            [["md5", "sha1"]]
        );
        assert!(of(json!({"any": [{"pattern": "md5($X)"}, {"kind": "call"}]})).is_empty());
        assert!(of(json!({"not": {"pattern": "eval($X)"}, "kind": "call"})).is_empty());
        assert_eq!(of(json!({"regex": "^(exec|eval)$"})), [["exec", "eval"]]);
        assert!(of(json!({"regex": "^ex.c$"})).is_empty());
        assert_eq!(of(json!({"matches": "u"})), [["open"]]);
    }

    #[test]
    fn a_rule_is_active_when_each_clause_has_a_word() {
        let clause = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        let filter = Prefilter::new(&[
            vec![clause(&["eval"])],
            vec![clause(&["md5", "sha1"]), clause(&["hash"])],
            vec![],
        ]);
        assert_eq!(filter.active(b"evaluate"), [true, false, true]);
        assert_eq!(filter.active(b"hashlib.sha1"), [false, true, true]);
        assert_eq!(filter.active(b""), [false, false, true]);
    }
}

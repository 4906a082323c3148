//! Which rules cannot match a blob, from its bytes alone.
//!
//! A pattern's fixed words must stand in any text it matches, and so must what a
//! regular expression or the constraint of a metavariable asks for. Each rule becomes
//! a conjunction of clauses, each clause a set of words of which one must
//! occur; one Aho-Corasick pass over the blob answers for all rules at once.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use serde_json::Value;

use super::literals::{literals, rarest};

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
    pub(crate) fn new<'a>(rules: impl IntoIterator<Item = &'a [Clause]>) -> Self {
        let mut words: Vec<&str> = Vec::new();
        let mut index: HashMap<&str, usize> = HashMap::new();
        let rules = rules
            .into_iter()
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

/// What of a rule the prefilter reads.
pub(crate) struct Source<'a> {
    pub(crate) rule: &'a Value,
    /// Rules that it may refer to.
    pub(crate) utils: &'a Value,
    /// What its metavariables must look like.
    pub(crate) constraints: &'a Value,
    /// The text of the first node of a kind in a pattern's context.
    pub(crate) select: &'a dyn Fn(&str, &str) -> Option<String>,
}

/// The clauses that a rule implies.
pub(crate) fn clauses(source: &Source<'_>) -> Vec<Clause> {
    let mut out = Vec::new();
    source.collect(source.rule, 0, &mut out);
    // A word of two letters says little beside a longer one, but costs as much.
    if out.iter().any(|c| shortest(c) >= 3) {
        out.retain(|c| shortest(c) >= 3);
    }
    out.sort();
    out.dedup();
    out
}

fn shortest(clause: &Clause) -> usize {
    clause.iter().map(String::len).min().unwrap_or(0)
}

impl Source<'_> {
    fn collect(&self, rule: &Value, depth: usize, out: &mut Vec<Clause>) {
        let Value::Object(rule) = rule else { return };
        // Utilities may refer to each other; stopping early only loses a clause.
        if depth > 16 {
            return;
        }
        for (key, value) in rule {
            match key.as_str() {
                "pattern" => match value {
                    Value::String(text) => self.pattern(text, depth, out),
                    Value::Object(o) => {
                        let Some(Value::String(context)) = o.get("context") else { continue };
                        match o.get("selector") {
                            // Only the selected part of the context must match.
                            Some(Value::String(kind)) => {
                                if let Some(text) = (self.select)(context, kind) {
                                    self.pattern(&text, depth, out);
                                }
                            }
                            Some(_) => {}
                            None => self.pattern(context, depth, out),
                        }
                    }
                    _ => {}
                },
                "regex" => {
                    if let Value::String(text) = value {
                        out.extend(literals(text));
                    }
                }
                "kind" => {
                    if let Value::String(kind) = value {
                        out.extend(keyword(kind).map(|word| vec![word.to_owned()]));
                    }
                }
                "all" => {
                    for part in value.as_array().into_iter().flatten() {
                        self.collect(part, depth + 1, out);
                    }
                }
                "any" => out.extend(self.any(value, depth)),
                "inside" | "has" | "precedes" | "follows" => self.collect(value, depth + 1, out),
                "matches" => {
                    if let Value::String(name) = value {
                        self.collect(&self.utils[name.as_str()], depth + 1, out);
                    }
                }
                _ => {}
            }
        }
    }

    /// The words of a pattern, and what the constraints on its metavariables say.
    fn pattern(&self, text: &str, depth: usize, out: &mut Vec<Clause>) {
        for (word, captured) in words(text) {
            if !captured {
                if word.len() >= 3 {
                    out.push(vec![word.to_owned()]);
                }
            } else if let Some(constraint) = self.constraints.get(word) {
                self.collect(constraint, depth + 1, out);
            }
        }
    }

    /// One clause for a choice: a word of each alternative, if all have one.
    fn any(&self, value: &Value, depth: usize) -> Option<Clause> {
        let mut union = Vec::new();
        for part in value.as_array()? {
            let mut clauses = Vec::new();
            self.collect(part, depth + 1, &mut clauses);
            union.extend(rarest(clauses)?);
        }
        (!union.is_empty()).then_some(union)
    }
}

/// The keyword that a node of this kind starts with in every grammar that has it.
fn keyword(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "assert_statement" => "assert",
        "await" | "await_expression" => "await",
        "catch_clause" => "catch",
        "debugger_statement" => "debugger",
        "defer_statement" => "defer",
        "delete_statement" | "delete_expression" => "delete",
        "do_statement" => "do",
        "except_clause" => "except",
        "finally_clause" => "finally",
        "for_statement" => "for",
        "global_statement" => "global",
        "lambda" => "lambda",
        "raise_statement" => "raise",
        "return_statement" => "return",
        "static_item" => "static",
        "switch_statement" | "switch_expression" => "switch",
        "synchronized_statement" => "synchronized",
        "throw_statement" => "throw",
        "try_statement" => "try",
        "unsafe_block" => "unsafe",
        "while_statement" => "while",
        "with_statement" => "with",
        _ => return None,
    })
}

/// The words of a pattern, each with whether it is a metavariable's name. Names
/// after more than one dollar capture what no constraint looks at.
fn words(pattern: &str) -> impl Iterator<Item = (&str, bool)> {
    let bytes = pattern.as_bytes();
    let mut i = 0;
    std::iter::from_fn(move || {
        while i < bytes.len() {
            let start = i;
            if !is_word(bytes[i]) {
                i += 1;
                continue;
            }
            while i < bytes.len() && is_word(bytes[i]) {
                i += 1;
            }
            let dollars = bytes[..start].iter().rev().take_while(|b| **b == b'$').count();
            if dollars < 2 {
                return Some((&pattern[start..i], dollars == 1));
            }
        }
        None
    })
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
        let of = |rule: Value| {
            clauses(&Source {
                rule: &rule,
                utils: &json!({"u": {"pattern": "open($F)"}}),
                constraints: &json!({"C": {"regex": "^(exec|eval)$"}}),
                select: &|_, kind| (kind == "call").then(|| "gets($A)".to_owned()),
            })
        };
        assert_eq!(of(json!({"pattern": "os.system($X)"})), [["system"]]);
        assert_eq!(
            of(json!({"any": [{"pattern": "md5($X)"}, {"pattern": "sha1($X)"}]})),
            [["md5", "sha1"]]
        );
        assert!(of(json!({"any": [{"pattern": "md5($X)"}, {"kind": "call"}]})).is_empty());
        assert!(of(json!({"not": {"pattern": "eval($X)"}, "kind": "call"})).is_empty());
        assert_eq!(of(json!({"regex": "^(exec|eval)$"})), [["exec", "eval"]]);
        assert!(of(json!({"regex": "^e.c$"})).is_empty());
        assert_eq!(of(json!({"matches": "u"})), [["open"]]);
        assert_eq!(of(json!({"pattern": "$C($X)"})), [["exec", "eval"]]);
        assert!(of(json!({"pattern": "f($$$C)"})).is_empty());
        assert_eq!(of(json!({"kind": "defer_statement"})), [["defer"]]);
        assert_eq!(
            of(json!({"pattern": {"context": "void f() { gets($A); }", "selector": "call"}})),
            [["gets"]]
        );
    }

    #[test]
    fn a_rule_is_active_when_each_clause_has_a_word() {
        let clause = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        let rules =
            [vec![clause(&["eval"])], vec![clause(&["md5", "sha1"]), clause(&["hash"])], vec![]];
        let filter = Prefilter::new(rules.iter().map(Vec::as_slice));
        assert_eq!(filter.active(b"evaluate"), [true, false, true]);
        assert_eq!(filter.active(b"hashlib.sha1"), [false, true, true]);
        assert_eq!(filter.active(b""), [false, false, true]);
    }
}

//! What a rule that somebody sends may ask for, checked before any part of it
//! is compiled: compiling follows references and recurses.

use std::collections::HashMap;

use serde_json::Value;

use super::RuleFault;
use super::words::compile;
use crate::language::{KindTable, Language};
use crate::parse;

/// The longest rule, in bytes.
pub(crate) const MOST_BYTES: usize = 32 * 1024;
/// The longest pattern, in bytes.
const MOST_PATTERN: usize = 4_000;
/// The deepest tree of a pattern.
const DEEPEST_PATTERN: usize = 120;
/// Parts of a rule, each utility counted wherever it is named.
const MOST_PARTS: usize = 5_000;
/// Regular expressions of a rule.
const MOST_REGEXES: usize = 64;

/// Checks `rule`, `constraints` and `utils`.
///
/// # Errors
/// The first part that is too large, or refers to itself.
pub(super) fn check(
    languages: &[Language],
    rule: &Value,
    constraints: &Value,
    utils: &Value,
) -> Result<(), RuleFault> {
    let mut sizes = Sizes { utils, known: HashMap::new(), path: Vec::new() };
    let mut parts = 0;
    for (field, value) in [("rule", rule), ("constraints", constraints), ("utils", utils)] {
        parts += sizes.of(value).map_err(|why| RuleFault::of(field, why))?;
        let mut seen = Seen { languages, regexes: 0 };
        seen.look(value).map_err(|why| RuleFault::of(field, why))?;
    }
    if parts > MOST_PARTS {
        return Err(RuleFault::of("rule", "the rule is too large, with what it refers to"));
    }
    Ok(())
}

struct Sizes<'a> {
    utils: &'a Value,
    known: HashMap<&'a str, usize>,
    path: Vec<&'a str>,
}

impl<'a> Sizes<'a> {
    fn of(&mut self, value: &'a Value) -> Result<usize, String> {
        let mut size = 1usize;
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    size = size.saturating_add(match (key.as_str(), value) {
                        ("matches", Value::String(name)) => self.util(name)?,
                        ("matches", _) => return Err("`matches` must be a name".to_owned()),
                        (_, value) => self.of(value)?,
                    });
                }
            }
            Value::Array(values) => {
                for value in values {
                    size = size.saturating_add(self.of(value)?);
                }
            }
            _ => {}
        }
        Ok(size)
    }

    fn util(&mut self, name: &'a str) -> Result<usize, String> {
        if let Some(size) = self.known.get(name) {
            return Ok(*size);
        }
        if self.path.contains(&name) {
            return Err(format!("the utility `{name}` refers to itself"));
        }
        let Some(value) = self.utils.get(name) else {
            return Err(format!("there is no utility `{name}`"));
        };
        self.path.push(name);
        let size = self.of(value)?;
        self.path.pop();
        self.known.insert(name, size);
        Ok(size)
    }
}

struct Seen<'a> {
    languages: &'a [Language],
    regexes: usize,
}

impl Seen<'_> {
    fn look(&mut self, value: &Value) -> Result<(), String> {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    match (key.as_str(), value) {
                        ("regex", Value::String(text)) => {
                            self.regexes += 1;
                            if self.regexes > MOST_REGEXES {
                                return Err(format!(
                                    "more than {MOST_REGEXES} regular expressions"
                                ));
                            }
                            compile(text)?;
                        }
                        ("pattern" | "context", Value::String(text)) => self.pattern(text)?,
                        (_, value) => self.look(value)?,
                    }
                }
                Ok(())
            }
            Value::Array(values) => values.iter().try_for_each(|value| self.look(value)),
            _ => Ok(()),
        }
    }

    fn pattern(&self, text: &str) -> Result<(), String> {
        if text.len() > MOST_PATTERN {
            return Err(format!("a pattern is longer than {MOST_PATTERN} bytes"));
        }
        for language in self.languages {
            let Some(table) = KindTable::of(*language) else { continue };
            let source = text.replace('$', &table.grammar.expando.to_string());
            let limit = std::time::Duration::from_secs(1);
            let Some(tree) = parse::parse(*language, table, &source, None, limit) else {
                return Err("a pattern takes too long to read".to_owned());
            };
            let mut cursor = tree.walk();
            'nodes: loop {
                if cursor.depth() as usize > DEEPEST_PATTERN {
                    return Err("a pattern is nested too deeply".to_owned());
                }
                if cursor.goto_first_child() {
                    continue;
                }
                while !cursor.goto_next_sibling() {
                    if !cursor.goto_parent() {
                        break 'nodes;
                    }
                }
            }
        }
        Ok(())
    }
}

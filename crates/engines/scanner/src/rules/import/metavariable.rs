//! What metavariables must be like: by regular expressions, by patterns of their own, and
//! by what was put in their place.

use serde_json::{Value, json};

use super::formula::{Formula, Sign, ended};
use super::pattern::Read;
use crate::language::KindTable;

impl Formula {
    /// Adds what the metavariables that were put in stand for.
    pub(super) fn attach(
        &mut self,
        read: &Read,
        rule: &mut Value,
        sign: Sign,
    ) -> Result<(), String> {
        for loose in &read.loose {
            self.note(loose.clone());
        }
        let kinds = KindTable::of(self.language).map_or(&[][..], |table| table.grammar.strings);
        let known: Vec<Value> = kinds.iter().map(|kind| json!({ "kind": kind })).collect();
        for name in &read.strings {
            if !known.is_empty() {
                let plain = json!({ "any": known, "not": { "has": { "regex": "^[$#]?\\{" } } });
                self.constrain(name, plain, rule, sign);
            }
        }
        for (name, inner) in &read.deep {
            let inner = self.matched(inner, sign)?;
            let deep = json!({ "any": [inner, { "has": ended(&inner) }] });
            self.constrain(name, deep, rule, sign);
        }
        Ok(())
    }

    /// Says what a metavariable must be like: for the whole rule or, where it must
    /// not match, beside the pattern.
    pub(super) fn constrain(&mut self, name: &str, like: Value, rule: &mut Value, sign: Sign) {
        if sign == Sign::Plus && !self.constraints.contains_key(name) {
            self.constraints.insert(name.to_owned(), like);
        } else if sign == Sign::Minus || self.constraints.get(name) != Some(&like) {
            let here = json!({ "has": { "stopBy": "end", "all": [{ "pattern": format!("${name}") }, like] } });
            *rule = json!({ "all": [rule.take(), here] });
        }
    }

    pub(super) fn metavariable(
        &mut self,
        kind: &str,
        of: &Value,
        sign: Sign,
    ) -> Result<Option<Value>, String> {
        let name = of["metavariable"].as_str().unwrap_or_default();
        let name = name.trim_start_matches('$').trim_start_matches("...");
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err("a metavariable without a name has no counterpart".to_owned());
        }
        let like = if kind == "metavariable-regex" {
            let regex = of["regex"].as_str().unwrap_or_default();
            anchored(regex)?
        } else {
            if of.get("language").is_some() {
                return Err("`metavariable-pattern` in another language".to_owned());
            }
            let inner = self.nested(of, sign)?;
            json!({ "any": [inner, { "has": ended(&inner) }] })
        };
        Ok(self.must_be(name, like, sign))
    }

    /// Says what a metavariable must be like, for the whole rule or, in what must not
    /// match, as a condition beside the pattern.
    pub(super) fn must_be(&mut self, name: &str, like: Value, sign: Sign) -> Option<Value> {
        if sign == Sign::Plus {
            let like = match self.constraints.remove(name) {
                Some(known) => json!({ "all": [known, like] }),
                None => like,
            };
            self.constraints.insert(name.to_owned(), like);
            return None;
        }
        let pattern = json!({ "pattern": format!("${name}") });
        Some(json!({ "has": { "stopBy": "end", "all": [pattern, like] } }))
    }
}

/// A regular expression that this engine has.
pub(super) fn regex_of(regex: &str) -> Result<String, String> {
    let regex = regex.replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!");
    let regex = regex.replace("\\Z", "\\z");
    if ["(?!", "(?=", "(?<!", "(?<="].iter().any(|look| regex.contains(look)) {
        return Err("a regular expression looks ahead or back".to_owned());
    }
    crate::rules::words::compile(&regex).map(|_| regex)
}

/// A regular expression that has to match from the beginning, quotes aside.
pub(super) fn anchored(regex: &str) -> Result<Value, String> {
    let bare = regex.strip_prefix('^').unwrap_or(regex);
    if let Some(inner) = bare.strip_prefix("(?!") {
        // `(?!x)` and `(?!x).*`: anything else.
        let end = closing(inner).ok_or("a regular expression is malformed")?;
        if matches!(&inner[end + 1..], "" | ".*" | ".*$" | ".+" | ".+$" | "$") {
            let not = regex_of(&format!("^[\"'`]?(?:{})", &inner[..end]))?;
            return Ok(json!({ "not": { "regex": not } }));
        }
    }
    let regex = regex_of(&format!("^[\"'`]?(?:{})", quoted_end(bare)))?;
    Ok(json!({ "regex": regex }))
}

/// The end of a text may be the end of a string.
pub(super) fn quoted_end(regex: &str) -> String {
    match regex.strip_suffix('$') {
        Some(head) if !head.ends_with('\\') => format!("{head}[\"'`]?$"),
        _ => regex.to_owned(),
    }
}

/// Where the parenthesis that is open at the start closes.
pub(super) fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut escaped) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

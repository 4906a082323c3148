//! Rules of other tools as rules of ours: ast-grep's as they are, semgrep's
//! translated, each with a report.

mod flow;
mod formula;
mod metavariable;
mod names;
mod number;
mod pattern;
mod place;
mod semgrep;

use std::sync::Arc;

use serde_json::{Value, json};

use super::own::OwnRule;
use super::{RuleFault, yaml};

/// Rules of one file.
const MOST: usize = 1_000;
/// The longest file, in bytes.
const MOST_BYTES: usize = 2 << 20;

/// How much of a rule was brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All of it.
    Whole,
    /// Not all, or not exactly: it may find more or less than it did.
    Partly,
    /// Nothing.
    Refused,
}

/// A rule of another tool, and what became of it.
#[derive(Debug, Clone)]
pub struct Translated {
    /// Its id; ours where it was brought.
    pub id: String,
    /// The tool: `ast-grep`, `semgrep`.
    pub origin: &'static str,
    /// How much of it was brought.
    pub outcome: Outcome,
    /// Why not all.
    pub why: Vec<String>,
    /// The rule as YAML; empty where it was refused.
    pub text: String,
    /// The rule; `None` where it was refused.
    pub rule: Option<Arc<OwnRule>>,
}

impl Translated {
    fn refused(id: &str, origin: &'static str, why: String) -> Self {
        let rule = None;
        let (outcome, text) = (Outcome::Refused, String::new());
        Self { id: id.to_owned(), origin, outcome, why: vec![why], text, rule }
    }
}

/// Reads the rules of a file, of either tool, in any number of documents.
///
/// # Errors
/// The file is no YAML, or holds no rules.
pub fn import(text: &str) -> Result<Vec<Translated>, RuleFault> {
    if text.len() > MOST_BYTES {
        return Err(RuleFault::of("", "the file is larger than 2 MiB"));
    }
    let documents = yaml::read_all(text)?;
    let mut all = Vec::new();
    let mut tests: Vec<&Value> = Vec::new();
    let parts = pieces(text, documents.len());
    for (place, document) in documents.iter().enumerate() {
        if let Some(rules) = document.get("rules").and_then(Value::as_array) {
            all.extend(rules.iter().take(MOST).map(semgrep::translate));
        } else if document.get("id").is_some() && document.get("language").is_some() {
            let own = parts.as_ref().and_then(|parts| parts.get(place));
            all.push(as_it_is(document, own.map(String::as_str)));
        } else if document.get("id").is_some() && document.get("valid").is_some() {
            tests.push(document);
        }
    }
    all.truncate(MOST);
    for test in tests {
        with_tests(&mut all, test);
    }
    if all.is_empty() {
        return Err(RuleFault::of("", "holds no rules of ast-grep or semgrep"));
    }
    Ok(all)
}

/// The texts of the documents, where they can be told apart.
fn pieces(text: &str, documents: usize) -> Option<Vec<String>> {
    let mut parts = vec![String::new()];
    for line in text.lines() {
        if line.trim_end() == "---" {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push_str(line);
            part.push('\n');
        }
    }
    let written = |part: &String| {
        part.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
    };
    parts.retain(written);
    (parts.len() == documents).then_some(parts)
}

/// A rule of ast-grep: its own text, or the same written anew.
fn as_it_is(document: &Value, text: Option<&str>) -> Translated {
    let id = document["id"].as_str().unwrap_or("?");
    let mut why = Vec::new();
    let mut document = document.clone();
    let mut text = text.map(str::to_owned);
    let wanted = id_of(id);
    if wanted != id || document["severity"] == "off" {
        document["id"] = json!(wanted);
        if document["severity"] == "off" {
            document["severity"] = json!("info");
            why.push("it was switched off; here its ruleset decides".to_owned());
        }
        text = None;
    }
    for field in ["rewriters", "suppressions", "transform"] {
        if document.get(field).is_some() && field != "transform" {
            if let Some(fields) = document.as_object_mut() {
                fields.remove(field);
            }
            text = None;
            why.push(format!("`{field}` is left out"));
        }
    }
    let text = text.unwrap_or_else(|| yaml::write(&document));
    if document.get("fix").is_some() && OwnRule::parse(&text).is_err() {
        // Perhaps it is the fix that is not understood.
        return without_fix("ast-grep", &wanted, &document, why);
    }
    made("ast-grep", &wanted, text, why)
}

/// A rule without its fix, which cannot be brought.
fn without_fix(
    origin: &'static str,
    id: &str,
    document: &Value,
    mut why: Vec<String>,
) -> Translated {
    let mut document = document.clone();
    if let Some(fields) = document.as_object_mut() {
        fields.remove("fix");
    }
    why.push("its fix is left out".to_owned());
    made(origin, id, yaml::write(&document), why)
}

/// A translated text, if it compiles.
fn made(origin: &'static str, id: &str, text: String, why: Vec<String>) -> Translated {
    match OwnRule::parse(&text) {
        Ok(rule) => Translated {
            id: rule.info().id.clone(),
            origin,
            outcome: if why.is_empty() { Outcome::Whole } else { Outcome::Partly },
            why,
            text,
            rule: Some(Arc::new(rule)),
        },
        Err(fault) => Translated::refused(id, origin, fault.to_string()),
    }
}

/// Adds the examples that ast-grep keeps in a file of their own.
fn with_tests(all: &mut [Translated], test: &Value) {
    let id = format!("{}{}", super::OWN_PREFIX, id_of(test["id"].as_str().unwrap_or_default()));
    let Some(found) = all.iter_mut().find(|one| one.id == id && one.rule.is_some()) else { return };
    let Ok(mut document) = yaml::read(&found.text) else { return };
    let examples = json!({ "valid": test["valid"], "invalid": test["invalid"] });
    if !document["metadata"].is_object() {
        document["metadata"] = json!({});
    }
    document["metadata"]["tests"] = examples;
    let text = yaml::write(&document);
    if let Ok(rule) = OwnRule::parse(&text) {
        found.text = text;
        found.rule = Some(Arc::new(rule));
    }
}

/// An id in the letters that ours have.
fn id_of(id: &str) -> String {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    let id = id.to_ascii_lowercase();
    let id: String = id.chars().map(|c| if fine(c) { c } else { '-' }).take(100).collect();
    if id.is_empty() { "rule".to_owned() } else { id }
}

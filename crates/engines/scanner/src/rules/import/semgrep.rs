//! A rule of semgrep as one of ours.

use serde_json::{Map, Value, json};

use super::formula::Formula;
use super::{Translated, id_of, made};
use crate::language::Language;
use crate::rules::own::{OwnRule, language_of};
use crate::rules::yaml;

const ORIGIN: &str = "semgrep";

/// Translates a rule, as far as it goes.
pub(super) fn translate(rule: &Value) -> Translated {
    let id = rule["id"].as_str().unwrap_or("?").to_owned();
    match translated(rule, &id) {
        Ok((document, why)) => {
            let text = yaml::write(&document);
            if document.get("fix").is_some() && OwnRule::parse(&text).is_err() {
                return super::without_fix(ORIGIN, &id, &document, why);
            }
            made(ORIGIN, &id, text, why)
        }
        Err(why) => Translated::refused(&id, ORIGIN, why),
    }
}

fn translated(rule: &Value, id: &str) -> Result<(Value, Vec<String>), String> {
    let mode = rule["mode"].as_str().unwrap_or("search");
    let named: Vec<&str> =
        rule["languages"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut document = Map::new();
    document.insert("id".to_owned(), json!(id_of(id)));
    let mut why = Vec::new();
    if named.iter().all(|name| matches!(*name, "regex" | "generic" | "none")) {
        document.insert("language".to_owned(), json!("any"));
        document.insert("severity".to_owned(), severity(rule));
        document.insert("message".to_owned(), message(rule));
        document.insert("text".to_owned(), json!({ "regex": any_regex(rule, &mut why)? }));
    } else {
        let mut languages: Vec<Language> = named.iter().filter_map(|n| language_of(n)).collect();
        languages.retain(|language| language.is_analysed());
        languages.dedup();
        let Some(first) = languages.first().copied() else {
            return Err(format!("there is no grammar for {}", named.join(", ")));
        };
        if languages.len() < named.len() && !named.contains(&"js") && !named.contains(&"ts") {
            why.push(format!(
                "only for {}",
                languages.iter().map(|l| l.id()).collect::<Vec<_>>().join(", ")
            ));
        }
        let first = languages.iter().copied().find(|l| *l == Language::TypeScript).unwrap_or(first);
        document.insert("language".to_owned(), json!(first.id()));
        document.insert("severity".to_owned(), severity(rule));
        document.insert("message".to_owned(), message(rule));
        let mut formula = Formula::new(first);
        match mode {
            "search" => {
                if let Some(regex) = only_regex(rule) {
                    document.insert("text".to_owned(), json!({ "regex": checked(regex)? }));
                } else {
                    document.insert("rule".to_owned(), formula.translate(rule)?);
                    if !formula.constraints.is_empty() {
                        let constraints = Value::Object(formula.constraints.clone());
                        document.insert("constraints".to_owned(), constraints);
                    }
                }
            }
            "taint" => {
                let (taint, notes) = super::flow::taint(rule)?;
                document.insert("taint".to_owned(), taint);
                why.extend(notes);
            }
            other => return Err(format!("mode `{other}` has no counterpart")),
        }
        why.append(&mut formula.why);
        languages.retain(|language| *language != first);
        if first == Language::TypeScript || first == Language::JavaScript {
            languages.extend([Language::Tsx].iter().filter(|_| first == Language::TypeScript));
        }
        document.insert("metadata".to_owned(), metadata(rule, &languages));
    }
    document.entry("metadata").or_insert_with(|| metadata(rule, &[]));
    for (theirs, ours) in [("include", "files"), ("exclude", "ignores")] {
        let globs: Vec<Value> = rule["paths"][theirs]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(|glob| {
                json!(if glob.starts_with("**") || glob.starts_with('/') {
                    glob.trim_start_matches('/').to_owned()
                } else {
                    format!("**/{glob}")
                })
            })
            .collect();
        if !globs.is_empty() {
            document.insert(ours.to_owned(), Value::Array(globs));
        }
    }
    match fix(rule, document.contains_key("rule")) {
        Ok(Some(fix)) => drop(document.insert("fix".to_owned(), json!(fix))),
        Ok(None) => {}
        Err(()) => why.push("its fix is left out".to_owned()),
    }
    Ok((Value::Object(document), why))
}

/// What a rule says to write instead, as a template of ours; an error where it has
/// one that cannot be brought: theirs replaces what the focus is on, ours the match.
fn fix(rule: &Value, is_pattern: bool) -> Result<Option<String>, ()> {
    if rule.get("fix-regex").is_some() {
        return Err(());
    }
    let Some(fix) = rule.get("fix") else { return Ok(None) };
    match fix.as_str() {
        Some(fix) if is_pattern && one_node(rule) => {
            Ok(Some(fix.trim_end().replace("$...", "$$$")))
        }
        _ => Err(()),
    }
}

/// Whether what a rule reports is one expression or statement, and all of it.
fn one_node(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.iter().all(|(key, value)| match (key.as_str(), value) {
            ("focus-metavariable", _) => false,
            ("pattern", Value::String(text)) => text.trim().lines().count() == 1,
            (_, value) => one_node(value),
        }),
        Value::Array(values) => values.iter().all(one_node),
        _ => true,
    }
}

/// The regular expression of a rule that has nothing else.
fn only_regex(rule: &Value) -> Option<&str> {
    if let Some(regex) = rule["pattern-regex"].as_str() {
        return Some(regex);
    }
    match rule["patterns"].as_array()?.as_slice() {
        [only] => only["pattern-regex"].as_str(),
        _ => None,
    }
}

fn checked(regex: &str) -> Result<String, String> {
    let regex = regex.replace("\\Z", "\\z");
    // Theirs begin and end at lines.
    let regex = format!("(?m){regex}");
    crate::rules::words::compile(&regex).map(|_| regex)
}

fn any_regex(rule: &Value, why: &mut Vec<String>) -> Result<String, String> {
    if let Some(regex) = only_regex(rule) {
        return checked(regex);
    }
    let either = rule["pattern-either"].as_array().or_else(|| {
        let parts = rule["patterns"].as_array()?;
        parts.iter().find_map(|part| part["pattern-either"].as_array())
    });
    if let Some(parts) = either {
        let regexes: Vec<&str> = parts.iter().filter_map(|p| p["pattern-regex"].as_str()).collect();
        if regexes.len() == parts.len() && !regexes.is_empty() {
            if rule["patterns"].as_array().is_some_and(|parts| parts.len() > 1) {
                why.push("conditions beside the regular expressions are left out".to_owned());
            }
            return checked(
                &regexes.iter().map(|r| format!("(?:{r})")).collect::<Vec<_>>().join("|"),
            );
        }
    }
    if let Some(parts) = rule["patterns"].as_array()
        && let Some(regex) = parts.iter().find_map(|part| part["pattern-regex"].as_str())
    {
        why.push("conditions beside the regular expression are left out".to_owned());
        return checked(regex);
    }
    Err("a pattern of any language that is no regular expression".to_owned())
}

fn severity(rule: &Value) -> Value {
    json!(match rule["severity"].as_str().unwrap_or_default() {
        "CRITICAL" => "fatal",
        "ERROR" | "HIGH" => "error",
        "WARNING" | "MEDIUM" => "warning",
        _ => "info",
    })
}

fn message(rule: &Value) -> Value {
    let text = rule["message"].as_str().unwrap_or_default();
    json!(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn metadata(rule: &Value, also: &[Language]) -> Value {
    let theirs = &rule["metadata"];
    let mut meta = Map::new();
    let category = theirs["category"].as_str().unwrap_or("smell");
    meta.insert("category".to_owned(), json!(category));
    let cwe = match &theirs["cwe"] {
        Value::Array(all) => all.clone(),
        Value::String(one) => vec![json!(one)],
        _ => Vec::new(),
    };
    let number = |value: &Value| {
        let text = value.as_str()?.trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        text[..end].parse::<u32>().ok()
    };
    let cwe: Vec<u32> = cwe.iter().filter_map(number).collect();
    if !cwe.is_empty() {
        meta.insert("cwe".to_owned(), json!(cwe));
    }
    let title = rule["id"].as_str().unwrap_or_default().replace(['-', '_'], " ");
    meta.insert("title".to_owned(), json!(title));
    if !also.is_empty() {
        let ids: Vec<&str> = also.iter().map(|language| language.id()).collect();
        meta.insert("also".to_owned(), json!(ids));
    }
    Value::Object(meta)
}

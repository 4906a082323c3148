//! What the names in a pattern are written like where they are imported.

use serde_json::{Value, json};

use crate::language::Language;

/// The pattern, and in Python and Java what it is where its name is imported.
pub(super) fn names(language: Language, text: &str) -> Vec<(String, Option<(String, String)>)> {
    let mut all = vec![(text.to_owned(), None)];
    let path_end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
    let path = text[..path_end.unwrap_or(text.len())].trim_end_matches('.');
    let parts: Vec<&str> = path.split('.').collect();
    if parts.len() < 2 || parts.iter().any(|part| part.is_empty()) || text.contains('\n') {
        let new = text.strip_prefix("new ").filter(|_| language == Language::Java);
        if let Some(rest) = new {
            let short = last_name(rest);
            all.extend((short != rest).then(|| (format!("new {short}"), None)));
        }
        return all;
    }
    match language {
        Language::Python => {
            for cut in 1..parts.len() {
                let module = parts[..cut].join(".");
                let rest = &text[module.len() + 1..];
                all.push((rest.to_owned(), Some((module, parts[cut].to_owned()))));
            }
        }
        Language::Java if parts[0].starts_with(|c: char| c.is_ascii_lowercase()) => {
            let class = parts.iter().position(|p| p.starts_with(|c: char| c.is_ascii_uppercase()));
            if let Some(at) = class.filter(|at| *at > 0) {
                let package = parts[..at].join(".").len() + 1;
                all.push((text[package..].to_owned(), None));
            }
        }
        _ => {}
    }
    all
}

/// The same with fewer arguments: a comma before any arguments asks for some.
pub(super) fn with_less(
    all: Vec<(String, Option<(String, String)>)>,
) -> Vec<(String, Option<(String, String)>)> {
    let less = |(text, import): &(String, Option<(String, String)>)| {
        text.contains(", ...)").then(|| (text.replace(", ...)", ")"), import.clone()))
    };
    let further: Vec<_> = all.iter().filter_map(less).collect();
    all.into_iter().chain(further).collect()
}

pub(super) fn last_name(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
    let path = &text[..end.unwrap_or(text.len())];
    path.rfind('.').map_or(text, |dot| &text[dot + 1..])
}

/// The file imports a name from a module of Python.
pub(super) fn imported(module: &str, name: &str) -> Value {
    let module = format!("^{}$", regex::escape(module));
    let name = format!("^{}( as .*)?$", regex::escape(name));
    json!({ "inside": { "stopBy": "end", "kind": "module", "has": {
        "stopBy": "end", "kind": "import_from_statement",
        "all": [
            { "has": { "field": "module_name", "regex": module } },
            { "has": { "regex": name, "stopBy": "neighbor" } },
        ],
    } } })
}

//! Rules of semgrep about data flow as ours, where their places are calls and
//! names.

use serde_json::{Value, json};

/// Words that say that data comes with a request.
const REQUESTS: &[&str] =
    &["request", "$REQ", "req.", "HttpServletRequest", "http.Request", "$_GET", "$_POST"];

/// The `taint` part, and what could not be kept.
///
/// # Errors
/// Why nothing can be.
pub(super) fn taint(rule: &Value) -> Result<(Value, Vec<String>), String> {
    let mut notes = Vec::new();
    let sources = texts(&rule["pattern-sources"]);
    let mut from: Vec<String> = sources.iter().filter_map(|text| source(text)).collect();
    let http = sources.iter().any(|text| REQUESTS.iter().any(|word| text.contains(word)));
    if http {
        notes.push("requests are told by what we know of the frameworks".to_owned());
    } else if from.is_empty() {
        return Err("its sources are no calls or names".to_owned());
    }
    from.sort();
    from.dedup();
    let wanted = texts(&rule["pattern-sinks"]);
    let mut sinks: Vec<String> = wanted.iter().filter_map(|text| sink(text)).collect();
    sinks.sort();
    sinks.dedup();
    if sinks.is_empty() {
        return Err("its sinks are no calls with arguments".to_owned());
    }
    if sinks.len() < wanted.len() {
        notes.push("sinks that are no plain calls are left out".to_owned());
    }
    let mut clean: Vec<String> = texts(&rule["pattern-sanitizers"])
        .iter()
        .filter_map(|text| call(text).map(|(name, _)| format!("{name}()")))
        .collect();
    clean.sort();
    clean.dedup();
    if rule.get("pattern-propagators").is_some() {
        notes.push("propagators are left out".to_owned());
    }
    notes.push("places are told by names, without what stands around them".to_owned());
    let mut taint = json!({ "sinks": sinks });
    if http {
        taint["sources"] = json!(["http"]);
    } else {
        taint["from"] = json!(from);
    }
    if !clean.is_empty() {
        taint["clean"] = json!(clean);
    }
    Ok((taint, notes))
}

/// Every pattern below, wherever it stands.
fn texts(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
}

fn collect(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value) {
                    ("pattern", Value::String(text)) => out.push(text.trim().to_owned()),
                    ("patterns" | "pattern-either", value) => collect(value, out),
                    _ => {}
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, out)),
        _ => {}
    }
}

/// A call as the name that our patterns have for it, and its arguments.
fn call(text: &str) -> Option<(String, Vec<&str>)> {
    let text = text.trim().trim_end_matches(';');
    let (text, new) = match text.strip_prefix("new ") {
        Some(rest) => (rest, "new "),
        None => (text, ""),
    };
    let open = text.find('(')?;
    let (head, tail) = (text[..open].trim(), text[open + 1..].strip_suffix(')')?);
    if tail.contains(['(', '{', '\n']) || head.is_empty() {
        return None;
    }
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let name = match head.rsplit_once('.') {
        // A method of whatever a metavariable is.
        Some((on, name)) if on.starts_with('$') && name.chars().all(word) => format!("*#{name}"),
        _ if head.chars().all(|c| word(c) || c == '.') => head.to_owned(),
        _ => return None,
    };
    Some((format!("{new}{name}"), tail.split(',').map(str::trim).collect()))
}

fn source(text: &str) -> Option<String> {
    let (name, _) = call(text)?;
    Some(format!("{name}()"))
}

/// A call, and which of its arguments the data must not be.
fn sink(text: &str) -> Option<String> {
    let (name, arguments) = call(text)?;
    let first = arguments.iter().position(|one| one.starts_with('$') && !one.starts_with("$..."));
    let place = match (first, arguments.as_slice()) {
        (Some(at), _) => at.to_string(),
        (None, ["..." | ""]) => "*".to_owned(),
        (None, _) => return None,
    };
    Some(format!("{name}({place})"))
}

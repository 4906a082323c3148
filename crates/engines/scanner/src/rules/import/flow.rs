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
    let entries = entries(&rule["pattern-sources"]);
    let mut from: Vec<String> = entries.iter().flat_map(Place::sources).collect();
    let http = sources.iter().any(|text| REQUESTS.iter().any(|word| text.contains(word)));
    let parameters = !http && from.is_empty() && entries.iter().any(Place::is_parameter);
    if http {
        notes.push("requests are told by what we know of the frameworks".to_owned());
    } else if parameters {
        notes.push("parameters of any function are meant".to_owned());
    } else if from.is_empty() {
        return Err("its sources are no calls or names".to_owned());
    }
    from.sort();
    from.dedup();
    let wanted = self::entries(&rule["pattern-sinks"]);
    let found: Vec<Vec<String>> = wanted.iter().map(Place::sinks).collect();
    let lost = found.iter().any(Vec::is_empty);
    let mut sinks: Vec<String> = found.into_iter().flatten().collect();
    sinks.sort();
    sinks.dedup();
    if sinks.is_empty() {
        return Err("its sinks are no calls with arguments".to_owned());
    }
    if lost {
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
    } else if parameters {
        taint["parameters"] = json!(true);
    } else {
        taint["from"] = json!(from);
    }
    if !clean.is_empty() {
        taint["clean"] = json!(clean);
    }
    Ok((taint, notes))
}

/// One place that a rule names: what must be there, what must be around it, which
/// metavariable is meant, and what metavariables may be.
#[derive(Default, Clone)]
struct Place {
    patterns: Vec<String>,
    around: Vec<String>,
    meant: Vec<String>,
    words: Vec<(String, String)>,
}

/// The places of a list; alternatives are places of their own.
fn entries(value: &Value) -> Vec<Place> {
    let mut found = Vec::new();
    for entry in value.as_array().into_iter().flatten() {
        spread(entry, Place::default(), &mut found, 0);
    }
    found
}

fn spread(entry: &Value, mut place: Place, out: &mut Vec<Place>, depth: u32) {
    if depth > 8 || out.len() > 400 {
        return;
    }
    if let Some(either) = entry.get("pattern-either").and_then(Value::as_array) {
        either.iter().for_each(|one| spread(one, place.clone(), out, depth + 1));
        return;
    }
    let parts = match entry.get("patterns").and_then(Value::as_array) {
        Some(parts) => parts.as_slice(),
        None => std::slice::from_ref(entry),
    };
    let mut choices = Vec::new();
    for part in parts {
        let text = |name: &str| part.get(name).and_then(Value::as_str).map(str::trim);
        if let Some(text) = text("pattern") {
            if metavariable(text) {
                place.meant.push(text.to_owned());
            } else {
                place.patterns.push(text.to_owned());
            }
        }
        place.around.extend(text("pattern-inside").map(str::to_owned));
        match part.get("focus-metavariable") {
            Some(Value::String(name)) => place.meant.push(name.clone()),
            Some(Value::Array(names)) => {
                place.meant.extend(names.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            _ => {}
        }
        if let Some(of) = part.get("metavariable-regex") {
            let name = of["metavariable"].as_str().unwrap_or_default().to_owned();
            if let Some(words) = of["regex"].as_str().and_then(words) {
                place.words.push((name, words));
            }
        }
        if part.get("pattern-either").is_some() || part.get("patterns").is_some() {
            choices.push(part);
        }
    }
    match choices.split_first() {
        None => out.push(place),
        Some((first, rest)) => {
            let mut inner = Vec::new();
            spread(first, place, &mut inner, depth + 1);
            for mut place in inner {
                // What further alternatives say of where to look.
                for more in rest {
                    let mut also = Vec::new();
                    spread(more, Place::default(), &mut also, depth + 1);
                    for one in also {
                        place.patterns.extend(one.patterns);
                        place.around.extend(one.around);
                        place.meant.extend(one.meant);
                        place.words.extend(one.words);
                    }
                }
                out.push(place);
            }
        }
    }
}

fn metavariable(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(|name| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    })
}

/// A regular expression that is a list of words, as our patterns write one.
fn words(regex: &str) -> Option<String> {
    let bare = regex.trim_start_matches('^').trim_end_matches('$');
    let bare = bare.trim_start_matches("(?:").trim_start_matches('(').trim_end_matches(')');
    let word = |w: &str| !w.is_empty() && w.chars().all(|c| c.is_alphanumeric() || c == '_');
    bare.split('|').all(word).then(|| bare.to_owned())
}

impl Place {
    fn sources(&self) -> Vec<String> {
        self.patterns.iter().filter_map(|text| source(text)).collect()
    }

    /// Whether it is a parameter of a function around it.
    fn is_parameter(&self) -> bool {
        self.around.iter().any(|text| {
            let head = text.lines().next().unwrap_or_default();
            let declares = ["function", "func ", "def ", "=>"].iter().any(|w| text.contains(w))
                || (text.contains("{") && head.contains(") {"));
            declares && self.meant.iter().any(|name| head.contains(name.as_str()))
        })
    }

    /// The calls whose argument is meant.
    fn sinks(&self) -> Vec<String> {
        let all = self.patterns.iter().chain(&self.around);
        let mut found: Vec<String> = all
            .filter_map(|text| {
                let text = self.with_words(text);
                let (name, arguments) = call(&text)?;
                let meant = |one: &&str| self.meant.iter().any(|m| m == one);
                let at = arguments.iter().position(|one| meant(&one.trim()))?;
                // Behind others that are not counted, it may be any.
                let some = arguments[..at].contains(&"...");
                Some(if some { format!("{name}(*)") } else { format!("{name}({at})") })
            })
            .collect();
        if found.is_empty() {
            let own = self.patterns.iter().map(|text| self.with_words(text));
            found = own.filter_map(|text| sink(&text).or_else(|| set(&text))).collect();
        }
        found
    }

    /// A text with the words that metavariables stand for in their place.
    fn with_words(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, words) in &self.words {
            text = text.replace(&format!(".{name}("), &format!(".{words}("));
            if text.starts_with(&format!("{name}(")) {
                text.replace_range(..name.len(), words);
            }
        }
        text
    }
}

/// A field that is written: `$X.name = $Y`.
fn set(text: &str) -> Option<String> {
    let (left, right) = text.trim().trim_end_matches(';').split_once(" = ")?;
    let (on, name) = left.rsplit_once('.')?;
    let word = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !word(name) || name.is_empty() || !right.trim().starts_with('$') {
        return None;
    }
    if on.starts_with('$') {
        return Some(format!("set *#{name}"));
    }
    word(on).then(|| format!("set {on}#{name}"))
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
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '|';
    let name = match head.rsplit_once('.') {
        // A method of whatever a metavariable is.
        Some((on, name)) if on.starts_with('$') && name.chars().all(word) => format!("*#{name}"),
        _ if head.chars().all(|c| word(c) || c == '.') => head.to_owned(),
        _ => return None,
    };
    Some((format!("{new}{name}"), tail.split(',').map(str::trim).collect()))
}

fn source(text: &str) -> Option<String> {
    if let Some((name, _)) = call(text) {
        return Some(format!("{name}()"));
    }
    // A field that is read, or an element of it.
    let path = text.trim_end_matches("[...]").trim_end_matches("[$_]");
    let (on, name) = path.rsplit_once('.')?;
    let word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
    };
    if !word(name) {
        return None;
    }
    if metavariable(on) {
        return Some(format!("*#{name}"));
    }
    word(on).then(|| format!("{on}.{name}"))
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

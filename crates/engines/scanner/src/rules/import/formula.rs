//! What a rule of semgrep matches, as a rule of ast-grep.

use serde_json::{Map, Value, json};

use super::pattern::{self, Item, Piece, Read};
use crate::language::{KindTable, Language};

/// A translation on its way.
pub(super) struct Formula {
    language: Language,
    number: usize,
    /// What metavariables must be like, wherever they are.
    pub(super) constraints: Map<String, Value>,
    /// What could not be kept as it was.
    pub(super) why: Vec<String>,
    /// The metavariable that is meant by the match.
    pub(super) focus: Vec<String>,
}

/// Whether a part says what has to be there or what must not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Plus,
    Minus,
}

impl Formula {
    pub(super) fn new(language: Language) -> Self {
        Self { language, number: 0, constraints: Map::new(), why: Vec::new(), focus: Vec::new() }
    }

    fn note(&mut self, why: impl Into<String>) {
        let why = why.into();
        if !self.why.contains(&why) {
            self.why.push(why);
        }
    }

    /// Translates what stands at the top of a rule, or of an entry of a list.
    ///
    /// # Errors
    /// Why it cannot be.
    pub(super) fn translate(&mut self, of: &Value) -> Result<Value, String> {
        self.part(of, Sign::Plus)
    }

    fn part(&mut self, of: &Value, sign: Sign) -> Result<Value, String> {
        let text = |name: &str| of.get(name).and_then(Value::as_str);
        let list = |name: &str| of.get(name).and_then(Value::as_array);
        if let Some(text) = text("pattern") {
            return self.matched(text, sign);
        }
        if let Some(parts) = list("patterns") {
            return self.all(parts, sign);
        }
        if let Some(parts) = list("pattern-either") {
            return self.any(parts, sign);
        }
        if let Some(regex) = text("pattern-regex") {
            self.note("a regular expression is looked for in each matched part");
            return Ok(json!({ "regex": regex_of(regex)? }));
        }
        if of.get("pattern-inside").is_some() {
            return Err("says only where to look, and not for what".to_owned());
        }
        let known = of.as_object().and_then(|o| o.keys().next()).cloned().unwrap_or_default();
        Err(format!("`{known}` has no counterpart"))
    }

    fn any(&mut self, parts: &[Value], sign: Sign) -> Result<Value, String> {
        let mut any = Vec::new();
        let mut dropped = Vec::new();
        for part in parts {
            match self.part(part, sign) {
                Ok(rule) => any.push(rule),
                Err(why) => dropped.push(why),
            }
        }
        let Some(first) = dropped.first().cloned() else { return Ok(one_of(any)) };
        if any.is_empty() {
            return Err(first);
        }
        let (all, lost) = (parts.len(), dropped.len());
        self.note(format!("{lost} of {all} alternatives are left out: {first}"));
        Ok(one_of(any))
    }

    fn all(&mut self, parts: &[Value], sign: Sign) -> Result<Value, String> {
        let mut all: Vec<Value> = Vec::new();
        let mut conditions: Vec<Value> = Vec::new();
        let mut inside: Vec<Value> = Vec::new();
        // What is there comes first: it gives metavariables their values.
        for part in parts {
            for name in ["pattern", "patterns", "pattern-either", "pattern-regex"] {
                if part.get(name).is_none() {
                    continue;
                }
                if name == "pattern-either" && only_places(&part[name]) {
                    inside.push(self.places(&part[name], sign)?);
                } else if name == "patterns" && only_places(&part[name]) {
                    let places = part[name].as_array().cloned().unwrap_or_default();
                    for place in &places {
                        inside.push(self.place(place, sign)?);
                    }
                } else {
                    all.push(self.part(part, sign)?);
                }
            }
        }
        for part in parts {
            if let Some(place) = part.get("pattern-inside") {
                inside.push(self.inside(place, sign)?);
            }
            if let Some(not) = part.get("pattern-not") {
                match self.negated(not) {
                    Ok(rule) => conditions.push(json!({ "not": rule })),
                    Err(why) => self.note(format!("an exception is left out: {why}")),
                }
            }
            if let Some(not) = part.get("pattern-not-inside") {
                match self.inside(not, Sign::Minus) {
                    Ok(rule) => conditions.push(json!({ "not": rule })),
                    Err(why) => self.note(format!("an exception is left out: {why}")),
                }
            }
            if let Some(regex) = part.get("pattern-not-regex").and_then(Value::as_str) {
                match regex_of(regex) {
                    Ok(regex) => conditions.push(json!({ "not": { "regex": regex } })),
                    Err(why) => self.note(format!("an exception is left out: {why}")),
                }
            }
            if let Some(focus) = part.get("focus-metavariable") {
                let names = match focus {
                    Value::String(name) => vec![name.clone()],
                    Value::Array(names) => {
                        names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
                    }
                    _ => Vec::new(),
                };
                self.focus.extend(names);
                self.note("the whole match is reported, not what the focus is on");
            }
        }
        for part in parts {
            for name in ["metavariable-regex", "metavariable-pattern"] {
                if let Some(of) = part.get(name)
                    && let Some(rule) = self.metavariable(name, of, sign)?
                {
                    conditions.push(rule);
                }
            }
            if let Some(of) = part.get("metavariable-comparison") {
                let (name, like) = super::number::compared(of)?;
                conditions.extend(self.must_be(&name, json!({ "regex": like }), sign));
            }
            for name in ["metavariable-analysis", "metavariable-type"] {
                if part.get(name).is_some() {
                    return Err(format!("`{name}` has no counterpart"));
                }
            }
        }
        if all.is_empty() {
            if inside.is_empty() {
                return Err("says only what must not be there".to_owned());
            }
            return Err("says only where to look, and not for what".to_owned());
        }
        all.extend(inside);
        all.extend(conditions);
        Ok(if all.len() == 1 { all.remove(0) } else { json!({ "all": all }) })
    }

    fn places(&mut self, parts: &Value, sign: Sign) -> Result<Value, String> {
        let mut any = Vec::new();
        let mut lost = None;
        for part in parts.as_array().into_iter().flatten() {
            match self.place(part, sign) {
                Ok(rule) => any.push(rule),
                Err(why) => lost = Some(why),
            }
        }
        match lost {
            Some(why) if any.is_empty() => return Err(why),
            Some(why) => self.note(format!("a place is left out: {why}")),
            None => {}
        }
        Ok(one_of(any))
    }

    fn place(&mut self, part: &Value, sign: Sign) -> Result<Value, String> {
        if let Some(place) = part.get("pattern-inside") {
            return self.inside(place, sign);
        }
        if let Some(parts) = part.get("pattern-either") {
            return self.places(parts, sign);
        }
        let mut all = Vec::new();
        for part in part.get("patterns").and_then(Value::as_array).into_iter().flatten() {
            if let Some(of) = part.get("metavariable-regex") {
                all.extend(self.metavariable("metavariable-regex", of, sign)?);
            } else if let Some(not) = part.get("pattern-not-inside") {
                all.push(json!({ "not": self.inside(not, Sign::Minus)? }));
            } else {
                all.push(self.place(part, sign)?);
            }
        }
        if all.is_empty() {
            Err("a place is not understood".to_owned())
        } else {
            Ok(json!({ "all": all }))
        }
    }

    fn negated(&mut self, of: &Value) -> Result<Value, String> {
        match of {
            Value::String(text) => self.matched(text, Sign::Minus),
            other => self.part(other, Sign::Minus),
        }
    }

    /// Nodes that are a pattern.
    fn matched(&mut self, text: &str, sign: Sign) -> Result<Value, String> {
        let mut any = Vec::new();
        for (text, import) in with_less(names(self.language, text)) {
            let read = pattern::read(self.language, &text, &mut self.number);
            let read = match read {
                Ok(read) => read,
                Err(why) if any.is_empty() => return Err(format!("`{}` {why}", short(&text))),
                Err(_) => continue,
            };
            let mut rule = self.sequence(&read)?;
            self.attach(&read, &mut rule, sign)?;
            if let Some((module, name)) = import {
                rule = json!({ "all": [rule, imported(&module, &name)] });
            }
            any.push(rule);
        }
        Ok(one_of(any))
    }

    /// Nodes that stand in something that is a pattern, or are it.
    fn inside(&mut self, of: &Value, sign: Sign) -> Result<Value, String> {
        let text = match of {
            Value::String(text) => text.as_str(),
            other => {
                let rule = self.part(other, sign)?;
                return Ok(within(&rule));
            }
        };
        let read = pattern::read(self.language, text, &mut self.number)
            .map_err(|why| format!("`{}` {why}", short(text)))?;
        let trailing = matches!(read.items.last(), Some(Item::Gap));
        let codes: Vec<&Piece> = pieces(&read);
        let mut rule = match (codes.as_slice(), trailing) {
            ([], _) => return Err("is any code".to_owned()),
            ([only], false) => within(&self.node(only)),
            // What comes after it, at any depth.
            (several, trailing) => {
                let mut before: Option<Value> = None;
                let (last, earlier) = several.split_last().ok_or("is any code")?;
                for piece in if trailing { several } else { earlier } {
                    let mut here = self.statement(piece);
                    if let Some(before) = before {
                        here = json!({ "all": [here, { "follows": ended(&before) }] });
                    }
                    before = Some(here);
                }
                let Some(before) = before else { return Err("is any code".to_owned()) };
                let after = json!({ "follows": ended(&before) });
                let after = json!({ "any": [after, { "inside": ended(&after) }] });
                if trailing {
                    after
                } else {
                    self.note("what stands between the statements of a place is not looked at");
                    let inside = within(&self.node(last));
                    json!({ "all": [after, inside] })
                }
            }
        };
        self.attach(&read, &mut rule, sign)?;
        Ok(rule)
    }

    /// A pattern of one node, or of several one after the other.
    fn sequence(&mut self, read: &Read) -> Result<Value, String> {
        let codes = pieces(read);
        match codes.as_slice() {
            [] => Err("matches anything".to_owned()),
            [only] => Ok(self.node(only)),
            [first, rest @ ..] => {
                let mut after: Option<Value> = None;
                for piece in rest.iter().rev() {
                    let statement = self.statement(piece);
                    let mut here =
                        json!({ "any": [statement, { "has": ended(&self.node(piece)) }] });
                    if let Some(after) = after {
                        here = json!({ "all": [here, { "precedes": ended(&after) }] });
                    }
                    after = Some(here);
                }
                let first = self.statement(first);
                Ok(match after {
                    Some(after) => json!({ "all": [first, { "precedes": ended(&after) }] }),
                    None => first,
                })
            }
        }
    }

    fn node(&self, piece: &Piece) -> Value {
        contextual(&piece.context, &piece.selector)
    }

    fn statement(&self, piece: &Piece) -> Value {
        contextual(&piece.context, &piece.statement)
    }

    /// Adds what the metavariables that were put in stand for.
    fn attach(&mut self, read: &Read, rule: &mut Value, sign: Sign) -> Result<(), String> {
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
    fn constrain(&mut self, name: &str, like: Value, rule: &mut Value, sign: Sign) {
        if sign == Sign::Plus && !self.constraints.contains_key(name) {
            self.constraints.insert(name.to_owned(), like);
        } else if sign == Sign::Minus || self.constraints.get(name) != Some(&like) {
            let here = json!({ "has": { "stopBy": "end", "all": [{ "pattern": format!("${name}") }, like] } });
            *rule = json!({ "all": [rule.take(), here] });
        }
    }

    fn metavariable(
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
            let inner = self.part(of, sign)?;
            json!({ "any": [inner, { "has": ended(&inner) }] })
        };
        Ok(self.must_be(name, like, sign))
    }

    /// Says what a metavariable must be like, for the whole rule or, in what must not
    /// match, as a condition beside the pattern.
    fn must_be(&mut self, name: &str, like: Value, sign: Sign) -> Option<Value> {
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

fn pieces(read: &Read) -> Vec<&Piece> {
    let mut found = Vec::new();
    for item in &read.items {
        if let Item::Code(piece) = item {
            found.push(piece);
        }
    }
    found
}

/// Whether each part says where to look only.
fn only_places(parts: &Value) -> bool {
    parts.as_array().is_some_and(|parts| {
        !parts.is_empty()
            && parts.iter().all(|part| {
                part.get("pattern-inside").is_some()
                    || part.get("pattern-either").is_some_and(only_places)
                    || part.get("patterns").and_then(Value::as_array).is_some_and(|inner| {
                        inner.iter().any(|one| one.get("pattern-inside").is_some())
                            && inner.iter().all(|one| {
                                one.get("pattern-inside").is_some()
                                    || one.get("pattern-not-inside").is_some()
                                    || one.get("metavariable-regex").is_some()
                            })
                    })
            })
    })
}

fn one_of(mut any: Vec<Value>) -> Value {
    if any.len() == 1 { any.remove(0) } else { json!({ "any": any }) }
}

/// A rule as the other side of a relation that reaches as far as it can.
fn ended(rule: &Value) -> Value {
    json!({ "stopBy": "end", "all": [rule] })
}

fn within(rule: &Value) -> Value {
    json!({ "any": [rule, { "inside": ended(rule) }] })
}

fn contextual(context: &str, selector: &str) -> Value {
    json!({ "pattern": { "context": context, "selector": selector } })
}

/// A regular expression that this engine has.
fn regex_of(regex: &str) -> Result<String, String> {
    let regex = regex.replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!");
    let regex = regex.replace("\\Z", "\\z");
    if ["(?!", "(?=", "(?<!", "(?<="].iter().any(|look| regex.contains(look)) {
        return Err("a regular expression looks ahead or back".to_owned());
    }
    crate::rules::words::compile(&regex).map(|_| regex)
}

/// A regular expression that has to match from the beginning, quotes aside.
fn anchored(regex: &str) -> Result<Value, String> {
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
fn quoted_end(regex: &str) -> String {
    match regex.strip_suffix('$') {
        Some(head) if !head.ends_with('\\') => format!("{head}[\"'`]?$"),
        _ => regex.to_owned(),
    }
}

/// Where the parenthesis that is open at the start closes.
fn closing(text: &str) -> Option<usize> {
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

fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.chars().take(60).collect()
}

/// The pattern, and in Python and Java what it is where its name is imported.
fn names(language: Language, text: &str) -> Vec<(String, Option<(String, String)>)> {
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
fn with_less(
    all: Vec<(String, Option<(String, String)>)>,
) -> Vec<(String, Option<(String, String)>)> {
    let less = |(text, import): &(String, Option<(String, String)>)| {
        text.contains(", ...)").then(|| (text.replace(", ...)", ")"), import.clone()))
    };
    let further: Vec<_> = all.iter().filter_map(less).collect();
    all.into_iter().chain(further).collect()
}

fn last_name(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
    let path = &text[..end.unwrap_or(text.len())];
    path.rfind('.').map_or(text, |dot| &text[dot + 1..])
}

/// The file imports a name from a module of Python.
fn imported(module: &str, name: &str) -> Value {
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

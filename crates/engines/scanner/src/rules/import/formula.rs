//! What a rule of semgrep matches, as a rule of ast-grep.

use serde_json::{Map, Value, json};

use super::metavariable::regex_of;
use super::names::{imported, names, with_less};
use super::pattern::{self, Item, Piece, Read};
use super::place::only_places;
use crate::language::Language;

/// Patterns in patterns that a place or a metavariable may have: each is written twice
/// into what is made of it.
const MOST_NESTED: u32 = 6;

/// A translation on its way.
pub(super) struct Formula {
    pub(super) language: Language,
    pub(super) number: usize,
    nested: u32,
    /// What metavariables must be like, wherever they are.
    pub(super) constraints: Map<String, Value>,
    /// What could not be kept as it was.
    pub(super) why: Vec<String>,
}

/// Whether a part says what has to be there or what must not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
}

impl Formula {
    pub(super) fn new(language: Language) -> Self {
        Self { language, number: 0, nested: 0, constraints: Map::new(), why: Vec::new() }
    }

    pub(super) fn note(&mut self, why: impl Into<String>) {
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

    pub(super) fn part(&mut self, of: &Value, sign: Sign) -> Result<Value, String> {
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

    /// A pattern inside of another one.
    ///
    /// # Errors
    /// As [`part`](Self::part), and where it is too deep.
    pub(super) fn nested(&mut self, of: &Value, sign: Sign) -> Result<Value, String> {
        if self.nested >= MOST_NESTED {
            return Err(format!("nests more than {MOST_NESTED} patterns"));
        }
        self.nested += 1;
        let made = self.part(of, sign);
        self.nested -= 1;
        made
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
            if part.get("focus-metavariable").is_some() {
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

    fn negated(&mut self, of: &Value) -> Result<Value, String> {
        match of {
            Value::String(text) => self.matched(text, Sign::Minus),
            other => self.part(other, Sign::Minus),
        }
    }

    /// Nodes that are a pattern.
    pub(super) fn matched(&mut self, text: &str, sign: Sign) -> Result<Value, String> {
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

    pub(super) fn node(&self, piece: &Piece) -> Value {
        contextual(&piece.context, &piece.selector)
    }

    pub(super) fn statement(&self, piece: &Piece) -> Value {
        contextual(&piece.context, &piece.statement)
    }
}

pub(super) fn pieces(read: &Read) -> Vec<&Piece> {
    let mut found = Vec::new();
    for item in &read.items {
        if let Item::Code(piece) = item {
            found.push(piece);
        }
    }
    found
}

pub(super) fn one_of(mut any: Vec<Value>) -> Value {
    if any.len() == 1 { any.remove(0) } else { json!({ "any": any }) }
}

/// A rule as the other side of a relation that reaches as far as it can.
pub(super) fn ended(rule: &Value) -> Value {
    json!({ "stopBy": "end", "all": [rule] })
}

pub(super) fn within(rule: &Value) -> Value {
    json!({ "any": [rule, { "inside": ended(rule) }] })
}

fn contextual(context: &str, selector: &str) -> Value {
    json!({ "pattern": { "context": context, "selector": selector } })
}

pub(super) fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.chars().take(60).collect()
}

//! JSON by declared paths.

use serde_json::Value;

use super::{MOST, ParseError, Raw};
use crate::declaration::JsonPaths;
use crate::{Declaration, Reported};

/// Values within one another, the outermost first, and the names of entries
/// that were gone into by `*`.
type Trail<'a> = Vec<(&'a Value, Option<&'a str>)>;

/// Steps of a path.
const DEEP: usize = 32;

pub(super) fn raw(
    declaration: &Declaration,
    output: &[u8],
    by_line: bool,
) -> Result<Vec<Raw>, ParseError> {
    let wrong = |error: serde_json::Error| ParseError::new("JSON", error);
    let Some(paths) = &declaration.json else {
        return Err(ParseError("nothing says where reports stand".to_owned()));
    };
    let documents: Vec<Value> = if by_line {
        let text = String::from_utf8_lossy(output);
        let lines = text.lines().filter(|line| line.trim_start().starts_with(['{', '[']));
        lines.map(serde_json::from_str).collect::<Result<_, _>>().map_err(wrong)?
    } else if output.iter().all(u8::is_ascii_whitespace) {
        // Some tools write nothing where they have nothing to say.
        Vec::new()
    } else {
        vec![serde_json::from_slice(output).map_err(wrong)?]
    };
    let steps: Vec<String> = steps(&paths.items);
    let mut found = Vec::new();
    for document in &documents {
        walk(&steps, &mut vec![(document, None)], paths, &mut found);
    }
    Ok(found)
}

/// `a.b[].*` as `a`, `b`, `[]`, `*`.
fn steps(path: &str) -> Vec<String> {
    let mut steps = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let name = part.trim_end_matches("[]");
        if !name.is_empty() {
            steps.push(name.to_owned());
        }
        for _ in 0..(part.len() - name.len()) / 2 {
            steps.push("[]".to_owned());
        }
    }
    steps.truncate(DEEP);
    steps
}

fn walk<'a>(steps: &[String], trail: &mut Trail<'a>, paths: &JsonPaths, found: &mut Vec<Raw>) {
    if found.len() >= MOST {
        return;
    }
    let Some((here, _)) = trail.last().copied() else { return };
    let Some((step, rest)) = steps.split_first() else {
        found.extend(report(trail, paths));
        return;
    };
    let mut into = |value: &'a Value, key: Option<&'a str>| {
        trail.push((value, key));
        walk(rest, trail, paths, found);
        trail.pop();
    };
    match (step.as_str(), here) {
        ("[]", Value::Array(list)) => list.iter().for_each(|value| into(value, None)),
        ("*", Value::Object(map)) => {
            map.iter().for_each(|(key, value)| into(value, Some(key)));
        }
        (name, Value::Object(map)) => {
            if let Some(value) = map.get(name) {
                into(value, None);
            }
        }
        _ => {}
    }
}

/// The first of the alternatives that is there, from the inside out.
fn look<'a>(trail: &Trail<'a>, path: &str) -> Option<&'a Value> {
    path.split('|').find_map(|path| {
        let names: Vec<&str> = path.split('.').filter(|name| !name.is_empty()).collect();
        if names.is_empty() {
            return None;
        }
        trail.iter().rev().find_map(|(value, _)| {
            let mut here = *value;
            for name in &names {
                here = match (here, name.parse::<usize>()) {
                    (Value::Array(list), Ok(index)) => list.get(index)?,
                    _ => here.get(name)?,
                };
            }
            (!here.is_null() && !here.is_object() && !here.is_array()).then_some(here)
        })
    })
}

fn text(trail: &Trail<'_>, path: &str) -> String {
    if path == "$key" {
        let key = trail.iter().rev().find_map(|(_, key)| *key);
        return key.unwrap_or_default().to_owned();
    }
    match look(trail, path) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

fn report(trail: &Trail<'_>, paths: &JsonPaths) -> Option<Raw> {
    if !paths.only.iter().all(|(path, wanted)| text(trail, path) == *wanted) {
        return None;
    }
    let number = |path: &str, offset: u32| -> Option<u32> {
        let number: u32 = text(trail, path).parse().ok()?;
        Some(number.saturating_add(offset))
    };
    let line = |path: &str| number(path, paths.line_offset);
    let column = |path: &str| number(path, paths.column_offset);
    let mut one = Reported::at(
        text(trail, &paths.path),
        line(&paths.line).unwrap_or(1),
        column(&paths.column).unwrap_or(1),
    )
    .to(line(&paths.end_line), column(&paths.end_column));
    one.rule = format!("{}{}", paths.rule_prefix, text(trail, &paths.rule));
    one.message = text(trail, &paths.message);
    Some((one, text(trail, &paths.severity)))
}

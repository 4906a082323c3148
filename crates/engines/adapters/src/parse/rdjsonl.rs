//! reviewdog's diagnostic format, one a line.

use serde::Deserialize;

use super::{MOST, ParseError, Raw, plain};
use crate::Reported;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Diagnostic {
    message: String,
    location: Location,
    severity: serde_json::Value,
    source: Source,
    code: Code,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Location {
    path: String,
    range: Range,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Range {
    start: Position,
    end: Option<Position>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Position {
    line: u32,
    column: u32,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Source {
    name: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Code {
    value: String,
}

/// The diagnostics.
///
/// # Errors
/// When a line is no diagnostic.
pub fn rdjsonl(output: &[u8]) -> Result<Vec<Reported>, ParseError> {
    raw(output).map(plain)
}

pub(super) fn raw(output: &[u8]) -> Result<Vec<Raw>, ParseError> {
    let text = String::from_utf8_lossy(output);
    let lines = text.lines().filter(|line| !line.trim().is_empty()).take(MOST);
    lines
        .map(|line| {
            let one: Diagnostic =
                serde_json::from_str(line).map_err(|error| ParseError::new("rdjsonl", error))?;
            let Range { start, end } = one.location.range;
            let (line, column) = end.map_or((None, None), |end| (Some(end.line), Some(end.column)));
            let mut reported =
                Reported::at(one.location.path, start.line, start.column).to(line, column);
            reported.rule = one.code.value;
            reported.message = one.message;
            reported.tool = one.source.name;
            // By name, or by its number in the format's own description.
            let word = match &one.severity {
                serde_json::Value::String(word) => word.clone(),
                serde_json::Value::Number(number) => match number.as_u64() {
                    Some(1) => "error".to_owned(),
                    Some(3) => "info".to_owned(),
                    _ => "warning".to_owned(),
                },
                _ => String::new(),
            };
            Ok((reported, word))
        })
        .collect()
}

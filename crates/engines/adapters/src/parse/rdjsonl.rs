//! reviewdog's diagnostic format, one a line.

use serde::Deserialize;

use super::{MOST, ParseError, Raw, plain};
use crate::{Columns, Edit, Fix, Place, Reported};

#[derive(Deserialize, Default)]
#[serde(default)]
struct Diagnostic {
    message: String,
    location: Location,
    severity: serde_json::Value,
    source: Source,
    code: Code,
    suggestions: Vec<Suggestion>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Suggestion {
    range: Range,
    text: String,
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
            reported.fix = fix(one.suggestions);
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

/// Suggestions for several places are one fix; of those for one place, the first
/// is taken.
fn fix(suggestions: Vec<Suggestion>) -> Option<Fix> {
    let mut edits: Vec<(Range, Edit)> = Vec::new();
    for Suggestion { range, text } in suggestions {
        let key = |position: &Position| (position.line, position.column);
        let (start, end) = (key(&range.start), range.end.as_ref().map_or(key(&range.start), key));
        let meets = |(other, _): &(Range, Edit)| {
            let first = key(&other.start);
            let last = other.end.as_ref().map_or(first, key);
            (start, end) == (first, last) || (start < last && first < end)
        };
        if edits.iter().any(meets) {
            continue;
        }
        let place = match (start, end) {
            ((first, 0), (last, 0)) => Place::Lines { first, last },
            ((line, column), (end_line, end_column)) => {
                Place::Text { line, column, end_line, end_column: Some(end_column) }
            }
        };
        // Quadratic, and of no use: nobody suggests so much about one place.
        if edits.len() >= 100 {
            return None;
        }
        edits.push((range, Edit { place, text, old: None }));
    }
    Fix::new(Columns::Disputed, edits.into_iter().map(|(_, edit)| edit).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixes(output: &str) -> Vec<Option<Fix>> {
        rdjsonl(output.as_bytes()).unwrap().into_iter().map(|one| one.fix).collect()
    }

    fn diagnostic(suggestions: &str) -> String {
        format!(
            r#"{{"message":"m","location":{{"path":"a","range":{{"start":{{"line":1}}}}}},"suggestions":{suggestions}}}"#
        )
    }

    #[test]
    fn suggestions_are_fixes() {
        let place = |from: &str, to: &str, text: &str| {
            format!(r#"{{"range":{{"start":{from},"end":{to}}},"text":"{text}"}}"#)
        };
        let (a, b) = (r#"{"line":1,"column":3}"#, r#"{"line":1,"column":5}"#);
        let word = place(a, b, "x");
        let second = place(b, b, "y");
        let lines = place(r#"{"line":2}"#, r#"{"line":3}"#, "z");
        let output = [
            diagnostic(&format!("[{word},{second}]")),
            diagnostic(&format!("[{word},{word}]")),
            diagnostic(&format!("[{lines}]")),
            diagnostic("[]"),
        ];
        let found = fixes(&output.join("\n"));
        let text = |column, end_column| Place::Text { line: 1, column, end_line: 1, end_column };
        let places = |fix: &Option<Fix>| -> Vec<(Place, String)> {
            let edits = fix.iter().flat_map(|fix| &fix.edits);
            edits.map(|edit| (edit.place, edit.text.clone())).collect()
        };
        assert_eq!(
            places(&found[0]),
            [(text(3, Some(5)), "x".to_owned()), (text(5, Some(5)), "y".to_owned())]
        );
        assert_eq!(places(&found[1]), [(text(3, Some(5)), "x".to_owned())]);
        assert_eq!(places(&found[2]), [(Place::Lines { first: 2, last: 3 }, "z".to_owned())]);
        assert_eq!(found[3], None);
    }
}

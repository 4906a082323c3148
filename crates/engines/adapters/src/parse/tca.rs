//! The result of a tool for Tencent Cloud Code Analysis.

use serde::Deserialize;

use super::{MOST, ParseError, Raw, plain};
use crate::Reported;

#[derive(Deserialize)]
struct Issue {
    path: String,
    #[serde(default)]
    line: Number,
    #[serde(default)]
    column: Number,
    #[serde(default)]
    msg: String,
    #[serde(default)]
    rule: String,
    #[serde(default)]
    refs: Option<Vec<Reference>>,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(default)]
    line: Number,
    #[serde(default)]
    msg: String,
}

/// Tools write numbers as numbers or as text.
#[derive(Deserialize, Default, Clone)]
#[serde(untagged)]
enum Number {
    Digits(u32),
    Text(String),
    #[default]
    Nothing,
}

impl Number {
    fn value(&self) -> u32 {
        match self {
            Self::Digits(number) => *number,
            Self::Text(text) => text.trim().parse().unwrap_or(0),
            Self::Nothing => 0,
        }
    }
}

/// The issues of a `result.json`. The steps that led to one are added to its
/// message.
///
/// # Errors
/// When it is no list of issues.
pub fn tca(output: &[u8]) -> Result<Vec<Reported>, ParseError> {
    raw(output).map(plain)
}

pub(super) fn raw(output: &[u8]) -> Result<Vec<Raw>, ParseError> {
    let issues: Vec<Issue> =
        serde_json::from_slice(output).map_err(|error| ParseError::new("a TCA result", error))?;
    let found = issues.into_iter().take(MOST).map(|issue| {
        let mut one = Reported::at(issue.path, issue.line.value(), issue.column.value());
        one.rule = issue.rule;
        one.message = issue.msg;
        for step in issue.refs.unwrap_or_default().iter().take(10) {
            let line = step.line.value();
            one.message.push_str(&format!("\n{line}: {}", step.msg));
        }
        (one, String::new())
    });
    Ok(found.collect())
}

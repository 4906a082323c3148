//! SARIF 2.1.0.

use serde::Deserialize;

use super::{MOST, ParseError, Raw, plain};
use crate::Reported;

#[derive(Deserialize)]
struct Log {
    #[serde(default)]
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    tool: Tool,
    #[serde(default)]
    results: Option<Vec<ResultOf>>,
}

#[derive(Deserialize)]
struct Tool {
    driver: Driver,
}

#[derive(Deserialize)]
struct Driver {
    #[serde(default)]
    name: String,
    #[serde(default)]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    default_configuration: Option<Configuration>,
}

#[derive(Deserialize)]
struct Configuration {
    level: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResultOf {
    rule_id: Option<String>,
    rule_index: Option<usize>,
    level: Option<String>,
    kind: Option<String>,
    message: Message,
    #[serde(default)]
    locations: Vec<Location>,
    #[serde(default)]
    suppressions: Option<Vec<serde::de::IgnoredAny>>,
}

#[derive(Deserialize)]
struct Message {
    text: Option<String>,
    markdown: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Option<Physical>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Option<Artifact>,
    region: Option<Region>,
}

#[derive(Deserialize)]
struct Artifact {
    uri: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Region {
    start_line: Option<u32>,
    start_column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
}

/// The results of every run that are neither passed nor suppressed, with the
/// name of the tool. Paths are as they are written, without the scheme and with
/// percent signs decoded.
///
/// # Errors
/// When it is not SARIF.
pub fn sarif(output: &[u8]) -> Result<Vec<Reported>, ParseError> {
    raw(output).map(plain)
}

pub(super) fn raw(output: &[u8]) -> Result<Vec<Raw>, ParseError> {
    let log: Log =
        serde_json::from_slice(output).map_err(|error| ParseError::new("SARIF", error))?;
    let mut found = Vec::new();
    for run in log.runs {
        let Tool { driver } = run.tool;
        for result in run.results.unwrap_or_default() {
            if found.len() >= MOST {
                return Ok(found);
            }
            let quiet = matches!(result.kind.as_deref(), Some("pass" | "notApplicable"));
            let suppressed = result.suppressions.as_ref().is_some_and(|all| !all.is_empty());
            if !quiet && !suppressed {
                found.extend(one(&driver, result));
            }
        }
    }
    Ok(found)
}

fn one(driver: &Driver, result: ResultOf) -> Option<Raw> {
    let rule = match (&result.rule_id, result.rule_index) {
        (Some(id), _) => driver.rules.iter().find(|rule| rule.id == *id),
        (None, Some(index)) => driver.rules.get(index),
        (None, None) => None,
    };
    let id = result.rule_id.or_else(|| rule.map(|rule| rule.id.clone()))?;
    let level = result
        .level
        .or_else(|| rule?.default_configuration.as_ref()?.level.clone())
        .unwrap_or_else(|| "warning".to_owned());
    let physical = result.locations.into_iter().find_map(|place| place.physical_location)?;
    let uri = physical.artifact_location?.uri?;
    let region = physical.region.unwrap_or_default();
    let path = percent_decode(uri.strip_prefix("file://").unwrap_or(&uri));
    let mut reported =
        Reported::at(path, region.start_line.unwrap_or(1), region.start_column.unwrap_or(1))
            .to(region.end_line, region.end_column);
    reported.rule = id;
    reported.message = result.message.text.or(result.message.markdown).unwrap_or_default();
    reported.tool.clone_from(&driver.name);
    Some((reported, level))
}

fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

//! SARIF 2.1.0.

use serde::Deserialize;

use super::{MOST, ParseError, Raw, plain};
use crate::{Columns, Edit, Fix, Place, Reported};

#[derive(Deserialize)]
struct Log {
    #[serde(default)]
    runs: Vec<Run>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: Option<String>,
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
    #[serde(default)]
    fixes: Option<Vec<FixOf>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FixOf {
    #[serde(default)]
    artifact_changes: Vec<ChangeOf>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangeOf {
    artifact_location: Option<Artifact>,
    #[serde(default)]
    replacements: Vec<ReplacementOf>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReplacementOf {
    #[serde(default)]
    deleted_region: Region,
    inserted_content: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    text: Option<String>,
    binary: Option<serde::de::IgnoredAny>,
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
    byte_offset: Option<u64>,
    byte_length: Option<u64>,
    snippet: Option<Message>,
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
        let columns = match run.column_kind.as_deref() {
            Some("utf16CodeUnits") => Columns::Utf16,
            Some("unicodeCodePoints") => Columns::Characters,
            _ => Columns::Unsaid,
        };
        for result in run.results.unwrap_or_default() {
            if found.len() >= MOST {
                return Ok(found);
            }
            let quiet = matches!(result.kind.as_deref(), Some("pass" | "notApplicable"));
            let suppressed = result.suppressions.as_ref().is_some_and(|all| !all.is_empty());
            if !quiet && !suppressed {
                found.extend(one(&driver, columns, result));
            }
        }
    }
    Ok(found)
}

fn one(driver: &Driver, columns: Columns, result: ResultOf) -> Option<Raw> {
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
    let path = path(&uri);
    // Several are alternatives, the first of which is the tool's own choice.
    let fixes = result.fixes.unwrap_or_default();
    let fix = fixes.into_iter().find_map(|one| fix(one, columns, &path));
    let mut reported =
        Reported::at(path, region.start_line.unwrap_or(1), region.start_column.unwrap_or(1))
            .to(region.end_line, region.end_column);
    reported.rule = id;
    reported.message = result.message.text.or(result.message.markdown).unwrap_or_default();
    reported.tool.clone_from(&driver.name);
    reported.fix = fix;
    Some((reported, level))
}

/// What a fix does, if that is in the file of its result alone.
fn fix(fix: FixOf, columns: Columns, file: &str) -> Option<Fix> {
    let mut changes = fix.artifact_changes.into_iter();
    let (Some(change), None) = (changes.next(), changes.next()) else { return None };
    if path(change.artifact_location?.uri.as_deref()?) != file {
        return None;
    }
    let edits = change.replacements.into_iter().map(edit).collect::<Option<_>>()?;
    Fix::new(columns, edits)
}

fn edit(replacement: ReplacementOf) -> Option<Edit> {
    let region = replacement.deleted_region;
    let text = match replacement.inserted_content {
        Some(Content { binary: Some(_), .. }) => return None,
        Some(content) => content.text.unwrap_or_default(),
        None => String::new(),
    };
    let place = match (region.start_line, region.byte_offset) {
        (Some(line), _) => Place::Text {
            line,
            column: region.start_column.unwrap_or(1),
            end_line: region.end_line.unwrap_or(line),
            end_column: region.end_column,
        },
        (None, Some(start)) => {
            Place::Bytes { start, length: region.byte_length.unwrap_or_default() }
        }
        (None, None) => return None,
    };
    Some(Edit { place, text, old: region.snippet.and_then(|snippet| snippet.text) })
}

fn path(uri: &str) -> String {
    percent_decode(uri.strip_prefix("file://").unwrap_or(uri))
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

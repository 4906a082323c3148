//! SARIF 2.1.0, as code hosts and editors read it.

use std::collections::HashMap;
use std::io;

use serde::Serialize;

use crate::engine::Engine;
use crate::identity::Finding;
use crate::join::ProjectReport;
use crate::report::Span;
use crate::rules::{RuleInfo, Severity};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    original_uri_base_ids: serde_json::Value,
    invocations: [Invocation; 1],
    results: Vec<ResultItem<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: String,
    rules: Vec<Descriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'a str,
    short_description: Message<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help<'a>>,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Help<'a> {
    text: &'a str,
    markdown: &'a str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties {
    tags: Vec<String>,
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security_severity: Option<&'static str>,
}

#[derive(Serialize)]
struct Message<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Owned,
    locations: [Location; 1],
}

#[derive(Serialize)]
struct Owned {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultItem<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message<'a>,
    locations: [Location; 1],
    partial_fingerprints: HashMap<&'static str, &'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    suppressions: &'static [Suppression],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_flows: Vec<CodeFlow>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CodeFlow {
    thread_flows: [ThreadFlow; 1],
}

#[derive(Serialize)]
struct ThreadFlow {
    locations: Vec<StepAt>,
}

#[derive(Serialize)]
struct StepAt {
    location: StepLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StepLocation {
    physical_location: Physical,
    message: Owned,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Logical>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical {
    fully_qualified_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

/// Writes the findings as one SARIF run: all enabled rules, findings with
/// fingerprints, suppressed findings as suppressed, skipped files as
/// notifications.
///
/// # Errors
/// When writing fails.
pub fn sarif(engine: &Engine, report: &ProjectReport, out: &mut dyn io::Write) -> io::Result<()> {
    let rules: Vec<&RuleInfo> = engine.rules().collect();
    let index: HashMap<&str, usize> =
        rules.iter().enumerate().map(|(i, r)| (r.id.as_str(), i)).collect();
    let suppressed = report.suppressed.iter().map(|f| result(f, &index, true));
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "mortise",
                    semantic_version: format!("{}.0.0", report.engine_version),
                    rules: rules.iter().map(|r| descriptor(engine, r)).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            original_uri_base_ids: serde_json::json!({
                "SRCROOT": { "description": { "text": "The root of the scanned tree." } }
            }),
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: report
                    .skipped
                    .iter()
                    .map(|s| Notification {
                        level: "note",
                        message: Owned { text: format!("skipped: {}", s.reason.text()) },
                        locations: [location(&s.path, None, "")],
                    })
                    .collect(),
            }],
            results: report
                .findings
                .iter()
                .map(|f| result(f, &index, false))
                .chain(suppressed)
                .collect(),
        }],
    };
    serde_json::to_writer(&mut *out, &log)?;
    out.write_all(b"\n")
}

fn descriptor<'a>(engine: &Engine, rule: &'a RuleInfo) -> Descriptor<'a> {
    let severity = engine.ruleset().severity(rule);
    let mut tags = vec![rule.category.id().to_owned()];
    tags.extend(rule.cwe.iter().map(|n| format!("external/cwe/cwe-{n:03}")));
    Descriptor {
        id: &rule.id,
        short_description: Message { text: &rule.title },
        help: (!rule.note.is_empty()).then_some(Help { text: &rule.note, markdown: &rule.note }),
        default_configuration: Configuration { level: level(severity) },
        properties: Properties {
            security_severity: tags[0].eq("security").then_some(match severity {
                Severity::Fatal => "9.5",
                Severity::Error => "8.0",
                Severity::Warning => "5.5",
                Severity::Info => "2.0",
            }),
            tags,
        },
    }
}

fn result<'a>(
    finding: &'a Finding,
    index: &HashMap<&str, usize>,
    suppressed: bool,
) -> ResultItem<'a> {
    static IN_SOURCE: [Suppression; 1] = [Suppression { kind: "inSource" }];
    let s = finding.span;
    ResultItem {
        rule_id: &finding.rule,
        rule_index: index.get(finding.rule.as_str()).copied(),
        level: level(finding.severity),
        message: Message { text: &finding.message },
        locations: [location(&finding.path, Some(region(s)), &finding.symbol)],
        partial_fingerprints: HashMap::from([("mortise/v1", finding.fingerprint.as_str())]),
        suppressions: if suppressed { &IN_SOURCE } else { &[] },
        code_flows: code_flows(finding),
    }
}

/// The way of the data, for viewers that can walk along it.
fn code_flows(finding: &Finding) -> Vec<CodeFlow> {
    if finding.flow.is_empty() {
        return Vec::new();
    }
    let locations = finding
        .flow
        .iter()
        .map(|step| {
            let path = if step.path.is_empty() { &finding.path } else { &step.path };
            let region = region(step.span);
            StepAt {
                location: StepLocation {
                    physical_location: location(path, Some(region), "").physical_location,
                    message: Owned { text: step.text() },
                },
            }
        })
        .collect();
    vec![CodeFlow { thread_flows: [ThreadFlow { locations }] }]
}

fn region(s: Span) -> Region {
    Region {
        start_line: s.start_line,
        start_column: s.start_column,
        end_line: s.end_line,
        end_column: s.end_column,
    }
}

fn location(path: &str, region: Option<Region>, symbol: &str) -> Location {
    Location {
        physical_location: Physical {
            artifact_location: Artifact { uri: uri(path), uri_base_id: "SRCROOT" },
            region,
        },
        logical_locations: if symbol.is_empty() {
            Vec::new()
        } else {
            vec![Logical { fully_qualified_name: symbol.to_owned() }]
        },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as the relative URI reference that SARIF wants.
#[must_use]
pub fn uri(path: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(path.len());
    for b in path.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~/@+,=".contains(&b) {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("a b/ä#.c"), "a%20b/%C3%A4%23.c");
        // What a scheme would begin with, and what is one by itself.
        assert_eq!(uri("c:/x%20?"), "c%3A/x%2520%3F");
        assert_eq!(uri("src/@types/a+b.ts"), "src/@types/a+b.ts");
    }
}

//! Findings as files for other programs.

use std::collections::{BTreeSet, HashMap};
use std::io::{Cursor, Write as _};

use base::{Error, Granted, PageRequest, Result, Right};
use call::Call;
use messages::Lang;
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::given::{GivenEdit, GivenFix, of_scan};
use super::read::{FindingFilter, FindingSort, findings};
use crate::finding::{Finding, FindingState};
use crate::plan::ScanPlan;
use crate::ruleset::RuleTitles;
use crate::scan::ScanId;
use scanner::Severity;

/// The forms that findings are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// SARIF 2.1.0.
    Sarif,
    /// Comma-separated values in UTF-8, with a mark at their beginning by which
    /// spreadsheets know that.
    Csv,
    /// A workbook of Office Open XML.
    Xlsx,
}

impl ExportFormat {
    /// By the ending of a file's name.
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending {
            "sarif" => Some(Self::Sarif),
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    /// The ending of a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Sarif => "sarif",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Sarif => "application/sarif+json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// The most findings that are written.
pub const MOST_EXPORTED: u64 = 50_000;
const AT_ONCE: u64 = 1_000;

/// The findings that the filter wants, the worst first, as a file; at most
/// [`MOST_EXPORTED`].
///
/// # Errors
/// When the database cannot be read.
pub async fn export<R: Right>(
    call: &Call,
    plan: &Granted<ScanPlan, R>,
    filter: &FindingFilter,
    format: ExportFormat,
) -> Result<Vec<u8>> {
    let mut all: Vec<Finding> = Vec::new();
    loop {
        let page = PageRequest::offset(all.len() as u64, AT_ONCE);
        let found = findings(call, plan, filter, FindingSort::Severity, page).await?;
        let more = found.has_next();
        all.extend(found.items);
        if !more || all.len() as u64 >= MOST_EXPORTED {
            break;
        }
    }
    let given = match format {
        ExportFormat::Sarif => given(call, &all).await?,
        ExportFormat::Csv | ExportFormat::Xlsx => Given::new(),
    };
    let titles = crate::ruleset::titles(&call.env, plan.project).await?;
    tokio::task::spawn_blocking(move || match format {
        ExportFormat::Sarif => sarif(&all, &titles, &given),
        ExportFormat::Csv => Ok(csv(&all, &titles)),
        ExportFormat::Xlsx => xlsx(&all, &titles),
    })
    .await
    .map_err(Error::internal)?
}

const COLUMNS: [&str; 16] = [
    "id",
    "rule",
    "title",
    "severity",
    "category",
    "state",
    "path",
    "line",
    "column",
    "message",
    "symbol",
    "author",
    "assignee",
    "first_seen",
    "first_commit",
    "ignored",
];

/// The columns of a finding; numbers are those that `is_number` says.
fn cells(finding: &Finding, titles: &RuleTitles) -> [String; 16] {
    [
        finding.id.to_string(),
        finding.rule.clone(),
        titles.of(Lang::En, &finding.rule).to_owned(),
        finding.severity.id().to_owned(),
        finding.category.id().to_owned(),
        finding.state.as_str().to_owned(),
        finding.path.clone(),
        finding.line.to_string(),
        finding.column.to_string(),
        finding.message.clone(),
        finding.symbol.clone(),
        finding.author.as_ref().map(|author| author.name.clone()).unwrap_or_default(),
        finding.assignee.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
        finding.first_seen.at.to_jiff().to_string(),
        finding.first_seen.commit.clone(),
        finding
            .ignored
            .as_ref()
            .map(|ignored| ignored.reason.as_str())
            .unwrap_or_default()
            .to_owned(),
    ]
}

fn is_number(column: usize) -> bool {
    matches!(column, 0 | 7 | 8)
}

fn csv(findings: &[Finding], titles: &RuleTitles) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    text.push_str(&COLUMNS.join(","));
    text.push_str("\r\n");
    for finding in findings {
        let cells = cells(finding, titles);
        let written: Vec<String> = cells.iter().map(|cell| field(cell)).collect();
        text.push_str(&written.join(","));
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// Whatever a spreadsheet would take for a formula is made plain text: paths and
/// messages are chosen by whoever wrote the code.
fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// What external analysers say to write instead, by the index of the finding.
type Given = HashMap<usize, GivenFix>;

async fn given(call: &Call, findings: &[Finding]) -> Result<Given> {
    // What is there was seen by one scan.
    const SCANS: usize = 4;
    let seen: BTreeSet<ScanId> = findings
        .iter()
        .filter(|one| one.state != FindingState::Fixed)
        .map(|one| one.last_seen.scan)
        .collect();
    let mut fixes: HashMap<(ScanId, String, String), Vec<GivenFix>> = HashMap::new();
    for scan in seen.into_iter().rev().take(SCANS) {
        for fix in of_scan(call, scan).await? {
            fixes.entry((scan, fix.path.clone(), fix.rule.clone())).or_default().push(fix);
        }
    }
    let of = |finding: &Finding| {
        let key = (finding.last_seen.scan, finding.path.clone(), finding.rule.clone());
        fixes.get(&key)?.iter().find(|fix| fix.is_of(finding)).cloned()
    };
    let all = findings.iter().enumerate();
    Ok(all.filter_map(|(index, finding)| Some((index, of(finding)?))).collect())
}

fn sarif(findings: &[Finding], titles: &RuleTitles, given: &Given) -> Result<Vec<u8>> {
    let mut ids: Vec<&str> = findings.iter().map(|finding| finding.rule.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let rules: Vec<serde_json::Value> = ids
        .iter()
        .map(|id| match crate::rule(id) {
            Some(rule) => json!({
                "id": id,
                "shortDescription": { "text": rule.title },
                "help": { "text": rule.note, "markdown": rule.note },
                "properties": {
                    "tags": rule.cwe.iter().map(|cwe| format!("external/cwe/cwe-{cwe}")).collect::<Vec<_>>(),
                },
            }),
            None => match titles.of_own(Lang::En, id) {
                Some(title) => json!({ "id": id, "shortDescription": { "text": title } }),
                None => json!({ "id": id }),
            },
        })
        .collect();
    let results: Vec<serde_json::Value> =
        findings.iter().enumerate().map(|(at, one)| result(one, &ids, given.get(&at))).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Mortise",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    Ok(serde_json::to_vec(&log)?)
}

fn result(finding: &Finding, ids: &[&str], given: Option<&GivenFix>) -> serde_json::Value {
    let level = match finding.severity {
        Severity::Fatal | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let baseline = match finding.state {
        FindingState::New | FindingState::Reopened => "new",
        FindingState::Open | FindingState::Ignored => "unchanged",
        FindingState::Fixed => "absent",
    };
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": ids.binary_search(&finding.rule.as_str()).unwrap_or_default(),
        "level": level,
        "message": { "text": finding.message },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": scanner::render::uri(&finding.path) },
            "region": region(finding),
        } }],
        "partialFingerprints": { "mortiseFinding/v1": finding.id.to_string() },
        "baselineState": baseline,
    });
    if let (Some(ignored), Some(object)) = (&finding.ignored, result.as_object_mut()) {
        object.insert(
            "suppressions".to_owned(),
            json!([{ "kind": "external", "status": "accepted", "justification": ignored.note }]),
        );
    }
    if let Some(given) = given {
        let replacements: Vec<serde_json::Value> = given.edits.iter().map(replacement).collect();
        let artifact = json!({ "uri": scanner::render::uri(&finding.path) });
        result["fixes"] = json!([{ "artifactChanges": [{
            "artifactLocation": artifact,
            "replacements": replacements,
        }] }]);
    }
    result
}

fn replacement(edit: &GivenEdit) -> serde_json::Value {
    let mut replacement = json!({ "deletedRegion": {
        "startLine": edit.from.0,
        "startColumn": edit.from.1,
        "endLine": edit.to.0,
        "endColumn": edit.to.1,
    } });
    if !edit.text.is_empty() {
        replacement["insertedContent"] = json!({ "text": edit.text });
    }
    replacement
}

/// Where a finding is. External analysers may say nothing of columns or of an end.
fn region(finding: &Finding) -> serde_json::Value {
    let (line, column) = (finding.line.max(1), finding.column.max(1));
    let mut region = json!({ "startLine": line, "startColumn": column });
    let end = (finding.end_line.max(line), finding.end_column);
    if end.1 > 0 && end >= (line, column) {
        region["endLine"] = json!(end.0);
        region["endColumn"] = json!(end.1);
    }
    region
}

/// A workbook of one sheet whose texts stand in their cells. A formula is an
/// element of its own there, so no text can be one.
fn xlsx(findings: &[Finding], titles: &RuleTitles) -> Result<Vec<u8>> {
    let failed = |error: zip::result::ZipError| Error::internal(error);
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in PARTS {
        file.start_file(name, SimpleFileOptions::default()).map_err(failed)?;
        file.write_all(text.as_bytes())?;
    }
    file.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default()).map_err(failed)?;
    file.write_all(SHEET_HEAD.as_bytes())?;
    let mut row = String::new();
    sheet_row(&mut row, 1, &COLUMNS.map(str::to_owned), true);
    file.write_all(row.as_bytes())?;
    for (index, finding) in findings.iter().enumerate() {
        row.clear();
        sheet_row(&mut row, index + 2, &cells(finding, titles), false);
        file.write_all(row.as_bytes())?;
    }
    file.write_all(b"</sheetData></worksheet>")?;
    Ok(file.finish().map_err(failed)?.into_inner())
}

fn sheet_row(text: &mut String, number: usize, cells: &[String], head: bool) {
    use std::fmt::Write as _;
    let _ = write!(text, "<row r=\"{number}\">");
    for (column, cell) in cells.iter().enumerate() {
        let letter = char::from(b'A' + u8::try_from(column).unwrap_or_default());
        let style = if head { " s=\"1\"" } else { "" };
        if !head && is_number(column) {
            let _ = write!(text, "<c r=\"{letter}{number}\"><v>{cell}</v></c>");
        } else {
            let _ = write!(
                text,
                "<c r=\"{letter}{number}\"{style} t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                xml(cell)
            );
        }
    }
    text.push_str("</row>");
}

/// The longest text of a cell.
const CELL: usize = 32_767;

fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars().take(CELL) {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // XML has no way to write these.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                escaped.push('\u{fffd}');
            }
            other => escaped.push(other),
        }
    }
    escaped
}

const SHEET_HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>"#;

const PARTS: [(&str, &str); 5] = [
    (
        "[Content_Types].xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Findings" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#,
    ),
    (
        "xl/styles.xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs></styleSheet>"#,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text() {
        assert_eq!(field("=1+1"), "\"'=1+1\"");
        assert_eq!(field("say \"a\", b"), "\"say \"\"a\"\", b\"");
        assert_eq!(xml("<a>&\u{1}"), "&lt;a&gt;&amp;\u{fffd}");
    }
}

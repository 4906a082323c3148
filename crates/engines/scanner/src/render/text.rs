//! Findings in the form of a compiler's messages, and a summary.

use std::io;

use crate::identity::Finding;
use crate::join::ProjectReport;
use crate::rules::Severity;

/// How to write text.
#[derive(Debug, Clone, Copy, Default)]
pub struct TextOptions {
    /// Use ANSI colours.
    pub colour: bool,
    /// Leave out what is less severe.
    pub least: Option<Severity>,
}

/// Longest excerpt of a line of code, in characters.
const WIDEST: usize = 160;

/// Writes findings with the line of code they stand on, then a summary.
/// `source` gives the text of a file by its path; `None` leaves out the code.
///
/// # Errors
/// When writing fails.
pub fn text(
    report: &ProjectReport,
    source: &dyn Fn(&str) -> Option<String>,
    options: TextOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let paint = Paint(options.colour);
    let mut open: Option<(&str, Option<String>)> = None;
    let least = options.least.unwrap_or(Severity::Info);
    for finding in report.findings.iter().filter(|f| f.severity >= least) {
        if open.as_ref().is_none_or(|(path, _)| *path != finding.path) {
            open = Some((&finding.path, source(&finding.path)));
        }
        let code = open.as_ref().and_then(|(_, text)| text.as_deref());
        one(finding, code, &paint, out)?;
    }
    summary(report, &paint, out)
}

fn one(
    finding: &Finding,
    code: Option<&str>,
    paint: &Paint,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let span = finding.span;
    writeln!(
        out,
        "{}:{}:{}: {} {}",
        printable(&finding.path),
        span.start_line,
        span.start_column,
        paint.severity(finding.severity, &format!("{}[{}]", finding.severity.id(), finding.rule)),
        paint.bold(&printable(&finding.message)),
    )?;
    let Some(line) = code.and_then(|c| c.lines().nth(span.start_line as usize - 1)) else {
        return Ok(());
    };
    let number = span.start_line.to_string();
    let margin = " ".repeat(number.len());
    // Tabs and wide excerpts would put the marks in the wrong place.
    let shown: String =
        line.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WIDEST).collect();
    writeln!(out, "{margin} {}", paint.dim("|"))?;
    writeln!(out, "{} {} {}", paint.dim(&number), paint.dim("|"), shown.trim_end())?;
    let length = shown.chars().count();
    let start = (span.start_column as usize - 1).min(length);
    let end = if span.end_line == span.start_line {
        (span.end_column as usize - 1).min(length)
    } else {
        shown.trim_end().chars().count()
    };
    if end > start {
        let marks = "^".repeat(end - start);
        writeln!(
            out,
            "{margin} {} {}{}",
            paint.dim("|"),
            " ".repeat(start),
            paint.severity(finding.severity, &marks)
        )?;
    }
    writeln!(out)
}

fn summary(report: &ProjectReport, paint: &Paint, out: &mut dyn io::Write) -> io::Result<()> {
    let t = &report.totals;
    writeln!(
        out,
        "{:<18}{:>8}{:>10}{:>10}{:>10}{:>10}",
        "language", "files", "code", "comment", "blank", "functions"
    )?;
    for l in &report.languages {
        let t = &l.totals;
        writeln!(
            out,
            "{:<18}{:>8}{:>10}{:>10}{:>10}{:>10}",
            l.language.name(),
            t.files,
            t.lines.code,
            t.lines.comment,
            t.lines.blank,
            t.functions
        )?;
    }
    writeln!(
        out,
        "{:<18}{:>8}{:>10}{:>10}{:>10}{:>10}",
        "all", t.files, t.lines.code, t.lines.comment, t.lines.blank, t.functions
    )?;
    writeln!(out)?;
    let counts: Vec<String> = Severity::ALL
        .into_iter()
        .filter(|s| t.findings.of(*s) > 0)
        .map(|s| paint.severity(s, &format!("{} {}", t.findings.of(s), s.id())))
        .collect();
    let counts = if counts.is_empty() { "none".to_owned() } else { counts.join(", ") };
    write!(out, "findings: {counts}")?;
    if t.suppressed > 0 {
        write!(out, " ({} suppressed in the code)", t.suppressed)?;
    }
    writeln!(out)?;
    writeln!(
        out,
        "duplicates: {} pairs, {} lines, {:.1} %",
        report.clones.len(),
        t.duplicated_lines,
        t.duplication() * 100.0
    )?;
    if let Some(worst) = report.worst_functions.first() {
        writeln!(
            out,
            "most complex: {} (cyclomatic {}, cognitive {}) {}:{}",
            printable(&worst.function.qualified_name),
            worst.function.cyclomatic,
            worst.function.cognitive,
            printable(&worst.path),
            worst.function.start_line
        )?;
    }
    if !report.partly_parsed.is_empty() {
        writeln!(out, "partly parsed: {} files", report.partly_parsed.len())?;
    }
    skipped(report, out)
}

fn skipped(report: &ProjectReport, out: &mut dyn io::Write) -> io::Result<()> {
    let mut counts = std::collections::BTreeMap::new();
    for skipped in &report.skipped {
        *counts.entry(skipped.reason).or_insert(0u32) += 1;
    }
    for (reason, count) in counts {
        writeln!(out, "skipped: {count} files ({})", reason.text())?;
    }
    Ok(())
}

/// Control characters in names from the scanned code must not reach a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

struct Paint(bool);

impl Paint {
    fn wrap(&self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn severity(&self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Fatal => "1;35",
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
            Severity::Info => "1;36",
        };
        self.wrap(code, text)
    }

    fn bold(&self, text: &str) -> String {
        self.wrap("1", text)
    }

    fn dim(&self, text: &str) -> String {
        self.wrap("2", text)
    }
}

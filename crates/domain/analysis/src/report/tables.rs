//! The lists of a report.

use depots::DepotId;
use scanner::Severity;

use super::Told;
use super::glyphs::Face;
use super::paper::{AMBER, BLUE, Cell, Column, GREEN, Paper, RED};
use crate::words::message_in;

impl Told<'_> {
    pub(super) fn languages(&self, paper: &mut Paper) {
        let rows: Vec<Vec<Cell>> = self
            .result
            .languages
            .iter()
            .filter(|one| one.totals.lines.code > 0)
            .take(20)
            .map(|one| {
                let totals = &one.totals;
                vec![
                    one.language.name().to_owned().into(),
                    totals.files.to_string().into(),
                    totals.lines.code.to_string().into(),
                    totals.lines.comment.to_string().into(),
                    totals.functions.to_string().into(),
                    totals.findings.total().to_string().into(),
                ]
            })
            .collect();
        if rows.is_empty() {
            return;
        }
        paper.heading(self.t.report_languages());
        paper.table(
            &[
                text(self.t.report_language(), 0.3),
                number(self.t.report_files(), 0.14),
                number(self.t.report_code(), 0.14),
                number(self.t.report_comment(), 0.14),
                number(self.t.report_functions(), 0.14),
                number(self.t.report_findings(), 0.14),
            ],
            &rows,
        );
    }

    pub(super) fn findings(&self, paper: &mut Paper) {
        let (all, total) = &self.findings;
        paper.heading(&self.count(self.t.report_findings(), all.len(), *total));
        if all.is_empty() {
            paper.said(self.t.report_nothing(), Some(GREEN));
            return;
        }
        let rows: Vec<Vec<Cell>> = all
            .iter()
            .map(|one| {
                let ink = match one.severity {
                    Severity::Fatal | Severity::Error => RED,
                    Severity::Warning => AMBER,
                    Severity::Info => BLUE,
                };
                let said = message_in(self.t.lang, &one.rule, &one.message).replace('`', "");
                vec![
                    Cell {
                        text: self.t.severity(one.severity).to_owned(),
                        ink: Some(ink),
                        link: None,
                    },
                    Cell {
                        text: said,
                        ink: None,
                        link: Some(format!("{}/findings/{}", self.base, one.id)),
                    },
                    self.titles.of(self.t.lang, &one.rule).to_owned().into(),
                    format!("{}{}:{}", self.depot(one.depot), one.path, one.line).into(),
                ]
            })
            .collect();
        paper.table(
            &[
                text(self.t.report_severity(), 0.1),
                text(self.t.report_finding(), 0.42),
                text(self.t.report_rule(), 0.2),
                code(self.t.report_place(), 0.28),
            ],
            &rows,
        );
    }

    /// What a path begins with where there are several depots.
    fn depot(&self, depot: DepotId) -> String {
        match self.scan.source(depot) {
            Some(source) if self.scan.sources.len() > 1 => format!("{}/", source.name),
            _ => String::new(),
        }
    }

    pub(super) fn functions(&self, paper: &mut Paper) {
        let (all, total) = &self.functions;
        if all.is_empty() {
            return;
        }
        paper.heading(&self.count(self.t.report_worst_functions(), all.len(), *total));
        let rows: Vec<Vec<Cell>> = all
            .iter()
            .map(|one| {
                vec![
                    one.name.clone().into(),
                    format!("{}:{}", one.path, one.line).into(),
                    one.cyclomatic.to_string().into(),
                    one.cognitive.to_string().into(),
                    (one.end_line.saturating_sub(one.line) + 1).to_string().into(),
                ]
            })
            .collect();
        paper.table(
            &[
                code(self.t.report_function(), 0.32),
                code(self.t.report_place(), 0.38),
                number(self.t.report_cyclomatic(), 0.1),
                number(self.t.report_cognitive(), 0.1),
                number(self.t.report_lines(), 0.1),
            ],
            &rows,
        );
    }

    pub(super) fn duplicates(&self, paper: &mut Paper) {
        let (all, total) = &self.duplicates;
        if all.is_empty() {
            return;
        }
        paper.heading(&self.count(self.t.report_duplicates(), all.len(), *total));
        let rows: Vec<Vec<Cell>> = all
            .iter()
            .map(|pair| {
                let side = |side: &scanner::CloneSide| {
                    Cell::from(format!("{}:{}-{}", side.path, side.start_line, side.end_line))
                };
                let lines = pair.first.end_line.saturating_sub(pair.first.start_line) + 1;
                vec![
                    side(&pair.first),
                    side(&pair.second),
                    lines.to_string().into(),
                    format!("{} %", pair.similarity).into(),
                ]
            })
            .collect();
        paper.table(
            &[
                code(self.t.report_one(), 0.39),
                code(self.t.report_other(), 0.39),
                number(self.t.report_lines(), 0.1),
                number(self.t.report_alike(), 0.12),
            ],
            &rows,
        );
    }

    pub(super) fn dependencies(&self, paper: &mut Paper) {
        let (all, total) = &self.vulnerable;
        if all.is_empty() {
            return;
        }
        paper.heading(&self.count(self.t.report_vulnerable(), all.len(), *total));
        let rows: Vec<Vec<Cell>> = all
            .iter()
            .map(|one| {
                let ids: Vec<&str> =
                    one.vulnerabilities.iter().map(|found| found.id.as_str()).collect();
                let fixed = one
                    .vulnerabilities
                    .iter()
                    .map(|found| found.fixed.as_str())
                    .find(|version| !version.is_empty());
                vec![
                    format!("{} {}", one.component.name, one.component.version).into(),
                    ids.join(", ").into(),
                    fixed.unwrap_or("-").to_owned().into(),
                    one.component.path.clone().into(),
                ]
            })
            .collect();
        paper.table(
            &[
                text(self.t.report_dependency(), 0.28),
                text(self.t.report_advisories(), 0.28),
                text(self.t.report_fixed_in(), 0.14),
                code(self.t.report_told_by(), 0.3),
            ],
            &rows,
        );
    }

    /// A heading that says how many of how many are listed.
    fn count(&self, what: &str, listed: usize, total: u64) -> String {
        if listed as u64 >= total {
            self.t.report_all(what, total)
        } else {
            self.t.report_some(what, listed, total)
        }
    }
}

fn column(name: &str, share: f32, face: Face, right: bool) -> Column {
    Column { name: name.to_owned(), share, face, right }
}

pub(super) fn text(name: &str, share: f32) -> Column {
    column(name, share, Face::Plain, false)
}

pub(super) fn number(name: &str, share: f32) -> Column {
    column(name, share, Face::Plain, true)
}

pub(super) fn code(name: &str, share: f32) -> Column {
    column(name, share, Face::Mono, false)
}

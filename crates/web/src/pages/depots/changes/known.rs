//! What analysis knows of the new lines of a difference: findings below them,
//! and whether tests run them.

use std::collections::HashMap;

use analysis::{LineFinding, Lines, Look, OnChanges};
use git::{Content, LineKind};
use maud::{Markup, html};

use super::Difference;
use crate::{
    components::{FileDiff, Icon, Inside, LineNotes, icon, status},
    pages::analysis::{inline, message, severity},
    request::{Fault, link},
};

/// Asks for what no scan has told.
const LOOK: &str = "look";

impl Difference<'_> {
    /// What is known of the lines of these files; nothing where none is shown.
    pub(super) async fn known(&self, files: &[git::FileDiff]) -> Result<Option<OnChanges>, Fault> {
        let lines: HashMap<String, Lines> = files.iter().filter_map(added).collect();
        if lines.is_empty() {
            return Ok(None);
        }
        let look = if self.asked.some(LOOK).is_some() { Look::Anew } else { Look::Known };
        let old = self.old.map(|old| old.to_string());
        let new = self.new.to_string();
        let commits = (old.as_deref(), new.as_str());
        let found =
            analysis::on_lines(&self.visit.call, &self.at.depot, commits, &lines, look).await?;
        Ok(Some(found))
    }

    /// Puts what is known to the lines that are drawn.
    pub(super) fn note(&self, found: &OnChanges, files: &mut [FileDiff]) {
        for file in files.iter_mut().filter(|file| matches!(file.inside, Inside::Hunks(_))) {
            let Some(known) = found.files.get(&file.path) else { continue };
            let mut notes = LineNotes::default();
            notes.runs.extend(known.hits.iter().map(|(line, hits)| (*line, *hits > 0)));
            for one in &known.findings {
                notes.said.entry(one.line).or_default().push(self.finding(one));
            }
            file.notes = notes;
        }
    }

    fn finding(&self, one: &LineFinding) -> Markup {
        let (ui, t) = (&self.visit.ui, self.visit.ui.t);
        let project = &self.at.depot.project_name;
        let plan = one.plan.to_string();
        let words = inline(&message(t, &one.rule, &one.message));
        let href = match (one.finding, one.rule.split_once('/')) {
            (Some(id), _) => {
                link(&["p", project, "analysis", &plan, "findings", &id.to_string()], "")
            }
            (None, Some((group, name))) => {
                link(&["p", project, "analysis", "rules", group, name], "")
            }
            (None, None) => String::new(),
        };
        html! {
            div.line.finding {
                (status(ui, severity(one.severity)))
                @if href.is_empty() { span { (words) } } @else { a href=(href) { (words) } }
                span.mono.small.muted { (one.rule) }
            }
        }
    }

    /// What is known in one line, or the way to find out.
    pub(super) fn knowledge(&self, found: Option<&OnChanges>) -> Markup {
        let t = self.visit.ui.t;
        let Some(found) = found else { return Markup::default() };
        let findings: usize = found.files.values().map(|file| file.findings.len()).sum();
        let covered = found.covered.and_then(|covered| Some((covered, covered.percent()?)));
        html! {
            @if found.planned || covered.is_some() {
                div.line.wide.small.muted {
                    @if found.scanned {
                        span.line.tight { (icon(Icon::Analysis)) (t.known_findings(findings)) }
                    } @else if found.planned && self.asked.some(LOOK).is_some() {
                        span.line.tight { (icon(Icon::Analysis)) (t.known_too_many()) }
                    } @else if found.planned {
                        span.line.tight { (icon(Icon::Analysis)) (t.known_unseen()) }
                        @if self.old.is_some() { a href=(self.asked.with(LOOK, Some("1"))) { (t.known_look()) } }
                    }
                    @if let Some((covered, percent)) = covered {
                        span.line.tight { (icon(Icon::Check)) (t.known_covered(format!("{percent:.1}"), covered.hit, covered.lines)) }
                    }
                }
            }
        }
    }
}

/// The new lines of a file, by its path.
fn added(file: &git::FileDiff) -> Option<(String, Lines)> {
    let side = file.change.new.as_ref()?;
    let Content::Text { hunks, .. } = &file.content else { return None };
    let lines: Lines = hunks
        .iter()
        .flat_map(|hunk| &hunk.lines)
        .filter(|line| line.kind == LineKind::Added)
        .filter_map(|line| line.new)
        .collect();
    (lines.count() > 0).then(|| (side.path.clone(), lines))
}

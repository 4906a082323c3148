//! What a finding's rule says to write instead, and the form that commits it.

use analysis::{Finding, FindingId, FixRange, NewFix, ProposedFix};
use axum::extract::Path;
use base::{Error, Read, Write};
use depots::DepotKey;
use maud::{Markup, Render, html};

use super::{
    super::depots::text_difference,
    finding,
    frame::{At, at},
};
use crate::{
    components::{Button, Field, Icon, Tone, Weight, banner, card},
    request::{Answer, Asked, Faults, Fields, Visit, link, sentence},
    response,
};

/// The field that tells this form from the others of the page.
const SEEN: &str = "blob";

/// Whether a form that came back is that of the fix.
pub(super) fn is_of(fields: &Fields) -> bool {
    fields.on(SEEN)
}

fn range_of(word: &str) -> FixRange {
    if word == "file" { FixRange::File } else { FixRange::Finding }
}

/// The card of a finding whose rule says what to write instead; nothing for the
/// others.
pub(super) async fn card_of(
    visit: &Visit,
    at: &At<Read>,
    finding: &Finding,
    title: &str,
    wanted: &str,
    (fields, faults): (&Fields, &Faults),
) -> Result<Markup, Error> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    if !analysis::is_fixable(&visit.call, &at.plan, finding).await? {
        return Ok(Markup::default());
    }
    let sent = is_of(fields);
    let range = range_of(if sent { fields.one("range") } else { wanted });
    let fix = match analysis::proposed_fix(&visit.call, &at.plan, finding, "", range).await {
        Ok(fix) => fix,
        // Whoever may not see the code sees no diff of it.
        Err(Error::Denied { .. }) => return Ok(Markup::default()),
        Err(error) => {
            let why = sentence(ui, &error.to_string());
            return match error {
                Error::Conflict { .. } | Error::NotFound { .. } | Error::Limit { .. } => {
                    Ok(card(t.fix_title(), None, &banner(Tone::Info, &why, &Markup::default())))
                }
                error => Err(error),
            };
        }
    };
    let depot = DepotKey::Id(finding.depot);
    let may = depots::authorise::<Write>(&visit.call, depot).await.is_ok();
    let open = html! { span.small.muted { (t.fix_against(&fix.branch)) } };
    let shown = Shown { visit, here: at.finding(finding.id), finding, fix: &fix, range };
    let inside = html! {
        div.stack.s12 id="fix" {
            @if fix.line != finding.line { p.small.muted { (t.fix_moved(fix.line)) } }
            (text_difference(ui, &fix.path, &fix.diff.content))
            @if fix.of_file > 1 { (shown.further()) }
            @if may && sent { (shown.form(fields.one("branch"), fields.raw("message"), faults)) }
            @else if may {
                @let (branch, message) = shown.preset(title);
                (shown.form(&branch, &message, &Faults::default()))
            }
        }
    };
    Ok(card(t.fix_title(), Some(&open), &inside))
}

/// A fix on the page of its finding.
struct Shown<'a> {
    visit: &'a Visit,
    /// The page.
    here: String,
    finding: &'a Finding,
    fix: &'a ProposedFix,
    range: FixRange,
}

impl Shown<'_> {
    /// Where all findings of the rule in the file can be fixed at once, and back.
    fn further(&self) -> Markup {
        let t = self.visit.ui.t;
        html! {
            p.small {
                @match self.range {
                    FixRange::Finding => a href={ (self.here) "?fix=file#fix" } { (t.fix_all(self.fix.of_file)) },
                    FixRange::File => { (t.fix_of_file(self.fix.findings)) " " a href={ (self.here) "#fix" } { (t.fix_one()) } },
                }
            }
        }
    }

    /// The branch and the message that the form begins with.
    fn preset(&self, title: &str) -> (String, String) {
        let name = self.finding.rule.rsplit('/').next().unwrap_or_default();
        let branch = format!("fix/{name}-{}", self.finding.id);
        (branch, analysis::fix_message(self.visit.ui.t.lang, self.finding, title))
    }

    fn form(&self, branch: &str, message: &str, faults: &Faults) -> Markup {
        let (ui, t) = (&self.visit.ui, self.visit.ui.t);
        let hint = t.fix_branch_hint(&self.fix.branch);
        html! {
            form.form method="post" action={ (self.here) "/fix" } {
                (faults.banner(ui))
                input type="hidden" name=(SEEN) value=(self.fix.blob);
                @if self.range == FixRange::File { input type="hidden" name="range" value="file"; }
                (Field::new(ui, "branch", t.fix_branch()).mono().value(branch).hint(&hint).fault(faults.get("branch")))
                (Field::new(ui, "message", t.fix_message()).area(4).value(message).fault(faults.get("message")))
                div.line { (Button::submit(t.fix_commit()).weight(Weight::Normal).icon(Icon::Branch).render()) }
            }
        }
    }
}

pub(super) async fn commit(
    visit: Visit,
    Path((project, plan, id)): Path<(String, String, i64)>,
    asked: Asked,
    fields: Fields,
) -> Answer {
    let at = at::<Read>(&visit, &project, &plan).await?;
    let finding = analysis::finding(&visit.call, &at.plan, FindingId(id)).await?;
    let depot = depots::authorise::<Write>(&visit.call, DepotKey::Id(finding.depot)).await?;
    let new = NewFix {
        range: range_of(fields.one("range")),
        branch: fields.one("branch").to_owned(),
        message: fields.raw("message").to_owned(),
        blob: fields.one(SEEN).to_owned(),
    };
    if new.branch.is_empty() {
        let faults = Faults::of(&visit.ui, Error::missing("branch"), &["branch"])?;
        return finding::page(&visit, &project, &plan, id, &asked, &fields, &faults).await;
    }
    match analysis::commit_fix(&visit.call, &at.plan, &depot, &finding, new).await {
        Ok(fixed) => {
            let commit = fixed.commit.id.to_string();
            let to = link(&["p", &depot.project_name, "d", &depot.name, "commit", &commit], "");
            Ok(response::see_other(&to))
        }
        Err(error) => {
            let faults = Faults::of(&visit.ui, error, &["branch", "message"])?;
            finding::page(&visit, &project, &plan, id, &asked, &fields, &faults).await
        }
    }
}

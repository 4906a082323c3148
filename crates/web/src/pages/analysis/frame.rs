use std::collections::HashMap;

use analysis::{PlanId, PlanKey, Scan, ScanPlan, ScanSource, authorise_plan};
use base::{Error, Granted, Read, Right};
use depots::{Depot, DepotId};
use maud::{Markup, html};
use projects::Project;

use crate::{
    components::{Icon, breadcrumb, icon},
    layout::{self, Section},
    request::{Answer, Place, Visit, link, segment},
};

/// A plan that a page is about.
#[derive(Debug)]
pub(super) struct At<R: Right> {
    /// The project.
    pub(super) project: Granted<Project, Read>,
    /// Its rail.
    pub(super) nav: layout::Project,
    /// The plan, with proof.
    pub(super) plan: Granted<ScanPlan, R>,
    /// The depots of the plan that still exist.
    pub(super) depots: HashMap<DepotId, Depot>,
}

/// Finds the plan of an address: by its number, or by its name, which may be
/// one, too; our own links have numbers.
pub(super) async fn at<R: Right>(visit: &Visit, project: &str, plan: &str) -> Result<At<R>, Error> {
    let project = visit.project::<Read>(project).await?;
    let numbered = match plan.parse::<i64>() {
        Ok(id) => {
            let key = PlanKey::Id(PlanId(id));
            match authorise_plan::<Read>(&visit.call, key).await {
                Ok(plan) => (plan.project == project.id).then_some(key),
                Err(Error::NotFound { .. }) => None,
                Err(error) => return Err(error),
            }
        }
        Err(_) => None,
    };
    let key = numbered.unwrap_or(PlanKey::Named(project.id, plan));
    let plan = authorise_plan::<R>(&visit.call, key).await?;
    let ids: Vec<DepotId> = plan.sources.iter().map(|source| source.depot).collect();
    let depots = depots::by_ids(&visit.call, &ids).await?;
    let nav = visit.nav(&project).await?;
    Ok(At { project, nav, plan, depots })
}

impl<R: Right> At<R> {
    /// `/p/{project}/analysis/{plan}`.
    pub(super) fn base(&self) -> String {
        link(&["p", &self.project.name, "analysis", &self.plan.id.to_string()], "")
    }

    /// The address of one of the plan's scans.
    pub(super) fn scan(&self, number: i64) -> String {
        format!("{}/scans/{number}", self.base())
    }

    /// The address of a finding.
    pub(super) fn finding(&self, id: analysis::FindingId) -> String {
        format!("{}/findings/{id}", self.base())
    }

    /// The address of a line of code at a commit, if the depot is still there.
    pub(super) fn code(
        &self,
        depot: DepotId,
        commit: &str,
        path: &str,
        line: u32,
    ) -> Option<String> {
        let depot = self.depots.get(&depot)?;
        let rev = if commit.is_empty() { &depot.default_branch } else { commit };
        Some(format!(
            "{}/blob/{}{}#L{line}",
            link(&["p", &depot.project_name, "d", &depot.name], ""),
            segment(rev),
            link(&[], path)
        ))
    }

    /// [`At::code`] for a path of a scan's result.
    pub(super) fn code_of(&self, scan: &Scan, path: &str, line: u32) -> Option<String> {
        let (source, rest) = scan.locate(path)?;
        self.code(source.depot, &source.commit, rest, line)
    }

    /// Where the page stands, with further steps after the plan.
    pub(super) fn crumbs(&self, visit: &Visit, further: &[(String, String)]) -> Markup {
        let mut steps = vec![(self.plan.name.clone(), self.base())];
        steps.extend_from_slice(further);
        trail(visit, &self.nav, &self.project.name, &steps)
    }

    /// What the plan scans, as links.
    pub(super) fn sources(&self) -> Markup {
        html! {
            @for source in &self.plan.sources {
                @if let Some(depot) = self.depots.get(&source.depot) {
                    span {
                        (icon(Icon::Depot)) a href=(link(&["p", &depot.project_name, "d", &depot.name], "")) { (depot.name) } " "
                        (icon(Icon::Branch)) (source.branch)
                    }
                }
            }
        }
    }

    /// What one scan looked at, as links.
    pub(super) fn commits(&self, sources: &[ScanSource]) -> Markup {
        html! {
            @for source in sources {
                span {
                    (icon(Icon::Branch)) (source.branch) " "
                    @if !source.commit.is_empty() {
                        @if let Some(depot) = self.depots.get(&source.depot) {
                            a.mono href=(link(&["p", &depot.project_name, "d", &depot.name, "commit", &source.commit], "")) { (short(&source.commit)) }
                        } @else { span.mono { (short(&source.commit)) } }
                    }
                }
            }
        }
    }

    /// Draws a page of the plan.
    pub(super) async fn show(&self, visit: &Visit, place: Place<'_>, body: Markup) -> Answer {
        visit
            .show(Place { project: Some(&self.nav), section: Section::Analysis, ..place }, body)
            .await
    }
}

/// Where a page of a project's analysis stands, with the steps behind its list of
/// plans.
pub(super) fn trail(
    visit: &Visit,
    nav: &layout::Project,
    project: &str,
    further: &[(String, String)],
) -> Markup {
    let mut steps = vec![
        (nav.display.clone(), link(&["p", project], "")),
        (visit.ui.t.nav_analysis().to_owned(), link(&["p", project, "analysis"], "")),
    ];
    steps.extend_from_slice(further);
    breadcrumb(&visit.ui, "", &steps)
}

/// The first ten characters of a commit.
pub(super) fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

use base::{Error, Granted, Read, Right, Write};
use depots::{Depot, DepotKey, DepotKind};
use git::Repository;
use maud::{Markup, html};

use crate::{
    components::{Icon, Tab, Tone, badge, breadcrumb, icon, tabs},
    i18n::group,
    layout::{self, Head, Section, head},
    request::{Answer, Fault, Place, Visit, blocking, link, segment},
};

/// A depot that a page is about.
#[derive(Debug)]
pub(super) struct At<R: Right> {
    /// The depot, with proof.
    pub(super) depot: Granted<Depot, R>,
    /// The rail, where the visitor may see the project too.
    pub(super) nav: Option<layout::Project>,
}

/// Finds the depot of an address.
pub(super) async fn at<R: Right>(
    visit: &Visit,
    project: &str,
    depot: &str,
) -> Result<At<R>, Error> {
    let team = visit.call.actor.user()?.team;
    let missing = || Error::not_found("depot");
    let id =
        projects::id_by_name(visit.call.db.reader(), team, project).await?.ok_or_else(missing)?;
    let asked = depot;
    let depot = depots::authorise::<R>(&visit.call, DepotKey::InProject(id, asked)).await?;
    // The depot may have left the address.
    if depot.name != asked || depot.project != id {
        let now = link(&["p", &depot.project_name, "d", &depot.name], "");
        visit.moved.note(link(&["p", project, "d", asked], ""), now);
    }
    let nav = match visit.project::<Read>(&depot.project_name).await {
        Ok(project) => Some(visit.nav(&project).await?),
        Err(error) if error.is_not_found() => None,
        Err(error) => return Err(error),
    };
    Ok(At { depot, nav })
}

/// The marked tab of a depot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Here {
    Code,
    Commits,
    Branches,
    Tags,
    Releases,
    People,
    Search,
    Settings,
}

impl At<Read> {
    /// Opens what is on disk.
    pub(super) fn open(&self, visit: &Visit) -> Result<Repository, Error> {
        depots::repository(&visit.call.env, &self.depot)
    }

    /// Whether the visitor may change what is in the depot; for showing the
    /// ways to do it.
    pub(super) async fn may_write(&self, visit: &Visit) -> Result<bool, Error> {
        if !matches!(self.depot.kind, DepotKind::Hosted) {
            return Ok(false);
        }
        match depots::authorise::<Write>(&visit.call, DepotKey::Id(self.depot.id)).await {
            Ok(_) => Ok(true),
            // What is in the archive is changed by nobody.
            Err(Error::Denied { .. } | Error::NotFound { .. } | Error::Conflict { .. }) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// [`At::may_write`], and the revision is a branch, on which a commit can
    /// be made.
    pub(super) async fn may_commit(
        &self,
        visit: &Visit,
        repository: &Repository,
        rev: &str,
    ) -> Result<bool, Fault> {
        let (repository, name) = (repository.clone(), format!("refs/heads/{rev}"));
        let branch = blocking(move || Ok(repository.reference(&name)?.is_some())).await?;
        Ok(branch && self.may_write(visit).await?)
    }
}

impl<R: Right> At<R> {
    /// `/p/{project}/d/{depot}`.
    pub(super) fn base(&self) -> String {
        link(&["p", &self.depot.project_name, "d", &self.depot.name], "")
    }

    /// The address of a page about a path at a revision.
    pub(super) fn to(&self, what: &str, rev: &str, path: &str) -> String {
        format!("{}/{what}/{}{}", self.base(), segment(rev), link(&[], path))
    }

    /// Draws a page of the depot: its name, its tabs, the content.
    pub(super) async fn show(
        &self,
        visit: &Visit,
        here: Here,
        rev: &str,
        place: Place<'_>,
        acts: Markup,
        body: &Markup,
    ) -> Answer {
        let (ui, t, depot) = (&visit.ui, visit.ui.t, &self.depot);
        let project = link(&["p", &depot.project_name], "");
        let top = Head {
            crumbs: breadcrumb(
                ui,
                "",
                &[
                    (
                        self.nav
                            .as_ref()
                            .map_or_else(|| depot.project_name.clone(), |nav| nav.display.clone()),
                        project.clone(),
                    ),
                    (t.nav_code().to_owned(), format!("{project}/depots")),
                    (depot.name.clone(), self.base()),
                ],
            ),
            title: depot.name.clone(),
            signs: html! {
                @if depot.shared { (badge(t.depot_shared(), None)) } @else { (badge(t.depot_private(), None)) }
                @if depot.archived { (badge(t.general_archived(), Some(Tone::Warn))) }
                @if let DepotKind::Outside { .. } = &depot.kind { (badge(t.depot_mirror(), None)) }
            },
            meta: html! {
                @if !depot.description.is_empty() { span { (depot.description) } }
                @if let Some(at) = depot.last_push_at { span { (icon(Icon::Clock)) (t.depot_pushed()) " " (ui.time(at.to_jiff())) } }
            },
            acts,
        };
        let base = self.base();
        let tab = |label, place: Here, href: String| Tab {
            label,
            href,
            count: None,
            here: place == here,
        };
        let mut row = vec![
            tab(t.depot_code(), Here::Code, base.clone()),
            tab(t.depot_commits(), Here::Commits, format!("{base}/commits/{}", segment(rev))),
            tab(t.depot_branches(), Here::Branches, format!("{base}/branches")),
            tab(t.depot_tags(), Here::Tags, format!("{base}/tags")),
            tab(t.release_title(), Here::Releases, format!("{base}/releases")),
            tab(t.nav_search(), Here::Search, format!("{base}/search")),
            tab(t.contributors_title(), Here::People, format!("{base}/contributors")),
        ];
        row.push(if self.nav.as_ref().is_some_and(|nav| nav.manage) {
            tab(t.nav_settings(), Here::Settings, format!("{base}/settings"))
        } else {
            tab(t.sets_rules(), Here::Settings, format!("{base}/settings/branches"))
        });
        let body = html! { (head(&top)) div.stack.s16 { (tabs(&depot.name, &row)) (body) } };
        let title = format!("{} · {}", place.title, depot.name);
        let place = Place {
            title: if place.title.is_empty() { &depot.name } else { &title },
            project: self.nav.as_ref(),
            section: Section::Code,
            ..place
        };
        visit.show(place, body).await
    }
}

/// Branches that the menu lists.
const LISTED: usize = 60;

/// The menu that changes the branch and stays on the page.
pub(super) async fn rev_menu<R: Right>(
    visit: &Visit,
    at: &At<R>,
    repository: &Repository,
    what: &str,
    rev: &str,
    path: &str,
) -> Result<Markup, Fault> {
    let t = visit.ui.t;
    let (reader, wanted) = (repository.clone(), rev.to_owned());
    let (known, page) = blocking(move || {
        let known = reader.reference(&format!("refs/heads/{wanted}"))?.is_some();
        let query = git::RefQuery { limit: LISTED, ..git::RefQuery::default() };
        Ok((known, reader.branch_page(&query)?))
    })
    .await?;
    let default = &at.depot.default_branch;
    let mut names: Vec<&str> = vec![default];
    if known && rev != default {
        names.push(rev);
    }
    let others = page.items.iter().map(|branch| branch.name.as_str());
    names.extend(others.filter(|name| name != default && (*name != rev || !known)));
    let shown = if known || git::Oid::from_hex(rev).is_err() {
        rev.to_owned()
    } else {
        rev.chars().take(10).collect()
    };
    Ok(html! {
        details.menu.start {
            summary.button { (icon(if known { Icon::Branch } else { Icon::Commit })) span.cut.branch title=(rev) { (shown) } (icon(Icon::Down)) }
            div.panel {
                @if names.len() > 8 { input.input type="search" data-narrow placeholder=(t.action_filter()) aria-label=(t.action_filter()); }
                div.label { (t.depot_branches()) " " (group(i64::try_from(page.total).unwrap_or(i64::MAX))) }
                @for name in names {
                    a.item href=(at.to(what, name, path)) aria-current=[(name == rev).then_some("true")] { (icon(Icon::Branch)) span.cut { (name) } }
                }
                hr;
                a.item href={ (at.base()) "/branches" } { (icon(Icon::List)) (t.branch_all()) }
                a.item href={ (at.base()) "/tags" } { (icon(Icon::Tag)) (t.depot_tags()) }
            }
        }
    })
}

/// The path of a page as a row of links.
pub(super) fn path_crumbs<R: Right>(visit: &Visit, at: &At<R>, rev: &str, path: &str) -> Markup {
    let mut steps = vec![(at.depot.name.clone(), at.to("tree", rev, ""))];
    let mut so_far = String::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        if !so_far.is_empty() {
            so_far.push('/');
        }
        so_far.push_str(part);
        steps.push((part.to_owned(), at.to("tree", rev, &so_far)));
    }
    breadcrumb(&visit.ui, "path", &steps)
}

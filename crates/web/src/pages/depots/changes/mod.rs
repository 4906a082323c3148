//! What differs between two commits: a page of files, each with its lines, or
//! with the address that answers them.
//!
//! The cost of a page does not grow with the change: one list of the changed
//! files, which is kept, and one comparison of those that are shown.

mod draw;
mod known;
mod tree;

use std::{collections::HashSet, sync::Arc};

use analysis::OnChanges;
use axum::{body::Body, http::Response};
use base::Error;
use git::{Change, DiffLimits, Oid, Repository};
use maud::{Markup, html};

use super::{comments::Comments, frame::At, kept::Kept};
use crate::{
    components::{
        FileDiff, Icon, Inside, Language, LineNotes, View, anchor, churn, diff, diff_file,
        diff_inside, icon, pager,
    },
    request::{Asked, Fault, Visit, blocking},
    response,
    ui::Ui,
};

/// Files on one page.
const SIZE: usize = 100;
/// How many of them are compared at once.
const COMPARED: DiffLimits =
    DiffLimits { context: 3, files: 40, file_bytes: 256 * 1024, lines: 2_000, ignore_space: false };
/// How far the comparison of a single file goes.
const ALONE: DiffLimits = DiffLimits {
    context: 3,
    files: 1,
    file_bytes: 4 * 1024 * 1024,
    lines: 20_000,
    ignore_space: false,
};

/// Longer lists of changed files are not kept.
const REMEMBERED: usize = 20_000;

/// The changed files between two commits, of the last pairs asked for.
type Known = Kept<(Option<Oid>, Oid), Vec<Change>, 24>;

/// Two commits, and how their difference is to be shown.
pub(super) struct Difference<'a> {
    pub(super) visit: &'a Visit,
    pub(super) at: &'a At<base::Read>,
    pub(super) asked: &'a Asked,
    /// `None`: nothing.
    pub(super) old: Option<Oid>,
    pub(super) new: Oid,
    /// What is said at its lines, if it is a commit's.
    pub(super) said: Option<&'a Comments<'a>>,
}

impl Difference<'_> {
    /// The address of a path as it is on the new or the old side.
    fn to(&self, what: &str, side: Option<Oid>, path: &str) -> String {
        self.at.to(what, &side.unwrap_or(self.new).to_string(), path)
    }

    fn view(&self) -> View {
        if self.asked.one("view") == "split" { View::Split } else { View::Unified }
    }

    fn ignores_space(&self) -> bool {
        self.asked.some("space").is_some()
    }

    fn limits(&self, limits: DiffLimits) -> DiffLimits {
        DiffLimits { ignore_space: self.ignores_space(), ..limits }
    }

    /// The paths that changed.
    pub(super) async fn paths(&self, repository: &Repository) -> Result<HashSet<String>, Fault> {
        let all = self.list(repository).await?;
        Ok(all.iter().map(|change| change.path().to_owned()).collect())
    }

    async fn list(&self, repository: &Repository) -> Result<Arc<Vec<Change>>, Fault> {
        let known = self.visit.call.env.memory::<Known>();
        let key = (self.old, self.new);
        if let Some(found) = known.get(&key) {
            return Ok(found);
        }
        let repository = repository.clone();
        let found = blocking(move || repository.diff_trees(key.0, key.1, true)).await?;
        Ok(if found.len() > REMEMBERED { Arc::new(found) } else { known.put(key, found) })
    }

    async fn compare(
        &self,
        repository: &Repository,
        changes: Vec<Change>,
        limits: DiffLimits,
    ) -> Result<(Vec<FileDiff>, Option<OnChanges>), Fault> {
        let (repository, limits) = (repository.clone(), self.limits(limits));
        let found = blocking(move || repository.diff_changes(changes, limits)).await?;
        let mut files: Vec<FileDiff> =
            found.iter().map(|file| draw::file(self, file, limits.files == 1)).collect();
        if let Some(said) = self.said {
            for file in &mut files {
                file.talk = Some(said.talk(&file.path, !self.ignores_space()));
            }
        }
        let known = self.known(&found).await?;
        if let Some(known) = &known {
            self.note(known, &mut files);
        }
        Ok((files, known))
    }

    /// The lines of one file, for a box that asks for them later.
    ///
    /// # Errors
    /// `NotFound` when the file is not among those that changed.
    pub(super) async fn part(&self, repository: &Repository) -> Result<Response<Body>, Fault> {
        let (file, _) = self.one(repository, self.asked.raw("file")).await?;
        let inside = diff_inside(&self.visit.ui, self.view(), &file);
        Ok(response::page(http::StatusCode::OK, html! { div data-part { (inside) } }))
    }

    async fn one(
        &self,
        repository: &Repository,
        path: &str,
    ) -> Result<(FileDiff, Option<OnChanges>), Fault> {
        let all = self.list(repository).await?;
        let missing = || Error::not_found("changed file");
        let change = all.iter().find(|change| change.path() == path).ok_or_else(missing)?.clone();
        let (files, known) = self.compare(repository, vec![change], ALONE).await?;
        Ok((files.into_iter().next().ok_or_else(missing)?, known))
    }

    /// The whole: what changed at a glance, the tree of files, the files.
    pub(super) async fn page(&self, repository: &Repository) -> Result<Markup, Fault> {
        let (ui, t) = (&self.visit.ui, self.visit.ui.t);
        let all = self.list(repository).await?;
        if all.is_empty() {
            return Ok(html! { div.card { p.said { (t.diff_nothing()) } } });
        }
        if let Some(path) = Some(self.asked.raw("file")).filter(|path| !path.is_empty()) {
            let (file, known) = self.one(repository, path).await?;
            let back = format!("{}#{}", self.asked.without(&["file", "line"]), anchor(path));
            return Ok(html! {
                (self.tools(all.len(), None))
                (self.knowledge(known.as_ref()))
                p.line { a.button.small href=(back) { (icon(Icon::Left)) (t.diff_all_files()) } }
                (diff_file(ui, self.view(), &file))
            });
        }
        let within = self.asked.one("in");
        let chosen: Vec<&Change> = if within.is_empty() {
            all.iter().collect()
        } else {
            let inside =
                |path: &str| path.strip_prefix(within).is_some_and(|rest| rest.starts_with('/'));
            all.iter().filter(|change| inside(change.path())).collect()
        };
        let pages = chosen.len().div_ceil(SIZE).max(1);
        let here = self.asked.one("page").parse().unwrap_or(1_usize).clamp(1, pages);
        let from = (here - 1) * SIZE;
        let shown: Vec<Change> = chosen.iter().skip(from).take(SIZE).copied().cloned().collect();
        let folders = if pages > 1 || !within.is_empty() {
            tree::folders(self, &chosen, within)
        } else {
            Markup::default()
        };
        let (files, known) = self.compare(repository, shown, COMPARED).await?;
        let total = (pages == 1 && within.is_empty())
            .then(|| files.iter().map(|file| file.churn).sum_all())
            .flatten();
        let page = |n: usize| self.asked.with("page", Some(&n.to_string()));
        let said = t.list_range(from + 1, from + files.len(), chosen.len());
        Ok(html! {
            (self.tools(all.len(), total))
            (self.knowledge(known.as_ref()))
            (folders)
            div.changes {
                @if files.len() > 1 { (tree::tree(ui, &files)) }
                div.stack.s12 {
                    (diff(ui, self.view(), &files))
                    (pager(ui, (here > 1).then(|| page(here - 1)).as_deref(), &said, (here < pages).then(|| page(here + 1)).as_deref()))
                }
            }
        })
    }

    /// How much changed, and the ways to look at it.
    fn tools(&self, files: usize, total: Option<(u64, u64)>) -> Markup {
        let t = self.visit.ui.t;
        let split = self.view() == View::Split;
        let pressed = |on: bool| if on { "button small chosen" } else { "button small" };
        html! {
            div.line.apart #changes {
                div.line { strong { (t.commit_files(files)) } @if let Some((added, removed)) = total { (churn(added, removed)) } }
                div.line.tight role="group" aria-label=(t.diff_view()) {
                    a class=(pressed(!split)) href=(self.asked.with("view", None)) aria-current=[(!split).then_some("true")] { (t.diff_unified()) }
                    a class=(pressed(split)) href=(self.asked.with("view", Some("split"))) aria-current=[split.then_some("true")] { (t.diff_split()) }
                    @if self.ignores_space() {
                        a.button.small.chosen href=(self.asked.with("space", None)) aria-current="true" { (icon(Icon::Check)) (t.diff_no_space()) }
                    } @else {
                        a.button.small href=(self.asked.with("space", Some("0"))) { (t.diff_no_space()) }
                    }
                }
            }
        }
    }
}

/// The lines in which two texts differ, for a box that is there already.
pub(in crate::pages) fn of_text(ui: &Ui, path: &str, content: &git::Content) -> Markup {
    let said = |words: &str| html! { p.said { (words) } };
    let git::Content::Text { hunks, .. } = content else { return said(ui.t.code_binary()) };
    if hunks.is_empty() {
        return said(ui.t.diff_nothing());
    }
    if hunks.iter().map(|hunk| hunk.lines.len()).sum::<usize>() > COMPARED.lines {
        return said(ui.t.code_too_large());
    }
    let file = FileDiff {
        path: path.to_owned(),
        before: None,
        state: ui.t.code_file_changed(),
        churn: None,
        inside: Inside::Hunks(draw::drawn(hunks, Language::of_path(path))),
        href: None,
        talk: None,
        notes: LineNotes::default(),
    };
    diff_inside(ui, View::Unified, &file)
}

/// A sum that is only known when every part is.
trait SumAll {
    fn sum_all(self) -> Option<(u64, u64)>;
}

impl<I: Iterator<Item = Option<(u64, u64)>>> SumAll for I {
    fn sum_all(mut self) -> Option<(u64, u64)> {
        self.try_fold((0, 0), |(added, removed), part| {
            part.map(|(more, less)| (added + more, removed + less))
        })
    }
}

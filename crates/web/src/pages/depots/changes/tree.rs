use std::collections::BTreeMap;

use git::Change;
use maud::{Markup, html};

use super::Difference;
use crate::{
    components::{FileDiff, Icon, churn, icon, icon_with},
    i18n::group,
    ui::Ui,
};

/// Folders deeper than this stand on one line.
const DEPTH: usize = 24;
/// More folders than this are not listed.
const MOST: usize = 60;

/// The files of the page as a tree of links to their boxes.
pub(super) fn tree(ui: &Ui, files: &[FileDiff]) -> Markup {
    html! {
        nav.card.difftree aria-label=(ui.t.diff_tree()) { ul { (level(files, 0, DEPTH)) } }
    }
}

/// The entries of one folder; the first `from` bytes of every path name it.
fn level(files: &[FileDiff], from: usize, depth: usize) -> Markup {
    let name = |file: &FileDiff| file.path[from..].split_once('/').map(|(name, _)| name.to_owned());
    let groups = files.chunk_by(|a, b| depth > 0 && name(a).is_some() && name(a) == name(b));
    html! {
        @for inside in groups {
            @match name(&inside[0]).filter(|_| depth > 0) {
                Some(_) => {
                    // A folder whose only entry is a folder shares its line.
                    @let end = common(inside, from);
                    li {
                        span.dir { (icon_with(Icon::Folder, "folder")) span.cut { (inside[0].path[from..end - 1]) } }
                        ul { (level(inside, end, depth - 1)) }
                    }
                }
                None => { li { (link(&inside[0], from)) } }
            }
        }
    }
}

/// Where the part of the path ends that all have in common, after a slash.
fn common(files: &[FileDiff], from: usize) -> usize {
    let (first, last) = (&files[0].path, &files[files.len() - 1].path);
    // The paths are in order: what the first and the last share, all share.
    let same = first[from..].bytes().zip(last[from..].bytes()).take_while(|(a, b)| a == b).count();
    let upto = &first.as_bytes()[..from + same];
    let end =
        if files.len() == 1 { first.rfind('/') } else { upto.iter().rposition(|b| *b == b'/') };
    end.map_or(first.len(), |slash| slash + 1)
}

fn link(file: &FileDiff, from: usize) -> Markup {
    html! {
        a href={ "#" (file.anchor()) } title=(file.path) {
            (icon(Icon::File))
            span.cut { (file.path[from..]) }
            @if let Some((added, removed)) = file.churn.filter(|churn| *churn != (0, 0)) { (churn(added, removed)) } @else { span.muted.small { (file.state) } }
        }
    }
}

/// The folders among the changed files, with how many lie in each, for changes
/// that do not fit on one page.
pub(super) fn folders(difference: &Difference<'_>, changes: &[&Change], within: &str) -> Markup {
    let t = difference.visit.ui.t;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let from = if within.is_empty() { 0 } else { within.len() + 1 };
    for change in changes {
        if let Some((name, _)) = change.path()[from..].split_once('/') {
            *counts.entry(name).or_default() += 1;
        }
    }
    let mut steps: Vec<(String, String)> = Vec::new();
    for part in within.split('/').filter(|part| !part.is_empty()) {
        let so_far =
            steps.last().map_or_else(|| part.to_owned(), |(path, _)| format!("{path}/{part}"));
        steps.push((so_far, part.to_owned()));
    }
    html! {
        nav.chips aria-label=(t.diff_folders()) {
            @if !within.is_empty() { a.chip href=(difference.asked.with("in", None)) { (icon(Icon::Cross)) (t.diff_all_files()) } }
            @for (path, name) in &steps { a.chip.on href=(difference.asked.with("in", Some(path))) { (icon(Icon::Folder)) (name) } }
            @for (name, count) in counts.iter().take(MOST) {
                @let path = if within.is_empty() { (*name).to_owned() } else { format!("{within}/{name}") };
                a.chip href=(difference.asked.with("in", Some(&path))) { (icon(Icon::Folder)) (name) b { (group(i64::try_from(*count).unwrap_or(i64::MAX))) } }
            }
            @if counts.len() > MOST { span.muted.small { (t.diff_more_folders(counts.len() - MOST)) } }
        }
    }
}

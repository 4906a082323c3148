use git::{ChangeKind, Content, LineKind};

use super::tree::size;
use crate::{
    components::{self, FileDiff, Hunk, Language, Line, highlight},
    request::Visit,
};

/// What Git says about a change, as the diff view draws it.
pub(super) fn files(
    visit: &Visit,
    changes: &[git::FileDiff],
    href: impl Fn(&str) -> String,
) -> Vec<FileDiff> {
    changes.iter().map(|file| one(visit, file, &href)).collect()
}

fn one(visit: &Visit, file: &git::FileDiff, href: &impl Fn(&str) -> String) -> FileDiff {
    let t = visit.ui.t;
    let change = &file.change;
    let path = change.path().to_owned();
    let before = change.old.as_ref().map(|side| side.path.clone()).filter(|old| *old != path);
    let state = match change.kind {
        ChangeKind::Added => t.code_file_added(),
        ChangeKind::Deleted => t.code_file_removed(),
        ChangeKind::Renamed => t.code_file_renamed(),
        _ => t.code_file_changed(),
    };
    let mut drawn = FileDiff {
        href: change.new.as_ref().map(|side| href(&side.path)),
        path,
        before,
        state,
        added: 0,
        removed: 0,
        instead: None,
        hunks: Vec::new(),
    };
    match &file.content {
        Content::Text { hunks, added, removed } => {
            let language = Language::of_path(&drawn.path);
            drawn.added = *added as u64;
            drawn.removed = *removed as u64;
            drawn.hunks = hunks.iter().map(|h| hunk(h, language)).collect();
            if hunks.is_empty() {
                drawn.instead = Some(t.code_no_text().to_owned());
            }
        }
        Content::Binary { old_size, new_size } => {
            drawn.instead = Some(format!(
                "{} {} \u{2192} {}",
                t.code_binary(),
                size(*old_size),
                size(*new_size)
            ));
        }
        Content::Submodule => drawn.instead = Some(t.code_submodule().to_owned()),
        Content::TooLarge | Content::Omitted => drawn.instead = Some(t.code_too_large().to_owned()),
    }
    drawn
}

fn hunk(hunk: &git::Hunk, language: Option<Language>) -> Hunk {
    let heading = hunk.heading.as_deref().map(|h| format!(" {h}")).unwrap_or_default();
    Hunk {
        header: format!(
            "@@ -{},{} +{},{} @@{heading}",
            hunk.old_start, hunk.old_lines, hunk.new_start, hunk.new_lines
        ),
        lines: hunk
            .lines
            .iter()
            .map(|line| Line {
                kind: match line.kind {
                    LineKind::Context => components::LineKind::Same,
                    LineKind::Added => components::LineKind::Added,
                    LineKind::Removed => components::LineKind::Removed,
                },
                old: line.old,
                new: line.new,
                html: highlight(language, &line.text).concat(),
            })
            .collect(),
    }
}

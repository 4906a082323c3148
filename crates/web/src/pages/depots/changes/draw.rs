use git::{Change, ChangeKind, Content, DiffLine, LineKind, Side, diff_words};

use super::{
    super::{blob::picture, tree::size},
    Difference,
};
use crate::{
    components::{
        self, FileDiff, Hunk, Inside, Language, Line, LineNotes, Pictures, highlight, mark,
    },
    i18n::Text,
};

/// A file with more changed lines than this opens when it is asked to.
const LARGE: usize = 600;
/// Lines longer than this, in bytes, are cut.
const LONG_LINE: usize = 2_000;

/// What Git says about a change, as the diff view draws it; `alone` when
/// nothing else is shown.
pub(super) fn file(difference: &Difference<'_>, file: &git::FileDiff, alone: bool) -> FileDiff {
    let t = difference.visit.ui.t;
    let change = &file.change;
    let path = change.path().to_owned();
    let before = change.old.as_ref().map(|side| side.path.clone()).filter(|old| *old != path);
    let language = Language::of_path(&path);
    let later = |why, near| {
        let href = difference.asked.with("file", Some(&path));
        if alone {
            Inside::Said(t.code_too_large().to_owned())
        } else {
            Inside::Later { href, why, near }
        }
    };
    let mut churn = None;
    let inside = match &file.content {
        Content::Text { hunks, added, removed } => {
            churn = Some((*added as u64, *removed as u64));
            if hunks.is_empty() {
                Inside::Said(nothing(t, change))
            } else if !alone && added + removed > LARGE {
                later(t.diff_large(), false)
            } else {
                Inside::Hunks(drawn(hunks, language))
            }
        }
        Content::Binary { old_size, new_size } => {
            churn = Some((0, 0));
            match pictures(difference, change) {
                Some(pictures) => Inside::Pictures(pictures),
                None => {
                    let (old, new) = (size(*old_size), size(*new_size));
                    Inside::Said(format!("{} {old} \u{2192} {new}", t.code_binary()))
                }
            }
        }
        Content::Submodule => {
            churn = Some((0, 0));
            let name = |side: &Option<Side>| {
                side.as_ref().map_or_else(|| "\u{2013}".to_owned(), |side| side.oid.short(10))
            };
            let (old, new) = (name(&change.old), name(&change.new));
            Inside::Said(format!("{} {old} \u{2192} {new}", t.code_submodule()))
        }
        Content::TooLarge => later(t.diff_large(), false),
        Content::Omitted => later(t.diff_later(), true),
    };
    FileDiff {
        state: state(t, change),
        href: change.new.as_ref().map(|side| difference.to("blob", None, &side.path)),
        path,
        before,
        churn,
        inside,
        talk: None,
        notes: LineNotes::default(),
    }
}

/// The word for what happened to a file.
fn state(t: Text, change: &Change) -> &'static str {
    match change.kind {
        ChangeKind::Added => t.code_file_added(),
        ChangeKind::Deleted => t.code_file_removed(),
        ChangeKind::Renamed => t.code_file_renamed(),
        ChangeKind::Modified => t.code_file_changed(),
    }
}

/// Why no line changed.
fn nothing(t: Text, change: &Change) -> String {
    match (&change.old, &change.new) {
        (Some(old), Some(new)) if old.mode != new.mode => {
            format!("{} {} \u{2192} {}", t.diff_mode(), old.mode.as_octal(), new.mode.as_octal())
        }
        (None, Some(side)) | (Some(side), None) if !side.mode.is_file() => {
            format!("{} {}", t.diff_mode(), side.mode.as_octal())
        }
        (None, _) | (_, None) => t.code_nothing().to_owned(),
        _ => t.code_no_text().to_owned(),
    }
}

/// The two sides of a picture.
fn pictures(difference: &Difference<'_>, change: &Change) -> Option<Pictures> {
    let address = |side: &Option<Side>, commit| {
        let side = side.as_ref().filter(|side| picture(&side.path).is_some())?;
        Some(difference.to("raw", commit, &side.path))
    };
    let pictures =
        Pictures { old: address(&change.old, difference.old), new: address(&change.new, None) };
    (pictures.old.is_some() || pictures.new.is_some()).then_some(pictures)
}

/// Hunks with colours and marked words.
pub(super) fn drawn(hunks: &[git::Hunk], language: Option<Language>) -> Vec<Hunk> {
    hunks.iter().map(|h| hunk(h, language)).collect()
}

fn hunk(hunk: &git::Hunk, language: Option<Language>) -> Hunk {
    let heading = hunk.heading.as_deref().map(|h| format!(" {h}")).unwrap_or_default();
    let old = painted(hunk, language, LineKind::Added);
    let new = painted(hunk, language, LineKind::Removed);
    let (mut old, mut new) = (old.into_iter(), new.into_iter());
    let mut lines = Vec::with_capacity(hunk.lines.len());
    for run in
        hunk.lines.chunk_by(|a, b| (a.kind == LineKind::Context) == (b.kind == LineKind::Context))
    {
        let first = lines.len();
        for line in run {
            let (kind, html) = match line.kind {
                LineKind::Context => {
                    old.next();
                    (components::LineKind::Same, new.next())
                }
                LineKind::Added => (components::LineKind::Added, new.next()),
                LineKind::Removed => (components::LineKind::Removed, old.next()),
            };
            lines.push(Line { kind, old: line.old, new: line.new, html: html.unwrap_or_default() });
        }
        if let Some(drawn) = lines.get_mut(first..) {
            mark_words(run, drawn);
        }
    }
    for (line, drawn) in hunk.lines.iter().zip(&mut lines) {
        finish(line, drawn);
    }
    Hunk {
        header: format!(
            "@@ -{},{} +{},{} @@{heading}",
            hunk.old_start, hunk.old_lines, hunk.new_start, hunk.new_lines
        ),
        lines,
    }
}

/// The lines of one side in their colours; those of kind `without` belong to
/// the other. A comment over several lines is one.
fn painted(hunk: &git::Hunk, language: Option<Language>, without: LineKind) -> Vec<String> {
    let lines: Vec<&str> =
        hunk.lines.iter().filter(|line| line.kind != without).map(|line| cut(&line.text)).collect();
    let mut drawn = highlight(language, &lines.join("\n"));
    // An empty last line is none to whoever splits a text.
    drawn.resize(lines.len(), String::new());
    drawn
}

/// Marks the words that differ between lines that took each other's place.
fn mark_words(run: &[DiffLine], drawn: &mut [Line]) {
    let places = |kind| (0..run.len()).filter(move |place| run[*place].kind == kind);
    let (removed, added): (Vec<usize>, Vec<usize>) =
        (places(LineKind::Removed).collect(), places(LineKind::Added).collect());
    if removed.len() != added.len() && removed.len().min(added.len()) > 40 {
        // Long runs of different lengths rarely stand line for line.
        return;
    }
    for (old, new) in removed.into_iter().zip(added) {
        let (gone, come) = diff_words(cut(&run[old].text), cut(&run[new].text));
        drawn[old].html = mark(&drawn[old].html, &gone);
        drawn[new].html = mark(&drawn[new].html, &come);
    }
}

/// Shows what cannot be seen: a cut, a carriage return, a missing line end.
fn finish(line: &DiffLine, drawn: &mut Line) {
    let whole = line.text.strip_suffix('\r').unwrap_or(&line.text);
    if cut(whole).len() < whole.len() {
        drawn.html.push_str("<span class=\"ws\">\u{2026}</span>");
    }
    if line.kind != LineKind::Context {
        if line.text.ends_with('\r') {
            drawn.html.push_str("<span class=\"ws\">CR</span>");
        }
        if line.unterminated {
            drawn.html.push_str("<span class=\"ws\">\u{2205}</span>");
        }
    }
}

/// The part of a line that is drawn: browsers take a carriage return for the
/// end of a line, so that one is drawn by [`finish`].
fn cut(text: &str) -> &str {
    let text = text.strip_suffix('\r').unwrap_or(text);
    let mut end = text.len().min(LONG_LINE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

//! What changed between two trees: which files, and which lines of them.

use gix::{
    diff::{
        Rewrites,
        blob::{
            Algorithm, Diff, InternedInput, pipeline::Mode as PipelineMode, sources::byte_lines,
        },
        tree_with_rewrites::{self, ChangeRef},
    },
    objs::TreeRefIter,
    worktree::stack::state::attributes::Source,
};

use crate::{
    Error, Mode, ObjectFormat, Oid, Repository, Result,
    commit::{lossy, read_commit},
    error::from_gix,
    tree::{is_binary, read_blob, tree_of},
};

/// A deleted and an added file that are half alike are one renamed file. Each pair costs a
/// comparison, so beyond 100 by 100 files only equal ones are found.
const RENAMES: Rewrites =
    Rewrites { copies: None, percentage: Some(0.5), limit: 100, track_empty: false };

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Deleted,
    /// Its content or its mode is another.
    Modified,
    /// It has another path, and perhaps other content.
    Renamed,
}

/// One side of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The path from the root of the tree.
    pub path: String,
    /// What it is.
    pub mode: Mode,
    /// The object's name.
    pub oid: Oid,
}

/// The change of one file, link or submodule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// How it was; absent when added.
    pub old: Option<Side>,
    /// How it is; absent when deleted.
    pub new: Option<Side>,
}

impl Change {
    /// The path by which to speak of the change: the new one, or that of the deleted file.
    pub fn path(&self) -> &str {
        self.new.as_ref().or(self.old.as_ref()).map_or("", |side| &side.path)
    }
}

/// How much of a difference is worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiffLimits {
    /// Unchanged lines around each change.
    pub context: u32,
    /// Of how many files the lines are compared; the others are [`Content::Omitted`].
    pub files: usize,
    /// The largest file, in bytes, whose lines are compared.
    pub file_bytes: u64,
    /// How many lines all hunks together may have; the file that passes this limit and those
    /// after it are [`Content::Omitted`].
    pub lines: usize,
    /// Lines that differ in white space only count as the same.
    pub ignore_space: bool,
}

impl Default for DiffLimits {
    /// Three lines around, 300 files, half a megabyte each, 20,000 lines.
    fn default() -> DiffLimits {
        DiffLimits {
            context: 3,
            files: 300,
            file_bytes: 512 * 1024,
            lines: 20_000,
            ignore_space: false,
        }
    }
}

/// A changed file with its changed lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDiff {
    /// What changed.
    pub change: Change,
    /// The lines.
    pub content: Content,
}

/// The content of a changed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text, line by line. No hunks when only path or mode changed.
    Text {
        /// The places that changed, from top to bottom.
        hunks: Vec<Hunk>,
        /// How many lines were added.
        added: usize,
        /// How many lines were removed.
        removed: usize,
    },
    /// One side is not text.
    Binary {
        /// Bytes before.
        old_size: u64,
        /// Bytes after.
        new_size: u64,
    },
    /// A submodule names another commit; see the change's two sides.
    Submodule,
    /// Larger than [`DiffLimits::file_bytes`].
    TooLarge,
    /// Beyond [`DiffLimits::files`] or [`DiffLimits::lines`].
    Omitted,
}

/// A place that changed, with unchanged lines around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The first line before, from 1; the line before the hunk when it has none there.
    pub old_start: u32,
    /// How many lines before.
    pub old_lines: u32,
    /// The first line after, from 1; the line before the hunk when it has none there.
    pub new_start: u32,
    /// How many lines after.
    pub new_lines: u32,
    /// The nearest line above that looks like the head of a section (starts with a letter).
    pub heading: Option<String>,
    /// The lines.
    pub lines: Vec<DiffLine>,
}

/// What a line of a hunk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// On both sides.
    Context,
    /// Only after.
    Added,
    /// Only before.
    Removed,
}

/// A line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    /// What it is.
    pub kind: LineKind,
    /// Its number before, from 1.
    pub old: Option<u32>,
    /// Its number after, from 1.
    pub new: Option<u32>,
    /// The text without its line end.
    pub text: String,
    /// Whether it is a last line that has no line end.
    pub unterminated: bool,
}

impl Repository {
    /// Which files differ between two trees (or commits' trees), by path. `None` stands for the
    /// empty tree. With `renames`, a deleted and an added file that are half alike are one renamed
    /// file.
    ///
    /// # Errors
    /// [`Error::NotFound`] when either is no tree or commit here.
    pub fn diff_trees(&self, old: Option<Oid>, new: Oid, renames: bool) -> Result<Vec<Change>> {
        let mut repo = self.local();
        repo.object_cache_size_if_unset(8 << 20);
        changes(&repo, old, new, renames)
    }

    /// What differs between two trees (or commits' trees), with the lines, up to the limits.
    /// `None` stands for the empty tree.
    ///
    /// # Errors
    /// [`Error::NotFound`] when either is no tree or commit here.
    pub fn diff(&self, old: Option<Oid>, new: Oid, limits: DiffLimits) -> Result<Vec<FileDiff>> {
        let mut repo = self.local();
        repo.object_cache_size_if_unset(8 << 20);
        let changes = changes(&repo, old, new, true)?;
        compare_all(&repo, changes, limits)
    }

    /// The lines of some of the changes that [`Repository::diff_trees`] has found, up to the
    /// limits.
    ///
    /// # Errors
    /// [`Error::NotFound`] when a file of theirs is not here.
    pub fn diff_changes(&self, changes: Vec<Change>, limits: DiffLimits) -> Result<Vec<FileDiff>> {
        compare_all(&self.local(), changes, limits)
    }

    /// What a commit changed against its first parent (or against nothing, when it has none).
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such commit.
    pub fn commit_diff(&self, commit: Oid, limits: DiffLimits) -> Result<Vec<FileDiff>> {
        let commit = read_commit(&self.local(), commit)?;
        self.diff(commit.parents.first().copied(), commit.id, limits)
    }
}

fn compare_all(
    repo: &gix::Repository,
    changes: Vec<Change>,
    limits: DiffLimits,
) -> Result<Vec<FileDiff>> {
    let mut lines_left = limits.lines;
    changes
        .into_iter()
        .enumerate()
        .map(|(index, change)| {
            let content = if index >= limits.files || lines_left == 0 {
                Content::Omitted
            } else {
                let content = compare(repo, &change, limits)?;
                let lines = match &content {
                    Content::Text { hunks, .. } => hunks.iter().map(|hunk| hunk.lines.len()).sum(),
                    _ => 0,
                };
                if lines > lines_left {
                    lines_left = 0;
                    Content::Omitted
                } else {
                    lines_left -= lines;
                    content
                }
            };
            Ok(FileDiff { change, content })
        })
        .collect()
}

fn changes(
    repo: &gix::Repository,
    old: Option<Oid>,
    new: Oid,
    renames: bool,
) -> Result<Vec<Change>> {
    let nothing = || ObjectFormat::from(repo.object_hash()).empty_tree();
    let old = tree_of(repo, old.unwrap_or_else(nothing))?;
    let new = tree_of(repo, new)?;
    if old == new {
        return Ok(Vec::new());
    }
    let old = repo.find_tree(old).map_err(from_gix)?;
    let new = repo.find_tree(new).map_err(from_gix)?;
    // Without an index no attribute of the content is looked at: nothing a pusher writes can
    // choose a driver or a filter.
    let index = gix::index::State::new(repo.object_hash());
    let attributes = repo.attributes_only(&index, Source::IdMapping).map_err(from_gix)?.detach();
    let mut cache = gix::diff::resource_cache(
        repo,
        PipelineMode::ToGit,
        attributes,
        gix::diff::blob::pipeline::WorktreeRoots::default(),
    )
    .map_err(from_gix)?;
    let mut found = Vec::new();
    gix::diff::tree_with_rewrites(
        TreeRefIter::from_bytes(&old.data, repo.object_hash()),
        TreeRefIter::from_bytes(&new.data, repo.object_hash()),
        &mut cache,
        &mut gix::diff::tree::State::default(),
        &repo.objects,
        |change| {
            found.extend(change_of(change));
            Ok(std::ops::ControlFlow::Continue(()))
        },
        tree_with_rewrites::Options {
            location: Some(gix::diff::tree::recorder::Location::Path),
            rewrites: renames.then_some(RENAMES),
        },
    )
    .map_err(|error| Error::Repository(error.to_string()))?;
    found.sort_by(|a, b| a.path().cmp(b.path()));
    Ok(found)
}

/// `None` for a directory: its files are reported themselves.
fn change_of(change: ChangeRef<'_>) -> Option<Change> {
    let side = |path: &gix::bstr::BStr, mode: gix::objs::tree::EntryMode, id: gix::ObjectId| Side {
        path: lossy(path),
        mode: mode.kind().into(),
        oid: id.into(),
    };
    let (kind, old, new) = match change {
        ChangeRef::Addition { location, entry_mode, id, .. } => {
            (ChangeKind::Added, None, Some(side(location, entry_mode, id)))
        }
        ChangeRef::Deletion { location, entry_mode, id, .. } => {
            (ChangeKind::Deleted, Some(side(location, entry_mode, id)), None)
        }
        ChangeRef::Modification { location, previous_entry_mode, previous_id, entry_mode, id } => (
            ChangeKind::Modified,
            Some(side(location, previous_entry_mode, previous_id)),
            Some(side(location, entry_mode, id)),
        ),
        ChangeRef::Rewrite {
            source_location,
            source_entry_mode,
            source_id,
            entry_mode,
            id,
            location,
            ..
        } => (
            ChangeKind::Renamed,
            Some(side(source_location, source_entry_mode, source_id)),
            Some(side(location, entry_mode, id)),
        ),
    };
    let is_tree = |side: &Option<Side>| side.as_ref().is_some_and(|side| side.mode == Mode::Tree);
    match (is_tree(&old), is_tree(&new)) {
        (false, false) => Some(Change { kind, old, new }),
        _ => None,
    }
}

fn compare(repo: &gix::Repository, change: &Change, limits: DiffLimits) -> Result<Content> {
    let sides = [&change.old, &change.new];
    if sides.into_iter().flatten().any(|side| side.mode == Mode::Submodule) {
        return Ok(Content::Submodule);
    }
    let mut data = [Vec::new(), Vec::new()];
    for (side, data) in sides.into_iter().zip(&mut data) {
        let Some(side) = side else { continue };
        match read_blob(repo, side.oid, limits.file_bytes, data) {
            Ok(()) => {}
            Err(Error::TooLarge { .. }) => return Ok(Content::TooLarge),
            Err(other) => return Err(other),
        }
    }
    let [old, new] = data;
    if is_binary(&old) || is_binary(&new) {
        return Ok(Content::Binary { old_size: old.len() as u64, new_size: new.len() as u64 });
    }
    if !limits.ignore_space {
        return Ok(diff_text(&old, &new, limits.context));
    }
    let (old_lines, new_lines) = (lines_of(&old), lines_of(&new));
    let mut input = InternedInput::default();
    input.update_before(old_lines.iter().map(|line| without_space(line)));
    input.update_after(new_lines.iter().map(|line| without_space(line)));
    Ok(content(&input, &old_lines, &new_lines, limits.context))
}

fn without_space(line: &[u8]) -> Vec<u8> {
    line.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
}

fn lines_of(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

/// Compares two texts line by line, with `context` unchanged lines around each change.
pub fn diff_text(old: &[u8], new: &[u8], context: u32) -> Content {
    let input = InternedInput::new(byte_lines(old), byte_lines(new));
    content(&input, &lines_of(old), &lines_of(new), context)
}

/// What differs between two texts whose lines are told apart by the tokens of `input`.
fn content<T: AsRef<[u8]> + Eq + std::hash::Hash>(
    input: &InternedInput<T>,
    old_lines: &[&[u8]],
    new_lines: &[&[u8]],
    context: u32,
) -> Content {
    let mut diff = Diff::compute(Algorithm::Histogram, input);
    diff.postprocess_lines(input);

    let mut hunks: Vec<Hunk> = Vec::new();
    let mut pending: Vec<gix::diff::blob::Hunk> = Vec::new();
    for change in diff.hunks() {
        let far = pending
            .last()
            .is_some_and(|last| change.before.start > last.before.end.saturating_add(2 * context));
        if far {
            hunks.push(hunk(&pending, old_lines, new_lines, context));
            pending.clear();
        }
        pending.push(change);
    }
    if !pending.is_empty() {
        hunks.push(hunk(&pending, old_lines, new_lines, context));
    }
    let count =
        |kind| hunks.iter().flat_map(|hunk| &hunk.lines).filter(|line| line.kind == kind).count();
    let (added, removed) = (count(LineKind::Added), count(LineKind::Removed));
    Content::Text { hunks, added, removed }
}

/// One hunk of changes that are close to each other.
fn hunk(changes: &[gix::diff::blob::Hunk], old: &[&[u8]], new: &[&[u8]], context: u32) -> Hunk {
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else {
        unreachable!("a hunk has changes");
    };
    let before = first.before.start.min(context);
    let after = (old.len() as u32 - last.before.end).min(context);
    let start = first.before.start - before;
    let mut lines = Vec::new();
    let (mut old_at, mut new_at) = (start, first.after.start - before);
    let (first_old, first_new) = (old_at, new_at);
    let context_until =
        |lines: &mut Vec<DiffLine>, old_at: &mut u32, new_at: &mut u32, end: u32| {
            while *old_at < end {
                lines.push(line(
                    LineKind::Context,
                    old[*old_at as usize],
                    Some(*old_at),
                    Some(*new_at),
                ));
                *old_at += 1;
                *new_at += 1;
            }
        };
    for change in changes {
        context_until(&mut lines, &mut old_at, &mut new_at, change.before.start);
        for index in change.before.clone() {
            lines.push(line(LineKind::Removed, old[index as usize], Some(index), None));
        }
        for index in change.after.clone() {
            lines.push(line(LineKind::Added, new[index as usize], None, Some(index)));
        }
        (old_at, new_at) = (change.before.end, change.after.end);
    }
    context_until(&mut lines, &mut old_at, &mut new_at, last.before.end + after);
    let (old_lines, new_lines) = (old_at - first_old, new_at - first_new);
    Hunk {
        // Git's numbering: an empty side names the line before it.
        old_start: first_old + u32::from(old_lines > 0),
        old_lines,
        new_start: first_new + u32::from(new_lines > 0),
        new_lines,
        heading: heading(&old[..start as usize]),
        lines,
    }
}

fn line(kind: LineKind, bytes: &[u8], old: Option<u32>, new: Option<u32>) -> DiffLine {
    let text = bytes.strip_suffix(b"\n");
    DiffLine {
        kind,
        old: old.map(|index| index + 1),
        new: new.map(|index| index + 1),
        text: lossy(text.unwrap_or(bytes)),
        unterminated: text.is_none(),
    }
}

/// Git's rule for a section's head: a line that starts with a letter, `_` or `$`.
fn heading(above: &[&[u8]]) -> Option<String> {
    let line = above.iter().rev().find(|line| {
        line.first()
            .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_' || *byte == b'$')
    })?;
    let text = lossy(line);
    Some(text.trim_end().chars().take(80).collect())
}

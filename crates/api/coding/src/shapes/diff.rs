//! The lines of a difference.

use git::{ChangeKind, Content, DiffLimits, FileDiff, LineKind};
use schemars::JsonSchema;
use serde::Serialize;

/// What stands behind a last line that has no line end.
const UNTERMINATED: &str = "\\ No newline at end of file";

/// A line of a difference.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Line {
    /// Its place in the list, from 0.
    index: usize,
    /// Its number before; of an added line, that of the line which it stands
    /// in front of; 0 for the head of a hunk.
    left_no: u32,
    /// `+` for an added line, `-` for a removed one, a blank for one that is on
    /// both sides.
    prefix: &'static str,
    /// Its number after; of a removed line, that of the line which it stood in
    /// front of; 0 for the head of a hunk.
    right_no: u32,
    /// The text; of the head of a hunk, `@@ -1,2 +1,3 @@` and a line end.
    text: String,
}

/// The lines of a file's difference, hunk by hunk; `head` is the prefix of the
/// hunks' heads.
pub(crate) fn lines(diff: &FileDiff, head: &'static str) -> Vec<Line> {
    let Content::Text { hunks, .. } = &diff.content else { return Vec::new() };
    let mut lines = Vec::new();
    for hunk in hunks {
        lines.push(Line {
            index: lines.len(),
            left_no: 0,
            prefix: head,
            right_no: 0,
            text: format!("{}\n", hunk.head()),
        });
        // An empty side names the line before it.
        let mut left = hunk.old_start + u32::from(hunk.old_lines == 0);
        let mut right = hunk.new_start + u32::from(hunk.new_lines == 0);
        for line in &hunk.lines {
            let mut text = line.text.clone();
            if line.unterminated {
                text.push_str(UNTERMINATED);
            }
            let prefix = match line.kind {
                LineKind::Context => " ",
                LineKind::Added => "+",
                LineKind::Removed => "-",
            };
            lines.push(Line { index: lines.len(), left_no: left, prefix, right_no: right, text });
            left += u32::from(line.kind != LineKind::Added);
            right += u32::from(line.kind != LineKind::Removed);
        }
    }
    lines
}

/// How many lines were added and removed; none where they were not compared.
pub(crate) fn counts(diff: &FileDiff) -> (usize, usize) {
    match &diff.content {
        Content::Text { added, removed, .. } => (*added, *removed),
        _ => (0, 0),
    }
}

/// What is compared where one file is asked for.
pub(crate) const ONE_FILE: DiffLimits =
    DiffLimits { context: 3, files: 1, file_bytes: 4 << 20, lines: 200_000, ignore_space: false };

/// What happened to a file.
pub(crate) fn change_type(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "add",
        ChangeKind::Deleted => "delete",
        ChangeKind::Modified => "modify",
        ChangeKind::Renamed => "rename",
    }
}

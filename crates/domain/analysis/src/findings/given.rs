//! What external analysers say to write instead: kept with the scan, and fitted to a
//! file as it is now.

use std::collections::HashSet;

use adapters::{Places, Replacement};
use base::{Error, Result};
use call::Call;
use depots::DepotId;
use git::{Content, Oid, Repository};
use scanner::Admission;
use serde::{Deserialize, Serialize};

use super::fix::{self, At, FixRange, ProposedFix};
use crate::details::{self, Kind};
use crate::finding::{Finding, FindingState};
use crate::plan::ScanPlan;
use crate::scan::ScanId;

/// Fixes that are kept of a scan.
pub(crate) const MOST_GIVEN: usize = 5_000;
/// Bytes of what they write.
pub(crate) const GIVEN_BYTES: usize = 2 << 20;

/// A fix of one finding, in the blob that the tool saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GivenFix {
    pub(crate) depot: DepotId,
    /// The file, from the root of its depot.
    pub(crate) path: String,
    pub(crate) rule: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) blob: String,
    /// From the first place to the last; they do not overlap.
    pub(crate) edits: Vec<GivenEdit>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GivenEdit {
    /// Bytes of the blob that are replaced.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The same as line and column in characters, from 1.
    pub(crate) from: (u32, u32),
    pub(crate) to: (u32, u32),
    pub(crate) text: String,
}

impl GivenEdit {
    pub(crate) fn new(edit: Replacement, places: &Places) -> Self {
        let Replacement { start, end, text } = edit;
        Self { start, end, from: places.at(start), to: places.at(end), text }
    }
}

impl GivenFix {
    pub(crate) fn is_of(&self, finding: &Finding) -> bool {
        (self.line, self.column) == (finding.line, finding.column) && self.is_beside(finding)
    }

    /// Whether it is of the same rule and file.
    fn is_beside(&self, finding: &Finding) -> bool {
        self.depot == finding.depot && self.path == finding.path && self.rule == finding.rule
    }
}

/// Drops what is more than is kept.
pub(crate) fn bound(given: &mut Vec<GivenFix>) {
    let mut bytes = 0;
    given.truncate(MOST_GIVEN);
    given.retain(|fix| {
        bytes += fix.edits.iter().map(|edit| edit.text.len()).sum::<usize>();
        bytes <= GIVEN_BYTES
    });
}

/// Whether a rule is that of an external analyser.
pub(super) fn is_external(rule: &str) -> bool {
    crate::rule(rule).is_none() && !rule.starts_with(scanner::OWN_PREFIX)
}

/// What the analysers of a scan would write instead.
pub(super) async fn of_scan(call: &Call, scan: ScanId) -> Result<Vec<GivenFix>> {
    Ok(details::read(call.db.reader(), scan, Kind::Fixes).await?.unwrap_or_default())
}

pub(super) async fn is_given(call: &Call, finding: &Finding) -> Result<bool> {
    let all = of_scan(call, finding.last_seen.scan).await?;
    Ok(all.iter().any(|fix| fix.is_of(finding)))
}

pub(super) async fn propose(
    call: &Call,
    plan: &ScanPlan,
    finding: &Finding,
    (repository, branch, prefix): (Repository, String, &str),
    range: FixRange,
) -> Result<ProposedFix> {
    let mut all = of_scan(call, finding.last_seen.scan).await?;
    all.retain(|fix| fix.is_beside(finding));
    let Some(mine) = all.iter().find(|fix| fix.is_of(finding)).cloned() else {
        return Err(Error::conflict("the tool does not say what to write instead"));
    };
    // Only what nobody decided to keep.
    let known = fix::known(call, finding).await?;
    let open: HashSet<(i64, i64)> = known
        .iter()
        .filter(|row| row.state != FindingState::Ignored.as_str())
        .map(|row| (row.line, row.column_from))
        .collect();
    all.retain(|fix| fix.blob == mine.blob && open.contains(&(fix.line.into(), fix.column.into())));
    let engine = crate::ruleset::chosen(&call.env, plan).await?.engine;
    let path = format!("{prefix}{}", finding.path);
    let (at, moved) = {
        let (path, branch, blob) = (finding.path.clone(), branch.clone(), mine.blob.clone());
        fix::blocking(move || {
            let at = fix::read(&repository, &branch, &path)?;
            let moved = Moved::new(&repository, &blob, &at)?;
            Ok((at, moved))
        })
        .await?
    };
    let line = moved.line(mine.line).unwrap_or(mine.line);
    let work = move || {
        let fitted: Vec<Vec<GivenEdit>> = all.iter().filter_map(|fix| moved.fit(fix)).collect();
        let chosen = match range {
            FixRange::Finding => Vec::from_iter(moved.fit(&mine)),
            FixRange::File => fitted.clone(),
        };
        let (source, findings) = applied(&at.data, chosen);
        if findings == 0 {
            return Err(Error::conflict("the file has changed there since the tool looked at it"));
        }
        Ok((at, source, findings, fitted.len()))
    };
    let (at, source, findings, of_file) = fix::blocking(work).await?;
    let (at, source) = match engine.admit(&path) {
        Admission::Analyse(named) => {
            let (language, report, at) = fix::analysed(call, &engine, named, at).await?;
            fix::blocking(move || {
                if engine.breaks(language, (&at.data, &report), &source) {
                    return Err(fix::said(scanner::FixFault::Breaks));
                }
                Ok((at, source))
            })
            .await?
        }
        // Of what is not analysed nothing is known that could break.
        _ => (at, source),
    };
    Ok(ProposedFix::new(branch, at, source, (line, findings, of_file)))
}

/// The text with the edits of each fix, and of how many. Of fixes that overlap the
/// first is taken; what several of them do alike is done once.
fn applied(source: &[u8], mut fixes: Vec<Vec<GivenEdit>>) -> (Vec<u8>, usize) {
    fixes.sort_by_key(|edits| edits.first().map(|edit| (edit.start, edit.end)));
    let mut taken: Vec<GivenEdit> = Vec::new();
    let mut count = 0;
    for edits in fixes {
        let same = |edit: &GivenEdit, other: &GivenEdit| {
            (edit.start, edit.end, &edit.text) == (other.start, other.end, &other.text)
        };
        let fits = |edit: &GivenEdit| {
            // Those that are taken are sorted and apart.
            let from = taken.partition_point(|other| other.end < edit.start);
            let near = taken[from..].iter().take_while(|other| other.start <= edit.end);
            let meets = |other: &GivenEdit| {
                (edit.start < other.end && other.start < edit.end)
                    || edit.start == other.start
                    || edit.end == other.end
            };
            near.into_iter().all(|other| !meets(other) || same(edit, other))
        };
        if !edits.iter().all(fits) {
            continue;
        }
        count += 1;
        for edit in edits {
            let place =
                taken.partition_point(|other| (other.start, other.end) < (edit.start, edit.end));
            if taken.get(place).is_none_or(|other| !same(&edit, other)) {
                taken.insert(place, edit);
            }
        }
    }
    let mut out = Vec::with_capacity(source.len());
    let mut from = 0;
    for edit in taken {
        out.extend_from_slice(&source[from..edit.start]);
        out.extend_from_slice(edit.text.as_bytes());
        from = edit.end;
    }
    out.extend_from_slice(&source[from..]);
    (out, count)
}

/// Where the bytes of a blob are in a later one.
struct Moved {
    old: Vec<u8>,
    new: Vec<u8>,
    old_starts: Vec<usize>,
    new_starts: Vec<usize>,
    /// What changed: the lines before, from 0, and by how many there are more now.
    changes: Vec<(std::ops::Range<usize>, i64)>,
}

impl Moved {
    fn new(repository: &Repository, blob: &str, at: &At) -> Result<Self> {
        let new = at.data.clone();
        let new_starts = starts(&new);
        if at.side.oid.to_string() == blob {
            let (old, old_starts) = (new.clone(), new_starts.clone());
            return Ok(Self { old, new, old_starts, new_starts, changes: Vec::new() });
        }
        // After a forced push it may be gone.
        let gone = |_| Error::conflict("the file has changed there since the tool looked at it");
        let oid = Oid::from_hex(blob).map_err(Error::internal)?;
        let old = repository.blob(oid, fix::MAX_BYTES).map_err(gone)?.data;
        Ok(Self::between(old, new))
    }

    fn between(old: Vec<u8>, new: Vec<u8>) -> Self {
        let hunks = match git::diff_text(&old, &new, 0) {
            Content::Text { hunks, .. } => hunks,
            _ => Vec::new(),
        };
        let changes = hunks.iter().map(|hunk| {
            let (start, lines) = (hunk.old_start as usize, hunk.old_lines as usize);
            // Where there were none, it is named by the line before.
            let first = if lines == 0 { start } else { start.saturating_sub(1) };
            (first..first + lines, i64::from(hunk.new_lines) - i64::from(hunk.old_lines))
        });
        let changes = changes.collect();
        let (old_starts, new_starts) = (starts(&old), starts(&new));
        Self { old, new, old_starts, new_starts, changes }
    }

    /// By how many lines these, from 0, have moved as a whole.
    fn shift(&self, first: usize, last: usize) -> Option<i64> {
        let mut shift = 0;
        for (lines, by) in &self.changes {
            if lines.start > last {
                break;
            }
            // What was put in before the first line only moves it.
            if lines.end > first {
                return None;
            }
            shift += by;
        }
        Some(shift)
    }

    /// Where a line is now, from 1.
    fn line(&self, line: u32) -> Option<u32> {
        let index = line.checked_sub(1)? as usize;
        u32::try_from(i64::from(line) + self.shift(index, index)?).ok()
    }

    fn fit(&self, fix: &GivenFix) -> Option<Vec<GivenEdit>> {
        fix.edits.iter().map(|edit| self.edit(edit)).collect()
    }

    /// The edit, if all lines that it touches are as they were.
    fn edit(&self, edit: &GivenEdit) -> Option<GivenEdit> {
        let now = self.old.get(edit.start..edit.end)?;
        let line_of = |byte: usize| self.old_starts.partition_point(|start| *start <= byte) - 1;
        let first = line_of(edit.start);
        let last = line_of(edit.end.saturating_sub(1)).max(first);
        let line = usize::try_from(i64::try_from(first).ok()? + self.shift(first, last)?).ok()?;
        let start = self.new_starts.get(line)? + (edit.start - self.old_starts[first]);
        let end = start + (edit.end - edit.start);
        (self.new.get(start..end)? == now).then(|| GivenEdit { start, end, ..edit.clone() })
    }
}

/// Where lines begin.
fn starts(text: &[u8]) -> Vec<usize> {
    let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;

    fn edit(start: usize, end: usize, text: &str) -> GivenEdit {
        GivenEdit { start, end, from: (1, 1), to: (1, 1), text: text.to_owned() }
    }

    fn moved(old: &str, new: &str, one: &GivenEdit) -> Option<(usize, usize)> {
        let found = Moved::between(old.into(), new.into()).edit(one)?;
        Some((found.start, found.end))
    }

    #[test]
    fn edits_move_with_their_lines() {
        let old = "a\nbb\nccc\ndddd\n";
        let word = edit(5, 8, "x");
        assert_eq!(moved(old, old, &word), Some((5, 8)));
        assert_eq!(moved(old, "0\na\nbb\nccc\ndddd\n", &word), Some((7, 10)));
        assert_eq!(moved(old, "ccc\ndddd\n", &word), Some((0, 3)));
        assert_eq!(moved(old, "a\nbb\nccc!\ndddd\n", &word), None);
        assert_eq!(moved(old, "a\nbb\ndddd\n", &word), None);
        // A line with its end, and what is put in between its lines.
        let lines = edit(2, 9, "");
        assert_eq!(moved(old, "z\na\nbb\nccc\ndddd\n", &lines), Some((4, 11)));
        assert_eq!(moved(old, "a\nbb\nnew\nccc\ndddd\n", &lines), None);
        assert_eq!(moved(old, "a\nbb\nccc\nnew\ndddd\n", &lines), Some((2, 9)));
        // What is put in at a place.
        assert_eq!(moved(old, "z\na\nbb\nccc\ndddd\n", &edit(5, 5, "x")), Some((7, 7)));
        assert_eq!(moved(old, "z\na\nbb\nccc\ndddd\n", &edit(14, 14, "x")), Some((16, 16)));
        assert_eq!(moved(old, old, &edit(99, 100, "x")), None);
    }

    #[test]
    fn fixes_that_overlap_are_not_mixed() {
        let source = b"one two three";
        let fixes = |fixes: &[&[GivenEdit]]| {
            let (text, count) = applied(source, fixes.iter().map(|one| one.to_vec()).collect());
            (String::from_utf8(text).unwrap(), count)
        };
        let (one, two) = (edit(0, 3, "1"), edit(4, 7, "2"));
        let both = [one.clone(), two.clone()];
        assert_eq!(
            fixes(&[slice::from_ref(&two), slice::from_ref(&one)]),
            ("1 2 three".to_owned(), 2)
        );
        // What they do alike is done once.
        assert_eq!(fixes(&[&both, slice::from_ref(&one)]), ("1 2 three".to_owned(), 2));
        let other = [edit(2, 5, "-")];
        assert_eq!(fixes(&[&both, &other]), ("1 2 three".to_owned(), 1));
        assert_eq!(fixes(&[]), ("one two three".to_owned(), 0));
    }
}

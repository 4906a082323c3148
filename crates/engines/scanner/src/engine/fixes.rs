//! What rules say to write instead: fitted to the bytes of a blob, and applied.

use std::ops::Range;
use std::time::Duration;

use super::Engine;
use crate::language::{KindTable, Language};
use crate::report::{BlobReport, Fix, RawFinding};
use crate::text::Text;

/// All fixes of one blob, in bytes; what comes after has none.
const MOST: usize = 1 << 20;
/// What some files have before their text.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A text with fixes applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// The new bytes.
    pub source: Vec<u8>,
    /// Indexes of the findings that it is without now.
    pub findings: Vec<usize>,
}

/// Why fixes cannot be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FixFault {
    /// None of the findings says what to write instead.
    #[error("nothing says what to write instead")]
    Missing,
    /// The parser understands less of the new text than of the old.
    #[error("the fixed text could not be read as code any more")]
    Breaks,
    /// The findings would be there all the same.
    #[error("the finding would still be there")]
    Remains,
}

pub(super) fn fix((range, text): (Range<usize>, String)) -> Fix {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Fix { start: small(range.start), end: small(range.end), text }
}

/// Makes places in a text places in the bytes that it was read from. A text that
/// stands otherwise there has no fixes.
pub(super) fn fit(report: &mut BlobReport, source: &[u8], text: &Text) {
    if report.findings.iter().all(|found| found.fix.is_none()) {
        return;
    }
    let shift = match source.strip_prefix(MARK) {
        Some(rest) if rest == text.bytes() => MARK.len() as u32,
        None if source == text.bytes() => 0,
        _ => {
            report.findings.iter_mut().for_each(|found| found.fix = None);
            return;
        }
    };
    let windows = source.windows(2).any(|pair| pair == b"\r\n");
    let mut written = 0;
    for found in &mut report.findings {
        let Some(fix) = &mut found.fix else { continue };
        whole_lines(fix, text);
        if windows && fix.text.contains('\n') {
            fix.text = fix.text.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        fix.start = fix.start.saturating_add(shift);
        fix.end = fix.end.saturating_add(shift);
        written += fix.text.len();
        if written > MOST {
            found.fix = None;
        }
    }
}

/// What goes, and leaves nothing on its line but white space, takes the line with
/// it.
fn whole_lines(fix: &mut Fix, text: &Text) {
    let (start, end) = (fix.start as usize, fix.end as usize);
    if !fix.text.is_empty() || start >= end || end > text.bytes().len() {
        return;
    }
    let first = text.line_range(text.line_of(start)).start;
    let last = text.line_range(text.line_of(end - 1)).end;
    let blank = |range: Range<usize>| {
        text.bytes().get(range).is_some_and(|bytes| bytes.trim_ascii().is_empty())
    };
    if blank(first..start) && blank(end..last) {
        (fix.start, fix.end) = (first as u32, last as u32);
    }
}

impl Engine {
    /// Applies the fixes of some of a report's findings to the blob that it is of,
    /// and looks at what comes of it. Of fixes that overlap, the first is taken.
    ///
    /// # Errors
    /// When there is nothing to apply, or the result would be no better.
    pub fn fixed(
        &self,
        language: Language,
        source: &[u8],
        report: &BlobReport,
        findings: &[usize],
    ) -> Result<Fixed, FixFault> {
        let mut chosen: Vec<(&Fix, usize)> = findings
            .iter()
            .filter_map(|at| Some((report.findings.get(*at)?.fix.as_ref()?, *at)))
            .filter(|(fix, _)| fix.start <= fix.end && (fix.end as usize) <= source.len())
            .collect();
        chosen.sort_by_key(|(fix, at)| (fix.start, fix.end, *at));
        let mut out = Vec::with_capacity(source.len());
        let (mut from, mut taken) = (0, Vec::new());
        for (fix, at) in chosen {
            let (start, end) = (fix.start as usize, fix.end as usize);
            if start < from {
                continue;
            }
            out.extend_from_slice(&source[from..start]);
            out.extend_from_slice(fix.text.as_bytes());
            from = end;
            taken.push(at);
        }
        out.extend_from_slice(&source[from..]);
        if taken.is_empty() {
            return Err(FixFault::Missing);
        }
        let after = self.no_worse(language, (source, report), &out)?;
        taken.sort_unstable();
        // Suppressed ones count: a fix must not live by a comment.
        for rule in taken.iter().map(|at| &report.findings[*at].rule) {
            let count =
                |findings: &[RawFinding]| findings.iter().filter(|f| f.rule == *rule).count();
            let gone = taken.iter().filter(|at| report.findings[**at].rule == *rule).count();
            if count(&after.findings) + gone > count(&report.findings) {
                return Err(FixFault::Remains);
            }
        }
        Ok(Fixed { source: out, findings: taken })
    }

    /// Whether the parser understands less of a new text than of the old one,
    /// which `report` is of.
    #[must_use]
    pub fn breaks(&self, language: Language, old: (&[u8], &BlobReport), new: &[u8]) -> bool {
        self.no_worse(language, old, new).is_err()
    }

    /// The report of the new text.
    fn no_worse(
        &self,
        language: Language,
        (source, report): (&[u8], &BlobReport),
        new: &[u8],
    ) -> Result<BlobReport, FixFault> {
        let after = self.analyse(language, new);
        if after.skipped != report.skipped
            || after.health.error_bytes > report.health.error_bytes
            || flaws(language, new) > flaws(language, source)
        {
            return Err(FixFault::Breaks);
        }
        Ok(after)
    }
}

/// How many parts of a text the parser could not read, or had to make up.
fn flaws(language: Language, source: &[u8]) -> usize {
    const LIMIT: Duration = Duration::from_secs(2);
    let text = Text::decode(source);
    let tree = KindTable::of(language)
        .and_then(|table| crate::parse::parse(language, table, &text.source, None, LIMIT));
    let Some(tree) = tree.filter(|tree| tree.root_node().has_error()) else { return 0 };
    let mut count = 0;
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        count += usize::from(node.is_missing() || node.is_error());
        // Whole subtrees are fine, and not gone into.
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return count;
            }
        }
    }
}

//! The matching lines of a file, with what stands around them.

use std::ops::{ControlFlow, Range};
use std::time::Instant;

use scanner::DefinitionKind;

use crate::Result;
use crate::corpus::Corpus;
use crate::pattern::{Line, without_return};
use crate::search::{Match, Search, defines, on_line};

/// Which lines of a file to show.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// So many matching lines are passed over.
    pub skip: usize,
    /// So many matching lines are shown.
    pub lines: usize,
    /// So many lines before and after each.
    pub context: u32,
    /// Lines that define what matches come before others when there are too
    /// many; nothing is passed over then.
    pub symbols_first: bool,
    /// Bytes of a line that are shown.
    pub width: usize,
    /// When to give up.
    pub deadline: Instant,
}

/// The lines of a file that a search shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// Lines that follow each other, in blocks.
    pub blocks: Vec<Vec<ShownLine>>,
    /// How many lines match in all.
    pub matching: u32,
    /// How many lines the file has.
    pub total: u32,
}

/// A line to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownLine {
    /// From 1.
    pub number: u32,
    /// What is shown of it; bytes that are no text show as U+FFFD.
    pub text: String,
    /// The parts of `text` that match; none for a line of the context. A line
    /// that matches as empty has none either.
    pub matches: Vec<Range<usize>>,
    /// Whether the line itself matches.
    pub is_match: bool,
    /// Whether it is one of those that were wished for, not of their context.
    pub is_chosen: bool,
    /// Something stands before what is shown.
    pub cut_before: bool,
    /// Something follows after what is shown.
    pub cut_after: bool,
    /// What is defined on the line, if its name matches.
    pub defines: Option<DefinitionKind>,
}

/// No more lines of a file are kept to choose from.
const MOST_LINES: usize = 100_000;
/// No more matches are marked on one line.
const MOST_MATCHES: usize = 64;

pub(crate) fn show(search: &Search, corpus: &impl Corpus, file: u32, wish: Wish) -> Result<Shown> {
    let mut text = Vec::new();
    if !corpus.text(file, &mut text)? {
        return Ok(Shown::default());
    }
    let symbols = corpus.symbols(file, &text)?;
    let mut found: Vec<(u32, Option<DefinitionKind>)> = Vec::new();
    // When time runs out, what was found is shown.
    let mut matching = 0u32;
    let _ = search.pattern.lines(&text, wish.deadline, |line: Line<'_>| {
        matching += 1;
        if found.len() >= MOST_LINES {
            return ControlFlow::Continue(());
        }
        let defined = on_line(&symbols, line.number)
            .iter()
            .find(|symbol| defines(&search.pattern, line, symbol) > Match::No)
            .map(|symbol| symbol.kind);
        found.push((line.number, defined));
        ControlFlow::Continue(())
    });
    let mut chosen = found;
    if wish.symbols_first {
        chosen.sort_by_key(|(line, defined)| (defined.is_none(), *line));
        chosen.truncate(wish.lines);
        chosen.sort_unstable_by_key(|(line, _)| *line);
    } else {
        chosen = chosen.into_iter().skip(wish.skip).take(wish.lines).collect();
    }
    let lines = split(&text);
    let total = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    let mut blocks: Vec<Vec<ShownLine>> = Vec::new();
    for (number, _) in &chosen {
        let from = number.saturating_sub(wish.context).max(1);
        let to = number.saturating_add(wish.context).min(total);
        let next = blocks.last().and_then(|block| Some(block.last()?.number + 1));
        if next.is_none_or(|next| from > next) {
            blocks.push(Vec::new());
        }
        for number in next.map_or(from, |next| from.max(next))..=to {
            let Some(range) = lines.get(number as usize - 1) else { continue };
            let matched = chosen.iter().find(|(line, _)| *line == number);
            let mut shown = line(search, &text[range.clone()], number, wish.width);
            shown.is_chosen = matched.is_some();
            shown.defines = matched.and_then(|(_, defined)| *defined);
            if let Some(block) = blocks.last_mut() {
                block.push(shown);
            }
        }
    }
    Ok(Shown { blocks, matching, total })
}

/// The lines of a text, without their ends.
fn split(text: &[u8]) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text).chain([text.len()]) {
        if end < text.len() || start < end {
            lines.push(start..start + without_return(&text[start..end]).len());
        }
        start = end + 1;
    }
    lines
}

fn line(search: &Search, line: &[u8], number: u32, width: usize) -> ShownLine {
    let ranges: Vec<_> = search.pattern.ranges(line).take(MOST_MATCHES).collect();
    let is_match = !ranges.is_empty() || search.pattern.is_match(line);
    let (mut start, mut end) = (0, line.len());
    if line.len() > width {
        let first = ranges.first().map_or(0, |range| range.start);
        // Enough before the first match to see what it belongs to.
        start = if first + 40 < width { 0 } else { first - (width / 4).min(first) };
        end = (start + width).min(line.len());
        while start > 0 && line[start] & 0xc0 == 0x80 {
            start -= 1;
        }
        while end < line.len() && line[end] & 0xc0 == 0x80 {
            end += 1;
        }
    }
    let mut text = String::new();
    let mut matches = Vec::new();
    let mut at = start;
    for range in ranges {
        let (from, to) = (range.start.clamp(at, end), range.end.clamp(at, end));
        if from < to {
            text.push_str(&String::from_utf8_lossy(&line[at..from]));
            let begin = text.len();
            text.push_str(&String::from_utf8_lossy(&line[from..to]));
            matches.push(begin..text.len());
            at = to;
        }
    }
    text.push_str(&String::from_utf8_lossy(&line[at..end]));
    ShownLine {
        number,
        text,
        matches,
        is_match,
        is_chosen: false,
        cut_before: start > 0,
        cut_after: end < line.len(),
        defines: None,
    }
}

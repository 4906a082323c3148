//! Duplicates across files, from the stored token streams.
//!
//! 1. Every stream is cut into overlapping grams of a few tokens; winnowing
//!    (Schleimer, Wilkerson, Aiken 2003) keeps a sparse set of their hashes that
//!    still hits every common stretch of a guaranteed length.
//! 2. Equal hashes are seeds. Each grows to the longest stretch of equal tokens
//!    on its diagonal; a diagonal is never walked twice.
//! 3. Stretches of two files that follow each other with small gaps on both
//!    sides join into one clone, so an edited line does not hide a copy.
//!
//! Work is linear in the tokens, plus sorting, plus the length of the clones:
//! large buckets of equal hashes (boilerplate) are chained instead of paired.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::joiner::ProjectFile;
use super::stretches::{Clone, Stretch, overlap};
use crate::ruleset::CloneLimits;

/// Pairs in a report; the longest are kept.
const MOST_PAIRS: usize = 5_000;
/// Tokens whose lines are held at a time, if one file has not more.
const LINES: usize = 1 << 21;

/// Two places with the same code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClonePair {
    /// The side that comes first by path and line.
    pub first: CloneSide,
    /// The other side.
    pub second: CloneSide,
    /// Equal tokens, after normalisation.
    pub tokens: u32,
    /// Equal tokens as a percentage of the longer side; 100 for exact copies
    /// up to names and literals.
    pub similarity: u8,
    /// Pairs with the same class are copies of the same code.
    pub class: u32,
}

/// One side of a pair.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CloneSide {
    /// Path of the file.
    pub path: String,
    /// First line, from 1.
    pub start_line: u32,
    /// Last line, inclusive.
    pub end_line: u32,
}

/// A clone, with its lines once somebody has asked for them.
#[derive(Debug)]
pub(super) struct Found {
    clone: Clone,
    lines: Option<[(u32, u32); 2]>,
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        self.clone == other.clone
    }
}

impl Found {
    pub(super) fn new(clone: Clone) -> Self {
        Self { clone, lines: None }
    }

    pub(super) fn files(&self) -> (u32, u32) {
        self.clone.files
    }
}

/// What is told of the clones: the longest, and which are copies of one code.
/// `files` are in order of their paths; `numbers` says which of them is meant by
/// the file numbers of the clones.
pub(super) fn report(
    mut found: Vec<&mut Found>,
    files: &[&ProjectFile],
    numbers: &[u32],
    limits: CloneLimits,
) -> Vec<ClonePair> {
    let place = |file: u32| numbers[file as usize];
    found.sort_by_key(|f| {
        let c = &f.clone;
        (std::cmp::Reverse(c.tokens), place(c.files.0), place(c.files.1), c.a, c.b)
    });
    let mut lines = Lines::default();
    let mut pairs: Vec<(Clone, ClonePair)> = Vec::new();
    for known in found {
        let clone = Clone {
            files: (place(known.clone.files.0), place(known.clone.files.1)),
            ..known.clone
        };
        let [a, b] = *known.lines.get_or_insert_with(|| {
            [lines.range(files, clone.files.0, clone.a), lines.range(files, clone.files.1, clone.b)]
        });
        let long = |range: (u32, u32)| range.1 - range.0 + 1 >= limits.min_lines;
        if !long(a) || !long(b) {
            continue;
        }
        let side = |file: u32, (start_line, end_line): (u32, u32)| CloneSide {
            path: files[file as usize].path.clone(),
            start_line,
            end_line,
        };
        let longest = (clone.a.1 - clone.a.0).max(clone.b.1 - clone.b.0).max(1);
        pairs.push((
            clone,
            ClonePair {
                first: side(clone.files.0, a),
                second: side(clone.files.1, b),
                tokens: clone.tokens,
                similarity: (clone.tokens * 100 / longest).min(100) as u8,
                class: 0,
            },
        ));
        if pairs.len() == MOST_PAIRS {
            break;
        }
    }
    classify(pairs)
}

/// Lines of each file that lie in a clone; parallel to `files`, which are
/// sorted by path.
pub(super) fn duplicated_lines(files: &[&ProjectFile], clones: &[ClonePair]) -> Vec<u32> {
    let mut ranges: HashMap<&str, Vec<(u32, u32)>> = HashMap::new();
    for side in clones.iter().flat_map(|c| [&c.first, &c.second]) {
        ranges.entry(&side.path).or_default().push((side.start_line, side.end_line));
    }
    files
        .iter()
        .map(|f| {
            let Some(ranges) = ranges.get_mut(f.path.as_str()) else {
                return 0;
            };
            ranges.sort_unstable();
            let (mut lines, mut until) = (0, 0);
            for (start, end) in ranges.iter() {
                let start = (*start).max(until + 1);
                if start <= *end {
                    lines += end - start + 1;
                    until = *end;
                }
            }
            lines
        })
        .collect()
}

/// Lines of tokens, of as many files as may be held.
#[derive(Default)]
struct Lines {
    of_file: HashMap<u32, Vec<u32>>,
    held: usize,
}

impl Lines {
    fn range(&mut self, files: &[&ProjectFile], file: u32, stretch: Stretch) -> (u32, u32) {
        if !self.of_file.contains_key(&file) {
            let lines = files[file as usize].report.token_lines();
            if self.held + lines.len() > LINES {
                self.of_file.clear();
                self.held = 0;
            }
            self.held += lines.len();
            self.of_file.insert(file, lines);
        }
        let lines = self.of_file.get(&file).map_or(&[][..], Vec::as_slice);
        let line = |i: u32| lines.get(i as usize).copied().unwrap_or(1);
        (line(stretch.0), line(stretch.1.saturating_sub(1)))
    }
}

/// Numbers the classes: pairs that share most of a side are copies of one code.
fn classify(pairs: Vec<(Clone, ClonePair)>) -> Vec<ClonePair> {
    let mut parent: Vec<usize> = (0..pairs.len()).collect();
    let mut sides: Vec<(u32, Stretch, usize)> = Vec::with_capacity(pairs.len() * 2);
    for (i, (clone, _)) in pairs.iter().enumerate() {
        sides.push((clone.files.0, clone.a, i));
        sides.push((clone.files.1, clone.b, i));
    }
    sides.sort_unstable();
    for (i, (file, stretch, pair)) in sides.iter().enumerate() {
        let following = sides[i + 1..].iter().take_while(|(f, s, _)| f == file && s.0 < stretch.1);
        for (_, other, other_pair) in following {
            let shorter = (stretch.1 - stretch.0).min(other.1 - other.0);
            if overlap(*stretch, *other) * 2 >= shorter {
                let (x, y) = (root(&mut parent, *pair), root(&mut parent, *other_pair));
                parent[x.max(y)] = x.min(y);
            }
        }
    }
    let mut numbers: HashMap<usize, u32> = HashMap::new();
    let mut out = Vec::with_capacity(pairs.len());
    for (i, (_, mut pair)) in pairs.into_iter().enumerate() {
        let next = numbers.len() as u32 + 1;
        pair.class = *numbers.entry(root(&mut parent, i)).or_insert(next);
        out.push(pair);
    }
    out
}

fn root(parent: &mut [usize], mut i: usize) -> usize {
    while parent[i] != i {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    i
}

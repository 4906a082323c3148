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

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::grams::{Entry, Grams, class, is_identifier};
use super::joiner::ProjectFile;
use crate::report::PackedReport;
use crate::ruleset::CloneLimits;

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

/// All-pairs up to this many equal grams; beyond, neighbours only.
const PAIRED: usize = 20;
/// The same within one file.
const PAIRED_WITHIN: usize = 8;
/// Gap that joins two stretches, in tokens on the longer side.
const GAP: u32 = 40;
/// Least share of equal tokens in a joined clone, in per cent.
const LEAST_SIMILAR: u32 = 70;
/// Least share of identifiers that are renamed consistently, in per cent.
const LEAST_CONSISTENT: usize = 70;
/// Pairs in a report; the longest are kept.
const MOST_PAIRS: usize = 5_000;

/// Seeds that are held at a time, if those of one file are not more.
const SEEDS: usize = 1 << 21;
/// Files whose grams are taken at a time.
const FILES: usize = 512;
/// Tokens whose lines are held at a time, if one file has not more.
const LINES: usize = 1 << 21;

/// The files of a project as their duplicates are looked for. They have numbers
/// that stay, not all of which are taken.
pub(super) trait Files: Sync {
    /// Beyond the largest number.
    fn end(&self) -> u32;
    /// The place of a file in the order of paths.
    fn place(&self, file: u32) -> u32;
    /// What is known of a file; `None` where its code is not looked at.
    fn report(&self, file: u32) -> Option<&PackedReport>;

    /// The tokens of a file.
    fn tokens(&self, file: u32) -> &[u8] {
        self.report(file).map_or(&[], PackedReport::tokens)
    }
}

/// How clones are looked for.
#[derive(Debug)]
pub(super) struct Finder {
    pub(super) grams: Grams,
    min_tokens: u32,
}

impl Finder {
    pub(super) fn new(limits: CloneLimits) -> Self {
        let min_tokens = limits.min_tokens.max(30);
        Self { grams: Grams::for_clones_of(min_tokens as usize), min_tokens }
    }

    /// The kept grams of files, in order.
    pub(super) fn entries(&self, files: &impl Files) -> Vec<Entry> {
        let numbers: Vec<u32> = (0..files.end()).collect();
        let tokens: usize = numbers.iter().map(|file| files.tokens(*file).len()).sum();
        // Room that is not used is not taken either.
        let mut entries = Vec::with_capacity(self.grams.expected(tokens));
        for some in numbers.chunks(FILES) {
            let of = |file: &u32| files.report(*file).map(|report| self.grams.of(*file, report));
            let kept: Vec<Option<Vec<Entry>>> = some.par_iter().map(of).collect();
            kept.into_iter().flatten().for_each(|kept| entries.extend(kept));
        }
        entries.par_sort_unstable();
        entries
    }

    /// The clones of files whose numbers are their places, by their kept grams.
    pub(super) fn all(&self, entries: &[Entry], files: &impl Files) -> Vec<Found> {
        let mut of_file = vec![0_usize; files.end() as usize];
        every_seed(entries, |seed| of_file[seed.files.0 as usize] += 1);
        let mut clones = Vec::new();
        for (range, number) in portions(&of_file) {
            let mut seeds = Vec::with_capacity(number);
            every_seed(entries, |seed| {
                if range.contains(&seed.files.0) {
                    seeds.push(seed);
                }
            });
            seeds.par_sort_unstable();
            let groups: Vec<&[Seed]> = seeds.chunk_by(|a, b| a.files == b.files).collect();
            let found = groups.into_par_iter().map(|group| self.between(group, files));
            clones.extend(found.collect::<Vec<_>>().into_iter().flatten());
        }
        clones
    }

    /// The clones of two files, or of one with itself, by all their seeds.
    pub(super) fn between(&self, seeds: &[Seed], files: &impl Files) -> Vec<Found> {
        let Some(numbers) = seeds.first().map(|seed| seed.files) else { return Vec::new() };
        let (a, b) = (files.tokens(numbers.0), files.tokens(numbers.1));
        Pair { files: numbers, a, b }
            .clones(seeds, self.min_tokens)
            .into_iter()
            .map(|clone| Found { clone, lines: None })
            .collect()
    }
}

/// Ranges of files that have together about as many seeds as are held at a time,
/// and that number.
fn portions(of_file: &[usize]) -> Vec<(std::ops::Range<u32>, usize)> {
    let mut portions = Vec::new();
    let (mut from, mut seeds) = (0, 0);
    for (file, number) in of_file.iter().enumerate() {
        if seeds > 0 && seeds + number > SEEDS {
            portions.push((from..file as u32, seeds));
            (from, seeds) = (file as u32, 0);
        }
        seeds += number;
    }
    if seeds > 0 {
        portions.push((from..of_file.len() as u32, seeds));
    }
    portions
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

/// Two grams with one hash, ordered by files, diagonal and position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seed {
    pub(super) files: (u32, u32),
    pub(super) diagonal: i32,
    pub(super) a: u32,
}

impl Seed {
    /// Of two grams, each by its file and its first token.
    fn of((file_a, a): (u32, u32), (file_b, b): (u32, u32)) -> Self {
        // Streams are far shorter than 2^31.
        Self { files: (file_a, file_b), diagonal: (i64::from(b) - i64::from(a)) as i32, a }
    }
}

/// The seeds of grams of files whose numbers are their places; the grams are in order.
fn every_seed(entries: &[Entry], mut each: impl FnMut(Seed)) {
    for bucket in entries.chunk_by(|x, y| x.0 == y.0) {
        seeds_of(bucket, &mut each);
    }
}

/// The seeds of grams with one hash, which are in order of path and position.
pub(super) fn seeds_of(bucket: &[Entry], mut each: impl FnMut(Seed)) {
    let reach = if bucket.len() <= PAIRED { PAIRED } else { 1 };
    for (i, (_, file_a, a)) in bucket.iter().enumerate() {
        for (next, (_, file_b, b)) in bucket[i + 1..].iter().take(reach).enumerate() {
            // What repeats within a file is a list more often than a copy.
            if file_a == file_b && next > 0 && bucket.len() > PAIRED_WITHIN {
                continue;
            }
            each(Seed::of((*file_a, *a), (*file_b, *b)));
        }
    }
}

/// Those seeds of which `first` is the first file; the grams have one hash, and are
/// in order of the files' numbers, whatever their places.
pub(super) fn seeds_from(
    bucket: &mut [Entry],
    first: u32,
    files: &impl Files,
    mut each: impl FnMut(Seed),
) {
    if bucket.len() <= PAIRED {
        bucket.sort_unstable_by_key(|(_, file, at)| (files.place(*file), *at));
        seeds_of(bucket, |seed| {
            if seed.files.0 == first {
                each(seed);
            }
        });
        return;
    }
    // Each has but the next one.
    let own = bucket.partition_point(|entry| entry.1 < first)
        ..bucket.partition_point(|entry| entry.1 <= first);
    for pair in bucket[own.clone()].windows(2) {
        each(Seed::of((first, pair[0].2), (first, pair[1].2)));
    }
    let place = files.place(first);
    let behind = bucket.iter().map(|(_, file, at)| (files.place(*file), *at, *file));
    let next = behind.filter(|(other, ..)| *other > place).min();
    if let (Some((_, _, last)), Some((_, at, file))) = (bucket[own].last(), next) {
        each(Seed::of((first, *last), (file, at)));
    }
}

/// A stretch of tokens, end exclusive.
type Stretch = (u32, u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Clone {
    files: (u32, u32),
    a: Stretch,
    b: Stretch,
    /// Equal tokens.
    tokens: u32,
}

struct Pair<'a> {
    files: (u32, u32),
    a: &'a [u8],
    b: &'a [u8],
}

impl Pair<'_> {
    fn clones(&self, seeds: &[Seed], min_tokens: u32) -> Vec<Clone> {
        let mut pieces = Vec::new();
        for diagonal in seeds.chunk_by(|x, y| x.diagonal == y.diagonal) {
            let mut covered = 0;
            for seed in diagonal {
                if seed.a < covered {
                    continue;
                }
                let piece = self.grow(*seed, covered);
                covered = piece.a.1;
                if piece.tokens > 0 {
                    pieces.push(piece);
                }
            }
        }
        pieces.sort_by_key(|p| (p.a, p.b));
        let mut joined = join(pieces);
        joined.retain(|c| {
            let (a, b) = (c.a.1 - c.a.0, c.b.1 - c.b.0);
            // What was edited inside of a copy is as much a part of it.
            a.min(b) >= min_tokens && c.tokens * 100 >= a.max(b) * LEAST_SIMILAR
        });
        drop_contained(joined)
    }

    /// The longest stretch of equal tokens around a seed, not before `from`.
    fn grow(&self, seed: Seed, from: u32) -> Clone {
        let (a, b) = (seed.a as usize, (i64::from(seed.a) + i64::from(seed.diagonal)) as usize);
        let same = |x: usize, y: usize| class(self.a[x]) == class(self.b[y]);
        let mut back = 0;
        while a > back + from as usize && b > back && same(a - back - 1, b - back - 1) {
            back += 1;
        }
        let (start_a, start_b) = (a - back, b - back);
        // Within one file the copy must not run into its original.
        let own = self.files.0 == self.files.1;
        let most = if own { start_b - start_a } else { self.a.len().min(self.b.len()) };
        let length = self.a[start_a..]
            .iter()
            .zip(&self.b[start_b..])
            .take(most)
            .take_while(|(x, y)| class(**x) == class(**y))
            .count();
        let stretch = |start: usize| (start as u32, (start + length) as u32);
        let consistent =
            consistent(&self.a[start_a..start_a + length], &self.b[start_b..start_b + length]);
        Clone {
            files: self.files,
            a: stretch(start_a),
            b: stretch(start_b),
            tokens: if consistent { length as u32 } else { 0 },
        }
    }
}

/// Whether most identifiers repeat in the same pattern on both sides. What was
/// seen before the stretch is nothing that the sides must agree on.
fn consistent(a: &[u8], b: &[u8]) -> bool {
    let mut identifiers = 0;
    let mut equal = 0;
    for (x, y) in a.iter().zip(b) {
        if is_identifier(*x) {
            let seen = |token: u8| {
                let back = token - class(token);
                if usize::from(back) <= identifiers { back } else { 0 }
            };
            equal += usize::from(seen(*x) == seen(*y));
            identifiers += 1;
        }
    }
    equal * 100 >= identifiers * LEAST_CONSISTENT
}

/// Joins stretches that follow each other closely on both sides.
fn join(pieces: Vec<Clone>) -> Vec<Clone> {
    /// How many unfinished chains are looked at for each piece.
    const OPEN: usize = 8;
    let mut chains: Vec<Clone> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let near = chains
            .iter_mut()
            .rev()
            .take(OPEN)
            .filter_map(|chain| Some((distance(chain, &piece)?, chain)))
            .min_by_key(|(distance, _)| *distance);
        match near {
            Some((_, chain)) => {
                chain.tokens += piece.tokens - shared(chain, &piece);
                chain.a.1 = piece.a.1;
                chain.b.1 = piece.b.1;
            }
            None => chains.push(piece),
        }
    }
    chains
}

/// How far a piece lies behind a chain, if it may continue it. Around an edit
/// both stretches may run a little into each other, because by chance the
/// tokens on the wrong diagonal are equal too.
fn distance(chain: &Clone, piece: &Clone) -> Option<u32> {
    let gap = |before: Stretch, after: Stretch| {
        (after.0 > before.0 && after.1 > before.1 && after.0 <= before.1 + GAP)
            .then(|| after.0.abs_diff(before.1))
    };
    let distance = gap(chain.a, piece.a)? + gap(chain.b, piece.b)?;
    let own = piece.files.0 == piece.files.1;
    let apart = !own || piece.a.1 <= chain.b.0;
    (apart && shared(chain, piece) * 2 <= piece.tokens).then_some(distance)
}

/// Tokens that a piece has in common with the end of a chain.
fn shared(chain: &Clone, piece: &Clone) -> u32 {
    overlap(chain.a, piece.a).max(overlap(chain.b, piece.b))
}

/// Drops clones that lie inside a longer one of the same two files.
fn drop_contained(mut clones: Vec<Clone>) -> Vec<Clone> {
    /// Beyond this the report is cut anyway.
    const MOST: usize = 500;
    clones.sort_by_key(|c| std::cmp::Reverse(c.tokens));
    let mut kept: Vec<Clone> = Vec::new();
    for clone in clones {
        let inside = |x: Stretch, y: Stretch| overlap(x, y) * 10 >= (x.1 - x.0) * 9;
        if !kept.iter().any(|k| inside(clone.a, k.a) && inside(clone.b, k.b)) {
            kept.push(clone);
        }
        if kept.len() == MOST {
            break;
        }
    }
    kept
}

fn overlap(x: Stretch, y: Stretch) -> u32 {
    x.1.min(y.1).saturating_sub(x.0.max(y.0))
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

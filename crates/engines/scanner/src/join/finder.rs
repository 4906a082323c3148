//! Looks for the clones between the files of a project.

use rayon::prelude::*;

use super::clones::Found;
use super::grams::{Entry, Grams};
use super::seeds::{Seed, every_seed};
use super::stretches::Pair;
use crate::report::PackedReport;
use crate::ruleset::CloneLimits;

/// Seeds that are held at a time, if those of one file are not more.
const SEEDS: usize = 1 << 20;
/// Files whose grams are taken at a time.
const FILES: usize = 512;

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
            // Most have nothing to tell.
            let found: Vec<Vec<Found>> = found.filter(|found| !found.is_empty()).collect();
            clones.extend(found.into_iter().flatten());
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
            .map(Found::new)
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

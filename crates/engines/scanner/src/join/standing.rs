//! Duplicates of a project that changes a little at a time: the grams stay sorted,
//! and only files around a change are compared again.

use std::cmp::Ordering;
use std::collections::HashMap;

use rayon::prelude::*;

use super::clones::{self, ClonePair, Found};
use super::entries::Entries;
use super::finder::{Files, Finder};
use super::grams::Entry;
use super::joiner::ProjectFile;
use super::seeds::{Seed, seeds_from, seeds_of};
use crate::ruleset::CloneLimits;

/// Two files, or one twice.
type Two = (u32, u32);

/// Grams and clones of a project's files, which have numbers that stay.
#[derive(Debug)]
pub(super) struct Standing {
    finder: Finder,
    limits: CloneLimits,
    entries: Entries,
    /// Of each two files, the one that comes first by path is the first.
    clones: HashMap<Two, Vec<Found>>,
    /// What was told of them last, unless something has changed.
    told: Option<Vec<ClonePair>>,
}

impl Standing {
    /// Of files whose numbers are their places.
    pub(super) fn new(files: &impl Files, limits: CloneLimits) -> Self {
        let finder = Finder::new(limits);
        let entries = finder.entries(files);
        let mut clones: HashMap<Two, Vec<Found>> = HashMap::new();
        for one in finder.all(&entries, files) {
            clones.entry(one.files()).or_default().push(one);
        }
        Self { finder, limits, entries: Entries::of(entries), clones, told: None }
    }

    /// Takes files out and puts others in.
    pub(super) fn change(&mut self, gone: &[u32], came: &[u32], files: &impl Files) {
        let grams = |numbers: &[u32]| -> Vec<Entry> {
            numbers.iter().flat_map(|file| self.grams(*file, files)).collect()
        };
        let (gone, came) = (grams(gone), grams(came));
        let mut hashes: Vec<u64> = gone.iter().chain(&came).map(|entry| entry.0).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let before = self.seeds_of(&hashes, files);
        self.entries.change(&gone, &came);
        let after = self.seeds_of(&hashes, files);
        self.compare(&differing(&before, &after), files);
    }

    fn grams(&self, file: u32, files: &impl Files) -> Vec<Entry> {
        files.report(file).map_or_else(Vec::new, |report| self.finder.grams.of(file, report))
    }

    /// The seeds of grams with these hashes, in order.
    fn seeds_of(&self, hashes: &[u64], files: &impl Files) -> Vec<Seed> {
        let mut seeds = Vec::new();
        let mut bucket: Vec<Entry> = Vec::new();
        for hash in hashes {
            self.entries.bucket(*hash, &mut bucket);
            bucket.sort_unstable_by_key(|(_, file, at)| (files.place(*file), *at));
            seeds_of(&bucket, |seed| seeds.push(seed));
        }
        seeds.sort_unstable();
        seeds
    }

    /// Looks for the clones between these files anew. The pairs are in order.
    fn compare(&mut self, pairs: &[Two], files: &impl Files) {
        let groups: Vec<&[Two]> = pairs.chunk_by(|one, other| one.0 == other.0).collect();
        let found: Vec<Vec<(Two, Vec<Found>)>> =
            groups.into_par_iter().map(|pairs| self.between(pairs, files)).collect();
        for (pair, found) in found.into_iter().flatten() {
            let before = self.clones.get(&pair).map_or(&[][..], Vec::as_slice);
            if before == found {
                continue;
            }
            self.told = None;
            if found.is_empty() {
                self.clones.remove(&pair);
            } else {
                self.clones.insert(pair, found);
            }
        }
    }

    /// The clones of one file with some others.
    fn between(&self, pairs: &[Two], files: &impl Files) -> Vec<(Two, Vec<Found>)> {
        let Some((first, _)) = pairs.first().copied() else { return Vec::new() };
        let mut hashes: Vec<u64> =
            self.grams(first, files).into_iter().map(|entry| entry.0).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let (mut seeds, mut bucket) = (Vec::new(), Vec::new());
        for hash in hashes {
            self.entries.bucket(hash, &mut bucket);
            seeds_from(
                &mut bucket,
                first,
                |file| files.place(file),
                |seed| {
                    if pairs.binary_search(&seed.files).is_ok() {
                        seeds.push(seed);
                    }
                },
            );
        }
        seeds.sort_unstable();
        let found = |pair: &Two| {
            let from = seeds.partition_point(|seed| seed.files < *pair);
            let to = seeds.partition_point(|seed| seed.files <= *pair);
            (*pair, self.finder.between(&seeds[from..to], files))
        };
        pairs.iter().map(found).collect()
    }

    /// The clones of the files, which are in order of their paths; `numbers` says
    /// which of them each number means.
    pub(super) fn told(&mut self, files: &[&ProjectFile], numbers: &[u32]) -> Vec<ClonePair> {
        if let Some(told) = &self.told {
            return told.clone();
        }
        let found = self.clones.values_mut().flatten().collect();
        let told = clones::report(found, files, numbers, self.limits);
        self.told.insert(told).clone()
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let told = self.told.as_ref().map_or(0, Vec::len);
        self.entries.bytes() + self.clones.len() * 160 + told * 240
    }
}

/// The files that have other seeds in common than before; both are in order.
fn differing(before: &[Seed], after: &[Seed]) -> Vec<Two> {
    let mut pairs: Vec<Two> = Vec::new();
    let (mut old, mut new) = (before.iter().peekable(), after.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => one.cmp(other),
        };
        let was = if order.is_le() { old.next() } else { None };
        let is = if order.is_ge() { new.next() } else { None };
        if order.is_ne() {
            pairs.extend(was.or(is).map(|seed| seed.files));
        }
    }
    pairs.dedup();
    pairs
}

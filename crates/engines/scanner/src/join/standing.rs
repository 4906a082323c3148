//! Duplicates of a project that changes a little at a time: the grams and seeds
//! stay sorted, and only files around a change are compared again.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use super::FileReport;
use super::clones::{self, ClonePair, Everything, Finder, Found, Seed};
use super::grams::Entry;
use crate::report::BlobReport;
use crate::ruleset::CloneLimits;

/// Grams, seeds and clones of a project's files, which have numbers that stay.
#[derive(Debug)]
pub(super) struct Standing {
    finder: Finder,
    limits: CloneLimits,
    entries: BTreeSet<Entry>,
    /// Of each two files, the one that comes first by path is the first.
    seeds: BTreeSet<Seed>,
    clones: HashMap<(u32, u32), Vec<Found>>,
    /// What was told of them last, unless something has changed.
    told: Option<Vec<ClonePair>>,
}

/// The files of a project as their duplicates are looked for.
pub(super) trait Files: Sync {
    /// The place of a file in the order of paths.
    fn place(&self, file: u32) -> u32;
    /// What is known of a file.
    fn report(&self, file: u32) -> &BlobReport;
}

impl Standing {
    /// Of files in order of their paths, which are numbered so.
    pub(super) fn new(files: &[FileReport<'_>], limits: CloneLimits) -> Self {
        let finder = Finder::new(limits);
        let Everything { entries, seeds, clones: found } = finder.all(files);
        let mut clones: HashMap<(u32, u32), Vec<Found>> = HashMap::new();
        for one in found {
            clones.entry(one.files()).or_default().push(one);
        }
        Self {
            finder,
            limits,
            entries: entries.into_iter().collect(),
            seeds: seeds.into_iter().collect(),
            clones,
            told: None,
        }
    }

    /// Takes files out and puts others in.
    pub(super) fn change(&mut self, gone: &[u32], came: &[u32], files: &impl Files) {
        let grams = |numbers: &[u32]| -> Vec<Entry> {
            let of = |file: &u32| self.finder.grams.of(*file, files.report(*file));
            numbers.iter().flat_map(of).collect()
        };
        let (gone, came) = (grams(gone), grams(came));
        let mut hashes: Vec<u64> = gone.iter().chain(&came).map(|entry| entry.0).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let before = self.seeds_of(&hashes, files);
        for entry in &gone {
            self.entries.remove(entry);
        }
        self.entries.extend(&came);
        let after = self.seeds_of(&hashes, files);
        let pairs = self.replace(&before, &after);
        self.compare(pairs, files);
    }

    /// The seeds of grams with these hashes, in order.
    fn seeds_of(&self, hashes: &[u64], files: &impl Files) -> Vec<Seed> {
        let mut seeds = Vec::new();
        let mut bucket: Vec<Entry> = Vec::new();
        for hash in hashes {
            bucket.clear();
            bucket.extend(self.entries.range((*hash, 0, 0)..=(*hash, u32::MAX, u32::MAX)));
            bucket.sort_unstable_by_key(|(_, file, at)| (files.place(*file), *at));
            clones::seeds_of(&bucket, |seed| seeds.push(seed));
        }
        seeds.sort_unstable();
        seeds
    }

    /// Keeps the seeds `after` instead of those `before`; returns the files that
    /// have others in common now.
    fn replace(&mut self, before: &[Seed], after: &[Seed]) -> Vec<(u32, u32)> {
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let (mut old, mut new) = (before.iter().peekable(), after.iter().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(one), Some(other)) => one.cmp(other),
            };
            let changed = match order {
                Ordering::Less => old.next().inspect(|seed| {
                    self.seeds.remove(seed);
                }),
                Ordering::Greater => new.next().inspect(|seed| {
                    self.seeds.insert(**seed);
                }),
                Ordering::Equal => {
                    old.next();
                    new.next();
                    None
                }
            };
            pairs.extend(changed.map(|seed| seed.files));
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// Looks for the clones between these files anew.
    fn compare(&mut self, pairs: Vec<(u32, u32)>, files: &impl Files) {
        let groups: Vec<((u32, u32), Vec<Seed>)> = pairs
            .into_iter()
            .map(|pair| {
                let from = Seed { files: pair, diagonal: i32::MIN, a: 0 };
                let to = Seed { files: pair, diagonal: i32::MAX, a: u32::MAX };
                (pair, self.seeds.range(from..=to).copied().collect())
            })
            .collect();
        let found: Vec<((u32, u32), Vec<Found>)> = groups
            .into_par_iter()
            .map(|(pair, seeds)| {
                // A file that has gone has no seeds.
                let found = match seeds.is_empty() {
                    true => Vec::new(),
                    false => {
                        let (a, b) = (files.report(pair.0), files.report(pair.1));
                        self.finder.between(&seeds, a, b)
                    }
                };
                (pair, found)
            })
            .collect();
        for (pair, found) in found {
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

    /// The clones of the files, which are in order of their paths; `numbers` says
    /// which of them each number means.
    pub(super) fn told(&mut self, files: &[FileReport<'_>], numbers: &[u32]) -> Vec<ClonePair> {
        if let Some(told) = &self.told {
            return told.clone();
        }
        let found = self.clones.values_mut().flatten().collect();
        let told = clones::report(found, files, numbers, self.limits);
        self.told.insert(told).clone()
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        // A node of a tree is filled to two thirds or more.
        let entries = self.entries.len() * size_of::<Entry>() * 3 / 2;
        let seeds = self.seeds.len() * size_of::<Seed>() * 3 / 2;
        entries + seeds + self.clones.len() * 160 + self.told.as_ref().map_or(0, Vec::len) * 240
    }
}

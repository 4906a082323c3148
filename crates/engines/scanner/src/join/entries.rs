//! The kept grams of a project in order of their hashes, as a project that changes
//! a little at a time needs them.

use std::collections::BTreeSet;

use super::grams::Entry;

/// Changes are kept apart up to this share of all, or to this number.
const APART: usize = 8;
const FEW: usize = 4_096;

/// Grams in order. They lie in one piece, sixteen bytes each, but for the last
/// changes.
#[derive(Debug, Default)]
pub(super) struct Entries {
    settled: Vec<Entry>,
    added: BTreeSet<Entry>,
    /// Of those that are settled.
    removed: BTreeSet<Entry>,
}

impl Entries {
    /// Of entries in order.
    pub(super) fn of(settled: Vec<Entry>) -> Self {
        Self { settled, ..Self::default() }
    }

    /// Takes some out and puts others in.
    pub(super) fn change(&mut self, gone: &[Entry], came: &[Entry]) {
        for entry in gone {
            if !self.added.remove(entry) {
                self.removed.insert(*entry);
            }
        }
        for entry in came {
            if !self.removed.remove(entry) {
                self.added.insert(*entry);
            }
        }
        if self.added.len() + self.removed.len() > FEW.max(self.settled.len() / APART) {
            self.settle();
        }
    }

    /// Writes the entries with a hash into `bucket`, in order of file and place.
    pub(super) fn bucket(&self, hash: u64, bucket: &mut Vec<Entry>) {
        bucket.clear();
        let from = self.settled.partition_point(|entry| entry.0 < hash);
        let settled = self.settled[from..].iter().take_while(|entry| entry.0 == hash);
        bucket.extend(settled.filter(|entry| !self.removed.contains(entry)));
        let before = bucket.len();
        bucket.extend(self.added.range((hash, 0, 0)..=(hash, u32::MAX, u32::MAX)));
        if bucket.len() > before {
            bucket.sort_unstable();
        }
    }

    /// Puts everything in one piece, in the room that is there.
    fn settle(&mut self) {
        let mut removed = std::mem::take(&mut self.removed).into_iter().peekable();
        self.settled.retain(|entry| removed.next_if_eq(entry).is_none());
        let added = std::mem::take(&mut self.added);
        let (mut from, mut to) = (self.settled.len(), self.settled.len() + added.len());
        self.settled.resize(to, Entry::default());
        for entry in added.into_iter().rev() {
            while from > 0 && self.settled[from - 1] > entry {
                from -= 1;
                to -= 1;
                self.settled[to] = self.settled[from];
            }
            to -= 1;
            self.settled[to] = entry;
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        // A node of a tree is filled to two thirds or more.
        let apart = (self.added.len() + self.removed.len()) * 3 / 2;
        (self.settled.len() + apart) * size_of::<Entry>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_is_found_wherever_it_lies() {
        let mut dice = 7_u64;
        let mut roll = |most: u64| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (dice >> 33) % most
        };
        let mut known: BTreeSet<Entry> = (0..20_000).map(|at| (roll(3_000), 1, at)).collect();
        let mut entries = Entries::of(known.iter().copied().collect());
        let mut settled = 0;
        for step in 0..40 {
            let gone: Vec<Entry> = known.iter().filter(|_| roll(60) == 0).copied().collect();
            let came: Vec<Entry> =
                (0..roll(500) as u32).map(|at| (roll(3_000), 2 + step, at)).collect();
            gone.iter().for_each(|entry| {
                known.remove(entry);
            });
            known.extend(&came);
            entries.change(&gone, &came);
            settled += usize::from(entries.added.is_empty() && entries.removed.is_empty());
            let mut bucket = Vec::new();
            for hash in 0..3_000 {
                entries.bucket(hash, &mut bucket);
                let expected = known.range((hash, 0, 0)..=(hash, u32::MAX, u32::MAX));
                assert!(bucket.iter().eq(expected), "hash {hash} in step {step}");
            }
        }
        assert!(settled > 2 && settled < 20, "{settled}");
    }
}

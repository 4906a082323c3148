//! Places where two files, or two places of one, have a gram in common.

use super::grams::Entry;

/// All-pairs up to this many equal grams; beyond, neighbours only.
const PAIRED: usize = 20;
/// The same within one file.
const PAIRED_WITHIN: usize = 8;

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
pub(super) fn every_seed(entries: &[Entry], mut each: impl FnMut(Seed)) {
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
    place: impl Fn(u32) -> u32,
    mut each: impl FnMut(Seed),
) {
    if bucket.len() <= PAIRED {
        bucket.sort_unstable_by_key(|(_, file, at)| (place(*file), *at));
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
    let here = place(first);
    let behind = bucket.iter().map(|(_, file, at)| (place(*file), *at, *file));
    let next = behind.filter(|(other, ..)| *other > here).min();
    if let (Some((_, _, last)), Some((_, at, file))) = (bucket[own].last(), next) {
        each(Seed::of((first, *last), (file, at)));
    }
}

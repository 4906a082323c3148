//! From seeds to the stretches of tokens that two files have in common.

use super::grams::{class, is_identifier};
use super::seeds::Seed;

/// Gap that joins two stretches, in tokens on the longer side.
const GAP: u32 = 40;
/// Least share of equal tokens in a joined clone, in per cent.
const LEAST_SIMILAR: u32 = 70;
/// Least share of identifiers that are renamed consistently, in per cent.
const LEAST_CONSISTENT: usize = 70;

/// A stretch of tokens, end exclusive.
pub(super) type Stretch = (u32, u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clone {
    pub(super) files: (u32, u32),
    pub(super) a: Stretch,
    pub(super) b: Stretch,
    /// Equal tokens.
    pub(super) tokens: u32,
}

pub(super) struct Pair<'a> {
    pub(super) files: (u32, u32),
    pub(super) a: &'a [u8],
    pub(super) b: &'a [u8],
}

impl Pair<'_> {
    pub(super) fn clones(&self, seeds: &[Seed], min_tokens: u32) -> Vec<Clone> {
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

pub(super) fn overlap(x: Stretch, y: Stretch) -> u32 {
    x.1.min(y.1).saturating_sub(x.0.max(y.0))
}

//! Generators with seeds: corpora, and what is planted in them to be found again.

pub(crate) mod clones;
pub(crate) mod corpus;
pub(crate) mod moves;
pub(crate) mod secrets;

/// Draws from a seed, the same on every machine.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        // xorshift64*; its upper bits are the good ones.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides.max(1)
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.roll(of.len())]
    }

    /// A text of so many characters out of an alphabet.
    pub(crate) fn text(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| letters[self.roll(letters.len())]).collect()
    }
}

/// How many of what was looked for was found, and how much else.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Score {
    pub(crate) planted: usize,
    pub(crate) found: usize,
    pub(crate) spurious: usize,
}

impl Score {
    pub(crate) fn recall(self) -> f64 {
        self.found as f64 / self.planted.max(1) as f64
    }

    pub(crate) fn f1(self) -> f64 {
        let precision = self.found as f64 / (self.found + self.spurious).max(1) as f64;
        let sum = precision + self.recall();
        if sum == 0.0 { 0.0 } else { 2.0 * precision * self.recall() / sum }
    }
}

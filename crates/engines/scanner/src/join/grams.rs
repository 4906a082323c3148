//! Which grams of a token stream stand for it: rolling hashes, winnowed.

use crate::language::{IDENTIFIER_REACH, Language, TOKEN_IDENTIFIER};
use crate::report::PackedReport;

/// A gram with fewer different tokens is a table or a list, not a program.
const LEAST_VARIED: u32 = 6;

/// A kept gram: hash, file, index of its first token.
pub(super) type Entry = (u64, u32, u32);

/// How streams are cut.
#[derive(Debug)]
pub(super) struct Grams {
    /// Tokens of a gram.
    length: usize,
    /// Grams of which at least one is kept.
    window: usize,
}

impl Grams {
    /// Grams small enough that a clone of `tokens` with an edit every few lines
    /// still has some in common with its original.
    pub(super) fn for_clones_of(tokens: usize) -> Self {
        Self { length: (tokens / 6).clamp(10, 15), window: (tokens / 16).clamp(4, 6) }
    }

    /// How many grams are kept of so many tokens, as a rule.
    pub(super) fn expected(&self, tokens: usize) -> usize {
        tokens * 2 / (self.window + 1)
    }

    /// The kept grams of a file.
    pub(super) fn of(&self, file: u32, report: &PackedReport) -> Vec<Entry> {
        let tokens = report.tokens();
        let mut kept = Vec::with_capacity(self.expected(tokens.len()));
        for (language, range) in report.segments() {
            let first = range.start as u32;
            self.keep(file, family(language), &tokens[range], first, &mut kept);
        }
        kept
    }

    /// Adds the kept grams of some tokens, of which the first is number `first`.
    fn keep(&self, file: u32, family: u64, tokens: &[u8], first: u32, kept: &mut Vec<Entry>) {
        const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
        let n = self.length;
        if tokens.len() < n {
            return;
        }
        let powers: Vec<u64> =
            std::iter::successors(Some(1u64), |f| Some(f.wrapping_mul(BASE))).take(n).collect();
        let mut names = Names::default();
        let mut variety = Variety::default();
        let mut hash = 0u64;
        let mut winnow = Winnow::new(self.window);
        for (i, token) in tokens.iter().enumerate() {
            if i >= n {
                let gone = tokens[i - n];
                let value = u64::from(class(gone)) + 1;
                hash = hash.wrapping_sub(value.wrapping_mul(powers[n - 1]));
                variety.remove(gone);
                if is_identifier(gone)
                    && let Some(at) = names.leave()
                {
                    // It said how far back the name that left was seen.
                    let said = u64::from(tokens[at as usize] - class(tokens[at as usize]));
                    hash = hash.wrapping_sub(said.wrapping_mul(powers[i - 1 - at as usize]));
                }
            }
            let seen = !is_identifier(*token) || names.enter(i as u32, *token - class(*token));
            let value = u64::from(if seen { *token } else { class(*token) }) + 1;
            hash = hash.wrapping_mul(BASE).wrapping_add(value);
            variety.add(*token);
            if i + 1 >= n {
                let start = (i + 1 - n) as u32;
                // Dull grams rank last, so that a window keeps them only if it
                // has nothing else, and are then dropped.
                let value =
                    if variety.different >= LEAST_VARIED { mix(hash ^ family) } else { u64::MAX };
                if let Some((value, start)) = winnow.push(value, start)
                    && value != u64::MAX
                {
                    kept.push((value, file, first + start));
                }
            }
        }
    }
}

/// Languages whose tokens may be compared.
fn family(language: Language) -> u64 {
    let representative = match language {
        Language::TypeScript | Language::Tsx => Language::JavaScript,
        Language::Cpp => Language::C,
        other => other,
    };
    mix(representative as u64 + 1)
}

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    x = (x ^ (x >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^ (x >> 32)
}

/// The identifier class of a token, whatever its distance.
pub(super) fn class(token: u8) -> u8 {
    if is_identifier(token) { TOKEN_IDENTIFIER } else { token }
}

pub(super) fn is_identifier(token: u8) -> bool {
    (TOKEN_IDENTIFIER..=TOKEN_IDENTIFIER + IDENTIFIER_REACH as u8).contains(&token)
}

/// The identifiers of a gram. How far back an identifier was seen counts only
/// where that is in the gram too, so that what stands before changes nothing.
#[derive(Default)]
struct Names {
    /// For each identifier of the gram, the token that points back to it.
    pointed: std::collections::VecDeque<Option<u32>>,
}

impl Names {
    /// Takes the identifier at a token; true when it was seen so far back in here.
    fn enter(&mut self, at: u32, back: u8) -> bool {
        let place = self.pointed.len().checked_sub(usize::from(back));
        let seen = back > 0 && place.is_some();
        if let Some(pointed) = place.filter(|_| seen).and_then(|p| self.pointed.get_mut(p)) {
            *pointed = Some(at);
        }
        self.pointed.push_back(None);
        seen
    }

    /// Drops the first identifier; returns the token that points to it.
    fn leave(&mut self) -> Option<u32> {
        self.pointed.pop_front().flatten()
    }
}

/// Counts the different tokens in a gram.
struct Variety {
    counts: [u16; 256],
    different: u32,
}

impl Default for Variety {
    fn default() -> Self {
        Self { counts: [0; 256], different: 0 }
    }
}

impl Variety {
    fn add(&mut self, token: u8) {
        let count = &mut self.counts[usize::from(class(token))];
        *count += 1;
        self.different += u32::from(*count == 1);
    }

    fn remove(&mut self, token: u8) {
        let count = &mut self.counts[usize::from(class(token))];
        *count -= 1;
        self.different -= u32::from(*count == 0);
    }
}

/// Keeps the least value of every window, the last one among equals.
struct Winnow {
    window: Vec<(u64, u32)>,
    next: usize,
    filled: usize,
    least: (u64, u32),
    reported: Option<u32>,
}

impl Winnow {
    fn new(size: usize) -> Self {
        Self {
            window: vec![(u64::MAX, 0); size],
            next: 0,
            filled: 0,
            least: (u64::MAX, 0),
            reported: None,
        }
    }

    /// Takes the next gram; returns one that the window newly keeps.
    fn push(&mut self, value: u64, at: u32) -> Option<(u64, u32)> {
        let size = self.window.len();
        let leaving = self.window[self.next];
        self.window[self.next] = (value, at);
        self.next = (self.next + 1) % size;
        self.filled += 1;
        if value <= self.least.0 {
            self.least = (value, at);
        } else if self.filled > size && leaving == self.least {
            self.least = (u64::MAX, 0);
            for i in 0..size {
                let candidate = self.window[(self.next + i) % size];
                if candidate.0 <= self.least.0 {
                    self.least = candidate;
                }
            }
        }
        if self.filled < size || self.reported == Some(self.least.1) {
            return None;
        }
        self.reported = Some(self.least.1);
        Some(self.least)
    }
}

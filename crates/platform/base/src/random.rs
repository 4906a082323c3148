//! Randomness as a parameter: real in the server, repeatable in tests.

use std::sync::Mutex;

use rand::{RngExt as _, SeedableRng as _};

/// A source of random bytes good enough for secrets.
pub trait Random: Send + Sync + std::fmt::Debug {
    /// Fills `bytes` with random values.
    fn fill(&self, bytes: &mut [u8]);

    /// `2 × bytes` lower-case hexadecimal characters, e.g. 20 bytes for a
    /// token of 40 characters.
    fn hex(&self, bytes: usize) -> String {
        let mut buffer = vec![0_u8; bytes];
        self.fill(&mut buffer);
        buffer.iter().fold(String::with_capacity(bytes * 2), |mut text, byte| {
            use std::fmt::Write as _;
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// A version 4 UUID in its usual hyphenated form.
    fn uuid(&self) -> String {
        let mut bytes = [0_u8; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// `length` characters from an alphabet without look-alikes (no `0O1lI`);
    /// for passwords that a person types once. Each carries 5.7 bits.
    fn readable(&self, length: usize) -> String {
        const ALPHABET: &[u8] = b"23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
        // Values past the last whole multiple are drawn again: no bias.
        let limit = 256 - 256 % ALPHABET.len();
        let mut text = String::with_capacity(length);
        while text.len() < length {
            let mut byte = [0_u8; 1];
            self.fill(&mut byte);
            let value = usize::from(byte[0]);
            if value < limit {
                text.push(char::from(ALPHABET[value % ALPHABET.len()]));
            }
        }
        text
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill(bytes);
    }
}

/// The same bytes for the same seed; for tests only.
#[derive(Debug)]
pub struct SeededRandom(Mutex<rand::rngs::StdRng>);

impl SeededRandom {
    /// A generator whose output is determined by `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(rand::rngs::StdRng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        match self.0.lock() {
            Ok(mut rng) => rng.fill(bytes),
            Err(poisoned) => poisoned.into_inner().fill(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_bytes_repeat_and_differ_by_seed() {
        assert_eq!(SeededRandom::new(7).hex(20), SeededRandom::new(7).hex(20));
        assert_ne!(SeededRandom::new(7).hex(20), SeededRandom::new(8).hex(20));
        assert_eq!(SystemRandom.hex(20).len(), 40);
    }

    #[test]
    fn readable_text_has_no_look_alikes() {
        let text = SeededRandom::new(1).readable(4_000);
        assert_eq!(text.len(), 4_000);
        assert!(!text.contains(['0', 'O', '1', 'l', 'I']));
    }
}

//! Wishes of any kind, for tests and fuzzing.

use std::time::Instant;

use crate::filter::Filter;
use crate::{Pattern, Reading};

/// Reads `wish` in every way as what is looked for, and as patterns of paths, and
/// asks it about a line. Panics where something is found that must not be.
pub fn probe(wish: &str, line: &[u8]) {
    let line: Vec<u8> = line.iter().copied().filter(|byte| *byte != b'\n').collect();
    for bits in 0..8_u8 {
        let reading =
            Reading { regex: bits & 1 > 0, case_sensitive: bits & 2 > 0, word: bits & 4 > 0 };
        let begun = Instant::now();
        if let Ok(pattern) = Pattern::new(wish, reading) {
            let found: Vec<_> = pattern.ranges(&line).collect();
            assert!(found.is_empty() || pattern.is_match(&line));
            assert!(found.iter().all(|range| range.end <= line.len()));
            if !reading.regex && reading.case_sensitive && !reading.word {
                let wish = wish.as_bytes();
                let here = line.windows(wish.len()).any(|part| part == wish);
                assert_eq!(pattern.is_match(&line), here, "{wish:?}");
            }
        }
        // Generous: what explodes takes minutes.
        assert!(begun.elapsed().as_secs() < 20, "{wish:?} takes for ever");
    }
    let paths: Vec<String> = wish.split(' ').map(str::to_owned).collect();
    let _ = Filter::new(&[], &paths, wish);
}

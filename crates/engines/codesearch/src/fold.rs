//! The text as the index sees it: upper and lower case are one, and what stands
//! on two lines never touches.
//!
//! Folding may join characters that a search tells apart, because a candidate is
//! always checked on its content; it must never tell apart what a search joins.
//! Regular expressions join ASCII letters with their other case, and two of them
//! with letters outside of ASCII: `k` with the Kelvin sign, `s` with the long s.
//! Other letters are left alone: a pattern that joins them asks for either.

use std::cell::RefCell;

const KELVIN: [u8; 3] = [0xe2, 0x84, 0xaa];
const LONG_S: [u8; 2] = [0xc5, 0xbf];

/// The folded byte at the head of `rest`, and how many bytes it stands for.
#[inline]
fn step(rest: &[u8]) -> (u8, usize) {
    match rest[0] {
        0xe2 if rest.starts_with(&KELVIN) => (b'k', KELVIN.len()),
        0xc5 if rest.starts_with(&LONG_S) => (b's', LONG_S.len()),
        byte => (byte.to_ascii_lowercase(), 1),
    }
}

/// `text` folded.
pub(crate) fn fold(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let (byte, length) = step(&text[at..]);
        out.push(byte);
        at += length;
    }
    out
}

/// Three folded bytes, the first one highest.
pub(crate) type Trigram = u32;

/// The trigrams of a text that is folded already.
pub(crate) fn windows(folded: &[u8]) -> impl Iterator<Item = Trigram> + '_ {
    folded
        .windows(3)
        .map(|three| u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]))
}

thread_local! {
    /// One bit for each trigram there can be: 2 MiB.
    static SEEN: RefCell<Vec<u64>> = RefCell::new(vec![0; (1 << 24) / 64]);
}

/// Every trigram that stands on one line of `content`, once, in no order.
pub(crate) fn trigrams(content: &[u8]) -> Vec<Trigram> {
    SEEN.with_borrow_mut(|seen| {
        let mut found = Vec::with_capacity(content.len() / 4 + 16);
        let (mut window, mut length, mut at) = (0u32, 0u32, 0);
        while at < content.len() {
            let (byte, width) = step(&content[at..]);
            at += width;
            if byte == b'\n' {
                length = 0;
                continue;
            }
            window = (window << 8 | u32::from(byte)) & 0x00ff_ffff;
            length += 1;
            if length >= 3 {
                let word = &mut seen[window as usize / 64];
                let bit = 1u64 << (window % 64);
                if *word & bit == 0 {
                    *word |= bit;
                    found.push(window);
                }
            }
        }
        for trigram in &found {
            seen[*trigram as usize / 64] = 0;
        }
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_a_search_joins_fold_alike() {
        assert_eq!(fold("KſK É".as_bytes()), "ksk É".as_bytes());
        assert_eq!(fold(b"\xe2\x84"), b"\xe2\x84");
    }

    #[test]
    fn each_trigram_is_found_once_and_none_crosses_a_line() {
        let mut found = trigrams(b"abcABC\nde\nxyz");
        found.sort_unstable();
        let mut expected: Vec<_> =
            [b"abc", b"bca", b"cab", b"xyz"].iter().flat_map(|it| windows(*it)).collect();
        expected.sort_unstable();
        assert_eq!(found, expected);
        assert_eq!(trigrams(b"abc").len(), 1, "nothing is left from before");
    }
}

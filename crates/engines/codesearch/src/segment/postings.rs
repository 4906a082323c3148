//! Sets of documents, in the file and in memory.

use crate::coding::{put, take_u32};

/// A set of the documents of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
    count: u32,
}

impl Bits {
    /// None of `count` documents.
    pub(crate) fn none(count: u32) -> Self {
        Self { words: vec![0; count.div_ceil(64) as usize], count }
    }

    /// All of `count` documents.
    pub(crate) fn all(count: u32) -> Self {
        let mut bits = Self { words: vec![u64::MAX; count.div_ceil(64) as usize], count };
        if let Some(last) = bits.words.last_mut()
            && !count.is_multiple_of(64)
        {
            *last = (1 << (count % 64)) - 1;
        }
        bits
    }

    pub(crate) fn insert(&mut self, document: u32) {
        if document < self.count {
            self.words[document as usize / 64] |= 1 << (document % 64);
        }
    }

    pub(crate) fn contains(&self, document: u32) -> bool {
        self.words
            .get(document as usize / 64)
            .is_some_and(|word| word & (1 << (document % 64)) != 0)
    }

    pub(crate) fn keep(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word |= other;
        }
    }

    pub(crate) fn len(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let bit = left.trailing_zeros();
                left &= left - 1;
                Some(at as u32 * 64 + bit)
            })
        })
    }
}

/// The postings of one trigram as they stand in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) bytes: Vec<u8>,
    pub(super) bitmap: bool,
}

/// `documents` (in order, each once, below `count`) in the shorter of two forms.
pub(super) fn pack(documents: &[u32], count: u32) -> Packed {
    let bitmap_length = count.div_ceil(8) as usize;
    if documents.len() < bitmap_length {
        let mut bytes = Vec::with_capacity(documents.len() + 4);
        let mut before = 0;
        for document in documents {
            put(&mut bytes, u64::from(document - before));
            before = *document;
        }
        if bytes.len() < bitmap_length {
            return Packed { bytes, bitmap: false };
        }
    }
    let mut bytes = vec![0; bitmap_length];
    for document in documents {
        bytes[*document as usize / 8] |= 1 << (document % 8);
    }
    Packed { bytes, bitmap: true }
}

/// Calls `each` with every document; nothing where the bytes are no postings of
/// `count` documents.
pub(super) fn unpack(
    mut bytes: &[u8],
    bitmap: bool,
    count: u32,
    mut each: impl FnMut(u32),
) -> Option<()> {
    if bitmap {
        if bytes.len() != count.div_ceil(8) as usize {
            return None;
        }
        for (at, byte) in bytes.iter().enumerate() {
            let mut left = *byte;
            while left != 0 {
                let document = at as u32 * 8 + left.trailing_zeros();
                if document >= count {
                    return None;
                }
                each(document);
                left &= left - 1;
            }
        }
        return Some(());
    }
    let mut document = 0u32;
    while !bytes.is_empty() {
        document = document.checked_add(take_u32(&mut bytes)?)?;
        if document >= count {
            return None;
        }
        each(document);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_come_back() {
        for (documents, count) in [
            (vec![0], 1),
            (vec![5, 900], 1000),
            ((0..1000).collect::<Vec<_>>(), 1000),
            ((0..1000).step_by(3).collect(), 1000),
            (vec![], 10),
        ] {
            let packed = pack(&documents, count);
            let mut back = Vec::new();
            unpack(&packed.bytes, packed.bitmap, count, |it| back.push(it)).unwrap();
            assert_eq!(back, documents);
        }
        assert_eq!(unpack(&[0xff], true, 7, |_| ()), None);
        assert_eq!(unpack(&[9], false, 9, |_| ()), None);
    }

    #[test]
    fn sets() {
        let mut bits = Bits::none(130);
        for document in [0, 64, 129, 500] {
            bits.insert(document);
        }
        assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 64, 129]);
        let mut all = Bits::all(130);
        assert_eq!(all.len(), 130);
        all.keep(&bits);
        assert_eq!(all, bits);
        assert!(bits.contains(64) && !bits.contains(63));
    }
}

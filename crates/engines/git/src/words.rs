//! Which words of a changed line are other ones.

use std::ops::Range;

use gix::diff::blob::{Algorithm, Diff, InternedInput};

/// Lines longer than this, in bytes, are not looked into.
const LONGEST: usize = 2_000;
/// Of 100 bytes, how many have to be alike for two lines to be one that was changed.
const ALIKE: usize = 30;

/// The places, in bytes, where `old` has words that `new` has not, and the other way round. Both
/// are empty when the lines have little in common: then everything is another one.
#[must_use]
pub fn diff_words(old: &str, new: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    if old.len() > LONGEST || new.len() > LONGEST {
        return (Vec::new(), Vec::new());
    }
    let (before, after) = (words(old), words(new));
    let mut input = InternedInput::default();
    input.update_before(before.iter().map(|range| &old[range.clone()]));
    input.update_after(after.iter().map(|range| &new[range.clone()]));
    let diff = Diff::compute(Algorithm::Myers, &input);
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for hunk in diff.hunks() {
        join(&mut removed, &before, hunk.before, old);
        join(&mut added, &after, hunk.after, new);
    }
    let weight = |text: &str, gone: &[Range<usize>]| {
        let count = |text: &str| text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
        let all = count(text);
        (all, all - gone.iter().map(|range| count(&text[range.clone()])).sum::<usize>())
    };
    let ((all_old, same_old), (all_new, same_new)) = (weight(old, &removed), weight(new, &added));
    if (same_old + same_new) * 100 < (all_old + all_new) * ALIKE {
        return (Vec::new(), Vec::new());
    }
    (removed, added)
}

/// A range of words as one of bytes; ranges with nothing but blanks between them become one.
fn join(found: &mut Vec<Range<usize>>, words: &[Range<usize>], range: Range<u32>, text: &str) {
    let Some(inside) = words.get(range.start as usize..range.end as usize) else { return };
    let (Some(first), Some(last)) = (inside.first(), inside.last()) else { return };
    if let Some(before) = found.last_mut()
        && text[before.end..first.start].trim().is_empty()
    {
        before.end = last.end;
        return;
    }
    found.push(first.start..last.end);
}

/// Words, runs of blanks, and every other character by itself.
fn words(text: &str) -> Vec<Range<usize>> {
    #[derive(PartialEq)]
    enum Kind {
        Word,
        Blank,
        Other,
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut last = Kind::Other;
    for (at, c) in text.char_indices() {
        // A Han character is a word.
        let kind = if c == '_' || (c.is_alphanumeric() && !('\u{2e80}'..='\u{9fff}').contains(&c)) {
            Kind::Word
        } else if c.is_whitespace() {
            Kind::Blank
        } else {
            Kind::Other
        };
        let end = at + c.len_utf8();
        match found.last_mut() {
            Some(range) if kind == last && kind != Kind::Other => range.end = end,
            _ => found.push(at..end),
        }
        last = kind;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::diff_words;

    fn shown(old: &str, new: &str) -> (Vec<String>, Vec<String>) {
        let (removed, added) = diff_words(old, new);
        let texts = |text: &str, ranges: Vec<std::ops::Range<usize>>| {
            ranges.into_iter().map(|range| text[range].to_owned()).collect()
        };
        (texts(old, removed), texts(new, added))
    }

    #[test]
    fn words_that_differ() {
        assert_eq!(
            shown("let x = old_name(1);", "let x = new_name(1, 2);"),
            (vec!["old_name".into()], vec!["new_name".into(), ", 2".into()])
        );
        assert_eq!(shown("读取文件", "写入文件"), (vec!["读取".into()], vec!["写入".into()]));
        assert_eq!(shown("same", "same"), (vec![], vec![]));
    }

    #[test]
    fn lines_that_have_nothing_in_common_are_not_compared() {
        assert_eq!(shown("fn main() {", "import java.util.List"), (vec![], vec![]));
        assert_eq!(shown(&"a".repeat(3_000), "a"), (vec![], vec![]));
    }
}

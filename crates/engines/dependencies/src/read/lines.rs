//! On which line something stands, for formats whose readers do not say.

/// Bytes that are looked through for the lines of one file.
const WORK: usize = 256 << 20;

/// Finds words in a text from top to bottom.
pub(super) struct Lines<'a> {
    text: &'a str,
    /// Where the search goes on.
    at: usize,
    /// The line of `at`, from 1.
    line: u32,
    /// How many bytes may still be looked through.
    left: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1, left: WORK }
    }

    /// The line of the next place with that word; the last line that was found
    /// if there is none, or if it takes too long to find one.
    pub(super) fn find(&mut self, word: &str) -> u32 {
        let rest = &self.text[self.at..];
        if word.is_empty() || self.left == 0 {
            return self.line;
        }
        let found = rest.find(word);
        self.left = self.left.saturating_sub(found.unwrap_or(rest.len()) + word.len());
        if let Some(found) = found {
            let line = self.line + newlines(&rest[..found]);
            // The same word is not found twice in one place.
            self.line = line + newlines(word);
            self.at += found + word.len();
            return line;
        }
        self.line
    }

    /// The line of a name in quotation marks.
    pub(super) fn quoted(&mut self, name: &str) -> u32 {
        self.find(&format!("\"{name}\""))
    }

    /// The line that begins with a key, from where the search stands, which does
    /// not move: for readers that sort the keys of a table.
    pub(super) fn key(&mut self, name: &str) -> u32 {
        let (at, line) = (self.at, self.line);
        let mut found = line;
        for word in [
            format!("\n{name} ="),
            format!("\n{name}."),
            format!("\n{name}="),
            format!("\n\"{name}\""),
        ] {
            self.find(&word);
            if self.at != at {
                found = self.line;
                break;
            }
        }
        (self.at, self.line) = (at, line);
        found
    }

    /// From the first line again: for files whose parts come in any order.
    pub(super) fn rewind(&mut self) {
        self.at = 0;
        self.line = 1;
    }
}

fn newlines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}

/// Numbered lines from 1, without their ends.
pub(super) fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (u32::try_from(index + 1).unwrap_or(u32::MAX), line))
}

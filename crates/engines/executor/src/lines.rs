//! Cutting a stream of bytes into lines.

/// A line longer than this is cut into several.
const LONGEST: usize = 16 * 1024;

#[derive(Default)]
pub(crate) struct Lines {
    begun: Vec<u8>,
}

impl Lines {
    /// Takes more bytes and hands out every line that they complete.
    pub(crate) fn push(&mut self, bytes: &[u8], mut line: impl FnMut(String)) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(rest) => {
                    self.begun.extend_from_slice(rest);
                    line(self.take());
                }
                None => self.begun.extend_from_slice(piece),
            }
            while self.begun.len() > LONGEST {
                let rest = self.begun.split_off(boundary(&self.begun));
                line(self.take());
                self.begun = rest;
            }
        }
    }

    /// Hands out what has no line end.
    pub(crate) fn finish(&mut self, mut line: impl FnMut(String)) {
        if !self.begun.is_empty() {
            line(self.take());
        }
    }

    fn take(&mut self) -> String {
        let mut bytes = std::mem::take(&mut self.begun);
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        // What a progress bar drew last is what a terminal would show.
        let shown = bytes.rsplit(|byte| *byte == b'\r').next().unwrap_or_default();
        String::from_utf8_lossy(shown).into_owned()
    }
}

/// Where to cut, at most [`LONGEST`] and not inside a UTF-8 sequence.
fn boundary(bytes: &[u8]) -> usize {
    let continues = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    (LONGEST - 3..=LONGEST).rev().find(|at| !continues(*at)).unwrap_or(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(pieces: &[&[u8]]) -> Vec<String> {
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        for piece in pieces {
            lines.push(piece, |line| found.push(line));
        }
        lines.finish(|line| found.push(line));
        found
    }

    #[test]
    fn pieces_become_lines() {
        assert_eq!(cut(&[b"a", b"b\n\nc\r\n", b"d"]), ["ab", "", "c", "d"]);
        assert_eq!(cut(&[b"10%\r50%\r100%\r\n"]), ["100%"]);
        assert_eq!(cut(&["ä".as_bytes().split_at(1).0, "ä\n".as_bytes().split_at(1).1]), ["ä"]);
        assert_eq!(cut(&[b"\xff\n"]), ["\u{fffd}"]);
        assert!(cut(&[]).is_empty());
    }

    #[test]
    fn endless_lines_are_cut_between_characters() {
        let text = "é".repeat(20_000);
        let lines = cut(&[text.as_bytes()]);
        assert!(lines.len() == 3 && lines.iter().all(|line| line.len() <= LONGEST));
        assert_eq!(lines.concat(), text);
    }
}

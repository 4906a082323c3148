//! Who wrote which line.

use std::{
    collections::HashMap,
    ffi::OsString,
    io::{BufRead, Read},
    ops::ControlFlow,
    os::unix::ffi::OsStringExt,
    sync::Arc,
    time::Duration,
};

use gix::bstr::ByteSlice;

use crate::{
    Cancel, Error, Oid, Repository, Result,
    commit::{lossy, read_commit},
    tree::{find_bytes, tree_of},
};

/// The commit that a line comes from, as far as blame tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlameCommit {
    /// The commit.
    pub id: Oid,
    /// Its author's name.
    pub author_name: String,
    /// Its author's mail address, without angle brackets.
    pub author_mail: String,
    /// When the author wrote it: seconds since 1970-01-01 00:00 UTC.
    pub author_seconds: i64,
    /// The first line of its message.
    pub summary: String,
}

/// A run of neighbouring lines with one origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlameRange {
    /// The first line, from 1.
    pub first_line: u32,
    /// How many lines.
    pub lines: u32,
    /// Where they come from.
    pub commit: Arc<BlameCommit>,
    /// What the file was called there.
    pub path: String,
    /// The first line there, from 1.
    pub original_line: u32,
}

impl Repository {
    /// The origin of every line of the file at `path` in `commit`: ranges in the order of lines,
    /// without gaps.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such file, [`Error::Process`], [`Error::Timeout`]
    /// after two minutes.
    pub fn blame(&self, commit: Oid, path: &str, cancel: &Cancel) -> Result<Vec<BlameRange>> {
        self.blame_lines(commit, path, None, cancel)
    }

    /// As [`Repository::blame`], for the lines from the first to the last of `lines` (from 1, cut
    /// at the end of the file) only; `None` for all.
    ///
    /// # Errors
    /// As [`Repository::blame`]; [`Error::Invalid`] when the file has none of these lines.
    pub fn blame_lines(
        &self,
        commit: Oid,
        path: &str,
        lines: Option<(u32, u32)>,
        cancel: &Cancel,
    ) -> Result<Vec<BlameRange>> {
        let mut ranges = Vec::new();
        let traced = self.trace(commit, path, lines, cancel, |range| {
            ranges.push(range);
            ControlFlow::Continue(())
        });
        match traced {
            Err(Error::Process { stderr, .. })
                if lines.is_some() && stderr.contains("has only") =>
            {
                return Err(Error::Invalid("the file has fewer lines".to_owned()));
            }
            other => other?,
        }
        ranges.sort_unstable_by_key(|range| range.first_line);
        Ok(ranges)
    }

    /// As [`Repository::blame`], but hands out each range as soon as it is known, in no order.
    ///
    /// # Errors
    /// As [`Repository::blame`].
    pub fn blame_each(
        &self,
        commit: Oid,
        path: &str,
        cancel: &Cancel,
        each: impl FnMut(BlameRange) -> ControlFlow<()>,
    ) -> Result<()> {
        self.trace(commit, path, None, cancel, each)
    }

    fn trace(
        &self,
        commit: Oid,
        path: &str,
        lines: Option<(u32, u32)>,
        cancel: &Cancel,
        mut each: impl FnMut(BlameRange) -> ControlFlow<()>,
    ) -> Result<()> {
        let repo = self.local();
        let tree = tree_of(&repo, read_commit(&repo, commit)?.tree)?;
        let (mode, _, bytes) = find_bytes(&repo, tree, path.trim_matches('/'))?;
        if !mode.is_blob() {
            return Err(Error::not_found(format!("file {path:?}")));
        }
        let mut blame = self.git("blame").args(["--incremental", "--no-progress"]);
        if let Some((first, last)) = lines {
            blame = blame.arg(format!("-L{},{}", first.max(1), last.max(first).max(1)));
        }
        blame
            .arg(commit.to_string())
            .arg("--")
            .arg(OsString::from_vec(bytes))
            .timeout(Duration::from_secs(120))
            .cancel(cancel)
            .read(|stdout| {
                let mut parser = Parser::default();
                let mut line = Vec::new();
                loop {
                    line.clear();
                    let count = stdout
                        .take(1 << 20)
                        .read_until(b'\n', &mut line)
                        .map_err(Error::io("cannot read from git"))?;
                    if count == 0 {
                        return Ok(ControlFlow::Continue(()));
                    }
                    if let Some(range) = parser.line(line.trim_end_with(|c| c == '\n'))?
                        && each(range).is_break()
                    {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            })
    }
}

/// Reads the form of `git blame --incremental`: a line of commit, original line, line and count;
/// headers, most only at the commit's first range; `filename` ends the range.
#[derive(Default)]
struct Parser {
    commits: HashMap<Oid, Arc<BlameCommit>>,
    range: Option<(BlameCommit, u32, u32, u32)>,
}

impl Parser {
    fn line(&mut self, line: &[u8]) -> Result<Option<BlameRange>> {
        let wrong = || Error::Repository(format!("cannot understand blame: {:?}", lossy(line)));
        let (key, value) = line.split_once_str(" ").unwrap_or((line, b""));
        let Some((commit, original_line, first_line, lines)) = &mut self.range else {
            let id = Oid::from_hex(key)?;
            let numbers: Vec<u32> = value
                .split_str(" ")
                .map(|number| number.to_str().ok().and_then(|text| text.parse().ok()))
                .collect::<Option<_>>()
                .ok_or_else(wrong)?;
            let [original_line, first_line, lines] = numbers[..] else { return Err(wrong()) };
            let commit = BlameCommit {
                id,
                author_name: String::new(),
                author_mail: String::new(),
                author_seconds: 0,
                summary: String::new(),
            };
            self.range = Some((commit, original_line, first_line, lines));
            return Ok(None);
        };
        match key {
            b"author" => commit.author_name = lossy(value),
            b"author-mail" => {
                commit.author_mail = lossy(value.trim_with(|c| c == '<' || c == '>'));
            }
            b"author-time" => {
                commit.author_seconds =
                    value.to_str().ok().and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
            }
            b"summary" => commit.summary = lossy(value),
            b"filename" => {
                let (original_line, first_line, lines) = (*original_line, *first_line, *lines);
                let Some((commit, ..)) = self.range.take() else { return Err(wrong()) };
                let commit =
                    Arc::clone(self.commits.entry(commit.id).or_insert_with(|| Arc::new(commit)));
                let path = unquote(value);
                return Ok(Some(BlameRange { first_line, lines, commit, path, original_line }));
            }
            _ => {}
        }
        Ok(None)
    }
}

/// A path as git shows it: with unusual bytes, in quotes and C's escapes.
fn unquote(shown: &[u8]) -> String {
    let Some(inner) = shown.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return lossy(shown);
    };
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'a') => bytes.push(7),
            Some(b'b') => bytes.push(8),
            Some(b't') => bytes.push(b'\t'),
            Some(b'n') => bytes.push(b'\n'),
            Some(b'v') => bytes.push(11),
            Some(b'f') => bytes.push(12),
            Some(b'r') => bytes.push(b'\r'),
            Some(digit @ b'0'..=b'7') => {
                let mut value = digit - b'0';
                for _ in 0..2 {
                    if let Some(next @ b'0'..=b'7') = rest.peek().copied() {
                        value = value.wrapping_mul(8).wrapping_add(next - b'0');
                        rest.next();
                    }
                }
                bytes.push(value);
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    lossy(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_paths() {
        assert_eq!(unquote(b"plain name"), "plain name");
        assert_eq!(unquote(br#""caf\303\251 \"x\".txt""#), "café \"x\".txt");
        assert_eq!(unquote(br#""tab\there""#), "tab\there");
    }
}

//! Who owns which files, by the depot's own word: its CODEOWNERS file.

use base::{Error, Result};
use git::{Oid, Repository};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::pattern::globs;

/// Where the file may lie; the first one counts.
const PLACES: [&str; 4] =
    ["CODEOWNERS", ".coding/CODEOWNERS", "docs/CODEOWNERS", ".github/CODEOWNERS"]; // tidy: outside name

/// A larger file is none.
const MAX_BYTES: u64 = 256 << 10;
const MAX_LINES: usize = 2_000;

/// The owners of files.
#[derive(Debug, Clone, Default)]
pub struct Owners {
    set: GlobSet,
    /// Of each glob, its line.
    lines: Vec<usize>,
    /// Of each line, its owners, as they stand there.
    owners: Vec<Vec<String>>,
}

impl Owners {
    /// Reads a CODEOWNERS file: on each line a pattern and its owners (`@name`
    /// or a mail address), separated by blanks; `#` starts a comment. Lines
    /// that cannot be read are left out, as is what follows the 2,000th.
    pub fn parse(text: &str) -> Self {
        let mut builder = GlobSetBuilder::new();
        let (mut lines, mut owners) = (Vec::new(), Vec::new());
        for line in text.lines().take(MAX_LINES) {
            let line = line.split_once(" #").map_or(line, |(line, _)| line).trim();
            let mut words = line.split_whitespace();
            let Some(pattern) = words.next().filter(|word| !word.starts_with(['#', '!', '[']))
            else {
                continue;
            };
            let below = !pattern.ends_with("/*");
            let read: Option<Vec<_>> = globs(pattern, below)
                .iter()
                .map(|glob| GlobBuilder::new(glob).literal_separator(true).build().ok())
                .collect();
            let Some(read) = read else { continue };
            for glob in read {
                builder.add(glob);
                lines.push(owners.len());
            }
            owners.push(words.map(str::to_owned).collect());
        }
        match builder.build() {
            Ok(set) => Self { set, lines, owners },
            Err(_) => Self::default(),
        }
    }

    /// The file of a commit, if it has one.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn read(repository: &Repository, commit: Oid) -> Result<Option<Self>> {
        for place in PLACES {
            match repository.file(commit, place, MAX_BYTES) {
                Ok(blob) => return Ok(Some(Self::parse(&String::from_utf8_lossy(&blob.data)))),
                Err(
                    git::Error::NotFound(_) | git::Error::Invalid(_) | git::Error::TooLarge { .. },
                ) => {}
                Err(error) => return Err(Error::internal(error)),
            }
        }
        Ok(None)
    }

    /// The owners of the file at `path`: those of the last line that is about
    /// it; none where that line names nobody.
    pub fn of(&self, path: &str) -> &[String] {
        let last = self.set.matches(path).into_iter().map(|glob| self.lines[glob]).max();
        last.map_or(&[], |line| &self.owners[line])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_about_a_file_names_its_owners() {
        let owners = Owners::parse(
            "# who\n* @all\n*.rs @rust me@example.com # more\n/docs/ @writers\ndocs/api/*  @api\n\
             /docs/draft/\n[broken\n",
        );
        for (path, expected) in [
            ("README", &["@all"][..]),
            ("src/a.rs", &["@rust", "me@example.com"]),
            ("docs/a.rs", &["@writers"]),
            ("src/docs/a.txt", &["@all"]),
            ("docs/api/x", &["@api"]),
            ("docs/api/deep/x", &["@writers"]),
            ("docs/draft/x", &[]),
        ] {
            assert_eq!(owners.of(path), expected, "{path}");
        }
        assert_eq!(Owners::parse("").of("a"), &[] as &[String]);
    }
}

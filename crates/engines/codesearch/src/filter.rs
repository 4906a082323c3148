//! Which files are looked at.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use scanner::Language;

use crate::{Error, Result};

/// At most so many path patterns.
const MOST_PATTERNS: usize = 32;
const LONGEST_PATTERN: usize = 300;

/// Paths and languages.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    languages: Vec<Language>,
    below: String,
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Filter {
    /// See [`Query`](crate::Query) for what the patterns mean.
    pub(crate) fn new(languages: &[Language], paths: &[String], below: &str) -> Result<Self> {
        if paths.len() > MOST_PATTERNS {
            return Err(Error::Path(format!("there are more than {MOST_PATTERNS} path patterns")));
        }
        let (mut include, mut exclude) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        let mut includes = false;
        for pattern in paths.iter().map(|it| it.trim()).filter(|it| !it.is_empty()) {
            if pattern.len() > LONGEST_PATTERN {
                return Err(Error::Path("a path pattern is too long".to_owned()));
            }
            match pattern.strip_prefix(['!', '-']) {
                Some(pattern) => add(&mut exclude, pattern)?,
                None => {
                    includes = true;
                    add(&mut include, pattern)?;
                }
            }
        }
        let build = |set: GlobSetBuilder| {
            set.build().map_err(|error| Error::Path(format!("a path pattern: {error}")))
        };
        Ok(Self {
            languages: languages.to_vec(),
            below: below.trim_matches('/').to_owned(),
            include: if includes { Some(build(include)?) } else { None },
            exclude: build(exclude)?,
        })
    }

    pub(crate) fn admits(&self, path: &str, language: Option<Language>) -> bool {
        (self.languages.is_empty() || language.is_some_and(|it| self.languages.contains(&it)))
            && self.is_below(path)
            && self.include.as_ref().is_none_or(|include| include.is_match(path))
            && !self.exclude.is_match(path)
    }

    fn is_below(&self, path: &str) -> bool {
        self.below.is_empty()
            || path
                .strip_prefix(&self.below)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The directory that a file counts for in a summary: the first one below
    /// where is looked; nothing for a file that lies right there.
    pub(crate) fn directory<'p>(&self, path: &'p str) -> Option<&'p str> {
        let start = if self.below.is_empty() { 0 } else { self.below.len() + 1 };
        let end = path.get(start..)?.find('/')?;
        path.get(..start + end)
    }
}

/// `*.rs` and `src` name files and directories anywhere, what holds a slash is
/// meant from the root on; a directory stands for what is in it.
fn add(set: &mut GlobSetBuilder, pattern: &str) -> Result<()> {
    let anchored = pattern.trim_end_matches('/').contains('/');
    let pattern = pattern.trim_start_matches("./").trim_matches('/');
    let whole = if anchored { pattern.to_owned() } else { format!("**/{pattern}") };
    for glob in [format!("{whole}/**"), whole] {
        let glob = GlobBuilder::new(&glob)
            .literal_separator(true)
            .backslash_escape(true)
            .build()
            .map_err(|error| Error::Path(format!("{pattern:?}: {}", error.kind())))?;
        set.add(glob);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(patterns: &[&str], below: &str) -> Vec<&'static str> {
        let patterns: Vec<_> = patterns.iter().map(|&it| it.to_owned()).collect();
        let filter = Filter::new(&[], &patterns, below).unwrap();
        ["a.rs", "src/b.rs", "src/deep/c.py", "lib/src/d.rs"]
            .into_iter()
            .filter(|path| filter.admits(path, None))
            .collect()
    }

    #[test]
    fn patterns() {
        assert_eq!(admitted(&["*.rs"], ""), ["a.rs", "src/b.rs", "lib/src/d.rs"]);
        assert_eq!(admitted(&["src"], ""), ["src/b.rs", "src/deep/c.py", "lib/src/d.rs"]);
        assert_eq!(admitted(&["/src"], ""), ["src/b.rs", "src/deep/c.py"]);
        assert_eq!(admitted(&["src/*"], ""), ["src/b.rs", "src/deep/c.py"]);
        assert_eq!(admitted(&["src/**/*.py"], ""), ["src/deep/c.py"]);
        assert_eq!(admitted(&["!lib", "*.rs"], ""), ["a.rs", "src/b.rs"]);
        assert_eq!(admitted(&["-*.rs"], ""), ["src/deep/c.py"]);
        assert_eq!(admitted(&[], "src"), ["src/b.rs", "src/deep/c.py"]);
        assert_eq!(admitted(&[], "src/b.rs"), ["src/b.rs"]);
        assert!(Filter::new(&[], &["a[".to_owned()], "").is_err());
    }

    #[test]
    fn directories() {
        let of =
            |below, path| Filter::new(&[], &[], below).unwrap().directory(path).map(str::to_owned);
        assert_eq!(of("", "src/deep/c.py").as_deref(), Some("src"));
        assert_eq!(of("src", "src/deep/c.py").as_deref(), Some("src/deep"));
        assert_eq!(of("src", "src/b.rs"), None);
        assert_eq!(of("", "a.rs"), None);
    }
}

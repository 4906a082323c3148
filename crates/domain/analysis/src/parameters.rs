//! Properties of analysers, `key=value` a line, and what they say about paths.
//!
//! The format is that of Java's properties as far as people use it: `#` and `!`
//! begin a comment line, `=`, `:` or a blank ends the key, `\` at the end of a
//! line continues it, and `\n`, `\t`, `\uXXXX` and `\` before any other
//! character stand for what they always do.

use base::{Error, Result};
use globset::{GlobBuilder, GlobMatcher};
use serde::{Deserialize, Serialize};

/// Properties in the order in which they were given; a later one wins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads properties. Every text is some properties.
    pub fn parse(text: &str) -> Self {
        let mut entries = Vec::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let line = line.trim_start();
            if line.is_empty() || line.starts_with(['#', '!']) {
                continue;
            }
            let mut logical = line.to_owned();
            while continues(&logical) {
                logical.pop();
                match lines.next() {
                    Some(next) => logical.push_str(next.trim_start()),
                    None => break,
                }
            }
            let (key, value) = split(&logical);
            if !key.is_empty() {
                entries.push((unescape(key), unescape(value.trim_end())));
            }
        }
        Self(entries)
    }

    /// The value of a property.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The values of a property that holds a list, separated by commas. Blanks
    /// around them and empty ones are dropped.
    pub fn list(&self, key: &str) -> Vec<String> {
        let value = self.get(key).unwrap_or_default();
        let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    }

    /// Every property, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The same with every `$name` and `${name}` in a value replaced by what
    /// `variable` knows; others stay.
    #[must_use]
    pub fn substitute(&self, variable: impl Fn(&str) -> Option<String>) -> Self {
        Self(
            self.0.iter().map(|(key, value)| (key.clone(), substitute(value, &variable))).collect(),
        )
    }

    /// What the properties `sonar.sources`, `sonar.tests`, `sonar.inclusions`,
    /// `sonar.exclusions` and `sonar.test.exclusions` say about paths.
    ///
    /// What `sonar.tests` names is no source, even where it lies below one.
    pub fn paths(&self) -> PathFilters {
        let sources = self.list("sonar.sources");
        let whole = sources.iter().any(|source| is_root(source));
        let mut exclusions = self.list("sonar.exclusions");
        let tests = self.list("sonar.tests");
        exclusions.extend(tests.into_iter().filter(|test| !is_root(test)));
        exclusions.extend(self.list("sonar.test.exclusions"));
        PathFilters {
            sources: if whole { Vec::new() } else { sources },
            inclusions: self.list("sonar.inclusions"),
            exclusions,
        }
    }
}

fn is_root(path: &str) -> bool {
    matches!(path.trim_end_matches('/'), "" | ".")
}

/// Whether the line ends in an odd number of backslashes.
fn continues(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '=' | ':' => return (&line[..at], line[at + 1..].trim_start()),
            c if c.is_whitespace() => {
                let rest = line[at..].trim_start();
                let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest);
                return (&line[..at], rest.trim_start());
            }
            _ => {}
        }
    }
    (line, "")
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('u') => {
                let code: String = chars.clone().take(4).collect();
                match u32::from_str_radix(&code, 16).ok().and_then(char::from_u32) {
                    Some(meant) if code.len() == 4 => {
                        out.push(meant);
                        chars.by_ref().take(4).for_each(drop);
                    }
                    _ => out.push('u'),
                }
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

fn substitute(value: &str, variable: &impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (name, end) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some((name, _)) => (name, name.len() + 2),
            None => {
                let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let end = after.find(|c| !is_name(c)).unwrap_or(after.len());
                (&after[..end], end)
            }
        };
        match variable(name) {
            Some(known) if !name.is_empty() => out.push_str(&known),
            _ => out.push_str(&rest[at..=at + end]),
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

/// Which paths of a depot are scanned: those below one of `sources`, that match
/// one of `inclusions`, and none of `exclusions`. An empty list restricts nothing.
///
/// Patterns are globs in which `*` stays within a directory and `**` does not;
/// one without a wildcard names a file, or a directory with all below it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PathFilters {
    /// Files and directories.
    pub sources: Vec<String>,
    /// Globs.
    pub inclusions: Vec<String>,
    /// Globs.
    pub exclusions: Vec<String>,
}

/// [`PathFilters`], ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct PathMatcher {
    sources: Vec<GlobMatcher>,
    inclusions: Vec<GlobMatcher>,
    exclusions: Vec<GlobMatcher>,
}

impl PathMatcher {
    /// Compiles the filters.
    ///
    /// # Errors
    /// `Invalid` on `paths` naming the pattern that is no glob.
    pub fn new(filters: &PathFilters) -> Result<Self> {
        Ok(Self {
            sources: compile(&filters.sources)?,
            inclusions: compile(&filters.inclusions)?,
            exclusions: compile(&filters.exclusions)?,
        })
    }

    /// Whether the file at `path`, from the root of the depot, is scanned.
    pub fn admits(&self, path: &str) -> bool {
        let any = |globs: &[GlobMatcher]| globs.iter().any(|glob| glob.is_match(path));
        (self.sources.is_empty() || any(&self.sources))
            && (self.inclusions.is_empty() || any(&self.inclusions))
            && !any(&self.exclusions)
    }
}

/// Patterns of files and directories: what names a directory means all below it.
fn compile(patterns: &[String]) -> Result<Vec<GlobMatcher>> {
    let mut globs = Vec::with_capacity(patterns.len() * 2);
    for pattern in patterns {
        let mut clean = pattern.trim();
        while let Some(rest) = clean.strip_prefix("./").or_else(|| clean.strip_prefix('/')) {
            clean = rest;
        }
        let clean = clean.trim_end_matches('/');
        if clean.is_empty() || clean == "." {
            globs.extend(glob("**").ok().flatten());
            continue;
        }
        for form in [clean.to_owned(), format!("{clean}/**")] {
            let glob = glob(&form)
                .map_err(|why| Error::invalid("paths", format!("have a pattern that {why}")))?;
            globs.extend(glob);
        }
    }
    Ok(globs)
}

/// A glob in which `*` stays within a directory; none for the empty text. The
/// error is to be read after "the pattern".
pub(crate) fn glob(pattern: &str) -> Result<Option<GlobMatcher>, String> {
    if pattern.is_empty() {
        return Ok(None);
    }
    let glob = GlobBuilder::new(pattern)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map_err(|error| format!("is no glob: {error}"))?;
    Ok(Some(glob.compile_matcher()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_read_as_java_reads_them() {
        let text = "# comment\n! another\n\n  sonar.projectKey = my:key \nsonar.sources=src,\\\n   lib ,\\\n\t./cmd/a\nempty=\nflag\nname\\ with\\=signs: v\\u00e9\\n!\nsonar.projectKey=second\nodd\\\\=x\n";
        let parameters = Parameters::parse(text);
        assert_eq!(parameters.get("sonar.projectKey"), Some("second"));
        assert_eq!(parameters.list("sonar.sources"), ["src", "lib", "./cmd/a"]);
        assert_eq!(parameters.get("empty"), Some(""));
        assert_eq!(parameters.get("flag"), Some(""));
        assert_eq!(parameters.get("name with=signs"), Some("vé\n!"));
        assert_eq!(parameters.get("odd\\"), Some("x"));
        assert_eq!(parameters.get("absent"), None);
        assert_eq!(parameters.iter().count(), 7);
    }

    #[test]
    fn variables_are_replaced_where_they_are_known() {
        let parameters = Parameters::parse("a=$branch/${branch}x$unknown ${open $");
        let known = parameters.substitute(|name| (name == "branch").then(|| "main".to_owned()));
        assert_eq!(known.get("a"), Some("main/mainx$unknown ${open $"));
    }

    fn admits(text: &str, path: &str) -> bool {
        PathMatcher::new(&Parameters::parse(text).paths()).unwrap().admits(path)
    }

    #[test]
    fn sources_and_exclusions_choose_paths() {
        let text =
            "sonar.sources=./cmd/app, lib\nsonar.exclusions=**/*_test.go,lib/gen/**,lib/*.tmp";
        for (path, expected) in [
            ("cmd/app/main.go", true),
            ("cmd/app/sub/x.go", true),
            ("cmd/app/x_test.go", false),
            ("cmd/application/main.go", false),
            ("lib/a.go", true),
            ("lib/gen/b.go", false),
            ("lib/a.tmp", false),
            ("lib/deep/a.tmp", true),
            ("other/lib/a.go", false),
            ("main.go", false),
        ] {
            assert_eq!(admits(text, path), expected, "{path}");
        }
    }

    #[test]
    fn without_sources_everything_is_scanned_and_a_dot_is_everything() {
        assert!(admits("", "a/b.c"));
        assert!(admits("sonar.sources=.", "a/b.c"));
        assert!(admits("sonar.sources=./", "b.c"));
        assert!(!admits("sonar.sources=.\nsonar.tests=test", "test/b.c"));
        assert!(admits("sonar.sources=.\nsonar.inclusions=**/*.py", "a/b.py"));
        assert!(admits("sonar.inclusions=**/*.py", "b.py"));
        assert!(!admits("sonar.inclusions=**/*.py", "a/b.c"));
        assert!(admits("sonar.inclusions=src/?.py", "src/a.py"));
        assert!(!admits("sonar.inclusions=src/?.py", "src/ab.py"));
    }

    #[test]
    fn what_is_no_glob_is_refused() {
        let filters = PathFilters { exclusions: vec!["a[".to_owned()], ..PathFilters::default() };
        let error = PathMatcher::new(&filters).unwrap_err();
        assert!(error.to_string().starts_with("paths have a pattern"), "{error}");
    }
}

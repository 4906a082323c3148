//! Patterns of the names of branches and tags, and of the paths of files.

use base::{Error, Result};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// The longest pattern, in bytes.
const MAX_PATTERN: usize = 256;

/// How many patterns stand together at most.
const MAX_PATTERNS: usize = 200;

/// A pattern of the names of branches or tags: `*` stands for any characters,
/// `/` among them, everything else for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamePattern(String);

impl NamePattern {
    /// Reads a pattern from outside.
    ///
    /// # Errors
    /// `Missing` or `Invalid` on `field` for what no name can match.
    pub(crate) fn parse(field: &'static str, text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::missing(field));
        }
        if text.len() > MAX_PATTERN {
            return Err(Error::invalid(field, "must have at most 256 characters"));
        }
        // Whatever stands for the stars, the rest must be possible in a name.
        if !git::is_branch_name(&text.replace('*', "x")) {
            return Err(Error::invalid(
                field,
                "matches no name that Git takes; only * is a wildcard",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// A pattern that was read before.
    pub(crate) fn stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether only one name matches.
    pub(crate) fn is_exact(&self) -> bool {
        !self.0.contains('*')
    }

    /// For choosing among several that match: a name beats patterns, and of
    /// those the one that says most beats the others.
    pub(crate) fn precision(&self) -> (bool, usize) {
        (self.is_exact(), self.0.bytes().filter(|byte| *byte != b'*').count())
    }

    /// Whether the whole of `name` matches. Takes at most the product of the
    /// two lengths.
    pub(crate) fn matches(&self, name: &str) -> bool {
        let (pattern, name) = (self.0.as_bytes(), name.as_bytes());
        let (mut at, mut read) = (0, 0);
        // The last star, and how much of the name it has taken.
        let mut star: Option<(usize, usize)> = None;
        while read < name.len() {
            if pattern.get(at) == Some(&b'*') {
                star = Some((at, read));
                at += 1;
            } else if pattern.get(at) == name.get(read) {
                at += 1;
                read += 1;
            } else if let Some((place, taken)) = star {
                star = Some((place, taken + 1));
                at = place + 1;
                read = taken + 1;
            } else {
                return false;
            }
        }
        pattern[at..].iter().all(|byte| *byte == b'*')
    }
}

/// Patterns of paths, read as Git reads those of `.gitignore`: without a slash
/// a pattern is about names in any directory, with one it starts at the root;
/// `*` and `?` stop at slashes, `**` does not; what names a directory is about
/// everything in it.
#[derive(Debug, Clone)]
pub(crate) struct PathPatterns {
    set: GlobSet,
    /// Of each glob of the set, which pattern it came from.
    owners: Vec<usize>,
    patterns: Vec<String>,
}

impl PathPatterns {
    /// Reads patterns; empty ones are left out.
    ///
    /// # Errors
    /// `Invalid` on `field` naming the pattern that cannot be read.
    pub(crate) fn parse<'a>(
        field: &'static str,
        patterns: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self> {
        let mut builder = GlobSetBuilder::new();
        let (mut owners, mut kept) = (Vec::new(), Vec::<String>::new());
        for pattern in patterns.into_iter().map(str::trim).filter(|line| !line.is_empty()) {
            let bad =
                |why: &str| Error::invalid(field, format!("has a pattern that {why}: {pattern}"));
            if pattern.len() > MAX_PATTERN {
                return Err(bad("has more than 256 characters"));
            }
            if kept.len() == MAX_PATTERNS {
                return Err(Error::invalid(field, "has more than 200 patterns"));
            }
            if pattern.starts_with('!') {
                return Err(bad("excludes, which is not possible here"));
            }
            for glob in globs(pattern, true) {
                let glob = GlobBuilder::new(&glob)
                    .literal_separator(true)
                    .backslash_escape(true)
                    .build()
                    .map_err(|_| bad("cannot be read"))?;
                builder.add(glob);
                owners.push(kept.len());
            }
            kept.push(pattern.to_owned());
        }
        let set = builder.build().map_err(|_| Error::invalid(field, "is too large"))?;
        Ok(Self { set, owners, patterns: kept })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// The patterns, in their order.
    pub(crate) fn as_slice(&self) -> &[String] {
        &self.patterns
    }

    /// The first pattern that `path` matches.
    pub(crate) fn first(&self, path: &str) -> Option<&str> {
        let found = self.set.matches(path).into_iter().map(|glob| self.owners[glob]).min()?;
        Some(&self.patterns[found])
    }

    /// The places of all patterns that `path` matches, in their order.
    pub(crate) fn all(&self, path: &str) -> Vec<usize> {
        let mut places: Vec<usize> =
            self.set.matches(path).into_iter().map(|glob| self.owners[glob]).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// Patterns of any kind, one a line, asked about a path of any kind: for tests
/// and fuzzing. Panics where something is found that must not be.
pub fn probe(path: &str, patterns: &str) {
    if let Ok(all) = PathPatterns::parse("pattern", patterns.lines()) {
        let (first, places) = (all.first(path), all.all(path));
        assert_eq!(first, places.first().map(|place| &*all.as_slice()[*place]));
    }
    for line in patterns.lines() {
        if let Ok(pattern) = NamePattern::parse("pattern", line) {
            assert!(!pattern.is_exact() || pattern.matches(pattern.as_str()));
            assert!(!pattern.is_exact() || !pattern.matches(path) || path == pattern.as_str());
            assert!(pattern.precision().1 <= line.len());
        }
    }
}

/// A pattern in the words of `globset`, whose globs always start at the root.
/// With `below`, what a directory of that name holds matches, too.
pub(super) fn globs(pattern: &str, below: bool) -> Vec<String> {
    let (body, directory) = match pattern.strip_suffix('/') {
        Some(body) => (body, true),
        None => (pattern, false),
    };
    let anchored = body.contains('/');
    let body = body.strip_prefix('/').unwrap_or(body);
    // Braces are no wildcards to Git, and what a class excludes never lets in a
    // slash.
    let body = body.replace('{', "\\{").replace('}', "\\}");
    let body = body.replace("[!", "[!/").replace("[^", "[!/");
    let body = if anchored { body } else { format!("**/{body}") };
    match (directory, below) {
        (true, _) => vec![format!("{body}/**")],
        (false, true) => vec![format!("{body}/**"), body],
        (false, false) => vec![body],
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use super::*;

    /// Numbers that are the same each time.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 % sides as u64).unwrap()
        }

        fn text(&mut self, letters: &[&str], longest: usize) -> String {
            (0..self.roll(longest + 1)).map(|_| letters[self.roll(letters.len())]).collect()
        }
    }

    #[test]
    fn names_match_as_the_same_regular_expression_does() {
        let mut dice = Dice(7);
        let mut matched = 0;
        for _ in 0..20_000 {
            let pattern = dice.text(&["a", "b", "/", "*", "é"], 8);
            let name = dice.text(&["a", "b", "/", "é"], 10);
            let expression = regex::escape(&pattern).replace("\\*", ".*");
            let oracle = regex::Regex::new(&format!("^{expression}$")).unwrap().is_match(&name);
            assert_eq!(NamePattern::stored(&*pattern).matches(&name), oracle, "{pattern} {name}");
            matched += usize::from(oracle);
        }
        assert!(matched > 500, "{matched}");
        // What backtracks without end elsewhere.
        let pattern = NamePattern::stored(format!("{}c", "a*".repeat(60)));
        assert!(!pattern.matches(&format!("{}b", "a".repeat(10_000))));
    }

    #[test]
    fn patterns_of_names_are_checked() {
        for good in ["main", "dev/*", "*-stable", "*", "2022.01*", "发布/*", "a*b*c"] {
            assert_eq!(NamePattern::parse("rule", good).unwrap().as_str(), good);
        }
        assert_eq!(NamePattern::parse("rule", " dev ").unwrap().as_str(), "dev");
        for bad in ["a b", "/a", "a//b", "a..b", "-a", "a~", "a?", "[a]", "a.lock", "HEAD", "a/"] {
            let error = NamePattern::parse("rule", bad).unwrap_err();
            assert!(error.to_string().starts_with("rule "), "{bad}: {error}");
        }
        assert!(matches!(NamePattern::parse("rule", " "), Err(Error::Missing { .. })));
        assert!(NamePattern::parse("rule", &"x".repeat(300)).is_err());
    }

    /// Which of `paths` Git ignores under one line of `.gitignore`.
    fn ignored(directory: &std::path::Path, pattern: &str, paths: &[String]) -> Vec<String> {
        std::fs::write(directory.join(".gitignore"), format!("{pattern}\n")).unwrap();
        let mut git = Command::new("git")
            .current_dir(directory)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("HOME", "/nonexistent")
            .args(["check-ignore", "--no-index", "--stdin", "-z"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = git.stdin.take().unwrap();
        input.write_all(paths.join("\0").as_bytes()).unwrap();
        drop(input);
        let output = git.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn paths_match_as_in_gitignore() {
        let directory = tempfile::tempdir().unwrap();
        let init = ["init", "-q", "."];
        assert!(Command::new("git").current_dir(&directory).args(init).status().unwrap().success());
        let mut dice = Dice(11);
        let letters = ["a", "b", ".c", "*", "?", "[ab]", "[!a]"];
        let mut matched = 0;
        for _ in 0..150 {
            let parts: Vec<String> = (0..1 + dice.roll(3))
                .map(|_| match dice.roll(6) {
                    0 => "**".to_owned(),
                    _ => format!("{}{}", letters[dice.roll(7)], dice.text(&letters, 2)),
                })
                .collect();
            let edges = ["", "/"];
            let (start, end) = (edges[dice.roll(2)], edges[dice.roll(2)]);
            let pattern = format!("{start}{}{end}", parts.join("/"));
            // Stars beside stars inside a part mean nothing to Git, and it tells
            // files from directories where a path says nothing of that.
            let odd = parts.iter().any(|part| part != "**" && part.contains("**"));
            if odd || (end == "/" && parts.last().is_some_and(|part| part == "**")) {
                continue;
            }
            let paths: Vec<String> = (0..40)
                .map(|_| {
                    let depth = 1 + dice.roll(3);
                    let mut parts = Vec::new();
                    for _ in 0..depth {
                        let part = dice.text(&["a", "b", ".c"], 3);
                        parts.push(if part.is_empty() || part == "." { "a".into() } else { part });
                    }
                    parts.join("/")
                })
                .collect();
            let expected = ignored(directory.path(), &pattern, &paths);
            let patterns = PathPatterns::parse("files", [&*pattern]).unwrap();
            for path in &paths {
                let ours = patterns.first(path).is_some();
                assert_eq!(ours, expected.contains(path), "{pattern} {path}");
                matched += usize::from(ours);
            }
        }
        assert!(matched > 300, "{matched}");
    }

    #[test]
    fn of_several_patterns_the_first_is_named_and_bad_ones_are_refused() {
        let lines = ["", "*.jar", " lib/ ", "/a{b}.txt"];
        let patterns = PathPatterns::parse("files", lines).unwrap();
        assert_eq!(patterns.as_slice(), ["*.jar", "lib/", "/a{b}.txt"]);
        assert_eq!(patterns.first("x/lib/y.jar"), Some("*.jar"));
        assert_eq!(patterns.all("x/lib/y.jar"), [0, 1]);
        assert_eq!(patterns.first("a{b}.txt"), Some("/a{b}.txt"));
        assert_eq!(patterns.first("lib"), None);
        for bad in ["[a", "!x", &"x".repeat(300)] {
            let error = PathPatterns::parse("files", [bad]).unwrap_err();
            assert!(error.to_string().starts_with("files has a pattern"), "{error}");
        }
        assert!(PathPatterns::parse("files", vec!["a"; 201]).is_err());
    }
}

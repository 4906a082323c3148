//! Searching: which files match, in which order they are worth reading.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::time::Instant;

use scanner::{Language, SkipReason};

use crate::corpus::{Corpus, Loose, LooseText};
use crate::document::Symbol;
use crate::filter::Filter;
use crate::pattern::{Line, Pattern, Reading};
use crate::show::{self, Shown, Wish};
use crate::{Result, Snapshot};

/// What is looked for, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The text or regular expression, matched on each line by itself.
    pub text: String,
    /// How it is to be read.
    pub reading: Reading,
    /// Only files in one of these languages; empty for any.
    pub languages: Vec<Language>,
    /// Only files that one of these admits, if there is any: `*.rs` and `src`
    /// anywhere, `/src` and `src/*.rs` from the root on. With `!` or `-` before
    /// it, a pattern leaves files out.
    pub paths: Vec<String>,
    /// Only files in this directory, or this file; empty for any.
    pub below: String,
}

/// A query made ready; it can be run on any number of branches.
#[derive(Debug, Clone)]
pub struct Search {
    pub(crate) pattern: Pattern,
    filter: Filter,
}

/// When a search has to end.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// At this moment, with what it has found.
    pub deadline: Instant,
    /// It keeps so many files, the best ones.
    pub files: usize,
}

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The best files, the best one first.
    pub hits: Vec<Hit>,
    /// How many files match.
    pub files: u64,
    /// How many lines match.
    pub lines: u64,
    /// How many of the files are in each language.
    pub languages: HashMap<Language, u64>,
    /// How many of the files are in each directory at the top, or right below
    /// [`Query::below`].
    pub directories: HashMap<String, u64>,
    /// Files whose content is too large to be searched.
    pub too_large: u32,
    /// Time ran out: there may be more files than were found.
    pub incomplete: bool,
}

/// A file that matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Its number.
    pub file: u32,
    /// How many of its lines match; none where only the path does.
    pub lines: u32,
    /// How good it is.
    pub rank: Rank,
}

/// How good a hit is: by definitions first, then by its path, by whole words,
/// and by how much the file is its authors' own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Rank {
    /// A definition matches in part, or as a whole.
    pub symbol: Match,
    /// The path matches in part, the file's name does, or the file's whole name.
    pub path: PathMatch,
    /// A match has no letter or digit beside it.
    pub word: bool,
    /// What kind of file it is.
    pub file: FileClass,
}

/// How much of a name matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Match {
    /// Nothing.
    #[default]
    No,
    /// Some of it.
    Part,
    /// All of it.
    Whole,
}

/// How much of a path matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum PathMatch {
    /// Nothing.
    #[default]
    No,
    /// A directory's name, or beyond.
    Directory,
    /// A part of the file's name.
    Name,
    /// The file's name, with or without its extension.
    Whole,
}

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum FileClass {
    /// Others', or a tool's.
    Foreign,
    /// A test.
    Test,
    /// The authors' own.
    #[default]
    Own,
}

impl Search {
    /// Makes a query ready.
    ///
    /// # Errors
    /// [`Error::Pattern`](crate::Error::Pattern) or
    /// [`Error::Path`](crate::Error::Path), for whoever wrote it.
    pub fn new(query: &Query) -> Result<Self> {
        Ok(Self {
            pattern: Pattern::new(&query.text, query.reading)?,
            filter: Filter::new(&query.languages, &query.paths, &query.below)?,
        })
    }

    /// Runs it on an indexed branch.
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt) when the index is damaged.
    pub fn run(&self, branch: &Snapshot, limits: Limits) -> Result<Found> {
        run(self, branch, limits)
    }

    /// Runs it on files that are in no index, reading each.
    ///
    /// # Errors
    /// Never at present.
    pub fn run_loose<R>(&self, files: &Loose<R>, limits: Limits) -> Result<Found>
    where
        R: Fn(u32, &mut Vec<u8>) -> LooseText,
    {
        run(self, files, limits)
    }

    /// The matching lines of a file of an indexed branch.
    ///
    /// # Errors
    /// [`Error::Corrupt`](crate::Error::Corrupt) when the index is damaged.
    pub fn show(&self, branch: &Snapshot, file: u32, wish: Wish) -> Result<Shown> {
        show::show(self, branch, file, wish)
    }

    /// The matching lines of a file that is in no index.
    ///
    /// # Errors
    /// Never at present.
    pub fn show_loose<R>(&self, files: &Loose<R>, file: u32, wish: Wish) -> Result<Shown>
    where
        R: Fn(u32, &mut Vec<u8>) -> LooseText,
    {
        show::show(self, files, file, wish)
    }
}

fn run(search: &Search, corpus: &impl Corpus, limits: Limits) -> Result<Found> {
    let mut found = Found { too_large: corpus.too_large(), ..Found::default() };
    let admitted: Vec<u32> = (0..corpus.count())
        .filter(|file| search.filter.admits(corpus.path(*file), corpus.language(*file)))
        .collect();
    let mut candidates = admitted.clone();
    corpus.narrow(search.pattern.condition(), &mut candidates)?;
    // The authors' own files first, in case time runs out.
    let class = |file: &u32| class(corpus.path(*file), corpus.is_generated(*file));
    let mut with_class: Vec<(FileClass, u32)> =
        candidates.into_iter().map(|file| (class(&file), file)).collect();
    with_class.sort_by_key(|(class, file)| (std::cmp::Reverse(*class), *file));
    let mut in_content = vec![false; corpus.count() as usize];
    let mut text = Vec::new();
    let mut top = Top { hits: Vec::new(), most: limits.files };
    for (class, file) in with_class {
        if Instant::now() >= limits.deadline {
            found.incomplete = true;
            break;
        }
        if !corpus.text(file, &mut text)? {
            continue;
        }
        let matching = matching(search, corpus, file, &text, limits.deadline)?;
        found.incomplete |= matching.incomplete;
        if matching.lines > 0 {
            in_content[file as usize] = true;
            let path = path_match(&search.pattern, corpus.path(file));
            let rank = Rank { symbol: matching.symbol, path, word: matching.word, file: class };
            found.lines += u64::from(matching.lines);
            count(search, corpus, file, &mut found);
            top.put(Hit { file, lines: matching.lines, rank });
        }
    }
    for file in admitted.into_iter().filter(|file| !in_content[*file as usize]) {
        let path = path_match(&search.pattern, corpus.path(file));
        if path > PathMatch::No {
            let rank = Rank { path, file: class(&file), ..Rank::default() };
            count(search, corpus, file, &mut found);
            top.put(Hit { file, lines: 0, rank });
        }
    }
    found.hits = top.finish();
    Ok(found)
}

fn count(search: &Search, corpus: &impl Corpus, file: u32, found: &mut Found) {
    found.files += 1;
    if let Some(language) = corpus.language(file) {
        *found.languages.entry(language).or_default() += 1;
    }
    if let Some(directory) = search.filter.directory(corpus.path(file)) {
        match found.directories.get_mut(directory) {
            Some(count) => *count += 1,
            None => {
                found.directories.insert(directory.to_owned(), 1);
            }
        }
    }
}

/// The best hits so far, and some more.
struct Top {
    hits: Vec<Hit>,
    most: usize,
}

impl Top {
    fn put(&mut self, hit: Hit) {
        self.hits.push(hit);
        if self.hits.len() >= self.most.saturating_mul(2).max(64) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.hits.sort_by_key(order);
        self.hits.truncate(self.most);
    }

    fn finish(mut self) -> Vec<Hit> {
        self.cut();
        self.hits
    }
}

/// The best one first; by path where they are equally good.
fn order(hit: &Hit) -> (std::cmp::Reverse<Rank>, bool, u32) {
    (std::cmp::Reverse(hit.rank), hit.lines == 0, hit.file)
}

#[derive(Default)]
struct Matching {
    lines: u32,
    symbol: Match,
    word: bool,
    incomplete: bool,
}

fn matching(
    search: &Search,
    corpus: &impl Corpus,
    file: u32,
    text: &[u8],
    deadline: Instant,
) -> Result<Matching> {
    let mut out = Matching::default();
    let mut symbols: Option<Vec<Symbol>> = None;
    let mut failed = None;
    let ended = search.pattern.lines(text, deadline, |line| {
        out.lines += 1;
        if symbols.is_none() {
            match corpus.symbols(file, text) {
                Ok(found) => symbols = Some(found),
                Err(error) => {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
            }
        }
        if out.symbol < Match::Whole {
            for symbol in on_line(symbols.as_deref().unwrap_or_default(), line.number) {
                out.symbol = out.symbol.max(defines(&search.pattern, line, symbol));
            }
        }
        out.word =
            out.word || search.pattern.ranges(line.text).take(8).any(|it| is_word(line.text, it));
        ControlFlow::Continue(())
    });
    out.incomplete = ended.is_err();
    match failed {
        Some(error) => Err(error),
        None => Ok(out),
    }
}

/// The definitions on a line.
pub(crate) fn on_line(symbols: &[Symbol], line: u32) -> &[Symbol] {
    let start = symbols.partition_point(|symbol| symbol.line < line);
    let end = symbols.partition_point(|symbol| symbol.line <= line);
    &symbols[start..end]
}

/// How much of a definition's name matches on its line.
pub(crate) fn defines(pattern: &Pattern, line: Line<'_>, symbol: &Symbol) -> Match {
    let start = symbol.column as usize;
    let end = start + symbol.name.len();
    let mut best = Match::No;
    for range in pattern.ranges(line.text) {
        if range.start < end && start < range.end {
            let whole = range.start <= start && end <= range.end;
            best = best.max(if whole { Match::Whole } else { Match::Part });
        }
    }
    best
}

fn is_word(line: &[u8], range: std::ops::Range<usize>) -> bool {
    let part = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80)
    };
    let before = range.start.checked_sub(1).and_then(|at| line.get(at));
    !part(before) && !part(line.get(range.end))
}

fn path_match(pattern: &Pattern, path: &str) -> PathMatch {
    if !pattern.is_match(path.as_bytes()) {
        return PathMatch::No;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let whole = |name: &str| {
        pattern.ranges(name.as_bytes()).any(|range| range.start == 0 && range.end == name.len())
    };
    if whole(name) || (!stem.is_empty() && whole(stem)) {
        PathMatch::Whole
    } else if pattern.is_match(name.as_bytes()) {
        PathMatch::Name
    } else {
        PathMatch::Directory
    }
}

fn class(path: &str, generated: bool) -> FileClass {
    let foreign = matches!(
        scanner::admit_path(path),
        Some(SkipReason::Vendored | SkipReason::Minified | SkipReason::Generated)
    );
    if generated || foreign || path.split('/').any(|part| matches!(part, "deps" | "dist")) {
        FileClass::Foreign
    } else if is_test(path) {
        FileClass::Test
    } else {
        FileClass::Own
    }
}

fn is_test(path: &str) -> bool {
    let (directories, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or(name);
    directories
        .split('/')
        .any(|it| matches!(it, "test" | "tests" | "testdata" | "__tests__" | "spec" | "fixtures"))
        || stem.ends_with("_test")
        || stem.starts_with("test_")
        || stem.ends_with("Test")
        || stem.ends_with("Tests")
        || name.contains(".test.")
        || name.contains(".spec.")
}

//! Random files and patterns, and what they should give.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use codesearch::{BlobId, Cache, Document, FileEntry, Index, Limits, Query, Search, Wish, Writer};
use xxhash_rust::xxh3::xxh3_128;

/// Numbers that a seed brings back.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }

    pub(crate) fn one_of<'t, T: ?Sized>(&mut self, of: &[&'t T]) -> &'t T {
        of[self.below(of.len())]
    }
}

pub(crate) type Files = BTreeMap<String, Vec<u8>>;

const WORDS: &[&[u8]] = &[
    b"foo",
    b"Foo",
    b"FOO",
    b"bar",
    b"foobar",
    b"a",
    b"b",
    b"ab",
    b"aa",
    b"x1",
    b"_",
    b"-",
    b".",
    b"(",
    b")",
    b"main",
    b"return",
    b"  ",
    b" ",
    b"\t",
    "你好".as_bytes(),
    "好".as_bytes(),
    "é".as_bytes(),
    "É".as_bytes(),
    "Привет".as_bytes(),
    "\u{212a}".as_bytes(),
    "\u{17f}".as_bytes(),
    b"k",
    b"S",
    b"\xff",
    b"\xe2\x84",
    b"\x89",
    b"\r",
    b"=",
    b"fn",
    b"0",
];

/// A line, without a line feed.
pub(crate) fn line(dice: &mut Dice) -> Vec<u8> {
    let words = match dice.below(40) {
        0 => 4000,
        1..5 => 0,
        _ => dice.below(9),
    };
    (0..words).flat_map(|_| dice.one_of(WORDS).to_vec()).collect()
}

pub(crate) fn content(dice: &mut Dice) -> Vec<u8> {
    if dice.below(30) == 0 {
        return b"bin\0ary foo foobar\n".to_vec();
    }
    let end: &[u8] = dice.one_of(&[&b"\n"[..], b"\n", b"\r\n"]);
    let mut text = Vec::new();
    for _ in 0..dice.below(25) {
        text.extend(line(dice));
        text.extend_from_slice(end);
    }
    if dice.below(3) == 0 {
        text.extend(line(dice));
    }
    text
}

pub(crate) fn path(dice: &mut Dice) -> String {
    let names = ["a", "foo", "src", "lib", "你好", "Bar"];
    let ends = ["c", "rs", "py", "txt", "go", "h"];
    let mut path = String::new();
    for _ in 0..dice.below(3) {
        path.push_str(names[dice.below(names.len())]);
        path.push('/');
    }
    format!("{path}{}{}.{}", names[dice.below(names.len())], dice.below(6), ends[dice.below(6)])
}

/// A regular expression, most of the time a good one.
pub(crate) fn regex(dice: &mut Dice, depth: usize) -> String {
    const ATOMS: &[&str] = &[
        "foo",
        "bar",
        "a",
        "b",
        "ab",
        ".",
        "\\w",
        "\\s",
        "\\d",
        "[ab]",
        "[^a]",
        "^",
        "$",
        "\\b",
        "好",
        "é",
        "main",
        "(?i:foo)",
        "k",
        "\\x{17f}",
        "[a-f]",
        "\\S",
        "o+",
        "\\(",
        "[[:alpha:]]",
        "(?-u:\\xff)",
        "\\r",
        "[kx]",
        "\\B",
        "Привет",
        "(?s:.)",
        "\\A",
        "\\z",
        "(?m:$)",
        "(?m:^)",
        "(?R:$)",
    ];
    if depth == 0 {
        return dice.one_of(ATOMS).to_owned();
    }
    let mut sub = || regex(dice, depth - 1);
    let (one, two, three) = (sub(), sub(), sub());
    match dice.below(9) {
        0 => format!("{one}|{two}"),
        1 => format!("(?:{one})*"),
        2 => format!("(?:{one})+{two}"),
        3 => format!("(?:{one})?{two}"),
        4 => format!("(?:{one}){{2,3}}"),
        5 => format!("(?:{one}|{two}){three}"),
        6 => format!("{one}.*{two}"),
        _ => format!("{one}{two}{three}"),
    }
}

pub(crate) fn blob(content: &[u8]) -> BlobId {
    BlobId::from_bytes(&xxh3_128(content).to_be_bytes())
}

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn open(index: &Index) -> Writer {
    index.write(PATIENCE, &|| false).unwrap()
}

/// Adds a branch's files without committing.
pub(crate) fn put(writer: &mut Writer, branch: &str, files: &Files) {
    let mut entries = Vec::new();
    for (path, content) in files {
        let blob = blob(content);
        if !writer.has(&blob) {
            writer.add(blob, &Document::new(path, content)).unwrap();
        }
        entries.push(FileEntry { path: path.clone(), blob, searched: true });
    }
    writer.set_branch(branch, &format!("commit of {branch}"), &entries).unwrap();
}

pub(crate) fn far() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

pub(crate) fn limits() -> Limits {
    Limits { deadline: far(), files: 10_000 }
}

pub(crate) fn everything() -> Wish {
    Wish {
        skip: 0,
        lines: usize::MAX,
        context: 0,
        symbols_first: false,
        width: usize::MAX,
        deadline: far(),
    }
}

/// The matching lines by path; a file whose path alone matches has none.
pub(crate) type Lines = BTreeMap<String, Vec<u32>>;

/// What the index gives.
pub(crate) fn ask(index: &Index, cache: &Cache, branch: &str, query: &Query) -> Option<Lines> {
    let search = Search::new(query).ok()?;
    let snapshot = cache.snapshot(index, branch).unwrap().unwrap();
    let found = search.run(&snapshot, limits()).unwrap();
    assert!(!found.incomplete);
    assert_eq!(found.files, found.hits.len() as u64);
    let mut lines = Lines::new();
    for hit in &found.hits {
        let shown = search.show(&snapshot, hit.file, everything()).unwrap();
        assert_eq!(shown.matching, hit.lines, "{query:?}");
        let numbers = shown.blocks.iter().flatten().filter(|it| it.is_match).map(|it| it.number);
        let path = snapshot.file_path(hit.file).to_owned();
        assert!(lines.insert(path, numbers.collect()).is_none());
    }
    assert_eq!(found.lines, lines.values().map(|it| it.len() as u64).sum::<u64>());
    Some(lines)
}

/// What looking at every line gives.
pub(crate) fn brute(files: &Files, query: &Query) -> Lines {
    let mut source =
        if query.reading.regex { query.text.clone() } else { regex_syntax::escape(&query.text) };
    if query.reading.word {
        source = format!("\\b{{start-half}}(?:{source})\\b{{end-half}}");
    }
    let pattern = regex::bytes::RegexBuilder::new(&source)
        .case_insensitive(!query.reading.case_sensitive)
        .build()
        .unwrap();
    let mut found = Lines::new();
    for (path, content) in files {
        let mut lines = Vec::new();
        if !content[..content.len().min(8000)].contains(&0) {
            let mut rest: Vec<&[u8]> = content.split(|byte| *byte == b'\n').collect();
            if rest.last().is_some_and(|last| last.is_empty()) {
                rest.pop();
            }
            for (number, line) in (1..).zip(rest) {
                if pattern.is_match(line.strip_suffix(b"\r").unwrap_or(line)) {
                    lines.push(number);
                }
            }
        }
        if !lines.is_empty() || pattern.is_match(path.as_bytes()) {
            found.insert(path.clone(), lines);
        }
    }
    found
}

//! Queries and files that nobody means well with.

use std::time::{Duration, Instant};

use codesearch::{Cache, Index, LARGEST_TEXT, Limits, Query, Reading, Search};

use crate::shop::{Files, ask, brute, limits, open, put};

const REGEX: Reading = Reading { regex: true, case_sensitive: true, word: false };

fn query(text: &str, reading: Reading) -> Query {
    Query { text: text.to_owned(), reading, ..Query::default() }
}

fn indexed(files: &Files) -> (tempfile::TempDir, Index) {
    let directory = tempfile::tempdir().unwrap();
    let index = Index::at(directory.path().join("index"));
    let mut writer = open(&index);
    put(&mut writer, "main", files);
    writer.commit().unwrap();
    (directory, index)
}

#[test]
fn expensive_patterns_end_in_time_and_say_so() {
    let mut files = Files::new();
    for number in 0..12 {
        let line = format!("{}{}\n", "aab".repeat(30), number);
        files.insert(format!("{number}.txt"), line.repeat(8_000).into_bytes());
    }
    let (_directory, index) = indexed(&files);
    let snapshot = Cache::default().snapshot(&index, "main").unwrap().unwrap();
    let mut incomplete = 0;
    for pattern in [
        "(a*)*c$",
        "(a|aa|ab|b)+$$c",
        "(x+x+)+y",
        "(.*)*(.*)*z",
        "(\\w+\\s?){8}!",
        ".{0,60}c.{0,60}",
        "(?i)(a|b|ab)*[^ab0-9]",
        "\\pL{20}x",
        "(a?){40}a{40}c",
    ] {
        let search = Search::new(&query(pattern, REGEX)).unwrap_or_else(|error| panic!("{error}"));
        let start = Instant::now();
        let deadline = start + Duration::from_millis(100);
        let found = search.run(&snapshot, Limits { deadline, files: 100 }).unwrap();
        incomplete += u32::from(found.incomplete);
        assert!(start.elapsed() < Duration::from_secs(60), "{pattern}: {:?}", start.elapsed());
    }
    let found = Search::new(&query("aab", REGEX))
        .unwrap()
        .run(&snapshot, Limits { deadline: Instant::now(), files: 100 })
        .unwrap();
    assert!(found.incomplete && found.files == 0, "time was up before it began");
    eprintln!("{incomplete} were given up");
}

#[test]
fn empty_huge_and_broken_patterns_are_refused() {
    let refused = |text: &str, reading| Search::new(&query(text, reading)).unwrap_err().to_string();
    assert!(refused("", Reading::default()).contains("nothing"));
    assert!(refused(&"a".repeat(10 << 20), Reading::default()).contains("bytes"));
    let nested = format!("{}a{}", "(".repeat(400), ")".repeat(400));
    assert!(refused(&nested, REGEX).contains("nest"), "{}", refused(&nested, REGEX));
    assert!(refused("[", REGEX).contains("unclosed"));
    assert!(refused("a{100000}", REGEX).contains("too long"));
    let paths = Query { paths: vec!["{".repeat(200)], ..query("a", REGEX) };
    assert!(Search::new(&paths).is_err());
}

#[test]
fn a_pattern_for_everything_finds_everything() {
    let mut files = Files::new();
    files.insert("a".to_owned(), b"1\n\n3".to_vec());
    files.insert("empty".to_owned(), Vec::new());
    files.insert("cr".to_owned(), b"\r\n\r\n".to_vec());
    let (_directory, index) = indexed(&files);
    let cache = Cache::default();
    for pattern in [".*", "", "^", "$", "a*", "(?s).*"] {
        let query = query(if pattern.is_empty() { "|" } else { pattern }, REGEX);
        assert_eq!(ask(&index, &cache, "main", &query).unwrap(), brute(&files, &query));
    }
}

#[test]
fn odd_files_are_found_by_what_can_be_known() {
    let mut files = Files::new();
    files.insert("gbk.txt".to_owned(), b"int caf\xe9 = 1; // \xc4\xe3\xba\xc3 needle\n".to_vec());
    files.insert("long.js".to_owned(), [b"x=1;".repeat(200_000), b"needle".to_vec()].concat());
    files.insert("crlf.c".to_owned(), b"needle\r\nint needle;\r\n".to_vec());
    files.insert("utf16.txt".to_owned(), b"\xff\xfen\0e\0e\0d\0l\0e\0".to_vec());
    let mut large = [&[b' '; 57], &b"needle\n"[..]].concat().repeat(LARGEST_TEXT / 64 + 1);
    files.insert("needle-large.log".to_owned(), large.clone());
    large.truncate(LARGEST_TEXT);
    files.insert("just.log".to_owned(), large);
    let (_directory, index) = indexed(&files);
    let cache = Cache::default();
    let needle = query("needle", Reading::default());
    let lines = ask(&index, &cache, "main", &needle).unwrap();
    assert_eq!(lines["gbk.txt"], [1]);
    assert_eq!(lines["long.js"], [1]);
    assert_eq!(lines["crlf.c"], [1, 2]);
    assert!(!lines.contains_key("utf16.txt"));
    assert!(lines["needle-large.log"].is_empty(), "found by its path");
    assert_eq!(lines["just.log"].len(), LARGEST_TEXT / 64);
    let snapshot = cache.snapshot(&index, "main").unwrap().unwrap();
    let search = Search::new(&needle).unwrap();
    assert_eq!(search.run(&snapshot, limits()).unwrap().too_large, 1);
    let sized = crate::shop::everything();
    let long = (0..snapshot.len() as u32).find(|it| snapshot.file_path(*it) == "long.js").unwrap();
    let shown = search.show(&snapshot, long, codesearch::Wish { width: 200, ..sized }).unwrap();
    let line = &shown.blocks[0][0];
    assert!(line.text.len() <= 210 && line.cut_before && !line.cut_after);
    assert_eq!(&line.text[line.matches[0].clone()], "needle");
}

//! What the index finds is what looking at every line finds.

use codesearch::{Cache, FileEntry, Index, Loose, LooseFile, LooseText, Query, Reading, Search};

use crate::shop::{
    self, Dice, Files, ask, brute, content, everything, limits, line, open, path, put, regex,
};

/// How many histories are tried, and from which seed on.
fn rounds() -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var_os(name)?.to_str()?.parse::<u64>().ok();
    let first = number("MORTISE_SEARCH_SEED").unwrap_or(1);
    first..first + number("MORTISE_SEARCH_ROUNDS").unwrap_or(3)
}

fn query(dice: &mut Dice, files: &Files) -> Query {
    let reading = Reading {
        regex: dice.below(3) > 0,
        case_sensitive: dice.below(2) == 0,
        word: dice.below(4) == 0,
    };
    let text = if reading.regex {
        let depth = dice.below(3);
        regex(dice, depth)
    } else {
        // Something that is there, as a rule.
        let source = match (dice.below(4), files.values().nth(dice.below(files.len().max(1)))) {
            (1.., Some(content)) => content.clone(),
            _ => line(dice),
        };
        let text = String::from_utf8_lossy(&source).into_owned();
        let characters: Vec<char> = text.chars().collect();
        let from = dice.below(characters.len().max(1));
        let text: String = characters.iter().skip(from).take(1 + dice.below(8)).collect();
        text.replace(['\n', '\0', '\u{fffd}'], "f")
    };
    Query { text, reading, ..Query::default() }
}

/// Compares some searches of every branch; returns how many could be asked.
fn compare(dice: &mut Dice, index: &Index, cache: &Cache, branches: &[(&str, &Files)]) -> usize {
    let mut asked = 0;
    for (branch, files) in branches {
        for _ in 0..20 {
            let query = query(dice, files);
            let Some(found) = ask(index, cache, branch, &query) else { continue };
            let expected = brute(files, &query);
            assert_eq!(found, expected, "{query:?} on {branch}");
            asked += 1;
        }
    }
    asked
}

fn change(dice: &mut Dice, files: &mut Files) {
    for _ in 0..1 + dice.below(6) {
        let some = files.keys().nth(dice.below(files.len().max(1))).cloned();
        match (dice.below(4), some) {
            (0, Some(old)) => {
                files.remove(&old);
            }
            (1, Some(old)) => {
                let content = files.remove(&old).unwrap_or_default();
                files.insert(path(dice), content);
            }
            _ => {
                files.insert(path(dice), content(dice));
            }
        }
    }
}

#[test]
fn the_index_finds_what_every_line_says_through_any_history() {
    let mut asked = 0;
    for seed in rounds() {
        eprintln!("seed {seed}");
        let dice = &mut Dice::new(seed);
        let directory = tempfile::tempdir().unwrap();
        let index = Index::at(directory.path().join("index"));
        let cache = Cache::default();
        let mut main = Files::new();
        for _ in 0..1 + dice.below(40) {
            main.insert(path(dice), content(dice));
        }
        let mut other = main.clone();
        for step in 0..9 {
            let mut writer = open(&index);
            put(&mut writer, "main", &main);
            put(&mut writer, "other", &other);
            writer.commit().unwrap();
            if step % 3 == 2 {
                while writer.merge(&|| false).unwrap() {}
                writer.commit().unwrap();
            }
            drop(writer);
            asked += compare(dice, &index, &cache, &[("main", &main), ("other", &other)]);
            change(dice, &mut main);
            if dice.below(2) == 0 {
                change(dice, &mut other);
            }
            if dice.below(6) == 0 {
                other = main.clone();
            }
        }
        let mut writer = open(&index);
        writer.remove_branch("other");
        writer.commit().unwrap();
        drop(writer);
        assert!(cache.snapshot(&index, "other").unwrap().is_none());
    }
    assert!(asked > 500, "{asked}");
}

#[test]
fn files_that_are_in_no_index_give_the_same() {
    let dice = &mut Dice::new(77);
    let mut files = Files::new();
    for _ in 0..30 {
        files.insert(path(dice), content(dice));
    }
    let list: Vec<_> =
        files.keys().map(|path| LooseFile { path: path.clone(), searched: true }).collect();
    let contents: Vec<_> = files.values().cloned().collect();
    let loose = Loose::new(list.clone(), |file, text: &mut Vec<u8>| {
        text.extend_from_slice(&contents[file as usize]);
        LooseText::Read
    });
    for _ in 0..80 {
        let query = query(dice, &files);
        let Ok(search) = Search::new(&query) else { continue };
        let found = search.run_loose(&loose, limits()).unwrap();
        let mut lines = shop::Lines::new();
        for hit in &found.hits {
            let shown = search.show_loose(&loose, hit.file, everything()).unwrap();
            let numbers = shown.blocks.iter().flatten().filter(|it| it.is_match);
            let path = list[hit.file as usize].path.clone();
            lines.insert(path, numbers.map(|it| it.number).collect());
        }
        assert_eq!(lines, brute(&files, &query), "{query:?}");
    }
}

#[test]
fn a_commit_that_was_not_indexed_is_put_together() {
    let dice = &mut Dice::new(78);
    let directory = tempfile::tempdir().unwrap();
    let index = Index::at(directory.path().join("index"));
    let mut files = Files::new();
    for _ in 0..30 {
        files.insert(path(dice), content(dice));
    }
    let mut writer = open(&index);
    put(&mut writer, "main", &files);
    writer.commit().unwrap();
    files.insert("new.rs".to_owned(), b"fn foo_of_its_own() {}\n".to_vec());
    let entries: Vec<_> = files
        .iter()
        .map(|(path, content)| FileEntry {
            path: path.clone(),
            blob: shop::blob(content),
            searched: true,
        })
        .collect();
    let (snapshot, missing) = Cache::default().files(&index, "c", &entries).unwrap();
    assert_eq!(missing.len(), 1);
    assert_eq!(entries[missing[0]].path, "new.rs");
    assert_eq!(snapshot.len(), files.len() - 1);
    let foo = Query { text: "foo".to_owned(), ..Query::default() };
    let found = Search::new(&foo).unwrap().run(&snapshot, limits()).unwrap();
    assert_eq!(found.files, brute(&files, &foo).len() as u64 - 1);
}

#[test]
fn merging_keeps_few_segments_and_drops_what_no_branch_needs() {
    let dice = &mut Dice::new(5);
    let directory = tempfile::tempdir().unwrap();
    let index = Index::at(directory.path().join("index"));
    let mut files = Files::new();
    for step in 0..60 {
        files.insert(format!("{step}.c"), [content(dice), vec![b'x'; 100 * step]].concat());
        files.insert("same.c".to_owned(), format!("int step_{step};\n").into_bytes());
        let mut writer = open(&index);
        put(&mut writer, "main", &files);
        writer.commit().unwrap();
        while writer.merge(&|| false).unwrap() {}
        writer.commit().unwrap();
    }
    let state = index.state().unwrap();
    assert!(state.segments.len() <= 12, "{}", state.segments.len());
    let kept: u32 = state.segments.iter().map(|it| it.documents).sum();
    assert!((61..=90).contains(&kept), "{kept}");
    let mut writer = open(&index);
    writer.remove_branch("main");
    while writer.merge(&|| false).unwrap() {}
    writer.commit().unwrap();
    assert!(index.state().unwrap().segments.is_empty());
    let left = std::fs::read_dir(index.directory()).unwrap().count();
    assert_eq!(left, 2, "the state and the lock");
}

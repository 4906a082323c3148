//! What comes first.

use codesearch::{Cache, DefinitionKind, Index, Language, Match, Query, Search, Wish};

use crate::shop::{Files, everything, limits, open, put};

#[test]
fn definitions_come_first_and_foreign_files_last() {
    let mut files = Files::new();
    let mut file = |path: &str, text: &str| {
        files.insert(path.to_owned(), text.as_bytes().to_vec());
    };
    file("a/use.c", "int x = parse(1);\n");
    file("a/word.c", "int x = reparser(1);\n");
    file("b/def.c", "static int parse(int a)\n{\n    return a;\n}\n");
    file("b/part.c", "int parse_all(void)\n{\n    return 0;\n}\n");
    file("parse.txt", "nothing of it\n");
    file("src/parse/x.txt", "nothing\n");
    file("tests/use.c", "int y = parse(2);\n");
    file("vendor/use.c", "int z = parse(3);\n");
    let directory = tempfile::tempdir().unwrap();
    let index = Index::at(directory.path().join("index"));
    let mut writer = open(&index);
    put(&mut writer, "main", &files);
    writer.commit().unwrap();
    let snapshot = Cache::default().snapshot(&index, "main").unwrap().unwrap();
    let query = Query { text: "parse".to_owned(), ..Query::default() };
    let search = Search::new(&query).unwrap();
    let found = search.run(&snapshot, limits()).unwrap();
    let order: Vec<_> = found.hits.iter().map(|hit| snapshot.file_path(hit.file)).collect();
    assert_eq!(
        order,
        [
            "b/def.c",
            "b/part.c",
            "parse.txt",
            "src/parse/x.txt",
            "a/use.c",
            "tests/use.c",
            "vendor/use.c",
            "a/word.c"
        ]
    );
    assert_eq!(found.hits[0].rank.symbol, Match::Whole);
    assert_eq!((found.files, found.lines), (8, 6));
    assert_eq!(found.languages[&Language::C], 6);
    assert_eq!(found.directories["b"], 2);
    let shown = search.show(&snapshot, found.hits[0].file, everything()).unwrap();
    assert_eq!(shown.blocks[0][0].defines, Some(DefinitionKind::Function));

    let few = codesearch::Limits { files: 2, ..limits() };
    let best = search.run(&snapshot, few).unwrap();
    assert_eq!((best.hits.len(), best.files), (2, 8));
    assert_eq!(best.hits, found.hits[..2]);

    let narrow = Query { languages: vec![Language::C], below: "b".to_owned(), ..query };
    let found = Search::new(&narrow).unwrap().run(&snapshot, limits()).unwrap();
    assert_eq!(found.files, 2);
}

#[test]
fn lines_come_with_what_stands_around_them() {
    let text: String = (1..=30)
        .map(|n| if matches!(n, 3 | 5 | 20) { format!("hit {n}\n") } else { format!("line {n}\n") })
        .collect();
    let mut files = Files::new();
    files.insert("x.txt".to_owned(), (text + "fn hit() {}\n").into_bytes());
    files.insert("x.rs".to_owned(), b"// hit\n// hit\n// hit\nfn hit() {}\n".to_vec());
    let directory = tempfile::tempdir().unwrap();
    let index = Index::at(directory.path().join("index"));
    let mut writer = open(&index);
    put(&mut writer, "main", &files);
    writer.commit().unwrap();
    let snapshot = Cache::default().snapshot(&index, "main").unwrap().unwrap();
    let search = Search::new(&Query { text: "hit".to_owned(), ..Query::default() }).unwrap();
    let wish = Wish { context: 2, lines: 2, skip: 1, ..everything() };
    let shown = search.show(&snapshot, 1, wish).unwrap();
    let numbers = |block: &Vec<codesearch::ShownLine>| {
        block.iter().map(|line| (line.number, line.is_match)).collect::<Vec<_>>()
    };
    let around = |n: u32| (n - 2..=n + 2).map(|it| (it, matches!(it, 3 | 5 | 20)));
    assert_eq!(numbers(&shown.blocks[0]), around(5).collect::<Vec<_>>());
    assert_eq!(numbers(&shown.blocks[1]), around(20).collect::<Vec<_>>());
    assert_eq!((shown.blocks.len(), shown.matching, shown.total), (2, 4, 31));
    let wish = Wish { lines: 1, symbols_first: true, ..everything() };
    let shown = search.show(&snapshot, 0, wish).unwrap();
    assert_eq!(shown.blocks[0][0].number, 4);
    assert_eq!(shown.blocks[0][0].matches, vec![3..6]);
}

//! Crashes, damaged files, and writers beside each other.

use codesearch::{Cache, Error, Index, Query, Search, Writer};

use crate::shop::{Dice, Files, PATIENCE, ask, brute, content, limits, open, path, put};

fn corpus(seed: u64) -> Files {
    let dice = &mut Dice::new(seed);
    (0..25).map(|_| (path(dice), content(dice))).collect()
}

fn foo() -> Query {
    Query { text: "foo".to_owned(), ..Query::default() }
}

fn check(index: &Index, files: &Files) {
    let found = ask(index, &Cache::default(), "main", &foo()).unwrap();
    assert_eq!(found, brute(files, &foo()));
}

/// The process ends here: nothing is cleaned up, the lock is let go.
fn crash(writer: Writer) {
    drop(writer);
}

#[test]
fn a_crash_before_the_end_leaves_the_index_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let index = Index::at(directory.path().join("index"));
    let (old, new) = (corpus(1), corpus(2));
    let mut writer = open(&index);
    put(&mut writer, "main", &old);
    crash(writer);
    assert!(Cache::default().snapshot(&index, "main").unwrap().is_none());

    let mut writer = open(&index);
    put(&mut writer, "main", &old);
    writer.commit().unwrap();
    put(&mut writer, "main", &new);
    let _ = writer.merge(&|| false).unwrap();
    crash(writer);
    check(&index, &old);
    // A half-written file of state, as well.
    std::fs::write(index.directory().join("current.new"), "half").unwrap();

    let mut writer = open(&index);
    put(&mut writer, "main", &new);
    writer.commit().unwrap();
    drop(writer);
    check(&index, &new);
    let state = index.state().unwrap();
    let left = std::fs::read_dir(index.directory()).unwrap().count();
    assert_eq!(left, state.segments.len() + state.branches.len() + 2, "leftovers are gone");
}

#[test]
fn any_damage_is_noticed_or_does_no_harm_and_is_repaired() {
    let directory = tempfile::tempdir().unwrap();
    let whole = Index::at(directory.path().join("whole"));
    let files = corpus(3);
    let mut writer = open(&whole);
    put(&mut writer, "main", &files);
    writer.commit().unwrap();
    drop(writer);
    let dice = &mut Dice::new(9);
    let names: Vec<_> =
        std::fs::read_dir(whole.directory()).unwrap().map(|it| it.unwrap().file_name()).collect();
    let mut noticed = 0;
    for round in 0..120 {
        let damaged = Index::at(directory.path().join(format!("damaged{round}")));
        std::fs::create_dir(damaged.directory()).unwrap();
        for name in &names {
            let from = whole.directory().join(name);
            std::fs::copy(from, damaged.directory().join(name)).unwrap();
        }
        let name = &names[dice.below(names.len())];
        let path = damaged.directory().join(name);
        let mut bytes = std::fs::read(&path).unwrap();
        if bytes.is_empty() {
            continue;
        }
        let at = dice.below(bytes.len());
        match dice.below(4) {
            0 => bytes.truncate(at),
            1 => bytes.extend_from_slice(b"more"),
            _ => bytes[at] ^= 1 << dice.below(8),
        }
        std::fs::write(&path, bytes).unwrap();
        let search = Search::new(&foo()).unwrap();
        let cache = Cache::default();
        let outcome = cache
            .snapshot(&damaged, "main")
            .and_then(|snapshot| search.run(&snapshot.expect("the branch is there"), limits()));
        match outcome {
            Err(error) if error.is_corrupt() => noticed += 1,
            Err(error) => panic!("{error}"),
            Ok(found) => assert_eq!(found.files, brute(&files, &foo()).len() as u64),
        }
        // The next writer finds out what is missing, and adds that.
        let mut writer = open(&damaged);
        put(&mut writer, "main", &files);
        writer.commit().unwrap();
        drop(writer);
        check(&damaged, &files);
    }
    assert!(noticed > 60, "{noticed}");
}

#[test]
fn a_damage_after_opening_is_noticed_when_reading() {
    let directory = tempfile::tempdir().unwrap();
    let index = Index::at(directory.path().join("index"));
    let files = corpus(4);
    let mut writer = open(&index);
    put(&mut writer, "main", &files);
    writer.commit().unwrap();
    drop(writer);
    let cache = Cache::default();
    let snapshot = cache.snapshot(&index, "main").unwrap().unwrap();
    let segment = index.directory().join(&index.state().unwrap().segments[0].file);
    let mut bytes = std::fs::read(&segment).unwrap();
    for byte in &mut bytes[16..2000] {
        *byte ^= 0x55;
    }
    // The same file, as a failing disk would have it.
    let mut file = std::fs::OpenOptions::new().write(true).open(&segment).unwrap();
    std::io::Write::write_all(&mut file, &bytes).unwrap();
    let error = Search::new(&foo()).unwrap().run(&snapshot, limits()).unwrap_err();
    assert!(error.is_corrupt(), "{error}");
    cache.forget(&index);
    assert!(cache.snapshot(&index, "main").unwrap_err().is_corrupt());
}

#[test]
fn one_writes_while_others_read() {
    let directory = tempfile::tempdir().unwrap();
    let index = Index::at(directory.path().join("index"));
    let mut files = corpus(6);
    let mut writer = open(&index);
    put(&mut writer, "main", &files);
    writer.commit().unwrap();
    let busy = index.write(std::time::Duration::from_millis(60), &|| false).unwrap_err();
    assert!(matches!(busy, Error::Busy), "{busy}");
    let stopped = index.write(PATIENCE, &|| true).unwrap_err();
    assert!(matches!(stopped, Error::Busy), "{stopped}");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (index, done) = (&index, &done);
        for _ in 0..2 {
            scope.spawn(move || {
                let search = Search::new(&foo()).unwrap();
                let mut times = 0;
                while !done.load(std::sync::atomic::Ordering::Relaxed) || times < 3 {
                    // Its own, so that everything is opened each time.
                    let snapshot = Cache::default().snapshot(index, "main").unwrap().unwrap();
                    let found = search.run(&snapshot, limits()).unwrap();
                    assert!(found.files > 0);
                    times += 1;
                }
            });
        }
        for step in 0..40 {
            files.insert(format!("new{step}.c"), format!("foo {step}\n").into_bytes());
            put(&mut writer, "main", &files);
            writer.commit().unwrap();
            while writer.merge(&|| false).unwrap() {}
            writer.commit().unwrap();
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    check(&index, &files);
}

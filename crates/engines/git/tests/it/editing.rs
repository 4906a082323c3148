//! Commits and references made by us, read by real git.

use git::{Cancel, EditProblem, Error, FileEdit, Mode, NewCommit, Oid, RefEdit};

use crate::support::{World, made_up, someone};

fn write(path: &str, data: &str) -> FileEdit {
    FileEdit::Write { path: path.to_owned(), data: data.into(), mode: Mode::File }
}

#[test]
pub(crate) fn commits_without_a_working_copy() {
    let world = World::new();
    let who = someone();
    let commit = |branch, parent, edits: &[FileEdit], message| {
        world.repo.create_commit(&NewCommit {
            branch,
            parent,
            edits,
            author: &who,
            committer: &who,
            message,
        })
    };
    let first =
        commit("main", None, &[write("README.md", "# Hi\n"), write("a/b/c.txt", "c")], "Start\n")
            .unwrap();
    assert_eq!(
        world.bare(&["log", "-1", "--format=%an <%ae> %at %ai|%B", "main"]).trim(),
        "Grace Hopper <grace@example.org> 1790000000 2026-09-21 09:13:20 -0500|Start"
    );
    let second = commit(
        "main",
        Some(first),
        &[
            write("a/d.txt", "d"),
            FileEdit::Delete { path: "a/b/c.txt".to_owned() },
            FileEdit::Write {
                path: "run".to_owned(),
                data: b"#!".to_vec(),
                mode: Mode::Executable,
            },
        ],
        "Second",
    )
    .unwrap();
    assert_eq!(
        world.bare(&["ls-tree", "-r", "--format=%(objectmode) %(path)", "main"]),
        "100644 README.md\n100644 a/d.txt\n100755 run\n"
    );
    world.repo.fsck(&Cancel::new()).unwrap();
    assert_eq!(
        world.bare(&["reflog", "show", "--format=%gs", "main"]),
        "commit: Second\ncommit (initial): Start\n"
    );

    assert!(matches!(
        commit("main", Some(first), &[write("x", "")], "stale"),
        Err(Error::Conflict(_))
    ));
    assert!(matches!(commit("main", None, &[write("x", "")], "again"), Err(Error::Conflict(_))));
    assert_eq!(world.repo.resolve("main").unwrap(), second);
    for path in ["", "/x", "a//b", "../x", ".git/config", "a/.GIT/x", "x/"] {
        let edits = [write("fine", ""), write(path, "")];
        let error = commit("main", Some(second), &edits, "bad").unwrap_err();
        assert!(
            matches!(error, Error::Edit { index: 1, problem: EditProblem::Path(_), .. }),
            "{path}: {error}"
        );
    }
    let gone = FileEdit::Delete { path: "nope".to_owned() };
    assert!(matches!(
        commit("main", Some(second), &[gone], "bad"),
        Err(Error::Edit { index: 0, problem: EditProblem::Missing, .. })
    ));
}

#[test]
pub(crate) fn references_by_compare_and_swap() {
    let world = World::new();
    world.write("a", "1");
    let one = world.commit("one");
    world.write("a", "2");
    let two = world.commit("two");
    world.push();
    let edit = |name: &str, old, new| {
        world.repo.edit_refs(&[RefEdit { name: name.to_owned(), old, new }], &someone(), "test")
    };
    edit("refs/heads/b", Some(Oid::ZERO), one).unwrap();
    assert!(matches!(edit("refs/heads/b", Some(Oid::ZERO), two), Err(Error::Conflict(_))));
    assert!(matches!(edit("refs/heads/b", Some(two), one), Err(Error::Conflict(_))));
    edit("refs/heads/b", Some(one), two).unwrap();
    assert!(matches!(edit("refs/heads/b/c", Some(Oid::ZERO), two), Err(Error::Conflict(_))));
    let nowhere = made_up(7);
    assert!(matches!(edit("refs/heads/n", None, nowhere), Err(Error::Invalid(_))));
    assert!(matches!(edit("refs/heads/a..b", None, one), Err(Error::Invalid(_))));
    assert!(matches!(edit("HEAD", None, one), Err(Error::Invalid(_))));
    assert!(matches!(edit("refs/heads/b", Some(one), Oid::ZERO), Err(Error::Conflict(_))));
    edit("refs/heads/b", Some(two), Oid::ZERO).unwrap();
    assert_eq!(world.repo.reference("refs/heads/b").unwrap(), None);
    edit("refs/tags/x", None, one).unwrap();

    // All or none.
    let error = world
        .repo
        .edit_refs(
            &[
                RefEdit { name: "refs/heads/c".to_owned(), old: Some(Oid::ZERO), new: one },
                RefEdit { name: "refs/heads/main".to_owned(), old: Some(one), new: two },
            ],
            &someone(),
            "both",
        )
        .unwrap_err();
    assert!(matches!(error, Error::Conflict(_)), "{error}");
    assert_eq!(world.repo.reference("refs/heads/c").unwrap(), None);
}

/// Deletions leave what git leaves: of loose references and of packed ones, of those deep down, of
/// logs and empty directories.
#[test]
pub(crate) fn references_are_deleted_as_git_does() {
    let world = World::new();
    world.write("a", "1");
    let one = world.commit("one");
    world.git(&["tag", "-a", "-m", "words", "v1"]);
    world.push();
    let twin = world.dir.path().join("twin.git");
    let names = ["refs/heads/b", "refs/heads/deep/er/c", "refs/heads/deep/d", "refs/tags/t/x"];
    for round in 0..4 {
        for name in names {
            world.bare(&["update-ref", "--create-reflog", "-m", "begin", name, &one.to_string()]);
        }
        // Loose, packed, both with another value in the list, and a mixture.
        if round > 0 {
            world.bare(&["pack-refs", "--all", "--prune"]);
        }
        world.write("a", round.to_string());
        let two = world.commit("two");
        world.git(&["push", "-q", "-f", "origin", "main"]);
        if round > 1 {
            world.bare(&["update-ref", "-m", "more", names[round - 2], &two.to_string()]);
        }
        drop(std::fs::remove_dir_all(&twin));
        let mut copy = std::process::Command::new("cp");
        assert!(copy.arg("-a").args([world.repo.path(), &twin]).status().unwrap().success());
        let gone = [names[0], names[1], names[3], "refs/tags/v1"];
        let gone = if round == 0 { &gone[..] } else { &gone[..3] };
        let mut edits: Vec<RefEdit> = gone
            .iter()
            .map(|name| RefEdit { name: (*name).to_owned(), old: None, new: Oid::ZERO })
            .collect();
        edits.push(RefEdit { name: format!("refs/heads/new{round}"), old: None, new: two });
        world.repo.edit_refs(&edits, &someone(), "gone").unwrap();
        for edit in &edits {
            let args = match edit.new.is_zero() {
                true => vec!["update-ref".to_owned(), "-d".to_owned(), edit.name.clone()],
                false => vec!["update-ref".to_owned(), edit.name.clone(), edit.new.to_string()],
            };
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            crate::support::run(&twin, &args);
        }
        let listed = |dir: &std::path::Path| crate::support::run(dir, &["show-ref", "-d"]);
        assert_eq!(listed(world.repo.path()), listed(&twin));
        let files = |dir: &std::path::Path| {
            let find = ["packed-refs", "packed-refs.lock", "packed-refs.new", "refs", "logs"];
            let found = std::process::Command::new("find").current_dir(dir).args(find).output();
            let mut found: Vec<String> = String::from_utf8(found.unwrap().stdout)
                .unwrap()
                .lines()
                .map(str::to_owned)
                .collect();
            found.sort();
            found
        };
        assert_eq!(files(world.repo.path()), files(&twin), "{round}");
        let packed = |dir: &std::path::Path| std::fs::read(dir.join("packed-refs")).ok();
        assert_eq!(packed(world.repo.path()), packed(&twin), "{round}");
    }
    // The branch of HEAD, with a line in its log; a symbolic one, which is git's business.
    let edit = |name: &str| RefEdit { name: name.to_owned(), old: None, new: Oid::ZERO };
    world.bare(&["symbolic-ref", "refs/heads/alias", "refs/heads/new0"]);
    let edits = [edit("refs/heads/main"), edit("refs/heads/alias"), edit("refs/heads/none")];
    world.repo.edit_refs(&edits[1..2], &someone(), "gone").unwrap();
    world.repo.edit_refs(&[edits[0].clone(), edits[2].clone()], &someone(), "gone").unwrap();
    let left = world.bare(&["for-each-ref", "--format=%(refname)", "refs/heads/"]);
    assert!(!left.contains("main") && !left.contains("alias") && left.contains("new0"), "{left}");
    let log = std::fs::read_to_string(world.repo.path().join("logs/HEAD")).unwrap();
    assert!(
        log.ends_with("\tgone\n")
            && log.contains(&format!(" {} Grace", crate::support::format().zeros())),
        "{log}"
    );
}

/// References are packed as git packs them.
#[test]
pub(crate) fn references_are_packed_as_git_does() {
    let world = World::new();
    world.write("a", "1");
    let one = world.commit("one");
    world.git(&["tag", "-a", "-m", "words", "v1"]);
    world.git(&["tag", "-a", "-m", "again", "v1-again", "v1"]);
    world.git(&["tag", "tree", "HEAD^{tree}"]);
    world.push();
    let twin = world.dir.path().join("twin.git");
    for name in ["refs/heads/b/c", "refs/notes/x", "refs/internal/y", "refs/heads/a-b"] {
        for (at, name) in [(1, name.to_owned()), (2, format!("{name}2"))] {
            world.bare(&["update-ref", &name, &one.to_string()]);
            drop(std::fs::remove_dir_all(&twin));
            let mut copy = std::process::Command::new("cp");
            assert!(copy.arg("-a").args([world.repo.path(), &twin]).status().unwrap().success());
            world.repo.pack_refs().unwrap();
            crate::support::run(&twin, &["pack-refs", "--all", "--prune"]);
            let packed = |dir: &std::path::Path| std::fs::read(dir.join("packed-refs")).unwrap();
            let (ours, theirs) = (packed(world.repo.path()), packed(&twin));
            assert_eq!(
                String::from_utf8(ours).unwrap(),
                String::from_utf8(theirs).unwrap(),
                "{at}"
            );
            let left = std::process::Command::new("find")
                .current_dir(world.repo.path())
                .args(["refs", "-type", "f"])
                .output();
            assert!(left.unwrap().stdout.is_empty());
        }
    }
    world.repo.pack_refs().unwrap();
    world.bare(&["fsck", "--strict"]);
}

/// Deletions of references while they are packed: none comes back, and none that was made again is
/// lost.
#[test]
fn deletions_race_those_who_pack_references() {
    let world = World::new();
    world.write("a", "1");
    let one = world.commit("one");
    world.push();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let packing = scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                world.repo.pack_refs().unwrap();
                std::thread::sleep(std::time::Duration::from_millis(4));
            }
        });
        let ours: Vec<_> = (0..3)
            .map(|client| {
                let world = &world;
                scope.spawn(move || {
                    for round in 0..40 {
                        let name = format!("refs/heads/o{client}/r{}", round % 3);
                        let keep = format!("refs/heads/o{client}/keep{round}");
                        let edit = |name: &str, old, new| {
                            [RefEdit { name: name.to_owned(), old: Some(old), new }]
                        };
                        world
                            .repo
                            .edit_refs(&edit(&name, Oid::ZERO, one), &someone(), "make")
                            .unwrap();
                        world
                            .repo
                            .edit_refs(&edit(&keep, Oid::ZERO, one), &someone(), "make")
                            .unwrap();
                        std::thread::sleep(std::time::Duration::from_millis(round % 7));
                        world
                            .repo
                            .edit_refs(&edit(&name, one, Oid::ZERO), &someone(), "end")
                            .unwrap();
                        assert_eq!(world.repo.reference(&name).unwrap(), None);
                    }
                })
            })
            .collect();
        let ended: Vec<_> = ours.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(ended.iter().all(Result::is_ok));
        packing.join().unwrap();
    });
    let left = world.bare(&["for-each-ref", "--format=%(refname)", "refs/heads/"]);
    assert!(!left.contains("/r"), "{left}");
    assert_eq!(left.lines().count(), 1 + 3 * 40, "{left}");
}

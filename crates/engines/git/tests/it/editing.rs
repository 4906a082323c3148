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

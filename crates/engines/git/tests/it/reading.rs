//! Trees, blobs, references, history and blame as real git sees them.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt, sync::Mutex};

use git::{AheadBehind, Cancel, Error, Mode, Oid, Repository};

use crate::support::{World, format, run};

#[test]
pub(crate) fn empty_repository() {
    let world = World::new();
    let head = world.repo.head().unwrap();
    assert_eq!((head.branch.as_deref(), head.commit), (Some("main"), None));
    assert!(world.repo.branches().unwrap().is_empty());
    assert!(world.repo.tags().unwrap().is_empty());
    assert!(world.repo.references().unwrap().is_empty());
    assert!(matches!(world.repo.resolve("main"), Err(Error::NotFound(_))));
    assert!(matches!(world.repo.resolve("HEAD"), Err(Error::NotFound(_))));
    assert!(world.repo.all_blobs(format().empty_tree()).unwrap().is_empty());
    world.repo.fsck(&Cancel::new()).unwrap();
    assert!(world.repo.size_on_disk().unwrap() > 0);
}

#[test]
pub(crate) fn life_of_a_repository() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a/b/c.git");
    Repository::init(&path, "trunk").unwrap();
    assert!(matches!(Repository::init(&path, "trunk"), Err(Error::Conflict(_))));
    assert!(matches!(Repository::init(&dir.path().join("x"), "a..b"), Err(Error::Invalid(_))));
    let real = run(&path, &["rev-parse", "--is-bare-repository", "--git-dir"]);
    assert_eq!(real.lines().next(), Some("true"));
    Repository::delete(&path).unwrap();
    Repository::delete(&path).unwrap();
    assert!(matches!(Repository::open(&path), Err(Error::NotFound(_))));
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 0);
}

#[test]
pub(crate) fn trees_and_blobs() {
    let world = World::new();
    world.write("README.md", "# Hello\n");
    world.write("src/größe/数.txt", "ü\n");
    world.write("src/main.c", "int main(void) { return 0; }\n");
    world.write("bin/tool", [0, 1, 2]);
    std::fs::write(world.work().join(OsStr::from_bytes(b"lat\xefn1.txt")), "x").unwrap();
    std::os::unix::fs::symlink("README.md", world.work().join("link")).unwrap();
    let tool = world.work().join("bin/tool");
    let mut permissions = std::fs::metadata(&tool).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    std::fs::set_permissions(&tool, permissions).unwrap();
    let first = world.commit("first");
    world.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{first},vendor/lib")]);
    world.git(&["commit", "-q", "-m", "with a submodule"]);
    world.push();
    let tip = world.repo.resolve("main").unwrap();
    assert_eq!(tip, world.rev("HEAD"));

    let root = world.repo.tree(tip, "").unwrap();
    let shown: Vec<_> =
        root.iter().map(|entry| (entry.name.as_str(), entry.mode, entry.size)).collect();
    assert_eq!(
        shown,
        [
            ("README.md", Mode::File, Some(8)),
            ("bin", Mode::Tree, None),
            ("lat\u{fffd}n1.txt", Mode::File, Some(1)),
            ("link", Mode::Symlink, Some(9)),
            ("src", Mode::Tree, None),
            ("vendor", Mode::Tree, None),
        ]
    );
    let vendor = world.repo.tree(tip, "vendor/").unwrap();
    assert_eq!((vendor[0].mode, vendor[0].oid, vendor[0].size), (Mode::Submodule, first, None));
    assert_eq!(vendor[0].path, "vendor/lib");
    assert_eq!(world.repo.entry(tip, "bin/tool").unwrap().mode, Mode::Executable);
    assert_eq!(world.repo.entry(tip, "").unwrap().mode, Mode::Tree);
    for missing in ["nope", "src/nope", "README.md/x", "src//main.c", "vendor/lib/x"] {
        assert!(matches!(world.repo.entry(tip, missing), Err(Error::NotFound(_))), "{missing}");
    }
    assert!(matches!(world.repo.tree(tip, "README.md"), Err(Error::NotFound(_))));

    assert_eq!(world.repo.file(tip, "src/größe/数.txt", 100).unwrap().data, "ü\n".as_bytes());
    assert_eq!(world.repo.file(tip, "lat\u{fffd}n1.txt", 100).unwrap().data, b"x");
    assert!(world.repo.file(tip, "bin/tool", 100).unwrap().is_binary());
    assert!(!world.repo.file(tip, "link", 100).unwrap().is_binary());
    assert!(matches!(
        world.repo.file(tip, "README.md", 7),
        Err(Error::TooLarge { size: 8, limit: 7, .. })
    ));
    assert!(matches!(world.repo.blob(tip, 1000), Err(Error::NotFound(_))));

    let real = world.git(&["-c", "core.quotePath=false", "ls-tree", "-r", "HEAD"]);
    let ours: String = world
        .repo
        .all_blobs(tip)
        .unwrap()
        .iter()
        .map(|blob| format!("{} blob {}\t{}\n", blob.mode.as_octal(), blob.oid, blob.path))
        .collect();
    let real: String = real
        .lines()
        .filter(|line| !line.starts_with("160000"))
        .map(|line| line.replace("\"lat\\357n1.txt\"", "lat\u{fffd}n1.txt") + "\n")
        .collect();
    assert_eq!(ours, real);

    let blobs = world.repo.all_blobs(tip).unwrap();
    let mut oids: Vec<_> = blobs.iter().map(|blob| blob.oid).collect();
    oids.push(Oid::ZERO);
    let seen = Mutex::new(vec![None; oids.len()]);
    world.repo.for_each_blob(&oids, 1000, 4, |index, data| {
        seen.lock().unwrap()[index] = Some(data.map(<[u8]>::len).ok());
    });
    let seen = seen.into_inner().unwrap();
    for (index, size) in seen.iter().enumerate() {
        let expected = oids.get(index).and_then(|oid| world.repo.blob_size(*oid).ok());
        assert_eq!(size.unwrap(), expected.map(|size| size as usize));
    }
}

#[test]
pub(crate) fn references_and_revisions() {
    let world = World::new();
    world.write("a", "1");
    let one = world.commit("one");
    world.git(&["tag", "light"]);
    world.write("a", "2");
    let two = world.commit("two");
    world.git(&["tag", "-a", "-m", "Release 1\n\nwith words", "v1"]);
    world.git(&["tag", "-a", "-m", "of a tag", "nested", "v1"]);
    world.git(&["branch", "feature/ä", &one.to_string()]);
    world.git(&["branch", "v1", &one.to_string()]);
    world.git(&["push", "-q", "origin", "--all"]);
    world.push();
    world.bare(&["update-ref", "refs/internal/secret", &two.to_string()]);

    for packed in [false, true] {
        if packed {
            world.repo.repack(&Cancel::new()).unwrap();
            assert!(!world.repo.path().join("refs/heads/main").exists());
        }
        let branches: Vec<_> =
            world.repo.branches().unwrap().into_iter().map(|b| (b.name, b.commit)).collect();
        assert_eq!(
            branches,
            [("feature/ä".to_owned(), one), ("main".to_owned(), two), ("v1".to_owned(), one)]
        );
        let tags = world.repo.tags().unwrap();
        assert_eq!(
            tags.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(),
            ["light", "nested", "v1"]
        );
        assert_eq!((tags[0].target, tags[0].object, &tags[0].annotation), (one, one, &None));
        assert_eq!((tags[1].object, tags[2].object), (two, two));
        let annotation = tags[2].annotation.as_ref().unwrap();
        assert_eq!(annotation.message.trim_end(), "Release 1\n\nwith words");
        assert_eq!(annotation.tagger.as_ref().unwrap().mail, "charles@example.org");

        let real =
            world.bare(&["for-each-ref", "--format=%(refname) %(objectname) %(*objectname)"]);
        let ours: Vec<_> = world
            .repo
            .references()
            .unwrap()
            .iter()
            .map(|r| {
                // for-each-ref peels one step; every tag of ours but `nested` needs one.
                let peeled = r.peeled.map(|id| id.to_string()).unwrap_or_default();
                format!("{} {} {peeled}", r.name, r.target)
            })
            .collect();
        let real: Vec<_> = real
            .lines()
            .filter(|line| !line.starts_with("refs/internal/"))
            .map(|line| {
                if line.starts_with("refs/tags/nested") {
                    format!("{} {two}", line.rsplit_once(' ').unwrap().0)
                } else {
                    line.to_owned()
                }
            })
            .collect();
        assert_eq!(ours, real);

        assert_eq!(world.repo.resolve("v1").unwrap(), one, "a branch before a tag");
        assert_eq!(world.repo.resolve("refs/tags/v1").unwrap(), two);
        assert_eq!(world.repo.resolve("nested").unwrap(), two);
        assert_eq!(world.repo.resolve("main~1").unwrap(), one);
        assert_eq!(world.repo.resolve("HEAD").unwrap(), two);
        assert_eq!(world.repo.resolve(&two.to_string()).unwrap(), two);
        assert_eq!(world.repo.resolve(&two.short(8)).unwrap(), two);
        assert_eq!(world.repo.reference("refs/heads/main").unwrap(), Some(two));
        assert_eq!(world.repo.reference("refs/heads/light").unwrap(), None);
        assert_eq!(world.repo.reference("main").unwrap(), None);
        for missing in
            ["", "nope", "-x", "main~9", "refs/internal/secret", "a b", "..", "main:a", "\0"]
        {
            assert!(matches!(world.repo.resolve(missing), Err(Error::NotFound(_))), "{missing}");
        }
    }

    world.repo.set_head("feature/ä").unwrap();
    let head = world.repo.head().unwrap();
    assert_eq!((head.branch.as_deref(), head.commit), (Some("feature/ä"), Some(one)));
    world.bare(&["update-ref", "--no-deref", "HEAD", &two.to_string()]);
    let head = world.repo.head().unwrap();
    assert_eq!((head.branch, head.commit), (None, Some(two)));
}

#[test]
pub(crate) fn commits_and_history() {
    let world = World::new();
    let mut commits = Vec::new();
    for index in 0..5 {
        world.write("main.txt", format!("{index}\n"));
        commits.push(world.commit(&format!("change {index}\n\nwhy {index}")));
    }
    world.git(&["checkout", "-q", "-b", "b1", &commits[2].to_string()]);
    world.write("b1.txt", "1");
    let b1 = world.commit("b1");
    world.git(&["checkout", "-q", "-b", "b2", &commits[1].to_string()]);
    world.write("dir/b2.txt", "2");
    let b2 = world.commit("b2");
    world.git(&["checkout", "-q", "main"]);
    world.git(&["merge", "-q", "-m", "octopus", "b1", "b2"]);
    let octopus = world.rev("HEAD");
    world.git(&["checkout", "-q", "--orphan", "other"]);
    let unrelated = world.commit("unrelated");
    world.push();
    let repo = &world.repo;

    for graph in [false, true] {
        if graph {
            repo.write_commit_graph(&Cancel::new()).unwrap();
        }
        let commit = repo.commit(octopus).unwrap();
        assert_eq!(commit.parents, [commits[4], b1, b2]);
        let first = repo.commit(commits[0]).unwrap();
        assert_eq!((first.summary().as_str(), first.body()), ("change 0", "why 0"));
        assert_eq!(first.author.name, "Ada Lovelace");
        assert_eq!(first.author.offset_minutes, 90);
        assert_eq!(first.committer.mail, "charles@example.org");
        assert_eq!(
            first.author.seconds.to_string(),
            world.bare(&["log", "-1", "--format=%at", &first.id.to_string()]).trim()
        );
        assert!(!first.signed);
        assert!(matches!(repo.commit(first.tree), Err(Error::NotFound(_))));
        assert!(matches!(repo.commit(Oid::ZERO), Err(Error::NotFound(_))));

        let all = repo.log(octopus, 0, 100).unwrap();
        assert_eq!(all.len(), 8);
        assert_eq!(all[0].id, octopus);
        let page: Vec<_> = repo.log(octopus, 3, 2).unwrap();
        assert_eq!(page, all[3..5]);
        assert_eq!(repo.count_commits(octopus, 1000).unwrap(), 8);
        assert_eq!(repo.count_commits(octopus, 3).unwrap(), 3);

        let cancel = Cancel::new();
        let path: Vec<_> = repo
            .path_log(octopus, "main.txt", 1, 2, &cancel)
            .unwrap()
            .iter()
            .map(|c| c.id)
            .collect();
        assert_eq!(path.len(), 2);
        assert!(path.iter().all(|id| commits.contains(id)));
        assert_eq!(repo.path_log(octopus, "dir", 0, 9, &cancel).unwrap()[0].id, b2);
        assert!(repo.path_log(octopus, "*.txt", 0, 9, &cancel).unwrap().is_empty());
        let last = repo.last_commits(octopus, "", &cancel).unwrap();
        assert_eq!(last["b1.txt"].id, b1);
        assert_eq!(last["dir"].id, b2);
        assert_eq!(last["main.txt"].id, commits[4]);
        assert_eq!(repo.last_commits(octopus, "dir/", &cancel).unwrap()["b2.txt"].id, b2);

        assert_eq!(repo.merge_base(b1, b2).unwrap(), Some(commits[1]));
        assert_eq!(repo.merge_base(b1, unrelated).unwrap(), None);
        assert!(repo.is_ancestor(b1, octopus).unwrap());
        assert!(!repo.is_ancestor(octopus, b1).unwrap());
        assert!(repo.is_ancestor(b1, b1).unwrap());
        assert_eq!(repo.ahead_behind(commits[4], b1).unwrap(), AheadBehind { ahead: 2, behind: 1 });
        assert_eq!(repo.ahead_behind(b1, unrelated).unwrap(), AheadBehind { ahead: 4, behind: 1 });
        let between: Vec<_> =
            repo.log_between(commits[4], octopus, 10).unwrap().iter().map(|c| c.id).collect();
        assert_eq!(between.len(), 3);
        assert_eq!(between[0], octopus);
    }
}

#[test]
pub(crate) fn last_commits_of_merges_are_those_that_wrote() {
    let world = World::new();
    world.write("same", "0");
    world.write("conflict", "0");
    world.commit("base");
    world.git(&["checkout", "-q", "-b", "side"]);
    world.write("conflict", "side");
    world.write("side-only", "1");
    let side = world.commit("side");
    world.git(&["checkout", "-q", "main"]);
    world.write("conflict", "main");
    world.commit("main");
    assert!(!crate::support::try_run(&world.work(), &["merge", "side"]).status.success());
    world.write("conflict", "resolved by hand");
    let merge = world.commit("merge");
    world.push();
    let last = world.repo.last_commits(merge, "", &Cancel::new()).unwrap();
    assert_eq!(last["conflict"].id, merge);
    assert_eq!(last["side-only"].id, side);
    assert_eq!(last["same"].summary(), "base");
}

#[test]
pub(crate) fn blame_follows_lines() {
    let world = World::new();
    world.write("dir/päth.txt", "one\ntwo\nthree\n5\n6\n7\n8\n9\n");
    let first = world.commit("first");
    world.git(&["mv", "dir/päth.txt", "dir/other.txt"]);
    world.write("dir/other.txt", "zero\none\nTWO\nthree\n5\n6\n7\n8\n9\nlast\n");
    let second = world.commit("second");
    world.push();
    let ranges = world.repo.blame(second, "dir/other.txt", &Cancel::new()).unwrap();
    let shown: Vec<_> = ranges
        .iter()
        .map(|r| (r.first_line, r.lines, r.commit.id, r.path.as_str(), r.original_line))
        .collect();
    assert_eq!(
        shown,
        [
            (1, 1, second, "dir/other.txt", 1),
            (2, 1, first, "dir/päth.txt", 1),
            (3, 1, second, "dir/other.txt", 3),
            (4, 6, first, "dir/päth.txt", 3),
            (10, 1, second, "dir/other.txt", 10),
        ]
    );
    assert_eq!(ranges[0].commit.author_name, "Ada Lovelace");
    assert_eq!(ranges[0].commit.author_mail, "ada@example.org");
    assert_eq!(ranges[0].commit.summary, "second");
    assert!(matches!(world.repo.blame(second, "dir", &Cancel::new()), Err(Error::NotFound(_))));
}

#[test]
pub(crate) fn packs_that_arrive_later_are_seen() {
    let world = World::new();
    world.write("a", "1");
    world.commit("one");
    world.push();
    let handle = world.repo.clone();
    let first = handle.resolve("main").unwrap();
    for index in 0..40 {
        world.write("a", format!("{index}"));
        let tip = world.commit("more");
        world.git(&["push", "-q", "origin", "main"]);
        assert_eq!(handle.resolve("main").unwrap(), tip);
        assert_eq!(handle.file(tip, "a", 10).unwrap().data, index.to_string().as_bytes());
    }
    let untidy = handle.tidiness().unwrap();
    assert!(untidy.packs >= 40 && untidy.is_due(), "{untidy:?}");
    handle.tidy(&Cancel::new()).unwrap();
    let tidy = handle.tidiness().unwrap();
    assert!(tidy.packs < 5 && tidy.bitmap && !tidy.is_due(), "{tidy:?}");
    handle.repack(&Cancel::new()).unwrap();
    assert_eq!(handle.tidiness().unwrap().packs, 1);
    assert_eq!(handle.file(first, "a", 10).unwrap().data, b"1");
    world.repo.fsck(&Cancel::new()).unwrap();
}

#[test]
pub(crate) fn a_bitmap_is_made_anew_only_when_much_has_come() {
    let world = World::new();
    for number in 0..400 {
        world.write(&format!("many/{number}"), format!("the text of {number}\n"));
    }
    world.commit("one");
    world.push();
    let handle = world.repo.clone();
    let mapped = || -> Vec<String> {
        let entries = std::fs::read_dir(handle.path().join("objects/pack")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(".bitmap")).collect()
    };
    handle.tidy(&Cancel::new()).unwrap();
    let first = mapped();
    assert_eq!((first.len(), handle.tidiness().unwrap().packs), (1, 1));
    // Each brings a commit, a tree and a blob.
    let push = |numbers: std::ops::Range<u32>| {
        for number in numbers {
            world.write("b", format!("{number}\n"));
            world.commit("more");
            world.git(&["push", "-q", "origin", "main"]);
        }
        handle.tidy(&Cancel::new()).unwrap();
        world.repo.fsck(&Cancel::new()).unwrap();
        assert!(!handle.tidiness().unwrap().is_due());
    };
    push(0..24);
    assert_eq!(mapped(), first, "a little has come");
    push(24..48);
    let second = mapped();
    assert!(second.len() == 1 && second != first, "much has come: {second:?}");
    assert_eq!(handle.tidiness().unwrap().packs, 1);
}

//! What a push would bring, held against git's own answers.

use std::{collections::BTreeSet, ops::ControlFlow};

use git::{ChangeKind, Error, Incoming, Oid};

use crate::{
    relating::{Numbers, random_history},
    support::World,
};

fn names(incoming: &Incoming) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    incoming
        .each(|commit| -> Result<_, Error> {
            // The oldest first: parents of a new commit were shown before it, clocks permitting.
            names.insert(commit.id.to_string());
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    assert_eq!(names.len(), incoming.len());
    names
}

#[test]
pub(crate) fn new_is_what_git_finds_beyond_all_references() {
    let world = World::new();
    random_history(&world, 5, 400);
    let all = world.bare(&["rev-list", "--all"]);
    let all: Vec<&str> = all.lines().collect();
    // Keep everything, but hidden from what follows.
    let mut numbers = Numbers::new(99);
    let (mut found, mut more) = (0, 0);
    for round in 0..30 {
        for line in world.bare(&["for-each-ref", "--format=%(refname)"]).lines() {
            world.bare(&["update-ref", "-d", line]);
        }
        for index in 0..3 {
            let commit = all[numbers.below(all.len() as u64) as usize];
            world.bare(&["update-ref", &format!("refs/heads/k{index}"), commit]);
        }
        let tips: Vec<&str> =
            (0..2).map(|_| all[numbers.below(all.len() as u64) as usize]).collect();
        let list = |args: &[&str]| -> BTreeSet<String> {
            world.bare(args).lines().map(str::to_owned).collect()
        };
        let known = list(&["rev-list", "--all"]);
        let new: BTreeSet<String> =
            list(&["rev-list", tips[0], tips[1]]).difference(&known).cloned().collect();
        let by_git = list(&["rev-list", tips[0], tips[1], "--not", "--all"]);
        let oids: Vec<Oid> = tips.iter().map(|tip| Oid::from_hex(tip).unwrap()).collect();
        let incoming = world.repo.incoming(&oids, 1_000).unwrap();
        let ours = names(&incoming);
        assert!(ours.is_superset(&new), "round {round}: {tips:?}");
        // Where clocks differ by days, Git itself takes something known for new.
        assert!(by_git.is_superset(&ours), "round {round}: {tips:?}");
        more += by_git.len() - ours.len();
        found += incoming.len();
    }
    assert!(found > 500 && more < found / 10, "{found} {more}");
}

#[test]
pub(crate) fn what_a_commit_touches_is_what_git_shows() {
    let world = World::new();
    world.write("a/one", "1");
    world.write("a/two", "2");
    let root = world.commit("root");
    world.git(&["checkout", "-q", "-b", "side"]);
    world.write("b/three", "3");
    std::fs::remove_file(world.work().join("a/two")).unwrap();
    let side = world.commit("side");
    world.git(&["checkout", "-q", "main"]);
    world.write("a/one", "1 and more");
    world.commit("main");
    world.git(&["merge", "-q", "--no-commit", "side"]);
    world.write("a/one", "1 of both");
    let merge = world.commit("merge");
    world.git(&["tag", "-a", "-m", "x", "v1"]);
    let tag = world.rev("v1");
    world.git(&["push", "-q", "origin", "main:refs/keep/main", "v1:refs/keep/v1"]);
    for name in ["refs/keep/main", "refs/keep/v1"] {
        world.bare(&["update-ref", "-d", name]);
    }
    // A tag stands for its commit, a tree and nothing at all for none.
    let incoming = world.repo.incoming(&[tag, Oid::ZERO, world.rev("HEAD^{tree}")], 10).unwrap();
    assert_eq!(incoming.len(), 4);
    assert_eq!(incoming.commit_behind(tag), Some(merge));
    assert!(incoming.contains(root) && !incoming.contains(tag));
    let touched = |id: Oid| {
        let commit = incoming.commit(id).unwrap();
        let touched = incoming.touched(&commit).unwrap();
        let size = |oid| incoming.size(oid).unwrap();
        touched.iter().map(|it| (it.kind, it.path.clone(), size(it.oid))).collect::<Vec<_>>()
    };
    let added = |path: &str, size| (ChangeKind::Added, path.to_owned(), size);
    assert_eq!(touched(root), [added("a/one", 1), added("a/two", 1)]);
    let deleted = (ChangeKind::Deleted, "a/two".to_owned(), 1);
    assert_eq!(touched(side), [deleted, added("b/three", 1)]);
    // Of a merge only what neither side had.
    assert_eq!(touched(merge), [(ChangeKind::Modified, "a/one".to_owned(), 9)]);

    let error = world.repo.incoming(&[merge], 3).unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 3, .. }), "{error:?}");
    world.push();
    assert!(world.repo.incoming(&[tag, side], 3).unwrap().is_empty());
}

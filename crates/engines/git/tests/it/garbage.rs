//! Removing what nothing leads to, beside pushes that lead to it again.

use std::time::Duration;

use git::{Cancel, Oid, RefEdit, Repository, UpdateResult};

use crate::{
    pushing::thin_pack,
    receiving::{CAPABILITIES, assert_clean, push, push_head},
    support::{World, run, someone, try_run},
};

const LONG: Duration = Duration::from_secs(3600);

fn has(repo: &Repository, id: Oid) -> bool {
    try_run(repo.path(), &["cat-file", "-e", &id.to_string()]).status.success()
}

fn set(repo: &Repository, name: &str, new: Oid) -> git::Result<()> {
    let edit = RefEdit { name: name.to_owned(), old: None, new };
    repo.edit_refs(&[edit], &someone(), "test")
}

#[test]
pub(crate) fn garbage_is_set_aside_and_removed_after_its_time() {
    let world = World::new();
    let never = Cancel::new();
    world.write("a", "1");
    world.commit("base");
    world.push();
    assert!(world.repo.is_collection_due().unwrap());
    let orphan = |number: u8| {
        let branch = format!("orphan{number}");
        world.git(&["checkout", "-q", "--orphan", &branch]);
        world.write("a", vec![number; 1000]);
        let id = world.commit("orphan");
        world.git(&["push", "-q", "origin", &branch]);
        set(&world.repo, &format!("refs/heads/{branch}"), Oid::ZERO).unwrap();
        id
    };
    let first = orphan(1);
    assert_eq!(world.repo.collect(LONG, &never).unwrap(), 0);
    assert!(has(&world.repo, first) && !world.repo.is_collection_due().unwrap());
    let second = orphan(2);
    assert_eq!(world.repo.collect(LONG, &never).unwrap(), 0);
    // Two packs beside the one of what is needed; what was set aside keeps its age.
    let packs = || world.bare(&["count-objects", "-v"]).lines().nth(3).unwrap().to_owned();
    assert_eq!(packs(), "packs: 3");
    world.repo.tidy(&never).unwrap();
    world.repo.remove_leftovers(Duration::ZERO).unwrap();
    assert_eq!(world.repo.collect(LONG, &never).unwrap(), 0);
    assert_eq!(packs(), "packs: 3");
    // What is needed again stays, the rest goes.
    set(&world.repo, "refs/heads/again", first).unwrap();
    assert_eq!(world.repo.collect(Duration::ZERO, &never).unwrap(), 2);
    assert!(has(&world.repo, first) && !has(&world.repo, second));
    assert_eq!(packs(), "packs: 1");
    set(&world.repo, "refs/heads/gone", second).unwrap_err();
    assert_clean(&world.repo);

    // What was forced away is in the reflog as long as it is kept.
    let old = world.rev("orphan2");
    world.git(&["push", "-q", "origin", "orphan2:moved"]);
    world.git(&["commit", "-q", "--amend", "-m", "rewritten"]);
    world.git(&["push", "-q", "-f", "origin", "orphan2:moved"]);
    world.repo.collect(LONG, &never).unwrap();
    assert!(has(&world.repo, old));
    world.repo.collect(Duration::ZERO, &never).unwrap();
    assert!(!has(&world.repo, old));
    assert_clean(&world.repo);
}

/// Housekeeping that keeps no garbage at all while pushes come in, among them such as count on what
/// nothing leads to: whatever was acknowledged stays, whole.
#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn removal_races_pushes() {
    const CLIENTS: usize = 3;
    const PUSHES: usize = 10;
    let world = World::new();
    world.write("a", "1");
    let base = world.commit("base");
    world.push();
    let stop = Cancel::new();
    let busy = std::thread::spawn({
        let (repo, stop) = (world.repo.clone(), stop.clone());
        move || {
            let (mut rounds, mut removed) = (0, 0);
            while !stop.is_cancelled() {
                let never = Cancel::new();
                repo.tidy(&never).unwrap();
                removed += repo.collect(Duration::ZERO, &never).unwrap();
                rounds += 1;
            }
            (rounds, removed)
        }
    });
    let world = std::sync::Arc::new(world);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let world = std::sync::Arc::clone(&world);
            tokio::spawn(async move {
                let (main, side) =
                    (format!("refs/heads/c{client}"), format!("refs/heads/s{client}"));
                let (mut tip, mut acknowledged, mut counted_on) = (base, Oid::ZERO, 0);
                for number in 0..PUSHES {
                    let words = format!("{client} {number}");
                    let file = world.dir.path().join(format!("file{client}"));
                    std::fs::write(&file, words.repeat(50)).unwrap();
                    let blob = world.git(&["hash-object", "-w", file.to_str().unwrap()]);
                    let index = world.dir.path().join(format!("index{client}"));
                    let entry = format!("100644,{},f", blob.trim());
                    let with_index = |args: &[&str]| {
                        let mut git = crate::support::client(&world.work());
                        let output = git.env("GIT_INDEX_FILE", &index).args(args).output().unwrap();
                        assert!(output.status.success(), "{args:?}");
                        String::from_utf8(output.stdout).unwrap().trim().to_owned()
                    };
                    with_index(&["update-index", "--add", "--cacheinfo", &entry]);
                    let tree = with_index(&["write-tree"]);
                    let parent = tip.to_string();
                    let next = world.git(&["commit-tree", "-p", &parent, "-m", &words, &tree]);
                    let next = Oid::from_hex(next.trim()).unwrap();
                    let pack = thin_pack(&world, &[next], &[tip]);
                    let nothing = thin_pack(&world, &[], &[]);
                    let change = async |name: &str, old: Oid, new: Oid, pack: &[u8]| {
                        let mut body = push_head(&[(name, old, new)], CAPABILITIES, &[]).to_vec();
                        if !new.is_zero() {
                            body.extend_from_slice(pack);
                        }
                        let received = push(&world.repo, body).await.unwrap();
                        received.updates[0].result.clone()
                    };
                    let updated = UpdateResult::Updated;
                    // What was thrown away a moment ago comes again, or is counted on.
                    assert_eq!(change(&side, Oid::ZERO, next, &pack).await, updated, "{words}");
                    assert_eq!(change(&side, next, Oid::ZERO, &[]).await, updated, "{words}");
                    for _ in 0..3 {
                        if change(&side, Oid::ZERO, next, &nothing).await == updated {
                            counted_on += 1;
                            let listed = ["rev-list", "--objects", "--quiet", &next.to_string()];
                            run(world.repo.path(), &listed);
                            assert_eq!(change(&side, next, Oid::ZERO, &[]).await, updated);
                        }
                    }
                    assert_eq!(change(&main, acknowledged, next, &pack).await, updated, "{words}");
                    (tip, acknowledged) = (next, next);
                }
                (main, acknowledged, counted_on)
            })
        })
        .collect();
    let mut counted_on = 0;
    for client in clients {
        let (name, tip, count) = client.await.unwrap();
        assert_eq!(world.repo.reference(&name).unwrap(), Some(tip));
        counted_on += count;
    }
    stop.cancel();
    let (rounds, removed) = busy.join().unwrap();
    assert!(rounds > 0 && removed > 0, "{rounds} {removed}");
    println!("{rounds} rounds, {removed} packs removed, {counted_on} pushes counted on garbage");
    assert_clean(&world.repo);
    let count = run(world.repo.path(), &["rev-list", "--count", "--all"]);
    assert_eq!(count.trim(), (1 + CLIENTS * PUSHES).to_string());
}

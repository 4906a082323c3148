//! Random histories, pushed in random pieces, are the same here as where they came from.

use std::{io::Write, process::Stdio};

use git::{Oid, Repository, UpdateResult};

use crate::{
    serving::{CAPABILITIES, assert_clean, push, push_head},
    support::{World, client, run},
};

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// One change of the history by the client.
fn change(world: &World, random: &mut Random, round: usize) {
    let branches: Vec<String> = world
        .git(&["for-each-ref", "--format=%(refname:short)", "refs/heads"])
        .lines()
        .map(str::to_owned)
        .collect();
    if !branches.is_empty() && random.below(3) == 0 {
        let branch = &branches[random.below(branches.len())];
        world.git(&["checkout", "-q", "-f", branch]);
    }
    match random.below(10) {
        0 => drop(world.git(&["checkout", "-q", "-B", &format!("b{round}")])),
        1 if branches.len() > 1 => {
            let other = &branches[random.below(branches.len())];
            // A conflict is solved by taking ours.
            world.git(&[
                "merge",
                "-q",
                "-s",
                "ours",
                "--allow-unrelated-histories",
                "-m",
                "m",
                other,
            ]);
        }
        2 => drop(world.git(&["tag", "-f", "-a", "-m", "words", &format!("t{}", round % 5)])),
        3 => drop(world.git(&["tag", "-f", &format!("l{}", round % 5)])),
        4 => {
            // Something old again: its files are here, under other names.
            world.git(&["commit", "-q", "--allow-empty", "-m", "empty"]);
            let old = world.git(&["rev-list", "HEAD"]);
            let old: Vec<&str> = old.lines().collect();
            let old = old[random.below(old.len())];
            world.git(&["read-tree", "--reset", "-u", old]);
            world.git(&["commit", "-q", "--allow-empty", "-m", "old"]);
        }
        5 => {
            world.git(&["checkout", "-q", "-f", "HEAD"]);
            let dir = world.work().join("d");
            if dir.exists() {
                let to = format!("moved{round}");
                world.git(&["mv", "-k", "d", &to]);
                world.git(&["commit", "-q", "--allow-empty", "-m", "moved"]);
            }
        }
        _ => {
            for _ in 0..=random.below(4) {
                let path =
                    ["a", "d/b", "d/e/c", "x.txt", ".gitignore", ".gitattributes"][random.below(6)];
                let lines = random.below(300);
                let mut text: String = (0..lines).map(|line| format!("line {line}\n")).collect();
                text.push_str(&format!("# {}\n", random.below(1000)));
                world.write(path, text);
            }
            world.commit("changed");
        }
    }
}

/// The pack of a push, thin, as a client makes it.
pub(crate) fn thin_pack(world: &World, wanted: &[Oid], known: &[Oid]) -> Vec<u8> {
    let mut child = client(&world.work())
        .args(["pack-objects", "--revs", "--stdout", "--thin", "--delta-base-offset", "-q"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut revs: String = wanted.iter().map(|id| format!("{id}\n")).collect();
    revs.extend(known.iter().map(|id| format!("^{id}\n")));
    child.stdin.take().unwrap().write_all(revs.as_bytes()).unwrap();
    child.wait_with_output().unwrap().stdout
}

fn refs(dir: &std::path::Path) -> Vec<(String, Oid)> {
    run(dir, &["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags"])
        .lines()
        .map(|line| {
            let (name, id) = line.split_once(' ').unwrap();
            (name.to_owned(), Oid::from_hex(id).unwrap())
        })
        .collect()
}

async fn exchange(world: &World, random: &mut Random) {
    let (ours, theirs) = (refs(world.repo.path()), refs(&world.work()));
    let now =
        |name: &str| ours.iter().find(|(other, _)| other == name).map_or(Oid::ZERO, |(_, id)| *id);
    let changed: Vec<_> = theirs
        .iter()
        .map(|(name, new)| (name.as_str(), now(name), *new))
        .filter(|(_, old, new)| old != new && random.below(4) > 0)
        .collect();
    if changed.is_empty() {
        return;
    }
    let wanted: Vec<Oid> = changed.iter().map(|(.., new)| *new).collect();
    let known: Vec<Oid> = ours.iter().map(|(_, id)| *id).collect();
    let mode = ["", " atomic"][random.below(2)];
    let mut body = push_head(&changed, &format!("{CAPABILITIES}{mode}"), &[]).to_vec();
    body.extend_from_slice(&thin_pack(world, &wanted, &known));
    let received = push(&world.repo, body).await.unwrap();
    for update in received.updates {
        assert_eq!(update.result, UpdateResult::Updated, "{update:?}");
    }
}

async fn history(seed: u64) {
    let world = World::new();
    let mut random = Random(seed);
    world.write("a", "1");
    world.commit("first");
    for round in 0..25 {
        for _ in 0..=random.below(3) {
            change(&world, &mut random, round);
        }
        exchange(&world, &mut random).await;
        if round == 12 {
            world.repo.tidy(&git::Cancel::new()).unwrap();
        }
    }
    for _ in 0..20 {
        exchange(&world, &mut random).await;
    }
    assert_eq!(refs(world.repo.path()), refs(&world.work()), "seed {seed}");
    let complaints = run(world.repo.path(), &["fsck", "--strict", "--no-dangling"]);
    assert!(complaints.is_empty(), "seed {seed}: {complaints}");
    assert_clean(&world.repo);
    let fresh = Repository::open(world.repo.path()).unwrap();
    assert_eq!(fresh.branches().unwrap(), world.repo.branches().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn random_histories_arrive_as_they_are() {
    for seed in [0x9e37_79b9_7f4a_7c15, 3, 77] {
        history(seed).await;
    }
}

/// Housekeeping while pushes come in: whatever was acknowledged stays, whole.
#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn housekeeping_races_pushes() {
    const CLIENTS: usize = 3;
    const PUSHES: usize = 12;
    let world = World::new();
    world.write("a", "1");
    let base = world.commit("base");
    world.push();
    let stop = git::Cancel::new();
    let busy = std::thread::spawn({
        let (repo, stop) = (world.repo.clone(), stop.clone());
        move || {
            let mut rounds = 0;
            while !stop.is_cancelled() {
                let never = git::Cancel::new();
                repo.tidy(&never).unwrap();
                repo.repack(&never).unwrap();
                rounds += 1;
            }
            rounds
        }
    });
    let world = std::sync::Arc::new(world);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let world = std::sync::Arc::clone(&world);
            tokio::spawn(async move {
                let (main, side) =
                    (format!("refs/heads/c{client}"), format!("refs/heads/s{client}"));
                let (mut tip, mut acknowledged) = (base, Oid::ZERO);
                for number in 0..PUSHES {
                    let words = format!("{client} {number}");
                    let tree = world.git(&["mktree", "--missing"]).trim().to_owned();
                    let parent = tip.to_string();
                    let next = world.git(&["commit-tree", "-p", &parent, "-m", &words, &tree]);
                    let next = Oid::from_hex(next.trim()).unwrap();
                    let pack = thin_pack(&world, &[next], &[tip]);
                    let updated = async |name: &str, old: Oid, new: Oid| {
                        let mut body = push_head(&[(name, old, new)], CAPABILITIES, &[]).to_vec();
                        if !new.is_zero() {
                            body.extend_from_slice(&pack);
                        }
                        let received = push(&world.repo, body).await.unwrap();
                        assert_eq!(received.updates[0].result, UpdateResult::Updated, "{words}");
                    };
                    // What was thrown away a moment ago comes again.
                    updated(&side, Oid::ZERO, next).await;
                    updated(&side, next, Oid::ZERO).await;
                    updated(&main, acknowledged, next).await;
                    (tip, acknowledged) = (next, next);
                }
                (main, acknowledged)
            })
        })
        .collect();
    for client in clients {
        let (name, tip) = client.await.unwrap();
        assert_eq!(world.repo.reference(&name).unwrap(), Some(tip));
    }
    stop.cancel();
    assert!(busy.join().unwrap() > 0);
    assert_clean(&world.repo);
    let count = run(world.repo.path(), &["rev-list", "--count", "--all"]);
    assert_eq!(count.trim(), (1 + CLIENTS * PUSHES).to_string());
}

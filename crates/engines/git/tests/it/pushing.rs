//! Random histories, pushed in random pieces, are the same here as where they came from.

use std::{io::Write, process::Stdio};

use git::{Oid, Repository, UpdateResult};

use crate::{
    receiving::{CAPABILITIES, assert_clean, push, push_head},
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

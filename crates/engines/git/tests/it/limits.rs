//! Pushes that want too much, or more than they say.

use std::time::{Duration, Instant};

use git::{Oid, PushRequest, Receiving, Repository, UpdateResult};
use tokio::io::{AsyncWriteExt as _, BufReader, DuplexStream};

use crate::{
    pushing::thin_pack,
    serving::{CAPABILITIES, assert_clean, push_head, pusher},
    support::World,
};

fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let words = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    words.flatten().take(length).collect()
}

/// A pack has an end, and what stands behind it was meant for somebody else: refused, however it
/// comes in and whoever takes the pack. `git receive-pack` refuses it when it is quick enough.
#[tokio::test(flavor = "multi_thread")]
async fn what_stands_behind_a_pack_is_refused() {
    let world = World::new();
    world.write("a", "line\n".repeat(1000));
    let base = world.commit("base");
    world.push();
    world.write("a", format!("{}end\n", "line\n".repeat(1000)));
    let small = world.commit("small");
    world.write("noise", noise(5 << 20, 3));
    let large = world.commit("large");
    let mut number = 0;
    // With and without a base in the repository, taken in this process and by git.
    for (tip, known) in [(small, &[][..]), (small, &[base]), (large, &[]), (large, &[base])] {
        let pack = thin_pack(&world, &[tip], known);
        for junk in [0, 1, 25, 100_000] {
            for step in [1 << 12, 1 << 24] {
                number += 1;
                let name = format!("refs/heads/b{number}");
                let mut body = push_head(&[(&name, Oid::ZERO, tip)], CAPABILITIES, &[]).to_vec();
                body.extend_from_slice(&pack);
                body.extend(std::iter::repeat_n(b'P', junk));
                let mut input = BufReader::with_capacity(step, std::io::Cursor::new(body));
                let request = PushRequest::read(&mut input).await.unwrap();
                let arrived = world.repo.receive(request, input, &pusher()).arrived().await;
                let received = arrived.unwrap().commit(Vec::new()).await.unwrap();
                let expected = match junk {
                    0 => UpdateResult::Updated,
                    _ => UpdateResult::Refused("pack has junk at the end".to_owned()),
                };
                assert_eq!(received.updates[0].result, expected, "{tip} {known:?} {junk} {step}");
            }
        }
    }
    assert_clean(&world.repo);
}

/// How many processes index a pack for this repository.
fn indexing(repo: &Repository) -> usize {
    let path = repo.path().to_str().unwrap();
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|entry| {
            let read = |name| std::fs::read(entry.path().join(name)).unwrap_or_default();
            let (line, environment) = (read("cmdline"), read("environ"));
            let (line, environment) =
                (String::from_utf8_lossy(&line), String::from_utf8_lossy(&environment));
            line.contains("index-pack") && (environment.contains(path) || line.contains(path))
        })
        .count()
}

/// However many large packs come in at once, there is a limit on the processes that take them.
#[tokio::test(flavor = "multi_thread")]
async fn large_pushes_wait_for_their_turn() {
    let world = World::new();
    world.write("a", "1");
    let base = world.commit("base");
    world.push();
    let limit = std::thread::available_parallelism().map_or(4, usize::from).max(8) * 4;
    let mut begun: Vec<(DuplexStream, Receiving)> = Vec::new();
    for number in 0..limit + 5 {
        let (reader, mut writer) = tokio::io::duplex(1 << 16);
        let mut input = BufReader::new(reader);
        let name = format!("refs/heads/b{number}");
        let mut body = push_head(&[(&name, Oid::ZERO, base)], CAPABILITIES, &[]).to_vec();
        // Many objects are said to come, so that a process is started.
        body.extend_from_slice(b"PACK\0\0\0\x02\0\xff\0\0");
        writer.write_all(&body).await.unwrap();
        let request = PushRequest::read(&mut input).await.unwrap();
        begun.push((writer, world.repo.receive(request, input, &pusher())));
    }
    let settled = async |wanted: usize| {
        let started = Instant::now();
        while indexing(&world.repo) != wanted {
            let count = indexing(&world.repo);
            assert!(started.elapsed() < Duration::from_secs(60), "{count}, not {wanted}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    settled(limit).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(indexing(&world.repo), limit);
    // Who goes makes room for who waits.
    begun.drain(..limit - 1);
    settled(6).await;
    drop(begun);
    settled(0).await;
}

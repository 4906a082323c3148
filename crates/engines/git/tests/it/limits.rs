//! Pushes that want too much, or more than they say.

use std::time::{Duration, Instant};

use git::{Oid, PushRequest, UpdateResult};
use tokio::io::BufReader;

use gix::objs::Kind;

use crate::{
    hostile::{AUTHOR, COMMITTER, Entry, commit_text, oid, pack_of, tree, whole},
    pushing::thin_pack,
    receiving::{CAPABILITIES, assert_clean, push, push_head, pusher},
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

/// Names that are longer than a file system takes, and more of them than anybody needs.
#[tokio::test(flavor = "multi_thread")]
async fn huge_references_and_many_of_them() {
    let world = World::new();
    world.write("a", "1");
    let base = world.commit("base");
    world.push();
    let long = |length: usize| format!("refs/heads/{}", "n".repeat(length));
    let deep = |depth: usize| format!("refs/heads/{}", vec!["d"; depth].join("/"));
    for name in [long(256), long(5000), long(60_000), deep(3000), deep(30_000), long(255)] {
        let fine = ("refs/heads/fine", Oid::ZERO, base);
        let gone = (fine.0, base, Oid::ZERO);
        let body = push_head(&[(&name, Oid::ZERO, base), fine], CAPABILITIES, &[]);
        let mut body = body.to_vec();
        body.extend_from_slice(&pack_of(0, &[]));
        let received = push(&world.repo, body).await.unwrap();
        assert!(matches!(received.updates[0].result, UpdateResult::Refused(_)), "{}", name.len());
        assert_eq!(received.updates[1].result, UpdateResult::Updated);
        // To delete what cannot be is refused, too, or nothing.
        let body = push_head(&[(&name, base, Oid::ZERO), gone], CAPABILITIES, &[]);
        let received = push(&world.repo, body.to_vec()).await.unwrap();
        assert!(matches!(received.updates[0].result, UpdateResult::Refused(_)), "{}", name.len());
        assert_eq!(received.updates[1].result, UpdateResult::Updated);
    }
    let names: Vec<String> = (0..500).map(|number| format!("refs/heads/m/{number}")).collect();
    for atomic in ["", " atomic"] {
        let started = Instant::now();
        for (old, new) in [(Oid::ZERO, base), (base, Oid::ZERO)] {
            let wanted: Vec<_> = names.iter().map(|name| (name.as_str(), old, new)).collect();
            let mut body = push_head(&wanted, &format!("{CAPABILITIES}{atomic}"), &[]).to_vec();
            if !new.is_zero() {
                body.extend_from_slice(&pack_of(0, &[]));
            }
            let received = push(&world.repo, body).await.unwrap();
            assert!(received.updates.iter().all(|it| it.result == UpdateResult::Updated));
        }
        assert!(started.elapsed() < Duration::from_secs(600), "{:?}", started.elapsed());
    }
    assert_eq!(world.repo.branches().unwrap().len(), 1);
    assert_clean(&world.repo);
}

/// A few bytes that would become gigabytes are refused before they do.
#[tokio::test(flavor = "multi_thread")]
async fn packs_that_explode_are_refused() {
    let world = World::new();
    world.write("a", "1");
    let base = world.commit("base");
    world.push();
    let seed = vec![b'x'; 1 << 16];
    let seed_id = oid(Kind::Blob, &seed);
    let root = tree(&[("100644", b"f", seed_id)]);
    let links = format!("tree {}\nparent {base}\n", oid(Kind::Tree, &root));
    let text = commit_text(&links, AUTHOR, COMMITTER, "\nx\n");
    let tip = oid(Kind::Commit, &text);
    let size = |mut size: u64| {
        let mut bytes = Vec::new();
        while size >= 0x80 {
            bytes.push((size & 0x7f) as u8 | 0x80);
            size >>= 7;
        }
        bytes.push(size as u8);
        bytes
    };
    for gigabytes in [1_u64, 16] {
        let copies = (gigabytes << 30) / (1 << 16);
        let mut delta = [size(1 << 16), size(copies << 16)].concat();
        // Each takes the whole base.
        (0..copies).for_each(|_| delta.push(0x80));
        let entries = [
            Entry::Whole(Kind::Commit, text.clone()),
            Entry::Whole(Kind::Tree, root.clone()),
            Entry::Whole(Kind::Blob, seed.clone()),
            Entry::RefDelta(seed_id, delta),
        ];
        let pack = pack_of(4, &entries);
        assert!(pack.len() < 1 << 20);
        let mut body =
            push_head(&[("refs/heads/bomb", Oid::ZERO, tip)], CAPABILITIES, &[]).to_vec();
        body.extend_from_slice(&pack);
        let started = Instant::now();
        let received = push(&world.repo, body).await.unwrap();
        assert!(matches!(received.updates[0].result, UpdateResult::Refused(_)), "{received:?}");
        assert!(started.elapsed() < Duration::from_secs(240), "{:?}", started.elapsed());
    }
    assert_clean(&world.repo);
}

/// Small trees that hold each other many times have more files than can be counted. They are Git's
/// to take, but whoever lists files stops.
#[tokio::test(flavor = "multi_thread")]
async fn trees_that_explode_are_not_listed() {
    let world = World::new();
    world.write("a", "1");
    let base = world.commit("base");
    world.push();
    let blob = b"x".to_vec();
    let mut objects = vec![(Kind::Blob, blob.clone())];
    let (mut mode, mut id) = ("100644", oid(Kind::Blob, &blob));
    let names: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
    for _ in 0..10 {
        let entries: Vec<_> = names.iter().map(|name| (mode, name.as_bytes(), id)).collect();
        let data = tree(&entries);
        (mode, id) = ("40000", oid(Kind::Tree, &data));
        objects.push((Kind::Tree, data));
    }
    let links = format!("tree {id}\nparent {base}\n");
    let text = commit_text(&links, AUTHOR, COMMITTER, "\nx\n");
    let tip = oid(Kind::Commit, &text);
    objects.push((Kind::Commit, text));
    let mut body = push_head(&[("refs/heads/bomb", Oid::ZERO, tip)], CAPABILITIES, &[]).to_vec();
    body.extend_from_slice(&whole(&objects));
    let mut input = std::io::Cursor::new(body);
    let request = PushRequest::read(&mut input).await.unwrap();
    let arrived = world.repo.receive(request, input, &pusher()).arrived().await.unwrap();
    let view = arrived.repository().unwrap();
    let started = Instant::now();
    let incoming = view.incoming(&[tip], 100).unwrap();
    let commit = incoming.commit(tip).unwrap();
    assert!(matches!(incoming.touched(&commit), Err(git::Error::TooLarge { .. })));
    assert!(matches!(view.all_blobs(tip), Err(git::Error::TooLarge { .. })));
    let (listed, more) = view.tree_below(tip, "", 1000).unwrap();
    assert!(listed.len() <= 1000 && more);
    assert_eq!(view.tree(tip, "3/1/4").unwrap().len(), 10);
    assert!(started.elapsed() < Duration::from_secs(240), "{:?}", started.elapsed());
    let received = arrived.commit(Vec::new()).await.unwrap();
    assert_eq!(received.updates[0].result, UpdateResult::Updated);
    // For an archive git would have all of them in memory.
    let mut archive = world.repo.archive(tip, "", "x", git::ArchiveFormat::Tar).unwrap();
    let first = futures_util::StreamExt::next(&mut archive).await.unwrap();
    assert!(matches!(first, Err(git::Error::TooLarge { .. })), "{first:?}");
    let asked = &b"0019argument --format=tar001cargument refs/heads/bomb0000"[..];
    let error = world.repo.upload_archive(asked).await.unwrap_err();
    assert!(matches!(error, git::Error::TooLarge { .. }), "{error}");
}

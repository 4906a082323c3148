//! Bytes of any kind to everything here that reads a client's: an answer, never a panic, and the
//! same one however they come in. `fuzz/` does it with libFuzzer; this is the short way.

use git::{Oid, probe};

use crate::{
    pushing::thin_pack,
    receiving::{CAPABILITIES, assert_clean, push_head},
    support::World,
};

#[test]
fn heads_and_requests() {
    let (one, two) = (Oid::from_bytes([1; 20]), Oid::from_bytes([2; 20]));
    let head = push_head(
        &[("refs/heads/main", one, two), ("refs/tags/v1", Oid::ZERO, two)],
        &format!("{CAPABILITIES} atomic push-options object-format=sha1"),
        &["ci.skip", "topic=größe"],
    );
    let long = Oid::from_hex("5".repeat(64)).unwrap();
    let other = push_head(&[("refs/heads/x", long, Oid::ZERO)], "object-format=sha256", &[]);
    let shallow = format!("0035shallow {one}00000008PACK");
    let seeds: &[&[u8]] = &[
        &head,
        &other,
        shallow.as_bytes(),
        b"0000",
        b"",
        b"0014command=ls-refs\n0015agent=git/2.39.5\n00010009peel\n000csymrefs\n\
          001bref-prefix refs/heads/\n0000",
        b"0012command=fetch\n0001000dthin-pack0032want 0101010101010101010101010101010101010101\n\
          0009done\n0000",
        b"--format=zip\n--prefix=a/\n-9\nv1:src\ndocs",
        b"--list",
    ];
    probe::each_damaged(seeds, 1500, |bytes| {
        probe::packets(bytes);
        probe::push_head(bytes);
        probe::requests(bytes);
        probe::names(bytes);
    });
}

#[test]
fn packs_and_objects() {
    let world = World::new();
    world.write("a", "line\n".repeat(100));
    world.write("d/b", "x");
    let base = world.commit("base");
    world.write("a", format!("{}end\n", "line\n".repeat(100)));
    let next = world.commit("next");
    world.git(&["tag", "-a", "-m", "words", "v1"]);
    let tag = world.rev("v1");
    let whole = thin_pack(&world, &[tag], &[]);
    let thin = thin_pack(&world, &[next], &[base]);
    let unsealed = |pack: &[u8]| pack[..pack.len() - 20].to_vec();
    assert!(probe::pack(&whole, false) && probe::pack(&unsealed(&whole), true));
    let (cut, cut_thin) = (unsealed(&whole), unsealed(&thin));
    let mut taken = 0;
    probe::each_damaged(&[&whole, &thin, &cut, &cut_thin], 1000, |bytes| {
        taken += usize::from(probe::pack(bytes, false)) + usize::from(probe::pack(bytes, true));
    });
    assert!(taken >= 2, "nothing that was fed was a pack");
    // The thin one leans on what this repository has.
    world.bare(&["fetch", "--quiet", world.work().to_str().unwrap(), &base.to_string()]);
    let mut taken = 0;
    probe::each_damaged(&[&whole, &thin, &cut, &cut_thin], 500, |bytes| {
        for seal in [false, true] {
            taken += usize::from(probe::large_pack(&world.repo, bytes, seal));
        }
    });
    assert!(taken >= 4, "not all that was fed whole was taken");
    assert_clean(&world.repo);
    let raw = |kind: &str, rev: &str| {
        let args = ["cat-file", kind, rev];
        crate::support::try_run(&world.work(), &args).stdout
    };
    let objects = [
        raw("tree", "HEAD^{tree}"),
        raw("commit", "HEAD"),
        raw("tag", "v1"),
        raw("blob", "HEAD:a"),
    ];
    let seeds: Vec<&[u8]> = objects.iter().map(Vec::as_slice).collect();
    probe::each_damaged(&seeds, 1500, |bytes| {
        (0..4).for_each(|kind| probe::object(kind, bytes));
    });
}

#[test]
fn paths_and_addresses() {
    let seeds: &[&[u8]] = &[
        b"src/main.rs",
        ".g\u{200c}it/config".as_bytes(),
        b"a\\.git\\hooks",
        b"git~1/x",
        "文/件".as_bytes(),
        b"https://example.org:8443/a/b.git?x#y",
        b"http://[::1]:80/a",
        b"file:///srv/a.git",
        b"ssh://-oProxyCommand=x/a",
        b"https://eyjj\"jg?x@y",
        b"http://good.example\\@127.0.0.1:80/x.git",
        b"http://[::ffff:127.0.0.1%25x]/a",
    ];
    probe::each_damaged(seeds, 3000, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        probe::path(&text);
        probe::address(&text);
        probe::names(bytes);
    });
}

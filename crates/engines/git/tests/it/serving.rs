//! Serving, held against what real git answers to the same bytes.

use std::{
    io::Write,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt};
use git::{
    Cancel, Error, ObjectFormat, Oid, PackStream, Protocol, PushRequest, Repository, Service,
    pktline,
    pktline::{Packet, put_flush, put_packet, take_packet},
};
use tokio::io::AsyncReadExt;

use crate::receiving::{CAPABILITIES, push_head};
use crate::support::{World, client, format, made_up, run, try_run};

async fn collect(stream: PackStream) -> Vec<u8> {
    stream
        .try_fold(Vec::new(), async |mut all, piece| {
            all.extend_from_slice(&piece);
            Ok(all)
        })
        .await
        .unwrap()
}

/// What real git answers.
fn real(
    repo: &Repository,
    service: &str,
    protocol: &str,
    advertise: bool,
    input: &[u8],
) -> Vec<u8> {
    let mut child = client(Path::new("/"))
        .args([service, "--stateless-rpc"])
        .args(advertise.then_some("--http-backend-info-refs"))
        .arg(repo.path())
        .env("GIT_PROTOCOL", protocol)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap().stdout
}

fn ls_refs(format: ObjectFormat, arguments: &[&str]) -> Vec<u8> {
    let mut out = BytesMut::new();
    put_packet(&mut out, b"command=ls-refs\n");
    put_packet(&mut out, b"agent=git/test\n");
    put_packet(&mut out, format!("object-format={}", format.name()).as_bytes());
    out.extend_from_slice(b"0001");
    for argument in arguments {
        put_packet(&mut out, argument.as_bytes());
    }
    put_flush(&mut out);
    out.to_vec()
}

/// Every advertisement of ours is, byte for byte, real git's.
async fn same_as_git(repo: &Repository) {
    let header = |service: &str| {
        let mut out = BytesMut::new();
        put_packet(&mut out, format!("# service={service}\n").as_bytes());
        put_flush(&mut out);
        out.to_vec()
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    for (protocol, name) in
        [(Protocol::V0, "version=0"), (Protocol::V1, "version=1"), (Protocol::V2, "version=2")]
    {
        let ours = repo.advertise(Service::Receive, protocol).await.unwrap();
        let mut theirs = header("git-receive-pack");
        theirs.extend(real(repo, "receive-pack", name, true, b""));
        assert_eq!(text(&ours), text(&theirs));
        let ours = repo.advertise(Service::Upload, protocol).await.unwrap();
        let mut theirs =
            if protocol == Protocol::V2 { Vec::new() } else { header("git-upload-pack") };
        theirs.extend(real(repo, "upload-pack", name, true, b""));
        assert_eq!(text(&ours), text(&theirs));
    }
    for arguments in [
        &[][..],
        &["peel\n", "symrefs\n", "unborn\n"],
        &[
            "peel",
            "symrefs",
            "ref-prefix HEAD\n",
            "ref-prefix refs/heads/\n",
            "ref-prefix refs/tags/\n",
        ],
        &["symrefs", "unborn", "ref-prefix refs/heads/branch-1"],
        &["peel", "ref-prefix refs/tags/v", "ref-prefix nothing"],
    ] {
        let request = ls_refs(repo.format(), arguments);
        let ours = collect(
            repo.upload_pack(Protocol::V2, std::io::Cursor::new(request.clone())).await.unwrap(),
        )
        .await;
        let theirs = real(repo, "upload-pack", "version=2", false, &request);
        assert_eq!(text(&ours), text(&theirs), "{arguments:?}");
    }
}

#[tokio::test]
pub(crate) async fn advertisements_are_those_of_git() {
    let world = World::new();
    same_as_git(&world.repo).await;
    world.write("a", "1");
    let one = world.commit("one");
    world.git(&["tag", "v1"]);
    world.git(&["tag", "-a", "-m", "x", "v2"]);
    world.git(&["tag", "-a", "-m", "x", "v3", "v2"]);
    world.write("a", "2");
    world.commit("two");
    world.git(&["branch", "zweig/ü"]);
    world.push();
    same_as_git(&world.repo).await;
    world.bare(&["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
    world.bare(&["update-ref", "refs/internal/x", &one.to_string()]);
    world.bare(&["update-ref", "refs/pull/1/head", &one.to_string()]);
    same_as_git(&world.repo).await;
    world.repo.repack(&Cancel::new()).unwrap();
    same_as_git(&world.repo).await;
    world.bare(&["update-ref", "refs/heads/a-b", &one.to_string()]);
    world.bare(&["update-ref", "refs/heads/a/b", &one.to_string()]);
    world.bare(&["update-ref", "refs/heads/a.b", &one.to_string()]);
    world.repo.set_head("missing").unwrap();
    same_as_git(&world.repo).await;
    world.bare(&["update-ref", "--no-deref", "HEAD", &one.to_string()]);
    same_as_git(&world.repo).await;
}

#[tokio::test]
pub(crate) async fn two_thousand_branches() {
    let world = World::new();
    world.write("a", "1");
    let one = world.commit("one");
    world.push();
    let script: String =
        (0..2000).map(|n| format!("create refs/heads/branch-{n}/x {one}\n")).collect();
    let mut child = client(world.repo.path())
        .args(["update-ref", "--stdin"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    same_as_git(&world.repo).await;
    world.repo.tidy(&Cancel::new()).unwrap();
    same_as_git(&world.repo).await;
    assert_eq!(world.repo.branches().unwrap().len(), 2001);
}

fn fetch_request(want: Oid) -> Vec<u8> {
    let mut out = BytesMut::new();
    put_packet(&mut out, b"command=fetch");
    put_packet(&mut out, format!("object-format={}", format().name()).as_bytes());
    out.extend_from_slice(b"0001");
    put_packet(&mut out, b"no-progress");
    put_packet(&mut out, format!("want {want}\n").as_bytes());
    put_packet(&mut out, b"done\n");
    put_flush(&mut out);
    out.to_vec()
}

/// The pack inside an answer to `fetch`.
fn unpack(answer: &[u8]) -> Vec<u8> {
    let mut buffer = BytesMut::from(answer);
    assert_eq!(take_packet(&mut buffer).unwrap().unwrap().line(), Some(&b"packfile"[..]));
    let mut pack = Vec::new();
    while let Some(packet) = take_packet(&mut buffer).unwrap() {
        if let Packet::Data(data) = packet {
            assert_eq!(data[0], 1, "{:?}", String::from_utf8_lossy(&data));
            pack.extend_from_slice(&data[1..]);
        }
    }
    pack
}

#[tokio::test]
pub(crate) async fn a_fetch_brings_everything() {
    let world = World::new();
    world.write("a", "1");
    let one = world.commit("one");
    world.push();
    let request = fetch_request(one);
    let answer =
        collect(world.repo.upload_pack(Protocol::V2, std::io::Cursor::new(request)).await.unwrap())
            .await;
    let target = tempfile::tempdir().unwrap();
    let option = format!("--object-format={}", format().name());
    run(target.path(), &["init", "-q", "--bare", &option, "."]);
    let mut child = client(target.path())
        .args(["index-pack", "--stdin", "--strict"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&unpack(&answer)).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(run(target.path(), &["cat-file", "-t", &one.to_string()]), "commit\n");

    // What is not here is answered in the protocol.
    let request = fetch_request(made_up(9));
    let answer =
        collect(world.repo.upload_pack(Protocol::V2, std::io::Cursor::new(request)).await.unwrap())
            .await;
    assert!(String::from_utf8_lossy(&answer).contains("ERR upload-pack: not our ref"));
    // So is what is no request, and what git dies of without a word.
    for request in [&b"zzzz"[..], b"0015command=nonsense\n0000", &ls_refs(format(), &["nonsense"])]
    {
        let input = std::io::Cursor::new(request.to_vec());
        let answer = collect(world.repo.upload_pack(Protocol::V2, input).await.unwrap()).await;
        assert!(answer[4..].starts_with(b"ERR "), "{request:?}: {answer:?}");
    }
}

/// The processes that work on this repository.
fn processes(repo: &Repository) -> usize {
    let path = repo.path().to_str().unwrap();
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok())
        .filter(|line| {
            let line = String::from_utf8_lossy(line);
            line.contains("upload-pack") && line.contains(path)
        })
        .count()
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn who_hangs_up_ends_the_work() {
    let world = World::new();
    for index in 0..8 {
        // Nothing that can be compressed: the answer has to be larger than all buffers.
        let mut noise = vec![0; 1 << 20];
        tokio::fs::File::open("/dev/urandom").await.unwrap().read_exact(&mut noise).await.unwrap();
        world.write(&format!("noise{index}"), noise);
    }
    let one = world.commit("one");
    world.push();
    let request = std::io::Cursor::new(fetch_request(one));
    let mut stream = world.repo.upload_pack(Protocol::V2, request).await.unwrap();
    assert!(stream.next().await.unwrap().is_ok());
    assert!(processes(&world.repo) > 0);
    drop(stream);
    let started = Instant::now();
    while processes(&world.repo) > 0 {
        assert!(started.elapsed() < Duration::from_secs(120));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn answer(repo: &Repository, request: &[u8]) -> Vec<u8> {
    let input = std::io::Cursor::new(request.to_vec());
    collect(repo.upload_pack(Protocol::V2, input).await.unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn the_same_question_is_answered_once() {
    let world = World::new();
    let mut noise = vec![0; 3 << 20];
    tokio::fs::File::open("/dev/urandom").await.unwrap().read_exact(&mut noise).await.unwrap();
    world.write("noise", noise);
    let one = world.commit("one");
    world.push();
    let request = fetch_request(one);
    // Many at once, one of which leaves and one of which is slow.
    let start = |request: &[u8]| {
        let (repo, input) = (world.repo.clone(), std::io::Cursor::new(request.to_vec()));
        async move { repo.upload_pack(Protocol::V2, input).await.unwrap() }
    };
    let first = start(&request).await;
    let mut leaving = start(&request).await;
    leaving.next().await.unwrap().unwrap();
    let slow = start(&request).await;
    let mut others = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let stream = start(&request).await;
        others.spawn(collect(stream));
    }
    assert!(processes(&world.repo) <= 1);
    drop(leaving);
    let expected = collect(first).await;
    assert!(expected.len() > 3 << 20);
    unpack(&expected);
    while let Some(other) = others.join_next().await {
        assert!(other.unwrap() == expected);
    }
    assert!(collect(slow).await == expected);

    // The answer stays for who comes later: it needs no objects any more.
    let packs = world.repo.path().join("objects/pack");
    for entry in std::fs::read_dir(&packs).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    assert!(answer(&world.repo, &request).await == expected);
    // In the words of another client it is the same question.
    let text = String::from_utf8(request.clone()).unwrap();
    let text = text.replace("0001", "0013agent=git/other0001");
    assert!(answer(&world.repo, text.as_bytes()).await == expected);
    // Another one is another.
    let shallow = text.replace("0001", "0001000ddeepen 1\n");
    assert!(answer(&world.repo, shallow.as_bytes()).await != expected);
    // So is the same about other references.
    let path = world.repo.path().join("refs/heads/more");
    std::fs::write(path, format!("{one}\n")).unwrap();
    assert!(answer(&world.repo, &request).await != expected);
    // What failed is not kept.
    let input = std::io::Cursor::new(request.clone());
    let failed: Vec<_> = world.repo.upload_pack(Protocol::V2, input).await.unwrap().collect().await;
    assert!(failed.iter().flatten().all(|piece| piece.len() < 1000));
    for entry in std::fs::read_dir(world.repo.path().join("objects")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.starts_with("tmp"), "{name}");
    }
}

#[test]
pub(crate) fn messages_fit_one_packet() {
    let long = "x".repeat(100_000);
    let mut buffer = BytesMut::from(&git::error_packet(&long)[..]);
    let packet = take_packet(&mut buffer).unwrap().unwrap();
    assert_eq!(packet.line().unwrap().len(), pktline::MAX_PACKET - 4);
    assert_eq!(git::error_packet("a\nb"), Bytes::from_static(b"000bERR a b"));
}

#[tokio::test]
pub(crate) async fn archives() {
    let world = World::new();
    world.write("dir/a.txt", "1");
    world.write("b", "2");
    let one = world.commit("one");
    world.push();
    let bytes =
        collect(world.repo.archive(one, "", "name-1.0", git::ArchiveFormat::Tar).unwrap()).await;
    let file = world.dir.path().join("x.tar");
    std::fs::write(&file, bytes).unwrap();
    let list = std::process::Command::new("tar").arg("tf").arg(&file).output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    assert_eq!(list, "name-1.0/\nname-1.0/b\nname-1.0/dir/\nname-1.0/dir/a.txt\n");
    let zip = collect(world.repo.archive(one, "dir", "", git::ArchiveFormat::Zip).unwrap()).await;
    assert!(zip.starts_with(b"PK"));
    let gz = collect(world.repo.archive(one, "", "", git::ArchiveFormat::TarGz).unwrap()).await;
    assert!(gz.starts_with(&[0x1f, 0x8b]));
    for prefix in ["../x", "-x", "a//b", "/"] {
        assert!(world.repo.archive(one, "", prefix, git::ArchiveFormat::Tar).is_err(), "{prefix}");
    }
    assert!(matches!(
        world.repo.archive(one, "nope", "", git::ArchiveFormat::Tar),
        Err(Error::NotFound(_))
    ));
    assert!(try_run(&world.work(), &["status"]).status.success());
}

/// Heads of requests with bytes changed, cut and doubled: an answer each time, never a panic, and
/// never a change of a name that was not asked for.
#[tokio::test]
pub(crate) async fn damaged_requests_are_survived() {
    let world = World::new();
    let one = made_up(0xab);
    let options = format!("{CAPABILITIES} push-options");
    let push = push_head(&[("refs/heads/main", Oid::ZERO, one)], &options, &["a=b"]).to_vec();
    let list = ls_refs(format(), &["peel", "symrefs", "ref-prefix refs/heads/"]);
    let mut state = 88_172_645_463_325_252_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for round in 0..3000 {
        let mut bytes = if round % 2 == 0 { push.clone() } else { list.clone() };
        for _ in 0..=random(3) {
            let at = random(bytes.len());
            match random(4) {
                0 => bytes[at] = random(256) as u8,
                1 => bytes.truncate(at.max(1)),
                2 => bytes.insert(at, b"0f \0\n"[random(5)]),
                _ => bytes.extend_from_within(at..),
            }
        }
        if round % 2 == 0 {
            match PushRequest::read(&mut &bytes[..]).await {
                Ok(request) => assert!(request.commands.len() <= 3 && request.options.len() <= 100),
                Err(error) => assert!(matches!(error, Error::Protocol(_)), "{error}"),
            }
        } else if bytes.starts_with(b"0014command=ls-refs\n") && bytes.ends_with(b"0000") {
            // Those that are answered here; others would only start git, which survives as well.
            let answer = world.repo.upload_pack(Protocol::V2, std::io::Cursor::new(bytes)).await;
            drop(answer.unwrap());
        }
    }
}

/// The settings that the promises of this crate rest on, as real git reads them.
#[test]
pub(crate) fn settings_are_what_git_reads() {
    let world = World::new();
    for (key, value) in [
        ("core.bare", "true"),
        ("core.fsync", "committed,loose-object,pack-metadata,reference"),
        ("core.fsyncMethod", "fsync"),
        ("receive.fsckObjects", "true"),
        ("receive.fsck.badTimezone", "ignore"),
        ("fetch.fsckObjects", "true"),
        ("transfer.hideRefs", git::HIDDEN_REFS.trim_end_matches('/')),
        ("uploadpack.allowFilter", "true"),
        ("uploadpackfilter.sparse:oid.allow", "false"),
        ("gc.auto", "0"),
    ] {
        assert_eq!(world.bare(&["config", "--get", key]).trim(), value, "{key}");
    }
}

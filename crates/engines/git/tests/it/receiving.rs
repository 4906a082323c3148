//! Pushes that come in, sent by real git or made by hand.

use std::{
    io::Write,
    process::Stdio,
    time::{Duration, Instant},
};

use bytes::BytesMut;
use git::{
    Cancel, Error, ObjectFormat, Oid, PushRequest, Pusher, Received, RefCommand, Repository,
    UpdateResult,
    pktline::{Packet, put_flush, put_packet, take_packet},
    refuse_push,
};

use crate::support::{World, client, made_up, run};

pub(crate) const CAPABILITIES: &str =
    " report-status-v2 side-band-64k object-format=sha1 agent=git/test";

pub(crate) fn push_head(
    commands: &[(&str, Oid, Oid)],
    capabilities: &str,
    options: &[&str],
) -> BytesMut {
    let mut out = BytesMut::new();
    let mut ids = commands.iter().flat_map(|(_, old, new)| [old, new]);
    let format = ids.find(|id| !id.is_zero()).map_or(ObjectFormat::Sha1, Oid::format);
    let hex = |id: &Oid| if id.is_zero() { format.zeros().to_owned() } else { id.to_string() };
    let mut capabilities = capabilities.replace("=sha1", &format!("={}", format.name()));
    if format != ObjectFormat::Sha1 && !capabilities.contains("object-format=") {
        capabilities.push_str(&format!(" object-format={}", format.name()));
    }
    for (index, (name, old, new)) in commands.iter().enumerate() {
        let mut line = format!("{} {} {name}", hex(old), hex(new));
        if index == 0 {
            line.push('\0');
            line.push_str(&capabilities);
        }
        put_packet(&mut out, line.as_bytes());
    }
    put_flush(&mut out);
    if capabilities.contains("push-options") {
        for option in options {
            put_packet(&mut out, option.as_bytes());
        }
        put_flush(&mut out);
    }
    out
}

/// A pack of everything that `revs` asks for.
pub(crate) fn pack(world: &World, revs: &str) -> Vec<u8> {
    let mut child = client(&world.work())
        .args(["pack-objects", "--revs", "--stdout", "-q"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(revs.as_bytes()).unwrap();
    child.wait_with_output().unwrap().stdout
}

pub(crate) fn pusher() -> Pusher {
    Pusher { name: "Push <er>".to_owned(), mail: "p@example.org".to_owned() }
}

pub(crate) async fn push(repo: &Repository, body: impl Into<Vec<u8>>) -> Result<Received, Error> {
    let mut input = std::io::Cursor::new(body.into());
    let request = PushRequest::read(&mut input).await?;
    repo.receive(request, input, &pusher()).arrived().await?.commit(Vec::new()).await
}

/// The report inside a side band.
pub(crate) fn report(bytes: &[u8]) -> Vec<String> {
    let mut outer = BytesMut::from(bytes);
    let mut inner = BytesMut::new();
    while let Some(packet) = take_packet(&mut outer).unwrap() {
        if let Packet::Data(data) = packet {
            assert_eq!(data[0], 1);
            inner.extend_from_slice(&data[1..]);
        }
    }
    let mut lines = Vec::new();
    while let Some(packet) = take_packet(&mut inner).unwrap() {
        if let Some(line) = packet.line() {
            lines.push(String::from_utf8_lossy(line).into_owned());
        }
    }
    lines
}

/// Nothing of an aborted push is left: no object, no file of a quarantine, no lock.
pub(crate) fn assert_clean(repo: &Repository) {
    repo.fsck(&Cancel::new()).unwrap();
    let left: Vec<_> = run(repo.path(), &["count-objects", "-v"])
        .lines()
        .filter(|line| line.starts_with("garbage:") && *line != "garbage: 0")
        .map(str::to_owned)
        .collect();
    assert!(left.is_empty(), "{left:?}");
    for entry in std::fs::read_dir(repo.path().join("objects")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.starts_with("tmp") && !name.starts_with("incoming"), "{name}");
    }
}

#[tokio::test]
pub(crate) async fn a_push_is_taken_and_told() {
    let world = World::new();
    world.write("a", "1");
    let one = world.commit("one");
    let mut body = push_head(
        &[("refs/heads/main", Oid::ZERO, one), ("refs/tags/t", Oid::ZERO, one)],
        &format!("{CAPABILITIES} push-options"),
        &["first=1", "zweite ü"],
    );
    body.extend_from_slice(&pack(&world, "HEAD\n"));
    let request = PushRequest::read(&mut &body[..]).await.unwrap();
    assert_eq!(request.options, ["first=1", "zweite ü"]);
    assert_eq!(
        request.commands,
        [
            RefCommand { name: "refs/heads/main".into(), old: Oid::ZERO, new: one },
            RefCommand { name: "refs/tags/t".into(), old: Oid::ZERO, new: one },
        ]
    );
    let received = push(&world.repo, body).await.unwrap();
    assert!(received.updates.iter().all(|update| update.result == UpdateResult::Updated));
    assert_eq!(report(&received.report), ["unpack ok", "ok refs/heads/main", "ok refs/tags/t"]);
    assert_eq!(world.repo.resolve("main").unwrap(), one);
    assert_eq!(
        world.bare(&["reflog", "show", "--format=%gn <%ge> %gs", "main"]),
        "Push er <p@example.org> push\n"
    );
    assert_eq!(world.repo.tidiness().unwrap().packs, 1, "a push stays a pack");
    assert_clean(&world.repo);

    // Without side band or report, too.
    world.write("a", "2");
    let two = world.commit("two");
    let mut body = push_head(&[("refs/heads/main", one, two)], "report-status", &[]);
    body.extend_from_slice(&pack(&world, "HEAD\n"));
    let received = push(&world.repo, body).await.unwrap();
    assert_eq!(received.report, "000eunpack ok\n0017ok refs/heads/main\n0000");
    let received =
        push(&world.repo, push_head(&[("refs/tags/t", one, Oid::ZERO)], "", &[])).await.unwrap();
    assert_eq!(received.updates[0].result, UpdateResult::Updated);
    assert_eq!(received.report, "");
    assert_eq!(world.repo.reference("refs/tags/t").unwrap(), None);
}

#[tokio::test]
pub(crate) async fn pushes_that_are_refused() {
    let world = World::new();
    world.write("a", "1");
    let one = world.commit("one");
    world.push();
    world.write("a", "2");
    let two = world.commit("two");
    let good = pack(&world, "HEAD\n");
    let before = world.bare(&["for-each-ref"]);
    let head = push_head(&[("refs/heads/main", one, two)], CAPABILITIES, &[]);
    let with = |tail: &[u8]| [&head[..], tail].concat();
    let refused = |received: &Received| match &received.updates[0].result {
        UpdateResult::Refused(why) => why.clone(),
        UpdateResult::Updated => panic!("updated"),
    };

    // Bytes flipped, cut off, missing objects.
    let mut corrupt = good.clone();
    let middle = corrupt.len() / 2;
    corrupt[middle] ^= 0xff;
    let received = push(&world.repo, with(&corrupt)).await.unwrap();
    assert_eq!(report(&received.report)[0], "unpack index-pack abnormal exit");
    assert!(refused(&received).contains("index-pack"), "{received:?}");
    assert_clean(&world.repo);
    refused(&push(&world.repo, with(&good[..good.len() / 2])).await.unwrap());
    assert_clean(&world.repo);
    refused(&push(&world.repo, with(&pack(&world, &format!("{two}^{{tree}}\n")))).await.unwrap());
    assert_clean(&world.repo);

    // Not what it was, ours, the default branch, not a name.
    let third = made_up(3);
    for (name, old, new) in [
        ("refs/heads/main", third, two),
        ("refs/internal/x", Oid::ZERO, two),
        ("refs/heads/main", one, Oid::ZERO),
        ("refs/heads/a..b", Oid::ZERO, two),
        ("HEAD", one, two),
    ] {
        let mut body = push_head(&[(name, old, new)], CAPABILITIES, &[]);
        if !new.is_zero() {
            body.extend_from_slice(&good);
        }
        let received = push(&world.repo, body).await.unwrap();
        assert!(
            matches!(received.updates[0].result, UpdateResult::Refused(_)),
            "{name}: {received:?}"
        );
    }
    // Content that git calls broken: a tree with an entry named `.git`.
    let blob = world.git(&["hash-object", "-w", "a"]);
    let mut tree = b"100644 .git\0".to_vec();
    tree.extend_from_slice(Oid::from_hex(blob.trim()).unwrap().as_bytes());
    std::fs::write(world.dir.path().join("tree"), &tree).unwrap();
    let tree = world.git(&["hash-object", "-w", "-t", "tree", "--literally", "../tree"]);
    let evil =
        Oid::from_hex(world.git(&["commit-tree", "-m", "evil", tree.trim()]).trim()).unwrap();
    let mut body = push_head(&[("refs/heads/evil", Oid::ZERO, evil)], CAPABILITIES, &[]);
    body.extend_from_slice(&pack(&world, &format!("{evil}\n")));
    assert!(refused(&push(&world.repo, body).await.unwrap()).contains("index-pack"));

    assert_eq!(world.bare(&["for-each-ref"]), before);
    assert_clean(&world.repo);

    // Not a push at all.
    for nonsense in [&b"xxxx"[..], b"0008abcd0000", b"0003", b"00", b"0010hello worl"] {
        let error = PushRequest::read(&mut &nonsense[..]).await.unwrap_err();
        assert!(matches!(error, Error::Protocol(_)), "{error}");
    }
    let probe = PushRequest::read(&mut &b"0000"[..]).await.unwrap();
    assert!(probe.commands.is_empty());
}

#[tokio::test]
pub(crate) async fn refusing_before_git_is_asked() {
    let one = made_up(1);
    let commands = [("refs/heads/main", Oid::ZERO, one), ("refs/heads/b", Oid::ZERO, one)];
    let request =
        PushRequest::read(&mut &push_head(&commands, CAPABILITIES, &[])[..]).await.unwrap();
    assert_eq!(
        report(&refuse_push(&request, "main is\nprotected")),
        ["unpack ok", "ng refs/heads/main main is protected", "ng refs/heads/b main is protected"]
    );
    let request =
        PushRequest::read(&mut &push_head(&commands, "report-status", &[])[..]).await.unwrap();
    assert!(refuse_push(&request, "no").starts_with(b"000eunpack ok\n"));
}

/// How many pushes have objects waiting.
fn quarantines(repo: &Repository) -> usize {
    std::fs::read_dir(repo.path().join("objects"))
        .unwrap()
        .filter(|entry| {
            entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("incoming")
        })
        .count()
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn killed_pushes_leave_no_trace() {
    let world = World::new();
    world.write("a", "0");
    let mut tip = world.commit("zero");
    world.push();
    for round in 0..20_u64 {
        world.write("a", "line\n".repeat(1000 + round as usize));
        world.write(&format!("f{round}"), vec![round as u8; 100_000]);
        let next = world.commit("next");
        let mut body = push_head(&[("refs/heads/main", tip, next)], CAPABILITIES, &[]);
        body.extend_from_slice(&pack(&world, &format!("{next}\n^{tip}\n")));
        let (reader, mut writer) = tokio::io::duplex(1024);
        let mut input = tokio::io::BufReader::new(reader);
        let slow = tokio::spawn(async move {
            use tokio::io::AsyncWriteExt;
            drop(writer.write_all(&body).await);
        });
        let request = PushRequest::read(&mut input).await.unwrap();
        let receiving = world.repo.receive(request, input, &pusher());
        // Dropping ends the push, and kills the whole group of git's processes.
        let arrived = tokio::time::timeout(Duration::from_millis(round), receiving.arrived()).await;
        let outcome = match arrived {
            Ok(arrived) => Ok(arrived.unwrap().commit(Vec::new()).await.unwrap()),
            Err(late) => Err(late),
        };
        slow.abort();
        let now = world.repo.resolve("main").unwrap();
        if let Ok(received) = outcome {
            assert_eq!(received.updates[0].result, UpdateResult::Updated, "{received:?}");
            assert_eq!(now, next);
        }
        assert!(now == tip || now == next);
        world.repo.fsck(&Cancel::new()).unwrap();
        tip = now;
        world.git(&["reset", "-q", "--hard", &tip.to_string()]);
    }
    world.write("last", "x");
    let last = world.commit("last");
    let mut body = push_head(&[("refs/heads/main", tip, last)], CAPABILITIES, &[]);
    body.extend_from_slice(&pack(&world, &format!("{last}\n^{tip}\n")));
    assert_eq!(push(&world.repo, body).await.unwrap().updates[0].result, UpdateResult::Updated);
    // What was dropped cleans up behind itself, in its own time.
    let started = Instant::now();
    while quarantines(&world.repo) > 0 {
        assert!(started.elapsed() < Duration::from_secs(120));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_clean(&world.repo);
}

#[tokio::test]
pub(crate) async fn locks_of_the_dead_are_removed() {
    let world = World::new();
    world.write("a", "1");
    let one = world.commit("one");
    let lock = world.repo.path().join("refs/heads/main.lock");
    std::fs::File::create(&lock)
        .unwrap()
        .set_modified(std::time::SystemTime::now() - Duration::from_secs(60))
        .unwrap();
    let mut body = push_head(&[("refs/heads/main", Oid::ZERO, one)], CAPABILITIES, &[]);
    body.extend_from_slice(&pack(&world, "HEAD\n"));
    assert_eq!(push(&world.repo, body).await.unwrap().updates[0].result, UpdateResult::Updated);
    assert!(!lock.exists());
}

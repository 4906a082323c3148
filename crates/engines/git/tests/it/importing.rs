//! Mirroring another repository.

use std::time::Duration;

use git::{AllowedSources, Cancel, Error, Repository, Source};

use crate::support::World;

fn source(url: &str) -> Source<'_> {
    Source {
        url,
        credentials: None,
        allowed: AllowedSources { http: true, file: true },
        pinned: &[],
        timeout: Duration::from_secs(60),
    }
}

#[tokio::test]
pub(crate) async fn everything_comes_over() {
    let world = World::new();
    for index in 0..50 {
        world.write("a", format!("{index}"));
        world.commit("more");
    }
    world.git(&["tag", "-a", "-m", "x", "v1"]);
    world.git(&["branch", "-m", "main", "trunk"]);
    world.git(&["branch", "other", "trunk~3"]);
    world.push();
    world.repo.set_head("trunk").unwrap();
    world.bare(&["update-ref", "refs/pull/1/head", "refs/heads/other"]);

    let target = Repository::init(&world.dir.path().join("target.git"), "main").unwrap();
    let url = format!("file://{}", world.repo.path().display());
    let mut seen = Vec::new();
    target.fetch_from(&source(&url), &Cancel::new(), |progress| seen.push(progress)).await.unwrap();
    let refs = |repo: &Repository| {
        let mut refs = repo.references().unwrap();
        refs.retain(|reference| !reference.name.starts_with("refs/pull/"));
        refs
    };
    assert_eq!(refs(&target), refs(&world.repo));
    assert_eq!(target.references().unwrap().len(), 3, "branches and tags, nothing else");
    assert_eq!(target.head().unwrap().branch.as_deref(), Some("trunk"));
    assert!(seen.iter().any(|progress| progress.percent == Some(100)), "{seen:?}");
    target.fsck(&Cancel::new()).unwrap();

    // Again: what is gone there goes here.
    world.bare(&["update-ref", "-d", "refs/heads/other"]);
    target.fetch_from(&source(&url), &Cancel::new(), |_| {}).await.unwrap();
    assert_eq!(refs(&target), refs(&world.repo));
}

#[tokio::test]
pub(crate) async fn the_first_import_packs_the_references() {
    let world = World::new();
    world.write("a", "1");
    world.commit("one");
    world.push();
    let commit = world.git(&["rev-parse", "HEAD"]);
    for index in 0..300 {
        world.bare(&["update-ref", &format!("refs/tags/t{index}"), commit.trim()]);
    }
    let target = Repository::init(&world.dir.path().join("target.git"), "main").unwrap();
    let url = format!("file://{}", world.repo.path().display());
    target.fetch_from(&source(&url), &Cancel::new(), |_| {}).await.unwrap();
    assert_eq!(target.references().unwrap(), world.repo.references().unwrap());
    let packed = std::fs::read_to_string(target.path().join("packed-refs")).unwrap();
    assert_eq!(packed.lines().filter(|line| line.contains(" refs/")).count(), 301);
    assert!(!target.path().join("refs/tags/t0").exists());
    // What has been there stays, and what is gone goes, packed or not.
    world.bare(&["update-ref", "-d", "refs/tags/t0"]);
    world.bare(&["update-ref", "refs/heads/new", commit.trim()]);
    target.fetch_from(&source(&url), &Cancel::new(), |_| {}).await.unwrap();
    assert_eq!(target.references().unwrap(), world.repo.references().unwrap());
    target.fsck(&Cancel::new()).unwrap();
}

#[tokio::test]
pub(crate) async fn what_goes_wrong_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let target = Repository::init(&dir.path().join("target.git"), "main").unwrap();
    let nowhere = format!("file://{}/nowhere.git", dir.path().display());
    let error = target.fetch_from(&source(&nowhere), &Cancel::new(), |_| {}).await.unwrap_err();
    assert!(
        matches!(&error, Error::Process { stderr, .. } if stderr.contains("nowhere.git")),
        "{error}"
    );
    let mut refused = source(&nowhere);
    refused.allowed.file = false;
    let error = target.fetch_from(&refused, &Cancel::new(), |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error}");

    // A server that takes the connection and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/x.git", silent.local_addr().unwrap());
    let mut short = source(&url);
    short.timeout = Duration::from_millis(300);
    let error = target.fetch_from(&short, &Cancel::new(), |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    let cancel = Cancel::new();
    let thrower = cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        thrower.cancel();
    });
    let error = target.fetch_from(&source(&url), &cancel, |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::Cancelled), "{error}");
    assert!(target.references().unwrap().is_empty());
}

#[tokio::test]
pub(crate) async fn a_pinned_address_is_the_only_one() {
    let dir = tempfile::tempdir().unwrap();
    let target = Repository::init(&dir.path().join("target.git"), "main").unwrap();
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://git.example.org:{}/x.git", server.local_addr().unwrap().port());
    let mut pinned = source(&url);
    // The first one answers nobody; curl goes on to the next.
    let addresses = ["127.0.0.2", "127.0.0.1"].map(|address| address.parse().unwrap());
    pinned.pinned = &addresses;
    let cancel = Cancel::new();
    let fetch = target.fetch_from(&pinned, &cancel, |_| {});
    let reached = tokio::select! {
        _ = server.accept() => true,
        _ = fetch => false,
    };
    assert!(reached, "the name was not resolved to the pinned address");
}

/// An address that one reader takes for one host and another for another is refused by both: what
/// was looked up and permitted would not be what is talked to.
#[tokio::test]
pub(crate) async fn addresses_that_can_be_read_in_two_ways_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let target = Repository::init(&dir.path().join("target.git"), "main").unwrap();
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = server.local_addr().unwrap().port();
    for url in [
        format!("http://good.example\\@127.0.0.1:{port}/x.git"),
        format!("http://127.0.0.1:{port}?x@good.example/x.git"),
        format!("http://127.0.0.1:{port}#@good.example/x.git"),
        format!("http://good.example:80\\127.0.0.1:{port}/x.git"),
        format!("http://me@127.0.0.1:{port}/x.git"),
        format!("http://%31%32%37.0.0.1:{port}/x.git"),
        format!("http://１２７.0.0.1:{port}/x.git"),
        format!("http://[::ffff:127.0.0.1%25lo]:{port}/x.git"),
        format!("http://[127.0.0.1]x:{port}/x.git"),
    ] {
        let (from, cancel) = (source(&url), Cancel::new());
        let fetch = target.fetch_from(&from, &cancel, |_| {});
        let error = tokio::select! {
            _ = server.accept() => panic!("{url} was talked to"),
            outcome = fetch => outcome.unwrap_err(),
        };
        assert!(matches!(error, Error::Invalid(_)), "{url}: {error}");
    }
    for fine in ["http://127.0.0.1:{}/x.git", "http://localhost:{}/a?b@c#d", "http://LOCALHOST:{}"]
    {
        let url = fine.replace("{}", &port.to_string());
        let (from, cancel) = (source(&url), Cancel::new());
        let fetch = target.fetch_from(&from, &cancel, |_| {});
        tokio::select! {
            accepted = server.accept() => drop(accepted.unwrap()),
            outcome = fetch => panic!("{url}: {outcome:?}"),
        }
    }
}

//! What people do with git.

use std::time::Duration;

use base::{Error, Scope, Scopes};
use git::ObjectFormat;

use crate::server::{Server, commit, each, each_format, fail, noise, run, token};

#[tokio::test(flavor = "multi_thread")]
async fn push_and_clone() {
    each_format(async |server| {
        let work = server.work("work").await;
        let dir = server.dir.path();
        let url = server.url(&server.ann);
        // An empty depot can be cloned, too, and names its branch.
        run(dir, &["clone", "-q", &url, "empty"]).await;
        assert_eq!(run(&dir.join("empty"), &["symbolic-ref", "HEAD"]).await, "refs/heads/main");

        let first = commit(&work, "größe.txt", b"1\n").await;
        run(&work, &["tag", "-a", "-m", "one", "v1"]).await;
        run(&work, &["push", "-q", "-o", "ci.skip", &url, "main", "v1"]).await;
        let told = server.pushes().await;
        assert_eq!((told.len(), told[0].pusher.as_str()), (1, "ann"));
        let changes: Vec<_> =
            told[0].updates.iter().map(|u| (u.name.as_str(), u.old.as_str())).collect();
        let nothing = "0".repeat(40);
        assert_eq!(changes, [("refs/heads/main", &*nothing), ("refs/tags/v1", &*nothing)]);
        assert_eq!(told[0].updates[0].new, first);

        for version in ["0", "1", "2"] {
            let name = format!("clone{version}");
            let protocol = format!("protocol.version={version}");
            run(dir, &["-c", &protocol, "clone", "-q", &url, &name]).await;
            assert_eq!(
                run(&dir.join(&name), &["rev-parse", "HEAD", "v1^{}"]).await,
                format!("{first}\n{first}")
            );
        }
        // The suffix may be left out; a bearer and a password do as well as a token.
        let bare = url.strip_suffix(".git").unwrap();
        run(dir, &["ls-remote", bare]).await;
        let bearer = format!("http.extraHeader=Authorization: Bearer {}", server.gus);
        run(dir, &["-c", &bearer, "ls-remote", &server.url("")]).await;
        let password = identity::testing::PASSWORD.replace(' ', "%20");
        let url = format!("http://ann:{password}@{}/makers/web/site", server.address);
        run(dir, &["ls-remote", &url]).await;

        // A second push, one refused as not up to date, a deletion.
        let url = server.url(&server.ann);
        let clone = dir.join("clone2");
        let second = commit(&clone, "b", b"2").await;
        run(&clone, &["push", "-q", "origin", "main", "main:topic"]).await;
        commit(&work, "c", b"3").await;
        let words = fail(&work, &["push", &url, "main"]).await;
        assert!(words.contains("[rejected]"), "{words}");
        run(&clone, &["push", "-q", "origin", ":topic"]).await;
        let told = server.pushes().await;
        assert_eq!(told.len(), 3);
        assert_eq!(
            (told[0].updates[0].name.as_str(), told[0].updates[0].is_deletion()),
            ("refs/heads/topic", true)
        );
        assert_eq!(server.repository().await.resolve("main").unwrap().to_string(), second);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_packs_shallow_and_partial_clones() {
    each_format(async |server| {
        let work = server.work("work").await;
        let dir = server.dir.path();
        let url = server.url(&server.ann);
        for index in 0..3 {
            // Above http.postBuffer: sent in chunks after a probe.
            commit(&work, &format!("noise{index}"), &noise(1_500_000, index)).await;
        }
        let tip = run(&work, &["rev-parse", "HEAD"]).await;
        run(&work, &["push", "-q", &url, "main"]).await;
        run(dir, &["clone", "-q", "--depth=1", &url, "shallow"]).await;
        let shallow = dir.join("shallow");
        assert_eq!(run(&shallow, &["rev-list", "--count", "HEAD"]).await, "1");
        run(&shallow, &["fetch", "-q", "--unshallow"]).await;
        assert_eq!(run(&shallow, &["rev-list", "--count", "HEAD"]).await, "3");

        run(dir, &["clone", "-q", "--filter=blob:none", "--no-checkout", &url, "partial"]).await;
        let partial = dir.join("partial");
        let missing = run(&partial, &["rev-list", "--objects", "--missing=print", "HEAD"]).await;
        assert_eq!(missing.lines().filter(|line| line.starts_with('?')).count(), 3);
        run(&partial, &["checkout", "-q", "main"]).await;
        assert_eq!(std::fs::read(partial.join("noise2")).unwrap(), noise(1_500_000, 2));
        assert_eq!(run(&partial, &["rev-parse", "HEAD"]).await, tip);

        // A while after a push of that size the repository is prepared for clones.
        let tidiness = async || server.repository().await.tidiness().unwrap();
        assert!(!tidiness().await.bitmap);
        server.test.clock.advance(Duration::from_secs(60));
        server.test.run_jobs().await;
        assert!(tidiness().await.bitmap);
        run(dir, &["clone", "-q", &url, "prepared"]).await;
        assert_eq!(run(&dir.join("prepared"), &["rev-parse", "HEAD"]).await, tip);
    })
    .await;
}

/// A fetch with much to say is compressed by the client.
#[tokio::test(flavor = "multi_thread")]
async fn compressed_negotiation() {
    each_format(async |server| {
        let work = server.work("work").await;
        let url = server.url(&server.ann);
        for index in 0..40 {
            commit(&work, "a", index.to_string().as_bytes()).await;
            run(&work, &["branch", &format!("b{index}")]).await;
        }
        run(&work, &["push", "-q", &url, "--all"]).await;
        run(server.dir.path(), &["clone", "-q", &url, "clone"]).await;
        let tip = commit(&work, "b", b"x").await;
        run(&work, &["push", "-q", &url, "main"]).await;
        let clone = server.dir.path().join("clone");
        for index in 0..40 {
            // Commits that the server does not have.
            commit(&clone, "own", index.to_string().as_bytes()).await;
        }
        for version in ["0", "2"] {
            run(&clone, &["update-ref", "-d", "refs/remotes/origin/main"]).await;
            run(&clone, &["-c", &format!("protocol.version={version}"), "fetch", "-q"]).await;
            assert_eq!(run(&clone, &["rev-parse", "origin/main"]).await, tip);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_learns_no_more_than_nobody() {
    each(async |server: &Server| {
        let work = server.work("work").await;
        commit(&work, "a", b"1").await;
        run(&work, &["push", "-q", &server.url(&server.ann), "main"]).await;
        let dir = server.dir.path();

        let words = fail(dir, &["ls-remote", &server.url("")]).await;
        assert!(words.contains("could not read Username"), "{words}");
        let words =
            fail(dir, &["ls-remote", &server.url("0123456789012345678901234567890123456789")])
                .await;
        assert!(words.contains("Authentication failed"), "{words}");
        // bob is signed in and sees as much of it as of a depot that is not there.
        let hidden = fail(dir, &["ls-remote", &server.url(&server.bob)]).await;
        let absent =
            fail(dir, &["ls-remote", &server.url(&server.bob).replace("site", "none")]).await;
        assert!(hidden.contains("not found"), "{hidden}");
        assert_eq!(hidden.replace("site", "none"), absent);
        // gus may read but not write.
        run(dir, &["ls-remote", &server.url(&server.gus)]).await;
        let words = fail(&work, &["push", &server.url(&server.gus), "main:other"]).await;
        assert!(words.contains("403"), "{words}");

        // A token that does not reach so far.
        let ann = server.call("ann").await;
        let issues = token(&ann, Scopes::NOTHING.with(Scope::ProjectIssue)).await;
        assert!(fail(dir, &["ls-remote", &server.url(&issues)]).await.contains("403"));
        let reads = token(&ann, Scopes::NOTHING.with_read(Scope::ProjectDepot)).await;
        run(dir, &["ls-remote", &server.url(&reads)]).await;
        assert!(fail(&work, &["push", &server.url(&reads), "main:other"]).await.contains("403"));
        assert_eq!(server.pushes().await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_read_beside_the_branch() {
    each(async |server: &Server| {
        let work = server.work("work").await;
        commit(&work, "a", b"1").await;
        let url = server.url(&server.ann);
        let words = fail(&work, &["push", &url, "main:refs/internal/x"]).await;
        assert!(words.contains("! [remote rejected] main -> refs/internal/x"), "{words}");
        assert!(words.contains("you need"), "{words}");
        // Also when the pack is large and comes in chunks.
        commit(&work, "noise", &noise(3_000_000, 1)).await;
        let words = fail(&work, &["push", &url, "main:refs/internal/x"]).await;
        assert!(words.contains("remote rejected"), "{words}");
        // What git itself refuses: the default branch cannot be deleted.
        run(&work, &["push", "-q", &url, "main"]).await;
        let words = fail(&work, &["push", &url, ":main"]).await;
        assert!(words.contains("remote rejected"), "{words}");
        assert_eq!(server.pushes().await.len(), 1);
        let granted = server.granted().await;
        let open = depots::push::begin(&server.call("ann").await, &granted, &[]).await;
        assert!(!matches!(open, Err(Error::Internal { .. })));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once() {
    each(async |server: &Server| {
        let url = server.url(&server.ann);
        let work = server.work("work").await;
        commit(&work, "a", b"1").await;
        run(&work, &["push", "-q", &url, "main"]).await;
        let pushes = (0..12).map(|index| {
            let (url, work) = (url.clone(), work.clone());
            tokio::spawn(async move {
                let target = format!("main:refs/heads/b{index}");
                run(&work, &["push", "-q", &url, &target]).await;
                run(&work, &["ls-remote", &url]).await
            })
        });
        for push in pushes.collect::<Vec<_>>() {
            push.await.unwrap();
        }
        assert_eq!(server.repository().await.branches().unwrap().len(), 13);
        assert_eq!(server.pushes().await.len(), 13);
    })
    .await;
}

/// What we serve can be imported by us, with credentials that stand in no address.
#[tokio::test(flavor = "multi_thread")]
async fn import_over_http() {
    each_format(async |server: &Server| {
        let work = server.work("work").await;
        let tip = commit(&work, "a", b"1").await;
        run(&work, &["push", "-q", &server.url(&server.ann), "main", "main:refs/heads/other"])
            .await;
        let url = server.url("");
        let credentials = git::Credentials { user: "ann".to_owned(), password: server.ann.clone() };
        let source = git::Source {
            url: &url,
            credentials: Some(&credentials),
            allowed: git::AllowedSources { http: true, file: false },
            pinned: &[],
            timeout: Duration::from_secs(60),
        };
        let format = git::format_of(&source, &git::Cancel::new()).await.unwrap();
        assert_eq!(format, server.format);
        let target = server.dir.path().join("target.git");
        let target = git::Repository::init_as(&target, "x", format).unwrap();
        target.fetch_from(&source, &git::Cancel::new(), |_| {}).await.unwrap();
        assert_eq!(target.head().unwrap().branch.as_deref(), Some("main"));
        assert_eq!(target.branches().unwrap().len(), 2);
        assert_eq!(target.resolve("other").unwrap().to_string(), tip);

        let nobody = git::Source { credentials: None, ..source.clone() };
        let error = target.fetch_from(&nobody, &git::Cancel::new(), |_| {}).await.unwrap_err();
        let git::Error::Process { stderr, .. } = &error else { panic!("{error}") };
        assert!(
            stderr.contains("Authentication failed") || stderr.contains("could not read"),
            "{stderr}"
        );
        assert!(!stderr.contains(&server.ann));
    })
    .await;
}

/// Two formats do not meet; git says so in its own words.
#[tokio::test(flavor = "multi_thread")]
async fn a_working_copy_of_the_other_format() {
    each_format(async |server: &Server| {
        let other = match server.format {
            ObjectFormat::Sha1 => ObjectFormat::Sha256,
            ObjectFormat::Sha256 => ObjectFormat::Sha1,
        };
        let option = format!("--object-format={}", other.name());
        run(server.dir.path(), &["init", "-q", "-b", "main", &option, "other"]).await;
        let alien = server.dir.path().join("other");
        commit(&alien, "a", b"1").await;
        let url = server.url(&server.ann);
        let refused = async |words: &[&str]| {
            let said = fail(&alien, &["push", &url, "main"]).await;
            assert!(words.iter().any(|word| said.contains(word)), "{said}");
            let said = fail(&alien, &["push", "-f", &url, "main:new"]).await;
            assert!(words.iter().any(|word| said.contains(word)), "{said}");
        };
        let known = ["hash algorithm", "mismatched algorithms"];
        refused(&[&known[..], &["capabilities^{}"]].concat()).await;
        let work = server.work("work").await;
        let tip = commit(&work, "a", b"1").await;
        run(&work, &["push", "-q", &url, "main"]).await;
        refused(&known).await;
        let said = fail(&alien, &["fetch", &url, "main"]).await;
        assert!(said.contains("mismatched algorithms"), "{said}");
        assert_eq!(server.repository().await.resolve("main").unwrap().to_string(), tip);
        assert_eq!(server.pushes().await.len(), 1);
    })
    .await;
}

//! What the rules of a depot say to people who push with git.

use base::{Administer, Granted};
use call::Call;
use depots::rules::pushes::{self, PushSettingsChange};
use depots::rules::{self, Subject, branches, files, refs, specs};
use depots::{Depot, DepotKey};

use crate::server::{Server, commit, each, fail, run};

async fn admin(server: &Server) -> (Call, Granted<Depot, Administer>) {
    let call = server.call("ann").await;
    let depot = depots::authorise(&call, DepotKey::Id(server.depot.id)).await.unwrap();
    (call, depot)
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_for_branches_and_tags_reach_the_terminal() {
    each(async |server| {
        let (ann, depot) = admin(server).await;
        let work = server.work("work").await;
        let url = server.url(&server.ann);
        let first = commit(&work, "a", b"1").await;
        run(&work, &["push", "-q", &url, "main"]).await;
        let rule = branches::create(&ann, &depot, "main").await.unwrap();
        commit(&work, "b", b"2").await;
        let words = fail(&work, &["push", &url, "main"]).await;
        for expected in [
            "remote: refs/heads/main is refused: protected branch rule main lets you not push",
            "remote: Push to another branch and send a merge request",
            "! [remote rejected] main -> main (protected branch rule main lets you not push to it)",
        ] {
            assert!(words.contains(expected), "{expected}: {words}");
        }
        // Of several refs only the refused one stays, unless they go together.
        let words = fail(&work, &["push", &url, "main", "main:topic"]).await;
        assert!(words.contains("main -> topic") && !words.contains("rejected] main -> topic"));
        fail(&work, &["push", "--atomic", &url, "main", "main:more"]).await;
        let heads = run(&work, &["ls-remote", "--heads", &url]).await;
        assert!(heads.contains("refs/heads/topic") && !heads.contains("refs/heads/more"));
        assert!(heads.contains(&format!("{first}\trefs/heads/main")), "{heads}");

        let who = Subject::User("ann".to_owned());
        branches::add_member(&ann, &depot, rule.id, &who, true).await.unwrap();
        run(&work, &["push", "-q", &url, "main"]).await;
        let words = fail(&work, &["push", "-f", &url, "HEAD~1:main"]).await;
        assert!(words.contains("rule main denies rewriting its history"), "{words}");
        let words = fail(&work, &["push", &url, ":main"]).await;
        assert!(words.contains("main"), "{words}");

        refs::make_read_only(&ann, &depot, "topic").await.unwrap();
        let words = fail(&work, &["push", &url, ":topic"]).await;
        assert!(words.contains("refs/heads/topic is read-only"), "{words}");
        specs::choose(&ann, &depot, "功能分支规范").await.unwrap();
        run(&work, &["push", "-q", &url, "main:feature/x"]).await;
        let words = fail(&work, &["push", &url, "main:odd"]).await;
        assert!(words.contains("there are: main, feature/*"), "{words}");
        specs::choose(&ann, &depot, "").await.unwrap();

        rules::set_archived(&ann, &depot, true).await.unwrap();
        let words = fail(&work, &["push", &url, "main:late"]).await;
        assert!(words.contains("the depot is in the archive"), "{words}");
        run(server.dir.path(), &["clone", "-q", &url, "clone"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_for_commits_and_files_name_both() {
    each(async |server| {
        let (ann, depot) = admin(server).await;
        let work = server.work("work").await;
        let url = server.url(&server.ann);
        commit(&work, "a.jar", b"1").await;
        run(&work, &["push", "-q", &url, "main"]).await;
        let change = PushSettingsChange {
            message_regex: Some("^[a-z.]+$".to_owned()),
            denied_files: Some("*.jar".to_owned()),
            file_bytes: Some(Some(1_000)),
            ..Default::default()
        };
        pushes::modify(&ann, &depot, change).await.unwrap();
        let bad = commit(&work, "lib.jar", b"2").await;
        commit(&work, "ok", b"3").await;
        let words = fail(&work, &["push", &url, "main"]).await;
        let expected = format!(
            "remote:   commit {} \"lib.jar\": the push settings deny files like *.jar: lib.jar",
            &bad[..12]
        );
        assert!(words.contains(&expected), "{words}");
        assert!(words.contains("remote: Take these files out of the commits"), "{words}");
        // Nothing of it is kept.
        let listed = run(&work, &["ls-remote", "--heads", &url]).await;
        assert!(!listed.contains(&bad), "{listed}");
        run(&work, &["reset", "-q", "--hard", "HEAD~2"]).await;
        commit(&work, "large", &[b'x'; 1_001]).await;
        let words = fail(&work, &["push", &url, "main"]).await;
        assert!(words.contains("large has 1001 bytes; a file may have 1000 bytes"), "{words}");
        run(&work, &["reset", "-q", "--hard", "HEAD~1"]).await;

        let id = files::create(&ann, &depot, "docs/", true).await.unwrap();
        std::fs::create_dir(work.join("docs")).unwrap();
        std::fs::write(work.join("docs/x"), "1").unwrap();
        commit(&work, "fine", b"1").await;
        let words = fail(&work, &["push", &url, "main"]).await;
        assert!(words.contains("the file push rule docs/ denies you docs/x"), "{words}");
        let who = Subject::User("ann".to_owned());
        files::add_privilege(&ann, &depot, id, &who, false).await.unwrap();
        run(&work, &["push", "-q", &url, "main"]).await;

        let author = PushSettingsChange { check_author: Some(true), ..Default::default() };
        pushes::modify(&ann, &depot, author).await.unwrap();
        commit(&work, "more", b"1").await;
        let words = fail(&work, &["push", &url, "main"]).await;
        assert!(words.contains("author ada@example.org is not a mail address of yours"), "{words}");
        let tree = run(&work, &["rev-parse", "HEAD^{tree}"]).await;
        let parent = run(&work, &["rev-parse", "HEAD~1"]).await;
        let raw = format!(
            "tree {tree}\nparent {parent}\nauthor Ann <ann@example.com> 1790000000 +0000\n\
             committer Ann <ANN@example.com> 1790000000 +0000\n\nmore\n"
        );
        std::fs::write(work.join(".git/raw"), raw).unwrap();
        let made = run(&work, &["hash-object", "-t", "commit", "-w", ".git/raw"]).await;
        run(&work, &["push", "-q", &url, &format!("{made}:refs/heads/main")]).await;
    })
    .await;
}

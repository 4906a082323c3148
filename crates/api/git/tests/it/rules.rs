//! What the rules of a depot say to people who push with git.

use api_git::ssh::Limits;
use base::{Administer, Granted};
use call::Call;
use depots::rules::pushes::{self, PushSettingsChange};
use depots::rules::{self, Subject, branches, files, refs, specs};
use depots::{Depot, DepotKey};

use crate::server::{Server, commit, each, fail, run, token};
use crate::ssh::Ssh;

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

/// What the server says, without git's own words about the address.
fn told(words: &str) -> Vec<String> {
    words
        .lines()
        .map(|line| line.trim().to_owned())
        .filter(|line| line.starts_with("remote:") || line.starts_with("! [remote rejected]"))
        .collect()
}

/// The words of a refusal are the same whichever way one comes in.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_read_the_same_over_ssh() {
    each(async |server| {
        let ssh = Ssh::start(server, Limits::default()).await;
        let (ann, depot) = admin(server).await;
        let work = server.work("work").await;
        let http = server.url(&server.ann);
        commit(&work, "art", b"1").await;
        run(&work, &["push", "-q", &http, "main", "main:topic", "main:kept"]).await;
        let both = async |what: &[&str]| {
            let (ssh_url, by_key) = (ssh.url(), ssh.as_("ann"));
            let over_http = fail(&work, &[&["push", &http], what].concat()).await;
            let over_ssh = [&["-c", &by_key, "push", &ssh_url], what].concat();
            let over_ssh = fail(&work, &over_ssh).await;
            assert_eq!(told(&over_http), told(&over_ssh), "{what:?}");
            told(&over_ssh).join("\n")
        };
        let says = |words: &str, expected: &[&str]| {
            for part in expected {
                assert!(words.contains(part), "{part}: {words}");
            }
        };

        // Somebody else's lock: in whatever commit, on whatever branch.
        let carl = server.call("carl").await;
        let key = projects::ProjectKey::Name("web");
        let web = projects::authorise::<Administer>(&ann, key).await.unwrap();
        let role = projects::ProjectRole::Member;
        projects::members::add(&ann, &web, &["carl".to_owned()], role).await.unwrap();
        let writer = depots::authorise::<base::Write>(&carl, DepotKey::Id(depot.id)).await.unwrap();
        let lock = depots::lfs::lock(&carl, &writer, "art", "").await.unwrap().unwrap();
        let bad = commit(&work, "art", b"2").await;
        commit(&work, "b", b"1").await;
        let words = both(&["main:other"]).await;
        let commit_line = format!("commit {} \"art\": art is locked by carl", &bad[..12]);
        says(&words, &["remote: refs/heads/other is refused", &commit_line, "git lfs unlock"]);
        let by_carl = server.url(&token(&carl, base::Scopes::EVERYTHING).await);
        run(&work, &["push", "-q", &by_carl, "main:carls"]).await;
        depots::lfs::unlock(&carl, &writer, lock.id, false).await.unwrap();
        run(&work, &["push", "-q", &http, "main"]).await;

        // Branches, tags, read-only ones, names.
        branches::create(&ann, &depot, "main").await.unwrap();
        commit(&work, "c", b"1").await;
        let words = both(&["main"]).await;
        says(&words, &["remote: Push to another branch", "! [remote rejected] main -> main"]);
        let words = both(&["--atomic", "main", "main:fine"]).await;
        says(&words, &["main -> fine (atomic push failure)"]);
        refs::make_read_only(&ann, &depot, "kept").await.unwrap();
        says(&both(&["main:kept"]).await, &["refs/heads/kept is read-only"]);
        says(&both(&[":kept"]).await, &["refs/heads/kept is read-only"]);
        specs::choose(&ann, &depot, "功能分支规范").await.unwrap();
        says(&both(&["main:odd"]).await, &["there are: main, feature/*"]);
        specs::choose(&ann, &depot, "").await.unwrap();
        says(&both(&["main:refs/internal/x"]).await, &["you need"]);

        // Messages, files, sizes, authors.
        let change = PushSettingsChange {
            message_regex: Some("^[A-Z]".to_owned()),
            denied_files: Some("*.jar".to_owned()),
            file_bytes: Some(Some(100)),
            check_author: Some(true),
            deny_force_push: Some(true),
            ..Default::default()
        };
        pushes::modify(&ann, &depot, change).await.unwrap();
        std::fs::write(work.join("x.jar"), [b'x'; 101]).unwrap();
        commit(&work, "d", b"1").await;
        let words = both(&["main:more"]).await;
        let parts = ["does not match ^[A-Z]", "files like *.jar: x.jar", "x.jar has 101 bytes"];
        says(&words, &parts);
        says(&words, &["ada@example.org is not a mail address of yours"]);
        says(&both(&["-f", "HEAD~3:topic", "HEAD~3:main"]).await, &["main"]);

        rules::set_archived(&ann, &depot, true).await.unwrap();
        // Told before git speaks, in the way that each door has for that.
        let archived = ["the depot is in the archive: it can be read, but not changed"];
        says(&fail(&work, &["push", &http, "main:late"]).await, &archived);
        let by_key = ssh.as_("ann");
        says(&fail(&work, &["-c", &by_key, "push", &ssh.url(), "main:late"]).await, &archived);
    })
    .await;
}

/// Expressions on which others have hung, and such as would take all memory: refused when they are
/// set, or harmless when somebody pushes what they are slowest with.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_expressions_harm_nobody() {
    each(async |server| {
        let (ann, depot) = admin(server).await;
        let work = server.work("work").await;
        let url = server.url(&server.ann);
        let set = async |expression: &str| {
            let message_regex = Some(expression.to_owned());
            let change = PushSettingsChange { message_regex, ..Default::default() };
            pushes::modify(&ann, &depot, change).await
        };
        let nested = format!("{}a{}", "(".repeat(5_000), ")*".repeat(5_000));
        for refused in [
            "((a{0,900}){0,900}){0,900}",
            r"\w{1000}\d{1000}\pL{1000}{50}",
            r"(a)\1",
            "(?=a)b",
            "(",
            &nested,
        ] {
            let error = set(refused).await.unwrap_err();
            assert!(matches!(error, base::Error::Invalid { .. }), "{refused}: {error:?}");
        }
        // A line and a text on which backtracking never ends.
        let long = format!("{}!", "a".repeat(60_000));
        let many = "x x x x x x x x x x ".repeat(3_000) + "!";
        std::fs::write(work.join(".git/long"), &long).unwrap();
        std::fs::write(work.join(".git/many"), &many).unwrap();
        run(&work, &["commit", "-q", "--allow-empty", "-F", ".git/long"]).await;
        run(&work, &["branch", "-m", "long"]).await;
        run(&work, &["checkout", "-q", "--orphan", "many"]).await;
        run(&work, &["commit", "-q", "--allow-empty", "-F", ".git/many"]).await;
        let expressions =
            [r"^(a+)+$", r"^(a|aa)+$", r"^(.*a){25}$", r"^(\w+\s?)*$", r"^(x+x+ ?)+y$"];
        for expression in expressions {
            set(expression).await.unwrap();
            for branch in ["long", "many"] {
                let push = ["push", &url, branch];
                let push = fail(&work, &push);
                let words = tokio::time::timeout(std::time::Duration::from_secs(120), push).await;
                let words = words.unwrap_or_else(|_| panic!("{expression} never ends"));
                assert!(words.contains("does not match"), "{expression}: {words}");
            }
        }
        // What matches comes in.
        set(r"^a+!").await.unwrap();
        run(&work, &["push", "-q", &url, "long"]).await;
    })
    .await;
}

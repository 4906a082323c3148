//! What may refuse a change of a depot, on both databases.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

use base::{Administer, Error, Granted, Read, Result, TeamRole, Write};
use call::Call;
use call::testing::{TestEnv, on_each};
use depots::push::{self, RefChange};
use depots::rules::branches::{self, BranchRuleChange};
use depots::rules::merging::{self, MergeSettingsChange, Squash};
use depots::rules::pushes::{self, PushSettingsChange};
use depots::rules::specs::{self, BranchType, Direction, SpecContent};
use depots::rules::{self, Holder, Subject, files, refs};
use depots::statuses::{self, NewStatus, State};
use depots::{Depot, DepotKey, NewDepot, commits, lfs};
use events::Listeners;
use git::{CommitDraft, FileEdit, Mode, Oid, Signature};
use jobs::Registry;
use projects::{NewProject, ProjectRole, members};

const MIGRATIONS: &[&[db::Migration]] =
    &[identity::MIGRATIONS, projects::MIGRATIONS, depots::MIGRATIONS];

/// The depot `site` of the project `web`: ann is the project's admin, max its
/// member.
struct World {
    test: TestEnv,
    depot: Depot,
    ann: Call,
    max: Call,
}

async fn each(test: impl AsyncFn(World)) {
    let registry = depots::register(Registry::new()).unwrap();
    on_each(MIGRATIONS, registry, Listeners::new(), async |env| {
        let user = async |name| {
            let role = TeamRole::Member;
            let actor = identity::testing::actor(&env.env, "makers", name, role).await;
            Call::for_user(env.env.clone(), actor)
        };
        let (ann, max) = (user("ann").await, user("max").await);
        let new = NewProject { name: "web".to_owned(), ..NewProject::default() };
        let project = projects::create(&ann, new).await.unwrap();
        members::add(&ann, &project, &["max".to_owned()], ProjectRole::Member).await.unwrap();
        let depot = depots::create(&ann, &project.lower(), NewDepot::named("site")).await.unwrap();
        test(World { test: env, depot, ann, max }).await;
    })
    .await;
}

impl World {
    async fn admin(&self) -> Granted<Depot, Administer> {
        depots::authorise(&self.ann, DepotKey::Id(self.depot.id)).await.unwrap()
    }

    async fn repository(&self) -> git::Repository {
        let granted =
            depots::authorise::<Read>(&self.ann, DepotKey::Id(self.depot.id)).await.unwrap();
        depots::repository(&self.test.env, &granted).unwrap()
    }

    /// A commit by max that no ref leads to. A file without content is deleted.
    async fn commit(&self, parents: &[Oid], message: &str, files: &[(&str, &[u8])]) -> Oid {
        self.commit_by("max@example.com", parents, message, files).await
    }

    async fn commit_by(
        &self,
        mail: &str,
        parents: &[Oid],
        message: &str,
        files: &[(&str, &[u8])],
    ) -> Oid {
        let who = Signature {
            name: "Max".to_owned(),
            mail: mail.to_owned(),
            seconds: 1_790_000_000,
            offset_minutes: 0,
        };
        let edits: Vec<FileEdit> = files
            .iter()
            .map(|(path, data)| match data {
                [] => FileEdit::Delete { path: (*path).to_owned() },
                data => FileEdit::Write {
                    path: (*path).to_owned(),
                    data: data.to_vec(),
                    mode: Mode::File,
                },
            })
            .collect();
        let mut draft = self.repository().await.draft();
        let tree = draft.tree(parents.first().copied(), &edits).unwrap();
        let new = CommitDraft { tree, parents, author: &who, committer: &who, message };
        let commit = draft.commit(&new).unwrap();
        draft.keep().unwrap();
        commit
    }

    /// Moves refs (a branch, or a full name) to where they shall be; zero
    /// deletes.
    async fn push_all(&self, who: &Call, wanted: &[(&str, Oid)]) -> Result<()> {
        let depot = depots::authorise::<Write>(who, DepotKey::Id(self.depot.id)).await?;
        let repository = self.repository().await;
        let changes = wanted
            .iter()
            .map(|(name, new)| {
                let full = name.starts_with("refs/");
                let name = if full { (*name).to_owned() } else { format!("refs/heads/{name}") };
                let old = repository.reference(&name).unwrap().unwrap_or(Oid::ZERO);
                RefChange { name, old: old.to_string(), new: new.to_string() }
            })
            .collect();
        push::apply(who, &depot, changes, "test").await
    }

    async fn push(&self, who: &Call, name: &str, new: Oid) -> Result<()> {
        self.push_all(who, &[(name, new)]).await
    }

    /// The words with which a push is refused.
    async fn refused(&self, who: &Call, name: &str, new: Oid) -> String {
        let before = self.repository().await.references().unwrap();
        let error = self.push(who, name, new).await.unwrap_err();
        assert!(matches!(error, Error::Denied { .. }), "{error:?}");
        assert_eq!(self.repository().await.references().unwrap(), before);
        error.to_string()
    }
}

fn user(name: &str) -> Subject {
    Subject::User(name.to_owned())
}

#[tokio::test]
async fn a_protected_branch_is_for_those_whom_its_rule_lets_push() {
    each(async |world| {
        let depot = world.admin().await;
        let first = world.commit(&[], "one\n", &[("a", b"1")]).await;
        let second = world.commit(&[first], "two\n", &[("a", b"2")]).await;
        let other = world.commit(&[first], "other\n", &[("a", b"3")]).await;
        world.push(&world.max, "main", first).await.unwrap();
        let rule = branches::create(&world.ann, &depot, "main").await.unwrap();
        assert!(rule.deny_force_push && rule.required_grants == 1);

        // Administrators are no exception.
        for who in [&world.max, &world.ann] {
            let words = world.refused(who, "main", second).await;
            let expected = "refs/heads/main is refused: protected branch rule main lets you not \
                            push to it\nPush to another branch and send a merge request";
            assert!(words.starts_with(expected), "{words}");
            assert!(words.ends_with("A merge request has to be granted by one person."), "{words}");
        }
        world.push(&world.max, "topic", second).await.unwrap();

        // On the list, but not let push.
        branches::add_member(&world.ann, &depot, rule.id, &user("max"), false).await.unwrap();
        world.refused(&world.max, "main", second).await;
        branches::change_member(&world.ann, &depot, rule.id, &user("max"), true).await.unwrap();
        world.push(&world.max, "main", second).await.unwrap();
        world.refused(&world.ann, "main", first).await;

        let words = world.refused(&world.max, "main", other).await;
        assert!(words.contains("rule main denies rewriting its history"), "{words}");
        let words = world.refused(&world.max, "main", Oid::ZERO).await;
        assert!(words.contains("rule main denies deleting it"), "{words}");
        let change = BranchRuleChange { deny_force_push: Some(false), ..Default::default() };
        branches::modify(&world.ann, &depot, rule.id, change).await.unwrap();
        world.push(&world.max, "main", other).await.unwrap();

        // A role lets in who holds it or a higher one.
        branches::remove_member(&world.ann, &depot, rule.id, &user("max")).await.unwrap();
        let role = Subject::Role(ProjectRole::Admin);
        branches::add_member(&world.ann, &depot, rule.id, &role, true).await.unwrap();
        world.refused(&world.max, "main", second).await;
        world.push(&world.ann, "main", second).await.unwrap();
        let member = Subject::Role(ProjectRole::Member);
        branches::add_member(&world.ann, &depot, rule.id, &member, true).await.unwrap();
        world.push(&world.max, "main", other).await.unwrap();
        world.push(&world.ann, "main", second).await.unwrap();
        let listed = branches::members(&world.ann, &depot, rule.id).await.unwrap();
        let holders: Vec<_> = listed.into_iter().map(|member| member.holder).collect();
        assert_eq!(holders, [Holder::Role(ProjectRole::Admin), Holder::Role(ProjectRole::Member)]);

        branches::delete(&world.ann, &depot, rule.id).await.unwrap();
        world.push(&world.max, "main", Oid::ZERO).await.unwrap();
        let error = branches::get(&world.ann, &depot, rule.id).await.unwrap_err();
        assert!(error.is_not_found());
    })
    .await;
}

#[tokio::test]
async fn required_checks_are_asked_of_what_is_pushed() {
    each(async |world| {
        let depot = world.admin().await;
        let first = world.commit(&[], "one\n", &[("a", b"1")]).await;
        let second = world.commit(&[first], "two\n", &[("a", b"2")]).await;
        world.push(&world.max, "main", first).await.unwrap();
        let rule = branches::create(&world.ann, &depot, "main").await.unwrap();
        branches::add_member(&world.ann, &depot, rule.id, &user("max"), true).await.unwrap();
        let asks = |contexts: &[&str]| BranchRuleChange {
            required_status: Some(true),
            status_contexts: Some(contexts.iter().map(|&it| it.to_owned()).collect()),
            ..Default::default()
        };
        branches::modify(&world.ann, &depot, rule.id, asks(&[])).await.unwrap();
        let writable =
            depots::authorise::<Write>(&world.max, DepotKey::Id(depot.id)).await.unwrap();
        let report = async |context: &str, state| {
            let new = NewStatus {
                commit: second.to_string(),
                context: context.to_owned(),
                state,
                description: String::new(),
                target_url: String::new(),
            };
            statuses::report(&world.max, &writable, new).await.unwrap();
        };

        let words = world.refused(&world.max, "main", second).await;
        let expected = format!(
            "refs/heads/main is refused: protected branch rule main asks for a successful check \
             of commit {}, and none has been reported\nPush the commit to another branch",
            second.short(12)
        );
        assert!(words.starts_with(&expected), "{words}");

        // Nothing is named: whatever has reported counts.
        world.push(&world.max, "topic", second).await.unwrap();
        report("build", State::Success).await;
        report("scan", State::Pending).await;
        let words = world.refused(&world.max, "main", second).await;
        assert!(words.contains(&format!("of commit {}: scan (pending)\n", second.short(12))));
        // Whoever is not on the list is told as well, and passes nothing by it.
        let words = world.refused(&world.ann, "main", second).await;
        assert!(words.contains("lets you not push to it"), "{words}");
        assert!(words.contains("A merge request has to have passed its checks."), "{words}");
        assert!(words.contains("scan (pending)"), "{words}");

        // The named ones alone count, whatever else has been reported.
        let change = asks(&["build", " lint  fast", "", "build"]);
        let changed = branches::modify(&world.ann, &depot, rule.id, change).await.unwrap();
        assert_eq!(changed.status_contexts, ["build", "lint fast"]);
        let words = world.refused(&world.max, "main", second).await;
        assert!(words.contains(": lint fast (not reported)\n"), "{words}");
        report("lint fast", State::Failure).await;
        let words = world.refused(&world.max, "main", second).await;
        assert!(words.contains(": lint fast (failure)\n"), "{words}");
        report("lint fast", State::Success).await;
        let words = world.refused(&world.ann, "main", second).await;
        assert!(!words.contains("checks"), "{words}");
        world.push(&world.max, "main", second).await.unwrap();

        // A commit that the server makes is one on which nobody has reported.
        let edit = FileEdit::Write { path: "b".into(), data: b"b".to_vec(), mode: Mode::File };
        let new = commits::FilesChange {
            branch: "main".to_owned(),
            new_branch: None,
            expected: None,
            message: "by hand".to_owned(),
            files: vec![edit],
            author: None,
        };
        let made = commits::change_files(&world.max, &writable, new).await;
        let words = made.unwrap_err().to_string();
        assert!(words.contains("build (not reported), lint fast (not reported)"), "{words}");

        let long = asks(&[&"x".repeat(256)]);
        let error = branches::modify(&world.ann, &depot, rule.id, long).await.unwrap_err();
        assert_eq!(error.to_string(), "status_contexts must have at most 255 characters");
        let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
        let many = asks(&many.iter().map(String::as_str).collect::<Vec<_>>());
        let error = branches::modify(&world.ann, &depot, rule.id, many).await.unwrap_err();
        assert_eq!(error.to_string(), "status_contexts must be at most 50");
    })
    .await;
}

#[tokio::test]
async fn of_several_rules_the_one_that_says_most_protects() {
    each(async |world| {
        let depot = world.admin().await;
        let first = world.commit(&[], "one\n", &[("CODEOWNERS", b"*.rs @ann\n")]).await;
        let second = world.commit(&[first], "two\n", &[("a.rs", b"x"), ("b", b"y")]).await;
        world.push(&world.max, "dev/mine", first).await.unwrap();
        let all = branches::create(&world.ann, &depot, "*").await.unwrap();
        let dev = branches::create(&world.ann, &depot, "dev/*").await.unwrap();
        branches::add_member(&world.ann, &depot, dev.id, &user("max"), true).await.unwrap();
        let mine = branches::create(&world.ann, &depot, "dev/mine").await.unwrap();
        world.push(&world.max, "dev/other", first).await.unwrap();
        let words = world.refused(&world.max, "other", first).await;
        assert!(words.contains("protected branch rule * lets"), "{words}");

        // Everything that a merge request would have to meet is told.
        let change = BranchRuleChange {
            required_grants: Some(2),
            required_status: Some(true),
            force_squash: Some(true),
            must_merge_to: Some("dev/other".to_owned()),
            code_owners: Some(true),
            ..Default::default()
        };
        branches::modify(&world.ann, &depot, mine.id, change).await.unwrap();
        let words = world.refused(&world.max, "dev/mine", second).await;
        for expected in [
            "protected branch rule dev/mine lets you not push",
            "granted by 2 people",
            "passed its checks",
            "becomes one commit",
            "merged into dev/other before",
            "granted by the owners of the files",
            "\na.rs @ann",
        ] {
            assert!(words.contains(expected), "{expected}: {words}");
        }
        assert!(!words.contains("\nb "), "{words}");

        let rules = branches::list(&world.ann, &depot).await.unwrap();
        assert_eq!(branches::counts(&world.ann, &depot, &rules).await.unwrap(), [2, 2, 1]);
        branches::create(&world.ann, &depot, "absent").await.unwrap();
        let protected = branches::protected(&world.ann, &depot).await.unwrap();
        let told: Vec<_> = protected
            .iter()
            .map(|it| (&*it.name, &*it.rule.pattern, it.committed_at.is_some()))
            .collect();
        assert_eq!(
            told,
            [
                ("absent", "absent", false),
                ("dev/mine", "dev/mine", true),
                ("dev/other", "dev/*", true)
            ]
        );
        let error = branches::create(&world.ann, &depot, " dev/* ").await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        let again = BranchRuleChange { pattern: Some("dev/*".to_owned()), ..Default::default() };
        let error = branches::modify(&world.ann, &depot, all.id, again).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        for (change, field) in [
            (BranchRuleChange { pattern: Some("a b".into()), ..Default::default() }, "pattern"),
            (
                BranchRuleChange { required_grants: Some(-1), ..Default::default() },
                "required_grants",
            ),
            (
                BranchRuleChange { must_merge_to: Some("a b".into()), ..Default::default() },
                "must_merge_to",
            ),
        ] {
            let error = branches::modify(&world.ann, &depot, all.id, change).await.unwrap_err();
            assert!(error.to_string().starts_with(field), "{error}");
        }
        let missing = branches::add_member(&world.ann, &depot, all.id, &user("none"), true).await;
        assert_eq!(missing.unwrap_err().to_string(), "user none not found");
    })
    .await;
}

#[tokio::test]
async fn protected_tags_and_read_only_refs() {
    each(async |world| {
        let depot = world.admin().await;
        let first = world.commit(&[], "one\n", &[("a", b"1")]).await;
        let second = world.commit(&[first], "two\n", &[("a", b"2")]).await;
        world.push(&world.max, "main", second).await.unwrap();
        world.push(&world.max, "refs/tags/v1", first).await.unwrap();
        world.push(&world.max, "refs/tags/test", first).await.unwrap();
        let wanted = ["v*".to_owned(), "rel-*".to_owned()];
        refs::protect_tags(&world.ann, &depot, &wanted).await.unwrap();
        for (tag, new) in [("v1", second), ("v1", Oid::ZERO), ("v2", second)] {
            let words = world.refused(&world.max, &format!("refs/tags/{tag}"), new).await;
            assert!(words.contains("protected tag rule v* denies it"), "{words}");
        }
        world.push(&world.max, "refs/tags/test", second).await.unwrap();
        world.push(&world.ann, "refs/tags/v2", second).await.unwrap();
        let tags = refs::protected_tags(&world.ann, &depot, None).await.unwrap();
        let told: Vec<_> = tags.iter().map(|tag| (&*tag.name, &*tag.message)).collect();
        assert_eq!(told, [("v1", "one"), ("v2", "two")]);
        let tags = refs::protected_tags(&world.ann, &depot, Some("rel-*")).await.unwrap();
        assert!(tags.is_empty());
        let error = refs::protected_tags(&world.ann, &depot, Some("x")).await.unwrap_err();
        assert!(error.is_not_found());
        // All or none.
        let more = ["new".to_owned(), "v*".to_owned()];
        let error = refs::protect_tags(&world.ann, &depot, &more).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        assert_eq!(refs::tag_rules(&world.ann, &depot).await.unwrap(), ["v*", "rel-*"]);
        refs::unprotect_tags(&world.ann, &depot, "v*").await.unwrap();
        world.push(&world.max, "refs/tags/v1", second).await.unwrap();

        let full = refs::make_read_only(&world.ann, &depot, "main").await.unwrap();
        assert_eq!(full, "refs/heads/main");
        for who in [&world.ann, &world.max] {
            for new in [first, Oid::ZERO] {
                let words = world.refused(who, "main", new).await;
                assert!(words.contains("refs/heads/main is read-only"), "{words}");
            }
        }
        refs::make_read_only(&world.ann, &depot, "refs/tags/v2").await.unwrap();
        world.refused(&world.ann, "refs/tags/v2", first).await;
        let error = refs::make_read_only(&world.ann, &depot, "main").await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        let error = refs::make_read_only(&world.ann, &depot, "none").await.unwrap_err();
        assert!(error.is_not_found());
        let kept = refs::make_read_only(&world.ann, &depot, &first.to_string()).await.unwrap();
        assert_eq!(kept, format!("refs/readonly/{first}"));
        assert_eq!(world.repository().await.reference(&kept).unwrap(), Some(first));
        world.refused(&world.ann, &kept, Oid::ZERO).await;
        refs::make_writable(&world.ann, &depot, "refs/heads/main").await.unwrap();
        world.push(&world.max, "main", first).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn pushes_keep_to_the_push_settings() {
    each(async |world| {
        let depot = world.admin().await;
        // What was there before a rule is not judged again.
        let old = world.commit_by("x@example.org", &[], "bad\n", &[("lib/x.jar", b"1")]).await;
        world.push(&world.max, "main", old).await.unwrap();
        let change = PushSettingsChange {
            check_author: Some(true),
            deny_force_push: Some(true),
            commit_bytes: Some(Some(3_000)),
            file_bytes: Some(Some(2_000)),
            message_regex: Some("^(feat|fix): ".to_owned()),
            denied_files: Some("*.jar\n\n /secret/ \n".to_owned()),
        };
        let settings = pushes::modify(&world.ann, &depot, change).await.unwrap();
        assert_eq!(settings.denied_files, ["*.jar", "/secret/"]);
        assert_eq!(pushes::get(&world.ann, &depot).await.unwrap(), settings);

        let good = world.commit(&[old], "fix: it\n", &[("a", b"1")]).await;
        world.push(&world.max, "main", good).await.unwrap();
        world.push(&world.max, "old", old).await.unwrap();

        let large = vec![b'x'; 2_001];
        let half = vec![b'y'; 1_600];
        for (mail, message, files, expected) in [
            ("x@example.org", "fix: a\n", &[("b", &b"1"[..])][..], "author x@example.org is not"),
            ("max@example.com", "more\n", &[("b", b"1")], "not match ^(feat|fix):"),
            ("max@example.com", "fix: a\n", &[("l/y.jar", b"1")], "files like *.jar: l/y.jar"),
            ("max@example.com", "fix: a\n", &[("secret/a/b", b"1")], "files like /secret/: s"),
            (
                "max@example.com",
                "fix: a\n",
                &[("b", &large)],
                "b has 2001 bytes; a file may have 2000",
            ),
            (
                "max@example.com",
                "fix: a\n",
                &[("b", &half), ("c", &half)],
                "its files have 3200 bytes",
            ),
        ] {
            let bad = world.commit_by(mail, &[good], message, files).await;
            let words = world.refused(&world.max, "main", bad).await;
            assert!(words.contains(expected), "{expected}: {words}");
            assert!(words.contains(&format!("commit {} \"", bad.short(12))), "{words}");
            // Nor below another one, nor behind a tag, nor by an administrator.
            let above = world.commit(&[bad], "fix: c\n", &[("z", b"1")]).await;
            let words = world.refused(&world.max, "refs/tags/t", above).await;
            assert!(words.contains(expected), "{words}");
            world.refused(&world.ann, "new", above).await;
        }
        // A denied file may be deleted, and a mail address in other letters is the same.
        let deleted: &[(&str, &[u8])] = &[("lib/x.jar", b"")];
        let gone = world
            .commit_by(
                "Max@Example.com",
                &[good],
                "feat: x
",
                deleted,
            )
            .await;
        world.push(&world.max, "main", gone).await.unwrap();
        let words = world.refused(&world.max, "main", good).await;
        assert!(words.contains("push settings of the depot deny rewriting history"), "{words}");
        world.push(&world.max, "refs/tags/one", good).await.unwrap();
        let words = world.refused(&world.max, "refs/tags/one", gone).await;
        assert!(words.contains("deny moving tags"), "{words}");
        world.push(&world.max, "old", Oid::ZERO).await.unwrap();

        for (change, field) in [
            (
                PushSettingsChange { message_regex: Some("(a".into()), ..Default::default() },
                "message_regex is not a regular expression: unclosed group",
            ),
            (
                PushSettingsChange {
                    message_regex: Some("(a{1000}){1000}".into()),
                    ..Default::default()
                },
                "message_regex is too large",
            ),
            (
                PushSettingsChange { message_regex: Some("x".repeat(257)), ..Default::default() },
                "message_regex must have at most 256",
            ),
            (
                PushSettingsChange { denied_files: Some("a\n[".into()), ..Default::default() },
                "denied_files has a pattern that cannot be read: [",
            ),
            (
                PushSettingsChange { file_bytes: Some(Some(0)), ..Default::default() },
                "file_bytes must be more",
            ),
        ] {
            let error = pushes::modify(&world.ann, &depot, change).await.unwrap_err();
            assert!(error.to_string().starts_with(field), "{error}");
        }
    })
    .await;
}

/// Only those refs are refused that lead to what breaks a rule; for the page and
/// the API it is all or none.
#[tokio::test]
async fn words_are_safe_for_a_terminal_and_few() {
    each(async |world| {
        let depot = world.admin().await;
        let change =
            PushSettingsChange { message_regex: Some("^ok".to_owned()), ..Default::default() };
        pushes::modify(&world.ann, &depot, change).await.unwrap();
        let mut tip = world.commit(&[], "\u{1b}[2J\u{7}bad\n", &[("a", b"1")]).await;
        for number in 0..20 {
            let message = format!("bad {number} {}\n", "x".repeat(1_000));
            tip = world.commit(&[tip], &message, &[("a", message.as_bytes())]).await;
        }
        let words = world.refused(&world.max, "main", tip).await;
        assert!(words.contains("\"?[2J?bad\""), "{words:?}");
        assert!(!words.contains('\u{1b}') && words.lines().count() <= 14, "{words}");
        assert!(words.len() < 4_000, "{}", words.len());
        let good = world.commit(&[], "ok\n", &[("a", b"1")]).await;
        let both = [("good", good), ("bad", tip)];
        assert!(world.push_all(&world.max, &both).await.is_err());
        assert!(world.repository().await.references().unwrap().is_empty());
        world.push(&world.max, "good", good).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn file_push_rules_say_who_may_push_what() {
    each(async |world| {
        let depot = world.admin().await;
        let base = world.commit(&[], "one\n", &[("app.js", b"1"), ("db/a.sql", b"1")]).await;
        world.push(&world.max, "main", base).await.unwrap();
        let script = files::create(&world.ann, &depot, "*.js", true).await.unwrap();
        let changed = world.commit(&[base], "two\n", &[("app.js", b"2")]).await;
        let removed = world.commit(&[base], "two\n", &[("app.js", b"")]).await;
        for new in [changed, removed] {
            for who in [&world.max, &world.ann] {
                let words = world.refused(who, "main", new).await;
                assert!(words.contains("file push rule *.js denies you app.js"), "{words}");
            }
        }
        // A role may, and then a user of that role may not.
        let role = Subject::Role(ProjectRole::Member);
        files::add_privilege(&world.ann, &depot, script, &role, false).await.unwrap();
        world.refused(&world.ann, "main", changed).await;
        files::add_privilege(&world.ann, &depot, script, &user("max"), true).await.unwrap();
        world.refused(&world.max, "main", changed).await;
        files::change_privilege(&world.ann, &depot, script, &user("max"), false).await.unwrap();
        world.push(&world.max, "main", changed).await.unwrap();

        // Every rule about a file has to let it pass.
        let sql = files::create(&world.ann, &depot, "db/", false).await.unwrap();
        files::add_privilege(&world.ann, &depot, sql, &user("ann"), true).await.unwrap();
        let both = world.commit(&[changed], "x\n", &[("db/a.js", b"1")]).await;
        world.refused(&world.ann, "main", both).await;
        world.push(&world.max, "main", both).await.unwrap();
        files::remove_privilege(&world.ann, &depot, script, &user("max")).await.unwrap();
        files::modify(&world.ann, &depot, script, false).await.unwrap();
        let listed = files::list(&world.ann, &depot).await.unwrap();
        assert_eq!((listed.len(), listed[0].deny_all, listed[0].privileges.len()), (2, false, 1));
        let sql_only = world.commit(&[both], "x\n", &[("app.js", b"9")]).await;
        world.push(&world.ann, "main", sql_only).await.unwrap();
        files::delete(&world.ann, &depot, sql).await.unwrap();
        assert_eq!(files::list(&world.ann, &depot).await.unwrap().len(), 1);

        let taken = files::create(&world.ann, &depot, "*.js", true).await.unwrap_err();
        assert!(matches!(taken, Error::Conflict { .. }), "{taken:?}");
        let bad = files::create(&world.ann, &depot, "[", true).await.unwrap_err();
        assert!(bad.to_string().starts_with("pattern has"), "{bad}");
        let absent = files::delete(&world.ann, &depot, sql).await.unwrap_err();
        assert!(absent.is_not_found());
        let nobody = files::change_privilege(&world.ann, &depot, script, &user("ann"), true).await;
        assert!(nobody.unwrap_err().is_not_found());
    })
    .await;
}

#[tokio::test]
async fn what_somebody_else_has_locked_is_not_changed() {
    each(async |world| {
        let files: &[(&str, &[u8])] = &[("art/a.psd", b"1"), ("b", b"1")];
        let first = world.commit(&[], "first", files).await;
        world.push(&world.ann, "refs/heads/main", first).await.unwrap();
        let granted = depots::authorise::<Write>(&world.max, DepotKey::Id(world.depot.id)).await;
        let granted = granted.unwrap();
        let lock = lfs::lock(&world.max, &granted, "art/a.psd", "").await.unwrap().unwrap();

        let other = world.commit(&[first], "other file", &[("b", b"2")]).await;
        world.push(&world.ann, "refs/heads/main", other).await.unwrap();
        let changed = world.commit(&[other], "changed", &[("art/a.psd", b"2")]).await;
        let words = world.refused(&world.ann, "refs/heads/main", changed).await;
        assert!(words.contains("\"changed\": art/a.psd is locked by max"), "{words}");
        assert!(words.contains("git lfs unlock"), "{words}");
        // On every branch, and in whatever commit of a push.
        let later = world.commit(&[changed], "later", &[("b", b"3")]).await;
        let words = world.refused(&world.ann, "refs/heads/topic", later).await;
        assert!(words.contains("art/a.psd is locked by max"), "{words}");
        // Who has locked it may, and what is in the depot already is no change.
        world.push(&world.max, "refs/heads/main", changed).await.unwrap();
        world.push(&world.ann, "refs/heads/topic", changed).await.unwrap();
        let again = world.commit(&[changed], "again", &[("art/a.psd", b"3")]).await;
        world.refused(&world.ann, "refs/heads/main", again).await;
        lfs::unlock(&world.ann, &granted, lock.id, true).await.unwrap();
        world.push(&world.ann, "refs/heads/main", again).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_specification_names_branches_and_directions() {
    each(async |world| {
        let depot = world.admin().await;
        let base = world.commit(&[], "one\n", &[("a", b"1")]).await;
        world.push(&world.max, "main", base).await.unwrap();
        world.push(&world.max, "odd", base).await.unwrap();
        let spec = specs::choose(&world.ann, &depot, "Gitflow 分支规范").await.unwrap().unwrap();
        assert_eq!((spec.types.len(), spec.directions.len()), (5, 5));
        for good in ["develop", "feature/a", "feature/b/c"] {
            world.push(&world.max, good, base).await.unwrap();
        }
        let words = world.refused(&world.max, "other", base).await;
        let expected = "Gitflow 分支规范 has no type of branch for other\nGive the branch another \
                        name; there are: main, develop, feature/*, release/*, hotfix/*";
        assert!(words.ends_with(expected), "{words}");
        // What is there may go on, and go.
        let next = world.commit(&[base], "two\n", &[("b", b"1")]).await;
        world.push(&world.max, "odd", next).await.unwrap();
        world.push(&world.max, "odd", Oid::ZERO).await.unwrap();

        // A merge of a feature into the trunk by hand, against the directions.
        world.push(&world.max, "feature/a", next).await.unwrap();
        let on_main = world.commit(&[base], "three\n", &[("c", b"1")]).await;
        let merge = world.commit(&[on_main, next], "merge\n", &[("b", b"1")]).await;
        let words = world.refused(&world.max, "main", merge).await;
        assert!(words.contains("has no merge of feature/a into main"), "{words}");
        world.push(&world.max, "develop", merge).await.unwrap();

        let content = |types: &[(&str, &str)], directions: &[(&str, &str)]| SpecContent {
            allow_others: false,
            types: types
                .iter()
                .map(|(name, rule)| BranchType {
                    name: (*name).to_owned(),
                    rule: (*rule).to_owned(),
                    description: String::new(),
                })
                .collect(),
            directions: directions
                .iter()
                .map(|(source, target)| Direction {
                    source: (*source).to_owned(),
                    target: (*target).to_owned(),
                })
                .collect(),
        };
        let own = content(&[("trunk", ""), ("work", "w/*")], &[("work", "trunk")]);
        specs::save_own(&world.ann, &depot, own).await.unwrap();
        world.push(&world.max, "w/1", base).await.unwrap();
        world.refused(&world.max, "feature/d", base).await;
        let open = SpecContent { allow_others: true, ..content(&[("trunk", "")], &[]) };
        specs::save_own(&world.ann, &depot, open).await.unwrap();
        world.push(&world.max, "feature/d", base).await.unwrap();

        let team = world.depot.team;
        let save = async |who: &Call, title: &str, rename: &str, content| {
            specs::save(who, team, title, rename, Some("d"), content).await
        };
        let denied = save(&world.ann, "ours", "", content(&[("a", "a")], &[])).await.unwrap_err();
        assert!(matches!(denied, Error::Denied { .. }), "{denied:?}");
        let actor =
            identity::testing::actor(&world.test.env, "makers", "root", TeamRole::Owner).await;
        let root = Call::for_user(world.test.env.clone(), actor);
        save(&root, "ours", "", content(&[("a", "a/*")], &[])).await.unwrap();
        let renamed = save(&root, "ours", "mine", content(&[("a", "b/*")], &[])).await.unwrap();
        assert_eq!((&*renamed.title, &*renamed.types[0].rule), ("mine", "b/*"));
        let titles: Vec<_> =
            specs::list(&world.max, team).await.unwrap().into_iter().map(|it| it.title).collect();
        assert_eq!((titles.len(), &*titles[4]), (5, "mine"));
        specs::choose(&world.ann, &depot, "mine").await.unwrap();
        world.refused(&world.max, "a/1", base).await;
        world.push(&world.max, "b/1", base).await.unwrap();
        let used = specs::delete(&root, team, "mine").await.unwrap_err();
        assert!(matches!(used, Error::Conflict { .. }), "{used:?}");
        assert!(specs::choose(&world.ann, &depot, "").await.unwrap().is_none());
        world.push(&world.max, "a/1", base).await.unwrap();
        specs::delete(&root, team, "mine").await.unwrap();
        assert!(specs::by_title(&root, team, "mine").await.unwrap_err().is_not_found());
        for (bad, field) in [
            (content(&[], &[]), "types is missing"),
            (content(&[("a", "x y")], &[]), "types matches no name"),
            (content(&[("a", "x"), ("a", "y")], &[]), "types has two types named a"),
            (content(&[("a", "x")], &[("a", "b")]), "directions names no type: b"),
        ] {
            let error = specs::save_own(&world.ann, &depot, bad).await.unwrap_err();
            assert!(error.to_string().starts_with(field), "{error}");
        }
        let taken = save(&root, "x", "单分支规范", content(&[("a", "x")], &[])).await.unwrap_err();
        assert!(matches!(taken, Error::Conflict { .. }), "{taken:?}");
    })
    .await;
}

#[tokio::test]
async fn quota_archive_and_merging() {
    each(async |world| {
        let depot = world.admin().await;
        let base = world.commit(&[], "one\n", &[("a", b"1")]).await;
        world.push(&world.max, "main", base).await.unwrap();
        rules::set_quota(&world.ann, &depot, Some(1_000)).await.unwrap();
        let usage = rules::usage(&world.ann, &depot).await.unwrap();
        assert!(usage.repository > 1_000 && usage.quota == Some(1_000), "{usage:?}");
        assert!(matches!(usage.check(0), Err(Error::Limit { .. })));
        let next = world.commit(&[base], "two\n", &[("a", b"2")]).await;
        let words = world.refused(&world.max, "main", next).await;
        assert!(words.contains("quota exceeded: the depot would take "), "{words}");
        rules::set_quota(&world.ann, &depot, Some(10 << 20)).await.unwrap();
        world.push(&world.max, "main", next).await.unwrap();
        rules::set_quota(&world.ann, &depot, Some(1_000)).await.unwrap();
        // What takes no room is no matter of room.
        world.push(&world.max, "main", Oid::ZERO).await.unwrap();
        // Large files count, and are refused where there is no room for them.
        let content = &b"hello\n"[..];
        let name = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
        let large = lfs::Object::new(name, 6).unwrap();
        let writable = world.admin().await.lower::<Write>();
        let error = lfs::store(&world.ann, &writable, &large, content).await.unwrap_err();
        assert!(matches!(error, Error::Limit { .. }), "{error:?}");
        assert_eq!(rules::usage(&world.ann, &depot).await.unwrap().beside, 0);
        rules::set_quota(&world.ann, &depot, Some(10 << 20)).await.unwrap();
        lfs::store(&world.ann, &writable, &large, content).await.unwrap();
        assert_eq!(rules::usage(&world.ann, &depot).await.unwrap().beside, 6);
        rules::set_quota(&world.ann, &depot, None).await.unwrap();
        world.push(&world.max, "main", next).await.unwrap();

        rules::set_archived(&world.ann, &depot, true).await.unwrap();
        let again = rules::set_archived(&world.ann, &depot, true).await.unwrap_err();
        assert!(matches!(again, Error::Conflict { .. }), "{again:?}");
        for who in [&world.max, &world.ann] {
            let key = DepotKey::Id(depot.id);
            let error = depots::authorise::<Write>(who, key).await.unwrap_err();
            assert!(error.to_string().starts_with("the depot is in the archive"), "{error}");
            assert!(depots::authorise::<Read>(who, key).await.unwrap().archived);
        }
        let lowered = world.admin().await.lower::<Write>();
        let error = push::begin(&world.ann, &lowered, &[]).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        rules::set_archived(&world.ann, &depot, false).await.unwrap();
        world.push(&world.max, "again", next).await.unwrap();

        let change = MergeSettingsChange {
            squash: Some(Squash::Force),
            target_branch: Some("again".to_owned()),
            merge_template: Some("Merge %{source_branch} (%{title})".to_owned()),
            ..Default::default()
        };
        let settings = merging::modify(&world.ann, &depot, change).await.unwrap();
        assert_eq!(merging::get(&world.max, &depot).await.unwrap(), settings);
        assert_eq!((settings.squash, &*settings.target_branch), (Squash::Force, "again"));
        let template = |text: &str| MergeSettingsChange {
            squash_template: Some(text.to_owned()),
            ..Default::default()
        };
        for (change, expected) in [
            (template("%{nonsense}"), "squash_template has a variable that does not exist"),
            (template("%{title"), "squash_template opens a variable"),
            (template(&"x".repeat(2_001)), "squash_template must have at most"),
            (
                MergeSettingsChange { target_branch: Some("no".into()), ..Default::default() },
                "target_branch is not a branch of the depot",
            ),
        ] {
            let error = merging::modify(&world.ann, &depot, change).await.unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
        }
    })
    .await;
}

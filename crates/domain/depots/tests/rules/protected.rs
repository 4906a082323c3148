//! Protected branches: who may push what to them, and after which checks.

use crate::{each, user};
use base::{Error, Write};
use depots::rules::branches::{self, BranchRuleChange};
use depots::rules::{Holder, Subject};
use depots::statuses::{self, NewStatus, State};
use depots::{DepotKey, commits};
use git::{FileEdit, Mode, Oid};
use projects::ProjectRole;

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

//! What is pushed: messages, authors, sizes and files, and what is locked.

use crate::{each, user};
use base::{Error, Write};
use depots::rules::pushes::{self, PushSettingsChange};
use depots::rules::{Subject, files};
use depots::{DepotKey, lfs};
use git::Oid;
use projects::ProjectRole;

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

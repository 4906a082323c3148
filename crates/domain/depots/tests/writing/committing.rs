//! Commits that are made here.

use crate::{World, each, put, user};
use base::{Administer, Error, TeamRole, Write};
use depots::branches;
use depots::commits::{self, FileEdit, FilesChange, Mode};
use depots::push::Pushed;
use depots::rules;
use depots::{DepotKey, NewDepot};

#[tokio::test]
async fn files_change_in_one_commit_that_is_announced() {
    each(async |world| {
        let before = world.tip("main");
        let change = FilesChange {
            branch: "refs/heads/main".to_owned(),
            expected: Some(before.to_string().to_uppercase()),
            message: "two\n\nfiles  \n".to_owned(),
            files: vec![
                put("a/b.txt", "один\r\n"),
                FileEdit::Create {
                    path: "run".to_owned(),
                    data: b"\xff\x00".to_vec(),
                    mode: Mode::Executable,
                },
                FileEdit::DeleteFile { path: "README.md".to_owned() },
            ],
            ..FilesChange::default()
        };
        let made = commits::change_files(&world.ann, &world.depot, change.clone()).await.unwrap();
        assert_eq!(
            (made.parents.as_slice(), made.message.as_str()),
            (&[before][..], "two\n\nfiles\n")
        );
        assert_eq!((made.author.mail.as_str(), &made.author), ("ann@example.com", &made.committer));
        assert_eq!(made.committer.seconds, world.ann.clock.now().seconds());
        assert_eq!(world.tip("main"), made.id);
        let repository = world.repository();
        let blobs = repository.all_blobs(made.id).unwrap();
        let listed: Vec<_> = blobs.iter().map(|it| (it.path.as_str(), it.mode)).collect();
        assert_eq!(listed, [("a/b.txt", Mode::File), ("run", Mode::Executable)]);
        assert_eq!(repository.blob(blobs[1].oid, 10).unwrap().data, b"\xff\x00");
        repository.fsck(&git::Cancel::new()).unwrap();
        let told = world.events::<Pushed>().await;
        let last =
            told.iter().flat_map(|push| &push.updates).find(|it| it.new == made.id.to_string());
        assert_eq!(last.unwrap().old, before.to_string());

        // The branch has moved: nothing happens.
        let error = commits::change_files(&world.ann, &world.depot, change).await.unwrap_err();
        let expected = format!("refs/heads/main has moved: it is at {}, not at {before}", made.id);
        assert_eq!(error.to_string(), expected.replace("refs/heads/", ""));
        assert!(matches!(error, Error::Conflict { .. }));
        assert_eq!(world.tip("main"), made.id);
    })
    .await;
}

#[tokio::test]
async fn a_commit_can_start_a_branch_or_a_depot() {
    each(async |world| {
        let main = world.tip("main");
        let change = |branch: &str, new: Option<&str>| FilesChange {
            branch: branch.to_owned(),
            new_branch: new.map(str::to_owned),
            message: "m".to_owned(),
            files: vec![put("x", "x")],
            ..FilesChange::default()
        };
        let commit = async |change| commits::change_files(&world.ann, &world.depot, change).await;
        let made = commit(change("HEAD", Some("topic/x"))).await.unwrap();
        assert_eq!((world.tip("topic/x"), world.tip("main")), (made.id, main));
        let made = commit(change(&main.to_string(), Some("other"))).await.unwrap();
        assert_eq!(made.parents, [main]);
        for (change, expected) in [
            (change("main", Some("other")), "the branch other exists already"),
            (change("none", None), "branch none not found"),
            (change("none", Some("x")), "branch none not found"),
            (change("a..b", None), "branch is not a name that Git takes for a branch"),
            (change("main", Some("-x")), "new_branch is not a name that Git takes for a branch"),
            (FilesChange { files: vec![], ..change("main", None) }, "files is missing"),
            (FilesChange { message: " ".into(), ..change("main", None) }, "message is missing"),
            (
                FilesChange { expected: Some("12".into()), ..change("main", None) },
                "expected must be the 40 or 64 digits of a commit",
            ),
            (
                FilesChange {
                    files: vec![put("x", ""), put("a/.git/b", "")],
                    ..change("main", None)
                },
                "files.1.path must not have .git in it",
            ),
            (
                FilesChange { files: vec![put("README.md/x", "")], ..change("main", None) },
                "files.0.path cannot be in \"README.md\", which is a file",
            ),
            (
                FilesChange { files: vec![put("README.md", "# web\n")], ..change("main", None) },
                "the files are like that already",
            ),
            (
                FilesChange { author: Some(base::UserId(4711)), ..change("main", None) },
                "author is nobody in the team",
            ),
        ] {
            assert_eq!(commit(change).await.unwrap_err().to_string(), expected);
        }
        assert_eq!(world.tip("main"), main);

        // An empty depot takes a first commit on any branch.
        let project = projects::ProjectKey::Name("web");
        let project = projects::authorise::<Write>(&world.ann, project).await.unwrap();
        let empty = depots::create(&world.ann, &project, NewDepot::named("empty")).await.unwrap();
        let empty = depots::authorise::<Write>(&world.ann, DepotKey::Id(empty.id)).await.unwrap();
        let stale = FilesChange { expected: Some(main.to_string()), ..change("master", None) };
        let error = commits::change_files(&world.ann, &empty, stale).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        let first = FilesChange { expected: Some("0".repeat(40)), ..change("master", None) };
        let first = commits::change_files(&world.ann, &empty, first).await.unwrap();
        assert_eq!(first.parents, []);
        let repository = depots::repository(&world.test.env, &empty).unwrap();
        assert_eq!(repository.resolve("master").unwrap(), first.id);
    })
    .await;
}

#[tokio::test]
async fn another_author_can_be_named() {
    each(async |world| {
        let bob = user(&world.test.env, "bob", TeamRole::Member).await;
        let change = FilesChange {
            message: "m".to_owned(),
            files: vec![put("x", "x")],
            author: bob.actor.user_id(),
            ..FilesChange::default()
        };
        let made = commits::change_files(&world.ann, &world.depot, change).await.unwrap();
        assert_eq!(made.author.mail, "bob@example.com");
        assert_eq!(made.committer.mail, "ann@example.com");
    })
    .await;
}

#[tokio::test]
async fn commits_are_done_again_and_undone() {
    each(async |world| {
        let World { ann, depot, .. } = &world;
        branches::create(ann, depot, "topic", "").await.unwrap();
        let wanted = world.write("topic", "f", "topic\n").await;
        world.write("topic", "g", "more\n").await;
        let before = world.write("main", "h", "main\n").await.id;

        let picked =
            commits::cherry_pick(ann, depot, &wanted.id.to_string(), "main").await.unwrap();
        assert_eq!((world.tip("main"), picked.parents.as_slice()), (picked.id, &[before][..]));
        assert_eq!(picked.message, wanted.message);
        let again = commits::cherry_pick(ann, depot, &wanted.id.to_string(), "main").await;
        assert!(matches!(again, Err(Error::Conflict { .. })), "{again:?}");

        // Its change is known there, so only the other commit is taken over.
        let rebased = commits::rebase(ann, depot, "main", "topic").await.unwrap();
        assert_eq!((rebased.replayed, rebased.dropped.as_slice()), (1, &[wanted.id][..]));
        let tip = world.repository().commit(world.tip("topic")).unwrap();
        assert_eq!((tip.id, tip.parents.as_slice()), (rebased.tip, &[picked.id][..]));
        let nothing = commits::rebase(ann, depot, "main", "topic").await.unwrap();
        assert_eq!((nothing.replayed, nothing.tip), (0, rebased.tip));

        let undone = commits::revert(ann, depot, &picked.id.to_string(), "main", "").await.unwrap();
        let expected = format!("Revert \"write f\"\n\nThis reverts commit {}.\n", picked.id);
        assert_eq!(undone.message, expected);
        let files = world.repository().all_blobs(world.tip("main")).unwrap();
        assert!(files.iter().all(|file| file.path != "f"));

        let main = world.write("main", "g", "other\n").await.id;
        let error = commits::rebase(ann, depot, "main", "topic").await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the change of {} does not fit: conflicts in g", rebased.tip.short(10))
        );
        assert_eq!((world.tip("main"), world.tip("topic")), (main, rebased.tip));
        for (result, expected) in [
            (commits::cherry_pick(ann, depot, "nope", "main").await, "commit nope not found"),
            (commits::cherry_pick(ann, depot, "main", "nope").await, "branch nope not found"),
            (commits::cherry_pick(ann, depot, "", "main").await, "sha is missing"),
            (
                commits::revert(ann, depot, "main", "a b", "").await,
                "branch is not a name that Git takes for a branch",
            ),
        ] {
            assert_eq!(result.unwrap_err().to_string(), expected);
        }
    })
    .await;
}

#[tokio::test]
async fn the_rules_of_pushes_hold_for_what_is_made_here() {
    each(async |world| {
        let World { ann, depot, .. } = &world;
        for name in ["release", "topic", "read-only"] {
            branches::create(ann, depot, name, "main").await.unwrap();
        }
        let before = world.write("topic", "x", "x").await;
        let owner = depots::authorise::<Administer>(ann, DepotKey::Id(depot.id)).await.unwrap();
        rules::branches::create(ann, &owner, "release").await.unwrap();
        let change = FilesChange {
            branch: "release".to_owned(),
            message: "m".to_owned(),
            files: vec![put("x", "x")],
            ..FilesChange::default()
        };
        let main = world.tip("main");
        let refused = [
            commits::change_files(ann, depot, change).await.map(drop),
            commits::cherry_pick(ann, depot, &before.id.to_string(), "release").await.map(drop),
            commits::rebase(ann, depot, "topic", "release").await.map(drop),
            branches::delete(ann, depot, "release").await,
        ];
        for refused in refused {
            let error = refused.unwrap_err();
            assert!(error.to_string().contains("release"), "{error}");
        }
        assert_eq!(world.tip("release"), main);
        let done = branches::delete_merged(ann, depot).await.unwrap();
        assert_eq!(
            (done.removed, done.kept),
            (vec!["read-only".to_owned()], vec!["release".to_owned()])
        );
    })
    .await;
}

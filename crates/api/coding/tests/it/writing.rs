//! What actions write: files, branches, tags, notes, reports and comments.

use serde_json::{Value, json};

use crate::history;
use crate::world::{World, each, one};

async fn tip(world: &World, depot: i64, branch: &str) -> String {
    let repository = world.repository(depot).await;
    repository.resolve(&format!("refs/heads/{branch}")).expect("a branch").to_string()
}

async fn text(world: &World, depot: i64, branch: &str, path: &str) -> Option<Vec<u8>> {
    let repository = world.repository(depot).await;
    let commit = repository.resolve(branch).expect("a branch");
    repository.file(commit, path, 1000).ok().map(|blob| blob.data)
}

#[tokio::test]
async fn a_commit_writes_moves_and_removes_files() {
    each(async |world| {
        let (_, depot) = world.project("web").await;
        let made = world
            .done(
                "member",
                "CreateGitCommit",
                json!({
                    "DepotPath": "makers/web/web",
                    "LastCommitSha": history::MASTER,
                    "Ref": "master",
                    "NewRef": "",
                    "Message": "Much\n\nat once",
                    "CommitFiles": [
                        { "Path": "new/tëxt.txt", "Content": "a\r\nb", "WantDelete": false },
                        {
                            "Path": "run.sh", "Content": "IyEvYmluL2Jhc2gKAP8=",
                            "ContentEncoding": "ENCODING_BASE64",
                        },
                        { "Path": "foo.txt", "WantDelete": true },
                        { "Path": "aaa", "NewPath": "moved/bbb", "Content": "", "WantRename": true },
                    ],
                }),
            )
            .await["GitCommit"]
            .clone();
        assert_eq!(made["Sha"], json!(tip(&world, depot, "master").await));
        assert_eq!(made["ShortMessage"], "Much");
        assert_eq!(made["Committer"]["Email"], "member@example.com");
        assert_eq!(made["CommitDate"], call::testing::START.seconds() * 1000);
        assert_eq!(made["Parents"], json!([history::MASTER]));
        let file = async |path: &str| text(&world, depot, "master", path).await;
        assert_eq!(file("new/tëxt.txt").await.as_deref(), Some(&b"a\r\nb"[..]));
        assert_eq!(file("run.sh").await.as_deref(), Some(&b"#!/bin/bash\n\0\xff"[..]));
        assert_eq!(file("foo.txt").await, None);
        assert_eq!(file("aaa").await, None);
        assert!(file("moved/bbb").await.is_some_and(|data| data.starts_with(b"bbb\n")));
        let repository = world.repository(depot).await;
        let commit = repository.resolve("master").expect("a branch");
        let mode = repository.entry(commit, "run.sh").expect("a file").mode;
        assert_eq!(mode, git::Mode::Executable);
        repository.fsck(&git::Cancel::new()).expect("nothing broken");
    })
    .await;
}

#[tokio::test]
async fn a_commit_that_cannot_be_made_names_the_field_and_changes_nothing() {
    each(async |world| {
        let (_, depot) = world.project("web").await;
        let file = |path: &str| json!([{ "Path": "fine", "Content": "x" }, { "Path": path, "Content": "x" }]);
        let zeros = "0".repeat(40);
        for (change, expected) in [
            (json!({ "Message": " " }), "MissingParameter: Message is missing"),
            (json!({ "CommitFiles": [] }), "MissingParameter: CommitFiles is missing"),
            (json!({ "Ref": "none" }), "ResourceNotFound: branch none not found"),
            (json!({ "Ref": "a..b" }), "InvalidParameter: Ref is not a name that Git takes for a branch"),
            (json!({ "NewRef": "dev" }), "FailedOperation: the branch dev exists already"),
            (json!({ "LastCommitSha": "xyz" }), "InvalidParameter: LastCommitSha must be the 40 or 64 digits of a commit"),
            (
                json!({ "CommitFiles": file("../x") }),
                "InvalidParameter: CommitFiles.1.Path must not have . or .. in it",
            ),
            (
                json!({ "CommitFiles": file("a/.GIT/config") }),
                "InvalidParameter: CommitFiles.1.Path must not have .git in it",
            ),
            (
                json!({ "CommitFiles": file("/etc/passwd") }),
                "InvalidParameter: CommitFiles.1.Path must start at the root of the depot, without a slash",
            ),
            (
                json!({ "CommitFiles": file("foo.txt/x") }),
                "InvalidParameter: CommitFiles.1.Path cannot be in \"foo.txt\", which is a file",
            ),
            (json!({ "CommitFiles": file("lib") }), "InvalidParameter: CommitFiles.1.Path is a directory"),
            (
                json!({ "CommitFiles": [{ "Path": "none", "WantDelete": true }] }),
                "InvalidParameter: CommitFiles.0.Path does not exist",
            ),
            (
                json!({ "CommitFiles": [{ "Path": "aaa", "NewPath": "foo.txt", "WantRename": true }] }),
                "InvalidParameter: CommitFiles.0.NewPath exists already",
            ),
            (
                json!({ "CommitFiles": [{ "Path": "aaa", "WantRename": true }] }),
                "MissingParameter: CommitFiles.0.NewPath is missing",
            ),
            (
                json!({ "CommitFiles": [{ "Path": "x", "Content": "?", "ContentEncoding": "ENCODING_BASE64" }] }),
                "InvalidParameter: CommitFiles.0.Content must be Base64",
            ),
            (
                json!({ "CommitFiles": [{ "Path": "x", "Content": "x", "ContentEncoding": "GBK" }] }),
                "InvalidParameter: CommitFiles.0.ContentEncoding must be ENCODING_RAW or ENCODING_BASE64",
            ),
            (
                json!({ "CommitFiles": [{ "Path": "foo.txt", "Content": "foo\n" }] }),
                "FailedOperation: the files are like that already",
            ),
        ] {
            let mut fields = json!({
                "DepotId": depot, "Ref": "master", "Message": "m",
                "CommitFiles": [{ "Path": "x", "Content": "x" }],
            });
            for (name, value) in change.as_object().expect("fields") {
                fields[name] = value.clone();
            }
            assert_eq!(world.refused("member", "CreateGitCommit", fields).await, expected);
        }
        let stale = json!({
            "DepotId": depot, "Ref": "master", "Message": "m", "LastCommitSha": history::FIRST,
            "GitFiles": [{ "Path": "x", "Content": "x" }],
        });
        let refused = world.refused("member", "CreateGitFiles", stale).await;
        let at = history::MASTER;
        let expected = format!(
            "FailedOperation: master has moved: it is at {at}, not at {}", history::FIRST
        );
        assert_eq!(refused, expected);
        assert_eq!(tip(&world, depot, "master").await, history::MASTER);
        let none = json!({
            "DepotId": depot, "Ref": "master", "NewRef": "x", "Message": "m", "LastCommitSha": zeros,
            "GitFiles": [{ "Path": "x" }],
        });
        world.done("member", "CreateGitFiles", none).await;
    })
    .await;
}

#[tokio::test]
async fn files_are_created_modified_and_deleted() {
    each(async |world| {
        let (_, depot) = world.project("web").await;
        let act = async |action: &str, extra: Value| {
            let mut fields = json!({ "DepotId": depot, "Ref": "master", "Message": "m" });
            for (name, value) in extra.as_object().expect("fields") {
                fields[name] = value.clone();
            }
            let response = world.act("member", action, fields).await;
            response["Error"]["Message"].as_str().unwrap_or_default().to_owned()
        };
        let there = json!({ "GitFiles": [{ "Path": "foo.txt", "Content": "x" }] });
        assert_eq!(act("CreateGitFiles", there.clone()).await, "GitFiles.0.Path exists already");
        assert_eq!(act("ModifyGitFiles", there).await, "");
        let new = json!({ "GitFiles": [{ "Path": "n", "Content": "x" }], "NewRef": "topic" });
        assert_eq!(act("ModifyGitFiles", new.clone()).await, "GitFiles.0.Path does not exist");
        assert_eq!(act("CreateGitFiles", new).await, "");
        assert_eq!(text(&world, depot, "topic", "n").await.as_deref(), Some(&b"x"[..]));
        let moved = json!({ "GitFiles": [{ "Path": "run.sh", "NewPath": "bin/run" }] });
        assert_eq!(act("ModifyGitFiles", moved).await, "");
        let nothing = json!({ "GitFiles": [{ "Path": "aaa", "NewPath": "" }] });
        assert_eq!(act("ModifyGitFiles", nothing).await, "GitFiles.0.Content is missing");
        let delete = async |paths: Value| {
            act("DeleteGitFiles", json!({ "CommitMessage": "m", "Paths": paths })).await
        };
        assert_eq!(delete(json!(["bin/run", "none"])).await, "Paths.1 does not exist");
        assert_eq!(delete(json!(["lib"])).await, "Paths.0 is a directory");
        assert_eq!(delete(json!(["bin/run", "aaa"])).await, "");
        assert_eq!(text(&world, depot, "master", "bin/run").await, None);
        assert_eq!(
            act("DeleteGitFiles", json!({ "Paths": ["x"] })).await,
            "CommitMessage is missing"
        );
    })
    .await;
}

#[tokio::test]
async fn binary_files_have_the_named_author() {
    each(async |world| {
        let (_, depot) = world.project("web").await;
        let fields = |user: i64, content: &str| {
            json!({
                "DepotId": depot, "UserId": user, "SrcRef": "master", "DestRef": "master",
                "Message": "m", "LastCommitSha": history::MASTER,
                "GitFiles": [{ "Path": "b", "Content": content, "NewPath": "" }],
            })
        };
        let stranger = fields(world.id_of("stranger"), "AA==");
        let refused = world.refused("member", "CreateBinaryFiles", stranger).await;
        assert_eq!(refused, "InvalidParameter: UserId is nobody in the team");
        let bad = world.refused("member", "CreateBinaryFiles", fields(0, "=")).await;
        assert_eq!(bad, "InvalidParameter: GitFiles.0.Content must be Base64");
        let good = fields(world.id_of("guest"), "AP8\nKDQ");
        let made = world.done("member", "CreateBinaryFiles", good).await["GitCommit"].clone();
        assert_eq!(made["Author"]["Email"], "guest@example.com");
        assert_eq!(made["Committer"]["Email"], "member@example.com");
        let data = text(&world, depot, "master", "b").await;
        assert_eq!(data.as_deref(), Some(&b"\0\xff\n\r"[..]));
    })
    .await;
}

#[tokio::test]
async fn commits_are_picked_reverted_and_rebased() {
    each(async |world| {
        let (_, depot) = world.project("web").await;
        let pick = json!({ "DepotId": depot, "BranchName": "master", "Sha": history::DEV });
        let made = world.done("member", "ModifyGitCherryPick", pick.clone()).await;
        let picked = tip(&world, depot, "master").await;
        assert_eq!(made["GitCommit"]["Sha"], json!(picked));
        assert_eq!(made["GitCommit"]["Author"]["Name"], "coding");
        let again = world.refused("member", "ModifyGitCherryPick", pick).await;
        assert_eq!(again, format!("FailedOperation: {} changes nothing here", history::DEV));

        let rebase =
            json!({ "DepotId": depot, "BaseBranchName": "master", "SrcBranchName": "dev" });
        let done = world.done("member", "ModifyGitRebase", rebase.clone()).await;
        assert_eq!((&done["Sha"], &done["DroppedShas"]), (&json!(picked), &json!([history::DEV])));

        let revert =
            json!({ "DepotId": depot, "BranchName": "master", "Sha": picked, "Message": "no" });
        let made = world.done("member", "ModifyGitCommitRevert", revert).await;
        assert_eq!(made["GitCommit"]["ShortMessage"], "no");
        assert_eq!(text(&world, depot, "master", "root/test.java").await, None);

        for (branch, content) in [("master", "here"), ("dev", "there")] {
            let fields = json!({
                "DepotId": depot, "Ref": branch, "Message": "clash",
                "GitFiles": [{ "Path": "clash", "Content": content }],
            });
            world.done("member", "CreateGitFiles", fields).await;
        }
        let refused = world.refused("member", "ModifyGitRebase", rebase).await;
        assert!(
            refused.starts_with("FailedOperation: the change of")
                && refused.ends_with("conflicts in clash"),
            "{refused}"
        );
        for (action, fields, expected) in [
            (
                "ModifyGitCherryPick",
                json!({ "BranchName": "master", "Sha": "none" }),
                "ResourceNotFound: commit none not found",
            ),
            (
                "ModifyGitCherryPick",
                json!({ "BranchName": "", "Sha": "dev" }),
                "MissingParameter: BranchName is missing",
            ),
            (
                "ModifyGitCommitRevert",
                json!({ "BranchName": "none", "Sha": "dev" }),
                "ResourceNotFound: branch none not found",
            ),
            (
                "ModifyGitRebase",
                json!({ "BaseBranchName": "none", "SrcBranchName": "dev" }),
                "ResourceNotFound: branch none not found",
            ),
            (
                "ModifyGitRebase",
                json!({ "BaseBranchName": "dev", "SrcBranchName": "" }),
                "MissingParameter: SrcBranchName is missing",
            ),
        ] {
            let mut fields = fields;
            fields["DepotId"] = json!(depot);
            assert_eq!(world.refused("member", action, fields).await, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn branches_and_tags_are_made_and_removed() {
    each(async |world| {
        let (_, depot) = world.project("web").await;
        let act = async |action: &str, mut fields: Value| {
            fields["DepotId"] = json!(depot);
            let response = world.act("member", action, fields).await;
            response["Error"]["Message"].as_str().unwrap_or_default().to_owned()
        };
        assert_eq!(
            act("CreateGitBranch", json!({ "BranchName": "b", "StartPoint": "dev" })).await,
            ""
        );
        assert_eq!(tip(&world, depot, "b").await, history::DEV);
        let again = act("CreateGitBranch", json!({ "BranchName": "b", "StartPoint": "dev" })).await;
        assert_eq!(again, "the branch b exists already");
        assert_eq!(
            act("CreateGitBranch", json!({ "BranchName": "a b" })).await,
            "BranchName is not a name that Git takes for a branch"
        );
        assert_eq!(
            act("DeleteGitBranch", json!({ "BranchName": "main" })).await,
            "main is the default branch"
        );
        assert_eq!(act("DeleteGitBranch", json!({ "BranchName": "b" })).await, "");
        assert_eq!(
            act("DeleteGitBranch", json!({ "BranchName": "b" })).await,
            "branch b not found"
        );

        let fields = json!({ "DepotId": depot });
        let done = world.done("member", "DeleteGitMergedBranches", fields.clone()).await;
        assert_eq!(done["DeletedBranches"], json!(["master", "release"]));
        let done = world.done("member", "DeleteGitMergedBranches", fields).await;
        assert_eq!(done["DeletedBranches"], json!([]));
        assert_eq!(tip(&world, depot, "dev").await, history::DEV);

        assert_eq!(
            act("CreateGitTag", json!({ "TagName": "light", "StartPoint": "dev" })).await,
            ""
        );
        assert_eq!(
            act("CreateGitTag", json!({ "TagName": "heavy", "message": "words" })).await,
            ""
        );
        let repository = world.repository(depot).await;
        let tag = |name: &str| repository.tag(name).expect("tags").expect("a tag");
        assert_eq!(tag("light").target.to_string(), history::DEV);
        let heavy = tag("heavy");
        let words = heavy.annotation.expect("words");
        assert_eq!(
            (words.message.trim(), heavy.object.to_string().as_str()),
            ("words", history::MASTER)
        );
        assert_eq!(words.tagger.expect("a tagger").mail, "member@example.com");
        assert_eq!(
            act("CreateGitTag", json!({ "TagName": "light" })).await,
            "the tag light exists already"
        );
        assert_eq!(act("DeleteGitTag", json!({ "TagName": "light" })).await, "");
        assert_eq!(act("DeleteGitTag", json!({ "TagName": "light" })).await, "tag light not found");
        assert_eq!(
            act("DeleteGitTag", json!({ "TagName": "a..b" })).await,
            "TagName is not a name that Git takes for a tag"
        );
    })
    .await;
}

#[tokio::test]
async fn notes_are_written_and_read() {
    each(async |world| {
        let (_, depot) = world.project("web").await;
        let sha = history::MASTER;
        let note =
            json!({ "DepotId": depot, "CommitSha": sha, "Note": "旁注\n", "CommitMessage": "why" });
        world.done("member", "CreateGitCommitNote", note).await;
        let of = async |fields: Value| {
            world.done("guest", "DescribeGitCommitNote", fields).await["CommitNote"].clone()
        };
        assert_eq!(of(json!({ "DepotId": depot, "CommitSha": sha, "NotesRef": "" })).await, "旁注");
        assert_eq!(of(json!({ "DepotId": depot, "CommitSha": history::DEV })).await, "");
        assert_eq!(of(json!({ "DepotId": depot, "CommitSha": sha, "NotesRef": "x" })).await, "");
        let several = json!({ "DepotId": depot, "Commits": [history::DEV, sha] });
        let several = world.done("guest", "DescribeNotesByCommits", several).await;
        assert_eq!(several["Notes"], json!([{ "CommitSha": sha, "NoteContent": "旁注" }]));
        for (fields, expected) in [
            (
                json!({ "CommitSha": "main", "Note": "x" }),
                "InvalidParameter: CommitSha must be the 40 or 64 digits of a commit",
            ),
            (json!({ "CommitSha": sha, "Note": "" }), "MissingParameter: Note is missing"),
            (
                json!({ "CommitSha": sha, "Note": "x", "NotesRef": "refs/heads/dev" }),
                "InvalidParameter: NotesRef must be the name of a ref below refs/notes/",
            ),
        ] {
            let mut fields = fields;
            fields["DepotId"] = json!(depot);
            assert_eq!(world.refused("member", "CreateGitCommitNote", fields).await, expected);
        }
        let bad = json!({ "DepotId": depot, "Commits": [sha, "x"] });
        assert_eq!(
            world.refused("guest", "DescribeNotesByCommits", bad).await,
            "InvalidParameter: Commits.1 must be the 40 or 64 digits of a commit"
        );
    })
    .await;
}

#[tokio::test]
async fn the_newest_report_of_each_context_is_listed() {
    each(async |world| {
        let (_, depot) = world.project("web").await;
        let report = async |context: &str, state: &str| {
            let fields = json!({
                "DepotId": 0, "DepotPath": "makers/web/web", "CommitSha": history::MASTER,
                "State": state, "Context": context, "TargetURL": "https://ci.test/1",
                "Description": "构建",
            });
            world.done("member", "ModifyGitCommitStatus", fields).await
        };
        report("one", "COMMIT_STATE_PENDING").await;
        report("two", "COMMIT_STATE_ERROR").await;
        report("one", "COMMIT_STATE_SUCCESS").await;
        let fields = json!({ "DepotId": depot, "CommitSha": history::MASTER });
        let listed = world.done("guest", "DescribeGitCommitStatus", fields).await;
        let at = call::testing::START.millis();
        let result = |context: &str, state: &str| {
            json!({
                "DepotId": depot, "CommitSha": history::MASTER, "State": state, "Context": context,
                "Description": "构建", "TargetURL": "https://ci.test/1", "CreateDate": at,
            })
        };
        assert_eq!(
            listed["StatusCheckResults"],
            json!([result("one", "COMMIT_STATE_SUCCESS"), result("two", "COMMIT_STATE_ERROR")])
        );
        for (fields, expected) in [
            (json!({ "State": "GOOD" }), "InvalidParameter: State must be COMMIT_STATE_PENDING"),
            (json!({ "State": "" }), "MissingParameter: State is missing"),
            (json!({ "CommitSha": "0".repeat(40) }), "ResourceNotFound: commit not found"),
            (json!({ "TargetURL": "javascript:x" }), "InvalidParameter: TargetURL must be"),
        ] {
            let mut all = json!({
                "DepotId": depot, "CommitSha": history::MASTER, "State": "COMMIT_STATE_ERROR",
            });
            for (name, value) in fields.as_object().expect("fields") {
                all[name] = value.clone();
            }
            let refused = world.refused("member", "ModifyGitCommitStatus", all).await;
            assert!(refused.starts_with(expected), "{refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn comments_are_made_by_readers_and_paged() {
    each(async |world| {
        let (_, depot) = world.project("web").await;
        let sha = history::MASTER;
        for (number, who) in ["guest", "member", "guest"].into_iter().enumerate() {
            let fields = json!({ "DepotId": depot, "Sha": sha, "Content": format!("c{number}") });
            world.done(who, "CreateGitCommitComment", fields).await;
        }
        let path = "lib/src/extended_render_paragraph.dart";
        let on_line =
            json!({ "DepotId": depot, "sha": sha, "Path": path, "Index": 8, "Content": "?" });
        let made = world.done("guest", "CreateGitCommitComment", on_line).await["Comment"].clone();
        assert_eq!((&made["Path"], &made["Index"]), (&json!(path), &json!(8)));
        assert_eq!(made["Author"]["GlobalKey"], "guest");
        let page =
            json!({ "DepotPath": "makers/web/web", "Sha": sha, "PageNumber": 2, "PageSize": 3 });
        let listed = world.done("guest", "DescribeGitCommitComments", page).await;
        let listed = &listed["GitCommitComments"];
        assert_eq!(listed["CommitComments"], json!([made]));
        assert_eq!(
            listed["Page"],
            json!({ "PageNumber": 2, "PageSize": 3, "TotalPage": 2, "TotalRow": 4 })
        );
        for (fields, expected) in [
            (json!({ "Content": "" }), "MissingParameter: Content is missing"),
            (json!({ "Path": "none" }), "InvalidParameter: Path is not in the commit"),
            (
                json!({ "Index": 2 }),
                "InvalidParameter: Index must be a line of the diff of a file, from 1",
            ),
            (
                json!({ "Sha": "x" }),
                "InvalidParameter: Sha must be the 40 or 64 digits of a commit",
            ),
        ] {
            let mut all = json!({ "DepotId": depot, "Sha": sha, "Content": "x" });
            for (name, value) in fields.as_object().expect("fields") {
                all[name] = value.clone();
            }
            assert_eq!(world.refused("guest", "CreateGitCommitComment", all).await, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn outsiders_write_nothing_and_learn_nothing() {
    let world = one(&api_coding::Settings::default()).await;
    let (_, depot) = world.project("web").await;
    let fields = json!({
        "DepotId": depot, "Ref": "none", "Message": "m", "GitFiles": [{ "Path": ".git", "Content": "" }],
    });
    let refused = world.refused("outsider", "CreateGitFiles", fields.clone()).await;
    assert_eq!(refused, "ResourceNotFound: depot not found");
    let refused = world.refused("guest", "CreateGitFiles", fields).await;
    assert_eq!(refused, "UnauthorizedOperation: you need the right to write the depot for this");
}

//! Depots whose objects are named by SHA-256.

use serde_json::{Value, json};

use crate::world::{World, each};

/// Somebody's actions on one depot.
struct Actor<'a>(&'a World, i64);

impl Actor<'_> {
    async fn done(&self, action: &str, mut fields: Value) -> Value {
        fields["DepotId"] = json!(self.1);
        self.0.done("member", action, fields).await
    }

    async fn write(&self, branch: &str, path: &str, content: &str) -> String {
        let file = json!([{ "Path": path, "Content": content }]);
        let fields = json!({ "Ref": branch, "Message": path, "CommitFiles": file });
        let made = self.done("CreateGitCommit", fields).await;
        made["GitCommit"]["Sha"].as_str().expect("a name").to_owned()
    }
}

#[tokio::test]
async fn everything_about_commits_works_with_long_names() {
    each(async |world| {
        let (project, _) = world.project("web").await;
        let fields = json!({ "ProjectId": project, "DepotName": "x", "ObjectFormat": "md5" });
        let refused = world.refused("member", "CreateGitDepot", fields).await;
        assert_eq!(refused, "InvalidParameter: ObjectFormat must be sha1 or sha256");
        let fields = json!({ "ProjectId": project, "DepotName": "long", "ObjectFormat": "SHA256" });
        let depot = world.done("member", "CreateGitDepot", fields).await["DepotId"].as_i64();
        let depot = depot.expect("a number");
        let repository = world.repository(depot).await;
        assert_eq!(repository.format(), git::ObjectFormat::Sha256);
        let it = Actor(&world, depot);

        let first = it.write("main", "a.txt", "one\ntwo\n").await;
        assert_eq!(first.len(), 64);
        let branch = json!({ "BranchName": "dev", "StartPoint": first });
        it.done("CreateGitBranch", branch).await;
        let second = it.write("dev", "a.txt", "one\nzwei\n").await;
        let other = it.write("main", "b/c.txt", "needle\n").await;
        let stale = json!({
            "DepotId": depot, "Ref": "main", "Message": "m", "LastCommitSha": first,
            "GitFiles": [{ "Path": "x", "Content": "x" }],
        });
        let refused = world.refused("member", "CreateGitFiles", stale).await;
        assert!(refused.contains(&format!("it is at {other}, not at {first}")), "{refused}");
        // A name of forty digits is one that nothing has.
        let short = json!({ "DepotId": depot, "Sha": "1".repeat(40) });
        let refused = world.refused("member", "DescribeGitCommit", short).await;
        assert!(refused.starts_with("ResourceNotFound"), "{refused}");

        let commit = it.done("DescribeGitCommit", json!({ "Sha": second })).await;
        assert_eq!(commit["GitCommit"]["Parents"], json!([first]));
        let shas = |list: &Value| -> Vec<String> {
            let items = list.as_array().expect("a list").iter();
            items.map(|item| item["Sha"].as_str().expect("a name").to_owned()).collect()
        };
        let listed = it.done("DescribeGitCommits", json!({ "Ref": "dev", "Path": "a.txt" })).await;
        assert_eq!(shas(&listed["Commits"]), [second.as_str(), first.as_str()]);
        let diff = it.done("DescribeGitCommitDiff", json!({ "Sha": second })).await;
        let text = diff["Diffs"][0]["Content"].as_str().expect("a text");
        assert!(text.contains("\n-two\n+zwei\n"), "{text}");
        let lines =
            json!({ "CommitSha": second, "FilePath": "a.txt", "LineStart": 1, "LineEnd": 2 });
        let blame = it.done("DescribeGitBlameInfo", lines).await["Info"].clone();
        assert_eq!(
            (&blame[0]["CommitSha"], &blame[1]["CommitSha"]),
            (&json!(first), &json!(second))
        );
        let both = json!({ "Source": "main", "Target": "dev" });
        let between = it.done("DescribeCommitsBetween2Commit", both).await;
        assert_eq!(shas(&between["DifferentOfCommitInfo"]["Commits"]), [second.as_str()]);
        let both = json!({ "SrcRef": "dev", "DestRef": "main" });
        let base = it.done("DescribeGitMergeBase", both).await;
        assert_eq!(base["Commit"]["Sha"], json!(first));
        let tree = it.done("DescribeGitTree", json!({ "Ref": "main", "IsRecursive": true })).await;
        let tree = tree["Trees"].as_array().expect("a list").clone();
        let blob = tree.iter().find(|entry| entry["Path"] == "b/c.txt").expect("an entry");
        let blob = it.done("DescribeGitBlob", json!({ "BlobSha": blob["Sha"] })).await;
        assert_eq!(blob["Data"]["BlobSha"].as_str().map(str::len), Some(64));
        let found = it.done("DescribeCodeSearch", json!({ "KeyWord": "needle" })).await;
        assert_eq!(found["Data"]["GrepLines"][0]["CommitId"], json!(other));

        let tag = json!({ "TagName": "v1", "StartPoint": first, "Message": "words" });
        it.done("CreateGitTag", tag).await;
        let refs = it.done("DescribeCommitRefs", json!({ "Sha": first, "Type": "all" })).await;
        assert_eq!(refs["CommitRefs"].as_array().map(Vec::len), Some(3));
        it.done("CreateGitCommitNote", json!({ "CommitSha": first, "Note": "beside" })).await;
        let notes = it.done("DescribeNotesByCommits", json!({ "Commits": [first, second] })).await;
        assert_eq!(notes["Notes"], json!([{ "CommitSha": first, "NoteContent": "beside" }]));
        let status = json!({ "CommitSha": first, "State": "COMMIT_STATE_SUCCESS", "Context": "x" });
        it.done("ModifyGitCommitStatus", status).await;
        let status = it.done("DescribeGitCommitStatus", json!({ "CommitSha": first })).await;
        assert_eq!(status["StatusCheckResults"].as_array().map(Vec::len), Some(1));
        it.done("CreateGitCommitComment", json!({ "Sha": first, "Content": "fine" })).await;
        let said = it.done("DescribeGitCommitComments", json!({ "Sha": first })).await;
        assert!(said.to_string().contains("fine"), "{said}");

        let pick = json!({ "BranchName": "main", "Sha": second });
        let picked = it.done("ModifyGitCherryPick", pick).await["GitCommit"]["Sha"].clone();
        let revert = json!({ "BranchName": "main", "Sha": picked });
        it.done("ModifyGitCommitRevert", revert).await;
        let rebase = json!({ "BaseBranchName": "main", "SrcBranchName": "dev" });
        it.done("ModifyGitRebase", rebase).await;
        repository.fsck(&git::Cancel::new()).expect("nothing broken");
    })
    .await;
}

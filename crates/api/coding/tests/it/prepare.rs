//! Makes what an action is about, where it is not there or gone already.

use serde_json::json;

use crate::history;
use crate::world::World;

impl World {
    pub(crate) async fn prepare(&self, action: &str, depot: i64) {
        let sha = history::MASTER;
        let (making, mut fields) = match action {
            "DeleteGitFiles" => (
                "CreateGitFiles",
                json!({
                    "Ref": "master", "Message": "m",
                    "GitFiles": [{ "Path": "test/test.dart", "Content": "x" }],
                }),
            ),
            "DeleteGitBranch" => {
                ("CreateGitBranch", json!({ "BranchName": "branch-demo", "StartPoint": "dev" }))
            }
            "DeleteGitTag" => ("CreateGitTag", json!({ "TagName": "tag-demo" })),
            "DescribeGitCommitNote" | "DescribeNotesByCommits" => {
                ("CreateGitCommitNote", json!({ "CommitSha": sha, "Note": "coding" }))
            }
            "DescribeGitCommitStatus" => (
                "ModifyGitCommitStatus",
                json!({ "CommitSha": sha, "State": "COMMIT_STATE_ERROR", "Context": "x" }),
            ),
            "DescribeGitCommitComments" => {
                ("CreateGitCommitComment", json!({ "Sha": sha, "Content": "x" }))
            }
            _ => return,
        };
        fields["DepotId"] = json!(depot);
        // It may be there from the last time.
        self.act("admin", making, fields).await;
    }
}

//! The section "git-release".

use serde_json::{Value, json};

use crate::history::{DEV, FIRST, MASTER};
use crate::world::each;

#[tokio::test]
async fn releases_are_made_read_changed_and_deleted() {
    each(async |world| {
        let (project, id) = world.project("web").await;
        let at = |mut fields: Value| {
            fields["DepotId"] = json!(id);
            fields
        };
        let detail = async |fields: Value| {
            world.done("guest", "DescribeGitReleaseDetail", at(fields)).await["Release"].clone()
        };
        // About a tag that exists, one that is made of a commit, one of a branch.
        let first = json!({ "TagName": "tag_one", "Description": "**new** <b>x</b>", "Pre": true });
        world.done("member", "CreateGitRelease", at(first)).await;
        let second = json!({
            "TagName": "v2", "CommitSha": MASTER, "TargetCommitish": "master", "Title": "Two"
        });
        world.done("member", "CreateGitRelease", at(second)).await;
        world.done("member", "CreateGitRelease", at(json!({ "TagName": "v3", "TargetCommitish": "dev" }))).await;
        let made = call::testing::START.millis();
        let one = detail(json!({ "Iid": 1 })).await;
        assert_eq!(
            one,
            json!({
                "Id": one["Id"], "Iid": 1, "ReleaseId": 1, "Title": "tag_one", "Body": "**new** <b>x</b>",
                "Html": "<p><strong>new</strong> <!-- raw HTML omitted -->x<!-- raw HTML omitted --></p>",
                "DepotId": id, "TagName": "tag_one", "CommitSha": FIRST, "CreatedAt": made,
                "UpdatedAt": made, "CreatorId": world.id_of("member"), "ProjectId": project,
                "TargetCommitish": FIRST, "TargetCommitBranch": FIRST, "Pre": true, "Attachments": [],
            })
        );
        assert_eq!(detail(json!({ "TagName": "v2" })).await["TargetCommitish"], "master");
        for (tag, commit) in [("v2", MASTER), ("v3", DEV)] {
            let tag = world.done("guest", "DescribeGitTag", at(json!({ "TagName": tag }))).await;
            assert_eq!(tag["GitTag"]["Commit"]["Sha"], commit);
        }

        let list = async |fields: Value| {
            let page = world.done("guest", "DescribeGitReleases", at(fields)).await;
            let page = page["ReleasePageList"].clone();
            let releases = page["Releases"].as_array().expect("a list");
            let tags: Vec<&str> = releases.iter().filter_map(|it| it["TagName"].as_str()).collect();
            (tags.join(" "), page["TotalCount"].clone())
        };
        assert_eq!(list(json!({})).await, ("v3 v2 tag_one".into(), json!(3)));
        assert_eq!(list(json!({ "PageNumber": 2, "PageSize": 2 })).await, ("tag_one".into(), json!(3)));
        assert_eq!(list(json!({ "Status": 1 })).await.0, "v3 v2");
        assert_eq!(list(json!({ "Status": 2 })).await.0, "tag_one");
        assert_eq!(list(json!({ "TagName": "V" })).await.0, "v3 v2");
        assert_eq!(list(json!({ "ToDate": "2020-01-01" })).await.0, "");
        assert_eq!(list(json!({ "FromDate": "2020-01-01", "ToDate": "2099-01-01" })).await.1, 3);

        let change = json!({ "Iid": 1, "Title": "One", "Pre": false });
        world.done("member", "ModifyGitRelease", at(change)).await;
        let one = detail(json!({ "Iid": 1 })).await;
        assert_eq!(
            [&one["Title"], &one["Body"], &one["Pre"]],
            [&json!("One"), &json!("**new** <b>x</b>"), &json!(false)]
        );
        world.done("member", "DeleteGitRelease", at(json!({ "TagName": "v2" }))).await;
        assert_eq!(list(json!({})).await.0, "v3 tag_one");
        // The tag stays, and the number is not given again.
        world.done("guest", "DescribeGitTag", at(json!({ "TagName": "v2" }))).await;
        world.done("member", "CreateGitRelease", at(json!({ "TagName": "v2" }))).await;
        assert_eq!(detail(json!({ "TagName": "v2" })).await["Iid"], 4);
    })
    .await;
}

#[tokio::test]
async fn a_release_that_cannot_be_made_or_found_says_why() {
    each(async |world| {
        let (_, id) = world.project("web").await;
        world.done("member", "CreateGitRelease", json!({ "DepotId": id, "TagName": "v1" })).await;
        for (action, mut fields, expected) in [
            ("CreateGitRelease", json!({ "TagName": "" }), "MissingParameter: TagName is missing"),
            (
                "CreateGitRelease",
                json!({ "TagName": "a..b" }),
                "InvalidParameter: TagName is not a name that Git takes for a tag",
            ),
            (
                "CreateGitRelease",
                json!({ "TagName": "v1" }),
                "FailedOperation: there is a release about v1 already",
            ),
            (
                "CreateGitRelease",
                json!({ "TagName": "tag_one", "CommitSha": MASTER }),
                "FailedOperation: the tag tag_one leads to another commit",
            ),
            (
                "CreateGitRelease",
                json!({ "TagName": "v2", "CommitSha": "none" }),
                "ResourceNotFound: revision \"none\" not found",
            ),
            (
                "CreateGitRelease",
                json!({ "TagName": "v2", "Title": "x".repeat(256) }),
                "InvalidParameter: Title must have at most 255 characters",
            ),
            (
                "CreateGitRelease",
                json!({ "TagName": "v2", "Description": "x".repeat(200_001) }),
                "InvalidParameter: Description must have at most 200000 characters",
            ),
            ("ModifyGitRelease", json!({}), "MissingParameter: Iid is missing"),
            ("ModifyGitRelease", json!({ "Iid": 9 }), "ResourceNotFound: release not found"),
            ("DeleteGitRelease", json!({ "TagName": "v9" }), "ResourceNotFound: release not found"),
            (
                "DescribeGitReleases",
                json!({ "Status": 3 }),
                "InvalidParameter: Status must be 0, 1 or 2",
            ),
            (
                "DescribeGitReleases",
                json!({ "FromDate": "x" }),
                "InvalidParameter: FromDate must be a day such as 2026-01-31",
            ),
        ] {
            fields["DepotPath"] = json!("makers/web/web");
            assert_eq!(world.refused("member", action, fields).await, expected, "{action}");
        }
        let guest = json!({ "DepotId": id, "TagName": "v2" });
        let denied = world.refused("guest", "CreateGitRelease", guest).await;
        assert!(denied.starts_with("UnauthorizedOperation"), "{denied}");
    })
    .await;
}

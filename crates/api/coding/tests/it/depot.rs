//! The section "depot".

use serde_json::{Value, json};

use crate::world::{World, each};

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().filter_map(|item| item["Name"].as_str()).collect()
}

#[tokio::test]
async fn a_depot_is_made_read_by_every_name_and_deleted() {
    each(async |world| {
        let (project, _) = world.project("web").await;
        let new = json!({ "ProjectId": project, "DepotName": "site", "Description": "啦" });
        let id = world.done("member", "CreateGitDepot", new).await["DepotId"].clone();
        let read = async |fields: Value| {
            world.done("guest", "DescribeGitDepot", fields).await["Depot"].clone()
        };
        let made = call::testing::START.millis();
        let depot = json!({
            "Id": id, "Name": "site", "ProjectId": project, "ProjectName": "web",
            "HttpsUrl": "http://mortise.test:8080/makers/web/site.git",
            "SshUrl": "ssh://git@mortise.test:2222/makers/web/site.git",
            "WebUrl": "http://mortise.test:8080/p/web/d/site",
            "VcsType": "git", "RepoType": "git", "Description": "啦",
            "CreatedAt": made, "CreateAt": made, "LastPushAt": 0,
            "DefaultBranch": "main", "IsShared": false,
        });
        assert_eq!(read(json!({ "DepotId": id })).await, depot);
        assert_eq!(read(json!({ "DepotId": id.to_string() })).await, depot);
        assert_eq!(read(json!({ "DepotPath": "makers/web/site" })).await, depot);
        assert_eq!(read(json!({ "DepotId": 0, "DepotPath": "web/site" })).await, depot);
        let fields = json!({ "TeamGk": "makers", "ProjectName": "web", "DepotName": "site" });
        let by_name = world.done("guest", "DescribeDepotByNameInfo", fields).await;
        assert_eq!(by_name["Depot"], depot);

        let at = json!({ "DepotId": id });
        let denied = world.refused("member", "DeleteGitDepot", at.clone()).await;
        assert_eq!(
            denied,
            "UnauthorizedOperation: you need the right to administer the depot for this"
        );
        world.done("admin", "DeleteGitDepot", at.clone()).await;
        let gone = world.refused("guest", "DescribeGitDepot", at).await;
        assert_eq!(gone, "ResourceNotFound: depot not found");
    })
    .await;
}

#[tokio::test]
async fn what_one_may_not_see_is_not_there() {
    each(async |world| {
        world.project("web").await;
        let absent = "ResourceNotFound: depot not found";
        for who in ["outsider", "stranger"] {
            for path in ["makers/web/web", "web/web", "makers/web/none", "none/none"] {
                let fields = json!({ "DepotPath": path });
                assert_eq!(world.refused(who, "DescribeGitDepot", fields).await, absent);
            }
            let fields = json!({ "TeamGk": "makers", "ProjectName": "web", "DepotName": "web" });
            assert_eq!(world.refused(who, "DescribeDepotByNameInfo", fields).await, absent);
        }
    })
    .await;
}

#[tokio::test]
async fn a_depot_that_cannot_be_made_or_found_says_why() {
    each(async |world| {
        let (project, _) = world.project("web").await;
        for (mut fields, expected) in [
            (json!({}), "MissingParameter: DepotName is missing"),
            (json!({ "DepotName": "" }), "MissingParameter: DepotName is missing"),
            (json!({ "DepotName": "web" }), "FailedOperation: the depot name web is taken"),
            (
                json!({ "DepotName": "a", "Description": "x".repeat(2_001) }),
                "InvalidParameter: Description must have at most 2000 characters",
            ),
        ] {
            fields["ProjectId"] = json!(project);
            assert_eq!(world.refused("member", "CreateGitDepot", fields).await, expected);
        }
        let fields = json!({ "ProjectId": project, "DepotName": "a b" });
        let bad = world.refused("member", "CreateGitDepot", fields).await;
        assert!(bad.starts_with("InvalidParameter: DepotName must"), "{bad}");

        let at = async |fields: Value| world.refused("guest", "DescribeGitDepot", fields).await;
        assert_eq!(at(json!({})).await, "MissingParameter: DepotId is missing");
        assert_eq!(
            at(json!({ "DepotId": "x" })).await,
            "InvalidParameter: DepotId must be an integer"
        );
        assert_eq!(
            at(json!({ "DepotPath": "web" })).await,
            "InvalidParameter: DepotPath must be team/project/depot"
        );
    })
    .await;
}

async fn three(world: &World) -> i64 {
    let (project, _) = world.project("web").await;
    for name in ["site", "Site-Docs"] {
        let fields = json!({ "ProjectId": project, "DepotName": name });
        world.done("member", "CreateGitDepot", fields).await;
    }
    world.project("billing").await;
    project
}

#[tokio::test]
async fn the_depots_of_a_project_are_listed_whole_or_by_page() {
    each(async |world| {
        let project = three(&world).await;
        let list = async |fields: Value| {
            world.done("guest", "DescribeProjectDepotInfoList", fields).await["DepotData"]["Depots"]
                .clone()
        };
        let all = list(json!({ "ProjectId": project })).await;
        assert_eq!(names(&all), ["web", "site", "Site-Docs"]);
        let page = json!({ "ProjectId": project, "PageNumber": "2", "PageSize": "2" });
        assert_eq!(names(&list(page).await), ["Site-Docs"]);
    })
    .await;
}

#[tokio::test]
async fn the_depots_of_the_team_are_filtered_and_paged() {
    each(async |world| {
        three(&world).await;
        let list = async |who: &str, fields: Value| {
            world.done(who, "DescribeTeamDepotInfoList", fields).await["DepotData"].clone()
        };
        let all = list("guest", json!({ "ProjectName": "", "DepotName": "" })).await;
        assert_eq!(names(&all["Depots"]), ["web", "site", "Site-Docs", "billing"]);
        assert_eq!(
            all["Page"],
            json!({ "PageNumber": 1, "PageSize": 20, "TotalPage": 1, "TotalRow": 4 })
        );
        let second = list("guest", json!({ "PageNumber": 2, "PageSize": 3 })).await;
        assert_eq!(
            (names(&second["Depots"]), &second["Page"]["TotalPage"]),
            (vec!["billing"], &json!(2))
        );
        let named = list("guest", json!({ "DepotName": "SITE" })).await;
        assert_eq!(names(&named["Depots"]), ["site", "Site-Docs"]);
        for field in ["ProjectName", "GroupName"] {
            let named = list("guest", json!({ field: "bill" })).await;
            assert_eq!(names(&named["Depots"]), ["billing"], "{field}");
        }
        assert_eq!(list("outsider", json!({})).await["Page"]["TotalRow"], 0);
        assert_eq!(list("boss", json!({})).await["Page"]["TotalRow"], 4);
    })
    .await;
}

#[tokio::test]
async fn ones_own_depots_are_those_of_ones_projects() {
    each(async |world| {
        three(&world).await;
        let list = async |who: &str| {
            world.done(who, "DescribeMyDepots", json!({})).await["Payload"]["Depots"].clone()
        };
        assert_eq!(names(&list("guest").await), ["web", "site", "Site-Docs", "billing"]);
        // The boss may read them all and is in none of the projects.
        assert_eq!(names(&list("boss").await), Vec::<&str>::new());
    })
    .await;
}

//! The sections "project" and "project settings".

use serde_json::{Value, json};

use crate::world::{World, each};

#[tokio::test]
async fn a_project_is_made_read_changed_and_deleted() {
    each(async |world| {
        let new = json!({
            "Name": "web", "DisplayName": "The web", "Description": "Pages", "Icon": "/w.png",
            "Shared": 1, "ProjectTemplate": "DEMO_BEGIN", "VcsType": "git",
            "GitReadmeEnabled": false, "CreateSvnLayout": false,
        });
        let id = world.done("admin", "CreateCodingProject", new).await["ProjectId"].clone();
        let read = async || {
            let fields = json!({ "ProjectId": id });
            world.done("admin", "DescribeOneProject", fields).await["Project"].clone()
        };
        let team = read().await["TeamId"].clone();
        let made = call::testing::START.millis();
        assert_eq!(
            read().await,
            json!({
                "Id": id, "CreatedAt": made, "UpdatedAt": made, "Status": 1, "Type": 1,
                "Name": "web", "DisplayName": "The web", "Description": "Pages",
                "Icon": "/w.png", "TeamId": team, "IsDemo": true, "MaxMember": 0,
                "UserOwnerId": 0, "Archived": false, "StartDate": 0, "TeamOwnerId": team,
                "EndDate": 0,
            })
        );

        world.test.clock.advance(std::time::Duration::from_secs(1));
        let change = json!({
            "ProjectId": id, "Name": "site", "StartDate": "2020-01-01", "EndDate": "2020-01-02",
        });
        world.done("admin", "ModifyProject", change).await;
        let changed = read().await;
        assert_eq!(
            (&changed["Name"], &changed["DisplayName"]),
            (&json!("site"), &json!("The web"))
        );
        assert_eq!(changed["StartDate"], 1_577_836_800_000_i64);
        assert_eq!(changed["EndDate"], 1_577_923_200_000_i64);
        assert_eq!(changed["UpdatedAt"], made + 1_000);

        let named = json!({ "ProjectName": "site" });
        let by_name = world.done("admin", "DescribeProjectByName", named.clone()).await;
        assert_eq!(by_name["Project"], changed);
        let old = world.refused("admin", "DescribeProjectByName", json!({ "ProjectName": "web" }));
        assert_eq!(old.await, "ResourceNotFound: project not found");

        world.done("admin", "DeleteOneProject", json!({ "ProjectId": id })).await;
        let gone = world.refused("admin", "DescribeProjectByName", named).await;
        assert_eq!(gone, "ResourceNotFound: project not found");
    })
    .await;
}

#[tokio::test]
async fn a_readme_makes_a_depot_of_the_projects_name() {
    each(async |world| {
        let new = json!({ "Name": "web", "GitReadmeEnabled": "true", "Shared": "1" });
        let project = world.done("admin", "CreateCodingProject", new).await["ProjectId"].clone();
        let fields = json!({ "ProjectId": project });
        let list = world.done("admin", "DescribeProjectDepotInfoList", fields).await;
        let depots = list["DepotData"]["Depots"].as_array().unwrap();
        assert_eq!(depots.len(), 1);
        assert_eq!((&depots[0]["Name"], &depots[0]["IsShared"]), (&json!("web"), &json!(true)));
        assert!(depots[0]["LastPushAt"].as_i64() > Some(0));
    })
    .await;
}

#[tokio::test]
async fn a_project_that_cannot_be_made_says_why() {
    each(async |world| {
        world.done("admin", "CreateCodingProject", json!({ "Name": "taken" })).await;
        for (fields, expected) in [
            (json!({}), "MissingParameter: Name is missing"),
            (json!({ "Name": "" }), "MissingParameter: Name is missing"),
            (json!({ "Name": "taken" }), "FailedOperation: the project name taken is taken"),
            (
                json!({ "Name": "a", "DisplayName": "x".repeat(129) }),
                "InvalidParameter: DisplayName must have at most 128 characters",
            ),
            (
                json!({ "Name": "a", "ProjectTemplate": "NONE" }),
                "InvalidParameter: ProjectTemplate must be one of CODE_HOST, PROJECT_MANAGE, \
                 DEV_OPS, DEMO_BEGIN, CHOICE_DEMAND",
            ),
            (json!({ "Name": "a", "Shared": 2 }), "InvalidParameter: Shared must be true or false"),
            (
                json!({ "Name": "a", "VcsType": "svn" }),
                "UnsupportedOperation: only Git is supported: VcsType must be git",
            ),
            (
                json!({ "Name": "a", "VcsType": "hg" }),
                "UnsupportedOperation: only Git is supported: VcsType must be git",
            ),
        ] {
            assert_eq!(world.refused("admin", "CreateCodingProject", fields).await, expected);
        }
        let bad = world.refused("admin", "CreateCodingProject", json!({ "Name": "../etc" })).await;
        assert!(bad.starts_with("InvalidParameter: Name must"), "{bad}");
        let seen = world.done("admin", "DescribeCodingProjects", json!({})).await;
        assert_eq!(seen["Data"]["TotalCount"], 1);
    })
    .await;
}

#[tokio::test]
async fn a_change_that_cannot_be_made_changes_nothing() {
    each(async |world| {
        let (id, _) = world.project("web").await;
        world.project("taken").await;
        for (mut fields, expected) in [
            (
                json!({ "Name": "new", "StartDate": "tomorrow" }),
                "InvalidParameter: StartDate must be a day written as YYYY-MM-DD",
            ),
            (
                json!({ "Name": "new", "StartDate": "2020-02-02", "EndDate": "2020-02-01" }),
                "InvalidParameter: EndDate must not be before the first day",
            ),
            (json!({ "Name": "taken" }), "FailedOperation: the project name taken is taken"),
        ] {
            fields["ProjectId"] = json!(id);
            assert_eq!(world.refused("admin", "ModifyProject", fields).await, expected);
        }
        let project = world.done("admin", "DescribeOneProject", json!({ "ProjectId": id })).await;
        assert_eq!(project["Project"]["Name"], "web");
        assert_eq!(project["Project"]["StartDate"], 0);
    })
    .await;
}

/// `name: role types` of each member.
async fn members(world: &World, fields: Value) -> Vec<String> {
    let data = world.done("guest", "DescribeProjectMembers", fields).await["Data"].clone();
    let members = data["ProjectMembers"].as_array().into_iter().flatten();
    members
        .map(|member| {
            let roles = member["Roles"].as_array().into_iter().flatten();
            let roles: Vec<_> = roles.filter_map(|role| role["RoleType"].as_str()).collect();
            format!("{}: {}", member["GlobalKey"].as_str().unwrap_or("?"), roles.join(" "))
        })
        .collect()
}

#[tokio::test]
async fn members_come_change_and_go() {
    each(async |world| {
        let (id, _) = world.project("web").await;
        let all = async || members(&world, json!({ "ProjectId": id })).await;
        let first = ["admin: ProjectAdmin", "member: ProjectMember", "guest: ProjectGuest"];
        assert_eq!(all().await, first);

        let add = json!({
            "ProjectId": id, "Type": "80",
            "UserGlobalKeyList.1": "outsider", "UserGlobalKeyList.2": "guest",
        });
        world.done("admin", "CreateProjectMember", add).await;
        assert_eq!(all().await[2], "guest: ProjectMember ProjectGuest");
        assert_eq!(all().await[3], "outsider: ProjectMember");
        let of_role = json!({ "ProjectId": id, "RoleId": 2, "PageNumber": 2, "PageSize": 1 });
        assert_eq!(members(&world, of_role).await, ["guest: ProjectMember ProjectGuest"]);

        let flag = async |who: &str, role: i64, holds: bool| {
            let fields =
                json!({ "ProjectId": id, "UserGK": who, "RoleId": role, "ActionFlag": holds });
            world.act("admin", "ModifyProjectPermission", fields).await
        };
        flag("outsider", 2, false).await;
        flag("member", 1, true).await;
        assert_eq!(
            all().await[1..],
            ["member: ProjectAdmin ProjectMember", "guest: ProjectMember ProjectGuest"]
        );
        flag("member", 1, false).await;
        let last = flag("admin", 1, false).await;
        assert_eq!(last["Error"]["Code"], "FailedOperation", "{last}");
        assert_eq!(all().await[0], "admin: ProjectAdmin");
    })
    .await;
}

#[tokio::test]
async fn members_who_cannot_be_added_are_named() {
    each(async |world| {
        let (id, _) = world.project("web").await;
        for (mut fields, expected) in [
            (json!({ "Type": 80 }), "MissingParameter: UserGlobalKeyList is missing"),
            (
                json!({ "Type": 80, "UserGlobalKeyList": [] }),
                "MissingParameter: UserGlobalKeyList is missing",
            ),
            (
                json!({ "Type": 81, "UserGlobalKeyList": ["outsider"] }),
                "InvalidParameter: Type must be 90 (admin), 80 (member) or 75 (guest)",
            ),
            (
                json!({ "Type": 80, "UserGlobalKeyList": ["outsider", "nobody-at-all"] }),
                "ResourceNotFound: user nobody-at-all not found",
            ),
            (
                json!({ "Type": 80, "UserGlobalKeyList": ["stranger"] }),
                "ResourceNotFound: user stranger not found",
            ),
        ] {
            fields["ProjectId"] = json!(id);
            assert_eq!(world.refused("admin", "CreateProjectMember", fields).await, expected);
        }
        assert_eq!(members(&world, json!({ "ProjectId": id })).await.len(), 3);
        let bad = json!({ "ProjectId": id, "RoleId": 9 });
        let refused = world.refused("guest", "DescribeProjectMembers", bad).await;
        assert_eq!(refused, "InvalidParameter: RoleId is not the number of a role");
    })
    .await;
}

#[tokio::test]
async fn roles_are_the_three_that_there_are() {
    each(async |world| {
        let (id, _) = world.project("web").await;
        let fields = json!({ "ProjectId": id.to_string() });
        let roles = world.done("guest", "DescribeProjectRoles", fields).await["Roles"].clone();
        assert_eq!(
            roles,
            json!([
                { "RoleId": 1, "RoleType": "ProjectAdmin", "RoleTypeName": "项目管理员" },
                { "RoleId": 2, "RoleType": "ProjectMember", "RoleTypeName": "开发" },
                { "RoleId": 3, "RoleType": "ProjectGuest", "RoleTypeName": "受限成员" },
            ])
        );
    })
    .await;
}

#[tokio::test]
async fn the_projects_of_a_user_are_those_that_both_see() {
    each(async |world| {
        world.project("web").await;
        world.done("member", "CreateCodingProject", json!({ "Name": "own" })).await;
        let of_member = async |who: &str| {
            let fields = json!({ "userId": world.id_of("member") });
            let list = world.done(who, "DescribeUserProjects", fields).await;
            let list = list["ProjectList"].as_array().unwrap().iter();
            list.map(|project| project["Name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(of_member("member").await, ["own", "web"]);
        assert_eq!(of_member("guest").await, ["web"]);
        assert_eq!(of_member("outsider").await, Vec::<String>::new());
        for user in [world.id_of("stranger"), 99_999] {
            let fields = json!({ "UserId": user });
            let refused = world.refused("boss", "DescribeUserProjects", fields).await;
            assert_eq!(refused, "ResourceNotFound: user not found");
        }
    })
    .await;
}

#[tokio::test]
async fn one_reads_about_oneself() {
    each(async |world| {
        let read = async |token: &str| {
            let answer = world.act_with(Some(token), "DescribeCodingCurrentUser", json!({})).await;
            answer["User"].clone()
        };
        let user = read(world.token("guest")).await;
        assert_eq!(user["Id"], world.id_of("guest"));
        assert_eq!((&user["GlobalKey"], &user["NamePinYin"]), (&json!("guest"), &json!("guest")));
        assert_eq!((&user["Email"], &user["Status"]), (&json!("guest@example.com"), &json!(1)));
        let without_mail = base::Scopes::parse("user:ro").unwrap();
        let user = read(&world.token_with("guest", without_mail).await).await;
        assert_eq!((&user["Email"], &user["GlobalKey"]), (&json!(""), &json!("guest")));
    })
    .await;
}

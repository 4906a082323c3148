//! The section "team".

use serde_json::{Value, json};

use crate::world::each;

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().filter_map(|item| item["Name"].as_str()).collect()
}

#[tokio::test]
async fn projects_are_paged_filtered_and_only_those_that_one_may_see() {
    each(async |world| {
        for name in ["web-app", "Web-Docs", "billing"] {
            world.project(name).await;
        }
        let own = json!({ "Name": "secret", "DisplayName": "The web of boss" });
        world.done("boss", "CreateCodingProject", own).await;
        let list = async |who: &str, fields: Value| {
            world.done(who, "DescribeCodingProjects", fields).await["Data"].clone()
        };

        let all = list("guest", json!({})).await;
        assert_eq!(names(&all["ProjectList"]), ["billing", "Web-Docs", "web-app"]);
        assert_eq!(
            (&all["PageNumber"], &all["PageSize"], &all["TotalCount"]),
            (&json!(1), &json!(20), &json!(3))
        );
        let second = list("guest", json!({ "PageNumber": "2", "PageSize": 2 })).await;
        assert_eq!(names(&second["ProjectList"]), ["web-app"]);
        assert_eq!((&second["PageNumber"], &second["TotalCount"]), (&json!(2), &json!(3)));
        let beyond = list("guest", json!({ "PageNumber": 9, "PageSize": 2 })).await;
        assert_eq!((names(&beyond["ProjectList"]), &beyond["TotalCount"]), (vec![], &json!(3)));

        let web = list("guest", json!({ "ProjectName": "WEB" })).await;
        assert_eq!(names(&web["ProjectList"]), ["Web-Docs", "web-app"]);
        let by_display_name = list("boss", json!({ "ProjectName": "web of" })).await;
        assert_eq!(names(&by_display_name["ProjectList"]), ["secret"]);
        let literal = list("boss", json!({ "ProjectName": "%" })).await;
        assert_eq!(literal["TotalCount"], 0);

        assert_eq!(list("boss", json!({})).await["TotalCount"], 4);
        assert_eq!(list("outsider", json!({})).await["TotalCount"], 0);
        assert_eq!(list("stranger", json!({})).await["TotalCount"], 0);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_cannot_be_names_its_parameter() {
    each(async |world| {
        for (fields, expected) in [
            (json!({ "PageNumber": 0 }), "InvalidParameter: PageNumber must be at least 1"),
            (json!({ "PageNumber": -1 }), "InvalidParameter: PageNumber must be at least 1"),
            (json!({ "PageSize": 1001 }), "InvalidParameter: PageSize must be from 1 to 1000"),
            (json!({ "PageSize": "many" }), "InvalidParameter: PageSize must be an integer"),
        ] {
            for action in ["DescribeCodingProjects", "DescribeTeamMembers"] {
                assert_eq!(world.refused("guest", action, fields.clone()).await, expected);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_people_of_the_team_are_listed() {
    each(async |world| {
        let page = json!({ "PageNumber": 2, "PageSize": 2 });
        let data = world.done("outsider", "DescribeTeamMembers", page).await["Data"].clone();
        assert_eq!(
            (names(&data["TeamMembers"]), &data["TotalCount"]),
            (vec!["member", "guest"], &json!(5))
        );
        let member = &data["TeamMembers"][0];
        assert_eq!(member["GlobalKey"], "member");
        assert_eq!(member["Email"], "member@example.com");
        assert_eq!((&member["Status"], &member["EmailValidation"]), (&json!(1), &json!(1)));

        let data = world.done("stranger", "DescribeTeamMembers", json!({})).await["Data"].clone();
        assert_eq!(names(&data["TeamMembers"]), ["stranger"]);
    })
    .await;
}

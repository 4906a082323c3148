//! The list of repositories: its shape, both ways in, filters, paging, refusals.

use analysis::testing::{World, on_each};
use base::TeamRole;
use depots::NewDepot;
use door::testing::{Client, token};
use http::StatusCode;
use serde_json::{Value, json};
use sha2::Digest as _;

const LIST: &str = "/server/main/api/orgs/makers/teams/web/repos/";

fn anonymous(world: &World) -> Client {
    Client::new(api_tca::router().with_state(world.env().clone()))
}

async fn client(world: &World, name: &str) -> Client {
    let token = token(world.env(), &world.person(name).await).await;
    anonymous(world).with("authorization", &format!("Token {token}"))
}

#[tokio::test]
async fn a_row_has_every_field_and_the_numbers_of_the_latest_scan() {
    on_each(async |world| {
        world.push("main", &[("a.py", "# why\n\nx = 1\n")]).await;
        world.test.run_jobs().await;
        let answer = client(&world, "ann").await.get(&format!("{LIST}?limit=12&offset=0")).await;
        assert_eq!(answer.status, StatusCode::OK);
        let body = answer.json();
        assert_eq!(body["code"], 0);
        assert_eq!(body["status_code"], 200);
        assert!(body["msg"].is_string());
        let data = &body["data"];
        assert_eq!(
            (&data["count"], &data["next"], &data["previous"]),
            (&json!(1), &Value::Null, &Value::Null)
        );
        let row = &data["results"][0];
        let keys: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "id",
                "name",
                "scm_url",
                "ssh_url",
                "scm_type",
                "branch_count",
                "scheme_count",
                "job_count",
                "created_time",
                "recent_active",
                "created_from",
                "creator",
                "symbol",
                "scm_auth",
                "project_team",
            ]
        );
        assert_eq!(row["name"], "site");
        assert_eq!(row["scm_url"], "http://mortise.test:8080/makers/web/site");
        assert_eq!(row["scm_type"], "git");
        assert_eq!(
            (&row["branch_count"], &row["scheme_count"], &row["job_count"]),
            (&json!(1), &json!(1), &json!(1))
        );
        assert_eq!(row["created_time"], "2026-01-01 00:00:00.000000+00:00");
        let recent = &row["recent_active"];
        assert_eq!(recent["branch_name"], "main");
        assert_eq!((&recent["total_line_num"], &recent["code_line_num"]), (&json!(3), &json!(1)));
        assert!(recent["id"].is_i64() && recent["active_time"].is_string());
        assert_eq!(row["creator"]["username"], "ann");
        assert_eq!(row["creator"]["status"], 1);
        assert_eq!(
            row["project_team"],
            json!({ "name": "web", "display_name": "web", "status": 1, "org_sid": "makers" })
        );
    })
    .await;
}

#[tokio::test]
async fn a_ticket_opens_the_door_while_it_is_fresh() {
    on_each(async |world| {
        let secret = token(world.env(), &world.person("ann").await).await;
        let now = world.env().clock.now().seconds();
        let ticket = |user: &str, at: i64, secret: &str| {
            let text = format!("{at}{user}#{secret}#{user}{at}");
            hex::encode_upper(sha2::Sha256::digest(text.as_bytes()))
        };
        let ask = async |at: i64, ticket: String| {
            let client = anonymous(&world)
                .with("TCA-USERID", "ann")
                .with("TCA-TIMESTAMP", &at.to_string())
                .with("TCA-TICKET", &ticket);
            client.get(LIST).await.status
        };
        assert_eq!(ask(now, ticket("ann", now, &secret)).await, StatusCode::OK);
        let old = now - 3_600;
        assert_eq!(ask(old, ticket("ann", old, &secret)).await, StatusCode::UNAUTHORIZED);
        assert_eq!(ask(now, ticket("ann", now, "guess")).await, StatusCode::UNAUTHORIZED);
        assert_eq!(ask(now, ticket("gus", now, &secret)).await, StatusCode::UNAUTHORIZED);
    })
    .await;
}

#[tokio::test]
async fn refusals_have_the_dialects_form_and_strangers_learn_nothing() {
    on_each(async |world| {
        let answer = anonymous(&world).get(LIST).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.headers["www-authenticate"], "Token");
        let body = answer.json();
        assert_eq!((&body["status_code"], &body["code"]), (&json!(401), &json!(1000)));
        assert!(body.get("data").is_none());

        let bob = client(&world, "bob").await;
        let hidden = bob.get(LIST).await;
        let absent = bob.get("/server/main/api/orgs/makers/teams/nothing/repos/").await;
        assert_eq!((hidden.status, &hidden.body), (StatusCode::NOT_FOUND, &absent.body));
        let zoe = client(&world, "zoe").await;
        assert_eq!(zoe.get(LIST).await.status, StatusCode::NOT_FOUND);
        let gus = client(&world, "gus").await;
        assert_eq!(gus.get(LIST).await.status, StatusCode::OK);

        let answer = gus.get(&format!("{LIST}?limit=100000")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.json()["invalid_fields"][0]["field"], "limit");
    })
    .await;
}

#[tokio::test]
async fn filters_and_pages() {
    on_each(async |world| {
        let max = identity::testing::actor(world.env(), "makers", "max", TeamRole::Admin).await;
        let max = call::Call::for_user(world.env().clone(), max);
        for name in ["alpha", "beta"] {
            let project = world.project.clone().lower();
            depots::create(&max, &project, NewDepot::named(name)).await.unwrap();
        }
        let ann = client(&world, "ann").await;
        let names = async |query: &str| {
            let data = ann.get(&format!("{LIST}{query}")).await.json()["data"].clone();
            let rows = data["results"].as_array().unwrap().iter();
            let names: Vec<String> =
                rows.map(|row| row["name"].as_str().unwrap().to_owned()).collect();
            (names, data)
        };
        assert_eq!(names("").await.0, ["site", "alpha", "beta"]);
        assert_eq!(names("?scope=my").await.0, ["site"]);
        assert_eq!(names("?scm_url_or_name=LPH").await.0, ["alpha"]);
        let url = "?scm_url=git@mortise.test:makers/web/beta.git";
        assert_eq!(names(url).await.0, ["beta"]);
        assert!(names("?scm_url=nonsense").await.0.is_empty());
        let (page, data) = names("?limit=1&offset=1").await;
        assert_eq!(page, ["alpha"]);
        assert_eq!(data["count"], 3);
        assert_eq!(data["next"], format!("http://mortise.test:8080{LIST}?limit=1&offset=2"));
        assert_eq!(data["previous"], format!("http://mortise.test:8080{LIST}?limit=1"));
    })
    .await;
}

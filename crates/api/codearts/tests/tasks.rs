//! Check tasks: limits, both ways in, pages, and the parts of IAM around them.

use analysis::testing::{World, on_each};
use door::testing::{Client, token};
use http::StatusCode;
use serde_json::{Value, json};

fn anonymous(world: &World) -> Client {
    Client::new(api_codearts::router().with_state(world.env().clone()))
}

async fn client(world: &World, name: &str) -> Client {
    let token = token(world.env(), &world.person(name).await).await;
    anonymous(world).with("X-Auth-Token", &token)
}

/// The published example with the project and the depot of the world.
fn example(world: &World) -> Value {
    let uid = &world.project.uid;
    json!({
        "repo_url": format!("git@codehub.devcloud.example.com:{uid}/site.git"),
        "branch": "main",
        "name": "CppWebHookTest",
        "config_template": {
            "branch": "main",
            "repo_type": "DevCloud",
            "rule_sets": [{ "language": "PYTHON" }],
            "project_id": uid,
            "project_name": "web"
        },
        "project_id": uid,
        "project_name": "web"
    })
}

#[tokio::test]
async fn a_new_task_is_listed_runs_and_shows_its_numbers() {
    on_each(async |world| {
        world.push("main", &[("a.py", "# why\n\nx = 1\n"), ("a.go", "package a\n")]).await;
        let ann = client(&world, "ann").await;
        let made = ann.post("/v3/task", &example(&world)).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.json());
        let made = made.json();
        assert_eq!((&made["httpStatus"], &made["status"]), (&json!("OK"), &json!("success")));
        let result = made["result"].as_object().unwrap();
        let keys: Vec<&str> = result.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "checkParamList",
                "criterionSets",
                "customParams",
                "id",
                "modelSets",
                "reviewData",
                "ruleSets",
                "taskIds",
                "versionUpdateDelayDays",
            ]
        );
        let id = made["result"]["id"].as_str().unwrap().to_owned();
        assert_eq!(id.len(), 32);

        let target = format!("/v2/{}/tasks", world.project.uid);
        let before = ann.get(&target).await.json();
        let row = before["tasks"].as_array().unwrap().iter().find(|task| task["task_id"] == *id);
        assert_eq!(row.unwrap()["last_check_time"], Value::Null);

        let run = ann.post(&format!("/v2/tasks/{id}/run"), &json!({})).await.json();
        assert_eq!(run["exec_id"].as_str().unwrap().len(), 32);
        world.test.run_jobs().await;
        let after = ann.get(&target).await.json();
        assert_eq!(after["total"], 1);
        let row = after["tasks"].as_array().unwrap().iter().find(|task| task["task_id"] == *id);
        let person = identity::users::by_name(world.env().db.reader(), "ann").await.unwrap();
        assert_eq!(
            row.unwrap(),
            &json!({
                "task_id": id,
                "task_name": "CppWebHookTest",
                "creator_id": person.unwrap().uid,
                "git_url": "ssh://git@mortise.test:2222/makers/web/site.git",
                "git_branch": "main",
                "created_at": "2026-01-01T00:00:00Z",
                "last_check_time": "2026-01-01T00:00:00Z",
            })
        );
        let summary = ann.get(&format!("/v2/tasks/{id}/defects-summary")).await.json();
        // The task is for Python only.
        assert_eq!((&summary["code_line_total"], &summary["code_line"]), (&json!(3), &json!(1)));
        assert_eq!(summary["critical_count"], "0");
        let metrics = format!("/v2/{}/tasks/{id}/metrics-summary", world.project.uid);
        let metrics = ann.get(&metrics).await.json();
        let known = &metrics["metric_info"];
        assert_eq!((&known["raw_lines"], &known["code_size"]), (&json!("3"), &json!("1")));
        assert_eq!((&known["files_total"], &known["methods_total"]), (&json!("1"), &json!("0")));
    })
    .await;
}

#[tokio::test]
async fn every_limit_of_a_new_task_is_held() {
    on_each(async |world| {
        let ann = client(&world, "ann").await;
        let changed = |pointer: &str, value: Value| {
            let mut body = example(&world);
            *body.pointer_mut(pointer).unwrap() = value;
            body
        };
        let outside = |template: Value| {
            let mut body = example(&world);
            body["repo_url"] = json!("https://git.example.com/a/b.git");
            body["config_template"] = template;
            body
        };
        let cases = [
            (changed("/name", json!("")), "name"),
            (changed("/name", json!("a".repeat(129))), "name"),
            (changed("/name", json!("a b")), "name"),
            (changed("/branch", json!("")), "branch"),
            (changed("/branch", json!("a".repeat(201))), "branch"),
            (changed("/config_template/branch", json!("other")), "branch"),
            (changed("/repo_url", json!("")), "repo_url"),
            (changed("/repo_url", json!("http://mortise.test/makers/web/site.git")), "repo_url"),
            (changed("/repo_url", json!("git@codehub.example.com:x/none.git")), "repo_url"),
            (changed("/project_id", json!("short")), "project_id"),
            (changed("/project_name", json!("another")), "project_name"),
            (changed("/config_template", Value::Null), "config_template"),
            (changed("/config_template/repo_type", json!("Svn")), "repo_type"),
            (changed("/config_template/rule_sets/0/language", json!("COBOL")), "rule_sets"),
            (changed("/name", json!(5)), "body"),
            (outside(json!({ "repo_type": "GitHub", "authType": "GitHub" })), "authId"),
            (outside(json!({ "repo_type": "GitHub", "authId": "1" })), "authType"),
            (outside(json!({ "repo_type": "GitHub", "authId": "1", "authType": "x" })), "authType"),
        ];
        for (body, field) in cases {
            let answer = ann.post("/v3/task", &body).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field}: {body}");
            let refusal = answer.json();
            assert_eq!(refusal["error_code"], "CC.00050000.400", "{field}");
            assert!(refusal["error_msg"].as_str().unwrap().contains(field), "{field}: {refusal}");
        }
        let chinese = changed("/name", json!("中文任务-1.0_a"));
        assert_eq!(ann.post("/v3/task", &chinese).await.status, StatusCode::OK);
        let again = ann.post("/v3/task", &chinese).await;
        assert_eq!(
            (again.status, &again.json()["error_code"]),
            (StatusCode::BAD_REQUEST, &json!("CC.00050005"))
        );
    })
    .await;
}

#[tokio::test]
async fn the_list_counts_pages_from_zero() {
    on_each(async |world| {
        let ann = client(&world, "ann").await;
        for number in 1..=5 {
            let mut body = example(&world);
            body["name"] = json!(format!("task-{number}"));
            assert_eq!(ann.post("/v3/task", &body).await.status, StatusCode::OK);
        }
        let target = format!("/v2/{}/tasks", world.project.uid);
        let mut seen = Vec::new();
        for (offset, length) in [(0, 2), (1, 2), (2, 1), (3, 0)] {
            let page = ann.get(&format!("{target}?limit=2&offset={offset}")).await.json();
            let tasks = page["tasks"].as_array().unwrap();
            assert_eq!((tasks.len(), &page["total"]), (length, &json!(5)), "{offset}");
            seen.extend(tasks.iter().map(|task| task["task_name"].as_str().unwrap().to_owned()));
        }
        seen.sort();
        assert_eq!(seen, ["task-1", "task-2", "task-3", "task-4", "task-5"]);
        for bad in ["limit=0", "limit=101", "limit=x", "offset=-1", "offset=1000000"] {
            let answer = ann.get(&format!("{target}?{bad}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
        }
    })
    .await;
}

#[tokio::test]
async fn refusals_tell_strangers_nothing() {
    on_each(async |world| {
        let target = format!("/v2/{}/tasks", world.project.uid);
        let expired = json!({ "error_code": "CC.00000003", "error_msg": "认证信息过期" });
        for client in [anonymous(&world), anonymous(&world).with("X-Auth-Token", "wrong")] {
            let answer = client.get(&target).await;
            assert_eq!((answer.status, answer.json()), (StatusCode::UNAUTHORIZED, expired.clone()));
        }
        for name in ["bob", "zoe"] {
            let stranger = client(&world, name).await;
            let hidden = stranger.get(&target).await;
            let absent = stranger.get(&format!("/v2/{}/tasks", "0".repeat(32))).await;
            assert_eq!((hidden.status, &hidden.body), (StatusCode::NOT_FOUND, &absent.body));
        }
        let gus = client(&world, "gus").await;
        assert_eq!(gus.get(&target).await.status, StatusCode::OK);
        let denied = gus.post("/v3/task", &example(&world)).await;
        assert_eq!(
            (denied.status, &denied.json()["error_code"]),
            (StatusCode::FORBIDDEN, &json!("CC.00050010"))
        );
    })
    .await;
}

#[tokio::test]
async fn a_password_gives_a_token_and_projects_are_listed() {
    on_each(async |world| {
        let auth = |password: &str, domain: &str| {
            json!({ "auth": {
                "identity": {
                    "methods": ["password"],
                    "password": { "user": {
                        "name": "ann", "password": password, "domain": { "name": domain }
                    } }
                },
                "scope": { "project": { "name": "cn-north-4" } }
            } })
        };
        let nobody = anonymous(&world);
        let given =
            nobody.post("/v3/auth/tokens", &auth(identity::testing::PASSWORD, "makers")).await;
        assert_eq!(given.status, StatusCode::CREATED);
        let token = given.json()["token"].clone();
        assert_eq!(token["user"]["name"], "ann");
        assert_eq!(token["project"]["name"], "cn-north-4");
        assert_eq!(token["expires_at"], "2026-01-02T00:00:00.000000Z");
        let ann = nobody.with("X-Auth-Token", given.headers["x-subject-token"].to_str().unwrap());

        let listed = ann.get("/v4/projects?offset=0&limit=10").await.json();
        assert_eq!(
            (&listed["total"], &listed["projects"][0]["project_id"]),
            (&json!(1), &json!(world.project.uid))
        );
        assert_eq!(listed["projects"][0]["creator"]["user_name"], "ann");
        let region = ann.get("/v3/projects?name=cn-north-4").await.json();
        assert_eq!(region["projects"].as_array().unwrap().len(), 1);
        let all = ann.get("/v3/projects").await.json();
        assert_eq!(all["projects"][0]["id"], world.project.uid);

        for (password, domain) in [("wrong", "makers"), (identity::testing::PASSWORD, "others")] {
            let refused = nobody.post("/v3/auth/tokens", &auth(password, domain)).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{domain}");
            assert_eq!(refused.json()["error"]["code"], 401);
        }
        let bad = nobody.post("/v3/auth/tokens", &json!({ "auth": {} })).await;
        assert_eq!(bad.status, StatusCode::BAD_REQUEST);
        let bad = ann.get("/v4/projects?limit=0").await;
        assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    })
    .await;
}

/// A plan that a push has made is nobody's; it is told as that of whoever made
/// the depot.
#[tokio::test]
async fn a_plan_that_a_push_has_made_has_the_depots_creator() {
    on_each(async |world| {
        let call = world.ann.clone();
        let change = depots::push::RefChange {
            name: "refs/heads/main".to_owned(),
            old: "0".repeat(40),
            new: world.push("main", &[("a.py", "x = 1\n")]).await,
        };
        let granted = depots::authorise(&call, depots::DepotKey::Id(world.depot.id)).await.unwrap();
        let push =
            depots::push::begin(&call, &granted, std::slice::from_ref(&change)).await.unwrap();
        push.finish(vec![change]).await.unwrap();
        world.test.run_jobs().await;
        let gus = client(&world, "gus").await;
        let list = gus.get(&format!("/v2/{}/tasks", world.project.uid)).await.json();
        assert_eq!(list["total"], 1, "{list}");
        let task = &list["tasks"][0];
        let ann = identity::users::by_name(world.env().db.reader(), "ann").await.unwrap().unwrap();
        assert_eq!((&task["task_name"], &task["creator_id"]), (&json!("default"), &json!(ann.uid)));
        assert!(task["last_check_time"].is_string(), "{task}");
    })
    .await;
}

//! Code scans: make, run, read; every rule of the request, and the refusals.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

use analysis::testing::{World, on_each};
use api_zadig::Names;
use door::testing::{Client, token};
use http::{Method, StatusCode};
use serde_json::{Value, json};

const SCANS: &str = "/openapi/quality/codescan";

fn anonymous(world: &World) -> Client {
    Client::new(api_zadig::router(Names::default()).with_state(world.env().clone()))
}

async fn client(world: &World, name: &str) -> Client {
    let token = token(world.env(), &world.person(name).await).await;
    anonymous(world).with("authorization", &format!("Bearer {token}"))
}

/// The published example with the names of a fresh installation.
fn example() -> Value {
    json!({
        "project_key": "web",
        "name": "codescan-demo",
        "description": "code scan demo description",
        "scanner_type": "sonarQube",
        "sonar_system": "mortise",
        "image_name": "default",
        "repo_info": [{
            "codehost_name": "mortise",
            "repo_namespace": "web",
            "repo_name": "site",
            "branch": "main"
        }],
        "sonar_parameter": "sonar.projectKey=zadig\nsonar.projectName=zadig\nsonar.sources=./src",
        "enable_quality_gate": true,
        "advanced_settings": {
            "cluster_name": "local",
            "timeout": 60,
            "resource_spec": {
                "cpu_limit": 1000, "memory_limit": 1000, "cpu_request": 500, "memory_request": 500
            }
        }
    })
}

fn changed(pointer: &str, value: Value) -> Value {
    let mut body = example();
    *body.pointer_mut(pointer).unwrap() = value;
    body
}

async fn run(client: &Client, name: &str, repos: Value) -> i64 {
    let target = format!("{SCANS}/{name}/task?projectKey=web");
    let answer = client.post(&target, &json!({ "scan_repos": repos })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    answer.json()["task_id"].as_i64().unwrap()
}

#[tokio::test]
async fn a_scan_of_the_built_in_analysers_looks_at_its_sources_only() {
    on_each(async |world| {
        world.push("main", &[("src/a.py", "x = 1\n"), ("other/b.py", "y = 1\ny = 2\n")]).await;
        let ann = client(&world, "ann").await;
        let made = ann.post(SCANS, &example()).await;
        assert_eq!((made.status, made.json()), (StatusCode::OK, json!({ "message": "success" })));

        let repos = json!([{
            "branch": "main", "repo_name": "site", "repo_owner": "web", "source": "mortise", "prs": []
        }]);
        assert_eq!(run(&ann, "codescan-demo", repos).await, 1);
        let target = format!("{SCANS}/codescan-demo/task/1?projectKey=web");
        let waiting = ann.get(&target).await.json();
        assert!(matches!(waiting["status"].as_str(), Some("waiting" | "queued")), "{waiting}");
        assert_eq!(waiting["end_time"], 0);

        world.test.run_jobs().await;
        let detail = ann.get(&target).await.json();
        let keys: Vec<&str> = detail.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "scan_name", "creator", "task_id", "status", "create_time", "end_time",
                "result_link", "repo_info", "sonar_metrics",
            ]
        );
        assert_eq!(detail["scan_name"], "codescan-demo");
        assert_eq!(detail["creator"], "ann");
        assert_eq!(detail["task_id"], 1);
        assert_eq!(detail["status"], "passed");
        assert_eq!(detail["create_time"], 1_767_225_600);
        assert_eq!(detail["end_time"], 1_767_225_600);
        assert!(detail["result_link"].as_str().unwrap().starts_with("http://mortise.test:8080/p/web/"));
        let repo = &detail["repo_info"][0];
        assert_eq!(repo["repo_owner"], "web");
        assert_eq!(repo["source"], "mortise");
        assert_eq!(repo["address"], "http://mortise.test:8080");
        assert_eq!(repo["branch"], "main");
        assert_eq!(repo["repo_name"], "site");
        assert_eq!(detail["sonar_metrics"]["ncloc"], "1");
    })
    .await;
}

#[tokio::test]
async fn the_gate_fails_a_scan_with_new_errors() {
    on_each(async |world| {
        let bad = "import subprocess\n\n\ndef run(name):\n    subprocess.call(name, shell=True)\n    eval(name)\n";
        world.push("main", &[("src/a.py", bad)]).await;
        let ann = client(&world, "ann").await;
        for (name, gated, status) in [("gated", true, "failed"), ("open", false, "passed")] {
            let mut body = example();
            body["name"] = json!(name);
            body["enable_quality_gate"] = json!(gated);
            assert_eq!(ann.post(SCANS, &body).await.status, StatusCode::OK);
            assert_eq!(run(&ann, name, json!([])).await, 1);
            world.test.run_jobs().await;
            let target = format!("{SCANS}/{name}/task/1?projectKey=web");
            assert_eq!(ann.get(&target).await.json()["status"], status, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_script_scan_passes_or_fails_by_its_exit_status() {
    on_each(async |world| {
        world.push("main", &[("check.txt", "fine\n")]).await;
        let ann = client(&world, "ann").await;
        for (name, word, status) in [("good", "fine", "passed"), ("bad", "missing", "failed")] {
            let mut body = example();
            body["name"] = json!(name);
            body["scanner_type"] = json!("other");
            body["script"] = json!(format!("cd site 2>/dev/null || true; grep {word} check.txt"));
            assert_eq!(ann.post(SCANS, &body).await.status, StatusCode::OK);
            assert_eq!(run(&ann, name, json!([])).await, 1);
            world.test.run_jobs().await;
            let target = format!("{SCANS}/{name}/task/1?projectKey=web");
            let detail = ann.get(&target).await.json();
            assert_eq!(detail["status"], status, "{name}: {detail}");
            assert_eq!(detail["result_link"], "");
        }
    })
    .await;
}

#[tokio::test]
async fn a_trigger_runs_the_scan_on_a_push_below_its_folders() {
    on_each(async |world| {
        let mut body = example();
        body["advanced_settings"]["webhooks"] = json!({
            "enabled": true,
            "hook_list": [{
                "codehost_name": "mortise", "repo_namespace": "makers/web", "repo_name": "site",
                "branch": "main", "events": ["push"], "match_folders": ["src"]
            }]
        });
        let ann = client(&world, "ann").await;
        assert_eq!(ann.post(SCANS, &body).await.status, StatusCode::OK);
        world.push("main", &[("src/a.py", "x = 1\n")]).await;
        world.test.run_jobs().await;
        world.push("main", &[("docs/a.py", "x = 1\n")]).await;
        world.test.run_jobs().await;
        let first = ann.get(&format!("{SCANS}/codescan-demo/task/1?projectKey=web")).await;
        assert_eq!(first.json()["creator"], "webhook");
        let second = ann.get(&format!("{SCANS}/codescan-demo/task/2?projectKey=web")).await;
        assert_eq!(second.status, StatusCode::INTERNAL_SERVER_ERROR);
    })
    .await;
}

#[tokio::test]
async fn each_bad_value_is_refused_in_the_dialects_form() {
    on_each(async |world| {
        let ann = client(&world, "ann").await;
        let cases = [
            (changed("/name", json!("")), "scanning name cannot be empty"),
            (changed("/project_key", json!("")), "project key cannot be empty"),
            (changed("/image_name", json!("")), "image name cannot be empty"),
            (
                changed("/scanner_type", json!("pylint")),
                "scanner_type can only be sonarQube or other",
            ),
            (changed("/advanced_settings", Value::Null), "advanced settings cannot be empty"),
            (changed("/sonar_system", json!("mine")), "sonar_system"),
            (changed("/image_name", json!("sonar:v1")), "image_name"),
            (changed("/advanced_settings/cluster_name", json!("far")), "cluster_name"),
            (changed("/repo_info/0/codehost_name", json!("hub")), "codehost_name"),
            (changed("/repo_info/0/repo_name", json!("gone")), "repo_name"),
            (changed("/repo_info/0/branch", json!("")), "branch"),
            (changed("/repo_info", json!([])), "repo_info"),
            (changed("/advanced_settings/resource_spec/cpu_limit", json!(-1)), "cpu_limit"),
        ];
        for (body, why) in cases {
            let answer = ann.post(SCANS, &body).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{why}");
            let refusal = answer.json();
            assert_eq!(
                (&refusal["code"], &refusal["message"]),
                (&json!(400), &json!("Bad Request"))
            );
            assert!(refusal["description"].as_str().unwrap().contains(why), "{why}: {refusal}");
        }
        for body in ["", "{", r#"{"name": 1}"#] {
            let answer = ann.send(Method::POST, SCANS, body).await;
            assert_eq!((answer.status, answer.body.len()), (StatusCode::BAD_REQUEST, 0), "{body}");
        }
        assert_eq!(ann.post(SCANS, &example()).await.status, StatusCode::OK);
        let again = ann.post(SCANS, &example()).await;
        assert_eq!((again.status, &again.json()["code"]), (StatusCode::BAD_REQUEST, &json!(6535)));
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_and_what_is_not_allowed() {
    on_each(async |world| {
        let ann = client(&world, "ann").await;
        assert_eq!(ann.post(SCANS, &example()).await.status, StatusCode::OK);
        let task = format!("{SCANS}/codescan-demo/task?projectKey=web");
        let nothing = json!({ "scan_repos": [] });

        let unknown = ann.post(&format!("{SCANS}/none/task?projectKey=web"), &nothing).await;
        assert_eq!(unknown.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(
            unknown.json(),
            json!({
                "code": 500,
                "message": "Internal Error: ",
                "description": "mongo: no documents in result"
            })
        );
        let keyless = ann.post(&format!("{SCANS}/codescan-demo/task"), &nothing).await;
        assert_eq!(keyless.json()["description"], "project key cannot be empty");
        let repo = json!({ "scan_repos": [{ "branch": "main", "repo_name": "x", "repo_owner": "web", "source": "mortise" }] });
        assert_eq!(ann.post(&task, &repo).await.status, StatusCode::BAD_REQUEST);
        let odd = ann.get(&format!("{SCANS}/codescan-demo/task/x?projectKey=web")).await;
        assert_eq!(odd.json()["description"], "invalid param taskID");
        let zero = ann.get(&format!("{SCANS}/codescan-demo/task/0?projectKey=web")).await;
        assert_eq!(zero.json()["description"], "invalid params");

        let nobody = anonymous(&world).post(&task, &nothing).await;
        assert_eq!((nobody.status, nobody.body.len()), (StatusCode::UNAUTHORIZED, 0));
        for name in ["gus", "bob", "zoe"] {
            let answer = client(&world, name).await.post(&task, &nothing).await;
            assert_eq!((answer.status, answer.body.len()), (StatusCode::FORBIDDEN, 0), "{name}");
        }
        let gus = client(&world, "gus").await;
        assert_eq!(run(&ann, "codescan-demo", json!([])).await, 1);
        let detail = format!("{SCANS}/codescan-demo/task/1?projectKey=web");
        assert_eq!(gus.get(&detail).await.status, StatusCode::OK);
        let zoe = client(&world, "zoe").await;
        assert_eq!(zoe.get(&detail).await.status, StatusCode::FORBIDDEN);

        let secret = token(world.env(), &world.person("ann").await).await;
        let by_query = anonymous(&world).get(&format!("{detail}&token={secret}")).await;
        assert_eq!(by_query.status, StatusCode::OK);
    })
    .await;
}

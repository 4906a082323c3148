//! One workshop behind four dialects: what is made through one is there for
//! the others, and whoever may not see it is refused by each in its own form.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::shop::{Clone, Person, Shop, text_of};

const CODE: &str = "def run(text):\n    return eval(text)\n";

/// A small depot `site` in the project `web`, pushed and scanned once by the
/// plan that the push made; the project's uid.
async fn a_pushed_depot(shop: &Shop, ada: &Person<'_>) -> String {
    let uid = ada.project("web", "site").await;
    let clone = Clone::empty(shop.scratch().join("site"));
    clone.commit("Ada Lovelace", &[("src/run.py", CODE), ("lib/a.go", "package a\n")]);
    clone.git(&["push", "--quiet", &ada.remote("web", "site"), "main"]);
    ada.finished("web", "default", 1).await;
    uid
}

fn zadig_plan(name: &str) -> Value {
    json!({
        "project_key": "web",
        "name": name,
        "scanner_type": "sonarQube",
        "sonar_system": "mortise",
        "image_name": "default",
        "repo_info": [{
            "codehost_name": "mortise", "repo_namespace": "web", "repo_name": "site", "branch": "main"
        }],
        "sonar_parameter": "sonar.sources=src",
        "enable_quality_gate": false,
        "advanced_settings": { "cluster_name": "local", "timeout": 60, "resource_spec": {} }
    })
}

fn codearts_task(name: &str, uid: &str) -> Value {
    json!({
        "repo_url": format!("git@code.example.com:{uid}/site.git"),
        "branch": "main",
        "name": name,
        "config_template": { "rule_sets": [{ "language": "GO" }] },
        "project_id": uid
    })
}

#[tokio::test]
async fn a_plan_made_through_one_dialect_is_there_for_the_others() {
    let shop = Shop::start(None);
    let ada = shop.add("ada");
    let uid = a_pushed_depot(&shop, &ada).await;
    let (zadig, codearts) = (ada.zadig(), ada.codearts());
    let pages = ada.pages().await;

    zadig.post("/openapi/quality/codescan", &zadig_plan("by-zadig")).await.ok();
    codearts.post("/v3/task", &codearts_task("by-codearts", &uid)).await.ok();
    let made = pages.get("/p/web/analysis/new").await;
    let depot = made.split("name=\"depot\"").nth(1).unwrap().split("value=\"").nth(1).unwrap();
    let depot = depot.split('"').next().unwrap();
    let form = [("name", "by-page"), ("depot", depot), ("branch", "main"), ("push", "on")];
    let (status, page) = pages.send("/p/web/analysis/new", &form).await;
    assert_eq!(status, StatusCode::OK, "{}", text_of(&page));

    // CodeArts lists them all, and runs the one that Zadig made.
    let list = codearts.get(&format!("/v2/{uid}/tasks")).await.ok();
    let tasks = list["tasks"].as_array().unwrap();
    let mut names: Vec<&str> =
        tasks.iter().map(|task| task["task_name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["by-codearts", "by-page", "by-zadig", "default"]);
    assert_eq!(list["total"], 4);
    let of_zadig = tasks.iter().find(|task| task["task_name"] == "by-zadig").unwrap();
    let id = of_zadig["task_id"].as_str().unwrap();
    codearts.post(&format!("/v2/tasks/{id}/run"), &json!({})).await.ok();
    let detail = ada.finished("web", "by-zadig", 1).await;
    assert_eq!((&detail["status"], &detail["creator"]), (&json!("passed"), &json!("ada")));
    let summary = codearts.get(&format!("/v2/tasks/{id}/defects-summary")).await.ok();
    // Only `src`, as Zadig's parameters said.
    assert_eq!((&summary["code_line"], &summary["issue_count"]), (&json!(2), &json!(1)));

    // Zadig runs by name what CodeArts and the page have made.
    for (name, lines) in [("by-codearts", "1"), ("by-page", "3")] {
        let target = format!("/openapi/quality/codescan/{name}/task?projectKey=web");
        let started = zadig.post(&target, &json!({ "scan_repos": [] })).await.ok();
        assert_eq!(started, json!({ "task_id": 1 }), "{name}");
        let detail = ada.finished("web", name, 1).await;
        assert_eq!(detail["status"], "passed", "{detail}");
        assert_eq!(detail["sonar_metrics"]["ncloc"], lines, "{name}");
    }
    let after = codearts.get(&format!("/v2/{uid}/tasks")).await.ok();
    for task in after["tasks"].as_array().unwrap() {
        assert!(task["last_check_time"].is_string(), "{task}");
    }

    // TCA counts every scan of the depot, and pages list every plan.
    let row = ada.repository("web", "site").await;
    assert_eq!((&row["job_count"], &row["branch_count"]), (&json!(4), &json!(1)));
    let page = text_of(&pages.get("/p/web/analysis").await);
    for name in ["by-codearts", "by-page", "by-zadig", "default"] {
        assert!(page.contains(name), "{name} is not on\n{page}");
    }

    // A name is taken in every dialect once it is taken in one.
    let again = zadig.post("/openapi/quality/codescan", &zadig_plan("by-codearts")).await;
    assert_eq!((again.status, &again.json()["code"]), (StatusCode::BAD_REQUEST, &json!(6535)));
    let again = codearts.post("/v3/task", &codearts_task("by-zadig", &uid)).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert_eq!(again.json()["error_code"], "CC.00050005");
}

#[tokio::test]
async fn strangers_are_refused_in_each_dialects_form() {
    let shop = Shop::start(None);
    let (ada, bob) = (shop.add("ada"), shop.add("bob"));
    let uid = a_pushed_depot(&shop, &ada).await;
    let tasks = format!("/v2/{uid}/tasks");
    let list = ada.codearts().get(&tasks).await.ok();
    let task = list["tasks"][0]["task_id"].as_str().unwrap().to_owned();
    let scan = "/openapi/quality/codescan/default/task/1?projectKey=web";
    let repositories = "/server/main/api/orgs/mortise/teams/web/repos/";

    let nobody = shop.nobody();
    let answer = nobody.get(repositories).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (401, &json!(1000)));
    let answer = nobody.get(scan).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (401, ""));
    let answer = nobody.get(&tasks).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["error_code"]),
        (401, &json!("CC.00000003"))
    );
    let project = json!({ "Action": "DescribeProjectByName", "ProjectName": "web" });
    assert_eq!(error_of(&nobody.post("/open-api", &project).await.ok()), "AuthFailure");

    // Of the same team, but not of the project: for him it does not exist.
    let answer = bob.tca().get(repositories).await;
    let absent = bob.tca().get("/server/main/api/orgs/mortise/teams/none/repos/").await;
    assert_eq!((answer.status.as_u16(), answer.body), (404, absent.body));
    let answer = bob.zadig().get(scan).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (403, ""));
    let run = "/openapi/quality/codescan/default/task?projectKey=web";
    let answer = bob.zadig().post(run, &json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (403, ""));
    for target in [tasks, format!("/v2/{}/tasks", "0".repeat(32))] {
        let answer = bob.codearts().get(&target).await;
        assert_eq!(answer.status.as_u16(), 404);
        assert_eq!(answer.json()["error_code"], "CC.00050013");
    }
    let answer = bob.codearts().post(&format!("/v2/tasks/{task}/run"), &json!({})).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["error_code"]),
        (404, &json!("CC.00050002"))
    );
    let absent = json!({ "Action": "DescribeProjectByName", "ProjectName": "none" });
    let hidden = error_of(&bob.coding().post("/open-api", &project).await.ok());
    assert_eq!(hidden, error_of(&bob.coding().post("/open-api", &absent).await.ok()));
    let (status, page) = bob.pages().await.ask("/p/web/analysis/default/scans/1").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(!page.contains("eval"), "{page}");
    let clone = Clone::empty(shop.scratch().join("stolen"));
    let output = clone.try_git(&["fetch", "--quiet", &bob.remote("web", "site")]);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("not found"), "{said}");

    // Nothing of this has started a scan.
    assert_eq!(ada.repository("web", "site").await["job_count"], 1);
}

fn error_of(answer: &Value) -> String {
    answer["Response"]["Error"]["Code"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

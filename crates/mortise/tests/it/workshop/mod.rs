//! The main job: a large repository is pushed by git, scanned, and every door
//! and the page tell the same numbers.

mod source;

use db::DbOptions;
use serde_json::{Value, json};

use crate::shop::{Browser, Clone, Person, Shop, cells, number_before, text_of};
use source::{A_PATH_WITH_A_MISTAKE, Count, MISTAKES};

#[tokio::test]
async fn a_large_repository_is_pushed_scanned_and_read_everywhere() {
    the_main_job(&Shop::start(None)).await;
}

#[tokio::test]
async fn a_large_repository_is_scanned_on_postgresql() {
    let Some(scratch) = db::testing::postgres().await else {
        eprintln!("NOT TESTED: {} is not set", db::testing::POSTGRES_VARIABLE);
        return;
    };
    let DbOptions::Postgres(url) = &scratch.options else { panic!("{:?}", scratch.options) };
    the_main_job(&Shop::start(Some(url))).await;
}

async fn the_main_job(shop: &Shop) {
    let ada = shop.add("ada");
    let uid = ada.project("web", "site").await;
    let (stream, written) = source::repository();
    assert!(written.lines >= 100_000, "{written:?}");
    let clone = Clone::empty(shop.scratch().join("site"));
    clone.import(&stream);
    let remote = ada.remote("web", "site");
    clone.git(&["push", "--quiet", &remote, "main"]);
    let pushed = clone.git(&["rev-parse", "HEAD"]);
    assert!(clone.git(&["ls-remote", &remote, "refs/heads/main"]).starts_with(&pushed));

    // The push alone made a plan and started its first scan.
    let first = ada.finished("web", "default", 1).await;
    assert_eq!((&first["status"], &first["creator"]), (&json!("passed"), &json!("webhook")));
    let pages = ada.pages().await;
    let before = the_page(&pages, "/p/web/analysis/default/scans/1").await;
    assert_eq!(before.count, written);
    assert!(before.open >= MISTAKES * source::rules().len() as i64, "{before:?}");
    assert!(before.duplicates >= 1, "{before:?}");
    the_mistakes(&pages, 1).await;
    let row = ada.repository("web", "site").await;
    the_repository(&row, written, 1, 1);

    // The same branch again, by a plan made in each of two other dialects.
    let zadig = through_zadig(&ada).await;
    the_metrics(&zadig["sonar_metrics"], &before);
    let link = zadig["result_link"].as_str().unwrap().strip_prefix(&shop.server.url).unwrap();
    assert_eq!(the_page(&pages, link).await.count, written);
    let [details, metrics] = through_codearts(&ada, &uid).await;
    the_details(&details, &before);
    the_summary(&metrics, &before);
    the_repository(&ada.repository("web", "site").await, written, 3, 1);

    // One file changes: everything in it moves down, and one mistake is new.
    let mut text = std::fs::read_to_string(clone.path().join(A_PATH_WITH_A_MISTAKE)).unwrap();
    let head = "# moved\n# by four lines\n\nLIMIT = 3\n";
    let mistake = "def another(text):\n    return exec(text, {})\n";
    text = format!("{head}{text}{mistake}");
    clone.commit("Grace Hopper", &[(A_PATH_WITH_A_MISTAKE, &text)]);
    clone.git(&["push", "--quiet", &remote, "main"]);
    let second = ada.finished("web", "default", 2).await;
    assert_eq!(second["status"], "passed");
    let now = Count {
        lines: written.lines + 6,
        code: written.code + 3,
        comment: written.comment + 2,
        functions: written.functions + 1,
        ..written
    };
    let after = the_page(&pages, "/p/web/analysis/default/scans/2").await;
    assert_eq!(after.count, now);
    assert_eq!(after.open, before.open + 1);
    assert!(after.said.contains("1 new findings, 0 fixed"), "{}", after.said);
    assert!(after.said.contains(", 1 analysed"), "{}", after.said);
    let new = text_of(&pages.get("/p/web/analysis/default/scans/2?new=1").await);
    assert_eq!(number_before(&new, "finding Sort"), 1, "{new}");
    assert!(new.contains("Grace Hopper") && new.contains("python/eval-call"), "{new}");
    the_repository(&ada.repository("web", "site").await, now, 4, 1);
    the_metrics(&second["sonar_metrics"], &after);
}

/// What the page of a scan says.
#[derive(Debug)]
struct Seen {
    count: Count,
    open: i64,
    duplicates: i64,
    said: String,
}

async fn the_page(pages: &Browser, address: &str) -> Seen {
    let html = pages.get(&format!("{address}?tab=code")).await;
    let said = text_of(&html);
    let rows = cells(&html, "Counts by language");
    let names: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    for language in source::languages() {
        assert!(names.contains(&language), "{language} is not in {names:?}");
    }
    let sum = |column: usize| -> i64 {
        let number = |row: &Vec<String>| row[column].replace(',', "").parse::<i64>().unwrap();
        rows.iter().map(number).sum()
    };
    let count = Count {
        files: sum(1),
        lines: sum(2) + sum(3) + sum(4),
        code: sum(2),
        comment: sum(3),
        functions: sum(5),
    };
    assert_eq!(number_before(&said, " lines"), count.lines, "{said}");
    let tab = |label: &str| number_after(&said, label);
    Seen { count, open: tab("Findings"), duplicates: tab("Duplicates"), said }
}

/// The number that stands right after a word.
fn number_after(text: &str, word: &str) -> i64 {
    let found = text.match_indices(word).find_map(|(at, _)| {
        text[at + word.len()..].split_whitespace().next()?.replace(',', "").parse().ok()
    });
    found.unwrap_or_else(|| panic!("there is no number after {word:?} in\n{text}"))
}

/// Every planted mistake is found by its rule, and nothing else is.
async fn the_mistakes(pages: &Browser, number: i64) {
    for rule in source::rules() {
        let target = format!("/p/web/analysis/default/scans/{number}?rule={rule}");
        let said = text_of(&pages.get(&target).await);
        assert_eq!(number_before(&said, "findings Sort"), MISTAKES, "{rule}: {said}");
    }
}

fn the_repository(row: &Value, count: Count, jobs: i64, branches: i64) {
    let recent = &row["recent_active"];
    assert_eq!(recent["branch_name"], "main");
    assert_eq!(
        (&recent["total_line_num"], &recent["code_line_num"]),
        (&json!(count.lines), &json!(count.code))
    );
    assert_eq!((&row["job_count"], &row["branch_count"]), (&json!(jobs), &json!(branches)));
}

async fn through_zadig(ada: &Person<'_>) -> Value {
    let zadig = ada.zadig();
    let plan = json!({
        "project_key": "web",
        "name": "again",
        "scanner_type": "sonarQube",
        "sonar_system": "mortise",
        "image_name": "default",
        "repo_info": [{
            "codehost_name": "mortise", "repo_namespace": "web", "repo_name": "site", "branch": "main"
        }],
        "sonar_parameter": "sonar.projectKey=web\nsonar.sources=.",
        "enable_quality_gate": false,
        "advanced_settings": { "cluster_name": "local", "timeout": 60, "resource_spec": {} }
    });
    let made = zadig.post("/openapi/quality/codescan", &plan).await.ok();
    assert_eq!(made, json!({ "message": "success" }));
    let repos = json!([{ "branch": "main", "repo_name": "site", "repo_owner": "web", "source": "mortise" }]);
    let target = "/openapi/quality/codescan/again/task?projectKey=web";
    let started = zadig.post(target, &json!({ "scan_repos": repos })).await.ok();
    assert_eq!(started, json!({ "task_id": 1 }));
    let detail = ada.finished("web", "again", 1).await;
    assert_eq!(detail["status"], "passed", "{detail}");
    detail
}

fn the_metrics(metrics: &Value, seen: &Seen) {
    let number = |name: &str| metrics[name].as_str().unwrap().parse::<i64>().unwrap();
    assert_eq!(number("ncloc"), seen.count.code, "{metrics}");
    let known = number("bugs") + number("vulnerabilities") + number("code_smells");
    assert_eq!(known, seen.open, "{metrics}");
}

/// The details and the metrics of a task on the same branch.
async fn through_codearts(ada: &Person<'_>, uid: &str) -> [Value; 2] {
    let codearts = ada.codearts();
    let task = json!({
        "repo_url": format!("git@code.example.com:{uid}/site.git"),
        "branch": "main",
        "name": "third",
        "config_template": { "branch": "main", "repo_type": "DevCloud", "project_id": uid },
        "project_id": uid,
        "project_name": "web"
    });
    let made = codearts.post("/v3/task", &task).await.ok();
    let id = made["result"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let row = async || {
        let list = codearts.get(&format!("/v2/{uid}/tasks?limit=100")).await.ok();
        let tasks = list["tasks"].as_array().unwrap();
        // The plans that the push and the other dialect made are tasks too.
        assert_eq!((tasks.len(), &list["total"]), (3, &json!(3)), "{list}");
        tasks.iter().find(|task| task["task_id"] == *id).unwrap().clone()
    };
    assert_eq!(row().await["last_check_time"], Value::Null);
    let run = codearts.post(&format!("/v2/tasks/{id}/run"), &json!({})).await.ok();
    assert_eq!(run["exec_id"].as_str().unwrap().len(), 32);
    ada.finished("web", "third", 1).await;
    let row = row().await;
    assert_eq!((&row["task_name"], &row["git_branch"]), (&json!("third"), &json!("main")));
    assert!(row["last_check_time"].is_string(), "{row}");
    let details = codearts.get(&format!("/v2/tasks/{id}/defects-summary")).await.ok();
    let metrics = codearts.get(&format!("/v2/{uid}/tasks/{id}/metrics-summary")).await.ok();
    [details, metrics]
}

fn the_summary(summary: &Value, seen: &Seen) {
    let metrics = &summary["metric_info"];
    let count = seen.count;
    for (name, value) in [
        ("raw_lines", count.lines),
        ("code_size", count.code),
        ("files_total", count.files),
        ("methods_total", count.functions),
    ] {
        assert_eq!(metrics[name], value.to_string(), "{name}: {summary}");
    }
}

fn the_details(details: &Value, seen: &Seen) {
    let count = seen.count;
    for (name, value) in [
        ("code_line_total", count.lines),
        ("code_line", count.code),
        ("comment_lines", count.comment),
        ("duplicated_blocks", seen.duplicates),
        ("issue_count", seen.open),
    ] {
        assert_eq!(details[name], value, "{name}: {details}");
    }
}

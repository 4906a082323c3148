//! Scripts of plans on a machine that cannot shut them in.

use std::process::Command;

use serde_json::json;

use crate::process::mortise;
use crate::shop::{Clone, Shop, text_of};

/// The binary where bubblewrap cannot be run: by bubblewrap itself, if there is
/// one, with nothing in its place.
fn without_bubblewrap() -> Command {
    let mortise = mortise(&[]);
    let path = std::env::var_os("PATH").unwrap();
    let candidates = std::env::split_paths(&path).map(|directory| directory.join("bwrap"));
    let mut inside = Command::new("bwrap");
    inside.args(["--die-with-parent", "--dev-bind", "/", "/"]);
    for file in candidates.filter(|file| file.exists()) {
        inside.args(["--ro-bind", "/dev/null"]).arg(file);
    }
    let mut trial = Command::new("bwrap");
    let trial = trial.args(inside.get_args()).arg("true").output();
    if !trial.is_ok_and(|trial| trial.status.success()) {
        return mortise;
    }
    for (name, _) in mortise.get_envs() {
        inside.env_remove(name);
    }
    inside.arg(mortise.get_program());
    inside
}

/// What cannot be shut in is run, and says so, or is not run where the operator
/// will not have it.
#[tokio::test]
async fn what_cannot_be_shut_in_is_run_only_where_that_is_allowed() {
    for (more, status) in [(&["--unisolated-scripts", "false"][..], "failed"), (&[], "passed")] {
        let shop = Shop::start_by(without_bubblewrap(), more);
        let ada = shop.add("ada");
        ada.project("web", "site").await;
        let clone = Clone::empty(shop.scratch().join("site"));
        clone.commit("Ada Lovelace", &[("a.txt", "x")]);
        clone.git(&["push", "--quiet", &ada.remote("web", "site"), "main"]);
        let zadig = ada.zadig();
        let plan = json!({
            "project_key": "web", "name": "script", "scanner_type": "other",
            "image_name": "default", "script": "echo it-has-$((1 + 1))-run",
            "repo_info": [{
                "codehost_name": "mortise", "repo_namespace": "web", "repo_name": "site",
                "branch": "main",
            }],
            "advanced_settings": { "cluster_name": "local", "timeout": 60, "resource_spec": {} },
        });
        zadig.post("/openapi/quality/codescan", &plan).await.ok();
        let run = "/openapi/quality/codescan/script/task?projectKey=web";
        zadig.post(run, &json!({ "scan_repos": [] })).await.ok();
        let detail = ada.finished("web", "script", 1).await;
        assert_eq!(detail["status"], status, "{more:?}: {detail}");
        let pages = ada.pages().await;
        let scan = "/p/web/analysis/script/scans/1";
        let log = pages.get(&format!("{scan}?tab=log")).await;
        let page = format!("{} {}", pages.get(scan).await, text_of(&log));
        let refused = page.contains("this server runs no script without isolation");
        assert_eq!(refused, status == "failed", "{more:?}: {page}");
        assert_eq!(page.contains("it-has-2-run"), status == "passed", "{more:?}: {page}");
        let told = page.contains("this script runs without isolation");
        assert_eq!(told, status == "passed", "{more:?}: {page}");
    }
}

//! What others wrote to talk to the originals, talking to us: the official SDK
//! of CodeArts Check, and the recipe of TCA's own client.
//!
//! `MORTISE_TEST_PYTHON` names an interpreter that has what stands in
//! `xtask/requirements.txt`; `cargo xtask test` makes one.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::shop::{Clone, Shop};

const PYTHON: &str = "MORTISE_TEST_PYTHON";

/// Runs a script with `facts` as its only argument, in JSON.
fn script(python: &str, name: &str, facts: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/sdk").join(name);
    let output = Command::new(python)
        .args(["-B", "-W", "ignore"])
        .arg(path)
        .arg(facts.to_string())
        .env_remove("http_proxy")
        .env_remove("HTTP_PROXY")
        .env("NO_PROXY", "*")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}:\n{said}{complaint}");
    assert!(said.ends_with("done\n"), "{name} stopped early:\n{said}{complaint}");
}

/// The interpreter; none where there is none, which CI does not put up with.
fn python() -> Option<String> {
    let python = std::env::var(PYTHON).ok();
    if python.is_none() {
        let unattended = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!unattended, "{PYTHON} is not set");
        eprintln!("NOT TESTED: the official SDK is not tried: {PYTHON} is not set");
    }
    python
}

#[tokio::test]
async fn the_official_sdk_of_codearts_finds_what_it_looks_for() {
    let Some(python) = python() else { return };
    let shop = Shop::start(None);
    let ada = shop.add("ada");
    let uid = ada.project("web", "site").await;
    let clone = Clone::empty(shop.scratch().join("site"));
    clone.commit("Ada Lovelace", &[("a.py", "# why\n\ndef run(text):\n    return eval(text)\n")]);
    clone.git(&["push", "--quiet", &ada.remote("web", "site"), "main"]);
    ada.finished("web", "default", 1).await;
    let (ak, sk) = ada.access_key();
    let facts = json!({
        "url": shop.server.url,
        "ak": ak,
        "sk": sk,
        "user": ada.name,
        "password": crate::shop::PASSWORD,
        "team": "mortise",
        "project": uid,
    });
    script(&python, "codearts.py", &facts);
}

#[tokio::test]
async fn the_headers_of_tcas_own_client_open_the_door() {
    let Some(python) = python() else { return };
    let shop = Shop::start(None);
    let ada = shop.add("ada");
    ada.project("web", "site").await;
    let facts = json!({
        "url": shop.server.url, "user": ada.name, "token": ada.token, "org": "mortise", "team": "web",
    });
    script(&python, "tca.py", &facts);
}

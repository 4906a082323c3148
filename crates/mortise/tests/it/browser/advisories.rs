//! Advisories from the file that an administrator sends to the dependency that a
//! scan finds vulnerable.

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use super::stage::Stage;
use super::window::Window;
use super::{first_sign_in, words};

const LOCK: &str = r#"{
  "name": "site",
  "version": "1.0.0",
  "lockfileVersion": 3,
  "packages": {
    "": { "name": "site", "version": "1.0.0", "dependencies": { "thing": "1.2.0" } },
    "node_modules/thing": {
      "version": "1.2.0",
      "resolved": "https://registry.example.com/thing-1.2.0.tgz",
      "license": "MIT"
    }
  }
}
"#;
const ADVISORY: &str = r#"{
  "id": "GHSA-aaaa-bbbb-cccc",
  "modified": "2026-01-01T00:00:00Z",
  "aliases": ["CVE-2026-1"],
  "summary": "It runs whatever it is given",
  "severity": [{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }],
  "affected": [{
    "package": { "ecosystem": "npm", "name": "thing" },
    "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.3.0" }] }]
  }]
}"#;
const PLAN: &str = "/p/web/analysis/1";
const PAGE: &str = "/admin/advisories";

#[tokio::test(flavor = "multi_thread")]
async fn advisories_lead_to_findings_on_a_wide_screen() {
    known_vulnerabilities("en", 1440).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn advisories_lead_to_findings_on_a_telephone_in_chinese() {
    known_vulnerabilities("zh", 360).await;
}

async fn known_vulnerabilities(lang: &str, width: u32) {
    let Some(stage) = Stage::set(width).await else { return };
    let (clone, remote) = stage.site(&stage.shop.person("admin")).await;
    clone.commit("Ada Lovelace", &[("package-lock.json", LOCK)]);
    clone.git(&["push", "--quiet", &remote, "main"]);
    let Stage { window, shop, .. } = &stage;
    first_sign_in(shop, window, lang).await;
    import(window, lang, shop.scratch()).await;
    look_at_scan(window, lang).await;
    stage.window.close().await;
}

async fn import(window: &Window, lang: &str, scratch: &Path) {
    window.go(PAGE).await;
    window
        .read(words(lang, "No advisories have been imported", "尚未导入任何漏洞公告"), false)
        .await;
    window.look().await;
    send(window, &file(scratch, "text.zip", b"no archive")).await;
    window.read(words(lang, "Must be a zip file.", "须为 zip 文件。"), false).await;
    window.forgive("422").await;
    window.look().await;
    // What only shows when it is read is told where it was sent from.
    send(window, &file(scratch, "cut.zip", b"PK\x03\x04 cut off")).await;
    let damaged = words(
        lang,
        "file is damaged or no zip file: cut.zip",
        "文件已损坏或不是 zip 文件：cut.zip",
    );
    window.read(damaged, false).await;
    window.look().await;

    let files = [("GHSA-aaaa-bbbb-cccc.json", ADVISORY), ("broken.json", "{")];
    send(window, &file(scratch, "npm.zip", &packed(&files))).await;
    let read = words(lang, "1 read, 1 of them new or changed", "读取 1 条，其中 1 条新增或变更");
    window.read(read, false).await;
    window.read("broken.json", false).await;
    window.look().await;
}

async fn send(window: &Window, file: &Path) {
    window.choose("file", file).await;
    window.press(&format!("main form[action='{PAGE}/send'] button[type=submit]")).await;
}

async fn look_at_scan(window: &Window, lang: &str) {
    window.go(PLAN).await;
    window.read(words(lang, "Lines of code", "代码行"), true).await;
    window.press(&format!("main form[action='{PLAN}/scan'] button")).await;
    let scan = format!("{PLAN}/scans/2");
    window.arrive(&scan).await;
    window.read(words(lang, "1 vulnerable dependency", "1 个有漏洞的依赖"), false).await;
    window.look().await;
    window.go(&format!("{scan}?tab=dependencies")).await;
    for text in [
        "GHSA-aaaa-bbbb-cccc",
        "CVE-2026-1",
        "MIT",
        words(lang, "fixed in 1.3.0", "已在 1.3.0 修复"),
    ] {
        window.read(text, false).await;
    }
    window.look().await;
    for (form, mark) in [("cyclonedx", "bomFormat"), ("spdx", "spdxVersion")] {
        let script = format!(
            "return fetch(document.querySelector(\"main a[href$='/bill/{form}']\").href)\
             .then((answer) => answer.json()).then((bill) => '{mark}' in bill)"
        );
        assert_eq!(window.ask(&script).await, true, "{form}");
    }

    window.go(&format!("{scan}?rule=dependencies%2Fvulnerable")).await;
    window.press("main article a.title").await;
    window.read(words(lang, "What to do", "如何处理"), false).await;
    window.read(words(lang, "thing 1.2.0 is vulnerable", "thing 1.2.0 存在漏洞"), false).await;
    window.look().await;
}

fn file(scratch: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = scratch.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

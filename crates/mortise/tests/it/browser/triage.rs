//! Findings by keyboard, and a fix from diff to commit.

use thirtyfour::Key;

use super::stage::Stage;
use super::window::Window;
use super::words;
use crate::shop::Clone;

/// Three findings of one rule, and two that can be fixed.
const CODE: &str = "\
def one(text):
    return eval(text)


def two(text):
    return eval(text + '1')


def three(text):
    return eval(text + '2')


def four(x):
    if x is 5:
        return 'five'
    return x is not 'six'
";
const PLAN: &str = "/p/web/analysis/1";

#[tokio::test(flavor = "multi_thread")]
async fn findings_are_sorted_out_by_keys_on_a_wide_screen() {
    sort_out("en", 1440).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_are_sorted_out_by_keys_on_a_telephone_in_chinese() {
    sort_out("zh", 360).await;
}

async fn sort_out(lang: &str, width: u32) {
    let Some(stage) = Stage::set(width).await else { return };
    let (clone, remote) = stage.site(&stage.shop.add("ada")).await;
    clone.commit("Ada Lovelace", &[("src/run.py", CODE)]);
    clone.git(&["push", "--quiet", &remote, "main"]);
    let window = &stage.window;
    window.sign_in("ada", lang).await;
    window.go(PLAN).await;
    window
        .read(words(lang, "The first scan found 5 findings.", "首次扫描发现 5 个问题"), true)
        .await;
    keys(window, lang).await;
    fix(window, lang, &clone, &remote).await;
    stage.window.close().await;
}

/// Something that becomes true in its own time.
async fn until(window: &Window, script: &str) {
    let begun = std::time::Instant::now();
    while window.ask(script).await != true {
        let late = begun.elapsed().as_secs() > 60;
        assert!(!late, "{script} on {}:\n{}", window.path().await, window.text().await);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

async fn keys(window: &Window, lang: &str) {
    let list = format!("{PLAN}/scans/1?rule=python%2Feval-call");
    window.go(&list).await;
    window.read("src/run.py:2", false).await;
    window.look().await;
    let checked =
        "return [...document.querySelectorAll('main input[name=id]')].map((b) => b.checked)";
    let focused = "return document.activeElement.matches('main [data-row]')";
    // One down, select; one down, select; take that back.
    window.type_in("jx").await;
    until(window, focused).await;
    assert_eq!(window.ask(checked).await, serde_json::json!([true, false, false]));
    window.type_in("jx").await;
    assert_eq!(window.ask(checked).await, serde_json::json!([true, true, false]));
    window.type_in("x").await;
    assert_eq!(window.ask(checked).await, serde_json::json!([true, false, false]));
    window.type_in("kx").await;
    assert_eq!(window.ask(checked).await, serde_json::json!([false, false, false]));

    // Without a selection the one with the focus is taken; the list goes on there.
    let names = "return document.querySelector('main').innerText.match(/\\bada\\b/g).length";
    let before = window.ask(names).await.as_u64().unwrap();
    window.type_in("a").await;
    let named = format!("{names} === {}", before + 1);
    until(window, &named).await;
    until(window, focused).await;
    window.look().await;

    // Two may stay. Escape leads back to the list first.
    window.type_in("xjx").await;
    window.type_in("i").await;
    until(window, "return document.activeElement.matches('main select[name=act]')").await;
    window.type_in(Key::Escape).await;
    until(window, focused).await;
    window.type_in("i").await;
    until(window, "return document.activeElement.matches('main select[name=act]')").await;
    window.type_in(Key::Enter).await;
    until(window, "return document.querySelectorAll('main input[name=id]').length === 1").await;
    until(window, focused).await;
    window.look().await;
    window.type_in("o").await;
    window.read(words(lang, "First seen", "首次发现"), false).await;
    window.go(&format!("{PLAN}/scans/1?state=ignored")).await;
    until(window, "return document.querySelectorAll('main input[name=id]').length === 2").await;
    window.look().await;
}

async fn fix(window: &Window, lang: &str, clone: &Clone, remote: &str) {
    window.go(&format!("{PLAN}/scans/1?rule=python%2Fis-literal")).await;
    window.press("main article a.title").await;
    window.read(words(lang, "What to write instead", "修改建议"), false).await;
    window.find("main .diff").await;
    window.look().await;
    window.press("main a[href$='?fix=file#fix']").await;
    until(window, "return document.querySelector('main input[name=range]')?.value === 'file'")
        .await;
    window.look().await;
    let branch = window.ask("return document.querySelector('main [name=branch]').value").await;
    let branch = branch.as_str().unwrap_or_default().to_owned();
    window.press("main form[action$='/fix'] button[type=submit]").await;
    until(window, "return location.pathname.includes('/d/site/commit/')").await;
    window.read("x == 5", false).await;
    window.look().await;
    clone.git(&["pull", "--quiet", remote, &branch]);
    let fixed = CODE.replace("is 5", "== 5").replace("is not 'six'", "!= 'six'");
    assert_eq!(std::fs::read_to_string(clone.path().join("src/run.py")).unwrap(), fixed);
}

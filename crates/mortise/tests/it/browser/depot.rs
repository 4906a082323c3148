//! A depot with odd things in it is read and written on its pages.

use thirtyfour::Key;

use super::{stage::Stage, window::Window, words};
use crate::shop::Clone;

const BASE: &str = "/p/web/d/site";

/// Pages that have to fit and to be sound, whatever the depot holds.
const PAGES: [&str; 42] = [
    "",
    "/tree/main/%E4%B8%AD%E6%96%87",
    "/blob/main/%E4%B8%AD%E6%96%87/a%20%22b%22%20%3Ci%3E.txt",
    "/blob/main/src/run.py",
    "/blob/main/mini.js",
    "/blob/main/bin.dat",
    "/blob/main/empty.txt",
    "/blob/main/README.md",
    "/blob/main/README.md?plain=1",
    "/blame/main/src/run.py",
    "/commits/main",
    "/commits/main?path=src/run.py",
    "/commit/main",
    "/commit/main?view=split",
    "/commit/main?file=long.txt",
    "/branches",
    "/tags",
    "/compare",
    "/compare?from=v1&to=main",
    "/graph/main",
    "/contributors",
    "/find/main",
    "/upload/main",
    "/rename/main/src/run.py",
    "/branches/new",
    "/tree/main/lib",
    "/tree/main/names",
    "/blob/main/mini.js?wrap=1",
    "/releases",
    "/releases/new",
    "/search?q=run",
    "/new/main",
    "/settings",
    "/settings/branches",
    "/settings/refs",
    "/settings/pushes",
    "/settings/files",
    "/settings/spec",
    "/settings/merging",
    "/settings/activity",
    "/settings/deploy-keys",
    "/tags/new",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_depot_on_a_wide_screen_in_english() {
    a_depot("en", 1440).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_depot_on_a_telephone_in_chinese() {
    a_depot("zh", 360).await;
}

async fn a_depot(lang: &str, width: u32) {
    let Some(stage) = Stage::set(width).await else { return };
    let (clone, remote) = stage.site(&stage.shop.add("ada")).await;
    fill(&clone, &remote);
    let window = &stage.window;
    window.sign_in("ada", lang).await;
    for page in PAGES {
        window.go(&format!("{BASE}{page}")).await;
        window.find("main h1").await;
        window.look().await;
    }
    large_difference(window).await;
    talking(window).await;
    keys(window, width).await;
    writing(window, &clone, &remote, lang).await;
    stage.window.close().await;
}

/// A name longer than a telephone is wide.
const WIDE: &str =
    "names/a-name-that-is-longer-than-any-telephone-is-wide-and-has-no-blank-in-it.md";

fn fill(clone: &Clone, remote: &str) {
    let link = "160000,1111111111111111111111111111111111111111,lib";
    std::fs::create_dir(clone.path().join("lib")).unwrap();
    clone.git(&["update-index", "--add", "--cacheinfo", link]);
    let mini = "function f(x){return x*2};".repeat(20_000);
    let long: String = (0..1_000).map(|n| format!("line {n}\n")).collect();
    clone.commit(
        "Ada Lovelace",
        &[
            ("README.md", "# Site\n\nA *small* depot. <script>alert(1)</script>\n"),
            ("src/run.py", "def run(text):\n    # <b>not bold</b>\n    return text\n"),
            ("中文/a \"b\" <i>.txt", "你好\r\n世界\r\n"),
            ("mini.js", &mini),
            ("bin.dat", "\0\u{1}\u{2}"),
            ("empty.txt", ""),
            ("long.txt", "x\n"),
            ("names/שלום עולם.txt", "x\n"),
            ("names/percent%41#hash?q.txt", "x\n"),
            (WIDE, "| a wide | table |\n| --- | --- |\n| that | scrolls |\n"),
        ],
    );
    clone.git(&["tag", "--annotate", "v1", "--message", "One\n\nWith more words."]);
    clone.commit(
        "王小明",
        &[
            ("src/run.py", "def run(words):\n    # <b>not bold</b>\n    return words\n"),
            ("long.txt", &long),
            ("bin.dat", "\0\u{3}"),
            ("中文/a \"b\" <i>.txt", "你好\n世界\r\n"),
        ],
    );
    clone.git(&["push", "--quiet", remote, "main", "v1", "HEAD~1:refs/heads/topic/old"]);
}

/// A large difference is there once its box is opened.
async fn large_difference(window: &Window) {
    window.go(&format!("{BASE}/commit/main")).await;
    window.read("long.txt", false).await;
    assert!(!window.text().await.contains("line 999"));
    window.press("details[data-load] > summary").await;
    window.read("line 999", false).await;
    let marks = window.ask("return document.querySelectorAll('.diff mark').length").await;
    assert!(marks.as_u64() > Some(1), "{marks}");
    window.look().await;
}

/// A line of a difference is spoken about where it stands.
async fn talking(window: &Window) {
    let page = format!("{BASE}/commit/main?file=src/run.py");
    window.go(&page).await;
    window.press(".diff tr.add td.no a").await;
    window.press(".diff tr.picked .say").await;
    window.fill("content", "Said **here**").await;
    window.press(".diff .talk form button").await;
    window.find(".diff .thread article strong").await;
    let fields = "return document.querySelectorAll('.diff .talk textarea').length";
    assert_eq!(window.ask(fields).await, 0);
    window.look().await;
    // It is said otherwise where it stands.
    window.press(".diff .thread article summary").await;
    window.press(".diff .thread article a.item").await;
    window.find(".diff .thread article textarea").await;
    window.fill("content", "Said *there*").await;
    window.press(".diff .thread article form button").await;
    window.find(".diff .thread article em").await;
    assert_eq!(window.ask(fields).await, 0);
    window.go(&format!("{BASE}/commit/main?view=split")).await;
    window.find(".diff .thread article").await;
    window.look().await;
}

/// Through the code by keys alone.
async fn keys(window: &Window, width: u32) {
    window.go(BASE).await;
    window.find("main .tree").await;
    window.type_in("t").await;
    window.arrive(&format!("{BASE}/find/main")).await;
    window.type_in("srun").await;
    window.find("#found mark").await;
    window.type_in(Key::Enter).await;
    window.arrive(&format!("{BASE}/blob/main/src/run.py")).await;
    window.type_in("l").await;
    window.find("dialog[open] input[name=line]").await;
    window.type_in(format!("2{}", Key::Enter.value())).await;
    window.find("#L2.picked").await;
    window.type_in("b").await;
    window.arrive(&format!("{BASE}/blame/main/src/run.py")).await;
    window.look().await;
    window.type_in("b").await;
    window.arrive(&format!("{BASE}/blob/main/src/run.py")).await;
    window.find("main .code").await;
    window.type_in("y").await;
    let script = "return /blob\\/[0-9a-f]{40}\\/src\\/run.py$/.test(location.pathname)";
    let begun = std::time::Instant::now();
    while window.ask(script).await != true {
        assert!(begun.elapsed().as_secs() < 60, "{}", window.path().await);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    if width > 700 {
        window.look().await;
    }
}

async fn writing(window: &Window, clone: &Clone, remote: &str, lang: &str) {
    window.go(&format!("{BASE}/new/main/docs")).await;
    window.look().await;
    window.fill("path", "docs/新.md").await;
    window.fill("text", "# Written here\n\n<script>").await;
    window.press("button[data-preview]").await;
    window.find(".preview .prose h1").await;
    window.look().await;
    window.fill("message", "Write a page").await;
    window.submit(&format!("{BASE}/blob/main/docs/%E6%96%B0.md")).await;
    window.read("Written here", false).await;
    window.look().await;
    // Somebody pushes while the form is open.
    window.go(&format!("{BASE}/edit/main/src/run.py")).await;
    window.look().await;
    clone.git(&["pull", "--quiet", "--rebase", remote, "main"]);
    clone.commit("Ada Lovelace", &[("src/run.py", "theirs = 1\n")]);
    clone.git(&["push", "--quiet", remote, "main"]);
    window.fill("text", "mine = <2>\n").await;
    window.press("main form button.primary[type=submit]").await;
    let moved = words(lang, "has moved on", "已有新的提交");
    window.read(moved, false).await;
    let typed = window.ask("return document.getElementById('f-text').value").await;
    assert_eq!(typed, "mine = <2>\n");
    window.forgive("409").await;
    window.press("button[name=over]").await;
    window.arrive(&format!("{BASE}/blob/main/src/run.py")).await;
    window.read("mine = <2>", false).await;
    window.go(&format!("{BASE}/branches")).await;
    window.find("main .row").await;
    window.look().await;
}

//! Journeys through the pages in a real browser, in both languages, on a wide
//! screen and on a telephone's, and without a mouse.

mod advisories;
mod chrome;
mod depot;
mod stage;
mod triage;
mod window;

use thirtyfour::Key;

use crate::shop::{Clone, PASSWORD, Shop};
use chrome::Driver;
use stage::Stage;
use window::Window;

/// One mistake, and text that tests what escapes it.
const CODE: &str = "def run(text):\n    # <b>not bold</b>\n    return eval(text)\n";
const README: &str = "# Site\n\nA *small* depot.\n";

/// Pages that lie beside the way.
const FURTHER: [&str; 22] = [
    "/",
    "/search",
    "/docs/api",
    "/docs/api/DescribeOneProject",
    "/settings",
    "/settings/applications",
    "/settings/keys",
    "/settings/password",
    "/settings/sessions",
    "/settings/tokens",
    "/admin",
    "/admin/advisories",
    "/admin/audit",
    "/admin/jobs",
    "/admin/people/new",
    "/p/web/members",
    "/p/web/settings",
    "/p/web/depots/import",
    "/p/web/d/site/branches",
    "/p/web/d/site/settings",
    "/p/web/d/site/blame/main/src/run.py",
    "/p/web/analysis/1/settings",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_first_day_on_a_wide_screen_in_english() {
    the_first_day("en", 1440).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_day_on_a_telephone_in_chinese() {
    the_first_day("zh", 360).await;
}

/// Words of a page in one of the two languages.
fn words<'a>(lang: &str, en: &'a str, zh: &'a str) -> &'a str {
    if lang == "zh" { zh } else { en }
}

async fn the_first_day(lang: &str, width: u32) {
    let Some(stage) = Stage::set(width).await else { return };
    let Stage { window, shop, .. } = &stage;
    first_sign_in(shop, window, lang).await;
    project_and_depot(window, lang, width).await;
    push_and_read(shop, window, lang).await;
    scan_and_findings(window, lang, width).await;
    for page in FURTHER {
        window.go(page).await;
        window.arrive(page).await;
        window.look().await;
    }
    stage.window.close().await;
}

async fn first_sign_in(shop: &Shop, window: &Window, lang: &str) {
    window.go("/").await;
    window.arrive("/login").await;
    if lang == "zh" {
        window.press("button[name=lang][value=zh]").await;
        window.read("简体中文", false).await;
    }
    window.read(words(lang, "Sign in to Mortise", "登录 Mortise"), false).await;
    window.look().await;
    let once = shop.server.password().unwrap();
    window.fill("login", "admin").await;
    window.fill("password", once).await;
    window.submit("/first-password").await;
    window.look().await;
    // Nothing else is open before it is changed.
    window.go("/projects/new").await;
    window.arrive("/first-password").await;
    window.fill("old_password", once).await;
    window.fill("new_password", PASSWORD).await;
    window.fill("again", PASSWORD).await;
    window.submit("/").await;
    window.look().await;
}

async fn project_and_depot(window: &Window, lang: &str, width: u32) {
    window.press("main a[href='/projects/new']").await;
    window.arrive("/projects/new").await;
    window.look().await;
    window.fill("name", "web").await;
    window.fill("display_name", words(lang, "The web site", "网站")).await;
    window.submit("/p/web").await;
    window.look().await;
    to_section(window, width, "c", "/p/web/depots").await;
    window.look().await;
    window.press("main a[href='/p/web/depots/new']").await;
    window.arrive("/p/web/depots/new").await;
    window.look().await;
    window.fill("name", "site").await;
    window.submit("/p/web/d/site").await;
    window.look().await;
}

/// Opens a section of the project by the rail, which a telephone hides.
async fn to_section(window: &Window, width: u32, key: &str, path: &str) {
    if width < 700 {
        window.press("button.burger").await;
    }
    window.press(&format!("#rail a[data-go={key}]")).await;
    window.arrive(path).await;
}

async fn push_and_read(shop: &Shop, window: &Window, lang: &str) {
    // The page says where to push to.
    let text = window.text().await;
    let address = text.split_whitespace().find(|word| word.ends_with("/mortise/web/site.git"));
    let address = address.unwrap_or_else(|| panic!("no address on\n{text}"));
    let password = PASSWORD.replace(' ', "%20");
    let remote = address.replace("://", &format!("://admin:{password}@"));
    let clone = Clone::empty(shop.scratch().join("site"));
    clone.commit("Ada Lovelace", &[("README.md", README), ("src/run.py", CODE)]);
    clone.git(&["push", "--quiet", &remote, "main"]);

    window.go("/p/web/d/site").await;
    window.read("A small depot.", true).await;
    window.look().await;
    window.press("main a[href='/p/web/d/site/tree/main/src']").await;
    window.arrive("/p/web/d/site/tree/main/src").await;
    window.look().await;
    window.press("main a[href='/p/web/d/site/blob/main/src/run.py']").await;
    window.arrive("/p/web/d/site/blob/main/src/run.py").await;
    window.read("<b>not bold</b>", false).await;
    window.look().await;
    window.go("/p/web/d/site/commits/main").await;
    window.read("Ada Lovelace", false).await;
    window.look().await;
    window.press("main a[href*='/commit/']").await;
    window.read(words(lang, "README.md", "README.md"), false).await;
    window.look().await;
}

async fn scan_and_findings(window: &Window, lang: &str, width: u32) {
    to_section(window, width, "a", "/p/web/analysis").await;
    window.read("default", true).await;
    window.look().await;
    window.press("main a[data-row]").await;
    let plan = "/p/web/analysis/1";
    window.arrive(plan).await;
    // While the scan is under way the page follows it by itself.
    let done = words(lang, "The first scan found 1 finding.", "首次扫描发现 1 个问题");
    window.read(done, false).await;
    window.look().await;
    let scan = format!("{plan}/scans/1");
    window.press(&format!("main a[href='{scan}']")).await;
    window.arrive(&scan).await;
    window.read("src/run.py:3", false).await;
    window.look().await;
    for tab in ["functions", "duplicates", "code"] {
        window.go(&format!("{scan}?tab={tab}")).await;
        window.look().await;
    }

    window.go(&scan).await;
    window.press("main article a.title").await;
    let finding = format!("{plan}/findings/1");
    window.arrive(&finding).await;
    window
        .read(words(lang, "runs whatever its argument says", "会执行其参数中的任意代码"), false)
        .await;
    window.look().await;
    window.press("details.fold summary").await;
    window.press("label:has(input[name=reason][value=false_positive])").await;
    window.fill("note", "<i>Only</i> digits come here.").await;
    window.press(&format!("form[action='{finding}/ignore'] button[type=submit]")).await;
    window.read("<i>Only</i> digits come here.", false).await;
    window.read(words(lang, "The rule is wrong here", "误报"), false).await;
    window.look().await;
    window.go(&scan).await;
    window.read(words(lang, "No open findings", "没有未处理的问题"), false).await;
    window.look().await;
    window.go(&format!("{scan}?state=ignored")).await;
    window.read("src/run.py:3", false).await;
    window.look().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_made_without_a_mouse() {
    let Some(stage) = Stage::set(1440).await else { return };
    stage.shop.add("ada").project("web", "site").await;
    let window = &stage.window;
    window.go("/login").await;
    // The first field has the focus.
    window.type_in("ada").await;
    window.tab_to("[name=password]").await;
    window.type_in(format!("{PASSWORD}{}", Key::Enter.value())).await;
    window.arrive("/").await;
    window.tab_to("a.skip").await;
    window.type_in(Key::Enter).await;
    assert_eq!(window.ask("return document.activeElement.id").await, "main");
    window.type_in("/").await;
    assert_eq!(window.ask("return document.activeElement.id").await, "find");
    window.type_in(format!("web{}", Key::Enter.value())).await;
    window.arrive("/-/search").await;
    window.look().await;
    window.tab_to("main a[href='/p/web']").await;
    window.type_in(Key::Enter).await;
    window.arrive("/p/web").await;
    window.type_in("gc").await;
    window.arrive("/p/web/depots").await;
    // A list by its rows.
    window.type_in("jo").await;
    window.arrive("/p/web/d/site").await;
    window.type_in("gh").await;
    window.arrive("/").await;
    window.tab_to("main a[href='/projects/new']").await;
    window.type_in(Key::Enter).await;
    window.arrive("/projects/new").await;
    window.type_in("keys").await;
    window.tab_to("main button[type=submit]").await;
    window.type_in(Key::Enter).await;
    window.arrive("/p/keys").await;
    window.type_in("?").await;
    assert_eq!(window.ask("return document.getElementById('help').open").await, true);
    window.type_in(Key::Escape).await;
    assert_eq!(window.ask("return document.getElementById('help').open").await, false);
    window.look().await;
    stage.window.close().await;
}

/// The inspection that every page passes finds what is wrong with this one.
#[tokio::test(flavor = "multi_thread")]
async fn a_bad_page_does_not_pass() {
    let Some(driver) = Driver::start() else { return };
    let profile = tempfile::tempdir().unwrap();
    let bad = "data:text/html,<meta http-equiv=Content-Security-Policy content=\"img-src 'none'\">\
        <h1>A</h1><h3>B</h3><img src=http://127.0.0.1:9/x.png><svg></svg><input name=a>\
        <a href=/x></a><p style=width:2000px>wide</p><i id=z></i><i id=z></i>";
    let window = Window::new(driver.open(profile.path(), 360).await, bad);
    window.go("").await;
    window.look().await;
    let faults = window.leave().await;
    for fault in [
        "pixels wide in a window of 360",
        "no language is given",
        "no title",
        "0 main parts",
        "no alternative text",
        "a picture without role or name",
        "no label",
        "no words",
        "h3 after h1",
        "twice the id z",
        "Content Security Policy",
    ] {
        assert!(faults.iter().any(|found| found.contains(fault)), "{fault}: {faults:#?}");
    }
}

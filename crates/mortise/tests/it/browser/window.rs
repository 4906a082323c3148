//! What somebody does in a browser, and what is looked at on every page.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;
use thirtyfour::{By, Key, TypingData, WebDriver, WebElement};

use crate::shop::PASSWORD;

/// How long a page may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// What is asked of every page; lists what is wrong with the one that is shown.
const INSPECTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/browser/inspect.js");

/// A window on one installation.
pub(super) struct Window {
    driver: WebDriver,
    base: String,
    inspection: String,
    /// What was wrong with the pages looked at so far.
    faults: Mutex<Vec<String>>,
}

impl Window {
    pub(super) fn new(driver: WebDriver, base: &str) -> Self {
        let inspection = std::fs::read_to_string(INSPECTION).unwrap();
        Self { driver, base: base.to_owned(), inspection, faults: Mutex::default() }
    }

    /// Closes the window; nothing may have been wrong with any page.
    pub(super) async fn close(self) {
        let faults = self.leave().await;
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    /// Closes the window; what was wrong with the pages looked at.
    pub(super) async fn leave(self) -> Vec<String> {
        self.driver.quit().await.unwrap();
        self.faults.into_inner().unwrap()
    }

    pub(super) async fn go(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.base)).await.unwrap();
    }

    /// Signs in somebody who has the password of all.
    pub(super) async fn sign_in(&self, name: &str, lang: &str) {
        self.go("/login").await;
        if lang == "zh" {
            self.press("button[name=lang][value=zh]").await;
            self.read("简体中文", false).await;
        }
        self.fill("login", name).await;
        self.fill("password", PASSWORD).await;
        self.submit("/").await;
    }

    /// The path of the page that is shown.
    pub(super) async fn path(&self) -> String {
        self.driver.current_url().await.unwrap().path().to_owned()
    }

    /// Waits until the page of that path is shown.
    pub(super) async fn arrive(&self, path: &str) {
        let begun = Instant::now();
        while self.path().await != path {
            let late = begun.elapsed() > PATIENCE;
            assert!(!late, "not {path} but {}:\n{}", self.path().await, self.text().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The first element that is shown and fits, waited for.
    pub(super) async fn find(&self, css: &str) -> WebElement {
        let begun = Instant::now();
        loop {
            for element in self.driver.find_all(By::Css(css)).await.unwrap_or_default() {
                if element.is_displayed().await.unwrap_or_default() {
                    return element;
                }
            }
            let late = begun.elapsed() > PATIENCE;
            assert!(!late, "there is no {css} on {}:\n{}", self.path().await, self.text().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(super) async fn press(&self, css: &str) {
        self.find(css).await.click().await.unwrap();
    }

    /// Fills a field of a form.
    pub(super) async fn fill(&self, name: &str, text: &str) {
        let field = self.find(&format!("main [name=\"{name}\"]")).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Chooses a file in a field of a form.
    pub(super) async fn choose(&self, name: &str, path: &Path) {
        let field = self.find(&format!("main input[type=file][name=\"{name}\"]")).await;
        field.send_keys(path.to_str().unwrap()).await.unwrap();
    }

    /// Sends the form of the page and waits for where it leads.
    pub(super) async fn submit(&self, to: &str) {
        self.press("main form button.primary[type=submit]").await;
        self.arrive(to).await;
    }

    /// Everything that can be read on the page.
    pub(super) async fn text(&self) -> String {
        let text = self.ask("return document.body.innerText").await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until something can be read on the page; asks anew on the way
    /// where the page does not change by itself.
    pub(super) async fn read(&self, words: &str, anew: bool) {
        let begun = Instant::now();
        loop {
            let text = self.text().await;
            if text.contains(words) {
                return;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{words:?} is not on {}:\n{text}",
                self.path().await
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
            if anew {
                self.driver.refresh().await.unwrap();
            }
        }
    }

    pub(super) async fn ask(&self, script: &str) -> Value {
        self.driver.execute(script, vec![]).await.unwrap().json().clone()
    }

    /// Sends keys to whatever has the focus.
    pub(super) async fn type_in(&self, keys: impl Into<TypingData>) {
        self.driver.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// Goes on with the Tab key until the focus is where `css` says; the focus
    /// can be seen all the way.
    pub(super) async fn tab_to(&self, css: &str) {
        for _ in 0..60 {
            self.type_in(Key::Tab).await;
            let script = format!(
                "const here = document.activeElement, style = getComputedStyle(here); \
                 return [here.matches({css:?}), here.matches(':focus-visible') && \
                 (style.outlineStyle !== 'none' || style.boxShadow !== 'none'), here.outerHTML.slice(0, 200)]"
            );
            let here = self.ask(&script).await;
            assert_eq!(here[1], true, "the focus cannot be seen on {}", here[2]);
            if here[0] == true {
                return;
            }
        }
        panic!("Tab does not lead to {css} on {}:\n{}", self.path().await, self.text().await);
    }

    /// Passes over what the browser has noted about an answer of that status,
    /// which was meant.
    pub(super) async fn forgive(&self, status: &str) {
        for entry in self.driver.browser_log().await.unwrap() {
            let meant = entry.message.contains(&format!("status of {status}"));
            if !meant && matches!(entry.level.as_str(), "SEVERE" | "WARNING") {
                self.faults.lock().unwrap().push(format!("{}: {}", entry.level, entry.message));
            }
        }
    }

    /// Looks at the page as somebody who checks pages does: it fits into the
    /// window, everything has a name, and the browser had nothing to complain
    /// about since the last look.
    pub(super) async fn look(&self) {
        let url = self.driver.current_url().await.unwrap();
        let found = self.ask(&self.inspection).await;
        let found = found.as_array().unwrap_or_else(|| panic!("{found}"));
        let mut faults: Vec<String> = found.iter().map(|fault| format!("{url}: {fault}")).collect();
        for entry in self.driver.browser_log().await.unwrap() {
            if matches!(entry.level.as_str(), "SEVERE" | "WARNING") {
                faults.push(format!("{url}: {}: {}", entry.level, entry.message));
            }
        }
        self.faults.lock().unwrap().extend(faults);
    }
}

//! The pages as a browser without scripts gets them, read as people read them.

use reqwest::{Client, StatusCode};

/// A browser with a cookie.
pub(crate) struct Browser {
    client: Client,
    base: String,
}

impl Browser {
    /// Signs in by the form.
    pub(crate) async fn signed_in(base: &str, name: &str, password: &str) -> Self {
        let client = Client::builder().cookie_store(true).build().unwrap();
        let browser = Self { client, base: base.to_owned() };
        let form = [("login", name), ("password", password), ("next", "/")];
        let (status, page) = browser.send("/login", &form).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(!page.contains("name=\"login\""), "nobody was signed in:\n{}", text_of(&page));
        browser
    }

    /// A page that has to be there.
    pub(crate) async fn get(&self, target: &str) -> String {
        let (status, page) = self.ask(target).await;
        assert_eq!(status, StatusCode::OK, "{target}:\n{}", text_of(&page));
        page
    }

    /// A page and its status, whatever it is.
    pub(crate) async fn ask(&self, target: &str) -> (StatusCode, String) {
        let request = self.client.get(format!("{}{target}", self.base));
        let response = request.header("Accept-Language", "en").send().await.unwrap();
        (response.status(), response.text().await.unwrap())
    }

    /// Sends a form; the page to which it leads.
    pub(crate) async fn send(&self, target: &str, form: &[(&str, &str)]) -> (StatusCode, String) {
        let request = self.client.post(format!("{}{target}", self.base)).form(form);
        let response = request.header("Accept-Language", "en").send().await.unwrap();
        (response.status(), response.text().await.unwrap())
    }
}

/// What a page says, without its marks, blanks drawn together.
pub(crate) fn text_of(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        let said = part.split_once('>').map_or(part, |(_, said)| said);
        text.push_str(said);
        text.push(' ');
    }
    let text = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&quot;", "\"").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The cells of the table with that caption, row by row, without its head.
pub(crate) fn cells(html: &str, caption: &str) -> Vec<Vec<String>> {
    let table = html
        .split_once(&format!("aria-label=\"{caption}\""))
        .and_then(|(_, rest)| rest.split_once("<tbody"))
        .and_then(|(_, rest)| rest.split_once("</tbody>"))
        .map(|(table, _)| table)
        .unwrap_or_else(|| panic!("there is no table {caption} in\n{}", text_of(html)));
    let rows = table.split("<tr").skip(1);
    rows.map(|row| row.split("<td").skip(1).map(|cell| text_of(&format!("<td{cell}"))).collect())
        .collect()
}

/// The number that stands right before the words, such as `12` in `12 lines`.
pub(crate) fn number_before(text: &str, words: &str) -> i64 {
    let found = text.match_indices(words).find_map(|(at, _)| {
        let before = text[..at].trim_end();
        let begin = before.rfind(|c: char| !c.is_ascii_digit() && c != ',').map_or(0, |at| at + 1);
        before[begin..].replace(',', "").parse().ok()
    });
    found.unwrap_or_else(|| panic!("there is no number before {words:?} in\n{text}"))
}

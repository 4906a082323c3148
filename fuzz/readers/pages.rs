//! What pages make of texts: Markdown and colours.

use crate::components::{Language, Links, highlight, markdown};

const FORBIDDEN: [&str; 9] =
    ["script", "style", "form", "iframe", "object", "embed", "base", "meta", "link"];

/// A text as Markdown: nothing comes out that runs, or that leads to what runs.
pub fn prose(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let links = Links { pages: "/t/p/d/tree/main/".to_owned(), raw: "/t/p/d/raw/main/".to_owned() };
    for links in [Links::default(), links] {
        let page = markdown(&text, &links).into_string();
        let mut rest = page.as_str();
        while let Some(start) = rest.find('<') {
            rest = tag(&rest[start + 1..]);
        }
    }
}

/// Looks at a tag, and says what stands behind it.
fn tag(text: &str) -> &str {
    let end = text.find(['>', ' ', '\n']).unwrap_or(text.len());
    let name = text[..end].trim_matches('/').to_ascii_lowercase();
    assert!(!FORBIDDEN.contains(&name.as_str()), "<{name}> comes out");
    let mut rest = &text[end..];
    // What writes pages puts all values into quotes.
    while let Some(open) = rest.find(['>', '"']).filter(|at| rest[*at..].starts_with('"')) {
        let attribute = rest[..open].trim_end_matches('=').trim().to_ascii_lowercase();
        let value = &rest[open + 1..];
        let close = value.find('"').unwrap_or(value.len());
        let leads = value[..close].trim_start().to_ascii_lowercase();
        assert!(!attribute.starts_with("on") && attribute != "style", "{attribute} comes out");
        assert!(
            !["javascript:", "vbscript:", "data:"].iter().any(|scheme| leads.starts_with(scheme))
                || !["href", "src"].contains(&attribute.as_str()),
            "{attribute} leads to {leads}"
        );
        assert!(attribute != "id" || leads.starts_with("md-"), "an id of ours: {leads}");
        rest = value.get(close + 1..).unwrap_or_default();
    }
    rest
}

/// A text in colours behind a word that names its language: nothing is lost,
/// and nothing but spans comes in.
pub fn colours(bytes: &[u8]) {
    let (name, text) = crate::split(bytes);
    let lines = highlight(Language::of_name(&name), &text);
    assert_eq!(lines.len(), text.lines().count());
    for (line, written) in lines.iter().zip(text.lines()) {
        let mut plain = String::new();
        let mut parts = line.split('<');
        plain.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (tag, behind) = part.split_once('>').expect("tags have an end");
            assert!(tag.starts_with("span class=\"") || tag == "/span", "{line}");
            plain.push_str(behind);
        }
        assert_eq!(line.matches("<span").count(), line.matches("</span>").count(), "{line}");
        let signs =
            [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        let plain = signs.iter().fold(plain, |text, (code, sign)| text.replace(code, sign));
        assert_eq!(plain, written, "a line is another in colours");
    }
}

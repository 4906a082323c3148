use std::{borrow::Cow, collections::HashMap, fmt};

use ammonia::{Builder, UrlRelative};
use comrak::{
    Options, adapters::SyntaxHighlighterAdapter, markdown_to_html_with_plugins, options::Plugins,
};
use maud::{Markup, PreEscaped, html};

use super::{Language, highlight};

/// More than this is not drawn; nobody reads it and the parser's memory grows
/// with it.
const LONGEST: usize = 512 * 1024;

/// Where the relative addresses of a text lead.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// The folder of the text among the pages, with a slash at its end.
    pub pages: String,
    /// The same folder among the raw files, for pictures.
    pub raw: String,
}

/// Markdown as safe HTML: whatever a text contains, no script, style, form
/// or frame comes out, and every id starts with `md-`.
#[must_use]
pub fn markdown(text: &str, links: &Links) -> Markup {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.strikethrough = true;
    extension.table = true;
    extension.autolink = true;
    extension.tasklist = true;
    extension.footnotes = true;
    extension.alerts = true;
    extension.cjk_friendly_emphasis = true;
    extension.header_id_prefix = Some(String::new());
    // Raw HTML passes here because the sanitiser below is the one judge.
    options.render.r#unsafe = true;
    options.render.gfm_quirks = true;
    let painter = Painter;
    let mut plugins = Plugins::default();
    plugins.render.codefence_syntax_highlighter = Some(&painter);
    let dirty = markdown_to_html_with_plugins(&text[..end], &options, &plugins);
    html! { div.prose { (PreEscaped(clean(&dirty, links))) } }
}

fn clean(dirty: &str, links: &Links) -> String {
    let (pages, raw) = (links.pages.clone(), links.raw.clone());
    let no_folder = pages.is_empty();
    let mut builder = Builder::default();
    builder
        .add_tags(["input", "section"])
        .add_tag_attributes("input", ["type", "checked", "disabled"])
        .add_tag_attributes("a", ["id"])
        .add_tag_attributes("li", ["id"])
        .add_tag_attributes("details", ["open"])
        .add_tag_attributes("p", ["align"])
        .add_tag_attributes("div", ["align"])
        .add_tag_attributes("h1", ["align", "id"])
        .add_tag_attribute_values("input", "type", ["checkbox"])
        .add_allowed_classes("span", ["k", "s", "c", "n", "t", "f"])
        .add_allowed_classes("a", ["anchor", "footnote-ref", "footnote-backref"])
        .add_allowed_classes("section", ["footnotes"])
        .add_allowed_classes("p", ["markdown-alert-title"])
        .add_allowed_classes(
            "div",
            [
                "markdown-alert",
                "markdown-alert-note",
                "markdown-alert-tip",
                "markdown-alert-important",
                "markdown-alert-warning",
                "markdown-alert-caution",
            ],
        )
        .id_prefix(Some("md-"))
        .link_rel(Some("nofollow noopener noreferrer"))
        .set_tag_attribute_value("input", "disabled", "")
        .set_tag_attribute_value("input", "aria-label", "task")
        // What scrolls sideways is reached by the keyboard.
        .set_tag_attribute_value("pre", "tabindex", "0")
        .set_tag_attribute_value("table", "tabindex", "0")
        .attribute_filter(move |element, attribute, value| match (element, attribute) {
            ("a", "href") => match value.strip_prefix('#') {
                Some(id) => Some(Cow::Owned(format!("#md-{id}"))),
                None => Some(resolve(&pages, value)),
            },
            ("img", "src") => Some(resolve(&raw, value)),
            _ => Some(Cow::Borrowed(value)),
        })
        .url_relative(if no_folder { UrlRelative::Deny } else { UrlRelative::PassThrough });
    for heading in ["h2", "h3", "h4", "h5", "h6"] {
        builder.add_tag_attributes(heading, ["align", "id"]);
    }
    builder.clean(dirty).to_string()
}

/// An address relative to `folder`, unless it already says where it leads.
fn resolve<'a>(folder: &str, address: &'a str) -> Cow<'a, str> {
    let absolute = address.starts_with("//")
        || address.split(['/', '?', '#']).next().is_some_and(|head| head.contains(':'));
    if absolute || folder.is_empty() {
        return Cow::Borrowed(address);
    }
    let from = if address.starts_with('/') { root(folder) } else { folder };
    Cow::Owned(format!("{from}{}", address.trim_start_matches('/').trim_start_matches("./")))
}

/// The root of the tree that a folder's address, `/p/a/d/b/blob/main/docs/`,
/// is in: a link that begins with a slash starts there.
fn root(folder: &str) -> &str {
    folder.match_indices('/').nth(6).map_or(folder, |(at, _)| &folder[..=at])
}

struct Painter;

impl SyntaxHighlighterAdapter for Painter {
    fn write_highlighted(
        &self,
        output: &mut dyn fmt::Write,
        lang: Option<&str>,
        code: &str,
    ) -> fmt::Result {
        let language =
            lang.and_then(|l| Language::of_name(l.split([',', ' ']).next().unwrap_or(l)));
        for line in highlight(language, code) {
            output.write_str(&line)?;
            output.write_str("\n")?;
        }
        Ok(())
    }

    fn write_pre_tag(
        &self,
        output: &mut dyn fmt::Write,
        _: HashMap<&'static str, Cow<'_, str>>,
    ) -> fmt::Result {
        output.write_str("<pre>")
    }

    fn write_code_tag(
        &self,
        output: &mut dyn fmt::Write,
        _: HashMap<&'static str, Cow<'_, str>>,
    ) -> fmt::Result {
        output.write_str("<code>")
    }
}

#[cfg(test)]
mod tests {
    use super::{Links, markdown};

    fn draw(text: &str) -> String {
        let links = Links {
            pages: "/p/a/d/b/blob/main/docs/".into(),
            raw: "/p/a/d/b/raw/main/docs/".into(),
        };
        markdown(text, &links).into_string()
    }

    #[test]
    fn draws_what_a_readme_has() {
        insta::assert_snapshot!(draw(
            "# Title\n\nSee [guide](guide.md#top), ![p](p.png), [here](#title).\n\n- [x] done\n\n```rust\nfn f() {}\n```\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n"
        ));
    }

    #[test]
    fn links_start_at_the_folder_or_at_the_root() {
        let drawn = draw("[a](../x.md) [b](/src/y.rs) [c](./z.md) ![d](/p.png)");
        for address in [
            "href=\"/p/a/d/b/blob/main/docs/../x.md\"",
            "href=\"/p/a/d/b/blob/main/src/y.rs\"",
            "href=\"/p/a/d/b/blob/main/docs/z.md\"",
            "src=\"/p/a/d/b/raw/main/p.png\"",
        ] {
            assert!(drawn.contains(address), "{address}: {drawn}");
        }
    }

    #[test]
    fn nothing_runs() {
        for attack in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "<a href=\"java\nscript:alert(1)\">x</a>",
            "<iframe src=//evil></iframe>",
            "<style>*{display:none}</style>",
            "<form action=/logout><button>x</button></form>",
            "<p style='position:fixed'>x</p>",
            "<svg><script>1</script></svg>",
            "![x](data:text/html,<script>)",
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        ] {
            let drawn = draw(attack).to_lowercase();
            for bad in [
                "<script",
                " onerror",
                "href=\"java",
                "<iframe",
                "<style",
                "<form",
                "<button",
                " style=",
                "src=\"data",
            ] {
                assert!(!drawn.contains(bad), "{attack} -> {drawn}");
            }
        }
    }

    #[test]
    fn ids_cannot_take_the_place_of_ours() {
        assert!(draw("<a id=\"main\">x</a>").contains("id=\"md-main\""));
    }
}

use git::{Repository, TreeEntry};
use maud::{Markup, html};

use super::frame::At;
use crate::{
    components::{Icon, Links, card_flush, highlight, icon, markdown},
    i18n::Lang,
    request::{Visit, blocking},
};

/// More of a README than this is not read.
const LONGEST: u64 = 512 * 1024;

/// The file that explains a folder: in the reader's language where there is
/// one, Markdown before plain text.
fn choose(entries: &[TreeEntry], lang: Lang) -> Option<&TreeEntry> {
    let rank = |entry: &TreeEntry| -> Option<u8> {
        let name = entry.name.to_lowercase();
        let rest = name.strip_prefix("readme")?;
        if !entry.mode.is_file() {
            return None;
        }
        let chinese = rest.contains("zh") || rest.contains("cn");
        let markdown = is_markdown(&name);
        Some(match (chinese, lang, rest.trim_start_matches(['.', '-', '_'])) {
            (true, Lang::Zh, _) if markdown => 0,
            (false, _, "md" | "markdown") => 1,
            (false, _, "" | "txt" | "rst" | "adoc" | "org") => 2,
            (false, _, _) if markdown => 3,
            _ => return None,
        })
    };
    entries
        .iter()
        .filter_map(|entry| Some((rank(entry)?, entry)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, entry)| entry)
}

/// Whether a name says that the file is Markdown.
pub(super) fn is_markdown(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.eq_ignore_ascii_case("md") || ending.eq_ignore_ascii_case("markdown")
}

/// The README of a folder, drawn.
pub(super) async fn readme(
    visit: &Visit,
    at: &At<base::Read>,
    repository: &Repository,
    rev: &str,
    folder: &str,
    entries: &[TreeEntry],
) -> Markup {
    let Some(entry) = choose(entries, visit.ui.t.lang) else { return Markup::default() };
    let (repository, oid) = (repository.clone(), entry.oid);
    let Ok(blob) = blocking(move || repository.blob(oid, LONGEST)).await else {
        return Markup::default();
    };
    if blob.is_binary() {
        return Markup::default();
    }
    let text = String::from_utf8_lossy(&blob.data);
    let slash = |address: String| if address.ends_with('/') { address } else { address + "/" };
    let links =
        Links { pages: slash(at.to("blob", rev, folder)), raw: slash(at.to("raw", rev, folder)) };
    let body = if is_markdown(&entry.name) {
        markdown(&text, &links)
    } else {
        html! { pre.plain { (maud::PreEscaped(highlight(None, &text).join("\n"))) } }
    };
    let acts = html! { a.button.quiet.small.icon-only href=(at.to("blob", rev, &entry.path)) aria-label=(entry.name) title=(entry.name) { (icon(Icon::File)) } };
    card_flush(&entry.name, Some(&acts), &html! { div.body { (body) } })
}

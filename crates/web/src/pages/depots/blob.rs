use std::time::Duration;

use axum::extract::Path;
use base::Read;
use maud::{Markup, html};

use super::{
    frame::{At, Here, at, branch_menu, path_crumbs, resolve},
    readme::is_markdown,
    tree::{commit_line, size},
};
use crate::{
    components::{Button, Icon, Language, Links, Source, code, highlight, icon, markdown, pager},
    i18n::group,
    request::{Answer, Asked, Place, Visit, blocking, patient},
};

/// The largest file that is shown, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;
/// A page waits no longer than this for who changed the file last.
const PATIENCE: Duration = Duration::from_millis(1_200);
/// Lines on one page.
const LINES: usize = 10_000;

pub(super) async fn show(
    visit: Visit,
    Path((project, depot, rev, path)): Path<(String, String, String, String)>,
    asked: Asked,
) -> Answer {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let at = at::<Read>(&visit, &project, &depot).await?;
    let repository = at.open(&visit)?;
    let commit = resolve(&repository, &rev).await?;
    let (history, touched, wanted) = (repository.clone(), path.clone(), path.clone());
    let (branches, entry, file) = blocking(move || {
        let entry = repository.entry(commit, &wanted)?;
        let file = match entry.size {
            Some(bytes) if bytes > LARGEST => None,
            _ => Some(repository.file(commit, &wanted, LARGEST)?),
        };
        Ok((repository.branches()?, entry, file))
    })
    .await?;
    let newest =
        patient(PATIENCE, move |cancel| history.path_log(commit, &touched, 0, 1, cancel)).await?;
    let newest = newest.and_then(|commits| commits.into_iter().next());
    let raw = at.to("raw", &rev, &path);
    let content = match &file {
        None => html! { p.said { (t.code_too_large_file()) " " a href=(raw) { (t.code_raw()) } } },
        Some(blob) if picture(&path).is_some() => {
            html! { div.picture { img src=(raw) alt=(entry.name); } span.sr { (size(blob.data.len() as u64)) } }
        }
        Some(blob) if blob.is_binary() => {
            html! { p.said { (t.code_binary()) " " a href=(raw) { (t.code_raw()) } } }
        }
        Some(blob) => text(&visit, &at, &rev, &path, &String::from_utf8_lossy(&blob.data), &asked),
    };
    let as_text = is_markdown(&path) && asked.one("plain").is_empty();
    let lines = file
        .as_ref()
        .filter(|blob| !blob.is_binary())
        .map(|blob| blob.data.iter().filter(|b| **b == b'\n').count());
    let body = html! {
        div.line.apart {
            div.line { (branch_menu(&visit, &at, "blob", &rev, &path, &branches)) (path_crumbs(&visit, &at, &rev, &path)) }
            div.line {
                @if is_markdown(&path) {
                    @if as_text { (Button::link(t.code_source(), "?plain=1").icon(Icon::Code)) } @else { (Button::link(t.code_drawn(), "?").icon(Icon::Book)) }
                }
                (Button::link(t.depot_history(), &format!("{}?path={}", at.to("commits", &rev, ""), crate::request::segment(&path))).icon(Icon::History))
                (Button::link(t.code_blame(), &at.to("blame", &rev, &path)).icon(Icon::User))
                (Button::link(t.code_raw(), &raw).icon(Icon::File))
            }
        }
        div.card {
            @if let Some(newest) = &newest { header.quiet { (commit_line(ui, &at, newest)) } }
            header.quiet.thin {
                span.muted.small { @if let Some(lines) = lines { (t.code_lines(lines)) " · " } (size(entry.size.unwrap_or(0))) }
                div.acts { @if !as_text { (copy_whole(&visit)) } }
            }
            (content)
        }
    };
    at.show(
        &visit,
        Here::Code,
        &rev,
        Place { title: &path, wide: true, pictures: as_text, ..Place::default() },
        Markup::default(),
        &body,
    )
    .await
}

fn copy_whole(visit: &Visit) -> Markup {
    let t = visit.ui.t;
    html! {
        button.button.quiet.small type="button" data-do="copy-lines" data-done=(t.action_copied()) { (icon(Icon::Copy)) (t.action_copy()) }
    }
}

fn text(visit: &Visit, at: &At<Read>, rev: &str, path: &str, text: &str, asked: &Asked) -> Markup {
    let t = visit.ui.t;
    if is_markdown(path) && asked.one("plain").is_empty() {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let slash = |address: String| if address.ends_with('/') { address } else { address + "/" };
        let links = Links {
            pages: slash(at.to("blob", rev, folder)),
            raw: slash(at.to("raw", rev, folder)),
        };
        return html! { div.body { (markdown(text, &links)) } };
    }
    let lines = highlight(Language::of_path(path), text);
    let pages = lines.len().div_ceil(LINES).max(1);
    let here = asked.one("page").parse().unwrap_or(1_usize).clamp(1, pages);
    let from = (here - 1) * LINES;
    let shown = &lines[from.min(lines.len())..lines.len().min(from + LINES)];
    let source = Source {
        lines: shown,
        first: u32::try_from(from + 1).unwrap_or(1),
        address: "",
        marked: None,
        notes: &[],
        label: path,
    };
    let page = |n: usize| format!("?page={n}");
    html! {
        (code(&source))
        @if pages > 1 {
            div.body { (pager(&visit.ui, (here > 1).then(|| page(here - 1)).as_deref(), &t.list_range(from + 1, from + shown.len(), lines.len()), (here < pages).then(|| page(here + 1)).as_deref())) }
        }
        @if shown.is_empty() { p.said { (t.code_nothing()) " " (group(0)) } }
    }
}

/// The type of a picture that browsers show, by the name of the file.
pub(super) fn picture(path: &str) -> Option<&'static str> {
    let ending = path.rsplit_once('.')?.1.to_ascii_lowercase();
    Some(match ending.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "ico" => "image/x-icon",
        _ => return None,
    })
}

//! A file: its text, or what it is where it is no text.

mod lfs;
mod other;
mod text;

use std::time::Duration;

use axum::extract::Path;
use base::Read;
use git::{Blob, Commit, Mode};
use maud::{Markup, Render, html};

use super::{
    frame::{At, Here, at, path_crumbs, rev_menu},
    last::last_commit,
    missing::{Found, Located, located},
    readme::is_markdown,
    tree::{commit_line, size},
};
use crate::{
    components::{Button, Field, Icon, Links, Weight, dialog, icon, markdown, menu},
    request::{Answer, Asked, Fault, Place, Visit, blocking, segment},
    response,
};

pub(super) use lfs::Pointer;
pub(super) use other::picture;
pub(super) use text::{Window, decoded, shown};

/// The largest file that is shown, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;
/// A page waits no longer than this for who changed the file last.
const SOON: Duration = Duration::from_millis(150);
/// What asks for nothing else waits longer.
const LATER: Duration = Duration::from_secs(15);

/// A file at a revision.
struct File<'a> {
    visit: &'a Visit,
    at: &'a At<Read>,
    rev: &'a str,
    path: &'a str,
    asked: &'a Asked,
    found: &'a Found,
    /// What it stands for, where it is a pointer of Git LFS.
    pointer: Option<Pointer>,
}

impl File<'_> {
    fn to(&self, what: &str) -> String {
        self.at.to(what, self.rev, self.path)
    }
}

pub(super) async fn show(
    visit: Visit,
    Path((project, depot, rev, path)): Path<(String, String, String, String)>,
    asked: Asked,
) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let repository = at.open(&visit)?;
    let path = path.trim_matches('/');
    let found = match located(&visit, &at, &repository, &rev, path).await? {
        Located::Found(found) => found,
        Located::Answered(page) => return Ok(page),
    };
    if found.entry.mode == Mode::Submodule {
        return super::submodules::page(&visit, &at, &repository, (&rev, path), &found).await;
    }
    if !found.entry.mode.is_blob() {
        return Ok(response::see_other(&at.to("tree", &rev, path)));
    }
    let mut file = File {
        visit: &visit,
        at: &at,
        rev: &rev,
        path,
        asked: &asked,
        found: &found,
        pointer: None,
    };
    let env = &visit.call.env;
    let newest = |patience| last_commit(env, &repository, found.commit, path, patience);
    if visit.part {
        let newest = newest(LATER).await;
        return Ok(response::page(http::StatusCode::OK, file.newest(newest.as_ref(), true)));
    }
    let whole = async {
        match found.entry.size {
            Some(bytes) if bytes > LARGEST => Ok(None),
            _ => {
                let (oid, reader) = (found.entry.oid, repository.clone());
                blocking(move || reader.blob(oid, LARGEST)).await.map(Some)
            }
        }
    };
    let (newest, whole) = tokio::join!(newest(SOON), whole);
    let whole = whole?;
    if let Some(blob) = &whole {
        file.pointer = Pointer::find(&visit, &at, &blob.data).await?;
    }
    let content = match file.content(whole.as_ref()) {
        Ok(content) => content,
        Err(address) => return Ok(response::see_other(&address)),
    };
    let drawn = file.is_drawn();
    let writes = at.may_commit(&visit, &repository, &rev).await?;
    let body = html! {
        div.line.apart {
            div.line { (rev_menu(&visit, &at, &repository, "blob", &rev, path).await?) (path_crumbs(&visit, &at, &rev, path)) }
            div.line { (file.tools(whole.as_ref(), writes)) }
        }
        div.card {
            (file.newest(newest.as_ref(), false))
            (content)
        }
        (file.jump())
    };
    let place = Place { title: path, wide: true, pictures: drawn, ..Place::default() };
    at.show(&visit, Here::Code, &rev, place, Markup::default(), &body).await
}

impl File<'_> {
    /// Whether Markdown is drawn instead of shown as it is.
    fn is_drawn(&self) -> bool {
        is_markdown(self.path)
            && self.asked.one("plain").is_empty()
            && self.found.entry.mode.is_file()
    }

    /// The commit that touched the file last; asked for later where it takes long.
    fn newest(&self, newest: Option<&Commit>, settled: bool) -> Markup {
        let live = (newest.is_none() && !settled).then(|| self.to("blob"));
        html! {
            div.newest data-part data-live=[live] data-soon {
                @if let Some(newest) = newest { header.quiet { (commit_line(&self.visit.ui, self.at, newest)) } }
                @else { header.quiet { span.muted { "\u{a0}" } } }
            }
        }
    }

    /// What is shown of the file, or the address that shows the line asked for.
    fn content(&self, whole: Option<&Blob>) -> Result<Markup, String> {
        let t = self.visit.ui.t;
        let entry = &self.found.entry;
        let bar = |said: &Markup| {
            html! {
                header.quiet.thin {
                    span.muted.small { (said) }
                    @if entry.mode == Mode::Executable { span.badge { (t.code_executable()) } }
                }
            }
        };
        let bytes = html! { (size(entry.size.unwrap_or(0))) };
        let Some(blob) = whole else {
            return Ok(html! { (bar(&bytes)) (other::large(self)) });
        };
        if entry.mode == Mode::Symlink {
            return Ok(html! { (bar(&bytes)) (other::link(self, blob)) });
        }
        if let Some(pointer) = self.pointer.as_ref().filter(|it| !it.held) {
            return Ok(html! { (bar(&bytes)) (pointer.banner(self)) });
        }
        if picture(self.path).is_some() && (blob.is_binary() || self.asked.some("plain").is_none())
        {
            return Ok(html! { (bar(&bytes)) (other::shown_picture(self)) });
        }
        if decoded(&blob.data).is_none() {
            return Ok(html! { (bar(&bytes)) (other::binary(self, blob)) });
        }
        let (text, encoding) = shown(&blob.data);
        if self.is_drawn() {
            let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let slash =
                |address: String| if address.ends_with('/') { address } else { address + "/" };
            let links = Links {
                pages: slash(self.at.to("blob", self.rev, folder)),
                raw: slash(self.at.to("raw", self.rev, folder)),
            };
            return Ok(html! { div.body { (markdown(&text, &links)) } });
        }
        let window = Window::of(&text, self.asked);
        if let Some(line) = self.asked.some("line").and_then(|line| line.parse().ok()) {
            return Err(format!("{}#L{line}", self.page(window.page_of(line))));
        }
        let said = html! {
            (t.code_lines(window.lines)) " · " (bytes)
            @if let Some(encoding) = encoding { " · " (encoding) }
            @if window.crlf { " · CRLF" }
        };
        Ok(html! {
            header.quiet.thin {
                span.muted.small { (said) }
                @if entry.mode == Mode::Executable { span.badge { (t.code_executable()) } }
                div.acts {
                    @let wraps = self.asked.some("wrap").is_some();
                    a.button.quiet.small.chosen[wraps] href=(at_page(&self.asked.with("wrap", (!wraps).then_some("1")), window.page)) aria-current=[wraps.then_some("true")] { (t.code_wrap()) }
                    button.button.quiet.small type="button" data-do="copy-lines" data-done=(t.action_copied()) { (icon(Icon::Copy)) (t.action_copy()) }
                }
            }
            @if let Some(pointer) = &self.pointer { (pointer.banner(self)) }
            div.wrapped[self.asked.some("wrap").is_some()] { (text::draw(self.visit, &window, self.path, |page| self.page(page))) }
        })
    }

    /// The address of a page of the text.
    fn page(&self, page: usize) -> String {
        at_page(&self.asked.without(&["line"]), page)
    }

    /// What can be done with the file.
    fn tools(&self, whole: Option<&Blob>, writes: bool) -> Markup {
        let t = self.visit.ui.t;
        let is_text = whole.is_some_and(|blob| decoded(&blob.data).is_some());
        // Only what is UTF-8 comes back from a form as it was.
        let editable = is_text
            && self.pointer.is_none()
            && self.found.entry.mode.is_file()
            && whole.is_some_and(|blob| std::str::from_utf8(&blob.data).is_ok());
        let permanent = self.at.to("blob", &self.found.commit.to_string(), self.path);
        let history =
            format!("{}?path={}", self.at.to("commits", self.rev, ""), segment(self.path));
        let label = icon(Icon::More);
        let more = html! {
            a.item href=(self.to("raw")) { (icon(Icon::File)) (t.code_raw()) }
            a.item href={ (self.to("raw")) "?download=1" } { (icon(Icon::Import)) (t.code_download()) }
            a.item href=(permanent) data-key="y" data-keep-line { (icon(Icon::Link)) (t.code_permalink()) span.n { "y" } }
            @if is_text { button.item type="button" data-do="dialog" data-dialog="jump" data-key="l" { (icon(Icon::List)) (t.code_jump()) span.n { "l" } } }
            a.item href=(self.at.to("find", self.rev, "")) data-key="t" { (icon(Icon::Search)) (t.find_title()) span.n { "t" } }
            @if writes {
                hr;
                a.item href=(self.to("rename")) { (icon(Icon::Edit)) (t.edit_rename()) }
                a.item.danger href=(self.to("delete")) { (icon(Icon::Trash)) (t.edit_delete()) }
            }
        };
        html! {
            @if is_markdown(self.path) && is_text {
                @if self.is_drawn() { (Button::link(t.code_source(), "?plain=1").icon(Icon::Code)) } @else { (Button::link(t.code_drawn(), "?").icon(Icon::Book)) }
            }
            @if picture(self.path) == Some("image/svg+xml") {
                @if self.asked.some("plain").is_none() { (Button::link(t.code_source(), "?plain=1").icon(Icon::Code)) } @else { (Button::link(t.code_drawn(), "?").icon(Icon::Eye)) }
            }
            @if is_text { (Button::link(t.code_blame(), &self.to("blame")).icon(Icon::User).key("b").render()) }
            (Button::link(t.depot_history(), &history).icon(Icon::History))
            @if writes && editable { (Button::link(t.action_edit(), &self.to("edit")).icon(Icon::Edit).key("e")) }
            (menu("", &label, Some(t.action_more()), &more))
        }
    }

    /// The question for a line; the key `l` opens it.
    fn jump(&self) -> Markup {
        let (ui, t) = (&self.visit.ui, self.visit.ui.t);
        dialog(
            ui,
            "jump",
            t.code_jump(),
            &html! {
                form.line action=(self.to("blob")) {
                    @if self.asked.some("plain").is_some() { input type="hidden" name="plain" value="1"; }
                    (Field::new(ui, "line", t.code_line_number()).kind("number").between("1", "10000000").first())
                    (Button::submit(t.code_jump()).weight(Weight::Primary))
                }
            },
        )
    }
}

/// An address with the number of a page.
fn at_page(address: &str, page: usize) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    if page <= 1 { address.to_owned() } else { format!("{address}{mark}page={page}") }
}

/// Where a file whose lines cannot be shown is refused.
pub(super) fn no_text() -> Fault {
    Fault(base::Error::invalid("path", "names a file that is not text"))
}

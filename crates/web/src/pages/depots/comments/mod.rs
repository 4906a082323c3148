//! What people say about a commit, and about the lines that it changes.

mod one;

use std::collections::BTreeMap;

use axum::{Router, extract::Path, http::StatusCode, routing::post};
use base::{PageRequest, Paged, Read};
use call::Env;
use depots::comments::{self, Comment, MAX_CONTENT, NewComment};
use maud::{Markup, html};

use super::frame::{At, at};
use crate::{
    components::{Button, Field, Icon, Talk, card, icon},
    request::{Answer, Asked, Fault, Fields, Visit},
    response,
};
use one::{Page, who};

/// The most comments that the page shows; the rest the API lists.
const MOST: u64 = 300;
/// So many characters of a comment at a line stand in the list of all.
const EXCERPT: usize = 160;

pub(super) fn routes() -> Router<Env> {
    const COMMENTS: &str = "/p/{project}/d/{depot}/commit/{sha}/comments";
    Router::new()
        .route(COMMENTS, post(say))
        .route(&format!("{COMMENTS}/{{comment}}/edit"), post(one::edit))
        .route(&format!("{COMMENTS}/{{comment}}/delete"), post(one::delete))
}

/// The comments on a commit, for a page about it.
pub(super) struct Comments<'a> {
    visit: &'a Visit,
    asked: &'a Asked,
    page: Page,
    listed: Paged<Comment>,
}

impl<'a> Comments<'a> {
    /// The comments on the commit `id`.
    pub(super) async fn of(
        visit: &'a Visit,
        at: &At<Read>,
        asked: &'a Asked,
        id: &str,
    ) -> Result<Self, Fault> {
        let listed = comments::list(&visit.call, &at.depot, id, PageRequest::first(MOST)).await?;
        Ok(Self { visit, asked, page: Page::of(at, id), listed })
    }

    /// Whether any of them is about a line.
    pub(super) fn at_lines(&self) -> bool {
        self.listed.items.iter().any(|comment| comment.line > 0)
    }

    /// Whether the visitor may say something: whoever is a person and reads may.
    fn open(&self) -> bool {
        self.visit.call.actor.user().is_ok()
    }

    /// The line at which the visitor wants to say something.
    fn line(&self) -> Option<u32> {
        self.asked.one("line").parse().ok().filter(|line| *line > 0 && self.open())
    }

    /// The comment that its author wants to say otherwise.
    fn editing(&self) -> Option<i64> {
        let id = self.asked.one("edit").parse().ok()?;
        let mut listed = self.listed.items.iter();
        listed.any(|comment| comment.id == id && comment.is_callers(&self.visit.call)).then_some(id)
    }

    fn article(&self, comment: &Comment) -> Markup {
        let editing = self.editing() == Some(comment.id);
        self.page.article(self.visit, comment, self.split(), editing)
    }

    fn split(&self) -> bool {
        self.asked.one("view") == "split"
    }

    /// The commit's page with nothing but this file.
    fn alone(&self, path: &str) -> String {
        let view = self.split().then_some(("view", "split"));
        let asked: Vec<_> = view.into_iter().chain([("file", path)]).collect();
        format!("{}?{}", self.page.address, serde_urlencoded::to_string(asked).unwrap_or_default())
    }

    /// What is said at the lines of a file. Where the difference is not the
    /// one whose lines are counted, `counted` is false: all stands below it.
    pub(super) fn talk(&self, path: &str, counted: bool) -> Talk {
        let mut said: BTreeMap<u32, Vec<Markup>> = BTreeMap::new();
        for comment in &self.listed.items {
            if comment.line > 0 && comment.path == path {
                let place =
                    u32::try_from(comment.line).ok().filter(|_| counted).unwrap_or(u32::MAX);
                said.entry(place).or_default().push(self.article(comment));
            }
        }
        let mut asked = vec![("file", path.to_owned())];
        if self.split() {
            asked.push(("view", "split".to_owned()));
        }
        let line = self.line().filter(|_| self.asked.raw("file") == path);
        Talk {
            action: (self.open() && counted).then(|| self.page.address.clone()),
            asked,
            said,
            form: line.map(|line| (line, self.form(path, line))),
        }
    }

    fn form(&self, path: &str, line: u32) -> Markup {
        let (ui, t) = (&self.visit.ui, self.visit.ui.t);
        html! {
            form.form #say method="post" action={ (self.page.address) "/comments" } {
                input type="hidden" name="path" value=(path);
                input type="hidden" name="line" value=(line);
                @if self.split() { input type="hidden" name="view" value="split"; }
                (field(self.visit, t.said_line_comment()).first())
                div.acts {
                    (Button::submit(t.said_send()))
                    a.button.quiet href=(self.alone(path)) data-cancel { (ui.t.action_cancel()) }
                }
            }
        }
    }

    /// All comments below the difference, and the form for one about the whole
    /// commit. Those at lines of files that changed, which `changed` knows, are
    /// named and stand there.
    pub(super) fn all(&self, changed: impl Fn(&str) -> bool) -> Markup {
        let t = self.visit.ui.t;
        let shown = self.listed.items.len();
        let rest = usize::try_from(self.listed.total).unwrap_or(usize::MAX).saturating_sub(shown);
        html! {
            div #comments { (card(t.said_comments(), None, &html! {
                div.stack.s12 {
                    @for comment in &self.listed.items {
                        @if comment.line > 0 && changed(&comment.path) { (self.elsewhere(comment)) }
                        @else { (self.article(comment)) }
                    }
                    @if rest > 0 { p.muted.small { (t.said_rest(rest)) } }
                    @if self.open() && self.line().is_none() && self.editing().is_none() {
                        form.form method="post" action={ (self.page.address) "/comments" } {
                            (field(self.visit, t.said_comment()))
                            div.acts { (Button::submit(t.said_send())) }
                        }
                        p.small.muted { (t.said_how()) }
                    }
                }
            })) }
            @if self.open() { template #say-form { (self.form("", 0)) } }
        }
    }

    /// One line about a comment that stands at a line of a file.
    fn elsewhere(&self, comment: &Comment) -> Markup {
        let t = self.visit.ui.t;
        let mut start: String = comment.content.chars().take(EXCERPT).collect();
        if start.len() < comment.content.len() {
            start.push('\u{2026}');
        }
        html! {
            div.line.small.muted {
                (who(comment))
                a.line.tight.mono href={ (self.alone(&comment.path)) "#comment-" (comment.id) } {
                    (icon(Icon::File)) (comment.path)
                }
                span { (t.said_line(comment.line)) }
                (self.visit.ui.time(comment.created_at.to_jiff()))
                span.cut.grow { (start) }
            }
        }
    }
}

fn field<'a>(visit: &'a Visit, label: &'a str) -> Field<'a> {
    let most = u32::try_from(MAX_CONTENT).unwrap_or(u32::MAX);
    Field::new(&visit.ui, "content", label).area(3).hint(visit.ui.t.said_hint()).most(most)
}

/// Takes a comment on the commit, or on a line of what it changes; a module of
/// the page is answered the comment alone.
async fn say(
    visit: Visit,
    Path((project, depot, sha)): Path<(String, String, String)>,
    fields: Fields,
) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let path = fields.raw("path").to_owned();
    let line = fields.one("line").parse().unwrap_or(0);
    let content = fields.one("content").to_owned();
    let new = NewComment { commit: sha, path, line, content };
    let made = comments::create(&visit.call, &at.depot, new).await?;
    let (page, split) = (Page::of(&at, &made.commit), fields.one("view") == "split");
    if visit.part {
        let part = html! { div data-part { (page.article(&visit, &made, split, false)) } };
        return Ok(response::page(StatusCode::OK, part));
    }
    page.lead(&made, split)
}

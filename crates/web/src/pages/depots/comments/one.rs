//! One comment: what it says, and its author's ways to change that.

use axum::extract::Path;
use base::Read;
use depots::comments::{self, Comment};
use maud::{Markup, html};

use super::super::{
    frame::{At, at},
    refs::removal,
};
use crate::{
    components::{Button, Icon, Links, anchor, avatar, icon, markdown, menu},
    request::{Answer, Fields, Visit},
    response,
};

/// The page that comments stand on.
#[derive(Debug)]
pub(super) struct Page {
    /// The address of the commit's page.
    pub(super) address: String,
    /// Whether the visitor may take others' comments away.
    manages: bool,
}

impl Page {
    /// The page of a commit.
    pub(super) fn of(at: &At<Read>, commit: &str) -> Self {
        let manages = at.nav.as_ref().is_some_and(|nav| nav.manage);
        Self { address: at.to("commit", commit, ""), manages }
    }

    /// The address where a comment is seen. One at a line is seen in its file.
    fn place(&self, comment: &Comment, split: bool, asked: &[(&str, &str)]) -> String {
        let view = (split && comment.line > 0).then_some(("view", "split"));
        let file = (comment.line > 0).then_some(("file", comment.path.as_str()));
        let asked: Vec<_> = view.into_iter().chain(file).chain(asked.iter().copied()).collect();
        let asked = serde_urlencoded::to_string(asked).unwrap_or_default();
        let mark = if asked.is_empty() { "" } else { "?" };
        format!("{}{mark}{asked}#comment-{}", self.address, comment.id)
    }

    /// The answer that leads to a comment.
    pub(super) fn lead(&self, comment: &Comment, split: bool) -> Answer {
        Ok(response::see_other(&self.place(comment, split, &[])))
    }

    fn act(&self, comment: &Comment, what: &str) -> String {
        format!("{}/comments/{}/{what}", self.address, comment.id)
    }

    /// A comment with all that it says, or with a form to say it otherwise.
    pub(super) fn article(
        &self,
        visit: &Visit,
        comment: &Comment,
        split: bool,
        editing: bool,
    ) -> Markup {
        html! {
            article.stack.s12 id={ "comment-" (comment.id) } {
                div.line.apart.keep {
                    div.line.small.muted {
                        (who(comment))
                        (visit.ui.time(comment.created_at.to_jiff()))
                        @if let Some(at) = comment.edited_at {
                            span { (visit.ui.t.said_edited()) " " (visit.ui.time(at.to_jiff())) }
                        }
                        @if comment.line > 0 { span { (visit.ui.t.said_line(comment.line)) } }
                        @else if !comment.path.is_empty() {
                            a.line.tight.mono href={ (self.address) "#" (anchor(&comment.path)) } { (icon(Icon::File)) (comment.path) }
                        }
                    }
                    @if !editing { (self.acts(visit, comment, split)) }
                }
                @if editing { (self.form(visit, comment, split)) }
                @else { div { (markdown(&comment.content, &Links::default())) } }
            }
        }
    }

    /// What the visitor may do with a comment.
    fn acts(&self, visit: &Visit, comment: &Comment, split: bool) -> Markup {
        let t = visit.ui.t;
        let own = comment.is_callers(&visit.call);
        let number = comment.id.to_string();
        html! {
            @if own || self.manages {
                (menu("", &icon(Icon::More), Some(t.said_do()), &html! {
                    @if own {
                        a.item href=(self.place(comment, split, &[("edit", &number)])) { (icon(Icon::Edit)) (t.action_edit()) }
                        hr;
                    }
                    (removal(&self.act(comment, "delete"), "", t.said_delete(), t.said_delete_sure()))
                }))
            }
        }
    }

    fn form(&self, visit: &Visit, comment: &Comment, split: bool) -> Markup {
        let t = visit.ui.t;
        html! {
            form.form method="post" action=(self.act(comment, "edit")) {
                @if split { input type="hidden" name="view" value="split"; }
                (super::field(visit, t.said_edit()).value(&comment.content).first())
                div.acts {
                    (Button::submit(t.action_save()))
                    a.button.quiet href=(self.place(comment, split, &[])) { (t.action_cancel()) }
                }
            }
        }
    }
}

/// Who says it.
pub(super) fn who(comment: &Comment) -> Markup {
    let name = comment.author.as_ref().map_or("", |author| author.display_name.as_str());
    html! { (avatar(name, "")) strong { (name) } }
}

type Named = Path<(String, String, String, i64)>;

/// Says one's own comment otherwise.
pub(super) async fn edit(
    visit: Visit,
    Path((project, depot, _, id)): Named,
    fields: Fields,
) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let comment = comments::edit(&visit.call, &at.depot, id, fields.one("content")).await?;
    Page::of(&at, &comment.commit).lead(&comment, fields.one("view") == "split")
}

/// Takes a comment away.
pub(super) async fn delete(visit: Visit, Path((project, depot, _, id)): Named) -> Answer {
    let at = at::<Read>(&visit, &project, &depot).await?;
    let commit = comments::remove(&visit.call, &at.depot, id).await?;
    Ok(response::see_other(&format!("{}#comments", at.to("commit", &commit, ""))))
}

//! Marks on branches and tags that rules protect.

use base::{Error, Read};
use depots::rules::{
    branches::{self, BranchRule},
    preview, refs,
};
use maud::{Markup, html};

use super::frame::At;
use crate::{
    components::{Icon, icon},
    i18n::Text,
    request::Visit,
};

/// The rules of a depot that a list of its refs shows: three queries for a
/// whole page.
pub(super) struct Marks {
    t: Text,
    base: String,
    branches: Vec<BranchRule>,
    tags: Vec<String>,
    frozen: Vec<String>,
}

impl Marks {
    /// Reads the rules.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn of(visit: &Visit, at: &At<Read>) -> Result<Self, Error> {
        Ok(Self {
            t: visit.ui.t,
            base: format!("{}/settings", at.base()),
            branches: branches::list(&visit.call, &at.depot).await?,
            tags: refs::tag_rules(&visit.call, &at.depot).await?,
            frozen: refs::read_only(&visit.call, &at.depot).await?,
        })
    }

    /// Which rule holds for a branch, as a link to it; nothing for most.
    pub(super) fn branch(&self, name: &str) -> Markup {
        let rule = branches::protecting(&self.branches, name);
        let href = rule.map(|rule| format!("{}/branches/{}", self.base, rule.id));
        self.marks(&format!("refs/heads/{name}"), rule.map(|rule| &*rule.pattern).zip(href))
    }

    /// [`Marks::branch`] for a tag.
    pub(super) fn tag(&self, name: &str) -> Markup {
        let rule = self.tags.iter().find(|pattern| preview::is_named(pattern, name));
        let href = format!("{}/refs#tags", self.base);
        self.marks(&format!("refs/tags/{name}"), rule.map(|pattern| (&**pattern, href)))
    }

    fn marks(&self, full: &str, rule: Option<(&str, String)>) -> Markup {
        let t = self.t;
        html! {
            @if let Some((pattern, href)) = rule {
                a.badge.mark href=(href) title=(t.branchrule_mark_title(pattern)) { (icon(Icon::Lock)) (t.branchrule_mark()) }
            }
            @if self.frozen.iter().any(|frozen| frozen == full) {
                a.badge.mark href={ (self.base) "/refs#refs" } { (icon(Icon::Lock)) (t.branchrule_mark_read_only()) }
            }
        }
    }
}

//! What an address asks for.

use ::search::{Asked as Query, Language, Reading};
use maud::{Markup, html};

use crate::{
    components::{Button, Icon, Weight, icon},
    request::Asked,
    ui::Ui,
};

/// The filters as the address has them.
pub(super) struct Wish {
    pub(super) text: String,
    pub(super) reading: Reading,
    pub(super) language: Option<Language>,
    /// Path patterns with blanks between them.
    pub(super) paths: String,
    pub(super) below: String,
    pub(super) branch: String,
    pub(super) project: String,
}

impl Wish {
    pub(super) fn of(asked: &Asked) -> Self {
        let on = |name| asked.some(name).is_some();
        Self {
            text: asked.one("q").to_owned(),
            reading: Reading { regex: on("regex"), case_sensitive: on("case"), word: on("word") },
            language: Language::of_id(asked.one("lang")),
            paths: asked.one("path").to_owned(),
            below: asked.one("in").trim_matches('/').to_owned(),
            branch: asked.one("branch").to_owned(),
            project: asked.one("project").to_owned(),
        }
    }

    pub(super) fn query(&self) -> Query {
        Query {
            text: self.text.clone(),
            reading: self.reading,
            languages: self.language.into_iter().collect(),
            paths: self.paths.split_whitespace().map(str::to_owned).collect(),
            below: self.below.clone(),
        }
    }

    /// The same wish at another place: what belongs to this one is left out.
    pub(super) fn at(&self, address: &str) -> String {
        let mut fields = vec![("q", self.text.as_str())];
        for (name, on) in [
            ("case", self.reading.case_sensitive),
            ("regex", self.reading.regex),
            ("word", self.reading.word),
        ] {
            if on {
                fields.push((name, "1"));
            }
        }
        if let Some(language) = self.language {
            fields.push(("lang", language.id()));
        }
        if !self.paths.is_empty() {
            fields.push(("path", &self.paths));
        }
        format!("{address}?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    }

    /// The form. `branches` are those to choose from.
    pub(super) fn form(&self, ui: &Ui, action: &str, branches: &[String]) -> Markup {
        let t = ui.t;
        let flags = [
            ("case", "Aa", t.codesearch_case(), self.reading.case_sensitive),
            ("word", "\u{201c}ab\u{201d}", t.codesearch_word(), self.reading.word),
            ("regex", ".*", t.codesearch_regex(), self.reading.regex),
        ];
        html! {
            form.seek action=(action) role="search" data-search aria-label=(t.codesearch_title()) {
                div.wish {
                    (icon(Icon::Search))
                    input.input.mono type="search" name="q" value=(self.text) placeholder=(t.codesearch_hint()) aria-label=(t.codesearch_what()) autocomplete="off" spellcheck="false" autocapitalize="off" maxlength="1000" data-find autofocus[self.text.is_empty()];
                    span.flags {
                        @for (name, sign, words, on) in flags {
                            label.flag title=(words) {
                                input type="checkbox" name=(name) value="1" aria-label=(words) checked[on];
                                span aria-hidden="true" { (sign) }
                            }
                        }
                    }
                }
                div.more {
                    label.path { span { (t.codesearch_path()) } input.input.mono name="path" value=(self.paths) placeholder="*.rs !tests" autocomplete="off" spellcheck="false" autocapitalize="off"; }
                    @if !branches.is_empty() {
                        label.path { span { (t.codesearch_branch()) }
                            select.input name="branch" {
                                @for branch in branches { option value=(branch) selected[*branch == self.branch] { (branch) } }
                            }
                        }
                    }
                    @if let Some(language) = self.language { input type="hidden" name="lang" value=(language.id()); }
                    @if !self.below.is_empty() { input type="hidden" name="in" value=(self.below); }
                    @if !self.project.is_empty() { input type="hidden" name="project" value=(self.project); }
                    (Button::submit(t.nav_search()).weight(Weight::Primary))
                }
            }
        }
    }
}

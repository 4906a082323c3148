use maud::{Markup, Render, html};

use super::{Icon, icon};
use crate::ui::Ui;

#[derive(Clone, Copy, Debug)]
enum Kind<'a> {
    Line(&'a str),
    Area(u8),
    Choice(&'a [(&'a str, &'a str)]),
}

/// One labelled input with hint and fault.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    ui: &'a Ui,
    name: &'a str,
    label: &'a str,
    kind: Kind<'a>,
    value: &'a str,
    hint: Option<&'a str>,
    fault: Option<&'a str>,
    placeholder: Option<&'a str>,
    complete: Option<&'a str>,
    prefix: Option<&'a str>,
    needed: bool,
    marked: bool,
    first: bool,
    mono: bool,
    fixed: bool,
    span: Option<(&'a str, &'a str)>,
    most: Option<u32>,
    suggestions: &'a [String],
}

impl<'a> Field<'a> {
    /// A line of text called `name` in the form.
    #[must_use]
    pub const fn new(ui: &'a Ui, name: &'a str, label: &'a str) -> Self {
        Self {
            ui,
            name,
            label,
            kind: Kind::Line("text"),
            value: "",
            hint: None,
            fault: None,
            placeholder: None,
            complete: None,
            prefix: None,
            needed: true,
            marked: true,
            first: false,
            mono: false,
            fixed: false,
            span: None,
            most: None,
            suggestions: &[],
        }
    }

    /// Another kind of line: `password`, `email`, `date`, `number`, `url`.
    #[must_use]
    pub const fn kind(mut self, kind: &'a str) -> Self {
        self.kind = Kind::Line(kind);
        self
    }

    /// Several lines.
    #[must_use]
    pub const fn area(mut self, rows: u8) -> Self {
        self.kind = Kind::Area(rows);
        self
    }

    /// One of `(value, words)`.
    #[must_use]
    pub const fn choice(mut self, options: &'a [(&'a str, &'a str)]) -> Self {
        self.kind = Kind::Choice(options);
        self
    }

    /// What stands in it.
    #[must_use]
    pub const fn value(mut self, value: &'a str) -> Self {
        self.value = value;
        self
    }

    /// A sentence below it.
    #[must_use]
    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What is wrong with what stands in it.
    #[must_use]
    pub const fn fault(mut self, fault: Option<&'a str>) -> Self {
        self.fault = fault;
        self
    }

    /// An example shown while it is empty.
    #[must_use]
    pub const fn placeholder(mut self, text: &'a str) -> Self {
        self.placeholder = Some(text);
        self
    }

    /// The browser's name for what belongs here (`autocomplete`).
    #[must_use]
    pub const fn complete(mut self, what: &'a str) -> Self {
        self.complete = Some(what);
        self
    }

    /// Fixed text before what is typed, part of the same box.
    #[must_use]
    pub const fn prefix(mut self, text: &'a str) -> Self {
        self.prefix = Some(text);
        self
    }

    /// May stay empty.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.needed = false;
        self
    }

    /// May stay empty as one of a group of which that is plain.
    #[must_use]
    pub const fn spare(mut self) -> Self {
        self.needed = false;
        self.marked = false;
        self
    }

    /// Has the focus when the page opens.
    #[must_use]
    pub const fn first(mut self) -> Self {
        self.first = true;
        self
    }

    /// Holds code: fixed-width type, no spelling marks.
    #[must_use]
    pub const fn mono(mut self) -> Self {
        self.mono = true;
        self
    }

    /// Cannot be changed.
    #[must_use]
    pub const fn fixed(mut self) -> Self {
        self.fixed = true;
        self
    }

    /// The least and the greatest value of a number or date.
    #[must_use]
    pub const fn between(mut self, least: &'a str, greatest: &'a str) -> Self {
        self.span = Some((least, greatest));
        self
    }

    /// The most characters that can be typed.
    #[must_use]
    pub const fn most(mut self, characters: u32) -> Self {
        self.most = Some(characters);
        self
    }

    /// Words to choose from while typing.
    #[must_use]
    pub const fn suggestions(mut self, words: &'a [String]) -> Self {
        self.suggestions = words;
        self
    }

    fn described_by(&self, id: &str) -> Option<String> {
        let parts: Vec<String> =
            [self.fault.map(|_| format!("{id}-fault")), self.hint.map(|_| format!("{id}-hint"))]
                .into_iter()
                .flatten()
                .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    fn input(&self, id: &str) -> Markup {
        let class = if self.mono { "input mono" } else { "input" };
        let invalid = self.fault.map(|_| "true");
        let described = self.described_by(id);
        let spell = self.mono.then_some("false");
        match self.kind {
            Kind::Line(kind) => html! {
                input id=(id) class=(class) type=(kind) name=(self.name) value=(self.value)
                    placeholder=[self.placeholder] autocomplete=[self.complete] spellcheck=[spell]
                    autocapitalize=[spell.map(|_| "none")]
                    min=[self.span.map(|s| s.0)] max=[self.span.map(|s| s.1)]
                    list=[(!self.suggestions.is_empty()).then(|| format!("{id}-list"))]
                    required[self.needed] autofocus[self.first] disabled[self.fixed]
                    aria-invalid=[invalid] aria-describedby=[described];
                @if !self.suggestions.is_empty() {
                    datalist id={ (id) "-list" } { @for word in self.suggestions { option value=(word) {} } }
                }
            },
            Kind::Area(rows) => html! {
                textarea id=(id) class=(class) name=(self.name) rows=(rows) placeholder=[self.placeholder]
                    spellcheck=[spell] required[self.needed] autofocus[self.first] disabled[self.fixed] maxlength=[self.most]
                    aria-invalid=[invalid] aria-describedby=[described] { (self.value) }
            },
            Kind::Choice(options) => html! {
                select id=(id) class=(class) name=(self.name) required[self.needed] autofocus[self.first]
                    disabled[self.fixed] aria-invalid=[invalid] aria-describedby=[described] {
                    @for (value, words) in options {
                        option value=(value) selected[*value == self.value] { (words) }
                    }
                }
            },
        }
    }
}

impl Render for Field<'_> {
    fn render(&self) -> Markup {
        let id = format!("f-{}", self.name);
        html! {
            div.field {
                label for=(id) {
                    (self.label)
                    @if !self.needed && self.marked { span.opt { (self.ui.t.field_optional()) } }
                }
                @if let Some(prefix) = self.prefix {
                    div.affix { span { (prefix) } (self.input(&id)) }
                } @else {
                    (self.input(&id))
                }
                @if let Some(fault) = self.fault { (fault_line(&id, fault)) }
                @if let Some(hint) = self.hint { p.hint id={ (id) "-hint" } { (hint) } }
            }
        }
    }
}

fn fault_line(id: &str, fault: &str) -> Markup {
    html! { p.fault id={ (id) "-fault" } { (icon(Icon::Failed)) span { (fault) } } }
}

/// A box to tick, with a sentence about what it does.
#[must_use]
pub fn checkbox(name: &str, value: &str, label: &str, hint: Option<&str>, on: bool) -> Markup {
    tick("checkbox", "tick", name, value, label, hint, on)
}

/// [`checkbox`] for something that is on or off.
#[must_use]
pub fn switch(name: &str, label: &str, hint: Option<&str>, on: bool) -> Markup {
    tick("checkbox", "tick switch", name, "on", label, hint, on)
}

fn tick(
    kind: &str,
    class: &str,
    name: &str,
    value: &str,
    label: &str,
    hint: Option<&str>,
    on: bool,
) -> Markup {
    html! {
        label class=(class) {
            input type=(kind) name=(name) value=(value) checked[on];
            span { (label) }
            @if let Some(hint) = hint { span.hint.muted.small { (hint) } }
        }
    }
}

/// One of the answers of [`radios`].
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// What the form sends.
    pub value: &'a str,
    /// The words.
    pub label: &'a str,
    /// What choosing it means.
    pub hint: Option<&'a str>,
}

/// One question whose answers all stand on the page.
#[must_use]
pub fn radios(name: &str, question: &str, answers: &[Answer<'_>], chosen: &str) -> Markup {
    html! {
        fieldset.field {
            legend { (question) }
            div.options {
                @for answer in answers {
                    (tick("radio", "tick", name, answer.value, answer.label, answer.hint, answer.value == chosen))
                }
            }
        }
    }
}

/// Boxes that answer one question together.
#[must_use]
pub fn checkboxes(
    question: &str,
    hint: Option<&str>,
    fault: Option<&str>,
    boxes: &Markup,
) -> Markup {
    html! {
        fieldset.field {
            legend { (question) }
            @if let Some(hint) = hint { p.hint { (hint) } }
            div.ticks { (boxes) }
            @if let Some(fault) = fault { (fault_line("boxes", fault)) }
        }
    }
}

/// The button that has a text of the form drawn, and the place for it: the form
/// is answered with what it was sent and `seen`, a module with `seen` alone.
#[must_use]
pub fn previewed(ui: &Ui, seen: Option<&Markup>) -> Markup {
    html! {
        section.preview #preview aria-label=(ui.t.edit_preview()) tabindex="-1" {
            button.button.small type="submit" name="preview" value="1" formaction="#preview" formnovalidate data-preview { (icon(Icon::Eye)) (ui.t.edit_preview()) }
            div.card hidden[seen.is_none()] { @if let Some(seen) = seen { (seen) } }
        }
    }
}

/// Text to copy: a command, an address, a secret shown once.
#[must_use]
pub fn copy_field(ui: &Ui, text: &str) -> Markup {
    let block = text.trim_end().contains('\n');
    html! {
        div class=(if block { "copyfield block" } else { "copyfield" }) {
            code tabindex="0" { (text.trim_end()) }
            (copy_button(ui))
        }
    }
}

/// Copies the text of the `code` before it.
#[must_use]
pub fn copy_button(ui: &Ui) -> Markup {
    html! {
        button.button.quiet.small.icon-only type="button" data-do="copy" aria-label=(ui.t.action_copy()) title=(ui.t.action_copy())
            data-done=(ui.t.action_copied()) { (icon(Icon::Copy)) }
    }
}

use maud::{Markup, Render, html};

use super::{Icon, icon};

/// How loudly a button speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// The one thing to do here; at most one on a page.
    Primary,
    /// Everything else.
    #[default]
    Normal,
    /// Furniture.
    Quiet,
    /// Cannot be undone.
    Danger,
}

#[derive(Clone, Copy, Debug)]
enum Act<'a> {
    Submit,
    Link(&'a str),
    Script,
}

/// A button or a link that looks like one.
#[derive(Clone, Copy, Debug)]
pub struct Button<'a> {
    label: &'a str,
    act: Act<'a>,
    weight: Weight,
    picture: Option<Icon>,
    small: bool,
    icon_only: bool,
    disabled: bool,
    value: Option<(&'a str, &'a str)>,
    form: Option<&'a str>,
    hook: Option<&'a str>,
    key: Option<&'a str>,
}

impl<'a> Button<'a> {
    const fn new(label: &'a str, act: Act<'a>) -> Self {
        Self {
            label,
            act,
            weight: Weight::Normal,
            picture: None,
            small: false,
            icon_only: false,
            disabled: false,
            value: None,
            form: None,
            hook: None,
            key: None,
        }
    }

    /// Sends the form around it.
    #[must_use]
    pub const fn submit(label: &'a str) -> Self {
        Self::new(label, Act::Submit)
    }

    /// Leads to an address.
    #[must_use]
    pub const fn link(label: &'a str, href: &'a str) -> Self {
        Self::new(label, Act::Link(href))
    }

    /// Does what the module that looks for `data-{hook}` does.
    #[must_use]
    pub const fn script(label: &'a str, hook: &'a str) -> Self {
        let mut button = Self::new(label, Act::Script);
        button.hook = Some(hook);
        button
    }

    /// Sets how loudly it speaks.
    #[must_use]
    pub const fn weight(mut self, weight: Weight) -> Self {
        self.weight = weight;
        self
    }

    /// Puts an icon before the words.
    #[must_use]
    pub const fn icon(mut self, picture: Icon) -> Self {
        self.picture = Some(picture);
        self
    }

    /// Shows the icon alone; the words become the accessible name.
    #[must_use]
    pub const fn icon_only(mut self) -> Self {
        self.icon_only = true;
        self
    }

    /// Makes it 26 px high.
    #[must_use]
    pub const fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// Cannot be pressed now.
    #[must_use]
    pub const fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }

    /// Sends `name=value` with the form.
    #[must_use]
    pub const fn value(mut self, name: &'a str, value: &'a str) -> Self {
        self.value = Some((name, value));
        self
    }

    /// Sends the form with this id instead of the one around it.
    #[must_use]
    pub const fn form(mut self, id: &'a str) -> Self {
        self.form = Some(id);
        self
    }

    /// The key that presses it (`data-key`).
    #[must_use]
    pub const fn key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }
}

impl Render for Button<'_> {
    fn render(&self) -> Markup {
        let mut class = String::from("button");
        class.push_str(match self.weight {
            Weight::Primary => " primary",
            Weight::Normal => "",
            Weight::Quiet => " quiet",
            Weight::Danger => " danger",
        });
        if self.small {
            class.push_str(" small");
        }
        if self.icon_only {
            class.push_str(" icon-only");
        }
        let name = self.icon_only.then_some(self.label);
        let inside = html! {
            @if let Some(picture) = self.picture { (icon(picture)) }
            @if !self.icon_only { (self.label) }
        };
        match self.act {
            Act::Link(href) => html! {
                a class=(class) href=[(!self.disabled).then_some(href)] aria-disabled=[self.disabled.then_some("true")]
                    aria-label=[name] title=[name] data-key=[self.key] { (inside) }
            },
            Act::Submit => html! {
                button class=(class) type="submit" name=[self.value.map(|v| v.0)] value=[self.value.map(|v| v.1)]
                    form=[self.form] disabled[self.disabled] aria-label=[name] title=[name] data-key=[self.key] { (inside) }
            },
            Act::Script => html! {
                button class=(class) type="button" data-do=[self.hook] disabled[self.disabled] aria-label=[name] title=[name] { (inside) }
            },
        }
    }
}

/// Buttons that belong together, at the end of a form.
#[must_use]
pub fn acts(buttons: &Markup) -> Markup {
    html! { div.acts { (buttons) } }
}

/// A key to press.
#[must_use]
pub fn kbd(key: &str) -> Markup {
    html! { kbd { (key) } }
}

use jiff::Timestamp;
use maud::{Markup, html};

use crate::i18n::{Lang, Text, exact, relative};

/// Light or dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The word in the cookie and in `<html data-theme>`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a cookie's word; anything else follows the system.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::Auto,
        }
    }
}

/// For whom a page is drawn: language, colours, and the moment that relative
/// times count from.
#[derive(Clone, Copy, Debug)]
pub struct Ui {
    /// The sentences.
    pub t: Text,
    /// The colours.
    pub theme: Theme,
    /// When the page is drawn.
    pub now: Timestamp,
}

impl Ui {
    /// A page in `lang`, coloured as the system says, drawn at `now`.
    #[must_use]
    pub const fn new(lang: Lang, theme: Theme, now: Timestamp) -> Self {
        Self { t: Text { lang }, theme, now }
    }

    /// A `<time>`: relative words, the exact moment as its title.
    #[must_use]
    pub fn time(&self, moment: Timestamp) -> Markup {
        html! {
            time datetime=(moment) title=(exact(self.t.lang, moment)) { (relative(self.t, self.now, moment)) }
        }
    }

    /// [`Ui::time`], or the word for "never".
    #[must_use]
    pub fn time_or_never(&self, moment: Option<Timestamp>) -> Markup {
        match moment {
            Some(moment) => self.time(moment),
            None => html! { (self.t.time_never()) },
        }
    }

    /// A `<time>` with the day alone.
    #[must_use]
    pub fn day(&self, moment: Timestamp) -> String {
        let format = match self.t.lang {
            Lang::En => "%-d %b %Y",
            Lang::Zh => "%Y年%-m月%-d日",
        };
        moment.to_zoned(jiff::tz::TimeZone::UTC).strftime(format).to_string()
    }
}

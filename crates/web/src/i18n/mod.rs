//! Two languages, every sentence a function.
//!
//! The build turns the files of `messages/en` and `messages/zh`, one an area,
//! into methods of [`Text`]; a key or a placeholder that only one language has
//! does not compile.

mod choice;
mod count;
mod domain;
mod moment;

pub use choice::choose;
pub use count::{Count, group};
pub(crate) use domain::translate;
pub use moment::{exact, relative};

/// A language that the pages speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English, the fall-back.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// The BCP 47 tag for `<html lang>`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// The short name for `?lang=` and the cookie.
    #[must_use]
    pub const fn short(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// The language of a tag such as `zh`, `zh-Hans-CN` or `en-GB`.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let main = tag.trim().split(['-', '_']).next().unwrap_or_default();
        if main.eq_ignore_ascii_case("zh") {
            Some(Self::Zh)
        } else if main.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }
}

/// The sentences of one language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Whose sentences these are.
    pub lang: Lang,
}

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

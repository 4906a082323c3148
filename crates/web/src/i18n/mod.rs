//! Two languages, every sentence a function.
//!
//! The build turns the files of `messages/en` and `messages/zh`, one an area,
//! into methods of [`Text`]; a key or a placeholder that only one language has
//! does not compile.

mod choice;
mod domain;
mod moment;

pub use choice::choose;
pub(crate) use domain::translate;
pub use messages::{Count, Lang, group};
pub use moment::{exact, relative};

/// The sentences of one language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Whose sentences these are.
    pub lang: Lang,
}

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

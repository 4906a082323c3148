//! The pages: server-rendered, useful without scripts, in English and
//! Chinese.
//!
//! A page is a function from what a domain told to markup. `components` are
//! the furniture, `charts` the pictures, `layout` what stands around them all.

pub mod assets;
pub mod charts;
pub mod components;
pub mod i18n;
pub mod layout;
mod pages;
mod request;
pub mod response;
pub mod stories;
mod ui;

pub use pages::{reference, router};
pub use ui::{Theme, Ui};

//! The CODING Open API.
//!
//! An action is one file under `actions`: it declares its name, its parameters
//! and its answer as types, and the right that it needs as a type too. The
//! `registry` lists them; `dispatch` does for each what is the same for all:
//! rate, deadline, right, decoding, metrics, errors, envelope. `document` is
//! the public document as data, and [`mod@reference`] what pages and tools are
//! told. How to add an action: `docs/adding-an-action.md`.

mod action;
mod actions;
mod codes;
mod decode;
mod dispatch;
pub mod document;
mod envelope;
mod needs;
mod prelude;
pub mod reference;
mod registry;
mod routes;
mod shapes;

pub use action::Access;
pub use codes::Code;
pub use dispatch::{OpenApi, Settings};
pub use envelope::Answer;
pub use needs::Audience;
pub use routes::router;

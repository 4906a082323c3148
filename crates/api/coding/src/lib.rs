//! The CODING Open API.

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

pub use codes::Code;
pub use dispatch::{OpenApi, Settings};
pub use envelope::Answer;
pub use routes::router;

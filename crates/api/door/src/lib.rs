//! What every door shares: from an HTTP request to the [`call::Call`] that a
//! domain is given.
//!
//! * [`Credentials`]: what the request shows, read and not yet believed.
//! * [`authenticate`]: whom it shows; [`Caller`] is the same as an extractor.
//! * [`session`]: the browser's cookie.
//! * [`body`]: bodies with a limit and errors that name the field.
//! * [`Limiter`] and [`limit`]: so many requests and no more.
//! * [`Failure`], [`status`], [`log_internal`]: what went wrong, for doors
//!   that have no form of their own.

mod address;
mod authenticate;
pub mod body;
mod caller;
mod credentials;
mod failure;
pub mod limit;
mod request_id;
pub mod session;
#[cfg(feature = "testing")]
pub mod testing;

pub use address::client_address;
pub use authenticate::authenticate;
pub use caller::{Caller, anonymous};
pub use credentials::Credentials;
pub use failure::{Failure, log_internal, status};
pub use limit::{Limiter, Rate};
pub use request_id::request_id;

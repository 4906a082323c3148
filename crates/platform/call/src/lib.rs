//! What every call carries: who asks, and what there is to work with.
//!
//! [`Env`] is the installation: database, blobs, queue, events, clock,
//! randomness, keys and addresses. It is made once when the server is wired
//! up and is also what job handlers and listeners get. [`Call`] is one request
//! in it, with its actor.

mod env;
mod memory;
#[cfg(feature = "testing")]
pub mod testing;
mod vault;

pub use env::{Addresses, Call, Env, EnvParts, Permits, Reach};
pub use vault::Vault;

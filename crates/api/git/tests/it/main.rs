//! Real git clients against a real server with a real database.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod behaviours;
mod clients;
mod damaged;
mod lfs;
mod requests;
mod rules;
mod server;
mod ssh;

//! Identity on real databases: every way in, with success and failure.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod access_keys;
mod audit;
mod house;
mod install;
mod oauth;
mod passwords;
mod sessions;
mod ssh_keys;
mod teams;
mod tickets;
mod tokens;
mod users;

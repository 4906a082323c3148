//! The real binary, asked as its users ask it.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]
#![expect(clippy::disallowed_methods, reason = "the environment says what tests find")]

mod browser;
mod commands;
mod crash;
mod dialects;
mod process;
mod scanning;
mod scripts;
mod sdk;
mod serving;
mod shop;
mod workshop;

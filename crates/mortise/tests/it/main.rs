//! The real binary, asked as its users ask it.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod commands;
mod crash;
mod dialects;
mod process;
mod scanning;
mod sdk;
mod serving;
mod shop;
mod workshop;

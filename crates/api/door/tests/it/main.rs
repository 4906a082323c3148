//! From HTTP to a call, on a real router and real databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod callers;
mod house;
mod limits;

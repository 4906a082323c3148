//! The engine against looking at every line, and against damage.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

mod damage;
mod exact;
mod hostile;
mod ranking;
mod shop;
mod wishes;

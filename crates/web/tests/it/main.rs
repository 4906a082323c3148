//! The pages as a browser meets them: the real router on a real database with
//! real repositories.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod analysis;
mod browser;
mod changes;
mod code;
mod entry;
mod forms;
mod over_time;
mod reading;
mod releases;
mod rules;
mod safety;
mod said;
mod search;
mod writing;

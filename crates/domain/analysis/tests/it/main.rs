//! Scans of real repositories, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod adapters;
mod calm;
mod deciding;
mod dependencies;
mod following;
mod gates;
mod history;
mod lanes;
mod leaks;
mod letters;
mod mending;
mod papers;
mod plans;
mod reading;
mod rules;
mod running;
#[path = "../../../../engines/scanner/tests/sarif/mod.rs"]
mod sarif;
mod scanning;
mod scripts;
mod warm;
mod world;

//! The crate against real git, in temporary directories.

mod diffing;
mod editing;
mod importing;
mod reading;
mod serving;
mod support;

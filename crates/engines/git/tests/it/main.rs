//! The crate against real git, in temporary directories.

mod diffing;
mod editing;
mod reading;
mod support;

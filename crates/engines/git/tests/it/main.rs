//! The crate against real git, in temporary directories.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod damaged;
mod diffing;
mod drafting;
mod editing;
mod formats;
mod garbage;
mod hostile;
mod importing;
mod incoming;
mod limits;
mod pushing;
mod reading;
mod receiving;
mod relating;
mod replaying;
mod serving;
mod support;

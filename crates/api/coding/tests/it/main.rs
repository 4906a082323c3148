//! The API through its router, on both databases.

mod account;
mod administration;
mod code_search;
mod coverage;
mod depot;
mod envelope;
mod formats;
mod history;
mod prepare;
mod project;
mod reading;
mod releases;
mod rules;
mod same_as_git;
mod shape;
mod ssh_key;
mod team;
mod world;
mod writing;

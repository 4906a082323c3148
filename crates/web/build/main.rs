//! Turns the message files into typed functions and the assets into hashed,
//! compressed byte strings, so that a page can neither ask for a sentence that
//! one language lacks nor link a file that is not served.

#![expect(clippy::print_stdout, reason = "how a build script speaks to cargo")]

mod assets;
mod messages;

use std::{
    fs,
    path::{Path, PathBuf},
};

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    for watched in ["build", "messages", "assets"] {
        println!("cargo:rerun-if-changed={}", root.join(watched).display());
    }
    messages::generate(&root.join("messages"), &out.join("messages.rs"));
    messages::generate_domain(&root.join("messages/domain.toml"), &out.join("domain.rs"));
    assets::generate(&root.join("assets"), &out);
}

/// What is in a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    found.sort();
    found
}

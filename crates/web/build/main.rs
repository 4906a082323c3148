//! Turns the message files into typed functions and the assets into hashed,
//! compressed byte strings, so that a page can neither ask for a sentence that
//! one language lacks nor link a file that is not served.

#![expect(clippy::print_stdout, reason = "how a build script speaks to cargo")]

mod assets;
mod domain;

use std::path::PathBuf;

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    for watched in ["build", "messages", "assets"] {
        println!("cargo:rerun-if-changed={}", root.join(watched).display());
    }
    messages::generate(&root.join("messages"), &out.join("messages.rs"));
    domain::generate(&root.join("messages/domain.toml"), &out.join("domain.rs"));
    assets::generate(&root.join("assets"), &out);
}

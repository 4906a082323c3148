#![no_main]

use std::sync::LazyLock;

/// An empty one, for packs that are taken in by way of a file.
static REPOSITORY: LazyLock<git::Repository> = LazyLock::new(|| {
    let name = format!("mortise-fuzz-pack-{}.git", std::process::id());
    git::Repository::init(&std::env::temp_dir().join(name), "main").expect("a directory")
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    git::probe::pack(bytes, false);
    git::probe::pack(bytes, true);
    git::probe::large_pack(&REPOSITORY, bytes, true);
});

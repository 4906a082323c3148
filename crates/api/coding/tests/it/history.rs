//! What is in the depots of the tests: a history that is the same, to its
//! names, in every one of them.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// The first commit, on every branch.
pub(crate) const FIRST: &str = "4d4b700219027e85c07e6d9534ec81c1fcc81b87";
/// The last commit of `main`, `master` and `release`.
pub(crate) const MASTER: &str = "0a49f021e61ad420cfaa0f3f1da523350b645003";
/// The last commit of `dev` and `feature/größe`; one ahead of `master`.
pub(crate) const DEV: &str = "15a91fdcca1eed78a79a7b50e723cc3aedd7ccb4";
/// The file `foo.txt`.
pub(crate) const FOO: &str = "257cc5642cb1a054f08cc83f2d943e56fd3ebe99";
/// The file `image.png`, which is no text.
pub(crate) const IMAGE: &str = "3e3b7784887c7cf3947fbb484aec387fb87d4c0d";

/// Three commits. `master` has two of them, by `coding` and by `admin`; `dev`
/// has one more. `tag-demo` is an annotated tag of the second, `tag_one` and
/// `TagName` are plain tags of the first.
const SCRIPT: &[u8] = include_bytes!("history.txt");

/// Brings the history into the empty bare repository at `directory`.
pub(crate) fn fill(directory: &Path) {
    let mut import = Command::new("git")
        .arg("--git-dir")
        .arg(directory)
        .args(["-c", "safe.directory=*", "-c", "fastimport.unpackLimit=0"])
        .args(["fast-import", "--quiet"])
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::piped())
        .spawn()
        .expect("git");
    import.stdin.take().expect("a pipe").write_all(SCRIPT).expect("a reader");
    assert!(import.wait().expect("an end").success());
}

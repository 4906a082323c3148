//! What reads a client's bytes, as functions of bytes. The ordinary tests feed
//! the same functions with damaged input.

/// The rules' patterns, and CODEOWNERS, without the database behind them.
#[path = "../crates/domain/depots/src/rules"]
mod rules {
    pub mod owners;
    pub mod pattern;
}
#[path = "../crates/api/git/src/ssh/command.rs"]
pub mod command;
#[path = "../crates/api/git/src/lfs/request.rs"]
pub mod request;

/// The text and the rest behind its first line.
fn split(bytes: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(bytes);
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    (first.to_owned(), rest.to_owned())
}

/// Patterns of paths and names, one a line, behind a path that they are asked
/// about.
pub fn patterns(bytes: &[u8]) {
    let (path, patterns) = split(bytes);
    rules::pattern::probe(&path, &patterns);
}

/// A CODEOWNERS file behind a path that it is asked about.
pub fn owners(bytes: &[u8]) {
    let (path, file) = split(bytes);
    let owners = rules::owners::Owners::parse(&file);
    let _ = owners.of(&path);
}

/// A wish of a search behind a line that it is asked about.
pub fn search(bytes: &[u8]) {
    let (line, wish) = split(bytes);
    codesearch::probe(&wish, line.as_bytes());
}

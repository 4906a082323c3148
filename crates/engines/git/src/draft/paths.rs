//! Paths that a checkout can, and may, create.

use gix::{bstr::ByteSlice as _, validate::path::component};

use crate::Mode;

/// Bytes; beyond what common systems can check out.
const LENGTH_LIMIT: usize = 4096;
/// Directories one in another.
const DEPTH_LIMIT: usize = 250;

/// What makes `path` unusable for an entry of that mode, to be read after "must"; `None` when
/// nothing does.
///
/// Refused is what `git fsck --strict` calls an error, whatever file system it would be one on,
/// and control characters, which Git knows but nobody can type or see.
pub(super) fn trouble(path: &str, mode: Mode) -> Option<&'static str> {
    if path.is_empty() {
        return Some("must not be empty");
    }
    if path.len() > LENGTH_LIMIT {
        return Some("must have at most 4096 bytes");
    }
    if path.starts_with('/') {
        return Some("must start at the root of the depot, without a slash");
    }
    if path.chars().any(char::is_control) {
        return Some("must not hold control characters");
    }
    if path.split('/').count() > DEPTH_LIMIT {
        return Some("must have at most 250 parts");
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    let options =
        component::Options { protect_windows: false, protect_hfs: true, protect_ntfs: true };
    for name in path.split('/') {
        let link = (mode == Mode::Symlink && name == last).then_some(component::Mode::Symlink);
        // Windows takes a backslash for a slash, so every part between them counts.
        for part in std::iter::once(name).chain(name.split('\\')) {
            match gix::validate::path::component(part.as_bytes().as_bstr(), link, options) {
                Ok(_) => {}
                Err(component::Error::Empty) if part.len() < name.len() => {}
                Err(component::Error::Empty) => return Some("must not have empty parts"),
                Err(component::Error::Relative) if part.len() < name.len() => {}
                Err(component::Error::Relative) => return Some("must not have . or .. in it"),
                Err(component::Error::DotGitDir) => return Some("must not have .git in it"),
                Err(component::Error::SymlinkedGitModules) => {
                    return Some("must not make .gitmodules a link");
                }
                Err(_) => return Some("must be a path that every system can check out"),
            }
        }
    }
    None
}

/// Whether Git itself checks the content of a file of that path when it is pushed, because a
/// client acts on it. Only a suspicion: better once too often.
pub(super) fn is_delicate(path: &str) -> bool {
    let letters: String = path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '~')
        .collect::<String>()
        .to_ascii_lowercase();
    letters.starts_with("gitmod") || letters.starts_with("gi7")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disguises_of_git_are_seen_through() {
        for bad in [
            "",
            "/a",
            "a//b",
            "a/",
            ".",
            "..",
            "a/../b",
            "./a",
            ".git",
            ".git/config",
            "a/.GIT/x",
            ".Git",
            "git~1",
            "a/GIT~1/hooks",
            ".git ",
            ".git.",
            ".git. .",
            ".git::$INDEX_ALLOCATION",
            ".git:stream",
            ".g\u{200c}it",
            ".\u{feff}GIT/config",
            "a\\.git\\hooks",
            "a\\.git",
            ".git\\hooks",
            "a\nb",
            "a\tb",
            "a\u{7f}",
            "a\u{85}",
            "a\0b",
        ] {
            assert!(trouble(bad, Mode::File).is_some(), "{bad:?}");
        }
        let deep = "a/".repeat(300) + "b";
        for bad in [deep.as_str(), &"x".repeat(5000)] {
            assert!(trouble(bad, Mode::File).is_some());
        }
        for good in
            ["a", "a/b", ".github/x", ".gitignore", "git", "a b", "文/件", "...", "a\\b", "COM1"]
        {
            assert_eq!(trouble(good, Mode::File), None, "{good:?}");
        }
        assert!(trouble(".gitmodules", Mode::Symlink).is_some());
        assert!(trouble("GITMOD~1", Mode::Symlink).is_some());
        assert_eq!(trouble(".gitmodules", Mode::File), None);
    }

    #[test]
    fn what_clients_act_on_is_suspected() {
        for path in [".gitmodules", ".GitModules", "gitmod~1", "GI7EBA~1", ".git\u{200c}modules"] {
            assert!(is_delicate(path), "{path}");
        }
        assert!(!is_delicate("src/main.rs"));
    }
}

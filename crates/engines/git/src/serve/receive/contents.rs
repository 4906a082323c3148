//! The content of files that git reads itself, as `git fsck` checks it.
//!
//! Like the check of the objects around them it is never more lenient than git: a file that is
//! written in an unusual way is for git to judge.

use super::pack::ForGit;

/// The largest such file, in bytes.
pub(super) const LIMIT: u64 = 1 << 20;
/// The longest line of a `.gitattributes`, in bytes (`ATTR_MAX_LINE_LENGTH` of git).
const ATTRIBUTES_LINE: usize = 2048;

/// A file that git reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadByGit {
    Modules,
    Attributes,
}

impl ReadByGit {
    /// What a file of this name is.
    pub(super) fn named(name: &[u8]) -> Option<ReadByGit> {
        match name {
            b".gitmodules" => Some(ReadByGit::Modules),
            b".gitattributes" => Some(ReadByGit::Attributes),
            _ => None,
        }
    }
}

/// Checks the content of one.
pub(super) fn check(file: ReadByGit, data: &[u8]) -> Result<(), ForGit> {
    let fine = match file {
        ReadByGit::Attributes => {
            data.split(|byte| *byte == b'\n').all(|line| line.len() < ATTRIBUTES_LINE)
        }
        ReadByGit::Modules => std::str::from_utf8(data).is_ok_and(modules),
    };
    if fine { Ok(()) } else { Err(ForGit) }
}

/// Whether it is a list of submodules as `git submodule` writes it, whose names, places and addresses
/// nobody can take for something else.
fn modules(text: &str) -> bool {
    let mut within = false;
    text.lines().all(|line| {
        let line = line.trim_matches([' ', '\t']);
        if line.is_empty() || line.starts_with(['#', ';']) {
            return true;
        }
        if let Some(rest) = line.strip_prefix("[submodule \"") {
            within = true;
            return rest.strip_suffix("\"]").is_some_and(is_plain_name);
        }
        let Some((key, value)) = line.split_once('=') else { return false };
        let (key, value) = (key.trim_end_matches([' ', '\t']), value.trim_matches([' ', '\t']));
        let is_key = key.starts_with(|it: char| it.is_ascii_alphabetic())
            && key.chars().all(|it| it.is_ascii_alphanumeric() || it == '-');
        within && is_key && is_plain(value) && fits(&key.to_ascii_lowercase(), value)
    })
}

/// Nothing that the syntax of settings gives a meaning, and nothing at the beginning that could be
/// taken for an option.
fn is_plain(value: &str) -> bool {
    let plain = |it: char| it.is_ascii_alphanumeric() || "/._-+@:~, ".contains(it);
    !value.is_empty() && !value.starts_with('-') && value.chars().all(plain)
}

fn is_plain_name(name: &str) -> bool {
    is_plain(name) && name.split('/').all(|part| part != "..")
}

fn fits(key: &str, value: &str) -> bool {
    let begins_plainly =
        |rest: &str| rest.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '_');
    match key {
        "url" => {
            let relative = value.trim_start_matches("../");
            let relative = relative.strip_prefix("./").unwrap_or(relative);
            let schemes = ["https://", "http://", "ssh://", "git://"];
            match schemes.iter().find_map(|scheme| value.strip_prefix(scheme)) {
                Some(host) => begins_plainly(host) && !host.contains("::"),
                None if relative.len() < value.len() => {
                    begins_plainly(relative) && !relative.contains(':')
                }
                // `git@host:path`.
                None => {
                    begins_plainly(value) && value.contains('@') && value.matches(':').count() == 1
                }
            }
        }
        "update" => ["checkout", "rebase", "merge", "none"].contains(&value),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of them would send every large push of its repository through a process of git.
    #[test]
    fn usual_files_are_checked_in_this_process() {
        for text in [
            "[submodule \"docs/_themes\"]\n\tpath = docs/_themes\n\turl = git://example.org/t.git\n",
            "[submodule \"third_party/a+b\"]\n\tpath = third_party/a+b\n\turl = https://example.org/x/a\n\
             \tbranch = release/1.x\n\tshallow = true\n\tignore = dirty\n",
            "[submodule \"a\"]\r\n\tpath = a\r\n\turl = git@example.org:x/a.git\r\n",
            "; a note\n[submodule \"a b\"]\n    path=a b\n    url=../../a.git\n",
        ] {
            assert_eq!(check(ReadByGit::Modules, text.as_bytes()), Ok(()), "{text}");
        }
        let attributes = "* text=auto\n*.png binary\n".repeat(1000);
        assert_eq!(check(ReadByGit::Attributes, attributes.as_bytes()), Ok(()));
        assert_eq!(check(ReadByGit::Attributes, "x".repeat(2048).as_bytes()), Err(ForGit));
    }
}

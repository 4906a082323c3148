//! The check of objects that come in: never more lenient than `git fsck --strict` with the exceptions
//! that every forge makes (see [`super::objects::STRICT`]).
//!
//! What is plainly fine passes. Everything else, also what git would only warn of, is for git to
//! judge: a name that some file system could take for `.git`, a header nobody writes.

use std::collections::HashSet;

use gix::{ObjectId, hash::Kind as HashKind, objs::Kind};

use super::{contents::ReadByGit, pack::ForGit};
use crate::refs::is_tag_name;

/// What an object needs to exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) id: ObjectId,
    pub(super) kind: Kind,
    /// A file whose content git looks at: it has to pass that check, too.
    pub(super) file: Option<ReadByGit>,
}

/// An entry of a tree that passed.
#[derive(Clone, Copy, Debug)]
pub(super) struct TreeEntry<'a> {
    pub(super) mode: Mode,
    pub(super) name: &'a [u8],
    pub(super) id: ObjectId,
}

/// What git writes into trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Tree,
    File,
    Symlink,
    Submodule,
}

/// Checks one object and says what it refers to.
pub(super) fn check(kind: Kind, data: &[u8], hash: HashKind) -> Result<Vec<Link>, ForGit> {
    match kind {
        Kind::Blob => Ok(Vec::new()),
        Kind::Tree => tree(data, hash),
        Kind::Commit => commit(data, hash),
        Kind::Tag => tag(data, hash),
    }
}

/// The entries of a tree, as far as its form is one that git writes.
pub(super) fn entries(mut data: &[u8], hash: HashKind) -> Result<Vec<TreeEntry<'_>>, ForGit> {
    let length = hash.len_in_bytes();
    let mut entries = Vec::with_capacity(data.len() / (length + 12));
    while !data.is_empty() {
        let space = data.iter().position(|byte| *byte == b' ').ok_or(ForGit)?;
        let mode = match &data[..space] {
            // Some hosts wrote a zero, and early versions of git what the group may do.
            b"40000" | b"040000" => Mode::Tree,
            b"100644" | b"100755" | b"100664" => Mode::File,
            b"120000" => Mode::Symlink,
            b"160000" => Mode::Submodule,
            _ => return Err(ForGit),
        };
        data = &data[space + 1..];
        let end = data.iter().position(|byte| *byte == 0).ok_or(ForGit)?;
        let name = &data[..end];
        let id = data.get(end + 1..end + 1 + length).ok_or(ForGit)?;
        let id = ObjectId::try_from(id).map_err(|_| ForGit)?;
        data = &data[end + 1 + length..];
        entries.push(TreeEntry { mode, name, id });
    }
    Ok(entries)
}

fn tree(data: &[u8], hash: HashKind) -> Result<Vec<Link>, ForGit> {
    let entries = entries(data, hash)?;
    let mut links = Vec::with_capacity(entries.len());
    let mut files = HashSet::new();
    let has_trees = entries.iter().any(|entry| entry.mode == Mode::Tree);
    let mut previous: Option<&TreeEntry<'_>> = None;
    for entry in &entries {
        let file = check_name(entry)?;
        if let Some(previous) = previous
            && sorted_as(previous).cmp(sorted_as(entry)) != std::cmp::Ordering::Less
        {
            return Err(ForGit);
        }
        // The same name as a file and, further down, as a directory.
        if entry.mode != Mode::Tree {
            if has_trees {
                files.insert(entry.name);
            }
        } else if files.contains(entry.name) {
            return Err(ForGit);
        }
        if entry.id.is_null() {
            return Err(ForGit);
        }
        match entry.mode {
            Mode::Submodule => {}
            Mode::Tree => links.push(Link { id: entry.id, kind: Kind::Tree, file }),
            Mode::File | Mode::Symlink => {
                links.push(Link { id: entry.id, kind: Kind::Blob, file });
            }
        }
        previous = Some(entry);
    }
    Ok(links)
}

/// Git sorts directories as if a slash stood behind their names.
fn sorted_as<'a>(entry: &TreeEntry<'a>) -> impl Iterator<Item = u8> + use<'a> {
    let slash = (entry.mode == Mode::Tree).then_some(b'/');
    entry.name.iter().copied().chain(slash)
}

/// What stands behind `.git` in the names of files that git reads.
const READ_BY_GIT: &[&[u8]] = &[b"modules", b"attributes", b"ignore"];

/// Whether a name that goes on like this behind `.git` is neither `.git` itself nor a file that git
/// reads, nor what a file system takes for one of these: those ignore case, and dots, spaces and
/// streams (`:`) at the end. `.github` and `.git-blame-ignore-revs` are such names.
fn means_nothing_to_git(rest: &[u8]) -> bool {
    let goes_on = rest
        .first()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let begins_with =
        |name: &&[u8]| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    goes_on && !READ_BY_GIT.iter().any(begins_with)
}

/// What the file is, if git looks at its content.
fn check_name(entry: &TreeEntry<'_>) -> Result<Option<ReadByGit>, ForGit> {
    let name = entry.name;
    if name.is_empty() || name.len() > 255 || name == b"." || name == b".." {
        return Err(ForGit);
    }
    // A slash; a backslash, which is one on Windows; the short names of NTFS (`git~1`); and the
    // first bytes of those characters that HFS+ ignores in names (U+200C to U+206F, U+FEFF).
    let strange = |index: usize| match name[index] {
        b'/' | b'\\' => true,
        b'~' => name.get(index + 1).is_some_and(u8::is_ascii_digit),
        0xe2 => matches!(name.get(index + 1), Some(0x80 | 0x81) | None),
        0xef => matches!(name.get(index + 1), Some(0xbb) | None),
        _ => false,
    };
    if (0..name.len()).any(strange) {
        return Err(ForGit);
    }
    let is_git = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b".git"));
    if is_git {
        return match name {
            b".gitmodules" | b".gitattributes" if entry.mode == Mode::File => {
                Ok(ReadByGit::named(name))
            }
            b".gitignore" if entry.mode == Mode::File => Ok(None),
            _ if means_nothing_to_git(&name[4..]) => Ok(None),
            _ => Err(ForGit),
        };
    }
    // `.mailmap` must not be a link; neither must what NTFS takes for one.
    let mailmap = name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b".mailmap"));
    if mailmap && entry.mode == Mode::Symlink {
        return Err(ForGit);
    }
    Ok(None)
}

/// Takes `prefix`, the digits of a name and the line's end off `data`.
fn link<'d>(
    data: &'d [u8],
    prefix: &[u8],
    hash: HashKind,
) -> Result<Option<(ObjectId, &'d [u8])>, ForGit> {
    let Some(rest) = data.strip_prefix(prefix) else { return Ok(None) };
    let (hex, rest) = rest.split_at_checked(hash.len_in_hex()).ok_or(ForGit)?;
    let rest = rest.strip_prefix(b"\n").ok_or(ForGit)?;
    if hex.iter().any(u8::is_ascii_uppercase) {
        return Err(ForGit);
    }
    Ok(Some((ObjectId::from_hex(hex).map_err(|_| ForGit)?, rest)))
}

fn commit(data: &[u8], hash: HashKind) -> Result<Vec<Link>, ForGit> {
    if data.contains(&0) {
        return Err(ForGit);
    }
    let (tree, mut rest) = link(data, b"tree ", hash)?.ok_or(ForGit)?;
    let mut links = vec![Link { id: tree, kind: Kind::Tree, file: None }];
    while let Some((parent, behind)) = link(rest, b"parent ", hash)? {
        links.push(Link { id: parent, kind: Kind::Commit, file: None });
        rest = behind;
    }
    rest = identity(rest, b"author ")?;
    rest = identity(rest, b"committer ")?;
    // Further headers, whose lines git does not look at, then an empty line.
    while !rest.starts_with(b"\n") {
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or(ForGit)?;
        if rest.starts_with(b"author ")
            || rest.starts_with(b"parent ")
            || rest.starts_with(b"tree ")
        {
            return Err(ForGit);
        }
        rest = &rest[end + 1..];
    }
    Ok(links)
}

fn tag(data: &[u8], hash: HashKind) -> Result<Vec<Link>, ForGit> {
    if data.contains(&0) {
        return Err(ForGit);
    }
    let (id, rest) = link(data, b"object ", hash)?.ok_or(ForGit)?;
    let rest = rest.strip_prefix(b"type ").ok_or(ForGit)?;
    let (kind, rest) = line(rest)?;
    let kind = match kind {
        b"commit" => Kind::Commit,
        b"tree" => Kind::Tree,
        b"blob" => Kind::Blob,
        b"tag" => Kind::Tag,
        _ => return Err(ForGit),
    };
    let rest = rest.strip_prefix(b"tag ").ok_or(ForGit)?;
    let (name, rest) = line(rest)?;
    if !std::str::from_utf8(name).is_ok_and(is_tag_name) {
        return Err(ForGit);
    }
    let rest = identity(rest, b"tagger ")?;
    if !rest.is_empty() && !rest.starts_with(b"\n") {
        return Err(ForGit);
    }
    Ok(vec![Link { id, kind, file: None }])
}

fn line(data: &[u8]) -> Result<(&[u8], &[u8]), ForGit> {
    let end = data.iter().position(|byte| *byte == b'\n').ok_or(ForGit)?;
    Ok((&data[..end], &data[end + 1..]))
}

/// Takes `prefix` and a line `Name <mail> seconds +zone` off `data`.
fn identity<'d>(data: &'d [u8], prefix: &[u8]) -> Result<&'d [u8], ForGit> {
    let (text, rest) = line(data.strip_prefix(prefix).ok_or(ForGit)?)?;
    let open = text.iter().position(|byte| matches!(byte, b'<' | b'>')).ok_or(ForGit)?;
    if open == 0 || text[open] != b'<' || text[open - 1] != b' ' {
        return Err(ForGit);
    }
    let text = &text[open + 1..];
    let close = text.iter().position(|byte| matches!(byte, b'<' | b'>')).ok_or(ForGit)?;
    if text[close] != b'>' {
        return Err(ForGit);
    }
    // One of the exceptions: git looks no further then.
    let Some(text) = text[close + 1..].strip_prefix(b" ") else { return Ok(rest) };
    let space = text.iter().position(|byte| *byte == b' ').ok_or(ForGit)?;
    // The zone behind it may be anything, which is the other.
    let seconds = &text[..space];
    let number = !seconds.is_empty()
        && seconds.len() <= 12
        && seconds.iter().all(u8::is_ascii_digit)
        && (seconds[0] != b'0' || seconds.len() == 1);
    if number { Ok(rest) } else { Err(ForGit) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of them would send every push to a repository that has it through a process of git.
    #[test]
    fn names_of_public_repositories_are_checked_in_this_process() {
        let blob = ObjectId::from_hex(&[b'1'; 40]).unwrap();
        for name in [
            ".git-blame-ignore-revs",
            ".git_archival.txt",
            ".gitattributes",
            ".gitbook.yaml",
            ".gitconfig",
            ".github",
            ".gitignore",
            ".gitkeep",
            ".gitlab-ci.yml",
            ".gitlint",
            ".gitmessage",
            ".gitmodules",
            ".gitpod.yml",
            ".gitreview",
            ".mailmap",
        ] {
            let entry = TreeEntry { mode: Mode::File, name: name.as_bytes(), id: blob };
            assert_eq!(check_name(&entry), Ok(ReadByGit::named(name.as_bytes())), "{name}");
        }
    }
}

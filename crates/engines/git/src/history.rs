//! Questions about history that git's changed-path filters answer fastest: one process each.

use std::{
    collections::HashMap,
    ffi::OsString,
    io::{BufRead, Read},
    ops::ControlFlow,
    os::unix::ffi::OsStringExt,
};

use gix::bstr::ByteSlice;

use crate::{
    Cancel, Commit, Error, Oid, Repository, Result,
    commit::{lossy, read_commit},
    tree::{find_bytes, tree_of},
};

/// How often a page of commits may change a path before the page is cut.
const PATH_LOG_LIMIT: usize = 10_000;

impl Repository {
    /// The commits in the history of `from` that changed `path` (a file or a directory), newest
    /// first: `limit` (at most 10,000) after the first `skip`. Merges that only took over one
    /// side's version are left out, renames are not followed.
    ///
    /// # Errors
    /// [`Error::NotFound`] when `from` is no commit here, [`Error::Process`].
    pub fn path_log(
        &self,
        from: Oid,
        path: &str,
        skip: usize,
        limit: usize,
        cancel: &Cancel,
    ) -> Result<Vec<Commit>> {
        let repo = self.local();
        let commit = read_commit(&repo, from)?;
        let path = path.trim_matches('/');
        // The path may have been deleted before `from`; then its bytes are what was asked for.
        let bytes = match find_bytes(&repo, commit.tree.into(), path) {
            Ok((_, _, bytes)) => bytes,
            Err(Error::NotFound(_)) => path.as_bytes().to_vec(),
            Err(other) => return Err(other),
        };
        if bytes.is_empty() {
            return self.log(from, skip, limit);
        }
        let output = self
            .git("log")
            .arg("--format=%H")
            .arg(format!("--skip={skip}"))
            .arg(format!("--max-count={}", limit.min(PATH_LOG_LIMIT)))
            .arg(from.to_string())
            .arg("--")
            .arg(OsString::from_vec(bytes))
            .cancel(cancel)
            .output()?;
        ByteSlice::lines(&output[..]).map(|line| read_commit(&repo, Oid::from_hex(line)?)).collect()
    }

    /// For each entry of the directory at `path` in the commit `from`, by name, the newest commit
    /// that touched it. One process for the whole directory; it stops as soon as every entry is
    /// known. Worth keeping by (tree, path): the answer for a commit never changes.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such directory, [`Error::Process`],
    /// [`Error::Timeout`] after two minutes.
    pub fn last_commits(
        &self,
        from: Oid,
        path: &str,
        cancel: &Cancel,
    ) -> Result<HashMap<String, Commit>> {
        let repo = self.local();
        let path = path.trim_matches('/');
        let commit = read_commit(&repo, from)?;
        let root = tree_of(&repo, commit.tree)?;
        let prefix = if path.is_empty() {
            Vec::new()
        } else {
            let mut bytes = find_bytes(&repo, root, path)?.2;
            bytes.push(b'/');
            bytes
        };
        let mut wanted: HashMap<String, ()> =
            self.tree(from, path)?.into_iter().map(|entry| (entry.name, ())).collect();
        let mut found = HashMap::with_capacity(wanted.len());
        if wanted.is_empty() {
            return Ok(found);
        }
        // Fields end with NUL: `>` and the commit's name after an empty field, then its paths (after
        // another empty field when it is a merge). `-c` shows of a merge what differs from every
        // parent, that is, what the merge itself did.
        let mut log = self
            .git("log")
            .args(["--format=%x00>%H", "--name-only", "-z", "-c", "--no-renames"])
            .arg(from.to_string())
            .arg("--")
            .cancel(cancel);
        if !prefix.is_empty() {
            log = log.arg(OsString::from_vec(prefix.clone()));
        }
        log.read(|stdout| {
            let mut current: Option<Oid> = None;
            let mut after_empty = false;
            let mut field = Vec::new();
            loop {
                field.clear();
                let count = stdout
                    .take(64 * 1024)
                    .read_until(0, &mut field)
                    .map_err(Error::io("cannot read from git"))?;
                if count == 0 {
                    return Ok(ControlFlow::Continue(()));
                }
                // The first path of a commit follows a line end.
                let text = field.strip_suffix(b"\0").unwrap_or(&field);
                let text = text.strip_prefix(b"\n").unwrap_or(text);
                let may_be_commit = std::mem::replace(&mut after_empty, text.is_empty());
                if text.is_empty() {
                    continue;
                }
                if may_be_commit
                    && let Some(id) =
                        text.strip_prefix(b">").and_then(|hex| Oid::from_hex(hex).ok())
                {
                    current = Some(id);
                    continue;
                }
                let Some(commit) = current else { continue };
                let Some(rest) = text.strip_prefix(prefix.as_slice()) else { continue };
                let name = lossy(rest.split(|byte| *byte == b'/').next().unwrap_or(rest));
                if wanted.remove(&name).is_some() {
                    found.insert(name, read_commit(&repo, commit)?);
                    if wanted.is_empty() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
        })?;
        Ok(found)
    }
}

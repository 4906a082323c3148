//! Doing again elsewhere what a commit did: cherry-pick, revert, rebase.
//!
//! Each commit is one merge of three trees, by gitoxide: what the commit changed against its
//! parent is brought into the tree that it is put upon.

use gix::ObjectId;

use super::{CommitDraft, Draft, RawCommit, merge::merge, message::to_utf8};
use crate::{
    Cancel, Error, Oid, Repository, Result, Signature, commit::read_commit, error::from_gix,
    tree::tree_of,
};

/// The most commits that one rebase takes over.
pub const REBASE_LIMIT: usize = 1000;

/// A commit that was done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picked {
    /// The new commit.
    pub commit: Oid,
}

/// What became of a branch that was rebased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebased {
    /// The new tip; that of the branch itself when there was nothing to do.
    pub tip: Oid,
    /// How many commits were made anew.
    pub replayed: usize,
    /// The commits of the branch that are left out, because the base has the same change or
    /// because they change nothing there.
    pub dropped: Vec<Oid>,
}

impl Draft {
    /// Does on top of `onto` what `commit` did, under its author's name and with its message. A
    /// merge needs `mainline`, the parent (from 1) against which it counts.
    ///
    /// # Errors
    /// [`Error::Conflicts`]; [`Error::Empty`] when it would change nothing, be it that the change
    /// is there already; [`Error::Invalid`] when `mainline` does not fit.
    pub fn cherry_pick(
        &mut self,
        onto: Oid,
        commit: Oid,
        mainline: Option<usize>,
        committer: &Signature,
    ) -> Result<Picked> {
        let before = self.parent_tree(commit, mainline)?;
        let target = self.tree_id(onto)?;
        let tree = merge(self, before, target, self.tree_id(commit)?, commit)?;
        if tree == target {
            return Err(Error::Empty(format!("{commit} changes nothing here")));
        }
        let commit = self.again(commit, tree, onto, committer)?;
        Ok(Picked { commit })
    }

    /// Undoes on top of `onto` what `commit` did. `message` may be empty for the usual one.
    ///
    /// # Errors
    /// As [`Draft::cherry_pick`].
    pub fn revert(
        &mut self,
        onto: Oid,
        commit: Oid,
        mainline: Option<usize>,
        who: &Signature,
        message: &str,
    ) -> Result<Picked> {
        let before = self.parent_tree(commit, mainline)?;
        let target = self.tree_id(onto)?;
        let tree = merge(self, self.tree_id(commit)?, target, before, commit)?;
        if tree == target {
            return Err(Error::Empty(format!("what {commit} did is undone already")));
        }
        let undone = read_commit(&self.repo, commit)?;
        // As git has it: a line, not a paragraph.
        let lines = &mut undone.message.split('\n');
        let subject = lines.find(|line| !line.trim().is_empty()).unwrap_or_default();
        let usual = match undone.parents.get(mainline.unwrap_or(1).saturating_sub(1)) {
            Some(parent) if undone.parents.len() > 1 => format!(
                "Revert \"{subject}\"\n\nThis reverts commit {commit}, reversing\nchanges made to {parent}.\n"
            ),
            _ => format!("Revert \"{subject}\"\n\nThis reverts commit {commit}.\n"),
        };
        let message = if message.trim().is_empty() { usual.as_str() } else { message };
        let commit = self.commit(&CommitDraft {
            tree: tree.into(),
            parents: &[onto],
            author: who,
            committer: who,
            message,
        })?;
        Ok(Picked { commit })
    }

    /// Does on top of `base` what the commits of `tip` did that are not in its history, as `git
    /// rebase` has it: oldest first, without merges, without those whose change the base has
    /// (by patch id) and without those that change nothing there, unless they never did.
    ///
    /// # Errors
    /// [`Error::Conflicts`] naming the first commit that does not fit; [`Error::TooLarge`] above
    /// [`REBASE_LIMIT`] commits; [`Error::Timeout`], [`Error::Cancelled`].
    pub fn rebase(
        &mut self,
        base: Oid,
        tip: Oid,
        committer: &Signature,
        cancel: &Cancel,
    ) -> Result<Rebased> {
        let listed = commits_to_replay(&self.repository, base, tip, cancel)?;
        let mut done = Rebased { tip: base, replayed: 0, dropped: Vec::new() };
        for (commit, known) in listed {
            cancel.check()?;
            let read = read_commit(&self.repo, commit)?;
            let before = self.parent_tree(commit, None)?;
            let empty = before == ObjectId::from(read.tree);
            if known && !empty {
                done.dropped.push(commit);
                continue;
            }
            // It stands where it is to stand.
            if read.parents.first() == Some(&done.tip) {
                done.tip = commit;
                continue;
            }
            let target = self.tree_id(done.tip)?;
            let tree = merge(self, before, target, read.tree.into(), commit)?;
            if tree == target && !empty {
                done.dropped.push(commit);
                continue;
            }
            done.tip = self.again(commit, tree, done.tip, committer)?;
            done.replayed += 1;
        }
        Ok(done)
    }

    fn tree_id(&self, commit: Oid) -> Result<ObjectId> {
        Ok(read_commit(&self.repo, commit)?.tree.into())
    }

    /// The tree that a commit is to be compared with.
    fn parent_tree(&self, commit: Oid, mainline: Option<usize>) -> Result<ObjectId> {
        let parents = read_commit(&self.repo, commit)?.parents;
        let parent = match (parents.as_slice(), mainline) {
            ([], None | Some(1)) => return Ok(self.repository.format().empty_tree().into()),
            ([parent], None | Some(1)) => parent,
            ([_, ..], Some(number)) if number > 0 => parents
                .get(number - 1)
                .ok_or_else(|| Error::Invalid(format!("{commit} has no parent {number}")))?,
            ([_, _, ..], None) => {
                return Err(Error::Invalid(format!(
                    "{commit} is a merge: say against which parent it counts"
                )));
            }
            _ => return Err(Error::Invalid(format!("{commit} has no such parent"))),
        };
        tree_of(&self.repo, *parent)
    }

    /// `commit` with another tree, parent and committer. The author's name and the message become
    /// UTF-8 where they are not; what cannot be read stays as it is.
    fn again(&self, commit: Oid, tree: ObjectId, onto: Oid, committer: &Signature) -> Result<Oid> {
        let object = self.repo.find_object(commit).map_err(from_gix)?;
        let old = gix::objs::CommitRef::from_bytes(&object.data, commit.format().kind())
            .map_err(from_gix)?;
        let recoded = match old.encoding {
            Some(name) => to_utf8(old.author, name).zip(to_utf8(old.message, name)),
            None => None,
        };
        let (author, message, encoding) = match &recoded {
            Some((author, message)) => (author.as_slice(), message.as_slice(), None),
            None => (&**old.author, &**old.message, old.encoding.map(|name| &**name)),
        };
        // Git starts at the first line that has something.
        let mut start = message;
        while let Some(line) = start.iter().position(|byte| *byte == b'\n') {
            if !start[..line].iter().all(u8::is_ascii_whitespace) {
                break;
            }
            start = &start[line + 1..];
        }
        self.write_commit(&RawCommit {
            tree: tree.into(),
            parents: &[onto],
            author,
            committer,
            encoding,
            message: start,
        })
    }
}

/// The commits that a rebase takes over, oldest first, each with whether the base has its change.
fn commits_to_replay(
    repository: &Repository,
    base: Oid,
    tip: Oid,
    cancel: &Cancel,
) -> Result<Vec<(Oid, bool)>> {
    let output = repository
        .git("rev-list")
        .args(["--topo-order", "--no-merges", "--right-only", "--cherry-mark"])
        .arg(format!("--max-count={}", REBASE_LIMIT + 1))
        .arg(format!("{base}...{tip}"))
        .arg("--")
        .cancel(cancel)
        .output()?;
    let mut commits = Vec::new();
    for line in output.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let known = line.starts_with(b"=");
        let hex = line.strip_prefix(b"=").or_else(|| line.strip_prefix(b"+")).unwrap_or(line);
        commits.push((Oid::from_hex(hex)?, known));
    }
    if commits.len() > REBASE_LIMIT {
        return Err(Error::TooLarge {
            what: "the list of commits to be rebased".to_owned(),
            size: commits.len() as u64,
            limit: REBASE_LIMIT as u64,
        });
    }
    commits.reverse();
    Ok(commits)
}

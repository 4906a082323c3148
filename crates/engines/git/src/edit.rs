//! Making commits without a working copy, in one step.

use crate::{CommitDraft, FileEdit, Oid, RefEdit, Repository, Result, Signature};

/// A commit to be made.
#[derive(Clone, Debug)]
pub struct NewCommit<'a> {
    /// The branch it goes on, without `refs/heads/`.
    pub branch: &'a str,
    /// What the branch must be at now; `None`: it must not exist, and the commit has no parent.
    pub parent: Option<Oid>,
    /// The changes against the parent.
    pub edits: &'a [FileEdit],
    /// Who wrote the change.
    pub author: &'a Signature,
    /// Who makes the commit.
    pub committer: &'a Signature,
    /// The message.
    pub message: &'a str,
}

impl Repository {
    /// Makes a commit and moves its branch to it. On disk when this returns; when it fails the
    /// branch is where it was.
    ///
    /// # Errors
    /// [`Error::Conflict`](crate::Error::Conflict) when the branch is not at `parent` any more,
    /// [`Error::Edit`](crate::Error::Edit) for a change that cannot be made,
    /// [`Error::Invalid`](crate::Error::Invalid) for a message or name that Git would not take.
    pub fn create_commit(&self, new: &NewCommit<'_>) -> Result<Oid> {
        let mut draft = self.draft();
        let tree = draft.tree(new.parent, new.edits)?;
        let commit = draft.commit(&CommitDraft {
            tree,
            parents: new.parent.as_slice(),
            author: new.author,
            committer: new.committer,
            message: new.message,
        })?;
        draft.keep()?;
        let edit = RefEdit {
            name: format!("refs/heads/{}", new.branch),
            old: Some(new.parent.unwrap_or(Oid::ZERO)),
            new: commit,
        };
        let subject = new.message.lines().next().unwrap_or_default();
        let why = if new.parent.is_some() { "commit: " } else { "commit (initial): " };
        self.edit_refs(&[edit], new.committer, &format!("{why}{subject}"))?;
        Ok(commit)
    }
}

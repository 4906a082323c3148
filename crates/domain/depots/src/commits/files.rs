//! Commits that change files.

use base::{Error, Granted, Result, UserId, Write};
use call::Call;
use git::{Commit, CommitDraft, FileEdit, Oid, Repository, Signature};

use super::{blocking, branch_name, check_message, commit_id, failed, move_branch, open, tip};
use crate::Depot;
use crate::change::signature;

/// The most files that one commit may change here; a push has no such limit.
const MAX_FILES: usize = 1000;

/// Files to be changed in one commit, all or none.
#[derive(Debug, Clone, Default)]
pub struct FilesChange {
    /// The branch that the change is made on; nothing and `HEAD` mean the
    /// default one. In a depot without any branch it is made.
    pub branch: String,
    /// A branch to be made, which gets the commit instead; `branch` may then be
    /// any revision.
    pub new_branch: Option<String>,
    /// The commit that the caller has seen at the branch's tip. When it is
    /// another by now, nothing happens.
    pub expected: Option<String>,
    /// The message.
    pub message: String,
    /// What changes, in this order.
    pub files: Vec<FileEdit>,
    /// Who wrote the change, where it is not the caller: a member of the team.
    pub author: Option<UserId>,
}

/// Changes files in one commit and returns it.
///
/// # Errors
/// * `Missing`/`Invalid` naming `branch`, `new_branch`, `expected`, `message`,
///   `files` or `files.0.path`, where a file cannot be changed as is wanted;
/// * `NotFound` when there is no such branch;
/// * `Conflict` when the branch is not at `expected`, when `new_branch` exists,
///   or when nothing would change;
/// * `Denied` with the words of a rule.
pub async fn change_files(
    call: &Call,
    depot: &Granted<Depot, Write>,
    change: FilesChange,
) -> Result<Commit> {
    check_message(&change.message)?;
    if change.files.is_empty() {
        return Err(Error::missing("files"));
    }
    if change.files.len() > MAX_FILES {
        return Err(Error::limit("a commit made here may change at most 1000 files; push instead"));
    }
    let expected = match change.expected.as_deref().unwrap_or_default() {
        "" => None,
        given => Some(commit_id("expected", given)?),
    };
    let base = match change.branch.as_str() {
        "" | "HEAD" => depot.default_branch.clone(),
        given => given.strip_prefix("refs/heads/").unwrap_or(given).to_owned(),
    };
    let target = match change.new_branch.as_deref().unwrap_or_default() {
        "" => branch_name(depot, "branch", &base)?,
        given => branch_name(depot, "new_branch", given)?,
    };
    let committer = signature(call).await?;
    let author = match change.author.filter(|author| Some(*author) != call.actor.user_id()) {
        Some(author) => of_member(call, author, &committer).await?,
        None => committer.clone(),
    };
    let repository = open(call, depot)?;
    let FilesChange { message, files, .. } = change;
    let subject = message.trim().lines().next().unwrap_or_default().to_owned();
    let (at, made) = blocking({
        let target = target.clone();
        move || {
            let at = tip(&repository, &target)?;
            let parent = start(&repository, &base, &target, at, expected)?;
            let mut draft = repository.draft();
            let tree = draft.tree(parent, &files).map_err(failed)?;
            let before = match parent {
                Some(parent) => Some(repository.commit(parent).map_err(failed)?.tree),
                None => None,
            };
            if before == Some(tree) {
                return Err(Error::conflict("the files are like that already"));
            }
            let new = CommitDraft {
                tree,
                parents: parent.as_slice(),
                author: &author,
                committer: &committer,
                message: &message,
            };
            let id = draft.commit(&new).map_err(failed)?;
            draft.keep().map_err(failed)?;
            Ok((at, repository.commit(id).map_err(failed)?))
        }
    })
    .await?;
    move_branch(call, depot, &target, at, made.id, &format!("commit: {subject}")).await?;
    Ok(made)
}

/// The commit that the new one is to follow. `at` is where `target` is now.
fn start(
    repository: &Repository,
    base: &str,
    target: &str,
    at: Option<Oid>,
    expected: Option<Oid>,
) -> Result<Option<Oid>> {
    let start = if base == target {
        if at.is_none() && !is_empty(repository)? {
            return Err(Error::not_found(format!("branch {target}")));
        }
        at
    } else {
        if at.is_some() {
            return Err(Error::conflict(format!("the branch {target} exists already")));
        }
        match tip(repository, base)? {
            Some(tip) => Some(tip),
            None if is_empty(repository)? => None,
            None => Some(
                repository.resolve(base).map_err(|_| Error::not_found(format!("branch {base}")))?,
            ),
        }
    };
    // Some clients send zeros for nothing.
    let expected = expected.filter(|expected| !expected.is_zero());
    match (expected, start) {
        (Some(expected), Some(start)) if expected != start => {
            Err(Error::conflict(format!("{base} has moved: it is at {start}, not at {expected}")))
        }
        (Some(expected), None) => {
            Err(Error::conflict(format!("{base} has no commit yet, so it is not at {expected}")))
        }
        _ => Ok(start),
    }
}

fn is_empty(repository: &Repository) -> Result<bool> {
    let any = git::RefQuery { limit: 1, ..git::RefQuery::default() };
    Ok(repository.branch_page(&any).map_err(failed)?.items.is_empty())
}

async fn of_member(call: &Call, author: UserId, committer: &Signature) -> Result<Signature> {
    let member = identity::users::member(call, None, author)
        .await
        .map_err(|_| Error::invalid("author", "is nobody in the team"))?;
    let mail = match member.user.email.as_str() {
        "" => committer_mail(&member.user.name),
        mail => mail.to_owned(),
    };
    Ok(Signature { name: member.user.display_name, mail, ..committer.clone() })
}

fn committer_mail(name: &str) -> String {
    format!("{name}@noreply.localhost")
}

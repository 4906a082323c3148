//! What commits did, done again or undone elsewhere.

use base::{Error, Granted, Result, Write};
use call::Call;
use git::{Cancel, Commit, Oid, Repository};

use super::{blocking, branch_name, check_message, failed, move_branch, open, tip};
use crate::Depot;
use crate::change::signature;

/// Brings what the commit `revision` did to `branch` as a new commit, by its
/// author. Of a merge it is what that brought to its first parent.
///
/// # Errors
/// * `NotFound` for a branch or commit that is not there;
/// * `Conflict` naming the files where both changed the same, or when it would
///   change nothing;
/// * `Denied` with the words of a rule.
pub async fn cherry_pick(
    call: &Call,
    depot: &Granted<Depot, Write>,
    revision: &str,
    branch: &str,
) -> Result<Commit> {
    let branch = branch_name(depot, "branch", branch)?;
    let who = signature(call).await?;
    let repository = open(call, depot)?;
    let (at, made) = blocking({
        let (branch, revision) = (branch.clone(), revision.to_owned());
        move || {
            let at = needed(&repository, &branch)?;
            let (commit, mainline) = find(&repository, &revision)?;
            let mut draft = repository.draft();
            let picked = draft.cherry_pick(at, commit, mainline, &who).map_err(failed)?;
            draft.keep().map_err(failed)?;
            Ok((at, repository.commit(picked.commit).map_err(failed)?))
        }
    })
    .await?;
    let why = format!("cherry-pick: {}", made.summary());
    move_branch(call, depot, &branch, Some(at), made.id, &why).await?;
    Ok(made)
}

/// Undoes on `branch` what the commit `revision` did, as a new commit. Of a
/// merge it is what that brought to its first parent. An empty `message`
/// stands for Git's own.
///
/// # Errors
/// As [`cherry_pick`].
pub async fn revert(
    call: &Call,
    depot: &Granted<Depot, Write>,
    revision: &str,
    branch: &str,
    message: &str,
) -> Result<Commit> {
    if !message.trim().is_empty() {
        check_message(message)?;
    }
    let branch = branch_name(depot, "branch", branch)?;
    let who = signature(call).await?;
    let repository = open(call, depot)?;
    let (at, made) = blocking({
        let (branch, revision) = (branch.clone(), revision.to_owned());
        let message = message.to_owned();
        move || {
            let at = needed(&repository, &branch)?;
            let (commit, mainline) = find(&repository, &revision)?;
            let mut draft = repository.draft();
            let undone = draft.revert(at, commit, mainline, &who, &message).map_err(failed)?;
            draft.keep().map_err(failed)?;
            Ok((at, repository.commit(undone.commit).map_err(failed)?))
        }
    })
    .await?;
    let why = format!("revert: {}", made.summary());
    move_branch(call, depot, &branch, Some(at), made.id, &why).await?;
    Ok(made)
}

/// What became of a rebase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebased {
    /// The branch's new tip.
    pub tip: Oid,
    /// How many commits were made anew; none when there was nothing to do.
    pub replayed: usize,
    /// The commits that are left out, because the base has their change.
    pub dropped: Vec<Oid>,
}

/// Puts the commits of `branch` that are not in `base` on top of `base`, as
/// `git rebase` does: their authors stay, merges are flattened, and what `base`
/// has already (by patch id) is left out.
///
/// # Errors
/// As [`cherry_pick`]; `Limit` above a thousand commits.
pub async fn rebase(
    call: &Call,
    depot: &Granted<Depot, Write>,
    base: &str,
    branch: &str,
) -> Result<Rebased> {
    if branch.is_empty() {
        return Err(Error::missing("branch"));
    }
    let base = branch_name(depot, "base", base)?;
    let branch = branch_name(depot, "branch", branch)?;
    let who = signature(call).await?;
    let repository = open(call, depot)?;
    let (at, done) = blocking({
        let (base, branch) = (base.clone(), branch.clone());
        move || {
            let onto = needed(&repository, &base)?;
            let at = needed(&repository, &branch)?;
            let mut draft = repository.draft();
            let done = draft.rebase(onto, at, &who, &Cancel::new()).map_err(failed)?;
            draft.keep().map_err(failed)?;
            Ok((at, done))
        }
    })
    .await?;
    if done.tip != at {
        let why = format!("rebase: onto {base}");
        move_branch(call, depot, &branch, Some(at), done.tip, &why).await?;
    }
    Ok(Rebased { tip: done.tip, replayed: done.replayed, dropped: done.dropped })
}

fn needed(repository: &Repository, branch: &str) -> Result<Oid> {
    tip(repository, branch)?.ok_or_else(|| Error::not_found(format!("branch {branch}")))
}

/// A commit, and against which parent it counts where it is a merge.
fn find(repository: &Repository, revision: &str) -> Result<(Oid, Option<usize>)> {
    if revision.is_empty() {
        return Err(Error::missing("sha"));
    }
    let missing = |_| Error::not_found(format!("commit {revision}"));
    let commit = repository.resolve(revision).map_err(missing)?;
    let parents = repository.commit(commit).map_err(failed)?.parents.len();
    Ok((commit, (parents > 1).then_some(1)))
}

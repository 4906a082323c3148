//! Branches that people make and remove without pushing.

use base::{Error, Granted, Result, Write};
use call::Call;
use git::{Branch, Oid};

use crate::commits::{blocking, branch_name, failed, open, tip};
use crate::push::{self, RefChange};
use crate::{Depot, rules};

/// The most branches that one call removes.
const MAX_REMOVED: usize = 1000;

/// Makes the branch `name` where `start` is: a branch, a tag, a commit or any
/// other revision; nothing means the default branch.
///
/// # Errors
/// * `Missing`/`Invalid` naming `name`;
/// * `NotFound` when there is no such revision;
/// * `Conflict` when the branch exists, or one that its name excludes;
/// * `Denied` with the words of a rule.
pub async fn create(
    call: &Call,
    depot: &Granted<Depot, Write>,
    name: &str,
    start: &str,
) -> Result<Branch> {
    let name = checked(depot, name)?;
    let start = if start.is_empty() { depot.default_branch.clone() } else { start.to_owned() };
    let repository = open(call, depot)?;
    let commit = blocking({
        let name = name.clone();
        move || {
            if tip(&repository, &name)?.is_some() {
                return Err(Error::conflict(format!("the branch {name} exists already")));
            }
            if let Some(other) = repository.branch_in_the_way(&name).map_err(failed)? {
                return Err(Error::conflict(format!("the branch {other} stands in the way")));
            }
            let missing = |_| Error::not_found(format!("revision {start}"));
            repository.resolve(&start).map_err(missing)
        }
    })
    .await?;
    let change = change(&name, Oid::ZERO, commit);
    push::apply(call, depot, vec![change], "branch: Created").await?;
    Ok(Branch { name, commit })
}

/// Removes a branch.
///
/// # Errors
/// * `Missing`/`Invalid` naming `name`;
/// * `NotFound` when there is no such branch;
/// * `Conflict` for the default branch;
/// * `Denied` with the words of a rule.
pub async fn delete(call: &Call, depot: &Granted<Depot, Write>, name: &str) -> Result<()> {
    let name = checked(depot, name)?;
    if name == depot.default_branch {
        return Err(Error::conflict(format!("{name} is the default branch")));
    }
    let repository = open(call, depot)?;
    let at = blocking({
        let name = name.clone();
        move || tip(&repository, &name)?.ok_or_else(|| Error::not_found(format!("branch {name}")))
    })
    .await?;
    push::apply(call, depot, vec![change(&name, at, Oid::ZERO)], "branch: Deleted").await
}

/// What became of the merged branches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removed {
    /// The names of those that are gone.
    pub removed: Vec<String>,
    /// The names of those that a rule keeps.
    pub kept: Vec<String>,
}

/// Removes every branch that is merged into the default one, but that itself,
/// those that a rule protects, even where it would let the caller, and those
/// that another rule keeps. At most a thousand at once.
///
/// # Errors
/// `Conflict` when one of them moves meanwhile: then none is removed.
pub async fn delete_merged(call: &Call, depot: &Granted<Depot, Write>) -> Result<Removed> {
    let repository = open(call, depot)?;
    let protection = rules::branches::list(call, depot).await?;
    let default = depot.default_branch.clone();
    let merged = blocking({
        let repository = repository.clone();
        move || {
            let Some(into) = tip(&repository, &default)? else { return Ok(Vec::new()) };
            let mut merged = repository.merged_branches(into, MAX_REMOVED + 1).map_err(failed)?;
            merged.retain(|branch| branch.name != default);
            merged.truncate(MAX_REMOVED);
            Ok(merged)
        }
    })
    .await?;
    let (protected, merged): (Vec<_>, Vec<_>) = merged
        .into_iter()
        .partition(|branch| rules::branches::protecting(&protection, &branch.name).is_some());
    let mut kept: Vec<String> = protected.into_iter().map(|branch| branch.name).collect();
    let mut changes: Vec<RefChange> =
        merged.iter().map(|branch| change(&branch.name, branch.commit, Oid::ZERO)).collect();
    let refused = rules::ask(call, depot, &changes, &repository).await?;
    changes.retain(|change| {
        let keep = refused.iter().any(|refused| refused.name == change.name);
        if keep {
            kept.extend(change.branch().map(str::to_owned));
        }
        !keep
    });
    kept.sort_unstable();
    let removed = changes.iter().filter_map(RefChange::branch).map(str::to_owned).collect();
    if !changes.is_empty() {
        push::apply(call, depot, changes, "branch: Deleted, it is merged").await?;
    }
    Ok(Removed { removed, kept })
}

fn checked(depot: &Depot, name: &str) -> Result<String> {
    if name.is_empty() {
        return Err(Error::missing("name"));
    }
    if name == "HEAD" {
        return Err(Error::invalid("name", "must not be HEAD"));
    }
    branch_name(depot, "name", name)
}

fn change(name: &str, old: Oid, new: Oid) -> RefChange {
    RefChange { name: format!("refs/heads/{name}"), old: old.to_string(), new: new.to_string() }
}

//! Commits that the server makes for people, without a working copy.
//!
//! Everything here works on the bare repository: it makes the objects, then
//! has [`push::apply`] move the branch, so that the same
//! rules hold as for a push and nothing is lost when somebody else was faster.

mod files;
mod replay;

pub use files::{FilesChange, change_files};
pub use git::{FileEdit, Mode};
pub use replay::{Rebased, cherry_pick, rebase, revert};

use base::{Error, Granted, Result, Write};
use call::Call;
use git::{Oid, Repository};

use crate::push::RefChange;
use crate::{Depot, DepotKind, place, push};

/// The longest message, in bytes.
const MAX_MESSAGE: usize = 64 * 1024;

/// The repository, where the depot is one that we may change. What else may
/// stand in the way `push::apply` says; this only spares the work before it.
pub(crate) fn open(call: &Call, depot: &Granted<Depot, Write>) -> Result<Repository> {
    if matches!(depot.kind, DepotKind::Outside { .. }) {
        return Err(Error::conflict("this depot mirrors another; push there"));
    }
    place::repository(&call.env, depot)
}

/// Runs Git's work where it may block.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// The short name of a branch as callers give it: `main`, `refs/heads/main`;
/// `HEAD` and nothing mean the default branch.
pub(crate) fn branch_name(depot: &Depot, field: &'static str, given: &str) -> Result<String> {
    let name = match given.strip_prefix("refs/heads/").unwrap_or(given) {
        "" | "HEAD" => &depot.default_branch,
        name => name,
    };
    if git::is_branch_name(name) {
        Ok(name.to_owned())
    } else {
        Err(Error::invalid(field, "is not a name that Git takes for a branch"))
    }
}

/// A commit by its whole name.
pub(crate) fn commit_id(field: &'static str, given: &str) -> Result<Oid> {
    if given.is_empty() {
        return Err(Error::missing(field));
    }
    Oid::from_hex(given)
        .map_err(|_| Error::invalid(field, "must be the 40 or 64 digits of a commit"))
}

/// The commit at the tip of a branch.
pub(crate) fn tip(repository: &Repository, branch: &str) -> Result<Option<Oid>> {
    repository.reference(&format!("refs/heads/{branch}")).map_err(failed)
}

pub(crate) fn check_message(message: &str) -> Result<()> {
    if message.trim().is_empty() {
        return Err(Error::missing("message"));
    }
    if message.len() > MAX_MESSAGE {
        return Err(Error::invalid("message", "must have at most 65536 bytes"));
    }
    if message.contains('\0') {
        return Err(Error::invalid("message", "must not hold a NUL"));
    }
    Ok(())
}

/// Moves a branch, or makes it where `old` is nothing.
async fn move_branch(
    call: &Call,
    depot: &Granted<Depot, Write>,
    branch: &str,
    old: Option<Oid>,
    new: Oid,
    why: &str,
) -> Result<()> {
    let change = RefChange {
        name: format!("refs/heads/{branch}"),
        old: old.unwrap_or(Oid::ZERO).to_string(),
        new: new.to_string(),
    };
    push::apply(call, depot, vec![change], why).await
}

/// What Git's engine says, in the words of the domain.
pub(crate) fn failed(error: git::Error) -> Error {
    match error {
        git::Error::NotFound(what) => Error::not_found(what),
        git::Error::Edit { index, problem, .. } => match problem {
            git::EditProblem::Target { problem, .. } => {
                Error::invalid(format!("files.{index}.new_path"), problem.to_string())
            }
            problem => Error::invalid(format!("files.{index}.path"), problem.to_string()),
        },
        git::Error::Conflicts { commit, paths } => Error::conflict(format!(
            "the change of {} does not fit: conflicts in {}",
            commit.short(10),
            paths.join(", ")
        )),
        git::Error::Empty(why) | git::Error::Conflict(why) => Error::conflict(why),
        error @ (git::Error::TooLarge { .. } | git::Error::Timeout { .. }) => {
            Error::limit(error.to_string())
        }
        // The engine's last word on content, such as that of `.gitmodules`.
        git::Error::Invalid(why) => Error::invalid("files", format!("cannot be taken: {why}")),
        other => Error::internal(other),
    }
}

//! Changes of refs that the server makes itself.

use base::{Error, Granted, Result, Write};
use call::Call;
use git::{Oid, RefEdit, Repository};

use super::{Push, RefChange, check, moved, open};
use crate::change::signature;
use crate::{Depot, place, rules};

/// Changes refs of a depot, all or none, whose objects are in its repository
/// already: the way for pages and actions. `message` goes to the reflog.
///
/// What has begun is finished even when the caller is dropped.
///
/// # Errors
/// * `Denied` for a ref that belongs to the server, or with the words of the
///   rule that forbids it;
/// * `Conflict` when a ref is not at `old` any more, when two names exclude
///   each other, or the depot is not ours to change or not ready;
/// * `Invalid` for a name that Git does not take, or an object that is not there.
pub async fn apply(
    call: &Call,
    depot: &Granted<Depot, Write>,
    changes: Vec<RefChange>,
    message: &str,
) -> Result<()> {
    let edits = changes.iter().map(edit).collect::<Result<Vec<_>>>()?;
    let repository = place::repository(&call.env, depot)?;
    check(depot, &changes)?;
    let refused = rules::ask(call, depot, &changes, &repository).await?;
    rules::refusal(&refused)?;
    let who = signature(call).await?;
    let push = open(call, depot).await?;
    let message = message.to_owned();
    let work = tokio::spawn(async move {
        let repo = repository.clone();
        let outcome = blocking(move || repo.edit_refs(&edits, &who, &message)).await;
        finish(push, repository, changes, outcome).await
    });
    work.await.map_err(Error::internal)?
}

async fn finish(
    push: Push,
    repository: Repository,
    changes: Vec<RefChange>,
    outcome: Result<(), git::Error>,
) -> Result<()> {
    let (changed, error) = match outcome {
        Ok(()) => return push.finish(changes).await,
        Err(git::Error::Conflict(_)) => {
            (Vec::new(), Error::conflict("the ref has changed meanwhile; try again"))
        }
        Err(git::Error::Invalid(why)) => (Vec::new(), Error::invalid("ref", why)),
        // It may have broken off behind the change, e.g. when that was hardened.
        Err(other) => {
            let changed = blocking(move || Ok(moved(&repository, changes))).await;
            (changed.unwrap_or_default(), Error::internal(other))
        }
    };
    push.finish(changed).await?;
    Err(error)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, git::Error> + Send + 'static,
) -> Result<T, git::Error> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(git::Error::Repository(error.to_string())))
}

fn edit(change: &RefChange) -> Result<RefEdit> {
    let oid = |text: &str| {
        Oid::from_hex(text).map_err(|_| Error::invalid("commit", "is not an object's name"))
    };
    Ok(RefEdit { name: change.name.clone(), old: Some(oid(&change.old)?), new: oid(&change.new)? })
}

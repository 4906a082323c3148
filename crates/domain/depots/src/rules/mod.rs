//! What may refuse a change of a depot's refs, whichever way it comes, and the
//! depot's settings that go with it.
//!
//! [`Rules::load`] reads what holds for a depot, before anything is received;
//! [`decide`] looks at what a push would change while its objects are still in
//! quarantine. `push` calls both, for every door.

mod archive;
pub mod branches;
pub mod files;
mod holders;
mod judge;
pub mod merging;
mod owners;
mod pattern;
mod people;
pub mod preview;
pub mod pushes;
mod pushing;
pub(crate) mod quota;
pub mod refs;
pub mod specs;
mod store;

pub(crate) use archive::check as check_archive;
pub use archive::set_archived;
pub(crate) use judge::Rules;
pub use owners::Owners;
pub use pattern::probe as probe_patterns;
pub use people::{Holder, Subject};
pub(crate) use pushing::Pushing;
pub use quota::{Usage, set as set_quota, usage, used_up};

use base::{Error, Result};
use call::Call;
use git::Repository;

use crate::push::RefChange;
use crate::{Depot, statuses};

/// Asks the rules of a depot about changes that the caller wants, whose objects
/// `repository` sees. What is not refused is allowed.
///
/// # Errors
/// When the database or the repository cannot be read.
pub(crate) async fn ask(
    call: &Call,
    depot: &Depot,
    changes: &[RefChange],
    repository: &Repository,
) -> Result<Vec<Refused>> {
    let rules = Rules::load(call, depot).await?;
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    decide(call, depot, rules, changes.to_vec(), repository.clone()).await
}

/// Has rules that were read before judge changes whose objects `repository`
/// sees.
///
/// # Errors
/// When the database or the repository cannot be read.
pub(crate) async fn decide(
    call: &Call,
    depot: &Depot,
    rules: Rules,
    changes: Vec<RefChange>,
    repository: Repository,
) -> Result<Vec<Refused>> {
    let who = Pushing::find(call, depot).await?;
    let reported =
        statuses::newest(call.db.reader(), depot.id, &rules.asks_about(&changes)).await?;
    tokio::task::spawn_blocking(move || rules.judge(&who, &reported, &changes, &repository))
        .await
        .map_err(Error::internal)?
}

/// What was refused as one error, for callers that have no terminal.
///
/// # Errors
/// `Denied` in the rules' own words, unless nothing was refused.
pub(crate) fn refusal(refused: &[Refused]) -> Result<()> {
    if refused.is_empty() {
        return Ok(());
    }
    let words: Vec<&str> =
        refused.iter().flat_map(|it| &it.detail).map(|line| line.trim()).collect();
    Err(Error::forbidden(words.join("\n")))
}

/// A change that a rule refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The full name of the ref.
    pub(crate) name: String,
    /// One line for Git's report, without a line end.
    pub(crate) reason: String,
    /// Lines for the client's terminal: which rule, which commit, which file,
    /// and what to do.
    pub(crate) detail: Vec<String>,
}

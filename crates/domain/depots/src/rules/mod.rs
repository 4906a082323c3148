//! What may refuse a change of a depot's refs, whichever way it comes.
//!
//! [`Rules::load`] reads what holds for a depot, before anything is received;
//! [`Rules::judge`] looks at what a push would change while its objects are
//! still in quarantine. `push` calls both, for every door.

#![expect(dead_code, reason = "to be removed by the first caller")]

mod pushing;

use base::Result;
use call::Call;

pub(crate) use pushing::Pushing;

use crate::Depot;
use crate::push::RefChange;

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

/// The rules of one depot.
#[derive(Debug, Default)]
pub(crate) struct Rules {}

impl Rules {
    /// Reads the rules of a depot: one query where it has none.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn load(_call: &Call, _depot: &Depot) -> Result<Self> {
        Ok(Self::default())
    }

    /// Whether nothing can be refused; then [`Self::judge`] need not be called
    /// and nobody need be asked who pushes.
    pub(crate) fn is_empty(&self) -> bool {
        true
    }

    /// Says which of `changes` are refused, and why. Blocks. `repository` sees
    /// the objects of the push; its refs are still as they were.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub(crate) fn judge(
        &self,
        _who: &Pushing,
        _changes: &[RefChange],
        _repository: &git::Repository,
    ) -> Result<Vec<Refused>> {
        Ok(Vec::new())
    }
}

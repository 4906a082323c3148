//! Notes on commits, the same that `git notes` shows.

use base::{AtLeast, Error, Granted, Read, Result, Right, Write};
use call::Call;
use git::Oid;

use crate::change::signature;
use crate::commits::{blocking, commit_id, failed, open};
use crate::push::{self, RefChange};
use crate::{Depot, place};

/// The longest note, in bytes; longer ones that were pushed are not shown.
const MAX_NOTE: usize = 1 << 20;
/// The most commits whose notes are asked for at once.
const MAX_COMMITS: usize = 1000;

/// A note to be put on a commit.
#[derive(Debug, Clone, Default)]
pub struct NewNote {
    /// The commit, by its whole name.
    pub commit: String,
    /// Where the note is kept; nothing means `refs/notes/commits`.
    pub notes_ref: String,
    /// What it says.
    pub note: String,
    /// The message of the commit that puts it there; Git's own when it is empty.
    pub message: String,
}

/// Puts a note on a commit, in the place of one that may be there.
///
/// # Errors
/// * `Missing`/`Invalid` naming `commit`, `notes_ref`, `note` or `message`;
/// * `NotFound` when there is no such commit;
/// * `Conflict` when somebody else writes notes at the same moment;
/// * `Denied` with the words of a rule.
pub async fn set(call: &Call, depot: &Granted<Depot, Write>, new: NewNote) -> Result<()> {
    let commit = commit_id("commit", &new.commit)?;
    let name = full_name(&new.notes_ref)?;
    if new.note.trim().is_empty() {
        return Err(Error::missing("note"));
    }
    if new.note.len() > MAX_NOTE || new.note.contains('\0') {
        return Err(Error::invalid("note", "must be a text of at most one megabyte"));
    }
    if !new.message.trim().is_empty() {
        crate::commits::check_message(&new.message)?;
    }
    let who = signature(call).await?;
    let repository = open(call, depot)?;
    let (tip, next) = blocking({
        let name = name.clone();
        move || {
            let tip = repository.reference(&name).map_err(failed)?;
            let mut draft = repository.draft();
            let next = draft.note(tip, commit, &new.note, &who, &new.message).map_err(failed)?;
            draft.keep().map_err(failed)?;
            Ok((tip, next))
        }
    })
    .await?;
    if tip == Some(next) {
        return Ok(());
    }
    let change =
        RefChange { name, old: tip.unwrap_or(Oid::ZERO).to_string(), new: next.to_string() };
    push::apply(call, depot, vec![change], "notes: Notes added").await
}

/// The notes on these commits, as many as there are commits, `None` for those
/// without one; without the line end that Git puts behind a note.
///
/// # Errors
/// * `Missing`/`Invalid` naming `commits.0` or `notes_ref`;
/// * `Limit` above a thousand commits.
pub async fn of<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    notes_ref: &str,
    commits: &[String],
) -> Result<Vec<Option<String>>> {
    if commits.len() > MAX_COMMITS {
        return Err(Error::limit("notes of at most 1000 commits can be asked for at once"));
    }
    let commits = commits
        .iter()
        .enumerate()
        .map(|(index, given)| {
            Oid::from_hex(given).map_err(|_| {
                Error::invalid(
                    format!("commits.{index}"),
                    "must be the 40 or 64 digits of a commit",
                )
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let name = full_name(notes_ref)?;
    let repository = place::repository(&call.env, depot)?;
    blocking(move || {
        let Some(tip) = repository.reference(&name).map_err(failed)? else {
            return Ok(vec![None; commits.len()]);
        };
        let mut notes = repository.notes(tip, &commits, MAX_NOTE as u64).map_err(failed)?;
        for note in notes.iter_mut().flatten() {
            note.truncate(note.trim_end_matches('\n').len());
        }
        Ok(notes)
    })
    .await
}

fn full_name(given: &str) -> Result<String> {
    git::notes_ref(given)
        .map_err(|_| Error::invalid("notes_ref", "must be the name of a ref below refs/notes/"))
}

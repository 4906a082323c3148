//! Tags that people make and remove without pushing.

use base::{Error, Granted, Result, Write};
use call::Call;
use git::{Oid, Tag};

use crate::Depot;
use crate::change::signature;
use crate::commits::{blocking, check_message, failed, open};
use crate::push::{self, RefChange};

/// A tag to be made.
#[derive(Debug, Clone, Default)]
pub struct NewTag {
    /// Its name.
    pub name: String,
    /// What it is to mark: a branch, a commit or any other revision; nothing
    /// means the default branch.
    pub start: String,
    /// What it says. A tag with a message is an object of its own, with tagger
    /// and time; one without is a mere name.
    pub message: String,
}

/// Makes a tag.
///
/// # Errors
/// * `Missing`/`Invalid` naming `name` or `message`;
/// * `NotFound` when there is no such revision;
/// * `Conflict` when the tag exists;
/// * `Denied` with the words of a rule.
pub async fn create(call: &Call, depot: &Granted<Depot, Write>, new: NewTag) -> Result<Tag> {
    let name = checked(&new.name)?;
    let annotated = !new.message.trim().is_empty();
    if annotated {
        check_message(&new.message)?;
    }
    let start = if new.start.is_empty() { depot.default_branch.clone() } else { new.start };
    let tagger = signature(call).await?;
    let repository = open(call, depot)?;
    let target = blocking({
        let (name, repository) = (name.clone(), repository.clone());
        move || {
            if repository.reference(&format!("refs/tags/{name}")).map_err(failed)?.is_some() {
                return Err(Error::conflict(format!("the tag {name} exists already")));
            }
            let missing = |_| Error::not_found(format!("revision {start}"));
            let commit = repository.resolve(&start).map_err(missing)?;
            if !annotated {
                return Ok(commit);
            }
            let mut draft = repository.draft();
            let tag = draft.tag(&name, commit, &tagger, &new.message).map_err(failed)?;
            draft.keep().map_err(failed)?;
            Ok(tag)
        }
    })
    .await?;
    push::apply(call, depot, vec![change(&name, Oid::ZERO, target)], "tag: Created").await?;
    blocking(move || {
        let made = repository.tag(&name).map_err(failed)?;
        made.ok_or_else(|| Error::conflict(format!("the tag {name} was removed at once")))
    })
    .await
}

/// Removes a tag.
///
/// # Errors
/// * `Missing`/`Invalid` naming `name`;
/// * `NotFound` when there is no such tag;
/// * `Denied` with the words of a rule.
pub async fn delete(call: &Call, depot: &Granted<Depot, Write>, name: &str) -> Result<()> {
    let name = checked(name)?;
    let repository = open(call, depot)?;
    let at = blocking({
        let name = name.clone();
        move || {
            let found = repository.reference(&format!("refs/tags/{name}")).map_err(failed)?;
            found.ok_or_else(|| Error::not_found(format!("tag {name}")))
        }
    })
    .await?;
    push::apply(call, depot, vec![change(&name, at, Oid::ZERO)], "tag: Deleted").await
}

fn checked(name: &str) -> Result<String> {
    let name = name.strip_prefix("refs/tags/").unwrap_or(name);
    if name.is_empty() {
        return Err(Error::missing("name"));
    }
    if git::is_tag_name(name) {
        Ok(name.to_owned())
    } else {
        Err(Error::invalid("name", "is not a name that Git takes for a tag"))
    }
}

fn change(name: &str, old: Oid, new: Oid) -> RefChange {
    RefChange { name: format!("refs/tags/{name}"), old: old.to_string(), new: new.to_string() }
}

//! From a form to a commit.

use base::Error;
use depots::commits::{FileEdit, FilesChange, change_files};
use git::Oid;

use super::{Ground, Outcome};
use crate::{
    request::{Fault, Faults, Fields, Visit, blocking},
    response,
};

impl Ground {
    /// Makes the commit that the form asks for. `lands` says which page is
    /// shown then, and of which path.
    pub(super) async fn commit(
        &self,
        visit: &Visit,
        fields: &Fields,
        files: Vec<FileEdit>,
        default: &str,
        (what, path): (&str, &str),
    ) -> Result<Outcome, Fault> {
        let t = visit.ui.t;
        let aside = fields.one("target") == "new";
        if aside && fields.one("new_branch").is_empty() {
            return Ok(Outcome::Wrong(Faults::field("new_branch", t.fault_missing())));
        }
        let seen = match fields.one("expected") {
            "" => None,
            hex => Some(Oid::from_hex(hex)?),
        };
        let over = fields.on("over");
        let expected = match seen {
            // What was committed meanwhile to other files is no matter.
            Some(seen) if Some(seen) != self.tip => {
                if !over && !self.untouched(seen).await? {
                    return Ok(Outcome::Moved(Faults::whole(&t.edit_moved(&self.branch))));
                }
                self.tip
            }
            _ => self.tip,
        };
        let message = fields.raw("message").trim();
        let change = FilesChange {
            branch: self.branch.clone(),
            new_branch: aside.then(|| fields.one("new_branch").to_owned()),
            expected: expected.map(|expected| expected.to_string()),
            message: if message.is_empty() { default.to_owned() } else { message.to_owned() },
            files,
            author: None,
        };
        match change_files(&visit.call, &self.writable, change).await {
            Ok(_) => {
                let branch = if aside { fields.one("new_branch") } else { &self.branch };
                Ok(Outcome::Done(response::see_other(&self.at.to(what, branch, path))))
            }
            Err(error) => {
                // Somebody was quicker between our look and the commit.
                if matches!(error, Error::Conflict { .. }) && self.has_moved().await? {
                    return Ok(Outcome::Moved(Faults::whole(&t.edit_moved(&self.branch))));
                }
                Faults::of(&visit.ui, renamed(error), &["message", "new_branch", "path"])
                    .map(Outcome::Wrong)
            }
        }
    }

    async fn has_moved(&self) -> Result<bool, Fault> {
        let (reader, name) = (self.repository.clone(), format!("refs/heads/{}", self.branch));
        let now = blocking(move || reader.reference(&name)).await?;
        Ok(now != self.tip)
    }

    /// Whether the path is the same at the tip as in the commit that the
    /// visitor has seen.
    async fn untouched(&self, seen: Oid) -> Result<bool, Fault> {
        let Some(tip) = self.tip else { return Ok(false) };
        let (reader, path) = (self.repository.clone(), self.path.clone());
        blocking(move || {
            let at = |commit| match reader.entry(commit, &path) {
                Ok(entry) => Ok(Some((entry.mode, entry.oid))),
                Err(git::Error::NotFound(_)) => Ok(None),
                Err(error) => Err(error),
            };
            Ok(at(seen)? == at(tip)?)
        })
        .await
    }

    /// The file at the tip.
    pub(super) async fn file(&self, limit: u64) -> Result<git::Blob, Fault> {
        let Some(tip) = self.tip else { return Err(Error::not_found("file").into()) };
        let (reader, path) = (self.repository.clone(), self.path.clone());
        blocking(move || reader.file(tip, &path, limit)).await
    }
}

/// The domain numbers the files of a commit; the form has one path.
fn renamed(error: Error) -> Error {
    match error {
        Error::Invalid { field, why } if field.starts_with("files") => {
            Error::Invalid { field: "path".into(), why }
        }
        other => other,
    }
}

//! Files as actions are told of them.

use base::{Error, Granted, Result, Write};
use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use call::Call;
use depots::Depot;
use depots::commits::{self, FileEdit, FilesChange};
use schemars::JsonSchema;
use serde::Deserialize;

use super::CommitInfo;

/// A file to be written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GitFile {
    /// The path from the root of the depot.
    pub(crate) path: String,
    /// What it is to hold.
    pub(crate) content: Option<String>,
    /// The path that it is to have from now on, where that is another.
    pub(crate) new_path: Option<String>,
}

impl GitFile {
    /// The new path, if it is another.
    pub(crate) fn target(&self) -> Option<String> {
        self.new_path.clone().filter(|to| !to.is_empty() && *to != self.path)
    }
}

/// Where a commit of files is to go, and what it says.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OnBranch {
    /// The branch, by its name; `HEAD` means the default branch.
    r#ref: String,
    /// A branch to be made for the commit, where it is not to go on `Ref`.
    new_ref: Option<String>,
    /// The commit that the branch is believed to be at. When it is at another
    /// by now, nothing happens.
    last_commit_sha: Option<String>,
    /// The commit's message.
    message: String,
}

impl OnBranch {
    /// What the domain calls these parameters, for [`crate::action::Action`].
    pub(crate) const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("branch", "Ref"),
        ("new_branch", "NewRef"),
        ("expected", "LastCommitSha"),
        ("files", "GitFiles"),
    ];

    /// Makes the commit.
    pub(crate) async fn commit(
        self,
        call: &Call,
        depot: &Granted<Depot, Write>,
        files: Vec<FileEdit>,
    ) -> Result<CommitInfo> {
        let change = FilesChange {
            branch: self.r#ref,
            new_branch: self.new_ref,
            expected: self.last_commit_sha,
            message: self.message,
            files,
            author: None,
        };
        Ok(commits::change_files(call, depot, change).await?.into())
    }
}

/// The bytes that Base64 stands for; line breaks in it and absent padding are
/// fine.
///
/// # Errors
/// `Invalid` naming `files.INDEX.content`.
pub(crate) fn decoded(index: usize, text: &str) -> Result<Vec<u8>> {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, config);
    let text: String = text.split_ascii_whitespace().collect();
    engine
        .decode(text)
        .map_err(|_| Error::invalid(format!("files.{index}.content"), "must be Base64"))
}

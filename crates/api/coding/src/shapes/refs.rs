//! Branches and tags.

use base::{Error, Result};
use git::{Branch, RefKind, Repository, Tag};
use schemars::JsonSchema;
use serde::Serialize;

use super::{CommitInfo, TaggedCommit, millis};

/// The most references of one answer that has no pages.
pub(crate) const MOST_REFS: usize = 10_000;

/// A tag.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(rename = "Tag")]
pub(crate) struct TagInfo {
    /// Its name.
    tag_name: String,
    /// The message of an annotated tag; else empty.
    message: String,
    /// The commit that it leads to; null where it leads to something else.
    commit: Option<TaggedCommit>,
}

impl TagInfo {
    /// `tag` with its commit.
    pub(crate) fn read(repository: &Repository, tag: Tag) -> git::Result<Self> {
        let commit = match repository.commit(tag.object) {
            Ok(commit) => Some(commit),
            Err(git::Error::NotFound(_)) => None,
            Err(other) => return Err(other),
        };
        let annotation = tag.annotation.as_ref();
        let tagger = annotation.and_then(|annotation| annotation.tagger.as_ref());
        let at = tagger.map(|tagger| tagger.seconds);
        Ok(Self {
            tag_name: tag.name,
            commit: commit.map(|commit| TaggedCommit::new(commit, at)),
            message: annotation.map_or("", |it| it.message.trim_end()).to_owned(),
        })
    }
}

/// A branch.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(rename = "Branch")]
pub(crate) struct BranchInfo {
    /// Its name.
    branch_name: String,
    /// Whether people see it first.
    is_default_branch: bool,
    /// Whether a rule protects it.
    is_protected: bool,
    /// The commit at its tip.
    sha: String,
    /// Whether nobody may change it.
    is_read_only: bool,
    /// Whether it only ever moves forward.
    deny_force_push: bool,
    /// Whether merge requests become one commit.
    force_squash: bool,
    /// The kind of branch that the depot's specification takes it for.
    spec_branch_type: String,
    /// When its last commit was made, in milliseconds.
    last_commit_date: i64,
    /// Its last commit.
    last_commit: CommitInfo,
}

impl BranchInfo {
    /// `branch` with its last commit; `default` is the default branch.
    pub(crate) fn read(
        repository: &Repository,
        branch: Branch,
        default: &str,
    ) -> git::Result<Self> {
        let commit = repository.commit(branch.commit)?;
        Ok(Self {
            is_default_branch: branch.name == default,
            branch_name: branch.name,
            is_protected: false,
            sha: branch.commit.to_string(),
            is_read_only: false,
            deny_force_push: false,
            force_squash: false,
            spec_branch_type: String::new(),
            last_commit_date: millis(commit.committer.seconds),
            last_commit: commit.into(),
        })
    }
}

/// A branch or a tag.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TypedRef {
    /// `branch` or `tag`.
    r#type: &'static str,
    /// Its name.
    name: String,
}

/// The kinds that `Type` means.
///
/// # Errors
/// `Invalid` on `Type`.
pub(crate) fn kinds(text: Option<&str>) -> Result<&'static [RefKind]> {
    match text.unwrap_or_default().to_ascii_lowercase().as_str() {
        "" | "all" => Ok(&[RefKind::Branch, RefKind::Tag]),
        "branch" => Ok(&[RefKind::Branch]),
        "tag" => Ok(&[RefKind::Tag]),
        _ => Err(Error::invalid("Type", "must be all, branch or tag")),
    }
}

/// References by their full names.
///
/// # Errors
/// `Limit` when there are more than [`MOST_REFS`].
pub(crate) fn typed(names: Vec<String>) -> Result<Vec<TypedRef>> {
    if names.len() > MOST_REFS {
        return Err(Error::limit("there are more than 10000 references; ask for one Type"));
    }
    let one = |name: String| {
        let tag = name.strip_prefix(RefKind::Tag.prefix());
        let branch = name.strip_prefix(RefKind::Branch.prefix());
        let short = tag.or(branch).unwrap_or(&name).to_owned();
        TypedRef { r#type: if tag.is_some() { "tag" } else { "branch" }, name: short }
    };
    Ok(names.into_iter().map(one).collect())
}

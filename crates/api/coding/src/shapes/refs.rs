//! Branches and tags.

use base::{Error, Granted, Read, Result};
use call::Call;
use depots::Depot;
use depots::rules;
use depots::rules::branches::{self, BranchRule};
use depots::rules::specs::{self, Spec};
use git::{Branch, RefKind, Repository, Tag};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

/// What a depot's rules say of its branches.
pub(crate) struct Marks {
    default: String,
    rules: Vec<BranchRule>,
    read_only: Vec<String>,
    spec: Option<Spec>,
}

impl Marks {
    /// Reads the rules of a depot: as many queries for any number of branches.
    pub(crate) async fn of(call: &Call, depot: &Granted<Depot, Read>) -> Result<Self> {
        Ok(Self {
            default: depot.default_branch.clone(),
            rules: branches::list(call, depot).await?,
            read_only: rules::refs::read_only(call, depot).await?,
            spec: specs::of_depot(call, depot).await?,
        })
    }
}

impl BranchInfo {
    /// `branch` with its last commit.
    pub(crate) fn read(
        repository: &Repository,
        branch: Branch,
        marks: &Marks,
    ) -> git::Result<Self> {
        let commit = repository.commit(branch.commit)?;
        let rule = branches::protecting(&marks.rules, &branch.name);
        let spec = marks.spec.as_ref();
        let kind = spec.and_then(|spec| spec.type_of(&branch.name, &marks.default));
        let full_name = format!("{}{}", RefKind::Branch.prefix(), branch.name);
        Ok(Self {
            is_default_branch: branch.name == marks.default,
            is_read_only: marks.read_only.contains(&full_name),
            branch_name: branch.name,
            is_protected: rule.is_some(),
            sha: branch.commit.to_string(),
            deny_force_push: rule.is_some_and(|rule| rule.deny_force_push),
            force_squash: rule.is_some_and(|rule| rule.force_squash),
            spec_branch_type: kind.map(|kind| kind.name.clone()).unwrap_or_default(),
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

/// The commit whose branches and tags are asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct HeldBy {
    /// The commit's name, also abbreviated.
    sha: String,
    /// `branch`, `tag`, or `all`, which is the default.
    r#type: Option<String>,
}

impl HeldBy {
    /// The branches, then the tags, whose history holds the commit, by name.
    ///
    /// # Errors
    /// `Invalid` on `Type`; `NotFound`; `Limit` when there are more than
    /// [`MOST_REFS`].
    pub(crate) async fn find(
        self,
        call: &Call,
        depot: &Granted<Depot, Read>,
    ) -> Result<Vec<TypedRef>> {
        let kinds = kinds(self.r#type.as_deref())?;
        let names = depots::read::read(call, depot, move |repository, cancel| {
            let commit = repository.resolve(&self.sha)?;
            repository.refs_holding(commit, kinds, MOST_REFS + 1, cancel)
        })
        .await?;
        typed(names)
    }
}

/// The kinds that `Type` means.
///
/// # Errors
/// `Invalid` on `Type`.
fn kinds(text: Option<&str>) -> Result<&'static [RefKind]> {
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
fn typed(names: Vec<String>) -> Result<Vec<TypedRef>> {
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

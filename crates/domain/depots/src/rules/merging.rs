//! How merge requests of a depot are merged: what they are asked for by
//! default, what they have to meet, and what the commits say.

use base::{Administer, AtLeast, Error, Granted, Read, Result, Right};
use call::Call;
use sea_orm::ActiveModelTrait as _;
use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::store;
use crate::tables::rules::depot_settings::{ActiveModel, Model};
use crate::{Depot, place};

/// How merge requests of a depot are merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeSettings {
    /// Whether the source branch is deleted, unless somebody says otherwise.
    pub delete_source: bool,
    /// Whether they are merged without a merge commit where that is possible.
    pub fast_forward: bool,
    /// Whether grants are void after a push to the source branch.
    pub cancel_grants: bool,
    /// Whether the checks must have succeeded.
    pub status_check: bool,
    /// Whether every reviewer has to grant.
    pub all_reviewers: bool,
    /// Whether they become one commit.
    pub squash: Squash,
    /// The branch that they are aimed at by default; empty for the depot's
    /// default branch.
    pub target_branch: String,
    /// What a merge commit says; empty for what it says as it comes.
    pub merge_template: String,
    /// What a squashed commit says; empty for what it says as it comes.
    pub squash_template: String,
}

/// Whether merge requests become one commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Squash {
    /// No, unless somebody says otherwise.
    No,
    /// Yes, unless somebody says otherwise.
    Default,
    /// Always.
    Force,
}

impl Squash {
    /// Every one, the least first.
    pub const ALL: [Self; 3] = [Self::No, Self::Default, Self::Force];

    /// As the database and the API name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::No => "no_squash",
            Self::Default => "default_squash",
            Self::Force => "force_squash",
        }
    }
}

impl std::str::FromStr for Squash {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text).ok_or_else(|| {
            Error::invalid("squash", "must be no_squash, default_squash or force_squash")
        })
    }
}

/// What is to be changed; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MergeSettingsChange {
    /// [`MergeSettings::delete_source`].
    pub delete_source: Option<bool>,
    /// [`MergeSettings::fast_forward`].
    pub fast_forward: Option<bool>,
    /// [`MergeSettings::cancel_grants`].
    pub cancel_grants: Option<bool>,
    /// [`MergeSettings::status_check`].
    pub status_check: Option<bool>,
    /// [`MergeSettings::all_reviewers`].
    pub all_reviewers: Option<bool>,
    /// [`MergeSettings::squash`].
    pub squash: Option<Squash>,
    /// [`MergeSettings::target_branch`].
    pub target_branch: Option<String>,
    /// [`MergeSettings::merge_template`].
    pub merge_template: Option<String>,
    /// [`MergeSettings::squash_template`].
    pub squash_template: Option<String>,
}

impl TryFrom<Model> for MergeSettings {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self> {
        Ok(Self {
            delete_source: row.delete_source,
            fast_forward: row.fast_forward,
            cancel_grants: row.cancel_grants,
            status_check: row.status_check,
            all_reviewers: row.all_reviewers,
            squash: row.squash.parse()?,
            target_branch: row.target_branch,
            merge_template: row.merge_template,
            squash_template: row.squash_template,
        })
    }
}

/// What a template may name, as `%{title}`.
pub const TEMPLATE_VARIABLES: [&str; 10] = [
    "title",
    "description",
    "number",
    "url",
    "source_branch",
    "target_branch",
    "author",
    "merged_by",
    "reviewers",
    "commits",
];

const MAX_TEMPLATE: usize = 2_000;

/// Checks that a template can be filled in.
fn template(field: &'static str, text: &str) -> Result<()> {
    if text.chars().count() > MAX_TEMPLATE {
        return Err(Error::invalid(field, "must have at most 2000 characters"));
    }
    if text.contains('\0') {
        return Err(Error::invalid(field, "must not hold the character NUL"));
    }
    for rest in text.split("%{").skip(1) {
        let Some((name, _)) = rest.split_once('}') else {
            return Err(Error::invalid(field, "opens a variable and does not close it"));
        };
        if !TEMPLATE_VARIABLES.contains(&name) {
            let known = TEMPLATE_VARIABLES.join(", ");
            return Err(Error::invalid(
                field,
                format!("has a variable that does not exist: {name}; there are {known}"),
            ));
        }
    }
    Ok(())
}

/// How merge requests of a depot are merged.
///
/// # Errors
/// When the database cannot be read.
pub async fn get<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
) -> Result<MergeSettings> {
    store::find_or_default(call.db.reader(), depot.id).await?.try_into()
}

/// Changes how merge requests of a depot are merged.
///
/// # Errors
/// `Invalid` on `target_branch` when there is no such branch in a depot that
/// has any; `Invalid` on `merge_template` or `squash_template`.
pub async fn modify(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    change: MergeSettingsChange,
) -> Result<MergeSettings> {
    for (field, text) in
        [("merge_template", &change.merge_template), ("squash_template", &change.squash_template)]
    {
        text.as_deref().map_or(Ok(()), |text| template(field, text))?;
    }
    if let Some(branch) = change.target_branch.as_deref().filter(|branch| !branch.is_empty()) {
        check_target(call, depot, branch).await?;
    }
    let tx = call.db.begin().await?;
    let mut active: ActiveModel = store::ensure(&tx, depot.id).await?.into();
    // An update with nothing changed is refused.
    active.depot_id = Set(depot.id);
    if let Some(value) = change.delete_source {
        active.delete_source = Set(value);
    }
    if let Some(value) = change.fast_forward {
        active.fast_forward = Set(value);
    }
    if let Some(value) = change.cancel_grants {
        active.cancel_grants = Set(value);
    }
    if let Some(value) = change.status_check {
        active.status_check = Set(value);
    }
    if let Some(value) = change.all_reviewers {
        active.all_reviewers = Set(value);
    }
    if let Some(value) = change.squash {
        active.squash = Set(value.as_str().to_owned());
    }
    if let Some(value) = change.target_branch {
        active.target_branch = Set(value);
    }
    if let Some(value) = change.merge_template {
        active.merge_template = Set(value);
    }
    if let Some(value) = change.squash_template {
        active.squash_template = Set(value);
    }
    let row = active.update(&*tx).await?;
    let details = json!({
        "delete_source": row.delete_source, "fast_forward": row.fast_forward,
        "cancel_grants": row.cancel_grants, "status_check": row.status_check,
        "all_reviewers": row.all_reviewers, "squash": row.squash,
        "target_branch": row.target_branch, "merge_template": row.merge_template,
        "squash_template": row.squash_template,
    });
    store::record(call, &tx, depot, "depot.merge_settings.changed", details).await?;
    tx.commit().await?;
    row.try_into()
}

async fn check_target(call: &Call, depot: &Depot, branch: &str) -> Result<()> {
    if !git::is_branch_name(branch) {
        return Err(Error::invalid("target_branch", "is not a name that Git takes for a branch"));
    }
    let repository = place::open(&call.env, depot.id)?;
    let name = format!("refs/heads/{branch}");
    let usable = tokio::task::spawn_blocking(move || -> git::Result<bool> {
        Ok(repository.reference(&name)?.is_some() || repository.branches()?.is_empty())
    });
    if usable.await.map_err(Error::internal)?.map_err(Error::internal)? {
        Ok(())
    } else {
        Err(Error::invalid("target_branch", "is not a branch of the depot"))
    }
}

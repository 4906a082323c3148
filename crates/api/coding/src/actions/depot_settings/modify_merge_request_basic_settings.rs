//! `ModifyMergeRequestBasicSettings`

use depots::Depot;
use depots::rules::merging::{self, MergeSettingsChange};

use crate::prelude::*;

pub(super) struct ModifyMergeRequestBasicSettings;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// Whether the source branch is deleted, unless somebody says otherwise.
    delete_src_branch_after_merged: Option<bool>,
    /// Whether they are merged without a merge commit where that is possible.
    default_fast_forward_merge: Option<bool>,
    /// Whether grants are void after a push to the source branch.
    cancel_mr_grant_after_push_src: Option<bool>,
    /// Whether the checks must have succeeded.
    depot_status_check_required: Option<bool>,
    /// Whether every reviewer has to grant.
    mr_check_all_reviewers_allow: Option<bool>,
    /// `no_squash`, `default_squash` or `force_squash`.
    squash_on_merge: Option<String>,
    /// The branch that they are aimed at by default; empty for the depot's
    /// default branch.
    default_target_branch: Option<String>,
}

impl Action for ModifyMergeRequestBasicSettings {
    const NAME: &'static str = "ModifyMergeRequestBasicSettings";
    const SUMMARY: &'static str = "Changes how merge requests of a depot are merged.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] =
        &[("squash", "SquashOnMerge"), ("target_branch", "DefaultTargetBranch")];
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        let squash = params.squash_on_merge.as_deref().filter(|text| !text.is_empty());
        let change = MergeSettingsChange {
            delete_source: params.delete_src_branch_after_merged,
            fast_forward: params.default_fast_forward_merge,
            cancel_grants: params.cancel_mr_grant_after_push_src,
            status_check: params.depot_status_check_required,
            all_reviewers: params.mr_check_all_reviewers_allow,
            squash: squash.map(str::parse).transpose()?,
            target_branch: params.default_target_branch,
            ..MergeSettingsChange::default()
        };
        merging::modify(call, &depot, change).await?;
        Ok(Done {})
    }
}

//! `ModifyMergeRequestMergeCommitMessageTemplate`

use depots::Depot;
use depots::rules::merging::{self, MergeSettingsChange};

use crate::prelude::*;

pub(super) struct ModifyMergeRequestMergeCommitMessageTemplate;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// What the commit says; `%{title}` and the like stand for what is known of the
    /// merge request. Empty for what it says as it comes.
    commit_message_template: String,
}

impl Action for ModifyMergeRequestMergeCommitMessageTemplate {
    const NAME: &'static str = "ModifyMergeRequestMergeCommitMessageTemplate";
    const SUMMARY: &'static str = "Sets what the merge commits of merge requests say.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] =
        &[("merge_template", "CommitMessageTemplate")];
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        let change = MergeSettingsChange {
            merge_template: Some(params.commit_message_template),
            ..MergeSettingsChange::default()
        };
        merging::modify(call, &depot, change).await?;
        Ok(Done {})
    }
}

//! `ModifyMergeRequestSquashCommitMessageTemplate`

use depots::Depot;
use depots::rules::merging::{self, MergeSettingsChange};

use crate::prelude::*;

pub(super) struct ModifyMergeRequestSquashCommitMessageTemplate;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// What the commit says; `%{title}` and the like stand for what is known of the
    /// merge request. Empty for what it says as it comes.
    commit_message_template: String,
}

impl Action for ModifyMergeRequestSquashCommitMessageTemplate {
    const NAME: &'static str = "ModifyMergeRequestSquashCommitMessageTemplate";
    const SUMMARY: &'static str = "Sets what the squashed commits of merge requests say.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] =
        &[("squash_template", "CommitMessageTemplate")];
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        let change = MergeSettingsChange {
            squash_template: Some(params.commit_message_template),
            ..MergeSettingsChange::default()
        };
        merging::modify(call, &depot, change).await?;
        Ok(Done {})
    }
}

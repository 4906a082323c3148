//! `DeleteDepotFilePushRule`

use depots::Depot;
use depots::rules::files;

use crate::prelude::*;
use crate::shapes::GitFilePushRules;

pub(super) struct DeleteDepotFilePushRule;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The number of the rule.
    file_push_rule_id: i64,
}

impl Action for DeleteDepotFilePushRule {
    const NAME: &'static str = "DeleteDepotFilePushRule";
    const SUMMARY: &'static str = "Deletes a rule for who may push which files.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = GitFilePushRules;

    async fn run(
        call: &Call,
        depot: Granted<Depot, Administer>,
        params: Params,
    ) -> Result<GitFilePushRules> {
        files::delete(call, &depot, params.file_push_rule_id).await?;
        GitFilePushRules::of(call, &depot).await
    }
}

//! `DeleteGitProtectedTagRule`

use depots::Depot;
use depots::rules::refs;

use crate::prelude::*;

pub(super) struct DeleteGitProtectedTagRule;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The pattern of the rule.
    rule: String,
}

impl Action for DeleteGitProtectedTagRule {
    const NAME: &'static str = "DeleteGitProtectedTagRule";
    const SUMMARY: &'static str = "Ends the protection of tags by a pattern.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        refs::unprotect_tags(call, &depot, &params.rule).await?;
        Ok(Done {})
    }
}

//! `CreateGitProtectedTagRule`

use depots::Depot;
use depots::rules::refs;

use crate::prelude::*;

pub(super) struct CreateGitProtectedTagRule;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The names of the tags; `*` stands for any characters.
    rule: String,
}

impl Action for CreateGitProtectedTagRule {
    const NAME: &'static str = "CreateGitProtectedTagRule";
    const SUMMARY: &'static str = "Protects the tags of a depot whose names match a pattern.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("pattern", "Rule")];
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Administer>, params: Params) -> Result<Done> {
        refs::protect_tags(call, &depot, &[params.rule]).await?;
        Ok(Done {})
    }
}

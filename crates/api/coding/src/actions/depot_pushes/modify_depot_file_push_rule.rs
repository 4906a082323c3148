//! `ModifyDepotFilePushRule`

use depots::Depot;
use depots::rules::files;

use crate::prelude::*;
use crate::shapes::GitFilePushRules;

pub(super) struct ModifyDepotFilePushRule;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The number of the rule.
    file_push_rule_id: i64,
    /// Whether nobody may push the files of whom nothing else is said.
    is_deny_for_all_user: bool,
}

impl Action for ModifyDepotFilePushRule {
    const NAME: &'static str = "ModifyDepotFilePushRule";
    const SUMMARY: &'static str = "Says whether a rule denies its files to everybody.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = GitFilePushRules;

    async fn run(
        call: &Call,
        depot: Granted<Depot, Administer>,
        params: Params,
    ) -> Result<GitFilePushRules> {
        let deny = params.is_deny_for_all_user;
        files::modify(call, &depot, params.file_push_rule_id, deny).await?;
        GitFilePushRules::of(call, &depot).await
    }
}

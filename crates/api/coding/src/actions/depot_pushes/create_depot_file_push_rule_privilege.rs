//! `CreateDepotFilePushRulePrivilege`

use depots::Depot;
use depots::rules::files;

use crate::prelude::*;
use crate::shapes::{GitFilePushRules, Privileged};

pub(super) struct CreateDepotFilePushRulePrivilege;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The number of the rule.
    file_push_rule_id: i64,
    /// Whether he may not push the files.
    is_deny: bool,
    #[serde(rename = "..")]
    who: Privileged,
}

impl Action for CreateDepotFilePushRulePrivilege {
    const NAME: &'static str = "CreateDepotFilePushRulePrivilege";
    const SUMMARY: &'static str = "Says of a user or a role whether a rule denies him its files.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = GitFilePushRules;

    async fn run(
        call: &Call,
        depot: Granted<Depot, Administer>,
        params: Params,
    ) -> Result<GitFilePushRules> {
        let who = params.who.read()?;
        files::add_privilege(call, &depot, params.file_push_rule_id, &who, params.is_deny).await?;
        GitFilePushRules::of(call, &depot).await
    }
}

//! `DeleteDepotFilePushRuleDenyPrivilege`

use depots::Depot;
use depots::rules::files;

use crate::prelude::*;
use crate::shapes::{GitFilePushRules, Privileged};

pub(super) struct DeleteDepotFilePushRuleDenyPrivilege;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The number of the rule.
    file_push_rule_id: i64,
    #[serde(rename = "..")]
    who: Privileged,
}

impl Action for DeleteDepotFilePushRuleDenyPrivilege {
    const NAME: &'static str = "DeleteDepotFilePushRuleDenyPrivilege";
    const SUMMARY: &'static str = "Has a rule for files say nothing of a user or a role.";
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
        files::remove_privilege(call, &depot, params.file_push_rule_id, &who).await?;
        GitFilePushRules::of(call, &depot).await
    }
}

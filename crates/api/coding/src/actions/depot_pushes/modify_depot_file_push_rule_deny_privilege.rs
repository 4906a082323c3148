//! `ModifyDepotFilePushRuleDenyPrivilege`

use depots::Depot;
use depots::rules::files;

use crate::prelude::*;
use crate::shapes::{GitFilePushRules, Privileged};

pub(super) struct ModifyDepotFilePushRuleDenyPrivilege;

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

impl Action for ModifyDepotFilePushRuleDenyPrivilege {
    const NAME: &'static str = "ModifyDepotFilePushRuleDenyPrivilege";
    const SUMMARY: &'static str = "Changes what a rule for files says of a user or a role.";
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
        let id = params.file_push_rule_id;
        files::change_privilege(call, &depot, id, &who, params.is_deny).await?;
        GitFilePushRules::of(call, &depot).await
    }
}

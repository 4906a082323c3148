//! `CreateDepotFilePushRulePrivilege`

use depots::Depot;
use depots::rules::files;

use crate::prelude::*;
use crate::shapes::{GitFilePushRules, NewPrivilege};

pub(super) struct CreateDepotFilePushRulePrivilege;

impl Action for CreateDepotFilePushRulePrivilege {
    const NAME: &'static str = "CreateDepotFilePushRulePrivilege";
    const SUMMARY: &'static str = "Says of a user or a role whether a rule denies him its files.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = NewPrivilege;
    type Answer = GitFilePushRules;

    async fn run(
        call: &Call,
        depot: Granted<Depot, Administer>,
        params: NewPrivilege,
    ) -> Result<GitFilePushRules> {
        let who = params.who.read()?;
        files::add_privilege(call, &depot, params.file_push_rule_id, &who, params.is_deny).await?;
        GitFilePushRules::of(call, &depot).await
    }
}

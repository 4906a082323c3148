//! `ModifyDepotFilePushRuleDenyPrivilege`

use depots::Depot;
use depots::rules::files;

use crate::prelude::*;
use crate::shapes::{GitFilePushRules, NewPrivilege};

pub(super) struct ModifyDepotFilePushRuleDenyPrivilege;

impl Action for ModifyDepotFilePushRuleDenyPrivilege {
    const NAME: &'static str = "ModifyDepotFilePushRuleDenyPrivilege";
    const SUMMARY: &'static str = "Changes what a rule for files says of a user or a role.";
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
        let id = params.file_push_rule_id;
        files::change_privilege(call, &depot, id, &who, params.is_deny).await?;
        GitFilePushRules::of(call, &depot).await
    }
}

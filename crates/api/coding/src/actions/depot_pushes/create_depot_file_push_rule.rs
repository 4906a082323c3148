//! `CreateDepotFilePushRule`

use depots::Depot;
use depots::rules::files;

use crate::prelude::*;
use crate::shapes::GitFilePushRules;

pub(super) struct CreateDepotFilePushRule;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The files, as a line of `.gitignore` names them.
    pattern: String,
    /// Whether nobody may push the files of whom nothing else is said.
    is_deny_for_all_user: bool,
}

impl Action for CreateDepotFilePushRule {
    const NAME: &'static str = "CreateDepotFilePushRule";
    const SUMMARY: &'static str = "Makes a rule for who may push which files.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Administer>;
    type Params = Params;
    type Answer = GitFilePushRules;

    async fn run(
        call: &Call,
        depot: Granted<Depot, Administer>,
        params: Params,
    ) -> Result<GitFilePushRules> {
        files::create(call, &depot, &params.pattern, params.is_deny_for_all_user).await?;
        GitFilePushRules::of(call, &depot).await
    }
}

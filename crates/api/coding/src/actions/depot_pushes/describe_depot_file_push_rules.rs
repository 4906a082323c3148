//! `DescribeDepotFilePushRules`

use depots::Depot;

use crate::prelude::*;
use crate::shapes::GitFilePushRules;

pub(super) struct DescribeDepotFilePushRules;

impl Action for DescribeDepotFilePushRules {
    const NAME: &'static str = "DescribeDepotFilePushRules";
    const SUMMARY: &'static str = "Lists the rules for who may push which files to a depot.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = NoParams;
    type Answer = GitFilePushRules;

    async fn run(
        call: &Call,
        depot: Granted<Depot, Read>,
        _: NoParams,
    ) -> Result<GitFilePushRules> {
        GitFilePushRules::of(call, &depot).await
    }
}

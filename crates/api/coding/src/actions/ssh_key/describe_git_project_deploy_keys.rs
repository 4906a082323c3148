//! `DescribeGitProjectDeployKeys`

use depots::keys;
use projects::Project;

use crate::prelude::*;
use crate::shapes::DeployKeyInfo;

pub(super) struct DescribeGitProjectDeployKeys;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The keys, the newest first.
    keys: Vec<DeployKeyInfo>,
}

impl Action for DescribeGitProjectDeployKeys {
    const NAME: &'static str = "DescribeGitProjectDeployKeys";
    const SUMMARY: &'static str = "Lists the deploy keys of all depots of a project.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectKey]);
    type Needs = OnProject<Administer>;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(
        call: &Call,
        project: Granted<Project, Administer>,
        _: NoParams,
    ) -> Result<Answer> {
        let keys = keys::list_of_project(call, &project).await?;
        Ok(Answer { keys: keys.into_iter().map(|key| DeployKeyInfo::new(call, key)).collect() })
    }
}

//! `DescribeOneProject`

use projects::Project;

use crate::prelude::*;
use crate::shapes::ProjectInfo;

pub(super) struct DescribeOneProject;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    project: ProjectInfo,
}

impl Action for DescribeOneProject {
    const NAME: &'static str = "DescribeOneProject";
    const SUMMARY: &'static str = "Reads a project by its number.";
    const ACCESS: Access = Access::Reads(&[Scope::Project]);
    type Needs = OnProject<Read>;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(_: &Call, project: Granted<Project, Read>, _: NoParams) -> Result<Answer> {
        Ok(Answer { project: project.into_inner().into() })
    }
}

//! `DescribeProjectByName`

use projects::Project;

use crate::prelude::*;
use crate::shapes::ProjectInfo;

pub(super) struct DescribeProjectByName;

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    project: ProjectInfo,
}

impl Action for DescribeProjectByName {
    const NAME: &'static str = "DescribeProjectByName";
    const SUMMARY: &'static str = "Reads a project by its name in addresses.";
    const ACCESS: Access = Access::Reads(&[Scope::Project]);
    type Needs = OnProjectNamed<Read>;
    type Params = NoParams;
    type Answer = Answer;

    async fn run(_: &Call, project: Granted<Project, Read>, _: NoParams) -> Result<Answer> {
        Ok(Answer { project: project.into_inner().into() })
    }
}

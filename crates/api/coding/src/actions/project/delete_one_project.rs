//! `DeleteOneProject`

use projects::Project;

use crate::prelude::*;

pub(super) struct DeleteOneProject;

impl Action for DeleteOneProject {
    const NAME: &'static str = "DeleteOneProject";
    const SUMMARY: &'static str = "Deletes a project with all that it holds.";
    const ACCESS: Access = Access::Changes(&[Scope::Project]);
    type Needs = OnProject<Administer>;
    type Params = NoParams;
    type Answer = Done;

    async fn run(call: &Call, project: Granted<Project, Administer>, _: NoParams) -> Result<Done> {
        depots::delete_project(call, project).await?;
        Ok(Done {})
    }
}

//! `ModifyProject`

use projects::{Project, ProjectChange};

use crate::prelude::*;

pub(super) struct ModifyProject;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The name in addresses; old addresses stop working.
    name: Option<String>,
    /// The name for people.
    display_name: Option<String>,
    /// What it is about.
    description: Option<String>,
    /// The first day, `YYYY-MM-DD`; the empty text clears it.
    start_date: Option<String>,
    /// The last day, `YYYY-MM-DD`; the empty text clears it.
    end_date: Option<String>,
}

impl Action for ModifyProject {
    const NAME: &'static str = "ModifyProject";
    const SUMMARY: &'static str = "Changes a project's settings; what is left out stays as it is.";
    const ACCESS: Access = Access::Changes(&[Scope::Project]);
    type Needs = OnProject<Administer>;
    type Params = Params;
    type Answer = Done;

    async fn run(
        call: &Call,
        project: Granted<Project, Administer>,
        params: Params,
    ) -> Result<Done> {
        let change = ProjectChange {
            name: params.name,
            display_name: params.display_name,
            description: params.description,
            start_date: params.start_date,
            end_date: params.end_date,
        };
        projects::modify(call, &project, change).await?;
        Ok(Done {})
    }
}

//! Rights on a project.

use std::marker::PhantomData;

use base::{Granted, Result, Right};
use call::Call;
use projects::{Project, ProjectId, ProjectKey};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Audience, Need};

/// The right `R` on the project `ProjectId`.
pub(crate) struct OnProject<R>(PhantomData<R>);

/// A project by its number.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ById {
    /// The project's number.
    project_id: i64,
}

impl<R: Right> Need for OnProject<R> {
    type Target = ById;
    type Held = Granted<Project, R>;
    const AUDIENCE: Audience = Audience::holders::<R>("project");

    async fn check(call: &Call, target: ById) -> Result<Self::Held> {
        projects::authorise(call, ProjectKey::Id(ProjectId(target.project_id))).await
    }
}

/// The right `R` on the project `ProjectName` of the caller's team.
pub(crate) struct OnProjectNamed<R>(PhantomData<R>);

/// A project by its name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ByName {
    /// The project's name in addresses.
    project_name: String,
}

impl<R: Right> Need for OnProjectNamed<R> {
    type Target = ByName;
    type Held = Granted<Project, R>;
    const AUDIENCE: Audience = Audience::holders::<R>("project");

    async fn check(call: &Call, target: ByName) -> Result<Self::Held> {
        projects::authorise(call, ProjectKey::Name(&target.project_name)).await
    }
}

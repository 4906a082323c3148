//! `CreateGitDepot`

use depots::NewDepot;
use git::ObjectFormat;
use projects::Project;

use crate::prelude::*;

pub(super) struct CreateGitDepot;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The name: letters, digits, `.`, `_` and `-`.
    depot_name: String,
    /// What it is about.
    description: Option<String>,
    /// Whether everybody who is signed in may read it; `false` is the default.
    shared: Option<bool>,
    /// How objects are named, for good: `sha1`, which is the default, or `sha256`. Not in the
    /// document.
    object_format: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// The new depot's number.
    depot_id: i64,
}

impl Action for CreateGitDepot {
    const NAME: &'static str = "CreateGitDepot";
    const SUMMARY: &'static str = "Makes an empty depot in a project.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("name", "DepotName")];
    type Needs = OnProject<Write>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, project: Granted<Project, Write>, params: Params) -> Result<Answer> {
        let format = match params.object_format.as_deref() {
            None | Some("") => ObjectFormat::Sha1,
            Some(name) => ObjectFormat::from_name(name)
                .ok_or_else(|| Error::invalid("ObjectFormat", "must be sha1 or sha256"))?,
        };
        let new = NewDepot {
            format,
            description: params.description.unwrap_or_default(),
            shared: params.shared.unwrap_or_default(),
            ..NewDepot::named(params.depot_name)
        };
        let depot = depots::create(call, &project, new).await?;
        Ok(Answer { depot_id: depot.id.0 })
    }
}

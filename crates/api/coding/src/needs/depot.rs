//! Rights on a depot.

use std::marker::PhantomData;

use base::{Error, Granted, Result, Right};
use call::Call;
use depots::{Depot, DepotId, DepotKey};
use projects::ProjectKey;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Audience, Need};

/// The right `R` on the depot `DepotId` or `DepotPath`.
pub(crate) struct OnDepot<R>(PhantomData<R>);

/// A depot by its number or by its path.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ByIdOrPath {
    /// The depot's number. One of `DepotId` and `DepotPath` is needed; if both
    /// are sent, this counts.
    depot_id: Option<i64>,
    /// The depot's path: `team/project/depot`, `project/depot` in one's own
    /// team, or its number as a text.
    depot_path: Option<String>,
}

impl<R: Right> Need for OnDepot<R> {
    type Target = ByIdOrPath;
    type Held = Granted<Depot, R>;
    const AUDIENCE: Audience = Audience::holders::<R>("depot");

    async fn check(call: &Call, target: ByIdOrPath) -> Result<Self::Held> {
        // Generated clients send 0 and "" for what they leave out.
        let path = target.depot_path.as_deref().filter(|path| !path.is_empty());
        match (target.depot_id, path) {
            (Some(id), None) => depots::authorise(call, DepotKey::Id(DepotId(id))).await,
            (Some(id), Some(_)) if id != 0 => {
                depots::authorise(call, DepotKey::Id(DepotId(id))).await
            }
            (_, Some(path)) => by_path(call, path).await,
            (None, None) => Err(Error::missing("DepotId")),
        }
    }
}

async fn by_path<R: Right>(call: &Call, path: &str) -> Result<Granted<Depot, R>> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts[..] {
        [team, project, depot] => {
            depots::authorise(call, DepotKey::Path(team, project, depot)).await
        }
        [project, depot] => {
            let project =
                match projects::authorise::<base::Read>(call, ProjectKey::Name(project)).await {
                    Err(error) if error.is_not_found() => return Err(Error::not_found("depot")),
                    other => other?,
                };
            depots::authorise(call, DepotKey::InProject(project.id, depot)).await
        }
        // The document allows the number as a text, too.
        [number] if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            let id = number.parse().map_err(|_| Error::not_found("depot"))?;
            depots::authorise(call, DepotKey::Id(DepotId(id))).await
        }
        _ => Err(Error::invalid("DepotPath", "must be team/project/depot")),
    }
}

/// The right `R` on the depot `DepotName` of the project `ProjectName` of the
/// team `TeamGk`.
pub(crate) struct OnDepotNamed<R>(PhantomData<R>);

/// A depot by the names that its path is made of.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ByNames {
    /// The team's name in addresses.
    team_gk: String,
    /// The project's name in addresses.
    project_name: String,
    /// The depot's name.
    depot_name: String,
}

impl<R: Right> Need for OnDepotNamed<R> {
    type Target = ByNames;
    type Held = Granted<Depot, R>;
    const AUDIENCE: Audience = Audience::holders::<R>("depot");

    async fn check(call: &Call, target: ByNames) -> Result<Self::Held> {
        let ByNames { team_gk, project_name, depot_name } = &target;
        depots::authorise(call, DepotKey::Path(team_gk, project_name, depot_name)).await
    }
}

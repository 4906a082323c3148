//! A depot.

use base::Timestamp;
use call::Env;
use depots::Depot;
use schemars::JsonSchema;
use serde::Serialize;

/// A depot.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DepotInfo {
    /// Its number.
    id: i64,
    /// Its name.
    name: String,
    /// Its address for Git over HTTP.
    https_url: String,
    /// The project's number.
    project_id: i64,
    /// Its address for Git over SSH.
    ssh_url: String,
    /// The address of its page.
    web_url: String,
    /// Always `git`.
    vcs_type: &'static str,
    /// Always `git`.
    repo_type: &'static str,
    /// The project's name in addresses.
    project_name: String,
    /// What it is about.
    description: String,
    /// When it was made, in milliseconds.
    created_at: i64,
    /// The same as `CreatedAt`.
    create_at: i64,
    /// When something was last pushed, in milliseconds; 0 for never.
    last_push_at: i64,
    /// The branch that people see first.
    default_branch: String,
    /// Whether everybody who is signed in may read it.
    is_shared: bool,
}

impl DepotInfo {
    /// The depot with its addresses on this installation.
    pub(crate) fn new(env: &Env, depot: Depot) -> Self {
        let addresses = &env.addresses;
        Self {
            id: depot.id.0,
            https_url: depot.http_url(&addresses.http),
            project_id: depot.project.0,
            ssh_url: depot.ssh_url(&addresses.ssh),
            web_url: depot.web_url(&addresses.http),
            vcs_type: "git",
            repo_type: "git",
            created_at: depot.created_at.millis(),
            create_at: depot.created_at.millis(),
            last_push_at: depot.last_push_at.map_or(0, Timestamp::millis),
            is_shared: depot.shared,
            name: depot.name,
            project_name: depot.project_name,
            description: depot.description,
            default_branch: depot.default_branch,
        }
    }
}

/// Some depots.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DepotList {
    /// The depots, the oldest first.
    depots: Vec<DepotInfo>,
}

impl DepotList {
    /// The depots with their addresses on this installation.
    pub(crate) fn new(env: &Env, depots: Vec<Depot>) -> Self {
        Self { depots: depots.into_iter().map(|depot| DepotInfo::new(env, depot)).collect() }
    }
}

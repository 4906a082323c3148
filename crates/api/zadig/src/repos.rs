//! Repositories as requests name them, and the depots that they are.

use analysis::PlanSource;
use base::{Error, Granted, Read, Result, Right, Write};
use call::Call;
use depots::{Depot, DepotKey, DepotKind, ImportSource, NewDepot};
use projects::Project;
use serde::{Deserialize, Serialize};

use crate::names::{CodeHost, Names};

/// A repository in a request that makes a plan.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RepoInfo {
    pub(crate) codehost_name: String,
    pub(crate) repo_namespace: String,
    pub(crate) repo_name: String,
    pub(crate) branch: String,
    pub(crate) pr: i64,
    pub(crate) prs: Vec<i64>,
}

/// A repository in an answer.
#[derive(Debug, Serialize)]
pub(crate) struct RepoBrief {
    pub(crate) repo_owner: String,
    pub(crate) source: String,
    pub(crate) address: String,
    pub(crate) branch: String,
    pub(crate) remote_name: &'static str,
    pub(crate) repo_name: String,
    pub(crate) hidden: bool,
    pub(crate) checkout_path: String,
    pub(crate) submodules: bool,
}

/// Who owns a repository, how it is called, and what kind of code host it is
/// on, as requests and answers name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coordinates {
    pub(crate) owner: String,
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) address: String,
}

impl Coordinates {
    /// Those of a depot.
    pub(crate) fn of(call: &Call, names: &Names, depot: &Depot) -> Self {
        if let DepotKind::Outside { url } = &depot.kind
            && let Some(address) = depots::Address::parse(url)
        {
            let (owner, name) = address.path.rsplit_once('/').unwrap_or(("", &address.path));
            let host = names
                .code_hosts
                .iter()
                .find(|host| !host.is_ours() && url.starts_with(&format!("{}/", host.address)));
            return Self {
                owner: owner.to_owned(),
                name: name.to_owned(),
                source: host.map_or("other", |host| &host.source).to_owned(),
                address: host.map_or_else(
                    || format!("https://{}", address.host),
                    |host| host.address.clone(),
                ),
            };
        }
        Self {
            owner: depot.project_name.clone(),
            name: depot.name.clone(),
            source: "mortise".to_owned(),
            address: call.addresses.http.clone(),
        }
    }

    /// Whether a request that names these three means the depot. Our own are
    /// known by their project, with or without the team, and as `other`.
    pub(crate) fn are(&self, depot: &Depot, owner: &str, name: &str, source: &str) -> bool {
        let ours = depot.kind == DepotKind::Hosted;
        let with_team = format!("{}/{}", depot.team_name, depot.project_name);
        let same_owner =
            owner == self.owner || (ours && (owner == with_team || owner == depot.team_name));
        let same_source = source == self.source || (ours && source == "other");
        same_owner && name == self.name && same_source
    }
}

/// The depot that a request's repository is. One on a code host elsewhere is
/// made known to the project when it is not yet.
///
/// # Errors
/// `Invalid` naming what does not lead to a depot.
pub(crate) async fn resolve(
    call: &Call,
    names: &Names,
    project: &Granted<Project, Write>,
    repo: &RepoInfo,
) -> Result<Granted<Depot, Read>> {
    for (field, value) in [
        ("codehost_name", &repo.codehost_name),
        ("repo_namespace", &repo.repo_namespace),
        ("repo_name", &repo.repo_name),
        ("branch", &repo.branch),
    ] {
        if value.is_empty() {
            return Err(Error::missing(field));
        }
    }
    if repo.pr != 0 || !repo.prs.is_empty() {
        return Err(Error::invalid("prs", "cannot be scanned yet; name a branch"));
    }
    let host = names.code_host(&repo.codehost_name)?;
    if host.is_ours() {
        ours(call, project, repo).await
    } else {
        elsewhere(call, project, host, repo).await
    }
}

async fn ours(
    call: &Call,
    project: &Granted<Project, Write>,
    repo: &RepoInfo,
) -> Result<Granted<Depot, Read>> {
    let unknown = || {
        let path = format!("{}/{}", repo.repo_namespace, repo.repo_name);
        Error::invalid("repo_name", format!("names no depot; {path} is not known"))
    };
    let found = match repo.repo_namespace.split_once('/') {
        Some((team, in_project)) => {
            depots::authorise(call, DepotKey::Path(team, in_project, &repo.repo_name)).await
        }
        None => {
            let named =
                projects::authorise::<Read>(call, projects::ProjectKey::Name(&repo.repo_namespace))
                    .await;
            // The namespace may also be the team's name; then the plan's project is meant.
            let in_project = named.map_or(project.id, |named| named.id);
            depots::authorise(call, DepotKey::InProject(in_project, &repo.repo_name)).await
        }
    };
    match found {
        Err(error) if error.is_not_found() => Err(unknown()),
        other => other,
    }
}

async fn elsewhere(
    call: &Call,
    project: &Granted<Project, Write>,
    host: &CodeHost,
    repo: &RepoInfo,
) -> Result<Granted<Depot, Read>> {
    let url = format!("{}/{}/{}.git", host.address, repo.repo_namespace, repo.repo_name);
    let read = project.clone().lower();
    if let Some(depot) = depots::at_address(call, &read, &url).await? {
        return Ok(depot);
    }
    let new = NewDepot::named(repo.repo_name.clone());
    let source = ImportSource { url, ..ImportSource::default() };
    let depot = depots::register_outside(call, project, new, &source).await?;
    depots::authorise(call, DepotKey::Id(depot.id)).await
}

/// The depots of a plan with the names that requests know them by.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn of_plan<R: Right>(
    call: &Call,
    names: &Names,
    plan: &Granted<analysis::ScanPlan, R>,
) -> Result<Vec<(PlanSource, Depot, Coordinates)>> {
    let ids: Vec<_> = plan.sources.iter().map(|source| source.depot).collect();
    let mut depots = depots::by_ids(call, &ids).await?;
    let known = plan.sources.iter().filter_map(|source| {
        let depot = depots.remove(&source.depot)?;
        let coordinates = Coordinates::of(call, names, &depot);
        Some((source.clone(), depot, coordinates))
    });
    Ok(known.collect())
}

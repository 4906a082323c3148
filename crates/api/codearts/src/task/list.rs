//! The list of a project's check tasks.

use std::collections::HashMap;

use analysis::{PlanFilter, Scan, ScanPlan};
use axum::Json;
use axum::extract::{Path, RawQuery};
use base::{Error, Granted, PageRequest, Read, UserId};
use call::Call;
use depots::{Depot, DepotId};
use identity::User;
use projects::{Project, ProjectKey};
use serde::Serialize;

use crate::caller::Signed;
use crate::error::Refusal;
use crate::query::Query;
use crate::time::seconds;

#[derive(Debug, Serialize)]
pub(crate) struct TaskList {
    tasks: Vec<TaskInfo>,
    total: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct TaskInfo {
    task_id: String,
    task_name: String,
    creator_id: String,
    git_url: String,
    git_branch: String,
    created_at: String,
    last_check_time: Option<String>,
}

/// `GET /v2/{project_id}/tasks`: `offset` counts pages from 0.
pub(crate) async fn list(
    Path(project_id): Path<String>,
    RawQuery(query): RawQuery,
    Signed { call, .. }: Signed,
) -> Result<Json<TaskList>, Refusal> {
    if project_id.is_empty() || project_id.len() > 32 {
        return Err(Error::invalid("project_id", "must have 1 to 32 characters").into());
    }
    let query = Query::parse(query.as_deref())?;
    let offset = query.number("offset", 0, 0..=999_999)?;
    let limit = query.number("limit", 10, 1..=100)?;
    let project: Granted<Project, Read> =
        projects::authorise(&call, ProjectKey::Uid(&project_id)).await?;
    let filter = PlanFilter { project: Some(project.id), ..PlanFilter::default() };
    let page = PageRequest::offset(offset * limit, limit);
    let found = analysis::plans(&call, &filter, page).await?;
    let latest = analysis::latest_scans(&call, &found.items).await?;
    let about = About::of(&call, &found.items).await?;
    let tasks = found.items.iter().map(|plan| about.task(plan, latest.get(&plan.id)));
    Ok(Json(TaskList { tasks: tasks.collect(), total: found.total }))
}

/// The people and depots that stand beside plans in answers.
pub(super) struct About {
    people: HashMap<UserId, User>,
    depots: HashMap<DepotId, Depot>,
    ssh: String,
}

impl About {
    pub(super) async fn of(call: &Call, plans: &[ScanPlan]) -> Result<Self, Error> {
        let depots: Vec<_> =
            plans.iter().flat_map(|plan| plan.sources.iter().map(|source| source.depot)).collect();
        let depots = depots::by_ids(call, &depots).await?;
        let makers = depots.values().filter_map(|depot| depot.creator);
        let people: Vec<_> = plans.iter().filter_map(|plan| plan.creator).chain(makers).collect();
        Ok(Self {
            people: identity::users::by_ids(call.db.reader(), &people).await?,
            depots,
            ssh: call.addresses.ssh.clone(),
        })
    }

    pub(super) fn task(&self, plan: &ScanPlan, latest: Option<&Scan>) -> TaskInfo {
        let source = plan.sources.first();
        let depot = source.and_then(|source| self.depots.get(&source.depot));
        // A plan that a push has made is nobody's; whoever made the depot has caused it.
        let creator = plan.creator.or_else(|| depot?.creator);
        let creator = creator.and_then(|id| self.people.get(&id));
        let checked_at = latest.map(|scan| scan.started_at.unwrap_or(scan.created_at));
        TaskInfo {
            task_id: plan.uid.clone(),
            task_name: plan.name.clone(),
            creator_id: creator.map_or_else(String::new, |user| user.uid.clone()),
            git_url: depot.map_or_else(String::new, |depot| depot.ssh_url(&self.ssh)),
            git_branch: source.map_or_else(String::new, |source| source.branch.clone()),
            created_at: seconds(plan.created_at),
            last_check_time: checked_at.map(seconds),
        }
    }
}

//! The repositories of a project team.

use analysis::DepotActivity;
use axum::extract::{OriginalUri, Path, RawQuery};
use base::{Granted, Read, Scope, UserId};
use call::Call;
use depots::{Depot, DepotFilter};
use identity::{Team, User};
use projects::{Project, ProjectKey};
use serde::Serialize;
use std::collections::HashMap;

use crate::caller::{Known, in_organisation};
use crate::envelope::{Answer, Refusal};
use crate::paging::{self, List, Query};
use crate::time::spaced;

/// A row of the list.
#[derive(Debug, Serialize)]
pub(crate) struct Repository {
    id: i64,
    name: String,
    scm_url: String,
    /// Not in the published document; what the open source edition has instead
    /// of `symbol`.
    ssh_url: String,
    scm_type: &'static str,
    branch_count: usize,
    scheme_count: u32,
    job_count: u32,
    created_time: String,
    recent_active: Option<RecentActive>,
    created_from: &'static str,
    creator: Option<Person>,
    symbol: Option<String>,
    /// Credentials of repositories belong to the depot and are never shown.
    scm_auth: Option<()>,
    project_team: ProjectTeam,
}

#[derive(Debug, Serialize)]
struct RecentActive {
    id: i64,
    branch_name: String,
    active_time: String,
    total_line_num: u32,
    code_line_num: u32,
}

#[derive(Debug, Serialize)]
struct Person {
    username: String,
    nickname: String,
    status: u8,
    avatar: String,
    latest_login_time: Option<String>,
    org: String,
}

#[derive(Debug, Clone, Serialize)]
struct ProjectTeam {
    name: String,
    display_name: String,
    status: u8,
    org_sid: String,
}

/// `GET /orgs/{org_sid}/teams/{team_name}/repos/`
pub(crate) async fn list(
    Path((org_sid, team_name)): Path<(String, String)>,
    OriginalUri(address): OriginalUri,
    RawQuery(query): RawQuery,
    Known(call): Known,
) -> Result<Answer<List<Repository>>, Refusal> {
    call.actor.needs_scope_to_read(Scope::ProjectDepot)?;
    let call = in_organisation(call, &org_sid).await?;
    let project: Granted<Project, Read> =
        projects::authorise(&call, ProjectKey::Name(&team_name)).await?;
    let query = Query::parse(query.as_deref())?;
    let page = paging::request(&query)?;
    let filter = DepotFilter {
        project: Some(project.id),
        address: query.get("scm_url").map(str::to_owned),
        name_or_address: query.get("scm_url_or_name").unwrap_or_default().to_owned(),
        creator: match query.get("scope") {
            Some("my") => call.actor.user_id(),
            // Nobody subscribes to a depot here, so that list is that of all.
            _ => None,
        },
        ..DepotFilter::default()
    };
    let found = depots::list(&call, &filter, page).await?;
    let about = About::of(&call, &project, &found.items).await?;
    let rows = found.map(|depot| about.row(&call, &depot));
    let address = format!("{}{}", call.addresses.http, address.path());
    Ok(Answer(paging::render(rows, &address, &query)))
}

/// What stands beside the depots of a page.
struct About {
    team: Team,
    project: ProjectTeam,
    people: HashMap<UserId, User>,
    activity: HashMap<depots::DepotId, DepotActivity>,
}

impl About {
    async fn of(call: &Call, project: &Project, depots: &[Depot]) -> base::Result<Self> {
        let connection = call.db.reader();
        let team = identity::teams::get(connection, project.team).await?;
        let creators: Vec<UserId> = depots.iter().filter_map(|depot| depot.creator).collect();
        let ids: Vec<_> = depots.iter().map(|depot| depot.id).collect();
        Ok(Self {
            project: ProjectTeam {
                name: project.name.clone(),
                display_name: project.display_name.clone(),
                status: 1,
                org_sid: team.name.clone(),
            },
            people: identity::users::by_ids(connection, &creators).await?,
            activity: analysis::activity(call, &ids).await?,
            team,
        })
    }

    fn row(&self, call: &Call, depot: &Depot) -> Repository {
        let activity = self.activity.get(&depot.id);
        Repository {
            id: depot.id.0,
            name: depot.name.clone(),
            scm_url: without_suffix(&depot.http_url(&call.addresses.http)),
            ssh_url: depot.ssh_url(&call.addresses.ssh),
            scm_type: "git",
            branch_count: activity.map_or(0, |known| known.branches.len()),
            scheme_count: activity.map_or(0, |known| known.rulesets),
            job_count: activity.map_or(0, |known| known.scans),
            created_time: spaced(depot.created_at),
            recent_active: activity.and_then(|known| recent(depot, known)),
            created_from: "tca",
            creator: depot
                .creator
                .and_then(|id| self.people.get(&id))
                .map(|user| self.person(user)),
            symbol: None,
            scm_auth: None,
            project_team: self.project.clone(),
        }
    }

    fn person(&self, user: &User) -> Person {
        Person {
            username: user.name.clone(),
            nickname: user.display_name.clone(),
            status: u8::from(user.is_active()),
            avatar: user.avatar.clone(),
            latest_login_time: user.last_activity_at.map(spaced),
            org: self.team.display_name.clone(),
        }
    }
}

fn recent(depot: &Depot, known: &DepotActivity) -> Option<RecentActive> {
    let (plan, scan, at) = known.latest.as_ref()?;
    let lines = &scan.result.as_ref()?.totals.lines;
    let source = scan.sources.iter().find(|source| source.depot == depot.id);
    Some(RecentActive {
        id: plan.id.0,
        branch_name: source.map_or_else(String::new, |source| source.branch.clone()),
        active_time: spaced(*at),
        total_line_num: lines.total,
        code_line_num: lines.code,
    })
}

/// Addresses of repositories stand without `.git` in this dialect.
fn without_suffix(url: &str) -> String {
    url.strip_suffix(".git").unwrap_or(url).to_owned()
}

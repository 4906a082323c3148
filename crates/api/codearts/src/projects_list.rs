//! The project list of CodeArts Req, from which clients learn project ids.
//!
//! Source: CodeArts Req API reference, `ListProjectsV4`.

use axum::Json;
use axum::extract::RawQuery;
use base::{Error, PageRequest};
use projects::ProjectFilter;
use serde::Serialize;

use crate::caller::Signed;
use crate::error::Refusal;
use crate::iam::domain_id;

#[derive(Debug, Serialize)]
pub(crate) struct Projects {
    projects: Vec<Project>,
    total: u64,
}

#[derive(Debug, Serialize)]
struct Project {
    project_num_id: i64,
    project_id: String,
    project_name: String,
    description: String,
    created_time: i64,
    updated_time: i64,
    project_type: &'static str,
    creator: Creator,
}

#[derive(Debug, Default, Serialize)]
struct Creator {
    user_num_id: i64,
    user_id: String,
    user_name: String,
    domain_id: String,
    domain_name: String,
    nick_name: String,
}

/// `GET /v4/projects`: `offset` counts rows here, unlike in the task list.
pub(crate) async fn list(
    RawQuery(query): RawQuery,
    Signed { call, .. }: Signed,
) -> Result<Json<Projects>, Refusal> {
    let user = call.actor.user()?;
    let query: Vec<(String, String)> =
        serde_urlencoded::from_str(query.as_deref().unwrap_or_default())
            .map_err(|_| Error::invalid("query", "cannot be decoded"))?;
    let text =
        |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let number = |name: &'static str, default: u64, range: std::ops::RangeInclusive<u64>| {
        text(name).map_or(Ok(default), |text| {
            text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
                Error::invalid(name, format!("must be from {} to {}", range.start(), range.end()))
            })
        })
    };
    let page = PageRequest::offset(
        number("offset", 0, 0..=i64::MAX as u64)?,
        number("limit", 10, 1..=1000)?,
    );
    let member = match text("query_type").unwrap_or_default() {
        "" => Some(user.id),
        "domain_projects" => None,
        _ => return Err(Error::invalid("query_type", "can only be domain_projects").into()),
    };
    let name = text("search").unwrap_or_default().to_owned();
    let found = projects::list(&call, &ProjectFilter { name, member }, page).await?;
    let ids: Vec<_> = found.items.iter().filter_map(|project| project.creator).collect();
    let people = identity::users::by_ids(call.db.reader(), &ids).await?;
    let team = identity::teams::get(call.db.reader(), user.team).await?;
    let projects = found.items.into_iter().map(|project| Project {
        project_num_id: project.id.0,
        project_id: project.uid,
        project_name: project.display_name,
        description: project.description,
        created_time: project.created_at.millis(),
        updated_time: project.updated_at.millis(),
        project_type: "scrum",
        creator: project.creator.and_then(|id| people.get(&id)).map_or_else(
            Creator::default,
            |person| Creator {
                user_num_id: person.id.0,
                user_id: person.uid.clone(),
                user_name: person.name.clone(),
                domain_id: domain_id(team.id),
                domain_name: team.name.clone(),
                nick_name: person.display_name.clone(),
            },
        ),
    });
    Ok(Json(Projects { projects: projects.collect(), total: found.total }))
}

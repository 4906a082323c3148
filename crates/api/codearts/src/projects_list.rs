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
use crate::query::Query;

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
    let query = Query::parse(query.as_deref())?;
    let page = PageRequest::offset(
        query.number("offset", 0, 0..=i64::MAX as u64)?,
        query.number("limit", 10, 1..=1000)?,
    );
    let member = match query.text("query_type").unwrap_or_default() {
        "" => Some(user.id),
        "domain_projects" => None,
        _ => return Err(Error::invalid("query_type", "can only be domain_projects").into()),
    };
    let name = query.text("search").unwrap_or_default().to_owned();
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

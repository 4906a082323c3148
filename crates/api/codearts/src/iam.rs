//! The parts of IAM that clients call before they call CodeArts Check.
//!
//! Source: Huawei Cloud IAM API reference, "Obtaining a User Token Through
//! Password Authentication" and "Querying Project Information". A domain is a
//! team; the project of a region, which every client needs for signing, stands
//! for the team as well, because an installation has no regions.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use base::{Error, PageRequest, TeamId};
use call::{Call, Env};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use identity::{Secret, Team, tokens};
use projects::ProjectFilter;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Signed;
use crate::error::Refusal;
use crate::time::microseconds;

#[derive(Deserialize)]
struct TokenRequest {
    auth: Auth,
}

#[derive(Deserialize)]
struct Auth {
    identity: Identity,
    #[serde(default)]
    scope: Option<Scope>,
}

#[derive(Deserialize)]
struct Identity {
    methods: Vec<String>,
    #[serde(default)]
    password: Option<PasswordMethod>,
}

#[derive(Deserialize)]
struct PasswordMethod {
    user: PasswordUser,
}

#[derive(Deserialize)]
struct PasswordUser {
    name: String,
    password: String,
    #[serde(default)]
    domain: Option<Named>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Scope {
    project: Option<Named>,
    domain: Option<Named>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Named {
    id: Option<String>,
    name: Option<String>,
}

/// A team's id where clients expect 32 hexadecimal characters.
pub(crate) fn domain_id(team: TeamId) -> String {
    format!("{:032x}", team.0)
}

/// `POST /v3/auth/tokens`
pub(crate) async fn create_token(
    State(env): State<Env>,
    parts: Parts,
    body: axum::body::Bytes,
) -> Result<Response, Refusal> {
    let request: TokenRequest = serde_json::from_slice(&body).map_err(|error| {
        Refusal::Iam(Error::invalid("auth", format!("cannot be read: {error}")))
    })?;
    let identity = request.auth.identity;
    if !identity.methods.iter().any(|method| method == "password") {
        let why = "must hold \"password\", the only method here";
        return Err(Refusal::Iam(Error::invalid("auth.identity.methods", why)));
    }
    let user = identity
        .password
        .ok_or_else(|| Refusal::Iam(Error::missing("auth.identity.password")))?
        .user;
    let call = door::anonymous(&env, &parts);
    let domain = user.domain.and_then(|domain| domain.name).filter(|name| !name.is_empty());
    let issued = tokens::issue_temporary(
        &env,
        &user.name,
        &Secret::from(user.password),
        domain.as_deref(),
        call.address,
    )
    .await
    .map_err(Refusal::Iam)?;

    let connection = env.db.reader();
    let team = identity::teams::get(connection, issued.user.team).await?;
    let person = identity::users::get(connection, issued.user.id).await?;
    let mut token = json!({
        "expires_at": microseconds(issued.expires_at),
        "issued_at": microseconds(issued.issued_at),
        "methods": ["password"],
        "catalog": [],
        "roles": [{ "id": "0", "name": issued.user.role.as_str() }],
        "user": {
            "id": person.uid,
            "name": person.name,
            "domain": domain_of(&team),
            "password_expires_at": "",
        },
    });
    let scope = request.auth.scope.unwrap_or_default();
    if let Some(project) = scope.project {
        let scoped = region(&team, project.name.or(project.id).as_deref());
        token["project"] = scoped;
    } else if scope.domain.is_some() {
        token["domain"] = domain_of(&team);
    }
    let mut response = (StatusCode::CREATED, Json(json!({ "token": token }))).into_response();
    let header = HeaderValue::from_str(issued.token.expose()).map_err(Error::internal)?;
    response.headers_mut().insert("x-subject-token", header);
    Ok(response)
}

fn domain_of(team: &Team) -> Value {
    json!({ "id": domain_id(team.id), "name": team.name })
}

/// The team as the project of a region.
fn region(team: &Team, name: Option<&str>) -> Value {
    json!({
        "id": domain_id(team.id),
        "name": name.unwrap_or(&team.name),
        "domain": domain_of(team),
    })
}

/// `GET /v3/projects`: with a name, that one project, or the team as the
/// project of the region of that name; without one, those of the caller.
pub(crate) async fn list_projects(
    RawQuery(query): RawQuery,
    Signed { call, .. }: Signed,
) -> Result<Json<Value>, Refusal> {
    let user = call.actor.user()?;
    let team = identity::teams::get(call.db.reader(), user.team).await?;
    let query: Vec<(String, String)> =
        serde_urlencoded::from_str(query.as_deref().unwrap_or_default())
            .map_err(|_| Error::invalid("name", "cannot be decoded"))?;
    let name = query.iter().find(|(key, _)| key == "name").map(|(_, value)| value.as_str());
    let mine = mine(&call).await?;
    let entry = |id: &str, name: &str, description: &str| {
        json!({
            "id": id,
            "name": name,
            "description": description,
            "domain_id": domain_id(team.id),
            "parent_id": domain_id(team.id),
            "is_domain": false,
            "enabled": true,
            "links": { "self": format!("{}/v3/projects/{id}", call.addresses.http) },
        })
    };
    let projects: Vec<Value> = match name {
        Some(name) => match mine.iter().find(|project| project.name == name) {
            Some(project) => vec![entry(&project.uid, &project.name, &project.description)],
            None => vec![entry(&domain_id(team.id), name, "")],
        },
        None => mine
            .iter()
            .map(|project| entry(&project.uid, &project.name, &project.description))
            .collect(),
    };
    let links = json!({ "self": format!("{}/v3/projects", call.addresses.http), "next": null, "previous": null });
    Ok(Json(json!({ "projects": projects, "links": links })))
}

async fn mine(call: &Call) -> Result<Vec<projects::Project>, Error> {
    let page = PageRequest::first(PageRequest::MAX_SIZE);
    Ok(projects::list(call, &ProjectFilter::default(), page).await?.items)
}

//! What there is, and fetching it.

use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::response::Response;
use base::{Read, Right, Write};
use call::Env;
use depots::Depot;
use git::{Repository, Service};
use http::StatusCode;
use serde::Deserialize;

use crate::answer::{self, Refusal};
use crate::authorise::{Names, Opened, has_left, open};
use crate::body::{input, protocol};

#[derive(Deserialize)]
pub(crate) struct Wanted {
    service: Option<String>,
}

/// `GET info/refs?service=…`
pub(crate) async fn advertise(
    State(env): State<Env>,
    Path(names): Path<Names>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let Some(service) = wanted.service.as_deref().and_then(Service::from_name) else {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "only the smart protocol is spoken here; use a git client",
        ));
    };
    let protocol = protocol(&parts.headers);
    let (depot, repository) = match service {
        Service::Upload => found(open::<Read>(&env, &names, &parts).await?),
        Service::Receive => found(open::<Write>(&env, &names, &parts).await?),
    };
    if has_left(&depot, &names) {
        // A client asks for everything else where this leads.
        return Ok(answer::moved(&depot, "info/refs", parts.uri.query()));
    }
    let advertisement = repository.advertise(service, protocol).await?;
    Ok(answer::service(service, "advertisement", Body::from(advertisement)))
}

fn found<R: Right>(opened: Opened<R>) -> (Depot, Repository) {
    (opened.depot.into_inner(), opened.repository)
}

/// `POST git-upload-pack`
pub(crate) async fn upload_pack(
    State(env): State<Env>,
    Path(names): Path<Names>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let opened = open::<Read>(&env, &names, &parts).await?;
    let input = input(&parts.headers, Service::Upload, body)?;
    let answer = opened.repository.upload_pack(protocol(&parts.headers), input).await?;
    Ok(answer::service(Service::Upload, "result", Body::from_stream(answer)))
}

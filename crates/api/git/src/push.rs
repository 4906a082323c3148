//! Pushes.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use base::Write;
use call::Env;
use depots::push;
use git::{PushRequest, Service};

use crate::answer::{self, Refusal};
use crate::authorise::{Names, open};
use crate::body::input;

/// `POST git-receive-pack`
pub(crate) async fn receive_pack(
    State(env): State<Env>,
    Path(names): Path<Names>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let opened = open::<Write>(&env, &names, &parts).await?;
    let mut input = input(&parts.headers, Service::Receive, body)?;
    let request = PushRequest::read(&mut input).await?;
    let answer = push::receive(&opened.call, &opened.depot, request, input).await?;
    Ok(answer::service(Service::Receive, "result", Body::from_stream(answer)))
}

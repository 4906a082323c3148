//! Locks on files.

use axum::extract::{Path, Query, Request, State};
use axum::response::Response;
use base::{Error, Read, Write};
use call::Env;
use depots::lfs::{self, Lock, LockFilter};
use http::StatusCode;
use http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answer::{Refusal, answer, read};
use super::authorise::{Opened, open};
use crate::authorise::Names;

#[derive(Debug, Deserialize)]
struct Ref {
    #[serde(default)]
    name: String,
}

#[derive(Debug, Deserialize)]
struct New {
    path: String,
    #[serde(default, rename = "ref")]
    reference: Option<Ref>,
}

fn shape(lock: &Lock) -> Value {
    json!({
        "id": lock.id.to_string(),
        "path": lock.path,
        "locked_at": lock.locked_at.to_jiff().to_string(),
        "owner": { "name": lock.owner },
    })
}

/// The depot for whoever may write to it, and then what he tells.
async fn told<T: DeserializeOwned>(
    env: &Env,
    names: &Names,
    request: Request,
) -> Result<(Parts, Opened<Write>, T), Refusal> {
    let (parts, body) = request.into_parts();
    let opened = open::<Write>(env, names, &parts).await;
    let opened = opened.map_err(|error| Refusal::from(error).of(&parts))?;
    let told = read(body).await.map_err(|refusal| refusal.of(&parts))?;
    Ok((parts, opened, told))
}

/// `POST locks`
pub(super) async fn create(
    State(env): State<Env>,
    Path(names): Path<Names>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, opened, new) = told::<New>(&env, &names, request).await?;
    let of = |error: Error| Refusal::from(error).of(&parts);
    let on = new.reference.map(|reference| reference.name).unwrap_or_default();
    match lfs::lock(&opened.call, &opened.depot, &new.path, &on).await.map_err(of)? {
        Ok(lock) => Ok(answer(StatusCode::CREATED, &json!({ "lock": shape(&lock) }))),
        Err(taken) => {
            let message = format!("the file is locked by {} already", taken.owner);
            let body = json!({ "lock": shape(&taken), "message": message });
            Ok(answer(StatusCode::CONFLICT, &body))
        }
    }
}

/// What of the locks is wanted; numbers are texts here.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    path: Option<String>,
    id: Option<String>,
    cursor: Option<String>,
    limit: Option<Limit>,
}

/// A number, or a text that is one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Limit {
    Number(u64),
    Text(String),
}

impl Wanted {
    fn read(self) -> Result<LockFilter, Error> {
        let wrong = |field| Error::invalid(field, "must be a number");
        let number = |field, text: &Option<String>| match text.as_deref().filter(|t| !t.is_empty())
        {
            Some(text) => text.parse::<i64>().map(Some).map_err(|_| wrong(field)),
            None => Ok(None),
        };
        let limit = match self.limit {
            None => None,
            Some(Limit::Number(limit)) => Some(limit),
            Some(Limit::Text(text)) if text.is_empty() => None,
            Some(Limit::Text(text)) => Some(text.parse().map_err(|_| wrong("limit"))?),
        };
        Ok(LockFilter {
            id: number("id", &self.id)?,
            after: number("cursor", &self.cursor)?.unwrap_or_default(),
            // 0 is how clients leave it out.
            limit: limit.filter(|limit| *limit > 0),
            path: self.path.filter(|path| !path.is_empty()),
        })
    }
}

/// `GET locks`
pub(super) async fn list(
    State(env): State<Env>,
    Path(names): Path<Names>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let of = |error: Error| Refusal::from(error).of(&parts);
    let opened = open::<Read>(&env, &names, &parts).await.map_err(of)?;
    let filter = wanted.read().map_err(of)?;
    let found = lfs::locks(&opened.call, &opened.depot, &filter).await.map_err(of)?;
    let locks: Vec<Value> = found.locks.iter().map(shape).collect();
    Ok(answer(StatusCode::OK, &with_next(json!({ "locks": locks }), found.next)))
}

fn with_next(mut body: Value, next: Option<i64>) -> Value {
    if let Some(next) = next {
        body["next_cursor"] = json!(next.to_string());
    }
    body
}

/// `POST locks/verify`: which locks stand in the way of a push.
pub(super) async fn verify(
    State(env): State<Env>,
    Path(names): Path<Names>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, opened, wanted) = told::<Wanted>(&env, &names, request).await?;
    let of = |error: Error| Refusal::from(error).of(&parts);
    let filter = wanted.read().map_err(of)?;
    let found = lfs::locks(&opened.call, &opened.depot, &filter).await.map_err(of)?;
    let (ours, theirs): (Vec<&Lock>, Vec<&Lock>) =
        found.locks.iter().partition(|lock| lock.is_callers(&opened.call));
    let shapes = |locks: Vec<&Lock>| locks.into_iter().map(shape).collect::<Vec<_>>();
    let body = json!({ "ours": shapes(ours), "theirs": shapes(theirs) });
    Ok(answer(StatusCode::OK, &with_next(body, found.next)))
}

#[derive(Debug, Deserialize)]
struct Unlock {
    #[serde(default)]
    force: bool,
}

/// `POST locks/{id}/unlock`
pub(super) async fn unlock(
    State(env): State<Env>,
    Path((team, project, depot, id)): Path<(String, String, String, i64)>,
    request: Request,
) -> Result<Response, Refusal> {
    let names = (team, project, depot);
    let (parts, opened, wanted) = told::<Unlock>(&env, &names, request).await?;
    let of = |error: Error| Refusal::from(error).of(&parts);
    let lock = lfs::unlock(&opened.call, &opened.depot, id, wanted.force).await.map_err(of)?;
    Ok(answer(StatusCode::OK, &json!({ "lock": shape(&lock) })))
}

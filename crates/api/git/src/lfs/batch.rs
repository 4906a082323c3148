//! What is there, and where to send or get it.

use axum::extract::{Path, Request as HttpRequest, State};
use axum::response::Response;
use base::{AtLeast, Error, Read, Right, Write};
use call::Env;
use depots::lfs::{self, Object};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::{Refusal, answer, read};
use super::authorise::{Opened, open};
use super::request::Request;
use crate::authorise::Names;

/// Objects in one request; clients ask for a hundred.
const MOST: usize = 1000;

impl Request {
    /// Those of its objects that can be.
    pub fn objects(&self) -> impl Iterator<Item = Object> {
        self.objects.iter().filter_map(|named| Object::new(&named.oid, named.size).ok())
    }

    fn check(&self) -> Result<(), Refusal> {
        let no = |status, why: &str| Err(Refusal::new(status, why));
        if self.objects.len() > MOST {
            return no(StatusCode::PAYLOAD_TOO_LARGE, "at most 1000 objects are told of at once");
        }
        if self.hash_algo.as_ref().is_some_and(|algorithm| algorithm != "sha256") {
            return no(StatusCode::CONFLICT, "objects are named by their SHA-256 only");
        }
        let basic = |transfers: &Vec<String>| {
            transfers.is_empty() || transfers.iter().any(|transfer| transfer == "basic")
        };
        if !self.transfers.as_ref().is_none_or(basic) {
            return no(StatusCode::UNPROCESSABLE_ENTITY, "only the transfer basic is supported");
        }
        Ok(())
    }
}

/// `POST objects/batch`
pub(super) async fn batch(
    State(env): State<Env>,
    Path(names): Path<Names>,
    request: HttpRequest,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let of = |refusal: Refusal| refusal.of(&parts);
    // Who may read is settled before the body is read.
    let reader = open::<Read>(&env, &names, &parts).await.map_err(|error| of(error.into()))?;
    let request: Request = read(body).await.map_err(of)?;
    request.check().map_err(of)?;
    match request.operation.as_str() {
        "download" => tell(&env, &reader, &request, download).await,
        "upload" => {
            let writer = open::<Write>(&env, &names, &parts).await;
            let writer = writer.map_err(|error| of(error.into()))?;
            tell(&env, &writer, &request, upload).await
        }
        _ => Err(Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "the operation must be upload or download",
        )),
    }
    .map_err(of)
}

/// What is said of one object, given its length if the depot holds it.
type Say = fn(&str, &Map<String, Value>, &Object, Option<u64>) -> Value;

async fn tell<R: Right + AtLeast<Read>>(
    env: &Env,
    opened: &Opened<R>,
    request: &Request,
    say: Say,
) -> Result<Response, Refusal> {
    let oids: Vec<&str> = request.objects.iter().map(|named| named.oid.as_str()).collect();
    let held = lfs::held(&opened.call, &opened.depot, &oids).await?;
    let base = super::base(env, &opened.depot);
    let mut header = Map::new();
    if let Some(shown) = opened.shown.as_ref().and_then(|value| value.to_str().ok()) {
        header.insert("Authorization".to_owned(), json!(shown));
    }
    let objects: Vec<Value> = request
        .objects
        .iter()
        .map(|named| match Object::new(&named.oid, named.size) {
            Ok(object) => say(&base, &header, &object, held.get(object.oid()).copied()),
            Err(error) => failed(&named.oid, named.size, 422, &error),
        })
        .collect();
    let body = json!({ "transfer": "basic", "objects": objects, "hash_algo": "sha256" });
    Ok(answer(StatusCode::OK, &body))
}

fn failed(oid: &str, size: i64, code: u16, error: &Error) -> Value {
    json!({ "oid": oid, "size": size, "error": { "code": code, "message": error.to_string() } })
}

fn download(base: &str, header: &Map<String, Value>, object: &Object, held: Option<u64>) -> Value {
    let (oid, Some(size)) = (object.oid(), held) else {
        let size = object.size();
        let error = json!({ "code": 404, "message": "the depot does not hold this object" });
        return json!({ "oid": object.oid(), "size": size, "error": error });
    };
    let href = format!("{base}/objects/{oid}");
    json!({
        "oid": oid, "size": size, "authenticated": true,
        "actions": { "download": { "href": href, "header": header } },
    })
}

fn upload(base: &str, header: &Map<String, Value>, object: &Object, held: Option<u64>) -> Value {
    let (oid, size) = (object.oid(), object.size());
    if held == Some(size) {
        return json!({ "oid": oid, "size": size, "authenticated": true });
    }
    let href = format!("{base}/objects/{oid}/{size}");
    let verify = format!("{base}/verify");
    json!({
        "oid": oid, "size": size, "authenticated": true,
        "actions": {
            "upload": { "href": href, "header": header },
            "verify": { "href": verify, "header": header },
        },
    })
}

//! Secrets in the history of a plan's depots.

use analysis::{
    BackfillKind, IgnoreReason, Leak, LeakDecision, LeakFilter, LeakId, LeakState, NewSearch,
};
use axum::Json;
use axum::extract::{Path, Request};
use base::{Error, PageRequest};
use door::{Caller, Failure};
use serde_json::{Value, json};

use crate::asked::{Asked, depot, number, one, page};
use crate::history::{TOLD, backfill};
use crate::{readable, writable};

/// Leaks of a page, unless fewer are asked for.
const PAGE: u64 = 100;
/// What a decision may take.
const MOST_BYTES: usize = 64 << 10;

/// `POST plans/{uid}/secrets?branch=&depot=`
pub(crate) async fn start(
    Caller(call): Caller,
    Path(uid): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let plan = writable(&call, &uid).await?;
    let new = NewSearch { depot: depot(&asked)?, branch: one(&asked, "branch").to_owned() };
    let started = analysis::search_history(&call, &plan, new).await?;
    Ok(Json(backfill(&started)))
}

/// `GET plans/{uid}/secrets?state=&at_tip=&depot=&page=&size=`
pub(crate) async fn list(
    Caller(call): Caller,
    Path(uid): Path<String>,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let plan = readable(&call, &uid).await?;
    let filter = LeakFilter {
        state: match one(&asked, "state") {
            "" => None,
            word => Some(word.parse::<LeakState>()?),
        },
        depot: depot(&asked)?,
        at_tip: match one(&asked, "at_tip") {
            "" => None,
            "true" => Some(true),
            "false" => Some(false),
            _ => return Err(Error::invalid("at_tip", "must be true or false").into()),
        },
    };
    let size = number(&asked, "size")?.unwrap_or(PAGE).clamp(1, PAGE);
    let found = analysis::leaks(&call, &plan, filter, page(&asked, size)?).await?;
    let counts = analysis::leak_counts(&call, &plan).await?;
    let kind = BackfillKind::Secrets;
    let searches = analysis::backfills(&call, &plan, kind, PageRequest::first(TOLD)).await?;
    Ok(Json(json!({
        "total": found.total,
        "secrets": found.items.iter().map(leak).collect::<Vec<_>>(),
        "counts": {
            "open": counts.open,
            "open_at_tip": counts.open_at_tip,
            "revoked": counts.revoked,
            "ignored": counts.ignored,
            "full": counts.full,
        },
        "searches": searches.items.iter().map(backfill).collect::<Vec<_>>(),
    })))
}

/// `PUT plans/{uid}/secrets/{id}` with `{"state", "reason", "note"}`
pub(crate) async fn decide(
    Caller(call): Caller,
    Path((uid, id)): Path<(String, i64)>,
    request: Request,
) -> Result<Json<Value>, Failure> {
    let plan = writable(&call, &uid).await?;
    let body = door::body::bytes(request.into_body(), MOST_BYTES).await?;
    let said: Value =
        serde_json::from_slice(&body).map_err(|_| Error::invalid("body", "must be JSON"))?;
    let word = |name: &str| said[name].as_str().unwrap_or_default();
    let state: LeakState = word("state").parse()?;
    let decision = match state {
        LeakState::Open => LeakDecision::Open,
        LeakState::Revoked => LeakDecision::Revoked,
        LeakState::Ignored => LeakDecision::Ignored(word("reason").parse::<IgnoreReason>()?),
    };
    analysis::decide_leaks(&call, &plan, &[LeakId(id)], decision, word("note")).await?;
    Ok(Json(json!({ "id": id, "state": state })))
}

fn leak(one: &Leak) -> Value {
    json!({
        "id": one.id,
        "depot": one.depot,
        "rule": one.rule,
        "severity": one.severity,
        "commit": one.author.commit,
        "author": one.author.name,
        "mail": one.author.mail,
        "authored_at": one.author.at.seconds(),
        "path": one.path,
        "line": one.line,
        "end_line": one.end_line,
        "at_tip": !one.places.is_empty(),
        "places": one.places.iter().map(|place| json!({
            "path": place.path,
            "line": place.line,
        })).collect::<Vec<_>>(),
        "state": one.state,
        "reason": one.reason,
        "note": one.note,
        "decided_by": one.by_name,
        "decided_at": one.decided_at.map(base::Timestamp::seconds),
        "found_at": one.found_at.seconds(),
    })
}

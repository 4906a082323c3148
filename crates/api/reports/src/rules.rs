//! Rules that a team writes, for programs.

use analysis::{ImportOutcome, TeamRule};
use axum::Json;
use axum::extract::{Path, Request};
use base::{Error, Granted, Read, Scope};
use call::Call;
use door::{Caller, Failure};
use projects::{Project, ProjectKey};
use serde_json::{Value, json};

use crate::asked::{Asked, one};

/// The longest rule, in bytes.
const LONGEST: usize = 64 * 1024;
/// What can be imported at once, in bytes.
const MOST: usize = 32 << 20;

/// The project of an address, for who reads its team's rules.
async fn readable(call: &Call, name: &str) -> Result<Granted<Project, Read>, Failure> {
    call.actor.needs_scope_to_read(Scope::ProjectAnalysis)?;
    Ok(projects::authorise(call, ProjectKey::Name(name)).await?)
}

/// The project of an address, for who changes its team's rules, which the
/// domain lets the team's admins do.
async fn writable(call: &Call, name: &str) -> Result<Granted<Project, Read>, Failure> {
    call.actor.needs_scope(Scope::ProjectAnalysis)?;
    Ok(projects::authorise(call, ProjectKey::Name(name)).await?)
}

fn shown(rule: &TeamRule) -> Value {
    json!({
        "id": rule.name,
        "version": rule.version,
        "origin": rule.origin,
        "tested": rule.tested,
        "removed": rule.removed,
        "created_at": rule.created_at.to_jiff().to_string(),
        "updated_at": rule.updated_at.to_jiff().to_string(),
        "text": rule.text,
    })
}

/// `GET projects/{project}/rules`
pub(crate) async fn list(
    Caller(call): Caller,
    Path(name): Path<String>,
) -> Result<Json<Value>, Failure> {
    let project = readable(&call, &name).await?;
    let rules = analysis::own_rules(&call, &project).await?;
    Ok(Json(json!({ "rules": rules.iter().map(shown).collect::<Vec<_>>() })))
}

/// `GET projects/{project}/rules/{id}`
pub(crate) async fn get(
    Caller(call): Caller,
    Path((name, rule)): Path<(String, String)>,
) -> Result<Json<Value>, Failure> {
    let project = readable(&call, &name).await?;
    Ok(Json(shown(&analysis::own_rule(&call, &project, &rule).await?)))
}

async fn text(request: Request) -> Result<String, Failure> {
    let bytes = door::body::bytes(request.into_body(), LONGEST).await?;
    let wrong = |_| Error::invalid("rule", "must be text in UTF-8");
    Ok(String::from_utf8(bytes.to_vec()).map_err(wrong)?)
}

/// `POST projects/{project}/rules` with the rule
pub(crate) async fn create(
    Caller(call): Caller,
    Path(name): Path<String>,
    request: Request,
) -> Result<Json<Value>, Failure> {
    let project = writable(&call, &name).await?;
    let text = text(request).await?;
    Ok(Json(shown(&analysis::save_own_rule(&call, &project, &text, true).await?)))
}

/// `PUT projects/{project}/rules/{id}` with the rule
pub(crate) async fn change(
    Caller(call): Caller,
    Path((name, rule)): Path<(String, String)>,
    request: Request,
) -> Result<Json<Value>, Failure> {
    let project = writable(&call, &name).await?;
    let there = analysis::own_rule(&call, &project, &rule).await?;
    let text = text(request).await?;
    let read = analysis::OwnRule::parse(&text).ok();
    if read.is_some_and(|read| read.info().id != there.name) {
        return Err(Error::invalid("rule", "has another id than the address").into());
    }
    Ok(Json(shown(&analysis::save_own_rule(&call, &project, &text, false).await?)))
}

/// `DELETE projects/{project}/rules/{id}`
pub(crate) async fn remove(
    Caller(call): Caller,
    Path((name, rule)): Path<(String, String)>,
) -> Result<Json<Value>, Failure> {
    let project = writable(&call, &name).await?;
    analysis::remove_own_rule(&call, &project, &rule).await?;
    Ok(Json(json!({ "removed": true })))
}

/// `POST projects/{project}/rules/import?look=` with YAML or a zip
pub(crate) async fn import(
    Caller(call): Caller,
    Path(name): Path<String>,
    asked: Asked,
    request: Request,
) -> Result<Json<Value>, Failure> {
    let project = writable(&call, &name).await?;
    let bytes = door::body::bytes(request.into_body(), MOST).await?;
    let file = if bytes.starts_with(b"PK") { "rules.zip" } else { "rules.yml" };
    let files = vec![(file.to_owned(), bytes.to_vec())];
    let keep = one(&asked, "look").is_empty();
    let report = analysis::import_rules(&call, &project, files, keep).await?;
    let rules: Vec<Value> = report
        .iter()
        .map(|one| {
            json!({
                "id": one.id,
                "file": one.file,
                "origin": one.origin,
                "outcome": match one.outcome {
                    ImportOutcome::Whole => "whole",
                    ImportOutcome::Partly => "partly",
                    ImportOutcome::Refused => "refused",
                },
                "why": one.why,
                "kept": one.kept,
                "text": one.text,
            })
        })
        .collect();
    Ok(Json(json!({ "rules": rules })))
}

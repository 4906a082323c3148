//! Making a check task.

use analysis::{Definition, NewPlan, PlanKind};
use axum::Json;
use base::{Error, Granted, Read, Write};
use call::Call;
use depots::{Depot, DepotKey, ImportSource, NewDepot};
use projects::{Project, ProjectKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::caller::Signed;
use crate::error::Refusal;

/// The kinds of repository that a task may name.
const REPO_TYPES: [&str; 9] = [
    "DevCloud",
    "Gitee",
    "GitHub",
    "GitPub",
    "gitcode",
    "gitlab",
    "self_gitlab",
    "tfs_git",
    "bitbucket",
];

/// The languages that a task may name, and how the scanner calls each.
const LANGUAGES: [(&str, &[&str]); 21] = [
    ("C#", &["csharp"]),
    ("CSS", &["css", "scss"]),
    ("C++", &["cpp", "c"]),
    ("PYTHON", &["python"]),
    ("CANGJIE", &["cangjie"]),
    ("C", &["c"]),
    ("SCALA", &["scala"]),
    ("GO", &["go"]),
    ("KOTLIN", &["kotlin"]),
    ("JAVASCRIPT", &["javascript"]),
    ("SQL", &["sql"]),
    ("ARKTS", &["arkts"]),
    ("RUST", &["rust"]),
    ("JAVA", &["java"]),
    ("SHELL", &["shell"]),
    ("FORTRAN", &["fortran"]),
    ("PHP", &["php"]),
    ("LUA", &["lua"]),
    ("JSON", &["json"]),
    ("HTML", &["html"]),
    ("TYPESCRIPT", &["typescript", "tsx"]),
];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CreateRequest {
    branch: Option<String>,
    config_template: Option<ConfigTemplate>,
    name: Option<String>,
    project_id: Option<String>,
    project_name: Option<String>,
    repo_url: Option<String>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct ConfigTemplate {
    repo_type: Option<String>,
    branch: Option<String>,
    rule_sets: Vec<RuleSet>,
    project_id: Option<String>,
    project_name: Option<String>,
    #[serde(rename = "authId")]
    auth_id: Option<String>,
    #[serde(rename = "authType")]
    auth_type: Option<String>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct RuleSet {
    language: String,
}

/// `POST /v3/task`. Making a task does not run it.
pub(crate) async fn create(Signed { call, body }: Signed) -> Result<Json<Value>, Refusal> {
    let request: CreateRequest = decode(&body)?;
    let name = required("name", request.name.as_deref())?;
    check_name(name)?;
    let branch = required("branch", request.branch.as_deref())?;
    check_length("branch", branch, 200)?;
    let repo_url = required("repo_url", request.repo_url.as_deref())?;
    let template = request.config_template.ok_or_else(|| Error::missing("config_template"))?;
    let repo_type = check_template(&template, repo_url, branch)?;
    let languages = languages(&template.rule_sets)?;
    let project = project_of(
        &call,
        agreed("project_id", request.project_id.as_deref(), template.project_id.as_deref())?,
        agreed("project_name", request.project_name.as_deref(), template.project_name.as_deref())?,
    )
    .await?;
    let depot = depot_of(&call, &project, repo_type, repo_url).await?;
    let new = NewPlan {
        name: name.to_owned(),
        description: String::new(),
        kind: PlanKind::Builtin,
        sources: vec![(depot, branch.to_owned())],
        ruleset: None,
        definition: Definition { languages, ..Definition::default() },
        settings: json!({ "repo_url": repo_url, "config_template": template }),
        origin: "openapi".to_owned(),
    };
    let plan = analysis::create_plan(&call, &project, new).await?;
    Ok(Json(json!({
        "httpStatus": "OK",
        "result": {
            "checkParamList": [],
            "criterionSets": [],
            "customParams": [],
            "id": plan.uid,
            "modelSets": [],
            "reviewData": [],
            "ruleSets": [],
            "taskIds": [],
            "versionUpdateDelayDays": [],
        },
        "status": "success",
    })))
}

fn decode<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Error> {
    serde_json::from_slice(body)
        .map_err(|error| Error::invalid("body", format!("cannot be read: {error}")))
}

fn required<'a>(field: &'static str, value: Option<&'a str>) -> Result<&'a str, Error> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| Error::missing(field))
}

fn check_length(field: &'static str, value: &str, most: usize) -> Result<(), Error> {
    if value.chars().count() > most {
        return Err(Error::invalid(field, format!("must have at most {most} characters")));
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), Error> {
    check_length("name", name, 128)?;
    if name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_')) {
        return Ok(());
    }
    Err(Error::invalid("name", "may only hold letters, digits, '.', '-' and '_'"))
}

/// Checks the template and says whether the repository is one of ours.
fn check_template<'a>(
    template: &'a ConfigTemplate,
    repo_url: &str,
    branch: &str,
) -> Result<&'a str, Error> {
    let is_git = repo_url.starts_with("git");
    let repo_type = match template.repo_type.as_deref().filter(|kind| !kind.is_empty()) {
        Some(kind) if REPO_TYPES.contains(&kind) => kind,
        Some(_) => {
            let why = format!("must be one of {}", REPO_TYPES.join(", "));
            return Err(Error::invalid("repo_type", why));
        }
        None if is_git => "DevCloud",
        None => "GitPub",
    };
    let ours = repo_type == "DevCloud";
    if ours && !is_git {
        return Err(Error::invalid("repo_url", "must begin with git for the type DevCloud"));
    }
    if !ours && !repo_url.starts_with("http") {
        return Err(Error::invalid(
            "repo_url",
            format!("must begin with http for the type {repo_type}"),
        ));
    }
    if !ours && template.repo_type.is_some() {
        required("authId", template.auth_id.as_deref())?;
        required("authType", template.auth_type.as_deref())?;
    }
    if let Some(kind) = template.auth_type.as_deref().filter(|kind| !kind.is_empty())
        && !REPO_TYPES.contains(&kind)
    {
        let why = format!("must be one of {}", REPO_TYPES.join(", "));
        return Err(Error::invalid("authType", why));
    }
    if let Some(other) = template.branch.as_deref().filter(|other| !other.is_empty())
        && other != branch
    {
        return Err(Error::invalid("config_template.branch", "must be the same as branch"));
    }
    Ok(repo_type)
}

/// The value that stands in one or both of two places.
fn agreed<'a>(
    field: &'static str,
    top: Option<&'a str>,
    template: Option<&'a str>,
) -> Result<Option<&'a str>, Error> {
    let top = top.filter(|value| !value.is_empty());
    let template = template.filter(|value| !value.is_empty());
    match (top, template) {
        (Some(one), Some(other)) if one != other => {
            Err(Error::invalid(field, "must be the same in config_template"))
        }
        (one, other) => Ok(one.or(other)),
    }
}

fn languages(rule_sets: &[RuleSet]) -> Result<Vec<String>, Error> {
    let mut languages: Vec<String> = Vec::new();
    for rule_set in rule_sets {
        let wanted = rule_set.language.to_uppercase();
        let known = LANGUAGES.iter().find(|(name, _)| *name == wanted);
        let (_, ids) = known.ok_or_else(|| {
            let why = format!("names a language that is not known: {:?}", rule_set.language);
            Error::invalid("rule_sets", why)
        })?;
        for id in *ids {
            if !languages.iter().any(|language| language == id) {
                languages.push((*id).to_owned());
            }
        }
    }
    Ok(languages)
}

async fn project_of(
    call: &Call,
    id: Option<&str>,
    name: Option<&str>,
) -> Result<Granted<Project, Write>, Error> {
    match (id, name) {
        (Some(id), name) => {
            let is_uid = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_uid {
                return Err(Error::invalid("project_id", "must be 32 hexadecimal characters"));
            }
            let project = projects::authorise(call, ProjectKey::Uid(id)).await?;
            check_project_name(&project, name)?;
            Ok(project)
        }
        (None, Some(name)) => projects::authorise(call, ProjectKey::Name(name)).await,
        (None, None) => Err(Error::missing("project_id")),
    }
}

/// Clients name projects for people here, so either of its names will do.
fn check_project_name(project: &Project, name: Option<&str>) -> Result<(), Error> {
    match name {
        Some(name) if name != project.name && name != project.display_name => {
            Err(Error::invalid("project_name", "is not the name of that project"))
        }
        _ => Ok(()),
    }
}

async fn depot_of(
    call: &Call,
    project: &Granted<Project, Write>,
    repo_type: &str,
    url: &str,
) -> Result<Granted<Depot, Read>, Error> {
    if let Some(depot) = depots::at_address(call, &project.clone().lower(), url).await? {
        return Ok(depot);
    }
    let address = depots::Address::parse(url)
        .ok_or_else(|| Error::invalid("repo_url", "is not the address of a repository"))?;
    if repo_type == "DevCloud" || address.is_ours(&call.env) {
        return Err(Error::invalid("repo_url", "names no repository of the project"));
    }
    let name = address.path.rsplit('/').next().unwrap_or_default().to_owned();
    let source = ImportSource { url: url.to_owned(), ..ImportSource::default() };
    let depot = depots::register_outside(call, project, NewDepot::named(name), &source)
        .await
        .map_err(|error| error.rename_field("url", "repo_url"))?;
    depots::authorise(call, DepotKey::Id(depot.id)).await
}

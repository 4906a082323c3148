//! Check tasks: make one, list a project's, run one, read its result.

use std::fmt::Write as _;

use analysis::{
    Definition, NewPlan, PlanFilter, PlanKey, PlanKind, Scan, ScanPlan, StartOptions, Trigger,
    Verdict,
};
use axum::Json;
use axum::extract::{Path, RawQuery};
use base::{Error, Granted, PageRequest, Read, Write};
use call::Call;
use depots::{Depot, DepotKey, ImportSource, NewDepot};
use projects::{Project, ProjectKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::caller::Signed;
use crate::error::Refusal;
use crate::metrics::{mean, metric_info, share};
use crate::time::seconds;

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

#[derive(Debug, Serialize)]
pub(crate) struct TaskList {
    tasks: Vec<TaskInfo>,
    total: u64,
}

#[derive(Debug, Serialize)]
struct TaskInfo {
    task_id: String,
    task_name: String,
    creator_id: String,
    git_url: String,
    git_branch: String,
    created_at: String,
    last_check_time: Option<String>,
}

/// `GET /v2/{project_id}/tasks`: `offset` counts pages from 0.
pub(crate) async fn list(
    Path(project_id): Path<String>,
    RawQuery(query): RawQuery,
    Signed { call, .. }: Signed,
) -> Result<Json<TaskList>, Refusal> {
    if project_id.is_empty() || project_id.len() > 32 {
        return Err(Error::invalid("project_id", "must have 1 to 32 characters").into());
    }
    let (offset, limit) = page_of(query.as_deref())?;
    let project: Granted<Project, Read> =
        projects::authorise(&call, ProjectKey::Uid(&project_id)).await?;
    let filter = PlanFilter { project: Some(project.id), ..PlanFilter::default() };
    let page = PageRequest::offset(offset * limit, limit);
    let found = analysis::plans(&call, &filter, page).await?;
    let latest = analysis::latest_scans(&call, &found.items).await?;
    let about = About::of(&call, &found.items).await?;
    let tasks = found.items.iter().map(|plan| about.task(plan, latest.get(&plan.id)));
    Ok(Json(TaskList { tasks: tasks.collect(), total: found.total }))
}

fn page_of(query: Option<&str>) -> Result<(u64, u64), Error> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query.unwrap_or_default())
        .map_err(|_| Error::invalid("query", "cannot be decoded"))?;
    let number = |name: &'static str, default: u64, range: std::ops::RangeInclusive<u64>| {
        let text = pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        text.map_or(Ok(default), |text| {
            text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
                Error::invalid(name, format!("must be from {} to {}", range.start(), range.end()))
            })
        })
    };
    Ok((number("offset", 0, 0..=999_999)?, number("limit", 10, 1..=100)?))
}

/// The people and depots that stand beside plans in answers.
struct About {
    people: std::collections::HashMap<base::UserId, identity::User>,
    depots: std::collections::HashMap<depots::DepotId, Depot>,
    ssh: String,
}

impl About {
    async fn of(call: &Call, plans: &[ScanPlan]) -> Result<Self, Error> {
        let people: Vec<_> = plans.iter().filter_map(|plan| plan.creator).collect();
        let depots: Vec<_> =
            plans.iter().flat_map(|plan| plan.sources.iter().map(|source| source.depot)).collect();
        Ok(Self {
            people: identity::users::by_ids(call.db.reader(), &people).await?,
            depots: depots::by_ids(call, &depots).await?,
            ssh: call.addresses.ssh.clone(),
        })
    }

    fn task(&self, plan: &ScanPlan, latest: Option<&Scan>) -> TaskInfo {
        let source = plan.sources.first();
        let depot = source.and_then(|source| self.depots.get(&source.depot));
        let creator = plan.creator.and_then(|id| self.people.get(&id));
        let checked_at = latest.map(|scan| scan.started_at.unwrap_or(scan.created_at));
        TaskInfo {
            task_id: plan.uid.clone(),
            task_name: plan.name.clone(),
            creator_id: creator.map_or_else(String::new, |user| user.uid.clone()),
            git_url: depot.map_or_else(String::new, |depot| depot.ssh_url(&self.ssh)),
            git_branch: source.map_or_else(String::new, |source| source.branch.clone()),
            created_at: seconds(plan.created_at),
            last_check_time: checked_at.map(seconds),
        }
    }
}

/// `POST /v2/tasks/{task_id}/run`
pub(crate) async fn run(
    Path(task_id): Path<String>,
    Signed { call, .. }: Signed,
) -> Result<Json<Value>, Refusal> {
    let plan: Granted<ScanPlan, Write> =
        analysis::authorise_plan(&call, PlanKey::Uid(&task_id)).await?;
    let scan = analysis::start(&call, &plan, StartOptions::of(Trigger::Api)).await?;
    Ok(Json(json!({ "exec_id": format!("{:032x}", scan.id.0) })))
}

/// `GET /v2/tasks/{task_id}/defects-summary`
pub(crate) async fn defects_summary(
    Path(task_id): Path<String>,
    Signed { call, .. }: Signed,
) -> Result<Json<Value>, Refusal> {
    let plan: Granted<ScanPlan, Read> =
        analysis::authorise_plan(&call, PlanKey::Uid(&task_id)).await?;
    let plans = [(*plan).clone()];
    let latest = analysis::latest_results(&call, &plans).await?.remove(&plan.id);
    let task = About::of(&call, &plans).await?.task(&plan, latest.as_ref());
    let mut answer = serde_json::to_value(task).map_err(Error::internal)?;
    answer["check_type"] = json!("source");
    if let Some((scan, result)) =
        latest.as_ref().and_then(|scan| Some((scan, scan.result.as_ref()?)))
    {
        let totals = &result.totals;
        let (lines, open) = (&totals.lines, &result.open);
        let issues = open.fatal + open.error + open.warning + open.info;
        let facts = json!({
            "code_line_total": lines.total,
            "code_line": lines.code,
            "comment_lines": lines.comment,
            "comment_ratio": share(lines.comment.into(), u64::from(lines.comment) + u64::from(lines.code)),
            "issue_count": issues,
            "critical_count": open.fatal.to_string(),
            "major_count": open.error.to_string(),
            "minor_count": open.warning.to_string(),
            "suggestion_count": open.info.to_string(),
            "complexity_count": totals.cyclomatic,
            "cyclomatic_complexity_per_method": mean(totals.cyclomatic, totals.functions.into()),
            "cyclomatic_complexity_per_file": mean(totals.cyclomatic, totals.files.into()),
            "duplicated_lines": totals.duplicated_lines,
            "duplication_ratio": share(totals.duplicated_lines.into(), lines.total.into()),
            "duplicated_blocks": result.duplicate_blocks,
            "is_access": (result.gate.verdict != Verdict::Failed).to_string(),
            "trigger_type": scan.trigger.as_str(),
            "last_exec_time": scan.duration().map(spoken),
        });
        if let (Value::Object(answer), Value::Object(facts)) = (&mut answer, facts) {
            answer.extend(facts);
        }
    }
    Ok(Json(answer))
}

/// `GET /v2/{project_id}/tasks/{task_id}/metrics-summary`
pub(crate) async fn metrics_summary(
    Path((project_id, task_id)): Path<(String, String)>,
    Signed { call, .. }: Signed,
) -> Result<Json<Value>, Refusal> {
    let project: Granted<Project, Read> =
        projects::authorise(&call, ProjectKey::Uid(&project_id)).await?;
    let plan: Granted<ScanPlan, Read> =
        analysis::authorise_plan(&call, PlanKey::Uid(&task_id)).await?;
    if plan.project != project.id {
        return Err(Error::not_found("task").into());
    }
    let plans = [(*plan).clone()];
    let latest = analysis::latest_results(&call, &plans).await?.remove(&plan.id);
    let task = About::of(&call, &plans).await?.task(&plan, latest.as_ref());
    let mut answer = serde_json::to_value(task).map_err(Error::internal)?;
    answer["check_type"] = json!("source");
    if let Some((scan, result)) =
        latest.as_ref().and_then(|scan| Some((scan, scan.result.as_ref()?)))
    {
        answer["last_exec_time"] = json!(scan.duration().map(spoken));
        answer["metric_info"] = metric_info(result);
    }
    Ok(Json(answer))
}

/// `1m 5s`, as the original writes how long a run took.
fn spoken(duration: std::time::Duration) -> String {
    let seconds = duration.as_secs();
    let mut text = String::new();
    if seconds >= 60 {
        let _ = write!(text, "{}m ", seconds / 60);
    }
    let _ = write!(text, "{}s", seconds % 60);
    text
}

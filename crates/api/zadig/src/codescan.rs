//! Make a code scan, run it, read a run.

use std::sync::Arc;

use analysis::{
    Category, Definition, FindingFilter, FindingSort, Gate, Hook, HookEvent, NewPlan, PlanKey,
    PlanKind, PlanLimits, Scan, ScanPlan, StartOptions, Trigger, Triggers,
};
use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::{Extension, Json};
use base::{Error, Granted, PageRequest, Read, Right, Write};
use call::Call;
use projects::{Project, ProjectKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::caller::Known;
use crate::error::Refusal;
use crate::names::Names;
use crate::repos::{self, RepoBrief, RepoInfo};

type Answer<T> = Result<Json<T>, Refusal>;

/// What the original takes for a time limit of zero or less, in minutes.
const DEFAULT_MINUTES: u32 = 600;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CreateRequest {
    project_key: String,
    name: String,
    description: String,
    scanner_type: String,
    image_name: String,
    sonar_system: String,
    repo_info: Vec<RepoInfo>,
    addons: Option<Vec<AddOn>>,
    sonar_parameter: String,
    script: String,
    prelaunch_script: String,
    enable_quality_gate: bool,
    advanced_settings: Option<AdvancedSettings>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct AddOn {
    name: String,
    version: String,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct AdvancedSettings {
    cluster_name: String,
    timeout: i64,
    resource_spec: ResourceSpec,
    webhooks: Option<Webhooks>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct ResourceSpec {
    cpu_limit: i64,
    memory_limit: i64,
    #[serde(alias = "cpu_req")]
    cpu_request: i64,
    #[serde(alias = "memory_req")]
    memory_request: i64,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Webhooks {
    enabled: bool,
    hook_list: Vec<WebHook>,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
struct WebHook {
    codehost_name: String,
    repo_namespace: String,
    repo_name: String,
    branch: String,
    events: Vec<String>,
    match_folders: Vec<String>,
}

/// `POST /openapi/quality/codescan`; the checks come in the original's order.
pub(crate) async fn create(
    Extension(names): Extension<Arc<Names>>,
    Known(call): Known,
    body: Bytes,
) -> Answer<Value> {
    let request: CreateRequest = decode(&body)?;
    let kind = check(&request)?;
    let project: Granted<Project, Write> = in_project(&call, &request.project_key).await?;
    if kind == PlanKind::Builtin {
        names.check_sonar_system(&request.sonar_system)?;
    }
    names.check_image(&request.image_name)?;
    let Some(settings) = &request.advanced_settings else {
        return Err(Refusal::BadRequest("advanced settings cannot be empty".to_owned()));
    };
    names.check_cluster(&settings.cluster_name)?;
    if let Some(addon) = request.addons.iter().flatten().next() {
        let why = format!("names a package that cannot be installed here: {}", addon.name);
        return Err(Error::invalid("addons", why).into());
    }
    if request.repo_info.is_empty() {
        return Err(Error::missing("repo_info").into());
    }
    let mut sources = Vec::new();
    for repo in &request.repo_info {
        let depot = repos::resolve(&call, &names, &project, repo).await?;
        sources.push((depot, repo.branch.clone()));
    }
    let triggers = triggers(&call, &names, &project, settings.webhooks.as_ref()).await?;
    let (script, prelaunch) = match kind {
        PlanKind::Script => (request.script, String::new()),
        // The original runs `prelaunch_script` here and drops `script`; whoever
        // sends only a script wants it to run.
        PlanKind::Builtin if request.prelaunch_script.is_empty() => (String::new(), request.script),
        PlanKind::Builtin => (String::new(), request.prelaunch_script),
    };
    let gated = request.enable_quality_gate && kind == PlanKind::Builtin;
    let new = NewPlan {
        name: request.name,
        description: request.description,
        kind,
        sources,
        ruleset: None,
        definition: Definition {
            gate: if gated { Gate::on() } else { Gate::default() },
            triggers,
            limits: limits(settings)?,
            script,
            prelaunch,
            environment: request.image_name,
            parameters: request.sonar_parameter,
            ..Definition::default()
        },
        settings: json!({ "sonar_system": request.sonar_system, "advanced_settings": settings }),
        origin: "openapi".to_owned(),
    };
    match analysis::create_plan(&call, &project, new).await {
        Ok(_) => Ok(Json(json!({ "message": "success" }))),
        Err(Error::Conflict { why }) => Err(Refusal::CreateFailed(why.into_owned())),
        Err(error) => Err(error.into()),
    }
}

fn check(request: &CreateRequest) -> Result<PlanKind, Refusal> {
    let needed = [
        ("scanning name", &request.name),
        ("project key", &request.project_key),
        ("image name", &request.image_name),
    ];
    for (what, value) in needed {
        if value.is_empty() {
            return Err(Refusal::BadRequest(format!("{what} cannot be empty")));
        }
    }
    match request.scanner_type.as_str() {
        "sonarQube" => Ok(PlanKind::Builtin),
        "other" => Ok(PlanKind::Script),
        _ => {
            let why = "scanner_type can only be sonarQube or other";
            Err(Refusal::BadRequest(why.to_owned()))
        }
    }
}

fn limits(settings: &AdvancedSettings) -> Result<PlanLimits, Error> {
    let positive = |field: &'static str, value: i64| match u32::try_from(value) {
        Ok(0) => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(_) => Err(Error::invalid(field, "must not be negative")),
    };
    let spec = &settings.resource_spec;
    positive("cpu_request", spec.cpu_request)?;
    positive("memory_request", spec.memory_request)?;
    Ok(PlanLimits {
        timeout_minutes: match settings.timeout {
            ..=0 => DEFAULT_MINUTES,
            minutes => {
                u32::try_from(minutes).map_err(|_| Error::invalid("timeout", "is too long"))?
            }
        },
        cpu_millis: positive("cpu_limit", spec.cpu_limit)?,
        memory_mib: positive("memory_limit", spec.memory_limit)?,
    })
}

async fn triggers(
    call: &Call,
    names: &Names,
    project: &Granted<Project, Write>,
    webhooks: Option<&Webhooks>,
) -> Result<Triggers, Error> {
    let Some(webhooks) = webhooks.filter(|webhooks| webhooks.enabled) else {
        return Ok(Triggers::default());
    };
    if webhooks.hook_list.is_empty() {
        return Err(Error::missing("hook_list"));
    }
    let mut hooks = Vec::new();
    for hook in &webhooks.hook_list {
        let repo = RepoInfo {
            codehost_name: hook.codehost_name.clone(),
            repo_namespace: hook.repo_namespace.clone(),
            repo_name: hook.repo_name.clone(),
            branch: hook.branch.clone(),
            ..RepoInfo::default()
        };
        let depot = repos::resolve(call, names, project, &repo).await?;
        let events = hook.events.iter().map(|event| match event.as_str() {
            "push" => Ok(HookEvent::Push),
            "pull_request" => Ok(HookEvent::MergeRequest),
            "tag" => Ok(HookEvent::Tag),
            _ => Err(Error::invalid("events", "can only be push, pull_request or tag")),
        });
        let events: Vec<HookEvent> = events.collect::<Result<_, _>>()?;
        if events.is_empty() {
            return Err(Error::missing("events"));
        }
        // "/" stands for everything; the domain says that with an empty list.
        let everything = hook.match_folders.iter().any(|folder| folder == "/");
        let folders =
            hook.match_folders.iter().filter(|folder| !everything || folder.starts_with('!'));
        hooks.push(Hook {
            depot: Some(depot.id),
            branch: hook.branch.clone(),
            events,
            folders: folders.cloned().collect(),
        });
    }
    Ok(Triggers { enabled: true, hooks, ..Triggers::default() })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct InProject {
    #[serde(rename = "projectKey")]
    project_key: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ExecuteRequest {
    scan_repos: Vec<ScanRepo>,
    scan_kvs: Vec<KeyValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ScanRepo {
    branch: String,
    repo_name: String,
    repo_owner: String,
    source: String,
    pr: i64,
    prs: Vec<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct KeyValue {
    key: String,
    value: String,
}

/// `POST /openapi/quality/codescan/{scanName}/task?projectKey=…`
pub(crate) async fn execute(
    Extension(names): Extension<Arc<Names>>,
    Known(call): Known,
    Path(scan_name): Path<String>,
    Query(query): Query<InProject>,
    body: Bytes,
) -> Answer<Value> {
    if query.project_key.is_empty() {
        return Err(Refusal::BadRequest("project key cannot be empty".to_owned()));
    }
    let request: ExecuteRequest = decode(&body)?;
    let plan: Granted<ScanPlan, Write> = plan(&call, &query.project_key, &scan_name).await?;
    let sources = repos::of_plan(&call, &names, &plan).await?;
    let mut branches = Vec::new();
    for repo in &request.scan_repos {
        if repo.branch.is_empty() {
            return Err(Refusal::BadRequest("branch cannot be empty".to_owned()));
        }
        if repo.pr != 0 || !repo.prs.is_empty() {
            return Err(Error::invalid("prs", "cannot be scanned yet; name a branch").into());
        }
        let meant = sources.iter().find(|(_, depot, coordinates)| {
            coordinates.are(depot, &repo.repo_owner, &repo.repo_name, &repo.source)
        });
        let Some((source, _, _)) = meant else {
            let which = format!("{}/{} of {}", repo.repo_owner, repo.repo_name, repo.source);
            let why = format!("names a repository that the scan does not have: {which}");
            return Err(Error::invalid("scan_repos", why).into());
        };
        branches.push((source.depot, repo.branch.clone()));
    }
    let options = StartOptions {
        branches,
        variables: request.scan_kvs.into_iter().map(|pair| (pair.key, pair.value)).collect(),
        ..StartOptions::of(Trigger::Api)
    };
    let scan = analysis::start(&call, &plan, options).await?;
    Ok(Json(json!({ "task_id": scan.number })))
}

#[derive(Debug, Serialize)]
pub(crate) struct TaskDetail {
    scan_name: String,
    creator: String,
    task_id: i64,
    status: &'static str,
    create_time: i64,
    end_time: i64,
    result_link: String,
    repo_info: Vec<RepoBrief>,
    /// Not in the document; what the original's own page gets beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    sonar_metrics: Option<Metrics>,
}

/// Numbers as texts, as SonarQube gives measures.
#[derive(Debug, Serialize)]
struct Metrics {
    ncloc: String,
    bugs: String,
    vulnerabilities: String,
    code_smells: String,
}

/// `GET /openapi/quality/codescan/{scanName}/task/{taskID}?projectKey=…`
pub(crate) async fn detail(
    Extension(names): Extension<Arc<Names>>,
    Known(call): Known,
    Path((scan_name, task_id)): Path<(String, String)>,
    Query(query): Query<InProject>,
) -> Answer<TaskDetail> {
    let number: i64 =
        task_id.parse().map_err(|_| Refusal::BadRequest("invalid param taskID".to_owned()))?;
    if number == 0 || query.project_key.is_empty() {
        return Err(Refusal::BadRequest("invalid params".to_owned()));
    }
    let plan: Granted<ScanPlan, Read> = plan(&call, &query.project_key, &scan_name).await?;
    let scan = analysis::scan(&call, &plan, number).await?;
    let repo_info = repo_info(&call, &names, &plan, &scan).await?;
    let metrics = match plan.kind {
        PlanKind::Builtin => metrics(&call, &plan, &scan).await?,
        PlanKind::Script => None,
    };
    Ok(Json(TaskDetail {
        scan_name: plan.name.clone(),
        creator: match scan.trigger {
            Trigger::Push => "webhook".to_owned(),
            Trigger::Manual | Trigger::Api | Trigger::Schedule => scan.creator_name.clone(),
        },
        task_id: scan.number,
        status: scan.state.as_str(),
        create_time: scan.created_at.seconds(),
        end_time: scan.finished_at.map_or(0, base::Timestamp::seconds),
        result_link: match plan.kind {
            PlanKind::Builtin => format!(
                "{}/p/{}/analysis/{}/scans/{}",
                call.addresses.http, query.project_key, plan.id, scan.number
            ),
            PlanKind::Script => String::new(),
        },
        repo_info,
        sonar_metrics: metrics,
    }))
}

async fn repo_info(
    call: &Call,
    names: &Names,
    plan: &Granted<ScanPlan, Read>,
    scan: &Scan,
) -> Result<Vec<RepoBrief>, Error> {
    let known = repos::of_plan(call, names, plan).await?;
    let briefs = scan.sources.iter().filter_map(|source| {
        let (_, _, coordinates) = known.iter().find(|(_, depot, _)| depot.id == source.depot)?;
        let coordinates = coordinates.clone();
        Some(RepoBrief {
            repo_owner: coordinates.owner,
            source: coordinates.source,
            address: coordinates.address,
            branch: source.branch.clone(),
            remote_name: "origin",
            repo_name: coordinates.name,
            hidden: false,
            checkout_path: String::new(),
            submodules: false,
        })
    });
    Ok(briefs.collect())
}

/// What is open now; only for the scan that is the plan's latest result, since
/// nobody keeps what was open at the time of older ones by kind.
async fn metrics(
    call: &Call,
    plan: &Granted<ScanPlan, Read>,
    scan: &Scan,
) -> Result<Option<Metrics>, Error> {
    let Some(result) = &scan.result else { return Ok(None) };
    // The scan may have ended after the plan was read.
    let plan: Granted<ScanPlan, Read> =
        analysis::authorise_plan(call, PlanKey::Id(plan.id)).await?;
    if plan.latest_result != Some(scan.id) {
        return Ok(None);
    }
    let open = async |categories: &[Category]| {
        let filter = FindingFilter { categories: categories.to_vec(), ..FindingFilter::active() };
        let page = PageRequest::first(1);
        let found = analysis::findings(call, &plan, &filter, FindingSort::Severity, page).await?;
        Ok::<_, Error>(found.total.to_string())
    };
    Ok(Some(Metrics {
        ncloc: result.totals.lines.code.to_string(),
        bugs: open(&[Category::Bug]).await?,
        vulnerabilities: open(&[Category::Security]).await?,
        code_smells: open(&[Category::Smell, Category::Performance]).await?,
    }))
}

fn decode<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|_| Refusal::Undecodable)
}

/// The project of that key. One that the caller may not see is refused like
/// one that is not there.
async fn in_project<R: Right>(call: &Call, key: &str) -> Result<Granted<Project, R>, Refusal> {
    projects::authorise(call, ProjectKey::Name(key)).await.map_err(|error| {
        if error.is_not_found() { Error::denied("the project").into() } else { error.into() }
    })
}

async fn plan<R: Right>(
    call: &Call,
    project: &str,
    name: &str,
) -> Result<Granted<ScanPlan, R>, Refusal> {
    let project: Granted<Project, Read> = in_project(call, project).await?;
    Ok(analysis::authorise_plan(call, PlanKey::Named(project.id, name)).await?)
}

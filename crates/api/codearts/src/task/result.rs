//! Running a check task, and what came of it.

use std::fmt::Write as _;

use analysis::{PlanKey, Scan, ScanPlan, StartOptions, Trigger, Verdict};
use axum::Json;
use axum::extract::Path;
use base::{Error, Granted, Read, Write};
use call::Call;
use projects::{Project, ProjectKey};
use serde_json::{Value, json};

use super::list::About;
use crate::caller::Signed;
use crate::error::Refusal;
use crate::metrics::{mean, metric_info, percent, share};

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
    let (mut answer, latest) = with_latest(&call, &plan).await?;
    if let Some((scan, result)) =
        latest.as_ref().and_then(|scan| Some((scan, scan.result.as_ref()?)))
    {
        let totals = &result.totals;
        let (lines, open) = (&totals.lines, &result.open);
        let comment = lines.comment.saturating_sub(totals.prose);
        let issues = open.fatal + open.error + open.warning + open.info;
        let facts = json!({
            "code_line_total": lines.total,
            "code_line": lines.code,
            "comment_lines": comment,
            "comment_ratio": share(comment.into(), u64::from(comment) + u64::from(lines.code)),
            "issue_count": issues,
            "critical_count": open.fatal.to_string(),
            "major_count": open.error.to_string(),
            "minor_count": open.warning.to_string(),
            "suggestion_count": open.info.to_string(),
            "complexity_count": totals.cyclomatic,
            "cyclomatic_complexity_per_method": mean(totals.cyclomatic, totals.functions.into()),
            "cyclomatic_complexity_per_file": mean(totals.cyclomatic, totals.files.into()),
            "duplicated_lines": totals.duplicated_lines,
            "duplication_ratio": percent(totals.duplication()),
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
    let (mut answer, latest) = with_latest(&call, &plan).await?;
    if let Some((scan, result)) =
        latest.as_ref().and_then(|scan| Some((scan, scan.result.as_ref()?)))
    {
        answer["last_exec_time"] = json!(scan.duration().map(spoken));
        answer["metric_info"] = metric_info(result);
    }
    Ok(Json(answer))
}

/// What the list says of the task, and its latest scan that has a result.
async fn with_latest(call: &Call, plan: &ScanPlan) -> Result<(Value, Option<Scan>), Error> {
    let plans = [plan.clone()];
    let latest = analysis::latest_results(call, &plans).await?.remove(&plan.id);
    let task = About::of(call, &plans).await?.task(plan, latest.as_ref());
    let mut answer = serde_json::to_value(task).map_err(Error::internal)?;
    answer["check_type"] = json!("source");
    Ok((answer, latest))
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

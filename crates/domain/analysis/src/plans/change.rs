//! Making, changing and deleting plans.

use base::{AtLeast, Error, Granted, Read, Result, Right, Write};
use call::Call;
use db::Tx;
use depots::Depot;
use events::NewEvent;
use projects::Project;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _,
};
use serde_json::json;

use crate::parameters::{Parameters, PathMatcher};
use crate::plan::{Definition, PlanId, PlanKind, ScanPlan};
use crate::ruleset::RulesetId;
use crate::tables::{plan_sources, plans as rows, rulesets};

/// A plan to be made.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// Unique in the project.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What does the work.
    pub kind: PlanKind,
    /// What is scanned: depots that the caller may read, each with a branch;
    /// the depot's default branch where it is empty.
    pub sources: Vec<(Granted<Depot, Read>, String)>,
    /// Which rules.
    pub ruleset: Option<RulesetId>,
    /// Everything else.
    pub definition: Definition,
    /// See [`ScanPlan::settings`].
    pub settings: serde_json::Value,
    /// See [`ScanPlan::origin`].
    pub origin: String,
}

impl NewPlan {
    /// A plan for the built-in analysers on one branch of one depot, started by
    /// pushes.
    pub fn named(name: impl Into<String>, depot: Granted<Depot, Read>, branch: &str) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            kind: PlanKind::Builtin,
            sources: vec![(depot, branch.to_owned())],
            ruleset: None,
            definition: Definition {
                triggers: crate::plan::Triggers::push(),
                ..Definition::default()
            },
            settings: serde_json::Value::Null,
            origin: String::new(),
        }
    }
}

/// What is to be changed; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct PlanChange {
    /// The name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What is scanned.
    pub sources: Option<Vec<(Granted<Depot, Read>, String)>>,
    /// Which rules; `Some(None)` for the built-in choice.
    pub ruleset: Option<Option<RulesetId>>,
    /// Everything else.
    pub definition: Option<Definition>,
    /// See [`ScanPlan::settings`].
    pub settings: Option<serde_json::Value>,
    /// Whether triggers start it.
    pub enabled: Option<bool>,
}

pub(super) const MAX_NAME: usize = 128;
const MAX_DESCRIPTION: usize = 2_000;
const MAX_BRANCH: usize = 200;
const MAX_TEXT: usize = 256 * 1024;
/// A week.
const MAX_MINUTES: u32 = 7 * 24 * 60;

/// Makes a plan in the project.
///
/// # Errors
/// `Missing`/`Invalid` naming `name`, `description`, `branch`, `sources`,
/// `ruleset`, `script`, `timeout`, `paths` or `triggers`; `Conflict` when the
/// name is taken.
pub async fn create_plan(
    call: &Call,
    project: &Granted<Project, Write>,
    new: NewPlan,
) -> Result<ScanPlan> {
    let tx = call.db.begin().await?;
    let plan = create_in(call, &tx, project, new).await?;
    tx.commit().await?;
    Ok(plan)
}

pub(crate) async fn create_in(
    call: &Call,
    tx: &Tx,
    project: &Project,
    new: NewPlan,
) -> Result<ScanPlan> {
    check_name(&new.name)?;
    check_description(&new.description)?;
    check_definition(new.kind, &new.definition)?;
    check_ruleset(tx, project, new.ruleset).await?;
    let taken = rows::Entity::find()
        .filter(rows::Column::ProjectId.eq(project.id))
        .filter(rows::Column::Name.eq(&new.name))
        .count(&**tx)
        .await?;
    if taken > 0 {
        return Err(Error::conflict(format!("the scan plan name {} is taken", new.name)));
    }
    let now = call.clock.now();
    let row = rows::ActiveModel {
        id: NotSet,
        uid: Set(call.random.hex(16)),
        project_id: Set(project.id),
        name: Set(new.name),
        description: Set(new.description),
        kind: Set(new.kind.as_str().to_owned()),
        ruleset_id: Set(new.ruleset),
        definition: Set(serde_json::to_string(&new.definition)?),
        settings: Set(new.settings.to_string()),
        origin: Set(new.origin),
        enabled: Set(true),
        creator_id: Set(call.actor.user_id()),
        creator_name: Set(call.actor.name().to_owned()),
        created_at: Set(now),
        updated_at: Set(now),
        latest_scan_id: Set(None),
        latest_result_id: Set(None),
        running_scan_id: Set(None),
        next_run_at: Set(super::clock::next_run(&new.definition, now)?),
    }
    .insert(&**tx)
    .await?;
    set_sources(tx, row.id, &new.sources).await?;
    finished(call, tx, row, "plan.created").await
}

/// Changes a plan and returns it as it is now. Scans that have been started
/// already go on as they began.
///
/// # Errors
/// As [`create_plan`].
pub async fn modify_plan(
    call: &Call,
    plan: &Granted<ScanPlan, Write>,
    change: PlanChange,
) -> Result<ScanPlan> {
    let tx = call.db.begin().await?;
    let row = rows::Entity::find_by_id(plan.id)
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("scan plan"))?;
    let mut active: rows::ActiveModel = row.clone().into();
    if let Some(name) = change.name
        && name != row.name
    {
        check_name(&name)?;
        let taken = rows::Entity::find()
            .filter(rows::Column::ProjectId.eq(row.project_id))
            .filter(rows::Column::Name.eq(&name))
            .count(&*tx)
            .await?;
        if taken > 0 {
            return Err(Error::conflict(format!("the scan plan name {name} is taken")));
        }
        active.name = Set(name);
    }
    if let Some(description) = change.description {
        check_description(&description)?;
        active.description = Set(description);
    }
    if let Some(definition) = &change.definition {
        check_definition(plan.kind, definition)?;
        active.definition = Set(serde_json::to_string(definition)?);
        active.next_run_at = Set(super::clock::next_run(definition, call.clock.now())?);
    }
    if let Some(ruleset) = change.ruleset {
        let projects = projects::by_ids_in(&*tx, &[row.project_id]).await?;
        let project = projects.get(&row.project_id).ok_or_else(|| Error::not_found("project"))?;
        check_ruleset(&tx, project, ruleset).await?;
        active.ruleset_id = Set(ruleset);
    }
    if let Some(settings) = change.settings {
        active.settings = Set(settings.to_string());
    }
    if let Some(enabled) = change.enabled {
        active.enabled = Set(enabled);
    }
    if let Some(sources) = &change.sources {
        plan_sources::Entity::delete_many()
            .filter(plan_sources::Column::PlanId.eq(plan.id))
            .exec(&*tx)
            .await?;
        set_sources(&tx, plan.id, sources).await?;
    }
    active.updated_at = Set(call.clock.now());
    let row = active.update(&*tx).await?;
    let plan = finished(call, &tx, row, "plan.changed").await?;
    tx.commit().await?;
    Ok(plan)
}

/// Deletes a plan with its scans and findings. A scan that is under way ends
/// without a result.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_plan<R: Right + AtLeast<Write>>(
    call: &Call,
    plan: Granted<ScanPlan, R>,
) -> Result<()> {
    let tx = call.db.begin().await?;
    crate::scans::cancel_all_in(call, &tx, plan.id).await?;
    written(call, &tx, "plan.deleted", &plan).await?;
    rows::Entity::delete_by_id(plan.id).exec(&*tx).await?;
    tx.commit().await
}

async fn finished(call: &Call, tx: &Tx, row: rows::Model, kind: &'static str) -> Result<ScanPlan> {
    let plan = super::with_sources(&**tx, vec![row])
        .await?
        .pop()
        .ok_or_else(|| Error::internal("a scan plan was lost"))?;
    written(call, tx, kind, &plan).await?;
    Ok(plan)
}

async fn written(call: &Call, tx: &Tx, kind: &'static str, plan: &ScanPlan) -> Result<()> {
    let details = json!({ "plan": plan.id, "name": plan.name, "project": plan.project });
    let event = NewEvent::plain(kind, &call.actor, Some(plan.project.0), details.clone());
    call.events.emit(tx, event).await?;
    identity::audit::record(tx, call, kind, &format!("plan:{}", plan.id), details).await
}

async fn set_sources(
    tx: &Tx,
    plan: PlanId,
    sources: &[(Granted<Depot, Read>, String)],
) -> Result<()> {
    if sources.is_empty() {
        return Err(Error::missing("sources"));
    }
    for (position, (depot, branch)) in sources.iter().enumerate() {
        if sources[..position].iter().any(|(other, _)| other.id == depot.id) {
            return Err(Error::invalid("sources", format!("names the depot {} twice", depot.name)));
        }
        let branch = if branch.is_empty() { &depot.default_branch } else { branch };
        check_branch(branch)?;
        plan_sources::ActiveModel {
            id: NotSet,
            plan_id: Set(plan),
            position: Set(i64::try_from(position).unwrap_or(i64::MAX)),
            depot_id: Set(depot.id),
            branch: Set(branch.clone()),
        }
        .insert(&**tx)
        .await?;
    }
    Ok(())
}

pub(crate) fn check_branch(branch: &str) -> Result<()> {
    if branch.chars().count() > MAX_BRANCH {
        return Err(Error::invalid("branch", "must have at most 200 characters"));
    }
    if git::is_branch_name(branch) {
        Ok(())
    } else {
        Err(Error::invalid("branch", "is not a name that Git takes for a branch"))
    }
}

fn check_name(name: &str) -> Result<()> {
    if name.trim().is_empty() {
        return Err(Error::missing("name"));
    }
    if name.chars().count() > MAX_NAME {
        return Err(Error::invalid("name", "must have at most 128 characters"));
    }
    if name != name.trim() || name.chars().any(|c| c.is_control() || c == '/') {
        return Err(Error::invalid(
            "name",
            "must not begin or end with a blank, nor hold '/' or control characters",
        ));
    }
    Ok(())
}

fn check_description(description: &str) -> Result<()> {
    if description.chars().count() > MAX_DESCRIPTION {
        return Err(Error::invalid("description", "must have at most 2000 characters"));
    }
    Ok(())
}

fn check_definition(kind: PlanKind, definition: &Definition) -> Result<()> {
    let texts = [
        ("script", &definition.script),
        ("prelaunch_script", &definition.prelaunch),
        ("parameters", &definition.parameters),
    ];
    for (field, text) in texts {
        if text.len() > MAX_TEXT {
            return Err(Error::invalid(field, "must have at most 256 KiB"));
        }
    }
    if kind == PlanKind::Script && definition.script.trim().is_empty() {
        return Err(Error::missing("script"));
    }
    if !(1..=MAX_MINUTES).contains(&definition.limits.timeout_minutes) {
        return Err(Error::invalid("timeout", "must be from 1 to 10080 minutes"));
    }
    definition.gate.check()?;
    if definition.coverage.len() > 1_000 || definition.coverage.split('/').any(|part| part == "..")
    {
        return Err(Error::invalid("coverage", "must be a path below the working copy"));
    }
    PathMatcher::new(&definition.paths)?;
    PathMatcher::new(&Parameters::parse(&definition.parameters).paths())?;
    for hook in &definition.triggers.hooks {
        crate::parameters::glob(&hook.branch)
            .map_err(|why| Error::invalid("triggers", format!("have a branch that {why}")))?;
    }
    Ok(())
}

async fn check_ruleset(tx: &Tx, project: &Project, ruleset: Option<RulesetId>) -> Result<()> {
    let Some(id) = ruleset else { return Ok(()) };
    let known = rulesets::Entity::find_by_id(id).one(&**tx).await?.is_some_and(|row| {
        row.team_id == project.team && row.project_id.is_none_or(|own| own == project.id)
    });
    if known { Ok(()) } else { Err(Error::not_found("ruleset")) }
}

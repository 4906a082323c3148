//! Rulesets: named choices of rules, severities and thresholds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base::{Error, Granted, Read, Result, TeamId, Timestamp, UserId, Write};
use call::{Call, Env};
use projects::{Project, ProjectId};
use scanner::{Engine, RuleInfo};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use crate::tables::rulesets;

base::typed_id! {
    /// A ruleset.
    pub struct RulesetId;
}

/// A named choice of rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruleset {
    /// Its number, unique on the installation.
    pub id: RulesetId,
    /// The team that it belongs to.
    pub team: TeamId,
    /// The project that it is for; `None` for all of the team.
    pub project: Option<ProjectId>,
    /// Unique in the team or project.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The choice.
    pub content: scanner::Ruleset,
    /// Hash of the choice, kept with each scan.
    pub hash: String,
    /// Who made it.
    pub creator: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The descriptions of all built-in rules.
///
/// # Errors
/// Never with the rules that are built in.
pub fn rules() -> Result<impl Iterator<Item = &'static RuleInfo>> {
    scanner::catalogue().map_err(Error::internal)
}

/// The description of a built-in rule.
pub fn rule(id: &str) -> Option<&'static RuleInfo> {
    rules().ok()?.find(|rule| rule.id == id)
}

/// Makes a ruleset for a project.
///
/// # Errors
/// `Missing`/`Invalid` naming `name` or `content`; `Conflict` when the name is
/// taken.
pub async fn create_ruleset(
    call: &Call,
    project: &Granted<Project, Write>,
    name: &str,
    description: &str,
    content: &scanner::Ruleset,
) -> Result<Ruleset> {
    check(name, description, content)?;
    let tx = call.db.begin().await?;
    let taken = rulesets::Entity::find()
        .filter(rulesets::Column::ProjectId.eq(project.id))
        .filter(rulesets::Column::Name.eq(name))
        .count(&*tx)
        .await?;
    if taken > 0 {
        return Err(Error::conflict(format!("the ruleset name {name} is taken")));
    }
    let now = call.clock.now();
    let row = rulesets::ActiveModel {
        id: NotSet,
        team_id: Set(project.team),
        project_id: Set(Some(project.id)),
        name: Set(name.to_owned()),
        description: Set(description.to_owned()),
        content: Set(serde_json::to_string(content)?),
        hash: Set(content.hash()),
        creator_id: Set(call.actor.user_id()),
        created_at: Set(now),
        updated_at: Set(now),
    }
    .insert(&*tx)
    .await?;
    let details = json!({ "name": name, "project": project.id, "hash": row.hash });
    let subject = format!("ruleset:{}", row.id);
    identity::audit::record(&tx, call, "ruleset.created", &subject, details).await?;
    tx.commit().await?;
    Ruleset::try_from(row)
}

/// Changes the choice that a ruleset of the project makes. Scans that have
/// been done keep the hash of what they were done with.
///
/// # Errors
/// `NotFound` when the project has no such ruleset; `Invalid` on `content`.
pub async fn modify_ruleset(
    call: &Call,
    project: &Granted<Project, Write>,
    id: RulesetId,
    content: &scanner::Ruleset,
) -> Result<Ruleset> {
    check_content(content)?;
    let tx = call.db.begin().await?;
    let row = rulesets::Entity::find_by_id(id)
        .filter(rulesets::Column::ProjectId.eq(project.id))
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("ruleset"))?;
    let mut active: rulesets::ActiveModel = row.into();
    active.content = Set(serde_json::to_string(content)?);
    active.hash = Set(content.hash());
    active.updated_at = Set(call.clock.now());
    let row = active.update(&*tx).await?;
    let details = json!({ "name": row.name, "project": project.id, "hash": row.hash });
    identity::audit::record(&tx, call, "ruleset.changed", &format!("ruleset:{id}"), details)
        .await?;
    tx.commit().await?;
    Ruleset::try_from(row)
}

/// Deletes a ruleset of the project; plans that use it fall back to the
/// built-in choice.
///
/// # Errors
/// `NotFound` when the project has no such ruleset.
pub async fn delete_ruleset(
    call: &Call,
    project: &Granted<Project, Write>,
    id: RulesetId,
) -> Result<()> {
    let tx = call.db.begin().await?;
    let deleted = rulesets::Entity::delete_many()
        .filter(rulesets::Column::Id.eq(id))
        .filter(rulesets::Column::ProjectId.eq(project.id))
        .exec(&*tx)
        .await?;
    if deleted.rows_affected == 0 {
        return Err(Error::not_found("ruleset"));
    }
    let details = json!({ "project": project.id });
    identity::audit::record(&tx, call, "ruleset.deleted", &format!("ruleset:{id}"), details)
        .await?;
    tx.commit().await
}

/// The rulesets that plans of a project can use, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn rulesets(call: &Call, project: &Granted<Project, Read>) -> Result<Vec<Ruleset>> {
    let rows = rulesets::Entity::find()
        .filter(rulesets::Column::TeamId.eq(project.team))
        .filter(
            Condition::any()
                .add(rulesets::Column::ProjectId.is_null())
                .add(rulesets::Column::ProjectId.eq(project.id)),
        )
        .order_by_asc(rulesets::Column::Name)
        .all(call.db.reader())
        .await?;
    rows.into_iter().map(Ruleset::try_from).collect()
}

fn check(name: &str, description: &str, content: &scanner::Ruleset) -> Result<()> {
    if name.trim().is_empty() {
        return Err(Error::missing("name"));
    }
    if name.chars().count() > 128 || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "must have at most 128 characters on one line"));
    }
    if description.chars().count() > 2_000 {
        return Err(Error::invalid("description", "must have at most 2000 characters"));
    }
    check_content(content)
}

fn check_content(content: &scanner::Ruleset) -> Result<()> {
    Engine::new(content)
        .map(drop)
        .map_err(|error| Error::invalid("content", format!("cannot be used: {error}")))
}

impl TryFrom<rulesets::Model> for Ruleset {
    type Error = Error;

    fn try_from(row: rulesets::Model) -> Result<Self> {
        Ok(Self {
            id: row.id,
            team: row.team_id,
            project: row.project_id,
            name: row.name,
            description: row.description,
            content: serde_json::from_str(&row.content)?,
            hash: row.hash,
            creator: row.creator_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Engines that this process has made: compiling the rules takes longer than
/// scanning a commit.
#[derive(Default)]
struct Engines(Mutex<HashMap<String, Arc<Engine>>>);

const MOST_ENGINES: usize = 32;

/// The engine for a plan's ruleset.
pub(crate) async fn engine(env: &Env, ruleset: Option<RulesetId>) -> Result<Arc<Engine>> {
    let content = match ruleset {
        Some(id) => match rulesets::Entity::find_by_id(id).one(env.db.reader()).await? {
            Some(row) => serde_json::from_str(&row.content)?,
            None => scanner::Ruleset::default(),
        },
        None => scanner::Ruleset::default(),
    };
    let hash = content.hash();
    let engines = env.memory::<Engines>();
    let mut kept = engines.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(engine) = kept.get(&hash) {
        return Ok(Arc::clone(engine));
    }
    // A rule may have gone with an update of the server.
    let engine = Engine::new(&content)
        .map_err(|error| Error::invalid("ruleset", format!("cannot be used: {error}")))?;
    if kept.len() >= MOST_ENGINES {
        kept.clear();
    }
    let engine = Arc::new(engine);
    kept.insert(hash, Arc::clone(&engine));
    Ok(engine)
}

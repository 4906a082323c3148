//! Rulesets: named choices of rules, severities, thresholds and analysers; the
//! rules that a team writes itself (`own`), and the engine that comes of both.

mod engine;
mod import;
mod own;
mod team;
mod titles;
mod versions;

use base::{Error, Granted, PageRequest, Paged, Read, Result, TeamId, Timestamp, UserId, Write};
use call::Call;
use projects::{Project, ProjectId};
use scanner::{Engine, OWN_PREFIX, RuleInfo};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

use crate::tables::{own_rules, rulesets};

pub use engine::RulesUsed;
pub(crate) use engine::chosen;
pub use import::{ImportedRule, import_rules};
pub use own::own_rules as own_rules_of;
pub use own::{
    MOST_OWN, OwnRuleId, TeamRule, TeamRuleVersion, TriedRule, may_write_rules, own_infos,
    own_rule, own_rule_versions, remove_own_rule, save_own_rule, try_rule,
};
pub(crate) use team::standard_of;
pub use team::{copy_ruleset, set_standard, share_ruleset, standard_ruleset};
pub(crate) use titles::titles;
pub use titles::{RuleTitles, rule_titles};
pub use versions::{
    RulesetChange, RulesetPart, RulesetVersion, changes_between, in_words, own_changes,
    ruleset_versions,
};

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
    check_own(call, project.team, content).await?;
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
    versions::keep(call, &tx, &row, call.actor.name()).await?;
    let details = json!({ "name": name, "project": project.id, "hash": row.hash });
    let subject = format!("ruleset:{}", row.id);
    identity::audit::record(&tx, call, "ruleset.created", &subject, details).await?;
    tx.commit().await?;
    Ruleset::try_from(row)
}

/// Changes the choice that a ruleset makes: one of the project, or of the team
/// for an admin of it. Scans that have been done keep the hash of what they were
/// done with.
///
/// # Errors
/// `NotFound` when the project has no such ruleset; `Denied` for one of the team;
/// `Invalid` on `content`.
pub async fn modify_ruleset(
    call: &Call,
    project: &Granted<Project, Write>,
    id: RulesetId,
    content: &scanner::Ruleset,
) -> Result<Ruleset> {
    check_content(content)?;
    check_own(call, project.team, content).await?;
    let tx = call.db.begin().await?;
    let row = changeable(call, &tx, project, id).await?;
    // What was made before versions were kept.
    versions::keep(call, &tx, &row, "").await?;
    let mut active: rulesets::ActiveModel = row.into();
    active.content = Set(serde_json::to_string(content)?);
    active.hash = Set(content.hash());
    active.updated_at = Set(call.clock.now());
    let row = active.update(&*tx).await?;
    versions::keep(call, &tx, &row, call.actor.name()).await?;
    let details = json!({ "name": row.name, "project": project.id, "hash": row.hash });
    identity::audit::record(&tx, call, "ruleset.changed", &format!("ruleset:{id}"), details)
        .await?;
    tx.commit().await?;
    Ruleset::try_from(row)
}

/// Deletes a ruleset of the project, or of the team for an admin of it; plans
/// that use it fall back to the built-in choice.
///
/// # Errors
/// `NotFound` when the project has no such ruleset; `Denied` for one of the team.
pub async fn delete_ruleset(
    call: &Call,
    project: &Granted<Project, Write>,
    id: RulesetId,
) -> Result<()> {
    let tx = call.db.begin().await?;
    let row = changeable(call, &tx, project, id).await?;
    rulesets::Entity::delete_by_id(row.id).exec(&*tx).await?;
    let details = json!({ "project": project.id });
    identity::audit::record(&tx, call, "ruleset.deleted", &format!("ruleset:{id}"), details)
        .await?;
    tx.commit().await
}

async fn changeable(
    call: &Call,
    tx: &db::Tx,
    project: &Granted<Project, Write>,
    id: RulesetId,
) -> Result<rulesets::Model> {
    let row = rulesets::Entity::find_by_id(id)
        .filter(usable_by(project))
        .one(&**tx)
        .await?
        .ok_or_else(|| Error::not_found("ruleset"))?;
    if row.project_id.is_none() {
        own::may(call, project.team)?;
    }
    Ok(row)
}

/// Of the project, or of its whole team.
fn usable_by(project: &Project) -> Condition {
    Condition::all().add(rulesets::Column::TeamId.eq(project.team)).add(
        Condition::any()
            .add(rulesets::Column::ProjectId.is_null())
            .add(rulesets::Column::ProjectId.eq(project.id)),
    )
}

/// A ruleset that plans of a project can use.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn ruleset(
    call: &Call,
    project: &Granted<Project, Read>,
    id: RulesetId,
) -> Result<Ruleset> {
    let query = rulesets::Entity::find_by_id(id).filter(usable_by(project));
    let row = query.one(call.db.reader()).await?;
    row.ok_or_else(|| Error::not_found("ruleset")).and_then(Ruleset::try_from)
}

/// The rulesets that plans of a project can use, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn rulesets(
    call: &Call,
    project: &Granted<Project, Read>,
    page: PageRequest,
) -> Result<Paged<Ruleset>> {
    let query = rulesets::Entity::find().filter(usable_by(project));
    let total = query.clone().count(call.db.reader()).await?;
    let rows = query
        .order_by_asc(rulesets::Column::Name)
        .order_by_asc(rulesets::Column::Id)
        .offset(page.skip())
        .limit(page.size())
        .all(call.db.reader())
        .await?;
    let items = rows.into_iter().map(Ruleset::try_from).collect::<Result<_>>()?;
    Ok(Paged { items, total, page })
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
    if let Some(name) = content.adapters.iter().find(|name| adapters::declaration(name).is_none()) {
        return Err(Error::invalid("content", format!("names an unknown analyser `{name}`")));
    }
    Engine::new(content)
        .map(drop)
        .map_err(|error| Error::invalid("content", format!("cannot be used: {error}")))
}

/// What the ruleset says about the team's rules has to be about some of them.
async fn check_own(call: &Call, team: TeamId, content: &scanner::Ruleset) -> Result<()> {
    let named: Vec<&String> =
        content.rules.keys().filter(|id| id.starts_with(OWN_PREFIX)).collect();
    for names in named.chunks(400) {
        let known: Vec<String> = own_rules::Entity::find()
            .select_only()
            .column(own_rules::Column::Name)
            .filter(own_rules::Column::TeamId.eq(team))
            .filter(own_rules::Column::Name.is_in(names.iter().map(|name| name.as_str())))
            .into_tuple()
            .all(call.db.reader())
            .await?;
        if let Some(name) = names.iter().find(|name| !known.contains(name)) {
            let why = format!("cannot be used: the ruleset names an unknown rule `{name}`");
            return Err(Error::invalid("content", why));
        }
    }
    Ok(())
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

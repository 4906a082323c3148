//! Rules that a team writes.

use std::collections::HashSet;
use std::sync::Arc;

use base::{Actor, Error, Granted, Read, Result, TeamId, TeamRole, Timestamp};
use call::Call;
use db::Tx;
use projects::Project;
use scanner::{Language, MOST_TRIED, OWN_PREFIX, OwnRule, RuleFault, RuleInfo, Tested, Trial};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::tables::{own_rule_versions as versions, own_rules as rows};

base::typed_id! {
    /// A rule of a team.
    pub struct OwnRuleId;
}

/// Rules of one team.
pub const MOST_OWN: u64 = 500;
/// Rules of one team about data flow, in one language at most.
const MOST_FLOWS: usize = 60;
/// Versions of a rule that are listed.
const MOST_VERSIONS: u64 = 50;
/// Trials that run at the same time.
const TRIALS: usize = 2;

/// A rule that a team wrote.
#[derive(Debug, Clone)]
pub struct TeamRule {
    /// Its number.
    pub id: OwnRuleId,
    /// Its id, as in findings: `own/…`.
    pub name: String,
    /// Hash of its text.
    pub version: String,
    /// The rule.
    pub text: String,
    /// Empty, or what it was imported from: `ast-grep`, `semgrep`.
    pub origin: String,
    /// It has examples, and they are as they should be.
    pub tested: bool,
    /// It runs no more.
    pub removed: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A version of a rule.
#[derive(Debug, Clone)]
pub struct TeamRuleVersion {
    /// Hash of the text.
    pub version: String,
    /// What it said.
    pub text: String,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What came of trying a rule.
#[derive(Debug)]
pub struct TriedRule {
    /// What it says about itself.
    pub info: RuleInfo,
    /// What it finds in the sample.
    pub trial: Trial,
    /// The language that the sample was read as.
    pub language: Language,
    /// What became of its examples.
    pub tested: Vec<Tested>,
    rule: Arc<OwnRule>,
}

impl TriedRule {
    /// What is wrong with the examples, in one sentence.
    pub fn fault(&self) -> Option<String> {
        fault_of(&self.info, &self.tested)
    }
}

impl From<rows::Model> for TeamRule {
    fn from(row: rows::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            version: row.version,
            text: row.text,
            origin: row.origin,
            tested: row.tested,
            removed: row.removed,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Whether the caller may write rules of the team and rulesets for all of it.
pub fn may_write_rules(call: &Call, team: TeamId) -> bool {
    may(call, team).is_ok()
}

pub(super) fn may(call: &Call, team: TeamId) -> Result<()> {
    match &call.actor {
        Actor::System => Ok(()),
        Actor::User(user) if user.team == team && user.role >= TeamRole::Admin => Ok(()),
        Actor::User(_) => Err(Error::denied("the role of an admin in the team")),
        _ => Err(Error::unauthenticated("sign in first")),
    }
}

/// The rules of the team that a project belongs to, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn own_rules(call: &Call, project: &Granted<Project, Read>) -> Result<Vec<TeamRule>> {
    let rows = rows::Entity::find()
        .filter(rows::Column::TeamId.eq(project.team))
        .filter(rows::Column::Removed.eq(false))
        .order_by_asc(rows::Column::Name)
        .limit(MOST_OWN)
        .all(call.db.reader())
        .await?;
    Ok(rows.into_iter().map(TeamRule::from).collect())
}

/// What the rules of the project's team say about themselves.
///
/// # Errors
/// When the database cannot be read.
pub async fn own_infos(call: &Call, project: &Granted<Project, Read>) -> Result<Vec<Arc<OwnRule>>> {
    Ok(super::engine::compiled(&call.env, project.team).await?.to_vec())
}

/// A rule of the project's team, removed or not.
///
/// # Errors
/// `NotFound` when there never was one.
pub async fn own_rule(
    call: &Call,
    project: &Granted<Project, Read>,
    name: &str,
) -> Result<TeamRule> {
    find(call, project.team, name).await?.map(TeamRule::from).ok_or_else(not_found)
}

/// The versions of a rule, latest first.
///
/// # Errors
/// `NotFound` when there never was such a rule.
pub async fn own_rule_versions(
    call: &Call,
    project: &Granted<Project, Read>,
    name: &str,
) -> Result<Vec<TeamRuleVersion>> {
    let rule = find(call, project.team, name).await?.ok_or_else(not_found)?;
    let rows = versions::Entity::find()
        .filter(versions::Column::RuleId.eq(rule.id))
        .order_by_desc(versions::Column::Id)
        .limit(MOST_VERSIONS)
        .all(call.db.reader())
        .await?;
    let version = |row: versions::Model| TeamRuleVersion {
        version: row.version,
        text: row.text,
        by: row.user_name,
        at: row.created_at,
    };
    Ok(rows.into_iter().map(version).collect())
}

fn not_found() -> Error {
    Error::not_found("rule")
}

async fn find(call: &Call, team: TeamId, name: &str) -> Result<Option<rows::Model>> {
    let full =
        if name.starts_with(OWN_PREFIX) { name.to_owned() } else { format!("{OWN_PREFIX}{name}") };
    let query = rows::Entity::find()
        .filter(rows::Column::TeamId.eq(team))
        .filter(rows::Column::Name.eq(full));
    Ok(query.one(call.db.reader()).await?)
}

#[derive(Debug)]
struct Trials(Semaphore);

impl Default for Trials {
    fn default() -> Self {
        Self(Semaphore::new(TRIALS))
    }
}

/// Reads a rule, runs it on a sample and on its examples; nothing is kept.
/// Bounded in time; few run at once, whoever asks.
///
/// # Errors
/// The outer: nobody is signed in, or `Invalid` on `sample` when it is too long.
/// The inner: what is wrong with the rule.
pub async fn try_rule(
    call: &Call,
    text: &str,
    language: &str,
    sample: &str,
) -> Result<std::result::Result<TriedRule, RuleFault>> {
    call.actor.user()?;
    if sample.len() > MOST_TRIED {
        return Err(Error::invalid("sample", "is longer than 256 KiB"));
    }
    let (text, sample) = (text.to_owned(), sample.to_owned());
    let language = Language::of_id(language);
    blocking(call, move || {
        let rule = Arc::new(OwnRule::parse(&text)?);
        let languages = rule.languages();
        let language = language
            .filter(|one| rule.info().languages.is_empty() || languages.contains(one))
            .unwrap_or(languages[0]);
        Ok(TriedRule {
            trial: rule.try_on(language, &sample),
            tested: rule.test(),
            info: rule.info().clone(),
            language,
            rule,
        })
    })
    .await
}

/// Runs what takes a processor, few at a time.
pub(super) async fn blocking<T: Send + 'static>(
    call: &Call,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let trials = call.env.memory::<Trials>();
    let _permit = trials.0.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

/// The first thing that is wrong with a rule's examples.
pub(super) fn fault_of(info: &RuleInfo, tested: &[Tested]) -> Option<String> {
    // What a metric rule says, it says of any function.
    if info.metric.is_none() && (info.examples.valid.is_empty() || info.examples.invalid.is_empty())
    {
        return Some("needs a valid and an invalid example in `metadata.tests`".to_owned());
    }
    let wrong = tested.iter().find(|one| !one.holds)?;
    let (number, language) = (wrong.number, wrong.language.name());
    Some(if wrong.valid {
        let lines: Vec<String> = wrong.lines.iter().take(5).map(u32::to_string).collect();
        let lines = lines.join(", ");
        format!("reports valid example {number} ({language}) on line {lines}")
    } else if !wrong.fix.is_empty() {
        format!("has a wrong fix of invalid example {number} ({language}): {}", wrong.fix)
    } else {
        format!("does not report invalid example {number} ({language})")
    })
}

/// Makes a rule of the team, or a new version of it. Its examples are run and
/// have to be right.
///
/// # Errors
/// `Denied` for whoever is no admin of the team; `Invalid` on `rule` with what is
/// wrong with it; `Conflict` when `new` and there is one of its id, or when the
/// team's rules change at this moment; `Limit` when the team has too many.
pub async fn save_own_rule(
    call: &Call,
    project: &Granted<Project, Read>,
    text: &str,
    new: bool,
) -> Result<TeamRule> {
    may(call, project.team)?;
    let tried = try_rule(call, text, "", "").await?;
    let tried = tried.map_err(|fault| Error::invalid("rule", format!("is wrong: {fault}")))?;
    if let Some(fault) = tried.fault() {
        return Err(Error::invalid("rule", fault));
    }
    let there = find(call, project.team, &tried.info.id).await?;
    if new && there.is_some_and(|row| !row.removed) {
        return Err(Error::conflict(format!("there is a rule {} already", tried.info.id)));
    }
    let mut keeping = Keeping::begin(call, project).await?;
    let saved = keeping.keep(&tried.rule, text, "", true).await?;
    keeping.finish().await?;
    Ok(saved)
}

/// Rules that have been checked, on their way into the team's: all of them in one
/// unit of work.
pub(super) struct Keeping<'a> {
    call: &'a Call,
    team: TeamId,
    tx: Tx,
    /// The team's rules about data flow.
    flows: HashSet<String>,
}

impl<'a> Keeping<'a> {
    /// Begins the unit of work.
    ///
    /// # Errors
    /// `Conflict` when the team's rules change at this moment.
    pub(super) async fn begin(call: &'a Call, project: &Granted<Project, Read>) -> Result<Self> {
        let team = project.team;
        // Compiling takes its time, and others may write meanwhile.
        let own = super::engine::of_team(&call.env, team).await?;
        let flows = own.rules.iter().filter(|rule| rule.is_flow());
        let flows = flows.map(|rule| rule.info().id.clone()).collect();
        let tx = call.db.begin().await?;
        db::lock_in_transaction(&*tx, &format!("analysis:rules:{team}")).await?;
        if super::engine::versions_of(&*tx, team).await? != own.versions {
            return Err(Error::conflict("somebody else has just changed the team's rules"));
        }
        Ok(Self { call, team, tx, flows })
    }

    /// Writes one.
    ///
    /// # Errors
    /// `Limit` when the team has too many; nothing is written then, and further
    /// ones can follow.
    pub(super) async fn keep(
        &mut self,
        rule: &OwnRule,
        text: &str,
        origin: &str,
        tested: bool,
    ) -> Result<TeamRule> {
        let (call, tx) = (self.call, &self.tx);
        let (name, is_flow) = (rule.info().id.as_str(), rule.is_flow());
        // The engine follows so many flows at once and no more.
        if is_flow && !self.flows.contains(name) && self.flows.len() >= MOST_FLOWS {
            let why = format!("a team can have {MOST_FLOWS} rules about data flow");
            return Err(Error::Limit { why: why.into(), retry_after: None });
        }
        let version = version_of(text);
        let now = call.clock.now();
        let known = rows::Entity::find()
            .filter(rows::Column::TeamId.eq(self.team))
            .filter(rows::Column::Name.eq(name))
            .one(&**tx)
            .await?;
        if known.as_ref().is_none_or(|row| row.removed) {
            let count = rows::Entity::find()
                .filter(rows::Column::TeamId.eq(self.team))
                .filter(rows::Column::Removed.eq(false))
                .count(&**tx)
                .await?;
            if count >= MOST_OWN {
                let why = format!("a team can have {MOST_OWN} rules of its own");
                return Err(Error::Limit { why: why.into(), retry_after: None });
            }
        }
        let row = match known {
            Some(row) => {
                let mut active: rows::ActiveModel = row.into();
                active.version = Set(version.clone());
                active.text = Set(text.to_owned());
                active.tested = Set(tested);
                active.removed = Set(false);
                active.updated_at = Set(now);
                if !origin.is_empty() {
                    active.origin = Set(origin.to_owned());
                }
                active.update(&**tx).await?
            }
            None => {
                rows::ActiveModel {
                    id: NotSet,
                    team_id: Set(self.team),
                    name: Set(name.to_owned()),
                    version: Set(version.clone()),
                    text: Set(text.to_owned()),
                    origin: Set(origin.to_owned()),
                    tested: Set(tested),
                    removed: Set(false),
                    creator_id: Set(call.actor.user_id()),
                    created_at: Set(now),
                    updated_at: Set(now),
                }
                .insert(&**tx)
                .await?
            }
        };
        let again = versions::Entity::find()
            .filter(versions::Column::RuleId.eq(row.id))
            .filter(versions::Column::Version.eq(&version))
            .count(&**tx)
            .await?;
        if again == 0 {
            versions::ActiveModel {
                id: NotSet,
                rule_id: Set(row.id),
                version: Set(version.clone()),
                text: Set(text.to_owned()),
                user_name: Set(call.actor.name().to_owned()),
                created_at: Set(now),
            }
            .insert(&**tx)
            .await?;
        }
        let details = json!({ "name": name, "version": version, "origin": origin });
        let on = format!("rule:{}", row.id);
        identity::audit::record(tx, call, "rule.saved", &on, details).await?;
        if is_flow {
            self.flows.insert(name.to_owned());
        }
        Ok(TeamRule::from(row))
    }

    pub(super) async fn finish(self) -> Result<()> {
        self.tx.commit().await
    }
}

/// The version that a text is.
pub(super) fn version_of(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..16])
}

/// Takes a rule out: it runs no more. What scans found with it stays, and so
/// does what it said.
///
/// # Errors
/// `Denied` for whoever is no admin of the team; `NotFound` when there is none.
pub async fn remove_own_rule(
    call: &Call,
    project: &Granted<Project, Read>,
    name: &str,
) -> Result<()> {
    may(call, project.team)?;
    let row = find(call, project.team, name).await?.filter(|row| !row.removed);
    let row = row.ok_or_else(not_found)?;
    let tx = call.db.begin().await?;
    let details = json!({ "name": row.name, "version": row.version });
    let subject = format!("rule:{}", row.id);
    let mut active: rows::ActiveModel = row.into();
    active.removed = Set(true);
    active.updated_at = Set(call.clock.now());
    active.update(&*tx).await?;
    identity::audit::record(&tx, call, "rule.removed", &subject, details).await?;
    tx.commit().await
}

//! The engine that a plan scans with.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use base::{Error, Result, TeamId};
use call::Env;
use scanner::{Engine, OwnRule};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};
use serde::{Deserialize, Serialize};

use super::RulesetId;
use crate::parameters::Parameters;
use crate::plan::ScanPlan;
use crate::tables::{own_rules, rulesets};

/// Which rules a scan was done with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RulesUsed {
    /// The ruleset; `None` for the built-in choice.
    pub ruleset: Option<RulesetId>,
    /// Its name then.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The rules of the team that were on, with their versions.
    pub own: BTreeMap<String, String>,
}

/// What a plan's ruleset comes down to.
pub(crate) struct Chosen {
    pub(crate) engine: Arc<Engine>,
    pub(crate) used: RulesUsed,
}

/// What this process has made: compiling the rules takes longer than scanning a
/// commit.
#[derive(Default)]
struct Engines {
    engines: Mutex<HashMap<String, Arc<Engine>>>,
    own: Mutex<HashMap<TeamId, Own>>,
}

const MOST_ENGINES: usize = 32;
const MOST_TEAMS: usize = 64;

/// The rules of a team, with their versions.
#[derive(Clone, Default)]
pub(super) struct Own {
    /// Name and version of each, by name.
    pub(super) versions: Vec<(String, String)>,
    /// Those of them that can be used.
    pub(super) rules: Arc<Vec<Arc<OwnRule>>>,
}

/// The engine for a plan.
pub(crate) async fn chosen(env: &Env, plan: &ScanPlan) -> Result<Chosen> {
    let row = match plan.ruleset {
        Some(id) => rulesets::Entity::find_by_id(id).one(env.db.reader()).await?,
        None => None,
    };
    let (mut content, mut used) = match &row {
        Some(row) => {
            let content: scanner::Ruleset = serde_json::from_str(&row.content)?;
            let used =
                RulesUsed { ruleset: Some(row.id), name: row.name.clone(), ..RulesUsed::default() };
            (content, used)
        }
        None => (scanner::Ruleset::default(), RulesUsed::default()),
    };
    used.version = content.hash();
    // What else runs beside the engine matters to it: other programs mind their own
    // comments.
    let further = Parameters::parse(&plan.definition.parameters).list(crate::run::ADAPTERS);
    content.adapters.extend(further.iter().cloned());
    let team = match &row {
        Some(row) => Some(row.team_id),
        None => {
            let projects = projects::by_ids_in(env.db.reader(), &[plan.project]).await?;
            projects.get(&plan.project).map(|project| project.team)
        }
    };
    let own = match team {
        Some(team) => of_team(env, team).await?,
        None => Own::default(),
    };
    let mut key = used.version.clone();
    for (name, version) in &own.versions {
        key.push_str(&format!(" {name}@{version}"));
    }
    for name in &further {
        key.push_str(&format!(" +{name}"));
    }
    let memory = env.memory::<Engines>();
    let kept = {
        let kept = memory.engines.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&key).cloned()
    };
    let engine = match kept {
        Some(engine) => engine,
        None => {
            let rules = Arc::clone(&own.rules);
            let made = tokio::task::spawn_blocking(move || Engine::with_own(&content, &rules));
            // A rule may have gone with an update of the server.
            let engine = made
                .await
                .map_err(Error::internal)?
                .map_err(|error| Error::invalid("ruleset", format!("cannot be used: {error}")))?;
            let engine = Arc::new(engine);
            let mut kept = memory.engines.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() >= MOST_ENGINES {
                kept.clear();
            }
            kept.insert(key, Arc::clone(&engine));
            engine
        }
    };
    let versions: HashMap<&str, &str> =
        own.versions.iter().map(|(name, version)| (name.as_str(), version.as_str())).collect();
    used.own = engine
        .rules()
        .filter_map(|rule| Some((rule.id.clone(), (*versions.get(rule.id.as_str())?).to_owned())))
        .collect();
    Ok(Chosen { engine, used })
}

/// The rules of a team, compiled.
pub(super) async fn compiled(env: &Env, team: TeamId) -> Result<Arc<Vec<Arc<OwnRule>>>> {
    Ok(of_team(env, team).await?.rules)
}

/// Name and version of each rule of a team, by name.
pub(super) async fn versions_of(
    connection: &impl ConnectionTrait,
    team: TeamId,
) -> Result<Vec<(String, String)>> {
    let mut versions: Vec<(String, String)> = own_rules::Entity::find()
        .select_only()
        .columns([own_rules::Column::Name, own_rules::Column::Version])
        .filter(own_rules::Column::TeamId.eq(team))
        .filter(own_rules::Column::Removed.eq(false))
        .into_tuple()
        .all(connection)
        .await?;
    versions.sort();
    Ok(versions)
}

pub(super) async fn of_team(env: &Env, team: TeamId) -> Result<Own> {
    let versions = versions_of(env.db.reader(), team).await?;
    let memory = env.memory::<Engines>();
    {
        let kept = memory.own.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = kept.get(&team).filter(|own| own.versions == versions) {
            return Ok(own.clone());
        }
    }
    let mut rows = own_rules::Entity::find()
        .filter(own_rules::Column::TeamId.eq(team))
        .filter(own_rules::Column::Removed.eq(false))
        .all(env.db.reader())
        .await?;
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    let versions = rows.iter().map(|row| (row.name.clone(), row.version.clone())).collect();
    let compiled = tokio::task::spawn_blocking(move || {
        let mut rules = Vec::with_capacity(rows.len());
        for row in rows {
            match OwnRule::parse(&row.text) {
                Ok(rule) => rules.push(Arc::new(rule)),
                // An update of the server may know a grammar otherwise.
                Err(fault) => {
                    tracing::warn!(rule = row.name, %fault, "a team's rule cannot be used");
                }
            }
        }
        rules
    });
    let own = Own { versions, rules: Arc::new(compiled.await.map_err(Error::internal)?) };
    let mut kept = memory.own.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= MOST_TEAMS {
        kept.clear();
    }
    kept.insert(team, own.clone());
    Ok(own)
}

//! What a ruleset said at each of its versions, and what changed between two.

use std::collections::{BTreeMap, BTreeSet};

use base::{Error, Granted, Read, Result, Timestamp};
use call::Call;
use db::Tx;
use projects::Project;
use scanner::RuleSetting;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::RulesetId;
use crate::tables::{ruleset_versions as rows, rulesets};

/// Versions that are listed.
const MOST: u64 = 50;

/// A version of a ruleset.
#[derive(Debug, Clone, PartialEq)]
pub struct RulesetVersion {
    /// Hash of the choice.
    pub version: String,
    /// The choice.
    pub content: scanner::Ruleset,
    /// Who made it; empty where that was not written down.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// The part of a ruleset that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RulesetPart {
    /// A pack is on or off.
    Pack,
    /// A single rule.
    Rule,
    /// Paths that are scanned.
    Include,
    /// Paths that are not.
    Exclude,
    /// What counts as a duplicate, and what a file may cost.
    Limit,
    /// An external analyser.
    Adapter,
    /// The version of a team's rule.
    Own,
}

/// One change from a version to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesetChange {
    /// What.
    pub part: RulesetPart,
    /// Which of them.
    pub subject: String,
    /// What it was; empty for what was not there.
    pub before: String,
    /// What it is; empty for what is there no more.
    pub after: String,
}

/// The versions of a ruleset, latest first.
///
/// # Errors
/// `NotFound` when the project knows no such ruleset.
pub async fn ruleset_versions(
    call: &Call,
    project: &Granted<Project, Read>,
    id: RulesetId,
) -> Result<Vec<RulesetVersion>> {
    let ruleset = super::ruleset(call, project, id).await?;
    let rows = rows::Entity::find()
        .filter(rows::Column::RulesetId.eq(id))
        .order_by_desc(rows::Column::Id)
        .limit(MOST)
        .all(call.db.reader())
        .await?;
    let mut versions = Vec::with_capacity(rows.len() + 1);
    for row in rows {
        versions.push(RulesetVersion {
            version: row.version,
            content: serde_json::from_str(&row.content)?,
            by: row.user_name,
            at: row.created_at,
        });
    }
    // A version that came back keeps its place in the past; what holds is first.
    let now = versions.iter().position(|one| one.version == ruleset.hash);
    let current = match now {
        Some(at) => versions.remove(at),
        None => RulesetVersion {
            version: ruleset.hash,
            content: ruleset.content,
            by: String::new(),
            at: ruleset.updated_at,
        },
    };
    versions.insert(0, current);
    Ok(versions)
}

/// Writes down what a ruleset says now.
pub(super) async fn keep(call: &Call, tx: &Tx, row: &rulesets::Model, by: &str) -> Result<()> {
    let known = rows::Entity::find()
        .filter(rows::Column::RulesetId.eq(row.id))
        .filter(rows::Column::Version.eq(&row.hash))
        .count(&**tx)
        .await?;
    if known > 0 {
        return Ok(());
    }
    rows::ActiveModel {
        id: NotSet,
        ruleset_id: Set(row.id),
        version: Set(row.hash.clone()),
        content: Set(row.content.clone()),
        user_name: Set(by.to_owned()),
        created_at: Set(call.clock.now()),
    }
    .insert(&**tx)
    .await
    .map(drop)
    .map_err(Error::from)
}

/// What is other in `after`, sorted by part.
pub fn changes_between(before: &scanner::Ruleset, after: &scanner::Ruleset) -> Vec<RulesetChange> {
    let mut changes = Vec::new();
    sets(RulesetPart::Pack, &before.packs, &after.packs, &mut changes);
    let settings = |ruleset: &scanner::Ruleset| -> BTreeMap<String, String> {
        ruleset.rules.iter().map(|(id, setting)| (id.clone(), in_words(setting))).collect()
    };
    maps(RulesetPart::Rule, &settings(before), &settings(after), &mut changes);
    let set = |list: &[String]| -> BTreeSet<String> { list.iter().cloned().collect() };
    sets(RulesetPart::Include, &set(&before.include), &set(&after.include), &mut changes);
    sets(RulesetPart::Exclude, &set(&before.exclude), &set(&after.exclude), &mut changes);
    let limits = |ruleset: &scanner::Ruleset| -> BTreeMap<String, String> {
        [
            ("min_tokens", u64::from(ruleset.clones.min_tokens)),
            ("min_lines", u64::from(ruleset.clones.min_lines)),
            ("max_bytes", ruleset.limits.max_bytes),
            ("parse_ms", ruleset.limits.parse_ms),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_string()))
        .collect()
    };
    maps(RulesetPart::Limit, &limits(before), &limits(after), &mut changes);
    sets(RulesetPart::Adapter, &before.adapters, &after.adapters, &mut changes);
    changes
}

/// What is other about the team's rules that scans ran with.
pub fn own_changes(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<RulesetChange> {
    let mut changes = Vec::new();
    maps(RulesetPart::Own, before, after, &mut changes);
    changes
}

/// A setting as it is written in the form.
pub fn in_words(setting: &RuleSetting) -> String {
    let mut words = Vec::new();
    words.extend(setting.enabled.map(|on| if on { "on" } else { "off" }.to_owned()));
    words.extend(setting.severity.map(|severity| severity.id().to_owned()));
    words.extend(setting.threshold.map(|most| most.to_string()));
    words.join(" ")
}

fn sets(
    part: RulesetPart,
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
    out: &mut Vec<RulesetChange>,
) {
    let map = |set: &BTreeSet<String>| -> BTreeMap<String, String> {
        set.iter().map(|name| (name.clone(), "on".to_owned())).collect()
    };
    maps(part, &map(before), &map(after), out);
}

fn maps(
    part: RulesetPart,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    out: &mut Vec<RulesetChange>,
) {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let (old, new) = (before.get(name), after.get(name));
        if old != new {
            out.push(RulesetChange {
                part,
                subject: name.clone(),
                before: old.cloned().unwrap_or_default(),
                after: new.cloned().unwrap_or_default(),
            });
        }
    }
}

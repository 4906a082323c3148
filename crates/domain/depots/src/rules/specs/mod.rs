//! Specifications of depots: which types of branches there are, and in which
//! directions they may be merged.
//!
//! A depot follows one of the four that are built in, one of its team's, its
//! own, or none. Under a specification that does not allow others, a branch of
//! no type cannot be made. Directions say what merge requests may ask for, and
//! refuse a push that merges one branch into another against them.

mod built_in;
mod choose;
mod team;

pub(super) use choose::followed;
pub use choose::{choose, of_depot, save_own};
pub use team::{by_title, delete, list, save};

use base::{Error, Result};
use serde::{Deserialize, Serialize};

use super::pattern::NamePattern;
use crate::tables::rules::depot_specs::Model;

/// A specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// Whose it is.
    pub kind: SpecKind,
    /// Its name; empty for a depot's own.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Whether branches of no type may be made.
    pub allow_others: bool,
    /// The types of branches.
    pub types: Vec<BranchType>,
    /// What may be merged into what, by the names of types; empty for anything.
    pub directions: Vec<Direction>,
}

/// Whose a specification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpecKind {
    /// Built in.
    System,
    /// A team's.
    Team,
    /// One depot's own.
    Depot,
}

/// A type of branches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchType {
    /// Its name.
    pub name: String,
    /// The names of its branches, `*` for any characters; empty for the
    /// default branch, whatever its name.
    pub rule: String,
    /// What it is for.
    pub description: String,
}

/// That branches of one type may be merged into those of another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direction {
    /// The type that is merged.
    pub source: String,
    /// The type that it is merged into.
    pub target: String,
}

/// What a specification says, as it comes from outside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpecContent {
    /// [`Spec::allow_others`].
    pub allow_others: bool,
    /// [`Spec::types`].
    pub types: Vec<BranchType>,
    /// [`Spec::directions`].
    pub directions: Vec<Direction>,
}

impl Spec {
    /// The type of a branch, the first one whose rule matches.
    pub fn type_of(&self, branch: &str, default_branch: &str) -> Option<&BranchType> {
        self.types.iter().find(|kind| match &*kind.rule {
            "" => branch == default_branch,
            rule => NamePattern::stored(rule).matches(branch),
        })
    }

    /// Whether one branch may be merged into another.
    pub fn allows(&self, source: &str, target: &str, default_branch: &str) -> bool {
        if self.directions.is_empty() {
            return true;
        }
        let (Some(source), Some(target)) =
            (self.type_of(source, default_branch), self.type_of(target, default_branch))
        else {
            return false;
        };
        self.directions.iter().any(|it| it.source == source.name && it.target == target.name)
    }

    /// The rule of the type of that name; empty where there is none.
    pub fn rule_of(&self, type_name: &str) -> &str {
        self.types.iter().find(|kind| kind.name == type_name).map_or("", |kind| &kind.rule)
    }

    fn stored(row: Model) -> Result<Self> {
        Ok(Self {
            kind: if row.depot_id.is_some() { SpecKind::Depot } else { SpecKind::Team },
            title: row.title,
            description: row.description,
            allow_others: row.allow_others,
            types: serde_json::from_str(&row.types)?,
            directions: serde_json::from_str(&row.directions)?,
        })
    }
}

const MAX_TYPES: usize = 50;
const MAX_DIRECTIONS: usize = 500;
const MAX_TEXT: usize = 500;

fn check(mut content: SpecContent) -> Result<SpecContent> {
    if content.types.is_empty() {
        return Err(Error::missing("types"));
    }
    if content.types.len() > MAX_TYPES || content.directions.len() > MAX_DIRECTIONS {
        let field = if content.types.len() > MAX_TYPES { "types" } else { "directions" };
        return Err(Error::invalid(field, "has too many entries"));
    }
    for place in 0..content.types.len() {
        let (before, rest) = content.types.split_at_mut(place);
        let Some(kind) = rest.first_mut() else { break };
        kind.name = kind.name.trim().to_owned();
        if kind.name.is_empty() || kind.name.chars().count() > MAX_TEXT {
            return Err(Error::invalid("types", "has a type without a usable name"));
        }
        if kind.description.chars().count() > MAX_TEXT {
            return Err(Error::invalid("types", "has a description of more than 500 characters"));
        }
        if before.iter().any(|other| other.name == kind.name) {
            return Err(Error::invalid("types", format!("has two types named {}", kind.name)));
        }
        if !kind.rule.trim().is_empty() {
            kind.rule = NamePattern::parse("types", &kind.rule)?.as_str().to_owned();
        } else {
            kind.rule.clear();
        }
        if before.iter().any(|other| other.rule == kind.rule) {
            return Err(Error::invalid("types", format!("has two types of {:?}", kind.rule)));
        }
    }
    for direction in &content.directions {
        for name in [&direction.source, &direction.target] {
            if !content.types.iter().any(|kind| kind.name == *name) {
                return Err(Error::invalid("directions", format!("names no type: {name}")));
            }
        }
    }
    content.directions.dedup();
    Ok(content)
}

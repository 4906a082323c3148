//! The branches that rules protect.

use base::{AtLeast, Error, Granted, Read, Result, Right};
use call::Call;

use super::{BranchRule, list, protecting};
use crate::rules::pattern::NamePattern;
use crate::{Depot, place};

/// Of each rule, how many branches there are that it matches.
///
/// # Errors
/// `Unavailable` when the repository is not on disk.
pub async fn counts<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    rules: &[BranchRule],
) -> Result<Vec<usize>> {
    let patterns: Vec<NamePattern> =
        rules.iter().map(|rule| NamePattern::stored(&*rule.pattern)).collect();
    let repository = place::open(&call.env, depot.id)?;
    tokio::task::spawn_blocking(move || {
        let branches = repository.branches().map_err(Error::internal)?;
        let count = |pattern: &NamePattern| {
            branches.iter().filter(|branch| pattern.matches(&branch.name)).count()
        };
        Ok(patterns.iter().map(count).collect())
    })
    .await
    .map_err(Error::internal)?
}

/// A protected branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectedBranch {
    /// Its name.
    pub name: String,
    /// When the commit at its tip was made, in seconds since 1970; nothing
    /// while the branch does not exist.
    pub committed_at: Option<i64>,
    /// The rule that protects it.
    pub rule: BranchRule,
}

/// How many protected branches are listed.
const MAX_LISTED: usize = 1_000;

/// The branches that are protected, and those that would be if they existed;
/// by name, at most 1,000.
///
/// # Errors
/// `Unavailable` when the repository is not on disk.
pub async fn protected<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
) -> Result<Vec<ProtectedBranch>> {
    let rules = list(call, depot).await?;
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let repository = place::open(&call.env, depot.id)?;
    tokio::task::spawn_blocking(move || {
        let mut found = Vec::new();
        let branches = repository.branches().map_err(Error::internal)?;
        for branch in &branches {
            let Some(rule) = protecting(&rules, &branch.name) else { continue };
            let commit = repository.commit(branch.commit).ok();
            found.push(ProtectedBranch {
                name: branch.name.clone(),
                committed_at: commit.map(|commit| commit.committer.seconds),
                rule: rule.clone(),
            });
            if found.len() == MAX_LISTED {
                break;
            }
        }
        let absent = rules.iter().filter(|rule| {
            rule.is_exact() && !branches.iter().any(|branch| branch.name == rule.pattern)
        });
        found.extend(absent.map(|rule| ProtectedBranch {
            name: rule.pattern.clone(),
            committed_at: None,
            rule: rule.clone(),
        }));
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found.truncate(MAX_LISTED);
        Ok(found)
    })
    .await
    .map_err(Error::internal)?
}

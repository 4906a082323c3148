//! Merges of one branch into another, made by hand and pushed.

use std::collections::HashMap;

use base::{Error, Result};
use git::{Incoming, Oid, Repository};

use super::{Rules, shown, shown_commit};
use crate::push::RefChange;

impl Rules {
    /// Whether a branch would take over another one against the directions of
    /// the specification: a new merge commit on its own line has the tip of
    /// that branch among its other parents.
    pub(super) fn judge_direction(
        &self,
        change: &RefChange,
        tip: Oid,
        incoming: &Incoming,
        repository: &Repository,
    ) -> Result<Option<Vec<String>>> {
        let Some(spec) = self.spec.as_ref().filter(|spec| !spec.directions.is_empty()) else {
            return Ok(None);
        };
        let Some(target) = change.branch() else { return Ok(None) };
        let mut tips: Option<HashMap<Oid, Vec<String>>> = None;
        let mut at = incoming.commit_behind(tip);
        while let Some(id) = at.filter(|id| incoming.contains(*id)) {
            let commit = incoming.commit(id).map_err(Error::internal)?;
            at = commit.parents.first().copied();
            for parent in commit.parents.iter().skip(1) {
                let tips = match &mut tips {
                    Some(tips) => tips,
                    none => none.insert(branches_by_tip(repository)?),
                };
                let Some(sources) = tips.get(parent) else { continue };
                let may = |source: &String| {
                    source == target || spec.allows(source, target, &self.default_branch)
                };
                if sources.iter().any(may) {
                    continue;
                }
                let source = sources.first().map(|name| shown(name, 100)).unwrap_or_default();
                return Ok(Some(vec![
                    format!("the depot's specification has no merge of {source} into {target}"),
                    format!("  {} merges it", shown_commit(&commit)),
                    "Merge only in the directions that the specification names.".to_owned(),
                ]));
            }
        }
        Ok(None)
    }
}

fn branches_by_tip(repository: &Repository) -> Result<HashMap<Oid, Vec<String>>> {
    let mut tips: HashMap<Oid, Vec<String>> = HashMap::new();
    for branch in repository.branches().map_err(Error::internal)? {
        tips.entry(branch.commit).or_default().push(branch.name);
    }
    Ok(tips)
}

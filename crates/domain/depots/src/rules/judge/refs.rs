//! What can be said of a ref's change without looking at new commits.

use base::{Error, Result};
use git::{Oid, Repository};
use projects::ProjectRole;

use super::reports::{Reported, report_lines};
use super::{Rules, shown};
use crate::push::RefChange;
use crate::rules::branches::{BranchRule, protecting};
use crate::rules::owners::Owners;
use crate::rules::{Pushing, Refused};

/// How many files are named with their owners.
const MAX_OWNED: usize = 5;

impl Rules {
    pub(super) fn judge_ref(
        &self,
        who: &Pushing,
        reported: &Reported,
        change: &RefChange,
        repository: &Repository,
    ) -> Result<Option<Refused>> {
        let lines = self.ref_lines(who, reported, change, repository)?;
        Ok(lines.map(|lines| Refused::new(change, lines)))
    }

    fn ref_lines(
        &self,
        who: &Pushing,
        reported: &Reported,
        change: &RefChange,
        repository: &Repository,
    ) -> Result<Option<Vec<String>>> {
        if self.read_only.contains(&change.name) {
            return Ok(Some(vec![
                format!("{} is read-only", shown(&change.name, 200)),
                "Nobody may change it until an administrator makes it writable.".to_owned(),
            ]));
        }
        if let Some(tag) = change.name.strip_prefix("refs/tags/") {
            return Ok(self.tag_lines(who, tag, change));
        }
        let Some(branch) = change.branch() else { return Ok(None) };
        let rule = protecting(&self.branches, branch);
        let creates = is_zero(&change.old);
        let rewrites = || rewrites(change, repository);
        if let Some(rule) = rule {
            if change.is_deletion() {
                return Ok(Some(vec![
                    format!("protected branch rule {} denies deleting it", rule.pattern),
                    "An administrator has to remove the rule first.".to_owned(),
                ]));
            }
            if !self.may_push(who, rule) {
                let unmet = report_lines(rule, change, reported);
                return self.not_allowed(rule, branch, change, unmet, repository).map(Some);
            }
            if rule.deny_force_push && !creates && rewrites()? {
                return Ok(Some(vec![
                    format!("protected branch rule {} denies rewriting its history", rule.pattern),
                    "Pull what is there (git pull --rebase) and push without --force.".to_owned(),
                ]));
            }
            if let Some(lines) = report_lines(rule, change, reported) {
                return Ok(Some(lines));
            }
        }
        if self.push.deny_force_push && !creates && !change.is_deletion() && rewrites()? {
            return Ok(Some(vec![
                "the push settings of the depot deny rewriting history".to_owned(),
                "Pull what is there (git pull --rebase) and push without --force.".to_owned(),
            ]));
        }
        Ok(if creates { self.name_lines(branch) } else { None })
    }

    fn tag_lines(&self, who: &Pushing, tag: &str, change: &RefChange) -> Option<Vec<String>> {
        let rule = self.tags.iter().find(|rule| rule.matches(tag));
        if let Some(rule) = rule.filter(|_| who.role != Some(ProjectRole::Admin)) {
            return Some(vec![
                format!("protected tag rule {} denies it", rule.as_str()),
                "Only administrators of the depot may make, move or delete this tag.".to_owned(),
            ]);
        }
        let moves = !is_zero(&change.old) && !change.is_deletion();
        (moves && self.push.deny_force_push).then(|| {
            vec![
                "the push settings of the depot deny moving tags".to_owned(),
                "Choose another name for the tag.".to_owned(),
            ]
        })
    }

    fn may_push(&self, who: &Pushing, rule: &BranchRule) -> bool {
        self.members.iter().filter(|member| member.rule_id == rule.id && member.allow_push).any(
            |member| {
                let is = |given: Option<i64>, own: Option<i64>| given.is_some() && given == own;
                let role = member.role.as_deref().and_then(|role| role.parse::<ProjectRole>().ok());
                (member.user_id.is_some() && member.user_id == who.user)
                    || is(member.deploy_key_id, who.deploy_key)
                    || role.is_some_and(|role| who.role.is_some_and(|own| own >= role))
            },
        )
    }

    /// Why a push to a protected branch is refused, and what a merge request
    /// would have to meet.
    fn not_allowed(
        &self,
        rule: &BranchRule,
        branch: &str,
        change: &RefChange,
        unmet: Option<Vec<String>>,
        repository: &Repository,
    ) -> Result<Vec<String>> {
        let mut lines = vec![
            format!("protected branch rule {} lets you not push to it", rule.pattern),
            "Push to another branch and send a merge request, or have an administrator let you \
             push directly."
                .to_owned(),
        ];
        let mut missing = Vec::new();
        let mut asks = |text: String| lines.push(format!("  A merge request {text}."));
        if rule.required_grants > 0 {
            asks(format!("has to be granted by {}", people(rule.required_grants)));
        }
        if let Some(unmet) = unmet {
            asks("has to have passed its checks".to_owned());
            missing = unmet;
        }
        if rule.force_squash || self.force_squash {
            asks("becomes one commit".to_owned());
        }
        if !rule.must_merge_to.is_empty() {
            asks(format!("has to be merged into {} before", rule.must_merge_to));
        }
        if let Some(spec) = self.spec.as_ref().filter(|spec| !spec.directions.is_empty()) {
            let kind = spec.type_of(branch, &self.default_branch);
            let sources: Vec<&str> = spec
                .directions
                .iter()
                .filter(|it| kind.is_some_and(|kind| kind.name == it.target))
                .map(|it| &*it.source)
                .collect();
            if !sources.is_empty() {
                asks(format!("has to come from a branch of type {}", sources.join(", ")));
            }
        }
        if rule.code_owners {
            asks("has to be granted by the owners of the files".to_owned());
            lines.extend(owned(change, repository)?);
        }
        lines.extend(missing.into_iter().map(|line| format!("  {line}")));
        Ok(lines)
    }

    /// Whether the specification lets a branch of that name be made.
    fn name_lines(&self, branch: &str) -> Option<Vec<String>> {
        let spec = self.spec.as_ref().filter(|spec| !spec.allow_others)?;
        if spec.type_of(branch, &self.default_branch).is_some() {
            return None;
        }
        let named = |rule: &str| match rule {
            "" => self.default_branch.clone(),
            rule => rule.to_owned(),
        };
        let rules: Vec<String> = spec.types.iter().map(|kind| named(&kind.rule)).collect();
        let title = if spec.title.is_empty() { "the depot's specification" } else { &spec.title };
        Some(vec![
            format!("{} has no type of branch for {}", title, shown(branch, 100)),
            format!("Give the branch another name; there are: {}", rules.join(", ")),
        ])
    }
}

fn people(count: i64) -> String {
    if count == 1 { "one person".to_owned() } else { format!("{count} people") }
}

fn is_zero(id: &str) -> bool {
    id.bytes().all(|byte| byte == b'0')
}

/// Whether the change leaves out commits that the branch has.
fn rewrites(change: &RefChange, repository: &Repository) -> Result<bool> {
    let (Ok(old), Ok(new)) = (Oid::from_hex(&change.old), Oid::from_hex(&change.new)) else {
        return Err(Error::internal("a ref's change has no object names"));
    };
    match repository.is_ancestor(old, new) {
        Ok(is) => Ok(!is),
        Err(git::Error::NotFound(_) | git::Error::Repository(_)) => Ok(true),
        Err(error) => Err(Error::internal(error)),
    }
}

/// Some of the changed files with their owners, as the branch has them.
fn owned(change: &RefChange, repository: &Repository) -> Result<Vec<String>> {
    let (Ok(old), Ok(new)) = (Oid::from_hex(&change.old), Oid::from_hex(&change.new)) else {
        return Ok(Vec::new());
    };
    if old.is_zero() {
        return Ok(Vec::new());
    }
    let Some(owners) = Owners::read(repository, old)? else { return Ok(Vec::new()) };
    let Ok(changed) = repository.diff_trees(Some(old), new, false) else {
        return Ok(Vec::new());
    };
    Ok(changed
        .iter()
        .filter_map(|change| {
            let owners = owners.of(change.path());
            (!owners.is_empty())
                .then(|| shown(&format!("    {} {}", change.path(), owners.join(" ")), 200))
        })
        .take(MAX_OWNED)
        .collect())
}

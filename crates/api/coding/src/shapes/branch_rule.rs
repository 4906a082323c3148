//! Rules that protect branches, and whom they name.

use base::{AtLeast, Granted, Read, Result, Right, Timestamp};
use call::Call;
use depots::Depot;
use depots::rules::Holder;
use depots::rules::branches::{self, BranchRule, BranchRuleMember};
use schemars::JsonSchema;
use serde::Serialize;

/// A rule that protects branches.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BranchProtection {
    /// Its number.
    branch_protection_id: i64,
    /// The names of the branches; `*` stands for any characters.
    rule: String,
    /// Whether nobody may rewrite history.
    deny_force_push: bool,
    /// Whether merge requests become one commit.
    force_squash: bool,
    /// How many people have to grant a merge request.
    required_grant_count: i64,
    /// Whether the checks of a merge request must have succeeded.
    required_status_check: bool,
    /// How many branches there are that the rule matches.
    matcher_count: usize,
    /// The branch that a merge request's source must be merged into before.
    src_must_merged_to: String,
    /// Whether the owners of changed files have to grant a merge request.
    required_code_owner_grant: bool,
}

impl BranchProtection {
    /// `rules` of `depot` with the branches that each matches.
    pub(crate) async fn all<R: Right + AtLeast<Read>>(
        call: &Call,
        depot: &Granted<Depot, R>,
        rules: Vec<BranchRule>,
    ) -> Result<Vec<Self>> {
        let counts = branches::counts(call, depot, &rules).await?;
        let rules = rules.into_iter().zip(counts);
        Ok(rules.map(|(rule, matcher_count)| Self::new(rule, matcher_count)).collect())
    }

    /// As [`Self::all`] for one rule.
    pub(crate) async fn one<R: Right + AtLeast<Read>>(
        call: &Call,
        depot: &Granted<Depot, R>,
        rule: BranchRule,
    ) -> Result<Self> {
        let counts = branches::counts(call, depot, std::slice::from_ref(&rule)).await?;
        Ok(Self::new(rule, counts.into_iter().sum()))
    }

    fn new(rule: BranchRule, matcher_count: usize) -> Self {
        Self {
            branch_protection_id: rule.id,
            rule: rule.pattern,
            deny_force_push: rule.deny_force_push,
            force_squash: rule.force_squash,
            required_grant_count: rule.required_grants,
            required_status_check: rule.required_status,
            matcher_count,
            src_must_merged_to: rule.must_merge_to,
            required_code_owner_grant: rule.code_owners,
        }
    }
}

/// A user whom a rule that protects branches names.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BranchProtectionMember {
    /// His name for people.
    name: String,
    /// His unique name.
    global_key: String,
    /// Whether he may push without a merge request.
    allow_push: bool,
}

impl BranchProtectionMember {
    /// `None` where the rule names no single user.
    pub(crate) fn of(member: BranchRuleMember) -> Option<Self> {
        let Holder::User(user) = member.holder else { return None };
        Some(Self { name: user.display_name, global_key: user.name, allow_push: member.allow_push })
    }
}

/// A protected branch.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ProtectedBranch {
    /// Its name.
    name: String,
    /// When its last commit was made; 0 while it does not exist.
    commit_date: i64,
    /// Whether nobody may rewrite history.
    deny_force_push: bool,
    /// Whether merge requests become one commit.
    force_squash: bool,
    /// Whether the checks of a merge request must have succeeded.
    status_check: bool,
}

impl From<branches::ProtectedBranch> for ProtectedBranch {
    fn from(branch: branches::ProtectedBranch) -> Self {
        Self {
            name: branch.name,
            commit_date: branch
                .committed_at
                .map_or(0, |seconds| Timestamp(seconds.saturating_mul(1_000)).millis()),
            deny_force_push: branch.rule.deny_force_push,
            force_squash: branch.rule.force_squash,
            status_check: branch.rule.required_status,
        }
    }
}

/// A user whom the protection of a branch names.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ProtectedBranchMember {
    /// Whether he may push without a merge request.
    has_push_access: bool,
    /// Whether he grants merge requests.
    has_update_access: bool,
    /// His name for people.
    name: String,
    /// His unique name.
    global_key: String,
}

impl ProtectedBranchMember {
    /// `None` where the rule names no single user.
    pub(crate) fn of(member: BranchRuleMember) -> Option<Self> {
        let member = BranchProtectionMember::of(member)?;
        Some(Self {
            has_push_access: member.allow_push,
            has_update_access: true,
            name: member.name,
            global_key: member.global_key,
        })
    }

    /// Adds a member, unless he is among them; what one rule lets him do counts.
    pub(crate) fn add(members: &mut Vec<Self>, member: Self) {
        match members.iter_mut().find(|known| known.global_key == member.global_key) {
            Some(known) => known.has_push_access |= member.has_push_access,
            None => members.push(member),
        }
    }
}

//! Rules that protect branches.
//!
//! A branch is protected by the rule that says most about its name: a name
//! beats patterns, and a longer pattern a shorter one. Nobody may delete a
//! protected branch; only whom its rule lets push may push to it. Those need no
//! merge request, but history is not rewritten where that is denied, and where
//! the rule asks for successful checks, what they push must have been reported
//! on before; everybody else has to send a merge request, which has to meet all
//! conditions. A depot's administrators are no exception: who may change the
//! rule may put himself on its list.

mod members;
mod protected;

use base::{Administer, AtLeast, Error, Granted, Read, Result, Right};
use call::Call;
use db::Tx;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::json;

use super::pattern::NamePattern;
use super::store;
use crate::tables::rules::branch_rules as rows;
use crate::{Depot, statuses};

pub use members::{BranchRuleMember, add_member, change_member, members, remove_member};
pub(super) use members::{columns, members_on};
pub use protected::{ProtectedBranch, counts, protected};

/// A rule that protects branches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchRule {
    /// Its number.
    pub id: i64,
    /// The names of the branches; `*` stands for any characters.
    pub pattern: String,
    /// Whether nobody may rewrite history, be he allowed to push.
    pub deny_force_push: bool,
    /// Whether merge requests become one commit.
    pub force_squash: bool,
    /// How many people have to grant a merge request.
    pub required_grants: i64,
    /// Whether the last commit's checks must have succeeded, be it pushed or
    /// merged.
    pub required_status: bool,
    /// The contexts whose newest report has to be a success; where there are
    /// none, every context that has reported, and one must have.
    pub status_contexts: Vec<String>,
    /// The branch that a merge request's source must be merged into before;
    /// empty for none.
    pub must_merge_to: String,
    /// Whether the owners of changed files have to grant a merge request.
    pub code_owners: bool,
}

/// What is to be changed; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BranchRuleChange {
    /// [`BranchRule::pattern`].
    pub pattern: Option<String>,
    /// [`BranchRule::deny_force_push`].
    pub deny_force_push: Option<bool>,
    /// [`BranchRule::force_squash`].
    pub force_squash: Option<bool>,
    /// [`BranchRule::required_grants`].
    pub required_grants: Option<i64>,
    /// [`BranchRule::required_status`].
    pub required_status: Option<bool>,
    /// [`BranchRule::status_contexts`].
    pub status_contexts: Option<Vec<String>>,
    /// [`BranchRule::must_merge_to`].
    pub must_merge_to: Option<String>,
    /// [`BranchRule::code_owners`].
    pub code_owners: Option<bool>,
}

impl From<rows::Model> for BranchRule {
    fn from(row: rows::Model) -> Self {
        Self {
            id: row.id,
            pattern: row.pattern,
            deny_force_push: row.deny_force_push,
            force_squash: row.force_squash,
            required_grants: row.required_grants,
            required_status: row.required_status,
            status_contexts: row.status_contexts.lines().map(str::to_owned).collect(),
            must_merge_to: row.must_merge_to,
            code_owners: row.code_owners,
        }
    }
}

impl BranchRule {
    /// Whether the rule is about a branch of this name.
    pub fn matches(&self, branch: &str) -> bool {
        NamePattern::stored(&*self.pattern).matches(branch)
    }

    /// Whether the rule names one branch instead of a pattern.
    pub fn is_exact(&self) -> bool {
        NamePattern::stored(&*self.pattern).is_exact()
    }
}

/// The one of `rules` by which a branch is protected.
pub fn protecting<'a>(rules: &'a [BranchRule], branch: &str) -> Option<&'a BranchRule> {
    rules.iter().filter(|rule| rule.matches(branch)).max_by_key(|rule| {
        (NamePattern::stored(&*rule.pattern).precision(), std::cmp::Reverse(rule.id))
    })
}

const MAX_RULES: u64 = 200;
const MAX_GRANTS: i64 = 50;
const MAX_CONTEXTS: usize = 50;

/// The rules of a depot, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
) -> Result<Vec<BranchRule>> {
    list_on(call.db.reader(), depot).await
}

pub(super) async fn list_on(
    connection: &impl ConnectionTrait,
    depot: &Depot,
) -> Result<Vec<BranchRule>> {
    let query = rows::Entity::find().filter(rows::Column::DepotId.eq(depot.id));
    let rows = query.order_by_asc(rows::Column::Id).all(connection).await?;
    Ok(rows.into_iter().map(BranchRule::from).collect())
}

/// A rule of a depot.
///
/// # Errors
/// `NotFound`, also for a rule of another depot.
pub async fn get<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    id: i64,
) -> Result<BranchRule> {
    Ok(row(call.db.reader(), depot, id).await?.into())
}

/// The rule with exactly this pattern.
///
/// # Errors
/// `NotFound`.
pub async fn by_pattern<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    pattern: &str,
) -> Result<BranchRule> {
    let rules = list(call, depot).await?;
    let found = rules.into_iter().find(|rule| rule.pattern == pattern);
    found.ok_or_else(|| Error::not_found("branch protection rule"))
}

async fn row(connection: &impl ConnectionTrait, depot: &Depot, id: i64) -> Result<rows::Model> {
    rows::Entity::find_by_id(id)
        .filter(rows::Column::DepotId.eq(depot.id))
        .one(connection)
        .await?
        .ok_or_else(|| Error::not_found("branch protection rule"))
}

/// Makes a rule. As it comes it denies rewriting history, asks for one grant,
/// and lets nobody push.
///
/// # Errors
/// `Missing`/`Invalid` on `pattern`; `Conflict` when there is such a rule;
/// `Limit` beyond 200.
pub async fn create(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    pattern: &str,
) -> Result<BranchRule> {
    let pattern = NamePattern::parse("pattern", pattern)?;
    let tx = call.db.begin().await?;
    store::ensure(&tx, depot.id).await?;
    let of_depot = rows::Entity::find().filter(rows::Column::DepotId.eq(depot.id));
    if of_depot.count(&*tx).await? >= MAX_RULES {
        return Err(Error::limit("a depot has at most 200 branch protection rules"));
    }
    free(&tx, depot, &pattern, None).await?;
    let row = rows::ActiveModel {
        id: NotSet,
        depot_id: Set(depot.id),
        pattern: Set(pattern.as_str().to_owned()),
        deny_force_push: Set(true),
        force_squash: Set(false),
        required_grants: Set(1),
        required_status: Set(false),
        status_contexts: Set(String::new()),
        must_merge_to: Set(String::new()),
        code_owners: Set(false),
    };
    let row = row.insert(&*tx).await?;
    let details = json!({ "rule": row.id, "pattern": row.pattern });
    store::record(call, &tx, depot, "depot.branch_rule.created", details).await?;
    tx.commit().await?;
    Ok(row.into())
}

async fn free(tx: &Tx, depot: &Depot, pattern: &NamePattern, own: Option<i64>) -> Result<()> {
    let taken = rows::Entity::find()
        .filter(rows::Column::DepotId.eq(depot.id))
        .filter(rows::Column::Pattern.eq(pattern.as_str()))
        .one(&**tx)
        .await?;
    match taken {
        Some(row) if Some(row.id) != own => {
            Err(Error::conflict(format!("there is a rule for {} already", pattern.as_str())))
        }
        _ => Ok(()),
    }
}

/// Changes a rule and returns it as it is now.
///
/// # Errors
/// `NotFound`; `Invalid` naming the field; `Conflict` when another rule has
/// the pattern.
pub async fn modify(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    id: i64,
    change: BranchRuleChange,
) -> Result<BranchRule> {
    let tx = call.db.begin().await?;
    let mut active: rows::ActiveModel = row(&*tx, depot, id).await?.into();
    if let Some(pattern) = &change.pattern {
        let pattern = NamePattern::parse("pattern", pattern)?;
        free(&tx, depot, &pattern, Some(id)).await?;
        active.pattern = Set(pattern.as_str().to_owned());
    }
    if let Some(count) = change.required_grants {
        if !(0..=MAX_GRANTS).contains(&count) {
            return Err(Error::invalid("required_grants", "must be between 0 and 50"));
        }
        active.required_grants = Set(count);
    }
    if let Some(branch) = change.must_merge_to {
        if !branch.is_empty() && !git::is_branch_name(&branch) {
            return Err(Error::invalid("must_merge_to", "is not the name of a branch"));
        }
        active.must_merge_to = Set(branch);
    }
    if let Some(value) = change.deny_force_push {
        active.deny_force_push = Set(value);
    }
    if let Some(value) = change.force_squash {
        active.force_squash = Set(value);
    }
    if let Some(value) = change.required_status {
        active.required_status = Set(value);
    }
    if let Some(contexts) = &change.status_contexts {
        active.status_contexts = Set(named_contexts(contexts)?.join("\n"));
    }
    if let Some(value) = change.code_owners {
        active.code_owners = Set(value);
    }
    let row = active.update(&*tx).await?;
    let details = json!({
        "rule": row.id, "pattern": row.pattern, "deny_force_push": row.deny_force_push,
        "force_squash": row.force_squash, "required_grants": row.required_grants,
        "required_status": row.required_status, "status_contexts": row.status_contexts,
        "must_merge_to": row.must_merge_to, "code_owners": row.code_owners,
    });
    store::record(call, &tx, depot, "depot.branch_rule.changed", details).await?;
    tx.commit().await?;
    Ok(row.into())
}

/// The contexts as reports have them, each once.
fn named_contexts(contexts: &[String]) -> Result<Vec<String>> {
    let mut named: Vec<String> = Vec::new();
    for context in contexts {
        let context = statuses::context("status_contexts", context)?;
        if !context.is_empty() && !named.contains(&context) {
            named.push(context);
        }
    }
    if named.len() > MAX_CONTEXTS {
        return Err(Error::invalid("status_contexts", "must be at most 50"));
    }
    Ok(named)
}

/// Deletes a rule with its members.
///
/// # Errors
/// `NotFound`.
pub async fn delete(call: &Call, depot: &Granted<Depot, Administer>, id: i64) -> Result<()> {
    let tx = call.db.begin().await?;
    let row = row(&*tx, depot, id).await?;
    rows::Entity::delete_by_id(id).exec(&*tx).await?;
    let details = json!({ "rule": id, "pattern": row.pattern });
    store::record(call, &tx, depot, "depot.branch_rule.deleted", details).await?;
    tx.commit().await
}

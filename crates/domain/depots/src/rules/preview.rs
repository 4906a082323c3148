//! What rules mean, for people who read or are about to write them.

use std::collections::HashMap;

use base::{AtLeast, Granted, Read, Result, Right};
use call::Call;

use super::branches::{self, BranchRuleMember};
use super::pattern::NamePattern;
use super::people::{self, Columns};
use super::pushes;
use crate::Depot;

/// Whom the rules for branches of a depot name, by the number of the rule: two
/// queries for all of them.
///
/// # Errors
/// When the database cannot be read.
pub async fn members_by_rule<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
) -> Result<HashMap<i64, Vec<BranchRuleMember>>> {
    let connection = call.db.reader();
    let mut rows = branches::members_on(connection, depot).await?;
    rows.sort_by_key(|row| row.id);
    let columns: Vec<Columns> = rows.iter().map(branches::columns).collect();
    let holders = people::holders(connection, &columns).await?;
    let mut by_rule: HashMap<i64, Vec<BranchRuleMember>> = HashMap::new();
    for (row, holder) in rows.into_iter().zip(holders) {
        if let Some(holder) = holder {
            let member = BranchRuleMember { holder, allow_push: row.allow_push };
            by_rule.entry(row.rule_id).or_default().push(member);
        }
    }
    Ok(by_rule)
}

/// Whether the pattern of a rule for branches or tags is about this name.
pub fn is_named(pattern: &str, name: &str) -> bool {
    NamePattern::stored(pattern).matches(name)
}

/// Whether a commit with this message would be let through by an expression,
/// saved or not.
///
/// # Errors
/// `Invalid` on `message_regex`, as for saving it.
pub fn message_passes(expression: &str, message: &str) -> Result<bool> {
    let regex = pushes::expression("message_regex", expression)?;
    Ok(regex.is_none_or(|regex| regex.is_match(message)))
}

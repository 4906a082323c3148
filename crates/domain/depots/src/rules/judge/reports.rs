//! Whether what a push brings to a protected branch has been reported on.

use std::collections::HashMap;

use super::{Rules, shown};
use crate::push::RefChange;
use crate::rules::branches::{BranchRule, protecting};
use crate::statuses::State;

/// The newest report of each context, by the commit's whole name.
pub(in crate::rules) type Reported = HashMap<String, Vec<(String, State)>>;

/// So many contexts are named.
const MAX_NAMED: usize = 10;

impl Rules {
    /// The commits whose reports the rules ask for.
    pub(in crate::rules) fn asks_about(&self, changes: &[RefChange]) -> Vec<String> {
        let asks = |change: &&RefChange| {
            let rule = change.branch().and_then(|branch| protecting(&self.branches, branch));
            rule.is_some_and(|rule| rule.required_status) && !change.is_deletion()
        };
        let mut commits: Vec<String> =
            changes.iter().filter(asks).map(|change| change.new.clone()).collect();
        commits.sort_unstable();
        commits.dedup();
        commits
    }
}

/// Why a commit must not come to a branch of the rule as far as reports go:
/// the rule, what is missing, and what to do.
pub(super) fn report_lines(
    rule: &BranchRule,
    change: &RefChange,
    reported: &Reported,
) -> Option<Vec<String>> {
    if !rule.required_status {
        return None;
    }
    let known = reported.get(&change.new).map_or(&[] as &[_], Vec::as_slice);
    let short = change.new.get(..12).unwrap_or(&change.new);
    let missing: Vec<String> = if rule.status_contexts.is_empty() {
        let open = known.iter().filter(|(_, state)| *state != State::Success);
        open.map(|(context, state)| named(context, Some(*state))).collect()
    } else {
        rule.status_contexts
            .iter()
            .map(|wanted| (wanted, known.iter().find(|(context, _)| context == wanted)))
            .filter(|(_, found)| found.is_none_or(|(_, state)| *state != State::Success))
            .map(|(wanted, found)| named(wanted, found.map(|(_, state)| *state)))
            .collect()
    };
    let what = if !missing.is_empty() {
        let more = missing.len().saturating_sub(MAX_NAMED);
        let mut words = missing[..missing.len() - more].join(", ");
        if more > 0 {
            words = format!("{words} and {more} more");
        }
        format!("asks for successful checks of commit {short}: {words}")
    } else if known.is_empty() {
        format!("asks for a successful check of commit {short}, and none has been reported")
    } else {
        return None;
    };
    Some(vec![
        format!("protected branch rule {} {what}", rule.pattern),
        "Push the commit to another branch, wait until its checks have succeeded, and push it \
         here then."
            .to_owned(),
    ])
}

fn named(context: &str, state: Option<State>) -> String {
    let state = state.map_or("not reported", State::as_str);
    format!("{} ({state})", shown(context, 100))
}

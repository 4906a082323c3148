//! The rules for who may push which files, made ready for asking.

use std::collections::HashMap;

use base::{Result, UserId};
use projects::ProjectRole;

use crate::rules::Pushing;
use crate::rules::pattern::PathPatterns;
use crate::tables::rules::{file_rule_privileges, file_rules};

#[derive(Debug, Default)]
pub(super) struct FileRules {
    patterns: Option<PathPatterns>,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    deny_all: bool,
    users: HashMap<UserId, bool>,
    roles: HashMap<ProjectRole, bool>,
}

impl FileRules {
    pub(super) fn new(
        (rows, privileges): (Vec<file_rules::Model>, Vec<file_rule_privileges::Model>),
    ) -> Result<Self> {
        if rows.is_empty() {
            return Ok(Self::default());
        }
        let patterns = PathPatterns::parse("pattern", rows.iter().map(|row| &*row.pattern))?;
        let rules = rows
            .iter()
            .map(|row| {
                let own = || privileges.iter().filter(|it| it.rule_id == row.id);
                Rule {
                    deny_all: row.deny_all,
                    users: own().filter_map(|it| Some((it.user_id?, it.deny))).collect(),
                    roles: own()
                        .filter_map(|it| Some((it.role.as_ref()?.parse().ok()?, it.deny)))
                        .collect(),
                }
            })
            .collect();
        Ok(Self { patterns: Some(patterns), rules })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.patterns.is_none()
    }

    /// The pattern of a rule that denies the file to whoever pushes.
    pub(super) fn denies(&self, who: &Pushing, path: &str) -> Option<&str> {
        let patterns = self.patterns.as_ref()?;
        let denying = patterns.all(path).into_iter().find(|place| self.rules[*place].denies(who));
        denying.map(|place| &*patterns.as_slice()[place])
    }
}

impl Rule {
    fn denies(&self, who: &Pushing) -> bool {
        let by_user = who.user.and_then(|user| self.users.get(&user));
        let by_role = who.role.and_then(|role| self.roles.get(&role));
        *by_user.or(by_role).unwrap_or(&self.deny_all)
    }
}

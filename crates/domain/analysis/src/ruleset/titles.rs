//! What rules are called, those of a team included.

use std::collections::HashMap;

use base::{Granted, Result, Right};
use call::{Call, Env};
use messages::Lang;
use projects::ProjectId;

use crate::gate::{GateResult, Metric};
use crate::plan::ScanPlan;

/// What rules are called.
#[derive(Debug, Clone, Default)]
pub struct RuleTitles {
    /// Of the team's: English and Chinese.
    own: HashMap<String, (String, String)>,
}

impl RuleTitles {
    /// The title of a rule by its full id; the id where none is known.
    #[must_use]
    pub fn of<'a>(&'a self, lang: Lang, rule: &'a str) -> &'a str {
        let own = self.own.get(rule).map(|(en, zh)| (en.as_str(), zh.as_str()));
        let built_in = || crate::rule(rule).map(|it| (it.title.as_str(), it.title_zh.as_str()));
        let Some((en, zh)) = own.or_else(built_in) else { return rule };
        match lang {
            Lang::Zh if !zh.is_empty() => zh,
            _ if !en.is_empty() => en,
            _ => rule,
        }
    }

    /// The title of a rule of the team; `None` for every other.
    #[must_use]
    pub fn of_own(&self, lang: Lang, rule: &str) -> Option<&str> {
        let (rule, _) = self.own.get_key_value(rule)?;
        Some(self.of(lang, rule))
    }

    /// A verdict whose conditions name the team's rules by their titles, for
    /// people.
    pub(crate) fn in_gate(&self, lang: Lang, gate: &GateResult) -> GateResult {
        let mut gate = gate.clone();
        for measured in &mut gate.conditions {
            if let Metric::Findings { rule, .. } = &mut measured.condition.metric
                && let Some(title) = self.of_own(lang, rule)
            {
                *rule = title.to_owned();
            }
        }
        gate
    }
}

/// What the rules are called that a plan can scan with. Costs nothing that grows
/// with the findings.
///
/// # Errors
/// When the database cannot be read.
pub async fn rule_titles<R: Right>(call: &Call, plan: &Granted<ScanPlan, R>) -> Result<RuleTitles> {
    titles(&call.env, plan.project).await
}

pub(crate) async fn titles(env: &Env, project: ProjectId) -> Result<RuleTitles> {
    let projects = projects::by_ids_in(env.db.reader(), &[project]).await?;
    let Some(project) = projects.get(&project) else { return Ok(RuleTitles::default()) };
    let rules = super::engine::compiled(env, project.team).await?;
    let own = rules.iter().map(|rule| {
        let info = rule.info();
        (info.id.clone(), (info.title.clone(), info.title_zh.clone()))
    });
    Ok(RuleTitles { own: own.collect() })
}

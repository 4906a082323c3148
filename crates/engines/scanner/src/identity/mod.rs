//! Findings of a project, and what makes one the same as another.

mod track;

pub use track::{Match, Matches, Step, Tracked, track};

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::join::FileReport;
use crate::language::Language;
use crate::report::{ContextHashes, Fix, FlowStep, Function, RawFinding, Span};
use crate::rules::{Category, RuleInfo, Severity};

/// A problem at a place in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Full rule id.
    pub rule: String,
    /// Severity under the ruleset.
    pub severity: Severity,
    /// Kind of problem.
    pub category: Category,
    /// Path of the file.
    pub path: String,
    /// The file's language.
    pub language: Language,
    /// Where in the file.
    pub span: Span,
    /// Message for people.
    pub message: String,
    /// Enclosing classes and functions.
    pub symbol: String,
    /// True where the parser did not understand the text around.
    pub uncertain: bool,
    /// For a rule about data flow: the way of the data, first step first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flow: Vec<FlowStep>,
    /// What to write instead, where the rule says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// Identity of the place, for [`track`].
    pub context: ContextHashes,
    /// Identity within one scan, 32 hexadecimal digits: path, rule, symbol,
    /// normalised first line, ordinal among equals. Does not depend on line
    /// numbers.
    pub fingerprint: String,
}

impl Finding {
    pub(crate) fn of_raw(
        file: &FileReport<'_>,
        raw: &RawFinding,
        info: &RuleInfo,
        severity: Severity,
    ) -> Self {
        Self {
            rule: raw.rule.clone(),
            severity,
            category: info.category,
            path: file.path.to_owned(),
            language: file.report.language,
            span: raw.span,
            message: raw.message.clone(),
            symbol: raw.symbol.clone(),
            uncertain: raw.uncertain,
            flow: raw.flow.clone(),
            fix: raw.fix.clone(),
            context: raw.context,
            fingerprint: String::new(),
        }
    }

    /// A finding about a function as a whole. Its identity is the function's
    /// name: the text may change while the problem stays.
    pub(crate) fn of_function(
        file: &FileReport<'_>,
        function: &Function,
        info: &RuleInfo,
        severity: Severity,
        message: String,
        span: Span,
    ) -> Self {
        Self {
            rule: info.id.clone(),
            severity,
            category: info.category,
            path: file.path.to_owned(),
            language: file.report.language,
            span,
            message,
            symbol: function.qualified_name.clone(),
            uncertain: false,
            flow: Vec::new(),
            fix: None,
            context: ContextHashes { line: function.context.text, ..function.context },
            fingerprint: String::new(),
        }
    }
}

/// Gives every finding its fingerprint. Findings must be in order of path and
/// place, so that the ordinal among equals follows the text.
pub(crate) fn number(findings: &mut [Finding]) {
    let mut seen: HashMap<u128, u32> = HashMap::new();
    for finding in findings {
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        for part in [&finding.path, &finding.rule, &finding.symbol] {
            hasher.update(part.as_bytes());
            hasher.update(&[0]);
        }
        hasher.update(&finding.context.line.to_le_bytes());
        let base = hasher.digest128();
        let ordinal = seen.entry(base).or_insert(0);
        hasher.update(&ordinal.to_le_bytes());
        *ordinal += 1;
        finding.fingerprint = format!("{:032x}", hasher.digest128());
    }
}

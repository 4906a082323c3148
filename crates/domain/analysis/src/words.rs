//! The sentences of letters and printed reports, from the files in `messages`.
//! Everything else that a domain says is English, and translated where it is
//! shown.

use base::{Error, Result};
use messages::{Count, Lang, group};
use scanner::{Category, Severity};

use crate::gate::{Comparison, Condition, Metric, Quality, Scope};

/// The sentences of one language.
#[derive(Clone, Copy)]
pub(crate) struct Text {
    /// Whose sentences these are.
    pub(crate) lang: Lang,
}

#[expect(unreachable_pub, reason = "written for crates that show their sentences, too")]
mod generated {
    use super::{Count, Lang, Text, group};

    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

impl Text {
    pub(crate) fn severity(self, severity: Severity) -> &'static str {
        match severity {
            Severity::Fatal => self.severity_fatal(),
            Severity::Error => self.severity_error(),
            Severity::Warning => self.severity_warning(),
            Severity::Info => self.severity_info(),
        }
    }

    pub(crate) fn quality(self, quality: Quality) -> &'static str {
        match quality {
            Quality::Reliability => self.quality_reliability(),
            Quality::Security => self.quality_security(),
            Quality::Maintainability => self.quality_maintainability(),
        }
    }

    /// What a metric measures, inside a sentence.
    pub(crate) fn metric(self, metric: &Metric, scope: Scope) -> String {
        let scope = match scope {
            Scope::New => self.scope_new(),
            Scope::Overall => "",
            Scope::Changed => self.scope_changed(),
        };
        match metric {
            Metric::Findings { at_least, category, rule } => {
                let kind = category.map(|category| self.category(category)).unwrap_or_default();
                let rule = match rule.as_str() {
                    "" => String::new(),
                    rule => self.condition_rule(rule),
                };
                match at_least {
                    Severity::Info => self.condition_findings(scope, kind, rule),
                    Severity::Warning => self.condition_warning(scope, kind, rule),
                    Severity::Error => self.condition_error(scope, kind, rule),
                    Severity::Fatal => self.condition_fatal(scope, kind, rule),
                }
            }
            Metric::Secrets => self.condition_secrets(scope),
            Metric::VulnerableDependencies => self.condition_vulnerable().to_owned(),
            Metric::HistorySecrets => self.condition_history_secrets().to_owned(),
            Metric::Rating { of } => {
                let quality = match of {
                    Quality::Reliability => self.quality_of_reliability(),
                    Quality::Security => self.quality_of_security(),
                    Quality::Maintainability => self.quality_of_maintainability(),
                };
                self.condition_rating(scope, quality)
            }
            Metric::DebtMinutes => self.condition_debt_minutes(scope),
            Metric::DebtPercent => self.condition_debt_percent(scope),
            Metric::DuplicationPercent => self.condition_duplication_percent(scope),
            Metric::ComplexFunctions => self.condition_complex_functions(scope),
            Metric::ComplexPercent => self.condition_complex_percent(scope),
            Metric::MaxComplexity => self.condition_max_complexity(scope),
            Metric::MaxCognitive => self.condition_max_cognitive(scope),
            Metric::CoveragePercent => self.condition_coverage_percent(scope),
            Metric::CommentPercent => self.condition_comment_percent(scope),
        }
    }

    /// What a condition looks at, as a name.
    pub(crate) fn condition(self, condition: &Condition) -> String {
        let words = self.metric(&condition.metric, condition.scope);
        let mut letters = words.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        first + letters.as_str()
    }

    fn category(self, category: Category) -> &'static str {
        match category {
            Category::Bug => self.category_bug(),
            Category::Security => self.category_security(),
            Category::Smell => self.category_smell(),
            Category::Performance => self.category_performance(),
        }
    }
}

/// `≤ 3` or `≥ 20`.
pub(crate) fn allowed(condition: &Condition) -> String {
    let sign = match condition.comparison {
        Comparison::AtMost => "≤",
        Comparison::AtLeast => "≥",
    };
    format!("{sign} {}", condition.metric.written(condition.threshold))
}

/// The language that a setting names; English where it names none.
///
/// # Errors
/// `Invalid` for any other.
pub fn language(text: &str) -> Result<Lang> {
    match text {
        "" => Ok(Lang::default()),
        text => Lang::parse(text).ok_or_else(|| Error::invalid("language", "must be en or zh")),
    }
}

/// A finding's message in a language, where its rule knows it so; else as it is.
#[must_use]
pub fn message_in(lang: Lang, rule: &str, message: &str) -> String {
    if lang == Lang::Zh && rule == crate::VULNERABLE_RULE {
        return vulnerable_in_chinese(message).unwrap_or_else(|| message.to_owned());
    }
    let known = crate::rule(rule).filter(|rule| lang == Lang::Zh && !rule.message_zh.is_empty());
    known
        .and_then(|rule| refill(&rule.message, message, &rule.message_zh))
        .unwrap_or_else(|| message.to_owned())
}

/// The message about a vulnerable dependency; what the advisory says stays as it is.
fn vulnerable_in_chinese(message: &str) -> Option<String> {
    let (package, rest) = message.split_once(" is vulnerable (")?;
    let (ids, rest) = rest.split_once("): ")?;
    let ids = ids.replace(", ", "、");
    let (summary, fixed) = match rest.rsplit_once(" Fixed in ") {
        Some((summary, fixed)) => (summary, fixed.strip_suffix('.')),
        None => (rest, None),
    };
    let mut text = format!("{package} 存在漏洞（{ids}）：{summary}");
    if let Some(fixed) = fixed {
        text.push_str(&format!(" 已在 {fixed} 修复。"));
    }
    Some(text)
}

/// Puts what stands in `filled` for the `$NAMES` of `template` into another
/// template; nothing where `filled` was not made from it.
fn refill(template: &str, filled: &str, other: &str) -> Option<String> {
    let mut values: Vec<(&str, &str)> = Vec::new();
    let (mut template, mut filled) = (template, filled);
    while let Some(start) = template.find('$') {
        filled = filled.strip_prefix(&template[..start])?;
        let (name, rest) = name_at(&template[start..]);
        let next = rest.find('$').unwrap_or(rest.len());
        let end = if rest.is_empty() { filled.len() } else { filled.find(&rest[..next])? };
        values.push((name, &filled[..end]));
        (template, filled) = (rest, &filled[end..]);
    }
    if template != filled {
        return None;
    }
    let (mut text, mut other) = (String::new(), other);
    while let Some(start) = other.find('$') {
        let (name, rest) = name_at(&other[start..]);
        text.push_str(&other[..start]);
        text.push_str(values.iter().find(|(known, _)| *known == name)?.1);
        other = rest;
    }
    text.push_str(other);
    Some(text)
}

/// `$NAME rest` as the name with its sign, and the rest.
fn name_at(text: &str) -> (&str, &str) {
    let end = text[1..].find(|c: char| !(c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit()));
    text.split_at(end.map_or(text.len(), |end| end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_change_their_language() {
        let (en, zh) = (
            "`$NAME` has $VALUE parameters, more than $LIMIT",
            "`$NAME` 有 $VALUE 个参数，超过 $LIMIT 个",
        );
        let said = refill(en, "`run` has 11 parameters, more than 7", zh);
        assert_eq!(said.as_deref(), Some("`run` 有 11 个参数，超过 7 个"));
        assert_eq!(refill(en, "something else", zh), None);
        assert_eq!(refill("plain", "plain", "朴素").as_deref(), Some("朴素"));
        assert_eq!(refill("`$F` runs", "`eval` runs", "`$G`"), None);
    }

    #[test]
    fn vulnerable_dependencies_are_told_in_chinese() {
        let said = |message| message_in(Lang::Zh, crate::VULNERABLE_RULE, message);
        assert_eq!(
            said(
                "a 1.0 is vulnerable (GHSA-1, CVE-2): Prototype (pollution): bad. Fixed in 1.0.1."
            ),
            "a 1.0 存在漏洞（GHSA-1、CVE-2）：Prototype (pollution): bad. 已在 1.0.1 修复。"
        );
        assert_eq!(said("a 1.0 is vulnerable (X): bad"), "a 1.0 存在漏洞（X）：bad");
        assert_eq!(said("something else"), "something else");
    }

    #[test]
    fn conditions_have_names_in_both() {
        let wanted = Condition {
            metric: Metric::findings(Severity::Error),
            scope: Scope::New,
            comparison: Comparison::AtMost,
            threshold: 0.0,
        };
        let name = |lang| Text { lang }.condition(&wanted);
        assert_eq!(name(Lang::En), "New findings of severity error or worse");
        assert_eq!(name(Lang::Zh), "新增代码：错误及以上的问题数");
        assert_eq!(allowed(&wanted), "≤ 0");
    }
}

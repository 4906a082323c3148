//! The languages in which letters and printed reports are written. Everything
//! else that a domain says is English, and translated where it is shown.

use base::{Error, Result};
use scanner::Severity;
use serde::{Deserialize, Serialize};

use crate::gate::{Comparison, Condition, Metric, Quality, Scope};

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tongue {
    /// English.
    #[default]
    En,
    /// Chinese in simplified characters.
    Zh,
}

impl Tongue {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// `en` or `zh`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// One of two texts.
    pub(crate) fn say(self, english: &'static str, chinese: &'static str) -> &'static str {
        match self {
            Self::En => english,
            Self::Zh => chinese,
        }
    }
}

impl std::str::FromStr for Tongue {
    type Err = Error;

    /// Empty is English.
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "" | "en" => Ok(Self::En),
            "zh" => Ok(Self::Zh),
            _ => Err(Error::invalid("language", "must be en or zh")),
        }
    }
}

pub(crate) fn severity(tongue: Tongue, severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal => tongue.say("Fatal", "致命"),
        Severity::Error => tongue.say("Error", "错误"),
        Severity::Warning => tongue.say("Warning", "警告"),
        Severity::Info => tongue.say("Info", "提示"),
    }
}

pub(crate) fn quality(tongue: Tongue, quality: Quality) -> &'static str {
    match quality {
        Quality::Reliability => tongue.say("Reliability", "可靠性"),
        Quality::Security => tongue.say("Security", "安全性"),
        Quality::Maintainability => tongue.say("Maintainability", "可维护性"),
    }
}

/// What a condition looks at.
pub(crate) fn condition(tongue: Tongue, condition: &Condition) -> String {
    if tongue == Tongue::En {
        let words = condition.metric.words(condition.scope);
        let mut letters = words.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        return first + letters.as_str();
    }
    let of = match condition.scope {
        Scope::New => "新增代码：",
        Scope::Overall => "",
        Scope::Changed => "变更文件：",
    };
    let what = match &condition.metric {
        Metric::Findings { at_least, category, rule } => {
            let kind = category.map(kind).unwrap_or_default();
            let rule = if rule.is_empty() { String::new() } else { format!("（{rule}）") };
            format!("{}及以上的{kind}问题数{rule}", severity(tongue, *at_least))
        }
        Metric::Secrets => "密钥泄露数".to_owned(),
        Metric::VulnerableDependencies => "有漏洞的依赖数".to_owned(),
        Metric::Rating { of } => format!("{}评级", quality(tongue, *of)),
        Metric::DebtMinutes => "技术债（分钟）".to_owned(),
        Metric::DebtPercent => "技术债率（%）".to_owned(),
        Metric::DuplicationPercent => "重复率（%）".to_owned(),
        Metric::ComplexFunctions => "复杂度超标的函数数".to_owned(),
        Metric::ComplexPercent => "复杂度超标的函数（%）".to_owned(),
        Metric::MaxComplexity => "最高圈复杂度".to_owned(),
        Metric::MaxCognitive => "最高认知复杂度".to_owned(),
        Metric::CoveragePercent => "测试覆盖率（%）".to_owned(),
        Metric::CommentPercent => "注释率（%）".to_owned(),
    };
    format!("{of}{what}")
}

fn kind(category: scanner::Category) -> &'static str {
    match category {
        scanner::Category::Bug => "缺陷类",
        scanner::Category::Security => "安全类",
        scanner::Category::Smell => "可维护性",
        scanner::Category::Performance => "性能类",
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

/// A finding's message in a language, where its rule knows it so; else as it is.
#[must_use]
pub fn message_in(tongue: Tongue, rule: &str, message: &str) -> String {
    let known =
        crate::rule(rule).filter(|rule| tongue == Tongue::Zh && !rule.message_zh.is_empty());
    known
        .and_then(|rule| refill(&rule.message, message, &rule.message_zh))
        .unwrap_or_else(|| message.to_owned())
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
    fn conditions_have_names_in_both() {
        let wanted = Condition {
            metric: Metric::findings(Severity::Error),
            scope: Scope::New,
            comparison: Comparison::AtMost,
            threshold: 0.0,
        };
        assert_eq!(condition(Tongue::En, &wanted), "New findings of severity error or worse");
        assert_eq!(condition(Tongue::Zh, &wanted), "新增代码：错误及以上的问题数");
        assert_eq!(allowed(&wanted), "≤ 0");
    }
}

//! Signs and words for what the analysis knows.

use analysis::{
    Category, FindingState, GateResult, IgnoreReason, RuleInfo, RuleTitles, Scan, ScanResult,
    ScanState, Severity, Trigger, Verdict,
    gate::{Comparison, Condition, Metric, Quality, Scope},
};
use maud::{Markup, html};

use crate::{
    charts::Ink,
    components::{Status, status_mark},
    i18n::{Lang, Text, group, translate},
    ui::Ui,
};

pub(in crate::pages) fn severity(severity: Severity) -> Status {
    match severity {
        Severity::Fatal => Status::Fatal,
        Severity::Error => Status::Error,
        Severity::Warning => Status::Warning,
        Severity::Info => Status::Info,
    }
}

pub(super) fn ink(severity: Severity) -> Ink {
    match severity {
        Severity::Fatal => Ink::Fatal,
        Severity::Error => Ink::Bad,
        Severity::Warning => Ink::Warn,
        Severity::Info => Ink::Info,
    }
}

pub(super) fn state(state: FindingState) -> Status {
    match state {
        FindingState::New => Status::New,
        FindingState::Open => Status::Open,
        FindingState::Reopened => Status::Reopened,
        FindingState::Fixed => Status::Fixed,
        FindingState::Ignored => Status::Ignored,
    }
}

pub(crate) fn scan_state(state: ScanState) -> Status {
    match state {
        ScanState::Waiting | ScanState::Queued => Status::Waiting,
        ScanState::Running => Status::Running,
        ScanState::Passed => Status::Passed,
        ScanState::Failed | ScanState::Timeout => Status::Failed,
        ScanState::Cancelled => Status::Cancelled,
    }
}

pub(super) fn category(t: Text, category: Category) -> &'static str {
    match category {
        Category::Bug => t.category_bug(),
        Category::Security => t.category_security(),
        Category::Smell => t.category_smell(),
        Category::Performance => t.category_performance(),
    }
}

pub(super) fn reason(t: Text, reason: IgnoreReason) -> &'static str {
    match reason {
        IgnoreReason::WontFix => t.reason_wont_fix(),
        IgnoreReason::FalsePositive => t.reason_false_positive(),
        IgnoreReason::Accepted => t.reason_accepted(),
    }
}

pub(super) fn trigger(t: Text, trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Push => t.trigger_push(),
        Trigger::Manual => t.trigger_manual(),
        Trigger::Api => t.trigger_api(),
        Trigger::Schedule => t.trigger_schedule(),
    }
}

/// A finding's message, in Chinese where its rule knows it so.
pub(in crate::pages) fn message(t: Text, rule: &str, message: &str) -> String {
    analysis::message_in(t.lang, rule, message)
}

/// A message as markup: what stands between back-ticks is code.
pub(in crate::pages) fn inline(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// A message where no markup can stand.
pub(super) fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// What a rule is called in the visitor's language.
pub(super) fn rule_called(t: Text, info: &RuleInfo) -> String {
    match t.lang {
        Lang::Zh if !info.title_zh.is_empty() => info.title_zh.clone(),
        _ if !info.title.is_empty() => info.title.clone(),
        _ => info.id.clone(),
    }
}

/// A rule as it is named beside a finding: one of the team's by its title, the
/// others by their ids.
pub(super) fn rule_sign(t: Text, titles: &RuleTitles, id: &str) -> String {
    titles.of_own(t.lang, id).unwrap_or(id).to_owned()
}

/// A rule's name for people.
pub(super) fn rule_title(t: Text, titles: &RuleTitles, id: &str) -> String {
    titles.of(t.lang, id).to_owned()
}

/// What a rule finds, why it matters and how to fix it, in Markdown.
pub(super) fn rule_note(t: Text, rule: &RuleInfo) -> &str {
    match t.lang {
        Lang::Zh if !rule.note_zh.is_empty() => &rule.note_zh,
        _ => &rule.note,
    }
}

/// What a scan says, in one sentence and a state.
pub(super) fn verdict(
    t: Text,
    titles: &RuleTitles,
    scan: &Scan,
    result: &ScanResult,
) -> (Status, String) {
    let (new, fixed) = (result.new.total(), result.fixed);
    let first = scan.base.is_none();
    let open = result.open.total();
    match result.gate.verdict {
        Verdict::Failed => (Status::Failed, t.verdict_failed(broken(t, titles, &result.gate))),
        Verdict::Passed if first => (Status::Passed, t.verdict_passed_first(open)),
        Verdict::Passed => (Status::Passed, t.verdict_passed(new, fixed)),
        Verdict::None if first => (Status::Info, t.verdict_first(open)),
        Verdict::None if new == 0 && fixed == 0 => (Status::Passed, t.verdict_same(open)),
        Verdict::None => {
            (if new > 0 { Status::Warning } else { Status::Passed }, t.verdict_plain(new, fixed))
        }
    }
}

/// Why something did not work, in the reader's language where it is known.
pub(super) fn why(t: Text, said: &str) -> String {
    match t.lang {
        Lang::Zh => translate(said).unwrap_or_else(|| said.to_owned()),
        Lang::En => said.to_owned(),
    }
}

/// Why a scan ended as it did; empty where there is nothing to say.
pub(super) fn ended(t: Text, titles: &RuleTitles, scan: &Scan) -> String {
    match &scan.result {
        _ if scan.error.is_empty() => String::new(),
        Some(result) if result.gate.verdict == Verdict::Failed => {
            verdict(t, titles, scan, result).1
        }
        _ => why(t, &scan.error),
    }
}

fn broken(t: Text, titles: &RuleTitles, gate: &GateResult) -> String {
    let list: Vec<String> = gate
        .conditions
        .iter()
        .filter(|measured| !measured.holds)
        .map(|measured| {
            let condition = &measured.condition;
            format!(
                "{} {}",
                condition_name(t, titles, &condition.metric, condition.scope),
                value(&condition.metric, measured.value)
            )
        })
        .collect();
    list.join(t.list_and())
}

/// What a condition looks at.
pub(super) fn condition_name(
    t: Text,
    titles: &RuleTitles,
    metric: &Metric,
    scope: Scope,
) -> String {
    let what = match metric {
        Metric::Findings { at_least, category: kind, rule } => {
            let word = severity_word(t, *at_least);
            let mut what = match (kind, rule.is_empty()) {
                (Some(kind), _) => t.quality_findings_of(category(t, *kind), word),
                (None, _) => t.gate_findings(word),
            };
            if !rule.is_empty() {
                what = format!("{what} ({})", rule_sign(t, titles, rule));
            }
            what
        }
        other => metric_name(t, other).to_owned(),
    };
    match scope {
        // It is of the whole history, whatever was chosen.
        _ if *metric == Metric::HistorySecrets => what,
        Scope::New => t.quality_of_new(what),
        Scope::Overall => what,
        Scope::Changed => t.quality_of_changed(what),
    }
}

/// What a metric is called where nothing narrows it.
pub(super) fn metric_name(t: Text, metric: &Metric) -> &'static str {
    match metric {
        Metric::Findings { .. } => t.scan_findings(),
        Metric::Secrets => t.quality_secrets(),
        Metric::VulnerableDependencies => t.quality_vulnerable(),
        Metric::HistorySecrets => t.quality_history_secrets(),
        Metric::Rating { of } => rating_name(t, *of),
        Metric::DebtMinutes => t.quality_debt_minutes(),
        Metric::DebtPercent => t.quality_debt_percent(),
        Metric::DuplicationPercent => t.gate_duplication(),
        Metric::ComplexFunctions => t.gate_complex(),
        Metric::ComplexPercent => t.quality_complex_percent(),
        Metric::MaxComplexity => t.gate_max_complexity(),
        Metric::MaxCognitive => t.quality_max_cognitive(),
        Metric::CoveragePercent => t.quality_coverage(),
        Metric::CommentPercent => t.gate_comments(),
    }
}

/// What is rated.
pub(super) fn rating_name(t: Text, quality: Quality) -> &'static str {
    match quality {
        Quality::Reliability => t.quality_reliability(),
        Quality::Security => t.quality_security(),
        Quality::Maintainability => t.quality_maintainability(),
    }
}

pub(super) fn severity_word(t: Text, severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal => t.severity_fatal(),
        Severity::Error => t.severity_error(),
        Severity::Warning => t.severity_warning(),
        Severity::Info => t.severity_info(),
    }
}

/// `≤ 3` or `≥ 20`.
pub(super) fn allowed(condition: &Condition) -> String {
    let sign = match condition.comparison {
        Comparison::AtMost => "≤",
        Comparison::AtLeast => "≥",
    };
    format!("{sign} {}", value(&condition.metric, condition.threshold))
}

/// A measured value: a letter for a rating, else a number.
pub(super) fn value(metric: &Metric, value: f64) -> String {
    match metric {
        Metric::Rating { .. } => metric.written(value),
        _ => number(value),
    }
}

/// A number with at most one digit after the point.
pub(super) fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded.fract() == 0.0 && rounded.abs() < 1e15 {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        return group(rounded as i64);
    }
    format!("{rounded}")
}

/// Shapes with numbers for the severities that there are.
pub(crate) fn severities(ui: &Ui, counts: &analysis::SeverityCounts) -> Markup {
    html! {
        span.line.tight.num {
            @for one in Severity::ALL {
                @if counts.of(one) > 0 { span.line.tight { (status_mark(ui, severity(one))) (group(i64::from(counts.of(one)))) } }
            }
            @if counts.total() == 0 { span.muted { (ui.t.scan_clean()) } }
        }
    }
}

/// Seconds and minutes for people.
pub(super) fn lasted(t: Text, time: std::time::Duration) -> String {
    if time.as_secs() < 1 {
        return t.lasted_ms(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    }
    if time.as_secs() < 120 {
        return t.lasted_seconds(format!("{:.1}", time.as_secs_f64()));
    }
    t.lasted_minutes(time.as_secs() / 60)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(3.0), "3");
        assert_eq!(number(4.25), "4.3");
        assert_eq!(number(12_345.0), "12,345");
    }
}

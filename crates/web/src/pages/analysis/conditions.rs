//! Conditions of a gate as fields of a form, and back.

use analysis::{
    Category, Severity,
    gate::{Baseline, Comparison, Condition, Gate, Letter, Metric, Quality, Scope},
};
use base::Error;
use maud::{Markup, html};

use super::words::{category, metric_name, severity_word};
use crate::{
    components::Field,
    i18n::Text,
    request::{Faults, Fields},
    ui::Ui,
};

/// Empty lines that the form offers beside those that are filled.
const SPARE: usize = 3;
/// Lines that are read.
const LINES: usize = 50;

/// The metrics by the words that stand in the form.
fn metrics() -> Vec<(String, Metric)> {
    let mut all: Vec<(String, Metric)> = Severity::ALL
        .into_iter()
        .map(|severity| (format!("findings.{}", severity.id()), Metric::findings(severity)))
        .collect();
    all.extend(Quality::ALL.map(|of| (format!("rating.{}", of.as_str()), Metric::Rating { of })));
    for (word, metric) in [
        ("coverage", Metric::CoveragePercent),
        ("duplication", Metric::DuplicationPercent),
        ("debt_minutes", Metric::DebtMinutes),
        ("debt_percent", Metric::DebtPercent),
        ("complex", Metric::ComplexFunctions),
        ("complex_percent", Metric::ComplexPercent),
        ("max_complexity", Metric::MaxComplexity),
        ("max_cognitive", Metric::MaxCognitive),
        ("comments", Metric::CommentPercent),
        ("secrets", Metric::Secrets),
        ("vulnerable", Metric::VulnerableDependencies),
        ("history_secrets", Metric::HistorySecrets),
    ] {
        all.push((word.to_owned(), metric));
    }
    all
}

fn word_of(metric: &Metric) -> String {
    if let Metric::Findings { at_least, .. } = metric {
        return format!("findings.{}", at_least.id());
    }
    metrics()
        .into_iter()
        .find(|(_, known)| known == metric)
        .map(|(word, _)| word)
        .unwrap_or_default()
}

const SCOPES: [(&str, Scope); 3] =
    [("new", Scope::New), ("overall", Scope::Overall), ("changed", Scope::Changed)];
const CATEGORIES: [Category; 4] =
    [Category::Bug, Category::Security, Category::Smell, Category::Performance];

/// The gate as the fields of the form.
pub(super) fn fields_of(gate: &Gate) -> Fields {
    let mut values: Vec<(String, String)> = Vec::new();
    for (line, condition) in gate.conditions.iter().enumerate() {
        let mut put = |name: &str, value: String| values.push((format!("{name}_{line}"), value));
        put("metric", word_of(&condition.metric));
        let scope = SCOPES.iter().find(|(_, scope)| *scope == condition.scope);
        put("scope", scope.map_or("new", |(word, _)| word).to_owned());
        let most = condition.comparison == Comparison::AtMost;
        put("compare", if most { "most" } else { "least" }.to_owned());
        put("value", condition.metric.written(condition.threshold));
        if let Metric::Findings { category, rule, .. } = &condition.metric {
            put("category", category.map(|one| one.id().to_owned()).unwrap_or_default());
            put("rule", rule.clone());
        }
    }
    values.push(("least_lines".to_owned(), gate.least_lines.to_string()));
    if let Baseline::Days { days } = gate.baseline {
        values.push(("days".to_owned(), days.to_string()));
    }
    if gate.enabled {
        values.push(("enabled".to_owned(), "on".to_owned()));
    }
    let values: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Fields::of(&values)
}

/// The gate that the form says.
///
/// # Errors
/// `Invalid` naming the field of the line that is wrong.
pub(super) fn gate_of(fields: &Fields) -> Result<Gate, Error> {
    let known = metrics();
    let mut conditions = Vec::new();
    for line in 0..LINES {
        let one = |name: &str| fields.one(&format!("{name}_{line}")).to_owned();
        let word = one("metric");
        if word.is_empty() {
            continue;
        }
        let wrong = |why: &str| Error::invalid("conditions", format!("{}: {why}", line + 1));
        let metric = known.iter().find(|(name, _)| *name == word);
        let mut metric = metric.map(|(_, metric)| metric.clone()).ok_or_else(|| wrong("?"))?;
        if let Metric::Findings { category, rule, .. } = &mut metric {
            *category = CATEGORIES.into_iter().find(|kind| kind.id() == one("category"));
            *rule = one("rule");
        }
        let text = one("value");
        let letter = Letter::ALL.into_iter().find(|one| one.as_str().eq_ignore_ascii_case(&text));
        let threshold = match (&metric, letter) {
            (Metric::Rating { .. }, Some(letter)) => Some(f64::from(letter.number())),
            (Metric::Rating { .. }, None) => None,
            _ => text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0),
        };
        conditions.push(Condition {
            metric,
            scope: SCOPES
                .iter()
                .find(|(word, _)| *word == one("scope"))
                .map_or(Scope::New, |(_, scope)| *scope),
            comparison: if one("compare") == "least" {
                Comparison::AtLeast
            } else {
                Comparison::AtMost
            },
            threshold: threshold
                .ok_or_else(|| wrong("needs a number from 0 on, or a letter from A to E"))?,
        });
    }
    let least_lines = match fields.one("least_lines") {
        "" => 0,
        text => text.parse().map_err(|_| Error::invalid("least_lines", "must be a number"))?,
    };
    let baseline = match fields.one("days") {
        "" => Baseline::Previous,
        text => Baseline::Days {
            days: text.parse().map_err(|_| Error::invalid("days", "must be a number"))?,
        },
    };
    Ok(Gate { enabled: fields.on("enabled"), conditions, least_lines, baseline })
}

/// The lines of the form.
pub(super) fn lines(ui: &Ui, fields: &Fields, faults: &Faults) -> Markup {
    let t = ui.t;
    let filled = (0..LINES).rev().find(|line| !fields.one(&format!("metric_{line}")).is_empty());
    let count = (filled.map_or(0, |last| last + 1) + SPARE).min(LINES);
    let known = metrics();
    let words: Vec<(&str, String)> =
        known.iter().map(|(word, metric)| (word.as_str(), label(t, metric))).collect();
    html! {
        @if let Some(fault) = faults.get("conditions") { p.fault { (fault) } }
        @for line in 0..count {
            (one_line(ui, fields, line, &words))
        }
        div.pair {
            (Field::new(ui, "least_lines", t.quality_least_lines()).kind("number").between("0", "100000").value(fields.one("least_lines")).hint(t.quality_least_lines_hint()).optional().fault(faults.get("least_lines")))
            (Field::new(ui, "days", t.quality_days_field()).kind("number").between("1", "3650").value(fields.one("days")).hint(t.quality_days_hint()).optional().fault(faults.get("days")))
        }
    }
}

fn one_line(ui: &Ui, fields: &Fields, line: usize, words: &[(&str, String)]) -> Markup {
    let t = ui.t;
    let name = |part: &str| format!("{part}_{line}");
    let mut metrics = vec![("", t.quality_no_condition())];
    metrics.extend(words.iter().map(|(word, label)| (*word, label.as_str())));
    let scopes = [
        ("new", t.quality_scope_new()),
        ("overall", t.quality_scope_overall()),
        ("changed", t.quality_scope_changed()),
    ];
    let compare = [("most", t.quality_at_most()), ("least", t.quality_at_least())];
    let mut kinds = vec![("", t.quality_any_kind())];
    kinds.extend(CATEGORIES.map(|kind| (kind.id(), category(t, kind))));
    let is_finding = fields.one(&name("metric")).starts_with("findings.");
    html! {
        fieldset.condition {
            legend.small.muted { (t.quality_condition_number(line + 1)) }
            div.four {
                (Field::new(ui, &name("scope"), t.quality_scope()).choice(&scopes).value(fields.one(&name("scope"))).spare())
                (Field::new(ui, &name("metric"), t.quality_metric()).choice(&metrics).value(fields.one(&name("metric"))).spare())
                (Field::new(ui, &name("compare"), t.quality_compare()).choice(&compare).value(fields.one(&name("compare"))).spare())
                (Field::new(ui, &name("value"), t.quality_threshold()).value(fields.one(&name("value"))).spare())
            }
            @if is_finding {
                div.pair {
                    (Field::new(ui, &name("category"), t.filter_category()).choice(&kinds).value(fields.one(&name("category"))).spare())
                    (Field::new(ui, &name("rule"), t.filter_rule()).value(fields.one(&name("rule"))).mono().spare())
                }
            }
        }
    }
}

fn label(t: Text, metric: &Metric) -> String {
    match metric {
        Metric::Findings { at_least, .. } => t.gate_findings(severity_word(t, *at_least)),
        other => metric_name(t, other).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gate_survives_the_form() {
        let conditions = metrics()
            .into_iter()
            .zip(SCOPES.iter().cycle())
            .map(|((_, metric), (_, scope))| Condition {
                metric,
                scope: *scope,
                comparison: Comparison::AtLeast,
                threshold: 3.0,
            })
            .chain([Condition {
                metric: Metric::Findings {
                    at_least: Severity::Info,
                    category: Some(Category::Security),
                    rule: "python/eval-call".to_owned(),
                },
                scope: Scope::New,
                comparison: Comparison::AtMost,
                threshold: 0.0,
            }])
            .collect();
        let baseline = Baseline::Days { days: 30 };
        let gate = Gate { enabled: true, conditions, least_lines: 7, baseline };
        assert_eq!(gate_of(&fields_of(&gate)).unwrap(), gate);
    }

    #[test]
    fn nonsense_names_its_line() {
        let fields = Fields::of(&[("metric_0", ""), ("metric_1", "coverage"), ("value_1", "x")]);
        assert!(gate_of(&fields).unwrap_err().to_string().contains("2:"));
        let fields = Fields::of(&[("metric_0", "rating.security"), ("value_0", "3")]);
        assert!(gate_of(&fields).is_err());
    }
}

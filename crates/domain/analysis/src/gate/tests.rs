use super::*;

fn group(category: Category, severity: Severity, count: u32) -> Group {
    Group { rule: format!("x/{}", severity.id()), category, severity, count, effort: 10 }
}

fn measures(new_errors: u32, open_errors: u32) -> Measures {
    let part = |errors: u32| Part {
        findings: vec![
            group(Category::Bug, Severity::Error, errors),
            group(Category::Smell, Severity::Warning, 9),
        ]
        .into_iter()
        .filter(|group| group.count > 0)
        .collect(),
        lines: Some(400),
        code: Some(300),
        duplicated: Some(17),
        ..Part::default()
    };
    Measures { new: part(new_errors), overall: part(open_errors), ..Measures::default() }
}

fn one(metric: Metric, scope: Scope, comparison: Comparison, threshold: f64) -> Gate {
    let conditions = vec![Condition { metric, scope, comparison, threshold }];
    Gate { conditions, ..Gate::on() }
}

#[test]
fn the_usual_gate_minds_new_errors_only() {
    let gate = Gate::on();
    assert_eq!(gate.evaluate(&measures(0, 7)).verdict, Verdict::Passed);
    let result = gate.evaluate(&measures(2, 9));
    assert_eq!(result.verdict, Verdict::Failed);
    assert_eq!(result.broken().count(), 1);
    assert_eq!(result.summary(), "new findings of severity error or worse: 2, at most 0 allowed");
    assert_eq!(Gate::default().evaluate(&measures(2, 9)).verdict, Verdict::None);
}

#[test]
fn every_condition_has_to_hold() {
    let mut gate = Gate::on();
    gate.conditions.push(Condition {
        metric: Metric::DuplicationPercent,
        scope: Scope::Overall,
        comparison: Comparison::AtMost,
        threshold: 3.0,
    });
    let result = gate.evaluate(&measures(0, 0));
    assert_eq!(result.verdict, Verdict::Failed);
    assert_eq!(result.conditions.iter().filter(|measured| measured.holds).count(), 1);
    assert_eq!(result.summary(), "duplicated lines in per cent: 4.3, at most 3 allowed");
}

#[test]
fn findings_are_chosen_by_kind_and_rule() {
    let of = |category, rule: &str| {
        let metric =
            Metric::Findings { at_least: Severity::Warning, category, rule: rule.to_owned() };
        one(metric, Scope::Overall, Comparison::AtMost, 0.0).evaluate(&measures(0, 2)).conditions[0]
            .value
    };
    assert!((of(None, "") - 11.0).abs() < f64::EPSILON);
    assert!((of(Some(Category::Bug), "") - 2.0).abs() < f64::EPSILON);
    assert!((of(Some(Category::Security), "")).abs() < f64::EPSILON);
    assert!((of(None, "x/warning") - 9.0).abs() < f64::EPSILON);
}

#[test]
fn ratings_follow_the_worst_finding_and_the_debt() {
    let overall = measures(0, 2).overall;
    let rating = overall.rating(Quality::Reliability);
    assert_eq!((rating.letter, rating.reason), (Letter::D, Reason::Worst(Severity::Error, 2)));
    assert_eq!(overall.rating(Quality::Security).reason, Reason::Clean);
    // 9 findings of 10 minutes in 300 lines of 30.
    let rating = overall.rating(Quality::Maintainability);
    assert_eq!((rating.letter, rating.reason), (Letter::A, Reason::Debt(90, 1.0)));
    let dense = Part { code: Some(20), ..overall.clone() };
    assert_eq!(dense.rating(Quality::Maintainability).letter, Letter::C);
    let gate = one(
        Metric::Rating { of: Quality::Reliability },
        Scope::Overall,
        Comparison::AtMost,
        f64::from(Letter::C.number()),
    );
    let result = gate.evaluate(&measures(0, 2));
    assert_eq!(result.summary(), "reliability rating: D, at most C allowed");
}

#[test]
fn the_grid_of_the_debt_ratio() {
    let letters = [0.0, 5.0, 5.1, 10.0, 10.1, 20.0, 20.1, 50.0, 50.1].map(|percent| {
        let part = Part {
            findings: vec![Group {
                effort: 1,
                // Of 100,000 lines, 30 minutes each, that is as many per mille.
                count: (percent * 30_000.0) as u32,
                ..group(Category::Smell, Severity::Info, 0)
            }],
            code: Some(100_000),
            ..Part::default()
        };
        part.rating(Quality::Maintainability).letter.as_str()
    });
    assert_eq!(letters.concat(), "AABBCCDDE");
}

#[test]
fn what_was_not_measured_is_not_judged() {
    let gate = one(Metric::CoveragePercent, Scope::New, Comparison::AtLeast, 80.0);
    let mut measures = measures(0, 0);
    let result = gate.evaluate(&measures);
    assert_eq!(result.verdict, Verdict::Passed);
    assert_eq!(result.conditions[0].spared, Some(Spared::NotMeasured));
    measures.new.coverage = Some(Covered { hit: 1, lines: 10 });
    assert_eq!(gate.evaluate(&measures).verdict, Verdict::Failed);
    // A handful of lines says nothing.
    measures.new.lines = Some(19);
    let result = gate.evaluate(&measures);
    assert_eq!(
        (result.verdict, result.conditions[0].spared),
        (Verdict::Passed, Some(Spared::TooFewLines))
    );
    let strict = Gate { least_lines: 0, ..gate };
    assert_eq!(strict.evaluate(&measures).verdict, Verdict::Failed);
}

#[test]
fn it_survives_being_stored() {
    let gate = Gate::on();
    let text = serde_json::to_string(&gate).unwrap();
    assert_eq!(serde_json::from_str::<Gate>(&text).unwrap(), gate);
    assert_eq!(serde_json::from_str::<Gate>("{}").unwrap(), Gate::default());
    // As gates were stored when findings had a severity only.
    let old = r#"{"enabled":true,"conditions":[{"metric":{"name":"findings","at_least":"error"},"scope":"new","comparison":"at_most","threshold":0.0}]}"#;
    assert_eq!(serde_json::from_str::<Gate>(old).unwrap(), gate);
}

#[test]
fn unfit_gates_are_refused() {
    assert!(Gate::on().check().is_ok());
    let wrong = one(Metric::Secrets, Scope::New, Comparison::AtMost, f64::NAN);
    assert!(wrong.check().is_err());
    let wrong = Gate { baseline: Baseline::Days { days: 0 }, ..Gate::on() };
    assert!(wrong.check().is_err());
}

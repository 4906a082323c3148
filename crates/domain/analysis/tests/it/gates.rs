//! Gates on real scans.

use analysis::gate::{Comparison, Condition, Covered, Letter, Metric, Quality, Scope, Spared};
use analysis::{Gate, IgnoreReason, Look, NewCoverage, ScanState, Severity, Verdict};

use base::PageRequest;
use depots::statuses::{self, State};

use crate::world::{CLEAN, DANGEROUS, each};

#[tokio::test]
async fn new_errors_fail_the_gate_and_are_named() {
    each(async |world| {
        world.commit(&[("add.py", Some(CLEAN))]);
        let mut new = world.new_plan("gated");
        new.definition.gate = Gate::on();
        let plan = world.make(new).await;
        let first = world.scan(&plan).await;
        assert_eq!(first.state, ScanState::Passed);
        assert_eq!(first.result.unwrap().gate.verdict, Verdict::Passed);

        world.commit(&[("run.py", Some(DANGEROUS))]);
        let second = world.scan(&plan).await;
        assert_eq!(second.state, ScanState::Failed);
        assert!(second.error.contains("new findings of severity error or worse: 2"), "{second:?}");
        let gate = second.result.unwrap().gate;
        assert_eq!(gate.verdict, Verdict::Failed);
        let offending: Vec<_> =
            gate.offending.iter().map(|one| (one.rule.as_str(), one.line)).collect();
        assert_eq!(offending, [("python/eval-call", 5), ("python/os-system", 11)]);
        let findings = world.findings(&plan).await;
        assert_eq!(gate.offending[0].finding, findings[0].id);

        // They are old now.
        let third = world.scan(&plan).await;
        assert_eq!(third.state, ScanState::Passed);
    })
    .await;
}

#[tokio::test]
async fn what_is_ignored_does_not_count() {
    each(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let mut new = world.new_plan("gated");
        new.definition.gate = Gate {
            enabled: true,
            conditions: vec![Condition {
                metric: Metric::findings(Severity::Error),
                scope: Scope::Overall,
                comparison: Comparison::AtMost,
                threshold: 1.0,
            }],
            ..Gate::default()
        };
        let plan = world.make(new).await;
        assert_eq!(world.scan(&plan).await.state, ScanState::Failed);
        let findings = world.findings(&plan).await;
        let ids = [findings[0].id];
        analysis::ignore(&world.ann, &plan, &ids, IgnoreReason::Accepted, "").await.unwrap();
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Passed);
        let result = scan.result.unwrap();
        assert_eq!((result.open.total(), result.ignored.total()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_decision_judges_the_last_scan_anew() {
    each(async |world| {
        world.commit(&[("add.py", Some(CLEAN))]);
        let mut new = world.new_plan("gated");
        new.definition.gate = Gate::on();
        let plan = world.make(new).await;
        world.scan(&plan).await;
        let bad = world.commit(&[("run.py", Some(DANGEROUS))]).to_string();
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Failed);
        let ids: Vec<_> = world.findings(&plan).await.iter().map(|one| one.id).collect();
        let decide = async |ids: &[_]| {
            analysis::ignore(&world.ann, &plan, ids, IgnoreReason::FalsePositive, "")
                .await
                .unwrap();
            world.again(&plan, &scan).await
        };
        let one_left = decide(&ids[..1]).await;
        assert_eq!(one_left.state, ScanState::Failed);
        let gate = one_left.result.unwrap().gate;
        assert_eq!((gate.conditions[0].value, gate.offending.len()), (1.0, 1));
        assert_eq!(gate.offending[0].finding, ids[1]);
        let none_left = decide(&ids[1..]).await;
        assert_eq!((none_left.state, none_left.error.as_str()), (ScanState::Passed, ""));
        world.test.run_jobs().await;
        let status =
            async || statuses::summary(&world.ann, &world.readable(), &bad).await.unwrap().state;
        assert_eq!(status().await, Some(State::Success));

        // Taking it back is no way around the gate.
        analysis::restore(&world.ann, &plan, &ids).await.unwrap();
        assert_eq!(world.again(&plan, &scan).await.state, ScanState::Failed);
        world.test.run_jobs().await;
        assert_eq!(status().await, Some(State::Failure));

        // An exception of a rule and its end do the same.
        let new = |rule: &str| analysis::NewException {
            rule: rule.to_owned(),
            path: String::new(),
            reason: IgnoreReason::Accepted,
            note: String::new(),
            until: None,
        };
        analysis::except(&world.ann, &plan, new("python/eval-call")).await.unwrap();
        let last = analysis::except(&world.ann, &plan, new("python/os-system")).await.unwrap();
        assert_eq!(world.again(&plan, &scan).await.state, ScanState::Passed);
        analysis::lift(&world.ann, &plan, last.id).await.unwrap();
        assert_eq!(world.again(&plan, &scan).await.state, ScanState::Failed);
    })
    .await;
}

#[tokio::test]
async fn a_lock_file_that_cannot_be_read_is_not_clean() {
    each(async |world| {
        let mut new = world.new_plan("gated");
        new.definition.gate =
            gate(Metric::VulnerableDependencies, Scope::Overall, Comparison::AtMost, 0.0);
        let plan = world.make(new).await;
        world.commit(&[("package-lock.json", Some("{ not json"))]);
        let result = world.scan(&plan).await.result.unwrap();
        assert_eq!(result.unread_manifests, 1);
        assert_eq!(result.gate.conditions[0].spared, Some(Spared::Unread));
        world.commit(&[("package-lock.json", Some("{\"lockfileVersion\": 3, \"packages\": {}}"))]);
        let result = world.scan(&plan).await.result.unwrap();
        assert_eq!((result.unread_manifests, result.gate.conditions[0].spared), (0, None));
    })
    .await;
}

#[tokio::test]
async fn a_first_scan_is_all_new() {
    each(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let mut new = world.new_plan("gated");
        new.definition.gate = Gate::on();
        let plan = world.make(new).await;
        assert_eq!(world.scan(&plan).await.state, ScanState::Failed);
        let plan = world.make(world.new_plan("open")).await;
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Passed);
        assert_eq!(scan.result.unwrap().gate.verdict, Verdict::None);
    })
    .await;
}

fn gate(metric: Metric, scope: Scope, comparison: Comparison, threshold: f64) -> Gate {
    let conditions = vec![Condition { metric, scope, comparison, threshold }];
    Gate { conditions, least_lines: 0, ..Gate::on() }
}

#[tokio::test]
async fn the_verdict_is_the_commit_s_status() {
    each(async |world| {
        let good = world.commit(&[("add.py", Some(CLEAN))]).to_string();
        let mut new = world.new_plan("gated");
        new.definition.gate = Gate::on();
        let plan = world.make(new).await;
        world.scan(&plan).await;
        let bad = world.commit(&[("run.py", Some(DANGEROUS))]).to_string();
        let scan = world.scan(&plan).await;
        let depot = world.readable();
        let state = async |commit: &str| {
            let summary = statuses::summary(&world.ann, &depot, commit).await.unwrap();
            let [status] = summary.contexts.as_slice() else { panic!("{summary:?}") };
            (status.context.clone(), status.state, status.target_url.clone())
        };
        assert_eq!(state(&good).await.1, State::Success);
        let (context, verdict, url) = state(&bad).await;
        assert_eq!((context.as_str(), verdict), ("analysis/gated", State::Failure));
        assert_eq!(context, analysis::status_context(&plan));
        assert!(url.ends_with(&format!("/analysis/{}/scans/{}", plan.id, scan.number)), "{url}");
    })
    .await;
}

#[tokio::test]
async fn new_code_is_measured_by_its_lines() {
    each(async |world| {
        world.commit(&[("add.py", Some(CLEAN)), ("run.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("plan")).await;
        let first = world.scan(&plan).await;
        let measures = analysis::measures(&world.ann, &plan, &first).await.unwrap().unwrap();
        assert_eq!(measures.new, measures.overall, "all of a first scan is new");
        assert_eq!(measures.overall.lines, Some(14));
        let rating = measures.overall.rating(Quality::Security);
        assert_eq!(rating.letter, Letter::D);

        let more =
            format!("{CLEAN}\n\ndef choose(a):\n    if a:\n        return 1\n    return 2\n");
        world.commit(&[("add.py", Some(&more))]);
        let second = world.scan(&plan).await;
        let measures = analysis::measures(&world.ann, &plan, &second).await.unwrap().unwrap();
        assert_eq!((measures.new.lines, measures.new.functions), (Some(6), Some(1)));
        assert_eq!(measures.new.max_cyclomatic, Some(2));
        assert_eq!(measures.changed.lines, Some(9));
        assert!(measures.new.findings.is_empty());
        assert_eq!(measures.baseline, [first.sources[0].commit.clone()]);
    })
    .await;
}

#[tokio::test]
async fn other_conditions_are_tried_on_history() {
    each(async |world| {
        world.commit(&[("add.py", Some(CLEAN))]);
        let plan = world.make(world.new_plan("plan")).await;
        world.scan(&plan).await;
        world.commit(&[("run.py", Some(DANGEROUS))]);
        world.scan(&plan).await;
        let strict = gate(
            Metric::Rating { of: Quality::Security },
            Scope::Overall,
            Comparison::AtMost,
            f64::from(Letter::A.number()),
        );
        let tried = analysis::what_if(&world.ann, &plan, &strict, 10).await.unwrap();
        let said: Vec<_> =
            tried.iter().map(|one| (one.number, one.was, one.would.verdict)).collect();
        assert_eq!(
            said,
            [(2, Verdict::None, Verdict::Failed), (1, Verdict::None, Verdict::Passed)]
        );
        assert_eq!(tried[0].would.summary(), "security rating: D, at most A allowed");
    })
    .await;
}

#[tokio::test]
async fn coverage_that_comes_late_judges_the_scan_anew() {
    each(async |world| {
        let first = world.commit(&[("lib/add.py", Some(CLEAN))]).to_string();
        let mut new = world.new_plan("covered");
        new.definition.gate =
            gate(Metric::CoveragePercent, Scope::New, Comparison::AtLeast, 80.0);
        let plan = world.make(new).await;
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Passed);
        let spared = scan.result.clone().unwrap().gate.conditions[0].spared;
        assert_eq!(spared, Some(Spared::NotMeasured));

        let report = |hits: u32| {
            format!("SF:/ci/build/lib/add.py\nDA:1,1\nDA:3,{hits}\nend_of_record\nSF:gone.py\nDA:1,1\nend_of_record\n")
        };
        let upload = async |hits: u32| {
            let new = NewCoverage {
                commit: "main".to_owned(),
                flag: String::new(),
                format: None,
                report: report(hits).into_bytes(),
            };
            analysis::upload_coverage(&world.ann, &world.depot, new).await.unwrap()
        };
        let uploaded = upload(0).await;
        assert_eq!((uploaded.commit.as_str(), uploaded.files, uploaded.unknown), (first.as_str(), 1, 1));
        assert_eq!(uploaded.covered, Covered { hit: 1, lines: 2 });
        let scan = world.again(&plan, &scan).await;
        assert_eq!(scan.state, ScanState::Failed);
        assert_eq!(scan.error, "the gate says no: new coverage in per cent: 50, at least 80 allowed");
        world.test.run_jobs().await;
        let summary = statuses::summary(&world.ann, &world.readable(), &first).await.unwrap();
        assert_eq!(summary.state, Some(State::Failure));

        // A better report of the same tests takes the place of the first.
        upload(3).await;
        let scan = world.again(&plan, &scan).await;
        assert_eq!((scan.state, scan.error.as_str()), (ScanState::Passed, ""));
        let page = PageRequest::first(10);
        let report = analysis::coverage(&world.ann, &world.readable(), &first, page).await.unwrap().unwrap();
        assert_eq!((report.covered, report.files.items[0].path.as_str()), (Covered { hit: 2, lines: 2 }, "lib/add.py"));
    })
    .await;
}

#[tokio::test]
async fn the_lines_of_a_comparison_have_findings_and_coverage() {
    each(async |world| {
        let old = world.commit(&[("run.py", Some(CLEAN))]).to_string();
        let text = format!("{CLEAN}\nvalue = eval(input())\nprint(value)\n");
        let new = world.commit(&[("run.py", Some(&text))]).to_string();
        let plan = world.make(world.new_plan("plan")).await;
        let depot = world.readable();
        let changes = async |look| {
            analysis::on_changes(&world.ann, &depot, (Some(&old), &new), look).await.unwrap()
        };
        let before = changes(Look::Known).await;
        assert!(before.planned && !before.scanned);
        let anew = changes(Look::Anew).await;
        assert!(anew.scanned);
        let lines = |file: &analysis::OnFile| {
            file.findings.iter().map(|one| (one.line, one.rule.clone())).collect::<Vec<_>>()
        };
        let told = lines(&anew.files["run.py"]);
        assert!(
            told.iter().any(|(line, rule)| *line == 5 && rule == "python/eval-call"),
            "{told:?}"
        );
        world.scan(&plan).await;
        let report = NewCoverage {
            commit: new.clone(),
            flag: "unit".to_owned(),
            format: None,
            report: b"SF:run.py\nDA:1,5\nDA:3,5\nDA:5,1\nDA:6,0\nend_of_record\n".to_vec(),
        };
        analysis::upload_coverage(&world.ann, &world.depot, report).await.unwrap();
        let found = changes(Look::Anew).await;
        assert!(found.scanned);
        assert_eq!(found.covered, Some(Covered { hit: 1, lines: 2 }));
        let file = &found.files["run.py"];
        assert_eq!(file.hits, [(5, 1), (6, 0)]);
        assert_eq!(lines(file), told);
        assert!(file.findings.iter().all(|one| one.finding.is_some() && one.plan == plan.id));
        let gone = world.commit(&[("run.py", Some(CLEAN))]).to_string();
        world.scan(&plan).await;
        assert!(!changes(Look::Known).await.scanned, "the branch has moved on");
        assert_eq!(lines(&changes(Look::Anew).await.files["run.py"]), told);
        let back = analysis::on_changes(&world.ann, &depot, (Some(&new), &gone), Look::Known);
        let back = back.await.unwrap();
        assert!(back.scanned && back.files.values().all(|file| file.findings.is_empty()));
    })
    .await;
}

//! Gates on real scans.

use analysis::gate::{Comparison, Condition, Metric, Scope};
use analysis::{Gate, IgnoreReason, ScanState, Severity, Verdict};

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
                metric: Metric::Findings { at_least: Severity::Error },
                scope: Scope::Overall,
                comparison: Comparison::AtMost,
                threshold: 1.0,
            }],
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

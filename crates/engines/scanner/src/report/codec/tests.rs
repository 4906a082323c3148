use super::*;
use crate::report::links::{
    AskedSetting, FlowCallee, FlowFunction, FlowSink, Links, OpenCall, OpenFlow,
};
use crate::report::{PackedReport, name_hash};

fn sample() -> BlobReport {
    let context = ContextHashes { line: 1, text: u64::MAX, around: [1, 2, 3, 4, 5, u32::MAX] };
    BlobReport {
        skipped: Some(SkipReason::Timeout),
        health: Health { bytes: 70_000, error_bytes: 3, rules_skipped: true },
        lines: LineCounts { total: 300, code: 200, comment: 60, blank: 40 },
        parts: vec![Part {
            language: Language::Css,
            lines: LineCounts { total: 3, code: 2, comment: 0, blank: 1 },
            first_token: 1,
            tokens: 2,
        }],
        functions: vec![Function {
            name: "f".into(),
            qualified_name: "A.f".into(),
            start_line: 1,
            end_line: 200,
            parameters: 3,
            cyclomatic: 12,
            cognitive: 129,
            nesting: 4,
            tokens: 1000,
            context,
        }],
        findings: vec![RawFinding {
            rule: "python/eval-call".into(),
            span: Span { start_line: 3, start_column: 5, end_line: 3, end_column: 12 },
            message: "näin".into(),
            symbol: "A.f".into(),
            context,
            suppressed: true,
            uncertain: false,
            flow: vec![FlowStep {
                kind: StepKind::Through,
                name: "clean".into(),
                path: "a/b.py".into(),
                span: Span { start_line: 1, start_column: 2, end_line: 300, end_column: 4 },
            }],
            fix: Some(Fix { start: 20, end: 70_000, text: "literal_eval(x)".into() }),
        }],
        suppressions: vec![Suppression {
            span: Span { start_line: 3, start_column: 14, end_line: 3, end_column: 40 },
            context,
            marker: "noqa".into(),
            only_metrics: true,
            start_line: 3,
            end_line: 3,
            rules: vec!["eval-call".into()],
            reason: "trusted".into(),
        }],
        tokens: TokenStream { kinds: vec![1, 2, 3], runs: vec![1, 3] },
        links: Some(Box::new(links(context))),
        ..BlobReport::empty(Language::Go)
    }
}

fn links(context: ContextHashes) -> Links {
    let span = Span { start_line: 1, start_column: 2, end_line: 3, end_column: 4 };
    let finding = RawFinding {
        rule: "go/sql-injection".into(),
        span,
        message: "m".into(),
        symbol: "s".into(),
        context,
        suppressed: false,
        uncertain: true,
        flow: Vec::new(),
        fix: None,
    };
    let step = FlowStep { kind: StepKind::Source, name: "x".into(), path: String::new(), span };
    let callee = FlowCallee { owner: "a.B".into(), name: "f".into(), arity: 2 };
    Links {
        package: "a.b".into(),
        rules: vec!["go/sql-injection".into()],
        functions: vec![FlowFunction {
            owner: "B".into(),
            supers: vec!["C".into()],
            name: "f".into(),
            arity: 2,
            passes: vec![(0, 1), (254, 0)],
            yields: Some((u64::MAX, vec![step.clone()])),
            sinks: vec![FlowSink { parameter: 1, finding: finding.clone() }],
        }],
        calls: vec![OpenCall { callee: callee.clone(), place: 1, rules: 1, steps: vec![step] }],
        flows: vec![OpenFlow {
            rule: 0,
            finding: Some(finding.clone()),
            at: span,
            needs: vec![(callee, 255)],
        }],
        settings: vec![("a.b".into(), "MD5".into())],
        asked: vec![AskedSetting {
            finding,
            key: "a.b".into(),
            default: Some("SHA-256".into()),
            test: "^MD5$".into(),
            wanted: true,
        }],
        own: Some(Box::new(Links { package: "a".into(), ..Links::default() })),
    }
}

#[test]
fn what_is_stored_comes_back() {
    let report = sample();
    assert_eq!(BlobReport::decode(&report.encode()), Ok(report));
}

#[test]
fn a_packed_report_is_the_report() {
    let report = sample();
    let packed = PackedReport::new(&report);
    assert_eq!(PackedReport::read(report.encode()), Ok(packed.clone()));
    assert_eq!(packed.report(), report);
    assert_eq!(packed.encoded(), report.encode());
    assert_eq!((packed.language(), packed.skipped()), (report.language, report.skipped));
    assert_eq!(packed.health(), report.health);
    assert_eq!(packed.functions(), report.functions);
    let shape = FunctionShape { start_line: 1, end_line: 200, cyclomatic: 12, cognitive: 129 };
    assert_eq!(packed.shapes(), [shape]);
    assert_eq!(packed.names(), [name_hash(b"f")]);
    assert_eq!(packed.tokens(), report.tokens.kinds);
    assert_eq!(packed.token_lines(), report.tokens.lines());
    let segments = [(Language::Go, 0..1), (Language::Css, 1..3), (Language::Go, 3..3)];
    assert_eq!(packed.segments(), segments);
    assert!(packed.has_links());
    let alone = PackedReport::new(&BlobReport { links: None, ..report });
    assert!(!alone.has_links());
    assert!(!PackedReport::new(&BlobReport::empty(Language::Go)).has_links());
}

#[test]
fn every_cut_is_an_error_and_never_a_panic() {
    let bytes = sample().encode();
    for n in 0..bytes.len() {
        assert!(BlobReport::decode(&bytes[..n]).is_err(), "cut at {n}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(BlobReport::decode(&longer).is_err());
    for i in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[i] ^= 0xff;
        // Any answer is fine; a panic or a huge allocation is not.
        let read = PackedReport::read(damaged);
        let _ = read.map(|packed| (packed.token_lines(), packed.segments()));
    }
}

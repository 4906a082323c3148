//! Totals, and what a ruleset changes without a new analysis.

use scanner::{
    Engine, FileReport, Language, ProjectReport, RuleSetting, Ruleset, Severity, SkipReason,
};

use crate::{engine, join};

#[test]
fn totals_add_up_by_language_and_directory() {
    let engine = engine();
    let report = join(
        &engine,
        &[
            ("a/b/x.py", "# c\nx = eval(y)\n"),
            ("a/y.go", "package a\n\nfunc f() {}\n"),
            ("README.md", "# hi\n"),
        ],
    );
    assert_eq!(report.totals.files, 3);
    assert_eq!(report.totals.lines.total, 6);
    assert_eq!(report.totals.findings.error, 1);
    let paths: Vec<_> =
        report.directories.iter().map(|d| (d.path.as_str(), d.totals.lines.total)).collect();
    assert_eq!(paths, [("", 6), ("a", 5), ("a/b", 2)]);
    assert_eq!(report.languages[0].language, Language::Go);
    let sum: u32 = report.languages.iter().map(|l| l.totals.lines.code).sum();
    assert_eq!(sum, report.totals.lines.code);
}

#[test]
fn the_ruleset_applies_when_joining() {
    let long = format!("def f(a):\n{}", "    if a:\n        a = eval(a)\n".repeat(20));
    let report = engine().analyse(Language::Python, long.as_bytes());
    let files = [FileReport { path: "src/a.py", blob: "", report: &report }];
    let with = |ruleset: &Ruleset| Engine::new(ruleset).expect("a ruleset").join(&files, &[]);
    let rules = |report: &ProjectReport| {
        let mut rules: Vec<_> =
            report.findings.iter().map(|f| (f.rule.clone(), f.severity)).collect();
        rules.sort();
        rules.dedup();
        rules
    };
    let usual = with(&Ruleset::default());
    assert_eq!(
        rules(&usual),
        [
            ("metrics/cyclomatic-complexity".to_owned(), Severity::Warning),
            ("python/eval-call".to_owned(), Severity::Error)
        ]
    );
    let set = |id: &str, setting| [(id.to_owned(), setting)].into();
    let quiet = with(&Ruleset {
        rules: set(
            "python/eval-call",
            RuleSetting { enabled: Some(false), ..RuleSetting::default() },
        ),
        ..Ruleset::default()
    });
    assert_eq!(rules(&quiet).len(), 1);
    let grave = with(&Ruleset {
        rules: set(
            "python/eval-call",
            RuleSetting { severity: Some(Severity::Fatal), ..RuleSetting::default() },
        ),
        ..Ruleset::default()
    });
    assert_eq!(grave.totals.findings.fatal, 20);
    let lax = with(&Ruleset {
        rules: set(
            "metrics/cyclomatic-complexity",
            RuleSetting { threshold: Some(30), ..RuleSetting::default() },
        ),
        ..Ruleset::default()
    });
    assert_eq!(rules(&lax).len(), 1);
    let excluded = with(&Ruleset { exclude: vec!["src".into()], ..Ruleset::default() });
    assert_eq!(excluded.totals.files, 0);
    assert_eq!(excluded.skipped[0].reason, SkipReason::Excluded);
}

#[test]
fn tuning_keeps_the_cache_and_rules_do_not() {
    let base = engine();
    let other = |change: &dyn Fn(&mut Ruleset)| {
        let mut ruleset = Ruleset::default();
        change(&mut ruleset);
        Engine::new(&ruleset).expect("a ruleset")
    };
    let tuned = other(&|r| {
        r.clones.min_tokens = 50;
        r.exclude.push("x".into());
        r.rules.insert(
            "python/eval-call".into(),
            RuleSetting { severity: Some(Severity::Info), ..RuleSetting::default() },
        );
    });
    assert_eq!(base.analysis_hash(), tuned.analysis_hash());
    assert_ne!(base.ruleset_hash(), tuned.ruleset_hash());
    let fewer = other(&|r| {
        r.rules.insert(
            "python/eval-call".into(),
            RuleSetting { enabled: Some(false), ..RuleSetting::default() },
        );
    });
    assert_ne!(base.analysis_hash(), fewer.analysis_hash());
}

#[test]
fn unknown_names_are_refused() {
    let mut ruleset = Ruleset::default();
    ruleset.packs.insert("nonsense".into());
    assert!(Engine::new(&ruleset).is_err());
    let mut ruleset = Ruleset::default();
    ruleset.rules.insert("python/nonsense".into(), RuleSetting::default());
    assert!(Engine::new(&ruleset).is_err());
    let ruleset = Ruleset { exclude: vec!["a{".into()], ..Ruleset::default() };
    assert!(Engine::new(&ruleset).is_err());
}

#[test]
fn comments_suppress_findings_of_both_kinds() {
    let branches = "    if a: pass\n".repeat(20);
    let source = format!(
        "x = eval(a)  # analysis-ignore[eval-call]: trusted\n\
         y = eval(a)  # analysis-ignore[other]\n\
         # NOCA:python/eval-call(fine)\n\
         z = eval(a)\n\
         w = eval(a)  # noqa: S307\n\
         def f(a):  # NOSONAR\n{branches}"
    );
    let report = join(&engine(), &[("a.py", &source)]);
    let lines = |l: &[scanner::Finding]| l.iter().map(|f| f.span.start_line).collect::<Vec<_>>();
    assert_eq!(lines(&report.findings), [2]);
    assert_eq!(lines(&report.suppressed), [1, 4, 5, 6]);
    assert_eq!(report.totals.suppressed, 4);
}

/// A secret can stand in a file of any language, and so can what lets it stay.
#[test]
fn comments_of_every_family_suppress() {
    let engine = engine();
    // Made up here, so that none stands in the repository.
    let secret = format!("password = \"{}{}\"", "x9#Lq27v", "Rt!mZ4");
    for (path, open, close) in [
        ("a.c", "//", ""),
        ("a.c", "/*", "*/"),
        ("a.rs", "//", ""),
        ("a.py", "#", ""),
        ("a.sh", "#", ""),
        ("a.yml", "#", ""),
        ("a.php", "#", ""),
        ("a.sql", "--", ""),
        ("a.lua", "--", ""),
        ("a.hs", "{-", "-}"),
        ("a.css", "/*", "*/"),
        ("a.html", "<!--", "-->"),
        ("a.md", "<!--", "-->"),
        ("a.vue", "<!--", "-->"),
        ("a.f90", "!", ""),
        ("a.ini", ";", ""),
        ("a.clj", ";", ""),
        ("a.tex", "%", ""),
        ("a.m4", "dnl", ""),
        ("a.vb", "'", ""),
        ("a.bat", "REM", ""),
        ("a.ml", "(*", "*)"),
    ] {
        let language = Language::of_path(path).expect(path);
        let found = |source: &str| {
            let report = engine.analyse(language, source.as_bytes());
            let project = engine.join(&[FileReport { path, blob: "", report: &report }], &[]);
            let lines = |all: &[scanner::Finding]| -> Vec<u32> {
                let secrets = all.iter().filter(|one| one.rule.starts_with("secrets/"));
                secrets.map(|one| one.span.start_line).collect()
            };
            (lines(&project.findings), lines(&project.suppressed))
        };
        let head = if path == "a.php" { "<?php\n" } else { "" };
        let first = 1 + head.lines().count() as u32;
        let plain = format!("{head}{secret}\n");
        assert_eq!(found(&plain), (vec![first], vec![]), "{path} without a comment");
        let above = format!("{head}{open} analysis-ignore: made up {close}\n{secret}\n");
        assert_eq!(found(&above), (vec![], vec![first + 1]), "{above}");
        let around = format!(
            "{head}{open} analysis-ignore-start {close}\n\n{secret}\n{open} analysis-ignore-end {close}\n{secret}\n"
        );
        assert_eq!(found(&around), (vec![first + 4], vec![first + 2]), "{around}");
        let file = format!("{head}{secret}\n{open} analysis-ignore-file {close}\n");
        assert_eq!(found(&file), (vec![], vec![first]), "{file}");
    }
}

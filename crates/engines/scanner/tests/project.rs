//! Joining, duplicates, identity, rendering, and scanning a directory.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use scanner::{
    Admission, BlobReport, CloneLimits, Engine, FileReport, Language, Named, ProjectReport,
    RuleSetting, Ruleset, ScanError, ScanOptions, Severity, SkipReason, Step, Tracked, render,
    scan_directory, track,
};

fn engine() -> Engine {
    Engine::new(&Ruleset::default()).expect("the default ruleset")
}

fn join(engine: &Engine, files: &[(&str, &str)]) -> ProjectReport {
    let reports: Vec<(&str, BlobReport)> = files
        .iter()
        .map(|(path, source)| {
            let language = Language::of_path(path).expect("a known extension");
            (*path, engine.analyse(language, source.as_bytes()))
        })
        .collect();
    let files: Vec<FileReport<'_>> =
        reports.iter().map(|(path, report)| FileReport { path, blob: "", report }).collect();
    engine.join(&files, &[])
}

/// A function with enough different statements to be worth copying.
fn program(name: &str, v: &str, n: u32) -> String {
    format!(
        "def {name}({v}, limit):
    total_{v} = {n}
    for item_{v} in {v}:
        if item_{v}.size > limit and not item_{v}.hidden:
            total_{v} += item_{v}.size * {n}
        elif item_{v}.name.startswith('x{n}'):
            raise ValueError('bad ' + item_{v}.name)
        else:
            log_{v}.append((item_{v}.name, limit - 1))
    while total_{v} > limit:
        total_{v} = total_{v} // 2
        limit = limit + {n}
    with open({v}.path, 'w') as out_{v}:
        out_{v}.write(str(total_{v}))
        out_{v}.flush()
    return {{'total': total_{v}, 'limit': limit, 'count': len({v})}}
"
    )
}

#[test]
fn clones_survive_renaming_other_literals_and_layout() {
    let engine = engine();
    let a = program("first", "rows", 1);
    let b = program("second", "lines", 77).replace("    ", "  ");
    let c = program("third", "xs", 5).replace("\n    while", "\n\n    # why\n    while");
    let report = join(&engine, &[("a.py", &a), ("d/b.py", &b), ("d/c.py", &c)]);
    assert_eq!(report.clones.len(), 3, "{:#?}", report.clones);
    let classes: std::collections::BTreeSet<u32> = report.clones.iter().map(|p| p.class).collect();
    assert_eq!(classes.len(), 1, "copies of one code are one class");
    let pair = &report.clones[0];
    assert_eq!((pair.first.start_line, pair.similarity), (1, 100));
    assert_eq!(report.totals.duplicated_lines, 16 + 16 + 18);
}

#[test]
fn clones_survive_an_edited_line() {
    let engine = engine();
    let a = program("first", "rows", 1);
    let b = a.replace(
        "        total_rows = total_rows // 2\n",
        "        total_rows = halve(total_rows, mode=None)[0]\n        count(1)\n",
    );
    assert_ne!(a, b);
    let report = join(&engine, &[("a.py", &a), ("b.py", &b)]);
    assert_eq!(report.clones.len(), 1, "{:#?}", report.clones);
    assert!(report.clones[0].similarity >= 80 && report.clones[0].similarity < 100);
}

#[test]
fn different_code_tables_and_imports_are_no_clones() {
    let engine = engine();
    let table: String = (0..200).map(|i| format!("    {i},\n")).collect();
    let table = format!("T = [\n{table}]\n");
    let imports: String = (0..200).map(|i| format!("from a{i} import b{i}\n")).collect();
    let other = "class P:
    def __init__(self, a, b):
        self.a = a
        self.b = b
        super().__init__()

    async def go(self):
        try:
            await self.a.run(self.b)
        except (KeyError, IndexError) as e:
            print(e, self)
            return None
        assert self.a is not self.b, 'same'
        yield lambda q: q ** 2 | 4 & ~q
        del self.a[1:2], self.b
        global counter
        counter -= 1
";
    let report = join(
        &engine,
        &[
            ("a.py", &(table.clone() + &imports)),
            ("b.py", &(table + &imports)),
            ("c.py", &program("first", "rows", 1)),
            ("d.py", other),
        ],
    );
    assert_eq!(report.clones, [], "{:#?}", report.clones);
}

#[test]
fn clones_inside_one_file_and_across_sizes() {
    let small = Engine::new(&Ruleset {
        clones: CloneLimits { min_tokens: 40, min_lines: 3 },
        ..Ruleset::default()
    })
    .expect("a ruleset");
    let twice = program("first", "rows", 1) + "\n\n" + &program("second", "xs", 2);
    let report = join(&engine(), &[("a.py", &twice)]);
    assert_eq!(report.clones.len(), 1);
    let piece: String =
        program("first", "rows", 1).lines().take(8).fold(String::new(), |s, l| s + l + "\n");
    let files = [("a.py", piece.as_str()), ("b.py", piece.as_str())];
    assert_eq!(join(&engine(), &files).clones, []);
    assert_eq!(join(&small, &files).clones.len(), 1);
}

#[test]
fn many_copies_stay_linear() {
    let source = program("first", "rows", 1);
    let paths: Vec<String> = (0..600).map(|i| format!("f{i:04}.py")).collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|p| (p.as_str(), source.as_str())).collect();
    let report = join(&engine(), &files);
    assert!(report.clones.len() < 600 * 3, "{}", report.clones.len());
    assert_eq!(report.totals.duplicated_lines, 600 * 16);
}

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

fn tracked(report: &ProjectReport) -> Vec<Tracked> {
    report.findings.iter().map(Tracked::from).collect()
}

/// Scans two versions of one file; returns how each finding of the second was
/// recognised (`None` for new) and how many of the first are gone.
fn follow(
    before: (&str, &str),
    after: (&str, &str),
    renames: &[(&str, &str)],
) -> (Vec<Option<(u32, Step)>>, usize) {
    let engine = engine();
    let old = join(&engine, &[before]);
    let new = join(&engine, &[after]);
    let renames: Vec<_> = renames.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let matches = track(&tracked(&old), &new.findings, &renames);
    assert_eq!(matches.same.len() + matches.new.len(), new.findings.len());
    assert_eq!(matches.same.len() + matches.gone.len(), old.findings.len());
    let mut found = vec![None; new.findings.len()];
    for m in &matches.same {
        found[m.current] = Some((old.findings[m.previous].span.start_line, m.step));
    }
    (found, matches.gone.len())
}

const BEFORE: &str = "import a

def f(x):
    a.start()
    y = eval(x)
    a.stop()
    return y

def g(x):
    one()
    return eval(x)

def h(x):
    two()
    return eval(x)
";

#[test]
fn findings_follow_edits_elsewhere_and_lines_that_move() {
    let after = BEFORE.replace("import a\n", "import a\nimport b\n\nK = 1\n");
    let (found, gone) = follow(("m.py", BEFORE), ("m.py", &after), &[]);
    assert_eq!(found, [Some((5, Step::Exact)), Some((11, Step::Exact)), Some((15, Step::Exact))]);
    assert_eq!(gone, 0);
}

#[test]
fn findings_follow_moved_functions() {
    let (head, tail) = BEFORE.split_at(BEFORE.find("def h").expect("h"));
    let after = format!("{tail}\n{head}");
    let (found, _) = follow(("m.py", BEFORE), ("m.py", &after), &[]);
    assert_eq!(found, [Some((15, Step::Exact)), Some((5, Step::Exact)), Some((11, Step::Exact))]);
}

#[test]
fn findings_follow_a_renamed_function_and_a_renamed_file() {
    let after = BEFORE.replace("def f(", "def renamed(");
    let (found, _) = follow(("m.py", BEFORE), ("n.py", &after), &[("m.py", "n.py")]);
    assert_eq!(found, [Some((5, Step::File)), Some((11, Step::Exact)), Some((15, Step::Exact))]);
}

#[test]
fn findings_follow_an_edited_line() {
    let after = BEFORE.replace("    y = eval(x)", "    y = eval(x.strip())");
    let (found, gone) = follow(("m.py", BEFORE), ("m.py", &after), &[]);
    assert_eq!(found[0], Some((5, Step::Edited)));
    assert_eq!(gone, 0);
}

#[test]
fn findings_follow_code_into_another_file() {
    let (found, gone) = follow(("m.py", BEFORE), ("n.py", BEFORE), &[]);
    assert_eq!(found, [Some((5, Step::Moved)), Some((11, Step::Moved)), Some((15, Step::Moved))]);
    assert_eq!(gone, 0);
}

#[test]
fn of_equal_lines_each_keeps_its_own() {
    let before =
        "def f(x):\n    a()\n    eval(x)\n    b()\n    eval(x)\n    c()\n    eval(x)\n    d()\n";
    // The middle one goes, and another comes at the end.
    let after = "def f(x):\n    a()\n    eval(x)\n    b()\n    c()\n    eval(x)\n    d()\n    e()\n    eval(x)\n";
    let (found, gone) = follow(("m.py", before), ("m.py", after), &[]);
    assert_eq!(found[0].map(|f| f.0), Some(3));
    assert_eq!(found[1].map(|f| f.0), Some(7));
    // Without more than hashes the third may be the moved second.
    assert!(found[2].is_none_or(|f| f.0 == 5));
    assert_eq!(gone, usize::from(found[2].is_none()));
}

#[test]
fn new_code_is_new_and_removed_code_is_gone() {
    let after = BEFORE.replace("    return eval(x)\n\ndef h", "    return x\n\ndef h")
        + "\ndef k(z):\n    q = z + 1\n    exec(q, {})\n    w(q)\n";
    let (found, gone) = follow(("m.py", BEFORE), ("m.py", &after), &[]);
    assert_eq!(found.len(), 3);
    assert_eq!(found[2], None);
    assert_eq!(gone, 1);
}

#[test]
fn fingerprints_ignore_line_numbers_and_tell_equals_apart() {
    let engine = engine();
    let a = join(&engine, &[("m.py", "def f(x):\n    eval(x)\n    eval(x)\n")]);
    let b = join(&engine, &[("m.py", "\n\n\ndef f(x):\n\n    eval(x)\n    eval( x )\n")]);
    let prints =
        |r: &ProjectReport| r.findings.iter().map(|f| f.fingerprint.clone()).collect::<Vec<_>>();
    assert_eq!(prints(&a), prints(&b));
    assert_ne!(prints(&a)[0], prints(&a)[1]);
}

#[test]
fn text_reads_like_a_compiler() {
    let source = "def f(a):\n\treturn eval(a)\n";
    let report = join(&engine(), &[("a.py", source)]);
    let mut out = Vec::new();
    render::text(&report, &|_| Some(source.to_owned()), render::TextOptions::default(), &mut out)
        .expect("writes");
    insta::assert_snapshot!(String::from_utf8(out).expect("UTF-8"), @r"
    a.py:2:9: error[python/eval-call] `eval` runs whatever its argument says
      |
    2 |  return eval(a)
      |         ^^^^^^^

    language             files      code   comment     blank functions
    Python                   1         2         0         0         1
    all                      1         2         0         0         1

    findings: 1 error
    duplicates: 0 pairs, 0 lines, 0.0 %
    most complex: f (cyclomatic 1, cognitive 0) a.py:1
    ");
}

#[test]
fn sarif_names_rules_places_and_fingerprints() {
    let engine = engine();
    let report =
        join(&engine, &[("a b/x.py", "def f(a):\n    return eval(a)\nexec(a)  # NOSONAR\n")]);
    let mut out = Vec::new();
    render::sarif(&engine, &report, &mut out).expect("writes");
    let log: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 2);
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert!(rules.len() > 60);
    let index = results[0]["ruleIndex"].as_u64().expect("an index") as usize;
    assert_eq!(rules[index]["id"], "python/eval-call");
    insta::assert_snapshot!(results[0]["locations"][0], @r#"{"physicalLocation":{"artifactLocation":{"uri":"a%20b/x.py","uriBaseId":"SRCROOT"},"region":{"startLine":2,"startColumn":12,"endLine":2,"endColumn":19}},"logicalLocations":[{"fullyQualifiedName":"f"}]}"#);
    assert_eq!(results[0]["level"], "error");
    assert_eq!(
        results[0]["partialFingerprints"]["mortise/v1"],
        report.findings[0].fingerprint.as_str()
    );
    assert_eq!(results[0].get("suppressions"), None);
    assert_eq!(results[1]["suppressions"][0]["kind"], "inSource");
}

#[test]
fn json_is_the_report() {
    let report = join(&engine(), &[("x.py", "eval(a)\n")]);
    let mut out = Vec::new();
    render::json(&report, &mut out).expect("writes");
    let back: ProjectReport = serde_json::from_slice(&out).expect("parses");
    assert_eq!(back, report);
}

#[test]
fn a_directory_is_scanned_with_its_ignores_and_reasons() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |path: &str, text: &[u8]| {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, text).expect("written");
    };
    write(".gitignore", b"build/\n");
    write("a.py", b"eval(a)\n");
    write("build/b.py", b"eval(b)\n");
    write("node_modules/c.js", b"eval(c)\n");
    write("d.py", b"\0\0");
    write("e.go", b"// Code generated by x. DO NOT EDIT.\npackage e\n");
    write("f.bin", b"\0");
    write("g.js", &b"a=1;".repeat(3000));
    write(".github/h.yml", b"a: 1\n");
    let engine = engine();
    let seen = AtomicUsize::new(0);
    let progress = |p: scanner::Progress| {
        seen.fetch_max(p.done, Ordering::Relaxed);
        assert!(p.done <= p.total);
    };
    let cancel = AtomicBool::new(false);
    let report =
        scan_directory(&engine, directory.path(), ScanOptions::default(), &progress, &cancel)
            .expect("scans");
    assert_eq!(report.findings.len(), 1);
    assert_eq!(seen.load(Ordering::Relaxed), 5);
    let skipped: Vec<_> = report.skipped.iter().map(|s| (s.path.as_str(), s.reason)).collect();
    assert_eq!(
        skipped,
        [
            ("d.py", SkipReason::Binary),
            ("e.go", SkipReason::Generated),
            ("g.js", SkipReason::Minified),
            ("node_modules/c.js", SkipReason::Vendored),
        ]
    );
    let files: Vec<_> = report.files.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(files, [".github/h.yml", "a.py", "e.go"]);

    cancel.store(true, Ordering::Relaxed);
    let result =
        scan_directory(&engine, directory.path(), ScanOptions::default(), &|_| {}, &cancel);
    assert!(matches!(result, Err(ScanError::Cancelled)));
    cancel.store(false, Ordering::Relaxed);
    let missing = directory.path().join("missing");
    let result = scan_directory(&engine, &missing, ScanOptions::default(), &|_| {}, &cancel);
    assert!(matches!(result, Err(ScanError::List { .. })));
    let one = scan_directory(
        &engine,
        &directory.path().join("a.py"),
        ScanOptions::default(),
        &|_| {},
        &cancel,
    )
    .expect("one file");
    assert_eq!(one.findings.len(), 1);
}

#[test]
fn paths_decide_before_anything_is_read() {
    let engine = engine();
    assert_eq!(engine.admit("a.py"), Admission::Analyse(Named::of_path("b.py").unwrap()));
    assert_eq!(engine.admit("vendor/a.py"), Admission::Skip(SkipReason::Vendored));
    assert_eq!(engine.admit("a.png"), Admission::Unknown);
}

#[test]
fn findings_follow_where_hardly_anything_stands_around() {
    // Nothing around, and nothing that says something.
    let (found, gone) = follow(("m.py", "y = eval(x)\n"), ("m.py", "\n\ny = eval(x)\n"), &[]);
    assert_eq!((found, gone), (vec![Some((1, Step::Exact))], 0));
    // One line around, where two would be asked for.
    let (before, after) = ("import a\ny = eval(x)\n", "import a\n\n\nz = eval(x)\n");
    let (found, gone) = follow(("m.py", before), ("m.py", after), &[]);
    assert_eq!((found, gone), (vec![Some((2, Step::Symbol))], 0));
    // Where all that stood around is other text, it is another place.
    let after = "import b\nother()\ny = eval(x)\nmore()\n";
    let (found, gone) = follow(("m.py", BEFORE), ("m.py", after), &[]);
    assert_eq!((found, gone), (vec![None], 3));
}

//! Scripts and styles inside of pages, components and PHP.

use scanner::{BlobReport, Engine, FileReport, Language, LineCounts, Ruleset};

fn engine() -> Engine {
    Engine::new(&Ruleset::default()).expect("the default ruleset")
}

const PAGE: &str = "<!DOCTYPE html>
<html>
<head><!-- héad -->
<style>
/* c */
a { color: #12345; }
</style>
<é><script>
// one

function pick(a) {
  if (a) { return eval(a); }
  return eval(a.b); // analysis-ignore[eval-call]: trusted
}
</script>
<script type=\"text/template\">function no() {}</script>
</head>
</html>
";

fn rules(report: &BlobReport) -> Vec<(&str, u32, u32, bool)> {
    let places = report.findings.iter();
    places
        .map(|f| (f.rule.as_str(), f.span.start_line, f.span.start_column, f.suppressed))
        .collect()
}

#[test]
fn a_page_is_read_with_its_script_and_style() {
    let report = engine().analyse(Language::Html, PAGE.as_bytes());
    let functions: Vec<_> =
        report.functions.iter().map(|f| (f.name.as_str(), f.start_line, f.end_line)).collect();
    assert_eq!(functions, [("pick", 11, 14)]);
    assert_eq!(report.functions[0].cyclomatic, 2);
    let found = rules(&report);
    assert!(found.contains(&("css/invalid-hex-colour", 6, 12, false)), "{found:?}");
    assert!(found.contains(&("javascript/eval-call", 12, 19, false)), "{found:?}");
    assert!(found.contains(&("javascript/eval-call", 13, 10, true)), "{found:?}");
    assert_eq!(report.lines, LineCounts { total: 18, code: 15, comment: 2, blank: 1 });
    let parts: Vec<_> = report.parts.iter().map(|p| (p.language, p.lines.code)).collect();
    assert_eq!(parts, [(Language::Css, 1), (Language::JavaScript, 4)]);
    let (language, own) = report.lines_by_language().next().expect("its own");
    assert_eq!((language, own.code, own.comment), (Language::Html, 10, 0));
}

#[test]
fn places_are_those_of_the_script_alone_moved_by_where_it_stands() {
    let script = "function f(a) {\n  debugger;\n  return eval(a);\n}\n";
    let alone = engine().analyse(Language::JavaScript, script.as_bytes());
    for (language, before) in [
        (Language::Html, "<p>ü</p>\n\n<script>\n"),
        (Language::Vue, "<template/>\n<b/>\n<script>\n"),
    ] {
        let page = format!("{before}{script}</script>\n");
        let report = engine().analyse(language, page.as_bytes());
        let moved: Vec<_> = alone
            .findings
            .iter()
            .map(|f| {
                (f.rule.clone(), f.span.start_line + 3, f.span.start_column, f.span.end_column)
            })
            .collect();
        let found: Vec<_> = report
            .findings
            .iter()
            .map(|f| (f.rule.clone(), f.span.start_line, f.span.start_column, f.span.end_column))
            .collect();
        assert!(alone.findings.len() >= 2);
        assert_eq!(found, moved, "{language}");
        assert_eq!(report.functions[0].cyclomatic, alone.functions[0].cyclomatic);
    }
}

#[test]
fn components_have_lines_of_their_languages() {
    let vue = "<template>\n  <p>{{ a }}</p>\n  <!-- why -->\n</template>\n<script lang=\"ts\">\n\
               export const f = (a: number) => a;\n// it\n</script>\n<style lang=\"scss\">\n\
               a { b { c: d } }\n// no\n</style>\n";
    let report = engine().analyse(Language::Vue, vue.as_bytes());
    assert_eq!(report.lines, LineCounts { total: 12, code: 9, comment: 3, blank: 0 });
    let lines: Vec<_> =
        report.lines_by_language().map(|(it, lines)| (it, lines.code, lines.comment)).collect();
    assert_eq!(
        lines,
        [(Language::Vue, 7, 1), (Language::TypeScript, 1, 1), (Language::Scss, 1, 1)]
    );
    assert_eq!(report.functions.len(), 1);
    let files = [FileReport { path: "a.vue", blob: "", report: &report }];
    let joined = engine().join(&files, &[]);
    let code: u32 = joined.languages.iter().map(|l| l.totals.lines.code).sum();
    assert_eq!((code, joined.totals.lines.code, joined.totals.files), (9, 9, 1));
    assert_eq!(BlobReport::decode(&report.encode()), Ok(report));
}

#[test]
fn a_copy_of_a_script_is_found_in_a_page() {
    let script: String = (0..12)
        .map(|i| {
            format!("  total{} = total + rows[{i}].price * (1 - rows[{i}].discount);\n", i % 3)
        })
        .collect();
    let script = format!("function sum(rows, total) {{\n{script}  return total;\n}}\n");
    let page = format!("<html>\n<p>x</p>\n<script>\n{script}</script>\n<p>y</p>\n</html>\n");
    let engine = engine();
    let reports = [
        ("a.js", engine.analyse(Language::JavaScript, script.as_bytes())),
        ("b.html", engine.analyse(Language::Html, page.as_bytes())),
        ("c.php", engine.analyse(Language::Php, format!("<?php f(); ?>\n{page}").as_bytes())),
    ];
    let files: Vec<_> =
        reports.iter().map(|(path, report)| FileReport { path, blob: "", report }).collect();
    let clones = engine.join(&files, &[]).clones;
    let found: Vec<_> = clones
        .iter()
        .map(|c| (c.first.path.as_str(), c.second.path.as_str(), c.second.start_line))
        .collect();
    assert!(found.contains(&("a.js", "b.html", 4)), "{found:?}");
    assert!(found.contains(&("a.js", "c.php", 5)), "{found:?}");
}

#[test]
fn a_broken_script_spoils_nothing_else() {
    let page = "<script>function ( {{{ {% if %}</script>\n<script>function ok() {}</script>\n";
    let report = engine().analyse(Language::Html, page.as_bytes());
    assert!(report.functions.iter().any(|f| f.name == "ok"));
    assert!(report.health.error_bytes > 0);
    let many = "<script>function f() {}</script>\n".repeat(10_000);
    let report = engine().analyse(Language::Html, many.as_bytes());
    assert!(report.health.rules_skipped && report.skipped.is_none());
    assert_eq!(report.lines.total, 10_000);
}

//! Data flow over two files, and configurations as constants.

use std::sync::OnceLock;

use scanner::{BlobReport, Engine, FileReport, Finding, Language, Ruleset};

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(&Ruleset::default()).expect("the built-in rules"))
}

/// Findings of a rule in a project, each as path and line; reports are stored and
/// read again on the way.
fn found(files: &[(&str, &str)], rule: &str) -> Vec<Finding> {
    let reports: Vec<(&str, BlobReport)> = files
        .iter()
        .map(|(path, source)| {
            let language = Language::of(path, source.as_bytes()).expect("a language");
            let report = engine().analyse(language, source.as_bytes());
            (*path, BlobReport::decode(&report.encode()).expect("decodes"))
        })
        .collect();
    let joined: Vec<FileReport<'_>> =
        reports.iter().map(|(path, report)| FileReport { path, blob: "", report }).collect();
    let mut backwards = joined.clone();
    backwards.reverse();
    let project = engine().join(&joined, &[]);
    assert_eq!(project, engine().join(&backwards, &[]));
    project.findings.into_iter().filter(|f| f.rule == rule).collect()
}

fn places(files: &[(&str, &str)], rule: &str) -> Vec<(String, u32)> {
    found(files, rule).into_iter().map(|f| (f.path, f.span.start_line)).collect()
}

const STORE: &str = "\
def find(name):
    cursor.execute(\"select x from t where n = '\" + name + \"'\")

def safe(name):
    return 'x'

def read(request):
    return request.args['a']
";

#[test]
fn data_goes_into_a_function_of_another_file() {
    let view = "\
from flask import request
from app.store import find

def view():
    find(request.args['name'])
";
    let files = [("src/app/store.py", STORE), ("src/app/view.py", view)];
    let findings = found(&files, "python/sql-injection");
    assert_eq!(findings.len(), 1, "{findings:?}");
    let finding = &findings[0];
    assert_eq!((finding.path.as_str(), finding.span.start_line), ("src/app/store.py", 2));
    assert_eq!(finding.symbol, "find");
    let first = finding.flow.first().expect("a flow");
    assert_eq!((first.path.as_str(), first.span.start_line), ("src/app/view.py", 5));
    assert!(finding.flow.last().is_some_and(|s| s.path.is_empty()), "{:?}", finding.flow);
    // The caller moves: the finding is the same.
    let moved = [("src/app/store.py", STORE), ("src/web/pages.py", view)];
    let again = found(&moved, "python/sql-injection");
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].fingerprint, finding.fingerprint);
    // Without the caller there is none, and the stored report of the other is the same.
    assert!(found(&files[..1], "python/sql-injection").is_empty());
}

#[test]
fn nothing_is_guessed_among_several() {
    let view = "\
from flask import request
from app.store import find

def view():
    find(request.args['name'])
";
    let two = [("a/app/store.py", STORE), ("b/app/store.py", STORE), ("c/view.py", view)];
    assert!(places(&two, "python/sql-injection").is_empty());
    let other = [("a/app/other.py", STORE), ("c/view.py", view)];
    assert!(places(&other, "python/sql-injection").is_empty());
}

#[test]
fn what_a_function_of_another_file_yields_or_keeps() {
    let helper = "\
package a.util;
public class Helper {
    public String given(HttpServletRequest request) { return request.getParameter(\"a\"); }
    public static String constant(String s) { return \"x\"; }
    public static String same(String s) { String t = s; return t; }
    void other(HttpServletRequest request) { request.getParameter(\"b\"); }
}
";
    let page = |call: &str| {
        format!(
            "package a.web;\nimport a.util.Helper;\nclass P {{\n    void f(HttpServletRequest request) throws Exception {{\n        Helper helper = new Helper();\n        String p = request.getParameter(\"p\");\n        String q = {call};\n        connection.createStatement().executeQuery(\"select x from t where a = '\" + q + \"'\");\n    }}\n}}\n"
        )
    };
    let rule = "java/sql-injection";
    let with = |call: &str| {
        let page = page(call);
        places(&[("src/a/util/Helper.java", helper), ("src/a/web/P.java", &page)], rule)
    };
    let here = vec![("src/a/web/P.java".to_owned(), 8)];
    assert_eq!(with("helper.given(request)"), here);
    assert_eq!(with("Helper.same(p)"), here);
    assert_eq!(with("Helper.constant(p)"), []);
    assert_eq!(with("helper.given(null)"), here);
}

#[test]
fn modules_of_javascript_are_found_by_their_path() {
    let db = "exports.find = function (name) {\n  db.query(\"select x from t where n = '\" + name + \"'\");\n};\n";
    let view = "const { find } = require('./lib/db');\napp.get('/', (req, res) => { find(req.query.name); });\n";
    let rule = "javascript/sql-injection";
    assert_eq!(
        places(&[("web/lib/db.js", db), ("web/view.js", view)], rule),
        [("web/lib/db.js".to_owned(), 2)]
    );
    assert_eq!(places(&[("lib/db.js", db), ("web/view.js", view)], rule), []);
}

#[test]
fn a_configuration_decides() {
    let code = "\
class A {
    void f(java.util.Properties props) throws Exception {
        String a = props.getProperty(\"hash.name\", \"SHA-256\");
        MessageDigest.getInstance(a);
    }
}
";
    let rule = "java/weak-hash";
    let here = vec![("A.java".to_owned(), 4)];
    assert_eq!(places(&[("A.java", code)], rule), []);
    assert_eq!(places(&[("A.java", code), ("a.properties", "hash.name=MD5\n")], rule), here);
    assert_eq!(places(&[("A.java", code), ("a.yml", "hash:\n  name: MD5\n")], rule), here);
    assert_eq!(places(&[("A.java", code), ("a.properties", "hash.name=SHA-512\n")], rule), []);
    // Two files that disagree say nothing.
    let two = [("A.java", code), ("a.properties", "hash.name=MD5\n"), ("b.ini", "hash.name=x\n")];
    assert_eq!(places(&two, rule), []);
    let spring = "\
class B {
    @Value(\"${crypto.hash}\") private String name;
    void f() throws Exception { MessageDigest.getInstance(name); }
}
";
    let files = [("B.java", spring), ("application.yml", "crypto:\n  hash: MD5\n")];
    assert_eq!(places(&files, rule), [("B.java".to_owned(), 3)]);
    let python = "import hashlib\nimport os\nhashlib.new(os.environ['ALG'], b'x')\n";
    let rule = "python/weak-hash";
    assert_eq!(places(&[("a.py", python)], rule), []);
    assert_eq!(
        places(&[("a.py", python), ("conf/app.env", "ALG=md5\n")], rule),
        [("a.py".to_owned(), 3)]
    );
}

//! Which finding of today is which of yesterday.

use scanner::{ProjectReport, Step, Tracked, track};

use crate::{engine, join};

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

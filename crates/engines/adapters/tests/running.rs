//! Tools that work, are missing, break or hang.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::fs;
use std::time::Duration;

use adapters::{Declaration, Input, Outcome, Status, run};
use executor::{Cancel, Limits, Sandbox};

const HEAD: &str = "name = 'own'\ntitle = 'Own'\nfiles = ['*.txt']\n";

fn outcome(declaration: &str, wall: Duration) -> Outcome {
    let declaration = Declaration::parse(&format!("{HEAD}{declaration}")).unwrap();
    let root = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(root.path()).map(|path| (path, root)).unwrap();
    let app = root.0.join("app");
    fs::create_dir_all(app.join("sub dir")).unwrap();
    fs::write(app.join("a.txt"), "fine\nbad\n").unwrap();
    fs::write(app.join("sub dir/it's b.txt"), "bad\n").unwrap();
    let files = ["a.txt", "sub dir/it's b.txt", "c.py"].map(str::to_owned);
    let limits = Limits { wall, ..Limits::default() };
    let input =
        Input { root: &root.0, below: "app", files: &files, changed: Some(&files[..1]), limits };
    run(&Sandbox::detect(&[]), &declaration, &input, &Cancel::new())
}

const LONG: Duration = Duration::from_secs(120);

const GREP: &str = "program = 'grep'\nscript = 'grep -Hn bad \"$@\"'\nformat = 'regex'\n\
    pattern = '^(?P<path>.+):(?P<line>\\d+):(?P<message>.+)$'\n";

#[test]
fn a_tool_is_called_with_its_files_and_its_output_is_read() {
    for mode in ["file", "list", "project"] {
        let declaration = if mode == "project" {
            GREP.replace("bad \"$@\"", "-r bad . | sed s,^,$PWD/,")
        } else {
            GREP.to_owned()
        };
        let outcome = outcome(&format!("mode = '{mode}'\n{declaration}"), LONG);
        assert_eq!(outcome.status, Status::Done, "{mode}");
        let mut places: Vec<(String, u32)> =
            outcome.reported.into_iter().map(|one| (one.path, one.line)).collect();
        places.sort();
        let expected = [("a.txt".to_owned(), 2), ("sub dir/it's b.txt".to_owned(), 1)];
        assert_eq!(places, expected, "{mode}");
        assert!(!outcome.version.is_empty(), "{mode}");
        assert_eq!((outcome.files, outcome.elsewhere), (2, 0));
    }
}

#[test]
fn what_is_not_there_breaks_or_hangs_says_so() {
    let missing = outcome("program = 'no-such-tool'\nscript = 'x'\nformat = 'sarif'\n", LONG);
    assert_eq!(missing.status, Status::Missing);
    let broken = outcome(
        "program = 'sh'\nversion_argument = '-c :'\nscript = 'echo oh no >&2; exit 7'\nformat = 'sarif'\n",
        LONG,
    );
    assert_eq!(broken.status, Status::Failed("exit status 7: oh no".to_owned()));
    let nonsense = outcome(
        "program = 'sh'\nversion_argument = '-c :'\nscript = 'echo nonsense'\nformat = 'sarif'\n",
        LONG,
    );
    assert!(matches!(nonsense.status, Status::Failed(_)), "{nonsense:?}");
    let hanging = outcome(
        "program = 'sh'\nversion_argument = '-c :'\nscript = 'sleep 600'\nformat = 'sarif'\n",
        Duration::from_secs(3),
    );
    assert_eq!(hanging.status, Status::TimedOut);
    let unneeded = outcome(&GREP.replace("program", "config_files = ['.own']\nprogram"), LONG);
    assert_eq!(unneeded.status, Status::Unneeded);
    for one in [missing, broken, nonsense, hanging, unneeded] {
        assert!(one.reported.is_empty());
    }
}

#[test]
fn paths_that_lead_out_are_dropped() {
    let outcome = outcome(
        "program = 'sh'\nversion_argument = '-c :'\nformat = 'errorformat'\nerrorformat = ['%f:%l: %m']\n\
         script = 'echo ../../etc/passwd:1: x; echo /etc/passwd:1: x; echo c.py:1: y; echo none.py:1: z'\n",
        LONG,
    );
    assert_eq!((outcome.status, outcome.elsewhere), (Status::Done, 3));
    assert_eq!(outcome.reported[0].path, "c.py");
}

#[test]
fn tools_for_tca_find_what_their_contract_promises() {
    // As such a tool does it: the lists are JSON files, the result too.
    let script = r#"
set -e
test -d "$SOURCE_DIR" && test -f "$TASK_REQUEST" && test -d "$RESULT_DIR"
grep -q "it's b.txt" "$SCAN_FILES"
grep -q "a.txt" "$DIFF_FILES" && ! grep -q "b.txt" "$DIFF_FILES"
printf '[{"path":"%s/a.txt","line":"2","column":0,"msg":"bad","rule":"R","refs":[{"line":1,"msg":"from here","tag":"t","path":""}]}]' "$SOURCE_DIR" > "$RESULT_DIR/result.json"
"#;
    let outcome = outcome(
        &format!(
            "program = 'sh'\nversion_argument = '-c :'\nprotocol = 'tca'\nmode = 'project'\n\
             format = 'tca'\nscript = '''{script}'''\n"
        ),
        LONG,
    );
    assert_eq!(outcome.status, Status::Done);
    let [one] = outcome.reported.as_slice() else { panic!("{outcome:?}") };
    assert_eq!((one.path.as_str(), one.line, one.rule.as_str()), ("a.txt", 2, "R"));
    assert_eq!(one.message, "bad\n1: from here");
}

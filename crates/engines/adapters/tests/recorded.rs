//! What tools wrote, read as their declarations say.

use std::path::Path;

use adapters::{Declaration, declarations};

fn here(below: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

#[test]
fn every_declaration_can_be_read_and_comes_with_mortise() {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(here("declarations")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let declaration =
            Declaration::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(path.file_stem().unwrap().to_str(), Some(declaration.name.as_str()));
        assert!(!declaration.tests.is_empty(), "{} has no test", declaration.name);
        assert!(!declaration.obtain.is_empty(), "{} does not say where it is", declaration.name);
        names.push(declaration.name);
    }
    names.sort();
    let known: Vec<&str> = declarations().map(|one| one.name.as_str()).collect();
    assert_eq!(names, known);
}

#[test]
fn recorded_outputs_are_read_as_their_declarations_expect() {
    let mut wrong = String::new();
    for declaration in declarations() {
        for test in &declaration.tests {
            let output = std::fs::read(here("recorded").join(&test.output)).unwrap();
            let reported = adapters::parse::parse(declaration, &output)
                .unwrap_or_else(|error| panic!("{}: {error}", declaration.name));
            assert!(reported.iter().all(|one| !one.message.is_empty()), "{}", declaration.name);
            let found: Vec<String> = reported
                .iter()
                .map(|one| {
                    let severity = format!("{:?}", one.severity).to_lowercase();
                    format!("{}:{}:{} {severity} {}", one.path, one.line, one.column, one.rule)
                })
                .collect();
            if found.is_empty() || found != test.expect {
                wrong.push_str(&format!("{}:\nexpect = {found:#?}\n", declaration.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_could_not_look_at_the_code_has_found_nothing() {
    let output = std::fs::read(here("recorded/golangci-lint-broken.json")).unwrap();
    let error = adapters::parse::parse(adapters::declaration("golangci-lint").unwrap(), &output);
    let why = error.unwrap_err().to_string();
    assert!(why.starts_with("it could not look at the code: could not import"), "{why}");
}

#[test]
fn names_with_bytes_that_no_name_has_are_left_out() {
    let output = b"src/a\0.c:1:1:error:memleak:gone\nsrc/a.c:1:1:error:mem\0leak:gone\n\
        src/a.c:2:1:error:memleak:gone\0 now\n";
    let reported = adapters::parse::parse(adapters::declaration("cppcheck").unwrap(), output);
    let reported = reported.unwrap();
    let found: Vec<_> = reported.iter().map(|one| (one.line, one.message.as_str())).collect();
    assert_eq!(found, [(2, "gone  now")]);
}

#[test]
fn a_recorded_output_says_what_to_write_instead() {
    let source = std::fs::read(here("recorded/ruff-fixes.py")).unwrap();
    let output = std::fs::read(here("recorded/ruff-fixes.sarif")).unwrap();
    let reported = adapters::parse::parse(adapters::declaration("ruff").unwrap(), &output);
    let reported = reported.unwrap();
    let fixes: Vec<_> = reported.iter().map(|one| one.fix.as_ref()).collect();
    assert_eq!(fixes.iter().filter(|fix| fix.is_some()).count(), 4);
    let mut text = String::from_utf8(source.clone()).unwrap();
    let places = adapters::Places::new(source).unwrap();
    // From the last to the first, so that places stay where they are.
    for fix in fixes.into_iter().rev().flatten() {
        for one in places.resolve(fix).unwrap() {
            text.replace_range(one.start..one.end, &one.text);
        }
    }
    let fixed = std::fs::read_to_string(here("recorded/ruff-fixes.fixed.py")).unwrap();
    assert_eq!(text, fixed);
}

//! Commands beside the server and without it.

use crate::process::{Server, answer, complaint, mortise, run};

#[test]
fn credentials_are_made_while_the_server_runs() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let _server = Server::start(data, &[]);

    let token = answer(&run(&["token", "create", "--user", "admin", "--name", "ci"], data));
    let token = token.strip_suffix('\n').unwrap();
    assert!(token.len() == 40 && token.bytes().all(|b| b.is_ascii_hexdigit()), "{token:?}");

    let pair = answer(&run(&["access-key", "create", "--user", "admin"], data));
    let (key, secret) = pair.trim_end().split_once(' ').unwrap();
    assert_eq!((key.len(), secret.len()), (20, 40));

    let ada = ["--name", "ada", "--email", "ada@example.com", "--password", "correct horse 7"];
    let words = [&["user", "create"], &ada[..]].concat();
    let id: i64 = answer(&run(&words, data)).trim_end().parse().unwrap();
    assert!(id > 1);
    let again = run(&words, data);
    assert_eq!(again.status.code(), Some(2));
    assert!(complaint(&again).starts_with("mortise: "), "{}", complaint(&again));
    answer(&run(&["token", "create", "--user", "ada", "--name", "own"], data));

    let unknown = run(&["token", "create", "--user", "eve", "--name", "x"], data);
    assert_eq!(complaint(&unknown), "mortise: there is no user eve\n");
    let scope = ["token", "create", "--user", "ada", "--name", "x", "--scopes", "everything"];
    assert!(complaint(&run(&scope, data)).contains("everything"));
}

#[test]
fn without_an_installation_a_command_says_how_to_make_one() {
    let directory = tempfile::tempdir().unwrap();
    let output = run(&["access-key", "create", "--user", "admin"], directory.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(complaint(&output).contains("mortise serve"), "{}", complaint(&output));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn the_configuration_is_printed_with_its_sources() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("mortise.toml");
    std::fs::write(&file, "team = \"file\"\nlisten = \"file:1\"\n[s3]\nsecret = \"hunter2\"\n")
        .unwrap();
    let output = mortise(&["config", "--log-format", "json", "--data-dir"])
        .arg(directory.path())
        .env("MORTISE_LISTEN", "0.0.0.0:9000")
        .output()
        .unwrap();
    let text = answer(&output);
    let line = |name: &str| {
        let line = text.lines().find(|line| line.split_whitespace().next() == Some(name));
        line.unwrap_or_else(|| panic!("{name} is not in\n{text}"))
            .split_whitespace()
            .collect::<Vec<_>>()
    };
    let path = file.to_str().unwrap();
    assert_eq!(line("listen"), ["listen", "0.0.0.0:9000", "MORTISE_LISTEN"]);
    assert_eq!(line("team"), ["team", "file", path]);
    assert_eq!(line("log-format"), ["log-format", "json", "command", "line"]);
    assert_eq!(line("ssh-listen"), ["ssh-listen", "127.0.0.1:2222", "default"]);
    assert_eq!(line("s3-secret"), ["s3-secret", "********", path]);
    assert!(!text.contains("hunter2"));
}

#[test]
fn a_value_that_does_not_fit_is_named_with_its_source() {
    let directory = tempfile::tempdir().unwrap();
    let output = mortise(&["serve", "--data-dir"])
        .arg(directory.path())
        .env("MORTISE_BODY_LIMIT", "lots")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let expected =
        "mortise: body-limit must be a number from 1 to 4096 (set by: MORTISE_BODY_LIMIT)\n";
    assert_eq!(complaint(&output), expected);
}

#[test]
fn without_git_the_server_says_so_in_one_line_and_makes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let output = mortise(&["serve", "--data-dir"])
        .arg(&data)
        .env("PATH", directory.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let complaint = complaint(&output);
    assert!(complaint.contains("git") && complaint.lines().count() == 1, "{complaint}");
    assert!(!data.exists());
}

#[test]
fn the_version_is_told() {
    let text = answer(&mortise(&["--version"]).output().unwrap());
    assert_eq!(text, format!("mortise {}\n", env!("CARGO_PKG_VERSION")));
}

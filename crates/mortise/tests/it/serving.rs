//! The server as a process: first start, second start, end, and what
//! surrounds every request.

use std::path::Path;
use std::time::Duration;

use base::SystemClock;
use db::{Db, DbOptions, Migration};
use reqwest::StatusCode;

use crate::process::{Server, answer, complaint, run};

#[test]
fn the_first_start_prints_a_password_once_and_the_data_are_for_nobody_else() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("deep/data");
    std::fs::create_dir_all(&data).unwrap();
    let server = Server::start(&data, &["--team", "forge"]);
    assert_eq!(server.password().map(str::len), Some(16));
    let (well, took) = server.stop();
    assert!(well && took < Duration::from_secs(60), "{took:?}");
    for file in ["mortise.db", "installation.key"] {
        let mode = std::fs::metadata(data.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file}");
    }
    let again = Server::start(&data, &[]);
    assert_eq!(again.password(), None);
}

#[test]
fn a_second_server_on_the_same_directory_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &[]);
    let second = run(&["serve", "--listen", "127.0.0.1:0"], directory.path());
    assert_eq!(second.status.code(), Some(2));
    assert!(complaint(&second).contains("another server is running"), "{}", complaint(&second));
    // Nor may the database be used from elsewhere, when it was named.
    let elsewhere = tempfile::tempdir().unwrap();
    let shared = format!("sqlite:{}", directory.path().join("shared.db").display());
    let sharing = ["serve", "--listen", "127.0.0.1:0", "--database-url", &shared];
    let first = Server::start(elsewhere.path(), &sharing[3..]);
    let third = tempfile::tempdir().unwrap();
    let refused = run(&sharing, third.path());
    assert!(complaint(&refused).contains("another server is running"), "{}", complaint(&refused));
    // A killed server leaves no lock behind.
    drop((server, first));
    Server::start(directory.path(), &[]);
}

#[test]
fn a_port_in_use_costs_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["serve", "--listen", &address], directory.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(complaint(&output).contains(&format!("cannot listen on {address}")));
    assert!(Server::start(directory.path(), &[]).password().is_some());
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    const LATER: &[Migration] = &[Migration { name: "later_0001_things", up: |_| {} }];
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("mortise.db");
    let db = Db::open(&DbOptions::Sqlite(file.clone())).await.unwrap();
    db::migrate(&db, &SystemClock, &[LATER]).await.unwrap();
    db.close().await.unwrap();
    let before = std::fs::read(&file).unwrap();
    let output = run(&["serve", "--listen", "127.0.0.1:0"], directory.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(complaint(&output).contains("later_0001_things"), "{}", complaint(&output));
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_is_counted() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &["--metrics-token", "letmein"]);
    let client = reqwest::Client::new();
    let get = |path: &str| client.get(format!("{}{path}", server.url));

    let healthy = get("/healthz").header("x-request-id", "mine-1").send().await.unwrap();
    assert_eq!(healthy.status(), StatusCode::OK);
    assert_eq!(healthy.headers()["x-request-id"], "mine-1");
    assert_eq!(healthy.text().await.unwrap(), "ok\n");
    let other = get("/healthz").header("x-request-id", "not mine").send().await.unwrap();
    assert_eq!(other.headers()["x-request-id"].len(), 36);
    let missing = get("/there/is/no/such/page").send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    assert_eq!(missing.headers()["x-request-id"].len(), 36);

    assert_eq!(get("/metrics").send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let wrong = get("/metrics").bearer_auth("letmeout").send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    let numbers =
        get("/metrics").bearer_auth("letmein").send().await.unwrap().text().await.unwrap();
    let counted = "mortise_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 2";
    assert!(numbers.contains(counted), "{numbers}");
}

#[tokio::test]
async fn the_log_is_json_that_names_the_request_and_no_secret() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("log");
    let log = std::fs::File::create(&file).unwrap();
    let more = ["--log-format", "json", "--log", "debug"];
    let server = Server::start_logging(&directory.path().join("data"), &more, log.into());
    let secret = "0123456789012345678901234567890123456789";
    let ask = reqwest::Client::new().get(format!("{}/healthz?token={secret}", server.url));
    ask.header("x-request-id", "find-me").send().await.unwrap();
    server.stop();

    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let answered = lines.iter().find(|line| line["span"]["id"] == "find-me").expect(&text);
    assert_eq!(answered["span"]["path"], "/healthz");
    assert_eq!(answered["status"], 200);
    assert_eq!(lines.last().unwrap()["message"], "stopped");
    assert!(!text.contains(secret), "{text}");
}

#[tokio::test]
async fn the_same_binary_serves_from_postgresql() {
    let Some(scratch) = db::testing::postgres().await else { return };
    let DbOptions::Postgres(url) = &scratch.options else { panic!("{:?}", scratch.options) };
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(directory.path(), &["--database-url", url]);
    assert!(server.said.iter().any(|line| line.contains("PostgreSQL")), "{:?}", server.said);
    assert!(server.password().is_some());
    let words = ["token", "create", "--user", "admin", "--name", "x", "--database-url", url];
    assert_eq!(answer(&run(&words, directory.path())).len(), 41);
    // Replicas share a database and a directory.
    let replica = Server::start(directory.path(), &["--database-url", url]);
    for server in [&server, &replica] {
        let health = reqwest::get(format!("{}/healthz", server.url)).await.unwrap();
        assert_eq!(health.status(), StatusCode::OK);
    }
    assert!(!Path::new(directory.path()).join("mortise.db").exists());
}

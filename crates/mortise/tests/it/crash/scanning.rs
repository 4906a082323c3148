//! Kills the server while it scans, measures a history and searches it for
//! secrets: what it says in the end is what an undisturbed one says.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::git;
use super::{Moments, depot_urls, make_depot, number};
use crate::process::{Server, answer, run};

/// How many files the first commit brings, and how many commits come after it.
const FILES: usize = 400;
const COMMITS: usize = 40;
/// The server dies so many milliseconds after the work was seen to go on.
const LIFE: std::ops::Range<u64> = 0..400;
/// A job may be interrupted twice; the third attempt is its last.
const KILLS: usize = 2;
const PATIENCE: Duration = Duration::from_secs(300);

#[test]
fn a_killed_server_says_of_code_what_an_undisturbed_one_says() {
    let seed: u64 = number("MORTISE_CRASH_SEED").unwrap_or(20_261_123);
    let dir = tempfile::tempdir().unwrap();
    let clone = dir.path().join("clone");
    history(&clone);
    let calm = Shop::open(&dir.path().join("calm"), &clone).all_of_it(None);
    let mut moments = Moments(seed);
    let killed = Shop::open(&dir.path().join("killed"), &clone).all_of_it(Some(&mut moments));
    assert!(calm.scan.to_string().contains("\"functions\""), "{}", calm.scan);
    assert_eq!(calm.scan, killed.scan);
    assert!(calm.findings.len() >= FILES, "{} findings", calm.findings.len());
    assert_eq!(calm.findings, killed.findings);
    assert_eq!(calm.series["measured"], COMMITS + 1);
    assert_eq!(calm.series, killed.series);
    assert_eq!(calm.secrets["total"], COMMITS);
    assert_eq!(calm.secrets, killed.secrets);
    assert!(killed.kills > 0, "everything was done before the server died: nothing was tested");
    println!("killed {} times, seed {seed}", killed.kills);
}

/// A repository with findings, duplicates, decisions, and a secret in each of its
/// later commits that the next one takes away.
fn history(clone: &Path) {
    std::fs::create_dir(clone).unwrap();
    git(clone, &["init", "--quiet", "--initial-branch=main"]);
    let text = |file: usize, version: usize| {
        let decisions: String = (0..20)
            .map(|n| {
                format!("    if value > {n} + {version}:\n        total += value * {n} - {file}\n")
            })
            .collect();
        format!(
            "def run{file}(text, value):\n    total = eval(text)\n{decisions}    return total\n"
        )
    };
    for version in 0..=COMMITS {
        for file in 0..FILES {
            if version > 0 && file % COMMITS != version - 1 {
                continue;
            }
            let path = clone.join(format!("d{}/f{file}.py", file % 20));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text(file, version)).unwrap();
        }
        if version > 0 {
            // Made up here, so that none stands in the repository.
            let secret = format!("{}{version:02}{}", ["x9#Lq", "27vRt!"].concat(), "mZ4kW");
            std::fs::write(clone.join("conf.py"), format!("password = '{secret}'\n")).unwrap();
        }
        git(clone, &["add", "--all"]);
        // Commits of one second are told apart by nothing that both servers share.
        let date = format!("--date=@{} +0000", 1_700_000_000 + version * 60);
        git(clone, &["commit", "--quiet", "--message", "Change", &date]);
    }
}

/// What a server says of the code.
struct Said {
    scan: Value,
    findings: Vec<String>,
    series: Value,
    secrets: Value,
    kills: usize,
}

/// A server with the repository in it.
struct Shop<'a> {
    data: &'a Path,
    server: Server,
    token: String,
    plan: String,
    kills: usize,
}

impl<'a> Shop<'a> {
    fn open(data: &'a Path, clone: &Path) -> Self {
        let server = Server::start(data, &[]);
        let new_token = ["token", "create", "--user", "admin", "--name", "soak"];
        let token = answer(&run(&new_token, data)).trim().to_owned();
        make_depot(&server, &token);
        git(clone, &["push", "--quiet", &depot_urls(&server, &token).http, "main"]);
        Self { data, server, token, plan: String::new(), kills: 0 }
    }

    /// Scans, measures and searches; where there are moments, the server dies at
    /// them.
    fn all_of_it(mut self, mut moments: Option<&mut Moments>) -> Said {
        let listed = self.wait("projects/soak/plans", |list| list["total"] == 1);
        let uid = listed["plans"][0]["uid"].as_str().unwrap().to_owned();
        self.plan = format!("plans/{uid}");
        let scan = format!("{}/scans/1", self.plan);
        let over = |scan: &Value| ["passed", "failed"].iter().any(|state| scan["state"] == *state);
        self.disturb(&scan, moments.as_deref_mut(), |scan| scan["state"] == "running", over);
        let mut told = self.wait(&scan, over);
        if let Some(source) = told["sources"][0].as_object_mut() {
            source.remove("depot");
        }
        // Findings by their numbers, which come from the database.
        if let Some(gate) = told["result"]["gate"].as_object_mut() {
            gate.remove("offending");
        }
        let (history, secrets) =
            (format!("{}/history", self.plan), format!("{}/secrets", self.plan));
        self.ask(reqwest::Method::POST, &format!("{history}?commits=1000"));
        let goes_on = |list: &Value| list["backfills"][0]["state"] == "running";
        let ended = |list: &Value| list["backfills"][0]["state"] == "done";
        self.disturb(&history, moments.as_deref_mut(), goes_on, ended);
        self.wait(&history, ended);
        self.ask(reqwest::Method::POST, &secrets);
        let goes_on = |list: &Value| list["searches"][0]["state"] == "running";
        let ended = |list: &Value| list["searches"][0]["state"] == "done";
        self.disturb(&secrets, moments, goes_on, ended);
        let mut found = self.wait(&secrets, ended);
        for one in found["secrets"].as_array_mut().unwrap() {
            let one = one.as_object_mut().unwrap();
            one.retain(|name, _| !matches!(name.as_str(), "found_at" | "id"));
        }
        if let Some(list) = found.as_object_mut() {
            list.remove("searches");
        }
        let findings = self.findings();
        let series = self.get(&format!("{}/series?points=500", self.plan));
        Said { scan: told, findings, series, secrets: found, kills: self.kills }
    }

    /// Kills the server twice while something goes on, unless it is over before.
    fn disturb(
        &mut self,
        path: &str,
        moments: Option<&mut Moments>,
        goes_on: impl Fn(&Value) -> bool,
        over: impl Fn(&Value) -> bool,
    ) {
        let Some(moments) = moments else { return };
        for _ in 0..KILLS {
            self.wait(path, |told| goes_on(told) || over(told));
            std::thread::sleep(Duration::from_millis(moments.between(LIFE)));
            let done = over(&self.get(path));
            self.server.kill();
            self.kills += usize::from(!done);
            self.server = Server::start(self.data, &[]);
            if done {
                return;
            }
        }
    }

    fn wait(&self, path: &str, until: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let told = self.get(path);
            if until(&told) {
                return told;
            }
            assert!(begun.elapsed() < PATIENCE, "{path}: {told}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn get(&self, path: &str) -> Value {
        serde_json::from_str(&self.ask(reqwest::Method::GET, path)).unwrap_or(json!(null))
    }

    /// Rule, place and message of each finding; who wrote it is found out later.
    fn findings(&self) -> Vec<String> {
        let told = self.get(&format!("{}/findings.sarif", self.plan));
        let results = told["runs"][0]["results"].as_array().unwrap();
        let mut findings: Vec<String> = results
            .iter()
            .map(|one| {
                let place = &one["locations"][0]["physicalLocation"];
                format!("{} {} {}", one["ruleId"], place, one["message"]["text"])
            })
            .collect();
        findings.sort();
        findings
    }

    #[tokio::main(flavor = "current_thread")]
    async fn ask(&self, method: reqwest::Method, path: &str) -> String {
        let request = reqwest::Client::new()
            .request(method, format!("{}/api/analysis/{path}", self.server.url))
            .header("Authorization", format!("Bearer {}", self.token));
        request.send().await.unwrap().text().await.unwrap()
    }
}

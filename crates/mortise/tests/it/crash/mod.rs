//! Kills the server with SIGKILL at random moments while clients push, and
//! sees after each restart that nothing acknowledged is lost.
//!
//! The suite runs a few rounds; `cargo xtask soak-kill` runs many. The
//! environment sets `MORTISE_CRASH_ROUNDS` and `MORTISE_CRASH_SEED`.

mod client;
mod indexing;
mod scanning;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::process::{Server, answer, run};
use client::{Client, Urls, git};

/// How many clients push at the same time, each to a branch of its own, and how many of them do
/// it by SSH.
const CLIENTS: usize = 4;
const BY_SSH: usize = 2;
/// The server dies between these times after the clients began, in ms.
const LIFE: std::ops::Range<u64> = 60..1000;

#[test]
fn acknowledged_pushes_outlive_a_killed_server() {
    let rounds: u32 = number("MORTISE_CRASH_ROUNDS").unwrap_or(5);
    let seed: u64 = number("MORTISE_CRASH_SEED").unwrap_or(20_261_121);
    println!("{rounds} rounds, seed {seed}");
    let mut moments = Moments(seed);
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut server = Server::start(&data, &[]);
    let new_token = ["token", "create", "--user", "admin", "--name", "soak"];
    let token = answer(&run(&new_token, &data)).trim().to_owned();
    make_depot(&server, &token);
    let mut clients: Vec<Client> =
        (0..CLIENTS).map(|number| Client::new(dir.path(), number)).collect();
    for client in &mut clients[..BY_SSH] {
        let key = json!({"Action": "CreateSshKey", "Content": client.with_key()});
        action(&server, &token, &key);
    }
    for round in 1..=rounds {
        let urls = depot_urls(&server, &token);
        let life = Duration::from_millis(moments.between(LIFE));
        let stop = AtomicBool::new(false);
        let before: u32 = clients.iter().map(Client::acknowledged).sum();
        std::thread::scope(|scope| {
            for client in &mut clients {
                let (urls, stop) = (&urls, &stop);
                scope.spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        client.push(urls);
                    }
                });
            }
            std::thread::sleep(life);
            server.kill();
            stop.store(true, Ordering::Relaxed);
        });
        let start = Instant::now();
        server = Server::start(&data, &[]);
        let started = start.elapsed();
        let urls = depot_urls(&server, &token);
        let after: u32 = clients.iter().map(Client::acknowledged).sum();
        println!(
            "round {round}: killed after {} ms, {} pushes acknowledged, up again in {} ms",
            life.as_millis(),
            after - before,
            started.as_millis()
        );
        for client in &clients {
            client.check(&urls);
        }
        check_repositories(&data);
        // A lock that the killed server left behind would show here.
        for client in &mut clients {
            client.push_in_the_end(&urls);
        }
    }
    let pushed: u32 = clients.iter().map(Client::acknowledged).sum();
    assert!(pushed > rounds, "only {pushed} pushes were acknowledged: nothing was tested");
    let by_ssh: u32 = clients[..BY_SSH].iter().map(Client::acknowledged).sum();
    println!("{pushed} pushes acknowledged, {by_ssh} of them over SSH, none lost");
}

/// Every bare repository under the directory is whole: no reference points at
/// a missing object and no object at another that is not there.
fn check_repositories(dir: &Path) {
    let mut found = 0;
    let mut next = vec![dir.to_path_buf()];
    while let Some(path) = next.pop() {
        if path.join("HEAD").exists() && path.join("objects").is_dir() {
            found += 1;
            git(&path, &["fsck", "--connectivity-only", "--no-dangling"]);
            continue;
        }
        let entries = std::fs::read_dir(&path).into_iter().flatten().flatten();
        next.extend(entries.map(|entry| entry.path()).filter(|path| path.is_dir()));
    }
    assert!(found > 0, "there is no repository in the data directory");
}

/// Random moments that a seed brings back (splitmix64).
struct Moments(u64);

impl Moments {
    fn between(&mut self, range: std::ops::Range<u64>) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        range.start + (z ^ (z >> 31)) % (range.end - range.start)
    }
}

/// A project with an empty depot.
fn make_depot(server: &Server, token: &str) {
    let project = json!({"Action": "CreateCodingProject", "Name": "soak", "DisplayName": "soak"});
    let project = &action(server, token, &project)["ProjectId"];
    let depot = json!({"Action": "CreateGitDepot", "ProjectId": project, "DepotName": "depot"});
    action(server, token, &depot);
}

/// The depot's addresses, that for HTTP with the token in it, as git takes them.
fn depot_urls(server: &Server, token: &str) -> Urls {
    let http = server.url.replace("://", &format!("://admin:{token}@"));
    let ssh = server.said.iter().find_map(|line| line.strip_prefix("SSH at ")?.split(',').next());
    Urls {
        http: format!("{http}/mortise/soak/depot.git"),
        ssh: format!("ssh://git@{}/mortise/soak/depot.git", ssh.unwrap()),
    }
}

/// Calls an action; what stands in `Response`.
#[tokio::main(flavor = "current_thread")]
async fn action(server: &Server, token: &str, body: &Value) -> Value {
    let request = reqwest::Client::new()
        .post(format!("{}/open-api", server.url))
        .header("Authorization", format!("token {token}"))
        .json(body);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    let response = answer["Response"].clone();
    assert!(response.is_object() && response["Error"].is_null(), "{body}: {answer}");
    response
}

fn number<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

//! Kills the server while it indexes what was pushed: what is found afterwards is right.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use super::client::git;
use super::{Moments, action, depot_urls, make_depot, number};
use crate::process::{Server, answer, run};

/// How many files each push brings.
const FILES: usize = 1_500;
/// The server dies between these times after a push was acknowledged, in ms.
const LIFE: std::ops::Range<u64> = 5..700;

#[test]
fn the_index_of_a_killed_server_becomes_right() {
    let rounds: usize = number("MORTISE_CRASH_ROUNDS").map_or(4, |rounds: usize| rounds.min(40));
    let seed: u64 = number("MORTISE_CRASH_SEED").unwrap_or(20_261_122);
    let mut moments = Moments(seed);
    let dir = tempfile::tempdir().unwrap();
    let (data, clone) = (dir.path().join("data"), dir.path().join("clone"));
    let mut server = Server::start(&data, &[]);
    let new_token = ["token", "create", "--user", "admin", "--name", "soak"];
    let token = answer(&run(&new_token, &data)).trim().to_owned();
    make_depot(&server, &token);
    std::fs::create_dir(&clone).unwrap();
    git(&clone, &["init", "--quiet", "--initial-branch=main"]);
    let mut cut_off = 0;
    for round in 1..=rounds {
        for file in 0..FILES {
            let text: String = (0..30)
                .map(|line| format!("fn word{round}_{file}() {{ needle({line}, r{round}) }}\n"))
                .collect();
            let path = clone.join(format!("d{}/f{file}.rs", file % 40));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            // Some stay as they are, so that a new index leans on the old one.
            if round == 1 || file % 3 > 0 {
                std::fs::write(path, text).unwrap();
            }
        }
        git(&clone, &["add", "--all"]);
        git(&clone, &["commit", "--quiet", "--message", "Change"]);
        let tip = git(&clone, &["rev-parse", "HEAD"]);
        git(&clone, &["push", "--quiet", &depot_urls(&server, &token).http, "HEAD:main"]);
        let life = Duration::from_millis(moments.between(LIFE));
        std::thread::sleep(life);
        let done = is_indexed(&data, &tip);
        cut_off += usize::from(!done);
        server.kill();
        server = Server::start(&data, &[]);
        // Whatever was on the disk, an answer is exact at once, and from the index soon.
        let wanted = git(&clone, &["grep", "-c", "", "--", "d7"]);
        let wanted: u64 = wanted
            .lines()
            .map(|line| line.rsplit_once(':').unwrap().1)
            .map(|count| count.parse::<u64>().unwrap())
            .sum();
        let found = || {
            let search = json!({
                "Action": "DescribeCodeSearch", "DepotPath": "mortise/soak/depot",
                "KeyWord": "needle", "FilePath": "d7", "PageSize": 1,
            });
            let old = json!({
                "Action": "DescribeCodeSearch", "DepotPath": "mortise/soak/depot",
                "KeyWord": format!("word{round}_7()"), "PageSize": 1,
            });
            let rows = |search| action(&server, &token, search)["Data"]["Page"]["TotalRow"].clone();
            (rows(&search), rows(&old))
        };
        assert_eq!(found(), (json!(wanted), json!(30)));
        let begun = Instant::now();
        while !is_indexed(&data, &tip) {
            assert!(begun.elapsed() < Duration::from_secs(120), "round {round}: not indexed");
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(found(), (json!(wanted), json!(30)));
        println!(
            "round {round}: killed after {} ms, indexed before: {done}, {} ms after the start",
            life.as_millis(),
            begun.elapsed().as_millis()
        );
    }
    println!("{cut_off} of {rounds} times the index was being made");
    assert!(cut_off > 0, "every index was ready before the server died: nothing was tested");
}

/// Whether an index says that it has this commit.
fn is_indexed(data: &Path, commit: &str) -> bool {
    let mut next = vec![data.join("search")];
    while let Some(path) = next.pop() {
        for entry in std::fs::read_dir(&path).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                next.push(path);
            } else if path.ends_with("current") {
                let state = std::fs::read(&path).unwrap_or_default();
                return String::from_utf8_lossy(&state).contains(commit);
            }
        }
    }
    false
}

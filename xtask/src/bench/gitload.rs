//! Fetches and pushes, the same ones to every server in turn, so that what
//! else happens on the machine falls on all of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::process::PeakMemory;
use super::report::{Report, Sample};
use super::target::{Answer, Target, fetch_request, post, push, push_request};
use super::{git_in, git_out};

/// A repository on disk whose `main` is what all servers get.
pub(super) struct Subject {
    /// A bare repository of our own.
    pub(super) path: PathBuf,
    pub(super) head: String,
    /// Where request bodies are kept.
    pub(super) scratch: PathBuf,
}

impl Subject {
    /// The whole history as one push request.
    fn full_push(&self) -> Result<PathBuf> {
        push_request(&self.path, None, &self.head, self.scratch.join("full-push"))
    }
}

/// A value for every server, in their order.
struct Columns(Vec<(String, Sample)>);

impl Columns {
    fn of(targets: &[&dyn Target]) -> Self {
        Self(targets.iter().map(|target| (target.name().to_owned(), Sample::default())).collect())
    }

    fn add(&mut self, index: usize, value: f64) {
        self.0[index].1.push(value);
    }
}

/// Every server once per round, beginning with another one each time.
fn turns(servers: usize, rounds: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..rounds).flat_map(move |round| (0..servers).map(move |i| (round, (round + i) % servers)))
}

/// Sends requests to one server after the other, and divides the processor
/// time that each used by their number: the kernel's clock is a coarse one.
fn cpu_per_round(
    targets: &[&dyn Target],
    rounds: usize,
    send: impl Fn(usize, usize) -> Result<Answer>,
) -> Result<Columns> {
    let mut cpu = Columns::of(targets);
    for (index, target) in targets.iter().enumerate() {
        let before = target.cpu_seconds()?;
        for round in 0..rounds {
            send(index, round)?;
        }
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        cpu.add(index, (target.cpu_seconds()? - before) * 1000.0 / rounds as f64);
    }
    Ok(cpu)
}

/// One push request for each commit of the chain that begins after `old`.
fn push_requests(subject: &Subject, old: &str, chain: &[String]) -> Result<Vec<PathBuf>> {
    let mut old = old;
    let mut bodies = Vec::new();
    for (number, new) in chain.iter().enumerate() {
        let path = subject.scratch.join(format!("commit{number}"));
        bodies.push(push_request(&subject.path, Some(old), new, path)?);
        old = new;
    }
    Ok(bodies)
}

/// The first push of the whole history: time, processor, memory.
///
/// # Errors
/// A server refuses it.
pub(super) fn full_push(
    report: &mut Report,
    targets: &[&dyn Target],
    subject: &Subject,
    rounds: usize,
) -> Result<()> {
    let body = subject.full_push()?;
    #[expect(clippy::cast_precision_loss, reason = "a size")]
    let megabytes = fs::metadata(&body)?.len() as f64 / 1e6;
    report.note(format!("full push: one pack of {megabytes:.1} MB"));
    let mut wall = Columns::of(targets);
    let mut cpu = Columns::of(targets);
    let mut memory = Columns::of(targets);
    for (round, index) in turns(targets.len(), rounds) {
        let target = targets[index];
        let url = target.create(&format!("full{round}"))?;
        // Looking costs time, so a round does one thing only.
        match round % 3 {
            0 => {
                let answer = push(target, &url, &body, &subject.scratch)?;
                wall.add(index, answer.milliseconds);
            }
            1 => {
                let before = target.cpu_seconds()?;
                push(target, &target.counted(&url), &body, &subject.scratch)?;
                cpu.add(index, (target.cpu_seconds()? - before) * 1000.0);
            }
            _ => {
                let peak = PeakMemory::watch(&target.pids());
                push(target, &url, &body, &subject.scratch)?;
                memory.add(index, peak.megabytes());
            }
        }
    }
    report.row("full push, raw", "ms", wall.0);
    report.row("full push, server CPU", "ms", cpu.0);
    report.row("full push, peak memory", "MB", memory.0);

    let mut client = Columns::of(targets);
    for (round, index) in turns(targets.len(), rounds.min(3)) {
        let target = targets[index];
        let url = target.client_url(&target.create(&format!("client{round}"))?);
        let start = Instant::now();
        git_in(&subject.path, &["push", "--quiet", &url, "refs/heads/main:refs/heads/main"])?;
        client.add(index, start.elapsed().as_secs_f64() * 1000.0);
    }
    report.row("full push, git client", "ms", client.0);
    Ok(())
}

/// Fetches of everything and of the last commit, the same request each time.
///
/// # Errors
/// A server does not answer with a pack.
pub(super) fn fetch(
    report: &mut Report,
    targets: &[&dyn Target],
    subject: &Subject,
    rounds: usize,
) -> Result<()> {
    let body = subject.full_push()?;
    let mut urls = Vec::new();
    for target in targets {
        let url = target.create("fetch")?;
        push(*target, &url, &body, &subject.scratch)?;
        urls.push(url);
    }
    let parent = git_out(&subject.path, &["rev-parse", "main~1"])?;
    for (what, have) in [("raw fetch of all", None), ("raw fetch of one commit", Some(&*parent))] {
        let request = subject.scratch.join("fetch");
        fs::write(&request, fetch_request(&subject.head, have))?;
        let mut wall = Columns::of(targets);
        for (target, url) in targets.iter().zip(&urls) {
            let kept = subject.scratch.join("pack");
            let answer = post(*target, url, "git-upload-pack", &request, Some(&kept))?;
            let pack = fs::read(&kept)?;
            let has_pack = pack.windows(4).any(|window| window == b"PACK");
            ensure!(has_pack, "{}: no pack in {} bytes", target.name(), answer.bytes);
        }
        for (_, index) in turns(targets.len(), rounds) {
            let answer = post(targets[index], &urls[index], "git-upload-pack", &request, None)?;
            wall.add(index, answer.milliseconds);
        }
        let cpu = cpu_per_round(targets, rounds, |index, _| {
            let target = targets[index];
            post(target, &target.counted(&urls[index]), "git-upload-pack", &request, None)
        })?;
        report.row(what, "ms", wall.0);
        report.row(&format!("{what}, server CPU"), "ms", cpu.0);
    }
    Ok(())
}

/// Pushes of one fresh commit after the other.
///
/// # Errors
/// A server refuses one.
pub(super) fn one_commit(
    report: &mut Report,
    targets: &[&dyn Target],
    subject: &Subject,
    rounds: usize,
) -> Result<()> {
    let commits = fresh_commits(&subject.path, &subject.head, rounds * 3)?;
    let (raw, by_client) = commits.split_at(rounds * 2);
    let all = subject.full_push()?;
    let mut urls = Vec::new();
    for target in targets {
        let url = target.create("commits")?;
        push(*target, &url, &all, &subject.scratch)?;
        urls.push(url);
    }

    let (for_wall, for_cpu) = raw.split_at(rounds);
    let bodies = push_requests(subject, &subject.head, for_wall)?;
    let mut wall = Columns::of(targets);
    for (round, index) in turns(targets.len(), rounds) {
        let answer = push(targets[index], &urls[index], &bodies[round], &subject.scratch)?;
        wall.add(index, answer.milliseconds);
    }
    let bodies = push_requests(subject, &for_wall[rounds - 1], for_cpu)?;
    let cpu = cpu_per_round(targets, rounds, |index, round| {
        let url = targets[index].counted(&urls[index]);
        push(targets[index], &url, &bodies[round], &subject.scratch)
    })?;
    report.row("push of one commit, raw", "ms", wall.0);
    report.row("push of one commit, server CPU", "ms", cpu.0);

    let mut client = Columns::of(targets);
    for (round, index) in turns(targets.len(), rounds) {
        let url = targets[index].client_url(&urls[index]);
        let refspec = format!("{}:refs/heads/main", by_client[round]);
        let start = Instant::now();
        git_in(&subject.path, &["push", "--quiet", &url, &refspec])?;
        client.add(index, start.elapsed().as_secs_f64() * 1000.0);
    }
    report.row("push of one commit, git client", "ms", client.0);
    Ok(())
}

/// A chain of commits on top of `head`, each adding one small file.
pub(super) fn fresh_commits(path: &Path, head: &str, count: usize) -> Result<Vec<String>> {
    let mut commits: Vec<String> = Vec::new();
    let index = path.join("bench-index");
    let git = |arguments: &[&str], input: &str| -> Result<String> {
        use std::io::Write as _;
        let mut child = Command::new("git")
            .arg("-C")
            .arg(path)
            .args(arguments)
            .env("GIT_INDEX_FILE", &index)
            .envs(super::IDENTITY)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("git")?;
        { child.stdin.take().context("a pipe")? }.write_all(input.as_bytes())?;
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "git {}", arguments.join(" "));
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    git(&["read-tree", head], "")?;
    for number in 0..count {
        let blob = git(&["hash-object", "-w", "--stdin"], &format!("note {number}\n"))?;
        let entry = format!("100644,{blob},bench/note{number}.txt");
        git(&["update-index", "--add", "--cacheinfo", &entry], "")?;
        let tree = git(&["write-tree"], "")?;
        let parent = commits.last().map_or(head, |commit| commit.as_str());
        let message = format!("Note {number}");
        commits.push(git(&["commit-tree", "-p", parent, "-m", &message, &tree], "")?);
    }
    Ok(commits)
}

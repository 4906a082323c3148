//! Fetches and pushes, the same ones to every server in turn, so that what
//! else happens on the machine falls on all of them.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::process::PeakMemory;
use super::report::{Report, Sample};
use super::subject::Subject;
use super::target::{Answer, Target, fetch_request, post, push};
use super::{git_in, git_out};

/// How long a server is left alone with what a new repository makes it do.
const SETTLE: Duration = Duration::from_millis(500);

/// Makes a repository whose main branch is an empty `trunk`. The product scans
/// what is pushed to a main branch, which is work that the other side does not
/// do; so what is measured here goes to another one.
fn repository(target: &dyn Target, subject: &Subject, name: &str) -> Result<String> {
    let url = target.create(name)?;
    push(target, &url, &subject.seed_push()?, &subject.scratch)?;
    std::thread::sleep(SETTLE);
    Ok(url)
}

/// The same with the whole history on `main`.
fn filled(target: &dyn Target, subject: &Subject, name: &str) -> Result<String> {
    let url = repository(target, subject, name)?;
    push(target, &url, &subject.full_push()?, &subject.scratch)?;
    std::thread::sleep(SETTLE);
    Ok(url)
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
    let mut growth = Columns::of(targets);
    for (round, index) in turns(targets.len(), rounds) {
        let target = targets[index];
        let url = repository(target, subject, &format!("full{round}"))?;
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
                let (peak, grown) = peak.megabytes();
                memory.add(index, peak);
                growth.add(index, grown);
            }
        }
    }
    report.row("full push, raw", "ms", wall.0);
    report.row("full push, server CPU", "ms", cpu.0);
    report.row("full push, peak memory", "MB", memory.0);
    report.row("full push, memory more than before", "MB", growth.0);

    let mut client = Columns::of(targets);
    for (round, index) in turns(targets.len(), rounds.min(3)) {
        let target = targets[index];
        let url = target.client_url(&repository(target, subject, &format!("client{round}"))?);
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
    let urls = targets.iter().map(|target| filled(*target, subject, "fetch"));
    let urls = urls.collect::<Result<Vec<_>>>()?;
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
    let commits = subject.notes(rounds * 3)?;
    let (raw, by_client) = commits.split_at(rounds * 2);
    let urls = targets.iter().map(|target| filled(*target, subject, "commits"));
    let urls = urls.collect::<Result<Vec<_>>>()?;

    let (for_wall, for_cpu) = raw.split_at(rounds);
    let bodies = subject.chain_pushes(&subject.head, for_wall)?;
    let mut wall = Columns::of(targets);
    for (round, index) in turns(targets.len(), rounds) {
        let answer = push(targets[index], &urls[index], &bodies[round], &subject.scratch)?;
        wall.add(index, answer.milliseconds);
    }
    let bodies = subject.chain_pushes(&for_wall[rounds - 1], for_cpu)?;
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

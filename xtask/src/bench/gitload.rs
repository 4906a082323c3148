//! Pushes, the same ones to every server in turn, so that what else happens on
//! the machine falls on all of them; and what they share with [`super::fetches`].

use std::fs;
use std::time::Instant;

use anyhow::Result;

use super::git_in;
use super::process::PeakMemory;
use super::report::{Report, Sample};
use super::subject::Subject;
use super::target::{Answer, Target, push};

/// Makes a repository whose main branch is an empty `trunk`. The product scans
/// what is pushed to a main branch, which is work that the other side does not
/// do; so what is measured here goes to another one.
fn repository(target: &dyn Target, subject: &Subject, name: &str) -> Result<String> {
    let url = target.create(name)?;
    push(target, &url, &subject.seed_push()?, &subject.scratch)?;
    target.settle(false);
    Ok(url)
}

/// The same with the whole history on `main`.
pub(super) fn filled(target: &dyn Target, subject: &Subject, name: &str) -> Result<String> {
    let url = repository(target, subject, name)?;
    push(target, &url, &subject.full_push()?, &subject.scratch)?;
    target.settle(true);
    Ok(url)
}

/// A value for every server, in their order.
pub(super) struct Columns(pub(super) Vec<(String, Sample)>);

impl Columns {
    pub(super) fn of(targets: &[&dyn Target]) -> Self {
        Self(targets.iter().map(|target| (target.name().to_owned(), Sample::default())).collect())
    }

    pub(super) fn add(&mut self, index: usize, value: f64) {
        self.0[index].1.push(value);
    }
}

/// Every server once per round, beginning with another one each time.
pub(super) fn turns(servers: usize, rounds: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..rounds).flat_map(move |round| (0..servers).map(move |i| (round, (round + i) % servers)))
}

/// Sends requests to one server after the other, and divides the processor
/// time that each used by their number: the kernel's clock is a coarse one.
pub(super) fn cpu_per_round(
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
        let name = format!("full{round}");
        let url = repository(target, subject, &name)?;
        // Looking costs time, so a round does one thing only.
        match round % 5 {
            0 | 2 => {
                let answer = push(target, &url, &body, &subject.scratch)?;
                wall.add(index, answer.milliseconds);
            }
            1 | 3 => {
                let before = target.cpu_seconds()?;
                push(target, &target.counted(&url), &body, &subject.scratch)?;
                cpu.add(index, (target.cpu_seconds()? - before) * 1000.0);
            }
            _ => {
                let peak = PeakMemory::watch(&target.pids());
                push(target, &url, &body, &subject.scratch)?;
                let (peak, grown) = peak.megabytes();
                memory.add(index, peak.all);
                growth.add(index, grown.all);
            }
        }
        // What a server still does with what it got is not to slow the next one.
        target.remove(&name)?;
        target.settle(false);
    }
    report.row("full push, raw", "ms", wall.0);
    report.row("full push, server CPU", "ms", cpu.0);
    report.row("full push, peak memory", "MB", memory.0);
    report.row("full push, memory more than before", "MB", growth.0);

    let mut client = Columns::of(targets);
    for (round, index) in turns(targets.len(), rounds.min(3)) {
        let target = targets[index];
        let name = format!("client{round}");
        let url = target.client_url(&repository(target, subject, &name)?);
        let start = Instant::now();
        git_in(&subject.path, &["push", "--quiet", &url, "refs/heads/main:refs/heads/main"])?;
        client.add(index, start.elapsed().as_secs_f64() * 1000.0);
        target.remove(&name)?;
        target.settle(false);
    }
    report.row("full push, git client", "ms", client.0);
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

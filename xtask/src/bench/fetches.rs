//! Fetches: one client after the other, and many at once.
//!
//! Mortise answers the same request from one pack while the references stay
//! as they are. So each kind is measured twice: every client asking for the
//! same, and every client asking for another commit, which nothing is kept for.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, anyhow, ensure};

use super::git_out;
use super::gitload::{Columns, cpu_per_round, filled, turns};
use super::process::PeakMemory;
use super::report::Report;
use super::subject::Subject;
use super::target::{Answer, Target, fetch_request, post, push};

/// How often a request that nothing is kept for is sent to each server.
const FRESH: usize = 8;
/// How many clients ask at once.
const CROWDS: [usize; 2] = [8, 32];
/// How often a crowd asks each server at most: for the time, and for the cost.
const CROWD_ROUNDS: usize = 6;

/// One kind of fetch.
struct Kind {
    name: &'static str,
    /// Whether the client has the parent of what it asks for.
    has_parent: bool,
    /// Further arguments of the `fetch` command.
    arguments: &'static [&'static str],
}

const KINDS: [Kind; 4] = [
    Kind { name: "fetch of all", has_parent: false, arguments: &[] },
    Kind { name: "fetch of one commit", has_parent: true, arguments: &[] },
    Kind { name: "shallow fetch", has_parent: false, arguments: &["deepen 1"] },
    Kind { name: "fetch without blobs", has_parent: false, arguments: &["filter blob:none"] },
];

impl Kind {
    /// Writes the request for the commit at `index` of `line`, newest first.
    fn request(&self, line: &[String], index: usize, scratch: &Path) -> Result<PathBuf> {
        let have = self.has_parent.then(|| &*line[index + 1]);
        let path = scratch.join(format!("fetch{index}"));
        fs::write(&path, fetch_request(&line[index], have, self.arguments))?;
        Ok(path)
    }
}

fn upload_pack(target: &dyn Target, url: &str, request: &Path) -> Result<Answer> {
    post(target, url, "git-upload-pack", request, None)
}

/// Sees that the server answers the request with a pack.
fn expect_pack(target: &dyn Target, url: &str, request: &Path, scratch: &Path) -> Result<()> {
    let kept = scratch.join("pack");
    let answer = post(target, url, "git-upload-pack", request, Some(&kept))?;
    let pack = fs::read(&kept)?;
    let has_pack = pack.windows(4).any(|window| window == b"PACK");
    ensure!(has_pack, "{}: no pack in {} bytes", target.name(), answer.bytes);
    Ok(())
}

/// Fetches by one client after the other: time and processor.
///
/// # Errors
/// A server does not answer with a pack.
pub(super) fn alone(
    report: &mut Report,
    targets: &[&dyn Target],
    subject: &Subject,
    rounds: usize,
) -> Result<()> {
    let urls = targets.iter().map(|target| filled(*target, subject, "fetch"));
    let urls = urls.collect::<Result<Vec<_>>>()?;
    // The newest commits, one further than asked for: the last one's parent.
    let count = format!("--max-count={}", 2 * FRESH + 2);
    let line = git_out(&subject.path, &["rev-list", "--first-parent", &count, "main"])?;
    let line: Vec<String> = line.lines().map(str::to_owned).collect();
    ensure!(line.len() > 1, "the history has one commit only");
    for kind in &KINDS {
        let request = kind.request(&line, 0, &subject.scratch)?;
        for (target, url) in targets.iter().zip(&urls) {
            expect_pack(*target, url, &request, &subject.scratch)?;
        }
        let mut wall = Columns::of(targets);
        for (_, index) in turns(targets.len(), rounds) {
            wall.add(index, upload_pack(targets[index], &urls[index], &request)?.milliseconds);
        }
        let cpu = cpu_per_round(targets, rounds, |index, _| {
            upload_pack(targets[index], &targets[index].counted(&urls[index]), &request)
        })?;
        report.row(kind.name, "ms", wall.0);
        report.row(&format!("{}, server CPU", kind.name), "ms", cpu.0);

        let asked = 1..line.len() - 1;
        if asked.len() < 2 * FRESH {
            report.note(format!("{}: too few commits to ask for another each time", kind.name));
            continue;
        }
        let requests = asked.map(|index| kind.request(&line, index, &subject.scratch));
        let requests = requests.collect::<Result<Vec<_>>>()?;
        let mut wall = Columns::of(targets);
        for (round, index) in turns(targets.len(), FRESH) {
            let answer = upload_pack(targets[index], &urls[index], &requests[round])?;
            wall.add(index, answer.milliseconds);
        }
        let cpu = cpu_per_round(targets, FRESH, |index, round| {
            let url = targets[index].counted(&urls[index]);
            upload_pack(targets[index], &url, &requests[FRESH + round])
        })?;
        report.row(&format!("{}, another each time", kind.name), "ms", wall.0);
        report.row(&format!("{}, another each time, server CPU", kind.name), "ms", cpu.0);
    }
    memory(report, targets, &urls, &KINDS[0].request(&line, 0, &subject.scratch)?)
}

/// The memory that one fetch of all takes.
fn memory(
    report: &mut Report,
    targets: &[&dyn Target],
    urls: &[String],
    request: &Path,
) -> Result<()> {
    let mut growth = Columns::of(targets);
    for (_, index) in turns(targets.len(), 3) {
        let peak = PeakMemory::watch(&targets[index].pids());
        upload_pack(targets[index], &urls[index], request)?;
        growth.add(index, peak.megabytes().1.all);
    }
    report.row("fetch of all, memory more than before", "MB", growth.0);
    Ok(())
}

/// Everyone asks at once for all of a state that was just pushed; the time is
/// that until the last one has it.
///
/// # Errors
/// A server refuses a push or does not answer with a pack.
pub(super) fn together(
    report: &mut Report,
    targets: &[&dyn Target],
    subject: &Subject,
    rounds: usize,
) -> Result<()> {
    let rounds = rounds.clamp(2, CROWD_ROUNDS);
    let urls = targets.iter().map(|target| filled(*target, subject, "together"));
    let urls = urls.collect::<Result<Vec<_>>>()?;
    let chain = subject.notes(CROWDS.len() * rounds)?;
    let pushes = subject.chain_pushes(&subject.head, &chain)?;
    let request = subject.scratch.join("together");
    let steps = chain.chunks(rounds).zip(pushes.chunks(rounds));
    for (crowd, (states, pushes)) in CROWDS.into_iter().zip(steps) {
        let mut wall = Columns::of(targets);
        let mut cpu = Columns::of(targets);
        let mut growth = Columns::of(targets);
        for (round, index) in turns(targets.len(), rounds) {
            let (target, url) = (targets[index], &urls[index]);
            push(target, url, &pushes[round], &subject.scratch)?;
            target.settle(false);
            fs::write(&request, fetch_request(&states[round], None, &[]))?;
            if round % 2 == 0 {
                wall.add(index, at_once(target, url, &request, crowd)?);
            } else {
                let before = target.cpu_seconds()?;
                let peak = PeakMemory::watch(&target.pids());
                at_once(target, &target.counted(url), &request, crowd)?;
                growth.add(index, peak.megabytes().1.all);
                cpu.add(index, (target.cpu_seconds()? - before) * 1000.0);
            }
            expect_pack(target, url, &request, &subject.scratch)?;
        }
        report.row(&format!("{crowd} fetches of all at once"), "ms", wall.0);
        report.row(&format!("{crowd} fetches of all at once, server CPU"), "ms", cpu.0);
        report.row(&format!("{crowd} at once, memory more than before"), "MB", growth.0);
    }
    Ok(())
}

/// As many clients as `crowd` at the same moment; milliseconds until the last
/// of them has everything.
fn at_once(target: &dyn Target, url: &str, request: &Path, crowd: usize) -> Result<f64> {
    let start = Instant::now();
    std::thread::scope(|scope| {
        let clients: Vec<_> =
            (0..crowd).map(|_| scope.spawn(|| upload_pack(target, url, request))).collect();
        for client in clients {
            client.join().map_err(|_| anyhow!("a client of the crowd panicked"))??;
        }
        Ok(start.elapsed().as_secs_f64() * 1000.0)
    })
}

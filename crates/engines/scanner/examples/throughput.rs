//! Measures the engine on a directory, on one thread: lines per second for each
//! phase, for the metrics alone and with all rules, and for storing and joining.
//! On Linux lines per second are counted in CPU time, so that other work on the
//! machine does not show.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use scanner::{Admission, BlobReport, Engine, FileReport, Language, Phases, Ruleset};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = std::env::args().nth(1).ok_or("usage: throughput DIRECTORY")?;
    let engine = Engine::new(&Ruleset::default())?;
    let mut files = Vec::new();
    for entry in ignore::WalkBuilder::new(&root).build() {
        let entry = entry?;
        if !entry.file_type().is_some_and(|t| t.is_file()) {
            continue;
        }
        let path =
            entry.path().strip_prefix(&root).unwrap_or(entry.path()).to_string_lossy().into_owned();
        if let Admission::Analyse(named) = engine.admit(&path)
            && named.guess().is_analysed()
        {
            let source = std::fs::read(entry.path())?;
            let language = named.tell(&source);
            files.push((path, language, source));
        }
    }
    let bare = Engine::new(&Ruleset { packs: Default::default(), ..Ruleset::default() })?;
    run("metrics and duplicates", &bare, &files);
    let reports = run("with all rules", &engine, &files);

    let started = Instant::now();
    let stored: Vec<Vec<u8>> = reports.iter().map(BlobReport::encode).collect();
    let encoded = started.elapsed();
    let started = Instant::now();
    for bytes in &stored {
        BlobReport::decode(bytes)?;
    }
    let decoded = started.elapsed();
    let size: usize = stored.iter().map(Vec::len).sum();
    println!(
        "store: {} reports, {} kB, encode {encoded:.1?}, decode {decoded:.1?}",
        stored.len(),
        size / 1024
    );

    let joined: Vec<FileReport<'_>> = files
        .iter()
        .zip(&reports)
        .map(|((path, _, _), report)| FileReport { path, blob: "", report })
        .collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let started = Instant::now();
    let project = pool.install(|| engine.join(&joined, &[]));
    println!(
        "join: {:.1?}; {} findings, {} clone pairs, {:.1} % duplicated, {} functions, {} files partly parsed",
        started.elapsed(),
        project.findings.len(),
        project.clones.len(),
        project.totals.duplication() * 100.0,
        project.totals.functions,
        project.partly_parsed.len(),
    );
    Ok(())
}

/// CPU time of this thread; wall time where the system does not tell.
fn cpu() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|s| s.split(' ').next()?.parse().ok())
        .map_or_else(|| START.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}

fn run(what: &str, engine: &Engine, files: &[(String, Language, Vec<u8>)]) -> Vec<BlobReport> {
    // The first file of a language loads its grammar and rules.
    for (_, language, source) in files.iter().take(50) {
        let _ = engine.analyse(*language, source);
    }
    let mut phases = Phases::default();
    let mut lines = 0u64;
    let mut slowest = (Duration::ZERO, "");
    let started = cpu();
    let reports: Vec<BlobReport> = files
        .iter()
        .map(|(path, language, source)| {
            let (report, spent) = engine.analyse_timed(*language, source);
            phases.parse += spent.parse;
            phases.walk += spent.walk;
            phases.rules += spent.rules;
            lines += u64::from(report.lines.total);
            let all = spent.parse + spent.walk + spent.rules;
            if all > slowest.0 {
                slowest = (all, path);
            }
            report
        })
        .collect();
    let total = cpu().saturating_sub(started);
    println!(
        "{what}: {lines} lines in {total:.2?} = {:.0} k lines/s (parse {:.2?}, walk {:.2?}, rules {:.2?}; slowest {:.1?} {})",
        lines as f64 / total.as_secs_f64() / 1000.0,
        phases.parse,
        phases.walk,
        phases.rules,
        slowest.0,
        slowest.1,
    );
    reports
}

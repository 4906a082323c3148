//! The fuzz targets, built with any tool chain and run one after the other.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::workspace::{cargo, root};

#[derive(Args)]
pub(crate) struct FuzzArgs {
    /// The targets; all of them where none is named
    targets: Vec<String>,
    /// How long each of them is run, in seconds
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// What tells libFuzzer where the program goes. No sanitizer of memory: the
/// code that is fuzzed has no `unsafe`.
const FLAGS: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// Builds `fuzz/`, has it write seeds, and runs its targets. What they learn stays in `fuzz/corpus`;
/// what breaks one is written to `fuzz/artifacts`.
///
/// # Errors
/// A target found something, or there is none of a name.
pub(crate) fn run(args: &FuzzArgs) -> Result<()> {
    let fuzz = root().join("fuzz");
    let known = targets(&fuzz)?;
    for target in &args.targets {
        ensure!(known.contains(target), "no target {target}; there are {}", known.join(", "));
    }
    let host = host()?;
    // With a target triple build scripts and macros are left as they are.
    let build = cargo()
        .current_dir(&fuzz)
        .args(["build", "--release", "--bins", "--target", &host])
        .env("RUSTFLAGS", FLAGS.join(" "))
        .status()
        .context("cargo build")?;
    ensure!(build.success(), "the fuzz targets do not build");
    let built = fuzz.join("target").join(&host).join("release");
    let seeded = Command::new(built.join("seeds")).status().context("seeds")?;
    ensure!(seeded.success(), "the seeds cannot be written");
    let mut found = Vec::new();
    for target in if args.targets.is_empty() { &known } else { &args.targets } {
        let corpus = fuzz.join("corpus").join(target);
        let artifacts = fuzz.join("artifacts").join(target);
        for directory in [&corpus, &artifacts] {
            fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
        }
        let status = Command::new(built.join(target))
            .arg(&corpus)
            .arg(format!("-max_total_time={}", args.seconds))
            .arg(format!("-artifact_prefix={}/", artifacts.display()))
            .args(["-rss_limit_mb=1500", "-timeout=10", "-max_len=4096", "-print_final_stats=1"])
            .status()
            .with_context(|| target.clone())?;
        if !status.success() {
            found.push(target.as_str());
        }
    }
    if !found.is_empty() {
        bail!("something was found by {}", found.join(", "));
    }
    Ok(())
}

fn targets(fuzz: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(fuzz.join("targets")).context("fuzz/targets")? {
        let path = entry?.path();
        names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

/// What this machine is called among compilers.
fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("rustc")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say what it builds for")
}

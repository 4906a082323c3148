//! The crash test of the suite, for as many rounds as wanted.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::workspace::cargo;

#[derive(Args)]
pub(crate) struct SoakArgs {
    /// How many times the server is killed
    #[arg(long, default_value_t = 50)]
    rounds: u32,
    /// Where the random moments come from; the test prints the one it used
    #[arg(long)]
    seed: Option<u64>,
    /// Test the optimised binary
    #[arg(long)]
    release: bool,
}

/// Runs `crates/mortise/tests/it/crash` with the numbers asked for.
///
/// # Errors
/// An acknowledged push was lost, a repository was broken, or the server did
/// not start again.
pub(crate) fn run(args: &SoakArgs) -> Result<()> {
    let mut command = cargo();
    command.args(["test", "-p", "mortise", "--test", "it"]);
    if args.release {
        command.arg("--release");
    }
    command.args(["--", "--nocapture", "crash::"]).stdin(Stdio::null());
    command.env("MORTISE_CRASH_ROUNDS", args.rounds.to_string());
    if let Some(seed) = args.seed {
        command.env("MORTISE_CRASH_SEED", seed.to_string());
    }
    let status = command.status().context("cargo")?;
    ensure!(status.success(), "the crash test failed");
    Ok(())
}

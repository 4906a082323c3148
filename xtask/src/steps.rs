//! The steps of a full check, each of which can also be run alone.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};

use crate::postgres::Postgres;
use crate::workspace::{cargo, find_program, in_ci, setting};
use crate::{apt, python, tidy};

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// System packages.
    Packages,
    /// Formatting.
    Fmt,
    /// The project's own rules.
    Tidy,
    /// Clippy.
    Clippy,
    /// Documentation.
    Docs,
    /// Every test there is, browser journeys included.
    Unit,
    /// The browser journeys alone.
    Browser,
}

/// What a full check runs, in order: what fails fast comes first.
const ALL: [Step; 6] =
    [Step::Packages, Step::Fmt, Step::Tidy, Step::Clippy, Step::Docs, Step::Unit];

#[derive(Args)]
pub(crate) struct TestArgs {
    /// Run these steps only (comma-separated)
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Step>,
    /// Leave these steps out (comma-separated)
    #[arg(long, value_enum, value_delimiter = ',')]
    skip: Vec<Step>,
    /// Stop at the first step that fails
    #[arg(long)]
    fail_fast: bool,
}

#[derive(Args)]
pub(crate) struct UnitArgs {
    /// For `cargo test`, such as `-p depots -- refs`; without any, `--workspace`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs the steps and prints what each took and what failed.
///
/// # Errors
/// At least one step failed.
pub(crate) fn test(args: &TestArgs) -> Result<()> {
    let chosen = if args.only.is_empty() { &ALL[..] } else { &args.only };
    let mut results: Vec<(Step, Duration, Result<()>)> = Vec::new();
    for &step in chosen.iter().filter(|step| !args.skip.contains(step)) {
        println!("\n==> {}", name(step));
        let start = Instant::now();
        let result = run(step);
        if let Err(error) = &result {
            eprintln!("{} failed: {error:#}", name(step));
        }
        let failed = result.is_err();
        results.push((step, start.elapsed(), result));
        if failed && args.fail_fast {
            break;
        }
    }

    println!();
    let mut failures = Vec::new();
    for (step, time, result) in &results {
        let verdict = if result.is_ok() { "ok" } else { "FAILED" };
        println!("{:<10} {:>8.1} s  {verdict}", name(*step), time.as_secs_f64());
        if let Err(error) = result {
            failures.push(format!("{}: {error:#}", name(*step)));
        }
    }
    if failures.is_empty() {
        return Ok(());
    }
    bail!("{} of {} steps failed\n{}", failures.len(), results.len(), failures.join("\n"))
}

/// Runs one step.
///
/// # Errors
/// The step failed.
pub(crate) fn one(step: Step) -> Result<()> {
    run(step).with_context(|| format!("{} failed", name(step)))
}

/// Runs tests with everything that they look for in their environment.
///
/// # Errors
/// A test failed, or something that the tests need could not be started.
pub(crate) fn unit(args: &UnitArgs) -> Result<()> {
    let whole = ["--workspace", "--no-fail-fast"].map(str::to_owned);
    let arguments = if args.arguments.is_empty() { &whole[..] } else { &args.arguments };
    with_test_environment(cargo().arg("test").args(arguments))
}

fn name(step: Step) -> String {
    format!("{step:?}").to_lowercase()
}

fn run(step: Step) -> Result<()> {
    match step {
        Step::Packages => apt::for_tests(),
        Step::Fmt => finish(cargo().args(["fmt", "--all", "--check"])),
        Step::Tidy => tidy::check(),
        Step::Clippy => {
            let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
            finish(cargo().args(clippy))
        }
        Step::Docs => {
            let doc = ["doc", "--workspace", "--no-deps"];
            finish(cargo().args(doc).env("RUSTDOCFLAGS", "-D warnings"))
        }
        Step::Unit => unit(&UnitArgs { arguments: Vec::new() }),
        Step::Browser => with_test_environment(cargo().args([
            "test",
            "-p",
            "mortise",
            "--test",
            "it",
            "browser::",
        ])),
    }
}

fn with_test_environment(command: &mut Command) -> Result<()> {
    // Held to the end: it stops when it is dropped.
    let mut _postgres = None;
    if setting("MORTISE_TEST_POSTGRES").is_none()
        && let Some(server) = or_remark("data tests run on SQLite only", Postgres::start())?
    {
        command.env("MORTISE_TEST_POSTGRES", server.url());
        _postgres = Some(server);
    }
    if setting("MORTISE_TEST_PYTHON").is_none()
        && let Some(python) = or_remark("the official SDK is not tried", python::interpreter())?
    {
        command.env("MORTISE_TEST_PYTHON", python);
    }
    if setting("MORTISE_TEST_CHROMEDRIVER").is_none() {
        let driver = find_program("chromedriver").context("there is no chromedriver");
        if let Some(driver) = or_remark("browser journeys do not run", driver)? {
            command.env("MORTISE_TEST_CHROMEDRIVER", driver);
        }
    }
    finish(command)
}

/// What is missing fails an unattended run; at a desk it is a loud remark.
fn or_remark<T>(loss: &str, outcome: Result<T>) -> Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if in_ci() => Err(error),
        Err(error) => {
            eprintln!("NOT TESTED: {loss}: {error:#}");
            Ok(None)
        }
    }
}

fn finish(command: &mut Command) -> Result<()> {
    let arguments = command.get_args().map(|word| word.to_string_lossy());
    let line = arguments.collect::<Vec<_>>().join(" ");
    println!("$ cargo {line}");
    let status = command.stdin(std::process::Stdio::null()).status().context("cargo")?;
    ensure!(status.success(), "cargo {line}: {status}");
    Ok(())
}

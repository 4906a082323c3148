//! Measurements, beside `git http-backend` where there is something to
//! compare. They print and keep what they find; they never fail on a time.

mod actions;
mod analysers;
mod backend;
mod fetches;
mod gitload;
mod histories;
mod huge;
mod large;
mod pages;
mod process;
mod product;
mod reader;
mod report;
mod rules;
mod scan;
mod search;
mod subject;
mod synthetic;
mod target;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};

use crate::lifetime::Scratch;
use crate::{apt, workspace};
use backend::Backend;
use product::Product;
use report::Report;
use subject::Subject;
use target::Target;

/// The product's column.
const PRODUCT: &str = "Mortise";

/// How the product configures its repositories: what is acknowledged is on
/// disk, references too. git by itself writes loose objects and references
/// without waiting for the disk.
const SAME_FSYNC: &[(&str, &str)] =
    &[("core.fsync", "committed,loose-object,pack-metadata,reference")];

/// One subject of measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Topic {
    /// Actions of the CODING dialect, under load.
    Actions,
    /// Scans by the command line and after a push.
    Scan,
    /// Scans by the command line, beside other analysers.
    Analysers,
    /// Measuring 1,000 commits and searching a history for secrets.
    Histories,
    /// Pushing and scanning a repository of a gigabyte; only when it is named.
    Huge,
    /// Pages of large repositories and changes.
    Pages,
    /// Code search, beside `git grep`.
    Search,
    /// Fetches with prepared requests: all, one commit, shallow, without blobs.
    Fetch,
    /// The same fetch by 8 and by 32 clients at once.
    Together,
    /// Pushes of one commit.
    Commit,
    /// The first push of a whole repository.
    Push,
}

#[derive(Args)]
pub(crate) struct BenchArgs {
    /// A local git repository to measure with, instead of a made-up one
    #[arg(long)]
    repo: Option<PathBuf>,
    /// Measure these only (comma-separated)
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Topic>,
    /// The product's binary, instead of a release build made now
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Leave the product out and measure what it is compared with
    #[arg(long)]
    without_product: bool,
    /// For how many seconds each action is asked
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// How often each request is sent to each server
    #[arg(long, default_value_t = 20)]
    rounds: usize,
}

/// Measures and prints.
///
/// # Errors
/// Something that is needed is not there, or a server gave a wrong answer.
pub(crate) fn run(args: &BenchArgs) -> Result<()> {
    let mut report = Report::default();
    let scratch = Scratch::new("mortise-bench-")?;
    let subject = Subject::prepare(&mut report, args.repo.as_deref(), scratch.path())?;
    let wanted = |topic| args.only.is_empty() || args.only.contains(&topic);
    if args.only == [Topic::Analysers] {
        analysers::measure(&mut report, &binary(args)?, &subject)?;
        return finish_with(&report);
    }
    apt::for_benches()?;
    if wanted(Topic::Search) && !args.without_product {
        search::engine(&mut report, &subject)?;
    }
    let product = if args.without_product {
        None
    } else {
        let binary = binary(args)?;
        if wanted(Topic::Scan) {
            scan::command_line(&mut report, &binary, &subject)?;
        }
        if wanted(Topic::Analysers) {
            analysers::measure(&mut report, &binary, &subject)?;
        }
        Some(Product::start(&mut report, &binary)?)
    };
    let backend = Backend::start()?;
    let plain = backend.variant("http-backend", &[]);
    let durable = backend.variant("same fsync", SAME_FSYNC);
    let mut targets: Vec<&dyn Target> = Vec::new();
    if let Some(product) = &product {
        targets.push(product);
        if wanted(Topic::Scan) {
            scan::after_push(&mut report, product, &subject)?;
        }
        if wanted(Topic::Histories) {
            histories::measure(&mut report, product, &subject)?;
        }
        if args.only.contains(&Topic::Huge) {
            huge::measure(&mut report, product, &subject)?;
        }
        if wanted(Topic::Actions) {
            actions::measure(&mut report, product, scratch.path(), args.seconds)?;
        }
        if wanted(Topic::Search) {
            search::pages(&mut report, product, &subject, scratch.path(), args.rounds)?;
        }
        if wanted(Topic::Pages) {
            pages::measure(&mut report, product, &subject, scratch.path(), args.rounds)?;
        }
    }
    // Who fetches does not make it wait for the disk.
    targets.push(&plain);
    if wanted(Topic::Fetch) {
        fetches::alone(&mut report, &targets, &subject, args.rounds)?;
    }
    if wanted(Topic::Together) {
        fetches::together(&mut report, &targets, &subject, args.rounds)?;
    }
    targets.push(&durable);
    if wanted(Topic::Commit) {
        gitload::one_commit(&mut report, &targets, &subject, args.rounds)?;
    }
    if wanted(Topic::Push) {
        gitload::full_push(&mut report, &targets, &subject, 10)?;
    }
    finish_with(&report)
}

fn finish_with(report: &Report) -> Result<()> {
    report.print();
    report.save(&workspace::metadata()?.target_directory.join("bench"))
}

/// The product's binary: the one that is named, or a fresh release build.
fn binary(args: &BenchArgs) -> Result<PathBuf> {
    if let Some(binary) = &args.binary {
        return binary.canonicalize().with_context(|| binary.display().to_string());
    }
    let status = workspace::cargo().args(["build", "--release", "-p", "mortise"]).status()?;
    ensure!(status.success(), "cargo build: {status}");
    Ok(workspace::metadata()?.target_directory.join("release/mortise"))
}

fn git(arguments: &[&str], paths: &[&Path]) -> Result<()> {
    finish(Command::new("git").args(arguments).args(paths)).map(drop)
}

fn git_in(repository: &Path, arguments: &[&str]) -> Result<()> {
    finish(Command::new("git").arg("-C").arg(repository).args(arguments)).map(drop)
}

fn git_out(repository: &Path, arguments: &[&str]) -> Result<String> {
    finish(Command::new("git").arg("-C").arg(repository).args(arguments))
}

/// Makes a bare repository from what `git fast-import` reads, with the branch
/// `main` as its default.
///
/// # Errors
/// git fails.
fn import(path: &Path, stream: &str) -> Result<()> {
    git(&["init", "--quiet", "--bare", "--initial-branch=main"], &[path])?;
    let mut child = Command::new("git")
        .arg("-C")
        .arg(path)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .context("git fast-import")?;
    let stdin = child.stdin.take().context("a pipe")?;
    { stdin }.write_all(stream.as_bytes())?;
    let status = child.wait()?;
    ensure!(status.success(), "git fast-import: {status}");
    Ok(())
}

/// Runs git where nobody's own settings apply, and returns what it prints.
fn finish(command: &mut Command) -> Result<String> {
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.env("GIT_TERMINAL_PROMPT", "0").stdin(Stdio::null());
    let output = command.output().context("git")?;
    ensure!(
        output.status.success(),
        "git {:?}: {}",
        command.get_args().collect::<Vec<_>>(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

//! `mortise scan`: a directory or checkout, without a server.

mod baseline;
mod progress;
mod rules;

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
use scanner::render::{self, TextOptions};
use scanner::{Engine, ProjectReport, RuleSetting, Ruleset, ScanOptions, Severity, scan_directory};

use self::baseline::Compared;
use self::progress::Meter;

/// What is to be scanned, and what comes out.
#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// A directory or a file.
    path: PathBuf,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Report only what is new since this revision of the Git checkout.
    #[arg(long, value_name = "REV")]
    baseline: Option<String>,
    /// Exit with 1 for findings at least this severe.
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = FailOn::Warning)]
    fail_on: FailOn,
    /// Packs of rules to apply instead of the usual ones, separated by commas;
    /// `none` for counts, complexity and duplicates only.
    #[arg(long, value_name = "PACKS", value_delimiter = ',')]
    packs: Option<Vec<String>>,
    /// A file with a rule of one's own, or a directory of such files, to apply beside
    /// the packs.
    #[arg(long, value_name = "PATH")]
    rules: Option<PathBuf>,
    /// Leave out paths that match; may be given more than once.
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Scan only paths that match; may be given more than once.
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// Also scan what .gitignore names.
    #[arg(long)]
    no_ignore: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Sarif,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Info,
    Warning,
    Error,
    Fatal,
    Never,
}

impl FailOn {
    fn severity(self) -> Option<Severity> {
        match self {
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
            Self::Fatal => Some(Severity::Fatal),
            Self::Never => None,
        }
    }
}

/// Scans and writes the report; 1 where something is as severe as `--fail-on`.
///
/// # Errors
/// When the path cannot be read, a glob is malformed, or there is no such
/// revision.
pub(crate) fn run(scan: &Scan) -> Result<ExitCode> {
    if !scan.path.exists() {
        bail!("there is no {}", scan.path.display());
    }
    let usual = Ruleset::default();
    let packs = match &scan.packs {
        Some(named) => named.iter().filter(|pack| *pack != "none").cloned().collect(),
        None => usual.packs,
    };
    let own = scan.rules.as_deref().map(rules::read).transpose()?.unwrap_or_default();
    let on = RuleSetting { enabled: Some(true), ..RuleSetting::default() };
    let ruleset = Ruleset {
        packs,
        rules: own.iter().map(|rule| (rule.info().id.clone(), on)).collect(),
        include: scan.include.clone(),
        exclude: scan.exclude.clone(),
        ..usual
    };
    let engine = Engine::with_own(&ruleset, &own)?;
    let meter = Meter::new(io::stderr().is_terminal());
    let options = ScanOptions { respect_ignores: !scan.no_ignore };
    let never = AtomicBool::new(false);
    let scanned = scan_directory(&engine, &scan.path, options, &|at| meter.show(at), &never);
    meter.clear();
    let mut report = scanned?;
    let compared = match &scan.baseline {
        Some(revision) => Some(baseline::compare(&engine, &scan.path, revision, &mut report)?),
        None => None,
    };
    match write(&engine, scan, &report, compared.as_ref()) {
        // Whoever reads only the first lines has had what he wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written.context("cannot write the report")?,
    }
    let fails = scan
        .fail_on
        .severity()
        .is_some_and(|least| report.findings.iter().any(|finding| finding.severity >= least));
    Ok(ExitCode::from(u8::from(fails)))
}

fn write(
    engine: &Engine,
    scan: &Scan,
    report: &ProjectReport,
    compared: Option<&Compared>,
) -> io::Result<()> {
    let stdout = io::stdout();
    let colour = stdout.is_terminal();
    let mut out = BufWriter::new(stdout.lock());
    match scan.format {
        Format::Json => render::json(report, &mut out)?,
        Format::Sarif => render::sarif(engine, report, &mut out)?,
        Format::Text => {
            let code = |path: &str| read(&scan.path, path);
            render::text(report, &code, TextOptions { colour, least: None }, &mut out)?;
            if let Some(Compared { revision, known, gone }) = compared {
                writeln!(out, "since {revision}: {known} known before, {gone} gone")?;
            }
        }
    }
    out.flush()
}

fn read(root: &Path, path: &str) -> Option<String> {
    let file = if root.is_file() { root.to_path_buf() } else { root.join(path) };
    Some(String::from_utf8_lossy(&std::fs::read(file).ok()?).into_owned())
}

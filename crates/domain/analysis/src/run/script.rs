//! Scripts of plans: a working copy of every depot, a sandbox, a log, and the
//! findings that the script may leave behind.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, symlink};
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use base::{Error, Result};
use blob::BlobRef;
use call::Env;
use executor::{Ended, Isolation, Limits, Outcome, Sandbox, Task};
use git::{Mode, Oid, Repository};
use tempfile::TempDir;

use super::current::Current;
use super::stop::Stop;
use super::{Done, Work, sarif};
use crate::scan::{ScanResult, ScanState, ScriptResult};

/// Bytes of output that are kept.
const LOG: u64 = 16 << 20;
/// The largest file that is written into a working copy.
const MAX_FILE: u64 = 1 << 30;
/// A working copy so old was left by a crash: no scan may take longer.
const LEFT_OVER: Duration = Duration::from_secs(8 * 24 * 60 * 60);
/// Where findings are looked for when the plan does not say.
const REPORT: &str = "results.sarif";

/// How scripts are shut in on this machine; found out once.
#[derive(Default)]
struct Kept(OnceLock<Sandbox>);

pub(super) async fn sandbox(env: &Env) -> Result<Sandbox> {
    let kept = env.memory::<Kept>();
    let hidden = env.data_dir.clone();
    tokio::task::spawn_blocking(move || kept.0.get_or_init(|| Sandbox::detect(&[hidden])).clone())
        .await
        .map_err(Error::internal)
}

fn work_directory(env: &Env) -> PathBuf {
    env.data_dir.join("work")
}

/// Removes what a crash has left.
pub(super) fn sweep(env: &Env) -> Result<()> {
    let Ok(entries) = fs::read_dir(work_directory(env)) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        if age > LEFT_OVER {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// Why no program may run here, if that is so.
pub(super) async fn why_not(work: &Work) -> Result<Option<String>> {
    let sandbox = sandbox(work.env()).await?;
    if sandbox.isolation() != Isolation::None || work.env().permits.bare_scripts {
        return Ok(None);
    }
    let why = sandbox.why_none().unwrap_or("there is no isolation");
    Ok(Some(format!("{why}, and this server runs no script without isolation")))
}

/// Why scripts must not run here, if that is so.
async fn forbidden(work: &Work) -> Result<Option<Done>> {
    let Some(why) = why_not(work).await? else { return Ok(None) };
    let error = format!("the script was not run: {why}");
    Ok(Some(Done { state: ScanState::Failed, error, found: None, log: None }))
}

/// Does a plan whose work is a script.
pub(super) async fn run(work: &Work) -> Result<Done> {
    if let Some(done) = forbidden(work).await? {
        return Ok(done);
    }
    let copy = working_copy(work).await?;
    let definition = &work.plan.definition;
    let mut scripts = vec![definition.script.as_str()];
    if !definition.prelaunch.trim().is_empty() {
        scripts.insert(0, &definition.prelaunch);
    }
    let (outcome, log) = execute(work, &copy, &scripts).await?;
    let (state, error) = judge(&outcome, work);
    if matches!(outcome.ended, Ended::Cancelled) {
        work.stop.check()?;
    }
    let mut script = ScriptResult {
        ended: outcome.ended.to_string(),
        code: match outcome.ended {
            Ended::Exited { code } => Some(code),
            _ => None,
        },
        isolation: outcome.isolation.as_str().to_owned(),
        log_cut: outcome.output_cut,
        report_error: String::new(),
    };
    let read = match report(work, &copy).await {
        Ok(read) => read,
        Err(why) => {
            script.report_error = why;
            None
        }
    };
    let mut found = match read {
        Some(read) => {
            let current = Current {
                result: ScanResult::default(),
                details: Vec::new(),
                observed: read.observed,
                given: read.given,
                blobs: None,
                uncertain: std::collections::HashSet::new(),
                shapes: None,
                always: std::collections::HashSet::new(),
                silent: Vec::new(),
                measured: None,
                doubtful: std::collections::HashSet::default(),
                before: None,
                marks: std::sync::Arc::default(),
                linked: std::collections::HashSet::default(),
            };
            work.compare(current).await?
        }
        // Without a report nothing is known about earlier findings.
        None => super::Found {
            result: ScanResult::default(),
            details: Vec::new(),
            changes: None,
            base: None,
            parts: None,
            measured: None,
        },
    };
    if let Err(why) = coverage(work, &copy).await {
        script.report_error = format!("{} {why}", script.report_error).trim().to_owned();
    }
    found.result.script = Some(script);
    Ok(Done { state, error, found: Some(found), log: Some(log) })
}

/// Keeps the report of coverage that the script has left, if the plan says
/// where; else why not, for people.
async fn coverage(work: &Work, copy: &TempDir) -> Result<(), String> {
    let wanted = work.plan.definition.coverage.trim();
    let (Some(path), Some(source)) =
        (inside(wanted).filter(|_| !wanted.is_empty()), work.sources.first())
    else {
        return Ok(());
    };
    let (root, path) = (copy.path().to_path_buf(), Path::new(&source.scanned.name).join(path));
    let read = tokio::task::spawn_blocking(move || {
        let root = fs::canonicalize(root)?;
        let found = sarif::within(&root, &root.join(path))
            .ok_or_else(|| std::io::Error::other("the report of coverage was not written"))?;
        let mut report = Vec::new();
        File::open(found)?.take(crate::MOST_BYTES as u64 + 1).read_to_end(&mut report)?;
        Ok::<_, std::io::Error>(report)
    });
    let report =
        read.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    let new = crate::NewCoverage {
        commit: source.scanned.commit.clone(),
        flag: String::new(),
        format: None,
        report,
    };
    let call = call::Call::system(work.env().clone());
    crate::coverage::keep(&call, &source.depot, new).await.map_err(|error| error.to_string())?;
    Ok(())
}

/// Runs the script that a plan of the built-in analysers has before them. They
/// read the commit, not what the script makes of its working copy.
pub(super) async fn prelaunch(work: &Work) -> Result<Done> {
    if let Some(done) = forbidden(work).await? {
        return Ok(done);
    }
    let copy = working_copy(work).await?;
    let (outcome, log) = execute(work, &copy, &[&work.plan.definition.prelaunch]).await?;
    let (state, error) = judge(&outcome, work);
    Ok(Done { state, error, found: None, log: Some(log) })
}

fn judge(outcome: &Outcome, work: &Work) -> (ScanState, String) {
    match outcome.ended {
        Ended::Exited { code: 0 } => (ScanState::Passed, String::new()),
        Ended::TimedOut => {
            let minutes = work.plan.definition.limits.timeout_minutes;
            (ScanState::Timeout, format!("the script took longer than {minutes} minutes"))
        }
        Ended::Cancelled => (ScanState::Cancelled, "it was cancelled".to_owned()),
        ended => (ScanState::Failed, format!("the script failed: {ended}")),
    }
}

pub(super) async fn working_copy(work: &Work) -> Result<TempDir> {
    work.stage("checkout", 0, 0).await?;
    let root = work_directory(work.env());
    let sources: Vec<(Repository, Oid, String)> = work
        .sources
        .iter()
        .map(|source| (source.repository.clone(), source.commit, source.scanned.name.clone()))
        .collect();
    let stop = work.stop.clone();
    tokio::task::spawn_blocking(move || {
        fs::create_dir_all(&root)?;
        let directory = tempfile::Builder::new().prefix("scan-").tempdir_in(&root)?;
        for (repository, commit, name) in sources {
            let below = directory.path().join(name);
            fs::create_dir(&below)?;
            export(&repository, commit, &below, &stop)?;
        }
        Ok(directory)
    })
    .await
    .map_err(Error::internal)?
}

/// Writes a commit's files below a directory. Links come last: no file can be
/// written through one.
fn export(repository: &Repository, commit: Oid, below: &Path, stop: &Stop) -> Result<()> {
    let entries = repository.all_blobs(commit).map_err(Error::internal)?;
    let reader = repository.blob_reader(MAX_FILE);
    let mut content = Vec::new();
    let (links, files): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.mode == Mode::Symlink);
    for entry in files.iter().chain(&links) {
        stop.check()?;
        let Some(path) = inside(&entry.path) else { continue };
        let path = below.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        reader.read(entry.oid, &mut content).map_err(Error::internal)?;
        if entry.mode == Mode::Symlink {
            use std::os::unix::ffi::OsStrExt as _;
            // Where a file of that name has been written it stays.
            drop(symlink(std::ffi::OsStr::from_bytes(&content), &path));
            continue;
        }
        let mode = if entry.mode == Mode::Executable { 0o755 } else { 0o644 };
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&path)?;
        file.write_all(&content)?;
    }
    Ok(())
}

/// The path, if it leads nowhere but down.
fn inside(path: &str) -> Option<&Path> {
    let path = Path::new(path);
    let down = path.components().all(|part| matches!(part, Component::Normal(_)));
    down.then_some(path)
}

/// Runs scripts one after the other until one fails.
async fn execute(work: &Work, copy: &TempDir, scripts: &[&str]) -> Result<(Outcome, BlobRef)> {
    work.stage("script", 0, 0).await?;
    let sandbox = sandbox(work.env()).await?;
    let left = work.plan.definition.limits.timeout().saturating_sub(work.started.elapsed());
    let limits = Limits {
        wall: left,
        cpu: work.plan.definition.limits.processor(),
        memory: work
            .plan
            .definition
            .limits
            .memory_mib
            .filter(|memory| *memory > 0)
            .map(|memory| u64::from(memory) << 20),
        output: LOG,
        ..Limits::default()
    };
    let workspace = sandbox.workspace(copy.path());
    let tasks: Vec<Task> = scripts
        .iter()
        .map(|script| Task {
            variables: variables(work, &workspace),
            network: work.plan.definition.network,
            host_name: "scan".to_owned(),
            limits,
            ..Task::new(*script, copy.path())
        })
        .collect();
    let cancel = work.stop.script();
    let (outcome, file) = tokio::task::spawn_blocking(move || -> Result<_> {
        let file = tempfile::NamedTempFile::new()?;
        let mut log = BufWriter::new(file.reopen()?);
        if let Some(why) = sandbox.why_none() {
            note(&mut log, &format!("warning: this script runs without isolation: {why}"))?;
        }
        let mut last = None;
        for task in &tasks {
            let mut written = Ok(());
            let outcome = sandbox
                .run(task, &cancel, |line| {
                    let seconds = line.after.as_secs_f64();
                    let line = writeln!(log, "[{seconds:9.3}] {}", line.text);
                    if written.is_ok() {
                        written = line;
                    }
                })
                .map_err(Error::internal)?;
            written?;
            if outcome.output_cut {
                note(&mut log, &format!("the output was cut after {LOG} bytes"))?;
            }
            let ended = outcome.ended;
            last = Some(outcome);
            if !ended.is_success() {
                break;
            }
        }
        let outcome = last.ok_or_else(|| Error::internal("there was no script"))?;
        note(&mut log, &format!("the script ended: {}", outcome.ended))?;
        log.flush()?;
        Ok((outcome, file))
    })
    .await
    .map_err(Error::internal)??;
    let source = tokio::fs::File::from_std(file.reopen()?);
    let log = work.env().blobs.put_stream(source).await?;
    Ok((outcome, log))
}

fn note(log: &mut BufWriter<File>, text: &str) -> Result<()> {
    Ok(writeln!(log, "[  scanner] {text}")?)
}

/// What a script is told. The plan's and the scan's own variables win.
fn variables(work: &Work, workspace: &Path) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = vec![
        ("CI".to_owned(), "true".to_owned()),
        ("WORKSPACE".to_owned(), workspace.to_string_lossy().into_owned()),
        ("SCAN_NAME".to_owned(), work.plan.name.clone()),
        ("TASK_ID".to_owned(), work.scan.number.to_string()),
    ];
    for (number, source) in work.sources.iter().enumerate() {
        let scanned = &source.scanned;
        let name = identifier(&scanned.name);
        if number == 0 {
            all.push(("PROJECT".to_owned(), source.depot.project_name.clone()));
            all.push(("BRANCH".to_owned(), scanned.branch.clone()));
            all.push(("COMMIT_ID".to_owned(), scanned.commit.clone()));
        }
        all.push((format!("REPONAME_{number}"), scanned.name.clone()));
        all.push((format!("REPO_{number}"), name.clone()));
        all.push((format!("{name}_ORG"), source.depot.project_name.clone()));
        all.push((format!("{name}_BRANCH"), scanned.branch.clone()));
        all.push((format!("{name}_COMMIT_ID"), scanned.commit.clone()));
    }
    let given = work.plan.definition.variables.iter().chain(&work.variables);
    all.extend(given.map(|(name, value)| (identifier(name), value.clone())));
    all
}

/// A name that a shell takes for a variable's.
fn identifier(name: &str) -> String {
    let clean: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if clean.starts_with(|c: char| c.is_ascii_digit()) || clean.is_empty() {
        format!("_{clean}")
    } else {
        clean
    }
}

/// The findings that the script has left, if it has; why they cannot be used,
/// if not.
async fn report(work: &Work, copy: &TempDir) -> Result<Option<sarif::Read>, String> {
    let named = work.plan.definition.report.trim();
    let (root, named) = (copy.path().to_path_buf(), named.to_owned());
    let names: Vec<(String, String)> = work
        .sources
        .iter()
        .map(|source| (source.scanned.name.clone(), source.prefix.clone()))
        .collect();
    let commits: Vec<sarif::Checked> = work.sources.iter().map(sarif::Checked::of).collect();
    tokio::task::spawn_blocking(move || sarif::read(&root, &named, REPORT, &names, &commits))
        .await
        .map_err(|error| error.to_string())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_variables() {
        assert_eq!(identifier("my-app.v2"), "my_app_v2");
        assert_eq!(identifier("2fa"), "_2fa");
        assert_eq!(identifier(""), "_");
    }

    #[test]
    fn paths_lead_down_only() {
        assert!(inside("a/b.c").is_some());
        for bad in ["../a", "/etc/passwd", "a/../../b", "./a/.."] {
            assert!(inside(bad).is_none(), "{bad}");
        }
    }
}

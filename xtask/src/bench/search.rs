//! Code search: the size of the index, how fast it is made and brought up to
//! date, and how soon a question is answered, beside `git grep` and, where it
//! is installed, `rg`.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::git_out;
use super::product::Product;
use super::reader::Reader;
use super::report::{FIRST, Report, Sample};
use super::subject::Subject;
use crate::workspace;

/// The depot that is searched.
const DEPOT: &str = "searched";
/// Pushes of one new file each.
const PUSHES: usize = 5;
/// How often `git grep` is run.
const GREPS: usize = 5;

/// What is asked on the page: what it is, the address's fields, and what
/// `git grep` is told to find the same lines, where it can.
const QUESTIONS: &[(&str, &str, &[&str])] = &[
    ("rare text", "q=backpressure&case=1", &["-F", "-e", "backpressure"]),
    ("common word", "q=return&case=1", &["-F", "-e", "return"]),
    ("common word, any case", "q=return", &["-i", "-F", "-e", "return"]),
    ("whole word", "q=int&case=1&word=1", &["-w", "-F", "-e", "int"]),
    ("two letters", "q=fd&case=1", &["-F", "-e", "fd"]),
    ("symbol", "q=main&case=1&word=1", &["-w", "-F", "-e", "main"]),
    (
        "expression",
        "q=(read%7Cwrite)%5BA-Z%5D%5Ba-z%5D%2B%5C(&case=1&regex=1",
        &["-E", "-e", "(read|write)[A-Z][a-z]+\\("],
    ),
    ("any digits", "q=%5B0-9%5D%7B6,%7D&case=1&regex=1", &["-E", "-e", "[0-9]{6,}"]),
    ("common word in a folder", "q=return&case=1&in=src", &["-F", "-e", "return"]),
    ("common word in C", "q=return&case=1&lang=c", &["-F", "-e", "return"]),
    ("nothing", "q=zzqqxxyy&case=1", &["-F", "-e", "zzqqxxyy"]),
];

/// Runs the engine's own measurement on the subject.
///
/// # Errors
/// It does not build or run, or prints something else than figures.
pub(super) fn engine(report: &mut Report, subject: &Subject) -> Result<()> {
    let output = workspace::cargo()
        .args(["run", "--release", "--quiet", "-p", "codesearch", "--example", "measure", "--"])
        .arg(&subject.path)
        .output()
        .context("cargo run")?;
    ensure!(output.status.success(), "measure: {}", String::from_utf8_lossy(&output.stderr));
    for line in String::from_utf8(output.stdout)?.lines() {
        let figure: Value = serde_json::from_str(line).context("measure prints no figure")?;
        let what = figure["what"].as_str().context("a figure without a name")?;
        let value = figure["value"].as_f64().context("a figure without a value")?;
        let unit = match figure["unit"].as_str() {
            Some("ms") => "ms",
            Some("MB") => "MB",
            Some("MB/s/core") => "MB/s/core",
            Some("ratio") => "of the text",
            _ => "",
        };
        report.single(&format!("search: {what}"), unit, value);
    }
    Ok(())
}

/// Asks on the depot's page, as it is done while somebody types.
///
/// # Errors
/// A page is not answered, or git fails.
pub(super) fn pages(
    report: &mut Report,
    product: &Product,
    subject: &Subject,
    scratch: &Path,
    rounds: usize,
) -> Result<()> {
    let reader = Reader::sign_in(product, scratch)?;
    reader.depot(DEPOT, &subject.path)?;
    reader.settle(true);
    let before = written(&product.indexes());
    report.single("search: all indexes on disk", "MB", before.0 / 1e6);
    for (what, fields, words) in QUESTIONS {
        let page = format!("{DEPOT}/search?{fields}");
        let first = reader.part(&page)?;
        let mut sample = Sample::default();
        for _ in 0..rounds {
            sample.push(reader.part(&page)?);
        }
        let grep = grep(&subject.path, words, fields)?;
        let more = vec![(FIRST, Sample::from(first)), ("git grep", grep)];
        report.page(&format!("search page: {what}"), sample, more);
    }
    let (mut found, mut kept) = (Sample::default(), Sample::default());
    for (number, commit) in subject.notes(PUSHES)?.iter().enumerate() {
        let before = written(&product.indexes()).1;
        reader.push(DEPOT, &subject.path, &[&format!("{commit}:refs/heads/main")])?;
        let pushed = Instant::now();
        // What the index does not have yet is read from the repository.
        found.push(reader.part(&format!("{DEPOT}/search?q=note{number}.txt"))?);
        while written(&product.indexes()).1 == before {
            ensure!(pushed.elapsed() < Duration::from_secs(60), "the index stays as it is");
            std::thread::sleep(Duration::from_millis(2));
        }
        kept.push(pushed.elapsed().as_secs_f64() * 1000.0);
    }
    report.single("search: first question after a push", "ms", found);
    report.single("search: one-file push to index up to date", "ms", kept);
    Ok(())
}

/// The bytes of all indexes, and when one was changed last.
fn written(directory: &Path) -> (f64, Option<std::time::SystemTime>) {
    let (mut bytes, mut last) = (0, None);
    let mut directories = vec![directory.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_dir() {
                directories.push(entry.path());
                continue;
            }
            bytes += metadata.len();
            if entry.file_name() == "current" {
                last = last.max(metadata.modified().ok());
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let bytes = bytes as f64;
    (bytes, last)
}

fn grep(repository: &Path, words: &[&str], fields: &str) -> Result<Sample> {
    let head = git_out(repository, &["rev-parse", "main"])?;
    let place: &[&str] = match fields {
        _ if fields.contains("&in=") => &["--", "src"],
        _ if fields.contains("&lang=") => &["--", "*.c"],
        _ => &[],
    };
    let mut sample = Sample::default();
    for _ in 0..GREPS {
        let start = Instant::now();
        let output = Command::new("git")
            .arg("-C")
            .arg(repository)
            .args(["grep", "-I", "-n"])
            .args(words)
            .arg(&head)
            .args(place)
            .stdin(Stdio::null())
            .output()
            .context("git grep")?;
        // 1: nothing was found.
        ensure!(matches!(output.status.code(), Some(0 | 1)), "git grep: {}", output.status);
        sample.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(sample)
}

//! A made-up repository of a gigabyte: source code in eight languages, and
//! pictures that nobody can read.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::process::{PeakMemory, cpu_seconds};
use super::product::Product;
use super::report::Report;
use super::scan::push_and_wait;
use super::subject::Subject;
use super::synthetic::{Numbers, source};
use super::target::Target as _;
use super::{git, git_out};

/// Source files, of about 200 lines each.
const SOURCES: usize = 20_000;
/// Pictures, of two megabytes each less some.
const PICTURES: usize = 470;
const PICTURE: usize = 2_000_000;
/// Files of text larger than what is analysed.
const LOGS: usize = 8;

/// Pushes the repository and waits for its scan.
///
/// # Errors
/// git fails, or the scan does not pass.
pub(super) fn measure(report: &mut Report, product: &Product, subject: &Subject) -> Result<()> {
    let path = subject.scratch.join("huge.git");
    let Made { bytes, lines } = make(&path)?;
    let huge = Subject {
        head: git_out(&path, &["rev-parse", "main"])?,
        path,
        scratch: subject.scratch.clone(),
    };
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let megabytes = bytes as f64 / 1e6;
    report.note(format!("large repository: {megabytes:.0} MB in files, {lines} lines of code"));
    let project = product.create_project("huge")?;
    let url = product.create_depot(project, "huge", "depot")?;
    let body = huge.full_push()?;
    let pids = product.pids();
    let memory = PeakMemory::watch(&pids);
    let used = cpu_seconds(&pids);
    let scan = push_and_wait(product, &url, &body, &huge, ("huge", 1))?;
    let (peak, grown) = memory.megabytes();
    report.single("large repository, push to end of scan", "ms", scan);
    report.single("large repository, processor time", "ms", (cpu_seconds(&pids) - used) * 1000.0);
    report.note("the kernel takes back pages of mapped files; anonymous memory is what is bounded");
    report.single("large repository, anonymous memory of the server", "MB", peak.anonymous);
    report.single("large repository, anonymous memory more than before", "MB", grown.anonymous);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let millions = lines as f64 / 1e6;
    let each = grown.anonymous / millions;
    report.single("large repository, the same for each million lines", "MB", each);
    report.single("large repository, with mapped files", "MB", peak.all);
    Ok(())
}

struct Made {
    /// Of all files.
    bytes: u64,
    /// Of the source files.
    lines: u64,
}

/// Makes it.
fn make(path: &Path) -> Result<Made> {
    git(&["init", "--quiet", "--bare", "--initial-branch=main"], &[path])?;
    let mut child = Command::new("git")
        .arg("-C")
        .arg(path)
        // Random bytes have no deltas and do not get smaller.
        .args(["-c", "core.bigFileThreshold=1m", "-c", "core.compression=1"])
        .args(["fast-import", "--quiet", "--depth=0"])
        .stdin(Stdio::piped())
        .spawn()
        .context("git fast-import")?;
    let mut stdin = BufWriter::new(child.stdin.take().context("a pipe")?);
    let mut numbers = Numbers::from(20_261_122);
    let message = "Begin\n";
    write!(
        stdin,
        "commit refs/heads/main\ncommitter Bench <bench@example.com> 1700000000 +0000\ndata {}\n{message}",
        message.len()
    )?;
    let (mut bytes, mut lines) = (0, 0);
    let mut file = |path: &str, data: &[u8]| -> Result<()> {
        bytes += data.len() as u64;
        write!(stdin, "M 100644 inline {path}\ndata {}\n", data.len())?;
        stdin.write_all(data)?;
        Ok(stdin.write_all(b"\n")?)
    };
    for number in 0..SOURCES {
        let (path, text) = source(number, &mut numbers);
        lines += text.lines().count() as u64;
        file(&format!("src{}/{path}", number / 2_000), text.as_bytes())?;
    }
    for number in 0..PICTURES {
        let size = PICTURE - numbers.below(PICTURE / 10);
        let mut data = Vec::with_capacity(size + 4);
        while data.len() < size {
            data.extend_from_slice(&numbers.below(1 << 31).to_le_bytes()[..3]);
        }
        data.splice(0..4, *b"\x89PNG");
        file(&format!("assets/{}/picture{number}.png", number % 20), &data)?;
    }
    for number in 0..LOGS {
        let line = format!("{number} the quick brown fox jumps over the lazy dog\n");
        file(&format!("logs/day{number}.txt"), line.repeat(100_000).as_bytes())?;
    }
    stdin.write_all(b"\n")?;
    drop(stdin);
    let status = child.wait()?;
    ensure!(status.success(), "git fast-import: {status}");
    Ok(Made { bytes, lines })
}

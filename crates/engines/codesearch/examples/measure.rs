//! Indexes the default branch of a bare repository and searches it: speed, size,
//! and latency beside `git grep` and, where it is installed, `rg` on a checkout.
//! Prints a line of JSON for each figure, for `cargo xtask bench --only search`.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use codesearch::{BlobId, Cache, Document, FileEntry, Index, Limits, Query, Reading, Search, Wish};
use git::{Cancel, LogQuery, Oid, Repository};

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// Searches a repository of C and one of anything else alike.
const QUERIES: &[(&str, &str, bool)] = &[
    ("rare word", "backpressure", false),
    ("common word", "return", false),
    ("call", "malloc(", false),
    ("two letters", "fd", false),
    ("expression", "(read|write)[A-Z][a-z]+\\(", true),
    ("any digits", "[0-9]{6,}", true),
    ("symbol", "main(", false),
    ("nothing", "zzqqxxyy", false),
];

/// Commits that are brought in one by one.
const UPDATES: usize = 200;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: measure REPOSITORY [DIRECTORY]";
    let path = PathBuf::from(arguments.next().ok_or(usage)?);
    let scratch = tempfile::tempdir()?;
    let directory = arguments.next().map_or_else(|| scratch.path().join("index"), PathBuf::from);
    let repository = Repository::open(&path)?;
    let commit = repository.head()?.commit.ok_or("there is no commit")?;
    let index = Index::at(&directory);

    let text = build(&repository, commit, &index)?;
    again(&repository, commit, text, &scratch.path().join("updated"))?;
    let checkout = scratch.path().join("tree");
    std::fs::create_dir(&checkout)?;
    check_out(&path, &commit.to_string(), &checkout)?;
    search(&index, &path, &commit.to_string(), &checkout)
}

fn say(what: &str, unit: &str, value: f64) {
    println!("{}", serde_json::json!({ "what": what, "unit": unit, "value": value }));
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// Processor time of this process, in seconds.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> =
        text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|it| it.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// A number of kilobytes from the kernel's account of this process.
fn resident(field: &str) -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(field)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|it| it.parse().ok()).unwrap_or(0.0)
}

fn update(repository: &Repository, commit: Oid, index: &Index, branch: &str) -> Result<u64> {
    let blobs = repository.all_blobs(commit)?;
    let mut writer = index.write(Duration::from_secs(1), &|| false)?;
    let reader = repository.blob_reader(codesearch::LARGEST_TEXT as u64);
    let (mut buffer, mut text) = (Vec::new(), 0);
    let mut entries = Vec::with_capacity(blobs.len());
    for blob in &blobs {
        let id = BlobId::from_bytes(blob.oid.as_bytes());
        if !writer.has(&id) {
            let document = match reader.read(blob.oid, &mut buffer) {
                Ok(()) => Document::new(&blob.path, &buffer),
                Err(git::Error::TooLarge { .. }) => Document::too_large(),
                Err(error) => return Err(error.into()),
            };
            writer.add(id, &document)?;
        }
        let searched = blob.mode.is_file();
        entries.push(FileEntry { path: blob.path.clone(), blob: id, searched });
    }
    writer.set_branch(branch, &commit.to_string(), &entries)?;
    writer.commit()?;
    while writer.merge(&|| false)? {
        writer.commit()?;
    }
    writer.commit()?;
    text += writer.state().text();
    Ok(text)
}

/// The bytes of an index.
fn size(index: &Index) -> Result<f64> {
    let files = std::fs::read_dir(index.directory())?;
    let size = files.map(|entry| Ok(entry?.metadata()?.len()));
    Ok(size.sum::<std::io::Result<u64>>()? as f64)
}

/// Makes an index from nothing; the bytes of its texts.
fn build(repository: &Repository, commit: Oid, index: &Index) -> Result<f64> {
    let (start, used) = (Instant::now(), processor());
    let text = update(repository, commit, index, "main")? as f64;
    let (wall, used) = (milliseconds(start), processor() - used);
    let size = size(index)?;
    say("text", "MB", text / 1e6);
    say("index", "MB", size / 1e6);
    say("index to text", "ratio", size / text);
    say("index all", "ms", wall);
    say("index all", "MB/s/core", text / 1e6 / used);
    say("memory while indexing", "MB", resident("VmHWM") / 1e3);
    Ok(text)
}

/// What the last commits do to an index, each brought in by itself as a push does.
fn again(repository: &Repository, commit: Oid, text: f64, directory: &Path) -> Result<()> {
    let query = LogQuery { first_parent: true, limit: UPDATES + 1, ..LogQuery::default() };
    let commits = repository.history(commit, &query, &Cancel::new())?;
    let index = Index::at(directory);
    let mut times = Vec::new();
    for logged in commits.iter().rev() {
        let start = Instant::now();
        update(repository, logged.commit.id, &index, "main")?;
        times.push(milliseconds(start));
    }
    // The first one made the index.
    let mut times = times.split_off(1);
    times.sort_by(f64::total_cmp);
    let Some(slowest) = times.last() else { return Ok(()) };
    say("updates, one for each of the last commits", "", times.len() as f64);
    say("update: median", "ms", times[times.len() / 2]);
    say("update: slowest", "ms", *slowest);
    say("index to text after the updates", "ratio", size(&index)? / text);
    Ok(())
}

fn check_out(repository: &Path, commit: &str, into: &Path) -> Result<()> {
    let mut archive = Command::new("git")
        .arg("--git-dir")
        .arg(repository)
        .args(["archive", commit])
        .stdout(Stdio::piped())
        .spawn()?;
    let tar = archive.stdout.take().ok_or("git archive gives nothing")?;
    Command::new("tar").arg("-x").arg("-C").arg(into).stdin(tar).status()?;
    archive.wait()?;
    Ok(())
}

fn search(index: &Index, repository: &Path, commit: &str, checkout: &Path) -> Result<()> {
    let cache = Cache::default();
    let start = Instant::now();
    cache.snapshot(index, "main")?;
    say("open", "ms", milliseconds(start));
    for (name, text, regex) in QUERIES {
        let reading = Reading { regex: *regex, case_sensitive: true, word: false };
        let query = Query { text: (*text).to_owned(), reading, ..Query::default() };
        let mut times = Vec::new();
        let mut lines = 0;
        for _ in 0..15 {
            let start = Instant::now();
            let deadline = start + Duration::from_secs(30);
            let search = Search::new(&query)?;
            let snapshot = cache.snapshot(index, "main")?.ok_or("the branch is gone")?;
            let found = search.run(&snapshot, Limits { deadline, files: 1000 })?;
            let wish =
                Wish { skip: 0, lines: 5, context: 1, symbols_first: true, width: 300, deadline };
            for hit in found.hits.iter().take(20) {
                search.show(&snapshot, hit.file, wish)?;
            }
            times.push(milliseconds(start));
            lines = found.lines;
        }
        times.sort_by(f64::total_cmp);
        say(&format!("{name}: lines"), "", lines as f64);
        say(name, "ms", times[times.len() / 2]);
        let kind = if *regex { "-E" } else { "-F" };
        let grep = timed(
            Command::new("git")
                .arg("--git-dir")
                .arg(repository)
                .args(["grep", "-I", kind, "-e", text, commit]),
        )?;
        say(&format!("{name}: git grep"), "ms", grep.0);
        say(&format!("{name}: git grep lines"), "", grep.1 as f64);
        let kind = if *regex { "-e" } else { "-Fe" };
        let mut rg = Command::new("rg");
        rg.args(["--hidden", "--no-ignore", "--no-messages", kind, text]).arg(checkout);
        if let Ok((time, lines)) = timed(&mut rg) {
            say(&format!("{name}: rg on a checkout"), "ms", time);
            say(&format!("{name}: rg lines"), "", lines as f64);
        }
    }
    say("memory after searching", "MB", resident("VmRSS") / 1e3);
    Ok(())
}

/// The median time of some runs, and the lines of the last one's output.
fn timed(command: &mut Command) -> Result<(f64, usize)> {
    let (mut times, mut lines) = (Vec::new(), 0);
    for _ in 0..3 {
        let start = Instant::now();
        let output = command.stdin(Stdio::null()).output()?;
        times.push(milliseconds(start));
        lines = output.stdout.iter().filter(|byte| **byte == b'\n').count();
    }
    times.sort_by(f64::total_cmp);
    Ok((times[times.len() / 2], lines))
}

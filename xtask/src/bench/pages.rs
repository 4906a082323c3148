//! How long the first screen of a page takes where the repository or the
//! change is large.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::product::Product;
use super::report::{Report, Sample};
use super::{git, git_in};

/// Files that one commit adds, and the next one changes.
const FILES: usize = 10_000;
/// Commits of the long history.
const COMMITS: usize = 100_000;
/// Who looks at the pages.
const READER: &str = "reader";
const PASSWORD: &str = "correct horse 7";

/// Measures the pages of a commit of ten thousand files, and those of a history
/// of a hundred thousand commits: the first answer, and the middle one of
/// further ones.
///
/// # Errors
/// A page is not answered, or git fails.
pub(super) fn measure(
    report: &mut Report,
    product: &Product,
    scratch: &Path,
    rounds: usize,
) -> Result<()> {
    let mail = format!("{READER}@example.com");
    let who = ["user", "create", "--name", READER, "--email", &mail, "--password", PASSWORD];
    product.command(&who)?;
    let jar = scratch.join("cookies");
    let form = format!("login={READER}&password={}", PASSWORD.replace(' ', "+"));
    ask(product, &jar, "/login", Some(&form), "303")?;
    for (name, stream) in [("wide", wide()), ("long", long())] {
        let repository = scratch.join(format!("{name}.git"));
        git(&["init", "--quiet", "--bare", "--initial-branch=main"], &[&repository])?;
        import(&repository, stream.as_bytes())?;
        let new = json!({
            "Action": "CreateGitDepot", "ProjectId": product.project(), "DepotName": name, "Shared": true
        });
        product.action(&new)?;
        let url = product.url(&format!("/mortise/bench/{name}.git"));
        let url = url.replace("://", &format!("://admin:{}@", product.token()));
        git_in(&repository, &["push", "--quiet", &url, "main"])?;
    }
    let pages = [
        ("commit that changes 10,000 files", "wide/commit/main"),
        ("its third page", "wide/commit/main?page=3"),
        ("commit that adds 10,000 files", "wide/commit/main~1"),
        ("comparison of 10,000 files", "wide/compare?from=main~2&to=main"),
        ("files, 100,000 commits", "long"),
        ("history, first page of 100,000 commits", "long/commits/main"),
        ("history, page 2,000", "long/commits/main?page=2000"),
        ("history of a file", "long/commits/main?path=src/f7.c"),
        ("file with its last commit", "long/blob/main/src/f7.c"),
        ("blame", "long/blame/main/src/f7.c"),
        ("graph of 100,000 commits", "long/graph/main"),
        ("contributors of 100,000 commits", "long/contributors"),
        ("branches", "long/branches"),
        ("finding a file", "wide/find/main?q=file77"),
    ];
    for (what, page) in pages {
        let address = format!("/p/bench/d/{page}");
        report.single(&format!("{what}, first"), "ms", ask(product, &jar, &address, None, "200")?);
        let mut sample = Sample::default();
        for _ in 0..rounds {
            sample.push(ask(product, &jar, &address, None, "200")?);
        }
        report.single(what, "ms", sample);
    }
    Ok(())
}

/// Asks for a page as a browser does; milliseconds until all of it is there.
fn ask(product: &Product, jar: &Path, page: &str, form: Option<&str>, status: &str) -> Result<f64> {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--globoff", "--compressed", "--output", "/dev/null"])
        .args(["--write-out", "%{http_code} %{time_total}", "--cookie"])
        .arg(jar)
        .arg("--cookie-jar")
        .arg(jar);
    if let Some(form) = form {
        curl.args(["--data", form]);
    }
    let output = curl.arg(product.url(page)).stdin(Stdio::null()).output().context("curl")?;
    let said = String::from_utf8_lossy(&output.stdout);
    let (found, seconds) = said.split_once(' ').with_context(|| format!("{page}: {said}"))?;
    ensure!(found == status, "{page}: {said} {}", String::from_utf8_lossy(&output.stderr));
    Ok(seconds.trim().parse::<f64>()? * 1000.0)
}

fn import(repository: &Path, stream: &[u8]) -> Result<()> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(repository)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .context("git fast-import")?;
    let stdin = child.stdin.take().context("a pipe")?;
    { stdin }.write_all(stream)?;
    let status = child.wait()?;
    ensure!(status.success(), "git fast-import: {status}");
    Ok(())
}

/// The head of a commit in the form of `git fast-import`.
fn commit(number: usize) -> String {
    const PEOPLE: [&str; 4] = ["Ada", "Grace", "Wang", "Linus"];
    let name = PEOPLE[(number * 7 + number / 900) % PEOPLE.len()];
    let who = format!("{name} <{name}@example.com> {} +0000", 1_500_000_000 + number * 700);
    let message = format!("Change number {number}");
    format!(
        "commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {}\n{message}\n",
        message.len()
    )
}

fn file(path: &str, text: &str) -> String {
    format!("M 100644 inline {path}\ndata {}\n{text}\n", text.len())
}

fn wide() -> String {
    let path = |n: usize| format!("dir{}/sub{}/file{n}.txt", n % 50, n % 7);
    let mut stream = commit(0) + &file("README.md", "# wide\n");
    stream += &commit(1);
    stream.extend((0..FILES).map(|n| file(&path(n), &format!("line {n}\nx\n"))));
    stream += &commit(2);
    stream.extend((0..FILES).map(|n| file(&path(n), &format!("line {n} changed\nx\ny\n"))));
    stream
}

fn long() -> String {
    let mut stream = commit(0) + &file("README.md", "# long\n");
    for number in 1..COMMITS {
        stream += &commit(number);
        stream += &file(&format!("src/f{}.c", number % 40), &format!("int x = {number};\n"));
    }
    stream
}

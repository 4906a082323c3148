//! How long the first screen of a page takes where the repository or the
//! change is large.

use std::path::Path;

use anyhow::{Context, Result};

use super::product::Product;
use super::reader::Reader;
use super::report::{FIRST, FRESH, Report};
use super::subject::{SOURCES, Subject};
use super::{git_out, large};

/// No larger files are shown as text.
const LARGEST: u64 = 1_000_000;

/// A page to measure.
struct Page {
    what: String,
    /// Behind the address of the project's depots.
    address: String,
    /// What it took right after the first push of everything, before any
    /// housekeeping, with nothing remembered.
    fresh: f64,
}

/// Measures the pages of a commit of ten thousand files, those of a history of
/// a hundred thousand commits, and those of the subject. A page's first answer
/// is that after another push: what was remembered for the commit before does
/// not help.
///
/// # Errors
/// A page is not answered, or git fails.
pub(super) fn measure(
    report: &mut Report,
    product: &Product,
    subject: &Subject,
    scratch: &Path,
    rounds: usize,
) -> Result<()> {
    let reader = Reader::sign_in(product, scratch)?;
    let (wide, long) = (scratch.join("wide.git"), scratch.join("long.git"));
    large::wide(&wide)?;
    large::long(&long)?;
    let mut pages = Vec::new();
    for (name, repository) in [("wide", &wide), ("long", &long), ("given", &subject.path)] {
        reader.depot(name, repository)?;
        let wanted = match name {
            "wide" => of_wide(repository)?,
            "long" => of_history("100,000 commits", name, "src/f7.c", "topic/90001"),
            _ => of_subject(subject)?,
        };
        for (what, address) in wanted {
            let fresh = reader.page(&address).with_context(|| what.clone())?;
            pages.push(Page { what, address, fresh });
        }
    }
    reader.settle(true);
    for (name, repository) in [("wide", &wide), ("long", &long), ("given", &subject.path)] {
        let tree = git_out(repository, &["rev-parse", "main^{tree}"])?;
        let commit = [
            ["-c", "user.name=Bench", "-c", "user.email=bench@example.com"].as_slice(),
            &["commit-tree", "-p", "main", "-m", "Nothing", &tree],
        ];
        let commit = git_out(repository, &commit.concat())?;
        reader.push(name, repository, &[&format!("{commit}:refs/heads/main")])?;
    }
    reader.settle(false);
    for page in &pages {
        let first = reader.page(&page.address)?;
        let warm = reader.pages(&page.address, rounds)?;
        report.page(&page.what, warm, vec![(FIRST, first.into()), (FRESH, page.fresh.into())]);
    }
    Ok(())
}

fn of_wide(repository: &Path) -> Result<Vec<(String, String)>> {
    let id = |name| git_out(repository, &["rev-parse", name]);
    let [moves, changes, adds, start] = [id("main")?, id("main~1")?, id("main~2")?, id("main~3")?];
    let pages = [
        ("commit that changes 10,000 files", format!("wide/commit/{changes}")),
        ("its third page", format!("wide/commit/{changes}?page=3")),
        ("commit that moves and changes 10,000 files", format!("wide/commit/{moves}")),
        ("commit that adds 10,000 files", format!("wide/commit/{adds}")),
        ("comparison of 10,000 files", format!("wide/compare?from={start}&to={changes}")),
        ("finding one of 10,000 files", "wide/find/main?q=file77".to_owned()),
    ];
    Ok(pages.map(|(what, page)| (what.to_owned(), page)).to_vec())
}

/// The pages of a repository, with a file in it, and the older side of a
/// comparison with `main`.
fn of_history(about: &str, depot: &str, file: &str, old: &str) -> Vec<(String, String)> {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let pages = [
        ("files", depot.to_owned()),
        ("files of a folder", format!("{depot}/tree/main/{folder}")),
        ("file", format!("{depot}/blob/main/{file}")),
        ("blame", format!("{depot}/blame/main/{file}")),
        ("history", format!("{depot}/commits/main")),
        ("history, page 1,000 or the last", format!("{depot}/commits/main?page=1000")),
        ("history of a file", format!("{depot}/commits/main?path={file}")),
        ("history by an author", format!("{depot}/commits/main?author=nobody")),
        ("comparison", format!("{depot}/compare?from={old}&to=main")),
        ("branches", format!("{depot}/branches")),
        ("tags", format!("{depot}/tags")),
        ("graph", format!("{depot}/graph/main")),
        ("contributors", format!("{depot}/contributors")),
        ("finding a file", format!("{depot}/find/main?q=main")),
    ];
    pages.map(|(what, page)| (format!("{what}, {about}"), page)).to_vec()
}

/// The pages of the subject, with its largest file.
fn of_subject(subject: &Subject) -> Result<Vec<(String, String)>> {
    let files = git_out(&subject.path, &["ls-tree", "-r", "-l", "main"])?;
    let size = |line: &str| line.split_whitespace().nth(3)?.parse::<u64>().ok();
    let sources = files.lines().filter(|line| SOURCES.iter().any(|ending| line.ends_with(ending)));
    let largest = sources.filter(|line| size(line).is_some_and(|size| size < LARGEST));
    let largest = largest.max_by_key(|line| size(line)).context("there is no source file")?;
    let (about, path) = largest.split_once('\t').context("git ls-tree")?;
    let old = git_out(&subject.path, &["rev-list", "--first-parent", "-n", "300", "main"])?;
    let old = old.lines().last().context("there is no commit")?;
    let about = about.split_whitespace().last().unwrap_or_default();
    let about = format!("subject ({path}, {about} bytes)");
    let mut pages = of_history(&about, "given", path, old);
    let searches = [
        ("searching a word that stands everywhere", "q=return"),
        ("searching two words that stand in some places", "q=size_t+len"),
        ("searching what stands nowhere", "q=quagga_zeppelin"),
        ("searching a regular expression", "regex=1&q=%5Ba-z%5D%2B_init%5C%28"),
        ("searching one letter by regular expression", "regex=1&q=%5Cbx%5Cb"),
    ];
    pages.extend(
        searches.map(|(what, query)| (format!("{what}, {about}"), format!("given/search?{query}"))),
    );
    Ok(pages)
}

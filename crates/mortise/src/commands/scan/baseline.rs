//! What is new since a revision.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result, anyhow};
use git::{Change, ChangeKind, Oid, Repository};
use scanner::{
    Admission, BlobReport, Engine, FileReport, Language, Named, ProjectReport, Severity,
    SeverityCounts, Tracked, track,
};

/// How the report relates to the revision.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Compared {
    /// As it was given.
    pub(super) revision: String,
    /// Findings that were there already; they are no longer in the report.
    pub(super) known: usize,
    /// Findings that are not there any more.
    pub(super) gone: usize,
}

/// Takes out of `report`, which is about `path`, whatever was found at
/// `revision` already.
///
/// # Errors
/// When `path` is in no Git checkout, or there is no such revision.
pub(super) fn compare(
    engine: &Engine,
    path: &Path,
    revision: &str,
    report: &mut ProjectReport,
) -> Result<Compared> {
    let path = path.canonicalize().with_context(|| format!("cannot find {}", path.display()))?;
    let (checkout, repository) = checkout(&path)?;
    let base = repository
        .resolve(revision)
        .with_context(|| format!("there is no revision {revision} in {}", checkout.display()))?;
    let below = below(&checkout, &path);
    let before = findings_at(engine, &repository, base, &below)?;
    let renames = renames(&repository, base, &below)?;
    let matches = track(&before, &report.findings, &renames);
    let new: HashSet<usize> = matches.new.iter().copied().collect();
    let mut index = 0;
    report.findings.retain(|_| {
        index += 1;
        new.contains(&(index - 1))
    });
    recount(report);
    Ok(Compared {
        revision: revision.to_owned(),
        known: matches.same.len(),
        gone: matches.gone.len(),
    })
}

/// The checkout that `path` lies in, and its repository.
fn checkout(path: &Path) -> Result<(PathBuf, Repository)> {
    for directory in path.ancestors() {
        let inside = directory.join(".git");
        let repository = if inside.is_dir() {
            inside
        } else if let Ok(text) = std::fs::read_to_string(&inside) {
            // A linked working tree says where its repository is.
            let target =
                text.trim().strip_prefix("gitdir: ").context("a .git file without gitdir")?;
            directory.join(target)
        } else {
            continue;
        };
        let opened = Repository::open(&repository)
            .with_context(|| format!("cannot open {}", repository.display()))?;
        return Ok((directory.to_path_buf(), opened));
    }
    Err(anyhow!(
        "{} is in no Git checkout, so --baseline has nothing to compare with",
        path.display()
    ))
}

/// `path` as Git writes it within the checkout.
fn below(checkout: &Path, path: &Path) -> Below {
    let inside = path.strip_prefix(checkout).unwrap_or(Path::new(""));
    let inside = inside.to_string_lossy().into_owned();
    Below { is_file: path.is_file(), inside }
}

/// The part of a tree that is scanned.
struct Below {
    inside: String,
    is_file: bool,
}

impl Below {
    /// A path of the tree as the scan names it, if it lies in this part.
    fn name<'a>(&self, path: &'a str) -> Option<&'a str> {
        if self.is_file {
            return (path == self.inside).then(|| path.rsplit('/').next().unwrap_or(path));
        }
        if self.inside.is_empty() {
            return Some(path);
        }
        path.strip_prefix(self.inside.as_str())?.strip_prefix('/')
    }
}

fn findings_at(
    engine: &Engine,
    repository: &Repository,
    commit: Oid,
    below: &Below,
) -> Result<Vec<Tracked>> {
    let mut files: Vec<(String, Oid, Named)> = Vec::new();
    for entry in repository.all_blobs(commit)? {
        let Some(name) = below.name(&entry.path).filter(|_| entry.mode.is_file()) else { continue };
        if let Admission::Analyse(named) = engine.admit(name) {
            files.push((name.to_owned(), entry.oid, named));
        }
    }
    let reports = analyse(engine, repository, &files);
    let joined: Vec<FileReport<'_>> = files
        .iter()
        .zip(&reports)
        .filter_map(|((path, ..), report)| {
            report.as_ref().map(|report| FileReport { path, blob: "", report })
        })
        .collect();
    Ok(engine.join(&joined, &[]).findings.iter().map(Tracked::from).collect())
}

/// In the order of the files; nothing for one that is too large.
fn analyse(
    engine: &Engine,
    repository: &Repository,
    files: &[(String, Oid, Named)],
) -> Vec<Option<BlobReport>> {
    let reports: Vec<Mutex<Option<BlobReport>>> = files.iter().map(|_| Mutex::default()).collect();
    let oids: Vec<Oid> = files.iter().map(|(_, oid, _)| *oid).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let limit = engine.ruleset().limits.max_bytes;
    repository.for_each_blob(&oids, limit, threads, |index, content| {
        if let (Ok(source), Some((_, _, named))) = (content, files.get(index)) {
            let report = engine.analyse(named.tell(source), source);
            *reports[index].lock().unwrap_or_else(PoisonError::into_inner) = Some(report);
        }
    });
    reports
        .into_iter()
        .map(|report| report.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect()
}

/// Old and new paths of what was renamed between the revision and `HEAD`.
fn renames(repository: &Repository, base: Oid, below: &Below) -> Result<Vec<(String, String)>> {
    let head = repository.resolve("HEAD").context("the checkout has no commit")?;
    let changes = repository.diff_trees(Some(base), head, true)?;
    let renamed = |change: &Change| {
        let (old, new) = (change.old.as_ref()?, change.new.as_ref()?);
        let (old, new) = (below.name(&old.path)?, below.name(&new.path)?);
        Some((old.to_owned(), new.to_owned()))
    };
    let renames = changes.iter().filter(|change| change.kind == ChangeKind::Renamed);
    Ok(renames.filter_map(renamed).collect())
}

/// Makes every count of findings one of those that are left.
fn recount(report: &mut ProjectReport) {
    let mut by_file: HashMap<&str, SeverityCounts> = HashMap::new();
    for finding in &report.findings {
        add(by_file.entry(&finding.path).or_default(), finding.severity);
    }
    let mut all = SeverityCounts::default();
    let mut by_language: HashMap<Language, SeverityCounts> = HashMap::new();
    let mut by_directory: HashMap<&str, SeverityCounts> = HashMap::new();
    for file in &mut report.files {
        let counts = by_file.get(file.path.as_str()).copied().unwrap_or_default();
        file.totals.findings = counts;
        all += counts;
        *by_language.entry(file.language).or_default() += counts;
        for directory in directories(&file.path) {
            *by_directory.entry(directory).or_default() += counts;
        }
    }
    report.totals.findings = all;
    for language in &mut report.languages {
        language.totals.findings = by_language.get(&language.language).copied().unwrap_or_default();
    }
    for directory in &mut report.directories {
        let counts = by_directory.get(directory.path.as_str()).copied();
        directory.totals.findings = counts.unwrap_or_default();
    }
}

/// `a/b/c.rs` lies in `a/b`, in `a` and in the root.
fn directories(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let inner = rest?;
        let outer = inner.rsplit_once('/').map_or("", |(outer, _)| outer);
        rest = (!outer.is_empty()).then_some(outer);
        Some(outer)
    })
}

fn add(counts: &mut SeverityCounts, severity: Severity) {
    match severity {
        Severity::Fatal => counts.fatal += 1,
        Severity::Error => counts.error += 1,
        Severity::Warning => counts.warning += 1,
        Severity::Info => counts.info += 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lies_in_every_directory_above_it_once() {
        assert_eq!(directories("a/b/c.rs").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(directories("a/b.rs").collect::<Vec<_>>(), ["a", ""]);
        assert_eq!(directories("b.rs").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn a_part_of_a_tree_has_its_own_names() {
        let part = |inside: &str, is_file| Below { inside: inside.to_owned(), is_file };
        assert_eq!(part("", false).name("src/a.rs"), Some("src/a.rs"));
        assert_eq!(part("src", false).name("src/a.rs"), Some("a.rs"));
        assert_eq!(part("src", false).name("srcs/a.rs"), None);
        assert_eq!(part("src/a.rs", true).name("src/a.rs"), Some("a.rs"));
        assert_eq!(part("src/a.rs", true).name("src/b.rs"), None);
    }
}

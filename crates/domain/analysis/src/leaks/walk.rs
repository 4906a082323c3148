//! Reading a history: every content of every file once, the oldest commit first.
//! Runs on a thread of its own and hands on what it finds some commits at a time.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use base::{Error, Result, Timestamp};
use call::Vault;
use git::{ChangeKind, Commit, Oid, Repository};
use scanner::Engine;
use sha2::Digest as _;
use tokio::sync::mpsc;

use super::{LeakPlace, MOST_LEAKS, MOST_PLACES};
use crate::finding::Author;
use crate::parameters::PathMatcher;
use crate::run::stop::Stop;

/// The most commits of a history.
const MOST_COMMITS: usize = 1_000_000;
/// Files and commits that are read before it is said what was found.
const FILES: usize = 1_000;
const COMMITS: usize = 500;

/// What is to be read.
pub(super) struct Walk {
    pub(super) repository: Repository,
    pub(super) engine: Arc<Engine>,
    pub(super) matchers: Vec<PathMatcher>,
    pub(super) vault: Vault,
    pub(super) stop: Stop,
    pub(super) threads: usize,
    /// Where the branches are.
    pub(super) tips: Vec<Oid>,
    /// What was read by an earlier search: with all that leads to it.
    pub(super) known: Vec<Oid>,
    /// Of those, where places of leaks are known: files of these are not read
    /// again.
    pub(super) placed: Vec<Oid>,
    /// How many commits this search has done before it was interrupted, of how
    /// many.
    pub(super) resumed: (usize, usize),
}

/// What a walk hands on.
pub(super) enum Step {
    /// How many commits there are, and how many of them were done before.
    Begin { total: usize, done: usize },
    /// What was found, up to so many commits.
    Batch { done: usize, failed: usize, found: Vec<Gathered> },
    /// Everything was read: the files of the branches, and the commits.
    End { tips: HashMap<Oid, String>, commits: HashSet<Oid> },
}

/// A secret of some files.
pub(super) struct Gathered {
    pub(super) fingerprint: String,
    pub(super) rule: String,
    pub(super) severity: scanner::Severity,
    /// Where it was seen first, unless that was in a file of a branch alone.
    pub(super) first: Option<First>,
    pub(super) places: Vec<LeakPlace>,
    /// A comment in a file of a branch says that it may stay.
    pub(super) suppressed: bool,
}

/// Where a secret was seen first.
pub(super) struct First {
    pub(super) path: String,
    pub(super) lines: (u32, u32),
    pub(super) author: Author,
}

/// A content to be read.
struct Fresh {
    blob: Oid,
    path: String,
    /// Which of the commits that are waiting has brought it.
    commit: Option<usize>,
}

impl Walk {
    /// Reads everything. Ends early, without an error, where nobody listens.
    ///
    /// # Errors
    /// `Unavailable` where a commit is gone or the walk was stopped; `Invalid` for
    /// too large a history.
    pub(super) fn run(self, send: &mpsc::Sender<Step>) -> Result<()> {
        let tips = self.files_of(&self.tips)?;
        let incoming =
            self.repository.between(&self.known, &self.tips, MOST_COMMITS).map_err(of_git)?;
        let say = |step| send.blocking_send(step).is_ok();
        // Where the commits are not those of before, nothing is left out.
        let (done, of) = self.resumed;
        let skipped = if of == incoming.len() { done } else { 0 };
        if !say(Step::Begin { total: incoming.len(), done: skipped }) {
            return Ok(());
        }
        let mut seen: HashSet<Oid> = HashSet::new();
        let (mut waiting, mut commits): (Vec<Fresh>, Vec<Commit>) = (Vec::new(), Vec::new());
        let (mut failed, mut said) = (0, skipped);
        for (number, id) in incoming.ids().enumerate() {
            self.stop.check()?;
            let touched = incoming.commit(id).and_then(|commit| {
                let touched = incoming.touched(&commit)?;
                Ok((commit, touched))
            });
            let Ok((commit, touched)) = touched else {
                tracing::warn!(commit = %id, "a commit cannot be read");
                failed += 1;
                continue;
            };
            for one in touched {
                let fresh = one.kind != ChangeKind::Deleted
                    && one.mode.is_file()
                    && self.admits(&one.path)
                    && seen.insert(one.oid);
                if fresh && number >= skipped {
                    let commit = Some(commits.len());
                    waiting.push(Fresh { blob: one.oid, path: one.path, commit });
                }
            }
            if number < skipped {
                continue;
            }
            commits.push(commit);
            if waiting.len() >= FILES || commits.len() >= COMMITS {
                let found = self.read(&waiting, &commits, &tips)?;
                said = number + 1;
                if !say(Step::Batch { done: said, failed, found }) {
                    return Ok(());
                }
                (waiting, commits) = (Vec::new(), Vec::new());
            }
        }
        if said < incoming.len() {
            let found = self.read(&waiting, &commits, &tips)?;
            if !say(Step::Batch { done: incoming.len(), failed, found }) {
                return Ok(());
            }
        }
        // What the branches have from before is looked at where it is not known.
        let placed = self.files_of(&self.placed).unwrap_or_default();
        let mut rest: Vec<Fresh> = tips
            .iter()
            .filter(|(blob, _)| !seen.contains(*blob) && !placed.contains_key(*blob))
            .map(|(blob, path)| Fresh { blob: *blob, path: path.clone(), commit: None })
            .collect();
        rest.sort_by(|one, other| one.path.cmp(&other.path));
        for some in rest.chunks(FILES) {
            let found = self.read(some, &[], &tips)?;
            if !say(Step::Batch { done: incoming.len(), failed, found }) {
                return Ok(());
            }
        }
        let commits = incoming.ids().collect();
        say(Step::End { tips, commits });
        Ok(())
    }

    fn admits(&self, path: &str) -> bool {
        self.engine.may_expose(path) && self.matchers.iter().all(|one| one.admits(path))
    }

    /// The files of commits by their content, with one of their paths.
    fn files_of(&self, commits: &[Oid]) -> Result<HashMap<Oid, String>> {
        let mut files = HashMap::new();
        for commit in commits {
            self.stop.check()?;
            for entry in self.repository.all_blobs(*commit).map_err(of_git)? {
                if entry.mode.is_file() && self.admits(&entry.path) {
                    files.entry(entry.oid).or_insert(entry.path);
                }
            }
        }
        Ok(files)
    }

    /// The secrets of some files, those that were brought first first.
    fn read(
        &self,
        files: &[Fresh],
        commits: &[Commit],
        tips: &HashMap<Oid, String>,
    ) -> Result<Vec<Gathered>> {
        let blobs: Vec<Oid> = files.iter().map(|file| file.blob).collect();
        let limit = self.engine.ruleset().limits.max_bytes;
        let hits: Mutex<Vec<(usize, Vec<scanner::Exposed>)>> = Mutex::default();
        self.repository.for_each_blob(&blobs, limit, self.threads, |index, content| {
            // What is too large to be text, or is missing, is nobody's secret.
            let Ok(content) = content else { return };
            if self.stop.is_thrown() {
                return;
            }
            let found = self.engine.exposed(&files[index].path, content);
            if !found.is_empty() {
                hits.lock().unwrap_or_else(PoisonError::into_inner).push((index, found));
            }
        });
        self.stop.check()?;
        let mut hits = hits.into_inner().unwrap_or_else(PoisonError::into_inner);
        hits.sort_by_key(|(index, _)| *index);
        let mut gathered: Vec<Gathered> = Vec::new();
        let mut index_of: HashMap<String, usize> = HashMap::new();
        for (file, found) in hits {
            let file = &files[file];
            let tip = tips.get(&file.blob);
            for one in found {
                let fingerprint = self.fingerprint(&one)?;
                let at = match index_of.get(&fingerprint) {
                    Some(at) => *at,
                    // One more than is ever kept says that there are more.
                    None if gathered.len() > MOST_LEAKS => continue,
                    None => {
                        index_of.insert(fingerprint.clone(), gathered.len());
                        let commit = file.commit.and_then(|commit| commits.get(commit));
                        gathered.push(Gathered {
                            fingerprint,
                            rule: one.rule.clone(),
                            severity: one.severity,
                            first: commit.map(|commit| First {
                                path: file.path.clone(),
                                lines: (one.span.start_line, one.span.end_line),
                                author: author(commit),
                            }),
                            places: Vec::new(),
                            suppressed: false,
                        });
                        gathered.len() - 1
                    }
                };
                let (Some(known), Some(path)) = (gathered.get_mut(at), tip) else { continue };
                known.suppressed |= one.suppressed;
                if known.places.len() < MOST_PLACES {
                    known.places.push(LeakPlace {
                        path: path.clone(),
                        line: one.span.start_line,
                        blob: file.blob.to_string(),
                    });
                }
            }
        }
        Ok(gathered)
    }

    fn fingerprint(&self, found: &scanner::Exposed) -> Result<String> {
        let mut hasher = sha2::Sha256::new();
        for part in ["leak", &found.rule, &found.value] {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        Ok(hex::encode(self.vault.fingerprint(&hasher.finalize().into())?))
    }
}

fn author(commit: &Commit) -> Author {
    Author {
        name: commit.author.name.clone(),
        mail: commit.author.mail.clone(),
        at: Timestamp::from_seconds(commit.author.seconds),
        commit: commit.id.to_string(),
    }
}

fn of_git(error: git::Error) -> Error {
    match error {
        git::Error::NotFound(_) => {
            Error::unavailable("a commit of the branch is not there any more")
        }
        git::Error::TooLarge { .. } => {
            Error::unsupported("the history has more commits than can be searched")
        }
        other => Error::internal(other),
    }
}

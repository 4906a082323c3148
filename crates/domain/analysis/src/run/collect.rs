//! From commits to one report for each file: what is known is looked up, the
//! rest is analysed straight from the object database.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base::{Error, Result};
use git::{Oid, Repository};
use scanner::{Admission, BlobReport, Engine, Language, SkipReason, Skipped};
use tokio::sync::mpsc;

use super::dependencies::{self, Told};
use super::{Work, cache};
use crate::parameters::{Parameters, PathMatcher};

/// What a scan has to work with.
pub(crate) struct Collected {
    /// Files that were read, each with the index of its report.
    pub(crate) files: Vec<File>,
    pub(crate) reports: Vec<BlobReport>,
    /// Files that were not.
    pub(crate) left_out: Vec<Skipped>,
    /// Files that may tell of dependencies.
    pub(crate) told: Vec<Told>,
    /// Reports that were known.
    pub(crate) cached: u32,
    /// Reports that were made.
    pub(crate) analysed: u32,
}

/// A file of a commit.
pub(crate) struct File {
    /// The path in the result.
    pub(crate) path: String,
    pub(crate) blob: Oid,
    pub(crate) report: usize,
}

/// A blob to be analysed.
struct Wanted {
    key: Vec<u8>,
    source: usize,
    blob: Oid,
    language: Language,
    header: bool,
}

/// Encoded reports are written so many at a time, or so many bytes.
const BATCH: usize = 200;
const BATCH_BYTES: usize = 2 << 20;

pub(crate) async fn collect(work: &Work, engine: &Arc<Engine>) -> Result<Collected> {
    work.stage("list", 0, 0).await?;
    let Listed { files, wanted, left_out, told } = list(work, engine).await?;
    let total = wanted.len() as u64;
    work.stage("analyse", 0, total).await?;
    let keys: Vec<Vec<u8>> = wanted.iter().map(|wanted| wanted.key.clone()).collect();
    let mut known = cache::load(work.env(), &keys).await?;
    let mut reports: Vec<Option<BlobReport>> =
        wanted.iter().map(|wanted| known.remove(&wanted.key)).collect();
    let missing: Vec<usize> = (0..wanted.len()).filter(|index| reports[*index].is_none()).collect();
    let analysed = missing.len();
    for (index, report) in analyse(work, engine, wanted, missing).await? {
        reports[index] = Some(report);
    }
    work.stop.check()?;
    let reports: Vec<BlobReport> = reports
        .into_iter()
        .map(|report| report.ok_or_else(|| Error::internal("a blob has no report")))
        .collect::<Result<_>>()?;
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(Collected {
        cached: small(reports.len() - analysed),
        analysed: small(analysed),
        files,
        reports,
        left_out,
        told,
    })
}

/// Which files there are, which different blobs they are, and what is left out.
#[derive(Default)]
struct Listed {
    files: Vec<File>,
    wanted: Vec<Wanted>,
    left_out: Vec<Skipped>,
    told: Vec<Told>,
}

async fn list(work: &Work, engine: &Arc<Engine>) -> Result<Listed> {
    let definition = &work.plan.definition;
    let branch = work.scan.sources.first().map(|source| source.branch.clone()).unwrap_or_default();
    let variables = work.variables.clone();
    let parameters = Parameters::parse(&definition.parameters).substitute(|name| {
        let given = variables.iter().chain(&definition.variables).find(|(key, _)| key == name);
        match given {
            Some((_, value)) => Some(value.clone()),
            None => (name.eq_ignore_ascii_case("branch")).then(|| branch.clone()),
        }
    });
    let matchers = [PathMatcher::new(&definition.paths)?, PathMatcher::new(&parameters.paths())?];
    let languages = definition.languages.clone();
    let sources: Vec<(Repository, Oid, String)> = work
        .sources
        .iter()
        .map(|source| (source.repository.clone(), source.commit, source.prefix.clone()))
        .collect();
    let (engine, stop) = (Arc::clone(engine), work.stop.clone());
    tokio::task::spawn_blocking(move || {
        let analysis = hex::decode(engine.analysis_hash()).map_err(Error::internal)?;
        let Listed { mut files, mut wanted, mut left_out, mut told } = Listed::default();
        let mut indexes: HashMap<Vec<u8>, usize> = HashMap::new();
        for (number, (repository, commit, prefix)) in sources.iter().enumerate() {
            stop.check()?;
            for entry in repository.all_blobs(*commit).map_err(Error::internal)? {
                if !entry.mode.is_file() {
                    continue;
                }
                let path = format!("{prefix}{}", entry.path);
                if let Some(kind) = dependencies::tells(&entry.path)
                    && matchers.iter().all(|matcher| matcher.admits(&entry.path))
                {
                    told.push(Told { source: number, path: path.clone(), blob: entry.oid, kind });
                }
                let header = path.ends_with(".h");
                let language = match engine.admit(&path) {
                    Admission::Unknown => continue,
                    Admission::Skip(reason) => {
                        left_out.push(Skipped { path, reason });
                        continue;
                    }
                    Admission::Analyse(language) => language,
                };
                if !is_wanted(&languages, language, header) {
                    continue;
                }
                if !matchers.iter().all(|matcher| matcher.admits(&entry.path)) {
                    left_out.push(Skipped { path, reason: SkipReason::Excluded });
                    continue;
                }
                let key = cache::key(entry.oid, &analysis, language, header);
                let report = *indexes.entry(key.clone()).or_insert_with(|| {
                    let blob = entry.oid;
                    wanted.push(Wanted { key, source: number, blob, language, header });
                    wanted.len() - 1
                });
                files.push(File { path, blob: entry.oid, report });
            }
        }
        Ok(Listed { files, wanted, left_out, told })
    })
    .await
    .map_err(Error::internal)?
}

/// Whether a plan's choice of languages includes one. A header may turn out to
/// be of either language; TSX is TypeScript to people.
fn is_wanted(languages: &[String], language: Language, header: bool) -> bool {
    languages.is_empty()
        || languages.iter().any(|wanted| {
            wanted == language.id()
                || (header && wanted == Language::Cpp.id())
                || (language == Language::Tsx && wanted == Language::TypeScript.id())
        })
}

/// Makes the missing reports on all processors, and keeps them as they come.
async fn analyse(
    work: &Work,
    engine: &Arc<Engine>,
    wanted: Vec<Wanted>,
    missing: Vec<usize>,
) -> Result<Vec<(usize, BlobReport)>> {
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let total = wanted.len() as u64;
    let known = total - missing.len() as u64;
    let (send, mut receive) = mpsc::channel::<Vec<(Vec<u8>, Vec<u8>)>>(4);
    let repositories: Vec<Repository> =
        work.sources.iter().map(|source| source.repository.clone()).collect();
    let done = Arc::new(AtomicU64::new(known));
    let (engine, stop, counter, job) =
        (Arc::clone(engine), work.stop.clone(), Arc::clone(&done), work.job.clone());
    let working = tokio::task::spawn_blocking(move || {
        let made = Collector::new(send, missing.len());
        for (number, repository) in repositories.iter().enumerate() {
            let those: Vec<usize> =
                missing.iter().copied().filter(|index| wanted[*index].source == number).collect();
            let blobs: Vec<Oid> = those.iter().map(|index| wanted[*index].blob).collect();
            let limit = engine.ruleset().limits.max_bytes;
            let threads = std::thread::available_parallelism().map_or(1, usize::from);
            repository.for_each_blob(&blobs, limit, threads, |position, content| {
                if stop.is_thrown() {
                    return;
                }
                let index = those[position];
                let Wanted { key, language, header, .. } = &wanted[index];
                made.take(index, key, report(&engine, *language, *header, content));
                let now = counter.fetch_add(1, Ordering::Relaxed) + 1;
                if now.is_multiple_of(16) {
                    job.progress(now, total, "analyse");
                }
            });
        }
        made.finish()
    });
    while let Some(batch) = receive.recv().await {
        cache::store(work.env(), batch).await?;
        work.stage("analyse", done.load(Ordering::Relaxed), total).await?;
    }
    let made = working.await.map_err(Error::internal)?;
    work.stop.check()?;
    Ok(made)
}

fn report(
    engine: &Engine,
    language: Language,
    header: bool,
    content: Result<&[u8], git::Error>,
) -> BlobReport {
    match content {
        Ok(source) => {
            let language = match header {
                true => Language::of("a.h", source).unwrap_or(language),
                false => language,
            };
            engine.analyse(language, source)
        }
        Err(git::Error::TooLarge { .. }) => BlobReport::skipped(language, SkipReason::TooLarge),
        Err(error) => {
            tracing::warn!(%error, "a blob cannot be read");
            BlobReport::skipped(language, SkipReason::Failed)
        }
    }
}

/// Whether a report may be different another time.
pub(crate) fn is_provisional(report: &BlobReport) -> bool {
    report.health.rules_skipped
        || matches!(report.skipped, Some(SkipReason::Failed | SkipReason::Timeout))
}

/// Gathers reports from several threads and hands on their encoded form.
struct Collector {
    send: mpsc::Sender<Vec<(Vec<u8>, Vec<u8>)>>,
    made: std::sync::Mutex<Gathered>,
}

#[derive(Default)]
struct Gathered {
    reports: Vec<(usize, BlobReport)>,
    batch: Vec<(Vec<u8>, Vec<u8>)>,
    bytes: usize,
}

impl Collector {
    fn new(send: mpsc::Sender<Vec<(Vec<u8>, Vec<u8>)>>, expected: usize) -> Self {
        let gathered = Gathered { reports: Vec::with_capacity(expected), ..Gathered::default() };
        Self { send, made: std::sync::Mutex::new(gathered) }
    }

    fn take(&self, index: usize, key: &[u8], report: BlobReport) {
        let encoded = (!is_provisional(&report)).then(|| report.encode());
        let mut made = self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        made.reports.push((index, report));
        let Some(encoded) = encoded else { return };
        made.bytes += encoded.len();
        made.batch.push((key.to_vec(), encoded));
        if made.batch.len() >= BATCH || made.bytes >= BATCH_BYTES {
            made.bytes = 0;
            let batch = std::mem::take(&mut made.batch);
            // The others wait here too, so that writing keeps up with analysing.
            drop(self.send.blocking_send(batch));
        }
    }

    fn finish(self) -> Vec<(usize, BlobReport)> {
        let made = self.made.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !made.batch.is_empty() {
            drop(self.send.blocking_send(made.batch));
        }
        made.reports
    }
}

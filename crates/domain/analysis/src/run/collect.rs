//! From commits to one report for each file: what is known is looked up, the
//! rest is analysed straight from the object database.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base::{Error, Result};
use call::Env;
use git::{Oid, Repository};
use jobs::JobContext;
use scanner::{BlobReport, Engine, Named, PackedReport, ProjectFile, SkipReason, Skipped};
use tokio::sync::mpsc;

use super::dependencies::Told;
use super::list::{Listed, Place, Scope, Wanted, is_wanted, list};
use super::stop::Stop;
use super::warm::Lane;
use super::{Work, cache};

/// What a scan has to work with.
pub(crate) struct Collected {
    /// Files that were read.
    pub(crate) files: Vec<ProjectFile>,
    /// Files that were not.
    pub(crate) left_out: Vec<Skipped>,
    /// Files that may tell of dependencies.
    pub(crate) told: Vec<Told>,
    /// Reports that were known.
    pub(crate) cached: u32,
    /// Reports that were made.
    pub(crate) analysed: u32,
}

/// Encoded reports are written so many at a time, or so many bytes.
const BATCH: usize = 200;
const BATCH_BYTES: usize = 2 << 20;

/// Collects what a scan looks at; `lane` is what the last one left.
pub(crate) async fn collect(
    work: &Work,
    engine: &Arc<Engine>,
    lane: &mut Lane,
) -> Result<Collected> {
    work.stage("list", 0, 0).await?;
    let branch = work.scan.sources.first().map(|source| source.branch.clone()).unwrap_or_default();
    let scope =
        Scope { definition: &work.plan.definition, variables: &work.variables, branch: &branch };
    let places: Vec<Place> = work
        .sources
        .iter()
        .map(|source| Place {
            repository: source.repository.clone(),
            commit: source.commit,
            prefix: source.prefix.clone(),
        })
        .collect();
    let repositories = places.iter().map(|place| place.repository.clone()).collect();
    let listed = list(engine, &scope, places, &work.stop, &mut lane.listing).await?;
    work.stage("analyse", 0, listed.wanted.len() as u64).await?;
    let reader = Reader {
        env: work.env(),
        engine,
        repositories,
        stop: &work.stop,
        watch: Watch::Scan(work),
        threads: std::thread::available_parallelism().map_or(1, usize::from),
    };
    reader.read(listed, &mut lane.known, usize::MAX).await
}

/// Whom the reading of blobs tells how far it has come.
#[derive(Clone, Copy)]
pub(crate) enum Watch<'a> {
    Scan(&'a Work),
    Nobody,
}

impl Watch<'_> {
    async fn stage(self, done: u64, total: u64) -> Result<()> {
        match self {
            Self::Scan(work) => work.stage("analyse", done, total).await,
            Self::Nobody => Ok(()),
        }
    }

    fn job(self) -> Option<JobContext<Env>> {
        match self {
            Self::Scan(work) => Some(work.job.clone()),
            Self::Nobody => None,
        }
    }
}

/// Finds or makes the reports of blobs.
pub(crate) struct Reader<'a> {
    pub(crate) env: &'a Env,
    pub(crate) engine: &'a Arc<Engine>,
    /// By [`Wanted::source`].
    pub(crate) repositories: Vec<Repository>,
    pub(crate) stop: &'a Stop,
    pub(crate) watch: Watch<'a>,
    /// How many blobs are analysed at a time.
    pub(crate) threads: usize,
}

/// Reports by the key of the cache.
pub(crate) type Known = HashMap<Vec<u8>, Arc<PackedReport>>;

impl Reader<'_> {
    /// The reports of what was listed. Those in `known` are asked for nowhere
    /// else; afterwards it holds those of this commit.
    ///
    /// # Errors
    /// `Conflict` when more than `most` blobs would have to be analysed.
    pub(crate) async fn read(
        &self,
        listed: Listed,
        known: &mut Known,
        most: usize,
    ) -> Result<Collected> {
        let Listed { files, wanted, left_out, told, languages } = listed;
        let mut reports: Vec<Option<Arc<PackedReport>>> =
            wanted.iter().map(|wanted| known.get(&wanted.key).cloned()).collect();
        let missing = |reports: &[Option<Arc<PackedReport>>]| -> Vec<usize> {
            (0..reports.len()).filter(|index| reports[*index].is_none()).collect()
        };
        let keys: Vec<Vec<u8>> =
            missing(&reports).into_iter().map(|index| wanted[index].key.clone()).collect();
        let mut stored = cache::load(self.env, &keys).await?;
        for (report, wanted) in reports.iter_mut().zip(&wanted) {
            if report.is_none() {
                *report = stored.remove(&wanted.key).map(Arc::new);
            }
        }
        let missing = missing(&reports);
        let analysed = missing.len();
        if analysed > most {
            return Err(Error::conflict("too many files of the commit have not been analysed yet"));
        }
        let wanted = Arc::new(wanted);
        for (index, report) in analyse(self, Arc::clone(&wanted), missing).await? {
            reports[index] = Some(Arc::new(report));
        }
        self.stop.check()?;
        let reports: Vec<Arc<PackedReport>> = reports
            .into_iter()
            .map(|report| report.ok_or_else(|| Error::internal("a blob has no report")))
            .collect::<Result<_>>()?;
        known.clear();
        // What may be different another time is looked at again then.
        known.extend(
            wanted
                .iter()
                .zip(&reports)
                .filter(|(_, report)| !is_provisional(report))
                .map(|(wanted, report)| (wanted.key.clone(), Arc::clone(report))),
        );
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(Collected {
            cached: small(reports.len() - analysed),
            analysed: small(analysed),
            files: files
                .into_iter()
                // What a name leaves open, the content has decided.
                .filter(|file| is_wanted(&languages, reports[file.report].language()))
                .map(|file| ProjectFile {
                    path: file.path,
                    blob: file.blob.to_string(),
                    report: Arc::clone(&reports[file.report]),
                })
                .collect(),
            left_out,
            told,
        })
    }
}

/// Makes the missing reports on all processors, and keeps them as they come.
async fn analyse(
    reader: &Reader<'_>,
    wanted: Arc<Vec<Wanted>>,
    missing: Vec<usize>,
) -> Result<Vec<(usize, PackedReport)>> {
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let total = wanted.len() as u64;
    let known = total - missing.len() as u64;
    let (send, mut receive) = mpsc::channel::<Vec<(Vec<u8>, Vec<u8>)>>(4);
    let (repositories, threads) = (reader.repositories.clone(), reader.threads);
    let done = Arc::new(AtomicU64::new(known));
    let (engine, stop, counter, job) =
        (Arc::clone(reader.engine), reader.stop.clone(), Arc::clone(&done), reader.watch.job());
    let working = tokio::task::spawn_blocking(move || {
        let made = Collector::new(send, missing.len());
        for (number, repository) in repositories.iter().enumerate() {
            let those: Vec<usize> =
                missing.iter().copied().filter(|index| wanted[*index].source == number).collect();
            let blobs: Vec<Oid> = those.iter().map(|index| wanted[*index].blob).collect();
            let limit = engine.ruleset().limits.max_bytes;
            repository.for_each_blob(&blobs, limit, threads, |position, content| {
                if stop.is_thrown() {
                    return;
                }
                let index = those[position];
                let Wanted { key, named, .. } = &wanted[index];
                made.take(index, key, PackedReport::new(&report(&engine, *named, content)));
                let now = counter.fetch_add(1, Ordering::Relaxed) + 1;
                if let Some(job) = &job
                    && now.is_multiple_of(16)
                {
                    job.progress(now, total, "analyse");
                }
            });
        }
        made.finish()
    });
    while let Some(batch) = receive.recv().await {
        cache::store(reader.env, batch).await?;
        reader.watch.stage(done.load(Ordering::Relaxed), total).await?;
    }
    let made = working.await.map_err(Error::internal)?;
    reader.stop.check()?;
    Ok(made)
}

pub(crate) fn report(
    engine: &Engine,
    named: Named,
    content: Result<&[u8], git::Error>,
) -> BlobReport {
    match content {
        Ok(source) => engine.analyse(named.tell(source), source),
        Err(git::Error::TooLarge { .. }) => {
            BlobReport::skipped(named.guess(), SkipReason::TooLarge)
        }
        Err(error) => {
            tracing::warn!(%error, "a blob cannot be read");
            BlobReport::skipped(named.guess(), SkipReason::Failed)
        }
    }
}

/// Whether a report may be different another time.
pub(crate) fn is_provisional(report: &PackedReport) -> bool {
    report.health().rules_skipped
        || matches!(report.skipped(), Some(SkipReason::Failed | SkipReason::Timeout))
}

/// Gathers reports from several threads and hands on their stored form.
struct Collector {
    send: mpsc::Sender<Vec<(Vec<u8>, Vec<u8>)>>,
    made: std::sync::Mutex<Gathered>,
}

#[derive(Default)]
struct Gathered {
    reports: Vec<(usize, PackedReport)>,
    batch: Vec<(Vec<u8>, Vec<u8>)>,
    bytes: usize,
}

impl Collector {
    fn new(send: mpsc::Sender<Vec<(Vec<u8>, Vec<u8>)>>, expected: usize) -> Self {
        let gathered = Gathered { reports: Vec::with_capacity(expected), ..Gathered::default() };
        Self { send, made: std::sync::Mutex::new(gathered) }
    }

    fn take(&self, index: usize, key: &[u8], report: PackedReport) {
        let encoded = (!is_provisional(&report)).then(|| report.encoded().to_vec());
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

    fn finish(self) -> Vec<(usize, PackedReport)> {
        let made = self.made.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !made.batch.is_empty() {
            drop(self.send.blocking_send(made.batch));
        }
        made.reports
    }
}

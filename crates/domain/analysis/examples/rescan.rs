//! How long scans take in the server: the first one of a repository, those after
//! pushes that change one file, and one of an unchanged commit.
//!
//! ```text
//! cargo run --release -p analysis --example rescan -- /path/to/repository [pushes [postgres://…]]
//! ```

#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use analysis::{PlanKey, Scan, ScanFilter, ScanPlan, StartOptions, Trigger};
use base::{Error, Granted, PageRequest, Read, Result, SystemClock, SystemRandom, TeamRole, Write};
use blob::Blobs;
use call::{Addresses, Call, Env, EnvParts, Vault};
use db::{Db, DbOptions};
use depots::push::RefChange;
use depots::{Depot, DepotKey, ImportSource, NewDepot};
use git::{FileEdit, Mode, NewCommit, Signature};
use jobs::{Jobs, Registry, Worker, WorkerOptions};
use projects::NewProject;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let source = arguments.next().ok_or_else(|| Error::missing("path of a repository"))?;
    let directory = tempfile::tempdir()?;
    let rounds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(15);
    let options = match arguments.next() {
        Some(url) => DbOptions::parse(&url)?,
        None => DbOptions::Sqlite(directory.path().join("mortise.db")),
    };
    let (env, registry) = installation(directory.path(), &options).await?;
    let ann = identity::testing::actor(&env, "makers", "ann", TeamRole::Owner).await;
    let ann = Call::for_user(env.clone(), ann);
    let new = NewProject { name: "bench".to_owned(), ..NewProject::default() };
    let project = projects::create(&ann, new).await?;
    let source = ImportSource { url: format!("file://{source}"), ..ImportSource::default() };
    let begun = Instant::now();
    let depot =
        depots::import(&ann, &project.clone().lower(), NewDepot::named("bench"), &source).await?;
    jobs::drain(&env.db, &env.jobs, &registry, env.clone()).await?;
    println!("import, default plan, first scan and blame: {:?}", begun.elapsed());

    let depot = depots::authorise::<Write>(&ann, DepotKey::Id(depot.id)).await?;
    let key = PlanKey::Named(project.id, "default");
    let plan = analysis::authorise_plan::<Write>(&ann, key).await?;
    let page = PageRequest::first(1);
    let first = analysis::scans(&ann, &plan, &ScanFilter::default(), page).await?.items;
    for scan in &first {
        show("first scan", scan);
    }
    let options = WorkerOptions { is_alone: true, ..WorkerOptions::default() };
    let (db, jobs) = (env.db.clone(), env.jobs.clone());
    let worker = Worker::start(db, jobs, registry, env.clone(), options).await?;
    let mut times = Vec::new();
    for round in 0..rounds {
        let (time, scan) = push(&ann, &depot, &plan, round).await?;
        show(&format!("push of one file, {time:?} to the verdict"), &scan);
        times.push(time);
        // Its status and the authors of what was found.
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    times.sort_unstable();
    println!("p50 of {} pushes: {:?}", times.len(), times[times.len() / 2]);
    let scan = analysis::start(&ann, &plan, StartOptions::of(Trigger::Api)).await?;
    let scan = ended(&ann, &plan, scan.number).await?;
    show("nothing changed", &scan);
    worker.shutdown(Duration::from_secs(5)).await;
    Ok(())
}

/// Pushes a change, and waits for what its scan says.
async fn push(
    ann: &Call,
    depot: &Granted<Depot, Write>,
    plan: &Granted<ScanPlan, Write>,
    round: usize,
) -> Result<(Duration, Scan)> {
    let page = PageRequest::first(1);
    let last = analysis::scans(ann, plan, &ScanFilter::default(), page).await?.items;
    let number = last.first().map_or(0, |scan| scan.number) + 1;
    let change = change(ann, &depot.clone().lower(), round)?;
    let begun = Instant::now();
    let push = depots::push::begin(ann, depot, std::slice::from_ref(&change)).await?;
    push.finish(vec![change]).await?;
    let scan = ended(ann, plan, number).await?;
    Ok((begun.elapsed(), scan))
}

async fn ended(ann: &Call, plan: &Granted<ScanPlan, Write>, number: i64) -> Result<Scan> {
    loop {
        match analysis::scan(ann, plan, number).await {
            Ok(scan) if scan.state.is_final() => return Ok(scan),
            Ok(_) => {}
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn installation(
    directory: &std::path::Path,
    options: &DbOptions,
) -> Result<(Env, Registry<Env>)> {
    let listeners = analysis::listen(events::Listeners::new());
    let registry = analysis::register(depots::register(Registry::new())?)?;
    let keep = std::time::Duration::from_secs(86_400);
    let registry = listeners.clone().register(registry, keep)?;
    let db = Db::open(options).await?;
    let migrations = [
        jobs::MIGRATIONS,
        events::MIGRATIONS,
        identity::MIGRATIONS,
        projects::MIGRATIONS,
        depots::MIGRATIONS,
        analysis::MIGRATIONS,
    ];
    db::migrate(&db, &SystemClock, &migrations).await.map_err(Error::internal)?;
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    let jobs = Jobs::new(clock.clone(), random.clone());
    let env = Env::new(EnvParts {
        db,
        blobs: Blobs::local(&directory.join("blobs"))?,
        events: listeners.events(clock.clone(), jobs.clone()),
        jobs,
        mail: mail::Mailer::none(),
        clock,
        vault: Vault::open_or_create(directory, random.clone())?,
        random,
        data_dir: directory.to_path_buf(),
        addresses: Addresses { http: String::new(), ssh: String::new() },
        permits: call::Permits::ALL,
    });
    Ok((env, registry))
}

/// Adds a function with a finding to the first Python, Go or Java file.
fn change(call: &Call, depot: &Granted<Depot, Read>, round: usize) -> Result<RefChange> {
    let repository = depots::repository(&call.env, depot)?;
    let head = repository.resolve(&depot.default_branch).map_err(Error::internal)?;
    let blobs = repository.all_blobs(head).map_err(Error::internal)?;
    let file = blobs
        .iter()
        .filter(|entry| [".py", ".go", ".java", ".c"].iter().any(|end| entry.path.ends_with(end)))
        // Another one each time.
        .nth(7 + round * 5)
        .ok_or_else(|| Error::not_found("file"))?;
    let mut data = repository.blob(file.oid, 1 << 20).map_err(Error::internal)?.data;
    let added = if file.path.ends_with(".py") {
        format!("\n\ndef added_{round}(x):\n    return eval(x)\n")
    } else {
        format!("\n// More.\nint added_{round};\n")
    };
    data.extend_from_slice(added.as_bytes());
    let who = Signature {
        name: "Bench".to_owned(),
        mail: "bench@localhost".to_owned(),
        seconds: 1_800_000_000,
        offset_minutes: 0,
    };
    let edits = [FileEdit::Write { path: file.path.clone(), data, mode: Mode::File }];
    let new = repository
        .create_commit(&NewCommit {
            branch: &depot.default_branch,
            parent: Some(head),
            edits: &edits,
            author: &who,
            committer: &who,
            message: "Change one file\n",
        })
        .map_err(Error::internal)?;
    Ok(RefChange {
        name: format!("refs/heads/{}", depot.default_branch),
        old: head.to_string(),
        new: new.to_string(),
    })
}

fn show(what: &str, scan: &Scan) {
    println!("{what}: #{} {} {}", scan.number, scan.state.as_str(), scan.error);
    let Some(result) = &scan.result else { return };
    let phases: Vec<String> =
        result.phases.iter().map(|(name, millis)| format!("{name} {millis} ms")).collect();
    println!("  {}", phases.join(", "));
    println!(
        "  {} files, {} lines, {} functions, {} duplicates; {} blobs analysed, {} known; \
         {} findings, {} new, {} fixed",
        result.totals.files,
        result.totals.lines.total,
        result.totals.functions,
        result.duplicate_blocks,
        result.analysed,
        result.cached,
        result.open.total(),
        result.new.total(),
        result.fixed,
    );
}

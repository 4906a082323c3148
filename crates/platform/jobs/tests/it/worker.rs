//! Workers in the background; jobs' time stands still, the worker's own runs.

use std::time::{Duration, Instant};

use db::testing::on_each;
use jobs::{Enqueue, JobFilter, JobState, MIGRATIONS, Worker, WorkerHandle, WorkerOptions};

use crate::{Act, Log, Stage, is, registry};

fn options() -> WorkerOptions {
    WorkerOptions { poll: Duration::from_millis(100), ..WorkerOptions::default() }
}

async fn start(stage: &Stage, options: WorkerOptions) -> WorkerHandle {
    let (db, jobs) = (stage.db.clone(), stage.jobs.clone());
    Worker::start(db, jobs, registry(), stage.log.clone(), options).await.unwrap()
}

#[tokio::test]
async fn a_worker_is_woken_by_the_commit() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let never = WorkerOptions { poll: Duration::from_secs(600), ..options() };
        let worker = start(&stage, never).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        for number in 0..5 {
            let id = stage.note(&number.to_string(), Enqueue::default()).await;
            stage.until(id, is(JobState::Succeeded)).await;
        }
        assert_eq!(stage.log.take().len(), 5);
        worker.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn two_workers_share_the_work_and_do_nothing_twice() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let tx = db.begin().await.unwrap();
        for number in 0..60 {
            stage.add_in(&tx, Act::Note(number.to_string()), Enqueue::default()).await;
        }
        tx.commit().await.unwrap();
        let other = Stage::new(&db);
        let workers = [start(&stage, options()).await, start(&other, options()).await];
        let open =
            JobFilter { states: vec![JobState::Queued, JobState::Running], ..JobFilter::default() };
        let begun = Instant::now();
        while stage.jobs.list(&db, &open, base::PageRequest::first(1)).await.unwrap().total > 0 {
            assert!(begun.elapsed() < Duration::from_secs(120), "they never end");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let mut done: Vec<u32> = [stage.log.take(), other.log.take()]
            .concat()
            .iter()
            .map(|n| n.parse().unwrap())
            .collect();
        done.sort_unstable();
        assert_eq!(done, (0..60).collect::<Vec<_>>());
        for worker in workers {
            worker.shutdown(Duration::from_secs(5)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_request_to_stop_reaches_a_job_that_another_process_runs() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let worker = start(&stage, options()).await;
        let id = stage.add(Act::Wait, Enqueue::default()).await;
        stage.until_log("waiting").await;

        let elsewhere = Stage::new(&db);
        let asked = Instant::now();
        elsewhere.jobs.cancel(&db, id).await.unwrap();
        stage.until_log("told to stop").await;
        // Not only when its lease is over.
        assert!(asked.elapsed() < Duration::from_secs(20), "{:?}", asked.elapsed());
        let info = stage.until(id, is(JobState::Cancelled)).await;
        assert!(info.finished_at.is_some());
        worker.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn progress_is_seen_while_the_job_runs() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let worker = start(&stage, options()).await;
        let id = stage.add(Act::Count(8), Enqueue::default()).await;
        let info = stage.until(id, |info| info.progress.done > 0).await;
        assert_eq!((info.state, info.progress.total), (JobState::Running, 8));
        assert_eq!(info.progress.message, format!("item {}", info.progress.done));
        let info = stage.until(id, is(JobState::Succeeded)).await;
        assert_eq!(info.progress.done, 8);
        worker.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn shutting_down_gives_jobs_back_without_counting_the_attempt() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let worker = start(&stage, options()).await;
        let id = stage.add(Act::Wait, Enqueue::default()).await;
        stage.until_log("waiting").await;
        worker.shutdown(Duration::from_secs(5)).await;
        let info = stage.get(id).await;
        assert_eq!((info.state, info.attempt, info.error), (JobState::Queued, 0, None));
        assert_eq!(stage.log.take(), ["waiting", "told to stop"]);
    })
    .await;
}

#[tokio::test]
async fn a_job_whose_worker_vanished_is_taken_up_once_after_its_lease() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let vanishing = start(&stage, options()).await;
        let id = stage.add(Act::Ignore, Enqueue::default()).await;
        stage.until_log("ignoring").await;
        drop(vanishing);

        let other = Stage::new(&db);
        let worker = start(&other, options()).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(other.log.take(), Vec::<String>::new(), "the lease still holds");
        other.clock.advance(Duration::from_secs(31));
        other.until_log("ignoring").await;
        let info = other.get(id).await;
        assert_eq!((info.state, info.attempt), (JobState::Running, 2));
        assert_eq!(other.log.take().len(), 1);
        drop(worker);
    })
    .await;
}

#[tokio::test]
async fn the_last_attempt_of_a_vanished_worker_is_a_failure() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let id = stage.add(Act::Ignore, Enqueue::default()).await;
        let alone = WorkerOptions { is_alone: true, ..options() };
        for attempt in 1..=3 {
            let worker = start(&stage, alone.clone()).await;
            stage.until_log("ignoring").await;
            assert_eq!(stage.get(id).await.attempt, attempt);
            stage.log.take();
            drop(worker);
        }
        let worker = start(&stage, alone).await;
        let info = stage.until(id, is(JobState::Failed)).await;
        assert_eq!(info.error.as_deref(), Some("the process that ran it died"));
        worker.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn schedules_enqueue_once_per_interval_whatever_the_number_of_replicas() {
    on_each(&[MIGRATIONS], async |db| {
        let hour = Duration::from_secs(3600);
        let scheduled =
            || registry().schedule("tidy", hour, &Act::Note("tidied".to_owned())).unwrap();
        let (one, two) = (Stage::new(&db), Stage::new(&db));
        let mut workers = Vec::new();
        for stage in [&one, &two] {
            let (db, jobs, log) = (stage.db.clone(), stage.jobs.clone(), one.log.clone());
            workers.push(Worker::start(db, jobs, scheduled(), log, options()).await.unwrap());
        }
        for round in 1..=2 {
            for stage in [&one, &two] {
                stage.clock.advance(hour);
            }
            one.until_log("tidied").await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            assert_eq!(one.log.take(), ["tidied"], "round {round}");
        }
        for worker in workers {
            worker.shutdown(Duration::from_secs(5)).await;
        }
        // Without the schedule the next hour brings nothing.
        let log = Log::default();
        let (jobs, db) = (one.jobs.clone(), db.clone());
        let worker = Worker::start(db, jobs, registry(), log.clone(), options()).await.unwrap();
        one.clock.advance(hour * 2);
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(log.take(), Vec::<String>::new());
        worker.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn ended_jobs_are_removed_after_their_time() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let good = stage.note("done", Enqueue::default()).await;
        let bad = stage.add(Act::GiveUp, Enqueue::default()).await;
        let waiting = stage
            .note(
                "waits",
                Enqueue {
                    run_at: Some(stage.now().after(Duration::from_secs(1 << 30))),
                    ..Enqueue::default()
                },
            )
            .await;
        stage.drain().await;
        stage.clock.advance(options().keep + Duration::from_secs(1));
        let worker = start(&stage, options()).await;
        for _ in 0..2_400 {
            if stage.jobs.get(&db, good).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert!(stage.jobs.get(&db, good).await.unwrap_err().is_not_found());
        assert_eq!(stage.get(bad).await.state, JobState::Failed);
        assert_eq!(stage.get(waiting).await.state, JobState::Queued);
        worker.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

//! Order, keys, repetition and reading; time stands still.

use std::time::Duration;

use base::PageRequest;
use db::testing::on_each;
use jobs::{Enqueue, JobFilter, JobState, MIGRATIONS};

use crate::{Act, Stage};

#[tokio::test]
async fn the_urgent_go_first_then_the_oldest_and_none_before_its_moment() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let urgent = Enqueue { priority: Some(5), ..Enqueue::default() };
        let later = Enqueue {
            run_at: Some(stage.now().after(Duration::from_secs(60))),
            priority: Some(9),
            ..Enqueue::default()
        };
        stage.note("first", Enqueue::default()).await;
        stage.note("second", Enqueue::default()).await;
        stage.note("later", later).await;
        stage.note("urgent", urgent).await;
        assert_eq!(stage.drain().await.len(), 3);
        assert_eq!(stage.log.take(), ["urgent", "first", "second"]);
        stage.clock.advance(Duration::from_secs(60));
        stage.drain().await;
        assert_eq!(stage.log.take(), ["later"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_undone_is_not_enqueued() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let tx = db.begin().await.unwrap();
        stage.add_in(&tx, Act::Note("lost".to_owned()), Enqueue::default()).await;
        drop(tx);
        assert_eq!(stage.drain().await, []);
    })
    .await;
}

#[tokio::test]
async fn a_waiting_job_with_the_key_is_kept_and_a_taken_one_is_not() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let soon = stage.now().after(Duration::from_secs(60));
        let key = |priority, run_at| Enqueue {
            dedupe: Some("plan 7".to_owned()),
            priority: Some(priority),
            run_at,
            ..Enqueue::default()
        };
        let first = stage.note("one", key(0, Some(soon))).await;
        assert_eq!(stage.note("two", key(4, None)).await, first);
        assert_eq!(stage.note("three", key(2, Some(soon))).await, first);
        let kept = stage.get(first).await;
        assert_eq!((kept.priority, kept.run_at), (4, stage.now()));

        assert_eq!(stage.drain().await.len(), 1);
        assert_eq!(stage.log.take(), ["one"]);
        assert_ne!(stage.note("four", key(0, None)).await, first);

        // A cancelled job does not keep its key either.
        let cancelled = stage.note("five", key(0, None)).await;
        stage.jobs.cancel(&db, cancelled).await.unwrap();
        assert_ne!(stage.note("six", key(0, None)).await, cancelled);
        stage.drain().await;
        assert_eq!(stage.log.take(), ["six"]);
    })
    .await;
}

#[tokio::test]
async fn a_worker_cannot_take_a_job_that_a_later_change_still_counts_on() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let key = || Enqueue { dedupe: Some("k".to_owned()), ..Enqueue::default() };
        let id = stage.note("once", key()).await;
        let tx = db.begin().await.unwrap();
        assert_eq!(stage.add_in(&tx, Act::Note("again".to_owned()), key()).await, id);
        let other = Stage::new(&db);
        let jobs = other.jobs.clone();
        let (db, log) = (other.db.clone(), other.log.clone());
        let taking = tokio::spawn(async move {
            jobs::drain(&db, &jobs, &crate::registry(), log).await.unwrap().len()
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(other.log.take(), Vec::<String>::new());
        tx.commit().await.unwrap();
        // It either waited for the change, or passed the job over.
        let taken = taking.await.unwrap() + stage.drain().await.len();
        assert_eq!(taken, 1);
    })
    .await;
}

#[tokio::test]
async fn a_failure_is_repeated_with_growing_pauses_and_then_kept() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let id = stage.add(Act::Fail("disk full".to_owned()), Enqueue::default()).await;
        let mut pauses = Vec::new();
        for attempt in 1..=3 {
            let drained = stage.drain().await;
            assert_eq!(drained.len(), 1, "attempt {attempt}");
            let info = stage.get(id).await;
            assert_eq!(info.attempt, attempt);
            assert_eq!(info.error.as_deref(), Some("internal error: disk full"));
            let pause = info.run_at.since(stage.now());
            pauses.push(pause.as_secs_f64());
            stage.clock.advance(pause.saturating_sub(Duration::from_millis(1)));
            assert_eq!(stage.drain().await, [], "too early");
            stage.clock.advance(Duration::from_millis(1));
        }
        assert!((3.75..=6.25).contains(&pauses[0]), "{pauses:?}");
        assert!((7.5..=12.5).contains(&pauses[1]), "{pauses:?}");
        let info = stage.get(id).await;
        assert_eq!(info.state, JobState::Failed);
        assert!(info.finished_at.is_some());
        assert_eq!(stage.log.take(), ["attempt 1", "attempt 2", "attempt 3"]);
        stage.clock.advance(Duration::from_secs(86_400));
        assert_eq!(stage.drain().await, []);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_get_better_is_not_repeated_and_a_panic_is_a_failure() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let hopeless = stage.add(Act::GiveUp, Enqueue::default()).await;
        let panicking = stage.add(Act::Panic, Enqueue::default()).await;
        assert_eq!(stage.drain().await.len(), 2);
        let info = stage.get(hopeless).await;
        assert_eq!(
            (info.state, info.error.as_deref()),
            (JobState::Failed, Some("depot not found"))
        );
        let info = stage.get(panicking).await;
        assert_eq!(info.state, JobState::Queued);
        assert_eq!(info.error.as_deref(), Some("panicked: the disk is on fire"));
    })
    .await;
}

#[tokio::test]
async fn a_waiting_job_is_cancelled_at_once_and_an_ended_one_cannot_be() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let id = stage.note("never", Enqueue::default()).await;
        stage.jobs.cancel(&db, id).await.unwrap();
        assert_eq!(stage.get(id).await.state, JobState::Cancelled);
        assert_eq!(stage.drain().await, []);
        let again = stage.jobs.cancel(&db, id).await.unwrap_err();
        assert!(matches!(again, base::Error::Conflict { .. }), "{again:?}");
        let unknown = stage.jobs.cancel(&db, jobs::JobId(999)).await.unwrap_err();
        assert!(unknown.is_not_found());
    })
    .await;
}

#[tokio::test]
async fn jobs_are_listed_by_what_they_belong_to() {
    on_each(&[MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let of = |subject: &str| Enqueue {
            subject: Some(subject.to_owned()),
            label: format!("work for {subject}"),
            ..Enqueue::default()
        };
        for number in 0..3 {
            stage.note(&number.to_string(), of("plan:1")).await;
        }
        let other = stage.add(Act::GiveUp, of("plan:2")).await;
        stage.drain().await;

        let first_two = PageRequest::first(2);
        let plan = JobFilter { subject: Some("plan:1".to_owned()), ..JobFilter::default() };
        let page = stage.jobs.list(&db, &plan, first_two).await.unwrap();
        assert_eq!((page.total, page.items.len(), page.has_next()), (3, 2, true));
        assert!(page.items[0].id > page.items[1].id, "the newest first");
        assert_eq!(page.items[0].label, "work for plan:1");
        assert_eq!(page.items[0].state, JobState::Succeeded);

        let failed = JobFilter {
            states: vec![JobState::Failed, JobState::Cancelled],
            kind: Some("test.act".to_owned()),
            ..JobFilter::default()
        };
        let page = stage.jobs.list(&db, &failed, first_two).await.unwrap();
        assert_eq!(page.items.iter().map(|job| job.id).collect::<Vec<_>>(), [other]);
    })
    .await;
}

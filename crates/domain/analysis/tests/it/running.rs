//! Scans as jobs: one at a time, cancelled, interrupted, late.

use analysis::{ScanState, StartOptions, Trigger};
use base::Error;
use sea_orm::ConnectionTrait as _;

use crate::world::{CLEAN, each};

#[tokio::test]
async fn scans_are_numbered_and_wait_for_each_other() {
    each(async |world| {
        world.commit(&[("a.py", Some(CLEAN))]);
        let plan = world.make(world.new_plan("all")).await;
        let other = world.make(world.new_plan("other")).await;
        let mut numbers = Vec::new();
        for _ in 0..3 {
            numbers.push(world.start(&plan).await.number);
        }
        assert_eq!(numbers, [1, 2, 3]);
        assert_eq!(world.start(&other).await.number, 1);
        world.test.run_jobs().await;
        let scans = world.scans(&plan).await;
        assert!(scans.iter().all(|scan| scan.state == ScanState::Passed));
        assert_eq!(scans[2].base, Some(scans[1].id));
        assert_eq!(scans[0].base, None);
    })
    .await;
}

#[tokio::test]
async fn a_scan_waits_while_another_of_its_plan_has_the_right_to_work() {
    each(async |world| {
        world.commit(&[("a.py", Some(CLEAN))]);
        let plan = world.make(world.new_plan("all")).await;
        let first = world.start(&plan).await;
        // As if another process were at work on it.
        let tx = world.env().db.begin().await.unwrap();
        let held =
            format!("UPDATE scan_plans SET running_scan_id = {} WHERE id = {}", 999, plan.id);
        tx.execute_unprepared(&held).await.unwrap();
        tx.commit().await.unwrap();
        world.test.run_jobs().await;
        assert_eq!(world.again(&plan, &first).await.state, ScanState::Waiting);
        let second = world.start(&plan).await;
        assert_eq!(second.state, ScanState::Waiting);
        world.test.run_jobs().await;

        // A waiting scan can be cancelled.
        analysis::cancel(&world.ann, &plan, second.number).await.unwrap();
        assert_eq!(world.again(&plan, &second).await.state, ScanState::Cancelled);
        let twice = analysis::cancel(&world.ann, &plan, second.number).await.unwrap_err();
        assert!(matches!(twice, Error::Conflict { .. }), "{twice:?}");

        // Whoever held it is gone: the upkeep has the first one done.
        let tx = world.env().db.begin().await.unwrap();
        let free = format!("UPDATE scan_plans SET running_scan_id = NULL WHERE id = {}", plan.id);
        tx.execute_unprepared(&free).await.unwrap();
        world.env().jobs.enqueue_new(&tx, mend(), jobs::Enqueue::default()).await.unwrap();
        tx.commit().await.unwrap();
        world.test.run_jobs().await;
        assert_eq!(world.again(&plan, &first).await.state, ScanState::Passed);
        assert_eq!(world.again(&plan, &second).await.state, ScanState::Cancelled);
    })
    .await;
}

fn mend() -> jobs::NewJob {
    jobs::NewJob {
        kind: "analysis.mend".to_owned(),
        queue: "default".to_owned(),
        attempts: 1,
        priority: 0,
        payload: serde_json::Value::Null,
    }
}

#[tokio::test]
async fn a_cancelled_scan_never_begins() {
    each(async |world| {
        world.commit(&[("a.py", Some(CLEAN))]);
        let plan = world.make(world.new_plan("all")).await;
        let scan = world.start(&plan).await;
        let cancelled = analysis::cancel(&world.ann, &plan, scan.number).await.unwrap();
        assert_eq!(cancelled.state, ScanState::Cancelled);
        world.test.run_jobs().await;
        let scan = world.again(&plan, &scan).await;
        assert_eq!(scan.state, ScanState::Cancelled);
        assert!(scan.started_at.is_none() && scan.finished_at.is_some());
        // The next one is not held up.
        assert_eq!(world.scan(&plan).await.state, ScanState::Passed);
    })
    .await;
}

#[tokio::test]
async fn a_scan_whose_job_was_given_up_is_ended() {
    each(async |world| {
        world.commit(&[("a.py", Some(CLEAN))]);
        let plan = world.make(world.new_plan("all")).await;
        let scan = world.start(&plan).await;
        // Its process was killed too often.
        let tx = world.env().db.begin().await.unwrap();
        for statement in [
            format!("UPDATE scans SET state = 'running', started_at = 1 WHERE id = {}", scan.id),
            format!("UPDATE scan_plans SET running_scan_id = {} WHERE id = {}", scan.id, plan.id),
            "UPDATE jobs SET state = 'failed' WHERE kind = 'analysis.scan'".to_owned(),
        ] {
            tx.execute_unprepared(&statement).await.unwrap();
        }
        tx.commit().await.unwrap();
        let next = world.start(&plan).await;
        world.test.run_jobs().await;
        assert_eq!(world.again(&plan, &next).await.state, ScanState::Waiting);

        let tx = world.env().db.begin().await.unwrap();
        world.env().jobs.enqueue_new(&tx, mend(), jobs::Enqueue::default()).await.unwrap();
        tx.commit().await.unwrap();
        world.test.run_jobs().await;
        let scan = world.again(&plan, &scan).await;
        assert_eq!(
            (scan.state, scan.error.as_str()),
            (ScanState::Failed, "it was interrupted too often")
        );
        assert_eq!(world.again(&plan, &next).await.state, ScanState::Passed);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_is_done_twice_writes_once() {
    each(async |world| {
        world.commit(&[("a.py", Some(crate::world::DANGEROUS))]);
        let plan = world.make(world.new_plan("all")).await;
        let scan = world.scan(&plan).await;
        let again = jobs::NewJob {
            kind: "analysis.scan".to_owned(),
            queue: "scans".to_owned(),
            attempts: 1,
            priority: 0,
            payload: serde_json::json!({ "scan": scan.id }),
        };
        let tx = world.env().db.begin().await.unwrap();
        world.env().jobs.enqueue_new(&tx, again, jobs::Enqueue::default()).await.unwrap();
        tx.commit().await.unwrap();
        world.test.run_jobs().await;
        assert_eq!(world.findings(&plan).await.len(), 2);
        assert_eq!(world.again(&plan, &scan).await, scan);
    })
    .await;
}

#[tokio::test]
async fn a_missing_branch_fails_with_its_name() {
    each(async |world| {
        world.commit(&[("a.py", Some(CLEAN))]);
        let plan = world.make(world.new_plan("all")).await;
        let options = StartOptions {
            branches: vec![(world.depot.id, "nowhere".to_owned())],
            ..StartOptions::of(Trigger::Api)
        };
        let scan = analysis::start(&world.ann, &plan, options).await.unwrap();
        assert_eq!(scan.sources[0].commit, "");
        world.test.run_jobs().await;
        let scan = world.again(&plan, &scan).await;
        assert_eq!(scan.state, ScanState::Failed);
        assert_eq!(scan.error, "the depot site has no branch nowhere");
        assert!(scan.result.is_none() && scan.finished_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn deleting_a_plan_takes_everything_with_it() {
    each(async |world| {
        world.commit(&[("a.py", Some(crate::world::DANGEROUS))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        world.start(&plan).await;
        analysis::delete_plan(&world.ann, plan).await.unwrap();
        world.test.run_jobs().await;
        let reader = world.env().db.reader();
        for table in ["scans", "findings", "scan_details", "scan_plan_sources"] {
            let count = sea_orm::sea_query::Query::select()
                .expr(sea_orm::sea_query::Expr::cust("COUNT(*) AS number"))
                .from(table)
                .to_owned();
            let row = reader.query_one(&count).await.unwrap().unwrap();
            assert_eq!(row.try_get::<i64>("", "number").unwrap(), 0, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn workers_never_do_two_scans_of_a_plan_at_once() {
    each(async |world| {
        world.commit(&[("a.py", Some(crate::world::DANGEROUS))]);
        let plan = world.make(world.new_plan("all")).await;
        let options = jobs::WorkerOptions { default_concurrency: 4, ..Default::default() };
        let worker = jobs::Worker::start(
            world.env().db.clone(),
            world.env().jobs.clone(),
            world.test.registry.clone(),
            world.env().clone(),
            options,
        )
        .await
        .unwrap();
        for _ in 0..8 {
            world.start(&plan).await;
        }
        let begun = std::time::Instant::now();
        loop {
            let scans = world.scans(&plan).await;
            let running = scans.iter().filter(|scan| scan.state == ScanState::Running).count();
            assert!(running <= 1, "{scans:?}");
            if scans.iter().all(|scan| scan.state.is_final()) {
                break;
            }
            assert!(begun.elapsed().as_secs() < 60, "{scans:?}");
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        worker.shutdown(std::time::Duration::from_secs(5)).await;
        let scans = world.scans(&plan).await;
        assert_eq!(scans.len(), 8);
        for pair in scans.windows(2) {
            assert_eq!(pair[1].base, Some(pair[0].id));
            assert_eq!(pair[1].state, ScanState::Passed, "{}", pair[1].error);
        }
        assert_eq!(world.findings(&plan).await.len(), 2);
    })
    .await;
}

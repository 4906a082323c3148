//! Measuring commits that nobody scanned, reading measures over time, and
//! comparing commits.

use analysis::{
    BackfillKind, BackfillState, HistoryMetric, NewBackfill, SeriesQuery, backfills,
    cancel_backfill, commit_measures, compare_commits, metric_series, start_backfill,
};
use base::{Error, PageRequest};
use jobs::JobFilter;

use crate::world::{CLEAN, DANGEROUS, World, each, each_format, user};

/// A function with some decisions in it, a copy of which is a duplicate.
fn decisions(name: &str, count: usize) -> String {
    let mut text = format!("def {name}(value, other):\n    total = 0\n");
    for number in 0..count {
        text.push_str(&format!(
            "    if value > {number}:\n        total = total + other * {number}\n        print(total, value)\n"
        ));
    }
    text.push_str("    return total\n");
    text
}

fn back(commits: u64) -> NewBackfill {
    NewBackfill { commits, ..NewBackfill::default() }
}

async fn grow(world: &World) -> Vec<String> {
    let mut commits = vec![world.commit(&[("src/run.py", Some(DANGEROUS))])];
    commits.push(world.commit(&[("src/a.py", Some(&decisions("one", 12)))]));
    commits.push(world.commit(&[("lib/b.py", Some(&decisions("two", 12)))]));
    commits.push(world.commit(&[("src/run.py", Some(CLEAN))]));
    commits.push(world.commit(&[("src/run.py", None)]));
    commits.iter().map(ToString::to_string).collect()
}

fn query(metrics: &[HistoryMetric]) -> SeriesQuery {
    SeriesQuery { metrics: metrics.to_vec(), ..SeriesQuery::default() }
}

#[tokio::test]
async fn commits_that_nobody_scanned_are_measured_afterwards() {
    each_format(async |world| {
        let commits = grow(&world).await;
        let plan = world.make(world.new_plan("all")).await;
        let scan = world.scan(&plan).await;
        let metrics =
            [HistoryMetric::Findings, HistoryMetric::Files, HistoryMetric::DuplicateBlocks];
        let series = metric_series(&world.ann, &plan, &query(&metrics)).await.unwrap();
        assert_eq!((series.commits, series.measured), (5, 1), "the scan left its commit's row");
        assert_eq!(series.points[0].commit, commits[4]);

        let started = start_backfill(&world.ann, &plan, back(1000)).await.unwrap();
        assert_eq!(started.state, BackfillState::Queued);
        let again = start_backfill(&world.ann, &plan, back(1000)).await;
        assert!(matches!(again, Err(Error::Conflict { .. })), "one at a time");
        world.test.run_jobs().await;
        let page = PageRequest::first(10);
        let done =
            &backfills(&world.ann, &plan, BackfillKind::Measures, page).await.unwrap().items[0];
        assert_eq!(
            (done.state, done.total, done.done, done.failed),
            (BackfillState::Done, 5, 5, 0)
        );

        let series = metric_series(&world.ann, &plan, &query(&metrics)).await.unwrap();
        let names: Vec<&str> = series.points.iter().map(|point| point.commit.as_str()).collect();
        assert_eq!(names, commits);
        let values: Vec<Vec<f64>> = series
            .points
            .iter()
            .map(|point| point.values.iter().map(|value| value.unwrap()).collect())
            .collect();
        assert_eq!(
            values,
            [[2.0, 1.0, 0.0], [2.0, 2.0, 0.0], [2.0, 3.0, 1.0], [0.0, 3.0, 1.0], [0.0, 2.0, 1.0]]
        );
        assert!(
            series.points.iter().all(|point| !point.outdated && point.title == "Change something")
        );

        // A commit is the same whoever measured it.
        let measured =
            commit_measures(&world.ann, &plan, None, &commits[4]).await.unwrap().unwrap();
        assert_eq!(measured.totals, scan.result.unwrap().totals);
        let unknown = "0".repeat(40);
        assert_eq!(commit_measures(&world.ann, &plan, None, &unknown).await.unwrap(), None);

        let of_lib = SeriesQuery { directory: "lib".to_owned(), ..query(&[HistoryMetric::Files]) };
        let series = metric_series(&world.ann, &plan, &of_lib).await.unwrap();
        let files: Vec<Option<f64>> = series.points.iter().map(|point| point.values[0]).collect();
        assert_eq!(files, [None, None, Some(1.0), Some(1.0), Some(1.0)]);

        let two = SeriesQuery { points: 2, ..query(&[HistoryMetric::Files]) };
        let series = metric_series(&world.ann, &plan, &two).await.unwrap();
        let ends: Vec<&str> = series.points.iter().map(|point| point.commit.as_str()).collect();
        assert_eq!(ends, [&commits[0], &commits[4]]);
        assert_eq!(series.measured, 5);
    })
    .await;
}

#[tokio::test]
async fn a_back_fill_is_cancelled_and_goes_on_where_it_was() {
    each(async |world| {
        grow(&world).await;
        let plan = world.make(world.new_plan("all")).await;
        let started = start_backfill(&world.ann, &plan, back(2)).await.unwrap();
        let cancelled = cancel_backfill(&world.ann, &plan, started.id).await.unwrap();
        assert_eq!(cancelled.state, BackfillState::Cancelled);
        let again = cancel_backfill(&world.ann, &plan, started.id).await;
        assert!(matches!(again, Err(Error::Conflict { .. })));
        world.test.run_jobs().await;
        let series = metric_series(&world.ann, &plan, &SeriesQuery::default()).await.unwrap();
        assert_eq!(series.measured, 0, "what was cancelled before it began did nothing");

        start_backfill(&world.ann, &plan, back(2)).await.unwrap();
        world.test.run_jobs().await;
        let series = metric_series(&world.ann, &plan, &SeriesQuery::default()).await.unwrap();
        assert_eq!(series.measured, 2);
        let more = start_backfill(&world.ann, &plan, back(1000)).await.unwrap();
        world.test.run_jobs().await;
        let all = backfills(&world.ann, &plan, BackfillKind::Measures, PageRequest::first(10))
            .await
            .unwrap();
        assert_eq!((all.total, all.items[0].id, all.items[0].done), (3, more.id, 5));

        // Rules that measure otherwise measure again.
        let mut definition = plan.definition.clone();
        definition.paths.exclusions = vec!["lib/**".to_owned()];
        let change = analysis::PlanChange {
            definition: Some(definition),
            ..analysis::PlanChange::default()
        };
        analysis::modify_plan(&world.ann, &plan, change).await.unwrap();
        let plan = world.plan("all").await;
        let files = query(&[HistoryMetric::Files]);
        let series = metric_series(&world.ann, &plan, &files).await.unwrap();
        assert!(series.points.iter().all(|point| point.outdated));
        start_backfill(&world.ann, &plan, back(1)).await.unwrap();
        world.test.run_jobs().await;
        let series = metric_series(&world.ann, &plan, &files).await.unwrap();
        let last = series.points.last().unwrap();
        assert_eq!((last.outdated, last.values[0]), (false, Some(1.0)));
        assert!(series.points[0].outdated);
    })
    .await;
}

#[tokio::test]
async fn back_fills_whose_process_died_are_put_down_as_failed() {
    each(async |world| {
        grow(&world).await;
        let plan = world.make(world.new_plan("all")).await;
        let started = start_backfill(&world.ann, &plan, back(3)).await.unwrap();
        let env = world.env();
        let filter =
            JobFilter { kind: Some("analysis.history".to_owned()), ..JobFilter::default() };
        let waiting = env.jobs.list(&env.db, &filter, PageRequest::first(10)).await.unwrap();
        // As if its lease had run out for the last time.
        env.jobs.cancel(&env.db, waiting.items[0].id).await.unwrap();
        let job = jobs::NewJob {
            kind: "analysis.mend".to_owned(),
            queue: "default".to_owned(),
            attempts: 1,
            priority: 0,
            payload: serde_json::Value::Null,
        };
        let tx = env.db.begin().await.unwrap();
        env.jobs.enqueue_new(&tx, job, jobs::Enqueue::default()).await.unwrap();
        tx.commit().await.unwrap();
        world.drain().await;
        let all = backfills(&world.ann, &plan, BackfillKind::Measures, PageRequest::first(10))
            .await
            .unwrap();
        assert_eq!((all.items[0].id, all.items[0].state), (started.id, BackfillState::Failed));
        assert!(all.items[0].error.contains("interrupted"));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_measured_is_said() {
    each(async |world| {
        grow(&world).await;
        let plan = world.make(world.new_plan("all")).await;
        for commits in [0, 1001] {
            let refused = start_backfill(&world.ann, &plan, back(commits)).await;
            assert!(matches!(refused, Err(Error::Invalid { .. })), "{commits}");
        }
        let elsewhere = NewBackfill { branch: "none".to_owned(), ..back(1) };
        let refused = start_backfill(&world.ann, &plan, elsewhere).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })));
        let other = NewBackfill { depot: Some(depots::DepotId(999_999)), ..back(1) };
        let refused = start_backfill(&world.ann, &plan, other).await;
        assert!(refused.is_err_and(|error| error.is_not_found()));
        let nowhere = compare_commits(&world.ann, &plan, None, ("main", "0123456789")).await;
        assert!(matches!(nowhere, Err(Error::Invalid { .. })));

        let mut script = world.new_plan("script");
        script.kind = analysis::PlanKind::Script;
        script.definition.script = "true".to_owned();
        let script = world.make(script).await;
        let refused = start_backfill(&world.ann, &script, back(1)).await;
        assert!(matches!(refused, Err(Error::Unsupported { .. })));
        let refused = metric_series(&world.ann, &script, &SeriesQuery::default()).await;
        assert!(matches!(refused, Err(Error::Unsupported { .. })));
        assert!(world.project_as::<base::Read>(&user(world.env(), "bob").await).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn two_commits_are_compared_whoever_scanned_them() {
    each(async |world| {
        let commits = grow(&world).await;
        let plan = world.make(world.new_plan("all")).await;
        let ends = (commits[0].as_str(), commits[2].as_str());
        let found = compare_commits(&world.ann, &plan, None, ends).await.unwrap();
        assert_eq!((found.before.totals.files, found.after.totals.files), (1, 3));
        assert_eq!((found.came.total, found.went.total), (0, 0));
        assert_eq!((found.duplicates_came.total, found.duplicates_went.total), (1, 0));
        let names: Vec<&str> =
            found.functions.items.iter().map(|change| change.name.as_str()).collect();
        assert_eq!(names, ["two", "one"]);
        assert_eq!(found.functions.items[0].rise().0, 13);
        let paths: Vec<&str> = found.files.items.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["lib/b.py", "src/a.py"]);

        let back = compare_commits(&world.ann, &plan, None, ("main", &commits[0])).await.unwrap();
        assert_eq!((back.came.total, back.went.total), (2, 0));
        assert!(back.came.items.iter().all(|finding| finding.path == "src/run.py"));
        assert_eq!((back.duplicates_came.total, back.duplicates_went.total), (0, 1));
        assert_eq!(back.functions.items[0].after, None);

        // A file that only moved takes everything with it.
        let moved =
            world.commit(&[("src/a.py", None), ("src/moved.py", Some(&decisions("one", 12)))]);
        let ends = (commits[4].as_str(), moved.to_string());
        let found = compare_commits(&world.ann, &plan, None, (ends.0, &ends.1)).await.unwrap();
        assert_eq!((found.functions.total, found.duplicates_came.total), (0, 0));
        assert_eq!((found.duplicates_went.total, found.files.total), (0, 1));
        assert_eq!(found.files.items[0].moved_from.as_deref(), Some("src/a.py"));
        let same = compare_commits(&world.ann, &plan, None, ("main", "main")).await.unwrap();
        assert_eq!(same.before, same.after);
        assert_eq!((same.files.total, same.functions.total), (0, 0));
    })
    .await;
}

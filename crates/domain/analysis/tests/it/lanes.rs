//! Pushes, triggers, and scans of other branches.

use analysis::{
    FindingFilter, FindingState, Hook, HookEvent, IgnoreReason, PlanFilter, ScanState,
    StartOptions, Trigger, Triggers,
};
use base::PageRequest;
use git::Oid;

use crate::world::{CLEAN, DANGEROUS, each};

#[tokio::test]
async fn a_first_push_is_scanned_without_any_set_up() {
    each(async |world| {
        let head = world.push(&[("run.py", Some(DANGEROUS))]).await;
        let page = PageRequest::first(10);
        let filter = PlanFilter { depot: Some(world.depot.id), ..PlanFilter::default() };
        let plans = analysis::plans(&world.ann, &filter, page).await.unwrap();
        assert_eq!(plans.total, 1);
        let plan = world.plan("default").await;
        assert_eq!((plan.sources[0].branch.as_str(), plan.origin.as_str()), ("main", "automatic"));
        let scans = world.scans(&plan).await;
        let [scan] = scans.as_slice() else { panic!("{scans:?}") };
        assert_eq!((scan.state, scan.trigger), (ScanState::Passed, Trigger::Push));
        assert_eq!(scan.creator_name, "ann");
        assert_eq!(scan.sources[0].commit, head.to_string());
        assert_eq!(scan.result.as_ref().unwrap().open.total(), 2);

        let second = world.push(&[("run.py", Some(CLEAN))]).await;
        let scans = world.scans(&plan).await;
        assert_eq!(scans.len(), 2);
        assert_eq!(scans[1].sources[0].commit, second.to_string());
        assert_eq!(scans[1].result.as_ref().unwrap().fixed, 2);

        // Another branch is nobody's business.
        world.push_to("feature", &[("x.py", Some(CLEAN))]).await;
        assert_eq!(world.scans(&plan).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_first_branch_pushed_becomes_the_default_one() {
    each(async |world| {
        world.push_to("master", &[("run.py", Some(DANGEROUS))]).await;
        let plan = world.plan("default").await;
        assert_eq!(plan.sources[0].branch, "master");
        assert_eq!(world.scans(&plan).await.len(), 1);
        // Later ones do not.
        world.push_to("other", &[("x.py", Some(CLEAN))]).await;
        let depot =
            depots::authorise::<base::Read>(&world.ann, depots::DepotKey::Id(world.depot.id));
        assert_eq!(depot.await.unwrap().default_branch, "master");
    })
    .await;
}

#[tokio::test]
async fn pushes_that_wait_become_one_scan_of_the_newest_commit() {
    each(async |world| {
        world.push(&[("run.py", Some(CLEAN))]).await;
        let plan = world.plan("default").await;
        // Three pushes arrive before any worker has time for a scan.
        let mut last = Oid::ZERO;
        for number in 0..3 {
            let old = world.repository.reference("refs/heads/main").unwrap();
            last = world.commit(&[("n.py", Some(&format!("x = {number}\n")))]);
            world.tell("main", old, last).await;
        }
        world.test.run_jobs().await;
        let scans = world.scans(&plan).await;
        let pushed: Vec<_> = scans.iter().map(|scan| scan.sources[0].commit.clone()).collect();
        assert_eq!(pushed.len(), 2, "{pushed:?}");
        assert_eq!(pushed[1], last.to_string());

        // An event that is told twice, or without saying what changed, changes nothing.
        world.tell("main", Some(last), last).await;
        world.test.run_jobs().await;
        assert_eq!(world.scans(&plan).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_an_interrupted_push_brought_is_scanned() {
    each(async |world| {
        world.push(&[("run.py", Some(CLEAN))]).await;
        let plan = world.plan("default").await;
        // The push is on disk, but the process died before it could say so.
        let change = depots::push::RefChange {
            name: "refs/heads/main".to_owned(),
            old: Oid::ZERO.to_string(),
            new: Oid::ZERO.to_string(),
        };
        let push = depots::push::begin(&world.ann, &world.depot, &[change]).await.unwrap();
        drop(push);
        let head = world.commit(&[("run.py", Some(DANGEROUS))]);
        world.test.clock.advance(std::time::Duration::from_secs(60));
        let now = world.env().clock.now();
        assert_eq!(depots::push::recover(world.env(), now).await.unwrap(), 1);
        world.test.run_jobs().await;
        let scans = world.scans(&plan).await;
        assert_eq!(scans.len(), 2);
        assert_eq!(scans[1].sources[0].commit, head.to_string());
    })
    .await;
}

#[tokio::test]
async fn triggers_choose_branches_folders_and_tags() {
    each(async |world| {
        let mut new = world.new_plan("picky");
        new.definition.triggers = Triggers {
            enabled: true,
            hooks: vec![Hook {
                branch: "release/*".to_owned(),
                folders: vec!["src".to_owned(), "!src/gen".to_owned()],
                events: vec![HookEvent::Push, HookEvent::MergeRequest],
                ..Hook::default()
            }],
            ..Triggers::default()
        };
        let plan = world.make(new).await;
        world.push(&[("src/run.py", Some(CLEAN))]).await;
        assert_eq!(world.scans(&plan).await.len(), 0);
        world.push_to("release/1", &[("src/run.py", Some(DANGEROUS))]).await;
        assert_eq!(world.scans(&plan).await.len(), 1);
        world.push_to("release/1", &[("docs/a.py", Some(CLEAN))]).await;
        world.push_to("release/1", &[("src/gen/a.py", Some(CLEAN))]).await;
        assert_eq!(world.scans(&plan).await.len(), 1);
        world.push_to("release/1", &[("src/b.py", Some(CLEAN))]).await;
        let scans = world.scans(&plan).await;
        assert_eq!(scans.len(), 2);
        assert_eq!((scans[0].lane.as_str(), scans[1].lane.as_str()), ("release/1", "release/1"));
        assert_eq!(scans[1].sources[0].branch, "release/1");

        // A plan that is switched off, or whose triggers are, is left alone.
        let change = analysis::PlanChange { enabled: Some(false), ..Default::default() };
        analysis::modify_plan(&world.ann, &plan, change).await.unwrap();
        world.push_to("release/1", &[("src/c.py", Some(CLEAN))]).await;
        assert_eq!(world.scans(&plan).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn another_branch_is_compared_with_the_first_lane() {
    each(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        let findings = world.findings(&plan).await;
        let ids = [findings[0].id];
        analysis::ignore(&world.ann, &plan, &ids, IgnoreReason::WontFix, "legacy").await.unwrap();

        let extra = "import pickle\n\n\ndef load(f):\n    return pickle.load(f)\n";
        crate::world::commit(&world.repository, "feature", &[("load.py", Some(extra))]);
        let options = StartOptions {
            branches: vec![(world.depot.id, "feature".to_owned())],
            ..StartOptions::of(Trigger::Api)
        };
        let scan = analysis::start(&world.ann, &plan, options).await.unwrap();
        world.test.run_jobs().await;
        let scan = world.again(&plan, &scan).await;
        assert_eq!((scan.state, scan.lane.as_str()), (ScanState::Passed, "feature"));
        let result = scan.result.unwrap();
        assert_eq!((result.new.total(), result.open.total(), result.ignored.total()), (1, 2, 1),);
        let filter = FindingFilter { lane: "feature".to_owned(), ..FindingFilter::default() };
        let there = world.findings_of(&plan, &filter).await;
        let states: Vec<_> = there.iter().map(|one| (one.path.as_str(), one.state)).collect();
        assert_eq!(
            states,
            [
                ("load.py", FindingState::New),
                ("run.py", FindingState::Ignored),
                ("run.py", FindingState::Open),
            ]
        );
        assert_eq!(there[1].first_seen.number, 1);
        assert!(there[1].author.is_some());

        // The first lane knows nothing of it, and stays what the plan shows.
        assert_eq!(world.findings(&plan).await.len(), 2);
        let plan = world.plan("all").await;
        assert_eq!(plan.latest_scan, Some(scan.id));
        assert_ne!(plan.latest_result, Some(scan.id));
        let trend = analysis::trend(&world.ann, &plan, 10).await.unwrap();
        assert_eq!(trend.len(), 1);
    })
    .await;
}

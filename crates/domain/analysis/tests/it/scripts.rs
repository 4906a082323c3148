//! Plans whose work is a script.

use analysis::{FindingState, NewPlan, PlanKind, Scan, ScanState, StartOptions, Trigger};

use crate::world::{World, each};

fn script(world: &World, name: &str, text: &str) -> NewPlan {
    let mut new = world.new_plan(name);
    new.kind = PlanKind::Script;
    new.definition.script = text.to_owned();
    new
}

async fn log(world: &World, name: &str, scan: &Scan) -> String {
    let plan = world.plan(name).await;
    analysis::log(&world.ann, &plan, scan, 0).await.unwrap().text
}

#[tokio::test]
async fn a_script_passes_or_fails_by_its_status_and_leaves_a_log() {
    each(async |world| {
        let head =
            world.commit(&[("src/a.txt", Some("content\n")), ("run.sh", Some("echo ran\n"))]);
        let text = "set -e\ncat $REPONAME_0/src/a.txt\nsh $REPONAME_0/run.sh\n\
                    echo \"$site_BRANCH $site_COMMIT_ID $EXTRA $GIVEN $TASK_ID\"\nls";
        let mut new = script(&world, "ok", text);
        new.definition.variables = vec![("EXTRA".to_owned(), "it's more".to_owned())];
        let plan = world.make(new).await;
        let options = StartOptions {
            variables: vec![("GIVEN".to_owned(), "now".to_owned())],
            ..StartOptions::of(Trigger::Api)
        };
        let scan = analysis::start(&world.ann, &plan, options).await.unwrap();
        world.test.run_jobs().await;
        let scan = world.again(&plan, &scan).await;
        let log_text = log(&world, "ok", &scan).await;
        assert_eq!(scan.state, ScanState::Passed, "{log_text}");
        assert!(log_text.contains("] content\n") && log_text.contains("] ran\n"), "{log_text}");
        assert!(log_text.contains(&format!("] main {head} it's more now 1\n")), "{log_text}");
        let result = scan.result.as_ref().unwrap().script.as_ref().unwrap();
        assert_eq!((result.code, result.ended.as_str()), (Some(0), "exit status 0"));
        assert!(matches!(result.isolation.as_str(), "bubblewrap" | "none"));

        let plan = world.make(script(&world, "bad", "echo oh; exit 3")).await;
        let scan = world.scan(&plan).await;
        assert_eq!(
            (scan.state, scan.error.as_str()),
            (ScanState::Failed, "the script failed: exit status 3")
        );
        assert!(log(&world, "bad", &scan).await.contains("] oh\n"));
        assert_eq!(scan.result.unwrap().script.unwrap().code, Some(3));
    })
    .await;
}

#[tokio::test]
async fn a_script_cannot_reach_the_data_directory() {
    each(async |world| {
        world.commit(&[("a.txt", Some("x"))]);
        let secret = world.env().data_dir.join("secret");
        std::fs::write(&secret, "hunter2").unwrap();
        let data = world.env().data_dir.display().to_string();
        let text = format!("cat {}; ls {data}; ls {data}/work; true", secret.display());
        let plan = world.make(script(&world, "curious", &text)).await;
        let scan = world.scan(&plan).await;
        let result = scan.result.as_ref().unwrap().script.as_ref().unwrap();
        let text = log(&world, "curious", &scan).await;
        if result.isolation == "bubblewrap" {
            assert!(!text.contains("hunter2") && !text.contains("installation.key"), "{text}");
        } else {
            assert!(text.contains("warning: this script runs without isolation"), "{text}");
        }
        // Nothing of the working copy is left.
        let left = std::fs::read_dir(world.env().data_dir.join("work")).unwrap().count();
        assert_eq!(left, 0);
    })
    .await;
}

#[tokio::test]
async fn a_script_that_takes_too_long_is_a_timeout() {
    each(async |world| {
        world.commit(&[("a.txt", Some("x"))]);
        let mut new = script(&world, "slow", "echo begun; sleep 100");
        new.definition.limits.timeout_minutes = 1;
        let plan = world.make(new).await;
        // A minute is the shortest that a plan can have; two seconds will do here.
        let tx = world.env().db.begin().await.unwrap();
        sea_orm::ConnectionTrait::execute_unprepared(
            &*tx,
            "UPDATE scan_plans SET definition = \
             REPLACE(definition, '\"timeout_minutes\":1', '\"timeout_minutes\":0')",
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Timeout, "{}", scan.error);
        assert!(scan.finished_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_running_script_can_be_cancelled() {
    each(async |world| {
        world.commit(&[("a.txt", Some("x"))]);
        let plan = world.make(script(&world, "long", "echo begun; sleep 100")).await;
        let scan = world.start(&plan).await;
        let worker = jobs::Worker::start(
            world.env().db.clone(),
            world.env().jobs.clone(),
            world.test.registry.clone(),
            world.env().clone(),
            jobs::WorkerOptions::default(),
        )
        .await
        .unwrap();
        let started = std::time::Instant::now();
        while world.again(&plan, &scan).await.progress.name != "script" {
            assert!(started.elapsed().as_secs() < 30);
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        analysis::cancel(&world.ann, &plan, scan.number).await.unwrap();
        while !world.again(&plan, &scan).await.state.is_final() {
            assert!(started.elapsed().as_secs() < 60);
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(world.again(&plan, &scan).await.state, ScanState::Cancelled);
        worker.shutdown(std::time::Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn an_interrupted_scan_is_taken_up_again() {
    each(async |world| {
        world.commit(&[("a.txt", Some("x"))]);
        let plan = world.make(script(&world, "once", "test -n \"$CI\" && sleep 2")).await;
        let scan = world.start(&plan).await;
        let start = || {
            jobs::Worker::start(
                world.env().db.clone(),
                world.env().jobs.clone(),
                world.test.registry.clone(),
                world.env().clone(),
                jobs::WorkerOptions { is_alone: true, ..jobs::WorkerOptions::default() },
            )
        };
        let worker = start().await.unwrap();
        let began = std::time::Instant::now();
        while world.again(&plan, &scan).await.progress.name != "script" {
            assert!(began.elapsed().as_secs() < 30);
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        // The server is stopped and started again.
        worker.shutdown(std::time::Duration::from_secs(5)).await;
        assert_eq!(world.again(&plan, &scan).await.state, ScanState::Running);
        let worker = start().await.unwrap();
        while !world.again(&plan, &scan).await.state.is_final() {
            assert!(began.elapsed().as_secs() < 60);
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let scan = world.again(&plan, &scan).await;
        assert_eq!(scan.state, ScanState::Passed, "{}", scan.error);
        worker.shutdown(std::time::Duration::from_secs(5)).await;
    })
    .await;
}

#[tokio::test]
async fn a_report_becomes_findings_that_live_like_ours() {
    each(async |world| {
        world.commit(&[("a.py", Some("one = 1\ntwo = 2\nthree = 3\n"))]);
        // Reports the line that holds the word, if there is one.
        let text = r#"
line=$(grep -n two site/a.py | cut -d: -f1)
results=""
if [ -n "$line" ]; then
  results="{\"ruleId\":\"T1\",\"level\":\"error\",\"message\":{\"text\":\"two is bad\"},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"site/a.py\"},\"region\":{\"startLine\":$line}}}]}"
fi
echo "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"lint\"}},\"results\":[$results]}]}" > results.sarif
"#;
        let plan = world.make(script(&world, "lint", text)).await;
        let scan = world.scan(&plan).await;
        assert_eq!(scan.result.as_ref().unwrap().new.error, 1, "{scan:?}");
        let first = world.findings(&plan).await.remove(0);
        assert_eq!((first.rule.as_str(), first.path.as_str(), first.line), ("lint/T1", "a.py", 2));
        assert_eq!(first.language, "python");
        assert!(first.author.is_some());

        world.commit(&[("a.py", Some("zero = 0\nhalf = 1\none = 1\ntwo = 2\nthree = 3\n"))]);
        let scan = world.scan(&plan).await;
        assert_eq!((scan.result.as_ref().unwrap().new.total(), scan.result.unwrap().fixed), (0, 0));
        let moved = analysis::finding(&world.ann, &plan, first.id).await.unwrap();
        assert_eq!((moved.line, moved.state), (4, FindingState::Open));

        world.commit(&[("a.py", Some("one = 1\n"))]);
        let scan = world.scan(&plan).await;
        assert_eq!(scan.result.unwrap().fixed, 1);

        // A run without a report says nothing about findings.
        world.commit(&[("a.py", Some("two = 2\n"))]);
        world.scan(&plan).await;
        let mut change = analysis::PlanChange::default();
        let mut definition = plan.definition.clone();
        definition.script = "exit 1".to_owned();
        change.definition = Some(definition);
        analysis::modify_plan(&world.ann, &plan, change).await.unwrap();
        let plan = world.plan("lint").await;
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Failed);
        assert_eq!(scan.result.unwrap().open.total(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_script_before_the_analysers_can_stop_them() {
    each(async |world| {
        world.commit(&[("a.py", Some(crate::world::DANGEROUS))]);
        let mut new = world.new_plan("both");
        new.definition.prelaunch = "ls site".to_owned();
        let plan = world.make(new).await;
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Passed, "{}", scan.error);
        assert_eq!(scan.result.as_ref().unwrap().open.total(), 2);
        assert!(log(&world, "both", &scan).await.contains("] a.py\n"));

        let mut new = world.new_plan("stopped");
        new.definition.prelaunch = "exit 4".to_owned();
        let plan = world.make(new).await;
        let scan = world.scan(&plan).await;
        assert_eq!(scan.error, "the script failed: exit status 4");
        assert!(scan.result.is_none());
    })
    .await;
}

/// The share of a processor is that of the whole time limit: two
/// thousandths of ten minutes are 1.2 seconds.
#[tokio::test]
async fn a_script_gets_its_share_of_a_processor() {
    each(async |world| {
        world.commit(&[("a.txt", Some("x"))]);
        let mut new = script(&world, "busy", "echo begun; while :; do :; done");
        new.definition.limits.timeout_minutes = 10;
        new.definition.limits.cpu_millis = Some(2);
        assert_eq!(new.definition.limits.processor(), Some(std::time::Duration::from_millis(1200)));
        let plan = world.make(new).await;
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Failed, "{}", scan.error);
        assert_eq!(scan.error, "the script failed: out of CPU time (signal 24)");
        assert!(log(&world, "busy", &scan).await.contains("] begun\n"));
        // It holds for each process, and what waits uses nothing.
        let mut new = script(&world, "idle", "sleep 1; sh -c 'echo done'");
        new.definition.limits.timeout_minutes = 10;
        new.definition.limits.cpu_millis = Some(2);
        let plan = world.make(new).await;
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Passed, "{}", scan.error);
        let mut new = script(&world, "free", "echo free");
        new.definition.limits.cpu_millis = Some(0);
        assert_eq!(new.definition.limits.processor(), None);
        let plan = world.make(new).await;
        assert_eq!(world.scan(&plan).await.state, ScanState::Passed);
    })
    .await;
}

//! External analysers of a plan.

use analysis::{FindingState, ScanState};

use crate::world::{DANGEROUS, each};

#[tokio::test]
async fn an_analyser_that_cannot_run_is_shown_and_closes_nothing() {
    each(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS)), ("a.kt", Some("fun main() {}\n"))]);
        let mut new = world.new_plan("all");
        new.definition.parameters = "mortise.adapters=detekt, no-such-one\n".to_owned();
        let plan = world.make(new).await;
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Passed, "{}", scan.error);
        let result = scan.result.as_ref().unwrap();
        let tools: Vec<(&str, bool)> =
            result.adapters.iter().map(|run| (run.tool.as_str(), run.error.is_empty())).collect();
        // No machine that runs these tests has them.
        assert_eq!(tools, [("detekt", false), ("no-such-one", false)]);
        assert_eq!(world.findings(&plan).await.len(), 2);
        world.scan(&plan).await;
        let states: Vec<_> = world.findings(&plan).await.iter().map(|one| one.state).collect();
        assert_eq!(states, [FindingState::Open, FindingState::Open]);
    })
    .await;
}

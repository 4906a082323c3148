//! Fixes of findings, shown against a branch and committed to one.

use analysis::{
    ExportFormat, FindingEventKind, FindingFilter, FixRange, IgnoreReason, NewFix, PlanKind,
    commit_fix, is_fixable, proposed_fix,
};
use base::{Error, Read, Write};
use depots::DepotKey;

use crate::world::{World, each, user};

const WRONG: &str = "\
def f(x):
    if x is 5:
        return 1
    return x is not 'a'


def g(x):
    return eval(x)
";

/// A finding of the rule, by the line that it was reported on.
async fn found(world: &World, rule: &str, line: u32) -> analysis::Finding {
    let plan = world.plan("all").await;
    let all = world.findings(&plan).await;
    all.into_iter().find(|one| one.rule == rule && one.line == line).unwrap()
}

fn text(world: &World, branch: &str, path: &str) -> String {
    let tip = world.repository.reference(&format!("refs/heads/{branch}")).unwrap().unwrap();
    String::from_utf8(world.repository.file(tip, path, 1 << 20).unwrap().data).unwrap()
}

fn to(branch: &str) -> NewFix {
    let (branch, message) = (branch.to_owned(), "Compare by value\n".to_owned());
    NewFix { branch, message, ..NewFix::default() }
}

#[tokio::test]
async fn a_fix_becomes_a_commit_on_a_branch() {
    each(async |world| {
        let first = world.commit(&[("a.py", Some(WRONG)), ("b.py", Some("y = 1\n"))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        let finding = found(&world, "python/is-literal", 2).await;
        let ann = &world.ann;
        assert!(is_fixable(ann, &plan, &finding).await.unwrap());
        let eval = found(&world, "python/eval-call", 8).await;
        assert!(!is_fixable(ann, &plan, &eval).await.unwrap());
        let none = proposed_fix(ann, &plan, &eval, "", FixRange::Finding).await.unwrap_err();
        assert!(matches!(none, Error::Conflict { .. }), "{none:?}");

        let fix = proposed_fix(ann, &plan, &finding, "", FixRange::Finding).await.unwrap();
        assert_eq!((fix.branch.as_str(), &fix.commit), ("main", &first.to_string()));
        assert_eq!((fix.line, fix.findings, fix.of_file), (2, 1, 2));
        let patch = fix.patch();
        assert!(patch.contains("\n--- a/a.py\n+++ b/a.py\n"), "{patch}");
        assert!(patch.contains("\n-    if x is 5:\n+    if x == 5:\n"), "{patch}");

        let new = NewFix { blob: fix.blob.clone(), ..to("fix/value") };
        let fixed = commit_fix(ann, &plan, &world.depot, &finding, new).await.unwrap();
        assert_eq!(fixed.branch, "fix/value");
        let commit = fixed.commit;
        assert_eq!(text(&world, "fix/value", "a.py"), WRONG.replace("is 5", "== 5"));
        assert_eq!(text(&world, "main", "a.py"), WRONG);
        assert_eq!(commit.parents, [first]);
        // Nothing else has changed, and git agrees that all of it is sound.
        let changed = world.repository.diff_trees(Some(first), commit.id, false).unwrap();
        let paths: Vec<&str> = changed.iter().map(git::Change::path).collect();
        assert_eq!(paths, ["a.py"]);
        let checked = std::process::Command::new("git")
            .args(["fsck", "--strict", "--no-dangling"])
            .current_dir(world.repository.path())
            .output()
            .unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));

        let history = analysis::history(ann, &plan, &finding).await.unwrap();
        let last = history.last().unwrap();
        assert_eq!(last.kind, FindingEventKind::FixCommitted);
        assert!(last.note.starts_with("fix/value "), "{}", last.note);

        // On the branch that is there now, and all of the file at once.
        let whole = NewFix { range: FixRange::File, ..to("fix/value") };
        let other = found(&world, "python/is-literal", 4).await;
        commit_fix(ann, &plan, &world.depot, &other, whole).await.unwrap();
        let both = WRONG.replace("is 5", "== 5").replace("is not 'a'", "!= 'a'");
        assert_eq!(text(&world, "fix/value", "a.py"), both);
        // The first one is gone there.
        let again = commit_fix(ann, &plan, &world.depot, &finding, to("fix/value")).await;
        assert!(matches!(again, Err(Error::Conflict { .. })), "{again:?}");
        let file = NewFix { range: FixRange::File, ..to("") };
        let straight = commit_fix(ann, &plan, &world.depot, &finding, file).await.unwrap();
        assert_eq!(straight.branch, "main");
        assert_eq!(text(&world, "main", "a.py"), both);
        world.scan(&plan).await;
        let state = analysis::finding(ann, &plan, finding.id).await.unwrap().state;
        assert_eq!(state, analysis::FindingState::Fixed);
    })
    .await;
}

#[tokio::test]
async fn a_branch_that_moved_on_is_looked_at_as_it_is() {
    each(async |world| {
        world.commit(&[("a.py", Some(WRONG))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        let finding = found(&world, "python/is-literal", 2).await;
        let ann = &world.ann;
        let seen = proposed_fix(ann, &plan, &finding, "", FixRange::Finding).await.unwrap();

        // Another file is no hindrance.
        world.commit(&[("b.py", Some("y = 1\n"))]);
        let new = NewFix { blob: seen.blob.clone(), ..to("fix/one") };
        commit_fix(ann, &plan, &world.depot, &finding, new).await.unwrap();

        // The file itself is: what was shown is not what would be written.
        let moved = format!("import os\n\n{WRONG}");
        world.commit(&[("a.py", Some(&moved))]);
        let new = NewFix { blob: seen.blob, ..to("fix/two") };
        let error = commit_fix(ann, &plan, &world.depot, &finding, new).await.unwrap_err();
        assert!(matches!(&error, Error::Conflict { why } if why.contains("look again")), "{error}");
        let fix = proposed_fix(ann, &plan, &finding, "", FixRange::Finding).await.unwrap();
        assert_eq!(fix.line, 4);
        commit_fix(ann, &plan, &world.depot, &finding, to("fix/two")).await.unwrap();
        assert_eq!(text(&world, "fix/two", "a.py"), moved.replace("is 5", "== 5"));

        for (gone, why) in [
            (Some("def f(x):\n    return x\n"), "not in it any more"),
            (None, "not on the branch any more"),
        ] {
            world.commit(&[("a.py", gone)]);
            let error = proposed_fix(ann, &plan, &finding, "", FixRange::Finding).await;
            let error = error.unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
        }
        let error = proposed_fix(ann, &plan, &finding, "nowhere", FixRange::Finding).await;
        assert!(error.unwrap_err().is_not_found());
    })
    .await;
}

#[tokio::test]
async fn rights_and_rules_hold_for_fixes() {
    each(async |world| {
        world.commit(&[("a.py", Some(WRONG))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        let finding = found(&world, "python/is-literal", 2).await;
        let eve = user(world.env(), "eve").await;
        let names = ["eve".to_owned()];
        let role = projects::ProjectRole::Guest;
        projects::members::add(&world.ann, &world.project, &names, role).await.unwrap();
        let key = analysis::PlanKey::Id(plan.id);
        let seen = analysis::authorise_plan::<Read>(&eve, key).await.unwrap();
        let fix = proposed_fix(&eve, &seen, &finding, "", FixRange::Finding).await.unwrap();
        assert_eq!(fix.findings, 1);
        let depot = DepotKey::Id(world.depot.id);
        let may = depots::authorise::<Write>(&eve, depot).await;
        assert!(matches!(may, Err(Error::Denied { .. })), "{may:?}");

        let granted = depots::authorise::<base::Administer>(&world.ann, depot).await.unwrap();
        depots::rules::branches::create(&world.ann, &granted, "main").await.unwrap();
        let straight = commit_fix(&world.ann, &plan, &world.depot, &finding, to("")).await;
        assert!(matches!(straight, Err(Error::Denied { .. })), "{straight:?}");
        assert_eq!(text(&world, "main", "a.py"), WRONG);
        let history = analysis::history(&world.ann, &plan, &finding).await.unwrap();
        assert_eq!(history.len(), 1, "nothing was done, so nothing is told");
        commit_fix(&world.ann, &plan, &world.depot, &finding, to("fix/it")).await.unwrap();
        assert_eq!(text(&world, "fix/it", "a.py"), WRONG.replace("is 5", "== 5"));

        for (branch, message) in [("a..b", "m"), ("fix/x", " ")] {
            let new = NewFix { message: message.to_owned(), ..to(branch) };
            let wrong = commit_fix(&world.ann, &plan, &world.depot, &finding, new).await;
            assert!(
                matches!(wrong, Err(Error::Invalid { .. } | Error::Missing { .. })),
                "{wrong:?}"
            );
        }
    })
    .await;
}

/// What a tool was recorded to say of a file, what it looked at, and what it makes of
/// that itself.
const REPORT: &str = include_str!("../../../../engines/adapters/recorded/ruff-fixes.sarif");
const LOOKED_AT: &str = include_str!("../../../../engines/adapters/recorded/ruff-fixes.py");
const MENDED: &str = include_str!("../../../../engines/adapters/recorded/ruff-fixes.fixed.py");

#[tokio::test]
async fn what_a_tool_writes_instead_is_shown_and_committed() {
    each(async |world| {
        let report = REPORT.replace("/workspace/app/", "/workspace/site/");
        world.commit(&[("src/b.py", Some(LOOKED_AT)), ("ruff.sarif", Some(&report))]);
        let mut new = world.new_plan("all");
        new.kind = PlanKind::Script;
        new.definition.script = "cp site/ruff.sarif results.sarif".to_owned();
        let plan = world.make(new).await;
        world.scan(&plan).await;
        let ann = &world.ann;
        let finding = found(&world, "ruff/E711", 7).await;
        assert!(is_fixable(ann, &plan, &finding).await.unwrap());
        let fix = proposed_fix(ann, &plan, &finding, "", FixRange::Finding).await.unwrap();
        assert_eq!((fix.line, fix.findings, fix.of_file), (7, 1, 1));
        let patch = fix.patch();
        assert!(patch.contains("\n-    if wanted == None:\n+    if wanted is None:\n"), "{patch}");
        let new = NewFix { blob: fix.blob.clone(), ..to("fix/none") };
        commit_fix(ann, &plan, &world.depot, &finding, new).await.unwrap();
        let text_now = text(&world, "fix/none", "src/b.py");
        assert_eq!(text_now, LOOKED_AT.replace("wanted == None", "wanted is None"));
        let history = analysis::history(ann, &plan, &finding).await.unwrap();
        assert_eq!(history.last().unwrap().kind, FindingEventKind::FixCommitted);

        // All of a rule in the file, and each rule on one branch: what the tool makes
        // of it itself.
        let two = found(&world, "ruff/E713", 9).await;
        let fix = proposed_fix(ann, &plan, &two, "", FixRange::File).await.unwrap();
        assert_eq!((fix.findings, fix.of_file), (2, 2));
        let whole = NewFix { range: FixRange::File, ..to("fix/none") };
        commit_fix(ann, &plan, &world.depot, &two, whole).await.unwrap();
        // By now the file is not the one that the tool saw.
        let import = found(&world, "ruff/F401", 1).await;
        commit_fix(ann, &plan, &world.depot, &import, to("fix/none")).await.unwrap();
        assert_eq!(text(&world, "fix/none", "src/b.py"), MENDED);
        let again = commit_fix(ann, &plan, &world.depot, &two, to("fix/none")).await;
        assert!(again.unwrap_err().to_string().contains("has changed there"));

        // What nobody says to write is not offered; what is to stay, stays.
        let none = found(&world, "ruff/E702", 9).await;
        assert!(!is_fixable(ann, &plan, &none).await.unwrap());
        let error = proposed_fix(ann, &plan, &none, "", FixRange::Finding).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        let stays = found(&world, "ruff/E713", 10).await;
        let reason = IgnoreReason::FalsePositive;
        analysis::ignore(ann, &plan, &[stays.id], reason, "").await.unwrap();
        let fix = proposed_fix(ann, &plan, &two, "", FixRange::File).await.unwrap();
        assert_eq!((fix.findings, fix.of_file), (1, 1));

        let filter = FindingFilter::default();
        let file = analysis::export(ann, &plan, &filter, ExportFormat::Sarif).await.unwrap();
        let log: serde_json::Value = serde_json::from_slice(&file).unwrap();
        assert_eq!(crate::sarif::faults(&log), [""; 0]);
        let read = adapters::parse::sarif(&file).unwrap();
        let exported: Vec<_> = read.iter().filter_map(|one| one.fix.as_ref()).collect();
        assert_eq!(exported.len(), 3, "one is suppressed");
        let places = adapters::Places::new(LOOKED_AT.into()).unwrap();
        assert!(exported.iter().all(|fix| places.resolve(fix).is_some()));

        // Another line is another thing; one above it only moves it.
        world.commit(&[("src/b.py", Some(&format!("# first\n{LOOKED_AT}")))]);
        let fix = proposed_fix(ann, &plan, &finding, "", FixRange::Finding).await.unwrap();
        assert_eq!(fix.line, 8);
        world
            .commit(&[("src/b.py", Some(&LOOKED_AT.replace("wanted == None", "wanted  == None")))]);
        let error = proposed_fix(ann, &plan, &finding, "", FixRange::Finding).await.unwrap_err();
        assert!(error.to_string().contains("has changed there"), "{error}");
        world.commit(&[("src/b.py", None)]);
        let error = proposed_fix(ann, &plan, &finding, "", FixRange::Finding).await.unwrap_err();
        assert!(error.to_string().contains("not on the branch any more"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn what_a_tool_writes_must_be_code_and_of_the_file_as_it_was() {
    each(async |world| {
        let result = |line: u32, path: &str, text: &str| {
            let uri = serde_json::json!({ "uri": path });
            serde_json::json!({
                "ruleId": "T1", "message": { "text": "bad" },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": "site/a.py" },
                    "region": { "startLine": line },
                } }],
                "fixes": [{ "artifactChanges": [{ "artifactLocation": uri, "replacements": [{
                    "deletedRegion": { "startLine": line }, "insertedContent": { "text": text },
                }] }] }],
            })
        };
        let report = |results: &[serde_json::Value]| {
            let driver = serde_json::json!({ "name": "lint" });
            let run = serde_json::json!({ "tool": { "driver": driver }, "results": results });
            serde_json::json!({ "version": "2.1.0", "runs": [run] }).to_string()
        };
        let all = report(&[
            result(1, "site/a.py", "x = 2"),
            result(2, "site/a.py", "y = ("),
            result(3, "site/b.py", "z = 2"),
        ]);
        world.commit(&[("a.py", Some("x = 1\ny = 1\nz = 1\n")), ("all", Some(&all))]);
        let mut new = world.new_plan("all");
        new.kind = PlanKind::Script;
        new.definition.script = "cp site/all results.sarif".to_owned();
        let plan = world.make(new).await;
        world.scan(&plan).await;
        let ann = &world.ann;
        let first = found(&world, "lint/T1", 1).await;
        let fix = proposed_fix(ann, &plan, &first, "", FixRange::Finding).await.unwrap();
        assert!(fix.patch().contains("\n-x = 1\n+x = 2\n"), "{}", fix.patch());
        let second = found(&world, "lint/T1", 2).await;
        let error = proposed_fix(ann, &plan, &second, "", FixRange::Finding).await.unwrap_err();
        assert!(error.to_string().contains("cannot be parsed"), "{error}");
        let elsewhere = found(&world, "lint/T1", 3).await;
        assert!(!is_fixable(ann, &plan, &elsewhere).await.unwrap());

        // A script that changes the file before its tool looks at it.
        let mut definition = plan.definition.clone();
        definition.script = "echo >> site/a.py; cp site/all results.sarif".to_owned();
        let change = analysis::PlanChange {
            definition: Some(definition),
            ..analysis::PlanChange::default()
        };
        analysis::modify_plan(ann, &plan, change).await.unwrap();
        let plan = world.plan("all").await;
        world.scan(&plan).await;
        let first = found(&world, "lint/T1", 1).await;
        assert!(!is_fixable(ann, &plan, &first).await.unwrap());
    })
    .await;
}

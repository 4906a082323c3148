//! Fixes of findings, shown against a branch and committed to one.

use analysis::{FindingEventKind, FixRange, NewFix, commit_fix, is_fixable, proposed_fix};
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

//! Secrets in histories.

use analysis::gate::{Comparison, Condition, Metric, Scope, Spared};
use analysis::{
    BackfillKind, BackfillState, Gate, Leak, LeakDecision, LeakFilter, LeakState, NewNotice,
    NewSearch, NoticeKind, ScanPlan, ScanState, Subject, Verdict, backfills, decide_leaks,
    leak_counts, leaks, search_history, what_if,
};
use base::{Error, Granted, PageRequest, Write};
use depots::statuses::{self, State};
use git::{CommitDraft, FileEdit, Mode, Oid, RefEdit, Signature};
use mail::testing::Post;
use messages::Lang;

use crate::world::{CLEAN, World, commit, each, each_format, user};

/// Made up here, so that none stands in the repository.
fn secret(number: usize) -> String {
    format!("{}{number:02}{}", ["x9#Lq", "27vRt!"].concat(), ["mZ4", "kW"].concat())
}

fn settings(secrets: &[usize]) -> String {
    let lines = secrets.iter().map(|number| format!("password = '{}'\n", secret(*number)));
    format!("NAME = 'shop'\n{}", lines.collect::<String>())
}

type Plan = Granted<ScanPlan, Write>;

async fn all(world: &World, plan: &Plan) -> Vec<Leak> {
    let page = PageRequest::first(1000);
    let mut found = leaks(&world.ann, plan, LeakFilter::default(), page).await.unwrap().items;
    found.sort_by_key(|leak| leak.id);
    found
}

/// Searches, and returns how many commits that were and how many of them failed.
async fn search(world: &World, plan: &Plan) -> (u64, u64) {
    search_history(&world.ann, plan, NewSearch::default()).await.unwrap();
    world.test.run_jobs().await;
    let page = PageRequest::first(1);
    let run = backfills(&world.ann, plan, BackfillKind::Secrets, page).await.unwrap();
    let run = &run.items[0];
    assert_eq!((run.state, run.total), (BackfillState::Done, run.done), "{}", run.error);
    (run.total, run.failed)
}

/// Path, line, and whether it is still there, of each.
fn places(found: &[Leak]) -> Vec<(&str, u32, bool)> {
    found.iter().map(|leak| (leak.path.as_str(), leak.line, !leak.places.is_empty())).collect()
}

fn who() -> Signature {
    Signature {
        name: "Grace Hopper".to_owned(),
        mail: "grace@example.org".to_owned(),
        seconds: 1_700_000_000,
        offset_minutes: 0,
    }
}

#[tokio::test]
async fn what_was_removed_is_found_and_stays_open_until_it_is_revoked() {
    each_format(async |world| {
        let first = world.commit(&[("conf/a.py", Some(&settings(&[1, 2])))]);
        world.commit(&[("conf/a.py", Some(&settings(&[2]))), ("b.py", Some(CLEAN))]);
        let plan = world.make(world.new_plan("all")).await;
        assert_eq!(search(&world, &plan).await, (2, 0));
        let found = all(&world, &plan).await;
        assert_eq!(places(&found), [("conf/a.py", 2, false), ("conf/a.py", 3, true)]);
        assert_eq!(found[1].places[0].line, 2, "where it is now");
        assert_eq!(found[0].author.commit, first.to_string());
        assert_eq!(found[0].author.name, "Grace Hopper");
        assert!(found.iter().all(|leak| leak.state == LeakState::Open));
        let stored = format!("{found:?}");
        assert!(!stored.contains(&secret(1)) && !stored.contains(&secret(2)));

        // It is gone from the branch, and known to whoever has a copy.
        world.commit(&[("conf/a.py", Some(CLEAN))]);
        assert_eq!(search(&world, &plan).await, (1, 0), "only what is new is read");
        let found = all(&world, &plan).await;
        assert_eq!(places(&found), [("conf/a.py", 2, false), ("conf/a.py", 3, false)]);
        assert!(found.iter().all(|leak| leak.state == LeakState::Open));

        let ids = [found[0].id];
        decide_leaks(&world.ann, &plan, &ids, LeakDecision::Revoked, "new key").await.unwrap();
        // The same value in another file is the same secret.
        world.commit(&[("other/c.py", Some(&settings(&[1])))]);
        search(&world, &plan).await;
        let found = all(&world, &plan).await;
        assert_eq!(places(&found), [("conf/a.py", 2, true), ("conf/a.py", 3, false)]);
        assert_eq!(found[0].places[0].path, "other/c.py");
        assert_eq!((found[0].state, found[0].note.as_str()), (LeakState::Revoked, "new key"));
        assert_eq!(found[0].by_name, "ann");
        let counts = leak_counts(&world.ann, &plan).await.unwrap();
        assert_eq!((counts.open, counts.open_at_tip, counts.revoked), (1, 0, 1));
        decide_leaks(&world.ann, &plan, &ids, LeakDecision::Open, "").await.unwrap();
        assert_eq!(all(&world, &plan).await[0].state, LeakState::Open);
        let nobody = [analysis::LeakId(9_999)];
        let refused = decide_leaks(&world.ann, &plan, &nobody, LeakDecision::Revoked, "").await;
        assert!(refused.is_err_and(|error| error.is_not_found()));
    })
    .await;
}

#[tokio::test]
async fn what_comes_back_and_what_moves_is_still_there() {
    each(async |world| {
        let old = world.commit(&[("a.py", Some(&settings(&[1]))), ("b.txt", Some("x\n"))]);
        world.commit(&[("a.py", None)]);
        let plan = world.make(world.new_plan("all")).await;
        search(&world, &plan).await;
        assert_eq!(places(&all(&world, &plan).await), [("a.py", 2, false)]);
        // The file as it was, under another name: nothing that was not read before.
        world.commit(&[("deep/z.py", Some(&settings(&[1])))]);
        search(&world, &plan).await;
        assert_eq!(all(&world, &plan).await[0].places[0].path, "deep/z.py");
        world.commit(&[("deep/z.py", None), ("deep/y.py", Some(&settings(&[1])))]);
        search(&world, &plan).await;
        let found = all(&world, &plan).await;
        assert_eq!((found.len(), found[0].path.as_str()), (1, "a.py"));
        assert_eq!(found[0].places[0].path, "deep/y.py");

        world.commit(&[("deep/y.py", None)]);
        search(&world, &plan).await;
        assert_eq!(places(&all(&world, &plan).await), [("a.py", 2, false)]);

        // Back to a commit that was searched long ago, by force.
        let tip = world.repository.reference("refs/heads/main").unwrap();
        let edit = RefEdit { name: "refs/heads/main".to_owned(), old: tip, new: old };
        world.repository.edit_refs(&[edit], &who(), "force").unwrap();
        assert_eq!(search(&world, &plan).await, (0, 0));
        assert_eq!(all(&world, &plan).await[0].places[0].path, "a.py");
    })
    .await;
}

#[tokio::test]
async fn comments_and_rules_that_are_off_are_heeded() {
    each(async |world| {
        let noted = format!("password = '{}'  # nosec\n", secret(1));
        world.commit(&[("a.py", Some(&settings(&[1, 2])))]);
        world.commit(&[("a.py", Some(&noted))]);
        let plan = world.make(world.new_plan("all")).await;
        search(&world, &plan).await;
        let found = all(&world, &plan).await;
        let states: Vec<LeakState> = found.iter().map(|leak| leak.state).collect();
        assert_eq!(states, [LeakState::Ignored, LeakState::Open]);
        assert_eq!(found[0].by_name, "");

        // What the plan does not look at, and nobody decided about, is no more told of.
        let mut definition = plan.definition.clone();
        definition.paths.exclusions = vec!["a.py".to_owned()];
        let change = analysis::PlanChange {
            definition: Some(definition),
            ..analysis::PlanChange::default()
        };
        analysis::modify_plan(&world.ann, &plan, change).await.unwrap();
        let plan = world.plan("all").await;
        assert_eq!(search(&world, &plan).await, (2, 0), "other rules read everything again");
        let found = all(&world, &plan).await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].state, LeakState::Ignored);
    })
    .await;
}

#[tokio::test]
async fn scans_of_a_plan_that_wants_so_have_their_history_searched() {
    each(async |world| {
        let mut new = world.new_plan("watched");
        new.definition.triggers = analysis::Triggers::push();
        new.definition.history_secrets = true;
        let plan = world.make(new).await;
        world.push(&[("a.py", Some(&settings(&[1])))]).await;
        assert_eq!(places(&all(&world, &plan).await), [("a.py", 2, true)]);
        world.push(&[("a.py", Some(&settings(&[2])))]).await;
        assert_eq!(places(&all(&world, &plan).await), [("a.py", 2, false), ("a.py", 2, true)]);
        let page = PageRequest::first(10);
        let runs = backfills(&world.ann, &plan, BackfillKind::Secrets, page).await.unwrap();
        let commits: Vec<u64> = runs.items.iter().map(|run| run.total).collect();
        assert_eq!(commits, [1, 1]);
        // Measures are another list.
        let none = backfills(&world.ann, &plan, BackfillKind::Measures, page).await.unwrap();
        assert_eq!(none.total, 0);
    })
    .await;
}

#[tokio::test]
async fn every_branch_that_a_plan_scans_is_searched() {
    each(async |world| {
        world.commit(&[("a.py", Some(CLEAN))]);
        commit(&world.repository, "release/1", &[("r.py", Some(&settings(&[1])))]);
        commit(&world.repository, "play", &[("p.py", Some(&settings(&[2])))]);
        let mut new = world.new_plan("all");
        new.definition.triggers = analysis::Triggers::push();
        let hook = analysis::Hook { branch: "release/*".to_owned(), ..analysis::Hook::default() };
        new.definition.triggers.hooks.push(hook);
        let plan = world.make(new).await;
        search(&world, &plan).await;
        assert_eq!(places(&all(&world, &plan).await), [("r.py", 2, true)]);
        let one = NewSearch { branch: "play".to_owned(), ..NewSearch::default() };
        search_history(&world.ann, &plan, one).await.unwrap();
        let again = search_history(&world.ann, &plan, NewSearch::default()).await;
        assert!(matches!(again, Err(Error::Conflict { .. })), "one at a time");
        world.test.run_jobs().await;
        assert_eq!(all(&world, &plan).await[1].path, "p.py");
        let nowhere = NewSearch { branch: "none".to_owned(), ..NewSearch::default() };
        let refused = search_history(&world.ann, &plan, nowhere).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })));
        assert!(world.project_as::<base::Read>(&user(world.env(), "bob").await).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_branch_that_goes_before_its_search_is_said() {
    each(async |world| {
        let tip = world.commit(&[("a.py", Some(&settings(&[1])))]);
        let plan = world.make(world.new_plan("all")).await;
        search_history(&world.ann, &plan, NewSearch::default()).await.unwrap();
        let edit = RefEdit { name: "refs/heads/main".to_owned(), old: Some(tip), new: Oid::ZERO };
        world.repository.edit_refs(&[edit], &who(), "delete").unwrap();
        world.test.run_jobs().await;
        let page = PageRequest::first(1);
        let run = backfills(&world.ann, &plan, BackfillKind::Secrets, page).await.unwrap();
        assert_eq!(run.items[0].state, BackfillState::Failed);
        assert!(run.items[0].error.contains("none of the branches"), "{}", run.items[0].error);
        assert!(all(&world, &plan).await.is_empty());
    })
    .await;
}

fn none_open() -> Gate {
    let condition = Condition {
        metric: Metric::HistorySecrets,
        scope: Scope::New,
        comparison: Comparison::AtMost,
        threshold: 0.0,
    };
    Gate { conditions: vec![condition], ..Gate::on() }
}

#[tokio::test]
async fn a_gate_may_ask_for_none_that_is_open() {
    each(async |world| {
        world.commit(&[("a.py", Some(&settings(&[1, 2])))]);
        let tip = world.commit(&[("a.py", Some(CLEAN))]).to_string();
        let mut new = world.new_plan("gated");
        new.definition.gate = none_open();
        let plan = world.make(new).await;
        let scan = world.scan(&plan).await;
        let condition = scan.result.as_ref().unwrap().gate.conditions[0].clone();
        assert_eq!((condition.holds, condition.spared), (true, Some(Spared::NotMeasured)));

        // The search ends after the scan, which is judged by what it found.
        search(&world, &plan).await;
        let judged = world.again(&plan, &scan).await;
        assert_eq!(judged.state, ScanState::Failed);
        assert_eq!(
            judged.error,
            "the gate says no: open secrets in the history: 2, at most 0 allowed"
        );
        let status =
            async || statuses::summary(&world.ann, &world.readable(), &tip).await.unwrap().state;
        assert_eq!(status().await, Some(State::Failure));
        // What nothing new is found in stays as it is, and so does the next scan.
        search(&world, &plan).await;
        assert_eq!(world.scan(&plan).await.state, ScanState::Failed);

        let found = all(&world, &plan).await;
        decide_leaks(&world.ann, &plan, &[found[0].id], LeakDecision::Revoked, "").await.unwrap();
        let last = world.scans(&plan).await.pop().unwrap();
        assert_eq!(last.state, ScanState::Failed);
        let stays = LeakDecision::Ignored(analysis::IgnoreReason::FalsePositive);
        decide_leaks(&world.ann, &plan, &[found[1].id], stays, "").await.unwrap();
        let last = world.again(&plan, &last).await;
        assert_eq!((last.state, last.error.as_str()), (ScanState::Passed, ""));
        world.test.run_jobs().await;
        assert_eq!(status().await, Some(State::Success));
        decide_leaks(&world.ann, &plan, &[found[1].id], LeakDecision::Open, "").await.unwrap();
        assert_eq!(world.again(&plan, &last).await.state, ScanState::Failed);

        let tried = what_if(&world.ann, &plan, &none_open(), 10).await.unwrap();
        let said: Vec<Verdict> = tried.iter().map(|one| one.would.verdict).collect();
        assert_eq!(said, [Verdict::Failed, Verdict::Failed]);
    })
    .await;
}

#[tokio::test]
async fn what_a_search_finds_is_told_once_and_without_the_secret() {
    each(async |world| {
        let post = Post::open().await;
        let world = world.with_mail(post.mailer());
        world.commit(&[("conf/a.py", Some(&settings(&[1, 2])))]);
        let plan = world.make(world.new_plan("夜间")).await;
        for (name, language) in [("en", Lang::En), ("zh", Lang::Zh)] {
            let new = NewNotice {
                name: name.to_owned(),
                kind: NoticeKind::Mail,
                address: format!("{name}@example.com"),
                language,
                secret: String::new(),
                only_failures: true,
            };
            analysis::create_notice(&world.ann, &plan, new).await.unwrap();
        }
        search(&world, &plan).await;
        let arrived = post.arrived();
        assert_eq!(arrived.len(), 2);
        for letter in &arrived {
            let text = crate::letters::read(&letter.text);
            let wanted = if letter.to == ["en@example.com"] {
                ["夜间: 2 new secrets in the history", "New secrets: 2", "Revoke each"]
            } else {
                ["夜间: 历史中新发现 2 个密钥", "新发现的密钥: 2", "请先在签发处逐一吊销"]
            };
            for part in wanted.into_iter().chain(["conf/a.py:3", "/secrets", "Grace Hopper"]) {
                assert!(text.contains(part), "{part}: {text}");
            }
            assert!(!text.contains(&secret(1)) && !text.contains(&secret(2)), "{text}");
        }
        let page = PageRequest::first(10);
        let log = analysis::deliveries(&world.ann, &plan, page).await.unwrap().items;
        assert!(log.iter().all(|one| matches!(one.subject, Subject::Secrets(_))), "{log:?}");

        // Nothing that nobody knew, and what a comment lets stay, are no news.
        search(&world, &plan).await;
        let noted = format!("password = '{}'  # nosec\n", secret(3));
        world.commit(&[("b.py", Some(&noted))]);
        search(&world, &plan).await;
        assert_eq!((all(&world, &plan).await.len(), post.arrived().len()), (3, 2));
        world.commit(&[("c.py", Some(&settings(&[4])))]);
        search(&world, &plan).await;
        assert_eq!(post.arrived().len(), 4);
        let runs = backfills(&world.ann, &plan, BackfillKind::Secrets, page).await.unwrap().items;
        assert_eq!(runs.iter().map(|run| run.found).collect::<Vec<_>>(), [1, 0, 0, 2]);
    })
    .await;
}

#[tokio::test]
async fn a_list_that_is_full_says_so() {
    each(async |world| {
        // More than are kept, in files that are read one by one.
        let files: Vec<(String, String)> = (0..=100)
            .map(|file| {
                let numbers: Vec<usize> = (0..100).map(|line| file * 100 + line).collect();
                let last = if file == 100 { 20 } else { 100 };
                (format!("many/{file}.py"), settings(&numbers[..last]))
            })
            .collect();
        let files: Vec<(&str, Option<&str>)> =
            files.iter().map(|(path, text)| (path.as_str(), Some(text.as_str()))).collect();
        world.commit(&files);
        let plan = world.make(world.new_plan("all")).await;
        search(&world, &plan).await;
        let counts = leak_counts(&world.ann, &plan).await.unwrap();
        assert_eq!((counts.open, counts.full), (10_000, true));
        let page = PageRequest::first(1);
        let run = backfills(&world.ann, &plan, BackfillKind::Secrets, page).await.unwrap();
        assert!(run.items[0].full);
    })
    .await;
}

/// A commit on these parents that has a file beside those of the first; `main` is there
/// afterwards, wherever it was.
fn onto(world: &World, parents: &[Oid], path: &str, text: &str) -> Oid {
    let who = who();
    let data = text.as_bytes().to_vec();
    let edit = FileEdit::Write { path: path.to_owned(), data, mode: Mode::File };
    let mut draft = world.repository.draft();
    let tree = draft.tree(parents.first().copied(), &[edit]).unwrap();
    let new = CommitDraft { tree, parents, author: &who, committer: &who, message: "Change\n" };
    let commit = draft.commit(&new).unwrap();
    draft.keep().unwrap();
    let old = world.repository.reference("refs/heads/main").unwrap();
    let edit = RefEdit { name: "refs/heads/main".to_owned(), old, new: commit };
    world.repository.edit_refs(&[edit], &who, "test").unwrap();
    commit
}

#[tokio::test]
async fn merges_bring_what_their_branches_and_they_themselves_have() {
    each(async |world| {
        world.commit(&[("a.py", Some(CLEAN))]);
        let side = commit(&world.repository, "side", &[("side.py", Some(&settings(&[1])))]);
        let main = world.commit(&[("b.py", Some(CLEAN))]);
        // What none of the parents has.
        let merge = onto(&world, &[main, side], "merge.py", &settings(&[2]));
        let plan = world.make(world.new_plan("all")).await;
        assert_eq!(search(&world, &plan).await, (4, 0));
        let found = all(&world, &plan).await;
        // The tree of the merge is that of `main` with its own file.
        assert_eq!(places(&found), [("side.py", 2, false), ("merge.py", 2, true)]);
        let commits: Vec<&str> = found.iter().map(|leak| leak.author.commit.as_str()).collect();
        assert_eq!(commits, [side.to_string(), merge.to_string()]);
    })
    .await;
}

#[tokio::test]
async fn a_rewritten_history_is_read_and_the_old_one_not_forgotten() {
    each(async |world| {
        world.commit(&[("a.py", Some(&settings(&[1])))]);
        world.commit(&[("b.py", Some(&settings(&[2])))]);
        let plan = world.make(world.new_plan("all")).await;
        assert_eq!(search(&world, &plan).await, (2, 0));
        // Another history, and nothing left of the one that was searched.
        let root = onto(&world, &[], "b.py", &settings(&[2, 3]));
        for arguments in
            [&["reflog", "expire", "--expire=now", "--all"][..], &["gc", "--quiet", "--prune=now"]]
        {
            let git = std::process::Command::new("git")
                .args(arguments)
                .current_dir(world.repository.path())
                .status();
            assert!(git.unwrap().success());
        }
        assert_eq!(search(&world, &plan).await, (1, 0));
        let found = all(&world, &plan).await;
        assert_eq!(places(&found), [("a.py", 2, false), ("b.py", 2, true), ("b.py", 3, true)]);
        assert!(found.iter().all(|leak| leak.state == LeakState::Open));
        assert_eq!(found[2].author.commit, root.to_string());
        // And nothing more the next time.
        assert_eq!(search(&world, &plan).await, (0, 0));
    })
    .await;
}

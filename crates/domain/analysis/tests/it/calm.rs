//! What repositories and pushes may be that nobody planned for.

use analysis::{FindingState, Scan, ScanState};
use git::{FileEdit, Mode, NewCommit, Oid, RefEdit, Signature};

use crate::world::{CLEAN, DANGEROUS, World, each, each_format};

fn who() -> Signature {
    Signature {
        name: "Grace Hopper".to_owned(),
        mail: "grace@example.org".to_owned(),
        seconds: 1_700_000_000,
        offset_minutes: 0,
    }
}

/// Commits bytes on `main`.
fn commit_bytes(world: &World, files: &[(String, Vec<u8>)]) -> Oid {
    let edits: Vec<FileEdit> = files
        .iter()
        .map(|(path, data)| FileEdit::Write {
            path: path.clone(),
            data: data.clone(),
            mode: Mode::File,
        })
        .collect();
    let parent = world.repository.reference("refs/heads/main").unwrap();
    let new = NewCommit {
        branch: "main",
        parent,
        edits: &edits,
        author: &who(),
        committer: &who(),
        message: "Bytes\n",
    };
    world.repository.create_commit(&new).unwrap()
}

fn counts(scan: &Scan) -> (usize, usize, u32) {
    let result = scan.result.as_ref().unwrap();
    let number = |count: u32| usize::try_from(count).unwrap();
    (number(result.new.total()), number(result.open.total()), result.fixed)
}

#[tokio::test]
async fn an_empty_repository_says_so_and_scans_once_there_is_something() {
    each_format(async |world| {
        let plan = world.make(world.new_plan("all")).await;
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Failed);
        assert!(scan.error.contains("has no branch main"), "{}", scan.error);
        assert!(scan.result.is_none());

        world.commit(&[("run.py", Some(DANGEROUS))]);
        let scan = world.scan(&plan).await;
        assert_eq!((scan.state, counts(&scan)), (ScanState::Passed, (2, 2, 0)));
    })
    .await;
}

#[tokio::test]
async fn a_commit_without_files_closes_what_was_there() {
    each(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        world.commit(&[("run.py", None)]);
        let scan = world.scan(&plan).await;
        assert_eq!((scan.state, counts(&scan)), (ScanState::Passed, (0, 0, 2)));
        let result = scan.result.unwrap();
        assert_eq!((result.totals.files, result.totals.lines.total), (0, 0));
        assert!(world.findings(&plan).await.iter().all(|one| one.state == FindingState::Fixed));
    })
    .await;
}

#[tokio::test]
async fn binary_files_are_left_out_whatever_they_are_called() {
    each(async |world| {
        let noise = |seed: u8, length: usize| -> Vec<u8> {
            let mut state = u32::from(seed) + 1;
            let next = |_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            };
            (0..length).map(next).collect()
        };
        let mut files: Vec<(String, Vec<u8>)> =
            ["png", "jar", "py", "java", "c", "rs", "txt", "sql"]
                .iter()
                .enumerate()
                .map(|(seed, ending)| (format!("bin/file.{ending}"), noise(seed as u8, 20_000)))
                .collect();
        files.push(("big.py".to_owned(), b"x = 1\n".repeat(2_000_000)));
        files.push(("zeros.py".to_owned(), vec![0; 100_000]));
        files.push(("run.py".to_owned(), DANGEROUS.as_bytes().to_vec()));
        commit_bytes(&world, &files);
        let plan = world.make(world.new_plan("all")).await;
        let scan = world.scan(&plan).await;
        assert_eq!((scan.state, counts(&scan)), (ScanState::Passed, (2, 2, 0)));
        let result = scan.result.unwrap();
        assert_eq!((result.totals.files, result.failed_files), (1, 0));
        // The picture and the archive are nobody's source; the others are named.
        assert_eq!(result.skipped, 8);
    })
    .await;
}

#[tokio::test]
async fn a_repository_of_nothing_but_binary_files_passes() {
    each(async |world| {
        let picture = |number: u8| [&b"\x89PNG\0"[..], &[number; 5_000]].concat();
        let endings = ["png", "jpg", "zip", "py", "c", "o", "class", "pdf"];
        let files: Vec<(String, Vec<u8>)> = (0..40)
            .map(|number: u8| {
                let ending = endings[usize::from(number) % endings.len()];
                (format!("assets/{}/file{number}.{ending}", number % 5), picture(number))
            })
            .collect();
        commit_bytes(&world, &files);
        let plan = world.make(world.new_plan("all")).await;
        let scan = world.scan(&plan).await;
        assert_eq!((scan.state, counts(&scan)), (ScanState::Passed, (0, 0, 0)));
        let result = scan.result.unwrap();
        assert_eq!((result.totals.files, result.totals.lines.total), (0, 0));
        // Ten claim to be source, and it is said that they are not.
        assert_eq!((result.skipped, result.failed_files), (10, 0));
    })
    .await;
}

#[tokio::test]
async fn a_branch_that_goes_while_its_scan_waits_is_scanned_where_it_was() {
    each(async |world| {
        let tip = world.commit(&[("run.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("all")).await;
        let scan = world.start(&plan).await;
        let edit = RefEdit { name: "refs/heads/main".to_owned(), old: Some(tip), new: Oid::ZERO };
        world.repository.edit_refs(&[edit], &who(), "delete").unwrap();
        world.test.run_jobs().await;
        let scan = world.again(&plan, &scan).await;
        assert_eq!((scan.state, counts(&scan)), (ScanState::Passed, (2, 2, 0)));
        assert_eq!(scan.sources[0].commit, tip.to_string());
    })
    .await;
}

#[tokio::test]
async fn a_branch_that_is_forced_elsewhere_is_compared_all_the_same() {
    each_format(async |world| {
        world.commit(&[("add.py", Some(CLEAN))]);
        let first = world.repository.reference("refs/heads/main").unwrap().unwrap();
        world.commit(&[("run.py", Some(DANGEROUS)), ("old.py", Some("x = eval(input())\n"))]);
        let second = world.repository.reference("refs/heads/main").unwrap().unwrap();
        let plan = world.make(world.new_plan("all")).await;
        assert_eq!(counts(&world.scan(&plan).await).1, 3);

        // Back to the beginning, and on from there with a history of its own.
        let edit = RefEdit { name: "refs/heads/main".to_owned(), old: Some(second), new: first };
        world.repository.edit_refs(&[edit], &who(), "force").unwrap();
        world.commit(&[("run.py", Some(&format!("# Rewritten.\n{DANGEROUS}")))]);
        let scan = world.scan(&plan).await;
        assert_eq!((scan.state, counts(&scan)), (ScanState::Passed, (0, 2, 1)));
        let findings = world.findings(&plan).await;
        let fixed: Vec<_> =
            findings.iter().filter(|one| one.state == FindingState::Fixed).collect();
        assert_eq!(fixed.len(), 1);
        assert_eq!(fixed[0].path, "old.py");
    })
    .await;
}

#[tokio::test]
async fn a_branch_that_was_deleted_fails_its_scan_and_keeps_what_is_known() {
    each(async |world| {
        let tip = world.commit(&[("run.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        let none = Oid::ZERO;
        let edit = RefEdit { name: "refs/heads/main".to_owned(), old: Some(tip), new: none };
        world.repository.edit_refs(&[edit], &who(), "delete").unwrap();
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Failed);
        assert!(scan.error.contains("has no branch main"), "{}", scan.error);
        let findings = world.findings(&plan).await;
        assert_eq!(findings.len(), 2);
        assert!(findings.iter().all(|one| one.state == FindingState::New));
    })
    .await;
}

#[tokio::test]
async fn a_push_that_deletes_the_branch_starts_no_scan() {
    each(async |world| {
        let tip = world.push(&[("run.py", Some(DANGEROUS))]).await;
        let plan = world.plan("default").await;
        assert_eq!(world.scans(&plan).await.len(), 1);
        let none = Oid::ZERO;
        let edit = RefEdit { name: "refs/heads/main".to_owned(), old: Some(tip), new: none };
        world.repository.edit_refs(&[edit], &who(), "delete").unwrap();
        world.tell("main", Some(tip), none).await;
        world.test.run_jobs().await;
        assert_eq!(world.scans(&plan).await.len(), 1);
        assert_eq!(world.findings(&plan).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn when_everything_moves_nothing_is_new() {
    each(async |world| {
        let text = |number: usize| {
            format!("# Module {number}.\nNAME{number} = 'module {number}'\n\n{DANGEROUS}")
        };
        let old: Vec<String> = (0..60).map(|number| format!("app/m{number}/run.py")).collect();
        let new: Vec<String> =
            (0..60).map(|number| format!("src/python/core{number}/jobs.py")).collect();
        let texts: Vec<String> = (0..60).map(text).collect();
        let added: Vec<(&str, Option<&str>)> = old
            .iter()
            .zip(&texts)
            .map(|(path, text)| (path.as_str(), Some(text.as_str())))
            .collect();
        world.commit(&added);
        let plan = world.make(world.new_plan("all")).await;
        assert_eq!(counts(&world.scan(&plan).await), (120, 120, 0));
        let before = world.findings(&plan).await;

        let gone = old.iter().map(|path| (path.as_str(), None));
        let moved = new.iter().zip(&texts).map(|(path, text)| (path.as_str(), Some(text.as_str())));
        world.commit(&gone.chain(moved).collect::<Vec<_>>());
        let scan = world.scan(&plan).await;
        assert_eq!(counts(&scan), (0, 120, 0));
        assert_eq!(scan.result.unwrap().analysed, 0);
        for one in world.findings(&plan).await {
            let was = before.iter().find(|old| old.id == one.id).unwrap();
            let number = was.path.trim_start_matches("app/m").trim_end_matches("/run.py");
            assert_eq!(one.path, format!("src/python/core{number}/jobs.py"));
            assert_eq!(one.state, FindingState::Open);
        }
    })
    .await;
}

//! The tests of the other modules once more, in repositories whose objects are named by SHA-256,
//! and what happens where the two meet.

use git::{
    AllowedSources, Cancel, Error, FileEdit, NewCommit, ObjectFormat, Oid, Repository, Source,
    UpdateResult,
};

use crate::{
    receiving::{assert_clean, pack, push, push_head},
    support::{World, made_up, run, someone, try_run, within},
};

macro_rules! again {
    ($($module:ident: $($test:ident)*;)*) => {$(
        mod $module {$(
            #[test]
            fn $test() {
                super::within(git::ObjectFormat::Sha256, crate::$module::$test);
            }
        )*}
    )*};
}

again! {
    diffing: hunks_are_those_of_git what_is_not_text;
    drafting: edits_make_the_commits_that_git_makes
        what_cannot_be_edited_says_why_and_leaves_nothing
        a_dangerous_gitmodules_is_refused_and_a_good_one_kept
        many_objects_are_kept_in_one_pack tags_are_those_that_git_makes
        notes_are_where_git_looks_for_them;
    editing: commits_without_a_working_copy references_by_compare_and_swap
        references_are_deleted_as_git_does references_are_packed_as_git_does;
    hostile: trees modules commits_and_tags unreachable_objects_prove_nothing packs reports;
    incoming: new_is_what_git_finds_beyond_all_references what_a_commit_touches_is_what_git_shows;
    garbage: garbage_is_set_aside_and_removed_after_its_time removal_races_pushes;
    pushing: random_histories_arrive_as_they_are;
    reading: empty_repository trees_and_blobs references_and_revisions commits_and_history
        last_commits_of_merges_are_those_that_wrote blame_follows_lines
        packs_that_arrive_later_are_seen;
    relating: distances_are_those_of_git distances_of_what_is_not_there
        references_that_hold_a_commit filtered_logs_are_those_of_git plain_logs_are_sets_of_git
        a_file_is_followed_through_renames contributors_are_those_of_shortlog pages_of_references
        a_tree_with_everything_below what_is_between_commits_of_one_second blame_of_some_lines patches_are_those_of_git_and_apply;
    replaying: picks_and_reverts_are_those_of_git rebases_are_those_of_git
        merges_need_a_side_and_rebases_leave_them_out
        a_conflict_names_the_files_and_writes_nothing attributes_of_the_branch_count;
    receiving: a_push_is_taken_and_told pushes_that_are_refused refusing_before_git_is_asked
        killed_pushes_leave_no_trace locks_of_the_dead_are_removed;
    serving: advertisements_are_those_of_git two_thousand_branches a_fetch_brings_everything
        the_same_question_is_answered_once archives damaged_requests_are_survived;
}

/// A name of the other format is that of nothing, wherever it is given.
#[test]
fn names_of_the_other_format_are_of_nothing() {
    within(ObjectFormat::Sha256, || {
        let world = World::new();
        world.write("a", "1");
        let one = world.commit("one");
        world.push();
        let repo = &world.repo;
        let other = Oid::from_bytes([7; 20]);
        for id in [other, Oid::ZERO] {
            assert!(matches!(repo.commit(id), Err(Error::NotFound(_))));
            assert!(matches!(repo.tree(id, ""), Err(Error::NotFound(_))));
            assert!(matches!(repo.blob(id, 10), Err(Error::NotFound(_))));
            assert!(matches!(repo.log(id, 0, 1), Err(Error::NotFound(_))));
            assert!(matches!(repo.diff_trees(Some(id), one, true), Err(Error::NotFound(_))));
            assert!(repo.merge_base(id, one).is_err() && !repo.has_object(id));
            assert!(repo.ahead_behind(one, id).is_err());
            assert!(repo.incoming(&[id], 10).unwrap().is_empty());
            assert!(repo.draft().cherry_pick(one, id, None, &someone()).is_err());
        }
        // Forty digits may be the beginning of a name.
        let whole = one.to_string();
        for digits in [7, 40, 63, 64] {
            assert_eq!(repo.resolve(&whole[..digits]).unwrap(), one);
        }
        let file = world.rev("HEAD:a");
        assert_eq!(repo.find_blob(&file.to_string()[..40]).unwrap(), file);
        // Also where the object is in no pack.
        let new = NewCommit {
            branch: "main",
            parent: Some(one),
            edits: &[FileEdit::Put { path: "a".to_owned(), data: b"2".to_vec() }],
            author: &someone(),
            committer: &someone(),
            message: "two",
        };
        let two = repo.create_commit(&new).unwrap();
        let whole = two.to_string();
        for digits in [7, 8, 40, 41, 63, 64] {
            assert_eq!(repo.resolve(&whole[..digits]).unwrap(), two);
            assert_eq!(repo.resolve(&format!("{}~1", &whole[..digits])).unwrap(), one);
        }
        let file = repo.entry(two, "a").unwrap().oid;
        assert_eq!(repo.find_blob(&file.to_string()[..9]).unwrap(), file);
        assert!(repo.resolve(&other.to_string()).is_err());
    });
    let world = World::new();
    world.write("a", "1");
    world.commit("one");
    world.push();
    within(ObjectFormat::Sha256, || {});
    let other = made_up(7);
    assert_eq!(other.format(), ObjectFormat::Sha256);
    assert!(matches!(world.repo.commit(other), Err(Error::NotFound(_))));
    assert!(world.repo.resolve(&other.to_string()).is_err());
    assert!(!world.repo.has_object(other));
}

fn first_commit(repo: &Repository) {
    let edit = FileEdit::Put { path: "a".to_owned(), data: b"1".to_vec() };
    let new = NewCommit {
        branch: "main",
        parent: None,
        edits: &[edit],
        author: &someone(),
        committer: &someone(),
        message: "first",
    };
    // There already in the second round.
    drop(repo.create_commit(&new));
}

/// git itself says it; who does not listen is refused by us.
#[tokio::test]
async fn a_push_in_the_other_format_is_refused() {
    for (ours, theirs) in
        [(ObjectFormat::Sha256, ObjectFormat::Sha1), (ObjectFormat::Sha1, ObjectFormat::Sha256)]
    {
        within(theirs, || {});
        let world = World::new();
        world.write("a", "1");
        let one = world.commit("one");
        let target = world.dir.path().join("target.git");
        let target = Repository::init_as(&target, "main", ours).unwrap();
        // With long names git 2.39 does not even understand the list of an empty repository.
        let empty = match ours {
            ObjectFormat::Sha1 => "capabilities^{}",
            ObjectFormat::Sha256 => "hash algorithm",
        };
        for known in [empty, "hash algorithm"] {
            let output = try_run(&world.work(), &["push", "../target.git", "main"]);
            let words = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success() && words.contains(known), "{words}");
            first_commit(&target);
        }
        let zero = Oid::ZERO;
        let mut body =
            push_head(&[("refs/heads/other", zero, one)], crate::receiving::CAPABILITIES, &[])
                .to_vec();
        body.extend(pack(&world, &format!("{one}\n")));
        let received = push(&target, body).await.unwrap();
        let UpdateResult::Refused(why) = &received.updates[0].result else { panic!("taken") };
        assert!(why.contains(&format!("named by {}", ours.name())), "{why}");
        assert_clean(&target);
        assert_eq!(target.branches().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn the_format_of_a_source_is_found() {
    for format in [ObjectFormat::Sha1, ObjectFormat::Sha256] {
        within(format, || {});
        let world = World::new();
        let url = format!("file://{}", world.repo.path().display());
        let source = Source {
            url: &url,
            credentials: None,
            allowed: AllowedSources { http: false, file: true },
            pinned: &[],
            timeout: std::time::Duration::from_secs(60),
        };
        let cancel = Cancel::new();
        // Nobody can tell.
        assert_eq!(git::format_of(&source, &cancel).await.unwrap(), ObjectFormat::Sha1);
        world.write("a", "1");
        let one = world.commit("one");
        world.git(&["tag", "v1"]);
        world.push();
        assert_eq!(git::format_of(&source, &cancel).await.unwrap(), format);
        let target = world.dir.path().join("target.git");
        let target = Repository::init_as(&target, "x", format).unwrap();
        target.fetch_from(&source, &cancel, |_| {}).await.unwrap();
        assert_eq!(target.head().unwrap().commit, Some(one));
        target.fsck(&cancel).unwrap();
        // Into one of the other format: git says why not.
        let other = match format {
            ObjectFormat::Sha1 => ObjectFormat::Sha256,
            ObjectFormat::Sha256 => ObjectFormat::Sha1,
        };
        let target = world.dir.path().join("other.git");
        let target = Repository::init_as(&target, "x", other).unwrap();
        let error = target.fetch_from(&source, &cancel, |_| {}).await.unwrap_err();
        assert!(error.to_string().contains("mismatched algorithms"), "{error}");
        let listed = run(target.path(), &["for-each-ref"]);
        assert!(listed.is_empty());
    }
}

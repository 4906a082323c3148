//! Commits, branches, tags, notes, reports and comments on both databases.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

use base::{Administer, Error, Granted, PageRequest, Read, TeamRole, Write};
use call::testing::{TestEnv, on_each};
use call::{Call, Env};
use depots::branches;
use depots::comments::{self, Commented, NewComment};
use depots::commits::{self, FileEdit, FilesChange, Mode};
use depots::notes::{self, NewNote};
use depots::push::Pushed;
use depots::rules;
use depots::statuses::{self, NewStatus, State, StatusReported};
use depots::tags::{self, NewTag};
use depots::{Depot, DepotKey, InitialFiles, NewDepot};
use events::{EventFilter, EventKind, Listeners};
use jobs::Registry;
use projects::{NewProject, ProjectKey, ProjectRole, members};

const MIGRATIONS: &[&[db::Migration]] =
    &[identity::MIGRATIONS, projects::MIGRATIONS, depots::MIGRATIONS];

struct World {
    test: TestEnv,
    ann: Call,
    depot: Granted<Depot, Write>,
}

/// Ann with a depot that has a README.
async fn each(test: impl AsyncFn(World)) {
    let registry = depots::register(Registry::new()).unwrap();
    on_each(MIGRATIONS, registry, Listeners::new(), async |installation: TestEnv| {
        let ann = user(&installation.env, "ann", TeamRole::Member).await;
        let new = NewProject { name: "web".to_owned(), ..NewProject::default() };
        let first = NewDepot { files: InitialFiles::Readme, ..NewDepot::named("web") };
        let (project, depot) = depots::create_project_with_depot(&ann, new, first).await.unwrap();
        user(&installation.env, "gus", TeamRole::Member).await;
        members::add(&ann, &project, &["gus".to_owned()], ProjectRole::Guest).await.unwrap();
        let depot = depots::authorise::<Write>(&ann, DepotKey::Id(depot.id)).await.unwrap();
        test(World { test: installation, ann, depot }).await;
    })
    .await;
}

async fn user(env: &Env, name: &str, role: TeamRole) -> Call {
    let actor = identity::testing::actor(env, "makers", name, role).await;
    Call::for_user(env.clone(), actor)
}

impl World {
    fn repository(&self) -> git::Repository {
        depots::repository(&self.test.env, &self.depot).unwrap()
    }

    fn tip(&self, branch: &str) -> git::Oid {
        self.repository().resolve(&format!("refs/heads/{branch}")).unwrap()
    }

    async fn write(&self, branch: &str, path: &str, text: &str) -> git::Commit {
        let change = FilesChange {
            branch: branch.to_owned(),
            message: format!("write {path}"),
            files: vec![put(path, text)],
            ..FilesChange::default()
        };
        commits::change_files(&self.ann, &self.depot, change).await.unwrap()
    }

    async fn events<K: EventKind>(&self) -> Vec<K> {
        let env = &self.test.env;
        let filter = EventFilter { kinds: vec![K::KIND.to_owned()], ..EventFilter::default() };
        let events = env.events.list(&env.db, &filter, 100).await.unwrap();
        events.into_iter().map(|event| serde_json::from_value(event.payload).unwrap()).collect()
    }
}

fn put(path: &str, text: &str) -> FileEdit {
    FileEdit::Put { path: path.to_owned(), data: text.into() }
}

#[tokio::test]
async fn files_change_in_one_commit_that_is_announced() {
    each(async |world| {
        let before = world.tip("main");
        let change = FilesChange {
            branch: "refs/heads/main".to_owned(),
            expected: Some(before.to_string().to_uppercase()),
            message: "two\n\nfiles  \n".to_owned(),
            files: vec![
                put("a/b.txt", "один\r\n"),
                FileEdit::Create {
                    path: "run".to_owned(),
                    data: b"\xff\x00".to_vec(),
                    mode: Mode::Executable,
                },
                FileEdit::DeleteFile { path: "README.md".to_owned() },
            ],
            ..FilesChange::default()
        };
        let made = commits::change_files(&world.ann, &world.depot, change.clone()).await.unwrap();
        assert_eq!(
            (made.parents.as_slice(), made.message.as_str()),
            (&[before][..], "two\n\nfiles\n")
        );
        assert_eq!((made.author.mail.as_str(), &made.author), ("ann@example.com", &made.committer));
        assert_eq!(made.committer.seconds, world.ann.clock.now().seconds());
        assert_eq!(world.tip("main"), made.id);
        let repository = world.repository();
        let blobs = repository.all_blobs(made.id).unwrap();
        let listed: Vec<_> = blobs.iter().map(|it| (it.path.as_str(), it.mode)).collect();
        assert_eq!(listed, [("a/b.txt", Mode::File), ("run", Mode::Executable)]);
        assert_eq!(repository.blob(blobs[1].oid, 10).unwrap().data, b"\xff\x00");
        repository.fsck(&git::Cancel::new()).unwrap();
        let told = world.events::<Pushed>().await;
        let last =
            told.iter().flat_map(|push| &push.updates).find(|it| it.new == made.id.to_string());
        assert_eq!(last.unwrap().old, before.to_string());

        // The branch has moved: nothing happens.
        let error = commits::change_files(&world.ann, &world.depot, change).await.unwrap_err();
        let expected = format!("refs/heads/main has moved: it is at {}, not at {before}", made.id);
        assert_eq!(error.to_string(), expected.replace("refs/heads/", ""));
        assert!(matches!(error, Error::Conflict { .. }));
        assert_eq!(world.tip("main"), made.id);
    })
    .await;
}

#[tokio::test]
async fn a_commit_can_start_a_branch_or_a_depot() {
    each(async |world| {
        let main = world.tip("main");
        let change = |branch: &str, new: Option<&str>| FilesChange {
            branch: branch.to_owned(),
            new_branch: new.map(str::to_owned),
            message: "m".to_owned(),
            files: vec![put("x", "x")],
            ..FilesChange::default()
        };
        let commit = async |change| commits::change_files(&world.ann, &world.depot, change).await;
        let made = commit(change("HEAD", Some("topic/x"))).await.unwrap();
        assert_eq!((world.tip("topic/x"), world.tip("main")), (made.id, main));
        let made = commit(change(&main.to_string(), Some("other"))).await.unwrap();
        assert_eq!(made.parents, [main]);
        for (change, expected) in [
            (change("main", Some("other")), "the branch other exists already"),
            (change("none", None), "branch none not found"),
            (change("none", Some("x")), "branch none not found"),
            (change("a..b", None), "branch is not a name that Git takes for a branch"),
            (change("main", Some("-x")), "new_branch is not a name that Git takes for a branch"),
            (FilesChange { files: vec![], ..change("main", None) }, "files is missing"),
            (FilesChange { message: " ".into(), ..change("main", None) }, "message is missing"),
            (
                FilesChange { expected: Some("12".into()), ..change("main", None) },
                "expected must be the 40 or 64 digits of a commit",
            ),
            (
                FilesChange {
                    files: vec![put("x", ""), put("a/.git/b", "")],
                    ..change("main", None)
                },
                "files.1.path must not have .git in it",
            ),
            (
                FilesChange { files: vec![put("README.md/x", "")], ..change("main", None) },
                "files.0.path cannot be in \"README.md\", which is a file",
            ),
            (
                FilesChange { files: vec![put("README.md", "# web\n")], ..change("main", None) },
                "the files are like that already",
            ),
            (
                FilesChange { author: Some(base::UserId(4711)), ..change("main", None) },
                "author is nobody in the team",
            ),
        ] {
            assert_eq!(commit(change).await.unwrap_err().to_string(), expected);
        }
        assert_eq!(world.tip("main"), main);

        // An empty depot takes a first commit on any branch.
        let project = projects::ProjectKey::Name("web");
        let project = projects::authorise::<Write>(&world.ann, project).await.unwrap();
        let empty = depots::create(&world.ann, &project, NewDepot::named("empty")).await.unwrap();
        let empty = depots::authorise::<Write>(&world.ann, DepotKey::Id(empty.id)).await.unwrap();
        let stale = FilesChange { expected: Some(main.to_string()), ..change("master", None) };
        let error = commits::change_files(&world.ann, &empty, stale).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        let first = FilesChange { expected: Some("0".repeat(40)), ..change("master", None) };
        let first = commits::change_files(&world.ann, &empty, first).await.unwrap();
        assert_eq!(first.parents, []);
        let repository = depots::repository(&world.test.env, &empty).unwrap();
        assert_eq!(repository.resolve("master").unwrap(), first.id);
    })
    .await;
}

#[tokio::test]
async fn another_author_can_be_named() {
    each(async |world| {
        let bob = user(&world.test.env, "bob", TeamRole::Member).await;
        let change = FilesChange {
            message: "m".to_owned(),
            files: vec![put("x", "x")],
            author: bob.actor.user_id(),
            ..FilesChange::default()
        };
        let made = commits::change_files(&world.ann, &world.depot, change).await.unwrap();
        assert_eq!(made.author.mail, "bob@example.com");
        assert_eq!(made.committer.mail, "ann@example.com");
    })
    .await;
}

#[tokio::test]
async fn commits_are_done_again_and_undone() {
    each(async |world| {
        let World { ann, depot, .. } = &world;
        branches::create(ann, depot, "topic", "").await.unwrap();
        let wanted = world.write("topic", "f", "topic\n").await;
        world.write("topic", "g", "more\n").await;
        let before = world.write("main", "h", "main\n").await.id;

        let picked =
            commits::cherry_pick(ann, depot, &wanted.id.to_string(), "main").await.unwrap();
        assert_eq!((world.tip("main"), picked.parents.as_slice()), (picked.id, &[before][..]));
        assert_eq!(picked.message, wanted.message);
        let again = commits::cherry_pick(ann, depot, &wanted.id.to_string(), "main").await;
        assert!(matches!(again, Err(Error::Conflict { .. })), "{again:?}");

        // Its change is known there, so only the other commit is taken over.
        let rebased = commits::rebase(ann, depot, "main", "topic").await.unwrap();
        assert_eq!((rebased.replayed, rebased.dropped.as_slice()), (1, &[wanted.id][..]));
        let tip = world.repository().commit(world.tip("topic")).unwrap();
        assert_eq!((tip.id, tip.parents.as_slice()), (rebased.tip, &[picked.id][..]));
        let nothing = commits::rebase(ann, depot, "main", "topic").await.unwrap();
        assert_eq!((nothing.replayed, nothing.tip), (0, rebased.tip));

        let undone = commits::revert(ann, depot, &picked.id.to_string(), "main", "").await.unwrap();
        let expected = format!("Revert \"write f\"\n\nThis reverts commit {}.\n", picked.id);
        assert_eq!(undone.message, expected);
        let files = world.repository().all_blobs(world.tip("main")).unwrap();
        assert!(files.iter().all(|file| file.path != "f"));

        let main = world.write("main", "g", "other\n").await.id;
        let error = commits::rebase(ann, depot, "main", "topic").await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the change of {} does not fit: conflicts in g", rebased.tip.short(10))
        );
        assert_eq!((world.tip("main"), world.tip("topic")), (main, rebased.tip));
        for (result, expected) in [
            (commits::cherry_pick(ann, depot, "nope", "main").await, "commit nope not found"),
            (commits::cherry_pick(ann, depot, "main", "nope").await, "branch nope not found"),
            (commits::cherry_pick(ann, depot, "", "main").await, "sha is missing"),
            (
                commits::revert(ann, depot, "main", "a b", "").await,
                "branch is not a name that Git takes for a branch",
            ),
        ] {
            assert_eq!(result.unwrap_err().to_string(), expected);
        }
    })
    .await;
}

#[tokio::test]
async fn branches_come_and_go() {
    each(async |world| {
        let World { ann, depot, .. } = &world;
        let main = world.tip("main");
        let made = branches::create(ann, depot, "a/b", &main.short(10)).await.unwrap();
        assert_eq!((made.name.as_str(), made.commit), ("a/b", main));
        for (name, start, expected) in [
            ("", "", "name is missing"),
            ("a..b", "", "name is not a name that Git takes for a branch"),
            ("HEAD", "", "name must not be HEAD"),
            ("a/b", "", "the branch a/b exists already"),
            ("a", "", "the branch a/b stands in the way"),
            ("a/b/c", "", "the branch a/b stands in the way"),
            ("new", "none", "revision none not found"),
        ] {
            let error = branches::create(ann, depot, name, start).await.unwrap_err();
            assert_eq!(error.to_string(), expected, "{name}");
        }
        for (name, expected) in [
            ("main", "main is the default branch"),
            ("none", "branch none not found"),
            ("", "name is missing"),
        ] {
            let error = branches::delete(ann, depot, name).await.unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        branches::delete(ann, depot, "a/b").await.unwrap();
        assert_eq!(world.repository().reference("refs/heads/a/b").unwrap(), None);

        for name in ["merged", "also", "ahead"] {
            branches::create(ann, depot, name, "main").await.unwrap();
        }
        world.write("ahead", "x", "x").await;
        world.write("main", "y", "y").await;
        let done = branches::delete_merged(ann, depot).await.unwrap();
        assert_eq!(
            (done.removed, done.kept),
            (vec!["also".to_owned(), "merged".to_owned()], vec![])
        );
        let left: Vec<_> =
            world.repository().branches().unwrap().into_iter().map(|it| it.name).collect();
        assert_eq!(left, ["ahead", "main"]);
        assert_eq!(
            branches::delete_merged(ann, depot).await.unwrap().removed,
            Vec::<String>::new()
        );
    })
    .await;
}

#[tokio::test]
async fn the_rules_of_pushes_hold_for_what_is_made_here() {
    each(async |world| {
        let World { ann, depot, .. } = &world;
        for name in ["release", "topic", "read-only"] {
            branches::create(ann, depot, name, "main").await.unwrap();
        }
        let before = world.write("topic", "x", "x").await;
        let owner = depots::authorise::<Administer>(ann, DepotKey::Id(depot.id)).await.unwrap();
        rules::branches::create(ann, &owner, "release").await.unwrap();
        let change = FilesChange {
            branch: "release".to_owned(),
            message: "m".to_owned(),
            files: vec![put("x", "x")],
            ..FilesChange::default()
        };
        let main = world.tip("main");
        let refused = [
            commits::change_files(ann, depot, change).await.map(drop),
            commits::cherry_pick(ann, depot, &before.id.to_string(), "release").await.map(drop),
            commits::rebase(ann, depot, "topic", "release").await.map(drop),
            branches::delete(ann, depot, "release").await,
        ];
        for refused in refused {
            let error = refused.unwrap_err();
            assert!(error.to_string().contains("release"), "{error}");
        }
        assert_eq!(world.tip("release"), main);
        let done = branches::delete_merged(ann, depot).await.unwrap();
        assert_eq!(
            (done.removed, done.kept),
            (vec!["read-only".to_owned()], vec!["release".to_owned()])
        );
    })
    .await;
}

#[tokio::test]
async fn tags_are_names_or_objects() {
    each(async |world| {
        let World { ann, depot, .. } = &world;
        let main = world.tip("main");
        let new = |name: &str, start: &str, message: &str| NewTag {
            name: name.to_owned(),
            start: start.to_owned(),
            message: message.to_owned(),
        };
        let light = tags::create(ann, depot, new("light", "", "")).await.unwrap();
        assert_eq!((light.target, light.annotation), (main, None));
        let heavy = tags::create(ann, depot, new("v1", "main", "First")).await.unwrap();
        assert_eq!((heavy.object, heavy.target == main), (main, false));
        let words = heavy.annotation.unwrap();
        assert_eq!(
            (words.message.trim(), words.tagger.unwrap().mail.as_str()),
            ("First", "ann@example.com")
        );
        for (new, expected) in [
            (new("v1", "main", ""), "the tag v1 exists already"),
            (new("", "main", ""), "name is missing"),
            (new("a b", "main", ""), "name is not a name that Git takes for a tag"),
            (new("v2", "none", "x"), "revision none not found"),
        ] {
            assert_eq!(tags::create(ann, depot, new).await.unwrap_err().to_string(), expected);
        }
        tags::delete(ann, depot, "v1").await.unwrap();
        let error = tags::delete(ann, depot, "v1").await.unwrap_err();
        assert_eq!(error.to_string(), "tag v1 not found");
    })
    .await;
}

#[tokio::test]
async fn notes_are_put_on_commits_and_read() {
    each(async |world| {
        let World { ann, depot, .. } = &world;
        let commit = world.tip("main").to_string();
        let new = |notes_ref: &str, note: &str| NewNote {
            commit: commit.clone(),
            notes_ref: notes_ref.to_owned(),
            note: note.to_owned(),
            message: String::new(),
        };
        notes::set(ann, depot, new("", "one")).await.unwrap();
        notes::set(ann, depot, new("", "two")).await.unwrap();
        notes::set(ann, depot, new("", "two")).await.unwrap();
        notes::set(ann, depot, new("review", "three")).await.unwrap();
        let other = "1".repeat(40);
        let asked = [commit.clone(), other.clone()];
        let of = async |name: &str| notes::of(ann, depot, name, &asked).await.unwrap();
        assert_eq!(of("refs/notes/commits").await, [Some("two".to_owned()), None]);
        assert_eq!(of("review").await, [Some("three".to_owned()), None]);
        assert_eq!(of("none").await, [None, None]);
        let tip = world.repository().reference("refs/notes/commits").unwrap().unwrap();
        assert_eq!(world.repository().log(tip, 0, 9).unwrap().len(), 2);
        for (new, expected) in [
            (new("refs/heads/main", "x"), "notes_ref must be the name of a ref below refs/notes/"),
            (new("", " "), "note is missing"),
            (NewNote { commit: other, ..new("", "x") }, "not found"),
            (
                NewNote { commit: "main".into(), ..new("", "x") },
                "commit must be the 40 or 64 digits",
            ),
        ] {
            let error = notes::set(ann, depot, new).await.unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_newest_report_of_each_context_counts() {
    each(async |world| {
        let World { ann, depot, .. } = &world;
        let commit = world.tip("main").to_string();
        let new = |context: &str, state| NewStatus {
            commit: commit.clone(),
            context: context.to_owned(),
            state,
            description: "d".to_owned(),
            target_url: "https://ci.example.com/1".to_owned(),
        };
        assert_eq!(statuses::summary(ann, depot, &commit).await.unwrap().state, None);
        for (context, state, expected) in [
            ("build", State::Pending, State::Pending),
            ("scan", State::Success, State::Pending),
            ("build", State::Failure, State::Failure),
            ("deploy", State::Error, State::Error),
            ("deploy", State::Success, State::Failure),
            ("build", State::Success, State::Success),
        ] {
            statuses::report(ann, depot, new(context, state)).await.unwrap();
            let summary = statuses::summary(ann, depot, &commit).await.unwrap();
            assert_eq!(summary.state, Some(expected), "{context} {state:?}");
        }
        let summary = statuses::summary(ann, depot, &commit).await.unwrap();
        let contexts: Vec<_> = summary.contexts.iter().map(|it| it.context.as_str()).collect();
        assert_eq!(contexts, ["build", "deploy", "scan"]);
        let old =
            statuses::history(ann, depot, &commit, "build", PageRequest::first(2)).await.unwrap();
        let states: Vec<_> = old.items.iter().map(|it| it.state).collect();
        assert_eq!((old.total, states), (3, vec![State::Success, State::Failure]));
        let told = world.events::<StatusReported>().await;
        assert_eq!(told.len(), 6);
        let asked = [commit.clone(), "1".repeat(40)];
        let states = statuses::states(ann, depot, &asked).await.unwrap();
        assert_eq!((states.len(), states[&commit]), (1, State::Success));

        for (new, expected) in [
            (NewStatus { commit: "1".repeat(40), ..new("x", State::Error) }, "commit not found"),
            (
                NewStatus { commit: "x".into(), ..new("x", State::Error) },
                "commit must be the 40 or 64 digits of a commit",
            ),
            (
                NewStatus { target_url: "javascript://x".into(), ..new("x", State::Error) },
                "target_url must be an address that starts with https:// or http://",
            ),
            (
                NewStatus { context: "x".repeat(256), ..new("x", State::Error) },
                "context must have at most 255 characters",
            ),
        ] {
            let error = statuses::report(ann, depot, new).await.unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_may_read_may_comment() {
    each(async |world| {
        let commit = world.write("main", "src/a.rs", "fn main() {}\n").await.id.to_string();
        let gus = user(&world.test.env, "gus", TeamRole::Member).await;
        let depot = depots::authorise::<Read>(&gus, DepotKey::Id(world.depot.id)).await.unwrap();
        let new = |path: &str, line, content: &str| NewComment {
            commit: commit.clone(),
            path: path.to_owned(),
            line,
            content: content.to_owned(),
        };
        let first = comments::create(&gus, &depot, new("", 0, " hm \n")).await.unwrap();
        assert_eq!((first.content.as_str(), first.author.unwrap().name.as_str()), ("hm", "gus"));
        comments::create(&world.ann, &world.depot, new("src/a.rs", 1, "why?")).await.unwrap();
        let page = comments::list(&gus, &depot, &commit, PageRequest::offset(1, 1)).await.unwrap();
        assert_eq!(
            (page.total, page.items[0].path.as_str(), page.items[0].line),
            (2, "src/a.rs", 1)
        );
        assert_eq!(world.events::<Commented>().await.len(), 2);
        for (new, expected) in [
            (new("", 0, " "), "content is missing"),
            (new("none", 0, "x"), "path is not in the commit"),
            (new("", 3, "x"), "line must be a line of the diff of a file, from 1"),
            (new("src/a.rs", -1, "x"), "line must be a line of the diff of a file, from 1"),
            (NewComment { commit: "1".repeat(40), ..new("", 0, "x") }, "commit not found"),
            (NewComment { commit: String::new(), ..new("", 0, "x") }, "commit is missing"),
        ] {
            let error = comments::create(&gus, &depot, new).await.unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        let system = Call::system(world.test.env.clone());
        let error = comments::create(&system, &depot, new("", 0, "x")).await.unwrap_err();
        assert!(matches!(error, Error::Unauthenticated { .. }), "{error:?}");
        let all = PageRequest::offset(0, 10);
        let mine = comments::list(&gus, &depot, &commit, all).await.unwrap().items.remove(0);
        assert!(mine.is_callers(&gus) && !mine.is_callers(&world.ann));
        world.test.clock.advance(std::time::Duration::from_secs(5));
        let changed = comments::edit(&gus, &depot, mine.id, " oh, I see ").await.unwrap();
        assert_eq!(changed.content, "oh, I see");
        assert_eq!(changed.edited_at, Some(world.test.env.clock.now()));
        assert_eq!(changed.created_at, mine.created_at);
        let same = comments::edit(&gus, &depot, mine.id, "oh, I see").await.unwrap();
        assert_eq!(same.edited_at, changed.edited_at);
        for (id, content, expected) in [
            (mine.id, "", "content is missing"),
            (mine.id + 1, "hers", "only who made a comment may change it"),
            (mine.id + 2, "nobody's", "comment not found"),
        ] {
            let error = comments::edit(&gus, &depot, id, content).await.unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        let error = comments::edit(&world.ann, &world.depot, mine.id, "no").await.unwrap_err();
        assert!(matches!(error, Error::Denied { .. }), "{error:?}");
        let error = comments::remove(&gus, &depot, mine.id + 1).await.unwrap_err();
        assert!(matches!(error, Error::Denied { .. }), "{error:?}");
        let second = NewDepot::named("other");
        let key = ProjectKey::Id(world.depot.project);
        let project = projects::authorise::<Write>(&world.ann, key).await.unwrap();
        let other = depots::create(&world.ann, &project, second).await.unwrap().id;
        let other = depots::authorise::<Write>(&world.ann, DepotKey::Id(other)).await.unwrap();
        let error = comments::remove(&world.ann, &other, mine.id).await.unwrap_err();
        assert!(error.is_not_found(), "{error:?}");

        // Who administers the depot takes another's away; the audit log knows.
        comments::remove(&world.ann, &world.depot, mine.id).await.unwrap();
        let left = comments::list(&gus, &depot, &commit, all).await.unwrap();
        assert_eq!((left.total, left.items[0].content.as_str()), (1, "why?"));
        comments::remove(&world.ann, &world.depot, left.items[0].id).await.unwrap();
        assert_eq!(comments::list(&gus, &depot, &commit, all).await.unwrap().total, 0);
    })
    .await;
}

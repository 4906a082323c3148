//! What is said of commits: notes, reports, comments.

use crate::{World, each, user};
use base::{Error, PageRequest, Read, TeamRole, Write};
use call::Call;
use depots::comments::{self, Commented, NewComment};
use depots::notes::{self, NewNote};
use depots::statuses::{self, NewStatus, State, StatusReported};
use depots::{DepotKey, NewDepot};
use projects::ProjectKey;

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

//! Searching depots, in both databases and with real repositories.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

use base::{Administer, Error, Granted, PageRequest, Read, TeamRole, Write};
use call::testing::{TestEnv, on_each};
use call::{Call, Env};
use depots::push::{self, RefChange};
use depots::{Depot, DepotId, DepotKey, InitialFiles, NewDepot};
use events::Listeners;
use git::{FileEdit, Mode, NewCommit, ObjectFormat, Signature};
use jobs::Registry;
use projects::{NewProject, Project};
use search::{Asked, Language, Match, Reading, Results, Scope};

const MIGRATIONS: &[&[db::Migration]] =
    &[identity::MIGRATIONS, projects::MIGRATIONS, depots::MIGRATIONS, search::MIGRATIONS];

async fn each(test: impl AsyncFn(TestEnv)) {
    let registry = search::register(depots::register(Registry::new()).unwrap()).unwrap();
    on_each(MIGRATIONS, registry, search::listen(Listeners::new()), test).await;
}

async fn user(env: &Env, name: &str) -> Call {
    let actor = identity::testing::actor(env, "makers", name, TeamRole::Member).await;
    Call::for_user(env.clone(), actor)
}

async fn project(call: &Call, name: &str) -> Granted<Project, Administer> {
    let new = NewProject { name: name.to_owned(), ..NewProject::default() };
    projects::create(call, new).await.unwrap()
}

async fn depot(call: &Call, project: &Granted<Project, Administer>, name: &str) -> Depot {
    depot_in(call, project, name, ObjectFormat::Sha1).await
}

async fn depot_in(
    call: &Call,
    project: &Granted<Project, Administer>,
    name: &str,
    format: ObjectFormat,
) -> Depot {
    let new = NewDepot { files: InitialFiles::Readme, format, ..NewDepot::named(name) };
    depots::create(call, &project.clone().lower(), new).await.unwrap()
}

async fn readable(call: &Call, id: DepotId) -> Granted<Depot, Read> {
    depots::authorise::<Read>(call, DepotKey::Id(id)).await.unwrap()
}

/// Commits files to a branch, made where it does not exist, and says so.
async fn commit(call: &Call, id: DepotId, branch: &str, files: &[(&str, Option<&str>)]) {
    let depot = depots::authorise::<Write>(call, DepotKey::Id(id)).await.unwrap();
    let repository = depots::repository(&call.env, &depot).unwrap();
    let reference = format!("refs/heads/{branch}");
    let old = repository.reference(&reference).unwrap();
    let parent = old.or(repository.head().unwrap().commit);
    let edits: Vec<_> = files
        .iter()
        .map(|(path, text)| match text {
            Some(text) => FileEdit::Write {
                path: (*path).to_owned(),
                data: text.as_bytes().to_vec(),
                mode: Mode::File,
            },
            None => FileEdit::Delete { path: (*path).to_owned() },
        })
        .collect();
    let who = Signature {
        name: "Ann".to_owned(),
        mail: "ann@example.com".to_owned(),
        seconds: 1_700_000_000,
        offset_minutes: 0,
    };
    if old.is_none() {
        let edit = git::RefEdit {
            name: reference.clone(),
            old: Some(git::Oid::ZERO),
            new: parent.unwrap(),
        };
        repository.edit_refs(&[edit], &who, "test").unwrap();
    }
    let new = repository
        .create_commit(&NewCommit {
            branch,
            parent,
            edits: &edits,
            author: &who,
            committer: &who,
            message: "change\n",
        })
        .unwrap();
    let change = RefChange {
        name: reference,
        old: old.unwrap_or(git::Oid::ZERO).to_string(),
        new: new.to_string(),
    };
    let begun = push::begin(call, &depot, std::slice::from_ref(&change)).await.unwrap();
    begun.finish(vec![change]).await.unwrap();
}

fn text(text: &str) -> Asked {
    Asked { text: text.to_owned(), ..Asked::default() }
}

async fn find(call: &Call, asked: &Asked, scope: Scope<'_>) -> Results {
    search::search(call, asked, scope, PageRequest::first(20)).await.unwrap()
}

fn paths(results: &Results) -> Vec<String> {
    results.hits.iter().map(|hit| format!("{}/{}", hit.depot.name, hit.path)).collect()
}

#[tokio::test]
async fn what_is_pushed_is_found_at_once_and_by_the_index_soon() {
    found_soon(ObjectFormat::Sha1).await;
}

#[tokio::test]
async fn what_is_pushed_under_long_names_is_found_as_soon() {
    found_soon(ObjectFormat::Sha256).await;
}

async fn found_soon(format: ObjectFormat) {
    each(async |test| {
        let ann = user(&test.env, "ann").await;
        let web = project(&ann, "web").await;
        let site = depot_in(&ann, &web, "site", format).await;
        let source = "int parse(void)\r\n{\r\n    return 1;\r\n}\r\n";
        commit(&ann, site.id, "main", &[("src/a.c", Some(source)), ("b.py", Some("parse()\n"))])
            .await;
        let readable = readable(&ann, site.id).await;
        // Nothing is indexed yet: the repository itself is asked.
        let before = find(&ann, &text("parse"), Scope::Depot(&readable, None)).await;
        assert_eq!(paths(&before), ["site/src/a.c", "site/b.py"]);
        let everywhere = find(&ann, &text("parse"), Scope::Everything).await;
        assert_eq!((everywhere.files, everywhere.pending), (0, 1));

        test.run_jobs().await;
        let after = find(&ann, &text("parse"), Scope::Depot(&readable, None)).await;
        assert_eq!(paths(&after), paths(&before));
        let hit = &after.hits[0];
        assert_eq!(
            (hit.rank.symbol, hit.language, hit.lines),
            (Match::Whole, Some(Language::C), 1)
        );
        let lines: Vec<_> = hit.shown.blocks[0].iter().map(|it| it.text.as_str()).collect();
        assert_eq!(lines, ["int parse(void)", "{"]);
        assert_eq!(after.languages, [(Language::C, 1), (Language::Python, 1)]);
        assert_eq!(after.directories, [("src".to_owned(), 1)]);
        let everywhere = find(&ann, &text("parse"), Scope::Everything).await;
        assert_eq!((everywhere.files, everywhere.pending), (2, 0));

        commit(&ann, site.id, "main", &[("b.py", None), ("c.go", Some("func parse() {}\n"))]).await;
        let stale = find(&ann, &text("parse"), Scope::Depot(&readable, None)).await;
        assert_eq!(paths(&stale), ["site/c.go", "site/src/a.c"]);
        test.run_jobs().await;
        let fresh = find(&ann, &text("parse"), Scope::Everything).await;
        assert_eq!(paths(&fresh), ["site/c.go", "site/src/a.c"]);
        let only = Asked { languages: vec![Language::Go], ..text("parse") };
        assert_eq!(paths(&find(&ann, &only, Scope::Everything).await), ["site/c.go"]);
        let below = Asked { below: "src".to_owned(), ..text("parse") };
        assert_eq!(paths(&find(&ann, &below, Scope::Everything).await), ["site/src/a.c"]);
    })
    .await;
}

#[tokio::test]
async fn a_named_branch_is_searched_as_it_is_and_indexed_from_then_on() {
    each(async |test| {
        let ann = user(&test.env, "ann").await;
        let web = project(&ann, "web").await;
        let site = depot(&ann, &web, "site").await;
        commit(&ann, site.id, "main", &[("a.c", Some("needle\n"))]).await;
        commit(&ann, site.id, "next", &[("b.c", Some("needle two\n"))]).await;
        test.run_jobs().await;
        let readable = readable(&ann, site.id).await;
        let next = Scope::Depot(&readable, Some("next"));
        assert_eq!(paths(&find(&ann, &text("needle"), next).await), ["site/a.c", "site/b.c"]);
        let indexed = || {
            let state = codesearch_state(&test.env, site.id);
            state.branches.keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(indexed(), ["main"]);
        test.run_jobs().await;
        assert_eq!(indexed(), ["main", "next"]);
        commit(&ann, site.id, "next", &[("b.c", Some("gone\n"))]).await;
        test.run_jobs().await;
        assert_eq!(paths(&find(&ann, &text("needle"), next).await), ["site/a.c"]);

        let lost = Scope::Depot(&readable, Some("lost"));
        let error = search::search(&ann, &text("x"), lost, PageRequest::first(1)).await;
        assert!(error.unwrap_err().is_not_found());
        // A month on nobody has asked for it again.
        test.clock.advance(std::time::Duration::from_secs(31 * 24 * 60 * 60));
        commit(&ann, site.id, "main", &[("a.c", Some("needle three\n"))]).await;
        test.run_jobs().await;
        assert_eq!(indexed(), ["main"]);
    })
    .await;
}

fn codesearch_state(env: &Env, depot: DepotId) -> codesearch::State {
    codesearch::Index::at(directory(env, depot)).state().unwrap()
}

fn directory(env: &Env, depot: DepotId) -> std::path::PathBuf {
    let low = format!("{:02x}", depot.0 & 0xff);
    env.data_dir.join("search").join(low).join("00").join(depot.to_string())
}

#[tokio::test]
async fn nobody_finds_or_counts_what_he_may_not_read() {
    each(async |test| {
        let ann = user(&test.env, "ann").await;
        let bob = user(&test.env, "bob").await;
        let (web, secret) = (project(&ann, "web").await, project(&bob, "secret").await);
        let site = depot(&ann, &web, "site").await;
        let plans = depot(&bob, &secret, "plans").await;
        commit(&ann, site.id, "main", &[("a.c", Some("needle\n"))]).await;
        commit(&bob, plans.id, "main", &[("b.c", Some("needle\nneedle\n"))]).await;
        test.run_jobs().await;

        let found = find(&ann, &text("needle"), Scope::Everything).await;
        assert_eq!(paths(&found), ["site/a.c"]);
        assert_eq!((found.files, found.lines, found.searched, found.pending), (1, 1, 1, 0));
        assert_eq!(found.depots.len(), 1);
        assert_eq!(found.languages, [(Language::C, 1)]);
        let found = find(&bob, &text("needle"), Scope::Everything).await;
        assert_eq!(paths(&found), ["plans/b.c"]);
        let own = Scope::Project(&web.clone().lower());
        assert_eq!(paths(&find(&ann, &text("needle"), own).await), ["site/a.c"]);

        let nobody = Call::anonymous(test.env.clone());
        let error =
            search::search(&nobody, &text("x"), Scope::Everything, PageRequest::first(1)).await;
        assert!(matches!(error.unwrap_err(), Error::Unauthenticated { .. }));

        // Membership counts at the time of the search.
        projects::members::add(&bob, &secret, &["ann".to_owned()], projects::ProjectRole::Guest)
            .await
            .unwrap();
        let found = find(&ann, &text("needle"), Scope::Everything).await;
        assert_eq!((found.files, found.lines), (2, 3));
    })
    .await;
}

#[tokio::test]
async fn a_damaged_index_is_not_believed_and_built_anew() {
    each(async |test| {
        let ann = user(&test.env, "ann").await;
        let web = project(&ann, "web").await;
        let site = depot(&ann, &web, "site").await;
        commit(&ann, site.id, "main", &[("a.c", Some("needle\n"))]).await;
        test.run_jobs().await;
        let readable = readable(&ann, site.id).await;
        for damaged in ["current", "segment", "paths"] {
            for entry in std::fs::read_dir(directory(&test.env, site.id)).unwrap() {
                let path = entry.unwrap().path();
                if path.to_str().unwrap().ends_with(damaged) {
                    std::fs::write(&path, b"not this").unwrap();
                }
            }
            // As after a restart: nothing is open any more.
            let process = restarted(&test).await;
            let ann = Call { env: process, ..ann.clone() };
            let scope = Scope::Depot(&readable, None);
            assert_eq!(paths(&find(&ann, &text("needle"), scope).await), ["site/a.c"], "{damaged}");
            let found = find(&ann, &text("needle"), Scope::Everything).await;
            assert_eq!((found.files, found.pending), (0, 1), "{damaged}");
            test.run_jobs().await;
            let found = find(&ann, &text("needle"), Scope::Everything).await;
            assert_eq!((found.files, found.pending), (1, 0), "{damaged}");
        }
    })
    .await;
}

/// The same installation in another process.
async fn restarted(test: &TestEnv) -> Env {
    let env = &test.env;
    Env::new(call::EnvParts {
        vault: call::Vault::open_or_create(&env.data_dir, env.random.clone()).unwrap(),
        ..(**env).clone()
    })
}

#[tokio::test]
async fn depots_from_before_get_an_index_and_gone_ones_lose_it() {
    each(async |test| {
        let ann = user(&test.env, "ann").await;
        let web = project(&ann, "web").await;
        let (site, shop) = (depot(&ann, &web, "site").await, depot(&ann, &web, "shop").await);
        commit(&ann, site.id, "main", &[("a.c", Some("needle\n"))]).await;
        test.run_jobs().await;
        // As it was before there was any search.
        std::fs::remove_dir_all(test.env.data_dir.join("search")).unwrap();
        search::start(&test.env).await.unwrap();
        search::start(&test.env).await.unwrap();
        test.run_jobs().await;
        assert!(directory(&test.env, site.id).join("current").exists());
        assert_eq!(find(&ann, &text("needle"), Scope::Everything).await.files, 1);

        let gone = depots::authorise::<Administer>(&ann, DepotKey::Id(shop.id)).await.unwrap();
        depots::delete(&ann, gone).await.unwrap();
        test.run_jobs().await;
        assert!(!directory(&test.env, shop.id).exists());
        // What a crash has left goes as well.
        std::fs::create_dir_all(directory(&test.env, shop.id)).unwrap();
        search::start(&test.env).await.unwrap();
        test.run_jobs().await;
        assert!(!directory(&test.env, shop.id).exists());
        assert!(directory(&test.env, site.id).exists());
    })
    .await;
}

#[tokio::test]
async fn pages_lines_and_mistakes() {
    each(async |test| {
        let ann = user(&test.env, "ann").await;
        let web = project(&ann, "web").await;
        let site = depot(&ann, &web, "site").await;
        let many: Vec<(String, String)> =
            (0..7).map(|n| (format!("f{n}.txt"), "a\nneedle\nb\nneedle\nc\n".to_owned())).collect();
        let files = many.iter().map(|(path, text)| (path.as_str(), Some(text.as_str())));
        commit(&ann, site.id, "main", &files.collect::<Vec<_>>()).await;
        test.run_jobs().await;
        let readable = readable(&ann, site.id).await;
        let scope = Scope::Depot(&readable, None);
        let mut seen = Vec::new();
        for page in 0..4 {
            let page = PageRequest::offset(page * 3, 3);
            let found = search::search(&ann, &text("needle"), scope, page).await.unwrap();
            assert_eq!((found.files, found.lines, found.reachable), (7, 14, 7));
            assert_eq!(found.has_next(), page.skip() < 6 && page.skip() + 3 < 7);
            seen.extend(paths(&found));
        }
        let expected: Vec<_> = (0..7).map(|n| format!("site/f{n}.txt")).collect();
        assert_eq!(seen, expected);

        let page = PageRequest::offset(3, 4);
        let lines = search::lines(&ann, &text("needle"), &readable, None, 1, page).await.unwrap();
        assert_eq!(lines.total, 14);
        let places: Vec<_> = lines
            .items
            .iter()
            .map(|line| (line.path.as_str(), line.around[line.at].number, line.around.len()))
            .collect();
        assert_eq!(
            places,
            [("f1.txt", 4, 3), ("f2.txt", 2, 3), ("f2.txt", 4, 3), ("f3.txt", 2, 3)]
        );
        assert_eq!(lines.items[0].file_lines, 5);

        let regex = Reading { regex: true, ..Reading::default() };
        for (asked, field) in [
            (text(""), "text"),
            (Asked { reading: regex, ..text("a(") }, "text"),
            (Asked { paths: vec!["a[".to_owned()], ..text("a") }, "path"),
        ] {
            let error = search::search(&ann, &asked, scope, page).await.unwrap_err();
            assert!(matches!(&error, Error::Invalid { field: it, .. } if it == field), "{error:?}");
        }
        let empty = depots::create(&ann, &web.clone().lower(), NewDepot::named("empty")).await;
        let empty = depots::authorise::<Read>(&ann, DepotKey::Id(empty.unwrap().id)).await.unwrap();
        let found = find(&ann, &text("x"), Scope::Depot(&empty, None)).await;
        assert_eq!((found.files, found.searched), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn shared_depots_are_found_by_all_of_the_team() {
    each(async |test| {
        let (ann, gus) = (user(&test.env, "ann").await, user(&test.env, "gus").await);
        let web = project(&ann, "web").await;
        let (open, closed) = (depot(&ann, &web, "open").await, depot(&ann, &web, "closed").await);
        for depot in [&open, &closed] {
            commit(&ann, depot.id, "main", &[("a.c", Some("int needle(void) { }\n"))]).await;
        }
        let key = DepotKey::Id(open.id);
        let admin = depots::authorise::<Administer>(&ann, key).await.unwrap();
        let change = depots::DepotChange { shared: Some(true), ..Default::default() };
        depots::modify(&ann, &admin, change).await.unwrap();
        // A shared one of another team is no business of his.
        let eve = identity::testing::actor(&test.env, "others", "eve", TeamRole::Member).await;
        let eve = Call::for_user(test.env.clone(), eve);
        let theirs = depot(&eve, &project(&eve, "web").await, "theirs").await;
        commit(&eve, theirs.id, "main", &[("a.c", Some("int needle(void) { }\n"))]).await;
        let key = DepotKey::Id(theirs.id);
        let admin = depots::authorise::<Administer>(&eve, key).await.unwrap();
        let change = depots::DepotChange { shared: Some(true), ..Default::default() };
        depots::modify(&eve, &admin, change).await.unwrap();
        test.run_jobs().await;

        let found =
            async |call: &Call| paths(&find(call, &text("needle"), Scope::Everything).await);
        assert_eq!(found(&ann).await.len(), 2);
        assert_eq!(found(&gus).await, ["open/a.c"]);
        assert_eq!(found(&eve).await, ["theirs/a.c"]);
    })
    .await;
}

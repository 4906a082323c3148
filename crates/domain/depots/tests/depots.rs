//! Depots on disk and in both databases.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected happens")]

use base::{Administer, Error, PageRequest, Read, TeamRole, Write};
use call::testing::{TestEnv, on_each};
use call::{Call, Env};
use depots::health::{self, Care, Health};
use depots::push::{self, Pushed, RefChange};
use depots::releases::{self, NewRelease};
use depots::{
    DepotChange, DepotFilter, DepotKey, DepotState, ImportSource, InitialFiles, NewDepot, rules,
};
use events::{EventFilter, EventKind as _, Listeners};
use git::ObjectFormat;
use jobs::Registry;
use projects::{NewProject, ProjectKey, ProjectRole, members};

const MIGRATIONS: &[&[db::Migration]] =
    &[identity::MIGRATIONS, projects::MIGRATIONS, depots::MIGRATIONS];

async fn each(test: impl AsyncFn(TestEnv)) {
    let registry = depots::register(Registry::new()).unwrap();
    on_each(MIGRATIONS, registry, Listeners::new(), test).await;
}

async fn user(env: &Env, name: &str, role: TeamRole) -> Call {
    let actor = identity::testing::actor(env, "makers", name, role).await;
    Call::for_user(env.clone(), actor)
}

async fn project(call: &Call, name: &str) -> base::Granted<projects::Project, Administer> {
    let new = NewProject { name: name.to_owned(), ..NewProject::default() };
    projects::create(call, new).await.unwrap()
}

async fn pushes(env: &Env) -> Vec<Pushed> {
    let filter = EventFilter { kinds: vec![Pushed::KIND.to_owned()], ..EventFilter::default() };
    let events = env.events.list(&env.db, &filter, 100).await.unwrap();
    events.into_iter().map(|event| serde_json::from_value(event.payload).unwrap()).collect()
}

#[tokio::test]
async fn a_depot_with_a_readme_has_one_commit_and_is_announced() {
    each(async |test| {
        let ann = user(&test.env, "ann", TeamRole::Member).await;
        let new = NewProject { name: "web".to_owned(), ..NewProject::default() };
        let first = NewDepot {
            description: "The site".to_owned(),
            files: InitialFiles::Readme,
            ..NewDepot::named("web")
        };
        let (_, depot) = depots::create_project_with_depot(&ann, new, first).await.unwrap();
        assert_eq!(depot.path(), "makers/web/web");
        let depot = depots::authorise::<Read>(&ann, DepotKey::Id(depot.id)).await.unwrap();
        let repository = depots::repository(&test.env, &depot).unwrap();
        let head = repository.head().unwrap().commit.unwrap();
        let readme = repository.file(head, "README.md", 1_000).unwrap();
        assert_eq!(readme.data, b"# web\n\nThe site\n");
        assert_eq!(repository.commit(head).unwrap().author.mail, "ann@example.com");

        let told = pushes(&test.env).await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].updates[0].branch(), Some("main"));
        assert_eq!(told[0].updates[0].new, head.to_string());
        assert!(depot.last_push_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn rights_follow_the_project_and_sharing_lets_read() {
    each(async |test| {
        let ann = user(&test.env, "ann", TeamRole::Member).await;
        let bob = user(&test.env, "bob", TeamRole::Member).await;
        let gus = user(&test.env, "gus", TeamRole::Member).await;
        let web = project(&ann, "web").await;
        members::add(&ann, &web, &["gus".to_owned()], ProjectRole::Guest).await.unwrap();
        let depot =
            depots::create(&ann, &web.clone().lower(), NewDepot::named("site")).await.unwrap();
        let key = DepotKey::Path("makers", "web", "site");

        depots::authorise::<Read>(&gus, key).await.unwrap();
        let denied = depots::authorise::<Write>(&gus, key).await.unwrap_err();
        assert!(matches!(denied, Error::Denied { .. }), "{denied:?}");
        let hidden = depots::authorise::<Read>(&bob, key).await.unwrap_err();
        let absent = depots::authorise::<Read>(&bob, DepotKey::Path("makers", "no", "no")).await;
        assert_eq!(hidden.to_string(), absent.unwrap_err().to_string());

        let owned = depots::authorise::<Administer>(&ann, DepotKey::Id(depot.id)).await.unwrap();
        let shared = DepotChange { shared: Some(true), ..DepotChange::default() };
        depots::modify(&ann, &owned, shared).await.unwrap();
        depots::authorise::<Read>(&bob, key).await.unwrap();
        let denied = depots::authorise::<Write>(&bob, key).await.unwrap_err();
        assert!(matches!(denied, Error::Denied { .. }), "{denied:?}");
        let nobody = Call::anonymous(test.env.clone());
        let error = depots::authorise::<Read>(&nobody, key).await.unwrap_err();
        assert!(matches!(error, Error::Unauthenticated { .. }), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn a_push_is_announced_once_and_an_interrupted_one_at_the_next_start() {
    each(async |test| {
        let ann = user(&test.env, "ann", TeamRole::Member).await;
        let web = project(&ann, "web").await;
        let depot = depots::create(&ann, &web.lower(), NewDepot::named("site")).await.unwrap();
        let depot = depots::authorise::<Write>(&ann, DepotKey::Id(depot.id)).await.unwrap();
        let change = |name: &str| RefChange {
            name: name.to_owned(),
            old: "0".repeat(40),
            new: "1".repeat(40),
        };

        let hidden = format!("{}x", git::HIDDEN_REFS);
        let error = push::begin(&ann, &depot, &[change(&hidden)]).await.unwrap_err();
        assert!(matches!(error, Error::Denied { .. }), "{error:?}");

        let begun = push::begin(&ann, &depot, &[change("refs/heads/main")]).await.unwrap();
        begun.finish(vec![change("refs/heads/main")]).await.unwrap();
        let refused = push::begin(&ann, &depot, &[change("refs/heads/x")]).await.unwrap();
        refused.finish(Vec::new()).await.unwrap();
        drop(push::begin(&ann, &depot, &[change("refs/heads/cut")]).await.unwrap());
        assert_eq!(pushes(&test.env).await.len(), 1);

        test.clock.advance(std::time::Duration::from_secs(1));
        assert_eq!(push::recover(&test.env, test.env.clock.now()).await.unwrap(), 1);
        assert_eq!(push::recover(&test.env, test.env.clock.now()).await.unwrap(), 0);
        let told = pushes(&test.env).await;
        assert_eq!((told.len(), told[0].updates.len()), (2, 0));
        let page = PageRequest::first(10);
        let log = push::log(&ann, &depot, page).await.unwrap();
        assert_eq!((log.total, log.items[0].updates[0].name.as_str()), (1, "refs/heads/main"));
    })
    .await;
}

#[tokio::test]
async fn an_import_brings_every_branch_and_says_when_it_cannot() {
    each(async |test| {
        let root = user(&test.env, "root", TeamRole::Admin).await;
        let web = project(&root, "web").await;
        let source = NewDepot { files: InitialFiles::Readme, ..NewDepot::named("source") };
        let source = depots::create(&root, &web.clone().lower(), source).await.unwrap();
        let granted = depots::authorise::<Read>(&root, DepotKey::Id(source.id)).await.unwrap();
        let repository = depots::repository(&test.env, &granted).unwrap();
        let url = format!("file://{}", repository.path().display());

        let from = ImportSource { url: url.clone(), ..ImportSource::default() };
        let copy =
            depots::import(&root, &web.clone().lower(), NewDepot::named("copy"), &from).await;
        let copy = copy.unwrap();
        assert_eq!(copy.state, DepotState::Importing);
        let writing = depots::authorise::<Write>(&root, DepotKey::Id(copy.id)).await.unwrap();
        let error = push::begin(&root, &writing, &[]).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        test.run_jobs().await;
        let copy = depots::authorise::<Read>(&root, DepotKey::Id(copy.id)).await.unwrap();
        assert_eq!(copy.state, DepotState::Ready);
        let there = depots::repository(&test.env, &copy).unwrap();
        assert_eq!(there.head().unwrap().commit, repository.head().unwrap().commit);
        assert_eq!(pushes(&test.env).await[0].depot, copy.id);

        // What is asked of the source is how it names its objects.
        let long = NewDepot {
            files: InitialFiles::Readme,
            format: ObjectFormat::Sha256,
            ..NewDepot::named("long")
        };
        let long = depots::create(&root, &web.clone().lower(), long).await.unwrap();
        let long = depots::authorise::<Read>(&root, DepotKey::Id(long.id)).await.unwrap();
        let long = depots::repository(&test.env, &long).unwrap();
        let other = ImportSource {
            url: format!("file://{}", long.path().display()),
            ..ImportSource::default()
        };
        let same =
            depots::import(&root, &web.clone().lower(), NewDepot::named("same"), &other).await;
        let same = same.unwrap();
        test.run_jobs().await;
        let same = depots::authorise::<Read>(&root, DepotKey::Id(same.id)).await.unwrap();
        assert_eq!(same.state, DepotState::Ready);
        let same = depots::repository(&test.env, &same).unwrap();
        assert_eq!(same.format(), ObjectFormat::Sha256);
        assert_eq!(same.head().unwrap(), long.head().unwrap());

        let member = user(&test.env, "max", TeamRole::Member).await;
        members::add(&root, &web, &["max".to_owned()], ProjectRole::Member).await.unwrap();
        let key = ProjectKey::Id(web.id);
        let of_member = projects::authorise::<Write>(&member, key).await.unwrap();
        let error = depots::import(&member, &of_member, NewDepot::named("x"), &from).await;
        assert!(matches!(error, Err(Error::Denied { .. })), "{error:?}");
        for bad in ["", "ftp://host/x", "https://", "https://user:pw@host/x", "file://"] {
            let from = ImportSource { url: bad.to_owned(), ..ImportSource::default() };
            let new = NewDepot::named("bad");
            let error = depots::import(&root, &web.clone().lower(), new, &from).await.unwrap_err();
            assert!(error.to_string().starts_with("url"), "{bad}: {error}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_deleted_depot_leaves_nothing_on_disk() {
    each(async |test| {
        let ann = user(&test.env, "ann", TeamRole::Member).await;
        let web = project(&ann, "web").await;
        let depot = depots::create(&ann, &web.clone().lower(), NewDepot::named("a")).await.unwrap();
        depots::create(&ann, &web.clone().lower(), NewDepot::named("b")).await.unwrap();
        let error = depots::create(&ann, &web.clone().lower(), NewDepot::named("a")).await;
        assert!(matches!(error, Err(Error::Conflict { .. })), "{error:?}");
        assert_eq!(on_disk(&test.env), 2);

        let granted = depots::authorise::<Administer>(&ann, DepotKey::Id(depot.id)).await.unwrap();
        depots::delete(&ann, granted).await.unwrap();
        test.run_jobs().await;
        assert_eq!(on_disk(&test.env), 1);
        depots::delete_project(&ann, web).await.unwrap();
        test.run_jobs().await;
        assert_eq!(on_disk(&test.env), 0);
    })
    .await;
}

fn on_disk(env: &Env) -> usize {
    let list = |path: std::path::PathBuf| {
        std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path())
    };
    list(env.data_dir.join("repositories")).flat_map(list).flat_map(list).count()
}

#[tokio::test]
async fn depots_are_found_by_name_and_by_address() {
    each(async |test| {
        let ann = user(&test.env, "ann", TeamRole::Member).await;
        let web = project(&ann, "web").await;
        let api = project(&ann, "api").await;
        for name in ["one", "two"] {
            depots::create(&ann, &web.clone().lower(), NewDepot::named(name)).await.unwrap();
        }
        depots::create(&ann, &api.lower(), NewDepot::named("one")).await.unwrap();
        let listed = async |filter: DepotFilter, page| {
            let page = depots::list(&ann, &filter, page).await.unwrap();
            (page.items.iter().map(depots::Depot::path).collect::<Vec<_>>(), page.total)
        };
        let all = listed(DepotFilter::default(), PageRequest::offset(1, 1)).await;
        assert_eq!(all, (vec!["makers/web/two".to_owned()], 3));
        let one = DepotFilter { name: "ON".into(), project: Some(web.id), ..Default::default() };
        assert_eq!(listed(one, PageRequest::first(9)).await.0, ["makers/web/one"]);
        for (address, names) in [
            ("http://mortise.test:8080/makers/web/two", &["makers/web/two"][..]),
            ("git@mortise.test:makers/web/two.git", &["makers/web/two"]),
            ("http://elsewhere.test/makers/web/two", &[]),
            ("nonsense", &[]),
        ] {
            let at = DepotFilter { address: Some(address.to_owned()), ..DepotFilter::default() };
            assert_eq!(listed(at, PageRequest::first(9)).await.0, names, "{address}");
        }
        let part = DepotFilter {
            name_or_address: "HTTP://mortise.test:8080/makers/API".into(),
            ..Default::default()
        };
        assert_eq!(listed(part, PageRequest::first(9)).await.0, ["makers/api/one"]);
        let stranger = user(&test.env, "bob", TeamRole::Member).await;
        let nothing = depots::list(&stranger, &DepotFilter::default(), PageRequest::first(9)).await;
        assert_eq!(nothing.unwrap().total, 0);

        let web = web.lower();
        for address in [
            "git@mortise.test:makers/web/two.git".to_owned(),
            "http://mortise.test:8080/makers/web/two.git".to_owned(),
            format!("git@codehub.example.com:{}/two.git", web.uid),
        ] {
            let found = depots::at_address(&ann, &web, &address).await.unwrap();
            assert_eq!(found.unwrap().name, "two", "{address}");
        }
        for address in ["http://mortise.test/makers/api/one.git", "nonsense"] {
            assert!(depots::at_address(&ann, &web, address).await.unwrap().is_none(), "{address}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_server_changes_refs_all_or_none() {
    each(async |test| {
        let ann = user(&test.env, "ann", TeamRole::Member).await;
        let web = project(&ann, "web").await;
        let new = NewDepot { files: InitialFiles::Readme, ..NewDepot::named("site") };
        let depot = depots::create(&ann, &web.clone().lower(), new).await.unwrap();
        let depot = depots::authorise::<Write>(&ann, DepotKey::Id(depot.id)).await.unwrap();
        let repository = depots::repository(&test.env, &depot).unwrap();
        let tip = repository.head().unwrap().commit.unwrap().to_string();
        let nothing = "0".repeat(40);
        let change = |name: &str, old: &str, new: &str| RefChange {
            name: name.to_owned(),
            old: old.to_owned(),
            new: new.to_owned(),
        };
        let made =
            vec![change("refs/heads/a", &nothing, &tip), change("refs/tags/one", &nothing, &tip)];
        push::apply(&ann, &depot, made.clone(), "branch: made").await.unwrap();
        let told = pushes(&test.env).await;
        assert_eq!((told.len(), &told[0].updates), (2, &made));
        assert_eq!(repository.resolve("a").unwrap().to_string(), tip);

        let half =
            vec![change("refs/heads/b", &nothing, &tip), change("refs/heads/a", &nothing, &tip)];
        let error = push::apply(&ann, &depot, half, "branch: made").await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        let clash = vec![change("refs/heads/a/b", &nothing, &tip)];
        let error = push::apply(&ann, &depot, clash, "branch: made").await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
        let absent = vec![change("refs/heads/c", &nothing, &"1".repeat(40))];
        let error = push::apply(&ann, &depot, absent, "branch: made").await.unwrap_err();
        assert!(matches!(error, Error::Invalid { .. }), "{error:?}");
        let hidden = vec![change("refs/internal/c", &nothing, &tip)];
        let error = push::apply(&ann, &depot, hidden, "branch: made").await.unwrap_err();
        assert!(matches!(error, Error::Denied { .. }), "{error:?}");
        assert_eq!(repository.branches().unwrap().len(), 2);

        let gone = vec![change("refs/heads/a", &tip, &nothing)];
        push::apply(&ann, &depot, gone, "branch: deleted").await.unwrap();
        assert_eq!(repository.branches().unwrap().len(), 1);
        assert_eq!(pushes(&test.env).await.len(), 3);
        assert_eq!(push::recover(&test.env, test.env.clock.now()).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn repositories_are_checked() {
    each(async |test| {
        let ann = user(&test.env, "ann", TeamRole::Member).await;
        let web = project(&ann, "web").await;
        let new = NewDepot { files: InitialFiles::Readme, ..NewDepot::named("site") };
        let depot = depots::create(&ann, &web.clone().lower(), new).await.unwrap();
        let depot = depots::authorise::<Administer>(&ann, DepotKey::Id(depot.id)).await.unwrap();
        assert_eq!(health::of(&ann, &depot).await.unwrap(), Health::default());
        depots::check::request(&ann, &depot).await.unwrap();
        assert!(health::of(&ann, &depot).await.unwrap().check.pending);
        test.run_jobs().await;
        let checked = health::of(&ann, &depot).await.unwrap().check;
        let now = test.env.clock.now();
        let fine = Care { at: Some(now), complaint: String::new(), pending: false };
        assert_eq!(checked, fine);

        // An object is gone.
        let repository = depots::repository(&test.env, &depot).unwrap();
        let tip = repository.head().unwrap().commit.unwrap().to_string();
        let object = repository.path().join("objects").join(&tip[..2]).join(&tip[2..]);
        std::fs::remove_file(object).unwrap();
        depots::check::request(&ann, &depot).await.unwrap();
        let env = &test.env;
        jobs::drain(&env.db, &env.jobs, &test.registry, env.clone()).await.unwrap();
        let checked = health::of(&ann, &depot).await.unwrap().check;
        assert!(checked.complaint.contains(&tip) && checked.at.is_some(), "{checked:?}");
    })
    .await;
}

#[tokio::test]
async fn attachments_count_and_go_when_nothing_refers_to_them() {
    each(async |test| {
        let env = &test.env;
        let ann = user(env, "ann", TeamRole::Member).await;
        let web = project(&ann, "web").await;
        let new = NewDepot { files: InitialFiles::Readme, ..NewDepot::named("site") };
        let depot = depots::create(&ann, &web.clone().lower(), new).await.unwrap();
        let admin = depots::authorise::<Administer>(&ann, DepotKey::Id(depot.id)).await.unwrap();
        let depot = depots::authorise::<Write>(&ann, DepotKey::Id(depot.id)).await.unwrap();
        let mut numbers = Vec::new();
        for tag in ["v1", "v2"] {
            let new = NewRelease { tag: tag.to_owned(), ..NewRelease::default() };
            numbers.push(releases::create(&ann, &depot, new).await.unwrap().number);
        }
        let data = vec![7_u8; 5_000];
        let attach = async |number, name: &'static str| {
            releases::attach(&ann, &depot, number, name, &data[..]).await.map(drop)
        };
        attach(numbers[0], "a.bin").await.unwrap();
        attach(numbers[1], "b.bin").await.unwrap();
        let beside = async || rules::usage(&ann, &admin).await.unwrap().beside;
        assert_eq!(beside().await, 10_000);
        let sweep = async |days: u64| {
            test.clock.advance(std::time::Duration::from_secs(days * 24 * 60 * 60));
            let tx = env.db.begin().await.unwrap();
            env.jobs.enqueue(&tx, &depots::Sweep).await.unwrap();
            tx.commit().await.unwrap();
            test.run_jobs().await;
        };
        let blobs = env.blobs.area("releases").unwrap();
        // The name that these bytes have everywhere.
        let elsewhere = env.blobs.area("elsewhere").unwrap();
        let sha256 = elsewhere.put(bytes::Bytes::from(data.clone())).await.unwrap().sha256;
        let is_there = async || blobs.exists(&sha256).await.unwrap();
        assert!(is_there().await);

        // Attached elsewhere: it stays.
        releases::detach(&ann, &depot, numbers[0], "a.bin").await.unwrap();
        sweep(8).await;
        assert!(is_there().await);
        assert_eq!(beside().await, 5_000);
        // Taken again before it goes: it stays.
        releases::delete(&ann, &depot, numbers[1]).await.unwrap();
        attach(numbers[0], "again.bin").await.unwrap();
        sweep(8).await;
        assert!(is_there().await);
        // What is refused leaves nothing behind in the end.
        let taken = attach(numbers[0], "again.bin").await.unwrap_err();
        assert!(matches!(taken, Error::Conflict { .. }), "{taken:?}");
        releases::detach(&ann, &depot, numbers[0], "again.bin").await.unwrap();
        sweep(1).await;
        assert!(is_there().await);
        sweep(8).await;
        assert!(!is_there().await);
        assert_eq!(beside().await, 0);

        // The quota leaves no room.
        let size = rules::usage(&ann, &admin).await.unwrap().total();
        rules::set_quota(&ann, &admin, Some(size + 4_999)).await.unwrap();
        let refused = attach(numbers[0], "c.bin").await.unwrap_err();
        assert!(refused.to_string().contains("it may take"), "{refused}");
        rules::set_quota(&ann, &admin, Some(size + 5_000)).await.unwrap();
        attach(numbers[0], "c.bin").await.unwrap();
        // With its depot it goes, too.
        depots::delete(&ann, admin).await.unwrap();
        sweep(8).await;
        assert!(!is_there().await);
    })
    .await;
}

//! A server on a free port, and git clients that know nothing of this machine.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Output;

use base::{Actor, Granted, Scopes, TeamRole, Write};
use call::Call;
use call::testing::{TestEnv, on_each};
use depots::push::Pushed;
use depots::{Depot, DepotKey, NewDepot};
use events::{EventFilter, EventKind as _, Listeners};
use git::ObjectFormat;
use identity::tokens::{self, NewToken};
use jobs::Registry;
use projects::{NewProject, ProjectRole, members};
use tempfile::TempDir;
use tokio::process::Command;

const MIGRATIONS: &[&[db::Migration]] =
    &[identity::MIGRATIONS, projects::MIGRATIONS, depots::MIGRATIONS];

/// The team `makers` with the project `web` and its depot `site`: ann is the project's admin, gus
/// its guest, bob is in the team only.
pub(crate) struct Server {
    pub(crate) test: TestEnv,
    pub(crate) address: SocketAddr,
    pub(crate) depot: Depot,
    pub(crate) ann: String,
    pub(crate) gus: String,
    pub(crate) bob: String,
    pub(crate) dir: TempDir,
    /// How the depot, and the working copies, name their objects.
    pub(crate) format: ObjectFormat,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Runs a test on each database.
pub(crate) async fn each(test: impl AsyncFn(&Server)) {
    each_in(ObjectFormat::Sha1, test).await;
}

/// Runs a test on each database, with a depot of each format.
pub(crate) async fn each_format(test: impl AsyncFn(&Server)) {
    each_in(ObjectFormat::Sha1, &test).await;
    each_in(ObjectFormat::Sha256, &test).await;
}

async fn each_in(format: ObjectFormat, test: impl AsyncFn(&Server)) {
    let registry = depots::register(Registry::new()).unwrap();
    on_each(MIGRATIONS, registry, Listeners::new(), async |env| {
        let server = Server::start(env, format).await;
        test(&server).await;
    })
    .await;
}

impl Server {
    async fn start(test: TestEnv, format: ObjectFormat) -> Server {
        let env = test.env.clone();
        let user = async |name| {
            let actor = identity::testing::actor(&env, "makers", name, TeamRole::Member).await;
            Call::for_user(env.clone(), actor)
        };
        let (ann, gus, bob) = (user("ann").await, user("gus").await, user("bob").await);
        let new = NewProject { name: "web".to_owned(), ..NewProject::default() };
        let project = projects::create(&ann, new).await.unwrap();
        members::add(&ann, &project, &["gus".to_owned()], ProjectRole::Guest).await.unwrap();
        let new = NewDepot { format, ..NewDepot::named("site") };
        let depot = depots::create(&ann, &project.lower(), new).await.unwrap();
        let everything = async |call: &Call| token(call, Scopes::EVERYTHING).await;
        let tokens = (everything(&ann).await, everything(&gus).await, everything(&bob).await);

        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = api_git::router(env).into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Server {
            test,
            address,
            depot,
            ann: tokens.0,
            gus: tokens.1,
            bob: tokens.2,
            dir: tempfile::tempdir().unwrap(),
            format,
            serving,
        }
    }

    pub(crate) async fn call(&self, name: &str) -> Call {
        let actor =
            identity::testing::actor(&self.test.env, "makers", name, TeamRole::Member).await;
        Call::for_user(self.test.env.clone(), actor)
    }

    /// The depot's address, with a token as the password when there is one.
    pub(crate) fn url(&self, token: &str) -> String {
        let credentials = if token.is_empty() { String::new() } else { format!("me:{token}@") };
        format!("http://{credentials}{}/makers/web/site.git", self.address)
    }

    pub(crate) async fn granted(&self) -> Granted<Depot, Write> {
        let call = self.call("ann").await;
        depots::authorise(&call, DepotKey::Id(self.depot.id)).await.unwrap()
    }

    pub(crate) async fn repository(&self) -> git::Repository {
        depots::repository(&self.test.env, &self.granted().await).unwrap()
    }

    /// Moves the depot to the new project `ops` of ann.
    pub(crate) async fn transfer(&self) {
        let ann = self.call("ann").await;
        let new = NewProject { name: "ops".to_owned(), ..NewProject::default() };
        let target = projects::create(&ann, new).await.unwrap().lower();
        let depot = depots::authorise(&ann, DepotKey::Id(self.depot.id)).await.unwrap();
        depots::transfer(&ann, &depot, &target).await.unwrap();
    }

    /// A new working copy with an identity.
    pub(crate) async fn work(&self, name: &str) -> PathBuf {
        self.init(self.dir.path(), "main", name).await
    }

    /// A new working copy below `directory`, on this branch.
    pub(crate) async fn init(&self, directory: &Path, branch: &str, name: &str) -> PathBuf {
        let format = format!("--object-format={}", self.format.name());
        run(directory, &["init", "-q", "-b", branch, &format, name]).await;
        directory.join(name)
    }

    pub(crate) async fn pushes(&self) -> Vec<Pushed> {
        let env = &self.test.env;
        let filter = EventFilter { kinds: vec![Pushed::KIND.to_owned()], ..EventFilter::default() };
        let events = env.events.list(&env.db, &filter, 100).await.unwrap();
        events.into_iter().map(|event| serde_json::from_value(event.payload).unwrap()).collect()
    }
}

pub(crate) async fn token(call: &Call, scopes: Scopes) -> String {
    let Actor::User(user) = &call.actor else { panic!("not a user") };
    let new =
        NewToken { user: user.id, team: None, label: "test".to_owned(), scopes, expires_at: None };
    // Only who came in by password may make one; the installation may, too.
    tokens::create(&Call::system(call.env.clone()), new).await.unwrap().secret.expose().to_owned()
}

pub(crate) async fn try_run(dir: &Path, args: &[&str]) -> Output {
    Command::new("git")
        .current_dir(dir)
        .env("HOME", "/nonexistent")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_AUTHOR_NAME", "Ada")
        .env("GIT_AUTHOR_EMAIL", "ada@example.org")
        .env("GIT_COMMITTER_NAME", "Ada")
        .env("GIT_COMMITTER_EMAIL", "ada@example.org")
        .args(args)
        .output()
        .await
        .unwrap()
}

pub(crate) async fn run(dir: &Path, args: &[&str]) -> String {
    let output = try_run(dir, args).await;
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {args:?}: {words}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// What git says when it fails.
pub(crate) async fn fail(dir: &Path, args: &[&str]) -> String {
    let output = try_run(dir, args).await;
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "git {args:?} succeeded: {words}");
    words
}

pub(crate) async fn commit(work: &Path, path: &str, data: &[u8]) -> String {
    std::fs::write(work.join(path), data).unwrap();
    run(work, &["add", "-A"]).await;
    run(work, &["commit", "-q", "-m", path]).await;
    run(work, &["rev-parse", "HEAD"]).await
}

/// Bytes that cannot be compressed, the same each time.
pub(crate) fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    })
    .flatten()
    .take(length)
    .collect()
}

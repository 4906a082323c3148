//! Serves the pages on an installation that is thrown away at the end, with
//! real repositories in it, to look at them:
//!
//! `cargo run -p web --example workshop -- [--still] [--port=N] /path/to/repository.git...`
//!
//! The first is scanned, too, at several points of its history, unless `--still`
//! is said. The port is 7411 unless another is named.
//!
//! The user is `admin`, the password is printed.

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a tool for whoever draws pages")]

use std::time::Duration;

use base::{Clock as _, SystemClock};
use call::{Call, testing};
use depots::{ImportSource, NewDepot};
use events::Listeners;
use identity::{authenticate, sessions::Browser};
use jobs::Registry;
use projects::NewProject;

#[tokio::main]
async fn main() {
    let mut paths: Vec<String> = std::env::args().skip(1).collect();
    let still = paths.first().is_some_and(|first| first == "--still");
    if still {
        paths.remove(0);
    }
    let port = match paths.first().and_then(|first| first.strip_prefix("--port=")) {
        Some(port) => {
            let port = port.to_owned();
            paths.remove(0);
            port
        }
        None => "7411".to_owned(),
    };
    let path = paths.first().expect("the path of a repository").clone();
    let migrations = [
        identity::MIGRATIONS,
        projects::MIGRATIONS,
        depots::MIGRATIONS,
        analysis::MIGRATIONS,
        search::MIGRATIONS,
    ];
    let registry = analysis::register(
        depots::register(identity::register(Registry::new()).expect("jobs")).expect("jobs"),
    )
    .expect("jobs");
    let registry = search::register(registry).expect("jobs");
    let listeners = search::listen(analysis::listen(Listeners::new()));
    let test = testing::on_sqlite(&migrations, registry, listeners).await;
    test.clock.advance(SystemClock.now().since(testing::START));
    let env = test.env.clone();

    let first = identity::install(&env, "mortise").await.expect("a team").expect("a first start");
    let one_time = first.one_time_password;
    let signed_in = identity::sessions::sign_in(&env, "admin", &one_time, Browser::default())
        .await
        .expect("a session");
    let call = Call::for_user(env.clone(), signed_in.signed_in.user);
    let password = identity::Secret::from("correct horse battery");
    identity::passwords::change(&call, &one_time, &password, None).await.expect("a password");
    let _ = authenticate::password(&env, "admin", &password, None).await.expect("it holds");

    let new = |name: &str, display: &str, about: &str| NewProject {
        name: name.to_owned(),
        display_name: display.to_owned(),
        description: about.to_owned(),
        ..NewProject::default()
    };
    let project = projects::create(
        &call,
        new("web-core", "Web Core", "The framework that our services are made of."),
    )
    .await
    .expect("a project");
    projects::create(&call, new("loom", "Loom 织机", "把设计图变成布匹的程序，以及它的全部历史。"))
        .await
        .expect("a project");
    projects::create(&call, new("sandbox", "", "")).await.expect("a project");
    let source = ImportSource { url: format!("file://{path}"), ..ImportSource::default() };
    let named =
        NewDepot { description: "The web framework".to_owned(), ..NewDepot::named("flask") };
    depots::import(&call, &project.clone().lower(), named, &source).await.expect("an import");
    depots::create(&call, &project.clone().lower(), NewDepot::named("empty"))
        .await
        .expect("a depot");
    for further in &paths[1..] {
        let name = further.rsplit('/').next().unwrap_or(further).trim_end_matches(".git");
        let source = ImportSource { url: format!("file://{further}"), ..ImportSource::default() };
        depots::import(&call, &project.clone().lower(), NewDepot::named(name), &source)
            .await
            .expect("an import");
    }

    if !still {
        grow(&test, &call, &project, &source.url).await;
    }

    println!("admin / {}", password.expose());
    let listener =
        tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("a port");
    let server = tokio::spawn(async move {
        let service =
            web::router(env).into_make_service_with_connect_info::<std::net::SocketAddr>();
        axum::serve(listener, service).await
    });
    loop {
        test.run_jobs().await;
        test.clock.advance(SystemClock.now().since(test.env.clock.now()));
        tokio::time::sleep(Duration::from_millis(200)).await;
        if server.is_finished() {
            break;
        }
    }
}

/// Lets a mirror of the repository grow before our eyes: scans of commits from
/// long ago until now, so that the trend has something to show.
async fn grow(
    test: &testing::TestEnv,
    call: &Call,
    project: &base::Granted<projects::Project, base::Administer>,
    url: &str,
) {
    // Kept, so that the pages can start further scans of it.
    let directory = tempfile::tempdir().expect("a directory").keep();
    let mirror = directory.join("growing.git");
    let git = |args: &[&str]| {
        let done = std::process::Command::new("git")
            .arg("-C")
            .arg(&directory)
            .args(args)
            .output()
            .expect("git");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).trim().to_owned()
    };
    git(&["clone", "-q", "--bare", url, "growing.git"]);
    let branch = git(&["--git-dir=growing.git", "symbolic-ref", "--short", "HEAD"]);
    let history =
        git(&["--git-dir=growing.git", "rev-list", "--first-parent", "--max-count=700", &branch]);
    let history: Vec<&str> = history.lines().collect();
    let reference = format!("refs/heads/{branch}");
    let step = (history.len() / 7).max(1);
    let stops: Vec<&str> = history.iter().step_by(step).copied().collect();
    git(&["--git-dir=growing.git", "update-ref", &reference, stops.last().expect("a commit")]);
    let source =
        ImportSource { url: format!("file://{}", mirror.display()), ..ImportSource::default() };
    let write = project.clone().lower();
    let named = NewDepot { default_branch: branch.clone(), ..NewDepot::named("growing") };
    let depot = depots::register_outside(call, &write, named, &source).await.expect("a mirror");
    test.run_jobs().await;
    let depot =
        depots::authorise::<base::Read>(call, depots::DepotKey::Id(depot.id)).await.expect("mine");
    let mut new = analysis::NewPlan::named("nightly", depot, &branch);
    new.definition.gate = analysis::Gate::on();
    let plan = analysis::create_plan(call, &write, new).await.expect("a plan");
    for stop in stops.iter().rev() {
        git(&["--git-dir=growing.git", "update-ref", &reference, stop]);
        let plan =
            analysis::authorise_plan(call, analysis::PlanKey::Id(plan.id)).await.expect("mine");
        analysis::start(call, &plan, analysis::StartOptions::of(analysis::Trigger::Manual))
            .await
            .expect("a scan");
        test.run_jobs().await;
    }
}

//! Serves the pages on an installation that is thrown away at the end, with a
//! real repository in it, to look at them:
//!
//! `cargo run -p web --example workshop -- /path/to/repository.git`
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
    let source = std::env::args().nth(1).expect("the path of a repository");
    let migrations = [identity::MIGRATIONS, projects::MIGRATIONS, depots::MIGRATIONS];
    let registry =
        depots::register(identity::register(Registry::new()).expect("jobs")).expect("jobs");
    let test = testing::on_sqlite(&migrations, registry, Listeners::new()).await;
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
    let source = ImportSource { url: format!("file://{source}"), ..ImportSource::default() };
    let named =
        NewDepot { description: "The web framework".to_owned(), ..NewDepot::named("flask") };
    depots::import(&call, &project.clone().lower(), named, &source).await.expect("an import");
    depots::create(&call, &project.clone().lower(), NewDepot::named("empty"))
        .await
        .expect("a depot");

    println!("admin / {}", password.expose());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:7411").await.expect("a port");
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

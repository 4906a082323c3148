//! The pages with a source that repeats what it is told.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use base::TeamRole;
use call::{Call, testing::TestEnv};
use identity::{Secret, sessions};
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;

use super::{Entry, Known, Listed, Parameter, Running, Section, Source, Words, router};

struct Echo;

fn words(en: &str, zh: &str) -> Words {
    Words { en: en.to_owned(), zh: zh.to_owned() }
}

impl Source for Echo {
    fn sections(&self) -> Vec<Section> {
        let listed = |name: &str, supported| Listed {
            name: name.to_owned(),
            about: words("Repeats.", "重复"),
            supported,
        };
        vec![Section {
            key: "all".to_owned(),
            name: words("Everything", "全部"),
            actions: vec![listed("Echo", true), listed("Later", false)],
        }]
    }

    fn entry(&self, action: &str) -> Option<Entry> {
        let parameter = |name: &str, kind: &str, required| Parameter {
            name: name.to_owned(),
            kind: kind.to_owned(),
            required,
            choices: Vec::new(),
            about: words("Some <b>", ""),
        };
        let known = Known {
            path: "/open-api/Echo".to_owned(),
            audience: words("everybody", "所有人"),
            scopes: vec!["project".to_owned()],
            changes: false,
            parameters: vec![
                parameter("Text", "String", true),
                parameter("List", "Array of String", false),
                parameter("List.N.Inner", "String", false),
            ],
            fields: vec![parameter("Answer", "String", true)],
        };
        matches!(action, "Echo" | "Later").then(|| Entry {
            name: action.to_owned(),
            section: words("Everything", "全部"),
            about: words("Repeats.", "重复"),
            request: Some(json!({ "Action": "Echo", "Text": "it's" })),
            answer: None,
            known: (action == "Echo").then_some(known),
        })
    }

    fn machine_readable(&self, address: &str) -> Value {
        json!({ "address": address })
    }

    fn run(&self, call: Call, action: &str, fields: Map<String, Value>) -> Running {
        let answer = json!({ "Response": { "By": call.actor.name(), action: fields } });
        Box::pin(async move { answer })
    }
}

struct World {
    test: TestEnv,
    app: Router,
    cookie: String,
}

async fn world() -> World {
    let migrations = &[identity::MIGRATIONS, projects::MIGRATIONS];
    let test = call::testing::on_sqlite(migrations, Default::default(), Default::default()).await;
    identity::testing::actor(&test.env, "makers", "ann", TeamRole::Member).await;
    let password = Secret::from(identity::testing::PASSWORD);
    let browser = sessions::Browser::default();
    let session = sessions::sign_in(&test.env, "ann", &password, browser).await.unwrap();
    let cookie = format!("mortise_session={}", session.cookie.expose());
    let app = router(test.env.clone(), Arc::new(Echo));
    World { test, app, cookie }
}

impl World {
    async fn get(&self, address: &str, cookie: &str) -> (StatusCode, String) {
        self.send(Request::get(address).header(header::COOKIE, cookie).body(Body::empty())).await
    }

    async fn send(&self, request: axum::http::Result<Request<Body>>) -> (StatusCode, String) {
        let response = self.app.clone().oneshot(request.unwrap()).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    fn post(&self, address: &str) -> axum::http::request::Builder {
        Request::post(address)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    }
}

#[tokio::test]
async fn the_list_is_for_everybody_and_is_searched_in_both_languages() {
    let world = world().await;
    let (status, page) = world.get("/docs/api", "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("/docs/api/Echo") && page.contains("/docs/api/Later"), "{page}");
    let (_, page) = world.get("/docs/api?q=%E9%87%8D%E5%A4%8D&supported=1&lang=zh", "").await;
    assert!(page.contains("/docs/api/Echo") && !page.contains("/docs/api/Later"), "{page}");
    assert!(page.contains("全部") && page.contains("重复"), "{page}");
    let (_, page) = world.get("/docs/api?q=%3Cscript%3E", "").await;
    assert!(!page.contains("/docs/api/Echo") && !page.contains("<script>\""), "{page}");
    let (_, document) = world.get("/docs/api.json", "").await;
    assert_eq!(document, json!({ "address": world.test.env.addresses.http }).to_string());
}

#[tokio::test]
async fn a_page_shows_what_an_action_needs_and_strangers_no_form() {
    let world = world().await;
    let (status, page) = world.get("/docs/api/Echo", "").await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Some &lt;b&gt;") && page.contains("List.N.Inner"), "{page}");
    assert!(page.contains("curl http://mortise.test:8080/open-api/Echo"), "{page}");
    assert!(page.contains("/login?next="), "{page}");
    assert!(!page.contains("name=\"Text\""), "{page}");
    let (_, page) = world.get("/docs/api/Echo", &world.cookie).await;
    assert!(page.contains("name=\"Text\"") && !page.contains("name=\"List.N.Inner\""), "{page}");
    let (_, page) = world.get("/docs/api/Later", &world.cookie).await;
    assert!(page.contains("UnsupportedOperation") && !page.contains("<textarea"), "{page}");
    assert_eq!(world.get("/docs/api/None", &world.cookie).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_tried_is_done_as_the_user_and_shown_without_its_markup() {
    let world = world().await;
    let form = "Text=%3Cscript%3E&List=a%0D%0Ab&Other=x";
    let (status, page) = world.send(world.post("/docs/api/Echo").body(form.into())).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("ann") && page.contains("&lt;script&gt;"), "{page}");
    assert!(!page.contains("<script>\"") && !page.contains("Other"), "{page}");

    let broken = "Text=a&List=%5B1";
    let (status, page) = world.send(world.post("/docs/api/Echo").body(broken.into())).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("This is not JSON."), "{page}");
}

#[tokio::test]
async fn nobody_and_other_sites_try_nothing() {
    let world = world().await;
    let stranger = Request::post("/docs/api/Echo").body("Text=a".into());
    let (status, page) = world.send(stranger).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(!page.contains("What came back"), "{page}");
    let elsewhere = world.post("/docs/api/Echo").header("sec-fetch-site", "cross-site");
    let (status, page) = world.send(elsewhere.body("Text=a".into())).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(!page.contains("What came back"), "{page}");
}

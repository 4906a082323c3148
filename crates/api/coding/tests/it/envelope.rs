//! The shapes of requests, and what goes wrong before an action starts.

use std::future::{Future as _, poll_fn};
use std::num::NonZeroU32;
use std::task::Poll;
use std::time::Duration;

use api_coding::{OpenApi, Settings};
use axum::body::Body;
use base64::Engine as _;
use call::Call;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::world::{PASSWORD, World, each, one};

fn post(uri: &str) -> http::request::Builder {
    Request::post(uri)
}

async fn response(world: &World, request: Request<Body>) -> Value {
    let (status, body) = world.send(request).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body["Response"].clone()
}

#[tokio::test]
async fn every_shape_of_request_is_understood() {
    each(async |world| {
        let (project, _) = world.project("web").await;
        let token = format!("token {}", world.token("guest"));
        let body = json!({ "ProjectId": project }).to_string();
        let named = json!({ "ProjectId": project, "Action": "DescribeOneProject" }).to_string();
        let form = format!("Action=DescribeOneProject&ProjectId={project}");
        for (uri, body, kind) in [
            ("/open-api", &named, "application/json"),
            ("/open-api?Action=DescribeOneProject", &body, "application/json; charset=utf-8"),
            ("/open-api/?action=DescribeOneProject", &body, "application/json"),
            ("/open-api/DescribeOneProject", &body, "application/json"),
            ("/open-api", &named, "application/x-www-form-urlencoded"),
            ("/open-api", &form, "application/x-www-form-urlencoded"),
        ] {
            let request = post(uri).header("authorization", &token).header("content-type", kind);
            let answer = response(&world, request.body(body.clone().into()).unwrap()).await;
            assert_eq!(answer["Project"]["Name"], "web", "{uri} {body}: {answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_way_to_show_a_token_is_understood() {
    let world = one(&Settings::default()).await;
    let token = world.token("guest");
    let encode = |text: String| base64::engine::general_purpose::STANDARD.encode(text);
    for (header, value) in [
        ("authorization", format!("token {token}")),
        ("authorization", format!("Token {token}")),
        ("authorization", format!("Bearer {token}")),
        ("authorization", format!("Basic {}", encode(format!("guest:{token}")))),
        ("authorization", format!("Basic {}", encode(format!("coding:{token}")))),
        ("authorization", format!("Basic {}", encode(format!("guest:{PASSWORD}")))),
        ("x-api-key", token.to_owned()),
    ] {
        let request = post("/open-api/DescribeCodingCurrentUser").header(header, &value);
        let answer = response(&world, request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer["User"]["GlobalKey"], "guest", "{header} {value}: {answer}");
    }
}

#[tokio::test]
async fn whoever_shows_nothing_or_something_wrong_gets_an_auth_failure() {
    let world = one(&Settings::default()).await;
    let other = "0".repeat(40);
    for value in [
        None,
        Some(format!("token {other}")),
        Some(format!("Bearer {other}")),
        Some("Basic ???".to_owned()),
        Some("Digest x".to_owned()),
        Some(String::new()),
    ] {
        let mut request = post("/open-api/DescribeCodingCurrentUser");
        if let Some(value) = &value {
            request = request.header("authorization", value);
        }
        let answer = response(&world, request.body("{".into()).unwrap()).await;
        assert_eq!(answer["Error"]["Code"], "AuthFailure", "{value:?}: {answer}");
    }
}

#[tokio::test]
async fn the_request_id_is_the_clients_where_it_can_be() {
    let world = one(&Settings::default()).await;
    let own = "f41034cf-169d-4373-8514-334885a6a9db";
    for (sent, kept) in [(own, true), ("\"><script>", false), ("two words", false)] {
        let request = post("/open-api").header("x-request-id", sent).body(Body::empty()).unwrap();
        let answer = response(&world, request).await;
        let id = answer["RequestId"].as_str().unwrap();
        assert_eq!((id == sent, id.len()), (kept, 36), "{id}");
    }
}

#[tokio::test]
async fn what_is_no_action_says_so() {
    let world = one(&Settings::default()).await;
    let unknown = world.refused("guest", "DescribeNothing", json!({})).await;
    assert_eq!(unknown, "InvalidAction: action not found");
    let request =
        post("/open-api").header("authorization", format!("token {}", world.token("guest")));
    let answer = response(&world, request.body("{}".into()).unwrap()).await;
    assert_eq!(
        answer["Error"],
        json!({ "Code": "MissingParameter", "Message": "Action is missing" })
    );
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_an_invalid_parameter() {
    let world = one(&Settings::default()).await;
    for bad in ["[]", "{\"ProjectId\": ", "nonsense", "\"x\"", "\u{0}"] {
        let request = post("/open-api/DescribeOneProject")
            .header("authorization", format!("token {}", world.token("guest")));
        let answer = response(&world, request.body(bad.to_owned().into()).unwrap()).await;
        assert_eq!(answer["Error"]["Code"], "InvalidParameter", "{bad:?}: {answer}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused() {
    let world = one(&Settings::default()).await;
    let request = post("/open-api/DescribeOneProject")
        .header("authorization", format!("token {}", world.token("guest")));
    let body = vec![b' '; 33 * 1024 * 1024];
    let answer = response(&world, request.body(body.into()).unwrap()).await;
    assert_eq!(answer["Error"]["Code"], "LimitExceeded", "{answer}");
}

#[tokio::test]
async fn who_asks_too_often_is_told_so_and_others_are_not() {
    let settings = Settings { actions_per_second: NonZeroU32::new(3), ..Settings::default() };
    let world = one(&settings).await;
    let action = "DescribeCodingCurrentUser";
    for _ in 0..3 {
        world.done("guest", action, json!({})).await;
    }
    let refused = world.refused("guest", action, json!({})).await;
    assert!(refused.starts_with("RequestLimitExceeded"), "{refused}");
    world.done("member", action, json!({})).await;
}

#[tokio::test]
async fn a_change_is_carried_through_when_the_client_goes_away() {
    let world = one(&Settings::default()).await;
    let api = OpenApi::new(&Settings::default(), world.env());
    let admin =
        identity::testing::actor(world.env(), "makers", "admin", base::TeamRole::Member).await;
    let call = Call::for_user(world.env().clone(), admin);
    let fields = json!({ "Name": "web" }).as_object().cloned().unwrap();
    let mut running = Box::pin(api.answer(call, "CreateCodingProject", fields));
    let pending = poll_fn(|context| Poll::Ready(running.as_mut().poll(context).is_pending())).await;
    assert!(pending, "it was done at once: nothing could be cut short");
    drop(running);
    for _ in 0..500 {
        let named = json!({ "ProjectName": "web" });
        let response = world.act("admin", "DescribeProjectByName", named).await;
        if response.get("Error").is_none() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the project was not made");
}

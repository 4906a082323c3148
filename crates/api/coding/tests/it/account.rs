//! `/api/me`, `/api/current_user` and `/api/oauth/access_token`.

use axum::body::Body;
use base::Scopes;
use call::Call;
use http::{Request, StatusCode};
use serde_json::json;

use crate::world::each;

#[tokio::test]
async fn me_is_shown_by_token_in_header_or_address() {
    each(async |world| {
        let token = world.token("guest");
        let made = call::testing::START.millis();
        let me = json!({
            "avatar": "", "created_at": made, "global_key": "guest", "name": "guest",
            "name_pinyin": "guest", "updated_at": made, "path": "/u/guest",
            "id": world.id_of("guest"), "team": "makers", "email_validation": 1,
        });
        let by_header = Request::get("/api/me").header("authorization", format!("token {token}"));
        let (status, body) = world.send(by_header.body(Body::empty()).unwrap()).await;
        assert_eq!((status, &body), (StatusCode::OK, &me));
        let by_address = Request::get(format!("/api/me?access_token={token}"));
        let (status, body) = world.send(by_address.body(Body::empty()).unwrap()).await;
        assert_eq!((status, &body), (StatusCode::OK, &me));
        let older = Request::get(format!("/api/current_user?access_token={token}"));
        let (status, body) = world.send(older.body(Body::empty()).unwrap()).await;
        assert_eq!((status, &body), (StatusCode::OK, &json!({ "code": 0, "data": me })));
    })
    .await;
}

#[tokio::test]
async fn nobody_is_shown_to_nobody() {
    each(async |world| {
        let narrow = world.token_with("guest", Scopes::parse("project").unwrap()).await;
        for (address, expected) in [
            ("/api/me".to_owned(), StatusCode::UNAUTHORIZED),
            (
                format!("/api/current_user?access_token={}", "0".repeat(40)),
                StatusCode::UNAUTHORIZED,
            ),
            (format!("/api/me?access_token={narrow}"), StatusCode::FORBIDDEN),
        ] {
            let request = Request::get(&address).body(Body::empty()).unwrap();
            let (status, body) = world.send(request).await;
            assert_eq!(status, expected, "{address}");
            assert_ne!(body["code"], 0, "{body}");
            assert!(body["msg"].is_string(), "{body}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_application_gets_tokens_for_a_code_and_renews_them() {
    use identity::oauth;
    each(async |world| {
        let mut guest =
            identity::testing::actor(world.env(), "makers", "guest", base::TeamRole::Member).await;
        guest.via = base::Via::Session;
        let guest = Call::for_user(world.env().clone(), guest);
        let new = oauth::NewApplication {
            display_name: "Editor".to_owned(),
            homepage: String::new(),
            redirect_uris: vec!["http://127.0.0.1/callback".to_owned()],
        };
        let (application, secret) = oauth::create(&guest, new).await.unwrap();
        let wanted = oauth::Request {
            client_id: application.client_id.clone(),
            redirect_uri: Some("http://127.0.0.1/callback".to_owned()),
            response_type: "code".to_owned(),
            scope: Some("user,project".to_owned()),
            ..oauth::Request::default()
        };
        let back = oauth::allow(&guest, &wanted).await.unwrap();
        let code = back.split_once("code=").unwrap().1.split('&').next().unwrap();

        let asked = format!(
            "client_id={}&client_secret={}&grant_type=authorization_code&code={code}",
            application.client_id,
            secret.expose()
        );
        let request = Request::post(format!("/api/oauth/access_token?{asked}"));
        let (status, issued) = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{issued}");
        assert_eq!((&issued["team"], &issued["token_type"]), (&json!("makers"), &json!("bearer")));
        assert_eq!(issued["expires_in"], "7200");
        let access = issued["access_token"].as_str().unwrap();
        let user = world.act_with(Some(access), "DescribeCodingCurrentUser", json!({})).await;
        assert_eq!(user["User"]["GlobalKey"], "guest");

        let renewed = format!(
            "client_id={}&client_secret={}&grant_type=refresh_token&refresh_token={}",
            application.client_id,
            secret.expose(),
            issued["refresh_token"].as_str().unwrap()
        );
        let request = Request::post("/api/oauth/access_token")
            .header("content-type", "application/x-www-form-urlencoded");
        let (status, renewed) = world.send(request.body(renewed.into()).unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{renewed}");
        let old = world.act_with(Some(access), "DescribeCodingCurrentUser", json!({})).await;
        assert_eq!(old["Error"]["Code"], "AuthFailure");

        let request = Request::post("/api/oauth/access_token");
        let (status, refused) = world.send(request.body(asked.into()).unwrap()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "a code works once: {refused}");
        assert!(refused["code"] != 0 && refused["msg"].is_string(), "{refused}");
    })
    .await;
}

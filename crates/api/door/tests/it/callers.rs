use http::StatusCode;
use identity::sessions::{Browser, form_token, sign_in};
use identity::testing::PASSWORD;

use crate::house::{House, on_each};

async fn name(house: &House, target: &str, headers: &[(&str, &str)]) -> String {
    let answer = house.ask(target, None, headers).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body.split(' ').next().unwrap().to_owned()
}

async fn refused(house: &House, target: &str, headers: &[(&str, &str)]) -> String {
    let answer = house.ask(target, None, headers).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
    assert!(answer.headers.contains_key("www-authenticate"));
    answer.body
}

#[tokio::test]
async fn a_token_comes_in_by_every_header_and_the_query() {
    on_each(async |_, house| {
        let made = house.token().await;
        let token = made.secret.expose();
        for scheme in ["token", "Token", "Bearer", "bearer"] {
            let value = format!("{scheme} {token}");
            assert_eq!(name(&house, "/who", &[("authorization", &value)]).await, "ada");
        }
        assert_eq!(name(&house, "/who", &[("x-api-key", token)]).await, "ada");
        assert_eq!(name(&house, &format!("/who?access_token={token}"), &[]).await, "ada");
        assert_eq!(name(&house, &format!("/who?x=1&token={token}"), &[]).await, "ada");
        assert_eq!(name(&house, "/who", &[]).await, "nobody");
        for wrong in ["token 0", "Basic x", "Digest x", "Bearer", &format!("token {token}0")] {
            let body = refused(&house, "/who", &[("authorization", wrong)]).await;
            assert!(!body.contains(token));
        }
        refused(&house, "/who?access_token=0", &[]).await;
        // Something wrong beside something right is not overlooked.
        let target = format!("/who?access_token={token}");
        refused(&house, &target, &[("authorization", "token 0")]).await;
    })
    .await;
}

#[tokio::test]
async fn basic_brings_a_password_or_a_token() {
    on_each(async |_, house| {
        use base64::Engine as _;
        let made = house.token().await;
        let basic = |name: &str, secret: &str| {
            let text = format!("{name}:{secret}");
            format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(text))
        };
        let token = made.secret.expose();
        for (login, secret) in [("ada", PASSWORD), ("coding", token), ("ada", token), (token, "")] {
            let value = basic(login, secret);
            assert_eq!(name(&house, "/who", &[("authorization", &value)]).await, "ada");
        }
        for (login, secret) in [("ada", "wrong horse"), ("ghost", PASSWORD), ("", "")] {
            refused(&house, "/who", &[("authorization", &basic(login, secret))]).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_cookie_needs_the_pages_own_token() {
    on_each(async |_, house| {
        let opened =
            sign_in(&house.env, "ada", &PASSWORD.into(), Browser::default()).await.unwrap();
        let cookie = format!("a=b; mortise_session={}", opened.cookie.expose());
        let form = form_token(&opened.cookie);
        assert_eq!(name(&house, "/who", &[("cookie", &cookie)]).await, "nobody");
        let both = [("cookie", cookie.as_str()), ("x-form-token", form.as_str())];
        assert_eq!(name(&house, "/who", &both).await, "ada");
        let other = [("cookie", cookie.as_str()), ("x-form-token", "00")];
        refused(&house, "/who", &other).await;
        refused(&house, "/who", &[("x-form-token", &form)]).await;

        let mut headers = http::HeaderMap::new();
        headers.insert("cookie", cookie.parse().unwrap());
        let open = door::session::open(&house.env, &headers).await.unwrap().unwrap();
        assert_eq!(open.signed_in.user.id, house.ada.id);
        headers.insert("cookie", "mortise_session=0".parse().unwrap());
        assert!(door::session::open(&house.env, &headers).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_call_carries_the_requests_id_and_the_connections_address() {
    on_each(async |_, house| {
        let headers = [("x-request-id", "abc-1"), ("x-forwarded-for", "6.6.6.6")];
        let answer = house.ask("/who", Some("::ffff:192.0.2.1"), &headers).await;
        assert_eq!(answer.body, "nobody abc-1 192.0.2.1");
        let answer = house.ask("/who", None, &[("x-request-id", "not an id")]).await;
        let id = answer.body.split(' ').nth(1).unwrap().to_owned();
        assert_eq!(id.len(), 36, "{}", answer.body);
    })
    .await;
}

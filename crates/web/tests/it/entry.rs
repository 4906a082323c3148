use axum::http::{Request, StatusCode, header};

use crate::browser::{PASSWORD, each};

#[tokio::test]
async fn strangers_are_sent_to_the_door_and_come_back() {
    each(async |house| {
        let page = house.stranger().get("/p/x/analysis?page=2").await;
        assert_eq!(
            (page.status, page.to.as_str()),
            (StatusCode::SEE_OTHER, "/login?next=%2Fp%2Fx%2Fanalysis%3Fpage%3D2")
        );
        let fields = [("login", "admin"), ("password", PASSWORD), ("next", "/settings/tokens")];
        assert_eq!(house.stranger().post("/login", &fields).await.to, "/settings/tokens");
        let away = [("login", "admin"), ("password", PASSWORD), ("next", "//evil.example")];
        assert_eq!(house.stranger().post("/login", &away).await.to, "/");
    })
    .await;
}

#[tokio::test]
async fn guessing_is_slowed_and_says_so() {
    each(async |house| {
        let browser = house.stranger();
        let mut last = StatusCode::OK;
        for _ in 0..8 {
            let page = browser.post("/login", &[("login", "admin"), ("password", "wrong")]).await;
            assert!(page.text.contains("value=\"admin\""), "what was typed stays");
            assert!(!page.text.contains("wrong"), "the password does not");
            last = page.status;
            if last == StatusCode::TOO_MANY_REQUESTS {
                assert!(page.text.contains("Too many failed tries"));
                return;
            }
            assert_eq!(last, StatusCode::UNPROCESSABLE_ENTITY);
        }
        panic!("never slowed: {last}");
    })
    .await;
}

#[tokio::test]
async fn a_one_time_password_opens_one_page_only() {
    each(async |house| {
        let admin = house.signed_in("admin").await;
        let made = admin.post("/admin/people/new", &[("name", "ada"), ("role", "member")]).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        let secret = made
            .text
            .split("<code tabindex=\"0\">")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap()
            .to_owned();
        let mut ada = house.stranger();
        let page = ada.post("/login", &[("login", "ada"), ("password", &secret)]).await;
        assert_eq!(page.to, "/first-password");
        ada.cookie = page.headers[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        assert_eq!(ada.get("/").await.to, "/first-password");
        let short = [("old_password", secret.as_str()), ("new_password", "x"), ("again", "x")];
        let page = ada.post("/first-password", &short).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text.contains("At least 8 characters"));
        let differs = [
            ("old_password", secret.as_str()),
            ("new_password", "long enough"),
            ("again", "longer still"),
        ];
        assert!(ada.post("/first-password", &differs).await.text.contains("aria-invalid=\"true\""));
        let good = [
            ("old_password", secret.as_str()),
            ("new_password", "long enough"),
            ("again", "long enough"),
        ];
        assert_eq!(ada.post("/first-password", &good).await.to, "/");
        assert_eq!(ada.get("/").await.status, StatusCode::OK);
        let out = ada.post("/logout", &[]).await;
        assert!(out.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
        assert_eq!(ada.get("/").await.to, "/login");
    })
    .await;
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    each(async |house| {
        let admin = house.signed_in("admin").await;
        let forged = Request::post("/projects/new")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "cross-site")
            .header(header::ORIGIN, "https://evil.example")
            .body("name=stolen".into())
            .unwrap();
        assert_eq!(admin.send(forged).await.status, StatusCode::FORBIDDEN);
        assert_eq!(admin.get("/p/stolen").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn pages_speak_the_language_that_was_asked_for() {
    each(async |house| {
        let mut browser = house.stranger();
        assert!(browser.get("/login?lang=zh").await.text.contains("<html lang=\"zh-CN\""));
        browser.extra.push(("accept-language", "zh-CN,zh;q=0.9".to_owned()));
        assert!(browser.get("/login").await.text.contains("登录 Mortise"));
        assert!(browser.get("/login?lang=en").await.text.contains("Sign in to Mortise"));
        browser.extra.push(("referer", "http://mortise.test/login?next=%2Fx".to_owned()));
        let page = browser.post("/-/prefs", &[("theme", "dark"), ("lang", "en")]).await;
        assert_eq!(page.to, "/login?next=%2Fx");
        assert_eq!(page.headers.get_all(header::SET_COOKIE).iter().count(), 2);
    })
    .await;
}

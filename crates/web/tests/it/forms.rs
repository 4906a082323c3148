use axum::http::StatusCode;
use depots::NewDepot;
use projects::NewProject;

use crate::browser::each;

#[tokio::test]
async fn a_form_that_is_wrong_comes_back_with_what_was_typed() {
    each(async |house| {
        let admin = house.signed_in("admin").await;
        let page = admin
            .post("/projects/new", &[("name", "No Spaces!"), ("display_name", "Kept <b>")])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            page.text.contains("aria-invalid=\"true\"")
                && page.text.contains("id=\"f-name-fault\"")
        );
        assert!(
            page.text.contains("value=\"Kept &lt;b&gt;\"")
                && page.text.contains("value=\"No Spaces!\"")
        );
        let page = admin.post("/projects/new", &[("name", "engine")]).await;
        assert_eq!((page.status, page.to.as_str()), (StatusCode::SEE_OTHER, "/p/engine"));
        let page = admin.post("/projects/new", &[("name", "engine")]).await;
        assert!(
            page.text.contains("role=\"alert\"") && page.text.contains("engine is taken"),
            "{}",
            page.text
        );
    })
    .await;
}

#[tokio::test]
async fn a_token_is_shown_once_and_can_be_revoked() {
    each(async |house| {
        let admin = house.signed_in("admin").await;
        let fields = [
            ("label", "ci"),
            ("scope", "project:depot"),
            ("scope", "user"),
            ("expires_at", "2027-01-31"),
        ];
        let page = admin.post("/settings/tokens", &fields).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let secret = page
            .text
            .split("<code tabindex=\"0\">")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap()
            .to_owned();
        assert!(matches!(
            identity::authenticate::token(&house.test.env, &secret).await,
            Ok(base::Actor::User(_))
        ));
        let page = admin.get("/settings/tokens").await;
        assert!(!page.text.contains(&secret) && page.text.contains("project:depot"));
        let id = page
            .text
            .split("/settings/tokens/")
            .nth(1)
            .unwrap()
            .split('/')
            .next()
            .unwrap()
            .to_owned();
        assert_eq!(
            admin.post(&format!("/settings/tokens/{id}/revoke"), &[]).await.status,
            StatusCode::SEE_OTHER
        );
        assert!(identity::authenticate::token(&house.test.env, &secret).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn ssh_keys_come_and_go() {
    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ <b>me</b>";
    each(async |house| {
        let new = NewProject { name: "engine".into(), ..NewProject::default() };
        let project = projects::create(&house.admin, new).await.unwrap();
        depots::create(&house.admin, &project.lower(), NewDepot::named("core")).await.unwrap();
        let admin = house.signed_in("admin").await;
        for address in ["/settings/ssh-keys", "/p/engine/d/core/settings/deploy-keys"] {
            let bad = admin.post(address, &[("content", "hello"), ("title", "mine")]).await;
            assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bad.text);
            assert!(bad.text.contains("not a public key") && bad.text.contains("mine"));
            let fields = [("content", KEY), ("expires_at", "2099-01-31"), ("may_write", "yes")];
            assert_eq!(admin.post(address, &fields).await.to, address);
            let page = admin.get(address).await;
            assert!(page.text.contains("SHA256:T7SvZ2cslqpPj6nKzitCBHHlpVF3r3MvLwmFL0fk0IE"));
            assert!(page.text.contains("&lt;b&gt;me") && !page.text.contains("<b>me"));
            let taken = admin.post(address, &fields).await;
            assert!(taken.text.contains("in use already"), "{}", taken.text);
            let id = page.text.split(&format!("{address}/")).nth(1).unwrap();
            let id = id.split('/').next().unwrap();
            assert_eq!(admin.post(&format!("{address}/{id}/delete"), &[]).await.to, address);
            assert!(!admin.get(address).await.text.contains("SHA256:T7SvZ2"));
        }
    })
    .await;
}

#[tokio::test]
async fn people_of_a_project_come_change_and_go() {
    each(async |house| {
        let ada = house.person("ada").await;
        let admin = house.signed_in("admin").await;
        admin.post("/projects/new", &[("name", "engine")]).await;
        assert!(
            admin
                .post("/p/engine/members", &[("members", "nobody-here"), ("role", "member")])
                .await
                .text
                .contains("role=\"alert\"")
        );
        assert_eq!(
            admin.post("/p/engine/members", &[("members", "ada"), ("role", "guest")]).await.status,
            StatusCode::SEE_OTHER
        );
        let browser = house.signed_in("ada").await;
        assert_eq!(browser.get("/p/engine/depots/new").await.status, StatusCode::FORBIDDEN);
        let address = format!("/p/engine/members/{}/role", ada.id);
        assert_eq!(admin.post(&address, &[("role", "member")]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(browser.get("/p/engine/depots/new").await.status, StatusCode::OK);
        let address = format!("/p/engine/members/{}/remove", ada.id);
        assert_eq!(admin.post(&address, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(browser.get("/p/engine").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn deleting_asks_for_the_name() {
    each(async |house| {
        let admin = house.signed_in("admin").await;
        admin.post("/projects/new", &[("name", "engine")]).await;
        admin.post("/p/engine/depots/new", &[("name", "core"), ("readme", "on")]).await;
        let page = admin.post("/p/engine/d/core/settings/delete", &[("confirm", "cor")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(admin.get("/p/engine/d/core").await.status, StatusCode::OK);
        let page = admin.post("/p/engine/d/core/settings/delete", &[("confirm", "core")]).await;
        assert_eq!(page.to, "/p/engine/depots");
        assert_eq!(admin.get("/p/engine/d/core").await.status, StatusCode::NOT_FOUND);
        assert_eq!(admin.post("/p/engine/settings/delete", &[("confirm", "engine")]).await.to, "/");
        assert_eq!(admin.get("/p/engine").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

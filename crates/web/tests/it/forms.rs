use axum::http::StatusCode;
use base::Read;
use depots::{DepotKey, NewDepot};
use git::ObjectFormat;
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

#[tokio::test]
async fn a_depot_begins_as_its_form_says() {
    each(async |house| {
        let admin = house.signed_in("admin").await;
        admin.post("/projects/new", &[("name", "engine")]).await;
        let form = admin.get("/p/engine/depots/new").await.text;
        for field in ["readme", "licence", "ignore", "template", "like", "object_format"] {
            assert!(form.contains(&format!("name=\"{field}\"")), "{field} is not asked");
        }
        let make = async |name: &str, more: &[(&str, &str)]| {
            let fields = [&[("name", name), ("default_branch", "trunk")], more].concat();
            admin.post("/p/engine/depots/new", &fields).await
        };
        let repository = async |name: &str| {
            let key = DepotKey::Path("mortise", "engine", name);
            let depot = depots::authorise::<Read>(&house.admin, key).await.unwrap();
            depots::repository(&house.test.env, &depot).unwrap()
        };
        let files = |repository: &git::Repository| {
            let head = repository.head().unwrap();
            assert_eq!(head.branch.as_deref(), Some("trunk"));
            let Some(commit) = head.commit else { return Vec::new() };
            let listed = repository.tree(commit, "").unwrap();
            listed.into_iter().map(|entry| entry.name).collect::<Vec<_>>()
        };

        let made = make("empty", &[]).await;
        assert_eq!(made.to, "/p/engine/d/empty", "{}", made.text);
        let empty = repository("empty").await;
        assert_eq!((files(&empty).len(), empty.format()), (0, ObjectFormat::Sha1));

        let all = [
            ("description", "Alles"),
            ("readme", "on"),
            ("licence", "mpl-2.0"),
            ("ignore", "rust"),
            ("object_format", "sha256"),
        ];
        let made = make("full", &all).await;
        assert_eq!(made.to, "/p/engine/d/full", "{}", made.text);
        let full = repository("full").await;
        assert_eq!(files(&full), [".gitignore", "LICENSE", "README.md"]);
        assert_eq!(full.format(), ObjectFormat::Sha256);
        let tip = full.head().unwrap().commit.unwrap();
        assert_eq!(full.file(tip, "README.md", 999).unwrap().data, b"# full\n\nAlles\n");
        let licence = full.file(tip, "LICENSE", 1 << 20).unwrap().data;
        assert!(licence.starts_with(b"Mozilla Public License Version 2.0"));

        make("only", &[("licence", "mit")]).await;
        assert_eq!(files(&repository("only").await), ["LICENSE"]);
        make("skeleton", &[("template", "FLASK"), ("licence", "mit")]).await;
        let skeleton = files(&repository("skeleton").await);
        for name in ["README.md", ".gitignore", "LICENSE", "app"] {
            assert!(skeleton.iter().any(|it| it == name), "{name}: {skeleton:?}");
        }
        // Like another one, whose format is its own affair.
        make("alike", &[("like", "engine/full"), ("object_format", "sha1")]).await;
        let alike = repository("alike").await;
        assert_eq!(files(&alike), [".gitignore", "LICENSE", "README.md"]);
        assert_eq!(alike.format(), ObjectFormat::Sha1);

        // What is not of the lists makes nothing, and what was chosen stays.
        for (field, value) in [
            ("licence", "beer"),
            ("ignore", "cobol"),
            ("template", "PERL"),
            ("like", "engine/none"),
            ("like", "engine/empty"),
            ("like", "nonsense"),
        ] {
            let page = make("wrong", &[(field, value), ("description", "Kept <b>")]).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {}", page.text);
            assert!(page.text.contains(&format!("id=\"f-{field}-fault\"")), "{field}");
            assert!(page.text.contains("Kept &lt;b&gt;"));
        }
        let both = make("wrong", &[("template", "FLASK"), ("like", "engine/full")]).await;
        assert_eq!(both.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(admin.get("/p/engine/d/wrong").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

/// Every page of a depot whose objects have the long names.
#[tokio::test]
async fn pages_of_a_depot_by_sha256() {
    each(async |house| {
        const BASE: &str = "/p/engine/d/core";
        let admin = house.signed_in("admin").await;
        admin.post("/projects/new", &[("name", "engine")]).await;
        let fields = [
            ("name", "core"),
            ("default_branch", "main"),
            ("readme", "on"),
            ("object_format", "sha256"),
        ];
        admin.post("/p/engine/depots/new", &fields).await;
        let made = admin
            .post(
                &format!("{BASE}/new/main"),
                &[("path", "src/a.rs"), ("text", "fn main() {}\r\n")],
            )
            .await;
        assert_eq!(made.to, format!("{BASE}/blob/main/src/a.rs"), "{}", made.text);
        let form = admin.get(&format!("{BASE}/edit/main/src/a.rs")).await.text;
        let (_, seen) = form.split_once("name=\"expected\" value=\"").unwrap();
        let first = seen.split('"').next().unwrap().to_owned();
        assert_eq!(first.len(), 64, "{first}");
        let typed = [("text", "fn main() {\r\n    run();\r\n}\r\n"), ("expected", &*first)];
        let saved = admin.post(&format!("{BASE}/edit/main/src/a.rs"), &typed).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
        let late = admin.post(&format!("{BASE}/edit/main/src/a.rs"), &typed).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        admin.post(&format!("{BASE}/branches/new"), &[("name", "topic"), ("from", &*first)]).await;
        admin
            .post(
                &format!("{BASE}/tags/new"),
                &[("name", "v1"), ("from", "main"), ("message", "One")],
            )
            .await;
        let key = DepotKey::Path("mortise", "engine", "core");
        let depot = depots::authorise::<Read>(&house.admin, key).await.unwrap();
        let tip = depots::repository(&house.test.env, &depot).unwrap().resolve("main").unwrap();
        house.test.run_jobs().await;
        for (page, expected) in [
            (String::new(), "README.md"),
            ("/tree/main/src".to_owned(), "a.rs"),
            ("/blob/main/src/a.rs".to_owned(), "run"),
            (format!("/blob/{first}/src/a.rs"), "main"),
            ("/blame/main/src/a.rs".to_owned(), "run"),
            ("/commits/main".to_owned(), "a.rs"),
            ("/commits/main?path=src/a.rs".to_owned(), "a.rs"),
            (format!("/commit/{tip}"), "run"),
            (format!("/commit/{}", tip.short(12)), "run"),
            ("/branches".to_owned(), "topic"),
            ("/tags".to_owned(), "One"),
            ("/compare?from=topic&to=main".to_owned(), "run"),
            ("/graph/main".to_owned(), "a.rs"),
            ("/contributors".to_owned(), "admin"),
        ] {
            let answer = admin.get(&format!("{BASE}{page}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{page}");
            assert!(answer.text.contains(expected), "{page} does not say {expected}");
        }
        let raw = admin.get(&format!("{BASE}/raw/main/src/a.rs")).await;
        assert_eq!(raw.text, "fn main() {\n    run();\n}\n");
        // A short name that is none, and the name of nothing.
        for none in [&"0".repeat(64), &"0".repeat(40), "zz"] {
            let answer = admin.get(&format!("{BASE}/commit/{none}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{none}");
        }
    })
    .await;
}

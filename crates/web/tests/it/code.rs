use axum::http::{StatusCode, header};
use base::{Administer, Granted, Read};
use depots::{DepotKey, NewDepot};
use git::{FileEdit, Mode, NewCommit, Signature};
use projects::{NewProject, Project};

use crate::browser::{House, each};

/// The repository of [`depot`].
pub(crate) async fn repository(house: &House) -> git::Repository {
    let key = DepotKey::Path("mortise", "engine", "core");
    let depot = depots::authorise::<Read>(&house.admin, key).await.unwrap();
    depots::repository(&house.test.env, &depot).unwrap()
}

/// A further commit on a branch of [`depot`]; `None` removes a file.
pub(crate) async fn commit(
    house: &House,
    branch: &str,
    files: &[(&str, Option<&[u8]>)],
) -> git::Oid {
    let repository = repository(house).await;
    let edits: Vec<FileEdit> = files
        .iter()
        .map(|(path, data)| match data {
            Some(data) => {
                FileEdit::Write { path: (*path).to_owned(), data: data.to_vec(), mode: Mode::File }
            }
            None => FileEdit::Delete { path: (*path).to_owned() },
        })
        .collect();
    let parent = repository.reference(&format!("refs/heads/{branch}")).unwrap();
    let who = Signature {
        name: "Grace".into(),
        mail: "grace@example.com".into(),
        seconds: 1_767_100_000,
        offset_minutes: 0,
    };
    let message = "Go on";
    let new = NewCommit { branch, parent, edits: &edits, author: &who, committer: &who, message };
    repository.create_commit(&new).unwrap()
}

/// A depot `core` in a project `engine` with these files on a branch.
pub(crate) async fn depot(
    house: &House,
    branch: &str,
    files: &[(&str, &str)],
) -> Granted<Project, Administer> {
    let new = NewProject {
        name: "engine".into(),
        display_name: "Engine".into(),
        ..NewProject::default()
    };
    let project = projects::create(&house.admin, new).await.unwrap();
    let named = NewDepot { default_branch: branch.to_owned(), ..NewDepot::named("core") };
    let depot = depots::create(&house.admin, &project.clone().lower(), named).await.unwrap();
    let depot = depots::authorise::<Read>(&house.admin, DepotKey::Id(depot.id)).await.unwrap();
    let repository = depots::repository(&house.test.env, &depot).unwrap();
    let who = Signature {
        name: "Ada".into(),
        mail: "ada@example.com".into(),
        seconds: 1_767_000_000,
        offset_minutes: 0,
    };
    let edits: Vec<FileEdit> = files
        .iter()
        .map(|(path, text)| FileEdit::Write {
            path: (*path).to_owned(),
            data: text.as_bytes().to_vec(),
            mode: Mode::File,
        })
        .collect();
    let commit = NewCommit {
        branch,
        parent: None,
        edits: &edits,
        author: &who,
        committer: &who,
        message: "Begin <b>\n\nWith a body",
    };
    repository.create_commit(&commit).unwrap();
    project
}

#[tokio::test]
async fn branches_with_slashes_and_paths_with_anything() {
    each(async |house| {
        depot(&house, "feature/x", &[("docs/ü b.md", "# Hi"), ("src/main.rs", "fn main() {}\n")])
            .await;
        let admin = house.signed_in("admin").await;
        let page = admin.get("/p/engine/d/core").await;
        assert!(
            page.text.contains("/p/engine/d/core/blob/feature%2Fx/")
                || page.text.contains("/tree/feature%2Fx/docs"),
            "{}",
            page.text
        );
        let page = admin.get("/p/engine/d/core/blob/feature%2Fx/docs/%C3%BC%20b.md").await;
        assert!(page.text.contains("<h1 id=\"md-hi\">Hi"), "{}", page.text);
        let page = admin.get("/p/engine/d/core/blob/feature%2Fx/src/main.rs").await;
        assert!(
            page.text.contains("id=\"L1\"") && page.text.contains("<span class=\"k\">fn</span>")
        );
        let page = admin.get("/p/engine/d/core/commit/feature%2Fx").await;
        assert!(page.text.contains("Begin &lt;b&gt;") && page.text.contains("With a body"));
        assert_eq!(admin.get("/p/engine/d/core/tree/feature%2Fx/src").await.status, StatusCode::OK);
        assert_eq!(
            admin.get("/p/engine/d/core/commits/feature%2Fx?path=src").await.status,
            StatusCode::OK
        );
    })
    .await;
}

#[tokio::test]
async fn what_a_repository_holds_does_not_run() {
    each(async |house| {
    let evil =
        "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))\n";
    depot(
        &house,
        "main",
        &[
            ("README.md", evil),
            ("page.html", "<script>alert(1)</script>"),
            ("pic.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>1</script></svg>"),
        ],
    )
    .await;
    let admin = house.signed_in("admin").await;
    let page = admin.get("/p/engine/d/core").await;
    assert!(
        !page.text.contains("<script>alert")
            && !page.text.contains("onerror")
            && !page.text.contains("javascript:")
    );
    let page = admin.get("/p/engine/d/core/blob/main/page.html").await;
    assert!(!page.text.contains("<script>alert"));
    for file in ["page.html", "pic.svg", "README.md"] {
        let page = admin.get(&format!("/p/engine/d/core/raw/main/{file}")).await;
        assert!(
            page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("sandbox")
        );
        assert_eq!(page.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_ne!(page.headers[header::CONTENT_TYPE], "text/html");
    }
    })
    .await;
}

#[tokio::test]
async fn an_empty_depot_says_how_to_fill_it() {
    each(async |house| {
        let admin = house.signed_in("admin").await;
        admin.post("/projects/new", &[("name", "engine")]).await;
        let page = admin
            .post("/p/engine/depots/new", &[("name", "core"), ("default_branch", "trunk")])
            .await;
        assert_eq!(page.to, "/p/engine/d/core");
        let page = admin.get("/p/engine/d/core").await;
        assert!(
            page.text
                .contains("git remote add origin http://mortise.test:8080/mortise/engine/core.git"),
            "{}",
            page.text
        );
        assert!(page.text.contains("git push -u origin HEAD:trunk"));
    })
    .await;
}

#[tokio::test]
async fn an_import_shows_how_far_it_is_and_leads_on() {
    each(async |house| {
        depot(&house, "main", &[("README.md", "# Original")]).await;
        let repository = house.test.env.data_dir.join("repositories");
        let found = std::process::Command::new("find")
            .arg(&repository)
            .args(["-name", "*.git", "-type", "d"])
            .output()
            .unwrap();
        let path = String::from_utf8(found.stdout).unwrap().trim().to_owned();
        let admin = house.signed_in("admin").await;
        let page = admin.post("/p/engine/depots/import", &[("url", "ftp://x")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text.contains("id=\"f-url-fault\""));
        let page = admin
            .post(
                "/p/engine/depots/import",
                &[("url", &format!("file://{path}")), ("name", "copy")],
            )
            .await;
        assert_eq!(page.to, "/p/engine/d/copy", "{}", page.text);
        assert!(
            admin.get("/p/engine/d/copy").await.text.contains("data-live=\"/p/engine/d/copy\"")
        );
        house.test.run_jobs().await;
        assert!(admin.get("/p/engine/d/copy").await.text.contains("Original"));
    })
    .await;
}

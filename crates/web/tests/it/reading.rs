//! Depots in every state that a reader meets: archived, empty, full, and with
//! files that stand for others.

use axum::http::{StatusCode, header};
use base::Write;
use depots::{DepotKey, NewDepot, lfs};

use crate::{
    browser::{House, each},
    code::{commit, depot, repository},
};

const BASE: &str = "/p/engine/d/core";

async fn writable(house: &House) -> base::Granted<depots::Depot, Write> {
    let key = DepotKey::Path("mortise", "engine", "core");
    depots::authorise::<Write>(&house.admin, key).await.unwrap()
}

#[tokio::test]
async fn an_archived_depot_is_read_and_not_written() {
    each(async |house| {
        depot(&house, "main", &[("README.md", "# Hi"), ("src/a.rs", "fn a() {}\n")]).await;
        let admin = house.signed_in("admin").await;
        let fields = [("archived", "yes")];
        let sent = admin.post(&format!("{BASE}/settings/archive"), &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        for page in [
            "",
            "/tree/main/src",
            "/blob/main/src/a.rs",
            "/commit/main",
            "/branches",
            "/tags",
            "/releases",
            "/settings",
            "/settings/branches",
            "/settings/deploy-keys",
        ] {
            let page = admin.get(&format!("{BASE}{page}")).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.text);
            for way in ["/new/main", "/edit/main", "/branches/new", "/tags/new", "/releases/new"] {
                assert!(!page.text.contains(&format!("href=\"{BASE}{way}")), "{way}");
            }
        }
        let list = admin.get("/p/engine/depots").await;
        assert!(list.text.contains(">archived</span>"), "{}", list.text);
        // Whoever tries nevertheless is told why, in the reader's language.
        let mut reader = admin.clone();
        reader.cookie = format!("{}; lang=zh", reader.cookie);
        let page = reader.get(&format!("{BASE}/new/main")).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(
            page.text.contains("已归档") && !page.text.contains("the depot is in"),
            "{}",
            page.text
        );
    })
    .await;
}

#[tokio::test]
async fn the_first_commit_is_made_in_the_browser() {
    each(async |house| {
        let project = depot(&house, "main", &[("a", "b")]).await;
        let named = NewDepot { default_branch: "trunk".to_owned(), ..NewDepot::named("bare") };
        depots::create(&house.admin, &project.lower(), named).await.unwrap();
        let admin = house.signed_in("admin").await;
        let page = admin.get("/p/engine/d/bare").await;
        assert!(page.text.contains("href=\"/p/engine/d/bare/new/trunk\""), "{}", page.text);
        // A first tag or a comparison needs a commit.
        let page = admin.get("/p/engine/d/bare/tags").await;
        assert!(!page.text.contains("/tags/new"), "{}", page.text);
        assert_eq!(admin.get("/p/engine/d/bare/compare").await.status, StatusCode::OK);
        let other = admin.get("/p/engine/d/bare/new/other").await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
        let form = admin.get("/p/engine/d/bare/new/trunk").await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.text);
        assert!(!form.text.contains("name=\"target\""), "there is one branch to choose");
        let typed = [("path", "README.md"), ("text", "# Bare\n"), ("expected", "")];
        let made = admin.post("/p/engine/d/bare/new/trunk", &typed).await;
        assert_eq!(made.to, "/p/engine/d/bare/blob/trunk/README.md", "{}", made.text);
        let page = admin.get("/p/engine/d/bare").await;
        assert!(page.text.contains("README.md") && page.text.contains("role=\"search\""));
    })
    .await;
}

#[tokio::test]
async fn a_pointer_leads_to_the_file_that_it_stands_for() {
    each(async |house| {
        let content = b"\x89PNG large";
        let oid = "1c3b1ae3a3a0e8a56fa0fcce8a4a0b1c2d3e4f5061728394a5b6c7d8e9f00112";
        let pointer = |oid: &str, size: usize| {
            format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n")
        };
        let there = blob_name(content);
        let (here, gone) = (pointer(&there, content.len()), pointer(oid, 5));
        depot(&house, "main", &[("a.png", &here), ("gone.bin", &gone)]).await;
        let object = lfs::Object::new(&there, i64::try_from(content.len()).unwrap()).unwrap();
        lfs::store(&house.admin, &writable(&house).await, &object, &content[..]).await.unwrap();
        let admin = house.signed_in("admin").await;
        let page = admin.get(&format!("{BASE}/blob/main/a.png")).await;
        assert!(
            page.text.contains(&format!("<img src=\"{BASE}/raw/main/a.png\"")),
            "{}",
            page.text
        );
        let raw = admin.get(&format!("{BASE}/raw/main/a.png")).await;
        assert_eq!(raw.headers[header::CONTENT_TYPE], "image/png");
        assert_eq!(raw.headers[header::CONTENT_LENGTH], content.len().to_string());
        assert!(raw.text.ends_with("PNG large"), "{}", raw.text);
        let raw = admin.get(&format!("{BASE}/raw/main/a.png?pointer=1")).await;
        assert!(raw.text.starts_with("version "), "{}", raw.text);
        // What nobody has sent is said to be missing; the pointer is what there is.
        let page = admin.get(&format!("{BASE}/blob/main/gone.bin")).await;
        assert!(page.text.contains("does not hold it"), "{}", page.text);
        let raw = admin.get(&format!("{BASE}/raw/main/gone.bin")).await;
        assert!(raw.text.starts_with("version "), "{}", raw.text);
    })
    .await;
}

/// The SHA-256 of some bytes.
fn blob_name(content: &[u8]) -> String {
    use std::io::Write as _;
    let mut sum = std::process::Command::new("sha256sum")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    sum.stdin.take().unwrap().write_all(content).unwrap();
    let said = sum.wait_with_output().unwrap().stdout;
    String::from_utf8(said).unwrap()[..64].to_owned()
}

#[tokio::test]
async fn raw_files_say_what_they_are() {
    each(async |house| {
        depot(&house, "main", &[("page.html", "<script>alert(1)</script>\n"), ("a.svg", "<svg/>")])
            .await;
        let files: &[(&str, Option<&[u8]>)] = &[
            ("gbk.txt", Some(b"\xd6\xd0\xce\xc4\n")),
            ("doc.pdf", Some(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")),
            ("crlf.txt", Some(b"a\r\nb\r\n")),
        ];
        commit(&house, "main", files).await;
        commit(&house, "main", &[("crlf.txt", Some(b"a\nB\r\n"))]).await;
        let admin = house.signed_in("admin").await;
        for (file, kind) in [
            ("page.html", "text/plain; charset=utf-8"),
            ("a.svg", "image/svg+xml"),
            ("gbk.txt", "text/plain; charset=gb18030"),
            ("doc.pdf", "application/octet-stream"),
        ] {
            let raw = admin.get(&format!("{BASE}/raw/main/{file}")).await;
            assert_eq!(raw.headers[header::CONTENT_TYPE], kind);
            assert_eq!(raw.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            let policy = raw.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"));
        }
        // Browsers take a carriage return for the end of a line.
        let page = admin.get(&format!("{BASE}/commit/main")).await;
        assert!(page.text.contains("CR</span>") && !page.text.contains('\r'), "{}", page.text);
        let page = admin.get(&format!("{BASE}/blob/main/crlf.txt?wrap=1")).await;
        assert!(page.text.contains("class=\"wrapped\""), "{}", page.text);
    })
    .await;
}

#[tokio::test]
async fn checks_stand_beside_commits() {
    each(async |house| {
        depot(&house, "main", &[("a", "b")]).await;
        let repository = repository(&house).await;
        let id = repository.resolve("main").unwrap().to_string();
        for (context, state) in [("build", "success"), ("lint", "error")] {
            let new = depots::statuses::NewStatus {
                commit: id.clone(),
                state: state.parse().unwrap(),
                context: context.to_owned(),
                description: String::new(),
                target_url: String::new(),
            };
            depots::statuses::report(&house.admin, &writable(&house).await, new).await.unwrap();
        }
        let admin = house.signed_in("admin").await;
        let mark = format!("href=\"{BASE}/commit/{id}#checks\"");
        for page in ["", "/commits/main"] {
            let page = admin.get(&format!("{BASE}{page}")).await;
            assert!(page.text.contains(&mark), "{}", page.text);
        }
        let page = admin.get(&format!("{BASE}/commit/main")).await;
        assert!(page.text.contains("1 of 2 checks passed"), "{}", page.text);
        assert!(page.text.contains("id=\"checks\""), "{}", page.text);
    })
    .await;
}

#[tokio::test]
async fn a_full_depot_says_so_to_whoever_pushes() {
    each(async |house| {
        depot(&house, "main", &[("a", "b")]).await;
        let admin = house.signed_in("admin").await;
        assert!(!admin.get(BASE).await.text.contains("quota"));
        let key = DepotKey::Path("mortise", "engine", "core");
        let granted = depots::authorise::<base::Administer>(&house.admin, key).await.unwrap();
        depots::rules::set_quota(&house.admin, &granted, Some(10)).await.unwrap();
        assert!(admin.get(BASE).await.text.contains("The quota of this depot is used up"));
    })
    .await;
}

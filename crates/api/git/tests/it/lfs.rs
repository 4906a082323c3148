//! Large files and archives, with git-lfs' own client and with curl.

use std::path::Path;

use api_git::ssh::Limits;
use base::Administer;
use depots::{DepotKey, NewDepot};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::server::{Server, commit, each, fail, noise, run};
use crate::ssh::Ssh;

/// The address that answers name, by way of the server that is really there.
fn proxy(server: &Server) -> String {
    format!("http.proxy=http://{}", server.address)
}

fn url(token: &str) -> String {
    format!("http://me:{token}@mortise.test:8080/makers/web/site.git")
}

/// A working copy with LFS for `*.bin`, and one such file.
async fn tracked(server: &Server, name: &str, data: &[u8]) -> std::path::PathBuf {
    let work = server.work(name).await;
    for setting in
        [["http.proxy", &proxy(server)["http.proxy=".len()..]], ["lfs.locksverify", "true"]]
    {
        run(&work, &["config", setting[0], setting[1]]).await;
    }
    run(&work, &["lfs", "install", "--local"]).await;
    run(&work, &["lfs", "track", "*.bin"]).await;
    commit(&work, "large.bin", data).await;
    work
}

/// Status, type and body of a request.
async fn curl(server: &Server, path: &str, more: &[&str]) -> (u16, String, Vec<u8>) {
    let output = Command::new("curl")
        .args(["-sS", "-o", "-", "-w", "\n%{http_code} %{content_type}"])
        .args(more)
        .arg(format!("http://{}{path}", server.address))
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let end = output.stdout.iter().rposition(|byte| *byte == b'\n').unwrap();
    let told = String::from_utf8_lossy(&output.stdout[end + 1..]).into_owned();
    let (status, kind) = told.split_once(' ').unwrap();
    (status.parse().unwrap(), kind.to_owned(), output.stdout[..end].to_vec())
}

const LFS: &str = "/makers/web/site.git/info/lfs";

/// Status and answer of a request in JSON.
async fn ask(server: &Server, token: &str, path: &str, body: &Value) -> (u16, Value) {
    let (user, body) = (format!("me:{token}"), body.to_string());
    let options = ["-u", &user, "-H", "Content-Type: application/vnd.git-lfs+json", "-d", &body];
    let options = if token.is_empty() { &options[2..] } else { &options[..] };
    let (status, kind, body) = curl(server, &format!("{LFS}{path}"), options).await;
    assert_eq!(kind, "application/vnd.git-lfs+json", "{}", String::from_utf8_lossy(&body));
    (status, serde_json::from_slice(&body).unwrap())
}

async fn there_and_back(server: &Server, work: &Path, url: &str, reader: &[&str]) {
    run(work, &["push", "-q", url, "main"]).await;
    let proxy = proxy(server);
    let clone = [reader, &["-c", &proxy, "clone", "-q", url, "clone"]].concat();
    run(server.dir.path(), &clone).await;
    let clone = server.dir.path().join("clone");
    let pointer = std::fs::read_to_string(clone.join("large.bin")).unwrap();
    assert!(pointer.starts_with("version https://git-lfs.github.com/spec/v1"), "{pointer}");
    run(&clone, &["lfs", "install", "--local"]).await;
    run(&clone, &[reader, &["-c", &proxy, "lfs", "pull", "origin"]].concat()).await;
    let (sent, got) = (work.join("large.bin"), clone.join("large.bin"));
    assert_eq!(std::fs::read(sent).unwrap(), std::fs::read(got).unwrap());
    run(&clone, &["lfs", "fsck"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_there_and_back_over_http() {
    each(async |server| {
        let data = noise(3_000_000, 1);
        let work = tracked(server, "work", &data).await;
        let url = url(&server.ann);
        there_and_back(server, &work, &url, &[]).await;
        let depot = server.granted().await;
        let held = depots::lfs::bytes(server.test.env.db.reader(), depot.id).await.unwrap();
        assert_eq!(held, 3_000_000);
        // A reader gets them, and adds none.
        let reading = format!("http://me:{}@mortise.test:8080/makers/web/site.git", server.gus);
        run(&work, &["lfs", "fetch", &reading, "main"]).await;
        commit(&work, "more.bin", b"more").await;
        let denied = fail(&work, &["push", &reading, "main"]).await;
        assert!(denied.contains("right to write the depot"), "{denied}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_there_and_back_over_ssh() {
    each(async |server| {
        let ssh = Ssh::start(server, Limits::default()).await;
        let work = tracked(server, "work", &noise(2_000_000, 2)).await;
        run(&work, &["config", "core.sshCommand", &ssh.client("ann")]).await;
        there_and_back(server, &work, &ssh.url(), &["-c", &ssh.as_("gus")]).await;
        // What a reader is given is not good for sending.
        let asked =
            ssh.ssh("gus", "git", &["git-lfs-authenticate makers/web/site.git download"]).await;
        let way: Value = serde_json::from_slice(&asked.stdout).unwrap();
        assert_eq!(way["href"], "http://mortise.test:8080/makers/web/site.git/info/lfs");
        let shown = format!("Authorization: {}", way["header"]["Authorization"].as_str().unwrap());
        let oid = "a".repeat(64);
        let asking = |operation: &str| {
            json!({ "operation": operation, "objects": [{ "oid": oid, "size": 1 }] }).to_string()
        };
        let batch = format!("{LFS}/objects/batch");
        let (status, _, _) = curl(server, &batch, &["-H", &shown, "-d", &asking("download")]).await;
        assert_eq!(status, 200);
        let (status, _, _) = curl(server, &batch, &["-H", &shown, "-d", &asking("upload")]).await;
        assert_eq!(status, 403);
        let (status, _, _) =
            curl(server, "/makers/web/site.git/info/refs?service=git-upload-pack", &["-H", &shown])
                .await;
        assert_eq!(status, 401, "good for nothing else");
        let denied =
            ssh.ssh("gus", "git", &["git-lfs-authenticate makers/web/site.git upload"]).await;
        assert!(!denied.status.success());
        // Nor is it good after its time.
        server.test.clock.advance(std::time::Duration::from_secs(31 * 60));
        let (status, _, _) = curl(server, &batch, &["-H", &shown, "-d", &asking("download")]).await;
        assert_eq!(status, 401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn locks_keep_others_out() {
    each(async |server| {
        let work = tracked(server, "work", b"one").await;
        let url = url(&server.ann);
        run(&work, &["remote", "add", "origin", &url]).await;
        run(&work, &["push", "-q", "origin", "main"]).await;
        run(&work, &["lfs", "lock", "large.bin"]).await;
        let listed = run(&work, &["lfs", "locks"]).await;
        assert!(listed.contains("large.bin") && listed.contains("ann"), "{listed}");
        let (status, taken) =
            ask(server, &server.ann, "/locks", &json!({ "path": "large.bin" })).await;
        assert_eq!((status, taken["lock"]["owner"]["name"].as_str()), (409, Some("ann")));
        let id = taken["lock"]["id"].as_str().unwrap().to_owned();

        // Another member of the project sees it as somebody else's.
        let carl = server.call("carl").await;
        let ann = server.call("ann").await;
        let key = projects::ProjectKey::Name("web");
        let web = projects::authorise::<Administer>(&ann, key).await.unwrap();
        let role = projects::ProjectRole::Member;
        projects::members::add(&ann, &web, &["carl".to_owned()], role).await.unwrap();
        let carl = crate::server::token(&carl, base::Scopes::EVERYTHING).await;
        let (_, seen) = ask(server, &carl, "/locks/verify", &json!({})).await;
        assert_eq!(
            (seen["ours"].as_array().unwrap().len(), &seen["theirs"][0]["id"]),
            (0, &json!(id))
        );
        let (_, seen) = ask(server, &server.ann, "/locks/verify", &json!({ "limit": 1 })).await;
        assert_eq!(seen["ours"][0]["path"], "large.bin");
        let unlock = format!("/locks/{id}/unlock");
        assert_eq!(ask(server, &carl, &unlock, &json!({})).await.0, 409);
        assert_eq!(ask(server, &carl, &unlock, &json!({ "force": true })).await.0, 403);
        assert_eq!(ask(server, &server.gus, &unlock, &json!({})).await.0, 403);
        assert_eq!(ask(server, &server.gus, "/locks/verify", &json!({})).await.0, 403);
        // An administrator may insist.
        let (status, made) = ask(server, &carl, "/locks", &json!({ "path": "a b.bin" })).await;
        assert_eq!(status, 201, "{made}");
        let by_force = format!("/locks/{}/unlock", made["lock"]["id"].as_str().unwrap());
        assert_eq!(ask(server, &server.ann, &by_force, &json!({ "force": true })).await.0, 200);
        run(&work, &["lfs", "unlock", "large.bin"]).await;
        assert_eq!(run(&work, &["lfs", "locks"]).await, "");
        for path in ["", "/etc/passwd", "a/../b", ".git/config", "a\nb"] {
            let (status, refused) = ask(server, &carl, "/locks", &json!({ "path": path })).await;
            assert_eq!(status, 422, "{path:?}: {refused}");
        }
        for path in ["one", "two", "three"] {
            ask(server, &carl, "/locks", &json!({ "path": path })).await;
        }
        let user = format!("me:{}", server.gus);
        let (_, _, page) = curl(server, &format!("{LFS}/locks?limit=2"), &["-u", &user]).await;
        let page: Value = serde_json::from_slice(&page).unwrap();
        assert_eq!(page["locks"].as_array().unwrap().len(), 2);
        let next = page["next_cursor"].as_str().unwrap();
        let rest = format!("{LFS}/locks?cursor={next}&limit=2");
        let (_, _, page) = curl(server, &rest, &["-u", &user]).await;
        let page: Value = serde_json::from_slice(&page).unwrap();
        assert_eq!(page["locks"][0]["path"], "three");
        assert!(page.get("next_cursor").is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn content_is_checked_and_belongs_to_its_depot() {
    each(async |server| {
        // sha256("hello world")
        let oid = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
        let object = json!({ "oid": oid, "size": 11 });
        let batch =
            |operation: &str| json!({ "operation": operation, "objects": [object.clone()] });
        let (status, told) = ask(server, &server.ann, "/objects/batch", &batch("upload")).await;
        assert_eq!(status, 200);
        let upload = &told["objects"][0]["actions"]["upload"];
        assert_eq!(upload["href"], format!("http://mortise.test:8080{LFS}/objects/{oid}/11"));
        let (user, at) = (format!("me:{}", server.ann), format!("{LFS}/objects/{oid}"));
        let put = async |user: &str, size: u64, data: &str| {
            let to = format!("{at}/{size}");
            curl(server, &to, &["-u", user, "-X", "PUT", "--data-binary", data]).await.0
        };
        for (size, data) in
            [(11, "hello wor"), (11, "hello worle"), (11, "hello world!"), (9, "hello world")]
        {
            assert_eq!(put(&user, size, data).await, 422, "{data}");
        }
        let reader = format!("me:{}", server.gus);
        assert_eq!(put(&reader, 11, "hello world").await, 403);
        assert_eq!(ask(server, &server.ann, "/verify", &object).await.0, 404);
        let (_, told) = ask(server, &server.gus, "/objects/batch", &batch("download")).await;
        assert_eq!(told["objects"][0]["error"]["code"], 404);
        assert_eq!(put(&user, 11, "hello world").await, 200);
        assert_eq!(put(&user, 11, "hello world").await, 200);
        assert_eq!(ask(server, &server.ann, "/verify", &object).await.0, 200);
        assert_eq!(
            ask(server, &server.ann, "/verify", &json!({ "oid": oid, "size": 12 })).await.0,
            404
        );
        let (_, told) = ask(server, &server.ann, "/objects/batch", &batch("upload")).await;
        assert!(told["objects"][0].get("actions").is_none(), "{told}");

        let get = async |path: &str, more: &[&str]| {
            let (status, _, body) =
                curl(server, path, &[&["-u", &reader][..], more].concat()).await;
            (status, String::from_utf8(body).unwrap())
        };
        assert_eq!(get(&at, &[]).await, (200, "hello world".to_owned()));
        assert_eq!(get(&at, &["-r", "6-"]).await, (206, "world".to_owned()));
        assert_eq!(get(&at, &["-r", "0-4"]).await, (206, "hello".to_owned()));
        assert_eq!(get(&at, &["-r", "11-"]).await.0, 416);

        // Another depot does not hold it, though the content is there.
        let ann = server.call("ann").await;
        let key = projects::ProjectKey::Name("web");
        let web = projects::authorise::<base::Write>(&ann, key).await.unwrap();
        let other = depots::create(&ann, &web, NewDepot::named("other")).await.unwrap();
        let elsewhere = at.replace("/site.git", "/other.git");
        assert_eq!(get(&elsewhere, &[]).await.0, 404);

        // It goes a week after the last depot that holds it, and not before.
        let to = format!("{elsewhere}/11");
        let sent =
            curl(server, &to, &["-u", &user, "-X", "PUT", "--data-binary", "hello world"]).await;
        assert_eq!(sent.0, 200);
        let env = &server.test.env;
        let lies = || {
            let (a, b) = (&oid[..2], &oid[2..4]);
            env.data_dir.join(format!("blobs/lfs/sha256/{a}/{b}/{oid}")).exists()
        };
        let delete = async |id| {
            let depot = depots::authorise::<Administer>(&ann, DepotKey::Id(id)).await.unwrap();
            depots::delete(&ann, depot).await.unwrap();
        };
        let sweep = async || {
            let tx = env.db.begin().await.unwrap();
            env.jobs.enqueue(&tx, &depots::Sweep).await.unwrap();
            tx.commit().await.unwrap();
            server.test.run_jobs().await;
        };
        delete(other.id).await;
        server.test.clock.advance(std::time::Duration::from_secs(8 * 24 * 60 * 60));
        sweep().await;
        assert!(lies(), "the first depot still holds it");
        delete(server.depot.id).await;
        sweep().await;
        assert!(lies(), "not at once");
        server.test.clock.advance(std::time::Duration::from_secs(8 * 24 * 60 * 60));
        sweep().await;
        assert!(!lies());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_said_in_the_clients_form() {
    each(async |server| {
        let object = json!({ "oid": "a".repeat(64), "size": 1 });
        let (status, refused) = ask(server, "", "/objects/batch", &json!({})).await;
        assert_eq!(status, 401);
        assert!(refused["message"].is_string() && refused["documentation_url"].is_string());
        let (status, hidden) = ask(server, &server.bob, "/objects/batch", &json!({})).await;
        assert_eq!((status, hidden["message"].as_str()), (404, Some("depot not found")));
        for (body, expected) in [
            (json!({}), 422),
            (json!([]), 422),
            (json!({ "operation": "both", "objects": [] }), 422),
            (json!({ "operation": "download", "objects": [{ "oid": 1 }] }), 422),
            (json!({ "operation": "download", "transfers": ["ssh"], "objects": [object] }), 422),
            (json!({ "operation": "download", "hash_algo": "sha1", "objects": [object] }), 409),
            (json!({ "operation": "download", "objects": vec![object.clone(); 1001] }), 413),
            (json!({ "operation": "download", "transfers": ["ssh", "basic"], "objects": [] }), 200),
        ] {
            let (status, answer) = ask(server, &server.ann, "/objects/batch", &body).await;
            assert_eq!(status, expected, "{answer}");
        }
        for (oid, size) in [("A".repeat(64), 1), ("../../etc".to_owned(), 1), ("a".repeat(64), -1)]
        {
            let body = json!({ "operation": "upload", "objects": [{ "oid": oid, "size": size }] });
            let (status, told) = ask(server, &server.ann, "/objects/batch", &body).await;
            assert_eq!(
                (status, &told["objects"][0]["error"]["code"]),
                (200, &json!(422)),
                "{told}"
            );
        }
        let user = format!("me:{}", server.ann);
        let at = format!("{LFS}/objects/..%2f..%2fetc%2fpasswd");
        assert_eq!(curl(server, &at, &["-u", &user]).await.0, 404);
        let at = format!("{at}/1");
        assert_eq!(curl(server, &at, &["-u", &user, "-X", "PUT", "-d", "x"]).await.0, 422);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_revision_is_had_as_one_file() {
    each(async |server| {
        let work = server.work("work").await;
        commit(&work, "a.txt", b"1\n").await;
        std::os::unix::fs::symlink("/etc/passwd", work.join("link")).unwrap();
        let tip = commit(&work, "b.txt", b"2\n").await;
        run(&work, &["tag", "v1"]).await;
        run(&work, &["push", "-q", &server.url(&server.ann), "main", "main:feature/x", "v1"]).await;
        let user = format!("me:{}", server.gus);
        let at = |file: &str| format!("/makers/web/site/archive/{file}");
        let dir = server.dir.path();
        for (file, kind, directory) in [
            ("main.tar.gz", "application/gzip", "site-main"),
            ("feature/x.tar", "application/x-tar", "site-feature-x"),
            ("v1.zip", "application/zip", "site-v1"),
            ("refs/tags/v1.tar.gz", "application/gzip", "site-v1"),
            (&format!("{tip}.tar"), "application/x-tar", &format!("site-{tip}")),
        ] {
            let (status, told, body) = curl(server, &at(file), &["-u", &user]).await;
            assert_eq!((status, told.as_str()), (200, kind), "{file}");
            std::fs::write(dir.join("archive"), body).unwrap();
            if !kind.contains("zip") || kind.contains("gzip") {
                let listed =
                    Command::new("tar").arg("-tvf").arg(dir.join("archive")).output().await;
                let listed = String::from_utf8_lossy(&listed.unwrap().stdout).into_owned();
                assert!(listed.contains(&format!("{directory}/a.txt")), "{listed}");
                // A link stays a link.
                assert!(listed.contains(&format!("{directory}/link -> /etc/passwd")), "{listed}");
            }
        }
        let tag = format!("If-None-Match: W/\"x\", \"{tip}.zip\"");
        assert_eq!(curl(server, &at("main.zip"), &["-u", &user, "-H", &tag]).await.0, 304);
        let (_, _, heads) = curl(server, &at("main.zip"), &["-u", &user, "-I"]).await;
        let heads = String::from_utf8_lossy(&heads).to_ascii_lowercase();
        assert!(heads.contains("filename=\"site-main.zip\"") && heads.contains("etag:"), "{heads}");
        for file in [
            "none.zip",
            "main.rar",
            "refs/internal/x.zip",
            "--output=x.zip",
            "main:a.txt.tar",
            ".zip",
        ] {
            assert_eq!(curl(server, &at(file), &["-u", &user]).await.0, 404, "{file}");
        }
        let stranger = format!("me:{}", server.bob);
        assert_eq!(curl(server, &at("main.zip"), &["-u", &stranger]).await.0, 404);
        assert_eq!(curl(server, &at("main.zip"), &[]).await.0, 401);
    })
    .await;
}

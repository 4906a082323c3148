//! Commits, branches and tags made on pages.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use crate::{
    browser::each,
    code::{commit, depot, repository},
};

const BASE: &str = "/p/engine/d/core";

fn text(repository: &git::Repository, rev: &str, path: &str) -> String {
    let blob = repository.file(repository.resolve(rev).unwrap(), path, 1 << 20).unwrap();
    String::from_utf8(blob.data).unwrap()
}

fn expected(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"expected\" value=\"").unwrap();
    rest[..40].to_owned()
}

#[tokio::test]
async fn a_file_is_made_changed_renamed_and_deleted() {
    each(async |house| {
        depot(&house, "main", &[("crlf.txt", "a\r\nb\r\n")]).await;
        let repository = repository(&house).await;
        let admin = house.signed_in("admin").await;
        let page = admin.get(&format!("{BASE}/new/main/docs")).await;
        assert!(page.text.contains("value=\"docs/\""), "{}", page.text);
        let made = admin
            .post(
                &format!("{BASE}/new/main/docs"),
                &[("path", "docs/ü/x.md"), ("text", "# Hi\r\n<b>\r\n")],
            )
            .await;
        assert_eq!(made.to, format!("{BASE}/blob/main/docs/%C3%BC/x.md"), "{}", made.text);
        assert_eq!(text(&repository, "main", "docs/ü/x.md"), "# Hi\n<b>\n");
        let tip = repository.commit(repository.resolve("main").unwrap()).unwrap();
        assert_eq!(tip.summary(), "Create docs/ü/x.md");

        // The ends of its lines stay; the message is what was typed.
        let form = admin.get(&format!("{BASE}/edit/main/crlf.txt")).await;
        let seen = expected(&form.text);
        let typed = [("text", "a\r\nb\r\nc\r\n"), ("message", "Add c"), ("expected", &seen)];
        let saved = admin.post(&format!("{BASE}/edit/main/crlf.txt"), &typed).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
        assert_eq!(text(&repository, "main", "crlf.txt"), "a\r\nb\r\nc\r\n");

        let moved = admin
            .post(
                &format!("{BASE}/rename/main/crlf.txt"),
                &[("path", "sub/crlf.txt"), ("target", "new"), ("new_branch", "topic")],
            )
            .await;
        assert_eq!(moved.to, format!("{BASE}/blob/topic/sub/crlf.txt"), "{}", moved.text);
        assert_eq!(text(&repository, "main", "crlf.txt"), "a\r\nb\r\nc\r\n", "main stays");
        let gone = admin.post(&format!("{BASE}/delete/topic/sub/crlf.txt"), &[]).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.text);
        assert!(repository.entry(repository.resolve("topic").unwrap(), "sub").is_err());
        // What cannot be: a file that is there, a path that leads outside.
        for path in ["crlf.txt", "../x", ".git/config", "a//b", ""] {
            let page = admin
                .post(&format!("{BASE}/new/main"), &[("path", path), ("text", "kept <i>")])
                .await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
            assert!(page.text.contains("kept &lt;i&gt;"), "{path}: {}", page.text);
        }
    })
    .await;
}

#[tokio::test]
async fn a_text_is_seen_before_it_is_committed() {
    each(async |house| {
        depot(&house, "main", &[("docs/a.md", "# Old\n"), ("run.py", "a = 1\r\nb = 2\r\n")]).await;
        let mut admin = house.signed_in("admin").await;
        let new = format!("{BASE}/new/main/docs");
        let typed = [
            ("path", "docs/b.md"),
            ("text", "# Hi\n\n[a](a.md) <script>x</script>"),
            ("message", "kept"),
            ("preview", "1"),
        ];
        let page = admin.post(&new, &typed).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let drawn = format!("href=\"{BASE}/blob/main/docs/a.md\"");
        assert!(page.text.contains("id=\"md-hi\"") && page.text.contains(&drawn), "{}", page.text);
        assert!(page.text.contains(">kept</textarea>") && !page.text.contains("<script>x"));
        // Of what is no Markdown the difference is shown, whatever ends the form's lines have.
        let edit = format!("{BASE}/edit/main/run.py");
        let changed = [("text", "a = 1\r\nb = <3>\r\n"), ("preview", "1")];
        let page = admin.post(&edit, &changed).await;
        assert!(page.text.contains("@@ -1,2 +1,2 @@"), "{}", page.text);
        assert!(!page.text.contains("class=\"say\""), "{}", page.text);
        admin.extra.push(("x-part", "1".to_owned()));
        let part = admin.post(&edit, &changed).await;
        assert!(part.text.contains("data-part") && !part.text.contains("<form"), "{}", part.text);
        let repository = repository(&house).await;
        assert_eq!(
            text(&repository, "main", "run.py"),
            "a = 1\r\nb = 2\r\n",
            "nothing is committed"
        );
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_is_kept_when_the_branch_moves() {
    each(async |house| {
        depot(&house, "main", &[("a.txt", "1\n"), ("b.txt", "1\n")]).await;
        let repository = repository(&house).await;
        let admin = house.signed_in("admin").await;
        let seen = expected(&admin.get(&format!("{BASE}/edit/main/a.txt")).await.text);
        // Another file has changed: no matter.
        commit(&house, "main", &[("b.txt", Some(b"2\n"))]).await;
        let form = [("text", "mine\r\n"), ("expected", seen.as_str())];
        let saved = admin.post(&format!("{BASE}/edit/main/a.txt"), &form).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
        assert_eq!(text(&repository, "main", "b.txt"), "2\n");
        // This file has changed.
        commit(&house, "main", &[("a.txt", Some(b"theirs\n"))]).await;
        let form =
            [("text", "mine <again>\r\n"), ("expected", seen.as_str()), ("message", "Keep me")];
        let page = admin.post(&format!("{BASE}/edit/main/a.txt"), &form).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.text.contains("mine &lt;again&gt;") && page.text.contains("Keep me"));
        assert!(page.text.contains(&format!("from={seen}")), "{}", page.text);
        assert_eq!(text(&repository, "main", "a.txt"), "theirs\n");
        let form = [form[0], form[1], ("over", "1")];
        let saved = admin.post(&format!("{BASE}/edit/main/a.txt"), &form).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
        assert_eq!(text(&repository, "main", "a.txt"), "mine <again>\n");
    })
    .await;
}

#[tokio::test]
async fn files_are_uploaded() {
    each(async |house| {
        depot(&house, "main", &[("a", "1\n")]).await;
        let admin = house.signed_in("admin").await;
        let body = "--x\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\nPictures\r\n\
            --x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"C:\\pics\\p.png\"\r\n\r\n\0\x01\r\n\
            --x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"b.txt\"\r\n\r\nB\r\n--x--\r\n";
        let request = Request::post(format!("{BASE}/upload/main/pics"))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        let page = admin.send(request).await;
        assert_eq!(page.to, format!("{BASE}/tree/main/pics"), "{}", page.text);
        let repository = repository(&house).await;
        let tip = repository.resolve("main").unwrap();
        assert_eq!(repository.commit(tip).unwrap().summary(), "Pictures");
        assert_eq!(repository.file(tip, "pics/p.png", 9).unwrap().data, b"\0\x01");
        assert_eq!(text(&repository, "main", "pics/b.txt"), "B");
    })
    .await;
}

#[tokio::test]
async fn branches_and_tags_come_and_go() {
    each(async |house| {
        depot(&house, "main", &[("a", "1\n")]).await;
        let repository = repository(&house).await;
        let admin = house.signed_in("admin").await;
        let made = admin
            .post(&format!("{BASE}/branches/new"), &[("name", "topic/x"), ("from", "main")])
            .await;
        assert_eq!(made.to, format!("{BASE}/tree/topic%2Fx"), "{}", made.text);
        let again = admin
            .post(&format!("{BASE}/branches/new"), &[("name", "topic/x"), ("from", "main")])
            .await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text.contains("value=\"topic/x\""));
        let made = admin
            .post(
                &format!("{BASE}/tags/new"),
                &[("name", "v1"), ("from", "main"), ("message", "One <1>\r\n\r\nMore")],
            )
            .await;
        assert_eq!(made.to, format!("{BASE}/tags"), "{}", made.text);
        let list = admin.get(&format!("{BASE}/tags")).await;
        assert!(list.text.contains("One &lt;1&gt;") && list.text.contains("More"), "{}", list.text);
        let gone = admin.post(&format!("{BASE}/branches/delete"), &[("name", "topic/x")]).await;
        assert_eq!(gone.to, format!("{BASE}/branches"));
        assert!(repository.reference("refs/heads/topic/x").unwrap().is_none());
        assert_eq!(
            admin.post(&format!("{BASE}/branches/delete"), &[("name", "main")]).await.status,
            StatusCode::CONFLICT
        );
        admin.post(&format!("{BASE}/tags/delete"), &[("name", "v1")]).await;
        assert!(repository.reference("refs/tags/v1").unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn who_may_only_read_is_offered_nothing_else() {
    each(async |house| {
        let project = depot(&house, "main", &[("a.txt", "1\n")]).await;
        house.person("ada").await;
        let guest = projects::ProjectRole::Guest;
        projects::members::add(&house.admin, &project, &["ada".to_owned()], guest).await.unwrap();
        let reader = house.signed_in("ada").await;
        for page in ["", "/tree/main", "/blob/main/a.txt", "/branches", "/tags"] {
            let page = reader.get(&format!("{BASE}{page}")).await;
            assert_eq!(page.status, StatusCode::OK);
            for way in
                ["/new/", "/edit/", "/upload/", "/delete", "/rename/", "/branches/new", "/tags/new"]
            {
                assert!(!page.text.contains(&format!("core{way}")), "{way}");
            }
        }
        for page in
            ["new/main", "edit/main/a.txt", "upload/main", "delete/main/a.txt", "rename/main/a.txt"]
        {
            assert_eq!(
                reader.get(&format!("{BASE}/{page}")).await.status,
                StatusCode::FORBIDDEN,
                "{page}"
            );
            let sent =
                reader.post(&format!("{BASE}/{page}"), &[("text", "x"), ("path", "x")]).await;
            assert_eq!(sent.status, StatusCode::FORBIDDEN, "{page}");
        }
        for page in
            ["branches/new", "branches/delete", "branches/default", "tags/new", "tags/delete"]
        {
            let sent =
                reader.post(&format!("{BASE}/{page}"), &[("name", "x"), ("from", "main")]).await;
            assert_eq!(sent.status, StatusCode::FORBIDDEN, "{page}");
        }
        let tip = repository(&house).await;
        assert_eq!(tip.branches().unwrap().len(), 1);
        assert_eq!(text(&tip, "main", "a.txt"), "1\n");
    })
    .await;
}

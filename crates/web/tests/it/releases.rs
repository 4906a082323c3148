//! Releases, their forms and files.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::{browser::each, code::depot};

const BASE: &str = "/p/engine/d/core";

/// A form that sends one file.
fn upload(address: &str, name: &str, data: &str) -> Request<Body> {
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n\
         {data}\r\n--x--\r\n"
    );
    Request::post(address)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body))
        .unwrap()
}

#[tokio::test]
async fn a_release_is_made_shown_changed_and_deleted() {
    each(async |house| {
        depot(&house, "main", &[("a", "1\n")]).await;
        let admin = house.signed_in("admin").await;
        let page = admin.get(&format!("{BASE}/releases")).await;
        assert!(page.text.contains("No releases yet"), "{}", page.text);
        assert_eq!(admin.get(&format!("{BASE}/releases/new")).await.status, StatusCode::OK);

        let new = format!("{BASE}/releases/new");
        let bad = admin.post(&new, &[("tag", "a..b"), ("notes", "kept <i>")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.text.contains("id=\"f-tag-fault\"") && bad.text.contains("kept &lt;i&gt;"));
        let seen = [("tag", "v1.0"), ("notes", "*so* <script>x"), ("preview", "1")];
        let seen = admin.post(&new, &seen).await;
        assert_eq!(seen.status, StatusCode::OK);
        assert!(seen.text.contains("<em>so</em>") && !seen.text.contains("<script>x"));
        let fields = [
            ("tag", "v1.0"),
            ("title", "One <1>"),
            ("notes", "# New\n\n[a](a)\n\n<script>x</script>"),
        ];
        let made = admin.post(&new, &fields).await;
        assert_eq!(made.to, format!("{BASE}/releases/1"), "{}", made.text);
        let page = admin.get(&made.to).await;
        assert!(page.text.contains("One &lt;1&gt;") && !page.text.contains("<script>x"));
        assert!(page.text.contains(&format!("href=\"{BASE}/blob/v1.0/a\"")), "{}", page.text);
        let again = admin.post(&new, &[("tag", "v1.0")]).await;
        assert!(again.text.contains("a release about v1.0 already"), "{}", again.text);

        let edit = format!("{BASE}/releases/1/edit");
        assert!(admin.get(&edit).await.text.contains("value=\"One &lt;1&gt;\""));
        admin.post(&edit, &[("title", "First"), ("notes", "words"), ("pre", "on")]).await;
        let page = admin.get(&format!("{BASE}/releases")).await;
        assert!(page.text.contains("First") && page.text.contains("Pre-release"));

        let gone = admin.post(&format!("{BASE}/releases/1/delete"), &[]).await;
        assert_eq!(gone.to, format!("{BASE}/releases"));
        assert_eq!(admin.get(&made.to).await.status, StatusCode::NOT_FOUND);
        assert!(admin.get(&format!("{BASE}/tags")).await.text.contains("v1.0"));
    })
    .await;
}

#[tokio::test]
async fn files_are_attached_downloaded_and_removed() {
    each(async |house| {
        depot(&house, "main", &[("a", "1\n")]).await;
        let admin = house.signed_in("admin").await;
        admin.post(&format!("{BASE}/releases/new"), &[("tag", "v1")]).await;
        let one = format!("{BASE}/releases/1");
        let files = format!("{one}/files");
        let sent = admin.send(upload(&files, "C:\\x\\größe \\\"1\\\".html", "<b>bytes</b>")).await;
        assert_eq!((sent.status, sent.to.as_str()), (StatusCode::SEE_OTHER, one.as_str()));
        let page = admin.get(&one).await;
        let start = page.text.find(&format!("href=\"{files}/")).expect("a link") + 6;
        let address = page.text[start..].split('"').next().unwrap().to_owned();
        let file = admin.get(&address).await;
        assert_eq!((file.status, file.text.as_str()), (StatusCode::OK, "<b>bytes</b>"));
        assert_eq!(file.headers[header::CONTENT_TYPE], "application/octet-stream");
        assert_eq!(file.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let disposition = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(disposition.starts_with("attachment; filename*=UTF-8''gr%C3%B6"), "{disposition}");

        let twice = admin.send(upload(&files, "b.bin", "1")).await;
        assert_eq!(twice.status, StatusCode::SEE_OTHER);
        let twice = admin.send(upload(&files, "b.bin", "2")).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
        assert_eq!(admin.get(&format!("{files}/b.bin")).await.text, "1");
        admin.post(&format!("{one}/detach"), &[("name", "b.bin")]).await;
        assert_eq!(admin.get(&format!("{files}/b.bin")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(admin.get(&format!("{files}/none")).await.status, StatusCode::NOT_FOUND);

        // Whoever may not see the depot sees neither release nor file.
        house.person("eve").await;
        let eve = house.signed_in("eve").await;
        for address in [&one, &address, &format!("{BASE}/releases")] {
            assert_eq!(eve.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
        let sent = eve.send(upload(&files, "x", "y")).await;
        assert_eq!(sent.status, StatusCode::NOT_FOUND);
    })
    .await;
}

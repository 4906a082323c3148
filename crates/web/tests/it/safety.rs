use axum::http::header;

use crate::{browser::each, code::depot};

/// Every page obeys its own policy: nothing inline, nothing from elsewhere.
#[tokio::test]
async fn pages_carry_a_strict_policy_and_keep_it() {
    each(async |house| {
        depot(&house, "main", &[("README.md", "# Hi"), ("a.py", "x = 1\n")]).await;
        let admin = house.signed_in("admin").await;
        admin
            .post("/p/engine/analysis/new", &[("name", "nightly"), ("depot", "1"), ("now", "on")])
            .await;
        house.test.run_jobs().await;
        for address in [
            "/",
            "/-/ui",
            "/p/engine",
            "/p/engine/d/core",
            "/p/engine/d/core/blob/main/a.py",
            "/p/engine/d/core/commit/main",
            "/p/engine/analysis",
            "/p/engine/analysis/1",
            "/p/engine/analysis/1/scans/1?tab=code",
            "/p/engine/analysis/rules",
            "/p/engine/analysis/rules/new",
            "/p/engine/analysis/rules/import",
            "/p/engine/analysis/rules/python/eval-call",
            "/p/engine/analysis/rulesets",
            "/p/engine/analysis/about",
            "/settings/tokens",
            "/admin",
            "/nowhere",
        ] {
            for lang in ["en", "zh"] {
                let mark = if address.contains('?') { '&' } else { '?' };
                let page = admin.get(&format!("{address}{mark}lang={lang}")).await;
                let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
                assert!(
                    policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"),
                    "{policy}"
                );
                for inline in [" style=\"", "<style", " onclick=", "<script>", "javascript:"] {
                    assert!(!page.text.contains(inline), "{address} has {inline}");
                }
                let scripts = page.text.matches("<script").count();
                assert_eq!(
                    scripts,
                    page.text.matches("<script type=\"module\" src=\"/-/assets/").count(),
                    "{address}"
                );
                assert!(page.text.len() < 400 * 1024, "{address}: {} bytes", page.text.len());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_compressed() {
    each(async |house| {
        let mut browser = house.stranger();
        let page = browser.get("/login").await;
        let address = page
            .text
            .split("rel=\"stylesheet\" href=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        let plain = browser.get(&address).await;
        assert!(plain.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        assert!(plain.text.starts_with("@layer reset, tokens"));
        browser.extra.push(("accept-encoding", "gzip".to_owned()));
        assert_eq!(browser.get(&address).await.headers[header::CONTENT_ENCODING], "gzip");
        assert_eq!(browser.get("/-/assets/app.0000.css").await.status.as_u16(), 404);
    })
    .await;
}

#[tokio::test]
async fn pages_are_sent_compressed() {
    each(async |house| {
        let mut admin = house.signed_in("admin").await;
        let plain = admin.get("/-/ui").await.text.len();
        admin.extra.push(("accept-encoding", "gzip".to_owned()));
        let page = admin.get("/-/ui").await;
        assert_eq!(page.headers[header::CONTENT_ENCODING], "gzip");
        assert!(page.text.len() < plain / 3);
    })
    .await;
}

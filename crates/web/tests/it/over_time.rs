//! Directories, history, comparisons, schedules and several depots of a plan.

use axum::http::StatusCode;

use crate::{
    browser::{House, each},
    code::depot,
};

const BAD: &str = "def run(text):\n    return eval(text)\n";
const GOOD: &str = "def f(a):\n    if a:\n        return 1\n    return 2\n";

async fn scanned(house: &House) -> String {
    depot(house, "main", &[("src/deep/good.py", GOOD)]).await;
    let admin = house.signed_in("admin").await;
    let fields = [("name", "nightly"), ("depot", "1"), ("now", "on")];
    let plan = admin.post("/p/engine/analysis/new", &fields).await.to;
    house.test.run_jobs().await;
    plan
}

#[tokio::test]
async fn a_directory_at_a_time() {
    each(async |house| {
        let plan = scanned(&house).await;
        let admin = house.signed_in("admin").await;
        let at = |directory: &str| format!("{plan}/scans/1?tab=code&dir={directory}");
        let page = admin.get(&format!("{plan}/scans/1?tab=code")).await;
        assert!(page.text.contains("tab=code&amp;dir=src\""), "{}", page.text);
        let page = admin.get(&at("src")).await;
        assert!(page.text.contains("dir=src%2Fdeep\""), "{}", page.text);
        let page = admin.get(&at("src/deep")).await;
        assert!(page.text.contains("good.py"), "{}", page.text);
        assert!(page.text.contains("Folders above"), "{}", page.text);
        let page = admin.get(&at("nowhere")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("This folder is not in the latest result"), "{}", page.text);
    })
    .await;
}

#[tokio::test]
async fn the_course_of_a_metric_and_what_changed() {
    each(async |house| {
        let plan = scanned(&house).await;
        let admin = house.signed_in("admin").await;
        let history = format!("{plan}/history");
        let page = admin.get(&history).await;
        assert!(page.text.contains("1 of 1 commits are measured"), "{}", page.text);
        let old = page.text.split("/commit/").nth(1).unwrap()[..40].to_owned();

        let edit = [("path", "src/bad.py"), ("text", BAD), ("message", "Add bad")];
        let made = admin.post("/p/engine/d/core/new/main", &edit).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        house.test.run_jobs().await;
        assert_eq!(admin.post(&format!("{plan}/scan"), &[]).await.status, StatusCode::SEE_OTHER);
        house.test.run_jobs().await;
        let page = admin.get(&format!("{history}?metric=duplication&dir=src")).await;
        assert!(page.text.contains("2 of 2 commits are measured"), "{}", page.text);
        let page = admin.get(&format!("{history}?branch=nowhere")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text.contains("f-branch-fault"), "{}", page.text);

        let page = admin.post(&format!("{history}/fill"), &[("commits", "0")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(admin.post(&format!("{history}/fill"), &[("commits", "5")]).await.to, history);
        assert!(admin.get(&history).await.text.contains("/history/fill/1/cancel"));
        house.test.run_jobs().await;
        let page = admin.post(&format!("{history}/fill/1/cancel"), &[]).await;
        assert_eq!(page.status, StatusCode::CONFLICT);

        let compare = format!("{plan}/compare");
        assert!(admin.get(&compare).await.text.contains("Name two commits"));
        let page = admin.get(&format!("{compare}?old={old}&new=main")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("1 findings came, 0 went"), "{}", page.text);
        assert!(page.text.contains("python/eval-call") && page.text.contains("src/bad.py"));
        let page = admin.get(&format!("{compare}?old=nowhere")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text.contains("f-old-fault"), "{}", page.text);
    })
    .await;
}

#[tokio::test]
async fn a_plan_of_two_depots_that_the_clock_starts() {
    each(async |house| {
        let plan = scanned(&house).await;
        let admin = house.signed_in("admin").await;
        admin.post("/p/engine/depots/new", &[("name", "tools")]).await;
        let settings = format!("{plan}/settings");
        let form = admin.get(&settings).await;
        assert!(form.text.contains("name=\"depot_2\""), "{}", form.text);
        let fields = |schedule: &'static str| {
            [
                ("name", "nightly"),
                ("depot", "1"),
                ("branch", "main"),
                ("depot_2", "2"),
                ("branch_2", "stable"),
                ("schedule", schedule),
                ("time_zone", "Asia/Shanghai"),
                ("pattern", "release/*"),
                ("folders", "src\n!src/gen"),
                ("push", "on"),
                ("enabled", "on"),
            ]
        };
        let page = admin.post(&settings, &fields("* * * * *")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text.contains("f-schedule-fault"), "{}", page.text);
        assert!(page.text.contains("release/*"), "what was typed stays: {}", page.text);
        assert_eq!(admin.post(&settings, &fields("30 2 * * 1-5")).await.to, plan);
        let form = admin.get(&settings).await;
        for part in ["30 2 * * 1-5", "Asia/Shanghai", "release/*", "!src/gen", "stable"] {
            assert!(form.text.contains(part), "{part}: {}", form.text);
        }
        assert!(form.text.contains("Next scan by the clock"), "{}", form.text);
        let page = admin.get(&plan).await;
        assert!(page.text.contains("tools") && page.text.contains("Next scan by the clock"));
    })
    .await;
}

#[tokio::test]
async fn mail_says_where_it_cannot_go() {
    each(async |house| {
        let plan = scanned(&house).await;
        let admin = house.signed_in("admin").await;
        let notices = format!("{plan}/notices");
        assert!(admin.get(&notices).await.text.contains("This server sends no mail"));
        let fields = [
            ("name", "team"),
            ("kind", "mail"),
            ("address", "ann@example.com"),
            ("language", "zh"),
        ];
        let page = admin.post(&notices, &fields).await;
        assert!(page.text.contains("it has no setting mail-server"), "{}", page.text);
        assert!(page.text.contains("ann@example.com"), "what was typed stays");
    })
    .await;
}

#[tokio::test]
async fn secrets_that_were_removed_are_revoked_on_their_page() {
    each(async |house| {
        // Made up here, so that none stands in the repository.
        let secret = ["x9#Lq", "27vRt!", "mZ4"].concat();
        depot(&house, "main", &[("a.py", &format!("password = '{secret}'\n"))]).await;
        let admin = house.signed_in("admin").await;
        let fields = [("name", "nightly"), ("depot", "1"), ("history_secrets", "on")];
        let plan = admin.post("/p/engine/analysis/new", &fields).await.to;
        let settings = admin.get(&format!("{plan}/settings")).await.text;
        let switch = settings.split("history_secrets").nth(1).unwrap();
        assert!(switch.split('>').next().unwrap().contains("checked"), "{settings}");

        let secrets = format!("{plan}/secrets");
        let page = admin.get(&secrets).await;
        assert!(page.text.contains("The history was not searched yet"), "{}", page.text);
        let wrong = admin.post(&format!("{secrets}/search"), &[("branch", "none")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        assert_eq!(admin.post(&format!("{secrets}/search"), &[]).await.to, secrets);
        assert!(admin.get(&secrets).await.text.contains("/secrets/search/1/cancel"));
        house.test.run_jobs().await;
        let page = admin.get(&secrets).await;
        assert!(page.text.contains("still there"), "{}", page.text);
        assert!(page.text.contains("a.py:1") && !page.text.contains(&secret), "{}", page.text);

        let decision = [("id", "1"), ("act", "revoked"), ("note", "new one")];
        assert_eq!(admin.post(&secrets, &decision).await.to, secrets);
        assert!(admin.get(&secrets).await.text.contains("No secrets here"));
        let page = admin.get(&format!("{secrets}?state=revoked")).await;
        assert!(page.text.contains("new one"), "{}", page.text);
        let nobody = house.stranger();
        assert_ne!(nobody.get(&secrets).await.status, StatusCode::OK);
    })
    .await;
}

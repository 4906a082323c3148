use axum::http::StatusCode;

use crate::{browser::each, code::depot};

const BAD: &str =
    "def run(text):\n    try:\n        return eval(text)\n    except:\n        pass\n";

#[tokio::test]
async fn from_a_plan_to_a_finding_that_is_ignored() {
    each(async |house| {
        depot(&house, "main", &[("src/bad.py", BAD), ("src/good.py", "def f():\n    return 1\n")])
            .await;
        let admin = house.signed_in("admin").await;
        assert!(admin.get("/p/engine/analysis").await.text.contains("/p/engine/analysis/new"));

        let wrong = [("name", ""), ("depot", "1")];
        let page = admin.post("/p/engine/analysis/new", &wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text.contains("id=\"f-name-fault\""));

        let fields = [
            ("name", "nightly"),
            ("depot", "1"),
            ("gate", "on"),
            ("gate_errors", "0"),
            ("push", "on"),
            ("now", "on"),
        ];
        let page = admin.post("/p/engine/analysis/new", &fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        let plan = page.to;
        let page = admin.get(&format!("{plan}/scans/1")).await;
        assert!(
            page.text.contains(&format!("data-live=\"{plan}/scans/1?part=progress\"")),
            "{}",
            page.text
        );

        house.test.run_jobs().await;
        let page = admin.get(&format!("{plan}/scans/1?part=progress")).await;
        assert!(page.text.contains(&format!("data-then=\"{plan}/scans/1\"")), "{}", page.text);
        let page = admin.get(&format!("{plan}/scans/1")).await;
        assert!(page.text.contains("eval"), "{}", page.text);
        assert!(page.text.contains("src/bad.py"));
        for tab in ["functions", "duplicates", "code"] {
            assert_eq!(
                admin.get(&format!("{plan}/scans/1?tab={tab}")).await.status,
                StatusCode::OK,
                "{tab}"
            );
        }
        let none = admin.get(&format!("{plan}/scans/1?severity=info&rule=none")).await;
        assert!(none.text.contains("Nothing matches these filters"));
        assert!(admin.get(&plan).await.text.contains("Open findings by scan"));

        let id =
            page.text.split("/findings/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let finding = format!("{plan}/findings/{id}");
        assert!(admin.get(&finding).await.text.contains("First seen"));
        let page = admin
            .post(
                &format!("{finding}/ignore"),
                &[("reason", "accepted"), ("note", "trusted input <b>")],
            )
            .await;
        assert_eq!(page.to, finding);
        let page = admin.get(&finding).await;
        assert!(page.text.contains("trusted input &lt;b&gt;") && page.text.contains("/restore"));
        assert_eq!(admin.post(&format!("{finding}/restore"), &[]).await.to, finding);
        assert!(!admin.get(&finding).await.text.contains("/restore"));

        let page = admin.post(&format!("{plan}/scan"), &[]).await;
        assert_eq!(page.to, format!("{plan}/scans/2"));
        house.test.run_jobs().await;
        assert!(admin.get(&plan).await.text.contains("Scan #2"));
        let page = admin.get(&format!("{plan}/settings")).await;
        assert!(page.text.contains("value=\"nightly\""));
        let page = admin.post(&format!("{plan}/settings/delete"), &[("confirm", "nightly")]).await;
        assert_eq!(page.to, "/p/engine/analysis");
        assert_eq!(admin.get(&plan).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

/// A plan may be named by digits; its number leads to it, and its name where no
/// plan of the project has that number.
#[tokio::test]
async fn a_plan_named_by_digits_is_found() {
    each(async |house| {
        depot(&house, "main", &[("a.py", "x = 1\n")]).await;
        let admin = house.signed_in("admin").await;
        let make = async |name: &str| {
            let made =
                admin.post("/p/engine/analysis/new", &[("name", name), ("depot", "1")]).await;
            assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
            made.to
        };
        let first = make("2024").await;
        let number = first.rsplit('/').next().unwrap().to_owned();
        // Another one is called by the first one's number.
        let second = make(&number).await;
        assert_ne!(first, second);
        let titled = async |address: &str| {
            let page = admin.get(&format!("{address}/settings")).await;
            assert_eq!(page.status, StatusCode::OK, "{address}");
            let (_, name) = page.text.split_once("name=\"name\"").unwrap();
            let (_, name) = name.split_once("value=\"").unwrap();
            name.split('"').next().unwrap().to_owned()
        };
        assert_eq!(titled(&first).await, "2024");
        assert_eq!(titled("/p/engine/analysis/2024").await, "2024");
        assert_eq!(titled(&second).await, number);
        assert_eq!(titled(&format!("/p/engine/analysis/{number}")).await, "2024", "numbers first");
        // A number of another project's plan leads nowhere.
        admin.post("/projects/new", &[("name", "other")]).await;
        let page = admin.get(&format!("/p/other/analysis/{number}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        for odd in ["99999999999999999999999", "-1", "0"] {
            let page = admin.get(&format!("/p/engine/analysis/{odd}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{odd}");
        }
    })
    .await;
}

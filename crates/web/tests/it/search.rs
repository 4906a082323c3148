//! Searching code.

use axum::http::StatusCode;
use base::Write;
use depots::DepotKey;
use depots::push::{self, RefChange};

use crate::browser::{House, each};
use crate::code::{depot, repository};

const FILES: &[(&str, &str)] = &[
    ("src/parse.rs", "// first\nfn parse(input: &str) {\n    let x = \"<b>\";\n}\n"),
    ("src/use.py", "parse('a')\nparse('b')\n"),
    ("README.md", "Nothing of it.\n"),
];

async fn indexed(house: &House) {
    depot(house, "main", FILES).await;
    let commit = repository(house).await.reference("refs/heads/main").unwrap().unwrap();
    let key = DepotKey::Path("mortise", "engine", "core");
    let depot = depots::authorise::<Write>(&house.admin, key).await.unwrap();
    let change = RefChange {
        name: "refs/heads/main".to_owned(),
        old: git::Oid::ZERO.to_string(),
        new: commit.to_string(),
    };
    let begun = push::begin(&house.admin, &depot, std::slice::from_ref(&change)).await.unwrap();
    begun.finish(vec![change]).await.unwrap();
    house.test.run_jobs().await;
}

#[tokio::test]
async fn results_are_marked_linked_and_filtered_by_the_address() {
    each(async |house| {
        indexed(&house).await;
        let admin = house.signed_in("admin").await;
        let page = admin.get("/p/engine/d/core/search?q=parse").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("<strong>2 files</strong>"), "{}", page.text);
        assert!(page.text.contains("fn <mark>parse</mark>(input: &amp;str)"), "{}", page.text);
        assert!(page.text.contains("/p/engine/d/core/blob/main/src/parse.rs#L2"));
        assert!(page.text.contains(">function</span>"));
        let (definition, other) = (page.text.find("src/parse.rs"), page.text.find("src/use.py"));
        assert!(definition < other, "definitions come first");

        let python = admin.get("/p/engine/d/core/search?q=parse&lang=python").await;
        assert!(python.text.contains("<strong>1 file</strong>") && !python.text.contains("fn "));
        assert!(
            python.text.contains("href=\"/p/engine/d/core/search?q=parse\""),
            "to take it away"
        );
        let below = admin.get("/p/engine/d/core/search?q=nothing&in=src").await;
        assert!(below.text.contains("Nothing found"));
        let path = admin.get("/p/engine/d/core/search?q=parse&path=*.rs").await;
        assert!(path.text.contains("<strong>1 file</strong>"));
        let case = admin.get("/p/engine/d/core/search?q=PARSE&case=1").await;
        assert!(case.text.contains("Nothing found"));
        let regex = admin.get("/p/engine/d/core/search?q=%5Efn%20%5Cw%2B&regex=1").await;
        assert!(regex.text.contains("<mark>fn parse</mark>"), "{}", regex.text);
        let wrong = admin.get("/p/engine/d/core/search?q=(&regex=1").await;
        assert_eq!(wrong.status, StatusCode::OK);
        assert!(wrong.text.contains("This cannot be searched"), "{}", wrong.text);
        let markup = admin.get("/p/engine/d/core/search?q=%3Cb%3E").await;
        assert!(markup.text.contains("<mark>&lt;b&gt;</mark>"), "{}", markup.text);
        assert!(!markup.text.contains("value=\"<b>\""));
        let lost = admin.get("/p/engine/d/core/search?q=a&branch=lost").await;
        assert_eq!(lost.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_script_gets_the_results_alone() {
    each(async |house| {
        indexed(&house).await;
        let mut admin = house.signed_in("admin").await;
        admin.extra.push(("x-part", "1".to_owned()));
        for address in ["/p/engine/d/core/search?q=parse", "/-/search?q=parse"] {
            let part = admin.get(address).await;
            assert!(part.text.contains("<mark>parse</mark>"), "{}", part.text);
            assert!(!part.text.contains("<html") && !part.text.contains("data-search"));
        }
    })
    .await;
}

#[tokio::test]
async fn everything_is_searched_as_far_as_one_may_read() {
    each(async |house| {
        indexed(&house).await;
        house.person("bob").await;
        let admin = house.signed_in("admin").await;
        let page = admin.get("/-/search?q=parse").await;
        assert!(page.text.contains("src/parse.rs") && page.text.contains("in 1 depot<"));
        // Names as well.
        assert!(admin.get("/-/search?q=core").await.text.contains("href=\"/p/engine/d/core\""));
        let bob = house.signed_in("bob").await;
        let page = bob.get("/-/search?q=parse").await;
        assert!(page.text.contains("<strong>0 files</strong>"), "{}", page.text);
        assert!(page.text.contains("in 0 depots<") && !page.text.contains("parse.rs"));
        assert_eq!(bob.get("/p/engine/d/core/search?q=parse").await.status, StatusCode::NOT_FOUND);
        assert_eq!(bob.get("/-/search?q=x&project=engine").await.status, StatusCode::NOT_FOUND);
        let mut chinese = admin.clone();
        chinese.extra.push(("accept-language", "zh-CN".to_owned()));
        let page = chinese.get("/-/search?q=parse").await;
        assert!(page.text.contains("<strong>2 个文件</strong>"), "{}", page.text);
    })
    .await;
}

//! Code search. The history is that of [`crate::history`].

use serde_json::json;

use crate::history::MASTER;
use crate::world::each;

#[tokio::test]
async fn lines_are_found_on_a_branch_below_a_path_and_page_by_page() {
    each(async |world| {
        let (_, depot) = world.project("web").await;
        let ask = async |mut fields: serde_json::Value| {
            fields["DepotId"] = json!(depot);
            fields["BranchName"] = json!("master");
            world.done("guest", "DescribeCodeSearch", fields).await["Data"].clone()
        };
        let found = ask(json!({ "KeyWord": "多吃" })).await;
        let line = &found["GrepLines"][0];
        assert_eq!(
            *line,
            json!({
                "BranchName": "master",
                "CommitId": MASTER,
                "Contents": ["bbb", "", "多吃点吃的"],
                "FileMaxLine": 3,
                "LineNum": 3,
                "MaxNum": 3,
                "MinNum": 1,
                "Path": "aaa",
                "Text": "多吃点吃的",
            })
        );
        let page = json!({ "Page": 1, "PageSize": 20, "TotalPage": 1, "TotalRow": 1 });
        assert_eq!(found["Page"], page);

        let numbers = ask(json!({ "KeyWord": "1", "FilePath": ".babelrc" })).await;
        assert_eq!(numbers["Page"]["TotalRow"], 4);
        let second = json!({
            "KeyWord": "1", "FilePath": ".babelrc", "PageNumber": 2, "PageSize": 3,
        });
        let second = ask(second).await;
        assert_eq!(second["GrepLines"].as_array().map(Vec::len), Some(1));
        assert_eq!(
            (&second["GrepLines"][0]["LineNum"], &second["Page"]["TotalPage"]),
            (&json!(12), &json!(2))
        );
        let nothing = ask(json!({ "KeyWord": "foo", "FilePath": "src" })).await;
        assert_eq!(nothing["GrepLines"], json!([]));
        assert_eq!(nothing["Page"]["TotalRow"], 0);
        // Case does not matter, and nothing stands for anything else.
        assert_eq!(ask(json!({ "KeyWord": "FOO" })).await["GrepLines"][0]["Path"], "foo.txt");
        assert_eq!(ask(json!({ "KeyWord": "f.o" })).await["Page"]["TotalRow"], 0);

        let refused = async |mut fields: serde_json::Value| {
            fields["DepotPath"] = json!("makers/web/web");
            world.refused("guest", "DescribeCodeSearch", fields).await
        };
        let lost = refused(json!({ "KeyWord": "a", "BranchName": "lost" })).await;
        assert_eq!(lost, "ResourceNotFound: branch not found");
        let empty = refused(json!({ "KeyWord": "" })).await;
        assert!(empty.starts_with("InvalidParameter: KeyWord cannot be used"), "{empty}");
        let long = refused(json!({ "KeyWord": "x".repeat(2_000) })).await;
        assert!(long.starts_with("InvalidParameter: KeyWord"), "{long}");
        let size = refused(json!({ "KeyWord": "a", "PageSize": 0 })).await;
        assert!(size.starts_with("InvalidParameter: PageSize"), "{size}");
    })
    .await;
}

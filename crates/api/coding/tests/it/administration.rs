//! Names, branches, projects and beginnings of depots.

use serde_json::{Value, json};

use crate::world::{World, each};

async fn depot(world: &World, who: &str, fields: Value) -> Value {
    world.done(who, "DescribeGitDepot", fields).await["Depot"].clone()
}

#[tokio::test]
async fn a_depot_gets_another_name_and_keeps_its_old_address() {
    each(async |world| {
        let (project, id) = world.project("web").await;
        let at = |fields: Value| {
            let mut fields = fields;
            fields["DepotId"] = json!(id);
            fields
        };
        let text = at(json!({ "Description": "It is a test depot" }));
        world.done("admin", "ModifyDepotDescription", text).await;
        let renamed = at(json!({ "DepotName": "site" }));
        let answer = world.done("admin", "ModifyDepotName", renamed).await["DepotInfo"].clone();
        assert_eq!(
            [&answer["Name"], &answer["HttpsUrl"], &answer["Description"]],
            [
                &json!("site"),
                &json!("http://mortise.test:8080/makers/web/site.git"),
                &json!("It is a test depot")
            ]
        );
        for path in ["makers/web/site", "makers/web/web", "web/web"] {
            let found = depot(&world, "guest", json!({ "DepotPath": path })).await;
            assert_eq!((&found["Id"], &found["Name"]), (&json!(id), &json!("site")), "{path}");
        }
        let stranger = json!({ "DepotPath": "makers/web/web" });
        let refused = world.refused("stranger", "DescribeGitDepot", stranger).await;
        assert_eq!(refused, "ResourceNotFound: depot not found");

        // Another depot takes the old name; when it goes, nothing leads there any more.
        let new = json!({ "ProjectId": project, "DepotName": "web" });
        let taker = world.done("member", "CreateGitDepot", new).await["DepotId"].clone();
        let old = json!({ "DepotPath": "makers/web/web" });
        assert_eq!(depot(&world, "guest", old.clone()).await["Id"], taker);
        let taken =
            world.refused("admin", "ModifyDepotName", at(json!({ "DepotName": "web" }))).await;
        assert_eq!(taken, "FailedOperation: the depot name web is taken");
        world.done("admin", "DeleteGitDepot", json!({ "DepotId": taker })).await;
        let gone = world.refused("guest", "DescribeGitDepot", old).await;
        assert_eq!(gone, "ResourceNotFound: depot not found");

        // There and back again.
        for name in ["docs", "site", "web"] {
            world.done("admin", "ModifyDepotName", at(json!({ "DepotName": name }))).await;
        }
        for name in ["docs", "site", "web"] {
            let path = format!("makers/web/{name}");
            let found = depot(&world, "guest", json!({ "DepotPath": path })).await;
            assert_eq!((&found["Id"], &found["Name"]), (&json!(id), &json!("web")), "{name}");
        }
        let bad =
            world.refused("admin", "ModifyDepotName", at(json!({ "DepotName": "a b" }))).await;
        assert!(bad.starts_with("InvalidParameter: DepotName must"), "{bad}");
        let long = at(json!({ "Description": "x".repeat(2_001) }));
        let bad = world.refused("admin", "ModifyDepotDescription", long).await;
        assert_eq!(bad, "InvalidParameter: Description must have at most 2000 characters");
    })
    .await;
}

#[tokio::test]
async fn the_default_branch_is_one_that_there_is() {
    each(async |world| {
        let (_, id) = world.project("web").await;
        let change = |name: &str| json!({ "DepotId": id, "BranchName": name });
        world.done("admin", "ModifyDefaultBranch", change("feature/größe")).await;
        let read = json!({ "DepotId": id });
        let branch = world.done("guest", "DescribeDepotDefaultBranch", read).await;
        assert_eq!(branch["BranchName"], "feature/größe");
        let stat = json!({ "DepotId": id, "Path": "bar.txt" });
        let stat = world.done("guest", "DescribeGitFileStat", stat).await;
        assert_eq!(stat["Payload"]["IsExist"], true);
        for (name, why) in [
            ("none", "is not a branch of the depot"),
            ("tag_one", "is not a branch of the depot"),
            ("a..b", "is not a name that Git takes for a branch"),
        ] {
            let refused = world.refused("admin", "ModifyDefaultBranch", change(name)).await;
            assert_eq!(refused, format!("InvalidParameter: BranchName {why}"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_depot_moves_to_another_project() {
    each(async |world| {
        let (_, id) = world.project("web").await;
        let (target, _) = world.project("shop").await;
        let name = json!({ "DepotId": id, "DepotName": "site" });
        world.done("admin", "ModifyDepotName", name).await;
        let to = |project: Value| json!({ "DepotId": id, "TargetProjectId": project });
        let moved = world.done("admin", "ModifyGitTransfer", to(json!(target))).await;
        assert_eq!(moved["NewDepotPath"], "/p/shop/d/site");
        for path in ["makers/shop/site", "makers/web/site", "makers/web/web"] {
            let found = depot(&world, "guest", json!({ "DepotPath": path })).await;
            assert_eq!((&found["Id"], &found["ProjectName"]), (&json!(id), &json!("shop")));
            let files = json!({ "DepotPath": path, "Path": "aaa" });
            world.done("guest", "DescribeGitFile", files).await;
        }
        let again = world.refused("admin", "ModifyGitTransfer", to(json!(target))).await;
        assert_eq!(again, "FailedOperation: the depot is in this project already");
        let none = world.refused("admin", "ModifyGitTransfer", to(json!(999_999))).await;
        assert_eq!(none, "ResourceNotFound: project not found");
        // The admin of a project may not put depots into one that is closed to him.
        let other = json!({ "Name": "secret" });
        let other = world.done("boss", "CreateCodingProject", other).await["ProjectId"].clone();
        let hidden = world.refused("admin", "ModifyGitTransfer", to(other.clone())).await;
        assert_eq!(hidden, "ResourceNotFound: project not found");
        // Whoever may not read the new place learns nothing at the old one.
        world.done("boss", "ModifyGitTransfer", to(other)).await;
        let old = json!({ "DepotPath": "makers/web/site" });
        let refused = world.refused("guest", "DescribeGitDepot", old).await;
        assert_eq!(refused, "ResourceNotFound: depot not found");
        // A name that is taken there.
        let (_, shop) = world.project("other").await;
        let renamed = json!({ "DepotId": shop, "DepotName": "shop" });
        world.done("boss", "ModifyDepotName", renamed).await;
        let fields = json!({ "DepotId": shop, "TargetProjectId": target });
        let taken = world.refused("boss", "ModifyGitTransfer", fields).await;
        assert_eq!(taken, "FailedOperation: the depot name shop is taken there");
    })
    .await;
}

#[tokio::test]
async fn depots_begin_with_a_template() {
    each(async |world| {
        let (project, source) = world.project("web").await;
        let make = |name: &str, template: &str| {
            json!({
                "ProjectId": project, "DepotName": name, "Template": template,
                "Description": "这是一个测试的 Spring 仓库",
            })
        };
        for (template, file) in [
            ("SPRING", "src/main/java/com/example/app/Application.java"),
            ("ROR", "app/controllers/hello_controller.rb"),
            ("SINATRA", "config.ru"),
            ("NODEJS", "src/main.js"),
            ("ANDROID", "app/src/main/AndroidManifest.xml"),
            ("flask", "app/__init__.py"),
        ] {
            let name = format!("from-{}", template.to_lowercase());
            let made = world.done("member", "CreateDepotByTemplate", make(&name, template)).await;
            let id = made["DepotInfo"]["Id"].clone();
            assert_eq!(made["DepotInfo"]["Name"], name);
            for path in [file, ".gitignore"] {
                let stat = json!({ "DepotId": id, "Path": path });
                let stat = world.done("guest", "DescribeGitFileStat", stat).await;
                assert_eq!(stat["Payload"]["IsExist"], true, "{template} {path}");
            }
            let readme = json!({ "DepotId": id, "CommitSha": "main", "Path": "README.md" });
            let readme = world.done("guest", "DescribeGitFileContent", readme).await;
            let text = readme["GitFileContent"]["Content"].as_str().expect("a text");
            let begins = format!("# {name}\n\n这是一个测试的 Spring 仓库\n\n");
            assert!(text.starts_with(&begins), "{text}");
            assert!(!text.contains("{{"), "{text}");
        }
        let own = make("own", &source.to_string());
        let own = world.done("member", "CreateDepotByTemplate", own).await["DepotInfo"].clone();
        let trees = |depot: Value| json!({ "DepotId": depot, "IsRecursive": true });
        let copied = world.done("guest", "DescribeGitTree", trees(own["Id"].clone())).await;
        let mut given = world.done("guest", "DescribeGitTree", trees(json!(source))).await;
        let given = given["Trees"].as_array_mut().expect("a list");
        given.retain(|entry| entry["Type"] != "commit");
        assert_eq!(copied["Trees"].as_array(), Some(&*given));
        for (template, expected) in [
            (
                "COBOL",
                "InvalidParameter: Template must be one of SPRING, ROR, SINATRA, NODEJS, ANDROID, \
                 FLASK, or a depot's number",
            ),
            ("999999", "ResourceNotFound: depot not found"),
        ] {
            let refused =
                world.refused("member", "CreateDepotByTemplate", make("x", template)).await;
            assert_eq!(refused, expected);
        }
        let taken = world.refused("member", "CreateDepotByTemplate", make("web", "FLASK")).await;
        assert_eq!(taken, "FailedOperation: the depot name web is taken");
    })
    .await;
}

#[tokio::test]
async fn a_project_begins_with_what_git_is_to_ignore() {
    each(async |world| {
        let make = |name: &str, more: Value| {
            let mut fields = json!({ "Name": name, "DisplayName": name });
            for (field, value) in more.as_object().expect("fields") {
                fields[field] = value.clone();
            }
            fields
        };
        let file = async |depot: &str, path: &str| {
            let fields = json!({
                "DepotPath": format!("makers/{depot}/{depot}"), "CommitSha": "main", "Path": path,
            });
            let response = world.act("admin", "DescribeGitFileContent", fields).await;
            response["GitFileContent"]["Content"].as_str().map(str::to_owned)
        };
        for (key, line) in
            [("rust", "/target"), ("python", "__pycache__/"), ("node", "node_modules/")]
        {
            let fields = make(key, json!({ "GitIgnore": key }));
            world.done("admin", "CreateCodingProject", fields).await;
            let text = file(key, ".gitignore").await.expect("a file");
            assert!(
                text.lines().any(|it| it.contains(line.trim_end_matches('/'))),
                "{key}: {text}"
            );
            assert_eq!(file(key, "README.md").await, None, "{key}");
        }
        let both = make("both", json!({ "GitIgnore": "go", "GitReadmeEnabled": true }));
        world.done("admin", "CreateCodingProject", both).await;
        assert!(file("both", ".gitignore").await.is_some());
        assert!(file("both", "README.md").await.is_some_and(|text| text.starts_with("# both")));
        // Nothing asked for, no depot.
        world.done("admin", "CreateCodingProject", make("bare", json!({ "GitIgnore": "" }))).await;
        let none = json!({ "DepotPath": "makers/bare/bare" });
        let none = world.refused("admin", "DescribeGitDepot", none).await;
        assert_eq!(none, "ResourceNotFound: depot not found");
        let odd = make("odd", json!({ "GitIgnore": "cobol" }));
        let odd = world.refused("admin", "CreateCodingProject", odd).await;
        assert!(odd.starts_with("InvalidParameter: GitIgnore must be one of android, c,"), "{odd}");
        let project = json!({ "ProjectName": "odd" });
        let project = world.refused("admin", "DescribeProjectByName", project).await;
        assert!(project.starts_with("ResourceNotFound"), "{project}");
    })
    .await;
}

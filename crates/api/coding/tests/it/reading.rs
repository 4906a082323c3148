//! What is in a depot: files, commits, branches and tags. The history is that
//! of [`crate::history`].

use serde_json::{Value, json};

use crate::history::{DEV, FIRST, FOO, IMAGE, MASTER};
use crate::world::{World, one};

/// A client of one depot, as somebody who may only read it.
struct Reader {
    world: World,
    depot: i64,
}

impl Reader {
    async fn new() -> Self {
        let world = one(&api_coding::Settings::default()).await;
        let (_, depot) = world.project("web").await;
        Self { world, depot }
    }

    async fn ask(&self, action: &str, mut fields: Value) -> Value {
        fields["DepotId"] = json!(self.depot);
        self.world.done("guest", action, fields).await
    }

    async fn refused(&self, action: &str, mut fields: Value) -> String {
        fields["DepotPath"] = json!("makers/web/web");
        self.world.refused("guest", action, fields).await
    }
}

/// The field `name` of every item, in one line.
fn column(list: &Value, name: &str) -> String {
    let items = list.as_array().expect("a list").iter();
    items.map(|item| item[name].as_str().expect("a text")).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_depot_is_named_by_its_number_as_text_too() {
    let reader = Reader::new().await;
    let fields = json!({ "DepotPath": reader.depot.to_string() });
    let answer = reader.world.done("guest", "DescribeDepotDefaultBranch", fields).await;
    assert_eq!(answer["BranchName"], "main");
    let fields = json!({ "DepotPath": "99999999999999999999" });
    let refused = reader.world.refused("guest", "DescribeDepotDefaultBranch", fields).await;
    assert_eq!(refused, "ResourceNotFound: depot not found");
}

#[tokio::test]
async fn folders_are_listed_with_the_last_commit_of_each_entry() {
    let reader = Reader::new().await;
    let root = reader.ask("DescribeGitFiles", json!({})).await["Items"].clone();
    assert_eq!(
        column(&root, "Name"),
        ".babelrc README.md aaa foo.txt image.png latin1.txt lib link model.bin run.sh src test vendor"
    );
    let sha = |name: &str| {
        let mut items = root.as_array().expect("a list").iter();
        items.find(|item| item["Name"] == name).expect("an entry").clone()
    };
    assert_eq!(sha("lib"), json!({ "Mode": "tree", "Path": "lib", "Name": "lib", "Sha": MASTER }));
    assert_eq!(sha("aaa"), json!({ "Mode": "file", "Path": "aaa", "Name": "aaa", "Sha": FIRST }));
    assert_eq!(
        (&sha("vendor")["Mode"], &sha("link")["Mode"]),
        (&json!("submodule"), &json!("file"))
    );
    let below = reader.ask("DescribeGitFiles", json!({ "Path": "/src/mm/", "Ref": "dev" })).await;
    assert_eq!(column(&below["Items"], "Path"), "src/mm/größe 数.txt");
    for (fields, expected) in [
        (json!({ "Path": "none" }), "ResourceNotFound: path \"none\" not found"),
        (json!({ "Path": "aaa" }), "ResourceNotFound: directory \"aaa\" not found"),
        (json!({ "Ref": "none" }), "ResourceNotFound: revision \"none\" not found"),
    ] {
        assert_eq!(reader.refused("DescribeGitFiles", fields).await, expected);
    }
}

#[tokio::test]
async fn revisions_are_branches_tags_and_commits() {
    let reader = Reader::new().await;
    for (revision, there) in [
        ("feature/größe", true),
        ("refs/heads/dev", true),
        ("dev", true),
        (DEV, true),
        (&DEV[..8], true),
        ("tag-demo", false),
        ("refs/tags/tag_one", false),
        ("", false),
    ] {
        let fields = json!({ "Ref": revision, "Path": "bar.txt" });
        let stat = reader.ask("DescribeGitFileStat", fields).await;
        assert_eq!(stat["Payload"], json!({ "IsExist": there }), "{revision}");
    }
    for path in ["src", "none/none", "", "vendor"] {
        let stat = reader.ask("DescribeGitFileStat", json!({ "Path": path })).await;
        assert_eq!(stat["Payload"]["IsExist"], false, "{path}");
    }
    let refused = reader.refused("DescribeGitFileStat", json!({ "Path": "a", "Ref": "x y" })).await;
    assert_eq!(refused, "ResourceNotFound: revision \"x y\" not found");
}

#[tokio::test]
async fn files_are_read_as_bytes_or_as_text() {
    let reader = Reader::new().await;
    let file = reader.ask("DescribeGitFile", json!({ "Path": "foo.txt", "Ref": "master" })).await;
    assert_eq!(
        file["GitFile"],
        json!({
            "FileName": "foo.txt", "FilePath": "foo.txt", "Size": 4, "Encoding": "base64",
            "Content": "Zm9vCg==", "Sha": FIRST,
            "ContentSha256": "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
        })
    );
    let file = reader.ask("DescribeGitFile", json!({ "Path": "latin1.txt" })).await;
    assert_eq!(file["GitFile"]["Content"], "R3L232UK");
    let refused = reader.refused("DescribeGitFile", json!({ "Path": "src" })).await;
    assert_eq!(refused, "ResourceNotFound: file \"src\" not found");

    let text = async |path: &str| {
        let fields = json!({ "Path": path, "CommitSha": MASTER });
        reader.ask("DescribeGitFileContent", fields).await["GitFileContent"].clone()
    };
    let content = |content: &str, is_text: bool, is_lfs: bool| {
        json!({
            "Content": content, "IsText": is_text, "IsLfs": is_lfs, "IsLargeFileStorage": is_lfs
        })
    };
    assert_eq!(text("aaa").await, content("bbb\n\n多吃点吃的", true, false));
    assert_eq!(text("image.png").await, content("", false, false));
    assert_eq!(text("latin1.txt").await, content("", false, false));
    assert_eq!(text("model.bin").await["IsLfs"], true);
    assert_eq!(text("link").await, content("foo.txt", true, false));

    let blob = reader.ask("DescribeGitBlob", json!({ "BlobSha": &FOO[..7] })).await;
    let expected =
        json!({ "BlobSha": FOO, "Size": 4, "Encoding": "base64", "Content": "Zm9vCg==" });
    assert_eq!(blob["Data"], expected);
    let raw = reader.ask("DescribeGitBlobRaw", json!({ "BlobSha": FOO })).await;
    assert_eq!(raw["Content"], "foo\n");
    // A NUL is text of UTF-8; the picture has other bytes, too.
    let refused = reader.refused("DescribeGitBlobRaw", json!({ "BlobSha": IMAGE })).await;
    assert_eq!(
        refused,
        "InvalidParameter: BlobSha names bytes that are no text; DescribeGitBlob reads them"
    );
    let refused = reader.refused("DescribeGitBlob", json!({ "BlobSha": MASTER })).await;
    assert_eq!(refused, format!("ResourceNotFound: blob {MASTER} not found"));
}

#[tokio::test]
async fn trees_are_listed_flat_or_whole() {
    let reader = Reader::new().await;
    let tree = async |path: &str, recursive: bool| {
        let fields = json!({ "Ref": "master", "Path": path, "IsRecursive": recursive });
        reader.ask("DescribeGitTree", fields).await["Trees"].clone()
    };
    let below = tree("src", true).await;
    assert_eq!(
        column(&below, "Path"),
        "src src/main src/main/main.java src/mm src/mm/größe 数.txt"
    );
    assert_eq!(column(&below, "Type"), "tree tree blob tree blob");
    assert_eq!(column(&below, "Mode"), "040000 040000 100644 040000 100644");
    assert_eq!(column(&tree("src", false).await, "Path"), "src/main src/mm");
    let root = tree("", true).await;
    assert_eq!(column(&root, "Path").split(' ').count(), 21);
    let vendor = json!({
        "Mode": "160000", "Type": "commit", "Path": "vendor",
        "Sha": "1234567890123456789012345678901234567890",
    });
    assert_eq!(root.as_array().and_then(|all| all.last()), Some(&vendor));
    assert_eq!(column(&tree("run.sh", false).await, "Mode"), "100755");
}

#[tokio::test]
async fn commits_are_read_and_filtered() {
    let reader = Reader::new().await;
    let commit = reader.ask("DescribeGitCommit", json!({ "Sha": &MASTER[..9] })).await;
    let coding = json!({ "Email": "coding@coding.com", "Name": "coding" });
    assert_eq!(
        commit["GitCommit"],
        json!({
            "ShortMessage": "my-commit", "FullMessage": "my-commit\n", "Sha": MASTER,
            "CommitDate": 1_602_817_039_000_i64, "CreatedAt": 1_602_817_030_000_i64,
            "Commiter": coding, "Committer": coding,
            "Author": { "Email": "admin@example.org", "Name": "Admin" },
            "AuthorName": "Admin", "AuthorEmail": "admin@example.org", "Parents": [FIRST],
        })
    );
    let list = async |fields: Value| {
        column(&reader.ask("DescribeGitCommits", fields).await["Commits"], "Sha")
    };
    assert_eq!(list(json!({ "Ref": "dev" })).await, format!("{DEV} {MASTER} {FIRST}"));
    assert_eq!(list(json!({})).await, format!("{MASTER} {FIRST}"));
    assert_eq!(list(json!({ "Ref": "dev", "Path": "foo.txt" })).await, format!("{DEV} {FIRST}"));
    assert_eq!(list(json!({ "Ref": "dev", "Author": "ADMIN@" })).await, MASTER);
    assert_eq!(list(json!({ "Ref": "dev", "KeyWord": "the test" })).await, DEV);
    assert_eq!(list(json!({ "Ref": "dev", "PageNumber": 2, "PageSize": 1 })).await, MASTER);
    assert_eq!(list(json!({ "Ref": "dev", "PageNumber": 9, "PageSize": 1 })).await, "");
    let second = "2020-10-16 02:57:19";
    assert_eq!(list(json!({ "Ref": "dev", "StartDate": second, "EndDate": second })).await, MASTER);
    let day = "2020-10-16";
    let all = format!("{DEV} {MASTER} {FIRST}");
    assert_eq!(list(json!({ "Ref": "dev", "StartDate": day, "EndDate": day })).await, all);
    assert_eq!(list(json!({ "Ref": "dev", "EndDate": "2020-10-15" })).await, "");
    for (fields, expected) in [
        (json!({ "PageSize": 501 }), "InvalidParameter: PageSize must be from 1 to 500"),
        (json!({ "PageNumber": 0 }), "InvalidParameter: PageNumber must be at least 1"),
        (
            json!({ "EndDate": "soon" }),
            "InvalidParameter: EndDate must be a day such as 2026-01-31",
        ),
        (json!({ "Ref": "--all" }), "ResourceNotFound: revision \"--all\" not found"),
    ] {
        assert_eq!(reader.refused("DescribeGitCommits", fields).await, expected);
    }
    let refused = reader.refused("DescribeGitCommit", json!({ "Sha": FOO })).await;
    assert_eq!(refused, format!("ResourceNotFound: revision \"{FOO}\" not found"));
}

#[tokio::test]
async fn two_commits_are_compared() {
    let reader = Reader::new().await;
    let between = async |source: &str, target: &str| {
        let fields = json!({ "Source": source, "Target": target });
        reader.ask("DescribeCommitsBetween2Commit", fields).await["DifferentOfCommitInfo"].clone()
    };
    let found = between("master", "dev").await;
    assert_eq!(column(&found["Commits"], "Sha"), DEV);
    assert_eq!(
        found["DifferentOfCommits"],
        json!([
            {
                "Path": "bar.txt", "Name": "bar.txt", "Deletions": 0, "Insertions": 0,
                "ChangeType": "rename"
            },
            {
                "Path": "root/test.java", "Name": "test.java", "Deletions": 0, "Insertions": 1,
                "ChangeType": "add"
            },
        ])
    );
    assert_eq!(
        [&found["Deletions"], &found["Insertions"], &found["UpdateFileNum"], &found["IsTruncated"]],
        [&json!(0), &json!(1), &json!(2), &json!(false)]
    );
    let nothing = between("dev", "master").await;
    assert_eq!((&nothing["Commits"], &nothing["UpdateFileNum"]), (&json!([]), &json!(0)));

    let file = async |fields: Value| {
        reader.ask("DescribeDifferentBetween2Commits", fields).await["DiffFileInfo"].clone()
    };
    let path = "root/test.java";
    let found = file(json!({ "Source": "master", "Target": "dev", "Path": path })).await;
    // As in the document, to the letter.
    let example = json!({
        "DifferentLines": [
            { "Index": 0, "LeftNo": 0, "Prefix": " ", "RightNo": 0, "Text": "@@ -0,0 +1 @@\n" },
            {
                "Index": 1, "LeftNo": 1, "Prefix": "+", "RightNo": 1,
                "Text": "dsafdasdfas\\ No newline at end of file"
            },
        ],
        "Deletions": 0, "Insertions": 1,
    });
    assert_eq!(found, example);
    let back = json!({ "Source": "dev", "Target": "master", "Path": path, "Straight": true });
    assert_eq!(file(back).await["Deletions"], 1);
    let same = file(json!({ "Source": "master", "Target": "dev", "Path": "aaa" })).await;
    assert_eq!(same, json!({ "DifferentLines": [], "Deletions": 0, "Insertions": 0 }));
    let fields = json!({ "Source": "master", "Target": "none", "Path": path });
    let refused = reader.refused("DescribeDifferentBetween2Commits", fields).await;
    assert_eq!(refused, "ResourceNotFound: revision \"none\" not found");

    let base = reader.ask("DescribeGitMergeBase", json!({ "SrcRef": "dev", "DestRef": "main" }));
    assert_eq!(base.await["Commit"]["Sha"], MASTER);
}

#[tokio::test]
async fn a_commit_shows_what_it_changed() {
    let reader = Reader::new().await;
    let diffs =
        reader.ask("DescribeGitCommitDiff", json!({ "Sha": MASTER })).await["Diffs"].clone();
    assert_eq!(column(&diffs, "Path"), ".babelrc lib/src/extended_render_paragraph.dart vendor");
    let path = "lib/src/extended_render_paragraph.dart";
    let one = reader.ask("DescribeGitCommitDiff", json!({ "sha": MASTER, "Path": path })).await;
    let one = &one["Diffs"][0];
    assert_eq!(one, &diffs[1]);
    let content = one["Content"].as_str().expect("a text");
    assert!(content.starts_with(&format!("diff --git a/{path} b/{path}\nindex ")), "{content}");
    assert!(content.contains("\n@@ -4,7 +4,7 @@\n   line 4;\n"), "{content}");
    assert!(content.contains("\n-  line 7;\n+  line seven;\n   line 8;\n"), "{content}");
    let lines: Vec<String> = one["Lines"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|line| {
            format!("{} {} {} {}", line["LeftNo"], line["Prefix"], line["RightNo"], line["Text"])
        })
        .collect();
    assert_eq!(
        lines,
        [
            r#"0 "\u0000" 0 "@@ -4,7 +4,7 @@\n""#,
            r#"4 " " 4 "  line 4;""#,
            r#"5 " " 5 "  line 5;""#,
            r#"6 " " 6 "  line 6;""#,
            r#"7 "-" 7 "  line 7;""#,
            r#"8 "+" 7 "  line seven;""#,
            r#"8 " " 8 "  line 8;""#,
            r#"9 " " 9 "  line 9;""#,
            r#"10 " " 10 "  line 10;""#,
        ]
    );
    let first = reader.ask("DescribeGitCommitDiff", json!({ "Sha": FIRST })).await["Diffs"].clone();
    let file = |path: &str| {
        let mut files = first.as_array().expect("a list").iter();
        files.find(|file| file["Path"] == path).expect("a file").clone()
    };
    assert_eq!(file("image.png")["IsOmitted"], true);
    assert_eq!(
        (&file("latin1.txt")["IsLossy"], &file("aaa")["IsLossy"]),
        (&json!(true), &json!(false))
    );
    let modes = |file: &Value| {
        [file["OldMode"].clone(), file["NewMode"].clone(), file["ChangeType"].clone()]
    };
    assert_eq!(modes(&file("run.sh")), ["000000", "100755", "add"]);
    let moved = reader.ask("DescribeGitCommitDiff", json!({ "Sha": DEV, "Path": "bar.txt" })).await;
    assert_eq!(modes(&moved["Diffs"][0]), ["100644", "100644", "rename"]);
    assert_eq!(moved["Diffs"][0]["OldPath"], "foo.txt");
}

#[tokio::test]
async fn branches_are_read_and_listed() {
    let reader = Reader::new().await;
    let branch = reader.ask("DescribeGitBranch", json!({ "BranchName": "feature/größe" })).await;
    let branch = &branch["GitBranch"];
    assert_eq!(
        [&branch["BranchName"], &branch["Sha"], &branch["IsDefaultBranch"]],
        [&json!("feature/größe"), &json!(DEV), &json!(false)]
    );
    assert_eq!(branch["LastCommit"]["ShortMessage"], "Add the test");
    for name in ["none", "tag_one", "HEAD", MASTER] {
        let refused = reader.refused("DescribeGitBranch", json!({ "BranchName": name })).await;
        assert_eq!(refused, format!("ResourceNotFound: branch \"{name}\" not found"));
    }
    let all = reader.ask("DescribeGitBranches", json!({})).await;
    assert_eq!(column(&all["Branches"], "BranchName"), "dev feature/größe main master release");
    assert_eq!(all["TotalCount"], 5);
    assert_eq!(all["Branches"][2]["IsDefaultBranch"], true);
    assert_eq!(all["Branches"][0]["LastCommitDate"], 1_602_817_139_000_i64);
    let page = json!({ "KeyWord": "MA", "PageNumber": 2, "PageSize": 1 });
    let page = reader.ask("DescribeGitBranches", page).await;
    assert_eq!(
        (column(&page["Branches"], "BranchName"), &page["TotalCount"]),
        ("master".into(), &json!(2))
    );
    let refused = reader.refused("DescribeGitBranches", json!({ "PageSize": 0 })).await;
    assert_eq!(refused, "InvalidParameter: PageSize must be from 1 to 1000");
}

#[tokio::test]
async fn branches_show_what_the_rules_say_of_them() {
    let reader = Reader::new().await;
    let call = call::Call::system(reader.world.env().clone());
    let key = depots::DepotKey::Id(depots::DepotId(reader.depot));
    let depot = depots::authorise::<base::Administer>(&call, key).await.expect("a depot");
    depots::rules::branches::create(&call, &depot, "feature/*").await.expect("a rule");
    depots::rules::refs::make_read_only(&call, &depot, "release").await.expect("a rule");
    let all = reader.ask("DescribeGitBranches", json!({})).await["Branches"].clone();
    for branch in all.as_array().expect("a list") {
        let name = branch["BranchName"].as_str().expect("a name");
        let protected = name.starts_with("feature/");
        assert_eq!(branch["IsProtected"], protected, "{name}");
        assert_eq!(branch["DenyForcePush"], protected, "{name}");
        assert_eq!(branch["IsReadOnly"], name == "release", "{name}");
    }
}

#[tokio::test]
async fn tags_are_read_and_listed() {
    let reader = Reader::new().await;
    let tag =
        reader.ask("DescribeGitTag", json!({ "TagName": "tag-demo" })).await["GitTag"].clone();
    assert_eq!(
        (&tag["Message"], &tag["Commit"]["Sha"]),
        (&json!("this is a tag-demo"), &json!(MASTER))
    );
    assert_eq!(tag["Commit"]["CreatedAt"], 1_602_817_044_000_i64);
    let plain =
        reader.ask("DescribeGitTag", json!({ "TagName": "tag_one" })).await["GitTag"].clone();
    assert_eq!((&plain["Message"], &plain["Commit"]["Sha"]), (&json!(""), &json!(FIRST)));
    let refused = reader.refused("DescribeGitTag", json!({ "TagName": "dev" })).await;
    assert_eq!(refused, "ResourceNotFound: tag not found");

    let list = async |fields: Value| {
        let answer = reader.ask("DescribeGitTags", fields).await;
        (column(&answer["GitTags"], "TagName"), answer["TotalCount"].clone())
    };
    assert_eq!(list(json!({})).await, ("TagName tag-demo tag_one".into(), json!(3)));
    let page = json!({ "KeyWord": "TAG_", "Page": 1, "PageSize": 10 });
    assert_eq!(list(page).await, ("tag_one".into(), json!(1)));
    assert_eq!(list(json!({ "Page": 2, "PageSize": 2 })).await, ("tag_one".into(), json!(3)));
    let refused = reader.refused("DescribeGitTags", json!({ "Page": 0 })).await;
    assert_eq!(refused, "InvalidParameter: Page must be at least 1");

    let by_branch = reader.ask("DescribeGitTagsByBranch", json!({ "Branch": "master" })).await;
    assert_eq!(by_branch["Tags"], json!(["TagName", "tag-demo", "tag_one"]));
    let refused = reader.refused("DescribeGitTagsByBranch", json!({ "Branch": "tag_one" })).await;
    assert_eq!(refused, "ResourceNotFound: branch \"tag_one\" not found");
    let by_sha = reader.ask("DescribeGitTagsBySha", json!({ "Sha": MASTER })).await;
    assert_eq!(column(&by_sha["GitTags"], "TagName"), "tag-demo");
}

#[tokio::test]
async fn references_are_found_by_name_and_by_commit() {
    let reader = Reader::new().await;
    let named = async |revision: &str| {
        reader.ask("DescribeGitRef", json!({ "Revision": revision })).await["GitRef"].clone()
    };
    let tag = named("tag-demo").await;
    assert_eq!((&tag["Name"], &tag["AnnotatedTag"]), (&json!("refs/tags/tag-demo"), &json!(true)));
    assert_eq!(
        (&tag["RefObjectId"], &tag["ShortMessage"]),
        (&json!(MASTER), &json!("this is a tag-demo"))
    );
    assert_ne!(tag["ObjectId"], MASTER);
    let plain = named("refs/tags/tag_one").await;
    assert_eq!((&plain["ObjectId"], &plain["RefObjectId"]), (&json!(FIRST), &json!(FIRST)));
    let branch = named("dev").await;
    assert_eq!(
        (&branch["Name"], &branch["FullMessage"]),
        (&json!("refs/heads/dev"), &json!("Add the test\n"))
    );
    let refused = reader.refused("DescribeGitRef", json!({ "Revision": MASTER })).await;
    assert_eq!(refused, format!("ResourceNotFound: reference \"{MASTER}\" not found"));

    let all = reader.ask("DescribeGitRefsBySha", json!({ "Sha": MASTER, "Type": "all" })).await;
    let names = "dev feature/größe main master release tag-demo";
    assert_eq!(column(&all["Refs"], "Name"), names);
    assert_eq!(column(&all["Refs"], "Type"), "branch branch branch branch branch tag");
    let tags = reader.ask("DescribeCommitRefs", json!({ "Sha": FIRST, "Type": "tag" })).await;
    assert_eq!(column(&tags["CommitRefs"], "Name"), "TagName tag-demo tag_one");
    let refused = reader.refused("DescribeCommitRefs", json!({ "Sha": FIRST, "Type": "x" })).await;
    assert_eq!(refused, "InvalidParameter: Type must be all, branch or tag");
    let branches = reader.ask("DescribeGitBranchesBySha", json!({ "Sha": DEV })).await;
    assert_eq!(branches["Refs"], json!([{ "Ref": "dev" }, { "Ref": "feature/größe" }]));
    let refused =
        reader.refused("DescribeGitBranchesBySha", json!({ "Sha": "f".repeat(40) })).await;
    assert!(refused.starts_with("ResourceNotFound: revision"), "{refused}");
}

#[tokio::test]
async fn people_are_found_behind_commits() {
    let reader = Reader::new().await;
    let all = reader.ask("DescribeGitContributors", json!({ "Ref": "dev" })).await;
    assert_eq!(
        all["Contributors"],
        json!([
            { "Email": "coding@coding.com", "Name": "coding", "Commits": 2 },
            { "Email": "admin@example.org", "Name": "Admin", "Commits": 1 },
        ])
    );
    let blame = async |first: u32, last: u32| {
        let fields = json!({
            "CommitSha": "master", "FilePath": ".babelrc", "LineStart": first, "LineEnd": last
        });
        reader.ask("DescribeGitBlameInfo", fields).await["Info"].clone()
    };
    let lines = blame(2, 3).await;
    assert_eq!(column(&lines, "CommitSha"), format!("{MASTER} {FIRST}"));
    assert_eq!((&lines[0]["LineNumber"], &lines[1]["LineNumber"]), (&json!(2), &json!(3)));
    let committer = json!({
        "Id": 0, "TeamId": 0, "Name": "coding", "Email": "coding@coding.com", "GlobalKey": "",
        "Status": "", "Avatar": "",
    });
    assert_eq!(lines[0]["Committer"], committer);
    assert_eq!(lines[0]["CommitDate"], 1_602_817_039_000_i64);
    assert_eq!(blame(11, 99).await.as_array().map(Vec::len), Some(2));
    let refused = async |first: u32, last: u32, path: &str| {
        let fields = json!({
            "CommitSha": MASTER, "FilePath": path, "LineStart": first, "LineEnd": last
        });
        reader.refused("DescribeGitBlameInfo", fields).await
    };
    assert_eq!(
        refused(3, 2, ".babelrc").await,
        "InvalidParameter: LineEnd must not be less than LineStart"
    );
    assert_eq!(
        refused(50, 60, ".babelrc").await,
        "InvalidParameter: LineStart the file has fewer lines"
    );
    assert_eq!(refused(1, 2, "src").await, "ResourceNotFound: file \"src\" not found");
}

#[tokio::test]
async fn an_empty_depot_has_nothing_to_read() {
    let reader = Reader::new().await;
    let project =
        reader.world.done("guest", "DescribeGitDepot", json!({ "DepotId": reader.depot }));
    let project = project.await["Depot"]["ProjectId"].clone();
    let fields = json!({ "ProjectId": project, "DepotName": "empty" });
    let depot = reader.world.done("member", "CreateGitDepot", fields).await["DepotId"].clone();
    let ask =
        async |action: &str| reader.world.done("guest", action, json!({ "DepotId": depot })).await;
    assert_eq!(ask("DescribeGitBranches").await["Branches"], json!([]));
    assert_eq!(ask("DescribeGitTags").await["GitTags"], json!([]));
    assert_eq!(ask("DescribeGitCommits").await["Commits"], json!([]));
    assert_eq!(ask("DescribeGitContributors").await["Contributors"], json!([]));
    assert_eq!(ask("DescribeDepotDefaultBranch").await["BranchName"], "main");
    let refused =
        reader.world.refused("guest", "DescribeGitFiles", json!({ "DepotId": depot })).await;
    assert_eq!(refused, "ResourceNotFound: the default branch not found");
}

//! Protection, rules for pushes, specifications and settings of depots.

use serde_json::{Value, json};

use crate::world::{World, each};

/// A project `web` with a depot that has a commit on `main` and a tag `v1`.
async fn depot(world: &World) -> i64 {
    let (_, depot) = world.project("web").await;
    world.tagged(depot, "v1").await;
    depot
}

/// `fields` about the depot, named by its path.
fn on(fields: Value) -> Value {
    let mut fields = fields;
    fields["DepotPath"] = json!("makers/web/web");
    fields
}

/// Writes a file on `main`; what stands in the way.
async fn write(world: &World, who: &str, branch: &str, path: &str) -> Result<(), String> {
    use depots::DepotKey;
    use depots::commits::{self, FileEdit, FilesChange, Mode};

    let actor = identity::testing::actor(world.env(), "makers", who, base::TeamRole::Member).await;
    let call = call::Call::for_user(world.env().clone(), actor);
    let key = DepotKey::Path("makers", "web", "web");
    let data = world.env().random.hex(8).into_bytes();
    let change = FilesChange {
        branch: "main".to_owned(),
        new_branch: (branch != "main").then(|| branch.to_owned()),
        message: "a change\n".to_owned(),
        files: vec![FileEdit::Write { path: path.to_owned(), data, mode: Mode::File }],
        ..FilesChange::default()
    };
    let depot = depots::authorise::<base::Write>(&call, key).await.map_err(|e| e.to_string())?;
    commits::change_files(&call, &depot, change).await.map(drop).map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_branch_is_protected_by_rules_and_as_it_was_before() {
    each(async |world| {
        let depot = depot(&world).await;
        let at = |fields: Value| on(fields);
        world.done("admin", "CreateBranchProtection", at(json!({ "Rule": "main" }))).await;
        world.done("admin", "CreateBranchProtection", at(json!({ "Rule": "dev/*" }))).await;
        let listed = world.done("guest", "DescribeBranchProtections", at(json!({}))).await;
        let rules = listed["BranchProtections"].as_array().expect("a list");
        let id = rules[0]["BranchProtectionId"].clone();
        let expected = json!({
            "BranchProtectionId": id, "Rule": "main", "DenyForcePush": true,
            "ForceSquash": false, "RequiredGrantCount": 1, "RequiredStatusCheck": false,
            "MatcherCount": 1, "SrcMustMergedTo": "", "RequiredCodeOwnerGrant": false,
        });
        assert_eq!((rules.len(), &rules[0]), (2, &expected));
        let words = write(&world, "member", "main", "b").await.unwrap_err();
        assert!(words.contains("protected branch rule main lets you not push"), "{words}");

        let wanted = json!({
            "BranchProtectionId": id, "RequiredGrantCount": "3", "ForceSquash": 1,
            "RequiredStatusCheck": true, "SrcMustMergedTo": "dev", "RequiredCodeOwnerGrant": true,
        });
        let changed = at(json!({ "BranchProtection": wanted }));
        let changed = world.done("admin", "ModifyBranchProtection", changed).await;
        let one = at(json!({ "BranchProtectionId": id }));
        let shown = world.done("guest", "DescribeBranchProtection", one.clone()).await;
        assert_eq!(shown["BranchProtection"], changed["BranchProtection"]);
        assert_eq!(shown["BranchProtection"]["RequiredGrantCount"], 3);
        assert_eq!(shown["BranchProtection"]["DenyForcePush"], true);

        // By a member of the rule, and as the older actions do it.
        let member = |more: Value| {
            let mut fields = json!({ "BranchProtectionId": id, "UserGlobalKey": "member" });
            let more = more.as_object().cloned().expect("an object");
            fields.as_object_mut().expect("an object").extend(more);
            on(fields)
        };
        let add = member(json!({ "AllowPush": false }));
        world.done("admin", "CreateBranchProtectionMember", add.clone()).await;
        let twice = world.refused("admin", "CreateBranchProtectionMember", add).await;
        assert_eq!(twice, "FailedOperation: he is a member of the rule already");
        assert!(write(&world, "member", "main", "b").await.is_err());
        let allow = json!({
            "BranchRuleName": "main", "UserGlobalKey": "member", "AllowPush": true,
        });
        world.done("admin", "ModifyBranchProtectionMemberPermission", at(allow)).await;
        // Nobody has reported on what is made here and now.
        let refused = write(&world, "member", "main", "b").await.unwrap_err();
        assert!(refused.contains("asks for a successful check of commit"), "{refused}");
        let checks = |required: bool| {
            at(json!({ "BranchProtection": {
                "BranchProtectionId": one["BranchProtectionId"], "RequiredStatusCheck": required,
            } }))
        };
        world.done("admin", "ModifyBranchProtection", checks(false)).await;
        write(&world, "member", "main", "b").await.unwrap();
        world.done("admin", "ModifyBranchProtection", checks(true)).await;
        let members = world.done("guest", "DescribeBranchProtectionMembers", one.clone()).await;
        let expected = json!([{ "Name": "member", "GlobalKey": "member", "AllowPush": true }]);
        assert_eq!(members["Members"], expected);
        let older = at(json!({ "BranchName": "main" }));
        let members = world.done("guest", "DescribeProtectedBranchMembers", older.clone()).await;
        let expected = json!([{
            "HasPushAccess": true, "HasUpdateAccess": true, "Name": "member",
            "GlobalKey": "member",
        }]);
        assert_eq!(members["Members"], expected);
        let all = world.done("guest", "DescribeProtectedBranchMembers", at(json!({}))).await;
        assert_eq!(all["Members"], expected);
        world.done("admin", "DeleteBranchProtectionMember", member(json!({}))).await;
        assert!(write(&world, "member", "main", "c").await.is_err());
        let absent =
            world.refused("admin", "DeleteBranchProtectionMember", member(json!({}))).await;
        assert_eq!(absent, "ResourceNotFound: member of the rule not found");

        let shown = world.done("guest", "DescribeProtectedBranch", older.clone()).await;
        let shown = &shown["ProtectedBranch"];
        assert_eq!(shown["CommitDate"], call::testing::START.millis());
        assert_eq!((&shown["Name"], &shown["StatusCheck"]), (&json!("main"), &json!(true)));
        world.done("admin", "CreateProtectedBranch", at(json!({ "BranchName": "later" }))).await;
        let by_name = json!({ "BranchName": "later", "GlobalKey": "member" });
        world.done("admin", "CreateProtectedBranchMember", at(by_name)).await;
        write(&world, "member", "later", "c").await.unwrap();
        let listed = world.done("guest", "DescribeProtectedBranchs", at(json!({}))).await;
        let names = listed["ProtectedBranchs"].as_array().expect("a list").iter();
        assert_eq!(names.map(|it| &it["Name"]).collect::<Vec<_>>(), ["later", "main"]);

        world.done("admin", "DeleteBranchProtection", one.clone()).await;
        write(&world, "member", "main", "d").await.unwrap();
        for (action, fields, expected) in [
            ("DescribeBranchProtection", one.clone(), "branch protection rule not found"),
            ("DeleteBranchProtection", one.clone(), "branch protection rule not found"),
            ("DescribeBranchProtectionMembers", one, "branch protection rule not found"),
            ("DescribeProtectedBranch", older.clone(), "protected branch not found"),
            ("DescribeProtectedBranchMembers", older, "protected branch not found"),
        ] {
            let refused = world.refused("admin", action, fields).await;
            assert_eq!(refused, format!("ResourceNotFound: {expected}"), "{action}");
        }
        for (action, fields, expected) in [
            ("CreateBranchProtection", json!({ "Rule": "a b" }), "InvalidParameter: Rule matches"),
            ("CreateBranchProtection", json!({ "Rule": "" }), "MissingParameter: Rule is missing"),
            (
                "CreateBranchProtection",
                json!({ "Rule": "dev/*" }),
                "FailedOperation: there is a rule for dev/* already",
            ),
            (
                "CreateProtectedBranch",
                json!({ "BranchName": "a*" }),
                "InvalidParameter: BranchName is not the name",
            ),
        ] {
            let refused = world.refused("admin", action, at(fields)).await;
            assert!(refused.starts_with(expected), "{action}: {refused}");
        }
        // By the number in the place of the path, and of no other depot.
        let by_number = json!({ "DepotId": depot.to_string() });
        world.done("guest", "DescribeBranchProtections", by_number).await;
    })
    .await;
}

#[tokio::test]
async fn tags_and_refs_are_protected() {
    each(async |world| {
        let depot = depot(&world).await;
        world.tagged(depot, "2022.01.12").await;
        let rules = on(json!({ "Rule": ["2021*", "2022*"] }));
        world.done("admin", "CreateGitProtectedTagRules", rules.clone()).await;
        world.done("admin", "CreateGitProtectedTagRule", on(json!({ "Rule": "v*" }))).await;
        let tags = world.done("guest", "DescribeGitProtectedTags", on(json!({}))).await;
        let tag = |name: &str| json!({ "TagName": name, "Message": "the first" });
        assert_eq!(tags["GitTags"], json!([tag("2022.01.12"), tag("v1")]));
        let of = |rule: &str| on(json!({ "Rule": rule }));
        let tags = world.done("guest", "DescribeGitProtectedTagsByRule", of("v*")).await;
        assert_eq!(tags["GitTags"], json!([tag("v1")]));
        world.done("admin", "DeleteGitProtectedTagRule", of("v*")).await;
        for action in ["DescribeGitProtectedTagsByRule", "DeleteGitProtectedTagRule"] {
            let refused = world.refused("admin", action, of("v*")).await;
            assert_eq!(refused, "ResourceNotFound: tag protection rule not found");
        }
        let taken = world.refused("admin", "CreateGitProtectedTagRules", rules).await;
        assert_eq!(taken, "FailedOperation: there is a rule for 2021* already");
        let bad = world.refused("admin", "CreateGitProtectedTagRule", of("a b")).await;
        assert!(bad.starts_with("InvalidParameter: Rule matches no name"), "{bad}");
        let none = on(json!({ "Rule": [] }));
        let none = world.refused("admin", "CreateGitProtectedTagRules", none).await;
        assert_eq!(none, "MissingParameter: Rule is missing");

        world.done("admin", "CreateReadOnlyRef", on(json!({ "RefName": "main" }))).await;
        let words = write(&world, "admin", "main", "b").await.unwrap_err();
        assert!(words.contains("refs/heads/main is read-only"), "{words}");
        for (name, expected) in [
            ("main", "FailedOperation: there is a rule for refs/heads/main already"),
            ("none", "ResourceNotFound: ref not found"),
            ("", "MissingParameter: RefName is missing"),
        ] {
            let fields = on(json!({ "RefName": name }));
            assert_eq!(world.refused("admin", "CreateReadOnlyRef", fields).await, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn pushes_keep_to_settings_and_to_rules_for_files() {
    each(async |world| {
        depot(&world).await;
        let setting = json!({
            "CheckCommitAuthor": true, "DenyForcePush": true, "PushFileSize": "0.5",
            "CommitMessageMustMatchRegex": "^a ", "PushDenyFile": "*.jar\n*.class",
        });
        let wanted = on(json!({ "Param": setting }));
        let told = world.done("admin", "ModifyDepotPushSetting", wanted).await;
        assert_eq!(told["Data"], setting);
        let shown = world.done("guest", "DescribeDepotPushSetting", on(json!({}))).await;
        assert_eq!(shown["Data"], setting);
        let words = write(&world, "member", "main", "x/y.jar").await.unwrap_err();
        assert!(words.contains("deny files like *.jar: x/y.jar"), "{words}");
        write(&world, "member", "main", "x/y").await.unwrap();
        for (field, value, expected) in [
            ("PushFileSize", "many", "must be a number, as 12 or 0.9"),
            ("PushFileSize", "0", "must be more than nothing"),
            ("CommitMessageMustMatchRegex", "(a", "is not a regular expression: unclosed group"),
            ("PushDenyFile", "a\n[", "has a pattern that cannot be read: ["),
        ] {
            let fields = on(json!({ "Param": { field: value } }));
            let refused = world.refused("admin", "ModifyDepotPushSetting", fields).await;
            assert_eq!(refused, format!("InvalidParameter: Param.{field} {expected}"));
        }
        let cleared = on(json!({ "Param": {
            "CheckCommitAuthor": false, "PushFileSize": "", "CommitMessageMustMatchRegex": "",
            "PushDenyFile": "",
        } }));
        let told = world.done("admin", "ModifyDepotPushSetting", cleared).await;
        assert_eq!(
            (&told["Data"]["PushFileSize"], &told["Data"]["PushDenyFile"]),
            (&json!(""), &json!(""))
        );

        let new = on(json!({ "Pattern": "*.js", "IsDenyForAllUser": true }));
        let made = world.done("admin", "CreateDepotFilePushRule", new.clone()).await;
        let id = made["GitFilePushRule"][0]["FilePushRuleId"].clone();
        assert!(write(&world, "member", "main", "a.js").await.is_err());
        let who = |more: Value| {
            let mut fields = json!({ "FilePushRuleId": id });
            let more = more.as_object().cloned().expect("an object");
            fields.as_object_mut().expect("an object").extend(more);
            on(fields)
        };
        let role = json!({ "IsDeny": false, "IsRole": true, "IsUser": false, "RoleId": 2 });
        world.done("admin", "CreateDepotFilePushRulePrivilege", who(role.clone())).await;
        write(&world, "member", "main", "a.js").await.unwrap();
        let user = json!({
            "IsDeny": true, "IsRole": false, "IsUser": true, "UserGlobalKey": "member",
        });
        let told = world.done("admin", "CreateDepotFilePushRulePrivilege", who(user.clone())).await;
        assert_eq!(
            told["GitFilePushRule"],
            json!([{
                "FilePushRuleId": id, "IsDenyForAllUser": true, "Pattern": "*.js",
                "Privileges": [
                    {
                        "IsDeny": false, "IsUser": false, "IsRole": true,
                        "User": { "Name": "", "GlobalKey": "", "Avatar": "" },
                        "Role": { "Name": "开发", "RoleId": 2 },
                    },
                    {
                        "IsDeny": true, "IsUser": true, "IsRole": false,
                        "User": { "Name": "member", "GlobalKey": "member", "Avatar": "" },
                        "Role": { "Name": "", "RoleId": 0 },
                    },
                ],
            }])
        );
        assert!(write(&world, "member", "main", "a.js").await.is_err());
        let mut allowed = user.clone();
        allowed["IsDeny"] = json!(false);
        let changed = who(allowed);
        world.done("admin", "ModifyDepotFilePushRuleDenyPrivilege", changed).await;
        write(&world, "member", "main", "a.js").await.unwrap();
        world.done("admin", "DeleteDepotFilePushRuleDenyPrivilege", who(user.clone())).await;
        let gone = world.refused("admin", "DeleteDepotFilePushRuleDenyPrivilege", who(user)).await;
        assert_eq!(gone, "ResourceNotFound: privilege not found");
        let off = who(json!({ "IsDenyForAllUser": false }));
        let told = world.done("admin", "ModifyDepotFilePushRule", off).await;
        assert_eq!(told["GitFilePushRule"][0]["IsDenyForAllUser"], false);
        for (fields, expected) in [
            (json!({ "IsDeny": true }), "MissingParameter: IsUser is missing"),
            (
                json!({ "IsDeny": true, "IsUser": true, "IsRole": true }),
                "InvalidParameter: IsUser or IsRole must be true, and not both",
            ),
            (
                json!({ "IsDeny": true, "IsUser": true }),
                "MissingParameter: UserGlobalKey is missing",
            ),
            (json!({ "IsDeny": true, "IsRole": true }), "MissingParameter: RoleId is missing"),
            (
                json!({ "IsDeny": true, "IsRole": true, "RoleId": 9 }),
                "InvalidParameter: RoleId is not the number of a role",
            ),
            (
                json!({ "IsDeny": true, "IsUser": true, "UserGlobalKey": "none" }),
                "ResourceNotFound: user none not found",
            ),
            (role, "FailedOperation: the rule says something of him already"),
        ] {
            let action = "CreateDepotFilePushRulePrivilege";
            assert_eq!(world.refused("admin", action, who(fields)).await, expected);
        }
        let taken = world.refused("admin", "CreateDepotFilePushRule", new).await;
        assert_eq!(taken, "FailedOperation: there is a rule for *.js already");
        let told = world.done("admin", "DeleteDepotFilePushRule", who(json!({}))).await;
        assert_eq!(told["GitFilePushRule"], json!([]));
        let shown = world.done("guest", "DescribeDepotFilePushRules", on(json!({}))).await;
        assert_eq!(shown["GitFilePushRule"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn depots_follow_specifications() {
    each(async |world| {
        depot(&world).await;
        let listed = world.done("outsider", "DescribeDepotSpecs", json!({})).await;
        assert_eq!(listed["DepotSpecs"].as_array().map(Vec::len), Some(4));
        let gitflow = json!({ "DepotSpecName": "Gitflow 分支规范" });
        let by_name = world.done("outsider", "DescribeDepotSpecDetail", gitflow.clone()).await;
        let detail = &by_name["Detail"];
        assert_eq!(
            (&detail["Type"], &detail["UseExistingSolution"]),
            (&json!("system"), &json!(false))
        );
        assert_eq!(
            detail["DepotMergeRequestRuleList"][2],
            json!({
                "SourceBranchTypeName": "功能分支", "SourceBranchTypeRule": "feature/*",
                "TargetBranchTypeName": "开发分支", "TargetBranchTypeRule": "develop",
            })
        );
        let none = world.done("guest", "DescribeDepotSpecDetail", on(json!({}))).await;
        assert_eq!(none["Detail"], Value::Null);
        world.done("admin", "ModifyChooseDepotSpec", on(gitflow)).await;
        let followed = world.done("guest", "DescribeDepotSpecDetail", on(json!({}))).await;
        assert_eq!(followed["Detail"]["UseExistingSolution"], true);
        let words = write(&world, "member", "odd", "b").await.unwrap_err();
        assert!(words.contains("Gitflow 分支规范 has no type of branch for odd"), "{words}");
        let own = json!({
            "AllowPushWildRef": false,
            "DepotBranchTypeList": [{ "Name": "a", "Rule": "odd", "Description": "d" }],
        });
        let own = on(json!({ "Param": own }));
        let told = world.done("admin", "ModifyDepotLevelDepotSpec", own).await;
        assert_eq!(
            (&told["Detail"]["Type"], &told["Detail"]["Name"]),
            (&json!("depot"), &json!(""))
        );
        write(&world, "member", "odd", "b").await.unwrap();

        let team = |rename: &str| {
            json!({ "Param": {
                "Name": "ours", "ReName": rename, "Description": "for us",
                "AllowPushWildRef": true,
                "DepotBranchTypeList": [
                    { "Name": "t", "Rule": "" }, { "Name": "w", "Rule": "w/*" },
                ],
                "DepotMergeRequestRuleList": [
                    { "SourceBranchTypeName": "w", "TargetBranchTypeName": "t" },
                ],
            } })
        };
        world.done("boss", "ModifyTeamLevelDepotSpec", team("")).await;
        let renamed = world.done("boss", "ModifyTeamLevelDepotSpec", team("new")).await;
        assert_eq!(
            (&renamed["Detail"]["Name"], &renamed["Detail"]["Type"]),
            (&json!("new"), &json!("team"))
        );
        let choose = on(json!({ "DepotSpecName": "new" }));
        world.done("admin", "ModifyChooseDepotSpec", choose).await;
        let gone = json!({ "DepotSpecName": "new" });
        let used = world.refused("boss", "DeleteTeamLevelDepotSpec", gone.clone()).await;
        assert_eq!(used, "FailedOperation: the specification is in use; depots that follow it: 1");
        let off = on(json!({ "DepotSpecName": "" }));
        let told = world.done("admin", "ModifyChooseDepotSpec", off).await;
        assert_eq!(told["Detail"], Value::Null);
        world.done("boss", "DeleteTeamLevelDepotSpec", gone.clone()).await;
        // Those of a team are its own, and a hidden depot is not there.
        for (who, action, fields, expected) in [
            ("boss", "DeleteTeamLevelDepotSpec", gone.clone(), "depot specification not found"),
            ("admin", "ModifyChooseDepotSpec", on(gone.clone()), "depot specification not found"),
            ("stranger", "DescribeDepotSpecDetail", gone, "depot specification not found"),
            ("outsider", "DescribeDepotSpecDetail", on(json!({})), "depot not found"),
        ] {
            let refused = world.refused(who, action, fields).await;
            assert_eq!(refused, format!("ResourceNotFound: {expected}"), "{action}");
        }
        for (param, expected) in [
            (json!({ "Name": "x" }), "MissingParameter: Param.DepotBranchTypeList is missing"),
            (
                json!({ "Name": "x", "DepotBranchTypeList": [{ "Name": "a", "Rule": "b c" }] }),
                "InvalidParameter: Param.DepotBranchTypeList matches no name",
            ),
            (
                json!({
                    "Name": "x", "DepotBranchTypeList": [{ "Name": "a", "Rule": "b" }],
                    "DepotMergeRequestRuleList": [
                        { "SourceBranchTypeName": "a", "TargetBranchTypeName": "z" },
                    ],
                }),
                "InvalidParameter: Param.DepotMergeRequestRuleList names no type: z",
            ),
        ] {
            let fields = json!({ "Param": param });
            let refused = world.refused("boss", "ModifyTeamLevelDepotSpec", fields).await;
            assert!(refused.starts_with(expected), "{refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn settings_quota_and_archive() {
    each(async |world| {
        depot(&world).await;
        world.done("admin", "ModifyDepotSharedSetting", on(json!({ "IsShared": true }))).await;
        let shown = world.done("outsider", "DescribeGitDepot", on(json!({}))).await;
        assert_eq!(shown["Depot"]["IsShared"], true);
        world
            .done("admin", "ModifyDepotSettings", on(json!({ "DepotStatusCheckRequired": true })))
            .await;
        let merge = on(json!({ "SquashOnMerge": "force_squash", "DefaultTargetBranch": "main" }));
        world.done("admin", "ModifyMergeRequestBasicSettings", merge).await;
        for (fields, expected) in [
            (
                json!({ "SquashOnMerge": "x" }),
                "SquashOnMerge must be no_squash, default_squash or force_squash",
            ),
            (
                json!({ "DefaultTargetBranch": "x" }),
                "DefaultTargetBranch is not a branch of the depot",
            ),
        ] {
            let action = "ModifyMergeRequestBasicSettings";
            let refused = world.refused("admin", action, on(fields)).await;
            assert_eq!(refused, format!("InvalidParameter: {expected}"));
        }
        for action in [
            "ModifyMergeRequestMergeCommitMessageTemplate",
            "ModifyMergeRequestSquashCommitMessageTemplate",
        ] {
            let text = |text: &str| on(json!({ "CommitMessageTemplate": text }));
            world.done("admin", action, text("Merge %{source_branch}")).await;
            let refused = world.refused("admin", action, text("%{oops}")).await;
            let expected = "InvalidParameter: CommitMessageTemplate has a variable";
            assert!(refused.starts_with(expected), "{refused}");
        }
        let quota = |text: &str| on(json!({ "DepotQuotaSize": text }));
        world.done("admin", "ModifyDepotQuota", quota("0.000001")).await;
        let words = write(&world, "member", "main", "b").await.unwrap_err();
        assert!(words.contains("quota exceeded"), "{words}");
        world.done("admin", "ModifyDepotQuota", quota("1")).await;
        write(&world, "member", "main", "b").await.unwrap();
        let refused = world.refused("admin", "ModifyDepotQuota", quota("x")).await;
        assert!(refused.starts_with("InvalidParameter: DepotQuotaSize must be"), "{refused}");

        world.done("admin", "ModifyGitDepotArchive", on(json!({}))).await;
        let words = write(&world, "admin", "main", "c").await.unwrap_err();
        assert!(words.starts_with("the depot is in the archive"), "{words}");
        let twice = world.refused("admin", "ModifyGitDepotArchive", on(json!({}))).await;
        assert_eq!(twice, "FailedOperation: the depot is in the archive already");
        world.done("admin", "ModifyGitDepotUnarchive", on(json!({}))).await;
        write(&world, "member", "main", "c").await.unwrap();
        let twice = world.refused("admin", "ModifyGitDepotUnarchive", on(json!({}))).await;
        assert_eq!(twice, "FailedOperation: the depot is not in the archive");
    })
    .await;
}

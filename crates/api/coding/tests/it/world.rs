//! An installation with people in it, and a client.

use std::collections::BTreeMap;

use api_coding::{OpenApi, Settings};
use axum::Router;
use axum::body::Body;
use base::{Scopes, TeamRole, UserId};
use call::testing::TestEnv;
use call::{Call, Env};
use events::Listeners;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use identity::tokens::{self, NewToken};
use jobs::Registry;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::history;

const MIGRATIONS: &[&[db::Migration]] =
    &[identity::MIGRATIONS, projects::MIGRATIONS, depots::MIGRATIONS, search::MIGRATIONS];

/// Runs `test` in a fresh world on each kind of database.
pub(crate) async fn each(test: impl AsyncFn(World)) {
    let registry = depots::register(Registry::new()).expect("the jobs");
    call::testing::on_each(MIGRATIONS, registry, Listeners::new(), async |installation| {
        test(World::new(installation, &Settings::default()).await).await;
    })
    .await;
}

/// A world on SQLite alone, for what does not touch data.
pub(crate) async fn one(settings: &Settings) -> World {
    let registry = depots::register(Registry::new()).expect("the jobs");
    let installation = call::testing::on_sqlite(MIGRATIONS, registry, Listeners::new()).await;
    World::new(installation, settings).await
}

/// People, each with a token:
///
/// * `boss` owns the team `makers`;
/// * `admin`, `member` and `guest` are in it and have that role in the
///   project that [`World::project`] makes;
/// * `outsider` is in the team and in no project;
/// * `stranger` is in another team;
/// * `nobody` has no token.
pub(crate) struct World {
    pub(crate) test: TestEnv,
    pub(crate) app: Router,
    people: BTreeMap<&'static str, (UserId, String)>,
}

pub(crate) const PASSWORD: &str = identity::testing::PASSWORD;

impl World {
    async fn new(test: TestEnv, settings: &Settings) -> Self {
        let app = api_coding::router(test.env.clone(), OpenApi::new(settings, &test.env));
        let mut world = Self { test, app, people: BTreeMap::new() };
        for (name, team, role) in [
            ("boss", "makers", TeamRole::Owner),
            ("admin", "makers", TeamRole::Member),
            ("member", "makers", TeamRole::Member),
            ("guest", "makers", TeamRole::Member),
            ("outsider", "makers", TeamRole::Member),
            ("stranger", "others", TeamRole::Owner),
        ] {
            let actor = identity::testing::actor(world.env(), team, name, role).await;
            world.people.insert(name, (actor.id, String::new()));
            let token = world.token_with(name, Scopes::EVERYTHING).await;
            world.people.insert(name, (actor.id, token));
        }
        world
    }

    pub(crate) fn env(&self) -> &Env {
        &self.test.env
    }

    pub(crate) fn id_of(&self, name: &str) -> i64 {
        self.people[name].0.0
    }

    pub(crate) fn token(&self, name: &str) -> &str {
        &self.people[name].1
    }

    /// A further token of `name`, good for `scopes` only.
    pub(crate) async fn token_with(&self, name: &str, scopes: Scopes) -> String {
        let new = NewToken {
            user: self.people[name].0,
            team: None,
            label: "test".to_owned(),
            scopes,
            expires_at: None,
        };
        let created = tokens::create(&Call::system(self.env().clone()), new).await;
        created.expect("a token").secret.expose().to_owned()
    }

    /// A project of `name` with its members and a depot of that name, in which
    /// is what [`crate::history`] says.
    pub(crate) async fn project(&self, name: &str) -> (i64, i64) {
        let project = self.done("admin", "CreateCodingProject", json!({ "Name": name })).await;
        let project = project["ProjectId"].as_i64().expect("a number");
        for (kind, who) in [(80, "member"), (75, "guest")] {
            let fields = json!({ "ProjectId": project, "Type": kind, "UserGlobalKeyList": [who] });
            self.done("admin", "CreateProjectMember", fields).await;
        }
        let fields = json!({ "ProjectId": project, "DepotName": name });
        let depot = self.done("admin", "CreateGitDepot", fields).await;
        let depot = depot["DepotId"].as_i64().expect("a number");
        history::fill(self.repository(depot).await.path());
        (project, depot)
    }

    /// What is on disk of a depot.
    pub(crate) async fn repository(&self, depot: i64) -> git::Repository {
        let call = Call::system(self.env().clone());
        let key = depots::DepotKey::Id(depots::DepotId(depot));
        let depot = depots::authorise::<base::Read>(&call, key).await.expect("a depot");
        depots::repository(self.env(), &depot).expect("a repository")
    }

    /// A public key that nobody has yet.
    pub(crate) fn public_key(&self) -> String {
        use base64::Engine as _;
        let mut blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20".to_vec();
        blob.extend_from_slice(self.env().random.hex(16).as_bytes());
        format!("ssh-ed25519 {} made up", base64::engine::general_purpose::STANDARD.encode(blob))
    }

    /// Adds the keys, the project and whatever else `action` is about, and names
    /// them in `fields`.
    pub(crate) async fn with_keys(&self, action: &str, depot: i64, mut fields: Value) -> Value {
        self.prepare(action, depot).await;
        let mine = matches!(action, "DescribeSshKey" | "DeleteSshKey");
        let of_member = matches!(action, "DescribeMemberSshKey" | "DeleteMemberSshKey");
        let new = json!({
            "Content": self.public_key(),
            "MemberUserId": self.id_of("member"),
            "DepotId": depot,
        });
        if action.contains("GitRelease") && action != "CreateGitRelease" {
            let tag = format!("v-{}", self.env().random.hex(4));
            let release = json!({ "DepotId": depot, "TagName": tag });
            self.done("admin", "CreateGitRelease", release).await;
            let one = json!({ "DepotId": depot, "TagName": tag });
            let one = self.done("admin", "DescribeGitReleaseDetail", one).await;
            fields["Iid"] = one["Release"]["Iid"].clone();
            fields["TagName"] = json!(tag);
            fields["FromDate"] = json!("");
            fields["ToDate"] = json!("");
        } else if action == "ModifyGitTransfer" {
            let other = json!({ "Name": format!("other-{}", self.env().random.hex(4)) });
            let other = self.done("admin", "CreateCodingProject", other).await;
            fields["TargetProjectId"] = other["ProjectId"].clone();
        } else if mine {
            let made = self.done("admin", "CreateSshKey", new).await;
            fields["SshKeyId"] = made["SshKeyInfo"]["Id"].clone();
        } else if of_member {
            let made = self.done("boss", "CreateMemberSshKey", new).await;
            fields["SshKeyId"] = made["SshKeyInfo"]["Id"].clone();
        } else if action.contains("DeployKey") && action != "CreateGitDeployKey" {
            self.done("admin", "CreateGitDeployKey", new).await;
            let of_depot = json!({ "DepotId": depot });
            let keys = self.done("admin", "DescribeGitDepotDeployKeys", of_depot).await;
            if action == "DeleteGitDeployKey" {
                fields["DeployKeyId"] = keys["Keys"][0]["KeyId"].clone();
            }
        }
        fields
    }

    /// Makes the rules that `action` is about, and names them in `fields`.
    pub(crate) async fn with_rules(&self, action: &str, depot: i64, mut fields: Value) -> Value {
        let of_depot = json!({ "DepotId": depot });
        let with = |more: Value| {
            let mut all = of_depot.clone();
            let more = more.as_object().cloned().unwrap_or_default();
            all.as_object_mut().expect("an object").extend(more);
            all
        };
        // What is there already answers `FailedOperation`.
        let make = async |action, more| drop(self.act("admin", action, with(more)).await);
        if action.contains("BranchProtection") && action != "CreateBranchProtection" {
            make("CreateBranchProtection", json!({ "Rule": "dev/*" })).await;
            let rules = self.done("admin", "DescribeBranchProtections", of_depot.clone()).await;
            let id = rules["BranchProtections"][0]["BranchProtectionId"].clone();
            for (field, value) in [
                ("BranchProtectionId", id.clone()),
                ("BranchRuleName", json!("dev/*")),
                ("UserGlobalKey", json!("member")),
            ] {
                if fields.get(field).is_some() {
                    fields[field] = value;
                }
            }
            if action == "ModifyBranchProtection" {
                fields["BranchProtection"]["BranchProtectionId"] = id.clone();
            } else if action != "CreateBranchProtectionMember" {
                let member = json!({ "BranchProtectionId": id, "UserGlobalKey": "member" });
                make("CreateBranchProtectionMember", member).await;
            }
        } else if action.contains("ProtectedBranch") && action != "CreateProtectedBranch" {
            make("CreateProtectedBranch", json!({ "BranchName": "master" })).await;
            if action == "CreateProtectedBranchMember" {
                fields["GlobalKey"] = json!("member");
            } else {
                let member = json!({ "BranchName": "master", "GlobalKey": "member" });
                make("CreateProtectedBranchMember", member).await;
            }
        } else if action.contains("ProtectedTag") && !action.starts_with("Create") {
            self.tagged(depot, "2022.01").await;
            for rule in ["2021*", "2022*"] {
                make("CreateGitProtectedTagRule", json!({ "Rule": rule })).await;
            }
        } else if action.contains("FilePushRule") {
            let js = json!({ "Pattern": "*.js", "IsDenyForAllUser": true });
            let css = json!({ "Pattern": "*.css", "IsDenyForAllUser": true });
            make("CreateDepotFilePushRule", css).await;
            if action == "CreateDepotFilePushRule" {
                return fields;
            }
            make("CreateDepotFilePushRule", js).await;
            let rules = self.done("admin", "DescribeDepotFilePushRules", of_depot.clone()).await;
            let ids = |place: usize| rules["GitFilePushRule"][place]["FilePushRuleId"].clone();
            for (place, is_user) in [(0, true), (0, false), (1, true), (1, false)] {
                if action == "CreateDepotFilePushRulePrivilege" && (place, is_user) == (1, true) {
                    continue;
                }
                let privilege = json!({
                    "FilePushRuleId": ids(place), "IsDeny": true, "IsUser": is_user,
                    "IsRole": !is_user, "UserGlobalKey": "member", "RoleId": 2,
                });
                make("CreateDepotFilePushRulePrivilege", privilege).await;
            }
            fields["FilePushRuleId"] = ids(1);
            if fields.get("UserGlobalKey").is_some() {
                fields["UserGlobalKey"] = json!("member");
            }
        } else if action == "CreateReadOnlyRef" {
            self.tagged(depot, "v1").await;
            fields["RefName"] = json!("main");
        } else if action == "DeleteTeamLevelDepotSpec" {
            let param = json!({
                "Name": "depot-spec-name", "AllowPushWildRef": true,
                "DepotBranchTypeList": [{ "Name": "a", "Rule": "a/*" }],
            });
            self.done("boss", "ModifyTeamLevelDepotSpec", json!({ "Param": param })).await;
        } else if action == "ModifyGitDepotUnarchive" {
            make("ModifyGitDepotArchive", json!({})).await;
        } else if action == "ModifyMergeRequestBasicSettings" {
            fields["SquashOnMerge"] = json!("force_squash");
            fields["DefaultTargetBranch"] = json!("");
        }
        fields
    }

    /// Gives a depot a commit on `main`, unless it has one, and a tag on it.
    pub(crate) async fn tagged(&self, depot: i64, tag: &str) {
        use depots::commits::{self, FileEdit, FilesChange, Mode};
        use depots::{DepotId, DepotKey};

        let call = Call::system(self.env().clone());
        let key = DepotKey::Id(DepotId(depot));
        let depot = depots::authorise::<base::Write>(&call, key).await.expect("the depot");
        let file =
            FileEdit::Write { path: "a.txt".to_owned(), data: b"1".to_vec(), mode: Mode::File };
        let change = FilesChange {
            message: "the first\n".to_owned(),
            files: vec![file],
            ..FilesChange::default()
        };
        // Both fail where it is there.
        drop(commits::change_files(&call, &depot, change).await);
        let new = depots::tags::NewTag {
            name: tag.to_owned(),
            start: "main".to_owned(),
            ..depots::tags::NewTag::default()
        };
        drop(depots::tags::create(&call, &depot, new).await);
    }

    /// What is in the `Response` of `action`, done by `who`.
    pub(crate) async fn act(&self, who: &str, action: &str, fields: Value) -> Value {
        let token = (who != "nobody").then(|| self.token(who));
        self.act_with(token, action, fields).await
    }

    pub(crate) async fn act_with(
        &self,
        token: Option<&str>,
        action: &str,
        mut fields: Value,
    ) -> Value {
        fields["Action"] = json!(action);
        let mut request = Request::post("/open-api").header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("token {token}"));
        }
        let request = request.body(fields.to_string().into()).expect("a request");
        let (status, body) = self.send(request).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let response = body["Response"].clone();
        assert!(response["RequestId"].as_str().is_some_and(|id| id.len() == 36), "{body}");
        response
    }

    /// As [`World::act`] for what must succeed.
    pub(crate) async fn done(&self, who: &str, action: &str, fields: Value) -> Value {
        let response = self.act(who, action, fields).await;
        assert!(response.get("Error").is_none(), "{action} by {who}: {response}");
        response
    }

    /// Code and message of what must fail.
    pub(crate) async fn refused(&self, who: &str, action: &str, fields: Value) -> String {
        let response = self.act(who, action, fields).await;
        let error = &response["Error"];
        let (Some(code), Some(message)) = (error["Code"].as_str(), error["Message"].as_str())
        else {
            panic!("{action} by {who}: {response}");
        };
        format!("{code}: {message}")
    }

    /// Status and body of any request.
    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.app.clone().oneshot(request).await.expect("an answer");
        let status = response.status();
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }
}

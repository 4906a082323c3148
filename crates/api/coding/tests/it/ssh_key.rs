//! SSH keys of people and of depots.

use serde_json::{Value, json};

use crate::world::{World, each};

const DOCUMENTED: &str = include_str!("../../../../domain/identity/tests/it/example.pub");

fn titles(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().filter_map(|item| item["Title"].as_str()).collect()
}

#[tokio::test]
async fn ones_own_keys_are_added_listed_and_deleted() {
    each(async |world| {
        let fields = json!({
            "Title": "Hello", "Content": DOCUMENTED, "ExpirationDate": "2026-09-09",
        });
        let made = world.done("member", "CreateSshKey", fields.clone()).await;
        let key = made["SshKeyInfo"].clone();
        let expected = json!({
            "Id": key["Id"], "OwnerId": world.id_of("member"), "Title": "Hello",
            "FingerPrint": "0c:36:f5:60:fd:da:3b:be:22:49:38:96:64:50:49:9f",
            "CreatedAt": call::testing::START.millis(),
            "ExpirationDate": "2026-09-09", "HasExpired": false,
        });
        assert_eq!(key, expected);
        let taken = world.refused("guest", "CreateSshKey", fields).await;
        assert_eq!(taken, "FailedOperation: the key is in use already; a key belongs to one owner");
        let second = json!({ "Content": world.public_key() });
        let second = world.done("member", "CreateSshKey", second).await["SshKeyInfo"].clone();
        assert_eq!(second["ExpirationDate"], "9999-12-31");

        let list = async |who: &str, fields: Value| {
            world.done(who, "DescribeSshKey", fields).await["SshKeyInfos"].clone()
        };
        assert_eq!(titles(&list("member", json!({})).await), ["made up", "Hello"]);
        assert_eq!(list("member", json!({ "SshKeyId": key["Id"] })).await, json!([key]));
        assert_eq!(list("guest", json!({ "SshKeyId": key["Id"] })).await, json!([]));
        let at = json!({ "SshKeyId": key["Id"] });
        let others = world.refused("guest", "DeleteSshKey", at.clone()).await;
        assert_eq!(others, "ResourceNotFound: SSH key not found");
        world.done("member", "DeleteSshKey", at).await;
        assert_eq!(titles(&list("member", json!({ "SshKeyId": 0 })).await), ["made up"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_key_says_which_field_is_wrong() {
    each(async |world| {
        for (fields, expected) in [
            (json!({}), "MissingParameter: Content is missing"),
            (json!({ "Content": " " }), "MissingParameter: Content is missing"),
            (
                json!({ "Content": "hello" }),
                "InvalidParameter: Content is not a public key as OpenSSH writes it into the .pub file",
            ),
            (
                json!({ "Content": DOCUMENTED, "ExpirationDate": "soon" }),
                "InvalidParameter: ExpirationDate must be a date: 2030-12-31",
            ),
            (
                json!({ "Content": DOCUMENTED, "ExpirationDate": "2020-01-01" }),
                "InvalidParameter: ExpirationDate must be in the future",
            ),
            (
                json!({ "Content": DOCUMENTED, "Title": "x".repeat(101) }),
                "InvalidParameter: Title must be at most 100 characters",
            ),
        ] {
            assert_eq!(world.refused("member", "CreateSshKey", fields).await, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn admins_of_the_team_look_after_the_keys_of_members() {
    each(async |world| {
        let member = world.id_of("member");
        let new = json!({ "MemberUserId": member, "Title": "given", "Content": DOCUMENTED });
        let made = world.done("boss", "CreateMemberSshKey", new.clone()).await;
        assert_eq!(made["SshKeyInfo"]["OwnerId"], member);
        let denied = world.refused("admin", "CreateMemberSshKey", new).await;
        assert_eq!(
            denied,
            "UnauthorizedOperation: you need the role of an admin in the team for this"
        );
        let of = json!({ "MemberUserId": member });
        let keys = world.done("boss", "DescribeMemberSshKey", of.clone()).await;
        assert_eq!(titles(&keys["SshKeyInfos"]), ["given"]);
        let absent = world.refused("stranger", "DescribeMemberSshKey", of).await;
        assert_eq!(absent, "ResourceNotFound: user not found");
        let at = json!({ "MemberUserId": member, "SshKeyId": made["SshKeyInfo"]["Id"] });
        world.done("boss", "DeleteMemberSshKey", at.clone()).await;
        let gone = world.refused("boss", "DeleteMemberSshKey", at).await;
        assert_eq!(gone, "ResourceNotFound: SSH key not found");
    })
    .await;
}

async fn deploy_key(world: &World, depot: i64, title: &str) -> Value {
    let fields = json!({
        "DepotId": depot, "Title": title, "Content": world.public_key(),
        "ExpirationDate": "2026-12-12", "AllowWrite": true,
    });
    world.done("admin", "CreateGitDeployKey", fields).await;
    let of = json!({ "DepotId": depot });
    world.done("admin", "DescribeGitDepotDeployKeys", of).await["Keys"][0].clone()
}

#[tokio::test]
async fn deploy_keys_belong_to_one_depot() {
    each(async |world| {
        let (project, depot) = world.project("web").await;
        let (_, other) = world.project("app").await;
        let key = deploy_key(&world, depot, "ci").await;
        let expected = json!({
            "KeyId": key["KeyId"], "DepotId": depot, "OwnerName": "admin", "Title": "ci",
            "FingerPrint": key["FingerPrint"], "CreatedAt": call::testing::START.millis(),
            "ExpirationDate": "2026-12-12", "HasExpired": false, "AllowWrite": true,
        });
        assert_eq!(key, expected);
        assert_eq!(key["FingerPrint"].as_str().map(str::len), Some(47));
        deploy_key(&world, other, "other").await;
        let of = json!({ "ProjectId": project });
        let keys = world.done("admin", "DescribeGitProjectDeployKeys", of).await;
        assert_eq!(titles(&keys["Keys"]), ["ci"]);

        let elsewhere = json!({ "DepotId": other, "DeployKeyId": key["KeyId"] });
        let absent = world.refused("admin", "DeleteGitDeployKey", elsewhere).await;
        assert_eq!(absent, "ResourceNotFound: deploy key not found");
        let at = json!({ "DepotPath": "makers/web/web", "DeployKeyId": key["KeyId"] });
        world.done("admin", "DeleteGitDeployKey", at).await;
        let of = json!({ "DepotId": depot });
        let keys = world.done("admin", "DescribeGitDepotDeployKeys", of).await;
        assert_eq!(keys["Keys"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn the_key_of_a_deleted_depot_can_be_used_again() {
    each(async |world| {
        let (project, depot) = world.project("web").await;
        let new = |depot: i64| json!({ "DepotId": depot, "Content": DOCUMENTED });
        world.done("admin", "CreateGitDeployKey", new(depot)).await;
        world.done("admin", "DeleteGitDepot", json!({ "DepotId": depot })).await;
        let (_, second) = world.project("app").await;
        world.done("admin", "CreateGitDeployKey", new(second)).await;
        let taken = world.refused("admin", "CreateSshKey", new(0)).await;
        assert!(taken.starts_with("FailedOperation: the key is in use"), "{taken}");
        let at = json!({ "ProjectId": project + 1 });
        world.done("admin", "DeleteOneProject", at).await;
        world.done("member", "CreateSshKey", new(0)).await;
    })
    .await;
}

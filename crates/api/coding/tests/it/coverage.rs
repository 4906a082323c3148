//! What holds for every action, as the registry and the document list them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use api_coding::document;
use api_coding::reference::{self, Audience, SupportedDoc};
use base::{Scope, Scopes};
use serde_json::{Value, json};

use crate::history;
use crate::world::{World, each, one};

/// Every supported action with what is known about it.
pub(crate) fn supported() -> Vec<(&'static str, SupportedDoc)> {
    let known = reference::describe().into_iter();
    known.filter_map(|action| Some((action.name, action.supported?))).collect()
}

/// The document's example of a request, about things that are there.
///
/// A parameter of a name that is not listed here keeps the example's value.
pub(crate) fn request(world: &World, action: &str, project: i64, depot: i64, name: &str) -> Value {
    let example = document::find(action).and_then(|found| found.entry.request.clone());
    let mut request = example.unwrap_or_else(|| json!({}));
    let fields = request.as_object_mut().expect("an object");
    for (field, value) in fields.iter_mut() {
        match field.as_str() {
            "ProjectId" => *value = json!(project),
            "DepotId" => *value = json!(depot),
            "DepotPath" => *value = json!(format!("makers/{name}/{name}")),
            "TeamGk" => *value = json!("makers"),
            "ProjectName" | "DepotName" => *value = json!(name),
            "userId" | "UserId" => *value = json!(world.id_of("member")),
            "UserGK" => *value = json!("outsider"),
            "Sha" | "sha" | "CommitSha" => *value = json!(history::MASTER),
            "BlobSha" => *value = json!(history::FOO),
            "LastCommitSha" if value != "" => *value = json!(history::MASTER),
            "Commits" if action == "DescribeNotesByCommits" => *value = json!([history::MASTER]),
            "UserGlobalKeyList" => *value = json!(["outsider"]),
            "KeyWord" if action == "DescribeCodeSearch" => *value = json!("foo"),
            "RoleId" => *value = json!(2),
            "ExpirationDate" => *value = json!("2030-12-31"),
            "Content" if action.ends_with("Key") => *value = json!(world.public_key()),
            "MemberUserId" => *value = json!(world.id_of("member")),
            _ => {}
        }
    }
    match action {
        "CreateCodingProject" => fields.insert("Name".into(), json!(format!("{name}-2"))),
        "ModifyProject" => fields.insert("Name".into(), json!(format!("{name}-3"))),
        "CreateGitRelease" => fields.insert("TagName".into(), json!("v9")),
        "CreateDepotByTemplate" => fields.insert("DepotName".into(), json!("another")),
        "CreateGitDepot" => fields.insert("DepotName".into(), json!("another")),
        "DescribeCommitRefs" => fields.insert("Type".into(), json!("all")),
        "DescribeCommitsBetween2Commit" => {
            fields.insert("Source".into(), json!("master"));
            fields.insert("Target".into(), json!("dev"))
        }
        "ModifyGitFiles" => {
            let file = json!({ "Path": "src/main/main.java", "Content": "x", "NewPath": "" });
            fields.insert("GitFiles".into(), json!([file]))
        }
        "CreateGitTag" => fields.insert("TagName".into(), json!("tag-new")),
        "ModifyGitCherryPick" => {
            fields.insert("Sha".into(), json!(history::DEV));
            fields.insert("BranchName".into(), json!("master"))
        }
        "ModifyGitCommitRevert" => fields.insert("BranchName".into(), json!("master")),
        "ModifyGitRebase" => fields.insert("SrcBranchName".into(), json!("dev")),
        "CreateProjectMember" => fields.insert("Type".into(), json!(80)),
        "ModifyProjectPermission" => fields.insert("ActionFlag".into(), json!(true)),
        _ => None,
    };
    request
}

/// Somebody who may do the action.
pub(crate) fn able(known: &SupportedDoc) -> &'static str {
    match known.audience {
        Audience::TeamAdmins => "boss",
        Audience::SignedIn | Audience::Holders { .. } => "admin",
    }
}

/// What became of a request as far as rights go. That something is taken or
/// in use says that the right was there.
fn verdict(response: &Value) -> &str {
    match response["Error"]["Code"].as_str() {
        None | Some("FailedOperation") => "does",
        Some("AuthFailure") => "sign in",
        Some("UnauthorizedOperation") => "denied",
        Some("ResourceNotFound") => "not found",
        Some(other) => other,
    }
}

/// What the declaration promises to somebody who holds a right of `level` on
/// what the action is done to.
fn promised(needs: u8, level: Option<u8>) -> &'static str {
    match level {
        None => "sign in",
        Some(level) if level >= needs => "does",
        Some(0) => "not found",
        Some(_) => "denied",
    }
}

#[tokio::test]
async fn every_action_is_for_those_whom_it_declares() {
    each(async |world| {
        let mut table = String::new();
        for (place, (action, known)) in supported().into_iter().enumerate() {
            let name = format!("p{place}");
            let (project, depot) = world.project(&name).await;
            let mut line = format!("{action}: {}", known.audience);
            // From the least to the most, so that who may delete comes last.
            for (who, level) in [
                ("nobody", None),
                ("stranger", Some(0)),
                ("outsider", Some(0)),
                ("guest", Some(1)),
                ("member", Some(2)),
                ("admin", Some(3)),
                ("boss", Some(3)),
            ] {
                if who == "boss" && known.audience != Audience::TeamAdmins {
                    continue;
                }
                let fields = request(&world, action, project, depot, &name);
                let fields = world.with_keys(action, depot, fields).await;
                let fields = world.with_rules(action, depot, fields).await;
                let response = world.act(who, action, fields).await;
                let (verdict, needs) = (verdict(&response), known.audience.level());
                if known.audience == Audience::TeamAdmins {
                    let promise = match who {
                        "nobody" => "sign in",
                        // He is an admin, of another team.
                        "stranger" if verdict == "not found" => "not found",
                        "stranger" | "boss" => "does",
                        _ => "denied",
                    };
                    assert_eq!(verdict, promise, "{action} by {who}: {response}");
                    write!(line, "\n    {who}: {verdict}").unwrap();
                    continue;
                }
                // Actions for everybody look by themselves for what they name.
                if needs > 0 || verdict != "not found" {
                    let promise = promised(needs, level);
                    assert_eq!(verdict, promise, "{action} by {who}: {response}");
                }
                write!(line, "\n    {who}: {verdict}").unwrap();
            }
            table.push_str(&line);
            table.push('\n');
        }
        insta::assert_snapshot!("authorisation", table);
    })
    .await;
}

#[tokio::test]
async fn every_action_asks_for_one_of_its_scopes() {
    let world = one(&api_coding::Settings::default()).await;
    let mut tokens = BTreeMap::new();
    for (place, (action, known)) in supported().into_iter().enumerate() {
        let name = format!("p{place}");
        let (project, depot) = world.project(&name).await;
        let fields = request(&world, action, project, depot, &name);
        let fields = world.with_keys(action, depot, fields).await;
        let fields = world.with_rules(action, depot, fields).await;
        let (fields, able) = (|| fields.clone(), able(&known));
        let scopes = known.access.scopes();

        let others = Scope::ALL.iter().filter(|scope| !scopes.contains(scope));
        let others = others.fold(Scopes::NOTHING, |all, scope| all.with(*scope));
        let token = token_for(&world, &mut tokens, able, others).await;
        let response = world.act_with(Some(&token), action, fields()).await;
        assert_eq!(verdict(&response), "denied", "{action}: {response}");

        let to_read = scopes.iter().fold(Scopes::NOTHING, |all, scope| all.with_read(*scope));
        let token = token_for(&world, &mut tokens, able, to_read).await;
        let response = world.act_with(Some(&token), action, fields()).await;
        let expected = if known.access.changes() { "denied" } else { "does" };
        assert_eq!(verdict(&response), expected, "{action}: {response}");

        for scope in scopes {
            let token = token_for(&world, &mut tokens, able, Scopes::NOTHING.with(*scope)).await;
            let response = world.act_with(Some(&token), action, fields()).await;
            assert_eq!(verdict(&response), "does", "{action} with {scope:?}: {response}");
        }
    }
}

/// A token of `who` for the scopes: one for each set, since a user has not so many.
async fn token_for(
    world: &World,
    tokens: &mut BTreeMap<String, String>,
    who: &'static str,
    scopes: Scopes,
) -> String {
    let key = format!("{who} {scopes:?}");
    if !tokens.contains_key(&key) {
        let token = world.token_with(who, scopes).await;
        tokens.insert(key.clone(), token);
    }
    tokens[&key].clone()
}

#[tokio::test]
async fn every_action_answers_an_empty_body() {
    each(async |world| {
        for (action, known) in supported() {
            let response = world.act(able(&known), action, json!({})).await;
            let required = known.parameters.iter().any(|parameter| parameter.required);
            match response["Error"]["Code"].as_str() {
                None => assert!(!required, "{action}: {response}"),
                Some(code) => assert_eq!(code, "MissingParameter", "{action}: {response}"),
            }
        }
    })
    .await;
}

/// What no action may mistake for a parameter, sent as every one of them.
#[tokio::test]
async fn every_action_names_the_parameter_that_it_cannot_use() {
    let world = one(&api_coding::Settings::default()).await;
    let (project, depot) = world.project("web").await;
    for (action, known) in supported() {
        for parameter in known.parameters.iter().filter(|parameter| !parameter.name.contains('.')) {
            if parameter.kind == "Any" {
                continue;
            }
            let mut fields = request(&world, action, project, depot, "web");
            let fields_of = fields.as_object_mut().expect("an object");
            fields_of.retain(|name, _| !name.eq_ignore_ascii_case(&parameter.name));
            // Neither a word, nor a number, nor an object, nor a list of these.
            fields_of.insert(parameter.name.clone(), json!([[[]]]));
            let refused = world.refused(able(&known), action, fields).await;
            let expected = format!("InvalidParameter: {}", parameter.name);
            assert!(refused.starts_with(&expected), "{action}: {refused}");
        }
    }
}

#[tokio::test]
async fn what_is_not_supported_yet_says_so() {
    let world = one(&api_coding::Settings::default()).await;
    let missing = reference::describe().into_iter().filter(|action| action.supported.is_none());
    for action in missing {
        let refused = world.refused("admin", action.name, json!({})).await;
        let expected =
            format!("UnsupportedOperation: the action {} is not supported yet", action.name);
        assert_eq!(refused, expected);
    }
}

//! `DescribeGitRef`

use depots::Depot;
use git::{Oid, RefKind, Repository};

use crate::prelude::*;

pub(super) struct DescribeGitRef;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The branch or tag, by its short or its full name.
    revision: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    git_ref: RefDetail,
}

/// A branch or a tag.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct RefDetail {
    /// The full name, `refs/heads/main`.
    display_name: String,
    /// The same.
    name: String,
    /// The first paragraph of `FullMessage`, on one line.
    short_message: String,
    /// The message of an annotated tag; else that of the commit.
    full_message: String,
    /// The commit that it leads to.
    ref_object_id: String,
    /// What it names: the tag object of an annotated tag, else the commit.
    object_id: String,
    /// Whether it is an annotated tag.
    annotated_tag: bool,
}

/// A full name is taken as it is; of short ones, branches come before tags.
fn find(repository: &Repository, revision: &str) -> git::Result<Option<(String, Oid)>> {
    let names = match revision.starts_with("refs/") {
        true => vec![revision.to_owned()],
        false => [RefKind::Branch, RefKind::Tag]
            .map(|kind| format!("{}{revision}", kind.prefix()))
            .to_vec(),
    };
    for name in names.into_iter().filter(|name| !name.starts_with(git::HIDDEN_REFS)) {
        if let Some(target) = repository.reference(&name)? {
            return Ok(Some((name, target)));
        }
    }
    Ok(None)
}

impl Action for DescribeGitRef {
    const NAME: &'static str = "DescribeGitRef";
    const SUMMARY: &'static str = "Reads a branch or a tag.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let git_ref = depots::read::read(call, &depot, move |repository, _| {
            let revision = params.revision;
            let missing = || git::Error::NotFound(format!("reference {revision:?}"));
            let (name, target) = find(repository, &revision)?.ok_or_else(missing)?;
            let tag = match name.strip_prefix(RefKind::Tag.prefix()) {
                Some(short) => repository.tag(short)?,
                None => None,
            };
            let object = tag.as_ref().map_or(target, |tag| tag.object);
            let annotation = tag.and_then(|tag| tag.annotation);
            let annotated_tag = annotation.is_some();
            let full_message = match annotation {
                Some(annotation) => annotation.message,
                None => repository.commit(object).map(|it| it.message).unwrap_or_default(),
            };
            let first = full_message.trim_start().split("\n\n").next().unwrap_or_default();
            Ok(RefDetail {
                short_message: first.split_whitespace().collect::<Vec<_>>().join(" "),
                full_message,
                display_name: name.clone(),
                name,
                ref_object_id: object.to_string(),
                object_id: target.to_string(),
                annotated_tag,
            })
        })
        .await?;
        Ok(Answer { git_ref })
    }
}

//! `CreateGitRelease`

use depots::Depot;
use depots::releases::{self, NewRelease};

use crate::prelude::*;

pub(super) struct CreateGitRelease;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The tag; it is made where it does not exist.
    tag_name: String,
    /// The commit that a missing tag is made of; one that exists must lead to
    /// it.
    commit_sha: Option<String>,
    /// The branch that a missing tag is made of where there is no `CommitSha`;
    /// the default branch where both are left out.
    target_commitish: Option<String>,
    /// The same as `TargetCommitish`.
    target_commit_branch: Option<String>,
    /// What it is called; the tag's name where it is left out.
    title: Option<String>,
    /// What is new, in Markdown.
    description: Option<String>,
    /// Whether it is meant for trying out only; `false` is the default.
    pre: Option<bool>,
}

impl Action for CreateGitRelease {
    const NAME: &'static str = "CreateGitRelease";
    const SUMMARY: &'static str = "Makes a release, and its tag where there is none.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] =
        &[("tag", "TagName"), ("name", "TagName"), ("notes", "Description")];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Done> {
        let branches = [params.target_commitish, params.target_commit_branch];
        let new = NewRelease {
            tag: params.tag_name,
            commit: params.commit_sha.unwrap_or_default(),
            branch: branches.into_iter().flatten().find(|it| !it.is_empty()).unwrap_or_default(),
            title: params.title.unwrap_or_default(),
            notes: params.description.unwrap_or_default(),
            pre: params.pre.unwrap_or_default(),
        };
        releases::create(call, &depot, new).await?;
        Ok(Done {})
    }
}

//! `ModifyGitRelease`

use depots::Depot;
use depots::releases::{self, ReleaseChange};

use super::shape::find;
use crate::prelude::*;

pub(super) struct ModifyGitRelease;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The release's number within the depot. One of `Iid`, `ReleaseId` and
    /// `TagName` is needed.
    iid: Option<i64>,
    /// The same as `Iid`.
    release_id: Option<i64>,
    /// The tag that the release is about.
    tag_name: Option<String>,
    /// What it is called; as it was where it is left out.
    title: Option<String>,
    /// What is new, in Markdown; as it was where it is left out.
    description: Option<String>,
    /// Whether it is meant for trying out only; as it was where it is left out.
    pre: Option<bool>,
}

impl Action for ModifyGitRelease {
    const NAME: &'static str = "ModifyGitRelease";
    const SUMMARY: &'static str = "Changes title, notes and kind of a release.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("notes", "Description")];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Done> {
        let number = params.iid.or(params.release_id);
        let release = find(call, &depot, number, params.tag_name.as_deref()).await?;
        let change =
            ReleaseChange { title: params.title, notes: params.description, pre: params.pre };
        releases::modify(call, &depot, release.number, change).await?;
        Ok(Done {})
    }
}

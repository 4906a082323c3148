//! `DeleteGitTag`

use depots::{Depot, tags};

use crate::prelude::*;

pub(super) struct DeleteGitTag;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The tag's name.
    tag_name: String,
}

impl Action for DeleteGitTag {
    const NAME: &'static str = "DeleteGitTag";
    const SUMMARY: &'static str = "Removes a tag.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("name", "TagName")];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Done> {
        tags::delete(call, &depot, &params.tag_name).await?;
        Ok(Done {})
    }
}

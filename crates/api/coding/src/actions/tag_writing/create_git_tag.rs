//! `CreateGitTag`

use depots::Depot;
use depots::tags::{self, NewTag};

use crate::prelude::*;

pub(super) struct CreateGitTag;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// What it is to mark: a branch, a commit or any other revision; the
    /// default branch where it is left out.
    start_point: Option<String>,
    /// The tag's name.
    tag_name: String,
    /// What it says. A tag without a message is a mere name, without tagger
    /// and time.
    message: Option<String>,
}

impl Action for CreateGitTag {
    const NAME: &'static str = "CreateGitTag";
    const SUMMARY: &'static str = "Makes a tag.";
    const ACCESS: Access = Access::Changes(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] = &[("name", "TagName")];
    type Needs = OnDepot<Write>;
    type Params = Params;
    type Answer = Done;

    async fn run(call: &Call, depot: Granted<Depot, Write>, params: Params) -> Result<Done> {
        let new = NewTag {
            name: params.tag_name,
            start: params.start_point.unwrap_or_default(),
            message: params.message.unwrap_or_default(),
        };
        tags::create(call, &depot, new).await?;
        Ok(Done {})
    }
}

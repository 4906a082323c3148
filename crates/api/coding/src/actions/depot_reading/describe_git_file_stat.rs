//! `DescribeGitFileStat`

use depots::Depot;

use crate::prelude::*;

pub(super) struct DescribeGitFileStat;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// A branch, a tag or a commit's name, also abbreviated; the default branch
    /// where it is left out.
    r#ref: Option<String>,
    /// The file.
    path: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    payload: Stat,
}

/// What is known of a file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct Stat {
    /// Whether there is a file; a folder is none.
    is_exist: bool,
}

impl Action for DescribeGitFileStat {
    const NAME: &'static str = "DescribeGitFileStat";
    const SUMMARY: &'static str = "Tells whether a file exists.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let revision = params.r#ref.unwrap_or_default();
        let is_exist = depots::read::read(call, &depot, move |repository, _| {
            let commit = depots::read::resolve(repository, &revision)?;
            match repository.entry(commit, &params.path) {
                Ok(entry) => Ok(entry.mode.is_blob()),
                Err(git::Error::NotFound(_)) => Ok(false),
                Err(other) => Err(other),
            }
        })
        .await?;
        Ok(Answer { payload: Stat { is_exist } })
    }
}

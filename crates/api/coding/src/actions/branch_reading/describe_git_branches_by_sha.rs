//! `DescribeGitBranchesBySha`

use depots::Depot;
use git::RefKind;

use crate::prelude::*;
use crate::shapes::MOST_REFS;

pub(super) struct DescribeGitBranchesBySha;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit's name, also abbreviated.
    sha: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    refs: Vec<Holder>,
}

/// A branch.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct Holder {
    /// Its name.
    r#ref: String,
}

impl Action for DescribeGitBranchesBySha {
    const NAME: &'static str = "DescribeGitBranchesBySha";
    const SUMMARY: &'static str = "Lists the branches whose history holds a commit.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let names = depots::read::read(call, &depot, move |repository, cancel| {
            let commit = repository.resolve(&params.sha)?;
            repository.refs_holding(commit, &[RefKind::Branch], MOST_REFS + 1, cancel)
        })
        .await?;
        if names.len() > MOST_REFS {
            return Err(Error::limit("more than 10000 branches hold the commit"));
        }
        let short =
            |name: String| name.strip_prefix(RefKind::Branch.prefix()).unwrap_or(&name).to_owned();
        Ok(Answer { refs: names.into_iter().map(|name| Holder { r#ref: short(name) }).collect() })
    }
}

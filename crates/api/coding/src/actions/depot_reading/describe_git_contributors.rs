//! `DescribeGitContributors`

use depots::Depot;

use crate::prelude::*;

pub(super) struct DescribeGitContributors;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// A branch, a tag or a commit's name, also abbreviated; the default branch
    /// where it is left out.
    r#ref: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    contributors: Vec<Contributor>,
    /// Whether the history is so long that only its newest 200,000 commits were
    /// counted.
    is_truncated: bool,
}

/// Somebody who has written commits.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct Contributor {
    /// The mail address.
    email: String,
    /// The name on the newest of his commits.
    name: String,
    /// How many commits he has written.
    commits: usize,
}

impl Action for DescribeGitContributors {
    const NAME: &'static str = "DescribeGitContributors";
    const SUMMARY: &'static str = "Lists who has written commits, the most active first.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let revision = params.r#ref.unwrap_or_default();
        let tip = depots::read::read(call, &depot, move |repository, _| {
            if revision.is_empty() && repository.head()?.commit.is_none() {
                return Ok(None);
            }
            depots::read::resolve(repository, &revision).map(Some)
        })
        .await?;
        let Some(tip) = tip else {
            return Ok(Answer { contributors: Vec::new(), is_truncated: false });
        };
        let found = depots::read::contributors(call, &depot, tip).await?;
        let contributors = found.people.iter().map(|person| Contributor {
            email: person.mail.clone(),
            name: person.name.clone(),
            commits: person.commits,
        });
        Ok(Answer { contributors: contributors.collect(), is_truncated: found.truncated })
    }
}

//! `DescribeTeamMembers`

use identity::users::{self, MemberFilter};

use crate::prelude::*;
use crate::shapes::{PageNumbers, Paging, UserData};

pub(super) struct DescribeTeamMembers;

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Params {
    #[serde(rename = "..")]
    paging: Paging,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    data: TeamMemberData,
}

/// A page of people.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct TeamMemberData {
    #[serde(flatten)]
    page: PageNumbers,
    /// The people, in the order of their numbers.
    team_members: Vec<UserData>,
}

impl Action for DescribeTeamMembers {
    const NAME: &'static str = "DescribeTeamMembers";
    const SUMMARY: &'static str = "Lists the people of the team.";
    const ACCESS: Access = Access::Reads(&[Scope::Project]);
    type Needs = SignedIn;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, caller: UserActor, params: Params) -> Result<Answer> {
        let page = params.paging.request()?;
        let page = users::team_members(call, page, &MemberFilter::default()).await?;
        Ok(Answer {
            data: TeamMemberData {
                page: PageNumbers::from(&page),
                team_members: page
                    .items
                    .into_iter()
                    .map(|member| UserData::new(caller.team, member.user))
                    .collect(),
            },
        })
    }
}

//! `DescribeGitReleases`

use base::Timestamp;
use depots::Depot;
use depots::releases::{self, ReleaseFilter};

use super::shape::ReleaseInfo;
use crate::prelude::*;
use crate::shapes::{DayEnd, Paging, seconds};

pub(super) struct DescribeGitReleases;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    #[serde(rename = "..")]
    paging: Paging,
    /// Only releases of this day or later, `2026-01-31`.
    from_date: Option<String>,
    /// Only releases of this day or earlier.
    to_date: Option<String>,
    /// Only releases whose tag's name contains this; case does not matter.
    tag_name: Option<String>,
    /// 1 for those that are released, 2 for those to try out, 0 for all.
    status: Option<i64>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    release_page_list: ReleasePage,
}

/// A page of releases, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct ReleasePage {
    /// How many releases there are on all pages.
    total_count: u64,
    releases: Vec<ReleaseInfo>,
}

impl Action for DescribeGitReleases {
    const NAME: &'static str = "DescribeGitReleases";
    const SUMMARY: &'static str = "Lists the releases, the newest first.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let from = seconds(params.from_date.as_deref(), "FromDate", DayEnd::First)?;
        let to = seconds(params.to_date.as_deref(), "ToDate", DayEnd::Last)?;
        let filter = ReleaseFilter {
            tag: params.tag_name.unwrap_or_default(),
            pre: match params.status.unwrap_or_default() {
                0 => None,
                1 => Some(false),
                2 => Some(true),
                _ => return Err(Error::invalid("Status", "must be 0, 1 or 2")),
            },
            from: from.map(Timestamp::from_seconds),
            // To the end of the second.
            to: to.map(|second| Timestamp(Timestamp::from_seconds(second).millis() + 999)),
        };
        let page = releases::list(call, &depot, &filter, params.paging.request_of(10)?).await?;
        let releases = page.items.into_iter().map(|it| ReleaseInfo::new(call, &depot, it));
        Ok(Answer {
            release_page_list: ReleasePage {
                total_count: page.total,
                releases: releases.collect(),
            },
        })
    }
}

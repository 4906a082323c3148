//! `DescribeGitBlameInfo`

use depots::Depot;
use git::Signature;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::prelude::*;
use crate::shapes::millis;

pub(super) struct DescribeGitBlameInfo;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit in which the lines stand: its name, a branch or a tag.
    commit_sha: String,
    /// The file.
    file_path: String,
    /// The first line, from 1; 1 where it is left out.
    line_start: Option<u32>,
    /// The last line; the end of the file where it is left out. At most 5000
    /// lines are told at once.
    line_end: Option<u32>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    /// A record for each line.
    info: Vec<LineOrigin>,
}

/// Where a line comes from.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct LineOrigin {
    /// The commit that brought it.
    commit_sha: String,
    /// Who made that commit.
    committer: Committer,
    /// When, in milliseconds.
    commit_date: i64,
    /// The line's number, from 1.
    line_number: u32,
}

/// Who made a commit; the numbers are 0 for somebody who is not in the team.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct Committer {
    /// His number.
    id: i64,
    /// The team's number.
    team_id: i64,
    /// His name.
    name: String,
    /// His mail address.
    email: String,
    /// His unique name.
    global_key: String,
    /// `ACTIVE` or `INACTIVE`; empty for somebody who is not in the team.
    status: &'static str,
    /// The address of a picture.
    avatar: String,
}

/// The most lines of one answer.
const MOST: u32 = 5_000;

impl Action for DescribeGitBlameInfo {
    const NAME: &'static str = "DescribeGitBlameInfo";
    const SUMMARY: &'static str = "Tells which commit each of some lines of a file comes from.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let first = params.line_start.unwrap_or(1).max(1);
        let last = params.line_end.unwrap_or(u32::MAX);
        if last < first {
            return Err(Error::invalid("LineEnd", "must not be less than LineStart"));
        }
        let last = last.min(first.saturating_add(MOST));
        let origins = depots::read::read(call, &depot, move |repository, cancel| {
            let commit = repository.resolve(&params.commit_sha)?;
            let ranges =
                repository.blame_lines(commit, &params.file_path, Some((first, last)), cancel)?;
            let mut commits = HashMap::new();
            for range in &ranges {
                if let Entry::Vacant(place) = commits.entry(range.commit.id) {
                    place.insert(repository.commit(range.commit.id)?);
                }
            }
            Ok((ranges, commits))
        });
        let (ranges, commits) = match origins.await {
            Err(Error::Conflict { why }) => return Err(Error::invalid("LineStart", why)),
            other => other?,
        };
        if ranges.iter().map(|range| range.lines).sum::<u32>() > MOST {
            return Err(Error::limit("at most 5000 lines are told at once; ask for fewer"));
        }
        let mails: Vec<&str> = commits.values().map(|it| it.committer.mail.as_str()).collect();
        let people = depots::read::people(call, &depot, &mails).await?;
        let committer = |signature: &Signature| {
            let user = people.get(&signature.mail.to_lowercase());
            Committer {
                id: user.map_or(0, |user| user.id.0),
                team_id: user.map_or(0, |_| depot.team.0),
                name: user.map_or(&signature.name, |user| &user.display_name).clone(),
                email: signature.mail.clone(),
                global_key: user.map(|user| user.name.clone()).unwrap_or_default(),
                status: match user {
                    Some(user) if user.is_active() => "ACTIVE",
                    Some(_) => "INACTIVE",
                    None => "",
                },
                avatar: user.map(|user| user.avatar.clone()).unwrap_or_default(),
            }
        };
        let mut info = Vec::new();
        for range in &ranges {
            let Some(commit) = commits.get(&range.commit.id) else { continue };
            let committer = committer(&commit.committer);
            info.extend((range.first_line..range.first_line + range.lines).map(|line_number| {
                LineOrigin {
                    commit_sha: commit.id.to_string(),
                    committer: committer.clone(),
                    commit_date: millis(commit.committer.seconds),
                    line_number,
                }
            }));
        }
        Ok(Answer { info })
    }
}

//! `DescribeCommitsBetween2Commit`

use depots::Depot;
use git::{Content, DiffLimits, FileDiff, LogQuery};

use crate::prelude::*;
use crate::shapes::{CommitInfo, change_type, counts};

pub(super) struct DescribeCommitsBetween2Commit;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// Where the comparison starts: a branch, a tag or a commit's name.
    source: String,
    /// Where it ends: a branch, a tag or a commit's name.
    target: String,
    /// Whether to compare the two themselves; else, and by default, the target
    /// is compared with what it has in common with the source.
    straight: Option<bool>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    different_of_commit_info: Difference,
}

/// What lies between two commits.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct Difference {
    /// The commits that the target has and the source has not, the newest
    /// first; at most 1000.
    commits: Vec<CommitInfo>,
    /// The changed files; the lines of the first 1000 are counted.
    different_of_commits: Vec<ChangedFile>,
    /// How many lines were removed from these files.
    deletions: usize,
    /// How many lines were added to these files.
    insertions: usize,
    /// How many files were changed.
    update_file_num: usize,
    /// Whether there are more commits, or files whose lines were not counted.
    is_truncated: bool,
}

/// A changed file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct ChangedFile {
    /// Its path.
    path: String,
    /// How many lines were removed.
    deletions: usize,
    /// How many lines were added.
    insertions: usize,
    /// Its name.
    name: String,
    /// `add`, `delete`, `modify` or `rename`.
    change_type: &'static str,
}

/// The most commits of one answer.
const MOST: usize = 1_000;

/// What is compared: without context, lines are only counted.
const LIMITS: DiffLimits = DiffLimits {
    context: 0,
    files: 1_000,
    file_bytes: 1 << 20,
    lines: 500_000,
    ignore_space: false,
};

impl Action for DescribeCommitsBetween2Commit {
    const NAME: &'static str = "DescribeCommitsBetween2Commit";
    const SUMMARY: &'static str =
        "Lists the commits that lead from one commit to another, and the files that they changed.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let (commits, more, files) = depots::read::read(call, &depot, move |repository, cancel| {
            let source = repository.resolve(&params.source)?;
            let target = repository.resolve(&params.target)?;
            let query = LogQuery { without: Some(source), limit: MOST + 1, ..LogQuery::default() };
            let mut commits = repository.history(target, &query, cancel)?;
            let more = commits.len() > MOST;
            commits.truncate(MOST);
            let old = match params.straight {
                Some(true) => Some(source),
                _ => repository.merge_base(source, target)?,
            };
            Ok((commits, more, repository.diff(old, target, LIMITS)?))
        })
        .await?;
        let changed: Vec<ChangedFile> = files
            .iter()
            .map(|file| {
                let (insertions, deletions) = counts(file);
                let path = file.change.path().to_owned();
                let name = path.rsplit('/').next().unwrap_or_default().to_owned();
                let change_type = change_type(file.change.kind);
                ChangedFile { path, deletions, insertions, name, change_type }
            })
            .collect();
        let uncounted =
            |file: &FileDiff| matches!(file.content, Content::Omitted | Content::TooLarge);
        Ok(Answer {
            different_of_commit_info: Difference {
                commits: commits.into_iter().map(|it| it.commit.into()).collect(),
                deletions: changed.iter().map(|file| file.deletions).sum(),
                insertions: changed.iter().map(|file| file.insertions).sum(),
                update_file_num: changed.len(),
                is_truncated: more || files.iter().any(uncounted),
                different_of_commits: changed,
            },
        })
    }
}

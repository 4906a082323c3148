//! `DescribeDifferentBetween2Commits`

use depots::Depot;
use git::Content;

use crate::prelude::*;
use crate::shapes::{Line, ONE_FILE, counts, lines};

pub(super) struct DescribeDifferentBetween2Commits;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// Where the comparison starts: a branch, a tag or a commit's name.
    source: String,
    /// Where it ends: a branch, a tag or a commit's name.
    target: String,
    /// The file, as it is called at the end; of a deleted one, as it was called.
    path: String,
    /// Whether to compare the two themselves; else, and by default, the target
    /// is compared with what it has in common with the source.
    straight: Option<bool>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    diff_file_info: FileDifference,
}

/// What changed in a file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct FileDifference {
    /// The changed lines with those around them; none for what is no text.
    different_lines: Vec<Line>,
    /// How many lines were removed.
    deletions: usize,
    /// How many lines were added.
    insertions: usize,
}

impl Action for DescribeDifferentBetween2Commits {
    const NAME: &'static str = "DescribeDifferentBetween2Commits";
    const SUMMARY: &'static str = "Shows what changed in a file between two commits, line by line.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let files = depots::read::read(call, &depot, move |repository, _| {
            let source = repository.resolve(&params.source)?;
            let target = repository.resolve(&params.target)?;
            let old = match params.straight {
                Some(true) => Some(source),
                _ => repository.merge_base(source, target)?,
            };
            let path = params.path.trim_matches('/');
            let mut changes = repository.diff_trees(old, target, true)?;
            changes.retain(|change| change.path() == path);
            repository.diff_changes(changes, ONE_FILE)
        })
        .await?;
        let Some(file) = files.first() else {
            let nothing =
                FileDifference { different_lines: Vec::new(), deletions: 0, insertions: 0 };
            return Ok(Answer { diff_file_info: nothing });
        };
        if matches!(file.content, Content::TooLarge | Content::Omitted) {
            return Err(Error::limit("the file is too large for its lines to be compared"));
        }
        let (insertions, deletions) = counts(file);
        Ok(Answer {
            diff_file_info: FileDifference {
                different_lines: lines(file, " "),
                deletions,
                insertions,
            },
        })
    }
}

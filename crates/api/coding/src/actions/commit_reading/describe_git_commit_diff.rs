//! `DescribeGitCommitDiff`

use depots::Depot;
use git::{Content, DiffLimits};

use crate::prelude::*;
use crate::shapes::{Line, ONE_FILE, change_type, counts, lines};

pub(super) struct DescribeGitCommitDiff;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The commit's name, also abbreviated.
    sha: String,
    /// Only this file.
    path: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    diffs: Vec<Diff>,
}

/// The change of a file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct Diff {
    /// Its path; of a deleted one, the one that it had.
    path: String,
    /// The path that it had before.
    old_path: String,
    /// The change as `git diff` prints it.
    content: String,
    /// The changed lines with those around them.
    lines: Vec<Line>,
    /// The mode after, six octal digits; `000000` for a deleted file.
    new_mode: &'static str,
    /// The mode before; `000000` for a new file.
    old_mode: &'static str,
    /// `add`, `delete`, `modify` or `rename`.
    change_type: &'static str,
    /// How many lines were added.
    insertions: usize,
    /// How many lines were removed.
    deletions: usize,
    /// Whether its lines are left out: because one of the sides is no text,
    /// because it is too large, or because it is beyond the first 300 files or
    /// 20,000 lines. Then ask for its `Path` alone.
    is_omitted: bool,
    /// Whether it holds bytes that are no UTF-8; they are shown as U+FFFD.
    is_lossy: bool,
}

const NO_MODE: &str = "000000";

impl Action for DescribeGitCommitDiff {
    const NAME: &'static str = "DescribeGitCommitDiff";
    const SUMMARY: &'static str = "Shows what a commit changed against its first parent.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let files = depots::read::read(call, &depot, move |repository, _| {
            let commit = repository.commit(repository.resolve(&params.sha)?)?;
            let parent = commit.parents.first().copied();
            match params.path.as_deref().map(|path| path.trim_matches('/')) {
                None | Some("") => repository.diff(parent, commit.id, DiffLimits::default()),
                Some(path) => {
                    let mut changes = repository.diff_trees(parent, commit.id, true)?;
                    changes.retain(|change| change.path() == path);
                    repository.diff_changes(changes, ONE_FILE)
                }
            }
        })
        .await?;
        let diffs = files.iter().map(|file| {
            let (insertions, deletions) = counts(file);
            let (old, new) = (&file.change.old, &file.change.new);
            let content = file.patch();
            Diff {
                path: file.change.path().to_owned(),
                old_path: old.as_ref().map(|side| side.path.clone()).unwrap_or_default(),
                lines: lines(file, "\0"),
                new_mode: new.as_ref().map_or(NO_MODE, |side| side.mode.as_octal()),
                old_mode: old.as_ref().map_or(NO_MODE, |side| side.mode.as_octal()),
                change_type: change_type(file.change.kind),
                insertions,
                deletions,
                is_omitted: !matches!(file.content, Content::Text { .. } | Content::Submodule),
                is_lossy: content.contains(char::REPLACEMENT_CHARACTER),
                content,
            }
        });
        Ok(Answer { diffs: diffs.collect() })
    }
}

//! `DescribeGitFiles`

use depots::Depot;
use git::Mode;

use crate::prelude::*;

pub(super) struct DescribeGitFiles;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// A branch, a tag or a commit's name, also abbreviated; the default branch
    /// where it is left out.
    r#ref: Option<String>,
    /// The folder; the root where it is left out.
    path: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    items: Vec<Item>,
}

/// A file or folder.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct Item {
    /// `tree` for a folder, `file` for a file, `submodule` for a submodule.
    mode: &'static str,
    /// Its path from the root.
    path: String,
    /// Its name.
    name: String,
    /// The newest commit that touched it.
    sha: String,
}

impl Action for DescribeGitFiles {
    const NAME: &'static str = "DescribeGitFiles";
    const SUMMARY: &'static str = "Lists the files and folders of a folder.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let path = params.path.unwrap_or_default();
        let revision = params.r#ref.unwrap_or_default();
        let folder = path.clone();
        let (commit, entries) = depots::read::read(call, &depot, move |repository, _| {
            let commit = depots::read::resolve(repository, &revision)?;
            Ok((commit, repository.tree(commit, &folder)?))
        })
        .await?;
        let last = depots::read::last_commits(call, &depot, commit, &path).await?;
        let items = entries.into_iter().map(|entry| Item {
            mode: match entry.mode {
                Mode::Tree => "tree",
                Mode::Submodule => "submodule",
                Mode::File | Mode::Executable | Mode::Symlink => "file",
            },
            sha: last.get(&entry.name).map(|commit| commit.id.to_string()).unwrap_or_default(),
            path: entry.path,
            name: entry.name,
        });
        Ok(Answer { items: items.collect() })
    }
}

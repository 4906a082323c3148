//! `DescribeGitTree`

use depots::Depot;
use git::{Mode, TreeEntry};

use crate::prelude::*;

pub(super) struct DescribeGitTree;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// A branch, a tag or a commit's name, also abbreviated; the default branch
    /// where it is left out.
    r#ref: Option<String>,
    /// The folder or file; the root where it is left out.
    path: Option<String>,
    /// Whether to list what is in the folders, too; the folder itself comes
    /// first then.
    is_recursive: Option<bool>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    trees: Vec<Entry>,
}

/// An entry of a tree.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    /// The mode, six octal digits.
    mode: &'static str,
    /// `tree`, `blob`, or `commit` for a submodule.
    r#type: &'static str,
    /// The object's name.
    sha: String,
    /// The path from the root.
    path: String,
}

impl From<TreeEntry> for Entry {
    fn from(entry: TreeEntry) -> Self {
        Self {
            mode: entry.mode.as_octal(),
            r#type: match entry.mode {
                Mode::Tree => "tree",
                Mode::Submodule => "commit",
                Mode::File | Mode::Executable | Mode::Symlink => "blob",
            },
            sha: entry.oid.to_string(),
            path: entry.path,
        }
    }
}

/// The most entries of one answer.
const MOST: usize = 100_000;

impl Action for DescribeGitTree {
    const NAME: &'static str = "DescribeGitTree";
    const SUMMARY: &'static str = "Lists a folder of the tree, or everything below it.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let revision = params.r#ref.unwrap_or_default();
        let path = params.path.unwrap_or_default();
        let recursive = params.is_recursive.unwrap_or_default();
        let (entries, more) = depots::read::read(call, &depot, move |repository, _| {
            let commit = depots::read::resolve(repository, &revision)?;
            let named = repository.entry(commit, &path)?;
            if named.mode != Mode::Tree {
                return Ok((vec![named], false));
            }
            if !recursive {
                return Ok((repository.tree(commit, &path)?, false));
            }
            let (below, more) = repository.tree_below(commit, &path, MOST)?;
            let itself = Some(named).filter(|entry| !entry.path.is_empty());
            Ok((itself.into_iter().chain(below).collect(), more))
        })
        .await?;
        if more {
            return Err(Error::limit("there are more than 100000 entries; name a folder in Path"));
        }
        Ok(Answer { trees: entries.into_iter().map(Entry::from).collect() })
    }
}

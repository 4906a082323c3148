//! `DescribeCodeSearch`

use depots::Depot;
use search::{Asked, FoundLine};

use crate::prelude::*;
use crate::shapes::Paging;

pub(super) struct DescribeCodeSearch;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Params {
    /// The branch; the default one where it is left out or empty.
    branch_name: Option<String>,
    /// The text to look for, as it is, within a line; upper and lower case are
    /// the same.
    key_word: String,
    /// Only this file, or files in this directory.
    file_path: Option<String>,
    #[serde(rename = "..")]
    paging: Paging,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    data: Data,
}

/// Lines that match.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct Data {
    /// The page's lines, those of the best files first.
    grep_lines: Vec<GrepLine>,
    /// Which page this is.
    page: Page,
}

/// A line that matches, with those around it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct GrepLine {
    /// The branch that was searched.
    branch_name: String,
    /// The commit that was searched.
    commit_id: String,
    /// The lines from `MinNum` to `MaxNum`.
    contents: Vec<String>,
    /// How many lines the file has.
    file_max_line: u32,
    /// The line's number, from 1.
    line_num: u32,
    /// The number of the last line of `Contents`.
    max_num: u32,
    /// The number of the first line of `Contents`.
    min_num: u32,
    /// The file.
    path: String,
    /// The line.
    text: String,
}

/// Where a page stands in its list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct Page {
    /// The page's number, from 1.
    page: u64,
    /// How many lines a page has.
    page_size: u64,
    /// How many pages there are.
    total_page: u64,
    /// How many lines there are on all pages.
    total_row: u64,
}

/// Lines before and after the one that matches.
const CONTEXT: u32 = 2;

impl Action for DescribeCodeSearch {
    const NAME: &'static str = "DescribeCodeSearch";
    const SUMMARY: &'static str = "Finds lines of a branch's files that hold a text.";
    const ACCESS: Access = Access::Reads(&[Scope::ProjectDepot]);
    const FIELDS: &'static [(&'static str, &'static str)] =
        &[("text", "KeyWord"), ("path", "FilePath")];
    type Needs = OnDepot<Read>;
    type Params = Params;
    type Answer = Answer;

    async fn run(call: &Call, depot: Granted<Depot, Read>, params: Params) -> Result<Answer> {
        let asked = Asked {
            text: params.key_word,
            below: params.file_path.unwrap_or_default(),
            ..Asked::default()
        };
        let branch = params.branch_name.as_deref();
        let page = params.paging.request()?;
        let found = search::lines(call, &asked, &depot, branch, CONTEXT, page).await?;
        let page = Page {
            page: found.page.number(),
            page_size: found.page.size(),
            total_page: found.total.div_ceil(found.page.size()),
            total_row: found.total,
        };
        let grep_lines = found.items.into_iter().map(GrepLine::from).collect();
        Ok(Answer { data: Data { grep_lines, page } })
    }
}

impl From<FoundLine> for GrepLine {
    fn from(found: FoundLine) -> Self {
        let line = found.around.get(found.at);
        let number = |line: Option<&search::ShownLine>| line.map_or(0, |line| line.number);
        Self {
            line_num: number(line),
            text: line.map(|line| line.text.clone()).unwrap_or_default(),
            min_num: number(found.around.first()),
            max_num: number(found.around.last()),
            contents: found.around.into_iter().map(|line| line.text).collect(),
            branch_name: found.branch,
            commit_id: found.commit,
            file_max_line: found.file_lines,
            path: found.path,
        }
    }
}

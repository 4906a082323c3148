//! The public document of the API, as data: every action that it names, with
//! its Chinese title, its parameters and its example.
//!
//! `data/document` holds one file a section. It is the list of what there is
//! to do: an action that is in it and not in the registry answers
//! `UnsupportedOperation`, and the tests compare every answer with its example.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

/// A section of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section {
    /// Its key in addresses.
    pub key: &'static str,
    /// Its English name.
    pub en: &'static str,
    /// Its Chinese name.
    pub zh: &'static str,
    file: &'static str,
}

macro_rules! sections {
    ($($key:literal $en:literal $zh:literal,)*) => {
        /// The sections, in the document's order.
        pub const SECTIONS: &[Section] = &[$(Section {
            key: $key,
            en: $en,
            zh: $zh,
            file: include_str!(concat!("../data/document/", $key, ".json")),
        },)*];
    };
}

sections! {
    "team" "Team" "团队",
    "project" "Project" "项目",
    "project-settings" "Project settings" "项目设置",
    "requirement" "Requirement" "需求",
    "issue" "Issue" "事项",
    "iteration" "Iteration" "迭代",
    "release" "Release" "版本",
    "work-hours" "Work hours" "工时",
    "depot" "Depot" "代码仓库",
    "commit" "Commit" "提交",
    "tag" "Tag" "标签",
    "branch" "Branch" "分支",
    "protected-branch" "Protected branch" "保护分支",
    "branch-protection-rules" "Branch protection rules" "保护分支规则",
    "merge-request" "Merge request" "合并请求",
    "ci" "Continuous integration" "持续集成",
    "cd" "Continuous deployment" "持续部署",
    "artifacts" "Artifacts" "制品库",
    "test-management" "Test management" "测试管理",
    "wiki" "Wiki" "Wiki",
    "project-collaboration" "Project collaboration" "项目协同",
    "program" "Program" "项目集",
    "git-release" "Git release" "代码版本",
}

/// What the document says of an action.
#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    /// What it does, in Chinese.
    pub title: String,
    /// Its parameters: name, type and meaning, in Chinese.
    pub input: Vec<(String, String, String)>,
    /// Every field in the tables of its answer: name and meaning, in Chinese;
    /// without a meaning where the tables have several for the name.
    pub output: Vec<(String, String)>,
    /// The example of a request, with its `Action`; two actions have none.
    pub request: Option<Value>,
    /// The example of an answer, in its `Response`; two actions have none.
    pub response: Option<Value>,
}

impl Entry {
    /// What the document says a field of the answer means, in Chinese; may be
    /// empty.
    pub(crate) fn meaning_of_field(&self, field: &str) -> &str {
        let last = field.rsplit('.').next().unwrap_or(field);
        self.output
            .iter()
            .find(|(name, _)| name == last)
            .map_or("", |(_, meaning)| meaning.as_str())
    }

    /// What the document says a parameter means, in Chinese; may be empty.
    pub(crate) fn meaning_of(&self, parameter: &str) -> &str {
        let named = |listed: &str| listed.strip_suffix(".N").unwrap_or(listed) == parameter;
        self.input
            .iter()
            .find(|(name, _, _)| named(name))
            .map_or("", |(_, _, meaning)| meaning.as_str())
    }
}

/// An action and its section.
#[derive(Debug, Clone)]
pub struct Documented {
    /// The action's name.
    pub name: String,
    /// The section that it stands in.
    pub section: Section,
    /// What stands there.
    pub entry: Entry,
}

struct Document {
    list: Vec<Documented>,
    places: HashMap<String, usize>,
}

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let mut list = Vec::new();
    for section in SECTIONS {
        // A map of values keeps the order of the file.
        let entries: Map<String, Value> =
            serde_json::from_str(section.file).expect("data/document is checked by the tests");
        list.extend(entries.into_iter().map(|(name, entry)| Documented {
            name,
            section: *section,
            entry: serde_json::from_value(entry).expect("data/document is checked by the tests"),
        }));
    }
    let places =
        list.iter().enumerate().map(|(place, found)| (found.name.clone(), place)).collect();
    Document { list, places }
});

/// Every action of the document in its order.
pub fn all() -> &'static [Documented] {
    &DOCUMENT.list
}

/// What the document says of `action`.
pub fn find(action: &str) -> Option<&'static Documented> {
    DOCUMENT.places.get(action).map(|place| &DOCUMENT.list[*place])
}

/// Whether the document names `action`; does not read the whole document.
pub(crate) fn names(action: &str) -> bool {
    // Only a plain name may be looked for in the files' text.
    let plain = !action.is_empty() && action.chars().all(|c| c.is_ascii_alphanumeric());
    let line = format!("\n\"{action}\": {{");
    plain && SECTIONS.iter().any(|section| section.file.contains(&line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_whole() {
        assert_eq!(all().len(), 313);
        assert!(all().iter().all(|found| names(&found.name)));
        assert!(!names("DescribeNothing") && !names("") && !names("title\": \""));
        let project = find("DescribeOneProject").unwrap();
        assert_eq!((project.section.en, project.entry.title.as_str()), ("Project", "查询项目"));
    }
}

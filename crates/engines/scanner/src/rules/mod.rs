//! Rules: data in YAML files, compiled once per language.
//!
//! A rule file is an ast-grep rule whose `metadata` carries what ast-grep has
//! no field for (category, CWE, effort, documentation, tests), a `metric` with a
//! threshold, or `taint`: where data comes from, where it must not get to and what
//! makes it harmless, in the patterns of `taint/pattern.rs` and the groups of the
//! language's library, `taint/LANGUAGE.yml`. The rows of `secrets/providers.yml` are rules too, found by
//! [`crate::secrets`]. [`catalogue`] lists what the files say; `compile` turns
//! the pattern rules into matchers; `metric` evaluates the others when joining;
//! `words` finds what stands in a text as it is written, or is missing.
//!
//! Teams write rules in the same form ([`OwnRule`]). Nobody has measured those, so
//! `limits` bounds what they may say and `bounded` what they may cost on a file.

mod bounded;
mod compile;
mod document;
mod fix;
mod grep;
mod import;
mod limits;
mod literals;
pub(crate) mod metric;
mod own;
mod prefilter;
#[cfg(test)]
mod tests;
mod trial;
mod words;
mod yaml;

pub(crate) use compile::{Grepped, LanguageRules};
pub use document::{Category, Doc, Docs, Examples, OWN_PACK, PACKS, RuleInfo, Severity};
pub(crate) use document::{Document, UNUSED_SUPPRESSION};
pub use import::{Outcome as ImportOutcome, Translated, import};
pub(crate) use literals::literals;
pub use metric::Metric;
pub(crate) use own::with_room;
pub use own::{OWN_PREFIX, OwnRule, RuleFault};
pub use trial::{MOST_TRIED, Tested, Trial, TrialMatch};
pub(crate) use words::{Places, Words};

use std::collections::HashMap;
use std::sync::OnceLock;

mod files {
    include!(concat!(env!("OUT_DIR"), "/rule_files.rs"));
}

/// A rule file that cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{file}: {why}")]
pub struct RuleError {
    /// The file, relative to the crate.
    pub file: String,
    /// What is wrong with it.
    pub why: String,
}

/// All built-in rules, with an index by full id.
pub(crate) struct Catalogue {
    pub(crate) documents: Vec<Document>,
    by_id: HashMap<String, usize>,
}

impl Catalogue {
    /// The built-in rules; an error names the first file that cannot be read.
    pub(crate) fn builtin() -> Result<&'static Self, RuleError> {
        static BUILTIN: OnceLock<Result<Catalogue, RuleError>> = OnceLock::new();
        BUILTIN.get_or_init(|| Catalogue::read(files::FILES)).as_ref().map_err(Clone::clone)
    }

    fn read(files: &[(&str, &str)]) -> Result<Self, RuleError> {
        let mut documents = Vec::with_capacity(files.len());
        let mut by_id = HashMap::with_capacity(files.len());
        for (file, text) in files {
            let document = Document::read(file, text)?;
            if by_id.insert(document.info.id.clone(), documents.len()).is_some() {
                return Err(RuleError {
                    file: (*file).to_owned(),
                    why: format!("a second rule `{}`", document.info.id),
                });
            }
            documents.push(document);
        }
        for row in crate::secrets::rows()? {
            if by_id.insert(row.info.id.clone(), documents.len()).is_some() {
                return Err(RuleError {
                    file: row.info.id.clone(),
                    why: "a second rule of this id".into(),
                });
            }
            documents.push(Document::of_secret(row));
        }
        Ok(Self { documents, by_id })
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Document> {
        self.by_id.get(id).map(|i| &self.documents[*i])
    }
}

/// Descriptions of all built-in rules, in order of their ids' files.
///
/// # Errors
/// When a built-in rule file is malformed; the crate's tests rule that out.
pub fn catalogue() -> Result<impl Iterator<Item = &'static RuleInfo>, RuleError> {
    Ok(Catalogue::builtin()?.documents.iter().map(|d| &*d.info))
}

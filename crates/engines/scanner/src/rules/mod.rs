//! Rules: data in YAML files, compiled once per language.
//!
//! A rule file is an ast-grep rule whose `metadata` carries what ast-grep has
//! no field for (category, CWE, effort, documentation, tests), a `metric` with a
//! threshold, or `taint`: where data comes from, where it must not get to and what
//! makes it harmless, in the patterns of `taint/pattern.rs` and the groups of the
//! language's library, `taint/LANGUAGE.yml`. The rows of `secrets/providers.yml` are rules too, found by
//! [`crate::secrets`]. [`catalogue`] lists what the files say, `builtin` reads each
//! when it is first needed; `compile` turns the pattern rules into matchers; `metric` evaluates the others when joining;
//! `words` finds what stands in a text as it is written, or is missing.
//!
//! Teams write rules in the same form ([`OwnRule`]). Nobody has measured those, so
//! `limits` bounds what they may say and `bounded` what they may cost on a file.

mod bounded;
mod builtin;
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

pub(crate) use builtin::{Builtin, Catalogue};
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

/// A rule file that cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{file}: {why}")]
pub struct RuleError {
    /// The file, relative to the crate.
    pub file: String,
    /// What is wrong with it.
    pub why: String,
}

/// Descriptions of all built-in rules, in order of their ids' files.
///
/// # Errors
/// When a built-in rule file is malformed; the crate's tests rule that out.
pub fn catalogue() -> Result<impl Iterator<Item = &'static RuleInfo>, RuleError> {
    let documents: Result<Vec<&Document>, _> =
        Catalogue::builtin()?.rules.iter().map(Builtin::document).collect();
    Ok(documents?.into_iter().map(|document| &*document.info))
}

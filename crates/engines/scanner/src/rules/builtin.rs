//! The built-in rules, each read when it is first needed: a scan pays for those that
//! its ruleset has on in the languages that occur.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::document::{Document, UNUSED_SUPPRESSION};
use super::{RuleError, RuleInfo};
use crate::language::Language;
use crate::secrets::{self, Row};
use crate::taint;

mod files {
    use super::RuleFile;
    include!(concat!(env!("OUT_DIR"), "/rules.rs"));
}

/// A rule file, as the build script puts it into the program.
pub(super) struct RuleFile {
    /// Full id: directory and file id.
    pub(super) id: &'static str,
    /// Identifiers of the languages it runs on; none where it looks at reports.
    pub(super) languages: &'static [&'static str],
    pub(super) packs: &'static [&'static str],
    /// Whether it is about a measure.
    metric: bool,
    /// Whether it is about data flow.
    flows: bool,
    /// Everything else that the file says, as JSON.
    pub(super) text: &'static str,
}

impl RuleFile {
    /// The path of the file in the crate.
    pub(super) fn file(&self) -> String {
        format!("rules/{}.yml", self.id)
    }

    /// Hash of what the rule says.
    pub(super) fn hash(&self) -> u64 {
        let hash = |text: &str| xxhash_rust::xxh3::xxh3_64(text.as_bytes());
        // What the library of the language says is part of a rule about flows.
        let library = self
            .languages
            .first()
            .filter(|_| self.flows)
            .and_then(|id| taint::library_text(Language::of_id(id)?))
            .map_or(0, hash);
        hash(self.text) ^ library
    }
}

enum Source {
    File(&'static RuleFile),
    Secret(&'static Row),
}

/// A built-in rule, read or not.
pub(crate) struct Builtin {
    source: Source,
    document: OnceLock<Result<Document, RuleError>>,
}

impl Builtin {
    fn new(source: Source) -> Self {
        Self { source, document: OnceLock::new() }
    }

    /// Its full id.
    pub(crate) fn id(&self) -> &'static str {
        match self.source {
            Source::File(written) => written.id,
            Source::Secret(row) => &row.info.id,
        }
    }

    /// Whether a ruleset has it on.
    pub(crate) fn is_on(&self, ruleset: &crate::Ruleset) -> bool {
        match self.source {
            Source::File(written) => ruleset.switches_on(written.id, written.packs),
            Source::Secret(row) => ruleset.enables(&row.info),
        }
    }

    /// Whether it is found in the tree or the text of a language.
    pub(crate) fn is_of(&self, language: Language) -> bool {
        match self.source {
            Source::File(written) => written.languages.contains(&language.id()),
            Source::Secret(_) => false,
        }
    }

    /// Whether it is about a measure.
    pub(crate) fn is_metric(&self) -> bool {
        matches!(self.source, Source::File(written) if written.metric)
    }

    /// Whether what it finds stands in reports of blobs.
    pub(crate) fn shapes_reports(&self) -> bool {
        !self.is_metric() && self.id() != UNUSED_SUPPRESSION
    }

    /// Hash of what it says.
    pub(crate) fn hash(&self) -> u64 {
        match self.source {
            Source::File(written) => written.hash(),
            Source::Secret(row) => row.hash,
        }
    }

    /// What it says.
    ///
    /// # Errors
    /// It is malformed; the crate's tests rule that out.
    pub(crate) fn document(&self) -> Result<&Document, RuleError> {
        let read = || match self.source {
            Source::File(written) => Document::read(written),
            Source::Secret(row) => Ok(Document::of_secret(row)),
        };
        self.document.get_or_init(read).as_ref().map_err(Clone::clone)
    }

    /// What it says about itself.
    pub(crate) fn info(&self) -> Option<&RuleInfo> {
        self.document().ok().map(|document| &*document.info)
    }
}

/// All built-in rules, with an index by full id.
pub(crate) struct Catalogue {
    pub(crate) rules: Vec<Builtin>,
    by_id: HashMap<&'static str, usize>,
}

impl Catalogue {
    /// The built-in rules, none of them read yet.
    ///
    /// # Errors
    /// The table of secrets is malformed, or two rules have one id.
    pub(crate) fn builtin() -> Result<&'static Self, RuleError> {
        static BUILTIN: OnceLock<Result<Catalogue, RuleError>> = OnceLock::new();
        BUILTIN.get_or_init(Catalogue::new).as_ref().map_err(Clone::clone)
    }

    fn new() -> Result<Self, RuleError> {
        let files = files::RULES.iter().map(Source::File);
        let secrets = secrets::rows()?.iter().map(Source::Secret);
        let rules: Vec<Builtin> = files.chain(secrets).map(Builtin::new).collect();
        let mut by_id = HashMap::with_capacity(rules.len());
        for (at, rule) in rules.iter().enumerate() {
            if by_id.insert(rule.id(), at).is_some() {
                let why = "a second rule of this id".to_owned();
                return Err(RuleError { file: rule.id().to_owned(), why });
            }
        }
        Ok(Self { rules, by_id })
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Builtin> {
        self.by_id.get(id).map(|at| &self.rules[*at])
    }
}

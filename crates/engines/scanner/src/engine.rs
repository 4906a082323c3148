//! The engine: the rules that a ruleset chooses.

mod blob;
mod exposed;
mod fixes;
mod linked;
mod own;

use std::sync::{Arc, OnceLock};

pub use blob::Phases;
pub use exposed::Exposed;
pub use fixes::{FixFault, Fixed};

use crate::join::Names;
use crate::language::{Language, Named, SkipReason, admit_path};
use crate::rules::{
    Builtin, Catalogue, Document, LanguageRules, OWN_PREFIX, OwnRule, PACKS, RuleError, RuleInfo,
};
use crate::ruleset::{PathFilter, Ruleset};
use crate::secrets;

/// Why an engine cannot be made from a ruleset.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The ruleset names a rule that does not exist.
    #[error("the ruleset names an unknown rule `{0}`")]
    UnknownRule(String),
    /// The ruleset names a pack that is none of [`PACKS`].
    #[error("the ruleset names an unknown pack `{0}`")]
    UnknownPack(String),
    /// A path filter is no glob.
    #[error("a path filter of the ruleset is malformed: {0}")]
    Glob(#[from] globset::Error),
    /// A built-in rule is broken.
    #[error("a rule cannot be used: {0}")]
    Rule(#[from] RuleError),
}

/// What to do with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Read it, and call [`Engine::analyse`] with the language that
    /// [`Named::tell`] says.
    Analyse(Named),
    /// Leave it out, and say so.
    Skip(SkipReason),
    /// Nothing the engine knows; leave it out silently.
    Unknown,
}

/// Analyses blobs and joins their reports under one ruleset. Cheap to share
/// between threads; grammars and rules of a language are loaded at its first blob.
pub struct Engine {
    ruleset: Ruleset,
    ruleset_hash: String,
    analysis_hash: String,
    catalogue: &'static Catalogue,
    paths: PathFilter,
    /// For each row of the table of secrets, whether it is wanted.
    secret_rows: Vec<bool>,
    languages: Vec<OnceLock<Option<LanguageRules>>>,
    own: own::Own,
    names: OnceLock<Names>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("ruleset", &self.ruleset_hash).finish_non_exhaustive()
    }
}

impl Engine {
    /// Makes an engine for a ruleset.
    ///
    /// # Errors
    /// When the ruleset names rules or packs that do not exist, or malformed globs.
    pub fn new(ruleset: &Ruleset) -> Result<Self, EngineError> {
        Self::with_own(ruleset, &[])
    }

    /// [`new`](Self::new) with rules that the team wrote. What the ruleset says
    /// about a team's rule that is not among them does nothing.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_own(ruleset: &Ruleset, own: &[Arc<OwnRule>]) -> Result<Self, EngineError> {
        let catalogue = Catalogue::builtin()?;
        let known = |id: &str| id.starts_with(OWN_PREFIX) || catalogue.get(id).is_some();
        if let Some(id) = ruleset.rules.keys().find(|id| !known(id)) {
            return Err(EngineError::UnknownRule(id.clone()));
        }
        if let Some(pack) = ruleset.packs.iter().find(|p| !PACKS.contains(&p.as_str())) {
            return Err(EngineError::UnknownPack(pack.clone()));
        }
        let own = own::Own::of(ruleset, own);
        let builtin = catalogue.rules.iter().filter(|r| r.shapes_reports() && r.is_on(ruleset));
        let theirs = own.documents().filter(|d| d.shapes_reports() && ruleset.enables(&d.info));
        let hashes = builtin.map(Builtin::hash).chain(theirs.map(|document| document.hash));
        Ok(Self {
            ruleset_hash: own.hash_with(ruleset.hash()),
            analysis_hash: ruleset.analysis_hash(hashes),
            paths: PathFilter::new(ruleset)?,
            secret_rows: secrets::rows()?.iter().map(|row| ruleset.enables(&row.info)).collect(),
            catalogue,
            languages: Language::all().map(|_| OnceLock::new()).collect(),
            own,
            names: OnceLock::new(),
            ruleset: ruleset.clone(),
        })
    }

    /// The ruleset it was made from.
    #[must_use]
    pub fn ruleset(&self) -> &Ruleset {
        &self.ruleset
    }

    /// [`Ruleset::hash`] of its ruleset.
    #[must_use]
    pub fn ruleset_hash(&self) -> &str {
        &self.ruleset_hash
    }

    /// Key of the blob cache beside blob id and language: 32 hexadecimal digits
    /// over the engine's version, the enabled pattern rules and the limits.
    /// Rulesets that differ only in severities, thresholds, paths or clone sizes
    /// share it.
    #[must_use]
    pub fn analysis_hash(&self) -> &str {
        &self.analysis_hash
    }

    /// The enabled rules, metric rules included.
    pub fn rules(&self) -> impl Iterator<Item = &RuleInfo> + '_ {
        let builtin = self.catalogue.rules.iter().filter(|rule| rule.is_on(&self.ruleset));
        builtin.filter_map(Builtin::info).chain(self.own_rules())
    }

    fn own_rules(&self) -> impl Iterator<Item = &RuleInfo> + '_ {
        self.own.documents().map(|d| &*d.info).filter(|rule| self.ruleset.enables(rule))
    }

    /// The enabled rules about measures.
    pub(crate) fn metric_rules(&self) -> impl Iterator<Item = &RuleInfo> + '_ {
        let metric = |rule: &&Builtin| rule.is_metric() && rule.is_on(&self.ruleset);
        let builtin = self.catalogue.rules.iter().filter(metric).filter_map(Builtin::info);
        builtin.chain(self.own_rules().filter(|rule| rule.metric.is_some()))
    }

    /// The enabled rules by what comments may call them.
    pub(crate) fn rule_names(&self) -> &Names {
        self.names.get_or_init(|| {
            let mut names = Names::new();
            for rule in self.rules() {
                for name in rule.own_names() {
                    let ids: &mut Vec<String> = names.entry(name.to_ascii_lowercase()).or_default();
                    ids.push(rule.id.clone());
                }
            }
            names
        })
    }

    /// The description of a rule by its full id, enabled or not.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&RuleInfo> {
        self.catalogue.get(id).and_then(Builtin::info).or_else(|| self.own.info(id))
    }

    /// Decides by the path alone whether a file is to be read.
    #[must_use]
    pub fn admit(&self, path: &str) -> Admission {
        let Some(named) = Named::of_path(path) else {
            return Admission::Unknown;
        };
        if !self.paths.admits(path) {
            return Admission::Skip(SkipReason::Excluded);
        }
        match admit_path(path) {
            Some(reason) => Admission::Skip(reason),
            None => Admission::Analyse(named),
        }
    }

    pub(crate) fn admits(&self, path: &str) -> bool {
        self.paths.admits(path)
    }

    fn language_rules(&self, language: Language) -> Option<&LanguageRules> {
        self.languages[language as usize]
            .get_or_init(|| {
                let rules = self.catalogue.rules.iter().filter(|rule| rule.is_of(language));
                // The tests compile every built-in rule for every language.
                let documents: Vec<&Document> = rules
                    .filter(|rule| rule.is_on(&self.ruleset))
                    .map(|rule| rule.document().ok())
                    .collect::<Option<_>>()?;
                LanguageRules::compile(language, &documents).ok()
            })
            .as_ref()
    }
}

//! A rule file as it is written.

use std::sync::Arc;

use ast_grep_config::SerializableRuleCore;
use serde::{Deserialize, Serialize};

use super::builtin::RuleFile;
use super::compile::Compiled;
use super::words::WordSpec;
use super::{Metric, RuleError};
use crate::language::Language;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    #[serde(alias = "hint")]
    Info,
    /// Should be looked at.
    Warning,
    /// Very likely a defect or a vulnerability.
    Error,
    /// A certain, grave defect or vulnerability.
    Fatal,
}

impl Severity {
    /// All severities, gravest first.
    pub const ALL: [Self; 4] = [Self::Fatal, Self::Error, Self::Warning, Self::Info];

    /// The lower-case word.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }

    /// The severity with the given [`id`](Severity::id).
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.id() == id)
    }
}

/// What kind of problem a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Wrong behaviour.
    Bug,
    /// A weakness someone can exploit.
    Security,
    /// Hard to read or to change.
    Smell,
    /// Slow without need.
    Performance,
}

impl Category {
    /// The lower-case word.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Bug => "bug",
            Self::Security => "security",
            Self::Smell => "smell",
            Self::Performance => "performance",
        }
    }
}

/// The packs a rule can be in and a ruleset can switch on:
/// `recommended` finds defects with few false alarms, `strict` holds what is
/// style or needs a look at each finding, `security` is every security rule of
/// either, `secrets` keys and passwords, `metrics` the limits on size and
/// complexity, `own` what teams wrote themselves.
pub const PACKS: [&str; 6] = ["recommended", "strict", "security", "secrets", "metrics", OWN_PACK];

/// The pack of the rules that teams write themselves and put in no other.
pub const OWN_PACK: &str = "own";

/// A rule's documentation in each language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Docs {
    /// English.
    pub en: Doc,
    /// Chinese.
    pub zh: Doc,
}

/// A rule's documentation in one language. Each part is Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doc {
    /// What the rule finds.
    pub what: String,
    /// What goes wrong if it stays.
    pub why: String,
    /// What to write instead.
    pub fix: String,
}

impl Doc {
    /// The three parts, one paragraph each.
    #[must_use]
    pub fn markdown(&self) -> String {
        [&self.what, &self.why, &self.fix].map(|part| part.trim()).join("\n\n")
    }
}

/// Code that shows what a rule does. The test suite runs it on every snippet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct Examples {
    /// What the rule must not report, near misses among it.
    pub valid: Vec<String>,
    /// What the rule must report.
    pub invalid: Vec<String>,
    /// What the rule's fix makes of each of `invalid`, where the rule says it.
    pub fixed: Vec<Option<String>>,
}

/// Examples as they stand in a rule file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    valid: Vec<String>,
    invalid: Vec<Invalid>,
}

/// Code that is reported, alone or with what the fix makes of it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Invalid {
    Code(String),
    Fixed(Fixed),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixed {
    code: String,
    fixed: String,
}

impl From<Written> for Examples {
    fn from(written: Written) -> Self {
        let mut examples = Self { valid: written.valid, ..Self::default() };
        for one in written.invalid {
            let (code, fixed) = match one {
                Invalid::Code(code) => (code, None),
                Invalid::Fixed(both) => (both.code, Some(both.fixed)),
            };
            examples.invalid.push(code);
            examples.fixed.push(fixed);
        }
        examples
    }
}

/// What a rule says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleInfo {
    /// Full id: directory and file id, e.g. `python/eval-call`.
    pub id: String,
    /// Languages it runs on; empty for what runs on all: metric rules, most secrets.
    pub languages: Vec<Language>,
    /// Severity unless the ruleset says otherwise.
    pub severity: Severity,
    /// Kind of problem.
    pub category: Category,
    /// Weakness numbers (CWE), most specific first.
    pub cwe: Vec<u32>,
    /// Minutes a fix is likely to take.
    pub effort_min: u32,
    /// Short name for people.
    pub title: String,
    /// The same in Chinese.
    pub title_zh: String,
    /// Message of a finding; `$NAME` stands for what the pattern captured.
    pub message: String,
    /// The same in Chinese.
    pub message_zh: String,
    /// What it finds, why it matters and how to fix it.
    pub docs: Docs,
    /// The English documentation in one piece (Markdown).
    pub note: String,
    /// The Chinese documentation in one piece (Markdown).
    pub note_zh: String,
    /// Packs that include it, of [`PACKS`].
    pub packs: Vec<String>,
    /// Code that it reports and code that it leaves alone; empty for metric rules.
    pub examples: Examples,
    /// Whether it says what to write instead.
    pub fixable: bool,
    /// Names of the same check in other tools, honoured in suppressions.
    pub aliases: Vec<String>,
    /// For metric rules: what is measured.
    pub metric: Option<Metric>,
    /// For metric rules: the largest value that is still fine.
    pub threshold: Option<u32>,
}

impl RuleInfo {
    /// The names that a suppression comment may use for this rule: its own, those
    /// of the same check elsewhere, and those of linters that it is one of, as
    /// `nolint` has them for Go.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names = self.own_names();
        if self.languages.is_empty() || self.languages.contains(&Language::Go) {
            if self.category == Category::Security {
                names.push("gosec");
            }
            if self.aliases.iter().any(|alias| alias.starts_with("SA")) {
                names.push("staticcheck");
            }
        }
        names
    }

    /// The names that mean this rule and no more than it.
    pub(crate) fn own_names(&self) -> Vec<&str> {
        let short = self.id.rsplit('/').next().unwrap_or(&self.id);
        let mut names = vec![self.id.as_str(), short];
        names.extend(self.aliases.iter().map(String::as_str));
        names
    }
}

/// A rule file: what it says about itself, and how it matches.
pub(crate) struct Document {
    pub(crate) file: String,
    pub(crate) info: Arc<RuleInfo>,
    /// The pattern; `None` for metric rules and secrets.
    pub(crate) core: Option<SerializableRuleCore>,
    /// Sources and sinks, for rules about data flow.
    pub(crate) taint: Option<crate::taint::Spec>,
    /// For rules about the text as it is written.
    pub(crate) words: Option<WordSpec>,
    /// Those parts of a pattern rule with a fix that the fix is compiled with.
    pub(crate) fix: Option<serde_json::Value>,
    /// `rule`, `utils` and `constraints` as plain data, for the prefilter.
    pub(crate) rule: serde_json::Value,
    pub(crate) utils: serde_json::Value,
    pub(crate) constraints: serde_json::Value,
    /// Hash of what it says.
    pub(crate) hash: u64,
    /// What its pattern was compiled to already, by language.
    pub(crate) kept: Vec<(Language, Arc<Compiled>)>,
}

/// The full id of the rule about suppressions that suppress nothing.
pub(crate) const UNUSED_SUPPRESSION: &str = "comments/unused-suppression";

/// What a rule about suppressions says of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Suppressions {
    /// They suppress nothing.
    Unused,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(rename = "id")]
    _id: serde::de::IgnoredAny,
    severity: Severity,
    message: String,
    metadata: Metadata,
    metric: Option<Metric>,
    threshold: Option<u32>,
    #[serde(default)]
    rule: serde_json::Value,
    #[serde(default)]
    utils: serde_json::Value,
    #[serde(default)]
    constraints: serde_json::Value,
    /// For rules about data flow.
    taint: Option<crate::taint::Spec>,
    /// For rules about what stands in the text.
    text: Option<super::words::TextSpec>,
    /// For rules about what is missing in it.
    absence: Option<super::words::AbsenceSpec>,
    /// For the rule about suppressions.
    suppressions: Option<Suppressions>,
    /// What to write instead.
    #[serde(default)]
    fix: serde_json::Value,
    // Read through `SerializableRuleCore`, too.
    #[serde(default)]
    transform: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    category: Category,
    #[serde(default)]
    cwe: Vec<u32>,
    effort_min: u32,
    title: String,
    title_zh: String,
    message_zh: String,
    docs: Docs,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    tests: Examples,
}

impl Document {
    /// Whether what the rule finds stands in reports of blobs; the others look at
    /// those when they are joined.
    pub(crate) fn shapes_reports(&self) -> bool {
        self.info.metric.is_none() && self.info.id != UNUSED_SUPPRESSION
    }

    /// A row of the table of secrets: found by its own pass, not by a pattern.
    pub(crate) fn of_secret(row: &crate::secrets::Row) -> Self {
        Self {
            file: row.info.id.clone(),
            info: Arc::new(row.info.clone()),
            core: None,
            taint: None,
            words: None,
            fix: None,
            rule: serde_json::Value::Null,
            utils: serde_json::Value::Null,
            constraints: serde_json::Value::Null,
            hash: row.hash,
            kept: Vec::new(),
        }
    }

    /// Reads a built-in rule.
    ///
    /// # Errors
    /// It is malformed; the crate's tests rule that out.
    pub(super) fn read(written: &RuleFile) -> Result<Self, RuleError> {
        let file = written.file();
        let fail = |why: String| RuleError { file: file.clone(), why };
        let raw: Raw = serde_json::from_str(written.text).map_err(|e| fail(e.to_string()))?;
        let language =
            |id: &&str| Language::of_id(id).ok_or_else(|| fail(format!("unknown language `{id}`")));
        let languages: Vec<_> = written.languages.iter().map(language).collect::<Result<_, _>>()?;
        if let Some(pack) = written.packs.iter().find(|pack| !PACKS.contains(pack)) {
            return Err(fail(format!("unknown pack `{pack}`")));
        }
        let words = WordSpec::of(raw.text, raw.absence, &raw.fix);
        let core = match raw.metric {
            None if raw.suppressions.is_some() => None,
            None if raw.rule.is_null() && (raw.taint.is_some() || words.is_some()) => None,
            None => Some(
                serde_json::from_str::<SerializableRuleCore>(written.text)
                    .map_err(|e| fail(e.to_string()))?,
            ),
            Some(_) if raw.threshold.is_none() => {
                return Err(fail("a metric rule needs a threshold".into()));
            }
            Some(_) => None,
        };
        let fix =
            super::fix::parts(&raw.rule, &raw.constraints, &raw.utils, &raw.transform, &raw.fix);
        if !raw.fix.is_null() && fix.is_none() && !matches!(words, Some(WordSpec::Text(_))) {
            return Err(fail("`fix` is for rules about patterns and text".into()));
        }
        let meta = raw.metadata;
        Ok(Self {
            hash: written.hash(),
            file,
            info: Arc::new(RuleInfo {
                id: written.id.to_owned(),
                languages,
                severity: raw.severity,
                category: meta.category,
                cwe: meta.cwe,
                effort_min: meta.effort_min,
                title: meta.title,
                title_zh: meta.title_zh,
                message: raw.message,
                message_zh: meta.message_zh,
                note: meta.docs.en.markdown(),
                note_zh: meta.docs.zh.markdown(),
                docs: meta.docs,
                packs: written.packs.iter().map(|pack| (*pack).to_owned()).collect(),
                examples: meta.tests,
                fixable: !raw.fix.is_null(),
                aliases: meta.aliases,
                metric: raw.metric,
                threshold: raw.threshold,
            }),
            core,
            taint: raw.taint,
            words,
            fix,
            rule: raw.rule,
            utils: raw.utils,
            constraints: raw.constraints,
            kept: Vec::new(),
        })
    }
}
